//! The software cuDNN on the simulated driver: what its operations compute, compared with loops that are written here, and what it refuses.

mod support;

mod convolution;
mod errors;
mod graph;
mod layers;
mod normalization;
mod recurrent;
mod streams;
mod tensors;
