//! The file of a recording: opening, locking and appending.

use super::os_error_text;
use super::private_file::private_mode;
use crate::recording::{EntryKind, Reader, RecordingLine, Session, Unreadable};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::time::SystemTime;

/// Number of bytes after which a batch is written.
const BATCH_BYTES: usize = 1 << 20;

/// Opens a recording for appending: a new file, or another session in an existing recording. Locks the file and writes the
/// session header.
///
/// # Errors
/// A message for the user: the file cannot be written, is not a recording, or is locked by another process.
pub(crate) fn open(path: &Path) -> Result<File, String> {
    open_locked(path).map_err(|reason| format!("Cannot record to {}: {reason}", path.display()))
}

/// Formats why a recording has stopped.
pub(crate) fn stopped_message(path: &Path, reason: &str) -> String {
    format!("Recording stopped: {}: {reason}. You can replay what was saved.", path.display())
}

/// Returns the approximate memory used by a line until it is written, in bytes.
pub(crate) fn memory_size(line: &RecordingLine) -> u64 {
    const OVERHEAD: usize = 256;
    let bytes = match line {
        RecordingLine::Entry(entry) => match &entry.what {
            EntryKind::Received(data) | EntryKind::Sent(data) => data.0.len(),
            EntryKind::Said { words, .. } => words.len(),
            _ => 0,
        },
        RecordingLine::Session(_) => 0,
    };
    (bytes + OVERHEAD) as u64
}

/// Writes lines in batches of about 1 MiB. Calls `on_written` with the [`memory_size`] of each batch.
///
/// # Errors
/// As writing to `out`. The last line may be incomplete then.
pub(crate) fn append(out: &mut impl Write, lines: &[RecordingLine], mut on_written: impl FnMut(u64)) -> io::Result<()> {
    let (mut text, mut batch_size) = (Vec::new(), 0);
    let mut rest = lines.iter().peekable();
    while let Some(line) = rest.next() {
        line.write(&mut text)?;
        batch_size += memory_size(line);
        if text.len() >= BATCH_BYTES || rest.peek().is_none() {
            out.write_all(&text)?;
            on_written(batch_size);
            (batch_size, text) = (0, Vec::new());
        }
    }
    Ok(())
}

fn open_locked(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    private_mode(&mut options);
    // Checked before opening, because opening a pipe blocks.
    let is_irregular = std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_irregular {
        return Err("not a regular file; choose another name.".to_owned());
    }
    let mut file = options.open(path).map_err(|error| open_error_message(&error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            return Err("another netchat-tui is recording to it; choose another name.".to_owned());
        }
        // On a file system without locks, another process cannot hold one either.
        Err(TryLockError::Error(_)) | Ok(()) => {}
    }
    let started = start_session(&mut file).map_err(|error| match error {
        Unreadable::Io(error) => open_error_message(&error),
        Unreadable::Newer(_) => error.to_string(),
        Unreadable::NotARecording | Unreadable::Compressed | Unreadable::Empty => {
            "the file exists and is not a recording; choose another name.".to_owned()
        }
    });
    started.map(|()| file)
}

/// Appends a session header. In an existing recording it starts with a newline, in case the last line is incomplete.
fn start_session(file: &mut File) -> Result<(), Unreadable> {
    let mut header = Vec::new();
    match Reader::open(BufReader::new(&*file)) {
        Ok(_) => header.push(b'\n'),
        Err(Unreadable::Empty) => {}
        Err(other) => return Err(other),
    }
    file.seek(SeekFrom::End(0))?;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let utc = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    RecordingLine::Session(Session::begin(utc)).write(&mut header)?;
    Ok(file.write_all(&header)?)
}

fn open_error_message(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such folder; create it first or choose another path.".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied; choose another path, such as one in ~/.".to_owned(),
        _ => format!("{}; choose another path.", os_error_text(error)),
    }
}
