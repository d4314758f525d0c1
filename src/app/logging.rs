//! Logs of a conversation, written to disk as it happens.
//!
//! A tab has up to two logs, which are only appended to. The row log contains its rows in a [`LogFormat`] for people or
//! programs. The wire log (`-x`) contains its bytes as hex, with direction, offset and time. Of a secret line, both
//! record only that there was one.
//!
//! ```text
//!   rows, reads, writes ──► TabLog (one per tab) ──Effect::Log──► log writer ──► file
//! ```
//!
//! A [`LogPathTemplate`] names the file. The log writer reports the opened file with [`super::Event::LogOpened`].

mod backlog;
mod hex_log;
mod path;
mod pipe_log;
pub(crate) mod row_format;
mod sink;
mod tab_log;

pub use path::{Framing, LogFolder, LogPath, LogPathTemplate, expand_template};
pub use pipe_log::{LogKind, PipeLog};

pub use tab_log::{LogRegistry, LogStatus, PathConflict, TabLog};

pub(super) use backlog::{BacklogState, lines_to_read as asked_of_backlog, read as read_backlog};
pub(super) use hex_log::WireDirection;

use tab_log::header;

use super::time::LocalTime;
use crate::link::Endpoint;

/// The format of a row log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One line per row, as `/save` writes it.
    Rows(row_format::RowFormat),
    /// The received bytes and nothing else.
    Raw,
}

impl Default for LogFormat {
    fn default() -> Self {
        Self::Rows(row_format::RowFormat::default())
    }
}

impl LogFormat {
    /// Names of the formats in settings and commands.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("text", Self::Rows(row_format::RowFormat::Text)),
        ("escaped", Self::Rows(row_format::RowFormat::Escaped)),
        ("jsonl", Self::Rows(row_format::RowFormat::Jsonl)),
        ("raw", Self::Raw),
    ];

    /// Returns the name of the format in settings and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rows(format) => format.name(),
            Self::Raw => "raw",
        }
    }

    /// Returns whether a file in this format consists of lines or of bytes.
    pub const fn framing(self) -> Framing {
        match self {
            Self::Rows(_) => Framing::Lines,
            Self::Raw => Framing::Bytes,
        }
    }
}

/// The destination of a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LogTarget {
    /// No log is written.
    #[default]
    Off,
    /// A file in the program's log folder, named by server and day.
    Default,
    /// The file named by this template.
    File(LogPathTemplate),
}

/// File name extension of a wire log with a default name.
const WIRE_LOG_EXTENSION: &str = "hex";

/// The last line of a log.
const LOG_END_LINE: &str = "Log ends.";

/// The logs to write, and their settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// Destination of the row log.
    pub text: LogTarget,
    /// Format of the row log.
    pub format: LogFormat,
    /// Destination of the wire log.
    pub hex: LogTarget,
    /// Size in bytes at which a log is rotated; 0 means never.
    pub max_size: u64,
    /// Number of rows of an existing log to show in a new tab.
    pub backlog: usize,
}

impl Default for LogConfig {
    fn default() -> Self {
        let (rows, wire) = (LogTarget::Off, LogTarget::Off);
        Self { text: rows, format: LogFormat::default(), hex: wire, max_size: 64 << 20, backlog: 0 }
    }
}

impl LogConfig {
    /// Checks that the logs and the recording `record` are written to different files.
    ///
    /// # Errors
    /// Returns a sentence with the path that is used twice.
    pub fn check_distinct_files(&self, endpoint: &Endpoint, record: Option<&str>) -> Result<(), String> {
        let at = LocalTime::default();
        let logs = [self.place(endpoint, at), self.hex.place(WIRE_LOG_EXTENSION, endpoint, at)];
        let logs = logs.into_iter().flatten().map(|log_path| log_path.path);
        let mut files: Vec<String> = logs.chain(record.map(ToOwned::to_owned)).collect();
        files.sort_unstable();
        match files.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first()) {
            Some(path) => Err(format!(
                "{} is used twice. Choose different files for logs and recording.",
                crate::text::sanitize_line(path)
            )),
            None => Ok(()),
        }
    }

    /// Returns the file of the row log for a server on the day of `at`; `None` if it is off.
    pub(super) fn place(&self, endpoint: &Endpoint, at: LocalTime) -> Option<LogPath> {
        self.text.place(self.format.extension(), endpoint, at)
    }
}

impl LogTarget {
    /// Parses `off`, `on` or a file name template.
    ///
    /// # Errors
    /// Returns the errors of [`LogPathTemplate::parse`].
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "off" => Ok(Self::Off),
            "on" => Ok(Self::Default),
            _ => LogPathTemplate::parse(text).map(Self::File),
        }
    }

    /// Returns the log file for a server on the day of `at`; `None` if it is off. `extension` is that of a default name.
    pub fn place(&self, extension: &str, endpoint: &Endpoint, at: LocalTime) -> Option<LogPath> {
        match self {
            Self::Off => None,
            Self::File(template) => Some(template.place(LogFolder::Literal, endpoint, at)),
            Self::Default => {
                let template = LogPathTemplate::parse(&format!("%h-%p-%d.{extension}")).ok()?;
                Some(template.place(LogFolder::Default, endpoint, at))
            }
        }
    }

    /// Returns it as written in settings and commands.
    pub fn name(&self) -> &str {
        match self {
            Self::Off => "off",
            Self::Default => "on",
            Self::File(template) => template.as_str(),
        }
    }
}
