//! Devices that reach each other's memory.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::Out;
use crate::handle::Handle;
use crate::operation::Work;
use crate::schedule::Edge;
use crate::space;
use crate::state::{State, lock};
use crate::stream::Order;
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

    /// Returns what a copy between these addresses comes after, besides what is always before it in `stream`.
    ///
    /// In the legacy default stream, a copy between the memories of two devices begins when all that was given to either before has
    /// been done, and what either is given later begins when the copy has been done ([`State::let_devices_go_on`]). So it counts as
    /// work of the legacy default streams of both.
    pub(crate) fn hold_up_devices(&mut self, stream: Handle, addresses: [u64; 2]) -> Vec<Edge> {
        let Some(own) = self.streams.get(stream).filter(|it| it.order == Order::Legacy) else {
            return Vec::new();
        };
        let own = own.context;
        let devices = {
            let space = space::read();
            addresses.map(|address| space.live(address).map(|range| range.device))
        };
        if devices[0] == devices[1] {
            return Vec::new();
        }
        let held_up = |(handle, device): (Handle, usize)| {
            handle != own && devices.contains(&Some(device)) && self.check_fault(handle).is_ok()
        };
        let legacies: Vec<Handle> = self
            .contexts
            .iter()
            .filter(|(handle, context)| held_up((*handle, context.device)))
            .map(|(_, context)| context.legacy)
            .collect();
        let mut edges = Vec::new();
        for legacy in legacies {
            self.submit(legacy, Work::Nothing);
            edges.push(self.last_of(legacy));
        }
        edges
    }

    /// Lets the streams that a copy came after ([`State::hold_up_devices`]) go on behind it; it is the last that `stream` was given.
    pub(crate) fn let_devices_go_on(&mut self, stream: Handle, held_up: &[Edge]) {
        let copy = self.last_of(stream);
        for edge in held_up {
            self.submit_behind(edge.moment.0, Work::Nothing, std::slice::from_ref(&copy));
        }
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
