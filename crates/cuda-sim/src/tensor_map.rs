//! Tensor maps: descriptions of tensors in global memory, by which kernels copy boxes of them.
//!
//! What a map holds is the driver's business. Here it is a [`TensorMap`] in a layout of our own, which the instructions that copy
//! boxes read.

use crate::error::{Answer, INVALID_VALUE, NOT_SUPPORTED};
use crate::exports::Sim;
use crate::ffi::{Address, In, Out};
use crate::ptx::{Swizzle, TensorMap};
use crate::state::lock;
use crate::sys::{
    CUdevice_attribute, CUtensorMap, CUtensorMapAllocClass, CUtensorMapDataType as Type,
    CUtensorMapFloatOOBfill as Fill, CUtensorMapIm2ColWideMode, CUtensorMapInterleave as Interleave,
    CUtensorMapL2promotion as Promotion, CUtensorMapSwizzle,
};
use core::ffi::c_int;

/// Bits that an element has in memory; `None` for a type that there is not.
fn bits(kind: Type) -> Option<u32> {
    Some(match kind.0 {
        0 => 8,
        1 | 6 | 9 => 16,
        2 | 3 | 7 | 10 | 11 | 12 => 32,
        4 | 5 | 8 => 64,
        13 | 14 => 4,
        15 => 6,
        _ => return None,
    })
}

/// Types whose elements are packed, with gaps in shared memory.
fn is_padded(kind: Type) -> bool {
    matches!(kind, Type::CU_TENSOR_MAP_DATA_TYPE_16U4_ALIGN16B | Type::CU_TENSOR_MAP_DATA_TYPE_16U6_ALIGN16B)
}

/// What all maps are made of.
struct Common {
    kind: Type,
    rank: u32,
    address: Address,
    sizes: In<u64>,
    strides: In<u64>,
    steps: In<u32>,
    interleave: Interleave,
    swizzle: CUtensorMapSwizzle,
    promotion: Promotion,
    fill: Fill,
}

