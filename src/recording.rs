//! The format of recordings: link events with their times, as JSON lines.
//!
//! ```text
//!   storage::recorder ──RecordingLine──► file ──► Reader ──RecordingLine──► Recording ──► app::playback, server::playback, pcap
//! ```
//!
//! `assets/RECORDING.md` specifies the format. Each line is a [`RecordingLine`]: the header of a session or an entry. Lines
//! are only appended, so a file cut at any byte reads back as a prefix of what was written.
//!
//! Does no file access: it reads from any [`std::io::BufRead`] and writes to any [`std::io::Write`].

mod close_reason;
mod contents;
mod conversations;
mod data;
mod entry;
pub mod pcap;
mod reader;

pub use close_reason::{FailedOp, RecordedClose};
pub use contents::Recording;
pub use conversations::{Conversation, ConversationStep, Side, conversations};
pub use data::Data;
pub use entry::{EntryKind, FORMAT, NoticeKind, RecordingEntry, RecordingLine, Session, Timestamp, VERSION};
pub use reader::{Damage, Reader, Unreadable};
