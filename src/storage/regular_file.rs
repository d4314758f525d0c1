//! Reading regular files of a limited size. Pipes and devices are refused: they may block or never end.

use super::error_message::os_error_text;
use crate::text::format_thousands;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// Why a file was not read.
#[derive(Debug)]
pub enum ReadError {
    /// The system reported an error.
    Io(io::Error),
    /// The path leads to a pipe, device or socket.
    NotAFile,
    /// The file exceeds the limit; it has at least this many bytes.
    TooLarge(u64),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// If it cannot be read, is not a regular file, or is larger.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = open_regular(path)?;
    let len = file.metadata()?.len();
    if len > limit {
        return Err(ReadError::TooLarge(len));
    }
    let mut bytes = Vec::new();
    // The file may be growing.
    let count = file.take(limit.saturating_add(1)).read_to_end(&mut bytes)? as u64;
    if count > limit { Err(ReadError::TooLarge(count)) } else { Ok(bytes) }
}

/// Opens a regular file for reading.
pub(super) fn open_regular(path: &Path) -> Result<File, ReadError> {
    // Checked before opening, because opening alone can move a device (a tape), and again after, because the path may lead
    // to another file by then.
    check_regular(&std::fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    nonblocking_open(&mut options);
    let file = options.open(path)?;
    check_regular(&file.metadata()?)?;
    Ok(file)
}

fn check_regular(metadata: &Metadata) -> Result<(), ReadError> {
    match metadata.file_type() {
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory).into()),
        _ => Err(ReadError::NotAFile),
    }
}

/// Sets `O_NONBLOCK`: otherwise opening a pipe waits for its other end.
#[cfg(unix)]
pub(super) fn nonblocking_open(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
}

/// Does nothing: opening a file never blocks on this system.
#[cfg(not(unix))]
pub(super) const fn nonblocking_open(_options: &mut OpenOptions) {}

/// Formats why a file was not read and what to do next.
pub fn read_error_message(path: &str, limit: u64, error: &ReadError) -> String {
    match error {
        ReadError::Io(error) => match error.kind() {
            io::ErrorKind::IsADirectory => format!("{path} is a folder; add a file name."),
            io::ErrorKind::NotFound => format!("{path}: no such file."),
            io::ErrorKind::PermissionDenied => format!("{path}: permission denied."),
            _ => format!("{path}: {}; choose another file.", os_error_text(error)),
        },
        ReadError::NotAFile => format!("{path} is a pipe or device; choose a regular file."),
        ReadError::TooLarge(bytes) => {
            let (bytes, limit) = (format_thousands(*bytes), format_thousands(limit));
            format!("{path} has {bytes} bytes, more than the limit of {limit}; choose a smaller file.")
        }
    }
}
