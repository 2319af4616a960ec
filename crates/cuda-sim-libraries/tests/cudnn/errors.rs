use crate::support::*;
use cudnn_sys::*;
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};
use std::sync::Mutex;

use cudnnStatus_t as S;

#[test]
fn what_was_destroyed_or_never_made_is_found_out() {
    let lab = Lab::new();
    let mut handle = null_mut();
    ok!(lab.cudnnCreate(&mut handle));
    ok!(lab.cudnnDestroy(handle));
    let mut stream = null_mut();
    assert_eq!(ask!(lab.cudnnGetStream(handle, &mut stream)), S::CUDNN_STATUS_NOT_INITIALIZED);
    assert_eq!(ask!(lab.cudnnDestroy(handle)), S::CUDNN_STATUS_NOT_INITIALIZED);
    assert_eq!(ask!(lab.cudnnSetStream(null_mut(), null_mut())), S::CUDNN_STATUS_BAD_PARAM);

    let mut tensor = null_mut();
    ok!(lab.cudnnCreateTensorDescriptor(&mut tensor));
    ok!(lab.cudnnDestroyTensorDescriptor(tensor));
    let mut bytes = 0;
    assert_eq!(ask!(lab.cudnnGetTensorSizeInBytes(tensor, &mut bytes)), S::CUDNN_STATUS_BAD_PARAM);
    assert!(lab.last_error().contains("no tensor descriptor, or was destroyed"), "asked twice it is gone");
    assert_eq!(lab.last_error(), "");

    // A descriptor of another kind, and an address of the process.
    let mut filter = null_mut();
    ok!(lab.cudnnCreateFilterDescriptor(&mut filter));
    assert_eq!(ask!(lab.cudnnGetTensorSizeInBytes(filter.cast(), &mut bytes)), S::CUDNN_STATUS_BAD_PARAM);
    let address = (&raw mut bytes).cast();
    assert_eq!(ask!(lab.cudnnGetTensorSizeInBytes(address, &mut bytes)), S::CUDNN_STATUS_BAD_PARAM);
}

#[test]
fn eight_returns_its_own_numbers_and_lacks_what_came_later() {
    let lab = Lab::of(8);
    // SAFETY: null is refused.
    let raw = unsafe { lab.cudnn.cudnnSetStream(null_mut(), null_mut()) }.unwrap();
    assert_eq!(raw, cudnnStatus_t(3));
    // SAFETY: the array has room.
    let missing = unsafe { lab.cudnn.cudnnGetLastErrorString([0; 8].as_mut_ptr(), 8) }.unwrap_err();
    assert_eq!(missing.entry().name, "cudnnGetLastErrorString");
    assert!(!lab.cudnn.has("cudnnRNNSetClip_v9") && lab.cudnn.has("cudnnRNNSetClip_v8"));
}

#[test]
fn a_stream_of_another_context_is_refused() {
    let lab = Lab::new();
    let (mut other, mut stream, mut old) = (null_mut(), null_mut(), null_mut());
    drive!(lab.cuCtxCreate_v4(&mut other, null_mut(), 0, 0));
    drive!(lab.cuStreamCreate(&mut stream, 0));
    drive!(lab.cuCtxPopCurrent_v2(&mut old));

    assert_eq!(ask!(lab.cudnnSetStream(lab.handle, stream)), S::CUDNN_STATUS_MAPPING_ERROR);

    drive!(lab.cuCtxDestroy_v2(other));
}

#[test]
fn calls_without_tensors_or_with_tensors_that_do_not_fit_are_refused() {
    let lab = Lab::new();
    let one = factor(FLOAT, 1.0);
    let (one, x) = (one.as_ptr().cast::<c_void>(), lab.tensor(FLOAT, NCHW, &[2, 3, 4, 4], &values(96, 1)));
    let small = lab.tensor(FLOAT, NCHW, &[2, 3, 4, 3], &values(72, 1));
    let half = lab.tensor(HALF, NCHW, &[2, 3, 4, 4], &values(96, 1));
    let mut activation = null_mut();
    ok!(lab.cudnnCreateActivationDescriptor(&mut activation));
    ok!(lab.cudnnSetActivationDescriptor(
        activation,
        cudnnActivationMode_t(1),
        cudnnNanPropagation_t(0),
        0.0
    ));
    let run = |activation, alpha: *const c_void, x_desc, x: *mut c_void, y_desc, y: *mut c_void| {
        ask!(lab.cudnnActivationForward(lab.handle, activation, alpha, x_desc, x, one, y_desc, y))
    };
    let xd = x.descriptor;

    let refused = [
        run(null_mut(), one, xd, x.pointer(), xd, x.pointer()),
        run(activation, null(), xd, x.pointer(), xd, x.pointer()),
        run(activation, one, null_mut(), x.pointer(), xd, x.pointer()),
        run(activation, one, xd, null_mut(), xd, x.pointer()),
        run(activation, one, xd, x.pointer(), xd, null_mut()),
        run(activation, one, xd, x.pointer(), small.descriptor, small.pointer()),
        run(activation, one, xd, x.pointer(), half.descriptor, half.pointer()),
    ];
    assert_eq!(refused, [S::CUDNN_STATUS_BAD_PARAM; 7]);
    ok!(lab.cudnnSetActivationDescriptor(
        activation,
        cudnnActivationMode_t(5),
        cudnnNanPropagation_t(0),
        0.0
    ));
    assert_eq!(run(activation, one, xd, x.pointer(), xd, x.pointer()), S::CUDNN_STATUS_NOT_SUPPORTED);

    let softmax = |algorithm, mode| {
        let (algorithm, mode) = (cudnnSoftmaxAlgorithm_t(algorithm), cudnnSoftmaxMode_t(mode));
        ask!(lab.cudnnSoftmaxForward(lab.handle, algorithm, mode, one, xd, x.pointer(), one, xd, x.pointer()))
    };
    assert_eq!([softmax(3, 0), softmax(0, 2)], [S::CUDNN_STATUS_BAD_PARAM; 2]);

    let bn = |y: &Tensor, parameters: &Tensor, epsilon: f64| {
        let mode = cudnnBatchNormMode_t::CUDNN_BATCHNORM_SPATIAL;
        let p = parameters.pointer();
        ask!(lab.cudnnBatchNormalizationForwardInference(
            lab.handle,
            mode,
            one,
            one,
            xd,
            x.pointer(),
            y.descriptor,
            y.pointer(),
            parameters.descriptor,
            p,
            p,
            p,
            p,
            epsilon
        ))
    };
    let parameters = lab.tensor(FLOAT, NCHW, &[1, 3, 1, 1], &[1.0, 2.0, 3.0]);
    assert_eq!(bn(&x, &parameters, 1e-5), S::CUDNN_STATUS_SUCCESS);
    assert_eq!(bn(&x, &parameters, -1.0), S::CUDNN_STATUS_BAD_PARAM);
    assert_eq!(bn(&x, &x, 1e-5), S::CUDNN_STATUS_BAD_PARAM);
    assert_eq!(bn(&small, &parameters, 1e-5), S::CUDNN_STATUS_BAD_PARAM);
}

