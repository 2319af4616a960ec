//! Arrays: memory of devices whose layout is the driver's own.
//!
//! Here the layout is rows after rows. Clients cannot know: an array has a handle and no address, so that all they can do is
//! copy from and to it, and let kernels look at it through textures and surfaces.

use crate::copy::{Corner, Extent, Timing};
use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, In, Out};
use crate::handle::Handle;
use crate::schedule::Action;
use crate::space::{ALIGNMENT, Use};
use crate::state::{State, lock};
use crate::sys::{
    CUDA_ARRAY_DESCRIPTOR, CUDA_ARRAY_MEMORY_REQUIREMENTS, CUDA_ARRAY_SPARSE_PROPERTIES,
    CUDA_ARRAY3D_DESCRIPTOR, CUarray_format, CUmemorytype,
};

/// An array.
#[derive(Debug)]
pub(crate) struct Array {
    pub(crate) context: Handle,
    pub(crate) descriptor: CUDA_ARRAY3D_DESCRIPTOR,
    /// Where its bytes are: an address that means nothing to clients.
    pub(crate) address: u64,
    pub(crate) row_bytes: u64,
}

/// An array of ever smaller arrays.
#[derive(Debug)]
pub(crate) struct Mipmapped {
    pub(crate) context: Handle,
    pub(crate) levels: Vec<Handle>,
}

/// Layered, surface access, cube map, texture gather: how an array is used changes nothing here.
const FLAGS: u32 = 0x0f;
const LAYERED: u32 = 1;
const CUBE: u32 = 4;

/// Returns the bytes of one channel of an element.
pub(crate) fn channel_bytes(format: CUarray_format) -> Answer<u64> {
    Ok(match format {
        CUarray_format::CU_AD_FORMAT_UNSIGNED_INT8 | CUarray_format::CU_AD_FORMAT_SIGNED_INT8 => 1,
        CUarray_format::CU_AD_FORMAT_UNSIGNED_INT16
        | CUarray_format::CU_AD_FORMAT_SIGNED_INT16
        | CUarray_format::CU_AD_FORMAT_HALF => 2,
        CUarray_format::CU_AD_FORMAT_UNSIGNED_INT32
        | CUarray_format::CU_AD_FORMAT_SIGNED_INT32
        | CUarray_format::CU_AD_FORMAT_FLOAT => 4,
        // Formats for video and for compression.
        format if format.0 > 32 => return Err(NOT_SUPPORTED),
        _ => return Err(INVALID_VALUE),
    })
}

fn create(array: HandleOut, descriptor: CUDA_ARRAY3D_DESCRIPTOR) -> Answer {
    let out = array.required()?;
    out.put(make(&mut lock(), descriptor)?);
    Ok(())
}

fn make(state: &mut State, descriptor: CUDA_ARRAY3D_DESCRIPTOR) -> Answer<Handle> {
    let (context, device) = state.usable_device()?;
    let CUDA_ARRAY3D_DESCRIPTOR { Width, Height, Depth, Format, NumChannels, Flags } = descriptor;
    // A depth needs a height, unless the array is a stack of lines.
    let shapeless = Width == 0 || (Depth > 0 && Height == 0 && Flags & 1 == 0);
    if shapeless || !matches!(NumChannels, 1 | 2 | 4) {
        return Err(INVALID_VALUE);
    }
    if Flags & !FLAGS != 0 {
        return Err(NOT_SUPPORTED);
    }
    let element = channel_bytes(Format)? * u64::from(NumChannels);
    let row_bytes = element.checked_mul(Width as u64).ok_or(INVALID_VALUE)?;
    let rows = (Height.max(1) as u64).checked_mul(Depth.max(1) as u64).ok_or(INVALID_VALUE)?;
    let len = row_bytes.checked_mul(rows).ok_or(INVALID_VALUE)?;
    let address = state.allocate(device, context, len, ALIGNMENT, Use::Array)?;
    Ok(state.arrays.insert(Array { context, descriptor, address, row_bytes }))
}

