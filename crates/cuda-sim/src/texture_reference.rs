//! Texture and surface references: textures that a module names as variables, bound to memory by the host. Deprecated since CUDA 11, and gone
//! from CUDA C++ since 12; the driver still has them.
//!
//! A reference's variable holds the object that is bound to it. Here that is an object of the same kind as clients make, known to nobody else, and made
//! anew with each change. A launch is to see what was bound when it was made; so a change waits for the work of its context.

use crate::array::channel_bytes;
use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{HandleOut, In, Out, Text};
use crate::handle::Handle;
use crate::schedule;
use crate::space;
use crate::state::{State, lock};
use crate::sys::{
    CUDA_ARRAY_DESCRIPTOR, CUDA_RESOURCE_DESC, CUDA_TEXTURE_DESC, CUaddress_mode, CUarray_format,
    CUfilter_mode, CUresourcetype,
};

/// What a texture reference shows.
#[derive(Clone, Copy, Debug)]
enum Bound {
    Array(Handle),
    Mipmapped(Handle),
    Linear { address: u64, bytes: usize },
    Pitched { address: u64, pitch: usize, width: usize, height: usize },
}

/// A texture reference.
#[derive(Clone, Debug)]
pub(crate) struct TextureReference {
    /// The module that has it, with the address of its variable; none for one that a client made.
    variable: Option<(Handle, u64)>,
    bound: Option<Bound>,
    format: (CUarray_format, u32),
    addressing: [CUaddress_mode; 3],
    filter: CUfilter_mode,
    mipmap_filter: CUfilter_mode,
    level_bias: f32,
    level_clamp: [f32; 2],
    anisotropy: u32,
    border: [f32; 4],
    flags: u32,
    /// What its variable names.
    object: Option<Handle>,
}

/// A surface reference.
#[derive(Debug)]
pub(crate) struct SurfaceReference {
    variable: (Handle, u64),
    array: Option<Handle>,
    object: Option<Handle>,
}

/// `CU_TRSA_OVERRIDE_FORMAT`: the format is the array's. It must be given.
const OVERRIDE_FORMAT: u32 = 1;
/// Integers, normalized coordinates, sRGB, and no trilinear optimization.
const FLAGS: u32 = 1 | 2 | 0x10 | 0x20;
/// `CU_PARAM_TR_DEFAULT`.
const DEFAULT_UNIT: i32 = -1;
/// What the addresses of textures are multiples of.
const ALIGNMENT: u64 = 512;

impl TextureReference {
    fn new(variable: Option<(Handle, u64)>) -> TextureReference {
        TextureReference {
            variable,
            bound: None,
            format: (CUarray_format::CU_AD_FORMAT_UNSIGNED_INT8, 1),
            addressing: [CUaddress_mode::CU_TR_ADDRESS_MODE_CLAMP; 3],
            filter: CUfilter_mode::CU_TR_FILTER_MODE_POINT,
            mipmap_filter: CUfilter_mode::CU_TR_FILTER_MODE_POINT,
            level_bias: 0.0,
            level_clamp: [0.0, 0.0],
            anisotropy: 0,
            border: [0.0; 4],
            flags: 0,
            object: None,
        }
    }

    fn description(&self) -> CUDA_TEXTURE_DESC {
        CUDA_TEXTURE_DESC {
            addressMode: self.addressing,
            filterMode: self.filter,
            flags: self.flags,
            maxAnisotropy: self.anisotropy,
            mipmapFilterMode: self.mipmap_filter,
            mipmapLevelBias: self.level_bias,
            minMipmapLevelClamp: self.level_clamp[0],
            maxMipmapLevelClamp: self.level_clamp[1],
            borderColor: self.border,
            ..CUDA_TEXTURE_DESC::default()
        }
    }

    fn resource(&self, bound: Bound) -> CUDA_RESOURCE_DESC {
        use CUresourcetype as T;
        let mut resource = CUDA_RESOURCE_DESC::default();
        let (format, channels) = self.format;
        match bound {
            Bound::Array(array) => {
                resource.resType = T::CU_RESOURCE_TYPE_ARRAY;
                resource.res.array.hArray = array.0 as crate::sys::CUarray;
            }
            Bound::Mipmapped(array) => {
                resource.resType = T::CU_RESOURCE_TYPE_MIPMAPPED_ARRAY;
                resource.res.mipmap.hMipmappedArray = array.0 as crate::sys::CUmipmappedArray;
            }
            Bound::Linear { address, bytes } => {
                resource.resType = T::CU_RESOURCE_TYPE_LINEAR;
                resource.res.linear.devPtr = address;
                resource.res.linear.format = format;
                resource.res.linear.numChannels = channels;
                resource.res.linear.sizeInBytes = bytes;
            }
            Bound::Pitched { address, pitch, width, height } => {
                resource.resType = T::CU_RESOURCE_TYPE_PITCH2D;
                resource.res.pitch2D.devPtr = address;
                resource.res.pitch2D.format = format;
                resource.res.pitch2D.numChannels = channels;
                resource.res.pitch2D.width = width;
                resource.res.pitch2D.height = height;
                resource.res.pitch2D.pitchInBytes = pitch;
            }
        }
        resource
    }
}

