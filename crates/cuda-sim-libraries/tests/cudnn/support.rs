//! A context with a handle of cuDNN, and tensors in its memory.

use cuda_sim::SimConfig;
use cuda_sys::Driver;
use cuda_sys::driver::{CUcontext, CUstream};
use cudnn_sys::*;
use half::f16;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) const FLOAT: cudnnDataType_t = cudnnDataType_t::CUDNN_DATA_FLOAT;
pub(crate) const HALF: cudnnDataType_t = cudnnDataType_t::CUDNN_DATA_HALF;
pub(crate) const DOUBLE: cudnnDataType_t = cudnnDataType_t::CUDNN_DATA_DOUBLE;
pub(crate) const NCHW: cudnnTensorFormat_t = cudnnTensorFormat_t::CUDNN_TENSOR_NCHW;
pub(crate) const NHWC: cudnnTensorFormat_t = cudnnTensorFormat_t::CUDNN_TENSOR_NHWC;

/// Calls cuDNN and returns the status, in the numbering of cuDNN 9.
macro_rules! ask {
    ($lab:ident.$function:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: descriptors are live, pointers are to live variables or to memory of the device.
        $lab.cudnn.status(unsafe { $lab.cudnn.$function($($argument),*) }.unwrap()).code()
    };
}
pub(crate) use ask;

/// The same, where it must succeed.
macro_rules! ok {
    ($lab:ident.$function:ident($($argument:tt)*)) => {{
        let status = $crate::support::ask!($lab.$function($($argument)*));
        let why = $lab.last_error();
        assert_eq!(status, cudnn_sys::cudnnStatus_t::CUDNN_STATUS_SUCCESS, "{}: {why}", stringify!($function));
    }};
}
pub(crate) use ok;

/// Calls the driver, which must succeed.
macro_rules! drive {
    ($lab:ident.$function:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: pointers are to live variables, and handles were made by the driver.
        assert_eq!(unsafe { $lab.driver.$function($($argument),*) }.unwrap(), cuda_sys::driver::CUresult::CUDA_SUCCESS)
    };
}
pub(crate) use drive;

