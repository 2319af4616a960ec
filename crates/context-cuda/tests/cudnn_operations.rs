//! cuDNN's operations on buffers: what each call is given, what is refused before it, and what it is in order with. The cuDNN here writes
//! down its calls and does nothing.

mod support;
#[path = "support/cudnn.rs"]
mod written;

use std::sync::Arc;

use context_core::{
    Buffer, Context, Error,
    cudnn::{
        self, Activation, ActivationDescriptor, Algorithm, AlgorithmCache, BackwardData, BackwardFilter,
        BatchNorm, BatchNormParameters, BatchNormRunning, BatchNormSaved, Cell, Convolution,
        ConvolutionDescriptor, ConvolutionOptions, Determinism, Dropout, DropoutDescriptor, FilterDescriptor,
        Forward, Fusion, Handle, Layout, Library, LrnDescriptor, MathMode, Nan, OpTensorDescriptor,
        Operations, Pass, PoolingDescriptor, PoolingMode, Recurrent, ReduceDescriptor, Reduction,
        RnnDataDescriptor, RnnDescriptor, RnnOptions, SequenceLayout, Settings, SoftmaxAlgorithm,
        SoftmaxMode, States, StatesMut, TensorDescriptor, TensorOperation,
        graph::{Graph, PlanCache, Pointwise},
    },
};
use context_cuda::CudaContext;
use support::{Sim, sim};
use written::{Engine, attribute, call, calls, forget_math, set_bytes, set_engines, set_performances};

/// A context on the simulated driver, with a handle and a few descriptors and buffers.
struct Bench {
    library: Library,
    handle: Handle,
    shape: TensorDescriptor<f32>,
    context: CudaContext,
    // Last: the simulated driver is given to the next test.
    _sim: Sim,
}

/// Elements of the tensors here.
const LEN: usize = 2 * 3 * 4 * 5;

