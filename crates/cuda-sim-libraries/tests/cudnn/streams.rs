use crate::support::*;
use cuda_sim::ReportKind;
use cuda_sys::driver::{CUgraphExec, CUresult, CUstream, CUstreamCaptureMode};
use cudnn_sys::*;
use std::ptr::null_mut;

/// Scales every element of a tensor on the handle's stream.
fn scale(lab: &Lab, tensor: &Tensor, by: f64) {
    let by = factor(FLOAT, by);
    ok!(lab.cudnnScaleTensor(lab.handle, tensor.descriptor, tensor.pointer(), by.as_ptr().cast()));
}

fn races(lab: &Lab) -> usize {
    lab.synchronize();
    let reports = cuda_sim::take_reports();
    assert!(reports.iter().all(|report| report.kind == ReportKind::Race), "{reports:?}");
    reports.len()
}

#[test]
fn two_streams_on_one_tensor_race_unless_an_event_orders_them() {
    let lab = Lab::new();
    let tensor = lab.tensor(FLOAT, NCHW, &[1, 2, 3, 4], &values(24, 1));
    let (first, second) = (lab.stream(), lab.stream());

    lab.use_stream(first);
    scale(&lab, &tensor, 2.0);
    lab.use_stream(second);
    scale(&lab, &tensor, 3.0);
    assert!(races(&lab) > 0);

    let mut event = null_mut();
    drive!(lab.cuEventCreate(&mut event, 0));
    lab.use_stream(first);
    scale(&lab, &tensor, 2.0);
    drive!(lab.cuEventRecord(event, first));
    drive!(lab.cuStreamWaitEvent(second, event, 0));
    lab.use_stream(second);
    scale(&lab, &tensor, 3.0);
    assert_eq!(races(&lab), 0);
}

#[test]
fn tensors_that_interleave_do_not_race() {
    let lab = Lab::new();
    // The two halves of the channels of one block of memory.
    let whole = lab.tensor(FLOAT, NCHW, &[3, 4, 2, 2], &values(48, 1));
    let mut halves = [null_mut(); 2];
    for half in &mut halves {
        ok!(lab.cudnnCreateTensorDescriptor(half));
        ok!(lab.cudnnSetTensor4dDescriptorEx(*half, FLOAT, 3, 2, 2, 2, 16, 4, 2, 1));
    }

    for (index, half) in halves.into_iter().enumerate() {
        lab.use_stream(lab.stream());
        let two = factor(FLOAT, 2.0);
        let address = whole.address + 32 * index as u64;
        ok!(lab.cudnnScaleTensor(lab.handle, half, pointer(address), two.as_ptr().cast()));
    }

    assert_eq!(races(&lab), 0);
    let doubled: Vec<f64> = values(48, 1).iter().map(|value| 2.0 * value).collect();
    assert_close(FLOAT, &lab.read(&whole), &doubled);
}

/// A convolution of its own tensors, whose workspace is the caller's.
struct Convolution {
    x: Tensor,
    w: Tensor,
    y: Tensor,
    filter: cudnnFilterDescriptor_t,
    convolution: cudnnConvolutionDescriptor_t,
    bytes: usize,
}

const ALGORITHM: cudnnConvolutionFwdAlgo_t = cudnnConvolutionFwdAlgo_t::CUDNN_CONVOLUTION_FWD_ALGO_GEMM;

impl Convolution {
    fn new(lab: &Lab) -> Self {
        let x = lab.tensor(FLOAT, NCHW, &[1, 2, 5, 5], &values(50, 1));
        let (filter, w) = lab.filter(FLOAT, NCHW, &[3, 2, 3, 3], &values(54, 2));
        let y = lab.empty(FLOAT, &[1, 3, 5, 5]);
        let mut convolution = null_mut();
        ok!(lab.cudnnCreateConvolutionDescriptor(&mut convolution));
        let mode = cudnnConvolutionMode_t::CUDNN_CROSS_CORRELATION;
        ok!(lab.cudnnSetConvolution2dDescriptor(convolution, 1, 1, 1, 1, 1, 1, mode, FLOAT));
        let mut bytes = 0;
        ok!(lab.cudnnGetConvolutionForwardWorkspaceSize(
            lab.handle,
            x.descriptor,
            filter,
            convolution,
            y.descriptor,
            ALGORITHM,
            &mut bytes
        ));
        Self { x, w, y, filter, convolution, bytes }
    }

    fn run(&self, lab: &Lab, workspace: u64, bytes: usize) -> cudnnStatus_t {
        let (one, zero) = (factor(FLOAT, 1.0), factor(FLOAT, 0.0));
        ask!(lab.cudnnConvolutionForward(
            lab.handle,
            one.as_ptr().cast(),
            self.x.descriptor,
            self.x.pointer(),
            self.filter,
            self.w.pointer(),
            self.convolution,
            ALGORITHM,
            pointer(workspace),
            bytes,
            zero.as_ptr().cast(),
            self.y.descriptor,
            self.y.pointer(),
        ))
    }
}