/// The descriptor of a level: sides are halved each time, and layers stay.
fn level_of(whole: &CUDA_ARRAY3D_DESCRIPTOR, level: u32) -> CUDA_ARRAY3D_DESCRIPTOR {
    let half = |side: usize| if side == 0 { 0 } else { (side >> level).max(1) };
    let layered = whole.Flags & (LAYERED | CUBE) != 0;
    CUDA_ARRAY3D_DESCRIPTOR {
        Width: half(whole.Width),
        Height: half(whole.Height),
        Depth: if layered { whole.Depth } else { half(whole.Depth) },
        ..*whole
    }
}

impl State {
    /// Ends an array, whose bytes stay until work in flight has completed.
    fn destroy_array(&mut self, array: Handle) -> Answer {
        let gone = self.arrays.remove(array).ok_or(INVALID_HANDLE)?;
        let range = self.retire(gone.address)?;
        self.defer(Action::Release { base: range.base });
        Ok(())
    }

    fn array(&self, handle: Handle) -> Answer<&Array> {
        self.arrays.get(handle).ok_or(INVALID_HANDLE)
    }
}

impl Sim {
    pub(crate) fn cuArrayCreate_v2(array: HandleOut, descriptor: In<CUDA_ARRAY_DESCRIPTOR>) -> Answer {
        let CUDA_ARRAY_DESCRIPTOR { Width, Height, Format, NumChannels } = descriptor.read()?;
        create(array, CUDA_ARRAY3D_DESCRIPTOR { Width, Height, Depth: 0, Format, NumChannels, Flags: 0 })
    }

    pub(crate) fn cuArray3DCreate_v2(array: HandleOut, descriptor: In<CUDA_ARRAY3D_DESCRIPTOR>) -> Answer {
        create(array, descriptor.read()?)
    }

    pub(crate) fn cuArrayGetDescriptor_v2(descriptor: Out<CUDA_ARRAY_DESCRIPTOR>, array: Handle) -> Answer {
        let out = descriptor.required()?;
        let state = lock();
        let CUDA_ARRAY3D_DESCRIPTOR { Width, Height, Format, NumChannels, .. } =
            state.array(array)?.descriptor;
        out.put(CUDA_ARRAY_DESCRIPTOR { Width, Height, Format, NumChannels });
        Ok(())
    }

    pub(crate) fn cuArray3DGetDescriptor_v2(
        descriptor: Out<CUDA_ARRAY3D_DESCRIPTOR>,
        array: Handle,
    ) -> Answer {
        let out = descriptor.required()?;
        out.put(lock().array(array)?.descriptor);
        Ok(())
    }

    /// The handle ends at once; the bytes stay until work in flight has completed.
    pub(crate) fn cuArrayDestroy(array: Handle) -> Answer {
        lock().destroy_array(array)
    }

    /// More levels than halving allows are as many as it allows.
    pub(crate) fn cuMipmappedArrayCreate(
        array: HandleOut,
        descriptor: In<CUDA_ARRAY3D_DESCRIPTOR>,
        levels: u32,
    ) -> Answer {
        let out = array.required()?;
        let whole = descriptor.read()?;
        if levels == 0 {
            return Err(INVALID_VALUE);
        }
        let layered = whole.Flags & (LAYERED | CUBE) != 0;
        let longest = whole.Width.max(whole.Height).max(if layered { 0 } else { whole.Depth });
        let levels = levels.min(longest.max(1).ilog2() + 1);
        let mut state = lock();
        let context = state.usable()?;
        let mut made = Vec::new();
        for level in 0..levels {
            match make(&mut state, level_of(&whole, level)) {
                Ok(array) => made.push(array),
                Err(code) => {
                    made.into_iter().try_for_each(|array| state.destroy_array(array))?;
                    return Err(code);
                }
            }
        }
        out.put(state.mipmapped.insert(Mipmapped { context, levels: made }));
        Ok(())
    }

    /// The array is a part of the whole, and goes with it.
    pub(crate) fn cuMipmappedArrayGetLevel(array: HandleOut, mipmapped: Handle, level: u32) -> Answer {
        let out = array.required()?;
        let state = lock();
        let levels = &state.mipmapped.get(mipmapped).ok_or(INVALID_HANDLE)?.levels;
        out.put(*levels.get(level as usize).ok_or(INVALID_VALUE)?);
        Ok(())
    }

