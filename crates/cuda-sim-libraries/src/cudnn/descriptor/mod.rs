//! Descriptors: what C sets and gets, each validated as the manual says.

pub(crate) mod activation;
pub(crate) mod attention;
pub(crate) mod convolution;
pub(crate) mod ctc;
pub(crate) mod dropout;
pub(crate) mod filter;
pub(crate) mod lrn;
pub(crate) mod pooling;
pub(crate) mod reduction;
pub(crate) mod rnn;
pub(crate) mod tensor;
pub(crate) mod transform;
pub(crate) mod transformer;
