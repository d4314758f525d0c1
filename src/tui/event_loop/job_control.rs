//! Suspending, resuming, and lending the terminal to the external editor.
//!
//! While the editor runs, nothing is drawn and no key is read; the rest of the loop continues. Signals that the terminal
//! sends then are meant for the editor and reach this process only because both are in one process group.

use super::{EventLoop, Exit, Urgency};
use crate::app::{App, Event};
use crate::tui::frontend::Frontend;
use crate::tui::signals::Signal;
use crate::tui::system::{Suspended, System};
use crossterm::event::Event as Input;
use futures_util::Stream;
use std::io;

impl<F, I, S> EventLoop<F, I, S>
where
    F: Frontend,
    I: Stream<Item = io::Result<Input>> + Unpin,
    S: System,
{
    pub(super) fn on_signal(&mut self, app: &mut App, signal: Signal) -> anyhow::Result<Option<Exit>> {
        let is_editing = self.editor.is_running();
        match signal {
            Signal::Stop if is_editing => {
                self.system.wait_for_continue();
                Ok(None)
            }
            // Left to the editor.
            Signal::Continue | Signal::Interrupt | Signal::Quit if is_editing => Ok(None),
            Signal::Stop => self.suspend(app).map(|()| None),
            // Ends a suspension by `suspend`, which has restored the screen.
            Signal::Continue if std::mem::take(&mut self.is_suspended) => Ok(None),
            Signal::Continue => {
                // Another process stopped this one with SIGSTOP; the shell may have changed the terminal's modes.
                self.system.resume()?;
                self.repaint().map(|()| None)
            }
            Signal::Interrupt | Signal::Quit | Signal::Terminate | Signal::HangUp => Ok(Some(Exit::Signal(signal))),
        }
    }

    /// Stops the process until the shell continues it, or reports that there is no shell to do so.
    pub(super) fn suspend(&mut self, app: &mut App) -> anyhow::Result<()> {
        self.frontend.shutdown()?;
        match self.system.suspend()? {
            Suspended::Yes => self.is_suspended = true,
            Suspended::Unavailable => self.notify(app, Event::SuspendUnavailable),
        }
        self.repaint()
    }

    /// Updates the core with an event that results in a message only, which may be logged.
    fn notify(&mut self, app: &mut App, event: Event) {
        let update = self.update_app(app, event);
        self.background_io.run_all(update.effects);
    }

    /// Lends the terminal to the external editor and opens `text` in it.
    pub(super) fn open_editor(&mut self, app: &mut App, text: String) -> anyhow::Result<()> {
        if self.editor.is_running() {
            self.notify(app, Event::EditorClosed(Err("An editor is already open.".to_owned())));
            return Ok(());
        }
        self.frontend.shutdown()?;
        self.system.release_terminal();
        self.editor.start(self.system.editor(), text);
        Ok(())
    }

    /// Takes the terminal back from the editor and hands its text to the core.
    pub(super) async fn on_editor_closed(
        &mut self,
        app: &mut App,
        edited: Result<String, String>,
    ) -> anyhow::Result<Option<Exit>> {
        self.system.reclaim_terminal()?;
        self.repaint()?;
        self.update(app, Event::EditorClosed(edited), Urgency::Now).await
    }

    /// Draws everything again, including the window title.
    pub(super) fn repaint(&mut self) -> anyhow::Result<()> {
        self.frontend.repaint()?;
        // The program that had the terminal may have changed it.
        self.title.clear();
        self.frame_clock.request(Urgency::Now);
        Ok(())
    }
}
