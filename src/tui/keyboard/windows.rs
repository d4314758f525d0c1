//! Keyboard input on Windows, whose console delivers events: crossterm's stream.

use crossterm::event::{Event as Input, EventStream};
use futures_util::{Stream, StreamExt as _};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Stream of keyboard, mouse and resize events.
#[derive(Debug, Default)]
pub struct Keyboard(EventStream);

impl Keyboard {
    /// Opens the console's event stream.
    ///
    /// # Errors
    /// Never fails on this system.
    pub fn open() -> io::Result<Self> {
        Ok(Self::default())
    }
}

impl Stream for Keyboard {
    type Item = io::Result<Input>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}
