use crate::support::*;
use cudnn_sys::*;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

const TIME: usize = 4;
const LENGTHS: [c_int; 3] = [4, 3, 1];
const INPUT: usize = 3;
const HIDDEN: usize = 2;

/// A network of two layers in both directions, with everything that a call takes.
struct Network {
    rnn: cudnnRNNDescriptor_t,
    x: cudnnRNNDataDescriptor_t,
    y: cudnnRNNDataDescriptor_t,
    states: cudnnTensorDescriptor_t,
    layout: cudnnRNNDataLayout_t,
    weight_bytes: usize,
    weights: u64,
    workspace: (u64, usize),
    reserve: (u64, usize),
}

impl Network {
    fn new(lab: &Lab, cell: u32, layout: u32, data_type: cudnnDataType_t) -> Self {
        let (mut rnn, mut x, mut y) = (null_mut(), null_mut(), null_mut());
        let layout = cudnnRNNDataLayout_t(layout);
        ok!(lab.cudnnCreateRNNDescriptor(&mut rnn));
        ok!(lab.cudnnSetRNNDescriptor_v8(
            rnn,
            cudnnRNNAlgo_t::CUDNN_RNN_ALGO_STANDARD,
            cudnnRNNMode_t(cell),
            cudnnRNNBiasMode_t::CUDNN_RNN_DOUBLE_BIAS,
            cudnnDirectionMode_t::CUDNN_BIDIRECTIONAL,
            cudnnRNNInputMode_t::CUDNN_LINEAR_INPUT,
            data_type,
            data_type,
            cudnnMathType_t::CUDNN_DEFAULT_MATH,
            INPUT as i32,
            HIDDEN as i32,
            HIDDEN as i32,
            2,
            null_mut(),
            CUDNN_RNN_PADDED_IO_ENABLED,
        ));
        for (data, vector) in [(&mut x, INPUT), (&mut y, 2 * HIDDEN)] {
            ok!(lab.cudnnCreateRNNDataDescriptor(data));
            ok!(lab.cudnnSetRNNDataDescriptor(
                *data,
                data_type,
                layout,
                TIME as c_int,
                3,
                vector as c_int,
                LENGTHS.as_ptr(),
                null_mut()
            ));
        }
        let states = lab.empty(data_type, &[4, 3, HIDDEN as c_int]).descriptor;
        let (mut weight_bytes, mut work, mut kept) = (0, 0, 0);
        ok!(lab.cudnnGetRNNWeightSpaceSize(lab.handle, rnn, &mut weight_bytes));
        ok!(lab.cudnnGetRNNTempSpaceSizes(
            lab.handle,
            rnn,
            cudnnForwardMode_t::CUDNN_FWD_MODE_TRAINING,
            x,
            &mut work,
            &mut kept
        ));
        Self {
            rnn,
            x,
            y,
            states,
            layout,
            weight_bytes,
            weights: lab.allocate(weight_bytes),
            workspace: (lab.allocate(work), work),
            reserve: (lab.allocate(kept), kept),
        }
    }

    /// Finds where the vector of a step lies in this layout.
    fn place(&self, batch: usize, time: usize) -> usize {
        match self.layout.0 {
            0 => time * 3 + batch,
            1 => {
                (0..time)
                    .map(|time| LENGTHS.iter().filter(|length| **length as usize > time).count())
                    .sum::<usize>()
                    + batch
            }
            _ => batch * TIME + time,
        }
    }

    fn steps() -> impl Iterator<Item = (usize, usize)> {
        LENGTHS
            .iter()
            .enumerate()
            .flat_map(|(batch, length)| (0..*length as usize).map(move |time| (batch, time)))
    }

    fn upload(&self, lab: &Lab, vector: usize, values: impl Fn(usize, usize, usize) -> f64) -> u64 {
        let address = lab.allocate(8 * 3 * TIME * vector);
        for (batch, time) in Self::steps() {
            for at in 0..vector {
                let place = self.place(batch, time) * vector + at;
                lab.upload(address + 8 * place as u64, &values(batch, time, at).to_le_bytes());
            }
        }
        address
    }