impl Common {
    /// Checks what the manual asks of every map. `inner` is how many elements the innermost side of a box has.
    fn map(&self, inner: u32) -> Answer<TensorMap> {
        let mut state = lock();
        let device = state.usable_device()?.1;
        let major = state
            .device(device as i32)?
            .attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
        drop(state);
        if major < 9 {
            return Err(NOT_SUPPORTED);
        }
        let element = bits(self.kind).ok_or(INVALID_VALUE)?;
        let (rank, address) = (self.rank as usize, self.address.0);
        let padded = is_padded(self.kind);
        let swizzle = Swizzle::of(self.swizzle.0).ok_or(INVALID_VALUE)?;
        let interleaved = self.interleave != Interleave::CU_TENSOR_MAP_INTERLEAVE_NONE;
        let wide = self.interleave == Interleave::CU_TENSOR_MAP_INTERLEAVE_32B;
        let known = self.interleave.0 <= Interleave::CU_TENSOR_MAP_INTERLEAVE_32B.0
            && self.promotion.0 <= Promotion::CU_TENSOR_MAP_L2_PROMOTION_L2_256B.0
            && self.fill.0 <= Fill::CU_TENSOR_MAP_FLOAT_OOB_FILL_NAN_REQUEST_ZERO_FMA.0;
        let align = if wide || padded { 32 } else { 16 };
        if !known || !(1..=5).contains(&rank) || (interleaved && rank < 3) || !address.is_multiple_of(align) {
            return Err(INVALID_VALUE);
        }
        let sizes = self.sizes.all(rank)?;
        let strides = if rank > 1 { self.strides.all(rank - 1)? } else { Vec::new() };
        let steps = self.steps.all(rank)?;
        let whole = match self.kind {
            _ if padded => 128,
            Type::CU_TENSOR_MAP_DATA_TYPE_16U4_ALIGN8B => 2,
            _ => 1,
        };
        let good_sizes =
            sizes.iter().all(|size| (1..=1 << 31).contains(size)) && sizes[0].is_multiple_of(whole);
        let good_strides = strides.iter().all(|stride| stride.is_multiple_of(align) && *stride < 1 << 40);
        // The first step counts only where channels are interleaved.
        let counted = if interleaved { &steps[..] } else { &steps[1..] };
        if !good_sizes || !good_strides || counted.iter().any(|step| !(1..=8).contains(step)) {
            return Err(INVALID_VALUE);
        }
        let inner_bytes = u64::from(inner) * u64::from(element) / 8;
        if !interleaved
            && (!inner_bytes.is_multiple_of(16) || inner_bytes > swizzle.span().unwrap_or(u64::MAX))
        {
            return Err(INVALID_VALUE);
        }
        let is_float = matches!(self.kind.0, 6..=12);
        let nan = self.fill != Fill::CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE;
        let is_sextets = self.kind == Type::CU_TENSOR_MAP_DATA_TYPE_16U6_ALIGN16B;
        let odd_pattern = match self.kind {
            Type::CU_TENSOR_MAP_DATA_TYPE_16U6_ALIGN16B => !matches!(self.swizzle.0, 0 | 3 | 4 | 6),
            Type::CU_TENSOR_MAP_DATA_TYPE_16U4_ALIGN16B => !matches!(self.swizzle.0, 0 | 3 | 4),
            _ => false,
        };
        let narrow = wide && self.swizzle != CUtensorMapSwizzle::CU_TENSOR_MAP_SWIZZLE_32B;
        if (nan && !is_float)
            || (is_sextets && interleaved)
            || odd_pattern
            || narrow
            || (padded && inner != 128)
        {
            return Err(INVALID_VALUE);
        }
        let mut map = TensorMap {
            address,
            kind: self.kind.0 as u8,
            rank: rank as u8,
            interleave: self.interleave.0 as u8,
            swizzle,
            nan,
            ..TensorMap::default()
        };
        for (to, from) in map.sizes.iter_mut().zip(&sizes) {
            *to = *from;
        }
        map.strides[..strides.len()].copy_from_slice(&strides);
        for (to, from) in map.steps.iter_mut().zip(&steps) {
            *to = (*from).clamp(1, 8) as u8;
        }
        if !interleaved {
            map.steps[0] = 1;
        }
        Ok(map)
    }
}

/// Leaves a map, at an address that must be a multiple of 64.
fn put(out: Out<CUtensorMap>, map: &TensorMap) -> Answer {
    check(out)?.put(CUtensorMap { opaque: map.words() });
    Ok(())
}

fn check(map: Out<CUtensorMap>) -> Answer<Out<CUtensorMap>> {
    let map = map.required()?;
    if map.address().0.is_multiple_of(64) { Ok(map) } else { Err(INVALID_VALUE) }
}

/// Corners of the box of pixels, of which maps of three to five dimensions have one to three, ever smaller.
fn corners(map: &mut TensorMap, lower: In<c_int>, upper: In<c_int>) -> Answer {
    let count = map.rank as usize - 2;
    let reach = [32768, 128, 16][count - 1];
    let (lower, upper) = (lower.all(count)?, upper.all(count)?);
    for (index, (low, high)) in lower.into_iter().zip(upper).enumerate() {
        if !(-reach..reach).contains(&low) || !(-reach..reach).contains(&high) {
            return Err(INVALID_VALUE);
        }
        // Pixels from the low corner up to the size and the high corner: at least one.
        if map.sizes[1 + index] as i64 + i64::from(high) - i64::from(low) <= 0 {
            return Err(INVALID_VALUE);
        }
        (map.lower[index], map.upper[index]) = (low as i16, high as i16);
    }
    Ok(())
}

