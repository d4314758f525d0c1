//! The face on a screen of cells: the frame that `ui` draws, and what changed of it written.

pub(crate) mod ambiguous_width;
pub(crate) mod ansi16;
pub(crate) mod backend;

use super::frontend::Frontend;
use super::osc::TerminalCommand;
use crate::app::{Action, App};
use crate::ui::{self, ResolvedTheme, ThemeCache};
use ambiguous_width::AmbiguousLines;
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::{Position, Rect};

/// A backend that can also be told what is no cell.
pub trait TerminalBackend: Backend {
    /// Says this in front of the next frame, with the flush that ends it.
    fn aside(&mut self, aside: &TerminalCommand);
}

/// Draws the program on the whole screen.
#[derive(Debug)]
pub struct FullScreen<B: Backend> {
    terminal: Terminal<B>,
    wardrobe: ThemeCache,
    lines: AmbiguousLines,
}

impl<B: Backend> FullScreen<B> {
    /// Draws to this terminal, in colour.
    pub fn new(terminal: Terminal<B>) -> Self {
        Self { terminal, wardrobe: ThemeCache::new(ResolvedTheme::default()), lines: AmbiguousLines::default() }
    }

    /// The same with other looks, and others to change to.
    #[must_use]
    pub fn with_wardrobe(self, wardrobe: ThemeCache) -> Self {
        Self { wardrobe, ..self }
    }
}

impl<B> Frontend for FullScreen<B>
where
    B: TerminalBackend,
    B::Error: Send + Sync + 'static,
{
    fn draw(&mut self, app: &mut App) -> anyhow::Result<Option<Action>> {
        if let Some(panes) = ui::panes(Rect::from((Position::ORIGIN, self.terminal.size()?)), app) {
            app.set_screen_size(panes.viewport());
        }
        let theme = self.wardrobe.select(app.theme(), app.color_priority());
        self.terminal.draw(|frame| {
            ui::draw(frame, app, theme);
            self.lines.refresh(frame.buffer_mut());
        })?;
        Ok(None)
    }

    fn repaint(&mut self) -> anyhow::Result<()> {
        self.lines = AmbiguousLines::default();
        Ok(self.terminal.clear()?)
    }

    fn terminal_command(&mut self, aside: &TerminalCommand) {
        self.terminal.backend_mut().aside(aside);
    }

    /// The screen is the program's own and goes with it.
    fn shutdown(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}
