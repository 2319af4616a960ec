//! Linking, and fat binaries as compilers make them.

use std::ffi::{CStr, CString, c_void};
use std::ptr::{null, null_mut};

use crate::support::*;

const HEAD: &str = ".version 7.0\n.target sm_70\n.address_size 64\n";
const PTX_INPUT: CUjitInputType = CUjitInputType::CU_JIT_INPUT_PTX;

/// Stores what `f` of another text returns.
const CALLER: &str = "
.extern .func (.param .b32 r) f();
.extern .global .u32 offset;
.visible .entry ask(.param .u64 target) {
    .reg .b32 %r<3>; .reg .b64 %rd<2>; .param .b32 got;
    call.uni (got), f, ();
    ld.param.b32 %r0, [got];
    ld.global.u32 %r1, [offset];
    add.u32 %r0, %r0, %r1;
    ld.param.u64 %rd0, [target];
    st.global.u32 [%rd0], %r0;
    ret;
}";

const CALLEE: &str = "
.visible .global .u32 offset = 2;
.visible .func (.param .b32 r) f() { .reg .b32 %r0; mov.u32 %r0, 40; st.param.b32 [r], %r0; ret; }";

struct Link(CUlinkState);

impl Link {
    fn new() -> Link {
        let mut link = null_mut();
        ok!(cuLinkCreate_v2(0, null_mut(), null_mut(), &mut link));
        Link(link)
    }

    fn add(&self, text: &str) -> CUresult {
        let text = CString::new(format!("{HEAD}{text}")).unwrap();
        let (bytes, name) = (text.to_bytes_with_nul(), c"part".as_ptr());
        let data = bytes.as_ptr().cast_mut().cast();
        cu!(cuLinkAddData_v2(self.0, PTX_INPUT, data, bytes.len(), name, 0, null_mut(), null_mut()))
    }

    fn complete(&self) -> Result<CUmodule, CUresult> {
        let (mut image, mut len, mut module) = (null_mut(), 0, null_mut());
        match cu!(cuLinkComplete(self.0, &mut image, &mut len)) {
            OK => {}
            code => return Err(code),
        }
        ok!(cuModuleLoadData(&mut module, image));
        Ok(module)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        ok!(cuLinkDestroy(self.0));
    }
}

#[test]
fn texts_find_in_each_other_what_they_lack() {
    let gpu = Gpu::new();
    for order in [[CALLER, CALLEE], [CALLEE, CALLER]] {
        let link = Link::new();
        for text in order {
            assert_eq!(link.add(text), OK);
        }
        let module = link.complete().unwrap();
        // The image is the link's, and a module has what it needs of it.
        drop(link);

        let mut target = gpu.alloc(4);
        assert_eq!(launch(function(module, c"ask"), 1, 1, null_mut(), &mut [argument(&mut target)]), OK);
        assert_eq!(gpu.download(target, 1), [42]);
    }
}

#[test]
fn what_no_text_defines_fails_the_link_and_not_the_adding() {
    let _gpu = Gpu::new();
    let mut log = [0u8; 256];
    let mut options =
        [CUjit_option::CU_JIT_ERROR_LOG_BUFFER, CUjit_option::CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES];
    let mut values: [*mut c_void; 2] = [log.as_mut_ptr().cast(), log.len() as *mut c_void];
    let mut link = null_mut();
    ok!(cuLinkCreate_v2(2, options.as_mut_ptr(), values.as_mut_ptr(), &mut link));
    let link = Link(link);

    assert_eq!(link.add(CALLER), OK);

    assert_eq!(link.complete(), Err(CUresult::CUDA_ERROR_NO_BINARY_FOR_GPU));
    let text = CStr::from_bytes_until_nul(&log).unwrap().to_str().unwrap();
    assert!(text.contains("Undefined reference to 'f' in 'part'"), "{text}");
    assert_eq!(link.add("nonsense"), CUresult::CUDA_ERROR_INVALID_PTX);
}

