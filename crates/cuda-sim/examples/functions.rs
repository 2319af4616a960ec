//! Prints every function that the driver exports: its name, whether it works, and whether it is idle in null mode. The last
//! line counts them. `cargo xtask functions` makes a page of the book of it.

fn main() {
    let functions = cuda_sim::functions();
    for function in &functions {
        let works = if function.works { "works" } else { "NOT_SUPPORTED" };
        let null = if function.idle_in_null_mode { "idle" } else { "" };
        println!("{}\t{works}\t{null}", function.name);
    }
    let works = functions.iter().filter(|function| function.works).count();
    eprintln!("{works} of {} exported functions work", functions.len());
}
