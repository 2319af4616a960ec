//! device-context
