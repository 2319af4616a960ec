//! What kernels see through textures and surfaces. The reference for filtering follows the programming guide's formulas.

use std::ffi::CString;
use std::ptr::{null, null_mut};

use crate::support::*;

const CLAMP: CUaddress_mode = CUaddress_mode::CU_TR_ADDRESS_MODE_CLAMP;
const WRAP: CUaddress_mode = CUaddress_mode::CU_TR_ADDRESS_MODE_WRAP;
const MIRROR: CUaddress_mode = CUaddress_mode::CU_TR_ADDRESS_MODE_MIRROR;
const BORDER: CUaddress_mode = CUaddress_mode::CU_TR_ADDRESS_MODE_BORDER;
const INTEGERS: u32 = 1;
const NORMALIZED: u32 = 2;
const FLOAT: CUarray_format = CUarray_format::CU_AD_FORMAT_FLOAT;
const BYTES: CUarray_format = CUarray_format::CU_AD_FORMAT_UNSIGNED_INT8;

fn kernel(name: &std::ffi::CStr) -> CUfunction {
    let path = format!("{}/tests/fixtures/textures-13.5-compute_80.ptx", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    function(load(&CString::new(text).unwrap()), name)
}

/// An array of that size (width, height, depth) with `bytes` in it.
fn array(size: [usize; 3], format: CUarray_format, channels: u32, flags: u32, bytes: &[u8]) -> CUarray {
    let mut array = null_mut();
    let descriptor = CUDA_ARRAY3D_DESCRIPTOR {
        Width: size[0],
        Height: size[1],
        Depth: size[2],
        Format: format,
        NumChannels: channels,
        Flags: flags,
    };
    ok!(cuArray3DCreate_v2(&mut array, &descriptor));
    let rows = size[1].max(1) * size[2].max(1);
    let copy = CUDA_MEMCPY3D {
        srcMemoryType: CUmemorytype::CU_MEMORYTYPE_HOST,
        srcHost: bytes.as_ptr().cast(),
        srcPitch: bytes.len() / rows,
        srcHeight: size[1].max(1),
        dstMemoryType: CUmemorytype::CU_MEMORYTYPE_ARRAY,
        dstArray: array,
        WidthInBytes: bytes.len() / rows,
        Height: size[1].max(1),
        Depth: size[2].max(1),
        ..CUDA_MEMCPY3D::default()
    };
    ok!(cuMemcpy3D_v2(&copy));
    array
}

fn of_array(array: CUarray) -> CUDA_RESOURCE_DESC {
    let mut resource =
        CUDA_RESOURCE_DESC { resType: CUresourcetype::CU_RESOURCE_TYPE_ARRAY, ..Default::default() };
    resource.res.array.hArray = array;
    resource
}

fn texture(resource: &CUDA_RESOURCE_DESC, mode: CUaddress_mode, linear: bool, flags: u32) -> u64 {
    let filter =
        if linear { CUfilter_mode::CU_TR_FILTER_MODE_LINEAR } else { CUfilter_mode::CU_TR_FILTER_MODE_POINT };
    let description =
        CUDA_TEXTURE_DESC { addressMode: [mode; 3], filterMode: filter, flags, ..Default::default() };
    let mut object = 0;
    ok!(cuTexObjectCreate(&mut object, resource, &description, null()));
    object
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn download(gpu: &Gpu, address: CUdeviceptr, count: usize) -> Vec<f32> {
    gpu.download(address, count).into_iter().map(f32::from_bits).collect()
}

/// One direction of a sample, as the guide has it: the two texels (none: the border) and the weight of the second.
fn reference(
    mut x: f32,
    size: usize,
    mode: CUaddress_mode,
    linear: bool,
    flags: u32,
) -> [(Option<usize>, f32); 2] {
    let n = size as f32;
    let normalized = flags & NORMALIZED != 0;
    let mode = if normalized || !matches!(mode, WRAP | MIRROR) { mode } else { CLAMP };
    if normalized {
        x = match mode {
            WRAP => x - x.floor(),
            MIRROR if (x.floor() as i64) % 2 == 0 => x - x.floor(),
            MIRROR => 1.0 - (x - x.floor()),
            _ => x,
        } * n;
    }
    let at = |i: f32| -> Option<usize> {
        let i = i as i64;
        match mode {
            BORDER => usize::try_from(i).ok().filter(|i| *i < size),
            WRAP => Some(i.rem_euclid(size as i64) as usize),
            _ => Some(i.clamp(0, size as i64 - 1) as usize),
        }
    };
    if !linear {
        return [(at(x.floor()), 1.0), (None, 0.0)];
    }
    let base = (x - 0.5).floor();
    let weight = ((x - 0.5 - base) * 256.0).round_ties_even() / 256.0;
    [(at(base), 1.0 - weight), (at(base + 1.0), weight)]
}

#[test]
fn planes_are_sampled_by_every_mode_and_filter() {
    let gpu = Gpu::new();
    let sample = kernel(c"sample_plane");
    let (width, height) = (5, 3);
    let texels: Vec<f32> = (0..width * height).map(|i| ((i * 7) % 11) as f32 - 3.0).collect();
    let array = array([width, height, 0], FLOAT, 1, 0, &floats(&texels));
    // Points inside, on edges and outside, away from where rounding decides.
    let points: Vec<f32> = (0..32).flat_map(|i| [i as f32 * 0.37 - 3.1, i as f32 * -0.23 + 4.15]).collect();
    for (mode, linear, flags) in [
        (CLAMP, false, 0),
        (CLAMP, true, 0),
        (BORDER, false, 0),
        (BORDER, true, 0),
        (WRAP, false, 0),
        (CLAMP, true, NORMALIZED),
        (WRAP, false, NORMALIZED),
        (WRAP, true, NORMALIZED),
        (MIRROR, false, NORMALIZED),
        (BORDER, true, NORMALIZED),
    ] {
        let mut object = texture(&of_array(array), mode, linear, flags);
        let words: Vec<u32> = points.iter().map(|it| it.to_bits()).collect();
        let (mut out, mut at, mut n) = (gpu.upload(&[0; 32]), gpu.upload(&words), 32);
        let mut given = [argument(&mut object), argument(&mut out), argument(&mut at), argument(&mut n)];
        assert_eq!(launch(sample, 1, 32, null_mut(), &mut given), OK);

        for (got, point) in download(&gpu, out, 32).into_iter().zip(points.chunks(2)) {
            let columns = reference(point[0], width, mode, linear, flags);
            let rows = reference(point[1], height, mode, linear, flags);
            let mut wanted = 0.0;
            for (y, wy) in rows {
                for (x, wx) in columns {
                    let texel = x.zip(y).map_or(0.0, |(x, y)| texels[y * width + x]);
                    wanted += wx * wy * texel;
                }
            }
            let name = format!("{mode:?}, linear {linear}, flags {flags}, at {point:?}");
            assert!((got - wanted).abs() < 1e-4, "{name}: {got}, not {wanted}");
        }
        ok!(cuTexObjectDestroy(object));
    }
}

#[test]
fn linear_memory_is_fetched_by_index_and_is_zero_outside() {
    let gpu = Gpu::new();
    let words: Vec<u32> = [1.5f32, 2.5, 3.5, 4.5].map(f32::to_bits).to_vec();
    let mut resource =
        CUDA_RESOURCE_DESC { resType: CUresourcetype::CU_RESOURCE_TYPE_LINEAR, ..Default::default() };
    resource.res.linear = CUDA_RESOURCE_DESC_st__bindgen_ty_1__bindgen_ty_3 {
        devPtr: gpu.upload(&words),
        format: FLOAT,
        numChannels: 1,
        sizeInBytes: 16,
    };
    let (mut object, mut out) = (texture(&resource, CLAMP, false, 0), gpu.upload(&[7; 6]));

    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(kernel(c"fetch_line"), 1, 6, null_mut(), &mut given), OK);

    assert_eq!(download(&gpu, out, 6), [0.0, 1.5, 2.5, 3.5, 4.5, 0.0]);
}

#[test]
fn volumes_layers_and_levels_are_sampled() {
    let gpu = Gpu::new();
    let texels: Vec<f32> = (0..8).map(|i| i as f32).collect();
    let volume = array([2, 2, 2], FLOAT, 1, 0, &floats(&texels));
    let mut object = texture(&of_array(volume), CLAMP, true, 0);
    let points = [1.0f32, 1.0, 1.0, 0.5, 0.5, 0.5, 1.5, 0.5, 1.5, 9.0, 9.0, 9.0];
    let (mut out, mut at) = (gpu.upload(&[0; 4]), gpu.upload(&points.map(f32::to_bits)));
    let mut n = 4;
    let mut given = [argument(&mut object), argument(&mut out), argument(&mut at), argument(&mut n)];
    assert_eq!(launch(kernel(c"sample_volume"), 1, 32, null_mut(), &mut given), OK);
    assert_eq!(download(&gpu, out, 4), [3.5, 0.0, 5.0, 7.0]);

    let layers = array([2, 2, 2], FLOAT, 1, 1, &floats(&texels));
    let (mut object, mut out) = (texture(&of_array(layers), CLAMP, false, 0), gpu.upload(&[0; 3]));
    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(kernel(c"sample_layers"), 1, 3, null_mut(), &mut given), OK);
    assert_eq!(download(&gpu, out, 3), [0.0, 4.0, 4.0], "a layer beyond the last is the last");

    let plane = array([4, 2, 0], FLOAT, 1, 0, &floats(&texels));
    let (mut object, mut out) = (texture(&of_array(plane), CLAMP, false, 0), gpu.upload(&[0]));
    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(kernel(c"sample_level"), 1, 1, null_mut(), &mut given), OK);
    assert_eq!(download(&gpu, out, 1), [1.0]);
}

