//! A software CUDA driver.

pub mod ptx;
