//! `kernel!` in all its forms, and what travels to a device.

mod recorder;

use context_core::{
    Buffer, Context, Error,
    kernel::{
        Call, KernelCode, MOST_PARAMETERS, ParameterLayout, ParameterPlaces, Parameters, RawArguments,
        RawSlice, RawSliceMut, RawValue, Threads,
    },
};
use recorder::{Access, Entry, Machine, TestContext};

context_core::kernel! {
    /// y ← a·x + y
    #[allow(dead_code, reason = "attributes are those of the function")]
    #[inline]
    pub(crate) fn saxpy(a: f32, x: &[f32], y: &mut [f32]);
    requires: x.len() == y.len();
    threads: y.len();
    cpu: {
        for (y, x) in y.iter_mut().zip(x) {
            *y += a * x;
        }
    }
}

context_core::kernel! {
    fn values_only(n: u32, x: f64, pair: [u16; 2],);
    threads: n as usize;
    cpu: { assert!(n > 0 && x > 0.0 && pair[0] > 0); }
}

context_core::kernel! {
    fn no_body(x: &[u8]);
    threads: x.len();
}

context_core::kernel! {
    fn plane(rows: u64, x: &mut [f32]);
    requires: rows > 0;
    requires: (x.len() as u64).is_multiple_of(rows);
    requires: x.len() as u64 / rows >= 2;
    threads: (x.len() / rows as usize, rows as usize);
    block: [32, 8, 1];
}

context_core::kernel! {
    fn space(x: &mut [[f32; 3]]);
    threads: (x.len(), 2_usize, 3_usize);
    block: [8, 8, 2];
}

context_core::kernel! {
    fn rrww(a: &[u32], b: &[u32], c: &mut [u32], d: &mut [u32]);
    threads: 1;
}

context_core::kernel! {
    fn sixteen(
        a: &[u8], b: &mut [u16], c: &[u32], d: &mut [u64], e: &[i8], f: &mut [i16], g: &[i32], h: &mut [i64],
        i: &[f32], j: &mut [f64], k: &[[u8; 3]], l: &mut [[f32; 2]], m: &[u8], n: &[u8], o: &[u8], p: &[u8],
    );
    requires: a.len() == p.len();
    threads: a.len();
    cpu: { b[0] = u16::from(a[0]) + u16::from(p[0]); }
}

context_core::kernel! {
    /// Names that the macro uses itself, that of the kernel, and a keyword's neighbour.
    fn scale(scale: f32, builder: &[f32], raw: &mut [f32], sizes: u32, threads: u32, arguments: f32);
    requires: sizes == threads;
    threads: threads as usize;
    cpu: { raw[0] = scale * builder[0] + arguments; }
}

/// An element type with the name that generics like to have.
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct C(f32);

context_core::kernel! {
    fn named_like_a_generic(x: &mut [C], value: crate::C);
    threads: x.len();
    cpu: {
        if x.is_empty() {
            return;
        }
        x[0] = value;
    }
}

mod inner {
    context_core::kernel! {
        pub(super) fn seen_outside(x: &[f32]);
        threads: x.len();
    }

    pub(crate) mod deeper {
        context_core::kernel! {
            pub(in crate::inner) fn seen_one_up(x: &[f32]);
            threads: x.len();
        }
    }

    pub(super) const NAME: &str = <deeper::seen_one_up as context_core::kernel::KernelCode>::NAME;
}

context_core::kernel! {
    #[deprecated = "attributes reach the function"]
    fn old(x: &[f32]);
    threads: x.len();
}

fn context() -> (std::sync::Arc<Machine>, TestContext) {
    let machine = Machine::new(0);
    let context = TestContext::new(&machine);
    (machine, context)
}

#[test]
fn a_declaration_is_a_type_with_what_it_says() {
    assert_eq!((saxpy::NAME, saxpy::BLOCK, saxpy::HAS_CPU), ("saxpy", [256, 1, 1], true));
    assert_eq!((plane::BLOCK, plane::HAS_CPU), ([32, 8, 1], false));
    assert!(saxpy::CUDA.is_none());
    assert_eq!(inner::NAME, "seen_one_up");
    assert!(no_body::NO_CPU.contains("`no_body`") && no_body::NO_CPU.contains("cpu: {"));
    assert!(no_body::NO_CUDA.contains("`no_body`") && no_body::NO_CUDA.contains("cuda: unsafe"));
}

