//! Textures and surfaces that modules name, and the host binds.

use std::ffi::CString;
use std::ptr::null_mut;

use crate::support::*;

const SOURCE: &str = "
.version 7.0
.target sm_70
.address_size 64
.visible .global .texref line;
.visible .global .texref plane;
.visible .global .surfref board;
.visible .entry fetch(.param .u64 out) {
    .reg .u32 %r<6>; .reg .u64 %rd<4>; .reg .f32 %f<5>;
    ld.param.u64 %rd1, [out]; mov.u32 %r1, %tid.x; mul.wide.u32 %rd2, %r1, 4; add.u64 %rd1, %rd1, %rd2;
    tex.1d.v4.u32.s32 {%r2, %r3, %r4, %r5}, [line, {%r1}];
    st.global.u32 [%rd1], %r2; ret;
}
.visible .entry look(.param .u64 out) {
    .reg .u32 %r<6>; .reg .u64 %rd<4>; .reg .f32 %f<7>;
    ld.param.u64 %rd1, [out]; mov.u32 %r1, %tid.x; mul.wide.u32 %rd2, %r1, 4; add.u64 %rd1, %rd1, %rd2;
    cvt.rn.f32.u32 %f5, %r1; mov.f32 %f6, 0f3F800000;
    tex.2d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [plane, {%f5, %f6}];
    st.global.f32 [%rd1], %f1; ret;
}
.visible .entry mark(.param .u64 out) {
    .reg .u32 %r<4>;
    mov.u32 %r1, %tid.x; mul.lo.u32 %r2, %r1, 4; mov.u32 %r3, 0;
    sust.b.2d.b32.trap [board, {%r2, %r3}], %r1; ret;
}
";

const INVALID: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;
const FLOAT: CUarray_format = CUarray_format::CU_AD_FORMAT_FLOAT;
const WORDS: CUarray_format = CUarray_format::CU_AD_FORMAT_UNSIGNED_INT32;

fn module() -> CUmodule {
    load(&CString::new(SOURCE).unwrap())
}

fn reference(module: CUmodule, name: &std::ffi::CStr) -> CUtexref {
    let mut reference = null_mut();
    ok!(cuModuleGetTexRef(&mut reference, module, name.as_ptr()));
    reference
}

fn run(kernel: CUfunction, out: CUdeviceptr, threads: u32) {
    let mut out = out;
    let mut arguments = [argument(&mut out)];
    let none = null_mut();
    ok!(cuLaunchKernel(kernel, 1, 1, 1, threads, 1, 1, 0, none, arguments.as_mut_ptr(), null_mut()));
}

fn array(flags: u32, format: CUarray_format) -> CUarray {
    let mut array = null_mut();
    let shape = CUDA_ARRAY3D_DESCRIPTOR {
        Width: 4,
        Height: 4,
        Depth: 0,
        Format: format,
        NumChannels: 1,
        Flags: flags,
    };
    ok!(cuArray3DCreate_v2(&mut array, &shape));
    array
}

#[test]
fn a_reference_shows_linear_memory_from_the_address_it_was_given() {
    let gpu = Gpu::new();
    let module = module();
    let (line, fetch) = (reference(module, c"line"), function(module, c"fetch"));
    let memory = gpu.upload(&(0..256).map(|it| 100 + it).collect::<Vec<u32>>());
    let out = gpu.alloc(16);
    ok!(cuTexRefSetFormat(line, WORDS, 1));
    ok!(cuTexRefSetFlags(line, 1));
    let mut offset = 99;
    ok!(cuTexRefSetAddress_v2(&mut offset, line, memory, 1024));

    run(fetch, out, 4);
    assert_eq!((offset, gpu.download(out, 4)), (0, vec![100, 101, 102, 103]));

    // Between the places where textures begin, the rest is told.
    assert_eq!(cu!(cuTexRefSetAddress_v2(null_mut(), line, memory + 516, 64)), INVALID);
    ok!(cuTexRefSetAddress_v2(&mut offset, line, memory + 516, 64));
    run(fetch, out, 4);
    assert_eq!((offset, gpu.download(out, 4)), (4, vec![228, 229, 230, 231]));
    let mut address = 0;
    ok!(cuTexRefGetAddress_v2(&mut address, line));
    assert_eq!(address, memory + 512);
    assert_eq!(cu!(cuTexRefGetArray(&mut null_mut(), line)), INVALID);
    assert_eq!(
        cu!(cuTexRefSetAddress_v2(&mut offset, line, memory, 1 << 20)),
        INVALID,
        "not so much is there"
    );
}

