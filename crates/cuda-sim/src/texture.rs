//! Texture and surface objects: how kernels look at arrays and at linear memory.

use crate::array::channel_bytes;
use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{In, Out};
use crate::handle::Handle;
use crate::ptx::{self, Addressing, Channel};
use crate::space;
use crate::state::{State, lock};
use crate::sys::{
    CUDA_RESOURCE_DESC, CUDA_RESOURCE_VIEW_DESC, CUDA_TEXTURE_DESC, CUaddress_mode, CUarray_format,
    CUfilter_mode, CUresourcetype,
};

/// Memory as texels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texels {
    pub(crate) address: u64,
    pub(crate) format: CUarray_format,
    pub(crate) channels: u32,
    /// Width, height and depth (or layers); 1 where there is no such direction.
    pub(crate) extent: [u64; 3],
    pub(crate) row_bytes: u64,
}

/// A description as the client gave it.
#[derive(Clone, Copy)]
pub(crate) struct Given<T>(T);

// SAFETY: the handles in descriptions are never followed as pointers, only given back to the client who gave them.
unsafe impl<T> Send for Given<T> {}
// SAFETY: as for `Send`.
unsafe impl<T> Sync for Given<T> {}

impl<T> std::fmt::Debug for Given<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Given")
    }
}

/// A texture object.
#[derive(Debug)]
pub(crate) struct Texture {
    resource: Given<CUDA_RESOURCE_DESC>,
    description: Given<CUDA_TEXTURE_DESC>,
    view: Option<Given<CUDA_RESOURCE_VIEW_DESC>>,
}

/// A surface object.
#[derive(Debug)]
pub(crate) struct Surface {
    resource: Given<CUDA_RESOURCE_DESC>,
}

/// An array may be written through surfaces only if it was made so.
const SURFACE_LOAD_STORE: u32 = 2;

impl State {
    fn texels_of_array(&self, handle: Handle) -> Answer<(Texels, u32)> {
        let array = self.arrays.get(handle).ok_or(INVALID_HANDLE)?;
        let it = &array.descriptor;
        let extent = [it.Width, it.Height.max(1), it.Depth.max(1)].map(|size| size as u64);
        let texels = Texels {
            address: array.address,
            format: it.Format,
            channels: it.NumChannels,
            extent,
            row_bytes: array.row_bytes,
        };
        Ok((texels, it.Flags))
    }

    /// A level of a mipmapped array, and how many there are.
    fn level(&self, resource: &CUDA_RESOURCE_DESC, level: u32) -> Answer<(Texels, u32)> {
        // SAFETY: the caller knows that the client filled in this member; it is a plain number.
        let handle = unsafe { resource.res.mipmap.hMipmappedArray };
        let levels = &self.mipmapped.get(Handle(handle as u64)).ok_or(INVALID_HANDLE)?.levels;
        let array = levels.get(level as usize).ok_or(INVALID_VALUE)?;
        Ok((self.texels_of_array(*array)?.0, levels.len() as u32))
    }

    fn texels(&self, resource: &CUDA_RESOURCE_DESC) -> Answer<Texels> {
        if resource.flags != 0 {
            return Err(INVALID_VALUE);
        }
        let texels = match resource.resType {
            CUresourcetype::CU_RESOURCE_TYPE_ARRAY => {
                // SAFETY: the type says which member the client filled in; all are plain numbers.
                let array = unsafe { resource.res.array.hArray };
                return Ok(self.texels_of_array(Handle(array as u64))?.0);
            }
            CUresourcetype::CU_RESOURCE_TYPE_LINEAR => {
                // SAFETY: as above.
                let it = unsafe { resource.res.linear };
                let element = channel_bytes(it.format)? * u64::from(it.numChannels);
                let width = it.sizeInBytes as u64 / element.max(1);
                Texels {
                    address: it.devPtr,
                    format: it.format,
                    channels: it.numChannels,
                    extent: [width, 1, 1],
                    row_bytes: it.sizeInBytes as u64,
                }
            }
            CUresourcetype::CU_RESOURCE_TYPE_PITCH2D => {
                // SAFETY: as above.
                let it = unsafe { resource.res.pitch2D };
                let element = channel_bytes(it.format)? * u64::from(it.numChannels);
                if it.pitchInBytes % 32 != 0
                    || (it.width as u64).saturating_mul(element) > it.pitchInBytes as u64
                {
                    return Err(INVALID_VALUE);
                }
                Texels {
                    address: it.devPtr,
                    format: it.format,
                    channels: it.numChannels,
                    extent: [it.width as u64, it.height as u64, 1],
                    row_bytes: it.pitchInBytes as u64,
                }
            }
            CUresourcetype::CU_RESOURCE_TYPE_MIPMAPPED_ARRAY => return Ok(self.level(resource, 0)?.0),
            _ => return Err(INVALID_VALUE),
        };
        let empty = texels.extent.contains(&0);
        if empty || !matches!(texels.channels, 1 | 2 | 4) || texels.address % 512 != 0 {
            return Err(INVALID_VALUE);
        }
        let bytes = texels.row_bytes.checked_mul(texels.extent[1]).ok_or(INVALID_VALUE)?;
        let space = space::read();
        let range = space.live(texels.address).ok_or(INVALID_VALUE)?;
        // The last row may end with its last texel, before the pitch does.
        let element = channel_bytes(texels.format)? * u64::from(texels.channels);
        let needed = bytes - texels.row_bytes + element.saturating_mul(texels.extent[0]);
        if needed > range.len - (texels.address - range.base) {
            return Err(INVALID_VALUE);
        }
        Ok(texels)
    }
}

