//! cudnn-sys
