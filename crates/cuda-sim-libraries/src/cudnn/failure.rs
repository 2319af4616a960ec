//! What a call of the library that fails says: a status, and a sentence for `cudnnGetLastErrorString` and the callback.

use cudnn_sys::cudnnStatus_t as Status;
use std::cell::RefCell;

/// Why a call failed. The status is in the numbering of cuDNN 9.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) status: Status,
    pub(crate) message: String,
}

pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

/// Says that an argument is wrong.
pub(crate) fn bad_param(message: impl Into<String>) -> Failure {
    Failure::new(Status::CUDNN_STATUS_BAD_PARAM, message)
}

/// Says that what was asked for exists, but not for these arguments.
pub(crate) fn not_supported(message: impl Into<String>) -> Failure {
    Failure::new(Status::CUDNN_STATUS_NOT_SUPPORTED, message)
}

/// Fails with a bad parameter unless `condition` holds.
pub(crate) fn require(condition: bool, message: impl Into<String>) -> Outcome {
    if condition { Ok(()) } else { Err(bad_param(message)) }
}

/// Fails with an unsupported combination unless `condition` holds.
pub(crate) fn support(condition: bool, message: impl Into<String>) -> Outcome {
    if condition { Ok(()) } else { Err(not_supported(message)) }
}

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Notes the sentence for `cudnnGetLastErrorString`.
pub(crate) fn remember(failure: &Failure) {
    LAST.with_borrow_mut(|last| last.clone_from(&failure.message));
}

/// Takes the sentence of this thread's last failure: asking clears it.
pub(crate) fn take_last() -> String {
    LAST.take()
}
