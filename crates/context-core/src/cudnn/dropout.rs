//! Dropout: the descriptor with its random states, and the calls.

#![allow(unsafe_code)]

use std::fmt;

use super::{
    At, DataType, Error, Handle, Library, Result, TensorDescriptor, Workspace, call,
    descriptor::{DropoutKind, Owned, raw_forms, table_call},
    memory::at,
};

/// A dropout, as cuDNN takes it: the probability, and where its random states are in device memory.
///
/// This one does not own that memory. [`Dropout`](super::Dropout) does.
pub struct DropoutDescriptor {
    pub(super) owned: Owned<DropoutKind>,
    probability: f32,
    states: Workspace,
}

raw_forms!(DropoutDescriptor, cudnnDropoutDescriptor_t, "cudnnDestroyDropoutDescriptor");

impl DropoutDescriptor {
    /// Makes the descriptor of a dropout that drops nothing and has no states: for a recurrent network without one.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnSetDropoutDescriptor")]
    pub fn none(handle: &mut Handle) -> Result<DropoutDescriptor> {
        // SAFETY: with no states there is no memory to vouch for.
        unsafe { DropoutDescriptor::new(handle, 0.0, Workspace::NONE, 0) }
    }

    /// Makes a descriptor, and has the random states of `seed` written to `states` in the order of the handle's stream.
    ///
    /// # Errors
    /// [`Error::Shape`] for a probability outside of 0 to 1; [`Error::Call`], for example for too little memory.
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses), for as long as the descriptor or a copy of its handle is used: every
    /// forward call reads and writes the states.
    #[doc(alias = "cudnnSetDropoutDescriptor")]
    pub unsafe fn new(
        handle: &mut Handle,
        probability: f32,
        states: Workspace,
        seed: u64,
    ) -> Result<DropoutDescriptor> {
        // SAFETY: the caller's promise is the same.
        unsafe { DropoutDescriptor::set(handle, probability, states, seed, true) }
    }

    /// Makes a descriptor over states that are there already, in the order of the handle's stream. Runs nothing.
    ///
    /// # Errors
    /// As [`new`](DropoutDescriptor::new).
    ///
    /// # Safety
    /// As [`new`](DropoutDescriptor::new); and `states` were written by a dropout of this device.
    #[doc(alias = "cudnnRestoreDropoutDescriptor")]
    pub unsafe fn restore(
        handle: &mut Handle,
        probability: f32,
        states: Workspace,
        seed: u64,
    ) -> Result<DropoutDescriptor> {
        // SAFETY: the caller's promise is the same.
        unsafe { DropoutDescriptor::set(handle, probability, states, seed, false) }
    }

    /// # Safety
    /// As [`new`](DropoutDescriptor::new) and [`restore`](DropoutDescriptor::restore).
    unsafe fn set(
        handle: &mut Handle,
        probability: f32,
        states: Workspace,
        seed: u64,
        anew: bool,
    ) -> Result<DropoutDescriptor> {
        if !(0.0..=1.0).contains(&probability) {
            let detail = format!("the probability {probability} does not lie between 0 and 1");
            return Err(Error::Shape { operation: "making a dropout", detail });
        }
        let owned = Owned::<DropoutKind>::new(handle.library(), |_, _| Ok(()))?;
        handle.enter()?;
        let (table, raw) = (handle.library().table(), handle.as_raw());
        // SAFETY: the descriptor is new, the handle is live; the caller vouches for the states (Call 1).
        unsafe {
            if anew {
                table_call!(
                    table,
                    cudnnSetDropoutDescriptor(
                        owned.raw(),
                        raw,
                        probability,
                        at(states.address),
                        states.bytes,
                        seed
                    )
                )
            } else {
                table_call!(
                    table,
                    cudnnRestoreDropoutDescriptor(
                        owned.raw(),
                        raw,
                        probability,
                        at(states.address),
                        states.bytes,
                        seed
                    )
                )
            }
        }
        .map_err(|error| super::handle::explain(handle.context(), error))
        .map_err(|error| error.doing(|| format!("a dropout of {probability}, states {states:?}")))?;
        Ok(DropoutDescriptor { owned, probability, states })
    }

    /// Returns how probable it is that an element is dropped.
    pub fn probability(&self) -> f32 {
        self.probability
    }

    /// Returns where the states are.
    pub fn states(&self) -> Workspace {
        self.states
    }

    /// Returns how many bytes a forward call keeps for the way back.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnDropoutGetReserveSpaceSize")]
    pub fn reserve_bytes<T: DataType>(library: Library, x: &TensorDescriptor<T>) -> Result<usize> {
        let mut bytes = 0;
        // SAFETY: the descriptor is live; the number outlives the call.
        unsafe { table_call!(library.table(), cudnnDropoutGetReserveSpaceSize(x.as_raw(), &mut bytes)) }?;
        Ok(bytes)
    }
}

impl fmt::Debug for DropoutDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dropout of {}", self.probability)
    }
}

impl Handle {
    /// Returns how many bytes of random states a dropout on this device has.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnDropoutGetStatesSize")]
    pub fn dropout_states_bytes(&mut self) -> Result<usize> {
        let mut bytes = 0;
        // SAFETY: the number outlives the call.
        unsafe { call!(self, cudnnDropoutGetStatesSize(&mut bytes)) }?;
        Ok(bytes)
    }

    /// Drops elements of `x` at random, and multiplies the others by 1 / (1 - probability), into `y`.
    ///
    /// # Errors
    /// [`Error::Call`].
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses), the reserve and the descriptor's states among them. `y` may be `x`.
    #[doc(alias = "cudnnDropoutForward")]
    pub unsafe fn dropout_forward<T: DataType>(
        &mut self,
        dropout: &DropoutDescriptor,
        x: At<'_, T>,
        y: At<'_, T>,
        reserve: Workspace,
    ) -> Result<()> {
        // SAFETY: the descriptors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnDropoutForward(
                    dropout.as_raw(),
                    x.0.as_raw(),
                    at(x.1),
                    y.0.as_raw(),
                    at(y.1),
                    at(reserve.address),
                    reserve.bytes
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{dropout:?} of x {:?} into y {:?}", x.0, y.0)))
    }

    /// Computes `dx` from `dy`, with what a forward call kept in `reserve`.
    ///
    /// # Errors
    /// [`Error::Call`].
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses), the reserve among them. `dx` may be `dy`.
    #[doc(alias = "cudnnDropoutBackward")]
    pub unsafe fn dropout_backward<T: DataType>(
        &mut self,
        dropout: &DropoutDescriptor,
        dy: At<'_, T>,
        dx: At<'_, T>,
        reserve: Workspace,
    ) -> Result<()> {
        // SAFETY: the descriptors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnDropoutBackward(
                    dropout.as_raw(),
                    dy.0.as_raw(),
                    at(dy.1),
                    dx.0.as_raw(),
                    at(dx.1),
                    at(reserve.address),
                    reserve.bytes
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{dropout:?} backward, dy {:?}, dx {:?}", dy.0, dx.0)))
    }
}
