//! Registers of 128 bits and vectors of registers, carries, the stack, and parameters that have addresses or are registers.

mod ptx_support;

use cuda_sim::ptx::{FaultKind, Launch, Module};
use ptx_support::{Arguments, Random, TestDevice, instruction, launch, launch_with};

/// A module with a kernel `k(p, q)`, pointers in `%rd1` and `%rd2`, `%tid.x` in `%r0`, and `items` before it.
fn module(items: &str, body: &str) -> Module {
    let source = format!(
        ".version 8.6\n.target sm_90\n.address_size 64\n{items}\n.visible .entry k(.param .u64 p, .param .u64 q) {{\n\
        .reg .pred %p<4>; .reg .b32 %r<20>; .reg .b64 %rd<20>; .reg .b128 %x<4>;\n\
        ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q]; mov.u32 %r0, %tid.x;\n{body}\nret; }}"
    );
    Module::parse(&source).unwrap_or_else(|error| panic!("{error}\n{source}"))
}

/// Runs a kernel on one block.
fn run(device: &TestDevice, module: &Module, threads: u32, p: u64, q: u64) {
    let arguments = Arguments::default().with(p).with(q);
    launch(device, module, &[], "k", [1, 1, 1], [threads, 1, 1], arguments).unwrap();
}

#[test]
fn a_difference_leaves_the_carry_of_a_sum_with_the_complement() {
    // NVIDIA's division of 128-bit integers, which compilers put inline, asks with `addc` whether a `subc.cc` borrowed.
    let mut random = Random::new(8);
    let inputs: Vec<[u64; 3]> = (0..300).map(|_| [0; 3].map(|_| random.bits() >> random.below(64))).collect();
    let text =
        "{ .reg .b64 %t; sub.cc.u64 %t, %a64, %b64; subc.cc.u64 %t, %b64, %c64; addc.u64 %d64, 0, 0; }";
    for ([a, b, c], got) in inputs.iter().zip(instruction(text, &inputs)) {
        let borrow = i128::from(a < b);
        let wanted = u64::from(i128::from(*b) - i128::from(*c) - borrow >= 0);
        assert_eq!(got, wanted, "{a:#x}, {b:#x}, {c:#x}");
    }
    let text = "{ .reg .b32 %t; sub.cc.u32 %t, %a32, %b32; addc.u32 %d32, 5, 0; }";
    for ([a, b, _], got) in inputs.iter().zip(instruction(text, &inputs)) {
        assert_eq!(got, 5 + u64::from(*a as u32 >= *b as u32), "{a:#x}, {b:#x}");
    }
}

#[test]
fn sixteen_bytes_are_exchanged_at_once() {
    let device = TestDevice::default();
    let (p, q) = (device.upload(&[10u64, 20]), device.alloc(16 * 64));
    let body = "mov.u32 %r1, %ctaid.x; mad.lo.u32 %r0, %r1, 32, %r0; mad.wide.u32 %rd3, %r0, 16, %rd2;
        again: ld.relaxed.gpu.global.b128 %x0, [%rd1]; mov.b128 {%rd4, %rd5}, %x0;
        add.u64 %rd6, %rd4, 1; add.u64 %rd7, %rd5, 3; mov.b128 %x1, {%rd6, %rd7};
        atom.relaxed.gpu.global.cas.b128 %x2, [%rd1], %x0, %x1; mov.b128 {%rd6, %rd7}, %x2;
        setp.ne.u64 %p1, %rd4, %rd6; @%p1 bra again; setp.ne.u64 %p1, %rd5, %rd7; @%p1 bra again;
        st.global.b128 [%rd3], %x0;";
    let module = module("", body);
    let arguments = Arguments::default().with(p).with(q);
    let launch = Launch { threads: 2, ..Launch::new([2, 1, 1], [32, 1, 1], &arguments.0, &[]) };
    launch_with(&device, &module, "k", &launch).unwrap();

    assert_eq!(device.read::<u64>(p, 2), [10 + 64, 20 + 3 * 64]);
    let mut seen: Vec<(u64, u64)> =
        device.read::<u64>(q, 128).chunks(2).map(|pair| (pair[0], pair[1])).collect();
    seen.sort_unstable();
    assert!(seen.iter().copied().eq((0..64).map(|i| (10 + i, 20 + 3 * i))), "{seen:?}");
}

