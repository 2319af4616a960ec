//! cuDNN's operations on buffers: what each call is given, what is refused before it, and what it is in order with. The cuDNN here writes
//! down its calls and does nothing.

#[path = "cudnn_operations/graph.rs"]
mod graph;
#[path = "cudnn_operations/recurrent.rs"]
mod recurrent;
mod support;
#[path = "support/cudnn.rs"]
mod written;

use std::sync::Arc;

use context_core::{
    Buffer, Context, Determinism, Error, MathMode,
    cudnn::{
        self, Activation, ActivationDescriptor, Algorithm, AlgorithmCache, BackwardData, BackwardFilter,
        BatchNorm, BatchNormParameters, BatchNormRunning, BatchNormSaved, Cell, Convolution,
        ConvolutionDescriptor, ConvolutionOptions, Dropout, DropoutDescriptor, FilterDescriptor, Forward,
        Fusion, Handle, Layout, Library, LrnDescriptor, Nan, OpTensorDescriptor, Operations, Pass,
        PoolingDescriptor, PoolingMode, Recurrent, ReduceDescriptor, Reduction, RnnDataDescriptor,
        RnnDescriptor, RnnOptions, SequenceLayout, Settings, SoftmaxAlgorithm, SoftmaxMode, States,
        StatesMut, TensorDescriptor, TensorOperation,
        graph::{Graph, PlanCache, Pointwise},
    },
};
use context_cuda::CudaContext;
use graph::{engines, graph};
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

/// Demands nothing.
fn relaxed() -> Settings {
    Settings { determinism: Determinism::Relaxed, ..Settings::default() }
}

fn bench() -> Bench {
    let sim = sim();
    written::reset();
    let library = written::library();
    let builder = CudaContext::builder().driver(cuda_sim::driver());
    let context = builder.determinism(Determinism::Relaxed).build().unwrap();
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
        Settings { determinism: Determinism::Reproducible, math: MathMode::Fma, ..Settings::default() };
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
fn what_is_demanded_of_a_context_is_demanded_of_its_operations() {
    let mut bench = bench();
    let demand = |determinism, math| {
        let builder = CudaContext::builder().driver(cuda_sim::driver());
        builder.determinism(determinism).math_mode(math).build().unwrap()
    };

    let own = Operations::new(&bench.context, &mut bench.handle).unwrap().settings();
    assert_eq!((own.determinism, own.math), (Determinism::Relaxed, MathMode::Default));
    for (determinism, math) in
        [(Determinism::Reproducible, MathMode::Fma), (Determinism::Relaxed, MathMode::TensorCores)]
    {
        let context = demand(determinism, math);
        let fork = context.fork().unwrap();
        let settings = Operations::new(&fork, &mut bench.handle).unwrap().settings();

        assert_eq!((settings.determinism, settings.math), (determinism, math));
        assert_eq!((fork.determinism(), fork.math_mode()), (determinism, math));
    }
    let strict = CudaContext::builder().driver(cuda_sim::driver()).build().unwrap();
    assert_eq!(strict.determinism(), Determinism::Reproducible, "it is how every context starts");
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
    let any = relaxed();
    let fixed = Settings { determinism: Determinism::Reproducible, ..any };

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
        let settings = Settings { workspace_limit: limit, ..relaxed() };
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
fn every_descriptor_that_is_made_is_destroyed() {
    let mut bench = bench();
    set_engines(&engines());
    let (graph, _) = graph();
    drop(graph.plan(&mut bench.handle, relaxed()).unwrap());
    let relu = ActivationDescriptor::new(bench.library, Activation::Relu, Nan::Ignore).unwrap();
    drop(relu);

    let count = |name| calls(name).len();
    assert_eq!(count("cudnnBackendCreateDescriptor"), count("cudnnBackendDestroyDescriptor"));
    assert!(count("cudnnBackendCreateDescriptor") > 10);
    assert_eq!(count("cudnnCreateActivationDescriptor"), 1);
    assert_eq!(count("cudnnDestroyActivationDescriptor"), 1);
}