#[test]
fn a_gather_gives_the_four_texels_around_a_point() {
    let gpu = Gpu::new();
    let plane = array([2, 2, 0], FLOAT, 1, 8, &floats(&[1.0, 2.0, 3.0, 4.0]));
    let (mut object, mut out) = (texture(&of_array(plane), CLAMP, false, 0), gpu.upload(&[0; 4]));

    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(kernel(c"gather"), 1, 1, null_mut(), &mut given), OK);

    // Counter-clockwise from the lower left.
    assert_eq!(download(&gpu, out, 4), [3.0, 4.0, 2.0, 1.0]);
}

#[test]
fn a_cube_is_met_on_the_face_of_the_longest_direction() {
    let gpu = Gpu::new();
    let texels: Vec<f32> = (0..24).map(|i| (i / 4) as f32).collect();
    let cube = array([2, 2, 6], FLOAT, 1, 4, &floats(&texels));
    let (mut object, mut out) = (texture(&of_array(cube), CLAMP, false, NORMALIZED), gpu.upload(&[9; 6]));

    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(kernel(c"sample_cube"), 1, 1, null_mut(), &mut given), OK);

    assert_eq!(download(&gpu, out, 6), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn bytes_are_read_as_integers_or_from_zero_to_one() {
    let gpu = Gpu::new();
    let bytes = [0u8, 51, 102, 255, 1, 2, 3, 4];
    let plane = array([2, 1, 0], BYTES, 4, 0, &bytes);
    let (mut object, mut out) = (texture(&of_array(plane), CLAMP, false, INTEGERS), gpu.upload(&[0; 2]));
    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(kernel(c"sample_colours"), 1, 2, null_mut(), &mut given), OK);
    assert_eq!(gpu.download(out, 2), [0xff66_3300, 0x0403_0201]);

    let row = array([4, 1, 0], BYTES, 1, 0, &bytes[..4]);
    let points: Vec<u32> = (0..4).flat_map(|i| [i as f32 + 0.5, 0.5]).map(f32::to_bits).collect();
    let (mut object, mut out) = (texture(&of_array(row), CLAMP, false, 0), gpu.upload(&[0; 4]));
    let (mut at, mut n) = (gpu.upload(&points), 4);
    let mut given = [argument(&mut object), argument(&mut out), argument(&mut at), argument(&mut n)];
    assert_eq!(launch(kernel(c"sample_plane"), 1, 32, null_mut(), &mut given), OK);
    assert_eq!(download(&gpu, out, 4), [0.0, 0.2, 0.4, 1.0]);
}