/// Puts the object that is bound to a reference into its variable.
fn show(variable: u64, object: Option<Handle>) {
    let space = space::read();
    if let Some(range) = space.find(variable) {
        space::fill_new(range, &object.unwrap_or_default().0.to_le_bytes());
    }
}

/// Waits for the work of a module's context, which may look at its references.
fn wait_for_context_of(module: Handle) {
    let state = lock();
    let Some(context) = state.context_of_module(module) else { return };
    let streams = state.streams_in(context);
    let moments = state.pending_of(&streams);
    drop(schedule::wait_for(state, &moments));
}

/// Changes a reference; nothing is changed if what comes out cannot be.
fn change(reference: Handle, change: impl FnOnce(&State, &mut TextureReference) -> Answer) -> Answer {
    let variable = lock().texture_references.get(reference).ok_or(INVALID_VALUE)?.variable;
    if let Some((module, _)) = variable {
        wait_for_context_of(module);
    }
    let mut state = lock();
    let mut new = state.texture_references.get(reference).ok_or(INVALID_VALUE)?.clone();
    change(&state, &mut new)?;
    let old = new.object.take();
    if let Some(bound) = new.bound {
        let (resource, description) = (new.resource(bound), new.description());
        new.object = Some(state.add_texture(resource, description)?);
    }
    if let Some((_, address)) = new.variable {
        show(address, new.object);
    }
    if let Some(old) = old {
        state.textures.remove(old);
    }
    if let Some(found) = state.texture_references.get_mut(reference) {
        *found = new;
    }
    Ok(())
}

/// Asks a reference.
fn ask<T>(out: Out<T>, reference: Handle, answer: impl FnOnce(&TextureReference) -> Answer<T>) -> Answer {
    let out = out.required()?;
    let state = lock();
    out.put(answer(state.texture_references.get(reference).ok_or(INVALID_VALUE)?)?);
    Ok(())
}

impl State {
    /// Ends the references of a module that is unloaded.
    pub(crate) fn drop_references_of(&mut self, module: Handle) {
        let of_module = |it: &TextureReference| it.variable.is_some_and(|(owner, _)| owner == module);
        for reference in self.texture_references.handles(of_module) {
            if let Some(object) = self.texture_references.remove(reference).and_then(|gone| gone.object) {
                self.textures.remove(object);
            }
        }
        for reference in self.surface_references.handles(|it| it.variable.0 == module) {
            if let Some(object) = self.surface_references.remove(reference).and_then(|gone| gone.object) {
                self.surfaces.remove(object);
            }
        }
    }
}

// References themselves.
impl Sim {
    /// The same each time. It goes with the module.
    pub(crate) fn cuModuleGetTexRef(reference: HandleOut, module: Handle, name: Text) -> Answer {
        let out = reference.required()?;
        let mut state = lock();
        let variable = Some((module, state.reference_variable(module, &name.read()?)?));
        let known = state.texture_references.handles(|it| it.variable == variable).first().copied();
        out.put(known.unwrap_or_else(|| state.texture_references.insert(TextureReference::new(variable))));
        Ok(())
    }

    /// As for textures.
    pub(crate) fn cuModuleGetSurfRef(reference: HandleOut, module: Handle, name: Text) -> Answer {
        let out = reference.required()?;
        let mut state = lock();
        let variable = (module, state.reference_variable(module, &name.read()?)?);
        let known = state.surface_references.handles(|it| it.variable == variable).first().copied();
        let new = SurfaceReference { variable, array: None, object: None };
        out.put(known.unwrap_or_else(|| state.surface_references.insert(new)));
        Ok(())
    }

    /// No kernel can look through it.
    pub(crate) fn cuTexRefCreate(reference: HandleOut) -> Answer {
        let out = reference.required()?;
        let mut state = lock();
        state.usable()?;
        out.put(state.texture_references.insert(TextureReference::new(None)));
        Ok(())
    }

    /// Not for references of modules.
    pub(crate) fn cuTexRefDestroy(reference: Handle) -> Answer {
        let mut state = lock();
        if state.texture_references.get(reference).ok_or(INVALID_VALUE)?.variable.is_some() {
            return Err(INVALID_VALUE);
        }
        let object = state.texture_references.remove(reference).and_then(|gone| gone.object);
        if let Some(object) = object {
            state.textures.remove(object);
        }
        Ok(())
    }