/// What a kernel sees of texels; `None` if their memory is gone.
fn seen(texels: &Texels) -> Option<ptx::Texture> {
    use CUarray_format as F;
    let channel = match texels.format {
        F::CU_AD_FORMAT_UNSIGNED_INT8 => Channel::Unsigned(1),
        F::CU_AD_FORMAT_UNSIGNED_INT16 => Channel::Unsigned(2),
        F::CU_AD_FORMAT_UNSIGNED_INT32 => Channel::Unsigned(4),
        F::CU_AD_FORMAT_SIGNED_INT8 => Channel::Signed(1),
        F::CU_AD_FORMAT_SIGNED_INT16 => Channel::Signed(2),
        F::CU_AD_FORMAT_SIGNED_INT32 => Channel::Signed(4),
        F::CU_AD_FORMAT_HALF => Channel::Half,
        _ => Channel::Single,
    };
    let range = *space::read().find(texels.address)?;
    Some(ptx::Texture {
        host: (range.host + (texels.address - range.base) as usize) as *mut u8,
        extent: texels.extent,
        row_bytes: texels.row_bytes,
        channel,
        channels: texels.channels,
        addressing: [Addressing::Clamp; 3],
        linear: false,
        normalized: false,
        to_float: false,
        writable: false,
        levels: 1,
        between_levels: false,
        level_bias: 0.0,
        level_range: [0.0, 0.0],
    })
}

impl State {
    /// Returns what an object shows a kernel.
    pub(crate) fn seen_through(&self, object: Handle) -> Option<ptx::Texture> {
        if let Some(surface) = self.surfaces.get(object) {
            let texels = self.texels(&surface.resource.0).ok()?;
            return Some(ptx::Texture { writable: true, ..seen(&texels)? });
        }
        self.seen_at_level(object, 0)
    }

    /// Returns what a level of a texture shows a kernel.
    pub(crate) fn seen_at_level(&self, object: Handle, level: u32) -> Option<ptx::Texture> {
        let texture = self.textures.get(object)?;
        let resource = &texture.resource.0;
        let (texels, levels) = match resource.resType {
            CUresourcetype::CU_RESOURCE_TYPE_MIPMAPPED_ARRAY => self.level(resource, level).ok()?,
            _ if level > 0 => return None,
            _ => (self.texels(resource).ok()?, 1),
        };
        let description = &texture.description.0;
        let addressing = description.addressMode.map(|mode| match mode {
            CUaddress_mode::CU_TR_ADDRESS_MODE_WRAP => Addressing::Wrap,
            CUaddress_mode::CU_TR_ADDRESS_MODE_MIRROR => Addressing::Mirror,
            CUaddress_mode::CU_TR_ADDRESS_MODE_BORDER => Addressing::Border,
            _ => Addressing::Clamp,
        });
        Some(ptx::Texture {
            addressing,
            linear: description.filterMode == CUfilter_mode::CU_TR_FILTER_MODE_LINEAR,
            normalized: description.flags & NORMALIZED_COORDINATES != 0,
            to_float: description.flags & READ_AS_INTEGER == 0,
            levels,
            between_levels: description.mipmapFilterMode == CUfilter_mode::CU_TR_FILTER_MODE_LINEAR,
            level_bias: description.mipmapLevelBias,
            level_range: [description.minMipmapLevelClamp, description.maxMipmapLevelClamp],
            ..seen(&texels)?
        })
    }
}

impl State {
    /// Makes a texture object of what it may show.
    pub(crate) fn add_texture(
        &mut self,
        resource: CUDA_RESOURCE_DESC,
        description: CUDA_TEXTURE_DESC,
    ) -> Answer<Handle> {
        check(&description)?;
        self.texels(&resource)?;
        let (resource, description) = (Given(resource), Given(description));
        Ok(self.textures.insert(Texture { resource, description, view: None }))
    }