/// The machine with one context and one handle, for one test at a time.
pub(crate) struct Lab {
    _turn: MutexGuard<'static, ()>,
    pub(crate) driver: Driver,
    pub(crate) context: CUcontext,
    pub(crate) cudnn: Cudnn,
    pub(crate) handle: cudnnHandle_t,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::of(9)
    }

    pub(crate) fn of(major: u16) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        cuda_sim::configure(SimConfig { memory_bytes: 256 << 20, ..SimConfig::default() }).unwrap();
        cuda_sim::take_reports();
        cuda_sim_libraries::use_driver(cuda_sim::driver());
        let (driver, mut context) = (cuda_sim::driver(), null_mut());
        let cudnn = cuda_sim_libraries::cudnn::table(major).unwrap();
        let mut lab = Self { _turn: turn, driver, context, cudnn, handle: null_mut() };
        drive!(lab.cuInit(0));
        drive!(lab.cuCtxCreate_v4(&mut context, null_mut(), 0, 0));
        lab.context = context;
        let mut handle = null_mut();
        ok!(lab.cudnnCreate(&mut handle));
        lab.handle = handle;
        lab
    }

    /// Returns what the library says of its last failure.
    pub(crate) fn last_error(&self) -> String {
        let mut text = [0; 512];
        // SAFETY: the array has as many places.
        if unsafe { self.cudnn.cudnnGetLastErrorString(text.as_mut_ptr(), text.len()) }.is_err() {
            return String::new();
        }
        text.iter().take_while(|byte| **byte != 0).map(|byte| *byte as u8 as char).collect()
    }

    pub(crate) fn allocate(&self, bytes: usize) -> u64 {
        let mut address = 0;
        let lab = self;
        drive!(lab.cuMemAlloc_v2(&mut address, bytes.max(1)));
        address
    }

    pub(crate) fn stream(&self) -> CUstream {
        let mut stream = null_mut();
        let lab = self;
        // 1 is a stream that does not wait for the null stream.
        drive!(lab.cuStreamCreate(&mut stream, 1));
        stream
    }

    pub(crate) fn use_stream(&self, stream: CUstream) {
        let lab = self;
        ok!(lab.cudnnSetStream(self.handle, stream));
    }

    pub(crate) fn upload(&self, address: u64, bytes: &[u8]) {
        let lab = self;
        drive!(lab.cuMemcpyHtoD_v2(address, bytes.as_ptr().cast(), bytes.len()));
        // The copy may return before it has arrived, and streams of their own do not wait for it.
        drive!(lab.cuStreamSynchronize(null_mut()));
    }

    pub(crate) fn download(&self, address: u64, bytes: usize) -> Vec<u8> {
        let lab = self;
        let mut all = vec![0; bytes];
        drive!(lab.cuCtxSynchronize());
        drive!(lab.cuMemcpyDtoH_v2(all.as_mut_ptr().cast(), address, bytes));
        all
    }

    pub(crate) fn synchronize(&self) {
        let lab = self;
        drive!(lab.cuCtxSynchronize());
    }

    pub(crate) fn integers(&self, values: &[i32]) -> u64 {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let address = self.allocate(bytes.len());
        self.upload(address, &bytes);
        address
    }

    /// Makes a tensor in a format, with values in the order of its dimensions.
    pub(crate) fn tensor(
        &self,
        data_type: cudnnDataType_t,
        format: cudnnTensorFormat_t,
        dims: &[c_int],
        values: &[f64],
    ) -> Tensor {
        let mut order: Vec<usize> = (0..dims.len()).collect();
        if format == NHWC {
            order[1..].rotate_left(1);
        }
        let mut strides = vec![0; dims.len()];
        let mut step = 1;
        for axis in order.into_iter().rev() {
            strides[axis] = step;
            step *= dims[axis];
        }
        self.strided(data_type, dims, &strides, values)
    }

    /// Makes a tensor with strides; what lies between its elements nothing has written.
    pub(crate) fn strided(
        &self,
        data_type: cudnnDataType_t,
        dims: &[c_int],
        strides: &[c_int],
        values: &[f64],
    ) -> Tensor {
        let lab = self;
        let mut descriptor = null_mut();
        ok!(lab.cudnnCreateTensorDescriptor(&mut descriptor));
        ok!(lab.cudnnSetTensorNdDescriptor(
            descriptor,
            data_type,
            dims.len() as c_int,
            dims.as_ptr(),
            strides.as_ptr()
        ));
        let mut bytes = 0;
        ok!(lab.cudnnGetTensorSizeInBytes(descriptor, &mut bytes));
        let tensor = Tensor {
            descriptor,
            data_type,
            dims: dims.to_vec(),
            strides: strides.to_vec(),
            address: self.allocate(bytes),
        };
        if !values.is_empty() {
            self.write(&tensor, values);
        }
        tensor
    }

    /// Makes a tensor without gaps in which nothing is written.
    pub(crate) fn empty(&self, data_type: cudnnDataType_t, dims: &[c_int]) -> Tensor {
        self.tensor(data_type, NCHW, dims, &[])
    }

    pub(crate) fn write(&self, tensor: &Tensor, values: &[f64]) {
        assert_eq!(tensor.len(), values.len());
        for (place, value) in tensor.places().into_iter().zip(values) {
            let bytes = match tensor.data_type {
                FLOAT => (*value as f32).to_le_bytes().to_vec(),
                HALF => f16::from_f64(*value).to_le_bytes().to_vec(),
                DOUBLE => value.to_le_bytes().to_vec(),
                other => panic!("{other:?}"),
            };
            self.upload(tensor.address + (place * bytes.len()) as u64, &bytes);
        }
    }

    /// Reads the elements in the order of the dimensions.
    pub(crate) fn read(&self, tensor: &Tensor) -> Vec<f64> {
        let size = size(tensor.data_type);
        let places = tensor.places();
        let all = self.download(tensor.address, (places.iter().max().unwrap() + 1) * size);
        places.into_iter().map(|place| number(tensor.data_type, &all[place * size..][..size])).collect()
    }

    pub(crate) fn filter(
        &self,
        data_type: cudnnDataType_t,
        format: cudnnTensorFormat_t,
        dims: &[c_int],
        values: &[f64],
    ) -> (cudnnFilterDescriptor_t, Tensor) {
        let lab = self;
        let mut descriptor = null_mut();
        ok!(lab.cudnnCreateFilterDescriptor(&mut descriptor));
        ok!(lab.cudnnSetFilterNdDescriptor(
            descriptor,
            data_type,
            format,
            dims.len() as c_int,
            dims.as_ptr()
        ));
        (descriptor, self.tensor(data_type, format, dims, values))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // SAFETY: both are live. A test that has failed may have lost the context.
        unsafe {
            let _ = self.cudnn.cudnnDestroy(self.handle);
            let _ = self.driver.cuCtxDestroy_v2(self.context);
        }
    }
}

