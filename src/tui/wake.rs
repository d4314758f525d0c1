//! What the loop was woken by.

use super::saver::Saved;
use super::signals::Signal;
use crate::app::HouseNews;
use crate::link::{LinkEvent, LinkId};
use crossterm::event::Event as Input;
use std::io;

/// What ended the waiting.
pub(super) enum Wake {
    Signal(Signal),
    Frame,
    Input(Option<io::Result<Input>>),
    Due,
    News(LinkId, LinkEvent),
    House(HouseNews),
    Saved(Saved),
    Work,
}