fn bench() -> Bench {
    let sim = sim();
    written::reset();
    let library = written::library();
    let context = sim.context();
    let handle = Handle::new(context.cuda_context(), library).unwrap();
    let shape = TensorDescriptor::dense(library, &[2, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    Bench { library, handle, shape, context, _sim: sim }
}

impl Bench {
    fn buffers<const N: usize>(&self) -> [Buffer<f32, CudaContext>; N] {
        [(); N].map(|()| self.context.zeros(LEN).unwrap())
    }
}

fn bits(factor: f32) -> u64 {
    u64::from(factor.to_bits())
}

/// Returns the error of cuDNN's layer.
fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> cudnn::Error {
    match result.unwrap_err() {
        Error::Cudnn(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn an_operation_gives_cudnn_its_buffers_in_their_places() {
    let mut bench = bench();
    let [x, y, dy, mut dx] = bench.buffers();
    let mut target = bench.context.zeros::<f32>(LEN).unwrap();
    let shape = &bench.shape;
    let relu = ActivationDescriptor::new(bench.library, Activation::Relu, Nan::Ignore).unwrap();
    let lrn = LrnDescriptor::new(bench.library, 5, 1e-4, 0.75, 2.0).unwrap();
    let pooling =
        PoolingDescriptor::new(bench.library, PoolingMode::Max, Nan::Ignore, &[2, 2], &[0, 0], &[2, 2])
            .unwrap();
    let softmax = (SoftmaxAlgorithm::Accurate, SoftmaxMode::Channel);
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let tensor = |buffer| shape.of(buffer).unwrap();

    cudnn.activation_forward(&relu, 2.0, tensor(&x), 3.0, shape.of_mut(&mut target).unwrap()).unwrap();
    cudnn.softmax_forward(softmax, 2.0, tensor(&x), 3.0, shape.of_mut(&mut target).unwrap()).unwrap();
    cudnn.pooling_forward(&pooling, 2.0, tensor(&x), 3.0, shape.of_mut(&mut target).unwrap()).unwrap();
    cudnn.lrn_forward(&lrn, 2.0, tensor(&x), 3.0, shape.of_mut(&mut target).unwrap()).unwrap();
    for function in [
        "cudnnActivationForward",
        "cudnnSoftmaxForward",
        "cudnnPoolingForward",
        "cudnnLRNCrossChannelForward",
    ] {
        let call = call(function);
        assert_eq!((call.get("x"), call.get("y")), (x.as_raw(), target.as_raw()), "{function}");
        assert_eq!((call.get("alpha"), call.get("beta")), (bits(2.0), bits(3.0)), "{function}");
        assert_eq!(call.get("xDesc"), shape.as_raw().addr() as u64, "{function}");
    }

    let inputs = (tensor(&y), tensor(&dy), tensor(&x));
    let (a, b, c) = inputs;
    cudnn.activation_backward(&relu, 2.0, a, b, c, 3.0, shape.of_mut(&mut dx).unwrap()).unwrap();
    cudnn.pooling_backward(&pooling, 2.0, a, b, c, 3.0, shape.of_mut(&mut dx).unwrap()).unwrap();
    cudnn.lrn_backward(&lrn, 2.0, a, b, c, 3.0, shape.of_mut(&mut dx).unwrap()).unwrap();
    cudnn.softmax_backward(softmax, 2.0, a, b, 3.0, shape.of_mut(&mut dx).unwrap()).unwrap();
    for function in ["cudnnActivationBackward", "cudnnPoolingBackward", "cudnnLRNCrossChannelBackward"] {
        let call = call(function);
        let places = ["y", "dy", "x", "dx"].map(|name| call.get(name));
        assert_eq!(places, [y.as_raw(), dy.as_raw(), x.as_raw(), dx.as_raw()], "{function}");
    }
    let softmax = call("cudnnSoftmaxBackward");
    assert_eq!(["y", "dy", "dx"].map(|name| softmax.get(name)), [y.as_raw(), dy.as_raw(), dx.as_raw()]);
    assert_eq!(softmax.get("mode"), 1);
}

#[test]
fn arithmetic_on_tensors_gives_cudnn_its_buffers_in_their_places() {
    let mut bench = bench();
    set_bytes(256);
    let [a, b, mut c] = bench.buffers();
    let shape = &bench.shape;
    let add = OpTensorDescriptor::new(bench.library, TensorOperation::Add, Nan::Ignore).unwrap();
    let most = ReduceDescriptor::new(bench.library, Reduction::Maximum, Nan::Ignore, true).unwrap();
    let mut indices = bench.context.zeros::<u32>(64).unwrap();
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let (from, other) = (shape.of(&a).unwrap(), shape.of(&b).unwrap());

    cudnn.op_tensor(&add, 2.0, from, 4.0, other, 3.0, shape.of_mut(&mut c).unwrap()).unwrap();
    let op = call("cudnnOpTensor");
    assert_eq!(["A", "B", "C"].map(|name| op.get(name)), [a.as_raw(), b.as_raw(), c.as_raw()]);
    assert_eq!(["alpha1", "alpha2", "beta"].map(|name| op.get(name)), [2.0, 4.0, 3.0].map(bits));

    cudnn
        .reduce(&most, Some(indices.view_mut()), None, 2.0, from, 3.0, shape.of_mut(&mut c).unwrap())
        .unwrap();
    let reduce = call("cudnnReduceTensor");
    assert_eq!(
        ["indices", "A", "C"].map(|name| reduce.get(name)),
        [indices.as_raw(), a.as_raw(), c.as_raw()]
    );
    assert_eq!(reduce.get("workspaceSizeInBytes"), 256);
    assert_ne!(reduce.get("workspace"), 0);

    cudnn.add(2.0, from, 3.0, shape.of_mut(&mut c).unwrap()).unwrap();
    let add = call("cudnnAddTensor");
    assert_eq!(["A", "C"].map(|name| add.get(name)), [a.as_raw(), c.as_raw()]);

    cudnn.transform(2.0, from, 3.0, shape.of_mut(&mut c).unwrap()).unwrap();
    let transform = call("cudnnTransformTensor");
    assert_eq!(["x", "y"].map(|name| transform.get(name)), [a.as_raw(), c.as_raw()]);

    cudnn.set(shape.of_mut(&mut c).unwrap(), 7.0).unwrap();
    cudnn.scale(shape.of_mut(&mut c).unwrap(), 0.5).unwrap();
    assert_eq!(call("cudnnSetTensor").get("y"), c.as_raw());
    assert_eq!(call("cudnnScaleTensor").get("alpha"), bits(0.5));
}

#[test]
fn a_batch_normalisation_gives_cudnn_its_buffers_in_their_places() {
    let mut bench = bench();
    let [x, mut y, dy, mut dx] = bench.buffers();
    let [scale, bias, mut mean, mut variance, mut saved, mut inverse, mut dscale, mut dbias] =
        [(); 8].map(|()| bench.context.zeros::<f32>(3).unwrap());
    let of = TensorDescriptor::<f32>::dense(bench.library, &[1, 3, 1, 1], Layout::ChannelsFirst).unwrap();
    let shape = &bench.shape;
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let parameters = BatchNormParameters { scale: of.of(&scale).unwrap(), bias: of.of(&bias).unwrap() };

    cudnn
        .batch_norm_training(
            BatchNorm::Spatial,
            2.0,
            shape.of(&x).unwrap(),
            3.0,
            shape.of_mut(&mut y).unwrap(),
            &parameters,
            Some(BatchNormRunning {
                factor: 0.25,
                mean: of.of_mut(&mut mean).unwrap(),
                variance: of.of_mut(&mut variance).unwrap(),
            }),
            1e-5,
            Some(BatchNormSaved {
                mean: of.of_mut(&mut saved).unwrap(),
                inverse_deviation: of.of_mut(&mut inverse).unwrap(),
            }),
        )
        .unwrap();
    let training = call("cudnnBatchNormalizationForwardTraining");
    let names = [
        ("x", x.as_raw()),
        ("y", y.as_raw()),
        ("bnScale", scale.as_raw()),
        ("bnBias", bias.as_raw()),
        ("exponentialAverageFactor", 0.25_f64.to_bits()),
        ("resultRunningMean", mean.as_raw()),
        ("resultRunningVariance", variance.as_raw()),
        ("epsilon", 1e-5_f64.to_bits()),
        ("resultSaveMean", saved.as_raw()),
        ("resultSaveInvVariance", inverse.as_raw()),
    ];
    for (name, value) in names {
        assert_eq!(training.get(name), value, "{name}");
    }

    let moments = (of.of(&mean).unwrap(), of.of(&variance).unwrap());
    let (input, output) = (shape.of(&x).unwrap(), shape.of_mut(&mut y).unwrap());
    cudnn
        .batch_norm_inference(
            BatchNorm::Spatial,
            2.0,
            input,
            3.0,
            output,
            &parameters,
            moments.0,
            moments.1,
            1e-5,
        )
        .unwrap();
    let inference = call("cudnnBatchNormalizationForwardInference");
    let places = ["estimatedMean", "estimatedVariance"].map(|name| inference.get(name));
    assert_eq!(places, [mean.as_raw(), variance.as_raw()]);

    cudnn
        .batch_norm_backward(
            BatchNorm::Spatial,
            (2.0, 3.0),
            (4.0, 5.0),
            shape.of(&x).unwrap(),
            shape.of(&dy).unwrap(),
            shape.of_mut(&mut dx).unwrap(),
            of.of(&scale).unwrap(),
            of.of_mut(&mut dscale).unwrap(),
            of.of_mut(&mut dbias).unwrap(),
            1e-5,
            Some([of.of(&saved).unwrap(), of.of(&inverse).unwrap()]),
        )
        .unwrap();
    let backward = call("cudnnBatchNormalizationBackward");
    let names = [
        ("alphaDataDiff", bits(2.0)),
        ("betaDataDiff", bits(3.0)),
        ("alphaParamDiff", bits(4.0)),
        ("betaParamDiff", bits(5.0)),
        ("x", x.as_raw()),
        ("dy", dy.as_raw()),
        ("dx", dx.as_raw()),
        ("bnScale", scale.as_raw()),
        ("dBnScaleResult", dscale.as_raw()),
        ("dBnBiasResult", dbias.as_raw()),
        ("savedMean", saved.as_raw()),
        ("savedInvVariance", inverse.as_raw()),
    ];
    for (name, value) in names {
        assert_eq!(backward.get(name), value, "{name}");
    }

    let wide = TensorDescriptor::<f32>::dense(bench.library, &[1, 1, 1, 3], Layout::ChannelsFirst).unwrap();
    let mixed = BatchNormParameters { scale: of.of(&scale).unwrap(), bias: wide.of(&bias).unwrap() };
    let (input, output) = (shape.of(&x).unwrap(), shape.of_mut(&mut y).unwrap());
    let error =
        cudnn.batch_norm_training(BatchNorm::Spatial, 1.0, input, 0.0, output, &mixed, None, 1e-5, None);
    assert!(matches!(refused(error), cudnn::Error::Shape { .. }));
}

/// A convolution of `x` with a filter, and what is between them.
struct Conv {
    options: ConvolutionDescriptor<f32>,
    filter: FilterDescriptor<f32>,
    y: TensorDescriptor<f32>,
}

fn conv(bench: &Bench) -> Conv {
    let options = ConvolutionOptions { padding: vec![1, 1], ..ConvolutionOptions::new(2) };
    Conv {
        options: ConvolutionDescriptor::new(bench.library, &options, MathMode::Default).unwrap(),
        filter: FilterDescriptor::new(bench.library, &[6, 3, 3, 3], Layout::ChannelsFirst).unwrap(),
        y: TensorDescriptor::dense(bench.library, &[2, 6, 4, 5], Layout::ChannelsFirst).unwrap(),
    }
}

const FORWARD: Algorithm<Forward> = Algorithm::new(1, MathMode::Default);

#[test]
fn a_convolution_gives_cudnn_its_buffers_in_their_places() {
    let mut bench = bench();
    set_bytes(4096);
    let Conv { options, filter, y: out } = &conv(&bench);
    let [mut x] = bench.buffers();
    let mut w = bench.context.zeros::<f32>(filter.elements()).unwrap();
    let mut y = bench.context.zeros::<f32>(out.elements()).unwrap();
    let z = bench.context.zeros::<f32>(out.elements()).unwrap();
    let mut bias = bench.context.zeros::<f32>(6).unwrap();
    let one = TensorDescriptor::<f32>::dense(bench.library, &[1, 6, 1, 1], Layout::ChannelsFirst).unwrap();
    let relu = ActivationDescriptor::new(bench.library, Activation::Relu, Nan::Ignore).unwrap();
    let mut workspace = bench.context.zeros::<u8>(8192).unwrap();
    let shape = &bench.shape;
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();

    let (input, weights) = (shape.of(&x).unwrap(), filter.of(&w).unwrap());
    let given = Some(workspace.view_mut());
    cudnn
        .convolution_forward(options, FORWARD, given, 2.0, input, weights, 3.0, out.of_mut(&mut y).unwrap())
        .unwrap();
    let forward = call("cudnnConvolutionForward");
    let names = [
        ("x", x.as_raw()),
        ("w", w.as_raw()),
        ("y", y.as_raw()),
        ("algo", 1),
        ("alpha", bits(2.0)),
        ("beta", bits(3.0)),
        ("workSpace", workspace.as_raw()),
        ("workSpaceSizeInBytes", 8192),
        ("convDesc", options.as_raw().addr() as u64),
    ];
    for (name, value) in names {
        assert_eq!(forward.get(name), value, "{name}");
    }

    let fusion =
        Fusion { z: out.of(&z).unwrap(), alpha2: 4.0, bias: one.of(&bias).unwrap(), activation: &relu };
    let (input, weights) = (shape.of(&x).unwrap(), filter.of(&w).unwrap());
    cudnn
        .convolution_bias_activation(
            options,
            FORWARD,
            None,
            2.0,
            input,
            weights,
            &fusion,
            out.of_mut(&mut y).unwrap(),
        )
        .unwrap();
    let fused = call("cudnnConvolutionBiasActivationForward");
    let places = ["x", "w", "z", "bias", "y"].map(|name| fused.get(name));
    assert_eq!(places, [x.as_raw(), w.as_raw(), z.as_raw(), bias.as_raw(), y.as_raw()]);
    assert_eq!(["alpha1", "alpha2"].map(|name| fused.get(name)), [2.0, 4.0].map(bits));
    assert_eq!(fused.get("workSpaceSizeInBytes"), 4096, "from the pool, as large as is needed");

    let data = Algorithm::<BackwardData>::new(1, MathMode::Default);
    let (weights, dy) = (filter.of(&w).unwrap(), out.of(&y).unwrap());
    cudnn
        .convolution_backward_data(options, data, None, 2.0, weights, dy, 3.0, shape.of_mut(&mut x).unwrap())
        .unwrap();
    let backward = call("cudnnConvolutionBackwardData");
    assert_eq!(["w", "dy", "dx"].map(|name| backward.get(name)), [w.as_raw(), y.as_raw(), x.as_raw()]);

    let of_filter = Algorithm::<BackwardFilter>::new(1, MathMode::Default);
    let (input, dy) = (shape.of(&x).unwrap(), out.of(&y).unwrap());
    cudnn
        .convolution_backward_filter(
            options,
            of_filter,
            None,
            2.0,
            input,
            dy,
            3.0,
            filter.of_mut(&mut w).unwrap(),
        )
        .unwrap();
    let backward = call("cudnnConvolutionBackwardFilter");
    assert_eq!(["x", "dy", "dw"].map(|name| backward.get(name)), [x.as_raw(), y.as_raw(), w.as_raw()]);

    cudnn.convolution_backward_bias(2.0, out.of(&y).unwrap(), 3.0, one.of_mut(&mut bias).unwrap()).unwrap();
    let backward = call("cudnnConvolutionBackwardBias");
    assert_eq!(["dy", "db"].map(|name| backward.get(name)), [y.as_raw(), bias.as_raw()]);
}

#[test]
fn a_workspace_from_the_pool_goes_back_behind_the_call() {
    let mut bench = bench();
    set_bytes(1 << 20);
    let Conv { options, filter, y: out } = &conv(&bench);
    let [x] = bench.buffers();
    let w = bench.context.zeros::<f32>(filter.elements()).unwrap();
    let mut y = bench.context.zeros::<f32>(out.elements()).unwrap();
    let shape = &bench.shape;
    let before = bench.context.memory().live;
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let mut run = |workspace| {
        let (input, weights) = (shape.of(&x).unwrap(), filter.of(&w).unwrap());
        let output = out.of_mut(&mut y).unwrap();
        cudnn.convolution_forward(options, FORWARD, workspace, 1.0, input, weights, 0.0, output)
    };

    run(None).unwrap();
    run(None).unwrap();
    let mut small = bench.context.zeros::<u8>(1000).unwrap();
    let error = refused(run(Some(small.view_mut())));
    drop(small);

    assert_eq!(bench.context.memory().live, before);
    let places =
        calls("cudnnConvolutionForward").iter().map(|call| call.get("workSpace")).collect::<Vec<_>>();
    assert_eq!(places.len(), 2, "the one with a small workspace was not made");
    assert_eq!(places[0], places[1], "the same memory again, in the order of the stream");
    assert!(error.to_string().contains("1.00 MiB"), "{error}");
}

#[test]
fn an_operation_is_in_order_with_the_work_of_another_stream() {
    let mut bench = bench();
    let [mut x, mut y] = bench.buffers();
    let other = bench.context.fork().unwrap();
    let relu = ActivationDescriptor::new(bench.library, Activation::Relu, Nan::Ignore).unwrap();
    let shape = &bench.shape;
    let waits = || bench.context.inserted_waits();

    other.fill(&mut x, 1.0).unwrap();
    let before = waits();
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let (input, output) = (shape.of(&x).unwrap(), shape.of_mut(&mut y).unwrap());
    cudnn.activation_forward(&relu, 1.0, input, 0.0, output).unwrap();
    assert_eq!(waits(), before + 1, "what it reads was written on another stream");

    let (input, output) = (shape.of(&x).unwrap(), shape.of_mut(&mut y).unwrap());
    cudnn.activation_forward(&relu, 1.0, input, 0.0, output).unwrap();
    assert_eq!(waits(), before + 1, "it runs behind that already");

    other.fill(&mut y, 1.0).unwrap();
    assert_eq!(waits(), before + 2, "what it writes is written on another stream");
    other.fill(&mut x, 1.0).unwrap();
    assert_eq!(waits(), before + 2, "and so does what it reads");
}

#[test]
fn work_goes_to_the_stream_of_the_context_also_when_the_handle_was_lent_to_another() {
    let mut bench = bench();
    let [x, mut y] = bench.buffers();
    let other = bench.context.fork().unwrap();
    let shape = &bench.shape;
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();

    cudnn.handle().set_stream(other.core().stream().as_stream()).unwrap();
    cudnn.transform(1.0, shape.of(&x).unwrap(), 0.0, shape.of_mut(&mut y).unwrap()).unwrap();

    let streams: Vec<u64> = calls("cudnnSetStream").iter().map(|call| call.get("streamId")).collect();
    let own = bench.context.core().stream().as_stream().as_raw().addr() as u64;
    assert_eq!(streams.last(), Some(&own));
    assert_eq!(streams.len(), 3, "the context's, the other's, the context's again");
}

#[test]
fn a_buffer_that_is_too_short_is_refused_with_its_length() {
    let bench = bench();
    let short = bench.context.zeros::<f32>(LEN - 1).unwrap();

    let error = bench.shape.of(&short).unwrap_err();

    assert!(error.to_string().contains("119 elements for f32 [2, 3, 4, 5]"), "{error}");
}

#[test]
fn a_descriptor_of_another_library_is_refused_before_the_call() {
    let mut bench = bench();
    let [x, mut y] = bench.buffers();
    let stranger = written::library();
    let relu = ActivationDescriptor::new(stranger, Activation::Relu, Nan::Ignore).unwrap();
    let shape = &bench.shape;
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();

    let (input, output) = (shape.of(&x).unwrap(), shape.of_mut(&mut y).unwrap());
    let error = refused(cudnn.activation_forward(&relu, 1.0, input, 0.0, output));

    assert!(matches!(error, cudnn::Error::Shape { .. }), "{error}");
    assert!(calls("cudnnActivationForward").is_empty());
}

#[test]
fn settings_that_an_operation_cannot_keep_refuse_it() {
    let mut bench = bench();
    let Conv { options, filter, y: out } = &conv(&bench);
    let [mut x, y, dy] = bench.buffers();
    let w = bench.context.zeros::<f32>(filter.elements()).unwrap();
    let target = bench.context.zeros::<f32>(out.elements()).unwrap();
    let pooling =
        |mode| PoolingDescriptor::new(bench.library, mode, Nan::Ignore, &[2, 2], &[0, 0], &[2, 2]).unwrap();
    let (free, fixed) = (pooling(PoolingMode::Max), pooling(PoolingMode::MaxDeterministic));
    let shape = &bench.shape;
    let settings =
        Settings { determinism: Determinism::Required, math: MathMode::Fma, ..Settings::default() };
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap().with_settings(settings);
    let mut backward = |algorithm| {
        let (weights, gradient) = (filter.of(&w).unwrap(), out.of(&target).unwrap());
        let result = shape.of_mut(&mut x).unwrap();
        cudnn.convolution_backward_data(options, algorithm, None, 1.0, weights, gradient, 0.0, result)
    };

    let setting = |error: cudnn::Error| match error {
        cudnn::Error::Setting { setting, .. } => setting,
        other => panic!("{other}"),
    };
    assert_eq!(setting(refused(backward(Algorithm::new(0, MathMode::Fma)))), "determinism");
    assert_eq!(setting(refused(backward(Algorithm::new(1, MathMode::Default)))), "math mode");
    backward(Algorithm::new(1, MathMode::Fma)).unwrap();

    let mut dx = bench.context.zeros::<f32>(LEN).unwrap();
    let mut pool = |pooling| {
        let (a, b, c) = (shape.of(&y).unwrap(), shape.of(&dy).unwrap(), shape.of(&y).unwrap());
        cudnn.pooling_backward(pooling, 1.0, a, b, c, 0.0, shape.of_mut(&mut dx).unwrap())
    };
    assert_eq!(setting(refused(pool(&free))), "determinism");
    pool(&fixed).unwrap();
}

#[test]
fn a_math_mode_that_the_library_takes_and_does_not_keep_is_refused() {
    let bench = bench();
    let make = |math| ConvolutionDescriptor::<f32>::new(bench.library, &ConvolutionOptions::new(2), math);

    make(MathMode::Fma).unwrap();
    forget_math();
    make(MathMode::Default).unwrap();
    let error = make(MathMode::Fma).unwrap_err();

    assert!(matches!(error, cudnn::Error::Setting { setting: "math mode", .. }), "{error}");
    assert!(error.to_string().contains("cuDNN 9.1.0 cannot convolve with Fma"), "{error}");
}

#[test]
fn an_algorithm_is_chosen_within_the_settings_and_found_again_in_a_cache() {
    let mut bench = bench();
    set_performances(&[(7, 3000, 0, 1, 0), (6, 0, 1 << 20, 0, 1), (1, 0, 1024, 1, 0), (0, 0, 0, 1, 3)]);
    let Conv { options, filter, y } = &conv(&bench);
    let problem = Convolution { convolution: options, x: &bench.shape, filter, y };
    let cache = AlgorithmCache::new();
    let mut choose = |settings| {
        let cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
        let mut cudnn = cudnn.with_settings(settings);
        let found = cudnn.cached_algorithm::<Forward, f32>(&cache, &problem).unwrap();
        (found.algorithm.number(), found.workspace_bytes)
    };
    let any = Settings::default();
    let fixed = Settings { determinism: Determinism::Required, ..any };

    assert_eq!(choose(any), (6, 1 << 20));
    assert_eq!(choose(fixed), (1, 1024));
    assert_eq!(choose(any), (6, 1 << 20));
    assert_eq!(choose(fixed), (1, 1024));
    assert_eq!(calls("estimate_forward").len(), 2, "once for each key");
    assert_eq!(cache.len(), 2);

    let again = AlgorithmCache::from_text(&cache.to_text()).unwrap();
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let key = cudnn.algorithm_key::<Forward, f32>(&problem).unwrap();
    assert_eq!(again.get(&key).map(|found| found.algorithm.number()), Some(6));
    assert!(key.to_string().contains(cudnn.handle().device_name().unwrap()), "{key}");
    let backward = cudnn.algorithm_key::<BackwardData, f32>(&problem).unwrap();
    assert!(again.get(&backward).is_none());
}

#[test]
fn a_measurement_is_given_the_largest_workspace_that_the_limit_allows() {
    let mut bench = bench();
    set_performances(&[(6, 0, 1 << 20, 0, 1), (1, 0, 1024, 1, 0)]);
    let Conv { options, filter, y: out } = &conv(&bench);
    let [x] = bench.buffers();
    let w = bench.context.zeros::<f32>(filter.elements()).unwrap();
    let mut y = bench.context.zeros::<f32>(out.elements()).unwrap();
    let shape = &bench.shape;
    for (limit, expected) in [(None, 1 << 20), (Some(2000), 1024)] {
        let settings = Settings { workspace_limit: limit, ..Settings::default() };
        let cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
        let (input, weights) = (shape.of(&x).unwrap(), filter.of(&w).unwrap());
        let output = out.of_mut(&mut y).unwrap();

        cudnn.with_settings(settings).measure_forward(options, None, input, weights, output).unwrap();

        let measured = calls("cudnnFindConvolutionForwardAlgorithmEx");
        assert_eq!(measured.last().unwrap().get("workSpaceSizeInBytes"), expected);
        assert_eq!(measured.last().unwrap().get("y"), y.as_raw());
    }
}

#[test]
fn a_dropout_gives_its_states_to_every_pass_and_they_are_in_order() {
    let mut bench = bench();
    set_bytes(64);
    let [x, mut y, mut z] = bench.buffers();
    let mut reserve = bench.context.zeros::<u8>(64).unwrap();
    let mut reserves = bench.context.zeros::<u8>(64).unwrap();
    let shape = &bench.shape;
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let mut dropout = Dropout::new(&mut cudnn, 0.5, 1234).unwrap();
    let made = call("cudnnSetDropoutDescriptor");
    assert_eq!(made.get("states"), dropout.states().as_raw());
    assert_eq!((made.get("stateSizeInBytes"), made.get("seed")), (64, 1234));

    let output = shape.of_mut(&mut y).unwrap();
    cudnn.dropout_forward(&mut dropout, shape.of(&x).unwrap(), output, reserve.view_mut()).unwrap();
    let forward = call("cudnnDropoutForward");
    let places = ["x", "y", "reserveSpace"].map(|name| forward.get(name));
    assert_eq!(places, [x.as_raw(), y.as_raw(), reserve.as_raw()]);

    // Another stream draws from the same states: it must follow, although it shares no tensor with the first.
    let other = bench.context.fork().unwrap();
    let before = other.inserted_waits();
    let mut handle = Handle::new(bench.context.cuda_context(), bench.library).unwrap();
    let mut elsewhere = Operations::new(&other, &mut handle).unwrap();
    let output = shape.of_mut(&mut z).unwrap();
    elsewhere.dropout_forward(&mut dropout, shape.of(&x).unwrap(), output, reserves.view_mut()).unwrap();
    assert_eq!(other.inserted_waits(), before + 1);

    let output = shape.of_mut(&mut z).unwrap();
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    cudnn.dropout_backward(&dropout, shape.of(&y).unwrap(), output, reserve.view_mut()).unwrap();
    let backward = call("cudnnDropoutBackward");
    let places = ["dy", "dx", "reserveSpace"].map(|name| backward.get(name));
    assert_eq!(places, [y.as_raw(), z.as_raw(), reserve.as_raw()]);

    let short = reserve.slice_mut(..10).unwrap();
    let output = shape.of_mut(&mut z).unwrap();
    let error = cudnn.dropout_forward(&mut dropout, shape.of(&x).unwrap(), output, short);
    assert!(matches!(refused(error), cudnn::Error::Shape { .. }));
    assert!(matches!(refused(Dropout::new(&mut cudnn, 1.5, 0)), cudnn::Error::Shape { .. }));
}

#[test]
fn a_recurrent_network_gives_cudnn_its_buffers_in_their_places() {
    let mut bench = bench();
    set_bytes(64);
    let (library, context) = (bench.library, &bench.context);
    let none = Arc::new(DropoutDescriptor::none(&mut bench.handle).unwrap());
    let rnn = RnnDescriptor::<f32>::new(&RnnOptions::new(Cell::Lstm, 5, 8), &none).unwrap();
    let layout = SequenceLayout::TimeFirst;
    let xs = RnnDataDescriptor::new(library, layout, 7, 5, &[7, 4], None).unwrap();
    let ys = RnnDataDescriptor::new(library, layout, 7, 8, &[7, 4], None).unwrap();
    let buffer = |len| context.zeros::<f32>(len).unwrap();
    let (x, mut y, weights) = (buffer(7 * 2 * 5), buffer(7 * 2 * 8), buffer(16));
    let (hx, cx) = (buffer(16), buffer(16));
    let (mut hy, mut cy) = (buffer(16), buffer(16));
    let mut reserve = context.zeros::<u8>(64).unwrap();
    let (dy, mut dx, mut dweights) = (buffer(7 * 2 * 8), buffer(7 * 2 * 5), buffer(16));
    let network = Recurrent { rnn: &rnn, x: &xs, y: &ys, weights: weights.view(), lengths: None };
    let first = States { hidden: Some(hx.view()), cells: Some(cx.view()) };
    let mut cudnn = Operations::new(context, &mut bench.handle).unwrap();

    let last = StatesMut { hidden: Some(hy.view_mut()), cells: Some(cy.view_mut()) };
    cudnn.rnn_training(network, None, None, x.view(), first, y.view_mut(), last, reserve.view_mut()).unwrap();
    let forward = call("cudnnRNNForward");
    let names = [
        ("fwdMode", 1),
        ("x", x.as_raw()),
        ("y", y.as_raw()),
        ("hx", hx.as_raw()),
        ("hy", hy.as_raw()),
        ("cx", cx.as_raw()),
        ("cy", cy.as_raw()),
        ("weightSpace", weights.as_raw()),
        ("weightSpaceSize", 64),
        ("reserveSpace", reserve.as_raw()),
        ("workSpaceSize", 64),
        ("devSeqLengths", 0),
    ];
    for (name, value) in names {
        assert_eq!(forward.get(name), value, "{name}");
    }

    let dlast = States { hidden: Some(hx.view()), cells: None };
    let dfirst = StatesMut { hidden: Some(hy.view_mut()), cells: Some(cy.view_mut()) };
    cudnn
        .rnn_backward_data(
            network,
            None,
            None,
            (y.view(), dy.view()),
            (first, dlast),
            dx.view_mut(),
            dfirst,
            reserve.view_mut(),
        )
        .unwrap();
    let backward = call("cudnnRNNBackwardData_v8");
    let places = ["y", "dy", "dx", "hx", "dhy", "dhx", "cx", "dcy", "dcx"].map(|name| backward.get(name));
    let expected = [
        y.as_raw(),
        dy.as_raw(),
        dx.as_raw(),
        hx.as_raw(),
        hx.as_raw(),
        hy.as_raw(),
        cx.as_raw(),
        0,
        cy.as_raw(),
    ];
    assert_eq!(places, expected);

    cudnn
        .rnn_backward_weights(
            network,
            None,
            None,
            x.view(),
            Some(hx.view()),
            y.view(),
            dweights.view_mut(),
            reserve.view_mut(),
        )
        .unwrap();
    let backward = call("cudnnRNNBackwardWeights_v8");
    let places = ["x", "hx", "y", "dweightSpace"].map(|name| backward.get(name));
    assert_eq!(places, [x.as_raw(), hx.as_raw(), y.as_raw(), dweights.as_raw()]);

    // What does not go together is refused before the call.
    let shape = |result| assert!(matches!(refused(result), cudnn::Error::Shape { .. }));
    let others = RnnDataDescriptor::new(library, layout, 7, 8, &[7, 3], None).unwrap();
    let wrong = Recurrent { y: &others, ..network };
    shape(cudnn.rnn_inference(wrong, None, None, x.view(), first, y.view_mut(), StatesMut::NONE));
    let short = x.slice(..3).unwrap();
    shape(cudnn.rnn_inference(network, None, None, short, first, y.view_mut(), StatesMut::NONE));
    let light = Recurrent { weights: weights.slice(..3).unwrap(), ..network };
    shape(cudnn.rnn_inference(light, None, None, x.view(), first, y.view_mut(), StatesMut::NONE));
    let little = reserve.slice_mut(..3).unwrap();
    shape(cudnn.rnn_training(network, None, None, x.view(), first, y.view_mut(), StatesMut::NONE, little));
    assert_eq!(calls("cudnnRNNForward").len(), 1);
    let temporary = cudnn.handle().rnn_temporary_bytes(&rnn, Pass::Training, &xs).unwrap();
    assert_eq!(temporary, (64, 64));
}

#[test]
fn a_network_with_a_dropout_is_given_that_dropout() {
    let mut bench = bench();
    set_bytes(64);
    let (library, context) = (bench.library, &bench.context);
    let mut cudnn = Operations::new(context, &mut bench.handle).unwrap();
    let mut dropout = Dropout::new(&mut cudnn, 0.5, 1).unwrap();
    let mut another = Dropout::new(&mut cudnn, 0.5, 1).unwrap();
    let rnn = RnnDescriptor::<f32>::new(&RnnOptions::new(Cell::Gru, 5, 8), dropout.descriptor()).unwrap();
    let data = |vector| {
        RnnDataDescriptor::new(library, SequenceLayout::TimeFirst, 7, vector, &[7, 4], None).unwrap()
    };
    let (xs, ys) = (data(5), data(8));
    let buffer = |len| context.zeros::<f32>(len).unwrap();
    let (x, mut y, weights) = (buffer(70), buffer(112), buffer(16));
    let network = Recurrent { rnn: &rnn, x: &xs, y: &ys, weights: weights.view(), lengths: None };
    let mut run = |dropout: Option<&mut Dropout<CudaContext>>| {
        cudnn.rnn_inference(network, dropout, None, x.view(), States::ZERO, y.view_mut(), StatesMut::NONE)
    };

    assert!(matches!(refused(run(None)), cudnn::Error::Shape { .. }));
    assert!(matches!(refused(run(Some(&mut another))), cudnn::Error::Shape { .. }));
    run(Some(&mut dropout)).unwrap();
}

/// `y = relu(x + b)`, with the tensors.
fn graph() -> (Graph, [cudnn::graph::TensorId; 3]) {
    let mut graph = Graph::new();
    let dense = |graph: &mut Graph| graph.dense::<f32>(&[2, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    let (x, b) = (dense(&mut graph), dense(&mut graph));
    let sum = graph.intermediate::<f32>(&[2, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    let y = dense(&mut graph);
    graph.pointwise(Pointwise::Add, x, Some(b), sum).unwrap();
    graph.pointwise(Pointwise::Relu, sum, None, y).unwrap();
    (graph, [x, b, y])
}

const NOT_DETERMINISTIC: u32 = 4;
const TENSOR_CORE: u32 = 0;

fn engines() -> [Engine; 3] {
    [
        Engine { index: 30, notes: vec![TENSOR_CORE, NOT_DETERMINISTIC], workspace: 0 },
        Engine { index: 20, notes: vec![TENSOR_CORE], workspace: 1 << 20 },
        Engine { index: 10, notes: vec![], workspace: 512 },
    ]
}

#[test]
fn a_plan_is_made_of_the_first_engine_that_the_settings_allow() {
    let mut bench = bench();
    set_engines(&engines());
    let (graph, _) = graph();
    let mut plan = |settings| graph.plan(&mut bench.handle, settings);
    let any = Settings::default();

    assert_eq!(plan(any).unwrap().engine(), 30);
    assert_eq!(plan(Settings { determinism: Determinism::Required, ..any }).unwrap().engine(), 20);
    assert_eq!(plan(Settings { math: MathMode::Fma, ..any }).unwrap().engine(), 10);
    let small = Settings { workspace_limit: Some(1000), determinism: Determinism::Required, ..any };
    let plan_of_small = plan(small).unwrap();
    assert_eq!((plan_of_small.engine(), plan_of_small.workspace_bytes()), (10, 512));
    let error = plan(Settings { workspace_limit: Some(100), math: MathMode::Fma, ..any }).unwrap_err();
    assert!(matches!(error, cudnn::Error::Setting { .. }), "{error}");
    assert!(error.to_string().contains("engine 10 needs 512 B"), "{error}");
}

#[test]
fn a_graph_without_an_engine_is_refused_with_the_graph() {
    let mut bench = bench();
    let (graph, _) = graph();

    let error = graph.plan(&mut bench.handle, Settings::default()).unwrap_err();

    assert!(error.to_string().contains("no engine for t0: f32 [2, 3, 4, 5]"), "{error}");
}

#[test]
fn a_plan_is_executed_with_the_buffers_of_its_tensors() {
    use cudnn_sys::cudnnBackendAttributeName_t as Name;
    let mut bench = bench();
    set_engines(&engines());
    let [a, b, mut c] = bench.buffers();
    let (graph, [x, bias, y]) = graph();
    let settings = Settings { math: MathMode::Fma, ..Settings::default() };
    let plan = graph.plan(&mut bench.handle, settings).unwrap();
    let other = bench.context.fork().unwrap();
    let before = bench.context.inserted_waits();
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();

    let bindings =
        [graph.write(y, &mut c).unwrap(), graph.read(x, &a).unwrap(), graph.read(bias, &b).unwrap()];
    cudnn.execute(&graph, &plan, &bindings, None).unwrap();

    let execute = call("cudnnBackendExecute");
    let pack = execute.get("variantPack");
    assert_eq!(attribute(pack, Name::CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS), [4, 1, 2]);
    let places = attribute(pack, Name::CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS);
    assert_eq!(places, [c.as_raw(), a.as_raw(), b.as_raw()]);
    assert_ne!(attribute(pack, Name::CUDNN_ATTR_VARIANT_PACK_WORKSPACE), [0]);
    other.fill(&mut c, 1.0).unwrap();
    assert_eq!(bench.context.inserted_waits(), before + 1, "what it writes is in order");
}

#[test]
fn bindings_that_do_not_fit_a_graph_are_refused_before_the_call() {
    let mut bench = bench();
    set_engines(&engines());
    let [a, b, mut c, mut d] = bench.buffers();
    let (one, [x, bias, y]) = graph();
    let (other, [stranger, ..]) = graph();
    let plan = one.plan(&mut bench.handle, Settings::default()).unwrap();
    let halves = bench.context.zeros::<context_core::f16>(LEN).unwrap();

    assert!(one.read(stranger, &a).is_err(), "of another graph");
    assert!(one.read(y, &a).is_err(), "the graph writes it");
    assert!(one.write(x, &mut c).is_err(), "the graph reads it");
    assert!(one.read(x, &halves).is_err(), "of another type");
    assert!(one.read(x, a.slice(1..).unwrap()).is_err(), "too short");
    let large = bench.context.zeros::<f32>(LEN + 1).unwrap();
    assert!(one.read(x, large.slice(1..).unwrap()).is_err(), "not aligned");

    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let missing = [one.read(x, &a).unwrap(), one.write(y, &mut c).unwrap()];
    refused(cudnn.execute(&one, &plan, &missing, None));
    let twice = [
        one.read(x, &a).unwrap(),
        one.read(bias, &b).unwrap(),
        one.write(y, &mut c).unwrap(),
        one.write(y, &mut d).unwrap(),
    ];
    refused(cudnn.execute(&one, &plan, &twice, None));
    let mut larger = Graph::new();
    let p = larger.dense::<f32>(&[4, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    let q = larger.dense::<f32>(&[4, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    larger.pointwise(Pointwise::Relu, p, None, q).unwrap();
    refused(cudnn.execute(&larger, &plan, &[], None));
    let settings = Settings { determinism: Determinism::Required, ..Settings::default() };
    let mut strict = cudnn.with_settings(settings);
    let all = [one.read(x, &a).unwrap(), one.read(bias, &b).unwrap(), one.write(y, &mut c).unwrap()];
    assert!(matches!(refused(strict.execute(&one, &plan, &all, None)), cudnn::Error::Setting { .. }));
    assert_eq!(other.key(), one.key());
    assert!(calls("cudnnBackendExecute").is_empty());
}

#[test]
fn a_plan_is_made_once_for_equal_graphs_and_settings() {
    let mut bench = bench();
    set_engines(&engines());
    let cache = PlanCache::new();
    let plans = || calls("cudnnBackendFinalize").len();
    let ((one, _), (same, _)) = (graph(), graph());

    let first = cache.plan(&one, &mut bench.handle, Settings::default()).unwrap();
    let made = plans();
    let second = cache.plan(&same, &mut bench.handle, Settings::default()).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(plans(), made, "nothing was built");

    let strict = Settings { determinism: Determinism::Required, ..Settings::default() };
    let third = cache.plan(&one, &mut bench.handle, strict).unwrap();
    assert!(!Arc::ptr_eq(&first, &third));
    let own = context_core::cuda::Context::own(bench.context.cuda_context().device()).unwrap();
    let mut elsewhere = Handle::new(&own, bench.library).unwrap();
    let fourth = cache.plan(&one, &mut elsewhere, strict).unwrap();
    assert!(!Arc::ptr_eq(&third, &fourth));
    assert_eq!(cache.len(), 3);

    drop((second, third, fourth));
    cache.trim();
    assert_eq!(cache.len(), 1, "one is held here");
    drop(first);
    cache.trim();
    assert!(cache.is_empty());
}

#[test]
fn every_descriptor_that_is_made_is_destroyed() {
    let mut bench = bench();
    set_engines(&engines());
    let (graph, _) = graph();
    drop(graph.plan(&mut bench.handle, Settings::default()).unwrap());
    let relu = ActivationDescriptor::new(bench.library, Activation::Relu, Nan::Ignore).unwrap();
    drop(relu);

    let count = |name| calls(name).len();
    assert_eq!(count("cudnnBackendCreateDescriptor"), count("cudnnBackendDestroyDescriptor"));
    assert!(count("cudnnBackendCreateDescriptor") > 10);
    assert_eq!(count("cudnnCreateActivationDescriptor"), 1);
    assert_eq!(count("cudnnDestroyActivationDescriptor"), 1);
}
