//! Kernels that a library in software brings as code of the host, in place of PTX; see the crate cuda-sim-native.
//!
//! The driver runs the body of such a kernel where it would interpret the code: in the order of its stream, outside of the
//! lock, once for a launch. The body has no pointers to device memory. It asks for copies, and each is checked as an access of
//! an interpreted kernel is, and entered for the race detector and in the shadow.

use core::ffi::{c_char, c_void};
use std::mem::size_of;
use std::sync::{Mutex, PoisonError};

use cuda_sim_native::{Body, Call, DONE, READ, TABLE_ID, Table, WRITE};

use crate::error::*;
use crate::handle::Handle;
use crate::launch::{Running, Shape, code_of, describe};
use crate::operation::Fault;
use crate::ptx::{Access, FaultKind};
use crate::race::{Manner, Touch};
use crate::space::{self, Piece, Use};
use crate::state::lock;
use crate::sys::CUuuid;
use crate::{checks, journal, shadow, thread};

/// What launches of a function do, if a library has said so.
#[derive(Clone, Copy)]
pub(crate) struct Native {
    body: Body,
    data: *const c_void,
}

// SAFETY: the interface asks libraries for bodies that any thread may run, with what `data` points to.
unsafe impl Send for Native {}
// SAFETY: as for `Send`.
unsafe impl Sync for Native {}

impl std::fmt::Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a native body at {:p}", self.body as *const c_void)
    }
}

static TABLE: Table = Table { size: size_of::<Table>(), attach };

/// Returns the table of unpublished functions that `id` names, if it is one of this driver's.
pub(crate) fn table(id: CUuuid) -> Option<*const c_void> {
    (id.bytes.map(|byte| byte as u8) == TABLE_ID).then_some((&raw const TABLE).cast())
}

unsafe extern "C" fn attach(function: *mut c_void, body: Body, data: *const c_void) -> u32 {
    let mut state = lock();
    let found = state.function(Handle(function as u64));
    let found = found.and_then(|handle| state.functions.get_mut(handle).ok_or(INVALID_HANDLE));
    match found {
        Ok(function) => {
            function.native = Some(Native { body, data });
            0
        }
        Err(code) => code.0,
    }
}

/// The number of an instruction that no code has.
const NOWHERE: u32 = u32::MAX;

/// A launch of a native kernel that is running; what [`Call::driver`] points to.
struct Session<'a, 'b> {
    running: &'a Running<'b>,
    /// The access that was refused, if one was.
    refused: Mutex<Option<(u64, String)>>,
    /// What the body said of its failure.
    text: Mutex<Option<String>>,
}

impl Native {
    /// Runs the body to its end.
    pub(crate) fn run(
        &self,
        running: &Running<'_>,
        name: &str,
        parameters: &[u8],
        shape: &Shape,
    ) -> Result<(), Fault> {
        let session = Session { running, refused: Mutex::default(), text: Mutex::default() };
        let call = Call {
            size: size_of::<Call>(),
            parameters: parameters.as_ptr(),
            parameter_bytes: parameters.len(),
            grid: shape.grid,
            block: shape.block,
            data: self.data,
            driver: (&raw const session).cast(),
            load,
            store,
            touch,
            fail,
        };
        let mut status = DONE;
        // SAFETY: the library vouches for its body; the call and all that it points to live until the body returns (Native 1).
        thread::as_host_function(|| status = unsafe { (self.body)(&call) });
        session.end(name, status)
    }
}

impl Session<'_, '_> {
    /// What the launch comes to.
    fn end(self, name: &str, status: u32) -> Result<(), Fault> {
        let refused = self.refused.into_inner().unwrap_or_else(PoisonError::into_inner);
        let text = self.text.into_inner().unwrap_or_else(PoisonError::into_inner);
        // As for any kernel, an access that is refused is fatal, whatever the body makes of it.
        if let Some((address, what)) = refused {
            let kind = FaultKind::IllegalAddress;
            let text = format!("{} in kernel {name}: {what}", kind.text());
            return Err(Fault { code: code_of(kind), text, address: Some(address) });
        }
        if status == DONE {
            return Ok(());
        }
        if self.running.is_cancelled() {
            let kind = FaultKind::Cancelled;
            return Err(Fault {
                code: code_of(kind),
                text: format!("{} of kernel {name}", kind.text()),
                address: None,
            });
        }
        let text = text.unwrap_or_else(|| format!("its body returned {status}"));
        Err(Fault { code: LAUNCH_FAILED, text: format!("kernel {name} failed: {text}"), address: None })
    }

    /// Finds `bytes` bytes at `address`, if the kernel may access them, and enters the access.
    fn access(&self, address: u64, bytes: usize, access: Access) -> Option<Vec<Piece>> {
        if bytes == 0 {
            return Some(Vec::new());
        }
        // What has timed out is to come to an end.
        if self.running.is_cancelled() {
            return None;
        }
        match self.resolve(address, bytes as u64, access) {
            Ok((pieces, watched)) => {
                if watched && self.running.act.is_some() {
                    self.enter(address, &pieces, access);
                }
                Some(pieces)
            }
            Err(refused) => {
                self.refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(refused);
                None
            }
        }
    }

