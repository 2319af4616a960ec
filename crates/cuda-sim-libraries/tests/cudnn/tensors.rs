use crate::support::*;
use cudnn_sys::*;
use std::ptr::null_mut;

const NONE: cudnnNanPropagation_t = cudnnNanPropagation_t::CUDNN_NOT_PROPAGATE_NAN;

#[test]
fn a_tensor_is_brought_into_another_layout_and_another_type() {
    let lab = Lab::new();
    let (dims, x, old) = ([2, 3, 4, 5], values(120, 1), values(120, 2));
    let (two, half) = (factor(FLOAT, 2.0), factor(FLOAT, 0.5));
    let sources = [
        lab.tensor(FLOAT, NCHW, &dims, &x),
        lab.tensor(HALF, NHWC, &dims, &x),
        lab.strided(FLOAT, &dims, &[200, 50, 11, 2], &x),
    ];
    for from in sources {
        for (data_type, to) in [
            (FLOAT, lab.tensor(FLOAT, NHWC, &dims, &old)),
            (HALF, lab.strided(HALF, &dims, &[1, 2, 6, 24], &old)),
        ] {
            ok!(lab.cudnnTransformTensor(
                lab.handle,
                two.as_ptr().cast(),
                from.descriptor,
                from.pointer(),
                half.as_ptr().cast(),
                to.descriptor,
                to.pointer()
            ));
            assert_close(data_type, &lab.read(&to), &blend(2.0, &x, 0.5, &old));
        }
    }
}

#[test]
fn padding_and_folding_are_undone_by_unfolding() {
    let lab = Lab::new();
    let (mut fold, mut unfold) = (null_mut(), null_mut());
    ok!(lab.cudnnCreateTensorTransformDescriptor(&mut fold));
    ok!(lab.cudnnCreateTensorTransformDescriptor(&mut unfold));
    let (before, after, folds, none) = ([0, 0, 1, 0], [0, 1, 1, 0], [2u32, 3], [0; 4]);
    ok!(lab.cudnnSetTensorTransformDescriptor(
        fold,
        4,
        NHWC,
        before.as_ptr(),
        after.as_ptr(),
        folds.as_ptr(),
        cudnnFoldingDirection_t::CUDNN_TRANSFORM_FOLD
    ));
    ok!(lab.cudnnSetTensorTransformDescriptor(
        unfold,
        4,
        NCHW,
        none.as_ptr(),
        none.as_ptr(),
        folds.as_ptr(),
        cudnnFoldingDirection_t::CUDNN_TRANSFORM_UNFOLD
    ));
    let x = lab.tensor(FLOAT, NCHW, &[1, 2, 4, 6], &values(48, 1));
    let (mut target, mut bytes) = (null_mut(), 0);
    ok!(lab.cudnnCreateTensorDescriptor(&mut target));
    ok!(lab.cudnnInitTransformDest(fold, x.descriptor, target, &mut bytes));
    // Three channels with the padding, times six folds; six rows by two, six columns by three.
    let folded = lab.tensor(FLOAT, NHWC, &[1, 18, 3, 2], &[]);
    assert_eq!(bytes, 4 * folded.len());
    let back = lab.empty(FLOAT, &[1, 3, 6, 6]);
    let (one, zero) = (factor(FLOAT, 1.0), factor(FLOAT, 0.0));

    ok!(lab.cudnnTransformTensorEx(
        lab.handle,
        fold,
        one.as_ptr().cast(),
        x.descriptor,
        x.pointer(),
        zero.as_ptr().cast(),
        target,
        folded.pointer()
    ));
    ok!(lab.cudnnTransformTensorEx(
        lab.handle,
        unfold,
        one.as_ptr().cast(),
        folded.descriptor,
        folded.pointer(),
        zero.as_ptr().cast(),
        back.descriptor,
        back.pointer()
    ));

    let (found, source) = (lab.read(&back), values(48, 1));
    for index in indices(&[1, 3, 6, 6]) {
        let inside = index[1] < 2 && (1..5).contains(&index[2]);
        let wanted = if inside { source[(index[1] * 4 + index[2] - 1) * 6 + index[3]] } else { 0.0 };
        assert_eq!(found[at(&[1, 3, 6, 6], &index)], wanted, "{index:?}");
    }
}

