//! Says where each library is looked for on this machine, and what is found: `cargo run -p cuda-sys --example where`.

use cuda_sys::library::Attempt;
use cuda_sys::{Driver, LoadError, Nvrtc, Product, driver, nvrtc};

/// Prints the places of `product`, and what loading it gave.
fn report(product: &'static Product, found: Result<(String, &'static [Attempt]), LoadError>) {
    print!("{}", product.search());
    match found {
        Ok((found, skipped)) => {
            for attempt in skipped {
                println!("     skipped: {attempt}");
            }
            println!("     found: {found}");
        }
        Err(error) => println!("     {error}"),
    }
    println!();
}

fn main() {
    let driver = Driver::system();
    report(
        &driver::PRODUCT,
        driver.map(|it| (format!("{} {}, {}", it.origin(), it.version(), it.rule()), it.skipped())),
    );
    let nvrtc = Nvrtc::system();
    report(
        &nvrtc::PRODUCT,
        nvrtc.map(|it| (format!("{} {}, {}", it.origin(), it.version(), it.rule()), it.skipped())),
    );
}