    /// Returns where the bytes are, and whether races for them are looked for.
    fn resolve(&self, address: u64, bytes: u64, access: Access) -> Result<(Vec<Piece>, bool), (u64, String)> {
        let space = space::read();
        let refuse = |at: u64| {
            let what = describe(&space, at);
            Err((at, format!("{access:?} of {bytes} bytes at {address:#x}, of which {at:#x} is {what}")))
        };
        let Some(end) = address.checked_add(bytes) else { return refuse(address) };
        let (mut at, mut watched) = (address, true);
        while at < end {
            match space.find(at) {
                Some(range) if self.running.unit.may(range, access) => {
                    watched &= range.usage != Use::Heap;
                    at = range.base + range.len;
                }
                _ => return refuse(at),
            }
        }
        match space.pieces_in_flight(address, bytes) {
            Some(pieces) => Ok((pieces, watched)),
            // Two allocations side by side are not one.
            None => refuse(address),
        }
    }

    fn enter(&self, address: u64, pieces: &[Piece], access: Access) {
        let manner = if access == Access::Read { Manner::Read } else { Manner::Write };
        let mut touches = self.running.touches.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = address;
        for piece in pieces {
            let (host, len) = (piece.host as u64, piece.len as u64);
            match touches.last_mut() {
                // Rows that follow each other are one stretch.
                Some(last) if last.manner == manner && last.host + last.len == host => last.len += len,
                _ => touches.push(Touch { host, len, address: at, manner }),
            }
            at += len;
        }
    }

    /// Enters bytes that are read and that nothing has written.
    fn look_for_unwritten(&self, address: u64, pieces: &[Piece]) {
        let mut at = address;
        for piece in pieces {
            if let Some((first, count)) = shadow::missing(piece.host, piece.len) {
                let mut unwritten = self.running.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
                match unwritten.last_mut() {
                    // One report is enough for all the rows of an operand.
                    Some((known, all, _)) if same_range(*known, at) => *all += count as u64,
                    _ => unwritten.push((at + first as u64, count as u64, NOWHERE)),
                }
            }
            at += piece.len as u64;
        }
    }
}

fn same_range(one: u64, other: u64) -> bool {
    let space = space::read();
    let base = |at| space.find(at).map(|range| range.base);
    base(one) == base(other)
}

/// Returns what a body's call belongs to.
///
/// # Safety
/// `call` is what the running body was given.
unsafe fn session<'a>(call: *const Call) -> &'a Session<'a, 'a> {
    // SAFETY: the caller's word; the session lives as long as the call.
    unsafe { &*(*call).driver.cast() }
}

unsafe extern "C" fn load(call: *const Call, address: u64, to: *mut u8, bytes: usize) -> bool {
    // SAFETY: bodies pass on their own call (Native 1).
    let session = unsafe { session(call) };
    let Some(pieces) = session.access(address, bytes, Access::Read) else { return false };
    if checks::now().uninitialised {
        session.look_for_unwritten(address, &pieces);
    }
    let mut done = 0;
    for piece in pieces {
        // SAFETY: the piece was found a moment ago, and its memory is not given back before the launch has ended; the body
        // vouches for `bytes` bytes at `to`, which are host memory and its own.
        unsafe { std::ptr::copy(piece.host as *const u8, to.add(done), piece.len) };
        done += piece.len;
    }
    true
}

unsafe extern "C" fn store(call: *const Call, address: u64, from: *const u8, bytes: usize) -> bool {
    // SAFETY: bodies pass on their own call (Native 1).
    let session = unsafe { session(call) };
    let Some(pieces) = session.access(address, bytes, Access::Write) else { return false };
    let mut done = 0;
    for piece in pieces {
        // SAFETY: as in `load`, the other way round.
        unsafe { std::ptr::copy(from.add(done), piece.host as *mut u8, piece.len) };
        shadow::set(piece.host, piece.len);
        done += piece.len;
    }
    true
}

unsafe extern "C" fn touch(call: *const Call, address: u64, bytes: usize, manner: u32) -> bool {
    // SAFETY: bodies pass on their own call (Native 1).
    let session = unsafe { session(call) };
    let access = match manner {
        READ => Access::Read,
        WRITE => Access::Write,
        _ => {
            journal::note(format!("a native kernel touched memory in the unknown manner {manner}"));
            return false;
        }
    };
    session.access(address, bytes, access).is_some()
}

unsafe extern "C" fn fail(call: *const Call, text: *const c_char, bytes: usize) {
    // SAFETY: bodies pass on their own call (Native 1).
    let session = unsafe { session(call) };
    if text.is_null() {
        return;
    }
    // SAFETY: the body vouches for `bytes` bytes at `text`.
    let text = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), bytes) };
    let mut place = session.text.lock().unwrap_or_else(PoisonError::into_inner);
    place.get_or_insert_with(|| String::from_utf8_lossy(text).into_owned());
}