#[test]
fn a_module_that_lacks_a_definition_is_refused() {
    let _gpu = Gpu::new();
    let text = CString::new(format!("{HEAD}{CALLER}")).unwrap();
    let mut module = null_mut();

    let code = cu!(cuModuleLoadData(&mut module, text.as_ptr().cast()));

    assert_eq!(code, CUresult::CUDA_ERROR_NO_BINARY_FOR_GPU);
}

#[test]
fn the_same_name_twice_fails_the_link_unless_it_is_each_texts_own() {
    let _gpu = Gpu::new();
    let twice = Link::new();
    assert_eq!((twice.add(CALLEE), twice.add(CALLEE)), (OK, OK));
    assert!(twice.complete().is_err());

    let own = Link::new();
    for kernel in ["a", "b"] {
        let text = format!(
            ".global .u32 count; .visible .entry {kernel}() {{ .reg .b32 %r0; ld.global.u32 %r0, [count]; ret; }}"
        );
        assert_eq!(own.add(&text), OK);
    }
    let module = own.complete().unwrap();
    function(module, c"a");
    function(module, c"b");
}

#[test]
fn a_link_of_nothing_is_invalid() {
    let _gpu = Gpu::new();

    assert_eq!(Link::new().complete(), Err(CUresult::CUDA_ERROR_INVALID_VALUE));
}

#[test]
fn a_limit_of_registers_is_kept() {
    let _gpu = Gpu::new();
    let many: String = (0..100).map(|i| format!("add.u32 %r{i}, %r{}, {i};", (i + 1) % 100)).collect();
    let text = format!("{HEAD}.visible .entry k() {{ .reg .b32 %r<100>; {many} ret; }}");
    let registers = |module| {
        let mut count = 0;
        let attribute = CUfunction_attribute::CU_FUNC_ATTRIBUTE_NUM_REGS;
        ok!(cuFuncGetAttribute(&mut count, attribute, function(module, c"k")));
        count
    };
    let mut options = [CUjit_option::CU_JIT_MAX_REGISTERS];
    let mut values = [24usize as *mut c_void];

    let text = CString::new(text).unwrap();
    assert!(registers(load(&text)) > 24);

    let mut module = null_mut();
    let image = text.as_ptr().cast();
    ok!(cuModuleLoadDataEx(&mut module, image, 1, options.as_mut_ptr(), values.as_mut_ptr()));
    assert_eq!(registers(module), 24);

    let mut link = null_mut();
    ok!(cuLinkCreate_v2(1, options.as_mut_ptr(), values.as_mut_ptr(), &mut link));
    let link = Link(link);
    let bytes = text.to_bytes_with_nul();
    let data = bytes.as_ptr().cast_mut().cast();
    ok!(cuLinkAddData_v2(link.0, PTX_INPUT, data, bytes.len(), null(), 0, null_mut(), null_mut()));
    assert_eq!(registers(link.complete().unwrap()), 24);
}

#[test]
fn fat_binaries_of_every_compression_are_loaded() {
    let gpu = Gpu::new();
    for mode in ["speed", "balance", "size"] {
        let path = format!("{}/tests/fixtures/fat/scale-{mode}.fatbin", env!("CARGO_MANIFEST_DIR"));
        let image = std::fs::read(path).unwrap();
        let mut module = null_mut();

        ok!(cuModuleLoadData(&mut module, image.as_ptr().cast()));

        let scale = function(module, c"scale_3");
        let (mut x, mut n) = (gpu.upload(&[2f32.to_bits(), 0]), 1);
        assert_eq!(launch(scale, 1, 32, null_mut(), &mut [argument(&mut x), argument(&mut n)]), OK, "{mode}");
        let got = f32::from_bits(gpu.download(x, 1)[0]);
        assert!((got - (6.0 + 3f32.sin())).abs() < 1e-6, "{mode}: {got}");
    }
}

