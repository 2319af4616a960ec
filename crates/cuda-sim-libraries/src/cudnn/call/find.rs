//! Searching for an algorithm: by rule, or by running all of them.
#![allow(clippy::too_many_arguments)]

use super::algorithm::{Pass, Problem, workspace_bytes};
use super::convolution::{BackwardData, BackwardFilter, Forward, problem};
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::descriptor::convolution::ConvolutionDescriptor;
use crate::cudnn::descriptor::filter::FilterDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::{Failure, Outcome, require};
use crate::cudnn::ffi::{Address, Out};
use crate::cudnn::handle::{self, Handle, Scratch};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Workspace;
use crate::cudnn::object::Ref;
use crate::cudnn::version::numbered;
use cudnn_sys::{
    cudnnConvolutionBwdDataAlgo_t as DataAlgorithm, cudnnConvolutionBwdDataAlgoPerf_t as DataPerformance,
    cudnnConvolutionBwdFilterAlgo_t as FilterAlgorithm,
    cudnnConvolutionBwdFilterAlgoPerf_t as FilterPerformance, cudnnConvolutionFwdAlgo_t as ForwardAlgorithm,
    cudnnConvolutionFwdAlgoPerf_t as ForwardPerformance, cudnnDeterminism_t as Determinism,
    cudnnMathType_t as MathType, cudnnStatus_t as Status,
};
use std::ffi::c_int;

/// What is told of an algorithm.
struct Finding {
    algorithm: u32,
    status: Status,
    /// In milliseconds; negative if it was not measured.
    time: f32,
    memory: usize,
    determinism: Determinism,
    math_type: MathType,
}

macro_rules! performance {
    ($type:ident, $algorithm:ident) => {
        impl From<Finding> for $type {
            fn from(finding: Finding) -> Self {
                Self {
                    algo: $algorithm(finding.algorithm),
                    status: numbered(finding.status),
                    time: finding.time,
                    memory: finding.memory,
                    determinism: finding.determinism,
                    mathType: finding.math_type,
                    reserved: [0; 3],
                }
            }
        }
    };
}
performance!(ForwardPerformance, ForwardAlgorithm);
performance!(DataPerformance, DataAlgorithm);
performance!(FilterPerformance, FilterAlgorithm);

/// Tells findings, as many as are asked for.
fn tell<T: From<Finding>>(
    findings: Vec<Finding>,
    requested: c_int,
    returned: Out<c_int>,
    results: Out<T>,
) -> Outcome {
    let count = findings.len().min(requested as usize);
    returned.set(count as c_int)?;
    results.set_all(findings.into_iter().take(count).map(T::from));
    Ok(())
}

fn check_request<T>(requested: c_int, returned: Out<c_int>, results: Out<T>) -> Outcome {
    returned.check("returnedAlgoCount")?;
    results.check("perfResults")?;
    require(requested > 0, format!("{requested} algorithms are asked for"))
}

/// Ranks the algorithms by rule.
fn by_rule(problem: &Problem) -> Vec<Finding> {
    let finding = |algorithm: u32| {
        let status = problem.check_algorithm(algorithm).err().map(|failure| failure.status);
        let can = status.is_none();
        Finding {
            algorithm,
            status: status.unwrap_or(Status::CUDNN_STATUS_SUCCESS),
            time: -1.0,
            memory: if can { workspace_bytes(problem, algorithm) as usize } else { 0 },
            determinism: problem.pass.determinism(algorithm),
            math_type: problem.math_type(algorithm),
        }
    };
    problem.ranking().into_iter().map(finding).collect()
}

/// The tensors of a convolution: `x` and `y` may be gradients, and one of the three is written.
struct Operands {
    x: Tensor,
    w: Tensor,
    y: Tensor,
}

