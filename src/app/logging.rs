//! Logs: what is said, kept on disk as it is shown.
//!
//! Two may be kept of a tab, both only ever appended to. The log proper has its rows, in a `Format` for people or
//! programs. The wire log (`-x`) has its bytes with direction, offset and time, as hex. Of a secret line neither has more
//! than that there was one.
//!
//! ```text
//!   rows, reads, writes ──► Log (one a tab) ──Effect::Log──► beside the loop ──► file
//! ```
//!
//! Which file that is says a [`LogPathTemplate`]; whoever writes it answers with [`super::Event::LogOpened`].

mod backlog;
mod hex_log;
mod path;
mod pipe_log;
pub mod row_format;
mod sink;
mod tab_log;

pub use path::{Framing, LogFolder, LogPath, LogPathTemplate, expand_template};
pub use pipe_log::{LogKind, PipeLog};

pub use tab_log::{LogRegistry, LogStatus, PathConflict, TabLog};

pub(super) use backlog::{BacklogState, lines_to_read as asked_of_backlog, read as read_backlog};
pub(super) use hex_log::WireDirection;

use tab_log::begins;

use super::time::LocalTime;
use crate::link::Endpoint;

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for each row, as `/save` writes it.
    Rows(row_format::RowFormat),
    /// What the server sent, byte for byte, and nothing else.
    Raw,
}

impl Default for LogFormat {
    fn default() -> Self {
        Self::Rows(row_format::RowFormat::default())
    }
}

impl LogFormat {
    /// What the settings call each.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("text", Self::Rows(row_format::RowFormat::Text)),
        ("escaped", Self::Rows(row_format::RowFormat::Escaped)),
        ("jsonl", Self::Rows(row_format::RowFormat::Jsonl)),
        ("raw", Self::Raw),
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rows(format) => format.name(),
            Self::Raw => "raw",
        }
    }

    /// What a log of it is made of.
    pub const fn ending(self) -> Framing {
        match self {
            Self::Rows(_) => Framing::Lines,
            Self::Raw => Framing::Bytes,
        }
    }
}

/// Where to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LogTarget {
    /// Nowhere.
    #[default]
    Off,
    /// Into a file that the program names by server and day, in its own folder.
    Default,
    /// Into this one.
    File(LogPathTemplate),
}

/// What a wire log that the program names ends with.
const HEX: &str = "hex";

/// The last line of a log.
const LOG_END_LINE: &str = "Log ends.";

/// What is to be kept, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// The rows.
    pub text: LogTarget,
    /// Written like this.
    pub format: LogFormat,
    /// The bytes.
    pub hex: LogTarget,
    /// Bytes beyond which a log is put aside and begun anew; 0 never.
    pub max_size: u64,
    /// Rows of the log that are shown at the beginning.
    pub backlog: usize,
}

impl Default for LogConfig {
    fn default() -> Self {
        let (rows, wire) = (LogTarget::Off, LogTarget::Off);
        Self { text: rows, format: LogFormat::default(), hex: wire, max_size: 64 << 20, backlog: 0 }
    }
}

impl LogConfig {
    /// Refuses logs of which two would stand in one file, or one in a recording.
    ///
    /// # Errors
    /// The sentence.
    pub fn check_distinct_files(&self, endpoint: &Endpoint, record: Option<&str>) -> Result<(), String> {
        let at = LocalTime::default();
        let logs = [self.place(endpoint, at), self.hex.place(HEX, endpoint, at)];
        let logs = logs.into_iter().flatten().map(|place| place.path);
        let mut files: Vec<String> = logs.chain(record.map(ToOwned::to_owned)).collect();
        files.sort_unstable();
        match files.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first()) {
            Some(path) => Err(format!(
                "{} cannot be two things at once: give each a file of its own.",
                crate::text::sanitize_line(path)
            )),
            None => Ok(()),
        }
    }

    /// The file of the rows for a server, on the day of this moment, if there is to be one.
    pub(super) fn place(&self, endpoint: &Endpoint, at: LocalTime) -> Option<LogPath> {
        self.text.place(self.format.extension(), endpoint, at)
    }
}

impl LogTarget {
    /// Reads it: `off`, `on`, or the name of a file.
    ///
    /// # Errors
    /// As [`LogPathTemplate::parse`].
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "off" => Ok(Self::Off),
            "on" => Ok(Self::Default),
            _ => LogPathTemplate::parse(text).map(Self::File),
        }
    }

    /// The file that it means for a server, on the day of this moment; one that the program names ends like this.
    pub fn place(&self, extension: &str, endpoint: &Endpoint, at: LocalTime) -> Option<LogPath> {
        match self {
            Self::Off => None,
            Self::File(name) => Some(name.place(LogFolder::Literal, endpoint, at)),
            Self::Default => {
                let name = LogPathTemplate::parse(&format!("%h-%p-%d.{extension}")).ok()?;
                Some(name.place(LogFolder::Default, endpoint, at))
            }
        }
    }

    /// As it is written.
    pub fn name(&self) -> &str {
        match self {
            Self::Off => "off",
            Self::Default => "on",
            Self::File(name) => name.as_str(),
        }
    }
}