impl Sim {
    pub(crate) fn cuTensorMapEncodeTiled(
        map: Out<CUtensorMap>,
        kind: Type,
        rank: u32,
        address: Address,
        sizes: In<u64>,
        strides: In<u64>,
        sides: In<u32>,
        steps: In<u32>,
        interleave: Interleave,
        swizzle: CUtensorMapSwizzle,
        promotion: Promotion,
        fill: Fill,
    ) -> Answer {
        check(map)?;
        if !(1..=5).contains(&rank) {
            return Err(INVALID_VALUE);
        }
        let sides = sides.all(rank as usize)?;
        if sides.iter().any(|side| !(1..=256).contains(side)) {
            return Err(INVALID_VALUE);
        }
        let common =
            Common { kind, rank, address, sizes, strides, steps, interleave, swizzle, promotion, fill };
        let mut made = common.map(sides[0])?;
        for (to, from) in made.sides.iter_mut().zip(&sides) {
            *to = *from as u16;
        }
        put(map, &made)
    }

    pub(crate) fn cuTensorMapEncodeIm2col(
        map: Out<CUtensorMap>,
        kind: Type,
        rank: u32,
        address: Address,
        sizes: In<u64>,
        strides: In<u64>,
        lower: In<c_int>,
        upper: In<c_int>,
        channels: u32,
        pixels: u32,
        steps: In<u32>,
        interleave: Interleave,
        swizzle: CUtensorMapSwizzle,
        promotion: Promotion,
        fill: Fill,
    ) -> Answer {
        check(map)?;
        if !(3..=5).contains(&rank) || !(1..=256).contains(&channels) || !(1..=1024).contains(&pixels) {
            return Err(INVALID_VALUE);
        }
        let common =
            Common { kind, rank, address, sizes, strides, steps, interleave, swizzle, promotion, fill };
        let mut made = TensorMap { pixels: pixels as u16, ..common.map(channels)? };
        made.sides[0] = channels as u16;
        corners(&mut made, lower, upper)?;
        put(map, &made)
    }

    /// Only kernels for compute capability 10 copy by such maps, and those are not interpreted.
    pub(crate) fn cuTensorMapEncodeIm2colWide(
        map: Out<CUtensorMap>,
        _kind: Type,
        _rank: u32,
        _address: Address,
        _sizes: In<u64>,
        _strides: In<u64>,
        _lower: c_int,
        _upper: c_int,
        _channels: u32,
        _pixels: u32,
        _steps: In<u32>,
        _interleave: Interleave,
        _mode: CUtensorMapIm2ColWideMode,
        _swizzle: CUtensorMapSwizzle,
        _promotion: Promotion,
        _fill: Fill,
    ) -> Answer {
        check(map)?;
        lock().usable()?;
        Err(NOT_SUPPORTED)
    }

    pub(crate) fn cuTensorMapReplaceAddress(map: Out<CUtensorMap>, address: Address) -> Answer {
        let out = check(map)?;
        lock().usable()?;
        let mut found = TensorMap::read(&out.current()?.opaque).ok_or(INVALID_VALUE)?;
        let padded = matches!(found.kind, 14 | 15);
        let align = if found.interleave == 2 || padded { 32 } else { 16 };
        if !address.0.is_multiple_of(align) {
            return Err(INVALID_VALUE);
        }
        found.address = address.0;
        out.put(CUtensorMap { opaque: found.words() });
        Ok(())
    }

    /// How far beyond the tensor a device may read, which this one never does: what is asked for is what holds.
    pub(crate) fn cuTensorMapSetAllocationClass(
        map: Out<CUtensorMap>,
        class: CUtensorMapAllocClass,
        effective: Out<CUtensorMapAllocClass>,
    ) -> Answer {
        let out = check(map)?;
        lock().usable()?;
        TensorMap::read(&out.current()?.opaque).ok_or(INVALID_VALUE)?;
        if class.0 > CUtensorMapAllocClass::CU_TENSOR_MAP_ALLOC_CLASS_LARGE.0 {
            return Err(INVALID_VALUE);
        }
        let large = class == CUtensorMapAllocClass::CU_TENSOR_MAP_ALLOC_CLASS_LARGE;
        let small = CUtensorMapAllocClass::CU_TENSOR_MAP_ALLOC_CLASS_SMALL;
        effective.put(if large { class } else { small });
        Ok(())
    }
}
