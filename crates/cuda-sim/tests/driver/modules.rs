use std::ffi::{CStr, c_void};
use std::ptr::{null, null_mut};

use crate::support::*;

/// Kernels that do little, each for one promise.
const PTX: &CStr = c"
.version 7.8
.target sm_52
.address_size 64

.visible .global .align 4 .u32 counter = 7;
.visible .global .align 8 .u64 pointer = counter;
.visible .const .align 4 .u32 table[4] = {10, 20, 30, 40};

.visible .entry fill(.param .u64 target, .param .u32 value, .param .u32 count)
{
	.reg .pred %p<2>;
	.reg .b32 %r<6>;
	.reg .b64 %d<4>;
	ld.param.u64 %d1, [target];
	ld.param.u32 %r1, [value];
	ld.param.u32 %r2, [count];
	mov.u32 %r3, %ctaid.x;
	mov.u32 %r4, %ntid.x;
	mov.u32 %r5, %tid.x;
	mad.lo.s32 %r3, %r3, %r4, %r5;
	setp.ge.u32 %p1, %r3, %r2;
	@%p1 bra done;
	mul.wide.u32 %d2, %r3, 4;
	add.s64 %d3, %d1, %d2;
	st.global.u32 [%d3], %r1;
done:
	ret;
}

.visible .entry mixed(.param .u8 small, .param .align 8 .b8 block[24], .param .u16 half, .param .u64 target)
{
	.reg .b16 %h<3>;
	.reg .b32 %r<4>;
	.reg .b64 %d<4>;
	ld.param.u8 %h1, [small];
	ld.param.u64 %d1, [block+16];
	ld.param.u16 %h2, [half];
	ld.param.u64 %d2, [target];
	cvt.u32.u16 %r1, %h1;
	cvt.u32.u64 %r2, %d1;
	cvt.u32.u16 %r3, %h2;
	st.global.u32 [%d2], %r1;
	st.global.u32 [%d2+4], %r2;
	st.global.u32 [%d2+8], %r3;
	ret;
}

.visible .entry count_up()
{
	.reg .b32 %r<3>;
	ld.global.u32 %r1, [counter];
	add.u32 %r2, %r1, 1;
	st.global.u32 [counter], %r2;
	ret;
}

.visible .entry read_table(.param .u64 target)
{
	.reg .b32 %r<2>;
	.reg .b64 %d<2>;
	ld.param.u64 %d1, [target];
	ld.const.u32 %r1, [table+8];
	st.global.u32 [%d1], %r1;
	ret;
}

.extern .shared .align 4 .b8 scratch[];

.visible .entry use_shared(.param .u64 target, .param .u32 at)
{
	.reg .b32 %r<4>;
	.reg .b64 %d<2>;
	ld.param.u64 %d1, [target];
	ld.param.u32 %r1, [at];
	mov.u32 %r2, scratch;
	add.u32 %r2, %r2, %r1;
	st.shared.u32 [%r2], 99;
	ld.shared.u32 %r3, [%r2];
	st.global.u32 [%d1], %r3;
	ret;
}

.visible .entry bounded() .maxntid 64, 1, 1
{
	ret;
}

.visible .entry stop()
{
	trap;
	ret;
}
";

#[test]
fn a_kernel_writes_what_it_is_told() {
    let gpu = Gpu::new();
    let fill = function(load(PTX), c"fill");
    let (mut target, mut value, mut count) = (gpu.upload(&[0; 1000]), 42u32, 999u32);

    let mut arguments = [argument(&mut target), argument(&mut value), argument(&mut count)];
    assert_eq!(launch(fill, 8, 128, null_mut(), &mut arguments), OK);

    let result = gpu.download(target, 1000);
    assert!(result[..999].iter().all(|&word| word == 42));
    assert_eq!(result[999], 0);
}

