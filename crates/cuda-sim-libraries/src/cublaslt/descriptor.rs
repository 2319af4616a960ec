//! Descriptors: what a product is, how its matrices lie, what a search prefers. Each is a list of attributes, with the sizes and first
//! values that the real library has.
#![allow(unsafe_code)]

use std::sync::{Arc, Mutex, PoisonError};

use cuda_sys::cublaslt::*;

use super::library::BlasLt;
use crate::ffi::{element, get, put, put_all};
use crate::handle::Handles;

use cublasStatus_t as S;

/// What a call comes to.
pub(super) type Answer<T = ()> = Result<T, S>;

pub(super) fn answer(result: Answer) -> S {
    result.err().unwrap_or(S::CUBLAS_STATUS_SUCCESS)
}

/// The attributes of a descriptor: the number of each, and its bytes.
#[derive(Debug)]
pub(super) struct Attributes(Mutex<Vec<(u32, Vec<u8>)>>);

impl Attributes {
    fn new(values: &[(u32, &[u8])]) -> Self {
        Self(Mutex::new(values.iter().map(|(number, bytes)| (*number, bytes.to_vec())).collect()))
    }

    /// The size must be the attribute's own.
    fn set(&self, number: u32, from: *const c_void, bytes: usize) -> Answer {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.iter_mut().find(|(known, value)| *known == number && value.len() == bytes);
        let (Some((_, value)), false) = (value, from.is_null()) else {
            return Err(S::CUBLAS_STATUS_INVALID_VALUE);
        };
        for (index, byte) in value.iter_mut().enumerate() {
            *byte = element(from.cast::<u8>(), index).unwrap_or(0);
        }
        Ok(())
    }

    /// With no room, says how much is needed.
    fn read(&self, number: u32, to: *mut c_void, bytes: usize, written: *mut usize) -> Answer {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.iter().find(|(known, _)| *known == number);
        let (_, value) = value.ok_or(S::CUBLAS_STATUS_INVALID_VALUE)?;
        let asks_for_size = bytes == 0 && !written.is_null();
        if !asks_for_size && (to.is_null() || bytes != value.len()) {
            return Err(S::CUBLAS_STATUS_INVALID_VALUE);
        }
        if !asks_for_size {
            put_all(to.cast(), value);
        }
        put(written, value.len());
        Ok(())
    }

    /// An attribute as a number; zero if there is none such.
    pub(super) fn number(&self, number: u32) -> u64 {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.iter().find(|(known, _)| *known == number);
        let mut bytes = [0; 8];
        if let Some((_, value)) = value {
            bytes[..value.len()].copy_from_slice(value);
        }
        u64::from_ne_bytes(bytes)
    }
}

/// Descriptors of one kind. Those that a program has in memory of its own hold the number of one that is kept here.
pub(super) struct Descriptors<C>(Handles<C, Attributes>);

/// What marks memory of a program's own as a descriptor.
const MARK: u64 = u64::from_ne_bytes(*b"cublasLt");

impl<C> Descriptors<C> {
    const fn new() -> Self {
        Self(Handles::new())
    }

    pub(super) fn find(&self, descriptor: *mut C) -> Answer<Arc<Attributes>> {
        if let Some(found) = self.0.get(descriptor) {
            return Ok(found);
        }
        // What was a handle once is no address.
        let is_address = !descriptor.is_null() && (descriptor as u64) >> 48 == 0;
        let own = is_address.then(|| descriptor.cast::<u64>().cast_const());
        let number = own.filter(|own| get(*own) == Some(MARK)).and_then(|own| element(own, 1));
        number.and_then(|number| self.0.get(number as usize as *mut C)).ok_or(S::CUBLAS_STATUS_INVALID_VALUE)
    }

    fn create(&self, out: *mut *mut C, values: &[(u32, &[u8])]) -> Answer {
        if out.is_null() {
            return Err(S::CUBLAS_STATUS_INVALID_VALUE);
        }
        put(out, self.0.insert(Attributes::new(values)));
        Ok(())
    }