fn run(handle: &Handle, problem: &Problem, operands: &Operands, workspace: Workspace) -> Outcome {
    let (geometry, alpha, beta) = (problem.geometry, 1.0, 0.0);
    let Operands { x, w, y } = *operands;
    match problem.pass {
        Pass::Forward => handle.launch(&Forward {
            geometry,
            x,
            w,
            y,
            alpha,
            beta,
            workspace,
            fused: 0,
            alpha_z: 0.0,
            z: Tensor::NONE,
            bias: Tensor::NONE,
            activation: Activation::IDENTITY,
        }),
        Pass::BackwardData => {
            handle.launch(&BackwardData { geometry, w, dy: y, dx: x, alpha, beta, workspace })
        }
        Pass::BackwardFilter => {
            handle.launch(&BackwardFilter { geometry, x, dy: y, dw: w, alpha, beta, workspace })
        }
    }
}

/// Runs every algorithm and ranks them by the time that they took. `lent` is the client's workspace; without one each gets its own.
fn by_running(
    handle: &Handle,
    problem: &Problem,
    operands: &Operands,
    lent: Option<Workspace>,
) -> Outcome<Vec<Finding>> {
    let mut findings = by_rule(problem);
    for finding in &mut findings {
        if finding.status != Status::CUDNN_STATUS_SUCCESS {
            continue;
        }
        let needed = finding.memory as u64;
        let own: Option<Scratch>;
        let workspace = match lent {
            Some(lent) if lent.bytes < needed || lent.address == 0 && needed > 0 => {
                finding.status = Status::CUDNN_STATUS_ALLOC_FAILED;
                continue;
            }
            Some(lent) => lent.address,
            None => match handle.allocate(needed) {
                Ok(scratch) => {
                    own = Some(scratch);
                    own.as_ref().map_or(0, |scratch| scratch.address)
                }
                Err(_) => {
                    finding.status = Status::CUDNN_STATUS_ALLOC_FAILED;
                    continue;
                }
            },
        };
        let workspace = Workspace { address: workspace, bytes: needed };
        // A stream that is being captured cannot be waited for; other failures are of the context, and stay.
        finding.time = handle
            .time(|| run(handle, problem, operands, workspace))
            .map_err(|failure| Failure::new(Status::CUDNN_STATUS_INTERNAL_ERROR, failure.message))?;
    }
    let rank = |finding: &Finding| (finding.status != Status::CUDNN_STATUS_SUCCESS, finding.time);
    findings.sort_by(|a, b| rank(a).0.cmp(&rank(b).0).then(rank(a).1.total_cmp(&rank(b).1)));
    Ok(findings)
}

/// Runs every algorithm on memory of the library's own.
fn by_running_alone(
    handle: &Handle,
    problem: &Problem,
    x: Ref<TensorDescriptor>,
    w: Ref<FilterDescriptor>,
    y: Ref<TensorDescriptor>,
) -> Outcome<Vec<Finding>> {
    let layouts = [x.get()?.layout()?, w.get()?.layout()?, y.get()?.layout()?];
    let mut memory = Vec::new();
    for layout in &layouts {
        memory.push(handle.allocate(layout.size_bytes())?);
    }
    let at = |index: usize| Tensor { address: memory[index].address, layout: layouts[index] };
    by_running(handle, problem, &Operands { x: at(0), w: at(1), y: at(2) }, None)
}

/// Runs every algorithm on the client's memory.
fn by_running_on(
    handle: &Handle,
    problem: &Problem,
    x: (Ref<TensorDescriptor>, Address),
    w: (Ref<FilterDescriptor>, Address),
    y: (Ref<TensorDescriptor>, Address),
    workspace: (Address, usize),
) -> Outcome<Vec<Finding>> {
    let operands = Operands {
        x: Tensor { address: x.1.get("x")?, layout: x.0.get()?.layout()? },
        w: Tensor { address: w.1.get("w")?, layout: w.0.get()?.layout()? },
        y: Tensor { address: y.1.get("y")?, layout: y.0.get()?.layout()? },
    };
    let lent = Workspace { address: workspace.0.0, bytes: workspace.1 as u64 };
    by_running(handle, problem, &operands, Some(lent))
}

