//! The recording of what goes through a pipe (`--record`), in the format of the screen's (`assets/RECORDING.md`).
//!
//! The flow waits for the disk, and each thing is in the hands of the system before it goes on: whoever kills the program
//! loses nothing of what went through. A disk that is full, or gone, ends the recording and nothing else.

use super::observer::{Observer, PipeEvent};
use crate::link::LinkId;
use crate::recording::{Data, EntryKind, RecordingEntry, RecordingLine, Timestamp};
use crate::storage::{self, recording_file};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A recording that is being made.
#[derive(Debug)]
pub struct RecordingObserver {
    path: PathBuf,
    file: File,
    begun: Instant,
}

impl RecordingObserver {
    /// Begins a recording, or goes on with one: another session in the same file.
    ///
    /// # Errors
    /// The sentence, with the next step: the file cannot be written, is something else, or somebody is writing it.
    pub fn open(path: &Path) -> Result<Self, String> {
        Ok(Self { path: path.into(), file: recording_file::open(path)?, begun: Instant::now() })
    }
}

impl Observer for RecordingObserver {
    fn on_event(&mut self, passing: PipeEvent<'_>) -> Result<(), String> {
        let what = match passing {
            PipeEvent::Link(event) => match EntryKind::of_event(event) {
                Some(what) => what,
                None => return Ok(()),
            },
            PipeEvent::Received(bytes) => EntryKind::Received(bytes.into()),
            PipeEvent::Sent(bytes) => EntryKind::Sent(Data::from(bytes)),
        };
        let stamp = Timestamp { elapsed: self.begun.elapsed(), wall: recording_file::local_time() };
        // A pipe has one link.
        let line = RecordingLine::Entry(RecordingEntry::new(stamp, LinkId::default(), what));
        let written = recording_file::append(&mut self.file, &[line], |_cost| ());
        written.map_err(|error| recording_file::stopped_message(&self.path, &storage::os_error_text(&error)))
    }
}