#[test]
fn tensors_are_added_joined_set_and_scaled() {
    let lab = Lab::new();
    let dims = [2, 3, 4, 5];
    for data_type in [FLOAT, HALF] {
        let (bias, old) = (values(3, 1), values(120, 2));
        let (two, half) = (factor(data_type, 2.0), factor(data_type, 0.5));
        let (a, c) =
            (lab.tensor(data_type, NCHW, &[1, 3, 1, 1], &bias), lab.tensor(data_type, NHWC, &dims, &old));
        ok!(lab.cudnnAddTensor(
            lab.handle,
            two.as_ptr().cast(),
            a.descriptor,
            a.pointer(),
            half.as_ptr().cast(),
            c.descriptor,
            c.pointer()
        ));
        let added: Vec<f64> =
            indices(&dims).zip(&old).map(|(index, old)| 2.0 * bias[index[1]] + 0.5 * old).collect();
        assert_close(data_type, &lab.read(&c), &added);

        let mut operation = null_mut();
        ok!(lab.cudnnCreateOpTensorDescriptor(&mut operation));
        let (a_values, b_values) = (values(120, 3), values(3, 4));
        let (a, b) = (
            lab.tensor(data_type, NCHW, &dims, &a_values),
            lab.tensor(data_type, NCHW, &[1, 3, 1, 1], &b_values),
        );
        let functions: [fn(f64, f64) -> f64; 4] = [|a, b| a + b, |a, b| a * b, f64::min, f64::max];
        for (op, function) in functions.into_iter().enumerate() {
            ok!(lab.cudnnSetOpTensorDescriptor(operation, cudnnOpTensorOp_t(op as u32), FLOAT, NONE));
            lab.write(&c, &old);
            ok!(lab.cudnnOpTensor(
                lab.handle,
                operation,
                two.as_ptr().cast(),
                a.descriptor,
                a.pointer(),
                half.as_ptr().cast(),
                b.descriptor,
                b.pointer(),
                two.as_ptr().cast(),
                c.descriptor,
                c.pointer()
            ));
            let joined: Vec<f64> = indices(&dims)
                .enumerate()
                .map(|(at, index)| function(2.0 * a_values[at], 0.5 * b_values[index[1]]) + 2.0 * old[at])
                .collect();
            assert_close(data_type, &lab.read(&c), &joined);
        }
        let whole = lab.tensor(data_type, NCHW, &dims, &old.iter().map(|old| old * old).collect::<Vec<_>>());
        ok!(lab.cudnnSetOpTensorDescriptor(operation, cudnnOpTensorOp_t::CUDNN_OP_TENSOR_SQRT, FLOAT, NONE));
        let (one, zero) = (factor(data_type, 1.0), factor(data_type, 0.0));
        ok!(lab.cudnnOpTensor(
            lab.handle,
            operation,
            one.as_ptr().cast(),
            whole.descriptor,
            whole.pointer(),
            one.as_ptr().cast(),
            null_mut(),
            null_mut(),
            zero.as_ptr().cast(),
            c.descriptor,
            c.pointer()
        ));
        let roots: Vec<f64> = old.iter().map(|old| old.abs()).collect();
        assert_close(data_type, &lab.read(&c), &roots);

        ok!(lab.cudnnScaleTensor(lab.handle, c.descriptor, c.pointer(), half.as_ptr().cast()));
        let halves: Vec<f64> = roots.iter().map(|root| root / 2.0).collect();
        assert_close(data_type, &lab.read(&c), &halves);
        // The value is an element of the tensor, not a factor.
        let value = if data_type == HALF {
            half::f16::from_f64(3.25).to_le_bytes().to_vec()
        } else {
            3.25f32.to_le_bytes().to_vec()
        };
        ok!(lab.cudnnSetTensor(lab.handle, c.descriptor, c.pointer(), value.as_ptr().cast()));
        assert_eq!(lab.read(&c), vec![3.25; 120]);
    }
}

