//! The graph interface: operations that cuDNN fuses into one plan.
//!
//! A [`Graph`] is a description: tensors, and operations between them. It needs no library and no device. Its [engines](Graph::engines) are the ways
//! in which cuDNN can run it on a device, and one of them becomes a [`Plan`], which is executed any number of times, with
//! [`Operations::execute`](super::Operations::execute). A [`PlanCache`] keeps plans by what they were made of.

mod backend;
mod build;
mod cache;
mod describe;
mod execute;
mod pointwise;

pub use build::{Engine, Heuristic, NumericalNote, Plan};
pub use cache::PlanCache;
pub use describe::{Graph, TensorId};
pub use execute::Binding;
pub use pointwise::Pointwise;
