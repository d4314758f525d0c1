//! Recordings: what went over the wire with its time, as lines of JSON that anybody can read.
//!
//! ```text
//!   Scribe (tui) ──Line──► text ──► file ──► Reader ──Line──► Tape ──► app::replay, replay, pcap
//! ```
//!
//! The format is described for others in `assets/RECORDING.md`; here are its words as types. One line is one [`Line`]:
//! the head of a session, or an [`Entry`]. Lines are only ever appended, and each is whole or is the last: so a file that
//! was cut at any byte reads back as a beginning of what was written.
//!
//! Pure: it reads from any [`std::io::BufRead`], and writes to any [`std::io::Write`].

mod close_reason;
mod conversations;
mod data;
mod entry;
pub mod pcap;
mod reader;
mod recording_data;

pub use close_reason::{FailedOp, RecordedClose};
pub use conversations::{Conversation, Side, Step, streams};
pub use data::Data;
pub use entry::{Entry, EntryKind, FORMAT, Line, NoticeKind, Session, Timestamp, VERSION};
pub use reader::{Damage, Reader, Unreadable};
pub use recording_data::Recording;
