//! Signals, and the times when somebody else has the terminal.

use super::frame_clock::Urgency;
use super::{Exit, Face, Host, Signal, Suspended, Tui};
use crate::app::{App, Event};
use crossterm::event::Event as Input;
use futures_util::Stream;
use std::io;

impl<F, S, H> Tui<F, S, H>
where
    F: Face,
    S: Stream<Item = io::Result<Input>> + Unpin,
    H: Host,
{
    pub(super) fn on_signal(&mut self, app: &mut App, signal: Signal) -> anyhow::Result<Option<Exit>> {
        match signal {
            Signal::Stop => self.suspend(app).map(|()| None),
            // The end of a suspension of our own.
            Signal::Continue if std::mem::take(&mut self.is_suspended) => Ok(None),
            Signal::Continue => {
                // Somebody stopped us without asking; what the shell did to the terminal meanwhile is undone.
                self.host.resume()?;
                self.repaint().map(|()| None)
            }
            Signal::Interrupt | Signal::Quit | Signal::Terminate | Signal::HangUp => Ok(Some(Exit::Signal(signal))),
        }
    }

    pub(super) fn suspend(&mut self, app: &mut App) -> anyhow::Result<()> {
        self.face.leave()?;
        match self.host.suspend()? {
            Suspended::Yes => self.is_suspended = true,
            Suspended::NoShell => {
                // Only a word to the user; it has no effects.
                let _ = app.update(self.now(), Event::NoShell);
            }
        }
        self.repaint()
    }

    pub(super) fn repaint(&mut self) -> anyhow::Result<()> {
        self.face.repaint()?;
        // Whoever had the terminal meanwhile may have called it something else.
        self.title.clear();
        self.frames.request(Urgency::Now);
        Ok(())
    }
}
