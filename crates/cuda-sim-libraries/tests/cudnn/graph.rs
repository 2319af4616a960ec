use crate::support::*;
use cudnn_sys::{
    cudnnBackendAttributeName_t as Name, cudnnBackendAttributeType_t as Type,
    cudnnBackendDescriptorType_t as Kind, *,
};
use std::ffi::c_void;
use std::ptr::null_mut;

use cudnnStatus_t as S;

/// Makes descriptors of the graph API.
struct Backend<'a>(&'a Lab);

impl Backend<'_> {
    fn create(&self, kind: Kind) -> cudnnBackendDescriptor_t {
        let (lab, mut descriptor) = (self.0, null_mut());
        ok!(lab.cudnnBackendCreateDescriptor(kind, &mut descriptor));
        descriptor
    }

    fn try_set<T>(&self, descriptor: cudnnBackendDescriptor_t, name: Name, of: Type, values: &[T]) -> S {
        let lab = self.0;
        ask!(lab.cudnnBackendSetAttribute(descriptor, name, of, values.len() as i64, values.as_ptr().cast()))
    }

    #[track_caller]
    fn set<T>(&self, descriptor: cudnnBackendDescriptor_t, name: Name, of: Type, values: &[T]) {
        let status = self.try_set(descriptor, name, of, values);
        assert_eq!(status, S::CUDNN_STATUS_SUCCESS, "{name:?}: {}", self.0.last_error());
    }

    fn finalize(&self, descriptor: cudnnBackendDescriptor_t) -> S {
        let lab = self.0;
        ask!(lab.cudnnBackendFinalize(descriptor))
    }

    #[track_caller]
    fn finish(&self, descriptor: cudnnBackendDescriptor_t) -> cudnnBackendDescriptor_t {
        let status = self.finalize(descriptor);
        assert_eq!(status, S::CUDNN_STATUS_SUCCESS, "{}", self.0.last_error());
        descriptor
    }

    fn get<T: Clone>(
        &self,
        descriptor: cudnnBackendDescriptor_t,
        name: Name,
        of: Type,
        places: &mut [T],
    ) -> i64 {
        let (lab, mut count) = (self.0, -1);
        ok!(lab.cudnnBackendGetAttribute(
            descriptor,
            name,
            of,
            places.len() as i64,
            &mut count,
            places.as_mut_ptr().cast()
        ));
        count
    }

    fn tensor(
        &self,
        id: i64,
        data_type: cudnnDataType_t,
        dims: &[i64],
        flags: [bool; 2],
    ) -> cudnnBackendDescriptor_t {
        let mut strides = vec![1; dims.len()];
        (1..dims.len()).rev().for_each(|axis| strides[axis - 1] = strides[axis] * dims[axis]);
        let tensor = self.create(Kind::CUDNN_BACKEND_TENSOR_DESCRIPTOR);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_DATA_TYPE, Type::CUDNN_TYPE_DATA_TYPE, &[data_type]);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_DIMENSIONS, Type::CUDNN_TYPE_INT64, dims);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_STRIDES, Type::CUDNN_TYPE_INT64, &strides);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_INT64, &[id]);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, Type::CUDNN_TYPE_INT64, &[16i64]);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_IS_VIRTUAL, Type::CUDNN_TYPE_BOOLEAN, &[flags[0]]);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_IS_BY_VALUE, Type::CUDNN_TYPE_BOOLEAN, &[flags[1]]);
        self.finish(tensor)
    }

    fn convolution(
        &self,
        x: cudnnBackendDescriptor_t,
        w: cudnnBackendDescriptor_t,
        y: cudnnBackendDescriptor_t,
    ) -> cudnnBackendDescriptor_t {
        let node = self.create(Kind::CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
        self.set(node, Name::CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, Type::CUDNN_TYPE_INT64, &[2i64]);
        self.set(node, Name::CUDNN_ATTR_CONVOLUTION_COMP_TYPE, Type::CUDNN_TYPE_DATA_TYPE, &[FLOAT]);
        self.set(
            node,
            Name::CUDNN_ATTR_CONVOLUTION_CONV_MODE,
            Type::CUDNN_TYPE_CONVOLUTION_MODE,
            &[cudnnConvolutionMode_t::CUDNN_CROSS_CORRELATION],
        );
        // One more place of padding behind than before.
        self.set(node, Name::CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, Type::CUDNN_TYPE_INT64, &[0i64, 1]);
        self.set(node, Name::CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, Type::CUDNN_TYPE_INT64, &[1i64, 1]);
        self.set(node, Name::CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, Type::CUDNN_TYPE_INT64, &[1i64, 1]);
        self.set(node, Name::CUDNN_ATTR_CONVOLUTION_DILATIONS, Type::CUDNN_TYPE_INT64, &[1i64, 1]);
        let operation = self.create(Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
        let of = Type::CUDNN_TYPE_BACKEND_DESCRIPTOR;
        self.set(
            operation,
            Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
            of,
            &[self.finish(node)],
        );
        self.set(operation, Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, of, &[x]);
        self.set(operation, Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, of, &[w]);
        self.set(operation, Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, of, &[y]);
        self.set(
            operation,
            Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
            Type::CUDNN_TYPE_FLOAT,
            &[2.0f32],
        );
        self.set(
            operation,
            Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA,
            Type::CUDNN_TYPE_FLOAT,
            &[0.0f32],
        );
        self.finish(operation)
    }

    fn pointwise(
        &self,
        mode: cudnnPointwiseMode_t,
        x: cudnnBackendDescriptor_t,
        b: Option<cudnnBackendDescriptor_t>,
        y: cudnnBackendDescriptor_t,
    ) -> cudnnBackendDescriptor_t {
        let function = self.create(Kind::CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
        self.set(function, Name::CUDNN_ATTR_POINTWISE_MODE, Type::CUDNN_TYPE_POINTWISE_MODE, &[mode]);
        self.set(function, Name::CUDNN_ATTR_POINTWISE_MATH_PREC, Type::CUDNN_TYPE_DATA_TYPE, &[FLOAT]);
        let (operation, of) = (
            self.create(Kind::CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR),
            Type::CUDNN_TYPE_BACKEND_DESCRIPTOR,
        );
        self.set(operation, Name::CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, of, &[self.finish(function)]);
        self.set(operation, Name::CUDNN_ATTR_OPERATION_POINTWISE_XDESC, of, &[x]);
        if let Some(b) = b {
            self.set(operation, Name::CUDNN_ATTR_OPERATION_POINTWISE_BDESC, of, &[b]);
        }
        self.set(operation, Name::CUDNN_ATTR_OPERATION_POINTWISE_YDESC, of, &[y]);
        self.finish(operation)
    }

    fn graph(&self, operations: &[cudnnBackendDescriptor_t]) -> cudnnBackendDescriptor_t {
        let graph = self.create(Kind::CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
        self.set(graph, Name::CUDNN_ATTR_OPERATIONGRAPH_HANDLE, Type::CUDNN_TYPE_HANDLE, &[self.0.handle]);
        self.set(graph, Name::CUDNN_ATTR_OPERATIONGRAPH_OPS, Type::CUDNN_TYPE_BACKEND_DESCRIPTOR, operations);
        graph
    }

    /// Returns the configurations that a heuristic gives.
    fn configs(
        &self,
        graph: cudnnBackendDescriptor_t,
        mode: cudnnBackendHeurMode_t,
    ) -> Vec<cudnnBackendDescriptor_t> {
        let search = self.create(Kind::CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
        self.set(
            search,
            Name::CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH,
            Type::CUDNN_TYPE_BACKEND_DESCRIPTOR,
            &[graph],
        );
        self.set(search, Name::CUDNN_ATTR_ENGINEHEUR_MODE, Type::CUDNN_TYPE_HEUR_MODE, &[mode]);
        self.finish(search);
        let of = Type::CUDNN_TYPE_BACKEND_DESCRIPTOR;
        let count = self.get::<*mut c_void>(search, Name::CUDNN_ATTR_ENGINEHEUR_RESULTS, of, &mut []);
        let mut configs: Vec<_> =
            (0..count).map(|_| self.create(Kind::CUDNN_BACKEND_ENGINECFG_DESCRIPTOR)).collect();
        assert_eq!(self.get(search, Name::CUDNN_ATTR_ENGINEHEUR_RESULTS, of, &mut configs), count);
        configs
    }

    fn plan(&self, config: cudnnBackendDescriptor_t) -> (cudnnBackendDescriptor_t, usize) {
        let plan = self.create(Kind::CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
        self.set(plan, Name::CUDNN_ATTR_EXECUTION_PLAN_HANDLE, Type::CUDNN_TYPE_HANDLE, &[self.0.handle]);
        self.set(
            plan,
            Name::CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG,
            Type::CUDNN_TYPE_BACKEND_DESCRIPTOR,
            &[config],
        );
        let mut bytes = [0i64];
        self.get(
            self.finish(plan),
            Name::CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE,
            Type::CUDNN_TYPE_INT64,
            &mut bytes,
        );
        (plan, bytes[0] as usize)
    }

    fn execute(&self, plan: cudnnBackendDescriptor_t, tensors: &[(i64, *mut c_void)], workspace: u64) -> S {
        let (lab, pack) = (self.0, self.create(Kind::CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR));
        let (ids, addresses): (Vec<i64>, Vec<*mut c_void>) = tensors.iter().copied().unzip();
        self.set(pack, Name::CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, Type::CUDNN_TYPE_INT64, &ids);
        self.set(pack, Name::CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, Type::CUDNN_TYPE_VOID_PTR, &addresses);
        self.set(
            pack,
            Name::CUDNN_ATTR_VARIANT_PACK_WORKSPACE,
            Type::CUDNN_TYPE_VOID_PTR,
            &[pointer(workspace)],
        );
        self.finish(pack);
        ask!(lab.cudnnBackendExecute(lab.handle, plan, pack))
    }
}

const X: [i64; 4] = [2, 3, 5, 5];
const W: [i64; 4] = [4, 3, 2, 3];
const Y: [i64; 4] = [2, 4, 5, 5];

/// Computes relu(2 * conv(x, w) + bias) * scale by loops.
fn expected(x: &[f64], w: &[f64], bias: &[f64], scale: f64) -> Vec<f64> {
    let mut all = Vec::new();
    for index in indices(&Y.map(|size| size as i32)) {
        let mut sum = 0.0;
        for tap in indices(&[3, 2, 3]) {
            let (row, column) = (index[2] + tap[1], index[3] + tap[2]);
            if row < 5 && (1..6).contains(&column) {
                sum += x[((index[0] * 3 + tap[0]) * 5 + row) * 5 + column - 1]
                    * w[((index[1] * 3 + tap[0]) * 2 + tap[1]) * 3 + tap[2]];
            }
        }
        all.push((2.0 * sum + bias[index[1]]).max(0.0) * scale);
    }
    all
}

/// A convolution, a bias, a rectifier and a factor from the host, in a graph whose operations are given in the wrong order.
fn fused(backend: &Backend<'_>, data_type: cudnnDataType_t) -> cudnnBackendDescriptor_t {
    let tensor = |id, dims: &[i64], is_virtual| backend.tensor(id, data_type, dims, [is_virtual, false]);
    let (x, w, bias, y) =
        (tensor(1, &X, false), tensor(2, &W, false), tensor(3, &[1, 4, 1, 1], false), tensor(7, &Y, false));
    let between: Vec<_> = (4..7).map(|id| backend.tensor(id, FLOAT, &Y, [true, false])).collect();
    let factor = backend.tensor(8, FLOAT, &[1, 1, 1, 1], [false, true]);
    let operations = [
        backend.pointwise(cudnnPointwiseMode_t::CUDNN_POINTWISE_MUL, between[2], Some(factor), y),
        backend.pointwise(cudnnPointwiseMode_t::CUDNN_POINTWISE_RELU_FWD, between[1], None, between[2]),
        backend.convolution(x, w, between[0]),
        backend.pointwise(cudnnPointwiseMode_t::CUDNN_POINTWISE_ADD, between[0], Some(bias), between[1]),
    ];
    backend.finish(backend.graph(&operations))
}

#[test]
fn every_engine_of_a_fused_graph_computes_what_the_operations_say() {
    let lab = Lab::new();
    let backend = Backend(&lab);
    for data_type in [FLOAT, HALF] {
        let (x, w, bias) = (values(150, 1), values(72, 2), values(4, 3));
        let wanted = expected(&x, &w, &bias, 0.75);
        let graph = fused(&backend, data_type);
        let [x, w] = [(X, x), (W, w)]
            .map(|(dims, values)| lab.tensor(data_type, NCHW, &dims.map(|size| size as i32), &values));
        let bias = lab.tensor(data_type, NCHW, &[1, 4, 1, 1], &bias);
        let mut scale = 0.75f32;
        let mut notes = Vec::new();
        let mut sizes = Vec::new();
        for mode in [
            cudnnBackendHeurMode_t::CUDNN_HEUR_MODE_A,
            cudnnBackendHeurMode_t::CUDNN_HEUR_MODE_B,
            cudnnBackendHeurMode_t::CUDNN_HEUR_MODE_FALLBACK,
        ] {
            for config in backend.configs(graph, mode) {
                let engine = backend.create(Kind::CUDNN_BACKEND_ENGINE_DESCRIPTOR);
                backend.get(
                    config,
                    Name::CUDNN_ATTR_ENGINECFG_ENGINE,
                    Type::CUDNN_TYPE_BACKEND_DESCRIPTOR,
                    &mut [engine],
                );
                let mut note = [cudnnBackendNumericalNote_t(99); 4];
                let count = backend.get(
                    engine,
                    Name::CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                    Type::CUDNN_TYPE_NUMERICAL_NOTE,
                    &mut note,
                );
                notes.extend_from_slice(&note[..count as usize]);
                let (plan, bytes) = backend.plan(config);
                sizes.push(bytes);
                let y = lab.empty(data_type, &Y.map(|size| size as i32));
                let tensors = [
                    (1, x.pointer()),
                    (2, w.pointer()),
                    (3, bias.pointer()),
                    (7, y.pointer()),
                    (8, (&raw mut scale).cast()),
                ];

                assert_eq!(backend.execute(plan, &tensors, lab.allocate(bytes)), S::CUDNN_STATUS_SUCCESS);

                assert_close(data_type, &lab.read(&y), &wanted);
            }
        }
        let cores = notes.contains(&cudnnBackendNumericalNote_t::CUDNN_NUMERICAL_NOTE_TENSOR_CORE);
        assert_eq!(cores, data_type == HALF);
        assert!(notes.contains(&cudnnBackendNumericalNote_t::CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC));
        sizes.sort_unstable();
        sizes.dedup();
        assert!(sizes.len() >= 2, "{sizes:?}");
    }
    assert!(cuda_sim::take_reports().is_empty());
}

#[test]
fn a_product_and_a_reduction_run_in_one_graph() {
    let lab = Lab::new();
    let backend = Backend(&lab);
    let (a, b) = (values(2 * 3 * 4, 1), values(4 * 5, 2));
    let [ta, tb] = [(1, vec![2, 3, 4]), (2, vec![1, 4, 5])]
        .map(|(id, dims)| backend.tensor(id, FLOAT, &dims, [false, false]));
    let (product, sum) = (
        backend.tensor(3, FLOAT, &[2, 3, 5], [true, false]),
        backend.tensor(4, FLOAT, &[2, 1, 5], [false, false]),
    );
    let of = Type::CUDNN_TYPE_BACKEND_DESCRIPTOR;
    let matmul = backend.create(Kind::CUDNN_BACKEND_MATMUL_DESCRIPTOR);
    backend.set(matmul, Name::CUDNN_ATTR_MATMUL_COMP_TYPE, Type::CUDNN_TYPE_DATA_TYPE, &[FLOAT]);
    let first = backend.create(Kind::CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR);
    backend.set(first, Name::CUDNN_ATTR_OPERATION_MATMUL_ADESC, of, &[ta]);
    backend.set(first, Name::CUDNN_ATTR_OPERATION_MATMUL_BDESC, of, &[tb]);
    backend.set(first, Name::CUDNN_ATTR_OPERATION_MATMUL_CDESC, of, &[product]);
    backend.set(first, Name::CUDNN_ATTR_OPERATION_MATMUL_DESC, of, &[backend.finish(matmul)]);
    let reduction = backend.create(Kind::CUDNN_BACKEND_REDUCTION_DESCRIPTOR);
    backend.set(
        reduction,
        Name::CUDNN_ATTR_REDUCTION_OPERATOR,
        Type::CUDNN_TYPE_REDUCTION_OPERATOR_TYPE,
        &[cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_ADD],
    );
    backend.set(reduction, Name::CUDNN_ATTR_REDUCTION_COMP_TYPE, Type::CUDNN_TYPE_DATA_TYPE, &[FLOAT]);
    let second = backend.create(Kind::CUDNN_BACKEND_OPERATION_REDUCTION_DESCRIPTOR);
    backend.set(second, Name::CUDNN_ATTR_OPERATION_REDUCTION_XDESC, of, &[product]);
    backend.set(second, Name::CUDNN_ATTR_OPERATION_REDUCTION_YDESC, of, &[sum]);
    backend.set(second, Name::CUDNN_ATTR_OPERATION_REDUCTION_DESC, of, &[backend.finish(reduction)]);
    let graph = backend.finish(backend.graph(&[backend.finish(first), backend.finish(second)]));
    let config = backend.configs(graph, cudnnBackendHeurMode_t::CUDNN_HEUR_MODE_A)[0];
    let (plan, bytes) = backend.plan(config);
    let [ma, mb] = [(vec![2, 3, 4], &a), (vec![1, 4, 5], &b)]
        .map(|(dims, values)| lab.tensor(FLOAT, NCHW, &dims, values));
    let mc = lab.empty(FLOAT, &[2, 1, 5]);

    let status = backend.execute(
        plan,
        &[(1, ma.pointer()), (2, mb.pointer()), (4, mc.pointer())],
        lab.allocate(bytes),
    );

    assert_eq!(status, S::CUDNN_STATUS_SUCCESS, "{}", lab.last_error());
    let at = |batch: usize, column: usize| -> f64 {
        (0..3)
            .flat_map(|row| (0..4).map(move |k| (row, k)))
            .map(|(row, k)| a[(batch * 3 + row) * 4 + k] * b[k * 5 + column])
            .sum()
    };
    let wanted: Vec<f64> = (0..10).map(|index| at(index / 5, index % 5)).collect();
    assert_close(FLOAT, &lab.read(&mc), &wanted);
}

#[test]
fn what_is_wrong_with_a_graph_is_told_by_its_status() {
    let lab = Lab::new();
    let backend = Backend(&lab);
    let lone = backend.create(Kind::CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    assert_eq!(
        backend.try_set(lone, Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_FLOAT, &[1.0f32]),
        S::CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE
    );
    assert_eq!(
        backend.try_set(lone, Name::CUDNN_ATTR_CONVOLUTION_DILATIONS, Type::CUDNN_TYPE_INT64, &[1i64]),
        S::CUDNN_STATUS_BAD_PARAM
    );
    assert_eq!(backend.finalize(lone), S::CUDNN_STATUS_BAD_PARAM, "it has no sizes");
    let (mut count, mut id) = (0, 0i64);
    let status = ask!(lab.cudnnBackendGetAttribute(
        lone,
        Name::CUDNN_ATTR_TENSOR_UNIQUE_ID,
        Type::CUDNN_TYPE_INT64,
        1,
        &mut count,
        (&raw mut id).cast()
    ));
    assert_eq!(status, S::CUDNN_STATUS_NOT_INITIALIZED);

    let tensor = backend.tensor(9, FLOAT, &Y, [true, false]);
    assert_ne!(
        backend.try_set(tensor, Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_INT64, &[1i64]),
        S::CUDNN_STATUS_SUCCESS
    );
    let target = backend.tensor(10, FLOAT, &Y, [false, false]);
    let orphan = backend.pointwise(cudnnPointwiseMode_t::CUDNN_POINTWISE_EXP, tensor, None, target);
    assert_eq!(backend.finalize(backend.graph(&[orphan])), S::CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN);

    let early = backend.create(Kind::CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    let of = Type::CUDNN_TYPE_BACKEND_DESCRIPTOR;
    backend.set(early, Name::CUDNN_ATTR_ENGINE_OPERATION_GRAPH, of, &[backend.graph(&[orphan])]);
    backend.set(early, Name::CUDNN_ATTR_ENGINE_GLOBAL_INDEX, Type::CUDNN_TYPE_INT64, &[0i64]);
    assert_eq!(backend.finalize(early), S::CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED);

    let graph = fused(&backend, FLOAT);
    let config = backend.configs(graph, cudnnBackendHeurMode_t::CUDNN_HEUR_MODE_FALLBACK)[0];
    let (plan, bytes) = backend.plan(config);
    let y = lab.empty(FLOAT, &Y.map(|size| size as i32));
    let complete = |y: *mut c_void| [(1, y), (2, y), (3, y), (7, y), (8, y)];
    assert_eq!(
        backend.execute(plan, &complete(y.pointer())[..4], lab.allocate(bytes)),
        S::CUDNN_STATUS_BAD_PARAM
    );
    assert_eq!(
        backend.execute(plan, &complete(y.pointer()), 0),
        S::CUDNN_STATUS_BAD_PARAM,
        "it needs a workspace"
    );
    let crooked = pointer(y.address + 4);
    assert_eq!(
        backend.execute(plan, &complete(crooked), lab.allocate(bytes)),
        S::CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER
    );

    let lab = &lab;
    let mut none = null_mut();
    let unknown = Kind::CUDNN_BACKEND_OPERATION_SDPA_FWD_DESCRIPTOR;
    assert_eq!(ask!(lab.cudnnBackendCreateDescriptor(unknown, &mut none)), S::CUDNN_STATUS_NOT_SUPPORTED);
}
