//! Devices: what a driver manages, asked without making a context.

#![allow(unsafe_code)]

use std::{ffi::CStr, fmt};

use cuda_sys::{
    CUresult, Driver,
    driver::{CUdevice, CUdevice_attribute},
};

use super::{Error, Result, driver_call, fork::Started};

/// Initialises a driver. It may be called any number of times.
///
/// # Errors
/// [`Error::Call`] with `CUDA_ERROR_NO_DEVICE` on a machine with a driver and no device.
#[doc(alias = "cuInit")]
pub fn init(driver: Driver) -> Result<()> {
    Started::of(driver)?;
    // SAFETY: `cuInit` may be called at any time from any thread; its flags must be zero.
    unsafe { driver_call!(driver, cuInit(0)) }
        .map_err(|error| error.doing(|| "starting the CUDA driver".to_owned()))
}

/// Returns the driver's devices, in the driver's order.
///
/// # Errors
/// As [`init`].
#[doc(alias = "cuDeviceGetCount")]
pub fn devices(driver: Driver) -> Result<Vec<Device>> {
    init(driver)?;
    (0..count(driver)?).map(|ordinal| Device::open(driver, ordinal)).collect()
}

fn count(driver: Driver) -> Result<u32> {
    let mut count = 0;
    // SAFETY: the driver is initialised; `count` outlives the call.
    unsafe { driver_call!(driver, cuDeviceGetCount(&mut count)) }?;
    Ok(count.max(0) as u32)
}

/// One device of a driver.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Device {
    driver: Driver,
    ordinal: u32,
    raw: CUdevice,
}

impl Device {
    /// Finds the device with this ordinal.
    ///
    /// # Errors
    /// As [`init`]; [`Error::NoSuchDevice`] with the number of devices.
    #[doc(alias = "cuDeviceGet")]
    pub fn new(driver: Driver, ordinal: u32) -> Result<Device> {
        init(driver)?;
        Device::open(driver, ordinal).map_err(|error| match count(driver) {
            Ok(count) if ordinal >= count => Error::NoSuchDevice { ordinal, count },
            _ => error,
        })
    }

    /// Finds the device with this handle, as another library has it.
    ///
    /// # Errors
    /// As [`init`]; [`Error::Call`] with `CUDA_ERROR_INVALID_DEVICE` if there is none.
    pub fn from_raw(driver: Driver, raw: CUdevice) -> Result<Device> {
        let found = devices(driver)?.into_iter().find(|device| device.raw == raw);
        found.ok_or_else(|| Error::Call {
            doing: format!("looking for the device of handle {raw}"),
            function: "cuDeviceGet",
            code: CUresult::CUDA_ERROR_INVALID_DEVICE,
        })
    }

    fn open(driver: Driver, ordinal: u32) -> Result<Device> {
        let mut raw = 0;
        // SAFETY: the driver is initialised; `raw` outlives the call.
        unsafe { driver_call!(driver, cuDeviceGet(&mut raw, ordinal as i32)) }?;
        Ok(Device { driver, ordinal, raw })
    }

    /// Returns the driver.
    pub fn driver(&self) -> Driver {
        self.driver
    }

    /// Returns the device's number, from 0.
    pub fn ordinal(&self) -> u32 {
        self.ordinal
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUdevice {
        self.raw
    }

    /// Returns the device's name, as its maker gives it.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuDeviceGetName")]
    pub fn name(&self) -> Result<String> {
        let mut text = [0; 256];
        // SAFETY: the device is valid; the driver writes at most 255 characters and a zero byte.
        unsafe { driver_call!(self.driver, cuDeviceGetName(text.as_mut_ptr().cast(), 255, self.raw)) }?;
        Ok(CStr::from_bytes_until_nul(&text)
            .map_or_else(|_| String::new(), |name| name.to_string_lossy().into_owned()))
    }

    /// Returns one attribute.
    ///
    /// # Errors
    /// [`Error::Call`] with `CUDA_ERROR_INVALID_VALUE` if the driver does not know it.
    #[doc(alias = "cuDeviceGetAttribute")]
    pub fn attribute(&self, attribute: CUdevice_attribute) -> Result<i32> {
        let mut value = 0;
        // SAFETY: the device is valid; `value` outlives the call.
        unsafe { driver_call!(self.driver, cuDeviceGetAttribute(&mut value, attribute, self.raw)) }
            .map_err(|error| error.doing(|| format!("asking {self:?} for {attribute:?}")))?;
        Ok(value)
    }

    /// Returns the compute capability, as (major, minor).
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn compute_capability(&self) -> Result<(u32, u32)> {
        let major = self.attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)?;
        let minor = self.attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)?;
        Ok((major.max(0) as u32, minor.max(0) as u32))
    }

    /// Returns the size of the device's memory in bytes.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuDeviceTotalMem")]
    pub fn total_memory(&self) -> Result<usize> {
        let mut bytes = 0;
        // SAFETY: the device is valid; `bytes` outlives the call.
        unsafe { driver_call!(self.driver, cuDeviceTotalMem_v2(&mut bytes, self.raw)) }?;
        Ok(bytes)
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "device {}", self.ordinal)
    }
}