    pub(crate) fn cuMipmappedArrayDestroy(mipmapped: Handle) -> Answer {
        let mut state = lock();
        let gone = state.mipmapped.remove(mipmapped).ok_or(INVALID_HANDLE)?;
        gone.levels.into_iter().try_for_each(|array| state.destroy_array(array))
    }
}

// What only arrays that cannot be made here have: memory that comes later, pages that are not all there, planes.
impl Sim {
    pub(crate) fn cuArrayGetMemoryRequirements(
        requirements: Out<CUDA_ARRAY_MEMORY_REQUIREMENTS>,
        array: Handle,
        device: i32,
    ) -> Answer {
        requirements.required()?;
        let mut state = lock();
        state.device(device)?;
        state.array(array)?;
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuMipmappedArrayGetMemoryRequirements(
        requirements: Out<CUDA_ARRAY_MEMORY_REQUIREMENTS>,
        mipmapped: Handle,
        device: i32,
    ) -> Answer {
        requirements.required()?;
        let mut state = lock();
        state.device(device)?;
        state.mipmapped.get(mipmapped).ok_or(INVALID_HANDLE)?;
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuArrayGetSparseProperties(
        properties: Out<CUDA_ARRAY_SPARSE_PROPERTIES>,
        array: Handle,
    ) -> Answer {
        properties.required()?;
        lock().array(array)?;
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuMipmappedArrayGetSparseProperties(
        properties: Out<CUDA_ARRAY_SPARSE_PROPERTIES>,
        mipmapped: Handle,
    ) -> Answer {
        properties.required()?;
        lock().mipmapped.get(mipmapped).ok_or(INVALID_HANDLE)?;
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuArrayGetPlane(plane: HandleOut, array: Handle, _index: u32) -> Answer {
        plane.required()?;
        lock().array(array)?;
        Err(INVALID_VALUE)
    }
}

/// One side of a copy of one dimension, in or out of an array: `offset` bytes into it.
fn in_array(array: Handle, offset: usize) -> Corner {
    Corner { kind: CUmemorytype::CU_MEMORYTYPE_ARRAY, array, x: offset, ..Corner::default() }
}

fn on_host(address: Address) -> Corner {
    Corner { kind: CUmemorytype::CU_MEMORYTYPE_HOST, host: address.0, ..Corner::default() }
}

fn on_device(address: u64) -> Corner {
    Corner { kind: CUmemorytype::CU_MEMORYTYPE_DEVICE, device: address, ..Corner::default() }
}

fn line(target: Corner, source: Corner, len: usize, timing: Timing) -> Answer {
    let extent = Extent::line(len);
    if len == 0 {
        return Ok(());
    }
    crate::copy::transfer(source.request(&extent)?, target.request(&extent)?, extent, timing)
}

// Copies of one dimension; those of two and three are in `copy`.
impl Sim {
    pub(crate) fn cuMemcpyHtoA_v2(array: Handle, offset: usize, source: Address, len: usize) -> Answer {
        line(in_array(array, offset), on_host(source), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyAtoH_v2(target: Address, array: Handle, offset: usize, len: usize) -> Answer {
        line(on_host(target), in_array(array, offset), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyDtoA_v2(array: Handle, offset: usize, source: u64, len: usize) -> Answer {
        line(in_array(array, offset), on_device(source), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyAtoD_v2(target: u64, array: Handle, offset: usize, len: usize) -> Answer {
        line(on_device(target), in_array(array, offset), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyAtoA_v2(
        target: Handle,
        target_offset: usize,
        source: Handle,
        source_offset: usize,
        len: usize,
    ) -> Answer {
        line(in_array(target, target_offset), in_array(source, source_offset), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyHtoAAsync_v2(
        array: Handle,
        offset: usize,
        source: Address,
        len: usize,
        stream: Handle,
    ) -> Answer {
        line(in_array(array, offset), on_host(source), len, Timing::InStream(stream))
    }

    pub(crate) fn cuMemcpyAtoHAsync_v2(
        target: Address,
        array: Handle,
        offset: usize,
        len: usize,
        stream: Handle,
    ) -> Answer {
        line(on_host(target), in_array(array, offset), len, Timing::InStream(stream))
    }
}
