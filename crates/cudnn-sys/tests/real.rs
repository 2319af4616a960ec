//! The real cuDNN, as far as it goes without a GPU. It comes from the cache that `cargo xtask toolkits cudnn-libraries`
//! fills; the libraries are 0.6 GB each, so that only `cargo xtask ci --full` asks for them.

#[allow(unused_macros)]
#[path = "../../cuda-sys/tests/c/mod.rs"]
mod c;

use c::say;
use cudnn_sys::{
    Cudnn, ENTRY_POINTS, Status, Version, cudnnBackendAttributeName_t, cudnnBackendAttributeType_t,
    cudnnBackendDescriptorType_t, cudnnConvolutionMode_t, cudnnDataType_t, cudnnStatus_t,
    cudnnTensorFormat_t,
};
use std::ffi::CStr;
use std::path::PathBuf;
use std::process::Command;
use std::ptr;

/// Returns the file of every cuDNN in the cache.
fn files() -> Vec<PathBuf> {
    let files = c::libraries("nvidia-cudnn", "cudnn.h", &["libcudnn.so.9", "libcudnn.so.8"]);
    if files.is_empty() {
        say("cuDNN was not run: it is not in the cache (cargo xtask toolkits cudnn-libraries, 1.9 GB)");
    }
    files
}

#[test]
fn the_library_names_every_code_as_the_table_does() {
    let Some(cudnn) = in_children("the_library_names_every_code_as_the_table_does") else { return };
    let mut named = 0;
    for code in (0..20).chain(1000..6000) {
        let Some(name) = Status::new(cudnnStatus_t(code), cudnn.version()).name() else { continue };
        // SAFETY: any code may be asked about; the library returns a static string.
        let text = unsafe { CStr::from_ptr(cudnn.cudnnGetErrorString(cudnnStatus_t(code)).unwrap()) };
        // A code of a later release, which this one never returns.
        if text == c"CUDNN_UNKNOWN_STATUS" && cudnn.version() < Version::new(9, 28) {
            continue;
        }
        assert_eq!(text.to_str(), Ok(name), "{code} in {cudnn:?}");
        named += 1;
    }
    assert!(named >= 15, "{named} codes are named in {cudnn:?}");
    say(&format!("cuDNN {}: {named} codes are named as in the table", cudnn.version()));
}

#[test]
fn without_a_device_creating_a_handle_is_an_error_that_reads_the_same_in_eight_and_nine() {
    let name = "without_a_device_creating_a_handle_is_an_error_that_reads_the_same_in_eight_and_nine";
    let Some(cudnn) = in_children(name) else { return };
    let mut handle = ptr::null_mut();

    // SAFETY: the pointer is to a live handle.
    let status = cudnn.status(unsafe { cudnn.cudnnCreate(&mut handle) }.unwrap());

    // A machine with a GPU makes one.
    if status.ok().is_ok() {
        // SAFETY: the handle was just made and is not used again.
        unsafe { cudnn.cudnnDestroy(handle) }.unwrap();
        return;
    }
    assert_eq!(status.code(), cudnnStatus_t::CUDNN_STATUS_NOT_INITIALIZED, "{status} from {cudnn:?}");
    assert_eq!(status.name(), Some("CUDNN_STATUS_NOT_INITIALIZED"));
}

#[test]
fn the_library_has_the_functions_of_its_release() {
    let Some(cudnn) = in_children("the_library_has_the_functions_of_its_release") else { return };
    for entry in ENTRY_POINTS.iter() {
        // A release between two that are listed may have what the second brought.
        assert!(cudnn.has(entry.name) || entry.since > cudnn.version(), "{} in {cudnn:?}", entry.name);
    }
}

/// Runs the test `name` again in a process of its own, once for each cuDNN, which must end well: cuDNN ends the process that asks
/// it for too much without a device, and one that has loaded parts of another cuDNN 9. In that process the cuDNN to try is returned.
fn in_children(name: &str) -> Option<Cudnn> {
    const CHILD: &str = "CUDNN_SYS_CHILD";

    if let Some(path) = std::env::var_os(CHILD) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        return Some(unsafe { Cudnn::open(path) }.unwrap());
    }
    for file in files() {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", name, "--nocapture"]).env(CHILD, &file);
        let output = child.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {}: {text}", file.display(), output.status);
        text.lines().filter(|line| line.starts_with("cuDNN")).for_each(say);
    }
    None
}

/// Calls a function of cuDNN and returns what it answered, as this cuDNN means it.
macro_rules! ask {
    ($cudnn:ident.$function:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: descriptors are live between their creation and their end, and the other pointers are to live variables.
        $cudnn.status(unsafe { $cudnn.$function($($argument),*) }.unwrap())
    };
}

/// The same, where it must succeed.
macro_rules! ok {
    ($($call:tt)*) => {
        assert_eq!(ask!($($call)*).ok(), Ok(()), stringify!($($call)*))
    };
}

