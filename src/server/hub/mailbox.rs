//! The state shared by the hub and one client's task.

use crate::server::outbox::Outbox;
use crate::server::room::ServerTime;
use bytes::Bytes;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The output for one client and the request to disconnect it.
#[derive(Debug)]
pub(in crate::server) struct Mailbox {
    state: Mutex<MailboxState>,
    /// Wakes the client's task: there is output, a hang-up, or an end of backpressure.
    pub(in crate::server) notify: Notify,
}

#[derive(Debug)]
pub(in crate::server) struct MailboxState {
    pub(in crate::server) outbox: Outbox,
    /// When the client is disconnected, if that is requested.
    pub(in crate::server) hang_up: Option<ServerTime>,
}

impl Mailbox {
    /// Creates an empty mailbox for `limit` bytes of output.
    pub(super) fn new(limit: usize) -> Self {
        Self { state: Mutex::new(MailboxState { outbox: Outbox::new(limit), hang_up: None }), notify: Notify::new() }
    }

    /// Locks the state.
    pub(in crate::server) fn open(&self) -> MutexGuard<'_, MailboxState> {
        // No operation on the state panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a notice of the server and wakes the client's task.
    pub(super) fn send_notice(&self, notice: impl Into<Bytes>) {
        self.open().outbox.enqueue_notice(notice);
        self.notify.notify_one();
    }

    /// Requests that the client's task disconnect at this time.
    pub(super) fn hang_up(&self, at: ServerTime) {
        self.open().hang_up = Some(at);
        self.notify.notify_one();
    }
}