#[test]
fn a_cpu_body_gets_slices_and_values() {
    let (x, mut y) = ([1.0, 2.0], [10.0, 20.0]);

    saxpy::cpu((2.0, &x, &mut y));

    assert_eq!(y, [12.0, 24.0]);
    values_only::cpu((1, 1.0, [1, 2]));
    let mut one = [0.0];
    scale::cpu((2.0, &[3.0], &mut one, 0, 0, 1.0));
    assert_eq!(one, [7.0]);
    let mut elements = [C(0.0)];
    named_like_a_generic::cpu((&mut elements, C(4.0)));
    assert_eq!(elements, [C(4.0)]);
}

#[test]
fn a_call_takes_buffers_views_and_borrows_of_views() {
    let (machine, ctx) = context();
    let x = ctx.filled(8, 1_u32).unwrap();
    let mut y = ctx.filled(8, 1_u32).unwrap();
    let mut z = ctx.filled(8, 1_u32).unwrap();
    let [x0, y0, z0] = [&x, &y, &z].map(|buffer| buffer.as_raw());
    machine.take_log();

    let (left, mut right) = y.view_mut().split_at(3).unwrap();
    ctx.run(rrww(x.view(), &left, &mut right, &mut z)).unwrap();
    ctx.run(rrww(&x, &x, right, z.slice_mut(1..2).unwrap())).unwrap();

    let accesses: Vec<Vec<Access>> = machine
        .take_log()
        .into_iter()
        .map(|entry| match entry {
            Entry::Operation { accesses, name: "rrww", .. } => accesses,
            other => panic!("{other:?}"),
        })
        .collect();
    let first = [(x0, 32, false), (y0, 12, false), (y0 + 12, 20, true), (z0, 32, true)];
    let second = [(x0, 32, false), (x0, 32, false), (y0 + 12, 20, true), (z0 + 4, 4, true)];
    let expected =
        [first, second].map(|call| call.map(|(start, bytes, writes)| Access::new(start, bytes, writes)));
    assert_eq!(accesses, expected);
}

fn threads<K: KernelCode, const N: usize>(call: &Call<'_, TestContext, K, N>) -> String {
    format!("{call:?}")
}

#[test]
fn threads_are_a_number_or_a_tuple() {
    let (_, ctx) = context();
    let mut x: Buffer<f32, _> = ctx.zeros(12).unwrap();
    let mut y: Buffer<[f32; 3], _> = ctx.zeros(5).unwrap();

    assert_eq!(
        threads(&values_only::<TestContext>(7, 0.5, [1, 2])),
        "Call(values_only, Ok(Threads { count: [7, 1, 1] }))"
    );
    assert_eq!(threads(&plane(3, &mut x)), "Call(plane, Ok(Threads { count: [4, 3, 1] }))");
    assert_eq!(threads(&space(&mut y)), "Call(space, Ok(Threads { count: [5, 2, 3] }))");
    assert_eq!(Threads::from((1, 2)), Threads { count: [1, 2, 1] });
}

#[test]
fn a_broken_requirement_says_the_kernel_the_condition_and_all_lengths() {
    let (machine, ctx) = context();
    let x = ctx.filled(3, 1.0_f32).unwrap();
    let mut y = ctx.filled(2, 1.0_f32).unwrap();
    machine.take_log();

    let error = ctx.run(saxpy(1.0, &x, &mut y)).unwrap_err();

    assert!(matches!(error, Error::Requirement { kernel: "saxpy", .. }));
    assert_eq!(
        error.to_string(),
        "kernel saxpy: needs `x.len() == y.len()`; `x` has 3 elements, `y` has 2 elements"
    );
    assert_eq!(machine.take_log(), [], "nothing happened");
}

#[test]
fn the_first_broken_requirement_is_the_one_reported_and_guards_the_rest() {
    // `% rows` with no rows panicked where all conditions were evaluated, and so would counting threads.
    let (_, ctx) = context();
    let mut x = ctx.filled(12, 1.0_f32).unwrap();

    let mut broken = |rows| ctx.run(plane(rows, &mut x)).unwrap_err().to_string();

    assert!(broken(0).starts_with("kernel plane: needs `rows > 0`;"), "{}", broken(0));
    assert!(broken(5).contains("is_multiple_of(rows)`; `x` has 12 elements"), "{}", broken(5));
    assert!(broken(12).contains(">= 2`"), "{}", broken(12));
    assert!(ctx.run(plane(6, &mut x)).is_ok());
}

