//! context-cpu
