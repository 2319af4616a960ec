//! Handles: what a client holds for a context, a stream, an event, …
//!
//! A handle is a number that looks like a pointer and is none: its top byte names its kind, which also makes the address
//! non-canonical, so that a client that dereferences one faults at once; the rest counts up and is never used again. So
//! a stale handle stays stale, and one of another kind, or of another library, is told apart.

use std::collections::BTreeMap;

/// The kinds of handle, as the top byte of their value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Context = 0x51,
    Stream = 0x52,
    Event = 0x53,
    Module = 0x54,
    Function = 0x55,
    Library = 0x56,
    Kernel = 0x57,
    Pool = 0x58,
    Physical = 0x59,
    Array = 0x5a,
    Link = 0x5b,
    Graph = 0x5c,
    Node = 0x5d,
    Executable = 0x5e,
    External = 0x5f,
    Texture = 0x60,
    Surface = 0x61,
    UserObject = 0x62,
    Green = 0x63,
    Descriptor = 0x64,
    Mipmapped = 0x65,
    Semaphore = 0x66,
    TextureReference = 0x67,
    SurfaceReference = 0x68,
}

/// A handle as it came from the client; nothing is known of it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Handle(pub(crate) u64);

impl Handle {
    /// Whether this is the null handle.
    pub(crate) fn is_null(self) -> bool {
        self.0 == 0
    }
}

/// Everything alive of one kind, by handle.
#[derive(Debug)]
pub(crate) struct Table<T> {
    kind: Kind,
    /// The low bits are left zero, because some clients keep tags in them.
    issued: u64,
    alive: BTreeMap<u64, T>,
}

impl<T> Table<T> {
    /// Returns an empty table for handles of `kind`.
    pub(crate) fn new(kind: Kind) -> Table<T> {
        Table { kind, issued: 0, alive: BTreeMap::new() }
    }

    /// Adds `value` under a handle that was never given out before.
    pub(crate) fn insert(&mut self, value: T) -> Handle {
        self.issued += 1;
        let handle = Handle((self.kind as u64) << 56 | self.issued << 4);
        self.alive.insert(handle.0, value);
        handle
    }

    /// Returns what `handle` names, if it is alive.
    pub(crate) fn get(&self, handle: Handle) -> Option<&T> {
        self.alive.get(&handle.0)
    }

    /// Returns what `handle` names, if it is alive.
    pub(crate) fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        self.alive.get_mut(&handle.0)
    }

    /// Ends `handle`'s life.
    pub(crate) fn remove(&mut self, handle: Handle) -> Option<T> {
        self.alive.remove(&handle.0)
    }

    /// Whether this table gave `handle` out, alive or not.
    pub(crate) fn issued(&self, handle: Handle) -> bool {
        let count = (handle.0 & 0x00ff_ffff_ffff_ffff) >> 4;
        handle.0 >> 56 == self.kind as u64 && handle.0 & 0xf == 0 && (1..=self.issued).contains(&count)
    }

    /// Returns all that is alive, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Handle, &T)> {
        self.alive.iter().map(|(&handle, value)| (Handle(handle), value))
    }

    /// Returns all that is alive, oldest first.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (Handle, &mut T)> {
        self.alive.iter_mut().map(|(&handle, value)| (Handle(handle), value))
    }

    /// Returns the handles alive of which `wanted` is true, oldest first.
    pub(crate) fn handles(&self, mut wanted: impl FnMut(&T) -> bool) -> Vec<Handle> {
        self.iter().filter(|(_, value)| wanted(value)).map(|(handle, _)| handle).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_never_given_out_twice() {
        let mut table = Table::new(Kind::Event);

        let first = table.insert(1);
        table.remove(first);
        let second = table.insert(2);

        assert_ne!(first, second);
        assert!(table.get(first).is_none());
        assert!(table.issued(first));
        assert!(!table.issued(Handle(second.0 + 16)));
        assert!(!table.issued(Handle(0x1234)));
    }
}
