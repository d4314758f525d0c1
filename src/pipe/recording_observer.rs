//! Records a pipe (`--record`), in the same format as the screen (`assets/RECORDING.md`).
//!
//! The transfer waits for each write to return, so that nothing is lost if the program is killed. A failed write ends the
//! recording, not the transfer.

use super::observer::{Observer, PipeEvent};
use crate::link::LinkId;
use crate::recording::{Data, EntryKind, RecordingEntry, RecordingLine, Timestamp};
use crate::storage::{self, recording_file};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Writes events to a recording.
#[derive(Debug)]
pub struct RecordingObserver {
    path: PathBuf,
    file: File,
    start: Instant,
}

impl RecordingObserver {
    /// Creates a recording, or appends a session to an existing one.
    ///
    /// # Errors
    /// Returns a sentence with the next step if the file cannot be written, is not a recording, or is in use.
    pub fn open(path: &Path) -> Result<Self, String> {
        Ok(Self { path: path.into(), file: recording_file::open(path)?, start: Instant::now() })
    }
}

impl Observer for RecordingObserver {
    fn on_event(&mut self, event: PipeEvent<'_>) -> Result<(), String> {
        let kind = match event {
            PipeEvent::Link(event) => match EntryKind::of_event(event) {
                Some(kind) => kind,
                None => return Ok(()),
            },
            PipeEvent::Received(bytes) => EntryKind::Received(bytes.into()),
            PipeEvent::Sent(bytes) => EntryKind::Sent(Data::from(bytes)),
        };
        let stamp = Timestamp { elapsed: self.start.elapsed(), wall: crate::storage::local_time::local_time() };
        // A pipe has only one link.
        let line = RecordingLine::Entry(RecordingEntry::new(stamp, LinkId::default(), kind));
        let result = recording_file::append(&mut self.file, &[line], |_cost| ());
        result.map_err(|error| recording_file::stopped_message(&self.path, &storage::os_error_text(&error)))
    }
}
