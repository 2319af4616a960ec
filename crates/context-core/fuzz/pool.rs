//! Any bytes as a program that allocates, frees and uses memory on several streams.

#![no_main]

#[path = "../tests/recorder/mod.rs"]
mod recorder;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| recorder::fuzz::run(bytes));
