//! The file of a recording: begun or gone on with, held against others, and appended to.

use super::os_error_text;
use super::private_file::private_mode;
use crate::recording::{EntryKind, Reader, RecordingLine, Session, Unreadable};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::time::SystemTime;

/// Bytes that are written together at most.
const TOGETHER: usize = 1 << 20;

/// The local time as recordings have it: milliseconds since 1970-01-01 00:00.
pub fn local_time() -> u64 {
    let now = chrono::Local::now();
    let offset = i64::from(now.offset().local_minus_utc()) * 1000;
    u64::try_from(now.timestamp_millis() + offset).unwrap_or(0)
}

/// The file, at its end, with the head of a session in it: a new one, or a recording that is gone on with.
///
/// # Errors
/// The sentence, with the next step: the file cannot be written, is something else, or somebody is writing it.
pub fn open(path: &Path) -> Result<File, String> {
    lock(path).map_err(|why| format!("Cannot record to {}: {why}", path.display()))
}

/// The sentence about one that nothing can be written to any more.
pub fn ended(path: &Path, why: &str) -> String {
    format!("Recording stopped: {}: {why}. You can replay what was saved.", path.display())
}

/// Memory that a line takes until it is written, in bytes.
pub fn cost(line: &RecordingLine) -> u64 {
    const REST: usize = 256;
    let bytes = match line {
        RecordingLine::Entry(entry) => match &entry.what {
            EntryKind::Received(data) | EntryKind::Sent(data) => data.0.len(),
            EntryKind::Said { words, .. } => words.len(),
            _ => 0,
        },
        RecordingLine::Session(_) => 0,
    };
    (bytes + REST) as u64
}

/// Writes lines, as many together as fit. `written` is told the [`cost`] of those that are, each time.
///
/// # Errors
/// As writing has them. The last line may be half a line then.
pub fn append(out: &mut impl Write, lines: &[RecordingLine], mut written: impl FnMut(u64)) -> io::Result<()> {
    let (mut text, mut cost_of_text) = (Vec::new(), 0);
    let mut rest = lines.iter().peekable();
    while let Some(line) = rest.next() {
        line.write(&mut text)?;
        cost_of_text += cost(line);
        if text.len() >= TOGETHER || rest.peek().is_none() {
            out.write_all(&text)?;
            written(cost_of_text);
            (cost_of_text, text) = (0, Vec::new());
        }
    }
    Ok(())
}

fn lock(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    private_mode(&mut options);
    // Before it is opened: a pipe would wait for somebody at the other end.
    let is_other = std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_other {
        return Err("not a regular file; choose another name.".to_owned());
    }
    let mut file = options.open(path).map_err(|error| not_opened(&error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            return Err("another netchat-tui is recording to it; choose another name.".to_owned());
        }
        // A file system without locks has none to respect.
        Err(TryLockError::Error(_)) | Ok(()) => {}
    }
    let begun = begin(&mut file).map_err(|why| match why {
        Unreadable::Io(error) => not_opened(&error),
        Unreadable::Newer(_) => format!("{why}"),
        Unreadable::NotARecording | Unreadable::Compressed | Unreadable::Empty => {
            "the file exists and is not a recording; choose another name.".to_owned()
        }
    });
    begun.map(|()| file)
}

/// Writes the head of a session. Half a line before it would take it along, so it begins with a line of its own.
fn begin(file: &mut File) -> Result<(), Unreadable> {
    let mut head = Vec::new();
    match Reader::open(BufReader::new(&*file)) {
        Ok(_) => head.push(b'\n'),
        Err(Unreadable::Empty) => {}
        Err(other) => return Err(other),
    }
    file.seek(SeekFrom::End(0))?;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let utc = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    RecordingLine::Session(Session::begin(utc)).write(&mut head)?;
    Ok(file.write_all(&head)?)
}

fn not_opened(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such folder; create it first or choose another path.".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied; choose another path, such as one in ~/.".to_owned(),
        _ => format!("{}; choose another path.", os_error_text(error)),
    }
}
