//! What the loop was woken by.

use super::signals::Signal;
use crate::app::Event;
use crate::link::{LinkEvent, LinkId};
use crossterm::event::Event as Input;
use std::io;

/// What ended the waiting.
pub(crate) enum LoopEvent {
    Signal(Signal),
    Edited(Result<String, String>),
    Frame,
    Input(Option<io::Result<Input>>),
    Due,
    News(LinkId, LinkEvent),
    House(Event),
    Done(Event),
    Work,
}
