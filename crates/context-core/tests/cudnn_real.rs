//! The real cuDNN, as far as it goes without a device: parts, descriptors, sizes. It comes from the cache that `cargo xtask
//! toolkits cudnn-libraries` fills. cuDNN ends the process that asks it for too much without a device, so each test runs again in a process
//! of its own for each cuDNN.

#[allow(unused_macros)]
#[path = "../../cuda-sys/tests/c/mod.rs"]
mod c;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use c::say;
use context_core::{
    MathMode, bf16,
    cudnn::{
        Activation, ActivationDescriptor, BatchNorm, Convolution, ConvolutionDescriptor, ConvolutionMode,
        ConvolutionOptions, CudnnVersion, Error, FilterDescriptor, Layout, Library, LrnDescriptor, Nan,
        OpTensorDescriptor, Part, PoolingDescriptor, PoolingMode, ReduceDescriptor, Reduction,
        RnnDataDescriptor, SequenceLayout, TensorDescriptor, TensorOperation, cudnnStatus_t,
        graph::{Graph, Pointwise},
    },
    f16,
};

/// Runs the test `name` once for each cuDNN in the cache, in a process of its own in which its library is returned.
fn in_children(name: &str) -> Option<Library> {
    in_children_where(name, None)
}

/// The same, where the loader finds the software driver if `cargo build --package cuda-sim` has made it. From 9.8 on, the part of cuDNN that
/// builds graphs needs a driver, even if only to say that there is no device.
fn in_children_with_a_driver(name: &str) -> Option<Library> {
    let own = std::env::current_exe().unwrap();
    let folder = own.ancestors().nth(2).map(|folder| folder.join("cuda-sim"));
    in_children_where(name, folder.filter(|folder| folder.join("libcuda.so.1").exists()))
}

fn in_children_where(name: &str, driver: Option<PathBuf>) -> Option<Library> {
    const CHILD: &str = "CONTEXT_CORE_CUDNN";

    if let Some(path) = std::env::var_os(CHILD) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        return Some(unsafe { Library::open(path) }.unwrap());
    }
    let files = c::libraries("nvidia-cudnn", "cudnn.h", &["libcudnn.so.9", "libcudnn.so.8"]);
    if files.is_empty() {
        say("cuDNN was not run: it is not in the cache (cargo xtask toolkits cudnn-libraries, 1.2 GB)");
    }
    for file in files {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", name, "--nocapture"]).env(CHILD, &file);
        if let Some(folder) = &driver {
            child.env("LD_LIBRARY_PATH", folder);
        }
        let output = child.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {}: {text}", file.display(), output.status);
        let ran = String::from_utf8_lossy(&output.stdout).contains("1 passed");
        assert!(ran, "there is no test {name}");
        text.lines().filter(|line| line.starts_with("cuDNN")).for_each(say);
    }
    None
}

