//! context-cuda
