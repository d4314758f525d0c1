//! The keyboard where the terminal is a console with events of its own: crossterm's stream.

use crossterm::event::{Event as Input, EventStream};
use futures_util::{Stream, StreamExt as _};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What is typed, as it comes.
#[derive(Debug, Default)]
pub struct Keyboard(EventStream);

impl Keyboard {
    /// The console's.
    ///
    /// # Errors
    /// None here.
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
