//! The devices of the system's own CUDA driver, for the tests that want a real one.

#![allow(unsafe_code)]

use anyhow::{Context, Result, bail};
use cuda_sys::{CUresult, Driver};
use std::ffi::CStr;

/// Names the system's driver and its devices.
///
/// # Errors
/// Why there is none: no driver, or no device.
pub(crate) fn find() -> Result<Vec<String>> {
    let driver = Driver::system().context("no driver was found")?;
    // SAFETY: the flags must be zero.
    check("cuInit", unsafe { driver.cuInit(0) }?)?;
    let mut count = 0;
    // SAFETY: `count` outlives the call.
    check("cuDeviceGetCount", unsafe { driver.cuDeviceGetCount(&mut count) }?)?;
    if count == 0 {
        bail!("the driver {} has no device", driver.origin());
    }
    (0..count).map(|ordinal| name(driver, ordinal)).collect()
}

fn name(driver: Driver, ordinal: i32) -> Result<String> {
    let (mut device, mut text) = (0, [0_u8; 256]);
    // SAFETY: the driver was started, and has this ordinal; `device` outlives the call.
    check("cuDeviceGet", unsafe { driver.cuDeviceGet(&mut device, ordinal) }?)?;
    // SAFETY: the driver writes at most 255 characters and a zero byte.
    let named = unsafe { driver.cuDeviceGetName(text.as_mut_ptr().cast(), 255, device) }?;
    check("cuDeviceGetName", named)?;
    let name = CStr::from_bytes_until_nul(&text).map(CStr::to_string_lossy).unwrap_or_default();
    Ok(format!("cuda:{ordinal}, {name}, by {}", driver.origin()))
}

fn check(function: &str, code: CUresult) -> Result<()> {
    if code == CUresult::CUDA_SUCCESS {
        return Ok(());
    }
    bail!("{function}: {code}")
}