#[test]
fn a_workspace_that_two_streams_use_at_once_is_reported() {
    let lab = Lab::new();
    let (one, other) = (Convolution::new(&lab), Convolution::new(&lab));
    let workspace = lab.allocate(2 * one.bytes);
    let (first, second) = (lab.stream(), lab.stream());
    let run = |convolution: &Convolution, stream: CUstream, offset: u64| {
        lab.use_stream(stream);
        assert_eq!(convolution.run(&lab, workspace + offset, one.bytes), cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    };

    run(&one, first, 0);
    run(&other, second, one.bytes as u64);
    assert_eq!(races(&lab), 0, "each has a part of its own");

    // Only the last bytes of one are the first of the other.
    run(&one, first, 0);
    run(&other, second, one.bytes as u64 - 8);
    assert!(races(&lab) > 0);

    run(&one, first, 0);
    run(&other, first, 0);
    assert_eq!(races(&lab), 0, "one stream is in order");
}

#[test]
fn a_workspace_that_is_too_small_is_refused_and_one_that_lies_is_found_out() {
    let lab = Lab::new();
    let convolution = Convolution::new(&lab);
    let workspace = lab.allocate(convolution.bytes - 256);

    let status = convolution.run(&lab, workspace, convolution.bytes - 1);
    assert_eq!(status, cudnnStatus_t::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT);
    assert_eq!(convolution.run(&lab, 0, convolution.bytes), cudnnStatus_t::CUDNN_STATUS_BAD_PARAM);
    lab.synchronize();

    // It is said to be large enough, and is not.
    assert_eq!(convolution.run(&lab, workspace, convolution.bytes), cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    // SAFETY: the call has no arguments.
    let result = unsafe { lab.driver.cuCtxSynchronize() }.unwrap();
    assert_eq!(result, CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    assert_eq!(
        convolution.run(&lab, workspace, convolution.bytes),
        cudnnStatus_t::CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER
    );
    cuda_sim::take_reports();
}

#[test]
fn calls_are_captured_and_run_when_the_graph_is_launched() {
    let lab = Lab::new();
    let (convolution, stream) = (Convolution::new(&lab), lab.stream());
    let workspace = lab.allocate(convolution.bytes);
    lab.use_stream(stream);
    assert_eq!(convolution.run(&lab, workspace, convolution.bytes), cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    let expected: Vec<f64> = lab.read(&convolution.y).iter().map(|y| 2.0 * y).collect();
    let (mut graph, mut instance): (_, CUgraphExec) = (null_mut(), null_mut());
    lab.write(&convolution.y, &vec![7.0; expected.len()]);

    drive!(lab.cuStreamBeginCapture_v2(stream, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_RELAXED));
    assert_eq!(convolution.run(&lab, workspace, convolution.bytes), cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    scale(&lab, &convolution.y, 2.0);
    drive!(lab.cuStreamEndCapture(stream, &mut graph));
    assert_eq!(lab.read(&convolution.y), vec![7.0; expected.len()], "nothing has run yet");
    drive!(lab.cuGraphInstantiateWithFlags(&mut instance, graph, 0));

    for _ in 0..2 {
        drive!(lab.cuGraphLaunch(instance, stream));
        assert_close(FLOAT, &lab.read(&convolution.y), &expected);
    }
}

#[test]
fn a_call_returns_before_the_stream_gets_there() {
    let lab = Lab::new();
    let stream = lab.stream();
    let tensor = lab.tensor(FLOAT, NCHW, &[1, 2, 3, 4], &values(24, 1));
    lab.use_stream(stream);
    let mut status = cudnnStatus_t(99);
    let flag = lab.integers(&[0]);

    // The stream waits until somebody writes the flag.
    drive!(lab.cuStreamWaitValue32_v2(stream, flag, 1, 1));
    scale(&lab, &tensor, 2.0);
    let mode = cudnnErrQueryMode_t::CUDNN_ERRQUERY_NONBLOCKING;
    ok!(lab.cudnnQueryRuntimeError(lab.handle, &mut status, mode, null_mut()));
    assert_eq!(lab.cudnn.status(status).code(), cudnnStatus_t::CUDNN_STATUS_RUNTIME_IN_PROGRESS);

    let other = lab.stream();
    drive!(lab.cuStreamWriteValue32_v2(other, flag, 1, 0));
    ok!(lab.cudnnQueryRuntimeError(
        lab.handle,
        &mut status,
        cudnnErrQueryMode_t::CUDNN_ERRQUERY_BLOCKING,
        null_mut()
    ));
    assert_eq!(status, cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    let doubled: Vec<f64> = values(24, 1).iter().map(|value| 2.0 * value).collect();
    assert_close(FLOAT, &lab.read(&tensor), &doubled);
}
