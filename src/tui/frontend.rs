//! What the user sees the program by.

use super::osc::TerminalCommand;
use crate::app::{Action, App};

/// Shows `&App` to the user, one way or another: cells on a screen ([`super::FullScreen`]), or lines one after the other
/// ([`super::LineMode`]). The loop knows no more of it than this.
pub trait Frontend {
    /// Brings what is shown up to what `app` is, in one write, or none if nothing has changed. Tells `app` how much room
    /// there is. What it gives is to be done next: a page that has been read out is left again.
    ///
    /// # Errors
    /// When the terminal cannot be written to, or does not tell its size.
    fn draw(&mut self, app: &mut App) -> anyhow::Result<Option<Action>>;

    /// Makes the next [`Frontend::draw`] show everything, whatever happened to the terminal meanwhile.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn repaint(&mut self) -> anyhow::Result<()>;

    /// Says this in front of the next frame.
    fn terminal_command(&mut self, aside: &TerminalCommand);

    /// Leaves the terminal in order for whoever writes to it next: the shell.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn shutdown(&mut self) -> anyhow::Result<()>;
}

/// One loop in the program for all faces.
impl<F: Frontend + ?Sized> Frontend for Box<F> {
    fn draw(&mut self, app: &mut App) -> anyhow::Result<Option<Action>> {
        (**self).draw(app)
    }

    fn repaint(&mut self) -> anyhow::Result<()> {
        (**self).repaint()
    }

    fn terminal_command(&mut self, aside: &TerminalCommand) {
        (**self).terminal_command(aside);
    }

    fn shutdown(&mut self) -> anyhow::Result<()> {
        (**self).shutdown()
    }
}
