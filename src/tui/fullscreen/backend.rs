//! A ratatui backend that writes each frame at once.

use super::TerminalBackend;
use super::ambiguous_width::{has_ambiguous, pad_ambiguous};
use crate::tui::osc::TerminalCommand;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::io::{self, Write};

/// Collects a whole frame and writes it at once, as a synchronized update.
///
/// `CrosstermBackend` flushes at each cursor command, so a frame would be four writes, and a terminal that draws in
/// between would show a torn frame with the cursor in odd places. This backend hides the cursor while cells change, moves
/// it only if its position has changed, and writes nothing for a frame without changes.
///
/// Terminals without synchronized output ignore it:
/// <https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036>.
#[derive(Debug)]
pub struct FrameBackend<W: Write> {
    out: W,
    frame: Vec<u8>,
    has_cells: bool,
    /// Bytes of commands to be written before the frame.
    pending_commands: Vec<u8>,
    cursor: Cursor,
    /// Cursor that the terminal shows; `None` if unknown.
    shown: Option<Cursor>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Cursor {
    position: Position,
    is_visible: bool,
}

impl<W: Write> FrameBackend<W> {
    /// Draws to `out`, which needs no buffer: each frame is one write.
    pub fn new(out: W) -> Self {
        Self {
            out,
            frame: Vec::new(),
            has_cells: false,
            pending_commands: Vec::new(),
            cursor: Cursor::default(),
            shown: None,
        }
    }

    /// Whether cells or cursor differ from what the terminal shows.
    fn needs_redraw(&self) -> bool {
        self.has_cells || self.shown != Some(self.cursor)
    }

    /// Returns the bytes of the pending commands and the frame, and clears them.
    fn take_frame(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.pending_commands.len() + self.frame.len() + 64);
        bytes.append(&mut self.pending_commands);
        if !self.needs_redraw() {
            return Ok(bytes);
        }
        queue!(bytes, BeginSynchronizedUpdate)?;
        if self.has_cells {
            queue!(bytes, Hide)?;
            bytes.append(&mut self.frame);
        }
        queue!(bytes, MoveTo(self.cursor.position.x, self.cursor.position.y))?;
        if self.cursor.is_visible {
            queue!(bytes, Show)?;
        } else {
            queue!(bytes, Hide)?;
        }
        queue!(bytes, EndSynchronizedUpdate)?;
        Ok(bytes)
    }
}

impl<W: Write> Backend for FrameBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let cells: Vec<_> = content.collect();
        if cells.is_empty() {
            return Ok(());
        }
        self.has_cells = true;
        let mut out = CrosstermBackend::new(&mut self.frame);
        if !has_ambiguous(&cells) {
            return out.draw(cells.into_iter());
        }
        let cells = pad_ambiguous(cells);
        out.draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell)))
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cursor.is_visible = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cursor.is_visible = true;
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.position)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor.position = position.into();
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.has_cells = true;
        self.shown = None;
        CrosstermBackend::new(&mut self.frame).clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        CrosstermBackend::new(io::sink()).window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.needs_redraw() && self.pending_commands.is_empty() {
            return Ok(());
        }
        let bytes = self.take_frame()?;
        self.frame.clear();
        self.has_cells = false;
        self.shown = Some(self.cursor);
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

impl<W: Write> TerminalBackend for FrameBackend<W> {
    fn terminal_command(&mut self, command: &TerminalCommand) {
        command.write(&mut self.pending_commands);
    }
}

/// Returns columns and lines of the terminal. Called for every frame, and therefore without opening `/dev/tty` as crossterm
/// does.
#[cfg(unix)]
pub(crate) fn size() -> io::Result<Size> {
    match rustix::termios::tcgetwinsize(rustix::stdio::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Ok(Size { width: size.ws_col, height: size.ws_row }),
        // Some terminals do not know their size; crossterm also tries `/dev/tty` and `tput`.
        _ => CrosstermBackend::new(io::sink()).size(),
    }
}

#[cfg(not(unix))]
pub(crate) fn size() -> io::Result<Size> {
    CrosstermBackend::new(io::sink()).size()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::AlertMethod;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// Records each write separately.
    #[derive(Debug, Clone, Default)]
    struct WriteLog(Rc<RefCell<Vec<String>>>);

    impl Write for WriteLog {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(bytes.escape_ascii().to_string());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn draw_frame(backend: &mut FrameBackend<WriteLog>, cells: &[(u16, u16, &Cell)], cursor: (u16, u16)) {
        backend.draw(cells.iter().copied()).unwrap();
        backend.show_cursor().unwrap();
        backend.set_cursor_position(cursor).unwrap();
        backend.flush().unwrap();
    }

    #[test]
    fn a_frame_is_one_write_and_an_unchanged_frame_none() {
        let writes = WriteLog::default();
        let mut backend = FrameBackend::new(writes.clone());
        let cell = Cell::new("x");
        draw_frame(&mut backend, &[(3, 1, &cell)], (4, 1));
        draw_frame(&mut backend, &[], (4, 1));
        draw_frame(&mut backend, &[], (5, 1));
        let writes = writes.0.borrow();
        assert_eq!(writes.len(), 2, "{writes:#?}");
        assert!(writes[0].starts_with(r"\x1b[?2026h\x1b[?25l") && writes[0].contains('x'), "{}", writes[0]);
        assert!(writes[0].ends_with(r"\x1b[2;5H\x1b[?25h\x1b[?2026l"), "{}", writes[0]);
        assert_eq!(writes[1], r"\x1b[?2026h\x1b[2;6H\x1b[?25h\x1b[?2026l");
    }

    #[test]
    fn commands_are_written_before_the_frame() {
        let writes = WriteLog::default();
        let mut backend = FrameBackend::new(writes.clone());
        let bell = TerminalCommand::Alert(AlertMethod::Bell, String::new());
        backend.terminal_command(&bell);
        draw_frame(&mut backend, &[], (4, 1));
        backend.terminal_command(&bell);
        draw_frame(&mut backend, &[], (4, 1));
        draw_frame(&mut backend, &[], (4, 1));
        let writes = writes.0.borrow();
        assert_eq!(writes.len(), 2, "{writes:#?}");
        assert!(writes[0].starts_with(r"\x07\x1b[?2026h"), "{}", writes[0]);
        assert_eq!(writes[1], r"\x07");
    }
}
