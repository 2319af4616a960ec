//! The loss of connectionist temporal classification.
#![allow(clippy::too_many_arguments)]

use super::integers::upload;
use super::{require_alike, tensor_of};
use crate::cudnn::compute::ctc::loss;
use crate::cudnn::descriptor::ctc::CtcDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::{Failure, Outcome, require, support};
use crate::cudnn::ffi::{Address, In, Out};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::{Layout, Tensor};
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::{Memory, Workspace, load_integers, pass_through};
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::{
    cudnnCTCLossAlgo_t as Algorithm, cudnnDataType_t as DataType,
    cudnnLossNormalizationMode_t as Normalization, cudnnStatus_t as Status,
};
use std::ffi::c_int;

/// The losses of a batch, and their gradients if there is a place for them.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loss {
    /// `[time][batch][alphabet]`: probabilities, or what a softmax makes probabilities of.
    probabilities: Tensor,
    gradients: Tensor,
    costs: u64,
    labels: u64,
    label_lengths: u64,
    input_lengths: u64,
    normalizes: u64,
    /// 1 if the gradients behind a sequence's end are left as they are.
    skips_rest: u64,
    workspace: Workspace,
}

impl Loss {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let sizes = self.probabilities.layout.sizes();
        let (time, batch, alphabet) = (sizes[0], sizes[1], sizes[2]);
        let values = self.probabilities.read(memory)?;
        let lengths = |address| load_integers(memory, address, batch);
        let (label_lengths, input_lengths) = (lengths(self.label_lengths)?, lengths(self.input_lengths)?);
        let total: i64 = label_lengths.iter().map(|length| i64::from((*length).max(0))).sum();
        let labels = load_integers(memory, self.labels, total as usize)?;
        let (mut costs, mut start) = (Vec::new(), 0);
        let skips = self.skips_rest == 1 && self.gradients.is_some();
        let mut gradients = if skips { self.gradients.read(memory)? } else { vec![0.0; values.len()] };
        for sequence in 0..batch {
            let count = label_lengths[sequence].max(0) as usize;
            let own = &labels[start..start + count];
            start += count;
            let steps = input_lengths[sequence];
            if !(0..=time as i64).contains(&i64::from(steps)) {
                return Err(format!("a sequence of {steps} steps does not fit into {time}").into());
            }
            if own.iter().any(|label| !(1..alphabet as i64).contains(&i64::from(*label))) {
                return Err(
                    format!("labels {own:?} are not of an alphabet of {alphabet} with blank 0").into()
                );
            }
            let own: Vec<usize> = own.iter().map(|label| *label as usize).collect();
            let row = |time: usize| (time * batch + sequence) * alphabet;
            let logs: Vec<f64> =
                (0..steps as usize).flat_map(|time| self.logs(&values[row(time)..][..alphabet])).collect();
            let found = loss(&logs, alphabet, &own, self.normalizes == 1);
            costs.push(found.cost);
            for (time, gradient) in found.gradient.chunks_exact(alphabet).enumerate() {
                gradients[row(time)..][..alphabet].copy_from_slice(gradient);
            }
        }
        pass_through(memory, self.workspace, &mut costs)?;
        let place = Layout::dense(DataType::CUDNN_DATA_FLOAT, &[batch as u64]);
        place.write(memory, self.costs, &costs)?;
        if self.gradients.is_some() { self.gradients.write(memory, &gradients) } else { Ok(()) }
    }

    /// Returns the logarithms of one step's probabilities.
    fn logs(&self, row: &[f64]) -> Vec<f64> {
        if self.normalizes == 0 {
            return row.iter().map(|value| value.ln()).collect();
        }
        let maximum = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = row.iter().map(|value| (value - maximum).exp()).sum();
        row.iter().map(|value| value - maximum - sum.ln()).collect()
    }
}

/// Returns how many bytes the lattice of a batch takes.
fn lattice_bytes(probabilities: &TensorDescriptor, longest: usize) -> Outcome<usize> {
    let dims = &probabilities.dims;
    require(dims.len() == 3, format!("probabilities of {dims:?} have not 3 sizes"))?;
    Ok(8 * dims[0] as usize * dims[1] as usize * (2 * longest + 1))
}