fn surface(array: CUarray) -> u64 {
    let mut object = 0;
    ok!(cuSurfObjectCreate(&mut object, &of_array(array)));
    object
}

fn back(array: CUarray, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    ok!(cuMemcpyAtoH_v2(bytes.as_mut_ptr().cast(), array, 0, len));
    bytes
}

#[test]
fn surfaces_are_read_and_written_and_keep_to_their_edges() {
    let _gpu = Gpu::new();
    let plane = array([4, 2, 0], FLOAT, 1, 2, &floats(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]));
    let mut object = surface(plane);
    assert_eq!(launch(kernel(c"add_one"), 2, 4, null_mut(), &mut [argument(&mut object)]), OK);
    ok!(cuCtxSynchronize());
    assert_eq!(back(plane, 16), floats(&[1.0, 2.0, 3.0, 4.0]));

    let colours = array([2, 1, 0], BYTES, 4, 2, &[0, 1, 2, 3, 252, 253, 254, 255]);
    let mut object = surface(colours);
    assert_eq!(launch(kernel(c"invert"), 1, 2, null_mut(), &mut [argument(&mut object)]), OK);
    ok!(cuCtxSynchronize());
    assert_eq!(back(colours, 8), [255, 254, 253, 252, 3, 2, 1, 0]);
}

