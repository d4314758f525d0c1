//! The reasons why something cannot be sent now, and their sentences. The next step depends on where the text is kept.

use super::QUEUE_LIMIT;
use std::fmt;

/// The reason why something cannot be sent. `Display` writes the reason alone, in lower case and without a next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// There is no connection.
    NotConnected,
    /// There is no connection yet, but one is being opened or waited for.
    Connecting,
    /// Lines are being sent, and this cannot be queued after them.
    StillSending,
    /// The secret that has to be sent first is still being read.
    SecretAwaited,
    /// We have half-closed the connection.
    WriteClosed,
    /// This many bytes are more than [`QUEUE_LIMIT`].
    TooLong(usize),
    /// This many bytes are queued already, because the server is not reading.
    QueueFull(usize),
}

impl SendError {
    /// Returns the error for a line, which stays in the input line.
    pub fn for_line(self) -> String {
        match self {
            Self::NotConnected => {
                "Not connected. To reconnect, clear the line (Ctrl-C) and press Enter; Up brings it back.".to_owned()
            }
            Self::Connecting => "Not connected yet. Press Enter again when connected, or Esc to stop.".to_owned(),
            Self::StillSending => {
                "Lines are still being sent. Press Enter again when they are done, or Esc to stop them.".to_owned()
            }
            Self::SecretAwaited => "The server's secret is still being read. Press Enter again in a moment.".to_owned(),
            Self::WriteClosed => "Half-closed with /eof. /connect opens a new connection.".to_owned(),
            Self::TooLong(bytes) => {
                format!("The line has {bytes} bytes; at most {QUEUE_LIMIT} can be queued. Send it in parts.")
            }
            Self::QueueFull(queued) => {
                format!("The server is not reading: {queued} bytes are queued. Press Enter again later.")
            }
        }
    }

    /// Returns the error for a command, which stays in the input line.
    pub fn for_command(self) -> String {
        format!("Not now: {self}. Press Enter again later.")
    }

    /// Returns the error for something that is being previewed. `next` names the keys to press.
    pub fn for_preview(self, next: &str) -> String {
        format!("Nothing was sent: {self}. {next}")
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected => f.write_str("not connected"),
            Self::Connecting => f.write_str("not connected yet"),
            Self::StillSending => f.write_str("lines are still being sent"),
            Self::SecretAwaited => f.write_str("the server's secret is still being read"),
            Self::WriteClosed => f.write_str("half-closed with /eof"),
            Self::TooLong(bytes) => write!(f, "a line has {bytes} bytes; at most {QUEUE_LIMIT} can be queued"),
            Self::QueueFull(queued) => write!(f, "the server is not reading, and {queued} bytes are queued"),
        }
    }
}
