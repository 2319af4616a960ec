//! The graph API, as far as it goes without a handle.

use super::{Script, ask};
use cudnn_sys::{
    cudnnBackendAttributeName_t as Name, cudnnBackendAttributeType_t as Type,
    cudnnBackendDescriptorType_t as Kind, *,
};
use std::ptr::null_mut;

impl Script<'_> {
    fn set<T>(&mut self, descriptor: cudnnBackendDescriptor_t, name: Name, of: Type, values: &[T]) {
        ask!(
            self,
            (name.0, of.0, values.len()),
            cudnnBackendSetAttribute(descriptor, name, of, values.len() as i64, values.as_ptr().cast())
        );
    }

    fn create(&mut self, kind: Kind) -> cudnnBackendDescriptor_t {
        let mut descriptor = null_mut();
        ask!(self, kind, cudnnBackendCreateDescriptor(kind, &mut descriptor));
        descriptor
    }

    fn graph_tensor(&mut self, id: i64, dims: &[i64]) -> cudnnBackendDescriptor_t {
        let mut strides = vec![1; dims.len()];
        (1..dims.len()).rev().for_each(|axis| strides[axis - 1] = strides[axis] * dims[axis]);
        let tensor = self.create(Kind::CUDNN_BACKEND_TENSOR_DESCRIPTOR);
        self.set(
            tensor,
            Name::CUDNN_ATTR_TENSOR_DATA_TYPE,
            Type::CUDNN_TYPE_DATA_TYPE,
            &[cudnnDataType_t::CUDNN_DATA_FLOAT],
        );
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_DIMENSIONS, Type::CUDNN_TYPE_INT64, dims);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_STRIDES, Type::CUDNN_TYPE_INT64, &strides);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_INT64, &[id]);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, Type::CUDNN_TYPE_INT64, &[16i64]);
        ask!(self, "tensor", cudnnBackendFinalize(tensor));
        tensor
    }

    pub(super) fn graphs(&mut self) {
        // The newest answers nothing of this where there is no driver.
        // SAFETY: the function may be called at any time.
        if unsafe { self.cudnn.cudnnGetVersion() }.unwrap() > 90000 {
            return;
        }
        let tensor = self.create(Kind::CUDNN_BACKEND_TENSOR_DESCRIPTOR);
        ask!(self, "nothing set", cudnnBackendFinalize(tensor));
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_FLOAT, &[1.0f32]);
        self.set(tensor, Name::CUDNN_ATTR_CONVOLUTION_DILATIONS, Type::CUDNN_TYPE_INT64, &[1i64]);
        self.set(tensor, Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_INT64, &[1i64, 2]);
        let (mut count, mut value) = (0, 0i64);
        let (name, of) = (Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_INT64);
        ask!(
            self,
            "early",
            cudnnBackendGetAttribute(tensor, name, of, 1, &mut count, (&raw mut value).cast())
        );
        let x = self.graph_tensor(1, &[2, 3, 5, 5]);
        self.set(x, Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, Type::CUDNN_TYPE_INT64, &[1i64]);
        ask!(self, "again", cudnnBackendFinalize(x));
        ask!(self, "late", cudnnBackendGetAttribute(x, name, of, 1, &mut count, (&raw mut value).cast()));
        self.values((count, value));
        ask!(
            self,
            "other type",
            cudnnBackendGetAttribute(
                x,
                name,
                Type::CUDNN_TYPE_DOUBLE,
                1,
                &mut count,
                (&raw mut value).cast()
            )
        );
        let mut dims = [0i64; 8];
        ask!(
            self,
            "sizes",
            cudnnBackendGetAttribute(
                x,
                Name::CUDNN_ATTR_TENSOR_DIMENSIONS,
                of,
                8,
                &mut count,
                dims.as_mut_ptr().cast()
            )
        );
        self.values((count, dims));
        ask!(
            self,
            "fewer sizes",
            cudnnBackendGetAttribute(
                x,
                Name::CUDNN_ATTR_TENSOR_DIMENSIONS,
                of,
                2,
                &mut count,
                dims.as_mut_ptr().cast()
            )
        );
        for (w_dims, y_dims) in [
            ([4, 3, 3, 3], [2, 4, 5, 5]),
            ([4, 2, 3, 3], [2, 4, 5, 5]),
            ([4, 3, 3, 3], [2, 4, 5, 4]),
            ([4, 3, 3, 3], [2, 5, 5, 5]),
        ] {
            let (w, y) = (self.graph_tensor(2, &w_dims), self.graph_tensor(3, &y_dims));
            let node = self.create(Kind::CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
            self.set(node, Name::CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, of, &[2i64]);
            self.set(
                node,
                Name::CUDNN_ATTR_CONVOLUTION_COMP_TYPE,
                Type::CUDNN_TYPE_DATA_TYPE,
                &[cudnnDataType_t::CUDNN_DATA_FLOAT],
            );
            self.set(
                node,
                Name::CUDNN_ATTR_CONVOLUTION_CONV_MODE,
                Type::CUDNN_TYPE_CONVOLUTION_MODE,
                &[cudnnConvolutionMode_t(1)],
            );
            self.set(node, Name::CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, of, &[1i64, 1]);
            self.set(node, Name::CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, of, &[1i64, 1]);
            self.set(node, Name::CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, of, &[1i64, 1]);
            ask!(self, "without dilations", cudnnBackendFinalize(node));
            self.set(node, Name::CUDNN_ATTR_CONVOLUTION_DILATIONS, of, &[1i64, 1]);
            let operation = self.create(Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
            let pointers = Type::CUDNN_TYPE_BACKEND_DESCRIPTOR;
            self.set(operation, Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, pointers, &[node]);
            ask!(self, "convolution", cudnnBackendFinalize(node));
            self.set(operation, Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, pointers, &[node]);
            self.set(operation, Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, pointers, &[x]);
            self.set(operation, Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, pointers, &[w]);
            self.set(operation, Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, pointers, &[y]);
            self.set(
                operation,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
                Type::CUDNN_TYPE_FLOAT,
                &[1.0f32],
            );
            self.set(
                operation,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA,
                Type::CUDNN_TYPE_FLOAT,
                &[0.0f32],
            );
            ask!(self, (w_dims, y_dims), cudnnBackendFinalize(operation));
        }
    }
}