    fn download(&self, lab: &Lab, address: u64, vector: usize) -> Vec<f64> {
        let mut all = Vec::new();
        for (batch, time) in Self::steps() {
            let bytes = lab.download(address + (8 * self.place(batch, time) * vector) as u64, 8 * vector);
            all.extend(bytes.chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap())));
        }
        all
    }

    #[allow(clippy::too_many_arguments, reason = "they are those of cudnnRNNForward")]
    fn forward(
        &self,
        lab: &Lab,
        mode: cudnnForwardMode_t,
        x: u64,
        y: u64,
        hx: *const c_void,
        hy: *mut c_void,
        cx: *const c_void,
        cy: *mut c_void,
        lengths: *const i32,
    ) -> cudnnStatus_t {
        ask!(lab.cudnnRNNForward(
            lab.handle,
            self.rnn,
            mode,
            lengths,
            self.x,
            pointer(x),
            self.y,
            pointer(y),
            self.states,
            hx,
            hy,
            self.states,
            cx,
            cy,
            self.weight_bytes,
            pointer(self.weights),
            self.workspace.1,
            pointer(self.workspace.0),
            self.reserve.1,
            pointer(self.reserve.0),
        ))
    }
}

const TRAIN: cudnnForwardMode_t = cudnnForwardMode_t::CUDNN_FWD_MODE_TRAINING;
const INFER: cudnnForwardMode_t = cudnnForwardMode_t::CUDNN_FWD_MODE_INFERENCE;

fn numbers(lab: &Lab, address: u64, count: usize) -> Vec<f64> {
    lab.download(address, 8 * count)
        .chunks_exact(8)
        .map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
}

fn put(lab: &Lab, address: u64, values: &[f64]) {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    lab.upload(address, &bytes);
}

#[test]
fn the_gradients_of_a_network_are_its_slopes_in_every_layout() {
    let lab = Lab::new();
    for cell in 0..4 {
        let mut outputs = Vec::new();
        for layout in 0..3 {
            let network = Network::new(&lab, cell, layout, DOUBLE);
            let count = network.weight_bytes / 8;
            let weights = values(count, 1);
            put(&lab, network.weights, &weights);
            let value = |batch: usize, time: usize, at: usize| {
                ((batch * 7 + time * 5 + at * 3) % 11) as f64 / 8.0 - 0.6
            };
            let (x, y) =
                (network.upload(&lab, INPUT, value), network.upload(&lab, 2 * HIDDEN, |_, _, _| 0.0));
            let dy = network.upload(&lab, 2 * HIDDEN, |batch, time, at| value(time, at, batch));
            let states = 4 * 3 * HIDDEN;
            let [hx, cx, hy, cy, dhx, dcx] = [(); 6].map(|()| lab.allocate(8 * states));
            put(&lab, hx, &values(states, 2));
            put(&lab, cx, &values(states, 3));
            let lengths = lab.integers(&LENGTHS);
            let loss = || {
                let status = network.forward(
                    &lab,
                    TRAIN,
                    x,
                    y,
                    pointer(hx),
                    pointer(hy),
                    pointer(cx),
                    pointer(cy),
                    pointer(lengths).cast(),
                );
                assert_eq!(status, cudnnStatus_t::CUDNN_STATUS_SUCCESS, "{}", lab.last_error());
                let (y, dy) = (network.download(&lab, y, 2 * HIDDEN), network.download(&lab, dy, 2 * HIDDEN));
                y.iter().zip(&dy).map(|(y, dy)| y * dy).sum::<f64>()
            };
            let base = loss();
            outputs.push(network.download(&lab, y, 2 * HIDDEN));
            let dx = network.upload(&lab, INPUT, |_, _, _| 0.0);
            let dweights = lab.allocate(network.weight_bytes);
            put(&lab, dweights, &vec![1.0; count]);
            ok!(lab.cudnnRNNBackwardData_v8(
                lab.handle,
                network.rnn,
                null_mut(),
                network.y,
                pointer(y),
                pointer(dy),
                network.x,
                pointer(dx),
                network.states,
                pointer(hx),
                null_mut(),
                pointer(dhx),
                network.states,
                pointer(cx),
                null_mut(),
                pointer(dcx),
                network.weight_bytes,
                pointer(network.weights),
                network.workspace.1,
                pointer(network.workspace.0),
                network.reserve.1,
                pointer(network.reserve.0),
            ));
            ok!(lab.cudnnRNNBackwardWeights_v8(
                lab.handle,
                network.rnn,
                cudnnWgradMode_t::CUDNN_WGRAD_MODE_ADD,
                pointer(lengths).cast(),
                network.x,
                pointer(x),
                network.states,
                pointer(hx),
                network.y,
                pointer(y),
                network.weight_bytes,
                pointer(dweights),
                network.workspace.1,
                pointer(network.workspace.0),
                network.reserve.1,
                pointer(network.reserve.0),
            ));
            let gradients = [(x, dx, 3), (hx, dhx, states), (network.weights, dweights, count)]
                .map(|(address, gradient, count)| (address, numbers(&lab, gradient, count)));
            for (part, (address, gradient)) in gradients.iter().enumerate() {
                // What is added to was one.
                let before = if part == 2 { 1.0 } else { 0.0 };
                for at in (0..gradient.len()).step_by(gradient.len().div_ceil(9)) {
                    let place = address + 8 * at as u64;
                    let old = numbers(&lab, place, 1)[0];
                    put(&lab, place, &[old + 1e-6]);
                    let slope = (loss() - base) / 1e-6;
                    put(&lab, place, &[old]);
                    assert!(
                        (gradient[at] - before - slope).abs() < 1e-4,
                        "cell {cell}, layout {layout}, part {part}, {at}: {} and {slope}",
                        gradient[at] - before
                    );
                }
            }
        }
        assert_close(DOUBLE, &outputs[1], &outputs[0]);
        assert_close(DOUBLE, &outputs[2], &outputs[0]);
    }
    assert!(cuda_sim::take_reports().is_empty());
}