#[test]
fn a_reduction_keeps_the_sizes_of_its_result_and_finds_extremes() {
    let lab = Lab::new();
    let mut reduce = null_mut();
    ok!(lab.cudnnCreateReduceTensorDescriptor(&mut reduce));
    let (dims, mut a) = ([2, 3, 4, 5], values(120, 1));
    a[7] = 0.0;
    for data_type in [FLOAT, HALF] {
        for op in (0..9).map(cudnnReduceTensorOp_t) {
            let extreme = matches!(
                op,
                cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_MIN
                    | cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_MAX
            );
            ok!(lab.cudnnSetReduceTensorDescriptor(
                reduce,
                op,
                FLOAT,
                NONE,
                cudnnReduceTensorIndices_t(u32::from(extreme)),
                cudnnIndicesType_t::CUDNN_32BIT_INDICES
            ));
            let (from, to) = (
                lab.tensor(data_type, NHWC, &dims, &a),
                lab.tensor(data_type, NCHW, &[1, 3, 1, 5], &[1.0; 15]),
            );
            let (mut bytes, mut places) = (0, 0);
            ok!(lab.cudnnGetReductionWorkspaceSize(
                lab.handle,
                reduce,
                from.descriptor,
                to.descriptor,
                &mut bytes
            ));
            ok!(lab.cudnnGetReductionIndicesSize(
                lab.handle,
                reduce,
                from.descriptor,
                to.descriptor,
                &mut places
            ));
            assert_eq!(places, if extreme { 60 } else { 0 });
            let (workspace, indices_at) = (pointer(lab.allocate(bytes)), lab.allocate(places));
            let (two, half) = (factor(data_type, 2.0), factor(data_type, 0.5));
            ok!(lab.cudnnReduceTensor(
                lab.handle,
                reduce,
                pointer(indices_at),
                places,
                workspace,
                bytes,
                two.as_ptr().cast(),
                from.descriptor,
                from.pointer(),
                half.as_ptr().cast(),
                to.descriptor,
                to.pointer()
            ));
            let mut wanted = Vec::new();
            for out in indices(&[3, 5]) {
                let own: Vec<f64> =
                    indices(&[2, 4]).map(|i| a[at(&dims, &[i[0], out[0], i[1], out[1]])]).collect();
                let value = match op.0 {
                    0 => own.iter().sum(),
                    1 => own.iter().product(),
                    2 => own.iter().copied().fold(9.0, f64::min),
                    3 => own.iter().copied().fold(-9.0, f64::max),
                    4 => own.iter().map(|x| x.abs()).fold(0.0, f64::max),
                    5 => own.iter().sum::<f64>() / 8.0,
                    6 => own.iter().map(|x| x.abs()).sum(),
                    7 => own.iter().map(|x| x * x).sum::<f64>().sqrt(),
                    _ => own.iter().filter(|x| **x != 0.0).product(),
                };
                if extreme {
                    let place = own.iter().position(|x| *x == value).unwrap() as u32;
                    let bytes = lab.download(indices_at + 4 * wanted.len() as u64, 4);
                    assert_eq!(u32::from_le_bytes(bytes.try_into().unwrap()), place, "{op:?}");
                }
                wanted.push(2.0 * value + 0.5);
            }
            assert_close(data_type, &lab.read(&to), &wanted);
        }
    }
}

#[test]
fn a_transformer_samples_where_its_matrix_points() {
    let lab = Lab::new();
    let mut transformer = null_mut();
    ok!(lab.cudnnCreateSpatialTransformerDescriptor(&mut transformer));
    let out = [1, 2, 3, 3];
    ok!(lab.cudnnSetSpatialTransformerNdDescriptor(
        transformer,
        cudnnSamplerType_t::CUDNN_SAMPLER_BILINEAR,
        FLOAT,
        4,
        out.as_ptr()
    ));
    // The upper left quarter of an image of 5 by 5: every second corner of it is a pixel.
    let theta = lab.tensor(FLOAT, NCHW, &[1, 2, 3], &[0.5, 0.0, -0.5, 0.0, 0.5, -0.5]);
    let (grid, x_values) = (lab.empty(FLOAT, &[1, 3, 3, 2]), values(50, 1));
    let (x, y) = (lab.tensor(FLOAT, NCHW, &[1, 2, 5, 5], &x_values), lab.empty(FLOAT, &out));
    let (one, zero) = (factor(FLOAT, 1.0), factor(FLOAT, 0.0));
    let (one, zero) = (one.as_ptr().cast(), zero.as_ptr().cast());

    ok!(lab.cudnnSpatialTfGridGeneratorForward(lab.handle, transformer, theta.pointer(), grid.pointer()));
    ok!(lab.cudnnSpatialTfSamplerForward(
        lab.handle,
        transformer,
        one,
        x.descriptor,
        x.pointer(),
        grid.pointer(),
        zero,
        y.descriptor,
        y.pointer()
    ));

    let wanted: Vec<f64> = indices(&out).map(|index| x_values[at(&[1, 2, 5, 5], &index)]).collect();
    assert_close(FLOAT, &lab.read(&y), &wanted);
    let (dy, dx) = (lab.tensor(FLOAT, NCHW, &out, &[1.0; 18]), lab.empty(FLOAT, &[1, 2, 5, 5]));
    let (dgrid, dtheta) = (lab.empty(FLOAT, &[1, 3, 3, 2]), lab.empty(FLOAT, &[1, 2, 3]));
    ok!(lab.cudnnSpatialTfSamplerBackward(
        lab.handle,
        transformer,
        one,
        x.descriptor,
        x.pointer(),
        zero,
        dx.descriptor,
        dx.pointer(),
        one,
        dy.descriptor,
        dy.pointer(),
        grid.pointer(),
        zero,
        dgrid.pointer()
    ));
    ok!(lab.cudnnSpatialTfGridGeneratorBackward(lab.handle, transformer, dgrid.pointer(), dtheta.pointer()));
    let inside: Vec<f64> =
        indices(&[1, 2, 5, 5]).map(|index| f64::from(u8::from(index[2] < 3 && index[3] < 3))).collect();
    assert_close(FLOAT, &lab.read(&dx), &inside);
    // The last column of the matrix's gradient is the sum of the grid's.
    let (grids, thetas) = (lab.read(&dgrid), lab.read(&dtheta));
    for row in 0..2 {
        let sum: f64 = grids.iter().skip(row).step_by(2).sum();
        assert!((thetas[row * 3 + 2] - sum).abs() < 1e-4);
    }
}