#[test]
fn without_a_device_descriptors_are_built_and_give_sizes_and_shapes() {
    let name = "without_a_device_descriptors_are_built_and_give_sizes_and_shapes";
    let Some(cudnn) = in_children(name) else { return };
    let (mut image, mut filter, mut convolution) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let (layout, float) = (cudnnTensorFormat_t::CUDNN_TENSOR_NCHW, cudnnDataType_t::CUDNN_DATA_FLOAT);
    ok!(cudnn.cudnnCreateTensorDescriptor(&mut image));
    ok!(cudnn.cudnnSetTensor4dDescriptor(image, layout, float, 2, 3, 32, 32));
    let mut bytes = 0;
    ok!(cudnn.cudnnGetTensorSizeInBytes(image, &mut bytes));
    assert_eq!(bytes, 2 * 3 * 32 * 32 * 4);

    ok!(cudnn.cudnnCreateFilterDescriptor(&mut filter));
    ok!(cudnn.cudnnSetFilter4dDescriptor(filter, float, layout, 8, 3, 5, 5));
    ok!(cudnn.cudnnGetFilterSizeInBytes(filter, &mut bytes));
    assert_eq!(bytes, 8 * 3 * 5 * 5 * 4);

    ok!(cudnn.cudnnCreateConvolutionDescriptor(&mut convolution));
    let mode = cudnnConvolutionMode_t::CUDNN_CROSS_CORRELATION;
    ok!(cudnn.cudnnSetConvolution2dDescriptor(convolution, 2, 2, 2, 2, 1, 1, mode, float));
    let (mut n, mut c, mut h, mut w) = (0, 0, 0, 0);
    ok!(cudnn.cudnnGetConvolution2dForwardOutputDim(
        convolution,
        image,
        filter,
        &mut n,
        &mut c,
        &mut h,
        &mut w
    ));
    assert_eq!((n, c, h, w), (2, 8, 16, 16));

    // A filter for another number of channels, and a tensor without dimensions.
    ok!(cudnn.cudnnSetFilter4dDescriptor(filter, float, layout, 8, 4, 5, 5));
    let refused = [
        ask!(cudnn.cudnnGetConvolution2dForwardOutputDim(
            convolution,
            image,
            filter,
            &mut n,
            &mut c,
            &mut h,
            &mut w
        )),
        ask!(cudnn.cudnnSetTensor4dDescriptor(image, layout, float, 2, -3, 32, 32)),
    ];
    for status in refused {
        let codes = [cudnnStatus_t::CUDNN_STATUS_BAD_PARAM, cudnnStatus_t::CUDNN_STATUS_NOT_SUPPORTED];
        assert!(codes.contains(&status.code()), "{status} from {cudnn:?}");
    }

    ok!(cudnn.cudnnDestroyConvolutionDescriptor(convolution));
    ok!(cudnn.cudnnDestroyFilterDescriptor(filter));
    ok!(cudnn.cudnnDestroyTensorDescriptor(image));
    say(&format!("cuDNN {}: descriptors of tensor, filter and convolution are built", cudnn.version()));
}

#[test]
fn without_a_device_a_call_that_needs_a_handle_is_an_error_value() {
    let name = "without_a_device_a_call_that_needs_a_handle_is_an_error_value";
    let Some(cudnn) = in_children(name) else { return };
    let mut bytes = 0;
    let statuses = [
        ask!(cudnn.cudnnDropoutGetStatesSize(ptr::null_mut(), &mut bytes)),
        ask!(cudnn.cudnnSetStream(ptr::null_mut(), ptr::null_mut())),
    ];
    for status in statuses {
        assert_eq!(status.code(), cudnnStatus_t::CUDNN_STATUS_BAD_PARAM, "{status} from {cudnn:?}");
    }
    say(&format!("cuDNN {}: a call without a handle: {}", cudnn.version(), statuses[0]));
}

#[test]
fn a_descriptor_of_the_graph_interface_is_built_or_says_which_library_it_lacks() {
    let name = "a_descriptor_of_the_graph_interface_is_built_or_says_which_library_it_lacks";
    let Some(cudnn) = in_children(name) else { return };
    let mut tensor = ptr::null_mut();
    let kind = cudnnBackendDescriptorType_t::CUDNN_BACKEND_TENSOR_DESCRIPTOR;
    // From cuDNN 9.8 on the part of it that builds graphs needs a driver, even if only to say that there is no device.
    let created = ask!(cudnn.cudnnBackendCreateDescriptor(kind, &mut tensor));
    if created.code() == cudnnStatus_t::CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED {
        return say(&format!("cuDNN {}: a graph: {created}", cudnn.version()));
    }
    assert_eq!(created.ok(), Ok(()));
    let (types, dimensions, strides) =
        (cudnnDataType_t::CUDNN_DATA_FLOAT, [2_i64, 3, 4, 5], [60_i64, 20, 5, 1]);
    let (identity, alignment) = (7_i64, 16_i64);
    let set = |name, kind, count, values: *const std::ffi::c_void| {
        ok!(cudnn.cudnnBackendSetAttribute(tensor, name, kind, count, values));
    };
    use cudnnBackendAttributeName_t as Name;
    use cudnnBackendAttributeType_t as Type;
    set(Name::CUDNN_ATTR_TENSOR_DATA_TYPE, Type::CUDNN_TYPE_DATA_TYPE, 1, ptr::from_ref(&types).cast());
    set(Name::CUDNN_ATTR_TENSOR_DIMENSIONS, Type::CUDNN_TYPE_INT64, 4, dimensions.as_ptr().cast());
    set(Name::CUDNN_ATTR_TENSOR_STRIDES, Type::CUDNN_TYPE_INT64, 4, strides.as_ptr().cast());
    set(Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_INT64, 1, ptr::from_ref(&identity).cast());
    set(Name::CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, Type::CUDNN_TYPE_INT64, 1, ptr::from_ref(&alignment).cast());
    let finished = ask!(cudnn.cudnnBackendFinalize(tensor));
    let lacks = cudnnStatus_t::CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED;
    assert!(finished.ok().is_ok() || finished.code() == lacks, "{finished} from {cudnn:?}");
    ok!(cudnn.cudnnBackendDestroyDescriptor(tensor));
    say(&format!("cuDNN {}: a tensor of the graph interface: {finished}", cudnn.version()));
}