#[test]
fn a_place_outside_of_a_surface_and_what_is_no_object_are_illegal() {
    let gpu = Gpu::new();
    let plane = array([4, 2, 0], FLOAT, 1, 2, &floats(&[0.0; 8]));
    let (mut object, mut out) = (surface(plane), gpu.upload(&[0]));
    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(kernel(c"read_outside"), 1, 1, null_mut(), &mut given), OK);
    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);

    let gpu = Gpu::new();
    let (mut object, mut out) = (12345u64, gpu.upload(&[0]));
    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(kernel(c"fetch_line"), 1, 1, null_mut(), &mut given), OK);
    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
}

#[test]
fn levels_of_a_mipmapped_array_are_read_through_one_object() {
    let gpu = Gpu::new();
    let line =
        CUDA_ARRAY3D_DESCRIPTOR { Width: 8, Height: 0, Depth: 0, Format: FLOAT, NumChannels: 1, Flags: 0 };
    let (mut mipmapped, mut level) = (null_mut(), null_mut());
    ok!(cuMipmappedArrayCreate(&mut mipmapped, &line, 3));
    for number in 0..3u32 {
        let texels: Vec<f32> = (0..8 >> number).map(|x| (100 * number + x) as f32).collect();
        ok!(cuMipmappedArrayGetLevel(&mut level, mipmapped, number));
        ok!(cuMemcpyHtoA_v2(level, 0, texels.as_ptr().cast(), 4 * texels.len()));
    }
    let mut resource = CUDA_RESOURCE_DESC {
        resType: CUresourcetype::CU_RESOURCE_TYPE_MIPMAPPED_ARRAY,
        ..Default::default()
    };
    resource.res.mipmap.hMipmappedArray = mipmapped;
    let description = CUDA_TEXTURE_DESC {
        addressMode: [CLAMP; 3],
        flags: NORMALIZED,
        mipmapFilterMode: CUfilter_mode::CU_TR_FILTER_MODE_LINEAR,
        maxMipmapLevelClamp: 1.75,
        ..Default::default()
    };
    let mut object = 0u64;
    ok!(cuTexObjectCreate(&mut object, &resource, &description, null()));
    let text = c".version 7.0 .target sm_70 .address_size 64
        .visible .entry k(.param .u64 t, .param .u64 o) { .reg .b32 %r<3>; .reg .b64 %rd<5>; .reg .f32 %f<5>;
        ld.param.u64 %rd1, [t]; ld.param.u64 %rd2, [o]; mov.u32 %r1, %tid.x; cvt.rn.f32.u32 %f1, %r1;
        mul.f32 %f1, %f1, 0f3F000000; mov.f32 %f2, 0f3F300000;
        tex.level.1d.v4.f32.f32 {%f3, _, _, _}, [%rd1, {%f2}], %f1;
        mad.wide.u32 %rd3, %r1, 4, %rd2; st.global.f32 [%rd3], %f3; ret; }";
    let mut out = gpu.upload(&[0; 5]);
    let mut given = [argument(&mut object), argument(&mut out)];
    assert_eq!(launch(function(load(text), c"k"), 1, 5, null_mut(), &mut given), OK);

    // Levels 0, 0.5, 1, 1.5 and the highest that is allowed, at texels 5, 2 and 1.
    let wanted = [5.0, (5.0 + 102.0) / 2.0, 102.0, (102.0 + 201.0) / 2.0, 0.25 * 102.0 + 0.75 * 201.0];
    assert_eq!(download(&gpu, out, 5), wanted);
    ok!(cuTexObjectDestroy(object));
    ok!(cuMipmappedArrayDestroy(mipmapped));
}
