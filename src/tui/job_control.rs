//! Whose turn the terminal is: ours, the shell's while we are suspended, or the editor's.
//!
//! While the editor has it, nothing is drawn and no key is read, and all the rest of the loop goes on. A signal that the
//! terminal sends then is meant for the editor, and reaches us only because we are in the same group of processes.

use super::frame_clock::Urgency;
use super::frontend::Frontend;
use super::signals::Signal;
use super::system::{Suspended, System};
use super::{EventLoop, Exit};
use crate::app::{App, Event};
use crossterm::event::Event as Input;
use futures_util::Stream;
use std::io;

impl<F, S, H> EventLoop<F, S, H>
where
    F: Frontend,
    S: Stream<Item = io::Result<Input>> + Unpin,
    H: System,
{
    pub(crate) fn on_signal(&mut self, app: &mut App, signal: Signal) -> anyhow::Result<Option<Exit>> {
        let is_lent = self.editor.is_running();
        match signal {
            Signal::Stop if is_lent => {
                self.host.wait_for_continue();
                Ok(None)
            }
            // The editor sees to the terminal.
            Signal::Continue | Signal::Interrupt | Signal::Quit if is_lent => Ok(None),
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

    pub(crate) fn suspend(&mut self, app: &mut App) -> anyhow::Result<()> {
        self.face.shutdown()?;
        match self.host.suspend()? {
            Suspended::Yes => self.is_suspended = true,
            Suspended::Unavailable => self.notify(app, Event::SuspendUnavailable),
        }
        self.repaint()
    }

    /// What is only a word to the user; that may be logged.
    fn notify(&mut self, app: &mut App, event: Event) {
        let outcome = self.update_app(app, event);
        self.errands.run_all(outcome.effects);
    }

    /// Lends the terminal to an editor with this text in it.
    pub(crate) fn edit(&mut self, app: &mut App, text: String) -> anyhow::Result<()> {
        if self.editor.is_running() {
            self.notify(app, Event::EditorClosed(Err("An editor is open already.".to_owned())));
            return Ok(());
        }
        self.face.shutdown()?;
        self.host.release_terminal();
        self.editor.start(self.host.editor(), text);
        Ok(())
    }

    /// The terminal comes back, and the text with it.
    pub(crate) async fn on_edited(
        &mut self,
        app: &mut App,
        edited: Result<String, String>,
    ) -> anyhow::Result<Option<Exit>> {
        self.host.reclaim_terminal()?;
        self.repaint()?;
        self.update(app, Event::EditorClosed(edited), Urgency::Now).await
    }

    pub(crate) fn repaint(&mut self) -> anyhow::Result<()> {
        self.face.repaint()?;
        // Whoever had the terminal meanwhile may have called it something else.
        self.title.clear();
        self.frames.request(Urgency::Now);
        Ok(())
    }
}
