//! The functions of batch normalisation.
#![allow(clippy::too_many_arguments)]

use super::normalization_arguments::{BackwardArguments, ForwardArguments, Mode, NOTHING};
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::Outcome;
use crate::cudnn::ffi::{Address, Out, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::Ref;
use cudnn_sys::{cudnnBatchNormMode_t as BatchMode, cudnnBatchNormOps_t as BatchOps};

impl Dnn {
    pub(crate) fn cudnnDeriveBNTensorDescriptor(
        derivedBnDesc: Ref<TensorDescriptor>,
        xDesc: Ref<TensorDescriptor>,
        mode: BatchMode,
    ) -> Outcome {
        derivedBnDesc.get()?;
        derivedBnDesc.set(Mode::of_batch(mode)?.derive(&xDesc.get()?)?)
    }

    pub(crate) fn cudnnBatchNormalizationForwardInference(
        handle: Ref<Handle>,
        mode: BatchMode,
        alpha: Untyped,
        beta: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
        bnScaleBiasMeanVarDesc: Ref<TensorDescriptor>,
        bnScale: Address,
        bnBias: Address,
        estimatedMean: Address,
        estimatedVariance: Address,
        epsilon: f64,
    ) -> Outcome {
        let arguments = ForwardArguments {
            mode: Mode::of_batch(mode)?,
            ops: 0,
            alpha,
            beta,
            x: (xDesc, x),
            z: (Ref::new(0), Address(0)),
            y: (yDesc, y),
            scale_bias: (bnScaleBiasMeanVarDesc, bnScale, bnBias),
            mean_variance: bnScaleBiasMeanVarDesc,
            activation: Ref::new(0),
            epsilon,
        };
        arguments.infer(&handle::find(handle)?, estimatedMean, estimatedVariance)
    }

    pub(crate) fn cudnnBatchNormalizationForwardTraining(
        handle: Ref<Handle>,
        mode: BatchMode,
        alpha: Untyped,
        beta: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
        bnScaleBiasMeanVarDesc: Ref<TensorDescriptor>,
        bnScale: Address,
        bnBias: Address,
        exponentialAverageFactor: f64,
        resultRunningMean: Address,
        resultRunningVariance: Address,
        epsilon: f64,
        resultSaveMean: Address,
        resultSaveInvVariance: Address,
    ) -> Outcome {
        let arguments = ForwardArguments {
            mode: Mode::of_batch(mode)?,
            ops: 0,
            alpha,
            beta,
            x: (xDesc, x),
            z: (Ref::new(0), Address(0)),
            y: (yDesc, y),
            scale_bias: (bnScaleBiasMeanVarDesc, bnScale, bnBias),
            mean_variance: bnScaleBiasMeanVarDesc,
            activation: Ref::new(0),
            epsilon,
        };
        let running = (resultRunningMean, resultRunningVariance);
        let saved = (resultSaveMean, resultSaveInvVariance);
        let handle = handle::find(handle)?;
        arguments.train(&handle, exponentialAverageFactor, running, saved, NOTHING, NOTHING, false)
    }

    pub(crate) fn cudnnBatchNormalizationForwardTrainingEx(
        handle: Ref<Handle>,
        mode: BatchMode,
        bnOps: BatchOps,
        alpha: Untyped,
        beta: Untyped,
        xDesc: Ref<TensorDescriptor>,
        xData: Address,
        zDesc: Ref<TensorDescriptor>,
        zData: Address,
        yDesc: Ref<TensorDescriptor>,
        yData: Address,
        bnScaleBiasMeanVarDesc: Ref<TensorDescriptor>,
        bnScale: Address,
        bnBias: Address,
        exponentialAverageFactor: f64,
        resultRunningMean: Address,
        resultRunningVariance: Address,
        epsilon: f64,
        resultSaveMean: Address,
        resultSaveInvVariance: Address,
        activationDesc: Ref<Activation>,
        workspace: Address,
        workSpaceSizeInBytes: usize,
        reserveSpace: Address,
        reserveSpaceSizeInBytes: usize,
    ) -> Outcome {
        let arguments = ForwardArguments {
            mode: Mode::of_batch(mode)?,
            ops: bnOps.0.into(),
            alpha,
            beta,
            x: (xDesc, xData),
            z: (zDesc, zData),
            y: (yDesc, yData),
            scale_bias: (bnScaleBiasMeanVarDesc, bnScale, bnBias),
            mean_variance: bnScaleBiasMeanVarDesc,
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

    pub(crate) fn cudnnBatchNormalizationBackward(
        handle: Ref<Handle>,
        mode: BatchMode,
        alphaDataDiff: Untyped,
        betaDataDiff: Untyped,
        alphaParamDiff: Untyped,
        betaParamDiff: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        dyDesc: Ref<TensorDescriptor>,
        dy: Address,
        dxDesc: Ref<TensorDescriptor>,
        dx: Address,
        dBnScaleBiasDesc: Ref<TensorDescriptor>,
        bnScale: Address,
        dBnScaleResult: Address,
        dBnBiasResult: Address,
        epsilon: f64,
        savedMean: Address,
        savedInvVariance: Address,
    ) -> Outcome {
        let arguments = BackwardArguments {
            mode: Mode::of_batch(mode)?,
            ops: 0,
            data: (alphaDataDiff, betaDataDiff),
            parameters: (alphaParamDiff, betaParamDiff),
            x: (xDesc, x),
            dy: (dyDesc, dy),
            dz: (Ref::new(0), Address(0)),
            dx: (dxDesc, dx),
            scale_bias: (dBnScaleBiasDesc, bnScale, dBnScaleResult, dBnBiasResult),
            mean_variance: dBnScaleBiasDesc,
            saved: (savedMean, savedInvVariance),
            activation: Ref::new(0),
            epsilon,
        };
        arguments.run(&handle::find(handle)?, NOTHING, NOTHING, false)
    }

    pub(crate) fn cudnnBatchNormalizationBackwardEx(
        handle: Ref<Handle>,
        mode: BatchMode,
        bnOps: BatchOps,
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
        dBnScaleBiasDesc: Ref<TensorDescriptor>,
        bnScaleData: Address,
        _bnBiasData: Address,
        dBnScaleData: Address,
        dBnBiasData: Address,
        epsilon: f64,
        savedMean: Address,
        savedInvVariance: Address,
        activationDesc: Ref<Activation>,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
        reserveSpace: Address,
        reserveSpaceSizeInBytes: usize,
    ) -> Outcome {
        let arguments = BackwardArguments {
            mode: Mode::of_batch(mode)?,
            ops: bnOps.0.into(),
            data: (alphaDataDiff, betaDataDiff),
            parameters: (alphaParamDiff, betaParamDiff),
            x: (xDesc, xData),
            dy: (dyDesc, dyData),
            dz: (dzDesc, dzData),
            dx: (dxDesc, dxData),
            scale_bias: (dBnScaleBiasDesc, bnScaleData, dBnScaleData, dBnBiasData),
            mean_variance: dBnScaleBiasDesc,
            saved: (savedMean, savedInvVariance),
            activation: activationDesc,
            epsilon,
        };
        let (workspace, reserve) =
            ((workSpace, workSpaceSizeInBytes), (reserveSpace, reserveSpaceSizeInBytes));
        arguments.run(&handle::find(handle)?, workspace, reserve, true)
    }

    pub(crate) fn cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize(
        handle: Ref<Handle>,
        mode: BatchMode,
        bnOps: BatchOps,
        xDesc: Ref<TensorDescriptor>,
        _zDesc: Ref<TensorDescriptor>,
        _yDesc: Ref<TensorDescriptor>,
        _bnScaleBiasMeanVarDesc: Ref<TensorDescriptor>,
        activationDesc: Ref<Activation>,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        let (mode, x) = (Mode::of_batch(mode)?, xDesc.get()?);
        mode.check_ops(bnOps.0.into(), &x, activationDesc)?;
        sizeInBytes.set(mode.workspace_bytes(&x, false))
    }

    pub(crate) fn cudnnGetBatchNormalizationBackwardExWorkspaceSize(
        handle: Ref<Handle>,
        mode: BatchMode,
        bnOps: BatchOps,
        xDesc: Ref<TensorDescriptor>,
        _yDesc: Ref<TensorDescriptor>,
        _dyDesc: Ref<TensorDescriptor>,
        _dzDesc: Ref<TensorDescriptor>,
        _dxDesc: Ref<TensorDescriptor>,
        _dBnScaleBiasDesc: Ref<TensorDescriptor>,
        activationDesc: Ref<Activation>,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        let (mode, x) = (Mode::of_batch(mode)?, xDesc.get()?);
        mode.check_ops(bnOps.0.into(), &x, activationDesc)?;
        sizeInBytes.set(mode.workspace_bytes(&x, true))
    }

    pub(crate) fn cudnnGetBatchNormalizationTrainingExReserveSpaceSize(
        handle: Ref<Handle>,
        mode: BatchMode,
        bnOps: BatchOps,
        activationDesc: Ref<Activation>,
        xDesc: Ref<TensorDescriptor>,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        let (mode, x) = (Mode::of_batch(mode)?, xDesc.get()?);
        mode.check_ops(bnOps.0.into(), &x, activationDesc)?;
        sizeInBytes.set(Mode::reserve_bytes(bnOps.0.into(), &x))
    }
}