    /// Makes a surface object of an array that was made for it.
    pub(crate) fn add_surface(&mut self, array: Handle) -> Answer<Handle> {
        let (_, flags) = self.texels_of_array(array)?;
        if flags & SURFACE_LOAD_STORE == 0 {
            return Err(INVALID_VALUE);
        }
        let mut resource =
            CUDA_RESOURCE_DESC { resType: CUresourcetype::CU_RESOURCE_TYPE_ARRAY, ..Default::default() };
        resource.res.array.hArray = array.0 as crate::sys::CUarray;
        Ok(self.surfaces.insert(Surface { resource: Given(resource) }))
    }
}

/// `CU_TRSF_READ_AS_INTEGER` and `CU_TRSF_NORMALIZED_COORDINATES`.
const READ_AS_INTEGER: u32 = 1;
const NORMALIZED_COORDINATES: u32 = 2;

/// Checks what a texture's description says on its own.
fn check(description: &CUDA_TEXTURE_DESC) -> Answer {
    let modes_exist =
        description.addressMode.iter().all(|mode| mode.0 <= CUaddress_mode::CU_TR_ADDRESS_MODE_BORDER.0);
    let filters = [description.filterMode, description.mipmapFilterMode];
    let filters_exist = filters.iter().all(|mode| mode.0 <= CUfilter_mode::CU_TR_FILTER_MODE_LINEAR.0);
    // Integers, normalized coordinates, sRGB, no trilinear optimization, seamless cube maps.
    let flags_exist = description.flags & !(1 | 2 | 0x10 | 0x20 | 0x40) == 0;
    if modes_exist && filters_exist && flags_exist { Ok(()) } else { Err(INVALID_VALUE) }
}

impl Sim {
    pub(crate) fn cuTexObjectCreate(
        object: Out<u64>,
        resource: In<CUDA_RESOURCE_DESC>,
        description: In<CUDA_TEXTURE_DESC>,
        view: In<CUDA_RESOURCE_VIEW_DESC>,
    ) -> Answer {
        let out = object.required()?;
        let resource = resource.read()?;
        let description = description.read()?;
        check(&description)?;
        let mut state = lock();
        state.usable_device()?;
        let object = state.add_texture(resource, description)?;
        // A view re-reads an array; there is none of linear memory.
        let view = if view.is_null() { None } else { Some(Given(view.read()?)) };
        if view.is_some() && resource.resType.0 > CUresourcetype::CU_RESOURCE_TYPE_MIPMAPPED_ARRAY.0 {
            state.textures.remove(object);
            return Err(INVALID_VALUE);
        }
        if let Some(texture) = state.textures.get_mut(object) {
            texture.view = view;
        }
        out.put(object.0);
        Ok(())
    }

    pub(crate) fn cuTexObjectDestroy(object: u64) -> Answer {
        lock().textures.remove(Handle(object)).map(drop).ok_or(INVALID_VALUE)
    }

    pub(crate) fn cuTexObjectGetResourceDesc(resource: Out<CUDA_RESOURCE_DESC>, object: u64) -> Answer {
        let out = resource.required()?;
        out.put(lock().textures.get(Handle(object)).ok_or(INVALID_VALUE)?.resource.0);
        Ok(())
    }

    pub(crate) fn cuTexObjectGetTextureDesc(description: Out<CUDA_TEXTURE_DESC>, object: u64) -> Answer {
        let out = description.required()?;
        out.put(lock().textures.get(Handle(object)).ok_or(INVALID_VALUE)?.description.0);
        Ok(())
    }

    /// An error if the object was made without one.
    pub(crate) fn cuTexObjectGetResourceViewDesc(view: Out<CUDA_RESOURCE_VIEW_DESC>, object: u64) -> Answer {
        let out = view.required()?;
        let state = lock();
        let texture = state.textures.get(Handle(object)).ok_or(INVALID_VALUE)?;
        out.put(texture.view.ok_or(INVALID_VALUE)?.0);
        Ok(())
    }

    /// Only of arrays that were made for it.
    pub(crate) fn cuSurfObjectCreate(object: Out<u64>, resource: In<CUDA_RESOURCE_DESC>) -> Answer {
        let out = object.required()?;
        let resource = resource.read()?;
        let mut state = lock();
        state.usable_device()?;
        if resource.resType != CUresourcetype::CU_RESOURCE_TYPE_ARRAY || resource.flags != 0 {
            return Err(INVALID_VALUE);
        }
        // SAFETY: the type says which member the client filled in; all are plain numbers.
        let array = unsafe { resource.res.array.hArray };
        out.put(state.add_surface(Handle(array as u64))?.0);
        Ok(())
    }

    pub(crate) fn cuSurfObjectDestroy(object: u64) -> Answer {
        lock().surfaces.remove(Handle(object)).map(drop).ok_or(INVALID_VALUE)
    }

    pub(crate) fn cuSurfObjectGetResourceDesc(resource: Out<CUDA_RESOURCE_DESC>, object: u64) -> Answer {
        let out = resource.required()?;
        out.put(lock().surfaces.get(Handle(object)).ok_or(INVALID_VALUE)?.resource.0);
        Ok(())
    }
}
