//! What the simulated machine looks like.

use std::env;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::checks::{Checks, Reaction};

/// The newest CUDA version whose entry points this driver knows, as `cuDriverGetVersion` encodes it.
pub const NEWEST_DRIVER_VERSION: i32 = cuda_sys::driver::CUDA_VERSION as i32;

/// The oldest driver that can be asked for.
pub const OLDEST_DRIVER_VERSION: i32 = 11080;

/// The machine that the next `cuInit` finds.
///
/// ```
/// use cuda_sim::SimConfig;
///
/// let config = SimConfig { devices: 2, memory_bytes: 1 << 30, ..SimConfig::default() };
///
/// assert_eq!(config.compute_capability, (8, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimConfig {
    /// How many devices there are; none makes `cuInit` return `CUDA_ERROR_NO_DEVICE`. At most 64.
    pub devices: usize,
    /// The name of each device.
    pub name: String,
    /// Major and minor compute capability of each device: images for later ones are refused.
    pub compute_capability: (i32, i32),
    /// How much memory each device has, in bytes. It is backed only where it is touched.
    pub memory_bytes: u64,
    /// How many multiprocessors each device reports.
    pub multiprocessors: i32,
    /// The version that `cuDriverGetVersion` reports: 1000 × major + 10 × minor.
    pub driver_version: i32,
    /// Whether every device can reach the memory of every other.
    pub peers: bool,
    /// If set, asynchronous work is done as late as it may be, one operation after the other, chosen at random with this seed among
    /// those that could be next. Otherwise at once, by priority, oldest first.
    pub seed: Option<u64>,
    /// Null mode: calls that give work to a device succeed at once and do nothing, for measuring what the host does.
    pub null: bool,
    /// Faults to happen, as [`fault::parse`](crate::fault::parse) reads them.
    pub faults: Option<String>,
    /// How long a kernel may run before it ends with `CUDA_ERROR_LAUNCH_TIMEOUT`; for ever if this is not set.
    pub watchdog: Option<Duration>,
    /// Which mistakes are looked for.
    pub checks: Checks,
    /// What happens when one is found.
    pub on_report: Reaction,
    /// Where to write each call with its arguments and its result, as it returns: a path, or `-` for standard error.
    pub trace: Option<String>,
    /// Where to write the journal when the process ends: a path, or `-` for standard error.
    pub journal: Option<String>,
}

impl Default for SimConfig {
    fn default() -> SimConfig {
        SimConfig {
            devices: 1,
            name: "Simulated CUDA Device".into(),
            compute_capability: (8, 0),
            memory_bytes: 8 << 30,
            multiprocessors: 8,
            driver_version: NEWEST_DRIVER_VERSION,
            peers: true,
            seed: None,
            null: false,
            faults: None,
            watchdog: None,
            checks: Checks::default(),
            on_report: Reaction::Keep,
            trace: None,
            journal: None,
        }
    }
}

/// Why a configuration was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The driver is in use, and a machine does not change under a running program.
    #[error(
        "configuring the simulated driver: {contexts} context(s) are alive; configure before the first cuInit, or after releasing them"
    )]
    InUse {
        /// How many contexts are alive.
        contexts: usize,
    },
    /// A value is out of range.
    #[error("configuring the simulated driver: {what} is {value}, which must be {expected}")]
    OutOfRange {
        /// The field or environment variable.
        what: &'static str,
        /// What it was.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
}

impl SimConfig {
    /// Reads the configuration from the environment variables that the README's table lists, on top of the defaults.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] if a variable does not parse or its value is not possible.
    pub fn from_env() -> Result<SimConfig, ConfigError> {
        let mut config = SimConfig::default();
        read("CUDA_SIM_DEVICES", "a number from 0 to 64", &mut config.devices, |text| text.parse().ok())?;
        read("CUDA_SIM_NAME", "a text", &mut config.name, |text| Some(text.into()))?;
        read("CUDA_SIM_COMPUTE_CAPABILITY", "like 8.0", &mut config.compute_capability, capability)?;
        read("CUDA_SIM_MEMORY", "a size like 512M or 8G", &mut config.memory_bytes, size)?;
        read("CUDA_SIM_MULTIPROCESSORS", "a positive number", &mut config.multiprocessors, |text| {
            text.parse().ok()
        })?;
        read("CUDA_SIM_DRIVER_VERSION", "like 12.4 or 12040", &mut config.driver_version, version)?;
        read("CUDA_SIM_PEERS", "0 or 1", &mut config.peers, |text| Some(text.parse::<u8>().ok()? != 0))?;
        config.read_seed()?;
        read("CUDA_SIM_NULL", "0 or 1", &mut config.null, |text| Some(text.parse::<u8>().ok()? != 0))?;
        read("CUDA_SIM_FAULTS", "a list of faults", &mut config.faults, |text| Some(Some(text.into())))?;
        read("CUDA_SIM_WATCHDOG", "a number of milliseconds", &mut config.watchdog, |text| {
            Some(Some(Duration::from_millis(text.parse().ok()?)))
        })?;
        // Who loads a library has no way to ask for reports.
        config.on_report = Reaction::Print;
        read("CUDA_SIM_CHECKS", "a list of checks, as in races,leaks", &mut config.checks, Checks::parse)?;
        config.read_reaction()?;
        read("CUDA_SIM_TRACE", "a path or -", &mut config.trace, |text| Some(Some(text.into())))?;
        read("CUDA_SIM_JOURNAL", "a path or -", &mut config.journal, |text| Some(Some(text.into())))?;
        config.check()?;
        Ok(config)
    }