#[test]
fn a_change_of_a_reference_is_not_for_launches_before_it() {
    let gpu = Gpu::new();
    let module = module();
    let (line, fetch) = (reference(module, c"line"), function(module, c"fetch"));
    let (first, second) = (gpu.upload(&[1, 1, 1, 1]), gpu.upload(&[2, 2, 2, 2]));
    let outs: Vec<CUdeviceptr> = (0..20).map(|_| gpu.alloc(16)).collect();
    ok!(cuTexRefSetFormat(line, WORDS, 1));
    ok!(cuTexRefSetFlags(line, 1));
    for (index, &out) in outs.iter().enumerate() {
        let memory = if index % 2 == 0 { first } else { second };
        ok!(cuTexRefSetAddress_v2(null_mut(), line, memory, 16));
        run(fetch, out, 4);
    }

    for (index, &out) in outs.iter().enumerate() {
        assert_eq!(gpu.download(out, 1), [1 + index as u32 % 2]);
    }
}

#[test]
fn arrays_and_rows_are_shown_with_filter_and_addressing() {
    let gpu = Gpu::new();
    let module = module();
    let (plane, look) = (reference(module, c"plane"), function(module, c"look"));
    let values: Vec<f32> = (0..16).map(|it| it as f32).collect();
    let (array, out) = (array(0, FLOAT), gpu.alloc(16));
    let copy = CUDA_MEMCPY2D {
        srcMemoryType: CUmemorytype::CU_MEMORYTYPE_HOST,
        srcHost: values.as_ptr().cast(),
        srcPitch: 16,
        dstMemoryType: CUmemorytype::CU_MEMORYTYPE_ARRAY,
        dstArray: array,
        WidthInBytes: 16,
        Height: 4,
        ..CUDA_MEMCPY2D::default()
    };
    ok!(cuMemcpy2D_v2(&copy));
    let read = || gpu.download(out, 4).into_iter().map(f32::from_bits).collect::<Vec<f32>>();
    assert_eq!(cu!(cuTexRefSetArray(plane, array, 0)), INVALID, "the flag must be given");
    ok!(cuTexRefSetArray(plane, array, 1));
    run(look, out, 4);
    assert_eq!(read(), [4.0, 5.0, 6.0, 7.0]);

    ok!(cuTexRefSetFilterMode(plane, CUfilter_mode::CU_TR_FILTER_MODE_LINEAR));
    run(look, out, 4);
    // Halfway between two rows and two columns, clamped at the left.
    assert_eq!(read(), [2.0, 2.5, 3.5, 4.5]);
    let (mut bound, mut format, mut channels) = (null_mut(), WORDS, 0);
    ok!(cuTexRefGetArray(&mut bound, plane));
    ok!(cuTexRefGetFormat(&mut format, &mut channels, plane));
    assert_eq!((bound, format, channels), (array, FLOAT, 1));

    let (mut rows, mut pitch) = (0, 0);
    ok!(cuMemAllocPitch_v2(&mut rows, &mut pitch, 16, 4, 4));
    ok!(cuMemsetD2D32_v2(rows, pitch, 7.5f32.to_bits(), 4, 4));
    let shape = CUDA_ARRAY_DESCRIPTOR { Width: 4, Height: 4, Format: FLOAT, NumChannels: 1 };
    ok!(cuTexRefSetAddress2D_v3(plane, &shape, rows, pitch));
    run(look, out, 4);
    assert_eq!(read(), [7.5; 4]);
    assert_eq!(cu!(cuTexRefSetFormat(plane, FLOAT, 1)), INVALID, "the format came with the address");
}

