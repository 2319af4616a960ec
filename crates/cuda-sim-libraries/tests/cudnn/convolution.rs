use crate::support::*;
use cudnn_sys::*;
use std::ffi::c_int;
use std::ptr::null_mut;

/// A convolution in two or three dimensions.
#[derive(Clone, Debug)]
struct Case {
    data_type: cudnnDataType_t,
    format: cudnnTensorFormat_t,
    x: Vec<c_int>,
    w: Vec<c_int>,
    groups: c_int,
    padding: Vec<c_int>,
    stride: Vec<c_int>,
    dilation: Vec<c_int>,
    mode: cudnnConvolutionMode_t,
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for data_type in [FLOAT, HALF, DOUBLE] {
        for format in [NCHW, NHWC] {
            for (groups, mode) in [(1, 1), (2, 0)] {
                let mode = cudnnConvolutionMode_t(mode);
                let c = 4 / groups;
                all.push(Case {
                    data_type,
                    format,
                    x: vec![2, 4, 6, 7],
                    w: vec![6, c, 3, 2],
                    groups,
                    padding: vec![1, 2],
                    stride: vec![2, 1],
                    dilation: vec![1, 2],
                    mode,
                });
                all.push(Case {
                    data_type,
                    format,
                    x: vec![1, 4, 3, 4, 5],
                    w: vec![2, c, 2, 3, 2],
                    groups,
                    padding: vec![1, 0, 1],
                    stride: vec![1, 1, 2],
                    dilation: vec![1, 1, 1],
                    mode,
                });
            }
        }
    }
    all
}

impl Case {
    fn y(&self) -> Vec<c_int> {
        let spatial = (0..self.padding.len()).map(|axis| {
            let extent = (self.w[axis + 2] - 1) * self.dilation[axis] + 1;
            (self.x[axis + 2] + 2 * self.padding[axis] - extent) / self.stride[axis] + 1
        });
        [self.x[0], self.w[0]].into_iter().chain(spatial).collect()
    }

    /// Visits every product of the sum that the manual defines: places in x, w and y.
    fn products(&self, mut visit: impl FnMut(usize, usize, usize)) {
        let y = self.y();
        let (c_group, k_group) = (self.w[1] as usize, (self.w[0] / self.groups) as usize);
        for out in indices(&y) {
            for tap in indices(&self.w[1..]) {
                let group = out[1] / k_group;
                let mut from = vec![out[0], group * c_group + tap[0]];
                let mut weight = vec![out[1], tap[0]];
                for axis in 0..self.padding.len() {
                    let size = self.w[axis + 2] as usize;
                    let mirrored = self.mode == cudnnConvolutionMode_t::CUDNN_CONVOLUTION;
                    weight.push(if mirrored { size - 1 - tap[axis + 1] } else { tap[axis + 1] });
                    let place = out[axis + 2] as c_int * self.stride[axis]
                        + tap[axis + 1] as c_int * self.dilation[axis];
                    from.push((place - self.padding[axis]) as usize);
                }
                if from.iter().zip(&self.x).all(|(at, size)| *at < *size as usize) {
                    visit(at(&self.x, &from), at(&self.w, &weight), at(&y, &out));
                }
            }
        }
    }

    fn descriptor(&self, lab: &Lab) -> cudnnConvolutionDescriptor_t {
        let mut convolution = null_mut();
        let compute = if self.data_type == DOUBLE { DOUBLE } else { FLOAT };
        ok!(lab.cudnnCreateConvolutionDescriptor(&mut convolution));
        ok!(lab.cudnnSetConvolutionNdDescriptor(
            convolution,
            self.padding.len() as c_int,
            self.padding.as_ptr(),
            self.stride.as_ptr(),
            self.dilation.as_ptr(),
            self.mode,
            compute,
        ));
        ok!(lab.cudnnSetConvolutionGroupCount(convolution, self.groups));
        convolution
    }
}

fn count(dims: &[c_int]) -> usize {
    dims.iter().product::<c_int>() as usize
}