#[test]
fn a_reduction_without_room_is_an_invalid_value() {
    let lab = Lab::new();
    let (a, c) = (lab.tensor(FLOAT, NCHW, &[2, 3, 4, 5], &values(120, 1)), lab.empty(FLOAT, &[1, 3, 1, 1]));
    let mut reduce = null_mut();
    ok!(lab.cudnnCreateReduceTensorDescriptor(&mut reduce));
    let (op, places) = (
        cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_MAX,
        cudnnReduceTensorIndices_t::CUDNN_REDUCE_TENSOR_FLATTENED_INDICES,
    );
    ok!(lab.cudnnSetReduceTensorDescriptor(
        reduce,
        op,
        FLOAT,
        cudnnNanPropagation_t(0),
        places,
        cudnnIndicesType_t::CUDNN_32BIT_INDICES
    ));
    let (mut workspace, mut indices) = (0, 0);
    ok!(lab.cudnnGetReductionWorkspaceSize(lab.handle, reduce, a.descriptor, c.descriptor, &mut workspace));
    ok!(lab.cudnnGetReductionIndicesSize(lab.handle, reduce, a.descriptor, c.descriptor, &mut indices));
    let (one, zero) = (factor(FLOAT, 1.0), factor(FLOAT, 0.0));
    let (space, places) = (pointer(lab.allocate(workspace)), pointer(lab.allocate(indices)));
    let run = |space_bytes, place_bytes| {
        ask!(lab.cudnnReduceTensor(
            lab.handle,
            reduce,
            places,
            place_bytes,
            space,
            space_bytes,
            one.as_ptr().cast(),
            a.descriptor,
            a.pointer(),
            zero.as_ptr().cast(),
            c.descriptor,
            c.pointer()
        ))
    };

    assert_eq!(run(workspace - 1, indices), S::CUDNN_STATUS_INVALID_VALUE);
    assert_eq!(run(workspace, indices - 1), S::CUDNN_STATUS_INVALID_VALUE);
    assert_eq!(run(workspace, indices), S::CUDNN_STATUS_SUCCESS);
}

static TOLD: Mutex<Vec<(u32, u32, String)>> = Mutex::new(Vec::new());

unsafe extern "C" fn tell(
    severity: cudnnSeverity_t,
    data: *mut c_void,
    debug: *const cudnnDebug_t,
    text: *const c_char,
) {
    // SAFETY: the library passes a structure and a text that live until this returns.
    let (status, text) = unsafe { ((*debug).cudnnStatus.0, CStr::from_ptr(text)) };
    assert_eq!(data.addr(), 0x77);
    TOLD.lock().unwrap().push((severity.0, status, text.to_string_lossy().into_owned()));
}

#[test]
fn the_client_s_callback_is_told_of_calls_and_errors() {
    let lab = Lab::new();
    TOLD.lock().unwrap().clear();
    let errors = 1 << cudnnSeverity_t::CUDNN_SEV_ERROR.0;
    ok!(lab.cudnnSetCallback(errors, std::ptr::without_provenance_mut(0x77), Some(tell)));
    let (mut mask, mut data, mut function) = (0, null_mut(), None);
    ok!(lab.cudnnGetCallback(&mut mask, &mut data, &mut function));
    assert_eq!((mask, data.addr(), function.is_some()), (errors, 0x77, true));

    ask!(lab.cudnnSetStream(null_mut(), null_mut()));
    let informed = errors | 1 << cudnnSeverity_t::CUDNN_SEV_INFO.0;
    ok!(lab.cudnnSetCallback(informed, std::ptr::without_provenance_mut(0x77), Some(tell)));
    let mut version = 0;
    ok!(lab.cudnnGetProperty(libraryPropertyType::MAJOR_VERSION, &mut version));
    ok!(lab.cudnnSetCallback(0, null_mut(), None));
    ask!(lab.cudnnSetStream(null_mut(), null_mut()));

    let told = TOLD.lock().unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((told[0].0, told[0].1), (1, S::CUDNN_STATUS_BAD_PARAM.0));
    assert!(told[0].2.contains("cudnnSetStream: the handle is null"), "{told:?}");
    assert_eq!(told[1].0, 3);
    assert!(told[1].2.contains("cudnnGetProperty"), "{told:?}");
}
