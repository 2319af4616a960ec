//! A cuDNN whose every function does nothing but write down what it was called with, by the names that the header gives the parameters.
//! Sizes and what is found out are as the test sets them.

use std::{
    ffi::{CStr, c_void},
    mem::MaybeUninit,
    ptr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use context_core::cudnn::Library;
use cudnn_sys::*;

/// One call: the function, and its arguments by name.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) function: &'static str,
    arguments: Vec<(&'static str, u64)>,
}

impl Record {
    /// Returns an argument: a number, an address, a factor's bits.
    pub(crate) fn get(&self, name: &str) -> u64 {
        let found = self.arguments.iter().find(|(argument, _)| *argument == name);
        found.unwrap_or_else(|| panic!("{} has no {name}", self.function)).1
    }
}

/// One engine as `cudnnBackendGetAttribute` tells of it.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    pub(crate) index: i64,
    pub(crate) notes: Vec<u32>,
    pub(crate) workspace: i64,
}

#[derive(Default)]
struct State {
    calls: Vec<Record>,
    made: u64,
    bytes: usize,
    performances: Vec<(u32, u32, usize, u32, u32)>,
    engines: Vec<Engine>,
    /// The arithmetic of convolutions, and whether it is kept.
    math: Vec<(usize, u32)>,
    forgets_math: bool,
    /// Which engine a descriptor stands for.
    of: Vec<(usize, usize)>,
    /// What was set to descriptors, 64 bits each.
    set: Vec<(usize, u32, Vec<u64>)>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

fn state() -> MutexGuard<'static, Option<State>> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn with<R>(work: impl FnOnce(&mut State) -> R) -> R {
    work(state().get_or_insert_with(State::default))
}

/// Begins anew.
pub(crate) fn reset() {
    *state() = None;
}

/// Sets what every size that is asked for is, in bytes.
pub(crate) fn set_bytes(bytes: usize) {
    with(|state| state.bytes = bytes);
}

/// Sets what the algorithms of a convolution are: number, status, bytes, determinism, math type.
pub(crate) fn set_performances(list: &[(u32, u32, usize, u32, u32)]) {
    with(|state| state.performances = list.to_vec());
}

/// Sets the engines of every graph.
pub(crate) fn set_engines(list: &[Engine]) {
    with(|state| state.engines = list.to_vec());
}

/// From now on, the arithmetic that a convolution is set to is not kept.
pub(crate) fn forget_math() {
    with(|state| state.forgets_math = true);
}

/// Returns the calls of `function` so far.
pub(crate) fn calls(function: &str) -> Vec<Record> {
    with(|state| state.calls.iter().filter(|call| call.function == function).cloned().collect())
}

/// Returns the only call of `function`.
pub(crate) fn call(function: &str) -> Record {
    let mut calls = calls(function);
    assert_eq!(calls.len(), 1, "{function}: {calls:?}");
    calls.remove(0)
}

/// Returns what an attribute of a descriptor was set to.
pub(crate) fn attribute(descriptor: u64, name: cudnnBackendAttributeName_t) -> Vec<u64> {
    let wanted = (descriptor as usize, name.0);
    with(|state| {
        let found = state.set.iter().rev().find(|(raw, attribute, _)| (*raw, *attribute) == wanted);
        found.map(|(.., values)| values.clone()).unwrap_or_default()
    })
}

/// Returns an argument as 64 bits.
fn word<T>(value: &T) -> u64 {
    let mut word = 0_u64;
    let bytes = size_of::<T>().min(8);
    // SAFETY: a value has as many bytes as its type, none of them padding in the types of cuDNN's arguments.
    unsafe {
        ptr::copy_nonoverlapping(ptr::from_ref(value).cast::<u8>(), ptr::from_mut(&mut word).cast(), bytes)
    };
    word
}

