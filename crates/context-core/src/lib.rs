//! context-core