#[test]
fn sixteen_bytes_must_be_aligned() {
    let device = TestDevice::default();
    let p = device.alloc(64);
    let module = module("", "ld.global.b128 %x0, [%rd1+8]; st.global.b128 [%rd1], %x0;");
    let arguments = Arguments::default().with(p).with(p);
    let fault = launch(&device, &module, &[], "k", [1, 1, 1], [1, 1, 1], arguments).unwrap_err();
    assert_eq!(fault.kind, FaultKind::MisalignedAddress);
}

#[test]
fn a_vector_of_registers_is_its_parts() {
    let device = TestDevice::default();
    let (p, q) = (device.upload(&[1u32, 2, 3, 4]), device.alloc(32));
    let body = ".reg .v4 .u32 %v; .reg .v2 .u32 %w;
        ld.global.v4.u32 %v, [%rd1]; add.u32 %v.y, %v.x, %v.w; mov.v2.u32 %w, {%v.z, %v.y};
        st.global.v4.u32 [%rd2], %v; st.global.v2.u32 [%rd2+16], %w; mov.v4.u32 {%r1, _, %r2, _}, %ntid;
        st.global.v2.u32 [%rd2+24], {%r1, %r2};";
    run(&device, &module("", body), 1, p, q);
    assert_eq!(device.read::<u32>(q, 8), [1, 5, 3, 4, 3, 5, 1, 1]);
}

#[test]
fn a_parameter_whose_address_is_taken_lies_in_local_memory() {
    let device = TestDevice::default();
    let (p, q) = (device.upload(&[7u32, 8, 9, 10]), device.alloc(4 * 64));
    // As compilers make it of a structure that is passed by value and indexed; the recursion needs a copy for each call.
    let items = ".func (.param .b32 r) pick(.param .align 8 .b8 s[16], .param .b32 depth) {
        .reg .pred %p<3>; .reg .b32 %r<9>; .reg .b64 %rd<9>;
        mov.b64 %rd1, s; cvta.local.u64 %rd2, %rd1; cvta.to.local.u64 %rd3, %rd2; ld.param.b32 %r1, [depth];
        and.b32 %r2, %r1, 3; mad.wide.u32 %rd4, %r2, 4, %rd3; ld.local.u32 %r3, [%rd4]; add.u32 %r4, %r3, 100;
        st.local.u32 [%rd4], %r4; mov.u32 %r6, 0; setp.eq.u32 %p1, %r1, 0; @%p1 bra done;
        { .param .align 8 .b8 t[16]; .param .b32 d; .param .b32 o;
        ld.param.v2.b64 {%rd5, %rd6}, [s]; st.param.v2.b64 [t], {%rd5, %rd6};
        sub.u32 %r5, %r1, 1; st.param.b32 [d], %r5; call.uni (o), pick, (t, d); ld.param.b32 %r6, [o]; }
        done: ld.local.u32 %r7, [%rd4]; add.u32 %r7, %r7, %r6; st.param.b32 [r], %r7; ret; }";
    let body = "ld.global.v2.u64 {%rd3, %rd4}, [%rd1]; mad.wide.u32 %rd5, %r0, 4, %rd2;
        { .param .align 8 .b8 t[16]; .param .b32 d; .param .b32 o;
        st.param.v2.b64 [t], {%rd3, %rd4}; rem.u32 %r1, %r0, 5; st.param.b32 [d], %r1;
        call.uni (o), pick, (t, d); ld.param.b32 %r2, [o]; } st.global.u32 [%rd5], %r2;";
    run(&device, &module(items, body), 64, p, q);

    // Each call adds 100 to the element of its depth, and those that it calls see that.
    fn pick(mut s: [u32; 4], depth: u32) -> u32 {
        s[depth as usize & 3] += 100;
        s[depth as usize & 3] + if depth == 0 { 0 } else { pick(s, depth - 1) }
    }
    let wanted: Vec<u32> = (0..64).map(|i| pick([7, 8, 9, 10], i % 5)).collect();
    assert_eq!(device.read::<u32>(q, 64), wanted);
}

#[test]
fn parameters_and_results_may_be_registers() {
    let device = TestDevice::default();
    let q = device.alloc(4 * 32);
    let items = ".func (.reg .u32 %s, .reg .u64 %w) both(.reg .u32 %a, .reg .u32 %b) {
        add.u32 %s, %a, %b; mul.wide.u32 %w, %a, %b; ret; }";
    let body = "call (%r1, %rd3), both, (%r0, 1000); cvt.u32.u64 %r2, %rd3; add.u32 %r1, %r1, %r2;
        mad.wide.u32 %rd5, %r0, 4, %rd2; st.global.u32 [%rd5], %r1;";
    run(&device, &module(items, body), 32, q, q);
    let wanted: Vec<u32> = (0..32).map(|i| i + 1000 + 1000 * i).collect();
    assert_eq!(device.read::<u32>(q, 32), wanted);
}

