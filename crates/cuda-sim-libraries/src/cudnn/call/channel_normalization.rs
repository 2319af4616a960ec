//! The functions of normalisation, a generation later than those of batch normalisation: statistics and parameters have descriptors of
//! their own.
#![allow(clippy::too_many_arguments)]

use super::normalization_arguments::{BackwardArguments, ForwardArguments, Mode};
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::Outcome;
use crate::cudnn::ffi::{Address, Out, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::Ref;
use cudnn_sys::{cudnnNormAlgo_t as NormAlgorithm, cudnnNormMode_t as NormMode, cudnnNormOps_t as NormOps};
use std::ffi::c_int;

impl Dnn {
    pub(crate) fn cudnnDeriveNormTensorDescriptor(
        derivedNormScaleBiasDesc: Ref<TensorDescriptor>,
        derivedNormMeanVarDesc: Ref<TensorDescriptor>,
        xDesc: Ref<TensorDescriptor>,
        mode: NormMode,
        groupCnt: c_int,
    ) -> Outcome {
        let mode = Mode::of_norm(mode, NormAlgorithm::CUDNN_NORM_ALGO_STANDARD, groupCnt)?;
        derivedNormScaleBiasDesc.get()?;
        derivedNormMeanVarDesc.get()?;
        let derived = mode.derive(&xDesc.get()?)?;
        derivedNormScaleBiasDesc.set(derived.clone())?;
        derivedNormMeanVarDesc.set(derived)
    }

    pub(crate) fn cudnnNormalizationForwardInference(
        handle: Ref<Handle>,
        mode: NormMode,
        normOps: NormOps,
        algo: NormAlgorithm,
        alpha: Untyped,
        beta: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        normScaleBiasDesc: Ref<TensorDescriptor>,
        normScale: Address,
        normBias: Address,
        normMeanVarDesc: Ref<TensorDescriptor>,
        estimatedMean: Address,
        estimatedVariance: Address,
        zDesc: Ref<TensorDescriptor>,
        z: Address,
        activationDesc: Ref<Activation>,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
        epsilon: f64,
        groupCnt: c_int,
    ) -> Outcome {
        let arguments = ForwardArguments {
            mode: Mode::of_norm(mode, algo, groupCnt)?,
            ops: normOps.0.into(),
            alpha,
            beta,
            x: (xDesc, x),
            z: (zDesc, z),
            y: (yDesc, y),
            scale_bias: (normScaleBiasDesc, normScale, normBias),
            mean_variance: normMeanVarDesc,
            activation: activationDesc,
            epsilon,
        };
        arguments.infer(&handle::find(handle)?, estimatedMean, estimatedVariance)
    }

    pub(crate) fn cudnnNormalizationForwardTraining(
        handle: Ref<Handle>,
        mode: NormMode,
        normOps: NormOps,
        algo: NormAlgorithm,
        alpha: Untyped,
        beta: Untyped,
        xDesc: Ref<TensorDescriptor>,
        xData: Address,
        normScaleBiasDesc: Ref<TensorDescriptor>,
        normScale: Address,
        normBias: Address,
        exponentialAverageFactor: f64,
        normMeanVarDesc: Ref<TensorDescriptor>,
        resultRunningMean: Address,
        resultRunningVariance: Address,
        epsilon: f64,
        resultSaveMean: Address,
        resultSaveInvVariance: Address,
        activationDesc: Ref<Activation>,
        zDesc: Ref<TensorDescriptor>,
        zData: Address,
        yDesc: Ref<TensorDescriptor>,
        yData: Address,
        workspace: Address,
        workSpaceSizeInBytes: usize,
        reserveSpace: Address,
        reserveSpaceSizeInBytes: usize,
        groupCnt: c_int,
    ) -> Outcome {
        let arguments = ForwardArguments {
            mode: Mode::of_norm(mode, algo, groupCnt)?,
            ops: normOps.0.into(),
            alpha,
            beta,
            x: (xDesc, xData),
            z: (zDesc, zData),
            y: (yDesc, yData),
            scale_bias: (normScaleBiasDesc, normScale, normBias),
            mean_variance: normMeanVarDesc,
            activation: activationDesc,
            epsilon,
        };
        let running = (resultRunningMean, resultRunningVariance);
        let saved = (resultSaveMean, resultSaveInvVariance);
        let (workspace, reserve) =
            ((workspace, workSpaceSizeInBytes), (reserveSpace, reserveSpaceSizeInBytes));
        let handle = handle::find(handle)?;
        arguments.train(&handle, exponentialAverageFactor, running, saved, workspace, reserve, true)
    }

    pub(crate) fn cudnnNormalizationBackward(
        handle: Ref<Handle>,
        mode: NormMode,
        normOps: NormOps,
        algo: NormAlgorithm,
        alphaDataDiff: Untyped,
        betaDataDiff: Untyped,
        alphaParamDiff: Untyped,
        betaParamDiff: Untyped,
        xDesc: Ref<TensorDescriptor>,
        xData: Address,
        _yDesc: Ref<TensorDescriptor>,
        _yData: Address,
        dyDesc: Ref<TensorDescriptor>,
        dyData: Address,
        dzDesc: Ref<TensorDescriptor>,
        dzData: Address,
        dxDesc: Ref<TensorDescriptor>,
        dxData: Address,
        dNormScaleBiasDesc: Ref<TensorDescriptor>,
        normScaleData: Address,
        _normBiasData: Address,
        dNormScaleData: Address,
        dNormBiasData: Address,
        epsilon: f64,
        normMeanVarDesc: Ref<TensorDescriptor>,
        savedMean: Address,
        savedInvVariance: Address,
        activationDesc: Ref<Activation>,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
        reserveSpace: Address,
        reserveSpaceSizeInBytes: usize,
        groupCnt: c_int,
    ) -> Outcome {
        let arguments = BackwardArguments {
            mode: Mode::of_norm(mode, algo, groupCnt)?,
            ops: normOps.0.into(),
            data: (alphaDataDiff, betaDataDiff),
            parameters: (alphaParamDiff, betaParamDiff),
            x: (xDesc, xData),
            dy: (dyDesc, dyData),
            dz: (dzDesc, dzData),
            dx: (dxDesc, dxData),
            scale_bias: (dNormScaleBiasDesc, normScaleData, dNormScaleData, dNormBiasData),
            mean_variance: normMeanVarDesc,
            saved: (savedMean, savedInvVariance),
            activation: activationDesc,
            epsilon,
        };
        let (workspace, reserve) =
            ((workSpace, workSpaceSizeInBytes), (reserveSpace, reserveSpaceSizeInBytes));
        arguments.run(&handle::find(handle)?, workspace, reserve, true)
    }

    pub(crate) fn cudnnGetNormalizationForwardTrainingWorkspaceSize(
        handle: Ref<Handle>,
        mode: NormMode,
        normOps: NormOps,
        algo: NormAlgorithm,
        xDesc: Ref<TensorDescriptor>,
        _zDesc: Ref<TensorDescriptor>,
        _yDesc: Ref<TensorDescriptor>,
        _normScaleBiasDesc: Ref<TensorDescriptor>,
        activationDesc: Ref<Activation>,
        _normMeanVarDesc: Ref<TensorDescriptor>,
        sizeInBytes: Out<usize>,
        groupCnt: c_int,
    ) -> Outcome {
        handle::find(handle)?;
        let (mode, x) = (Mode::of_norm(mode, algo, groupCnt)?, xDesc.get()?);
        mode.check_ops(normOps.0.into(), &x, activationDesc)?;
        sizeInBytes.set(mode.workspace_bytes(&x, false))
    }

    pub(crate) fn cudnnGetNormalizationBackwardWorkspaceSize(
        handle: Ref<Handle>,
        mode: NormMode,
        normOps: NormOps,
        algo: NormAlgorithm,
        xDesc: Ref<TensorDescriptor>,
        _yDesc: Ref<TensorDescriptor>,
        _dyDesc: Ref<TensorDescriptor>,
        _dzDesc: Ref<TensorDescriptor>,
        _dxDesc: Ref<TensorDescriptor>,
        _dNormScaleBiasDesc: Ref<TensorDescriptor>,
        activationDesc: Ref<Activation>,
        _normMeanVarDesc: Ref<TensorDescriptor>,
        sizeInBytes: Out<usize>,
        groupCnt: c_int,
    ) -> Outcome {
        handle::find(handle)?;
        let (mode, x) = (Mode::of_norm(mode, algo, groupCnt)?, xDesc.get()?);
        mode.check_ops(normOps.0.into(), &x, activationDesc)?;
        sizeInBytes.set(mode.workspace_bytes(&x, true))
    }

    pub(crate) fn cudnnGetNormalizationTrainingReserveSpaceSize(
        handle: Ref<Handle>,
        mode: NormMode,
        normOps: NormOps,
        algo: NormAlgorithm,
        activationDesc: Ref<Activation>,
        xDesc: Ref<TensorDescriptor>,
        sizeInBytes: Out<usize>,
        groupCnt: c_int,
    ) -> Outcome {
        handle::find(handle)?;
        let (mode, x) = (Mode::of_norm(mode, algo, groupCnt)?, xDesc.get()?);
        mode.check_ops(normOps.0.into(), &x, activationDesc)?;
        sizeInBytes.set(Mode::reserve_bytes(normOps.0.into(), &x))
    }
}