    /// Makes a descriptor of `bytes` bytes of the program's own.
    fn init(&self, memory: *mut C, bytes: usize, values: &[(u32, &[u8])]) -> Answer {
        if memory.is_null() || bytes < 16 {
            return Err(S::CUBLAS_STATUS_INVALID_VALUE);
        }
        let number = self.0.insert(Attributes::new(values)) as u64;
        put_all(memory.cast::<u64>(), &[MARK, number]);
        Ok(())
    }

    /// Nothing is destroyed without complaint.
    fn destroy(&self, descriptor: *mut C) -> Answer {
        if descriptor.is_null() || self.0.remove(descriptor).is_some() {
            return Ok(());
        }
        Err(S::CUBLAS_STATUS_INVALID_VALUE)
    }
}

pub(super) static PRODUCTS: Descriptors<cublasLtMatmulDescOpaque_t> = Descriptors::new();
pub(super) static LAYOUTS: Descriptors<cublasLtMatrixLayoutOpaque_t> = Descriptors::new();
pub(super) static PREFERENCES: Descriptors<cublasLtMatmulPreferenceOpaque_t> = Descriptors::new();
static TRANSFORMS: Descriptors<cublasLtMatrixTransformDescOpaque_t> = Descriptors::new();

const ZERO4: &[u8] = &[0; 4];
const ZERO8: &[u8] = &[0; 8];
const NONE4: &[u8] = &[0xff; 4];

fn create_product(
    compute: cublasComputeType_t,
    scale: cudaDataType,
    make: impl FnOnce(&[(u32, &[u8])]) -> Answer,
) -> S {
    use cublasLtMatmulDescAttributes_t as A;
    let (compute, scale) = (compute.0.to_ne_bytes(), scale.0.to_ne_bytes());
    let full = cuda_sys::cublas::cublasFillMode_t::CUBLAS_FILL_MODE_FULL.0.to_ne_bytes();
    let plain = cublasLtEpilogue_t::CUBLASLT_EPILOGUE_DEFAULT.0.to_ne_bytes();
    answer(make(&[
        (A::CUBLASLT_MATMUL_DESC_COMPUTE_TYPE.0, &compute),
        (A::CUBLASLT_MATMUL_DESC_SCALE_TYPE.0, &scale),
        (A::CUBLASLT_MATMUL_DESC_POINTER_MODE.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_TRANSA.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_TRANSB.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_TRANSC.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_FILL_MODE.0, &full),
        (A::CUBLASLT_MATMUL_DESC_EPILOGUE.0, &plain),
        (A::CUBLASLT_MATMUL_DESC_BIAS_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_BIAS_BATCH_STRIDE.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_BATCH_STRIDE.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_ALPHA_VECTOR_BATCH_STRIDE.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_SM_COUNT_TARGET.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_A_SCALE_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_B_SCALE_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_C_SCALE_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_D_SCALE_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_AMAX_D_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_DATA_TYPE.0, NONE4),
        (A::CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_SCALE_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_AMAX_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_FAST_ACCUM.0, &[0]),
        (A::CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE.0, NONE4),
        (A::CUBLASLT_MATMUL_DESC_A_SCALE_MODE.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_B_SCALE_MODE.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_C_SCALE_MODE.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_D_SCALE_MODE.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_SCALE_MODE.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_D_OUT_SCALE_POINTER.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_D_OUT_SCALE_MODE.0, ZERO4),
        (A::CUBLASLT_MATMUL_DESC_EMULATION_DESCRIPTOR.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_ALPHA_BATCH_STRIDE.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_BETA_BATCH_STRIDE.0, ZERO8),
        (A::CUBLASLT_MATMUL_DESC_BATCH_INVARIANCE_FLAGS.0, &32768u32.to_ne_bytes()),
    ]))
}