/// Checks what every call is given.
fn check(
    algorithm: Algorithm,
    descriptor: &CtcDescriptor,
    probabilities: Ref<TensorDescriptor>,
    gradients: Ref<TensorDescriptor>,
) -> Outcome<TensorDescriptor> {
    require(algorithm.0 <= 1, format!("there is no algorithm {}", algorithm.0))?;
    let tensor = probabilities.get()?;
    let single =
        tensor.data_type == DataType::CUDNN_DATA_FLOAT && descriptor.compute_type == tensor.data_type;
    support(single, format!("a loss of {:?}", tensor.data_type))?;
    if let Some(gradients) = gradients.get_if_any()? {
        require(
            gradients.dims == tensor.dims,
            format!("gradients of {:?} for {:?}", gradients.dims, tensor.dims),
        )?;
    }
    Ok(tensor)
}

fn too_small(bytes: usize, needed: usize) -> Failure {
    let message = format!("a workspace of {bytes} bytes is smaller than {needed}");
    Failure::new(Status::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT, message)
}

fn gradients_of(
    probabilities: &Tensor,
    gradients: Ref<TensorDescriptor>,
    address: Address,
) -> Outcome<Tensor> {
    if address.is_null() {
        return Ok(Tensor::NONE);
    }
    let gradients = tensor_of(gradients, address, "gradients")?;
    require_alike(probabilities, &gradients, "probabilities and gradients")?;
    Ok(gradients)
}

/// Labels and lengths on the host, as the older form takes them.
struct HostLabels {
    labels: Vec<i32>,
    label_lengths: Vec<i32>,
    input_lengths: Vec<i32>,
}

impl HostLabels {
    fn read(
        batch: usize,
        labels: In<c_int>,
        label_lengths: In<c_int>,
        input_lengths: In<c_int>,
    ) -> Outcome<Self> {
        let label_lengths = label_lengths.array(batch, "labelLengths")?;
        let input_lengths = input_lengths.array(batch, "inputLengths")?;
        let negative = label_lengths.iter().any(|length| *length < 0);
        require(!negative, format!("labels of lengths {label_lengths:?}"))?;
        // Longer labels do not fit into the kernels of a device.
        support(
            label_lengths.iter().all(|length| *length <= 256),
            format!("labels of lengths {label_lengths:?}"),
        )?;
        let total = label_lengths.iter().map(|length| *length as usize).sum();
        Ok(Self { labels: labels.array(total, "labels")?, label_lengths, input_lengths })
    }

    fn longest(&self) -> usize {
        self.label_lengths.iter().copied().max().unwrap_or(0) as usize
    }

    fn bytes(&self) -> usize {
        (4 * (self.labels.len() + 2 * self.label_lengths.len())).next_multiple_of(256)
    }
}

impl Dnn {
    pub(crate) fn cudnnGetCTCLossWorkspaceSize(
        handle: Ref<Handle>,
        probsDesc: Ref<TensorDescriptor>,
        gradientsDesc: Ref<TensorDescriptor>,
        labels: In<c_int>,
        labelLengths: In<c_int>,
        inputLengths: In<c_int>,
        algo: Algorithm,
        ctcLossDesc: Ref<CtcDescriptor>,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        sizeInBytes.check("sizeInBytes")?;
        let tensor = check(algo, &ctcLossDesc.get()?, probsDesc, gradientsDesc)?;
        lattice_bytes(&tensor, 0)?;
        let host = HostLabels::read(tensor.dims[1] as usize, labels, labelLengths, inputLengths)?;
        sizeInBytes.set(host.bytes() + lattice_bytes(&tensor, host.longest())?)
    }