#[test]
fn matrices_and_biases_tile_the_weight_space() {
    let lab = Lab::new();
    for (cell, linear) in [(0, 2), (2, 8), (3, 6)] {
        let network = Network::new(&lab, cell, 0, FLOAT);
        let (mut taken, tensor) = (Vec::new(), lab.empty(FLOAT, &[1, 1, 1]).descriptor);
        let bias = lab.empty(FLOAT, &[1, 1, 1]).descriptor;
        for pseudo in 0..4 {
            for id in 0..linear {
                let (mut matrix_at, mut bias_at) = (null_mut(), null_mut());
                ok!(lab.cudnnGetRNNWeightParams(
                    lab.handle,
                    network.rnn,
                    pseudo,
                    network.weight_bytes,
                    pointer(network.weights),
                    id,
                    tensor,
                    &mut matrix_at,
                    bias,
                    &mut bias_at
                ));
                for (descriptor, address) in [(tensor, matrix_at), (bias, bias_at)] {
                    let mut bytes = 0;
                    ok!(lab.cudnnGetTensorSizeInBytes(descriptor, &mut bytes));
                    taken.push((address as u64 - network.weights, bytes as u64));
                }
                let (mut data_type, mut rank, mut dims, mut strides) = (FLOAT, 0, [0; 3], [0; 3]);
                ok!(lab.cudnnGetTensorNdDescriptor(
                    tensor,
                    3,
                    &mut data_type,
                    &mut rank,
                    dims.as_mut_ptr(),
                    strides.as_mut_ptr()
                ));
                let columns = if id >= linear / 2 {
                    HIDDEN
                } else if pseudo < 2 {
                    INPUT
                } else {
                    2 * HIDDEN
                };
                assert_eq!(dims, [1, HIDDEN as c_int, columns as c_int]);
            }
        }
        taken.sort_unstable();
        let mut next = 0;
        for (start, bytes) in taken {
            assert_eq!(start, next);
            next += bytes;
        }
        assert_eq!(next, network.weight_bytes as u64);
        let (mut a, mut b) = (null_mut(), null_mut());
        let unknown = ask!(lab.cudnnGetRNNWeightParams(
            lab.handle,
            network.rnn,
            4,
            network.weight_bytes,
            pointer(network.weights),
            0,
            tensor,
            &mut a,
            bias,
            &mut b
        ));
        assert_eq!(unknown, cudnnStatus_t::CUDNN_STATUS_BAD_PARAM);
    }
}

