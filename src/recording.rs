//! Recordings: what went over the wire with its time, as lines of JSON that anybody can read.
//!
//! ```text
//!   Scribe (tui) ──Line──► text ──► file ──► Reader ──Line──► Tape ──► app::replay, replay, pcap
//! ```
//!
//! The format is described for others in `assets/RECORDING.md`; here are its words as types. One line is one `InputLine`:
//! the head of a session, or an `ExportRow`. Lines are only ever appended, and each is whole or is the last: so a file that
//! was cut at any byte reads back as a beginning of what was written.
//!
//! Pure: it reads from any [`std::io::BufRead`], and writes to any [`std::io::Write`].

mod close_reason;
mod contents;
mod conversations;
mod data;
mod entry;
pub mod pcap;
mod reader;

pub use close_reason::{FailedOp, RecordedClose};
pub use contents::Recording;
pub use conversations::{Conversation, ConversationStep, Side, streams};
pub use data::Data;
pub use entry::{EntryKind, FORMAT, NoticeKind, RecordingEntry, RecordingLine, Session, Timestamp, VERSION};
pub use reader::{Damage, Reader, Unreadable};