    /// A kernel sees the references of its module anyhow.
    pub(crate) fn cuParamSetTexRef(function: Handle, unit: i32, reference: Handle) -> Answer {
        let mut state = lock();
        state.function(function)?;
        let found = state.texture_references.get(reference).ok_or(INVALID_VALUE)?;
        if unit == DEFAULT_UNIT && found.variable.is_some() { Ok(()) } else { Err(INVALID_VALUE) }
    }
}

// What they show.
impl Sim {
    pub(crate) fn cuTexRefSetArray(reference: Handle, array: Handle, flags: u32) -> Answer {
        if flags != OVERRIDE_FORMAT {
            return Err(INVALID_VALUE);
        }
        change(reference, |state, it| {
            let descriptor = state.arrays.get(array).ok_or(INVALID_HANDLE)?.descriptor;
            it.format = (descriptor.Format, descriptor.NumChannels);
            it.bound = Some(Bound::Array(array));
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetMipmappedArray(reference: Handle, array: Handle, flags: u32) -> Answer {
        if flags != OVERRIDE_FORMAT {
            return Err(INVALID_VALUE);
        }
        change(reference, |state, it| {
            state.mipmapped.get(array).ok_or(INVALID_HANDLE)?;
            it.bound = Some(Bound::Mipmapped(array));
            Ok(())
        })
    }

    /// An address between those that textures can begin at is some bytes into the texture, which the client is told, and must want to know.
    pub(crate) fn cuTexRefSetAddress_v2(
        offset: Out<usize>,
        reference: Handle,
        address: u64,
        bytes: usize,
    ) -> Answer {
        let skip = address % ALIGNMENT;
        if skip != 0 && !offset.is_wanted() {
            return Err(INVALID_VALUE);
        }
        change(reference, |_, it| {
            let bytes = bytes.checked_add(skip as usize).ok_or(INVALID_VALUE)?;
            it.bound = Some(Bound::Linear { address: address - skip, bytes });
            Ok(())
        })?;
        offset.put(skip as usize);
        Ok(())
    }

    pub(crate) fn cuTexRefSetAddress2D_v3(
        reference: Handle,
        descriptor: In<CUDA_ARRAY_DESCRIPTOR>,
        address: u64,
        pitch: usize,
    ) -> Answer {
        let CUDA_ARRAY_DESCRIPTOR { Width: width, Height: height, Format, NumChannels } =
            descriptor.read()?;
        change(reference, |_, it| {
            it.format = (Format, NumChannels);
            it.bound = Some(Bound::Pitched { address, pitch, width, height });
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetAddress2D_v2(
        reference: Handle,
        descriptor: In<CUDA_ARRAY_DESCRIPTOR>,
        address: u64,
        pitch: usize,
    ) -> Answer {
        Sim::cuTexRefSetAddress2D_v3(reference, descriptor, address, pitch)
    }

    pub(crate) fn cuTexRefGetArray(array: HandleOut, reference: Handle) -> Answer {
        let out = array.required()?;
        match lock().texture_references.get(reference).ok_or(INVALID_VALUE)?.bound {
            Some(Bound::Array(array)) => out.put(array),
            _ => return Err(INVALID_VALUE),
        }
        Ok(())
    }

    pub(crate) fn cuTexRefGetMipmappedArray(array: HandleOut, reference: Handle) -> Answer {
        let out = array.required()?;
        match lock().texture_references.get(reference).ok_or(INVALID_VALUE)?.bound {
            Some(Bound::Mipmapped(array)) => out.put(array),
            _ => return Err(INVALID_VALUE),
        }
        Ok(())
    }

    pub(crate) fn cuTexRefGetAddress_v2(address: Out<u64>, reference: Handle) -> Answer {
        ask(address, reference, |it| match it.bound {
            Some(Bound::Linear { address, .. } | Bound::Pitched { address, .. }) => Ok(address),
            _ => Err(INVALID_VALUE),
        })
    }

    pub(crate) fn cuSurfRefSetArray(reference: Handle, array: Handle, flags: u32) -> Answer {
        if flags != 0 {
            return Err(INVALID_VALUE);
        }
        let (module, variable) = lock().surface_references.get(reference).ok_or(INVALID_VALUE)?.variable;
        wait_for_context_of(module);
        let mut state = lock();
        let object = state.add_surface(array)?;
        let found = state.surface_references.get_mut(reference).ok_or(INVALID_VALUE)?;
        found.array = Some(array);
        let old = found.object.replace(object);
        show(variable, Some(object));
        if let Some(old) = old {
            state.surfaces.remove(old);
        }
        Ok(())
    }

    pub(crate) fn cuSurfRefGetArray(array: HandleOut, reference: Handle) -> Answer {
        let out = array.required()?;
        let state = lock();
        let found = state.surface_references.get(reference).ok_or(INVALID_VALUE)?;
        out.put(found.array.ok_or(INVALID_VALUE)?);
        Ok(())
    }
}

// How they show it.
impl Sim {
    /// Not for memory in rows, whose format came with its address.
    pub(crate) fn cuTexRefSetFormat(reference: Handle, format: CUarray_format, channels: i32) -> Answer {
        channel_bytes(format)?;
        if !matches!(channels, 1 | 2 | 4) {
            return Err(INVALID_VALUE);
        }
        change(reference, |_, it| {
            if matches!(it.bound, Some(Bound::Pitched { .. })) {
                return Err(INVALID_VALUE);
            }
            it.format = (format, channels as u32);
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetAddressMode(reference: Handle, dimension: i32, mode: CUaddress_mode) -> Answer {
        change(reference, |_, it| {
            let dimension = usize::try_from(dimension).map_err(|_| INVALID_VALUE)?;
            *it.addressing.get_mut(dimension).ok_or(INVALID_VALUE)? = mode;
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetFilterMode(reference: Handle, mode: CUfilter_mode) -> Answer {
        change(reference, |_, it| {
            it.filter = mode;
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetMipmapFilterMode(reference: Handle, mode: CUfilter_mode) -> Answer {
        change(reference, |_, it| {
            it.mipmap_filter = mode;
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetMipmapLevelBias(reference: Handle, bias: f32) -> Answer {
        change(reference, |_, it| {
            it.level_bias = bias;
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetMipmapLevelClamp(reference: Handle, least: f32, most: f32) -> Answer {
        change(reference, |_, it| {
            it.level_clamp = [least, most];
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetMaxAnisotropy(reference: Handle, most: u32) -> Answer {
        change(reference, |_, it| {
            it.anisotropy = most;
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetBorderColor(reference: Handle, color: In<f32>) -> Answer {
        let color = color.all(4)?;
        change(reference, |_, it| {
            it.border.copy_from_slice(&color);
            Ok(())
        })
    }

    pub(crate) fn cuTexRefSetFlags(reference: Handle, flags: u32) -> Answer {
        if flags & !FLAGS != 0 {
            return Err(INVALID_VALUE);
        }
        change(reference, |_, it| {
            it.flags = flags;
            Ok(())
        })
    }

    pub(crate) fn cuTexRefGetFormat(
        format: Out<CUarray_format>,
        channels: Out<i32>,
        reference: Handle,
    ) -> Answer {
        let state = lock();
        let found = state.texture_references.get(reference).ok_or(INVALID_VALUE)?;
        format.required()?.put(found.format.0);
        channels.put(found.format.1 as i32);
        Ok(())
    }

    pub(crate) fn cuTexRefGetAddressMode(
        mode: Out<CUaddress_mode>,
        reference: Handle,
        dimension: i32,
    ) -> Answer {
        ask(mode, reference, |it| {
            let dimension = usize::try_from(dimension).map_err(|_| INVALID_VALUE)?;
            it.addressing.get(dimension).copied().ok_or(INVALID_VALUE)
        })
    }

    pub(crate) fn cuTexRefGetFilterMode(mode: Out<CUfilter_mode>, reference: Handle) -> Answer {
        ask(mode, reference, |it| Ok(it.filter))
    }

    pub(crate) fn cuTexRefGetMipmapFilterMode(mode: Out<CUfilter_mode>, reference: Handle) -> Answer {
        ask(mode, reference, |it| Ok(it.mipmap_filter))
    }

    pub(crate) fn cuTexRefGetMipmapLevelBias(bias: Out<f32>, reference: Handle) -> Answer {
        ask(bias, reference, |it| Ok(it.level_bias))
    }

    pub(crate) fn cuTexRefGetMipmapLevelClamp(least: Out<f32>, most: Out<f32>, reference: Handle) -> Answer {
        let most = most.required()?;
        ask(least, reference, |it| {
            most.put(it.level_clamp[1]);
            Ok(it.level_clamp[0])
        })
    }

    pub(crate) fn cuTexRefGetMaxAnisotropy(most: Out<i32>, reference: Handle) -> Answer {
        ask(most, reference, |it| Ok(it.anisotropy as i32))
    }

    /// Four numbers.
    pub(crate) fn cuTexRefGetBorderColor(color: Out<f32>, reference: Handle) -> Answer {
        let out = color.required()?;
        let border = lock().texture_references.get(reference).ok_or(INVALID_VALUE)?.border;
        out.put_all(border, 4);
        Ok(())
    }

    pub(crate) fn cuTexRefGetFlags(flags: Out<u32>, reference: Handle) -> Answer {
        ask(flags, reference, |it| Ok(it.flags))
    }
}
