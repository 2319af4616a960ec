//! Where threads run: sets of CPUs.

#![allow(unsafe_code)]

use std::fmt;

use context_core::{Device, Error, Result};

/// The most CPUs that a set can name.
const MOST: usize = 1024;

/// A set of CPUs, by the numbers that the system gives them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CpuSet([u64; MOST / 64]);

impl CpuSet {
    /// Returns the set of these CPUs; numbers from 1024 on are left out.
    pub fn new(cpus: impl IntoIterator<Item = usize>) -> CpuSet {
        let mut set = CpuSet([0; MOST / 64]);
        for cpu in cpus.into_iter().filter(|cpu| *cpu < MOST) {
            set.0[cpu / 64] |= 1 << (cpu % 64);
        }
        set
    }

    /// Returns the CPUs that the calling thread may run on.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the system does not tell.
    #[doc(alias = "sched_getaffinity")]
    pub fn current() -> Result<CpuSet> {
        affinity::get()
    }

    /// Keeps the calling thread on these CPUs.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the system refuses, as it does where none of them is there.
    #[doc(alias = "sched_setaffinity")]
    pub fn pin(&self) -> Result<()> {
        affinity::set(self)
    }

    /// Pins a thread of ours. It can do its work elsewhere too, so that a refusal is only told.
    pub(crate) fn pin_or_report(&self) {
        if let Err(error) = self.pin() {
            tracing::warn!(%error, "a thread of a CPU context runs where the system likes");
        }
    }

    /// Returns how many CPUs these are.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns their numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..MOST).filter(|cpu| self.0[cpu / 64] >> (cpu % 64) & 1 == 1)
    }
}

impl fmt::Debug for CpuSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CpuSet")?;
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Reads `0-3,8,10-11`.
pub(crate) fn parse_list(list: &str) -> Option<CpuSet> {
    let mut cpus = Vec::new();
    for part in list.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        cpus.extend(first.parse::<usize>().ok()?..=last.parse::<usize>().ok()?.min(MOST));
    }
    Some(CpuSet::new(cpus))
}

#[cfg(target_os = "linux")]
mod affinity {
    use std::io;

    use super::{CpuSet, Device, Error, Result};

    fn refused(what: &'static str) -> Error {
        let reason = io::Error::last_os_error().to_string();
        Error::Unsupported { device: Device::Cpu, what, reason }
    }

    pub(super) fn get() -> Result<CpuSet> {
        let mut set = CpuSet::new([]);
        // SAFETY: the set is of the size that is given, and a plain bit mask as the kernel writes it.
        match unsafe { libc::sched_getaffinity(0, size_of::<CpuSet>(), (&raw mut set.0).cast()) } {
            -1 => Err(refused("asking for a thread's CPUs")),
            _ => Ok(set),
        }
    }

    pub(super) fn set(set: &CpuSet) -> Result<()> {
        // SAFETY: the set is of the size that is given, and only read.
        match unsafe { libc::sched_setaffinity(0, size_of::<CpuSet>(), (&raw const set.0).cast()) } {
            -1 => Err(refused("keeping a thread on its CPUs")),
            _ => Ok(()),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod affinity {
    use super::{CpuSet, Device, Error, Result};

    fn refused<T>(what: &'static str) -> Result<T> {
        Err(Error::Unsupported {
            device: Device::Cpu,
            what,
            reason: "only Linux is known how to ask".to_owned(),
        })
    }

    pub(super) fn get() -> Result<CpuSet> {
        refused("asking for a thread's CPUs")
    }

    pub(super) fn set(_set: &CpuSet) -> Result<()> {
        refused("keeping a thread on its CPUs")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_lists_are_read() {
        let cpus = |list| parse_list(list).map(|set| set.iter().collect::<Vec<_>>());
        assert_eq!(cpus("0-3,8,10-11"), Some(vec![0, 1, 2, 3, 8, 10, 11]));
        assert_eq!(cpus(""), Some(vec![]));
        assert_eq!(cpus("a-b"), None);
    }
}