    pub(crate) fn cudnnCTCLoss(
        handle: Ref<Handle>,
        probsDesc: Ref<TensorDescriptor>,
        probs: Address,
        hostLabels: In<c_int>,
        hostLabelLengths: In<c_int>,
        hostInputLengths: In<c_int>,
        costs: Address,
        gradientsDesc: Ref<TensorDescriptor>,
        gradients: Address,
        algo: Algorithm,
        ctcLossDesc: Ref<CtcDescriptor>,
        workspace: Address,
        workSpaceSizeInBytes: usize,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let descriptor = ctcLossDesc.get()?;
        let tensor = check(algo, &descriptor, probsDesc, gradientsDesc)?;
        lattice_bytes(&tensor, 0)?;
        let batch = tensor.dims[1] as usize;
        let host = HostLabels::read(batch, hostLabels, hostLabelLengths, hostInputLengths)?;
        let lattice = lattice_bytes(&tensor, host.longest())?;
        let needed = host.bytes() + lattice;
        if workSpaceSizeInBytes < needed {
            return Err(too_small(workSpaceSizeInBytes, needed));
        }
        let head = workspace.get("the workspace")?;
        let probabilities = tensor_of(probsDesc, probs, "probs")?;
        let loss = Loss {
            probabilities,
            gradients: gradients_of(&probabilities, gradientsDesc, gradients)?,
            costs: costs.get("costs")?,
            labels: head + 8 * batch as u64,
            label_lengths: head,
            input_lengths: head + 4 * batch as u64,
            normalizes: u64::from(
                descriptor.normalization == Normalization::CUDNN_LOSS_NORMALIZATION_SOFTMAX,
            ),
            skips_rest: descriptor.grad_mode.into(),
            workspace: Workspace { address: head + host.bytes() as u64, bytes: lattice as u64 },
        };
        let all: Vec<i32> = [host.label_lengths, host.input_lengths, host.labels].concat();
        upload(&handle, head, &all)?;
        handle.launch(&loss)
    }

    pub(crate) fn cudnnGetCTCLossWorkspaceSize_v8(
        handle: Ref<Handle>,
        algo: Algorithm,
        ctcLossDesc: Ref<CtcDescriptor>,
        probsDesc: Ref<TensorDescriptor>,
        gradientsDesc: Ref<TensorDescriptor>,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        sizeInBytes.check("sizeInBytes")?;
        let descriptor = ctcLossDesc.get()?;
        let tensor = check(algo, &descriptor, probsDesc, gradientsDesc)?;
        sizeInBytes.set(lattice_bytes(&tensor, descriptor.max_label_length as usize)?)
    }

    pub(crate) fn cudnnCTCLoss_v8(
        handle: Ref<Handle>,
        algo: Algorithm,
        ctcLossDesc: Ref<CtcDescriptor>,
        probsDesc: Ref<TensorDescriptor>,
        probs: Address,
        labels: Address,
        labelLengths: Address,
        inputLengths: Address,
        costs: Address,
        gradientsDesc: Ref<TensorDescriptor>,
        gradients: Address,
        workSpaceSizeInBytes: usize,
        workspace: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let descriptor = ctcLossDesc.get()?;
        let tensor = check(algo, &descriptor, probsDesc, gradientsDesc)?;
        let needed = lattice_bytes(&tensor, descriptor.max_label_length as usize)?;
        if workSpaceSizeInBytes < needed {
            return Err(too_small(workSpaceSizeInBytes, needed));
        }
        let probabilities = tensor_of(probsDesc, probs, "probs")?;
        handle.launch(&Loss {
            probabilities,
            gradients: gradients_of(&probabilities, gradientsDesc, gradients)?,
            costs: costs.get("costs")?,
            labels: labels.get("labels")?,
            label_lengths: labelLengths.get("labelLengths")?,
            input_lengths: inputLengths.get("inputLengths")?,
            normalizes: u64::from(
                descriptor.normalization == Normalization::CUDNN_LOSS_NORMALIZATION_SOFTMAX,
            ),
            skips_rest: descriptor.grad_mode.into(),
            workspace: Workspace { address: workspace.get("the workspace")?, bytes: needed as u64 },
        })
    }
}
