//! Names of devices: which machine a context, a buffer or an error speaks of.

use std::{fmt, str::FromStr};

/// A device that a context can run on.
///
/// Prints and parses as `cpu`, `cpu:N`, `cuda:N` and `sim:N`; `cuda` and `sim` alone mean index 0.
///
/// # Examples
///
/// ```
/// use context_core::Device;
///
/// let device: Device = "cuda:1".parse()?;
/// assert_eq!(device, Device::Cuda(1));
/// assert_eq!(device.to_string(), "cuda:1");
/// # Ok::<(), context_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Device {
    /// The host's processors.
    Cpu,
    /// The processors and the memory of this NUMA node of the host.
    CpuNode(u32),
    /// The CUDA device with this ordinal on the system's driver.
    Cuda(u32),
    /// The CUDA device with this ordinal on `cuda-sim`, the software driver.
    Sim(u32),
}

impl Device {
    /// Returns the device that stands for one NUMA node of the host.
    pub const fn cpu_on_node(node: u32) -> Device {
        Device::CpuNode(node)
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Device::Cpu => f.write_str("cpu"),
            Device::CpuNode(node) => write!(f, "cpu:{node}"),
            Device::Cuda(index) => write!(f, "cuda:{index}"),
            Device::Sim(index) => write!(f, "sim:{index}"),
        }
    }
}

impl FromStr for Device {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Device, crate::Error> {
        let refuse = |reason: &'static str| crate::Error::ParseDevice { text: text.to_owned(), reason };
        let (kind, index) = match text.split_once(':') {
            Some((kind, index)) => (kind, Some(index)),
            None => (text, None),
        };
        let number = || match index {
            None => Ok(0),
            // `u32::from_str` takes a leading plus sign, which no device name has.
            Some(index) if index.starts_with('+') => Err(refuse("the index is not a number")),
            Some(index) => index.parse().map_err(|_| refuse("the index is not a number")),
        };
        match kind {
            "cpu" if index.is_some() => Ok(Device::CpuNode(number()?)),
            "cpu" => Ok(Device::Cpu),
            "cuda" => Ok(Device::Cuda(number()?)),
            "sim" => Ok(Device::Sim(number()?)),
            _ => Err(refuse("no such kind of device")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_device_parses_from_what_it_prints() {
        for device in [Device::Cpu, Device::cpu_on_node(1), Device::Cuda(0), Device::Cuda(17), Device::Sim(3)]
        {
            assert_eq!(device.to_string().parse::<Device>().unwrap(), device);
        }
        assert_eq!("cuda".parse::<Device>().unwrap(), Device::Cuda(0));
    }

    #[test]
    fn a_text_that_is_no_device_is_refused_with_the_text_and_the_forms() {
        for text in [
            "",
            "gpu",
            "cuda:",
            "cuda:x",
            "cuda:-1",
            "cuda:+1",
            "cpu:",
            "CUDA:0",
            "cuda:0:1",
            "cuda:4294967296",
            "sim: 1",
        ] {
            let message = text.parse::<Device>().unwrap_err().to_string();

            assert!(message.contains(&format!("`{text}`")), "{message}");
            assert!(message.contains("cuda:N"), "{message}");
        }
    }
}