#[test]
fn a_convolution_is_the_sum_of_the_manual_with_every_algorithm() {
    let lab = Lab::new();
    for case in cases() {
        let y_dims = case.y();
        let (x, w, old) = (values(count(&case.x), 1), values(count(&case.w), 2), values(count(&y_dims), 3));
        let mut sum = vec![0.0; old.len()];
        case.products(|ix, iw, iy| sum[iy] += x[ix] * w[iw]);
        let expected = blend(0.5, &sum, 2.0, &old);
        let (x, convolution) = (lab.tensor(case.data_type, case.format, &case.x, &x), case.descriptor(&lab));
        let (filter, w) = lab.filter(case.data_type, case.format, &case.w, &w);
        let y = lab.tensor(case.data_type, case.format, &y_dims, &old);
        let (alpha, beta) = (factor(case.data_type, 0.5), factor(case.data_type, 2.0));
        let mut ran = 0;
        for algorithm in (0..8).map(cudnnConvolutionFwdAlgo_t) {
            let mut bytes = 0;
            let status = ask!(lab.cudnnGetConvolutionForwardWorkspaceSize(
                lab.handle,
                x.descriptor,
                filter,
                convolution,
                y.descriptor,
                algorithm,
                &mut bytes
            ));
            if status != cudnnStatus_t::CUDNN_STATUS_SUCCESS {
                assert_eq!(status, cudnnStatus_t::CUDNN_STATUS_NOT_SUPPORTED);
                continue;
            }
            lab.write(&y, &old);
            let workspace = pointer(lab.allocate(bytes));

            ok!(lab.cudnnConvolutionForward(
                lab.handle,
                alpha.as_ptr().cast(),
                x.descriptor,
                x.pointer(),
                filter,
                w.pointer(),
                convolution,
                algorithm,
                workspace,
                bytes,
                beta.as_ptr().cast(),
                y.descriptor,
                y.pointer(),
            ));

            assert_close(case.data_type, &lab.read(&y), &expected);
            ran += 1;
        }
        assert!(ran >= 2, "{case:?}: only {ran} algorithms");
    }
}

#[test]
fn the_gradients_of_a_convolution_are_the_sums_of_the_manual() {
    let lab = Lab::new();
    for case in cases() {
        let y_dims = case.y();
        let (x, w, dy) = (values(count(&case.x), 1), values(count(&case.w), 2), values(count(&y_dims), 3));
        let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; w.len()]);
        case.products(|ix, iw, iy| {
            dx[ix] += w[iw] * dy[iy];
            dw[iw] += x[ix] * dy[iy];
        });
        let convolution = case.descriptor(&lab);
        let x = lab.tensor(case.data_type, case.format, &case.x, &x);
        let (filter, w) = lab.filter(case.data_type, case.format, &case.w, &w);
        let dy = lab.tensor(case.data_type, case.format, &y_dims, &dy);
        let (one, zero) = (factor(case.data_type, 1.0), factor(case.data_type, 0.0));
        // Nothing has written the results: with a beta of zero they are not read.
        let to = lab.tensor(case.data_type, case.format, &case.x, &[]);
        let (to_filter, to_w) = lab.filter(case.data_type, case.format, &case.w, &[]);
        for algorithm in 0..2 {
            let (mut bytes, data) = (0, cudnnConvolutionBwdDataAlgo_t(algorithm));
            ok!(lab.cudnnGetConvolutionBackwardDataWorkspaceSize(
                lab.handle,
                filter,
                dy.descriptor,
                convolution,
                to.descriptor,
                data,
                &mut bytes
            ));
            let workspace = pointer(lab.allocate(bytes));
            ok!(lab.cudnnConvolutionBackwardData(
                lab.handle,
                one.as_ptr().cast(),
                filter,
                w.pointer(),
                dy.descriptor,
                dy.pointer(),
                convolution,
                data,
                workspace,
                bytes,
                zero.as_ptr().cast(),
                to.descriptor,
                to.pointer()
            ));
            assert_close(case.data_type, &lab.read(&to), &dx);

            let by_filter = cudnnConvolutionBwdFilterAlgo_t(algorithm);
            ok!(lab.cudnnGetConvolutionBackwardFilterWorkspaceSize(
                lab.handle,
                x.descriptor,
                dy.descriptor,
                convolution,
                to_filter,
                by_filter,
                &mut bytes
            ));
            let workspace = pointer(lab.allocate(bytes));
            ok!(lab.cudnnConvolutionBackwardFilter(
                lab.handle,
                one.as_ptr().cast(),
                x.descriptor,
                x.pointer(),
                dy.descriptor,
                dy.pointer(),
                convolution,
                by_filter,
                workspace,
                bytes,
                zero.as_ptr().cast(),
                to_filter,
                to_w.pointer()
            ));
            assert_close(case.data_type, &lab.read(&to_w), &dw);
        }
    }
    assert!(cuda_sim::take_reports().is_empty());
}