fn create_layout(
    kind: cudaDataType,
    (rows, columns, leading): (u64, u64, i64),
    make: impl FnOnce(&[(u32, &[u8])]) -> Answer,
) -> S {
    use cublasLtMatrixLayoutAttribute_t as A;
    answer(make(&[
        (A::CUBLASLT_MATRIX_LAYOUT_TYPE.0, &kind.0.to_ne_bytes()),
        (A::CUBLASLT_MATRIX_LAYOUT_ORDER.0, ZERO4),
        (A::CUBLASLT_MATRIX_LAYOUT_ROWS.0, &rows.to_ne_bytes()),
        (A::CUBLASLT_MATRIX_LAYOUT_COLS.0, &columns.to_ne_bytes()),
        (A::CUBLASLT_MATRIX_LAYOUT_LD.0, &leading.to_ne_bytes()),
        (A::CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT.0, &1u32.to_ne_bytes()),
        (A::CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET.0, ZERO8),
        (A::CUBLASLT_MATRIX_LAYOUT_PLANE_OFFSET.0, ZERO8),
        (A::CUBLASLT_MATRIX_LAYOUT_BATCH_MODE.0, ZERO4),
    ]))
}

fn create_preference(make: impl FnOnce(&[(u32, &[u8])]) -> Answer) -> S {
    use cublasLtMatmulPreferenceAttributes_t as A;
    let alignment = 256u32.to_ne_bytes();
    answer(make(&[
        (A::CUBLASLT_MATMUL_PREF_SEARCH_MODE.0, ZERO4),
        (A::CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES.0, ZERO8),
        (A::CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK.0, &7u32.to_ne_bytes()),
        (A::CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES.0, &alignment),
        (A::CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES.0, &alignment),
        (A::CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES.0, &alignment),
        (A::CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES.0, &alignment),
        (A::CUBLASLT_MATMUL_PREF_MAX_WAVES_COUNT.0, ZERO4),
        (A::CUBLASLT_MATMUL_PREF_IMPL_MASK.0, &[0xff; 8]),
        (A::CUBLASLT_MATMUL_PREF_GROUPED_AVERAGE_REDUCTION_DIM.0, ZERO8),
        (A::CUBLASLT_MATMUL_PREF_GROUPED_DESC_D_AVERAGE_ROWS.0, ZERO8),
        (A::CUBLASLT_MATMUL_PREF_GROUPED_DESC_D_AVERAGE_COLS.0, ZERO8),
    ]))
}

fn create_transform(scale: cudaDataType, make: impl FnOnce(&[(u32, &[u8])]) -> Answer) -> S {
    use cublasLtMatrixTransformDescAttributes_t as A;
    answer(make(&[
        (A::CUBLASLT_MATRIX_TRANSFORM_DESC_SCALE_TYPE.0, &scale.0.to_ne_bytes()),
        (A::CUBLASLT_MATRIX_TRANSFORM_DESC_POINTER_MODE.0, ZERO4),
        (A::CUBLASLT_MATRIX_TRANSFORM_DESC_TRANSA.0, ZERO4),
        (A::CUBLASLT_MATRIX_TRANSFORM_DESC_TRANSB.0, ZERO4),
    ]))
}

