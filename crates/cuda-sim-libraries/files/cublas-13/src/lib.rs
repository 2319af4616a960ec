//! cuBLAS 13 in software, as the file `libcublas.so.13`.
// The functions have the names and the arguments of the C functions.
#![allow(unsafe_code, non_snake_case, clippy::too_many_arguments)]

#[allow(unused_imports)]
use cuda_sys::cublas::*;

cuda_sys::for_each_cublas_function! { cuda_sim_libraries::export {
    library: cuda_sim_libraries::cublas::exports;
    release: cuda_sim_libraries::cublas::V13;
} }