#[test]
fn a_bias_and_an_activation_are_joined_with_a_convolution() {
    let lab = Lab::new();
    let case = cases().remove(0);
    let y_dims = case.y();
    let (x, w, z, bias) =
        (values(count(&case.x), 1), values(count(&case.w), 2), values(count(&y_dims), 3), values(6, 4));
    let mut sum = vec![0.0; z.len()];
    case.products(|ix, iw, iy| sum[iy] += x[ix] * w[iw]);
    let inner = count(&y_dims[2..]);
    let expected: Vec<f64> =
        (0..sum.len()).map(|at| (0.5 * sum[at] + 2.0 * z[at] + bias[at / inner % 6]).max(0.0)).collect();
    let (x, convolution) = (lab.tensor(FLOAT, NCHW, &case.x, &x), case.descriptor(&lab));
    let (filter, w) = lab.filter(FLOAT, NCHW, &case.w, &w);
    let (z, bias) = (lab.tensor(FLOAT, NCHW, &y_dims, &z), lab.tensor(FLOAT, NCHW, &[1, 6, 1, 1], &bias));
    let y = lab.empty(FLOAT, &y_dims);
    let mut activation = null_mut();
    ok!(lab.cudnnCreateActivationDescriptor(&mut activation));
    ok!(lab.cudnnSetActivationDescriptor(
        activation,
        cudnnActivationMode_t::CUDNN_ACTIVATION_RELU,
        cudnnNanPropagation_t(0),
        0.0
    ));
    let (alpha, alpha_z) = (factor(FLOAT, 0.5), factor(FLOAT, 2.0));
    let run = |algorithm| {
        ask!(lab.cudnnConvolutionBiasActivationForward(
            lab.handle,
            alpha.as_ptr().cast(),
            x.descriptor,
            x.pointer(),
            filter,
            w.pointer(),
            convolution,
            algorithm,
            null_mut(),
            0,
            alpha_z.as_ptr().cast(),
            z.descriptor,
            z.pointer(),
            bias.descriptor,
            bias.pointer(),
            activation,
            y.descriptor,
            y.pointer(),
        ))
    };

    let implicit = cudnnConvolutionFwdAlgo_t::CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM;
    assert_eq!(run(implicit), cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    assert_close(FLOAT, &lab.read(&y), &expected);

    // Without an activation only one algorithm adds a bias.
    ok!(lab.cudnnSetActivationDescriptor(
        activation,
        cudnnActivationMode_t::CUDNN_ACTIVATION_IDENTITY,
        cudnnNanPropagation_t(0),
        0.0
    ));
    assert_eq!(run(implicit), cudnnStatus_t::CUDNN_STATUS_NOT_SUPPORTED);

    let (db, one, zero) = (lab.empty(FLOAT, &[1, 6, 1, 1]), factor(FLOAT, 1.0), factor(FLOAT, 0.0));
    let z_values = lab.read(&z);
    ok!(lab.cudnnConvolutionBackwardBias(
        lab.handle,
        one.as_ptr().cast(),
        z.descriptor,
        z.pointer(),
        zero.as_ptr().cast(),
        db.descriptor,
        db.pointer()
    ));
    let sums: Vec<f64> = (0..6)
        .map(|k| (0..z_values.len()).filter(|at| at / inner % 6 == k).map(|at| z_values[at]).sum())
        .collect();
    assert_close(FLOAT, &lab.read(&db), &sums);
}

#[test]
fn algorithms_are_found_with_their_workspaces_and_their_determinism() {
    let lab = Lab::new();
    let case = Case {
        w: vec![6, 4, 3, 3],
        padding: vec![1, 1],
        stride: vec![1, 1],
        dilation: vec![1, 1],
        ..cases().remove(0)
    };
    let convolution = case.descriptor(&lab);
    let x = lab.tensor(FLOAT, NCHW, &case.x, &values(count(&case.x), 1));
    let (filter, w) = lab.filter(FLOAT, NCHW, &case.w, &values(count(&case.w), 2));
    let y = lab.empty(FLOAT, &case.y());
    let mut most = 0;
    ok!(lab.cudnnGetConvolutionForwardAlgorithmMaxCount(lab.handle, &mut most));
    let mut returned = -1;
    let mut by_rule = vec![cudnnConvolutionFwdAlgoPerf_t::default(); most as usize];
    ok!(lab.cudnnGetConvolutionForwardAlgorithm_v7(
        lab.handle,
        x.descriptor,
        filter,
        convolution,
        y.descriptor,
        most,
        &mut returned,
        by_rule.as_mut_ptr()
    ));
    assert_eq!(returned, most);

    // The workspaces differ, and are what the question for one algorithm gives.
    let mut sizes = Vec::new();
    for found in by_rule.iter().filter(|found| found.status == cudnnStatus_t::CUDNN_STATUS_SUCCESS) {
        let mut bytes = 0;
        ok!(lab.cudnnGetConvolutionForwardWorkspaceSize(
            lab.handle,
            x.descriptor,
            filter,
            convolution,
            y.descriptor,
            found.algo,
            &mut bytes
        ));
        assert_eq!(bytes, found.memory, "{:?}", found.algo);
        sizes.push(bytes);
    }
    assert!(sizes.len() >= 6 && sizes.contains(&0));
    sizes.sort_unstable();
    sizes.dedup();
    assert!(sizes.len() >= 5, "{sizes:?}");

    // Running them all in a workspace that is too small for some.
    let limit = sizes[sizes.len() / 2];
    let workspace = pointer(lab.allocate(limit));
    let mut by_running = vec![cudnnConvolutionFwdAlgoPerf_t::default(); most as usize];
    ok!(lab.cudnnFindConvolutionForwardAlgorithmEx(
        lab.handle,
        x.descriptor,
        x.pointer(),
        filter,
        w.pointer(),
        convolution,
        y.descriptor,
        y.pointer(),
        most,
        &mut returned,
        by_running.as_mut_ptr(),
        workspace,
        limit
    ));
    let fits = |found: &&cudnnConvolutionFwdAlgoPerf_t| found.status == cudnnStatus_t::CUDNN_STATUS_SUCCESS;
    let ran: Vec<_> = by_running.iter().filter(fits).collect();
    assert!(ran.iter().all(|found| found.memory <= limit && found.time >= 0.0));
    assert!(ran.is_sorted_by(|a, b| a.time <= b.time));
    let refused = by_running.iter().filter(|found| found.status == cudnnStatus_t::CUDNN_STATUS_ALLOC_FAILED);
    assert!(refused.count() >= 1);

    // The library finds memory of its own.
    ok!(lab.cudnnFindConvolutionForwardAlgorithm(
        lab.handle,
        x.descriptor,
        filter,
        convolution,
        y.descriptor,
        most,
        &mut returned,
        by_running.as_mut_ptr()
    ));
    assert_eq!(by_running.iter().filter(fits).count(), by_rule.iter().filter(fits).count());

    let mut gradients = vec![cudnnConvolutionBwdFilterAlgoPerf_t::default(); 8];
    ok!(lab.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
        lab.handle,
        x.descriptor,
        y.descriptor,
        convolution,
        filter,
        8,
        &mut returned,
        gradients.as_mut_ptr()
    ));
    gradients.truncate(returned as usize);
    let determinism =
        |algorithm: u32| gradients.iter().find(|found| found.algo.0 == algorithm).unwrap().determinism;
    assert_eq!(determinism(0), cudnnDeterminism_t::CUDNN_NON_DETERMINISTIC);
    assert_eq!(determinism(1), cudnnDeterminism_t::CUDNN_DETERMINISTIC);
}