#[test]
fn a_surface_reference_writes_to_its_array() {
    let gpu = Gpu::new();
    let module = module();
    let (plain, surface) = (array(0, WORDS), array(CUDA_ARRAY3D_SURFACE_LDST, WORDS));
    let (mut board, mut bound) = (null_mut(), null_mut());
    ok!(cuModuleGetSurfRef(&mut board, module, c"board".as_ptr()));
    assert_eq!(cu!(cuSurfRefSetArray(board, plain, 0)), INVALID, "it was not made for surfaces");
    assert_eq!(cu!(cuSurfRefGetArray(&mut bound, board)), INVALID);
    ok!(cuSurfRefSetArray(board, surface, 0));
    ok!(cuSurfRefGetArray(&mut bound, board));
    assert_eq!(bound, surface);

    run(function(module, c"mark"), gpu.alloc(16), 4);
    let mut words = [9u32; 4];
    ok!(cuMemcpyAtoH_v2(words.as_mut_ptr().cast(), surface, 0, 16));
    assert_eq!(words, [0, 1, 2, 3]);
}

#[test]
fn references_say_what_they_were_told_and_end_with_their_module() {
    let _gpu = Gpu::new();
    let module = module();
    let line = reference(module, c"line");
    assert_eq!(line, reference(module, c"line"));
    let mut none = null_mut();
    let missing = cu!(cuModuleGetTexRef(&mut none, module, c"fetch".as_ptr()));
    assert_eq!(missing, CUresult::CUDA_ERROR_NOT_FOUND);
    let wrap = CUaddress_mode::CU_TR_ADDRESS_MODE_WRAP;
    ok!(cuTexRefSetAddressMode(line, 1, wrap));
    ok!(cuTexRefSetMaxAnisotropy(line, 4));
    ok!(cuTexRefSetMipmapLevelBias(line, 0.5));
    ok!(cuTexRefSetMipmapLevelClamp(line, 1.0, 2.0));
    ok!(cuTexRefSetMipmapFilterMode(line, CUfilter_mode::CU_TR_FILTER_MODE_LINEAR));
    let mut color = [1.0f32, 2.0, 3.0, 4.0];
    ok!(cuTexRefSetBorderColor(line, color.as_mut_ptr()));
    ok!(cuTexRefSetFlags(line, 2));
    color = [0.0; 4];
    let (mut mode, mut most, mut bias, mut clamp, mut flags) =
        (CUaddress_mode::CU_TR_ADDRESS_MODE_BORDER, 0, 0.0, [0.0; 2], 0);
    ok!(cuTexRefGetAddressMode(&mut mode, line, 1));
    ok!(cuTexRefGetMaxAnisotropy(&mut most, line));
    ok!(cuTexRefGetMipmapLevelBias(&mut bias, line));
    let [least, greatest] = &mut clamp;
    ok!(cuTexRefGetMipmapLevelClamp(least, greatest, line));
    ok!(cuTexRefGetBorderColor(color.as_mut_ptr(), line));
    ok!(cuTexRefGetFlags(&mut flags, line));

    assert_eq!((mode, most, bias, clamp, flags), (wrap, 4, 0.5, [1.0, 2.0], 2));
    assert_eq!(color, [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(cu!(cuTexRefSetAddressMode(line, 3, wrap)), INVALID);
    assert_eq!(cu!(cuTexRefSetFlags(line, 0x80)), INVALID);
    assert_eq!(cu!(cuTexRefDestroy(line)), INVALID, "it is the module's");
    let mut own = null_mut();
    ok!(cuTexRefCreate(&mut own));
    ok!(cuTexRefDestroy(own));
    assert_eq!(cu!(cuTexRefGetFlags(&mut flags, own)), INVALID);
    ok!(cuModuleUnload(module));
    assert_eq!(cu!(cuTexRefGetFlags(&mut flags, line)), INVALID);
}
