//! Devices that reach each other's memory.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::Out;
use crate::handle::Handle;
use crate::state::{State, lock};
use crate::sys::CUdevice_P2PAttribute;

impl State {
    fn are_linked(&mut self, device: i32, peer: i32) -> Answer<bool> {
        self.device(device)?;
        self.device(peer)?;
        Ok(self.config.peers && device != peer)
    }

    /// Returns the current context and the device of `peer`, which must be another.
    fn peers(&mut self, peer: Handle) -> Answer<(Handle, usize)> {
        let (context, own) = self.usable_device()?;
        self.check_context(peer)?;
        let peer = self.plain(peer);
        let device = self.contexts.get(peer).map(|peer| peer.device).ok_or(INVALID_CONTEXT)?;
        if peer == context || device == own {
            return Err(INVALID_CONTEXT);
        }
        Ok((context, device))
    }
}

impl Sim {
    pub(crate) fn cuDeviceCanAccessPeer(can: Out<i32>, device: i32, peer: i32) -> Answer {
        let out = can.required()?;
        out.put(lock().are_linked(device, peer)?.into());
        Ok(())
    }

    pub(crate) fn cuDeviceGetP2PAttribute(
        value: Out<i32>,
        attribute: CUdevice_P2PAttribute,
        device: i32,
        peer: i32,
    ) -> Answer {
        use CUdevice_P2PAttribute as A;
        let out = value.required()?;
        let mut state = lock();
        let linked = state.are_linked(device, peer)?;
        if device == peer {
            return Err(INVALID_DEVICE);
        }
        out.put(match attribute {
            A::CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK => 0,
            A::CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED
            | A::CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED => linked.into(),
            A::CU_DEVICE_P2P_ATTRIBUTE_CUDA_ARRAY_ACCESS_SUPPORTED => 0,
            _ => return Err(INVALID_VALUE),
        });
        Ok(())
    }

    pub(crate) fn cuCtxEnablePeerAccess(peer: Handle, flags: u32) -> Answer {
        let mut state = lock();
        if flags != 0 {
            return Err(INVALID_VALUE);
        }
        let (context, device) = state.peers(peer)?;
        if !state.config.peers {
            return Err(PEER_ACCESS_UNSUPPORTED);
        }
        let context = state.contexts.get_mut(context).ok_or(INVALID_CONTEXT)?;
        if context.peers.insert(device) { Ok(()) } else { Err(PEER_ACCESS_ALREADY_ENABLED) }
    }

    pub(crate) fn cuCtxDisablePeerAccess(peer: Handle) -> Answer {
        let mut state = lock();
        let (context, device) = state.peers(peer)?;
        let context = state.contexts.get_mut(context).ok_or(INVALID_CONTEXT)?;
        if context.peers.remove(&device) { Ok(()) } else { Err(PEER_ACCESS_NOT_ENABLED) }
    }
}