/// The calls that every kind of descriptor has.
macro_rules! descriptor_calls {
    ($DESCRIPTORS:ident, $C:ty, $Attribute:ty: $destroy:ident $set:ident $read:ident) => {
        impl BlasLt {
            pub(super) fn $destroy(descriptor: *mut $C) -> S {
                answer($DESCRIPTORS.destroy(descriptor))
            }

            pub(super) fn $set(
                descriptor: *mut $C,
                attribute: $Attribute,
                from: *const c_void,
                bytes: usize,
            ) -> S {
                answer($DESCRIPTORS.find(descriptor).and_then(|it| it.set(attribute.0, from, bytes)))
            }

            pub(super) fn $read(
                descriptor: *mut $C,
                attribute: $Attribute,
                to: *mut c_void,
                bytes: usize,
                written: *mut usize,
            ) -> S {
                answer($DESCRIPTORS.find(descriptor).and_then(|it| it.read(attribute.0, to, bytes, written)))
            }
        }
    };
}
descriptor_calls!(PRODUCTS, cublasLtMatmulDescOpaque_t, cublasLtMatmulDescAttributes_t:
    cublasLtMatmulDescDestroy cublasLtMatmulDescSetAttribute cublasLtMatmulDescGetAttribute);
descriptor_calls!(LAYOUTS, cublasLtMatrixLayoutOpaque_t, cublasLtMatrixLayoutAttribute_t:
    cublasLtMatrixLayoutDestroy cublasLtMatrixLayoutSetAttribute cublasLtMatrixLayoutGetAttribute);
descriptor_calls!(PREFERENCES, cublasLtMatmulPreferenceOpaque_t, cublasLtMatmulPreferenceAttributes_t:
    cublasLtMatmulPreferenceDestroy cublasLtMatmulPreferenceSetAttribute cublasLtMatmulPreferenceGetAttribute);
descriptor_calls!(TRANSFORMS, cublasLtMatrixTransformDescOpaque_t, cublasLtMatrixTransformDescAttributes_t:
    cublasLtMatrixTransformDescDestroy cublasLtMatrixTransformDescSetAttribute
    cublasLtMatrixTransformDescGetAttribute);

impl BlasLt {
    pub(super) fn cublasLtMatmulDescCreate(
        out: *mut cublasLtMatmulDesc_t,
        compute: cublasComputeType_t,
        scale: cudaDataType_t,
    ) -> S {
        create_product(compute, scale, |values| PRODUCTS.create(out, values))
    }

    pub(super) fn cublasLtMatmulDescInit_internal(
        memory: cublasLtMatmulDesc_t,
        bytes: usize,
        compute: cublasComputeType_t,
        scale: cudaDataType_t,
    ) -> S {
        create_product(compute, scale, |values| PRODUCTS.init(memory, bytes, values))
    }

    pub(super) fn cublasLtMatrixLayoutCreate(
        out: *mut cublasLtMatrixLayout_t,
        kind: cudaDataType,
        rows: u64,
        columns: u64,
        leading: i64,
    ) -> S {
        create_layout(kind, (rows, columns, leading), |values| LAYOUTS.create(out, values))
    }

    pub(super) fn cublasLtMatrixLayoutInit_internal(
        memory: cublasLtMatrixLayout_t,
        bytes: usize,
        kind: cudaDataType,
        rows: u64,
        columns: u64,
        leading: i64,
    ) -> S {
        create_layout(kind, (rows, columns, leading), |values| LAYOUTS.init(memory, bytes, values))
    }

    pub(super) fn cublasLtMatmulPreferenceCreate(out: *mut cublasLtMatmulPreference_t) -> S {
        create_preference(|values| PREFERENCES.create(out, values))
    }

    pub(super) fn cublasLtMatmulPreferenceInit_internal(
        memory: cublasLtMatmulPreference_t,
        bytes: usize,
    ) -> S {
        create_preference(|values| PREFERENCES.init(memory, bytes, values))
    }

    pub(super) fn cublasLtMatrixTransformDescCreate(
        out: *mut cublasLtMatrixTransformDesc_t,
        scale: cudaDataType,
    ) -> S {
        create_transform(scale, |values| TRANSFORMS.create(out, values))
    }

    pub(super) fn cublasLtMatrixTransformDescInit_internal(
        memory: cublasLtMatrixTransformDesc_t,
        bytes: usize,
        scale: cudaDataType,
    ) -> S {
        create_transform(scale, |values| TRANSFORMS.init(memory, bytes, values))
    }
}
