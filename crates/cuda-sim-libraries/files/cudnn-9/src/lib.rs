//! cuDNN 9 in software, as the file `libcudnn.so.9`.
// The functions have the names and the arguments of the C functions.
#![allow(unsafe_code, non_snake_case, clippy::too_many_arguments)]

#[allow(unused_imports)]
use cudnn_sys::*;

cudnn_sys::for_each_cudnn_function! { cuda_sim_libraries::export {
    library: cuda_sim_libraries::cudnn::exports;
    release: cuda_sim_libraries::cudnn::V9;
} }
