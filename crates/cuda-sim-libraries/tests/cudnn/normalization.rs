use crate::support::*;
use cudnn_sys::*;
use std::ffi::c_int;
use std::ptr::null_mut;

const DIMS: [c_int; 4] = [2, 4, 5, 6];

fn kinds() -> Vec<(cudnnDataType_t, cudnnTensorFormat_t)> {
    [FLOAT, HALF, DOUBLE]
        .into_iter()
        .flat_map(|data_type| [NCHW, NHWC].map(|format| (data_type, format)))
        .collect()
}

/// The mean and the variance of each parameter's elements.
fn statistics(x: &[f64], parameter: impl Fn(&[usize]) -> usize, count: usize) -> (Vec<f64>, Vec<f64>) {
    let members = |wanted| {
        indices(&DIMS)
            .zip(x)
            .filter(|(index, _)| parameter(index) == wanted)
            .map(|(_, x)| *x)
            .collect::<Vec<f64>>()
    };
    let mut all = (Vec::new(), Vec::new());
    for wanted in 0..count {
        let own = members(wanted);
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        all.0.push(mean);
        all.1.push(own.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / own.len() as f64);
    }
    all
}

#[test]
fn a_batch_is_normalised_by_its_own_statistics_which_are_kept() {
    let lab = Lab::new();
    for (data_type, format) in kinds() {
        for mode in 0..3 {
            let (per_activation, mode) = (mode == 0, cudnnBatchNormMode_t(mode));
            let parameter = |index: &[usize]| {
                if per_activation { (index[1] * 5 + index[2]) * 6 + index[3] } else { index[1] }
            };
            let (count, members) = if per_activation { (120, 2.0) } else { (4, 60.0) };
            let (x, dy, scale, bias) = (values(240, 1), values(240, 2), values(count, 3), values(count, 4));
            let (mean, variance) = statistics(&x, parameter, count);
            let inverse: Vec<f64> =
                variance.iter().map(|variance| (variance + 0.01).sqrt().recip()).collect();
            let normal: Vec<f64> = indices(&DIMS)
                .zip(&x)
                .map(|(index, x)| (x - mean[parameter(&index)]) * inverse[parameter(&index)])
                .collect();
            let y: Vec<f64> = indices(&DIMS)
                .zip(&normal)
                .map(|(index, normal)| normal * scale[parameter(&index)] + bias[parameter(&index)])
                .collect();

            let wide = if data_type == DOUBLE { DOUBLE } else { FLOAT };
            let dims = if per_activation { [1, 4, 5, 6] } else { [1, 4, 1, 1] };
            let of = |values: &[f64]| lab.tensor(wide, NCHW, &dims, values);
            let (tx, ty) =
                (lab.tensor(data_type, format, &DIMS, &x), lab.tensor(data_type, format, &DIMS, &[]));
            let (tscale, tbias, running_mean, running_variance) =
                (of(&scale), of(&bias), of(&vec![1.0; count]), of(&vec![2.0; count]));
            let (saved_mean, saved_inverse) = (of(&[]), of(&[]));
            let mut derived = null_mut();
            ok!(lab.cudnnCreateTensorDescriptor(&mut derived));
            ok!(lab.cudnnDeriveBNTensorDescriptor(derived, tx.descriptor, mode));
            let (one, zero) = (factor(data_type, 1.0), factor(data_type, 0.0));
            let (one, zero) = (one.as_ptr().cast(), zero.as_ptr().cast());
            ok!(lab.cudnnBatchNormalizationForwardTraining(
                lab.handle,
                mode,
                one,
                zero,
                tx.descriptor,
                tx.pointer(),
                ty.descriptor,
                ty.pointer(),
                derived,
                tscale.pointer(),
                tbias.pointer(),
                0.25,
                running_mean.pointer(),
                running_variance.pointer(),
                0.01,
                saved_mean.pointer(),
                saved_inverse.pointer()
            ));
            assert_close(data_type, &lab.read(&ty), &y);
            assert_close(wide, &lab.read(&saved_mean), &mean);
            assert_close(wide, &lab.read(&saved_inverse), &inverse);
            let mixed: Vec<f64> = mean.iter().map(|mean| 0.75 + 0.25 * mean).collect();
            assert_close(wide, &lab.read(&running_mean), &mixed);
            let of_population: Vec<f64> =
                variance.iter().map(|variance| 1.5 + 0.25 * variance * members / (members - 1.0)).collect();
            assert_close(wide, &lab.read(&running_variance), &of_population);

            // With these statistics given, inference computes the same.
            let (tmean, tvariance) = (of(&mean), of(&variance));
            ok!(lab.cudnnBatchNormalizationForwardInference(
                lab.handle,
                mode,
                one,
                zero,
                tx.descriptor,
                tx.pointer(),
                ty.descriptor,
                ty.pointer(),
                derived,
                tscale.pointer(),
                tbias.pointer(),
                tmean.pointer(),
                tvariance.pointer(),
                0.01
            ));
            assert_close(data_type, &lab.read(&ty), &y);

            let (mut dscale, mut dbias) = (vec![0.0; count], vec![0.0; count]);
            for (at, index) in indices(&DIMS).enumerate() {
                dscale[parameter(&index)] += dy[at] * normal[at];
                dbias[parameter(&index)] += dy[at];
            }
            let dx: Vec<f64> = indices(&DIMS)
                .enumerate()
                .map(|(at, index)| {
                    let of = parameter(&index);
                    scale[of]
                        * inverse[of]
                        * (dy[at] - dbias[of] / members - normal[at] * dscale[of] / members)
                })
                .collect();
            let (tdy, tdx) =
                (lab.tensor(data_type, format, &DIMS, &dy), lab.tensor(data_type, format, &DIMS, &[]));
            let (tdscale, tdbias) = (of(&[]), of(&[]));
            // Once with what was saved, and once found out again.
            for saved in [[saved_mean.pointer(), saved_inverse.pointer()], [null_mut(); 2]] {
                ok!(lab.cudnnBatchNormalizationBackward(
                    lab.handle,
                    mode,
                    one,
                    zero,
                    one,
                    zero,
                    tx.descriptor,
                    tx.pointer(),
                    tdy.descriptor,
                    tdy.pointer(),
                    tdx.descriptor,
                    tdx.pointer(),
                    derived,
                    tscale.pointer(),
                    tdscale.pointer(),
                    tdbias.pointer(),
                    0.01,
                    saved[0],
                    saved[1]
                ));
                assert_close(data_type, &lab.read(&tdx), &dx);
                assert_close(wide, &lab.read(&tdscale), &dscale);
                assert_close(wide, &lab.read(&tdbias), &dbias);
            }
        }
    }
    assert!(cuda_sim::take_reports().is_empty());
}

