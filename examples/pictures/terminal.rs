//! The program in a pty, with a terminal emulator at the other end. As in `tests/support/terminal.rs`, less what only
//! tests want; an example cannot share a module with them.

use anyhow::{Context, Result, bail};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// So long nothing must come for a screen to be finished: a frame may reach us in two reads.
const QUIET: Duration = Duration::from_millis(150);

/// A terminal with a program in it.
pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    _slave: Box<dyn SlavePty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Arc<Output>,
}

struct Output {
    parser: Mutex<vt100::Parser>,
    changed: Condvar,
}

impl Terminal {
    /// Runs the program with these arguments, for a user who has these files: where from the home, and what is in it.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        (columns, lines): (u16, u16),
        files: &[(&str, &str)],
    ) -> Result<Self> {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        // Nobody's history and settings belong in a picture, and no picture in anybody's history.
        let home = std::env::temp_dir().join("netchat-tui-pictures");
        let _ = std::fs::remove_dir_all(&home);
        for (file, text) in files {
            let path = home.join(file);
            std::fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
            std::fs::write(path, text)?;
        }
        command.env("XDG_STATE_HOME", home.join("state"));
        command.env("XDG_CONFIG_HOME", home.join("config"));
        for name in ["NO_COLOR", "COLORFGBG"] {
            command.env_remove(name);
        }
        let pair = native_pty_system().openpty(size(columns, lines))?;
        let child = pair.slave.spawn_command(command)?;
        let parser = vt100::Parser::new(cells(lines)?, cells(columns)?, 0);
        let output = Arc::new(Output { parser: Mutex::new(parser), changed: Condvar::new() });
        let mut reader = pair.master.try_clone_reader()?;
        let sink = Arc::clone(&output);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                sink.parser.lock().unwrap().process(buffer.get(..count).unwrap_or_default());
                sink.changed.notify_all();
            }
        });
        let keys = pair.master.take_writer()?;
        Ok(Self { master: pair.master, _slave: pair.slave, keys, child, output })
    }

    /// Types these bytes.
    pub(crate) fn keys(&mut self, keys: &str) -> Result<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Makes the window another size.
    pub(crate) fn resize(&self, columns: u16, lines: u16) -> Result<()> {
        self.output.parser.lock().unwrap().screen_mut().set_size(cells(lines)?, cells(columns)?);
        self.master.resize(size(columns, lines))
    }

    /// Waits until these words are on the screen.
    pub(crate) fn sees(&self, words: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut parser = self.output.parser.lock().unwrap();
        while !parser.screen().contents().contains(words) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("waited for {words:?}; the screen:\n{}", parser.screen().contents());
            }
            parser = self.output.changed.wait_timeout(parser, left).unwrap().0;
        }
        Ok(())
    }

    /// Whether they are there now.
    pub(crate) fn shows(&self, words: &str) -> bool {
        self.output.parser.lock().unwrap().screen().contents().contains(words)
    }

    /// The screen, once nothing more comes.
    pub(crate) fn screen(&self) -> vt100::Screen {
        let mut parser = self.output.parser.lock().unwrap();
        loop {
            let (next, wait) = self.output.changed.wait_timeout(parser, QUIET).unwrap();
            parser = next;
            if wait.timed_out() {
                return parser.screen().clone();
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(columns: u16, lines: u16) -> PtySize {
    PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> Result<NonZero<u16>> {
    NonZero::new(count).context("a screen has cells")
}