/// Tells how much workspace an algorithm needs.
fn workspace_size(problem: &Problem, algorithm: u32, size: Out<usize>) -> Outcome {
    size.check("sizeInBytes")?;
    problem.check_algorithm(algorithm)?;
    size.set(workspace_bytes(problem, algorithm) as usize)
}

fn max_count(handle: Ref<Handle>, pass: Pass, count: Out<c_int>) -> Outcome {
    handle::find(handle)?;
    count.set(pass.algorithms() as c_int)
}

impl Dnn {
    pub(crate) fn cudnnGetConvolutionForwardAlgorithmMaxCount(
        handle: Ref<Handle>,
        count: Out<c_int>,
    ) -> Outcome {
        max_count(handle, Pass::Forward, count)
    }

    pub(crate) fn cudnnGetConvolutionForwardAlgorithm_v7(
        handle: Ref<Handle>,
        srcDesc: Ref<TensorDescriptor>,
        filterDesc: Ref<FilterDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        destDesc: Ref<TensorDescriptor>,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<ForwardPerformance>,
    ) -> Outcome {
        handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::Forward, srcDesc, filterDesc, convDesc, destDesc)?;
        tell(by_rule(&problem), requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnFindConvolutionForwardAlgorithm(
        handle: Ref<Handle>,
        xDesc: Ref<TensorDescriptor>,
        wDesc: Ref<FilterDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        yDesc: Ref<TensorDescriptor>,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<ForwardPerformance>,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::Forward, xDesc, wDesc, convDesc, yDesc)?;
        let findings = by_running_alone(&handle, &problem, xDesc, wDesc, yDesc)?;
        tell(findings, requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnFindConvolutionForwardAlgorithmEx(
        handle: Ref<Handle>,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        wDesc: Ref<FilterDescriptor>,
        w: Address,
        convDesc: Ref<ConvolutionDescriptor>,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<ForwardPerformance>,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::Forward, xDesc, wDesc, convDesc, yDesc)?;
        let lent = (workSpace, workSpaceSizeInBytes);
        let findings = by_running_on(&handle, &problem, (xDesc, x), (wDesc, w), (yDesc, y), lent)?;
        tell(findings, requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnGetConvolutionForwardWorkspaceSize(
        handle: Ref<Handle>,
        xDesc: Ref<TensorDescriptor>,
        wDesc: Ref<FilterDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        yDesc: Ref<TensorDescriptor>,
        algo: ForwardAlgorithm,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        workspace_size(&problem(Pass::Forward, xDesc, wDesc, convDesc, yDesc)?, algo.0, sizeInBytes)
    }

    pub(crate) fn cudnnGetConvolutionBackwardDataAlgorithmMaxCount(
        handle: Ref<Handle>,
        count: Out<c_int>,
    ) -> Outcome {
        max_count(handle, Pass::BackwardData, count)
    }

    pub(crate) fn cudnnGetConvolutionBackwardDataAlgorithm_v7(
        handle: Ref<Handle>,
        filterDesc: Ref<FilterDescriptor>,
        diffDesc: Ref<TensorDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        gradDesc: Ref<TensorDescriptor>,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<DataPerformance>,
    ) -> Outcome {
        handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::BackwardData, gradDesc, filterDesc, convDesc, diffDesc)?;
        tell(by_rule(&problem), requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnFindConvolutionBackwardDataAlgorithm(
        handle: Ref<Handle>,
        wDesc: Ref<FilterDescriptor>,
        dyDesc: Ref<TensorDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        dxDesc: Ref<TensorDescriptor>,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<DataPerformance>,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::BackwardData, dxDesc, wDesc, convDesc, dyDesc)?;
        let findings = by_running_alone(&handle, &problem, dxDesc, wDesc, dyDesc)?;
        tell(findings, requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnFindConvolutionBackwardDataAlgorithmEx(
        handle: Ref<Handle>,
        wDesc: Ref<FilterDescriptor>,
        w: Address,
        dyDesc: Ref<TensorDescriptor>,
        dy: Address,
        convDesc: Ref<ConvolutionDescriptor>,
        dxDesc: Ref<TensorDescriptor>,
        dx: Address,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<DataPerformance>,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::BackwardData, dxDesc, wDesc, convDesc, dyDesc)?;
        let lent = (workSpace, workSpaceSizeInBytes);
        let findings = by_running_on(&handle, &problem, (dxDesc, dx), (wDesc, w), (dyDesc, dy), lent)?;
        tell(findings, requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnGetConvolutionBackwardDataWorkspaceSize(
        handle: Ref<Handle>,
        wDesc: Ref<FilterDescriptor>,
        dyDesc: Ref<TensorDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        dxDesc: Ref<TensorDescriptor>,
        algo: DataAlgorithm,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        workspace_size(&problem(Pass::BackwardData, dxDesc, wDesc, convDesc, dyDesc)?, algo.0, sizeInBytes)
    }

    pub(crate) fn cudnnGetConvolutionBackwardFilterAlgorithmMaxCount(
        handle: Ref<Handle>,
        count: Out<c_int>,
    ) -> Outcome {
        max_count(handle, Pass::BackwardFilter, count)
    }

    pub(crate) fn cudnnGetConvolutionBackwardFilterAlgorithm_v7(
        handle: Ref<Handle>,
        srcDesc: Ref<TensorDescriptor>,
        diffDesc: Ref<TensorDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        gradDesc: Ref<FilterDescriptor>,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<FilterPerformance>,
    ) -> Outcome {
        handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::BackwardFilter, srcDesc, gradDesc, convDesc, diffDesc)?;
        tell(by_rule(&problem), requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnFindConvolutionBackwardFilterAlgorithm(
        handle: Ref<Handle>,
        xDesc: Ref<TensorDescriptor>,
        dyDesc: Ref<TensorDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        dwDesc: Ref<FilterDescriptor>,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<FilterPerformance>,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::BackwardFilter, xDesc, dwDesc, convDesc, dyDesc)?;
        let findings = by_running_alone(&handle, &problem, xDesc, dwDesc, dyDesc)?;
        tell(findings, requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnFindConvolutionBackwardFilterAlgorithmEx(
        handle: Ref<Handle>,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        dyDesc: Ref<TensorDescriptor>,
        y: Address,
        convDesc: Ref<ConvolutionDescriptor>,
        dwDesc: Ref<FilterDescriptor>,
        dw: Address,
        requestedAlgoCount: c_int,
        returnedAlgoCount: Out<c_int>,
        perfResults: Out<FilterPerformance>,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        check_request(requestedAlgoCount, returnedAlgoCount, perfResults)?;
        let problem = problem(Pass::BackwardFilter, xDesc, dwDesc, convDesc, dyDesc)?;
        let lent = (workSpace, workSpaceSizeInBytes);
        let findings = by_running_on(&handle, &problem, (xDesc, x), (dwDesc, dw), (dyDesc, y), lent)?;
        tell(findings, requestedAlgoCount, returnedAlgoCount, perfResults)
    }

    pub(crate) fn cudnnGetConvolutionBackwardFilterWorkspaceSize(
        handle: Ref<Handle>,
        xDesc: Ref<TensorDescriptor>,
        dyDesc: Ref<TensorDescriptor>,
        convDesc: Ref<ConvolutionDescriptor>,
        gradDesc: Ref<FilterDescriptor>,
        algo: FilterAlgorithm,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        workspace_size(
            &problem(Pass::BackwardFilter, xDesc, gradDesc, convDesc, dyDesc)?,
            algo.0,
            sizeInBytes,
        )
    }
}