#[test]
fn the_version_is_one_of_those_that_are_known_and_all_parts_are_of_it() {
    let name = "the_version_is_one_of_those_that_are_known_and_all_parts_are_of_it";
    let Some(library) = in_children(name) else { return };

    let version = library.version();
    let mut raw = [0; 3];
    for (index, place) in raw.iter_mut().enumerate() {
        let property = cudnn_sys::libraryPropertyType(index as u32);
        // SAFETY: the place outlives the call.
        let status = unsafe { library.table().cudnnGetProperty(property, place) }.unwrap();
        assert_eq!(status, cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    }

    assert_eq!(raw, [i32::from(version.major()), i32::from(version.minor()), i32::from(version.patch())]);
    // SAFETY: the function takes nothing.
    assert_eq!(version.to_raw(), unsafe { library.table().cudnnGetVersion() }.unwrap());
    let begun = std::time::Instant::now();
    library.check_parts(&[]).unwrap();
    let looked = begun.elapsed();
    library.check_parts(&Part::ALL).unwrap();
    say(&format!("cuDNN {version}: its parts are of one version; looking at the files took {looked:.1?}"));
}

#[test]
fn tensors_are_as_large_as_cudnn_says() {
    fn check<T: context_core::cudnn::DataType>(library: Library, dimensions: &[usize]) {
        for layout in [Layout::ChannelsFirst, Layout::ChannelsLast] {
            let tensor = TensorDescriptor::<T>::dense(library, dimensions, layout).unwrap();
            assert_eq!(tensor.size_bytes().unwrap(), tensor.elements() * size_of::<T>(), "{tensor:?}");
            let raw = tensor.into_raw();
            // SAFETY: just given up.
            let again = unsafe { TensorDescriptor::<T>::from_raw(library, raw) }.unwrap();
            assert_eq!(again.dimensions(), dimensions);
            assert_eq!(again.elements(), dimensions.iter().product());
            again.close().unwrap();

            let filter = FilterDescriptor::<T>::new(library, dimensions, layout).unwrap();
            assert_eq!(filter.size_bytes().unwrap(), filter.elements() * size_of::<T>(), "{filter:?}");
        }
    }
    let Some(library) = in_children("tensors_are_as_large_as_cudnn_says") else { return };

    for dimensions in [&[2, 3, 8, 9][..], &[1, 1, 1, 1], &[2, 4, 3, 5, 7]] {
        check::<f32>(library, dimensions);
        check::<f64>(library, dimensions);
        check::<f16>(library, dimensions);
        check::<bf16>(library, dimensions);
        check::<i8>(library, dimensions);
    }

    let gaps = TensorDescriptor::<f32>::strided(library, &[2, 3, 4, 5], &[100, 25, 6, 1]).unwrap();
    assert_eq!(gaps.size_bytes().unwrap(), gaps.elements() * 4, "{gaps:?}");
    say(&format!("cuDNN {}: tensors and filters are as large as it says", library.version()));
}

#[test]
fn a_descriptor_of_another_type_is_not_taken() {
    let Some(library) = in_children("a_descriptor_of_another_type_is_not_taken") else { return };
    let raw =
        TensorDescriptor::<f32>::dense(library, &[1, 2, 3, 4], Layout::ChannelsFirst).unwrap().into_raw();

    // SAFETY: just given up; on the error it is destroyed.
    let error = unsafe { TensorDescriptor::<f16>::from_raw(library, raw) }.unwrap_err();

    assert!(matches!(error, Error::Shape { .. }), "{error}");
}

#[test]
fn sizes_that_cudnn_does_not_hold_are_errors_that_name_them() {
    let name = "sizes_that_cudnn_does_not_hold_are_errors_that_name_them";
    let Some(library) = in_children(name) else { return };
    let tensor =
        |dimensions: &[usize]| TensorDescriptor::<f32>::dense(library, dimensions, Layout::ChannelsFirst);

    for dimensions in [&[2, 0, 8, 8][..], &[1 << 40, 1, 1, 1], &[1; 9], &[usize::MAX; 8]] {
        let error = tensor(dimensions).unwrap_err();
        assert!(matches!(error, Error::Shape { .. }), "{error}");
    }
    let error = PoolingDescriptor::new(library, PoolingMode::Max, Nan::Ignore, &[2, 2], &[0], &[2, 2]);
    assert!(matches!(error.unwrap_err(), Error::Shape { .. }));
    let error = LrnDescriptor::new(library, 100, 1e-4, 0.75, 2.0).unwrap_err();
    assert_eq!(error.code(), Some(cudnnStatus_t::CUDNN_STATUS_BAD_PARAM), "{error}");
    assert!(error.to_string().contains("100 channels"), "{error}");
}

/// The size of one dimension of an output, by the formula of cuDNN's manual.
fn output(size: usize, filter: usize, padding: usize, stride: usize, dilation: usize) -> usize {
    1 + (size + 2 * padding - ((filter - 1) * dilation + 1)) / stride
}

#[test]
fn outputs_of_convolutions_are_as_large_as_the_manual_says() {
    let name = "outputs_of_convolutions_are_as_large_as_the_manual_says";
    let Some(library) = in_children(name) else { return };
    let mut tried = 0;

    for (filter, padding, stride, dilation, groups) in
        [(1, 0, 1, 1, 1), (3, 1, 1, 1, 1), (5, 2, 2, 1, 1), (3, 0, 3, 2, 1), (3, 2, 1, 2, 2), (7, 3, 2, 1, 4)]
    {
        for layout in [Layout::ChannelsFirst, Layout::ChannelsLast] {
            for space in [&[32, 21][..], &[17, 18, 19]] {
                let spread = |number| vec![number; space.len()];
                let options = ConvolutionOptions {
                    padding: spread(padding),
                    stride: spread(stride),
                    dilation: spread(dilation),
                    mode: ConvolutionMode::CrossCorrelation,
                    groups,
                };
                let x = TensorDescriptor::<f32>::dense(library, &[&[2, 8], space].concat(), layout).unwrap();
                let sizes = [&[12, 8 / groups], &spread(filter)[..]].concat();
                let w = FilterDescriptor::<f32>::new(library, &sizes, layout).unwrap();
                let convolution = ConvolutionDescriptor::new(library, &options, MathMode::Default).unwrap();

                let got = convolution.output_dimensions(&x, &w).unwrap();

                let expected: Vec<usize> = [2, 12]
                    .into_iter()
                    .chain(space.iter().map(|&size| output(size, filter, padding, stride, dilation)))
                    .collect();
                assert_eq!(got, expected, "{convolution:?}");
                tried += 1;
            }
        }
    }
    say(&format!("cuDNN {}: {tried} convolutions have outputs as the manual says", library.version()));
}

#[test]
fn a_convolution_that_does_not_fit_names_all_its_sizes() {
    let name = "a_convolution_that_does_not_fit_names_all_its_sizes";
    let Some(library) = in_children(name) else { return };
    let x = TensorDescriptor::<f32>::dense(library, &[2, 3, 8, 8], Layout::ChannelsFirst).unwrap();
    let w = FilterDescriptor::<f32>::new(library, &[4, 5, 3, 3], Layout::ChannelsFirst).unwrap();
    let convolution =
        ConvolutionDescriptor::new(library, &ConvolutionOptions::new(2), MathMode::Default).unwrap();

    let error = convolution.output_dimensions(&x, &w).unwrap_err();

    assert!(error.to_string().contains("[2, 3, 8, 8]"), "{error}");
    assert!(error.to_string().contains("[4, 5, 3, 3]"), "{error}");
    let problem = Convolution { convolution: &convolution, x: &x, filter: &w, y: &x };
    assert!(format!("{problem:?}").contains("padding [0, 0]"));
}

#[test]
fn every_math_mode_is_taken_and_read_back() {
    let Some(library) = in_children("every_math_mode_is_taken_and_read_back") else { return };

    for math in MathMode::ALL {
        let options = ConvolutionOptions::new(2);
        let convolution = ConvolutionDescriptor::<f16>::new(library, &options, math).unwrap();
        let mut raw = cudnn_sys::cudnnMathType_t(99);
        // SAFETY: the descriptor is live; the number outlives the call.
        unsafe { library.table().cudnnGetConvolutionMathType(convolution.as_raw(), &mut raw) }.unwrap();
        let number = match math {
            MathMode::Default => 0,
            MathMode::TensorCores => 1,
            MathMode::TensorCoresRounded => 2,
            MathMode::Fma => 3,
            other => panic!("{other:?}"),
        };
        assert_eq!(raw.0, number, "{convolution:?}");
    }
}

#[test]
fn outputs_of_poolings_are_as_large_as_the_manual_says() {
    let name = "outputs_of_poolings_are_as_large_as_the_manual_says";
    let Some(library) = in_children(name) else { return };
    let x = TensorDescriptor::<f32>::dense(library, &[2, 3, 31, 20], Layout::ChannelsFirst).unwrap();

    for mode in [
        PoolingMode::Max,
        PoolingMode::MaxDeterministic,
        PoolingMode::AverageWithPadding,
        PoolingMode::AverageWithoutPadding,
    ] {
        for (window, padding, stride) in [(2, 0, 2), (3, 1, 1), (3, 1, 2), (5, 2, 3)] {
            let pooling = PoolingDescriptor::new(
                library,
                mode,
                Nan::Propagate,
                &[window; 2],
                &[padding; 2],
                &[stride; 2],
            )
            .unwrap();

            let expected: Vec<usize> =
                [31, 20].iter().map(|&size| output(size, window, padding, stride, 1)).collect();

            assert_eq!(pooling.output_dimensions(&x).unwrap(), [&[2, 3], &expected[..]].concat());
        }
    }
}

#[test]
fn parameters_of_a_batch_normalisation_are_single_precision_for_halves() {
    let name = "parameters_of_a_batch_normalisation_are_single_precision_for_halves";
    let Some(library) = in_children(name) else { return };
    let x = TensorDescriptor::<f16>::dense(library, &[2, 3, 4, 5], Layout::ChannelsFirst).unwrap();

    let spatial: TensorDescriptor<f32> = BatchNorm::Spatial.parameters(&x).unwrap();
    let activation = BatchNorm::PerActivation.parameters(&x).unwrap();

    assert_eq!(spatial.dimensions(), [1, 3, 1, 1]);
    assert_eq!(activation.dimensions(), [1, 3, 4, 5]);
    let x = TensorDescriptor::<f64>::dense(library, &[2, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    let _: TensorDescriptor<f64> = BatchNorm::Spatial.parameters(&x).unwrap();
}

#[test]
fn descriptors_of_all_kinds_are_made_and_closed() {
    let Some(library) = in_children("descriptors_of_all_kinds_are_made_and_closed") else { return };

    for activation in [
        Activation::Sigmoid,
        Activation::Relu,
        Activation::Tanh,
        Activation::ClippedRelu(6.0),
        Activation::Elu(1.0),
        Activation::Identity,
        Activation::Swish(1.0),
    ] {
        let descriptor = ActivationDescriptor::new(library, activation, Nan::Ignore).unwrap();
        let (mut mode, mut nan, mut coefficient) =
            (cudnn_sys::cudnnActivationMode_t(99), cudnn_sys::cudnnNanPropagation_t(99), 0.0);
        // SAFETY: the descriptor is live; the places outlive the call.
        unsafe {
            library.table().cudnnGetActivationDescriptor(
                descriptor.as_raw(),
                &mut mode,
                &mut nan,
                &mut coefficient,
            )
        }
        .unwrap();
        if let Activation::ClippedRelu(most) = activation {
            assert_eq!(coefficient, most);
        }
        assert_eq!(nan.0, 0);
        descriptor.close().unwrap();
    }
    for operation in [
        TensorOperation::Add,
        TensorOperation::Multiply,
        TensorOperation::Minimum,
        TensorOperation::Maximum,
        TensorOperation::SquareRoot,
        TensorOperation::Not,
    ] {
        OpTensorDescriptor::<f32>::new(library, operation, Nan::Ignore).unwrap().close().unwrap();
    }
    for reduction in [
        Reduction::Sum,
        Reduction::Product,
        Reduction::Minimum,
        Reduction::Maximum,
        Reduction::AbsoluteMaximum,
        Reduction::Mean,
        Reduction::Norm1,
        Reduction::Norm2,
        Reduction::ProductOfNonzero,
    ] {
        ReduceDescriptor::<f64>::new(library, reduction, Nan::Ignore, false).unwrap().close().unwrap();
    }
    LrnDescriptor::new(library, 5, 1e-4, 0.75, 2.0).unwrap().close().unwrap();
}

#[test]
fn a_version_that_is_too_old_is_refused_for_what_needs_a_newer_one() {
    let name = "a_version_that_is_too_old_is_refused_for_what_needs_a_newer_one";
    let Some(library) = in_children(name) else { return };

    let needed = library.require_since("a test", CudnnVersion::new(9, 1, 0));

    assert_eq!(needed.is_ok(), library.version() >= CudnnVersion::new(9, 1, 0));
}

/// A convolution with a bias and an activation behind it.
fn fused_graph() -> Graph {
    let mut graph = Graph::new();
    let layout = Layout::ChannelsLast;
    let x = graph.dense::<f32>(&[8, 16, 32, 32], layout).unwrap();
    let filter = graph.dense::<f32>(&[32, 16, 3, 3], layout).unwrap();
    let bias = graph.dense::<f32>(&[1, 32, 1, 1], layout).unwrap();
    let convolved = graph.intermediate::<f32>(&[8, 32, 32, 32], layout).unwrap();
    let biased = graph.intermediate::<f32>(&[8, 32, 32, 32], layout).unwrap();
    let y = graph.dense::<f32>(&[8, 32, 32, 32], layout).unwrap();
    let options = ConvolutionOptions { padding: vec![1, 1], ..ConvolutionOptions::new(2) };
    graph.convolution_forward(&options, x, filter, convolved).unwrap();
    graph.pointwise(Pointwise::Add, convolved, Some(bias), biased).unwrap();
    graph.pointwise(Pointwise::Relu, biased, None, y).unwrap();
    graph
}

/// Validates a graph, or says that this cuDNN needs a driver even for that; then `false`.
fn validates(library: Library, graph: &Graph) -> bool {
    match graph.validate(library) {
        Ok(()) => true,
        Err(error) if error.code() == Some(cudnnStatus_t::CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED) => {
            assert!(library.version() >= CudnnVersion::new(9, 8, 0), "{error}");
            say(&format!("cuDNN {}: graphs were not tried: {error}", library.version()));
            false
        }
        Err(error) => panic!("cuDNN {}: {error}", library.version()),
    }
}

#[test]
fn graphs_of_every_operation_are_taken() {
    let Some(library) = in_children_with_a_driver("graphs_of_every_operation_are_taken") else { return };
    if !validates(library, &fused_graph()) {
        return;
    }
    let layout = Layout::ChannelsFirst;
    let options = ConvolutionOptions { padding: vec![1, 1], ..ConvolutionOptions::new(2) };
    let mut tried = 1;

    let mut graph = Graph::new();
    let filter = graph.dense::<f16>(&[32, 16, 3, 3], layout).unwrap();
    let dy = graph.dense::<f16>(&[8, 32, 32, 32], layout).unwrap();
    let dx = graph.dense::<f16>(&[8, 16, 32, 32], layout).unwrap();
    graph.convolution_backward_data(&options, filter, dy, dx).unwrap();
    graph.validate(library).unwrap();

    let mut graph = Graph::new();
    let x = graph.dense::<f64>(&[8, 16, 32, 32], layout).unwrap();
    let dy = graph.dense::<f64>(&[8, 32, 32, 32], layout).unwrap();
    let dfilter = graph.dense::<f64>(&[32, 16, 3, 3], layout).unwrap();
    graph.convolution_backward_filter(&options, x, dy, dfilter).unwrap();
    graph.validate(library).unwrap();

    let mut graph = Graph::new();
    let a = graph.dense::<f32>(&[4, 16, 8], layout).unwrap();
    let b = graph.dense::<f32>(&[4, 8, 24], layout).unwrap();
    let c = graph.dense::<f32>(&[4, 16, 24], layout).unwrap();
    let sum = graph.dense::<f32>(&[4, 1, 24], layout).unwrap();
    graph.matmul(a, b, c).unwrap();
    graph.reduction(Reduction::Sum, c, sum).unwrap();
    graph.validate(library).unwrap();
    tried += 3;

    for &mode in Pointwise::ALL.iter().filter(|mode| **mode != Pointwise::Reciprocal) {
        let mut graph = Graph::new();
        let x = graph.dense::<f32>(&[4, 16, 24], layout).unwrap();
        let b = (mode.operands() > 1).then(|| graph.dense::<f32>(&[4, 16, 24], layout).unwrap());
        let y = graph.dense::<f32>(&[4, 16, 24], layout).unwrap();
        graph.pointwise(mode, x, b, y).unwrap();
        graph.validate(library).unwrap_or_else(|error| panic!("{mode:?}: {error}"));
        tried += 1;
    }
    say(&format!("cuDNN {}: {tried} graphs are taken", library.version()));
}

#[test]
fn a_graph_that_cudnn_refuses_is_told_with_the_operation() {
    let name = "a_graph_that_cudnn_refuses_is_told_with_the_operation";
    let Some(library) = in_children_with_a_driver(name) else { return };
    if !validates(library, &fused_graph()) {
        return;
    }
    let mut graph = Graph::new();
    let x = graph.dense::<f32>(&[8, 16, 32, 32], Layout::ChannelsFirst).unwrap();
    let filter = graph.dense::<f32>(&[32, 16, 3, 3], Layout::ChannelsFirst).unwrap();
    // Without padding the output is smaller.
    let y = graph.dense::<f32>(&[8, 32, 32, 32], Layout::ChannelsFirst).unwrap();
    graph.convolution_forward(&ConvolutionOptions::new(2), x, filter, y).unwrap();

    let error = graph.validate(library).unwrap_err();

    assert!(error.to_string().contains("Forward"), "{error}");
    assert!(error.code().is_some_and(|code| (2000..4000).contains(&code.0)), "{error}");
}

#[test]
fn sequences_are_described_as_they_were_asked_for() {
    let name = "sequences_are_described_as_they_were_asked_for";
    let Some(library) = in_children(name) else { return };

    for layout in [SequenceLayout::TimeFirst, SequenceLayout::Packed, SequenceLayout::BatchFirst] {
        let data = RnnDataDescriptor::<f32>::new(library, layout, 7, 5, &[7, 4, 2], Some(-1.0)).unwrap();
        let (mut kind, mut order) = (cudnn_sys::cudnnDataType_t(99), cudnn_sys::cudnnRNNDataLayout_t(99));
        let (mut longest, mut batch, mut vector, mut lengths, mut fill) = (0, 0, 0, [0; 3], 0.0_f32);
        // SAFETY: the descriptor is live; the places outlive the call, and there is room for three lengths.
        let status = unsafe {
            library.table().cudnnGetRNNDataDescriptor(
                data.as_raw(),
                &mut kind,
                &mut order,
                &mut longest,
                &mut batch,
                &mut vector,
                3,
                lengths.as_mut_ptr(),
                std::ptr::from_mut(&mut fill).cast(),
            )
        };
        assert_eq!(status.unwrap(), cudnnStatus_t::CUDNN_STATUS_SUCCESS);
        assert_eq!((kind.0, longest, batch, vector, lengths), (0, 7, 3, 5, [7, 4, 2]));
        assert_eq!(fill, -1.0);
        assert_eq!(data.elements(), if layout == SequenceLayout::Packed { 13 * 5 } else { 3 * 7 * 5 });
    }
    let error = RnnDataDescriptor::<f32>::new(library, SequenceLayout::Packed, 7, 5, &[8], None);
    assert!(matches!(error.unwrap_err(), Error::Shape { .. }));
}

/// Makes a folder with the parts of one cuDNN, but one part of another.
fn mixed(one: &Path, other: &Path, part: &str) -> PathBuf {
    let name = format!("cudnn-mixed-{}-{part}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).unwrap();
    for entry in std::fs::read_dir(one).unwrap() {
        let file = entry.unwrap().file_name();
        let from = if file.to_string_lossy().contains(part) { other } else { one };
        if file == "libcudnn.so.9" {
            // The loader opens a file once, whatever it is called.
            std::fs::copy(one.join(&file), folder.join(&file)).unwrap();
        } else if file.to_string_lossy().starts_with("libcudnn") {
            std::os::unix::fs::symlink(from.join(&file), folder.join(&file)).unwrap();
        }
    }
    folder
}

#[test]
fn a_part_of_another_installation_is_refused_before_it_is_loaded() {
    let files = c::libraries("nvidia-cudnn", "cudnn.h", &["libcudnn.so.9"]);
    let [old, new] = files.as_slice() else {
        return say("cuDNN was not mixed: there are not two releases of cuDNN 9 in the cache");
    };
    let (old, new) = (old.parent().unwrap(), new.parent().unwrap());
    for (one, other) in [(old, new), (new, old)] {
        for part in ["graph", "ops", "cnn", "adv", "heuristic", "engines_precompiled"] {
            let folder = mixed(one, other, part);

            // SAFETY: the library is NVIDIA's, pinned by its hash.
            let library = unsafe { Library::open(folder.join("libcudnn.so.9")) }.unwrap();
            let checked = library.check_parts(&[]);
            std::fs::remove_dir_all(&folder).unwrap();

            let error = checked.unwrap_err();
            assert!(matches!(error, Error::Mixed { .. }), "{part}: {error}");
            assert!(error.to_string().contains("libcudnn_"), "{part}: {error}");
        }
    }
    say("cuDNN: a part of another release was found out in 12 mixtures of 12");
}