fn size(data_type: cudnnDataType_t) -> usize {
    match data_type {
        HALF => 2,
        DOUBLE => 8,
        _ => 4,
    }
}

fn number(data_type: cudnnDataType_t, bytes: &[u8]) -> f64 {
    match data_type {
        HALF => f16::from_le_bytes(bytes.try_into().unwrap()).to_f64(),
        DOUBLE => f64::from_le_bytes(bytes.try_into().unwrap()),
        _ => f32::from_le_bytes(bytes.try_into().unwrap()).into(),
    }
}

/// A descriptor with memory.
pub(crate) struct Tensor {
    pub(crate) descriptor: cudnnTensorDescriptor_t,
    data_type: cudnnDataType_t,
    pub(crate) dims: Vec<c_int>,
    strides: Vec<c_int>,
    pub(crate) address: u64,
}

impl Tensor {
    pub(crate) fn pointer(&self) -> *mut c_void {
        pointer(self.address)
    }

    pub(crate) fn len(&self) -> usize {
        self.dims.iter().product::<c_int>() as usize
    }

    /// Returns where each element lies, counted in elements.
    fn places(&self) -> Vec<usize> {
        indices(&self.dims)
            .map(|index| index.iter().zip(&self.strides).map(|(at, stride)| at * *stride as usize).sum())
            .collect()
    }
}

/// Lists the indices of an array, the last fastest.
pub(crate) fn indices(dims: &[c_int]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let dims = dims.to_vec();
    (0..dims.iter().product::<c_int>()).map(move |at| {
        let mut rest = at;
        let mut index = vec![0; dims.len()];
        for axis in (0..dims.len()).rev() {
            index[axis] = (rest % dims[axis]) as usize;
            rest /= dims[axis];
        }
        index
    })
}

/// Finds an element of an array without gaps.
pub(crate) fn at(dims: &[c_int], index: &[usize]) -> usize {
    index.iter().zip(dims).fold(0, |sum, (at, size)| sum * *size as usize + at)
}

pub(crate) fn pointer(address: u64) -> *mut c_void {
    address as usize as *mut c_void
}

/// Makes values between -1 and 1 with few digits, so that halves hold them exactly.
pub(crate) fn values(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 57) as f64 / 64.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A factor as cuDNN takes it for tensors of a type.
pub(crate) fn factor(data_type: cudnnDataType_t, value: f64) -> Vec<u8> {
    if data_type == DOUBLE { value.to_le_bytes().to_vec() } else { (value as f32).to_le_bytes().to_vec() }
}

/// Asserts that numbers agree as far as elements of a type can.
#[track_caller]
pub(crate) fn assert_close(data_type: cudnnDataType_t, found: &[f64], expected: &[f64]) {
    let tolerance = match data_type {
        HALF => 2e-3,
        DOUBLE => 1e-12,
        _ => 1e-5,
    };
    assert_eq!(found.len(), expected.len());
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs();
        assert!(error <= tolerance * expected.abs().max(1.0), "element {at}: {found} instead of {expected}");
    }
}

pub(crate) fn blend(alpha: f64, new: &[f64], beta: f64, old: &[f64]) -> Vec<f64> {
    new.iter().zip(old).map(|(new, old)| alpha * new + beta * old).collect()
}