#[test]
fn every_visibility_and_attribute_is_the_functions_own() {
    let (machine, ctx) = context();
    let x = ctx.filled(3, 1.0_f32).unwrap();
    let mut c = ctx.filled(3, C(1.0)).unwrap();
    let mut y = ctx.filled(3, 1.0_f32).unwrap();

    ctx.run(inner::seen_outside(&x)).unwrap();
    #[expect(deprecated, reason = "the attribute is what is tested")]
    ctx.run(old(&x)).unwrap();
    ctx.run(named_like_a_generic(&mut c, C(2.0))).unwrap();
    ctx.run(scale(2.0, &x, &mut y, 1, 1, 0.0)).unwrap();
    ctx.run(values_only(1, 1.0, [1, 1])).unwrap();

    let names = machine.log().into_iter().filter_map(|entry| match entry {
        Entry::Operation { name, .. } if name != "fill" => Some(name),
        _ => None,
    });
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["seen_outside", "old", "named_like_a_generic", "scale", "values_only"]
    );
}

#[test]
fn sixteen_slices_are_the_thirty_two_parameters_that_fit() {
    let (_, ctx) = context();
    macro_rules! buffers {
        ($($name:ident: $t:ty),*) => { $(#[allow(unused_mut)] let mut $name: Buffer<$t, TestContext> = ctx.zeros(2).unwrap();)* };
    }
    buffers!(a: u8, b: u16, c: u32, d: u64, e: i8, f: i16, g: i32, h: i64, i: f32, j: f64, k: [u8; 3], l: [f32; 2], m: u8);

    ctx.run(sixteen(&a, &mut b, &c, &mut d, &e, &mut f, &g, &mut h, &i, &mut j, &k, &mut l, &m, &m, &m, &m))
        .unwrap();

    assert_eq!(<sixteen as KernelCode>::Raw::layouts().len(), MOST_PARAMETERS);
}

#[test]
fn a_layout_is_that_of_the_c_parameters_in_order() {
    let layout = |size, align| ParameterLayout { size, align };

    assert_eq!(
        <saxpy as KernelCode>::Raw::layouts(),
        [layout(4, 4), layout(8, 8), layout(8, 8), layout(8, 8), layout(8, 8)]
    );
    assert_eq!(<values_only as KernelCode>::Raw::layouts(), [layout(4, 4), layout(8, 8), layout(4, 2)]);
}

#[test]
fn parameters_point_at_values_addresses_and_lengths() {
    let (_, ctx) = context();
    let x = ctx.filled(5, 1.0_f32).unwrap();
    let mut y = ctx.filled(7, 1_u64).unwrap();
    let (x_address, y_address) = (x.as_raw(), y.as_raw());
    let part = y.slice_mut(2..5).unwrap();
    let arguments = (RawValue(2.5_f32), RawSlice::from(&x.view()), RawValue(7_u8), RawSliceMut::from(&part));

    let mut places = ParameterPlaces::uninit();
    let parameters = Parameters::new(&arguments, &mut places);

    let pointers = parameters.as_slice();
    assert_eq!(pointers.len(), 6);
    // SAFETY: the layouts say what each points at, and `arguments` lives.
    unsafe {
        assert_eq!(*pointers[0].cast::<f32>(), 2.5);
        assert_eq!([*pointers[1].cast::<u64>(), *pointers[2].cast::<u64>()], [x_address, 5]);
        assert_eq!(*pointers[3], 7);
        assert_eq!([*pointers[4].cast::<u64>(), *pointers[5].cast::<u64>()], [y_address + 16, 3]);
    }
}

#[test]
fn empty_slices_are_arguments_like_any_other() {
    let (machine, ctx) = context();
    let x: Buffer<f32, _> = ctx.alloc(0).unwrap();
    let mut y: Buffer<f32, _> = ctx.alloc(0).unwrap();

    ctx.run(saxpy(1.0, &x, &mut y)).unwrap();

    assert_eq!(machine.allocated(), 0);
    let address = RawSlice::from(&x.view());
    // SAFETY: an empty slice at an aligned address that is not null needs no memory.
    assert_eq!(unsafe { context_core::kernel::RawArgument::slice(address) }, &[] as &[f32]);
}