/// Each thread asks for as many words as its number says, fills them, lets a function take more of the stack, and sums up.
const STACK: &str =
    "stacksave.u64 %rd3; add.u32 %r1, %r0, 1; mul.wide.u32 %rd4, %r1, 4; alloca.u64 %rd5, %rd4, 16;
    mov.u32 %r2, 0; fill: mad.wide.u32 %rd6, %r2, 4, %rd5; st.local.u32 [%rd6], %r2; add.u32 %r2, %r2, 1;
    setp.lt.u32 %p1, %r2, %r1; @%p1 bra fill;
    { .param .b32 o; call.uni (o), scribble, (); ld.param.b32 %r5, [o]; }
    mov.u32 %r2, 0; mov.u32 %r3, 0; sum: mad.wide.u32 %rd6, %r2, 4, %rd5; ld.local.u32 %r4, [%rd6];
    add.u32 %r3, %r3, %r4; add.u32 %r2, %r2, 1; setp.lt.u32 %p1, %r2, %r1; @%p1 bra sum;
    stackrestore.u64 %rd3; alloca.u64 %rd7, 4; setp.ne.u64 %p2, %rd7, %rd5; selp.u32 %r4, 10000, 0, %p2;
    add.u32 %r3, %r3, %r4; mad.wide.u32 %rd8, %r0, 4, %rd2; st.global.u32 [%rd8], %r3;";
const SCRIBBLE: &str = ".func (.param .b32 r) scribble() { .reg .b32 %r<4>; .reg .pred %p1; .reg .b64 %rd<4>; .local .b32 a[8];
    mov.u64 %rd1, a; mov.u32 %r1, 0; again: mad.wide.u32 %rd2, %r1, 4, %rd1; mov.u32 %r2, -1; st.local.u32 [%rd2], %r2;
    add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 8; @%p1 bra again; st.param.b32 [r], %r1; ret; }";

#[test]
fn memory_from_the_stack_stays_until_it_is_given_back() {
    let device = TestDevice::default();
    let q = device.alloc(4 * 32);
    run(&device, &module(SCRIBBLE, STACK), 32, q, q);
    let wanted: Vec<u32> = (0..32).map(|i| i * (i + 1) / 2).collect();
    assert_eq!(device.read::<u32>(q, 32), wanted);
}

#[test]
fn more_than_the_stack_has_is_a_stack_overflow() {
    let device = TestDevice::default();
    let module = module("", "alloca.u64 %rd3, 1000000000000;");
    let arguments = Arguments::default().with(0u64).with(0u64);
    let fault = launch(&device, &module, &[], "k", [1, 1, 1], [1, 1, 1], arguments).unwrap_err();
    assert_eq!(fault.kind, FaultKind::StackOverflow);
}

#[test]
fn shared_memory_that_the_system_reserves_is_apart_from_the_kernels() {
    let device = TestDevice::default();
    let q = device.alloc(4 * 32);
    let body = ".shared .align 4 .b8 s[128]; mov.u32 %r1, s; mad.lo.u32 %r1, %r0, 4, %r1; st.shared.u32 [%r1], %r0;
        mov.u32 %r2, %reserved_smem_offset_1; mad.lo.u32 %r2, %r0, 4, %r2; mov.u32 %r3, 7; st.shared.u32 [%r2], %r3;
        mov.u32 %r4, %total_smem_size; ld.shared.u32 %r5, [%r1]; mad.lo.u32 %r5, %r4, 100, %r5;
        mad.wide.u32 %rd5, %r0, 4, %rd2; st.global.u32 [%rd5], %r5;";
    run(&device, &module("", body), 32, q, q);
    let wanted: Vec<u32> = (0..32).map(|i| 12800 + i).collect();
    assert_eq!(device.read::<u32>(q, 32), wanted);
}