#[test]
fn spaces_that_are_too_small_are_refused() {
    let lab = Lab::new();
    let mut network = Network::new(&lab, 2, 0, DOUBLE);
    put(&lab, network.weights, &values(network.weight_bytes / 8, 1));
    let (x, y) =
        (network.upload(&lab, INPUT, |_, _, _| 0.5), network.upload(&lab, 2 * HIDDEN, |_, _, _| 0.0));
    let run = |network: &Network, mode| {
        network.forward(&lab, mode, x, y, null_mut(), null_mut(), null_mut(), null_mut(), null_mut())
    };

    assert_eq!(run(&network, TRAIN), cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    network.reserve.1 -= 1;
    assert_eq!(run(&network, TRAIN), cudnnStatus_t::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT);
    assert_eq!(run(&network, INFER), cudnnStatus_t::CUDNN_STATUS_SUCCESS);
    network.workspace.1 -= 1;
    assert_eq!(run(&network, INFER), cudnnStatus_t::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT);
}

#[test]
fn the_loss_of_labels_is_computed_from_the_host_and_from_the_device() {
    let lab = Lab::new();
    let (dims, lengths, label_lengths, labels) = ([5, 2, 4], [5, 4], [2, 1], [1, 2, 3]);
    let activations = values(40, 1);
    let probabilities = lab.tensor(FLOAT, NCHW, &dims, &activations);
    let gradients = lab.empty(FLOAT, &dims);
    let (costs, mut loss, mut bytes) = (lab.empty(FLOAT, &[1, 1, 2]), null_mut(), 0);
    let algorithm = cudnnCTCLossAlgo_t::CUDNN_CTC_LOSS_ALGO_DETERMINISTIC;
    ok!(lab.cudnnCreateCTCLossDescriptor(&mut loss));
    ok!(lab.cudnnSetCTCLossDescriptor_v9(
        loss,
        FLOAT,
        cudnnLossNormalizationMode_t::CUDNN_LOSS_NORMALIZATION_SOFTMAX,
        cudnnCTCGradMode_t::CUDNN_CTC_ZERO_OOB_GRADIENTS,
        2
    ));
    ok!(lab.cudnnGetCTCLossWorkspaceSize(
        lab.handle,
        probabilities.descriptor,
        gradients.descriptor,
        labels.as_ptr(),
        label_lengths.as_ptr(),
        lengths.as_ptr(),
        algorithm,
        loss,
        &mut bytes
    ));
    let workspace = pointer(lab.allocate(bytes));
    ok!(lab.cudnnCTCLoss(
        lab.handle,
        probabilities.descriptor,
        probabilities.pointer(),
        labels.as_ptr(),
        label_lengths.as_ptr(),
        lengths.as_ptr(),
        costs.pointer(),
        gradients.descriptor,
        gradients.pointer(),
        algorithm,
        loss,
        workspace,
        bytes
    ));
    let (from_host, found) = (lab.read(&costs), lab.read(&gradients));

    // The sum over every path that reads as the labels.
    for (sequence, wanted) in [vec![1, 2], vec![3]].iter().enumerate() {
        let steps = lengths[sequence] as usize;
        let row = |time: usize| &activations[(time * 2 + sequence) * 4..][..4];
        let mut sum = 0.0;
        for path in indices(&vec![4; steps]) {
            let mut read = path.clone();
            read.dedup();
            read.retain(|letter| *letter != 0);
            if read == *wanted {
                sum += path
                    .iter()
                    .enumerate()
                    .map(|(time, letter)| {
                        row(time)[*letter].exp() / row(time).iter().map(|x| x.exp()).sum::<f64>()
                    })
                    .product::<f64>();
            }
        }
        assert!(
            (from_host[sequence] + f64::ln(sum)).abs() < 1e-4,
            "{} and {}",
            from_host[sequence],
            -f64::ln(sum)
        );
    }
    // Behind the end of the second sequence there is nothing to learn.
    assert_eq!(found[(4 * 2 + 1) * 4..], [0.0; 4]);
    assert!(found[..4].iter().sum::<f64>().abs() < 1e-5, "the gradient of activations sums to zero");

    let [on_device, label_lengths, lengths] =
        [&labels[..], &label_lengths, &lengths].map(|values| lab.integers(values));
    ok!(lab.cudnnGetCTCLossWorkspaceSize_v8(
        lab.handle,
        algorithm,
        loss,
        probabilities.descriptor,
        gradients.descriptor,
        &mut bytes
    ));
    let workspace = pointer(lab.allocate(bytes));
    let other = lab.empty(FLOAT, &[1, 1, 2]);
    ok!(lab.cudnnCTCLoss_v8(
        lab.handle,
        algorithm,
        loss,
        probabilities.descriptor,
        probabilities.pointer(),
        pointer(on_device).cast(),
        pointer(label_lengths).cast(),
        pointer(lengths).cast(),
        other.pointer(),
        gradients.descriptor,
        gradients.pointer(),
        bytes,
        workspace
    ));
    assert_eq!(lab.read(&other), from_host);
}
