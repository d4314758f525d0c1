//! The full-screen front end: draws the frames of `ui` and writes what has changed.

pub(crate) mod ambiguous_width;
pub(crate) mod ansi16;
pub(crate) mod backend;

use super::frontend::Frontend;
use super::osc::TerminalCommand;
use crate::app::{App, Mode};
use crate::ui::{self, ResolvedTheme, ThemeCache};
use ambiguous_width::AmbiguousLines;
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::{Position, Rect};

/// A ratatui backend that also writes commands other than cells.
pub trait TerminalBackend: Backend {
    /// Queues a command, which is written before the next frame, in the same write.
    fn terminal_command(&mut self, command: &TerminalCommand);
}

/// Draws the program on the whole screen.
#[derive(Debug)]
pub struct FullScreen<B: Backend> {
    terminal: Terminal<B>,
    themes: ThemeCache,
    ambiguous_lines: AmbiguousLines,
}

impl<B: Backend> FullScreen<B> {
    /// Draws to this terminal with the default theme.
    pub fn new(terminal: Terminal<B>) -> Self {
        let themes = ThemeCache::new(ResolvedTheme::default());
        Self { terminal, themes, ambiguous_lines: AmbiguousLines::default() }
    }

    /// Draws with the themes of this cache.
    #[must_use]
    pub fn with_themes(self, themes: ThemeCache) -> Self {
        Self { themes, ..self }
    }
}

impl<B> Frontend for FullScreen<B>
where
    B: TerminalBackend,
    B::Error: Send + Sync + 'static,
{
    fn draw(&mut self, app: &mut App) -> anyhow::Result<()> {
        if let Some(panes) = ui::panes(Rect::from((Position::ORIGIN, self.terminal.size()?)), app) {
            app.set_screen_size(panes.viewport());
        }
        let theme = self.themes.select(app.theme(), app.color_priority());
        self.terminal.draw(|frame| {
            ui::draw(frame, app, theme);
            self.ambiguous_lines.refresh(frame.buffer_mut());
        })?;
        Ok(())
    }

    fn is_shown_once(&self, _mode: Mode) -> bool {
        false
    }

    fn repaint(&mut self) -> anyhow::Result<()> {
        self.ambiguous_lines = AmbiguousLines::default();
        Ok(self.terminal.clear()?)
    }

    fn terminal_command(&mut self, command: &TerminalCommand) {
        self.terminal.backend_mut().terminal_command(command);
    }

    /// Does nothing: leaving the alternate screen removes the frame.
    fn shutdown(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}