#[test]
fn bytes_that_a_pragma_says_are_not_used_are_not_read() {
    // NVRTC 12.9 makes one vector of loads with gaps, which may end where the program may not read.
    let device = TestDevice::default();
    let bytes: Vec<u8> = (1..=11).collect();
    let words = |mask: u32, load: &str, stores: &str| {
        let p = device.upload(&bytes);
        let q = device.alloc(32);
        let text = format!(".pragma \"used_bytes_mask {mask}\"; {load}\n{stores}");
        let arguments = Arguments::default().with(p).with(q);
        launch(&device, &module("", &text), &[], "k", [1, 1, 1], [1, 1, 1], arguments)
            .map(|_| device.read::<u32>(q, 8))
    };
    let vector = "ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%rd1];";
    let all = "st.global.v4.u32 [%rd2], {%r1, %r2, %r3, %r4};";

    // The third word has three bytes, and the fourth is beyond the end.
    let got = words(0x7ff, vector, all).unwrap();
    assert_eq!(got[..3], [0x0403_0201, 0x0807_0605, 0x000b_0a09]);
    let got = words(0xf, "ld.global.v2.u64 {%rd3, %rd4}, [%rd1];", "st.global.u64 [%rd2], %rd3;").unwrap();
    assert_eq!(got[0], 0x0403_0201);
    let got = words(2, "ld.global.s16 %r1, [%rd1+8];", "st.global.u32 [%rd2], %r1;").unwrap();
    assert_eq!(got[0], 0x0a00);

    for (mask, load) in [(0xfff, vector), (0xf0f, "ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%rd1+2];")] {
        assert!(words(mask, load, all).is_err(), "{mask:#x} {load}");
    }
    // It is about the next instruction alone, and about loads.
    let text = format!("add.u32 %r1, %r1, 1; {vector}");
    assert_eq!(words(0x7ff, &text, all).unwrap_err().kind, FaultKind::IllegalAddress);
}

#[test]
fn elements_of_arrays_are_named_by_their_index() {
    // Dr.Jit looks up the functions that it calls so. An index counts elements.
    let device = TestDevice::default();
    let items = ".global .align 8 .u64 table[3] = {f, g, 70}; .shared .align 4 .u16 halves[64];
        .func f() { ret; } .func g() { ret; }";
    let body = ".local .align 4 .u32 own[4]; .reg .b16 %h<4>; mul.lo.u32 %r1, %r0, 4; mad.wide.u32 %rd3, %r0, 64, %rd2;
        cvt.u16.u32 %h0, %r0; st.shared.u16 halves[%r0], %h0; bar.sync 0; xor.b32 %r2, %r0, 1;
        ld.shared.u16 %h1, halves[%r2]; cvt.u32.u16 %r3, %h1; st.global.u32 [%rd3], %r3;
        mov.u32 %r4, 1; st.local.u32 own[%r4+1], 7; ld.local.u32 %r5, own[2]; st.global.u32 [%rd3+4], %r5;
        mov.u32 %r4, 2; ld.global.u64 %rd4, table[%r4]; st.global.u64 [%rd3+8], %rd4;
        mov.u64 %rd5, table[1]; mov.u64 %rd6, table; sub.u64 %rd5, %rd5, %rd6; st.global.u64 [%rd3+16], %rd5;
        mov.u64 %rd4, 1; ld.global.u64 %rd4, table[%rd4+1]; st.global.u64 [%rd3+24], %rd4;
        mov.u32 %r4, 3; mov.u64 %rd5, table[%r4-1]; sub.u64 %rd5, %rd5, %rd6; st.global.u64 [%rd3+32], %rd5;";
    let module = module(items, body);
    let q = device.alloc(64 * 32);
    let addresses = device.load(&module);
    let arguments = Arguments::default().with(q).with(q);
    launch(&device, &module, &addresses, "k", [1, 1, 1], [32, 1, 1], arguments).unwrap();

    for (lane, got) in device.read::<u64>(q, 8 * 32).chunks(8).enumerate() {
        assert_eq!(got[..5], [lane as u64 ^ 1 | 7 << 32, 70, 8, 70, 16], "{lane}");
    }
    for wrong in
        ["ld.global.u64 %rd4, %rd5[1];", "ld.global.u64 %rd4, [table[1]];", "mov.u64 %rd4, table[%p1];"]
    {
        let text = format!(
            ".version 7.0\n.target sm_80\n.address_size 64\n.global .u64 table[3];\n.visible .entry k() {{\n\
             .reg .pred %p1; .reg .b64 %rd<9>; {wrong} ret; }}"
        );
        assert!(Module::parse(&text).is_err(), "{wrong}");
    }
}