#[test]
fn the_device_runtime_gives_a_grid_its_barrier() {
    let gpu = Gpu::new();
    let link = Link::new();
    // Each block adds one, waits for all, and then looks at the sum.
    let text = "
.extern .func (.param .b64 h) cudaCGGetIntrinsicHandle(.param .b32 scope);
.extern .func (.param .b32 e) cudaCGSynchronize(.param .b64 h, .param .b32 flags);
.visible .entry meet(.param .u64 sum, .param .u64 seen) {
    .reg .pred %p0; .reg .b32 %r<6>; .reg .b64 %rd<5>;
    .param .b64 h; .param .b32 zero; .param .b32 e;
    ld.param.u64 %rd0, [sum]; ld.param.u64 %rd1, [seen];
    mov.u32 %r0, %tid.x; setp.ne.u32 %p0, %r0, 0;
    @!%p0 red.global.add.u32 [%rd0], 1;
    mov.u32 %r1, 1; st.param.b32 [zero], %r1;
    call.uni (h), cudaCGGetIntrinsicHandle, (zero);
    call.uni (e), cudaCGSynchronize, (h, zero);
    ld.volatile.global.u32 %r2, [%rd0];
    mov.u32 %r3, %ctaid.x; mul.wide.u32 %rd2, %r3, 4; add.u64 %rd3, %rd1, %rd2;
    st.global.u32 [%rd3], %r2;
    ret;
}";
    assert_eq!(link.add(text), OK);
    // All that is looked at of the library, which is machine code, is the name of its member.
    let library = b"!<arch>\ncuda_device_runtime.o/";
    let data = library.as_ptr().cast_mut().cast();
    let kind = CUjitInputType::CU_JIT_INPUT_LIBRARY;
    ok!(cuLinkAddData_v2(link.0, kind, data, library.len(), null(), 0, null_mut(), null_mut()));
    let meet = function(link.complete().unwrap(), c"meet");
    let (mut sum, mut seen) = (gpu.upload(&[0]), gpu.upload(&[0; 12]));
    let mut arguments = [argument(&mut sum), argument(&mut seen)];

    ok!(cuLaunchCooperativeKernel(meet, 12, 1, 1, 64, 1, 1, 0, null_mut(), arguments.as_mut_ptr()));

    assert_eq!(gpu.download(seen, 12), [12; 12]);
    let other = b"!<arch>\nother.o";
    let code = cu!(cuLinkAddData_v2(
        link.0,
        kind,
        other.as_ptr().cast_mut().cast(),
        other.len(),
        null(),
        0,
        null_mut(),
        null_mut()
    ));
    assert_eq!(code, CUresult::CUDA_ERROR_NO_BINARY_FOR_GPU);
}

#[test]
fn shared_memory_of_a_size_may_be_declared_extern() {
    // Taichi declares its arrays so, and defines them nowhere: where one text is the whole program, `.extern` is ignored.
    let gpu = Gpu::new();
    let text = CString::new(format!(
        "{HEAD}.extern .shared .align 8 .b8 pad[256];
        .visible .entry reverse(.param .u64 p) {{
            .reg .b32 %r<4>; .reg .b64 %rd<6>;
            ld.param.u64 %rd1, [p]; mov.u32 %r1, %tid.x; mul.wide.u32 %rd2, %r1, 4; add.u64 %rd3, %rd1, %rd2;
            ld.global.u32 %r2, [%rd3]; mov.u64 %rd4, pad; add.u64 %rd5, %rd4, %rd2; st.shared.u32 [%rd5], %r2;
            bar.sync 0; xor.b32 %r1, %r1, 63; mul.wide.u32 %rd2, %r1, 4; add.u64 %rd5, %rd4, %rd2;
            ld.shared.u32 %r2, [%rd5]; st.global.u32 [%rd3], %r2; ret;
        }}"
    ))
    .unwrap();
    let mut module = null_mut();
    ok!(cuModuleLoadData(&mut module, text.as_ptr().cast()));
    let reverse = function(module, c"reverse");
    let numbers: Vec<u32> = (0..64).collect();
    let mut target = gpu.upload(&numbers);
    let mut shared = 0;
    ok!(cuFuncGetAttribute(&mut shared, CUfunction_attribute::CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, reverse));

    assert_eq!(launch(reverse, 1, 64, null_mut(), &mut [argument(&mut target)]), OK);

    assert_eq!(shared, 256);
    assert_eq!(gpu.download(target, 64), numbers.into_iter().rev().collect::<Vec<_>>());
}