/// What a function without a body of its own does.
fn record(function: &'static str, arguments: Vec<(&'static str, &'static str, u64)>) {
    with(|state| {
        state.made += 1;
        let (number, bytes) = (state.made, state.bytes);
        let mut kept = Vec::new();
        for (place, (name, kind, word)) in arguments.iter().enumerate() {
            let pointer = ptr::with_exposed_provenance_mut::<c_void>(*word as usize);
            let kind: String = kind.split_whitespace().collect();
            let mut value = *word;
            // The tests' factors are floats.
            if (name.starts_with("alpha") || name.starts_with("beta")) && !pointer.is_null() {
                // SAFETY: a factor is a float of the caller's.
                value = u64::from(unsafe { pointer.cast::<f32>().read_unaligned() }.to_bits());
            } else if function.starts_with("cudnnCreate") && place == 0 {
                // SAFETY: the first argument is the place for what is made. Numbers stand for it.
                unsafe { pointer.cast::<usize>().write_unaligned(0x1000 + number as usize * 16) };
            } else if kind == "*mutusize" {
                // SAFETY: the place for a size.
                unsafe { pointer.cast::<usize>().write_unaligned(bytes) };
            }
            kept.push((*name, value));
        }
        state.calls.push(Record { function, arguments: kept });
    });
}