#[test]
fn an_addition_and_a_rectifier_follow_a_normalisation_and_are_undone_backwards() {
    let lab = Lab::new();
    let mode = cudnnBatchNormMode_t::CUDNN_BATCHNORM_SPATIAL_PERSISTENT;
    let ops = cudnnBatchNormOps_t::CUDNN_BATCHNORM_OPS_BN_ADD_ACTIVATION;
    let mut activation = null_mut();
    ok!(lab.cudnnCreateActivationDescriptor(&mut activation));
    ok!(lab.cudnnSetActivationDescriptor(
        activation,
        cudnnActivationMode_t::CUDNN_ACTIVATION_RELU,
        cudnnNanPropagation_t(0),
        0.0
    ));
    let [x, z, dy] = [1, 2, 3].map(|seed| lab.tensor(FLOAT, NHWC, &DIMS, &values(240, seed)));
    let [y, dx, dz] = [(); 3].map(|()| lab.tensor(FLOAT, NHWC, &DIMS, &[]));
    let of = |values: &[f64]| lab.tensor(FLOAT, NCHW, &[1, 4, 1, 1], values);
    let (scale, bias) = (of(&values(4, 4)), of(&values(4, 5)));
    let [mean, inverse, dscale, dbias] = [(); 4].map(|()| of(&[]));
    let (mut forward, mut backward, mut kept) = (0, 0, 0);
    ok!(lab.cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize(
        lab.handle,
        mode,
        ops,
        x.descriptor,
        z.descriptor,
        y.descriptor,
        scale.descriptor,
        activation,
        &mut forward
    ));
    ok!(lab.cudnnGetBatchNormalizationBackwardExWorkspaceSize(
        lab.handle,
        mode,
        ops,
        x.descriptor,
        y.descriptor,
        dy.descriptor,
        dz.descriptor,
        dx.descriptor,
        scale.descriptor,
        activation,
        &mut backward
    ));
    ok!(lab.cudnnGetBatchNormalizationTrainingExReserveSpaceSize(
        lab.handle,
        mode,
        ops,
        activation,
        x.descriptor,
        &mut kept
    ));
    let (workspace, reserve) = (pointer(lab.allocate(forward.max(backward))), pointer(lab.allocate(kept)));
    let (one, zero) = (factor(FLOAT, 1.0), factor(FLOAT, 0.0));
    let (one, zero) = (one.as_ptr().cast(), zero.as_ptr().cast());
    let train = |bytes| {
        ask!(lab.cudnnBatchNormalizationForwardTrainingEx(
            lab.handle,
            mode,
            ops,
            one,
            zero,
            x.descriptor,
            x.pointer(),
            z.descriptor,
            z.pointer(),
            y.descriptor,
            y.pointer(),
            scale.descriptor,
            scale.pointer(),
            bias.pointer(),
            1.0,
            null_mut(),
            null_mut(),
            0.01,
            mean.pointer(),
            inverse.pointer(),
            activation,
            workspace,
            forward,
            reserve,
            bytes
        ))
    };

    assert_eq!(train(kept - 1), cudnnStatus_t::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT);
    assert_eq!(train(kept), cudnnStatus_t::CUDNN_STATUS_SUCCESS, "{}", lab.last_error());
    ok!(lab.cudnnBatchNormalizationBackwardEx(
        lab.handle,
        mode,
        ops,
        one,
        zero,
        one,
        zero,
        x.descriptor,
        x.pointer(),
        y.descriptor,
        y.pointer(),
        dy.descriptor,
        dy.pointer(),
        dz.descriptor,
        dz.pointer(),
        dx.descriptor,
        dx.pointer(),
        scale.descriptor,
        scale.pointer(),
        bias.pointer(),
        dscale.pointer(),
        dbias.pointer(),
        0.01,
        mean.pointer(),
        inverse.pointer(),
        activation,
        workspace,
        backward,
        reserve,
        kept
    ));

    let (mean, variance) = statistics(&lab.read(&x), |index| index[1], 4);
    let (scales, biases) = (lab.read(&scale), lab.read(&bias));
    let sums: Vec<f64> = indices(&DIMS)
        .zip(lab.read(&x).iter().zip(lab.read(&z)))
        .map(|(index, (x, z))| {
            (x - mean[index[1]]) / (variance[index[1]] + 0.01).sqrt() * scales[index[1]]
                + biases[index[1]]
                + z
        })
        .collect();
    let rectified: Vec<f64> = sums.iter().map(|sum| sum.max(0.0)).collect();
    assert_close(FLOAT, &lab.read(&y), &rectified);
    let passed: Vec<f64> =
        sums.iter().zip(lab.read(&dy)).map(|(sum, dy)| if *sum > 0.0 { dy } else { 0.0 }).collect();
    assert_close(FLOAT, &lab.read(&dz), &passed);
    let sum_of: Vec<f64> = (0..4)
        .map(|channel| {
            indices(&DIMS).zip(&passed).filter(|(index, _)| index[1] == channel).map(|(_, dy)| dy).sum()
        })
        .collect();
    assert_close(FLOAT, &lab.read(&dbias), &sum_of);

    // Where channels do not run fastest there is no such kernel.
    let plain = lab.empty(FLOAT, &DIMS);
    assert_eq!(
        ask!(lab.cudnnGetBatchNormalizationTrainingExReserveSpaceSize(
            lab.handle,
            mode,
            ops,
            activation,
            plain.descriptor,
            &mut kept
        )),
        cudnnStatus_t::CUDNN_STATUS_NOT_SUPPORTED
    );
}
