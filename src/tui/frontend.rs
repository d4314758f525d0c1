//! The interface between the event loop and the part that shows the app to the user.

use super::osc::TerminalCommand;
use crate::app::{App, Mode};

/// Shows an [`App`] to the user: as cells on a screen ([`super::FullScreen`]) or line by line ([`super::LineMode`]).
pub trait Frontend {
    /// Shows the current state of `app` in one write, or none if nothing has changed, after setting its screen size.
    ///
    /// # Errors
    /// When the terminal cannot be written, or its size cannot be read.
    fn draw(&mut self, app: &mut App) -> anyhow::Result<()>;

    /// Whether a mode is over as soon as one frame has shown it. The loop then cancels the mode. Line mode prints the help
    /// page once and returns to the input line.
    fn is_shown_once(&self, mode: Mode) -> bool;

    /// Makes the next [`Frontend::draw`] write everything, because another program may have written to the terminal.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    fn repaint(&mut self) -> anyhow::Result<()>;

    /// Queues a command, which is written before the next frame.
    fn terminal_command(&mut self, command: &TerminalCommand);

    /// Leaves the terminal ready for the output of another program, such as the shell.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    fn shutdown(&mut self) -> anyhow::Result<()>;
}

impl<F: Frontend + ?Sized> Frontend for Box<F> {
    fn draw(&mut self, app: &mut App) -> anyhow::Result<()> {
        (**self).draw(app)
    }

    fn is_shown_once(&self, mode: Mode) -> bool {
        (**self).is_shown_once(mode)
    }

    fn repaint(&mut self) -> anyhow::Result<()> {
        (**self).repaint()
    }

    fn terminal_command(&mut self, command: &TerminalCommand) {
        (**self).terminal_command(command);
    }

    fn shutdown(&mut self) -> anyhow::Result<()> {
        (**self).shutdown()
    }
}
