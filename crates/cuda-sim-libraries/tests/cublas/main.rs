//! cuBLAS in software: every result against plain loops in double precision, the documented errors, and what cuda-sim sees of it.

mod factor;
mod gemm;
mod handles;
mod level1;
mod level2;
mod level3;
mod streams;
mod support;
