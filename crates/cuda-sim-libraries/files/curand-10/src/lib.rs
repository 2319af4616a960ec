//! cuRAND 10 in software, as the file `libcurand.so.10`.
// The functions have the names and the arguments of the C functions.
#![allow(unsafe_code, non_snake_case, clippy::too_many_arguments)]

#[allow(unused_imports)]
use cuda_sys::curand::*;

cuda_sys::for_each_curand_function! { cuda_sim_libraries::export {
    library: cuda_sim_libraries::curand::exports;
    release: cuda_sim_libraries::curand::Of13;
} }
