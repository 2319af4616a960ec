//! Tensor core instructions: products of small matrices that a warp holds together, and loading them.

use super::Fault;
use super::exchange::Exchange;
use super::lanes::Lanes;

/// Which matrix instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matrix {}

pub(super) fn perform(_: &mut Lanes<'_>, matrix: Matrix, _: &Exchange) -> Result<(), Fault> {
    match matrix {}
}
