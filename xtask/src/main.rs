//! The project's one program for everything that is not building. This file lists the commands and nothing else.

mod bench;
mod bindings;
mod cargo;
mod check;
mod ci;
mod clang;
mod functions;
mod gpu;
mod host_bench;
mod kernels;
mod pipe;
mod ptx;
mod test;
mod toolkits;
mod unsafe_code;
mod versions;
mod workspace;

use clap::Parser;
use std::process::ExitCode;

/// Runs one of the project's commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version, about, max_term_width = 100)]
enum Command {
    /// Fetches the headers and libraries that the other commands use, once, into a cache outside the tree
    Toolkits(toolkits::Toolkits),
    /// Makes the bindings from the real headers
    Bindings(bindings::Bindings),
    /// Writes the page of the book that lists every function of every library
    Functions(functions::Functions),
    /// Compiles the CUDA sources to the PTX beside them
    Kernels(kernels::Kernels),
    /// Runs the tests of the whole workspace
    Test(test::Test),
    /// Runs everything that CI checks, or one row of it
    Ci(ci::Ci),
    /// Checks what must be true of the dependencies
    Check(check::Check),
    /// Runs the benchmarks
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    pipe::end_with_the_reader();
    let result = match Command::parse() {
        Command::Toolkits(command) => command.run(),
        Command::Bindings(command) => command.run(),
        Command::Functions(command) => command.run(),
        Command::Kernels(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Ci(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Bench(command) => command.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

/// Prints an error on one line; 3 is the exit code of a fetch that failed, 1 that of everything else.
fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::from(if error.is::<toolkits::NotFetched>() { 3 } else { 1 })
}