    fn read_seed(&mut self) -> Result<(), ConfigError> {
        read("CUDA_SIM_SEED", "a number", &mut self.seed, |text| Some(Some(text.parse().ok()?)))
    }

    fn read_reaction(&mut self) -> Result<(), ConfigError> {
        read("CUDA_SIM_ON_REPORT", "keep, print, fail or abort", &mut self.on_report, Reaction::parse)
    }

    /// Refuses what no machine can be.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let range = |ok, what, value: String, expected| {
            if ok { Ok(()) } else { Err(ConfigError::OutOfRange { what, value, expected }) }
        };
        range(self.devices <= 64, "devices", self.devices.to_string(), "at most 64")?;
        let memory = (1 << 20..=1 << 40).contains(&self.memory_bytes);
        range(memory, "memory_bytes", self.memory_bytes.to_string(), "1 MiB to 1 TiB")?;
        let count = (1..=1024).contains(&self.multiprocessors);
        range(count, "multiprocessors", self.multiprocessors.to_string(), "1 to 1024")?;
        let (major, minor) = self.compute_capability;
        let known = (2..=12).contains(&major) && (0..=9).contains(&minor);
        range(known, "compute_capability", format!("{major}.{minor}"), "2.0 to 12.9")?;
        let version = (OLDEST_DRIVER_VERSION..=NEWEST_DRIVER_VERSION).contains(&self.driver_version);
        range(version, "driver_version", self.driver_version.to_string(), "11080 to the newest header's")
    }
}

fn read<T>(
    what: &'static str,
    expected: &'static str,
    field: &mut T,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<(), ConfigError> {
    let Ok(value) = env::var(what) else { return Ok(()) };
    match parse(value.trim()) {
        Some(parsed) => *field = parsed,
        None => return Err(ConfigError::OutOfRange { what, value, expected }),
    }
    Ok(())
}

fn capability(text: &str) -> Option<(i32, i32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn version(text: &str) -> Option<i32> {
    match text.split_once('.') {
        Some((major, minor)) => Some(major.parse::<i32>().ok()? * 1000 + minor.parse::<i32>().ok()? * 10),
        None => text.parse().ok(),
    }
}

pub(crate) fn size(text: &str) -> Option<u64> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[number.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

static WANTED: Mutex<Option<SimConfig>> = Mutex::new(None);

/// Sets the machine that the next `cuInit` finds.
pub(crate) fn want(config: SimConfig) {
    *WANTED.lock().unwrap_or_else(PoisonError::into_inner) = Some(config);
}

/// Returns the machine that `cuInit` is to find: the configured one, else the environment's. What a configuration says
/// nothing about, the seed and what reports lead to, the environment may say: so that any test can be run with them.
pub(crate) fn wanted() -> Result<SimConfig, ConfigError> {
    let Some(mut config) = configured() else {
        let mut config = SimConfig::from_env()?;
        config.seed = wanted_seed().or(config.seed);
        return Ok(config);
    };
    config.seed = config.seed.or(wanted_seed());
    if config.seed.is_none() {
        config.read_seed()?;
    }
    if config.on_report == Reaction::Keep {
        config.read_reaction()?;
    }
    Ok(config)
}

/// The seed that `explore` runs a program with.
static SEED: Mutex<Option<u64>> = Mutex::new(None);

/// Sets the seed of machines that say nothing of one.
pub(crate) fn want_seed(seed: Option<u64>) {
    *SEED.lock().unwrap_or_else(PoisonError::into_inner) = seed;
}

fn wanted_seed() -> Option<u64> {
    *SEED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn configured() -> Option<SimConfig> {
    WANTED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Returns which of the machine's devices this process sees, in its order.
///
/// Like any driver, a library obeys `CUDA_VISIBLE_DEVICES`. A program that configures its own machine means the whole of it:
/// the variable is often set to nothing where tests must not touch a real device.
pub(crate) fn visible(devices: usize) -> Vec<usize> {
    match env::var("CUDA_VISIBLE_DEVICES") {
        Ok(list) if configured().is_none() => visible_in(&list, devices),
        _ => (0..devices).collect(),
    }
}

/// Reads a list of device numbers; the first that does not exist, or comes again, ends it.
fn visible_in(list: &str, devices: usize) -> Vec<usize> {
    let mut seen = Vec::new();
    for entry in list.split(',') {
        match entry.trim().parse() {
            Ok(ordinal) if ordinal < devices && !seen.contains(&ordinal) => seen.push(ordinal),
            _ => break,
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_versions_are_read_as_people_write_them() {
        assert_eq!(size("512M"), Some(512 << 20));
        assert_eq!(size("8GiB"), Some(8 << 30));
        assert_eq!(size("12"), Some(12));
        assert_eq!(size("12Q"), None);
        assert_eq!(version("12.4"), Some(12040));
        assert_eq!(version("12040"), Some(12040));
        assert_eq!(capability("9.0"), Some((9, 0)));
    }

    #[test]
    fn the_first_entry_that_is_no_device_ends_the_list_of_visible_ones() {
        assert_eq!(visible_in("2,0", 4), [2, 0]);
        assert_eq!(visible_in("1,7,0", 4), [1]);
        assert_eq!(visible_in("", 4), [0; 0]);
    }

    #[test]
    fn an_impossible_machine_is_refused_with_the_field_named() {
        let config = SimConfig { devices: 65, ..SimConfig::default() };

        let error = config.check().unwrap_err();

        assert_eq!(
            error.to_string(),
            "configuring the simulated driver: devices is 65, which must be at most 64"
        );
    }
}