#[test]
fn parameters_of_all_sizes_arrive_by_both_ways_of_passing_them() {
    let gpu = Gpu::new();
    let mixed = function(load(PTX), c"mixed");
    let (mut small, mut block, mut half, mut target) = (5u8, [0u64, 0, 77], 6u16, gpu.upload(&[0; 3]));
    let mut arguments =
        [argument(&mut small), argument(&mut block), argument(&mut half), argument(&mut target)];

    assert_eq!(launch(mixed, 1, 1, null_mut(), &mut arguments), OK);
    assert_eq!(gpu.download(target, 3), [5, 77, 6]);

    let mut buffer = [0u8; 48];
    for (index, bytes) in [(0, &[9u8][..]), (24, &78u64.to_le_bytes()), (32, &10u16.to_le_bytes())] {
        buffer[index..index + bytes.len()].copy_from_slice(bytes);
    }
    buffer[40..].copy_from_slice(&target.to_le_bytes());
    let mut size = buffer.len();
    let mut extra = [
        std::ptr::without_provenance_mut(1),
        argument(&mut buffer),
        std::ptr::without_provenance_mut(2),
        argument(&mut size),
        null_mut(),
    ];
    ok!(cuLaunchKernel(mixed, 1, 1, 1, 1, 1, 1, 0, null_mut(), null_mut(), extra.as_mut_ptr()));
    assert_eq!(gpu.download(target, 3), [9, 78, 10]);
    let both = cu!(cuLaunchKernel(
        mixed,
        1,
        1,
        1,
        1,
        1,
        1,
        0,
        null_mut(),
        arguments.as_mut_ptr(),
        extra.as_mut_ptr()
    ));
    assert_eq!(both, CUresult::CUDA_ERROR_INVALID_VALUE);
    let none = cu!(cuLaunchKernel(mixed, 1, 1, 1, 1, 1, 1, 0, null_mut(), null_mut(), null_mut()));
    assert_eq!(none, CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn parameters_are_described() {
    let _gpu = Gpu::new();
    let mixed = function(load(PTX), c"mixed");
    let info = |index| {
        let (mut offset, mut size) = (0, 0);
        let result = cu!(cuFuncGetParamInfo(mixed, index, &mut offset, &mut size));
        (result == OK).then_some((offset, size))
    };

    let all: Vec<_> = (0..6).map_while(info).collect();

    assert_eq!(all, [(0, 1), (8, 24), (32, 2), (40, 8)]);
    let (mut offset, mut count) = (0, 0);
    let beyond = cu!(cuFuncGetParamInfo(mixed, 4, &mut offset, null_mut()));
    assert_eq!(beyond, CUresult::CUDA_ERROR_INVALID_VALUE);
    ok!(cuFuncGetParamCount(mixed, &mut count));
    assert_eq!(count, 4);
    let mut name = null();
    ok!(cuFuncGetName(&mut name, mixed));
    // SAFETY: the driver gave a text that lives as long as the module.
    assert_eq!(unsafe { CStr::from_ptr(name) }, c"mixed");
}

#[test]
fn variables_are_each_modules_own_and_start_as_the_text_says() {
    let gpu = Gpu::new();
    let (first, second) = (load(PTX), load(PTX));
    let global = |module, name: &CStr| {
        let (mut address, mut len) = (0, 0);
        ok!(cuModuleGetGlobal_v2(&mut address, &mut len, module, name.as_ptr()));
        (address, len)
    };

    assert_eq!(launch(function(first, c"count_up"), 1, 1, null_mut(), &mut []), OK);

    let (counter, len) = global(first, c"counter");
    assert_eq!(len, 4);
    assert_eq!(gpu.download(counter, 1), [8]);
    assert_eq!(gpu.download(global(second, c"counter").0, 1), [7]);
    let (pointer, _) = global(first, c"pointer");
    let words = gpu.download(pointer, 2);
    assert_eq!(u64::from(words[0]) | u64::from(words[1]) << 32, counter);
    let (table, len) = global(first, c"table");
    assert_eq!(len, 16);
    ok!(cuMemcpyHtoD_v2(table + 8, (&raw const len).cast(), 4));
    let mut target = gpu.alloc(4);
    assert_eq!(launch(function(first, c"read_table"), 1, 1, null_mut(), &mut [argument(&mut target)]), OK);
    assert_eq!(gpu.download(target, 1), [16], "the host may set constants");
    let (mut address, mut size) = (0, 0);
    let missing = cu!(cuModuleGetGlobal_v2(&mut address, &mut size, first, c"nothing".as_ptr()));
    assert_eq!(missing, CUresult::CUDA_ERROR_NOT_FOUND);
}

#[test]
fn an_unloaded_module_takes_its_functions_and_memory_along() {
    let gpu = Gpu::new();
    let before = gpu.free_bytes();
    let module = load(PTX);
    let count_up = function(module, c"count_up");
    assert!(gpu.free_bytes() < before);

    ok!(cuModuleUnload(module));

    assert_eq!(gpu.free_bytes(), before);
    assert_eq!(launch(count_up, 1, 1, null_mut(), &mut []), CUresult::CUDA_ERROR_INVALID_HANDLE);
    assert_eq!(cu!(cuModuleUnload(module)), CUresult::CUDA_ERROR_INVALID_HANDLE);
}

#[test]
fn shapes_that_the_device_cannot_do_are_refused() {
    let _gpu = Gpu::new();
    let module = load(PTX);
    let (count_up, bounded) = (function(module, c"count_up"), function(module, c"bounded"));
    let try_shape = |function, grid: [u32; 3], block: [u32; 3], shared| {
        let [gx, gy, gz] = grid;
        let [bx, by, bz] = block;
        cu!(cuLaunchKernel(function, gx, gy, gz, bx, by, bz, shared, null_mut(), null_mut(), null_mut()))
    };
    let invalid = CUresult::CUDA_ERROR_INVALID_VALUE;

    assert_eq!(try_shape(count_up, [1, 1, 1], [1024, 1, 1], 0), OK);
    assert_eq!(try_shape(count_up, [0, 1, 1], [1, 1, 1], 0), invalid);
    assert_eq!(try_shape(count_up, [1, 1, 1], [1025, 1, 1], 0), invalid);
    assert_eq!(try_shape(count_up, [1, 1, 1], [32, 32, 2], 0), invalid);
    assert_eq!(try_shape(count_up, [1, 1, 1], [1, 1, 65], 0), invalid);
    assert_eq!(try_shape(count_up, [1, 65536, 1], [1, 1, 1], 0), invalid);
    assert_eq!(try_shape(count_up, [1, 1, 1], [1, 1, 1], 49153), invalid);
    assert_eq!(try_shape(bounded, [1, 1, 1], [64, 1, 1], 0), OK);
    assert_eq!(try_shape(bounded, [1, 1, 1], [65, 1, 1], 0), CUresult::CUDA_ERROR_INVALID_VALUE);
    ok!(cuCtxSynchronize());
}

#[test]
fn more_shared_memory_must_be_opted_into() {
    let gpu = Gpu::new();
    let use_shared = function(load(PTX), c"use_shared");
    let (mut target, mut at) = (gpu.alloc(4), 99_996u32);
    let mut arguments = [argument(&mut target), argument(&mut at)];
    let mut go = |bytes| {
        cu!(cuLaunchKernel(
            use_shared,
            1,
            1,
            1,
            1,
            1,
            1,
            bytes,
            null_mut(),
            arguments.as_mut_ptr(),
            null_mut()
        ))
    };
    assert_eq!(go(100_000), CUresult::CUDA_ERROR_INVALID_VALUE);

    let most = CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
    ok!(cuFuncSetAttribute(use_shared, most, 100_000));

    assert_eq!(go(100_000), OK);
    assert_eq!(gpu.download(target, 1), [99]);
    let too_much = cu!(cuFuncSetAttribute(use_shared, most, 200_000));
    assert_eq!(too_much, CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn a_kernel_that_leaves_its_memory_ends_the_context() {
    let gpu = Gpu::new();
    let fill = function(load(PTX), c"fill");
    let (mut target, mut value, mut count) = (gpu.alloc(400), 1u32, 101u32);
    let (stream, event) = (gpu.stream(), gpu.event());
    let mut arguments = [argument(&mut target), argument(&mut value), argument(&mut count)];

    assert_eq!(launch(fill, 1, 128, stream, &mut arguments), OK, "it fails later");

    let illegal = CUresult::CUDA_ERROR_ILLEGAL_ADDRESS;
    assert_eq!(cu!(cuStreamSynchronize(stream)), illegal);
    let mut address = 0;
    assert_eq!(cu!(cuMemAlloc_v2(&mut address, 4)), illegal);
    assert_eq!(cu!(cuEventRecord(event, stream)), illegal);
    assert_eq!(cu!(cuCtxSynchronize()), illegal);
    assert_eq!(launch(fill, 1, 1, stream, &mut arguments), illegal);
    let mut device = -1;
    ok!(cuCtxGetDevice(&mut device));
    assert_eq!(device, gpu.device);
    let notes = cuda_sim::journal().notes;
    assert!(notes.iter().any(|note| note.contains("past the end") && note.contains("fill")), "{notes:?}");
    // Another context of the same device is not concerned.
    let mut other = null_mut();
    ok!(cuCtxCreate_v4(&mut other, null_mut(), 0, gpu.device));
    ok!(cuMemAlloc_v2(&mut address, 4));
    ok!(cuCtxDestroy_v2(other));
}

#[test]
fn a_trap_is_a_launch_failure() {
    let _gpu = Gpu::new();

    assert_eq!(launch(function(load(PTX), c"stop"), 1, 1, null_mut(), &mut []), OK);

    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_LAUNCH_FAILED);
    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_LAUNCH_FAILED);
}

static STATUS: std::sync::Mutex<Vec<CUresult>> = std::sync::Mutex::new(Vec::new());

unsafe extern "C" fn note_status(_stream: CUstream, status: CUresult, _data: *mut c_void) {
    STATUS.lock().unwrap().push(status);
}

unsafe extern "C" fn must_not_run(_data: *mut c_void) {
    STATUS.lock().unwrap().push(OK);
}

#[test]
fn after_a_failure_callbacks_hear_of_it_and_host_functions_do_not_run() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    let gate = Gate::close(stream);
    assert_eq!(launch(function(load(PTX), c"stop"), 1, 1, stream, &mut []), OK);
    ok!(cuLaunchHostFunc(stream, Some(must_not_run), null_mut()));
    ok!(cuStreamAddCallback(stream, Some(note_status), null_mut(), 0));

    gate.open();

    assert_eq!(cu!(cuStreamSynchronize(stream)), CUresult::CUDA_ERROR_LAUNCH_FAILED);
    assert_eq!(*STATUS.lock().unwrap(), [CUresult::CUDA_ERROR_LAUNCH_FAILED]);
}

#[test]
fn images_that_cannot_run_say_why() {
    let _gpu = Gpu::new();
    let mut module = null_mut();
    let mut try_image = |image: &[u8]| cu!(cuModuleLoadData(&mut module, image.as_ptr().cast()));

    assert_eq!(try_image(b"\x7fELF\x02\x01\x01\0\0\0\0\0"), CUresult::CUDA_ERROR_NO_BINARY_FOR_GPU);
    assert_eq!(try_image(b"hello\0"), CUresult::CUDA_ERROR_INVALID_IMAGE);
    let future = b".version 99.0\n.target sm_52\n.address_size 64\n\0";
    assert_eq!(try_image(future), CUresult::CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
    let broken = b".version 7.0\n.target sm_52\n.address_size 64\n.visible .entry k() { nonsense; }\n\0";
    assert_eq!(try_image(broken), CUresult::CUDA_ERROR_INVALID_PTX);
    let later = b".version 7.8\n.target sm_90\n.address_size 64\n.visible .entry k() { ret; }\n\0";
    assert_eq!(try_image(later), CUresult::CUDA_ERROR_INVALID_PTX);
    assert_eq!(cu!(cuModuleLoadData(&mut module, null())), CUresult::CUDA_ERROR_INVALID_VALUE);
    let missing = cu!(cuModuleLoad(&mut module, c"/no/such/file.ptx".as_ptr()));
    assert_eq!(missing, CUresult::CUDA_ERROR_FILE_NOT_FOUND);
}

#[test]
fn the_error_log_gives_the_place() {
    let _gpu = Gpu::new();
    let broken = c".version 7.0\n.target sm_52\n.address_size 64\n.visible .entry k() {\n nonsense;\n}\n";
    let mut log = [0u8; 200];
    let mut options =
        [CUjit_option::CU_JIT_ERROR_LOG_BUFFER, CUjit_option::CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES];
    let mut values: [*mut c_void; 2] = [log.as_mut_ptr().cast(), log.len() as *mut c_void];
    let mut module = null_mut();

    let result = cu!(cuModuleLoadDataEx(
        &mut module,
        broken.as_ptr().cast(),
        2,
        options.as_mut_ptr(),
        values.as_mut_ptr()
    ));

    assert_eq!(result, CUresult::CUDA_ERROR_INVALID_PTX);
    let text = CStr::from_bytes_until_nul(&log).unwrap().to_str().unwrap();
    assert!(text.contains("line 5"), "{text}");
    assert_eq!(values[1] as usize, text.len(), "the size of what was written");
}

#[test]
fn a_fat_binary_gives_the_ptx_in_it() {
    let gpu = Gpu::new();
    let text = PTX.to_bytes_with_nul();
    let mut image = Vec::new();
    let (header, entry) = (16u64, 64u32);
    image.extend(0xba55_ed50u32.to_le_bytes());
    image.extend(1u16.to_le_bytes());
    image.extend((header as u16).to_le_bytes());
    image.extend((u64::from(entry) + text.len() as u64).to_le_bytes());
    image.extend(1u16.to_le_bytes());
    image.extend(0x101u16.to_le_bytes());
    image.extend(entry.to_le_bytes());
    image.extend((text.len() as u64).to_le_bytes());
    image.extend([0; 12]);
    image.extend(52u32.to_le_bytes());
    image.resize((header + u64::from(entry)) as usize, 0);
    image.extend(text);
    let mut module = null_mut();

    ok!(cuModuleLoadFatBinary(&mut module, image.as_ptr().cast()));

    let mut target = gpu.alloc(4);
    assert_eq!(launch(function(module, c"read_table"), 1, 1, null_mut(), &mut [argument(&mut target)]), OK);
    assert_eq!(gpu.download(target, 1), [30]);
}

#[test]
fn a_library_gives_each_context_its_own_module() {
    let gpu = Gpu::new();
    let (mut library, mut kernel, mut count) = (null_mut(), null_mut(), 0);
    ok!(cuLibraryLoadData(
        &mut library,
        PTX.as_ptr().cast(),
        null_mut(),
        null_mut(),
        0,
        null_mut(),
        null_mut(),
        0
    ));
    ok!(cuLibraryGetKernelCount(&mut count, library));
    assert_eq!(count, 7);
    ok!(cuLibraryGetKernel(&mut kernel, library, c"count_up".as_ptr()));
    let counter = || {
        let (mut address, mut len) = (0, 0);
        ok!(cuLibraryGetGlobal(&mut address, &mut len, library, c"counter".as_ptr()));
        address
    };

    // A kernel of a library may be launched as if it were a function.
    assert_eq!(launch(kernel.cast(), 1, 1, null_mut(), &mut []), OK);

    assert_eq!(gpu.download(counter(), 1), [8]);
    let mut other = null_mut();
    ok!(cuCtxCreate_v4(&mut other, null_mut(), 0, gpu.device));
    assert_eq!(gpu.download(counter(), 1), [7]);
    ok!(cuCtxDestroy_v2(other));
    ok!(cuLibraryUnload(library));
    assert_eq!(launch(kernel.cast(), 1, 1, null_mut(), &mut []), CUresult::CUDA_ERROR_INVALID_HANDLE);
}

#[test]
fn occupancy_follows_the_limits_of_a_multiprocessor() {
    let _gpu = Gpu::new();
    let count_up = function(load(PTX), c"count_up");
    let blocks = |threads, shared| {
        let mut count = 0;
        ok!(cuOccupancyMaxActiveBlocksPerMultiprocessor(&mut count, count_up, threads, shared));
        count
    };

    assert_eq!(blocks(1024, 0), 2, "2048 threads");
    assert_eq!(blocks(32, 0), 32, "32 blocks");
    assert_eq!(blocks(128, 40 << 10), 4, "164 KiB of shared memory, 1 KiB of each block reserved");
    let (mut grid, mut block) = (0, 0);
    ok!(cuOccupancyMaxPotentialBlockSize(&mut grid, &mut block, count_up, None, 0, 0));
    assert_eq!((grid, block), (16, 1024));
}

#[test]
fn a_cooperative_launch_must_fit_at_once() {
    let _gpu = Gpu::new();
    let count_up = function(load(PTX), c"count_up");
    let go = |blocks| {
        cu!(cuLaunchCooperativeKernel(count_up, blocks, 1, 1, 1024, 1, 1, 0, null_mut(), null_mut()))
    };

    assert_eq!(go(16), OK);
    assert_eq!(go(17), CUresult::CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE);
    ok!(cuCtxSynchronize());
}

#[test]
fn a_kernel_reaches_a_peers_memory_only_when_it_may() {
    let (first, second) = (Gpu::new(), Gpu::new());
    let mut target = second.upload(&[0]);
    let read_table = {
        ok!(cuCtxPushCurrent_v2(first.context));
        function(load(PTX), c"read_table")
    };
    ok!(cuCtxEnablePeerAccess(second.context, 0));
    assert_eq!(launch(read_table, 1, 1, null_mut(), &mut [argument(&mut target)]), OK);
    ok!(cuCtxSynchronize());
    assert_eq!(second.download(target, 1), [30]);

    ok!(cuCtxDisablePeerAccess(second.context));

    assert_eq!(launch(read_table, 1, 1, null_mut(), &mut [argument(&mut target)]), OK);
    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    ok!(cuCtxPopCurrent_v2(null_mut()));
}

#[test]
fn arrays_are_copied_to_and_from() {
    let gpu = Gpu::new();
    let mut array = null_mut();
    let descriptor = CUDA_ARRAY3D_DESCRIPTOR {
        Width: 4,
        Height: 3,
        Depth: 0,
        Format: CUarray_format::CU_AD_FORMAT_UNSIGNED_INT32,
        NumChannels: 1,
        Flags: 0,
    };
    let before = gpu.free_bytes();
    ok!(cuArray3DCreate_v2(&mut array, &descriptor));
    let source: Vec<u32> = (0..12).collect();
    let copy = CUDA_MEMCPY2D {
        srcMemoryType: CUmemorytype::CU_MEMORYTYPE_HOST,
        srcHost: source.as_ptr().cast(),
        srcPitch: 16,
        dstMemoryType: CUmemorytype::CU_MEMORYTYPE_ARRAY,
        dstArray: array,
        WidthInBytes: 16,
        Height: 3,
        ..Default::default()
    };
    ok!(cuMemcpy2D_v2(&copy));
    let mut row = [0u32; 2];

    ok!(cuMemcpyAtoH_v2(row.as_mut_ptr().cast(), array, 8, 8));

    assert_eq!(row, [2, 3]);
    let beyond = CUDA_MEMCPY2D { Height: 4, ..copy };
    assert_eq!(cu!(cuMemcpy2D_v2(&beyond)), CUresult::CUDA_ERROR_INVALID_VALUE);
    ok!(cuArrayDestroy(array));
    assert_eq!(gpu.free_bytes(), before);
    assert_eq!(cu!(cuMemcpy2D_v2(&copy)), CUresult::CUDA_ERROR_INVALID_HANDLE);
}

#[test]
fn what_is_submitted_right_behind_a_kernel_that_fails_is_accepted() {
    // A busy machine may hold this thread up for so long that the failure is noticed: then the attempt says nothing.
    let accepted = (0..1000).any(|_| {
        let gpu = Gpu::new();
        let (stop, stream, event) = (function(load(PTX), c"stop"), gpu.stream(), gpu.event());
        assert_eq!(launch(stop, 1, 1, stream, &mut []), OK);
        let start = std::time::Instant::now();
        let behind = cu!(cuEventRecord(event, stream));
        let prompt = start.elapsed() < std::time::Duration::from_millis(5);

        // Later, any call tells; one that asks tells at once.
        let mut later = OK;
        while later == OK {
            std::thread::sleep(std::time::Duration::from_millis(1));
            later = cu!(cuEventRecord(event, stream));
        }
        assert_eq!(later, CUresult::CUDA_ERROR_LAUNCH_FAILED);
        assert_eq!(cu!(cuEventQuery(event)), CUresult::CUDA_ERROR_LAUNCH_FAILED);
        if prompt {
            assert_eq!(behind, OK);
        }
        prompt
    });

    assert!(accepted, "no attempt was prompt");
}
