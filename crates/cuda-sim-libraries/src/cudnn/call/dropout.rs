//! Dropout.
#![allow(clippy::too_many_arguments)]

use super::{require_alike, tensor_of};
use crate::cudnn::compute::dropout::{keep, positions};
use crate::cudnn::descriptor::dropout::DropoutDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{Address, Out};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Memory;
use crate::cudnn::object::Ref;
use crate::native::Fault;

/// How many bytes a state has: the seed, the position, and room that is written so that nobody else uses it.
pub(crate) const STATES_BYTES: usize = 4096;

/// Writes a generator's first state.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Initialize {
    pub(crate) states: u64,
    pub(crate) seed: u64,
}

impl Initialize {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let mut state = vec![0; STATES_BYTES];
        state[..8].copy_from_slice(&self.seed.to_le_bytes());
        memory.store(self.states, &state)
    }
}

/// Decides for `count` elements whether they are kept, and moves the state on.
pub(crate) fn draw(memory: &dyn Memory, states: u64, dropout: f32, count: usize) -> Result<Vec<bool>, Fault> {
    if dropout == 0.0 || states == 0 {
        return Ok(vec![true; count]);
    }
    let mut state = [0; 16];
    memory.load(states, &mut state)?;
    let word = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| state[at + byte]));
    let (seed, position) = (word(0), word(8));
    memory.store(states + 8, &position.wrapping_add(positions(count)).to_le_bytes())?;
    Ok(keep(seed, position, dropout, count))
}

/// Returns what a kept element is multiplied with.
pub(crate) fn scale(dropout: f32) -> f64 {
    1.0 / (1.0 - f64::from(dropout))
}

/// Drops a share of `x`; which, goes to the reserve space, one bit for each element.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) states: u64,
    pub(crate) reserve: u64,
    pub(crate) dropout: f64,
}

impl Forward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let x = self.x.read(memory)?;
        let kept = draw(memory, self.states, self.dropout as f32, x.len())?;
        let scale = scale(self.dropout as f32);
        let y: Vec<f64> = x.iter().zip(&kept).map(|(x, kept)| if *kept { x * scale } else { 0.0 }).collect();
        memory.store(self.reserve, &bits(&kept))?;
        self.y.write(memory, &y)
    }
}

/// Passes the gradient on where the element was kept.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward {
    pub(crate) dy: Tensor,
    pub(crate) dx: Tensor,
    pub(crate) reserve: u64,
    pub(crate) dropout: f64,
}

impl Backward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let dy = self.dy.read(memory)?;
        let kept = load_bits(memory, self.reserve, dy.len())?;
        let scale = scale(self.dropout as f32);
        let dx: Vec<f64> =
            dy.iter().zip(kept).map(|(dy, kept)| if kept { dy * scale } else { 0.0 }).collect();
        self.dx.write(memory, &dx)
    }
}

/// Packs one bit for each element.
pub(crate) fn bits(all: &[bool]) -> Vec<u8> {
    let byte = |bits: &[bool]| bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << at);
    all.chunks(8).map(byte).collect()
}

/// Reads what [`bits`] has packed.
pub(crate) fn load_bits(memory: &dyn Memory, address: u64, count: usize) -> Result<Vec<bool>, Fault> {
    let mut bytes = vec![0; count.div_ceil(8)];
    memory.load(address, &mut bytes)?;
    Ok((0..count).map(|at| bytes[at / 8] >> (at % 8) & 1 == 1).collect())
}

fn reserve_bytes(tensor: &TensorDescriptor) -> usize {
    let bytes = tensor.dims.iter().map(|size| *size as usize).product::<usize>().div_ceil(8);
    bytes.next_multiple_of(4)
}

impl Dnn {
    pub(crate) fn cudnnDropoutGetReserveSpaceSize(
        xdesc: Ref<TensorDescriptor>,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        let tensor = xdesc.get()?;
        support(element::is_real(tensor.data_type), format!("dropout of {:?}", tensor.data_type))?;
        sizeInBytes.set(reserve_bytes(&tensor))
    }

    pub(crate) fn cudnnDropoutForward(
        handle: Ref<Handle>,
        dropoutDesc: Ref<DropoutDescriptor>,
        xdesc: Ref<TensorDescriptor>,
        x: Address,
        ydesc: Ref<TensorDescriptor>,
        y: Address,
        reserveSpace: Address,
        reserveSpaceSizeInBytes: usize,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (dropout, tensor) = (dropoutDesc.get()?, xdesc.get()?);
        let (x, y) = (tensor_of(xdesc, x, "x")?, tensor_of(ydesc, y, "y")?);
        require_alike(&x, &y, "x and y")?;
        require(x.address != y.address || x.layout == y.layout, "x and y in one place differ in strides")?;
        let needed = reserve_bytes(&tensor);
        require(
            reserveSpaceSizeInBytes >= needed,
            format!("a reserve space of {reserveSpaceSizeInBytes} bytes is smaller than {needed}"),
        )?;
        let reserve = reserveSpace.get("the reserve space")?;
        require(dropout.states != 0 || dropout.dropout == 0.0, "the dropout descriptor has no states")?;
        handle.launch(&Forward { x, y, states: dropout.states, reserve, dropout: dropout.dropout.into() })
    }

    pub(crate) fn cudnnDropoutBackward(
        handle: Ref<Handle>,
        dropoutDesc: Ref<DropoutDescriptor>,
        dydesc: Ref<TensorDescriptor>,
        dy: Address,
        dxdesc: Ref<TensorDescriptor>,
        dx: Address,
        reserveSpace: Address,
        reserveSpaceSizeInBytes: usize,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (dropout, tensor) = (dropoutDesc.get()?, dydesc.get()?);
        let (dy, dx) = (tensor_of(dydesc, dy, "dy")?, tensor_of(dxdesc, dx, "dx")?);
        require_alike(&dy, &dx, "dy and dx")?;
        require(
            dy.address != dx.address || dy.layout == dx.layout,
            "dy and dx in one place differ in strides",
        )?;
        let needed = reserve_bytes(&tensor);
        require(
            reserveSpaceSizeInBytes >= needed,
            format!("a reserve space of {reserveSpaceSizeInBytes} bytes is smaller than {needed}"),
        )?;
        let reserve = reserveSpace.get("the reserve space")?;
        handle.launch(&Backward { dy, dx, reserve, dropout: dropout.dropout.into() })
    }
}
