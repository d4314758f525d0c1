//! The way to the terminal: a frame is one write.

use super::TerminalBackend;
use super::ambiguous_width::{has_doubtful, pad_ambiguous};
use crate::tui::osc::TerminalCommand;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::io::{self, Write};

/// A ratatui backend that gathers a whole frame and writes it in one go, as a synchronized update.
///
/// `CrosstermBackend` flushes at each cursor command, so a frame would be four writes, and a terminal that draws in
/// between shows a torn one with the cursor in odd places. Here the cursor is hidden while cells change, told only
/// when it really moved, and a frame without changes writes nothing.
/// Synchronized output: <https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036>; terminals that
/// do not know it ignore it.
#[derive(Debug)]
pub struct FrameBackend<W: Write> {
    out: W,
    frame: Vec<u8>,
    has_cells: bool,
    /// What is to be said in front of the frame.
    pending_commands: Vec<u8>,
    cursor: Cursor,
    /// What the terminal shows, as far as we know.
    shown: Option<Cursor>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Cursor {
    at: Position,
    is_visible: bool,
}

impl<W: Write> FrameBackend<W> {
    /// Draws to `out`, which need not buffer: it gets one write a frame.
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

    /// Whether the terminal shows something else than it should.
    fn needs_redraw(&self) -> bool {
        self.has_cells || self.shown != Some(self.cursor)
    }

    /// The frame with what belongs in front of it and around it.
    fn finished(&mut self) -> io::Result<Vec<u8>> {
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
        queue!(bytes, MoveTo(self.cursor.at.x, self.cursor.at.y))?;
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
        if !has_doubtful(&cells) {
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
        Ok(self.cursor.at)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor.at = position.into();
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
        let bytes = self.finished()?;
        self.frame.clear();
        self.has_cells = false;
        self.shown = Some(self.cursor);
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

impl<W: Write> TerminalBackend for FrameBackend<W> {
    fn aside(&mut self, aside: &TerminalCommand) {
        aside.write(&mut self.pending_commands);
    }
}

/// Columns and lines of the terminal. Asked for in every frame, so without crossterm's way of opening `/dev/tty` for it.
#[cfg(unix)]
pub(crate) fn size() -> io::Result<Size> {
    match rustix::termios::tcgetwinsize(rustix::stdio::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Ok(Size { width: size.ws_col, height: size.ws_row }),
        // A terminal that does not know; crossterm has more places to look.
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

    /// Keeps each write apart.
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

    fn frame(screen: &mut FrameBackend<WriteLog>, cells: &[(u16, u16, &Cell)], cursor: (u16, u16)) {
        screen.draw(cells.iter().copied()).unwrap();
        screen.show_cursor().unwrap();
        screen.set_cursor_position(cursor).unwrap();
        screen.flush().unwrap();
    }

    #[test]
    fn a_frame_is_one_write_and_nothing_new_is_none() {
        let writes = WriteLog::default();
        let mut screen = FrameBackend::new(writes.clone());
        let cell = Cell::new("x");
        frame(&mut screen, &[(3, 1, &cell)], (4, 1));
        frame(&mut screen, &[], (4, 1));
        frame(&mut screen, &[], (5, 1));
        let writes = writes.0.borrow();
        assert_eq!(writes.len(), 2, "{writes:#?}");
        assert!(writes[0].starts_with(r"\x1b[?2026h\x1b[?25l") && writes[0].contains('x'), "{}", writes[0]);
        assert!(writes[0].ends_with(r"\x1b[2;5H\x1b[?25h\x1b[?2026l"), "{}", writes[0]);
        assert_eq!(writes[1], r"\x1b[?2026h\x1b[2;6H\x1b[?25h\x1b[?2026l");
    }
    #[test]
    fn what_is_said_beside_the_picture_goes_out_with_it_and_never_inside_it() {
        let writes = WriteLog::default();
        let mut screen = FrameBackend::new(writes.clone());
        let bell = TerminalCommand::Alert(AlertMethod::Bell, String::new());
        screen.aside(&bell);
        frame(&mut screen, &[], (4, 1));
        screen.aside(&bell);
        frame(&mut screen, &[], (4, 1));
        frame(&mut screen, &[], (4, 1));
        let writes = writes.0.borrow();
        assert_eq!(writes.len(), 2, "{writes:#?}");
        assert!(writes[0].starts_with(r"\x07\x1b[?2026h"), "{}", writes[0]);
        assert_eq!(writes[1], r"\x07");
    }
}
