//! cuDNN's operations on buffers, with the software cuDNN 8 and 9, against plain loops; and their order, under many seeds.

#[path = "cudnn_software/convolution.rs"]
mod convolution;
#[path = "cudnn_software/graphs.rs"]
mod graphs;
#[path = "cudnn_software/layers.rs"]
mod layers;
#[path = "cudnn_software/recurrent.rs"]
mod recurrent;
mod support;

use std::sync::Arc;

use context_core::{
    Buffer, Context, Determinism, Error, MathMode, Result,
    cudnn::{
        self, Activation, ActivationDescriptor, Algorithm, BackwardData, BackwardFilter, BatchNorm,
        BatchNormParameters, BatchNormRunning, BatchNormSaved, Cell, Convolution, ConvolutionDescriptor,
        ConvolutionOptions, Dropout, DropoutDescriptor, FilterDescriptor, Forward, Fusion, Layout,
        LrnDescriptor, Nan, OpTensorDescriptor, Pass, PoolingDescriptor, PoolingMode, Recurrent,
        ReduceDescriptor, Reduction, RnnDataDescriptor, RnnDescriptor, RnnOptions, SequenceLayout, Settings,
        SoftmaxAlgorithm, SoftmaxMode, States, StatesMut, TensorDescriptor, TensorOperation, Workspace,
    },
};
use context_cuda::{CudaContext, Libraries};
use convolution::{CONVOLUTIONS, Described};
use support::{Sim, sim};

/// Demands nothing.
fn relaxed() -> Settings {
    Settings { determinism: Determinism::Relaxed, ..Settings::default() }
}

fn open(_sim: &Sim, major: u16) -> CudaContext {
    cuda_sim_libraries::use_driver(cuda_sim::driver());
    let mut libraries = Libraries::default();
    libraries.cudnn = cuda_sim_libraries::cudnn::table(major);
    // SAFETY: the library is a client of this driver.
    let builder = unsafe { CudaContext::builder().driver(cuda_sim::driver()).libraries(libraries) };
    builder.determinism(Determinism::Relaxed).build().unwrap()
}

/// Runs a test with both.
fn with_both(test: impl Fn(&CudaContext)) {
    for major in [8, 9] {
        let sim = sim();
        let context = open(&sim, major);
        test(&context);
    }
}

/// Numbers without a pattern, between -1 and 1.
fn numbers(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    std::iter::repeat_with(next).take(len).collect()
}

#[track_caller]
fn assert_close(got: &[f32], expected: &[f32], what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!(
            (got - expected).abs() <= 1e-4 * (1.0 + expected.abs()),
            "{what}, {index}: {got} for {expected}"
        );
    }
}

/// A chain over two streams: one fills, the other convolves, the first reads. With `apart`, cuDNN is given the second stream's work past the
/// order of buffers.
fn chain(sim: &Sim, apart: bool) -> Result<Vec<f32>> {
    let context = open(sim, 9);
    let other = context.fork()?;
    let plain = &CONVOLUTIONS[0];
    let mut handle = other.cudnn()?;
    let Described { x, filter, y, convolution } = &Described::new(handle.library(), plain);
    let mut input: Buffer<f32, CudaContext> = context.zeros(x.elements())?;
    let weights = context.filled(filter.elements(), 1.0_f32)?;
    let mut output = context.zeros(y.elements())?;
    context.fill(&mut input, 1.0)?;
    let algorithm = Algorithm::<Forward>::new(1, MathMode::Default);
    if apart {
        let problem = Convolution { convolution, x, filter, y };
        let bytes = handle.convolution_workspace_bytes(&problem, algorithm)?;
        let room = other.zeros::<u8>(bytes)?;
        let workspace = Workspace { address: room.as_raw(), bytes };
        // SAFETY: all of it lives until the device is done below; that it is not in order is what is to be found out, and on the simulated
        // device memory is only touched by atomics.
        unsafe {
            let (x, w, y) = (input.as_raw(), weights.as_raw(), output.as_raw());
            handle.convolution_forward(&problem, algorithm, workspace, 1.0, x, w, 0.0, y)?;
        }
        other.synchronize()?;
        context.synchronize()?;
    } else {
        let mut cudnn = handle.operations()?;
        let (from, by) = (x.of(&input)?, filter.of(&weights)?);
        cudnn.convolution_forward(
            convolution,
            algorithm,
            None,
            1.0,
            from,
            by,
            0.0,
            y.of_mut(&mut output)?,
        )?;
    }
    context.read(&output)
}

#[test]
fn operations_on_two_streams_are_in_order_under_every_seed() {
    let sim = sim();
    let right = chain(&sim, false).unwrap();

    cuda_sim::explore(60, || assert_eq!(chain(&sim, false).unwrap(), right)).unwrap();

    // The same calls past the order of buffers are found out.
    assert!(cuda_sim::explore(60, || drop(chain(&sim, true))).is_err());
}

#[test]
fn a_refusal_of_the_library_names_what_was_asked_for() {
    with_both(|context| {
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let (a, b) = ([1, 3, 4, 4], [1, 2, 4, 4]);
        let one = TensorDescriptor::<f32>::dense(library, &a, Layout::ChannelsFirst).unwrap();
        let two = TensorDescriptor::<f32>::dense(library, &b, Layout::ChannelsFirst).unwrap();
        let relu = ActivationDescriptor::new(library, Activation::Relu, Nan::Ignore).unwrap();
        let x = context.zeros(48).unwrap();
        let mut y = context.zeros(32).unwrap();
        let mut cudnn = handle.operations().unwrap();

        let (from, to) = (one.of(&x).unwrap(), two.of_mut(&mut y).unwrap());
        let error = cudnn.activation_forward(&relu, 1.0, from, 0.0, to).unwrap_err();

        assert!(matches!(error, Error::Cudnn(cudnn::Error::Call { .. })), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("Relu") && text.contains("[1, 3, 4, 4]") && text.contains("[1, 2, 4, 4]"),
            "{text}"
        );
    });
}