macro_rules! functions {
    (
        current {
            $( $(#[$alias:meta])* fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty; since $since:literal $(until $until:literal)?; )*
        }
        legacy { $($legacy:tt)* }
    ) => {
        mod recorded {
            #![allow(non_snake_case, dead_code)]

            use super::*;
            $(
                pub(super) unsafe extern "C" fn $name($($argument: $type),*) -> $result {
                    record(
                        stringify!($name),
                        vec![$((stringify!($argument), stringify!($type), word(&$argument))),*],
                    );
                    // SAFETY: results are codes, sizes, addresses or nothing, and zero is one of each.
                    unsafe { MaybeUninit::zeroed().assume_init() }
                }
            )*
        }

        /// Returns the functions that only write down.
        fn recorded(name: &CStr) -> *const c_void {
            match name.to_str() {
                $( Ok(stringify!($name)) => recorded::$name as *const c_void, )*
                _ => ptr::null(),
            }
        }
    };
}

cudnn_sys::for_each_cudnn_function! { functions { } }

unsafe extern "C" fn version() -> usize {
    90100
}

unsafe extern "C" fn set_math(
    convolution: cudnnConvolutionDescriptor_t,
    math: cudnnMathType_t,
) -> cudnnStatus_t {
    with(|state| {
        if !state.forgets_math {
            state.math.push((convolution.addr(), math.0));
        }
    });
    cudnnStatus_t::CUDNN_STATUS_SUCCESS
}

unsafe extern "C" fn get_math(
    convolution: cudnnConvolutionDescriptor_t,
    math: *mut cudnnMathType_t,
) -> cudnnStatus_t {
    let kept = with(|state| {
        let found = state.math.iter().rev().find(|(raw, _)| *raw == convolution.addr());
        found.map_or(0, |(_, math)| *math)
    });
    // SAFETY: the place for the arithmetic.
    unsafe { math.write(cudnnMathType_t(kept)) };
    cudnnStatus_t::CUDNN_STATUS_SUCCESS
}

/// Writes algorithms as cuDNN does; the three structures are of one form.
fn find(returned: *mut i32, found: *mut c_void) -> cudnnStatus_t {
    with(|state| {
        for (place, (number, status, bytes, determinism, math)) in state.performances.iter().enumerate() {
            let perf = cudnnConvolutionFwdAlgoPerf_t {
                algo: cudnnConvolutionFwdAlgo_t(*number),
                status: cudnnStatus_t(*status),
                time: 0.5,
                memory: *bytes,
                determinism: cudnnDeterminism_t(*determinism),
                mathType: cudnnMathType_t(*math),
                reserved: [0; 3],
            };
            // SAFETY: the caller has room for more than a test has algorithms.
            unsafe { found.cast::<cudnnConvolutionFwdAlgoPerf_t>().add(place).write(perf) };
        }
        // SAFETY: the place for the count.
        unsafe { returned.write(state.performances.len() as i32) };
    });
    cudnnStatus_t::CUDNN_STATUS_SUCCESS
}

macro_rules! finders {
    ($($name:ident($first:ty, $second:ty, $third:ty, $perf:ty);)*) => { $(
        unsafe extern "C" fn $name(
            _: cudnnHandle_t,
            _: $first,
            _: $second,
            _: cudnnConvolutionDescriptor_t,
            _: $third,
            _: i32,
            returned: *mut i32,
            found: *mut $perf,
        ) -> cudnnStatus_t {
            record(stringify!($name), Vec::new());
            find(returned, found.cast())
        }
    )* };
}

finders! {
    estimate_forward(cudnnTensorDescriptor_t, cudnnFilterDescriptor_t, cudnnTensorDescriptor_t, cudnnConvolutionFwdAlgoPerf_t);
    estimate_data(cudnnFilterDescriptor_t, cudnnTensorDescriptor_t, cudnnTensorDescriptor_t, cudnnConvolutionBwdDataAlgoPerf_t);
    estimate_filter(cudnnTensorDescriptor_t, cudnnTensorDescriptor_t, cudnnFilterDescriptor_t, cudnnConvolutionBwdFilterAlgoPerf_t);
}

unsafe extern "C" fn create_backend(
    _: cudnnBackendDescriptorType_t,
    place: *mut cudnnBackendDescriptor_t,
) -> cudnnStatus_t {
    record("cudnnBackendCreateDescriptor", Vec::new());
    let number = with(|state| state.made);
    // SAFETY: the place for the descriptor.
    unsafe { place.write(ptr::without_provenance_mut(0x1000 + number as usize * 16)) };
    cudnnStatus_t::CUDNN_STATUS_SUCCESS
}

unsafe extern "C" fn set_attribute(
    descriptor: cudnnBackendDescriptor_t,
    name: cudnnBackendAttributeName_t,
    kind: cudnnBackendAttributeType_t,
    count: i64,
    values: *const c_void,
) -> cudnnStatus_t {
    let size = match kind {
        cudnnBackendAttributeType_t::CUDNN_TYPE_BOOLEAN => 1,
        cudnnBackendAttributeType_t::CUDNN_TYPE_INT64
        | cudnnBackendAttributeType_t::CUDNN_TYPE_DOUBLE
        | cudnnBackendAttributeType_t::CUDNN_TYPE_HANDLE
        | cudnnBackendAttributeType_t::CUDNN_TYPE_VOID_PTR
        | cudnnBackendAttributeType_t::CUDNN_TYPE_BACKEND_DESCRIPTOR => 8,
        _ => 4,
    };
    let words = (0..count as usize).map(|place| {
        let mut word = 0_u64;
        // SAFETY: the caller gives that many values of that size.
        unsafe {
            ptr::copy_nonoverlapping(
                values.cast::<u8>().add(place * size),
                ptr::from_mut(&mut word).cast(),
                size,
            );
        }
        word
    });
    let words: Vec<u64> = words.collect();
    with(|state| {
        // A plan stands for the engine of the configuration that it is made of.
        if name == cudnnBackendAttributeName_t::CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG {
            let engine =
                state.of.iter().find(|(raw, _)| *raw == words[0] as usize).map(|(_, engine)| *engine);
            state.of.push((descriptor.addr(), engine.unwrap_or(0)));
        }
        state.set.push((descriptor.addr(), name.0, words));
    });
    cudnnStatus_t::CUDNN_STATUS_SUCCESS
}

unsafe extern "C" fn get_attribute(
    descriptor: cudnnBackendDescriptor_t,
    name: cudnnBackendAttributeName_t,
    _: cudnnBackendAttributeType_t,
    room: i64,
    count: *mut i64,
    places: *mut c_void,
) -> cudnnStatus_t {
    let values: Vec<u64> = with(|state| {
        let engine = |state: &State, raw: usize| {
            let of = state.of.iter().rev().find(|(other, _)| *other == raw);
            of.and_then(|(_, engine)| state.engines.get(*engine).cloned())
        };
        match name {
            cudnnBackendAttributeName_t::CUDNN_ATTR_ENGINEHEUR_RESULTS => {
                for place in 0..(room as usize).min(state.engines.len()) {
                    // SAFETY: the caller gives that many descriptors.
                    let raw = unsafe { places.cast::<usize>().add(place).read() };
                    state.of.push((raw, place));
                }
                vec![u64::MAX; state.engines.len()]
            }
            cudnnBackendAttributeName_t::CUDNN_ATTR_ENGINECFG_ENGINE => {
                // SAFETY: the caller gives a descriptor.
                let raw = unsafe { places.cast::<usize>().read() };
                let of = state.of.iter().rev().find(|(other, _)| *other == descriptor.addr()).map(|of| of.1);
                state.of.push((raw, of.unwrap_or(0)));
                vec![u64::MAX]
            }
            cudnnBackendAttributeName_t::CUDNN_ATTR_ENGINE_GLOBAL_INDEX => {
                vec![engine(state, descriptor.addr()).map_or(0, |engine| engine.index as u64)]
            }
            cudnnBackendAttributeName_t::CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE => {
                vec![engine(state, descriptor.addr()).map_or(0, |engine| engine.workspace as u64)]
            }
            cudnnBackendAttributeName_t::CUDNN_ATTR_ENGINE_NUMERICAL_NOTE => {
                let notes = engine(state, descriptor.addr()).map(|engine| engine.notes).unwrap_or_default();
                for (place, note) in notes.iter().enumerate().take(room as usize) {
                    // SAFETY: there is room for as many as are asked for.
                    unsafe { places.cast::<u32>().add(place).write(*note) };
                }
                vec![u64::MAX; notes.len()]
            }
            _ => Vec::new(),
        }
    });
    for (place, value) in
        values.iter().enumerate().take(room as usize).filter(|(_, value)| **value != u64::MAX)
    {
        // SAFETY: there is room for as many as are asked for, of 64 bits each.
        unsafe { places.cast::<u64>().add(place).write(*value) };
    }
    // SAFETY: the place for the count.
    unsafe { count.write(values.len() as i64) };
    cudnnStatus_t::CUDNN_STATUS_SUCCESS
}

/// Makes a table of these functions, as a cuDNN 9.1 of the simulated driver. Each call makes another one.
pub(crate) fn library() -> Library {
    let lookup = |name: &CStr| match name.to_bytes() {
        b"cudnnGetVersion" => version as *const c_void,
        b"cudnnGetConvolutionForwardAlgorithm_v7" => estimate_forward as *const c_void,
        b"cudnnGetConvolutionBackwardDataAlgorithm_v7" => estimate_data as *const c_void,
        b"cudnnGetConvolutionBackwardFilterAlgorithm_v7" => estimate_filter as *const c_void,
        b"cudnnSetConvolutionMathType" => set_math as *const c_void,
        b"cudnnGetConvolutionMathType" => get_math as *const c_void,
        b"cudnnBackendCreateDescriptor" => create_backend as *const c_void,
        b"cudnnBackendSetAttribute" => set_attribute as *const c_void,
        b"cudnnBackendGetAttribute" => get_attribute as *const c_void,
        _ => recorded(name),
    };
    // SAFETY: the functions have the signatures of the list that they are made of, and live as long as the program.
    let table = unsafe { Cudnn::from_lookup("a cuDNN that writes down", lookup) }.unwrap();
    // SAFETY: they call no driver at all.
    unsafe { Library::with_driver(table, cuda_sim::driver()) }
}
