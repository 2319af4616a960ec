//! Says where each library is looked for on this machine, and what is found: `cargo run -p cuda-sys --example where`.

use cuda_sys::set::{self, Member};
use cuda_sys::{Cublas, CublasLt, Curand, Driver, Nvrtc, cublas, cublaslt, curand, driver, nvrtc};

/// Prints the places of one library and what loading it gave, and adds what was found to the set.
macro_rules! report {
    ($module:ident, $Library:ident, $found:ident) => {
        print!("{}", $module::PRODUCT.search());
        match $Library::system() {
            Ok(library) => {
                library.skipped().iter().for_each(|attempt| println!("     passed over: {attempt}"));
                println!(
                    "     found: {} {}, by the rule: {}",
                    library.origin(),
                    library.version(),
                    library.rule()
                );
                $found.push(library.member());
            }
            Err(error) => println!("     {error}"),
        }
        println!();
    };
}

fn main() {
    let mut found: Vec<Member> = Vec::new();
    report!(driver, Driver, found);
    report!(nvrtc, Nvrtc, found);
    report!(cublas, Cublas, found);
    report!(cublaslt, CublasLt, found);
    report!(curand, Curand, found);
    match set::check(&found) {
        Ok(()) => println!("{} libraries found, which go together", found.len()),
        Err(mismatch) => println!("{mismatch}"),
    }
}
