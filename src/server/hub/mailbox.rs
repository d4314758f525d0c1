//! What a client's task and the hub share.

use crate::server::outbox::Outbox;
use crate::server::room::ServerTime;
use bytes::Bytes;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What is for one client.
#[derive(Debug)]
pub(in crate::server) struct Mailbox {
    inside: Mutex<MailboxState>,
    /// Something has changed: there is something to write, to do, or room to speak.
    pub(in crate::server) notify: Notify,
}

#[derive(Debug)]
pub(in crate::server) struct MailboxState {
    pub(in crate::server) outbox: Outbox,
    /// When the server will hang up, if it will.
    pub(in crate::server) hang_up: Option<ServerTime>,
}

impl Mailbox {
    /// Empty, for so many bytes.
    pub(super) fn new(outbox: usize) -> Self {
        Self { inside: Mutex::new(MailboxState { outbox: Outbox::new(outbox), hang_up: None }), notify: Notify::new() }
    }

    pub(in crate::server) fn open(&self) -> MutexGuard<'_, MailboxState> {
        // Nothing that is done with it can panic half-way.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds words of the server's own, and wakes the client's task to write them.
    pub(super) fn send_notice(&self, words: impl Into<Bytes>) {
        self.open().outbox.enqueue_notice(words);
        self.notify.notify_one();
    }

    /// Has the client's task hang up then.
    pub(super) fn hang_up(&self, at: ServerTime) {
        self.open().hang_up = Some(at);
        self.notify.notify_one();
    }
}
