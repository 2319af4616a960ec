//! cuBLASLt 12 in software, as the file `libcublasLt.so.12`.
// The functions have the names and the arguments of the C functions.
#![allow(unsafe_code, non_snake_case, clippy::too_many_arguments)]

#[allow(unused_imports)]
use cuda_sys::cublaslt::*;

cuda_sys::for_each_cublaslt_function! { cuda_sim_libraries::export {
    library: cuda_sim_libraries::cublaslt::exports;
    release: cuda_sim_libraries::cublaslt::V12;
} }
