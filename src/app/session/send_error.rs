//! Why something cannot be handed to a link now, and what to do about it: that depends on where it is waiting.

use super::QUEUE_LIMIT;
use std::fmt;

/// The reason why something cannot be sent. Its `Display` is the reason alone, without a capital and without the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// There is no connection.
    NotConnected,
    /// There will be one.
    Connecting,
    /// Lines are being sent, and this cannot wait behind them.
    StillSending,
    /// The secret that goes out before it is still being read.
    SecretAwaited,
    /// We have ended our side of it.
    WriteClosed,
    /// So many bytes are more than may ever wait.
    TooLong(usize),
    /// So many wait already, and the server is not reading.
    QueueFull(usize),
}

impl SendError {
    /// The sentence for a line that stays in the input.
    pub fn for_line(self) -> String {
        match self {
            Self::NotConnected => {
                "Not connected: the line stays in the input. Clear it (Ctrl-C) and press Enter to connect \
                                   again; Up brings it back."
                    .to_owned()
            }
            Self::Connecting => {
                "Not connected yet: the line stays in the input. Press Enter again once the connection stands, \
                             or Esc to give up."
                    .to_owned()
            }
            Self::StillSending => {
                "Lines are still being sent: this one stays in the input. Press Enter again after them; Esc stops them."
                    .to_owned()
            }
            Self::SecretAwaited => "The secret of this server is still being read: the line stays in the input. Press \
                                    Enter again in a moment."
                .to_owned(),
            Self::WriteClosed => "You have ended your side with /eof; /connect opens a new connection.".to_owned(),
            Self::TooLong(bytes) => {
                format!(
                    "These are {bytes} bytes, more than the {QUEUE_LIMIT} that can wait to be sent. Send them in parts."
                )
            }
            Self::QueueFull(queued) => format!(
                "The server is not reading: {queued} bytes wait to be sent. The line stays in the input; press Enter again \
                 later."
            ),
        }
    }

    /// The sentence for a command that stays in the input.
    pub fn for_command(self) -> String {
        format!("Not now: {self}. The command stays in the input; press Enter again later.")
    }

    /// The sentence for what is being asked about: `next` says which keys do what.
    pub fn for_preview(self, next: &str) -> String {
        format!("Nothing was sent: {self}. {next}")
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected => f.write_str("there is no connection"),
            Self::Connecting => f.write_str("the connection does not stand yet"),
            Self::StillSending => f.write_str("lines are still being sent"),
            Self::SecretAwaited => f.write_str("the secret of this server is still being read"),
            Self::WriteClosed => f.write_str("you have ended your side with /eof"),
            Self::TooLong(bytes) => write!(f, "a line has {bytes} bytes, and no more than {QUEUE_LIMIT} can wait"),
            Self::QueueFull(queued) => write!(f, "the server is not reading, and {queued} bytes wait already"),
        }
    }
}
