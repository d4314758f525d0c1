//! Log files: append-only files that several processes may write at once.
//!
//! Complete lines are never deleted or overwritten. A log that reaches its maximum size is rotated. One that is removed while
//! in use (`rm`, `mv`, logrotate) is created again at its path, unless its folder is missing or is on another disk.

mod atomic_append;
mod rotation;
mod tail;

pub use tail::{dated_predecessors, tail};

use super::private_file::{private_dir_mode, private_mode};
use super::regular_file::nonblocking_open;
use super::{create_error_message, os_error_text};
use std::borrow::Cow;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Which missing folders of a log's path are created, with mode 0700.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateParents {
    /// All folders: the program chose the path.
    All,
    /// Only the folder of the file: with several missing, the path is probably mistyped.
    Last,
}

/// The unit in which a log is appended to and rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppendUnit {
    /// Whole lines. An incomplete last line is terminated first.
    Line,
    /// Bytes, with no regard to lines.
    Byte,
}

/// Identifies the disk that a file is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceId(u64);

/// A log file: appended to in whole writes, rotated at a size.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: File,
    disk: DeviceId,
    /// Whether the last line has no newline.
    ends_mid_line: bool,
    /// Set after a failed rotation: the log grows beyond its maximum size.
    is_not_rotatable: bool,
}

impl LogFile {
    /// Opens a log, or creates it with mode 0600.
    ///
    /// # Errors
    /// The system's error ([`log_error_message`] formats it); or the path leads to a pipe, device or folder, which is not opened.
    pub fn open(path: &Path, create_parents: CreateParents) -> io::Result<Self> {
        let file = match open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create_folders(path, create_parents)?;
                open(path)?
            }
            result => result?,
        };
        Self::from_file(path, file)
    }

    /// Opens a log again that was on this disk, or creates it in its existing folder.
    ///
    /// # Errors
    /// As [`LogFile::open`]; and if its folder or disk is gone: after a USB stick is unplugged, the log must not continue in
    /// the empty mount point.
    pub fn reopen(path: &Path, disk: DeviceId) -> io::Result<Self> {
        let is_new = fs::metadata(path).is_err();
        let log = Self::from_file(path, open(path)?)?;
        if log.disk != disk {
            if is_new && log.len()? == 0 {
                // Removes the file just created, not a symlink to it.
                drop(fs::canonicalize(path).and_then(fs::remove_file));
            }
            return Err(io::Error::other("the disk it was on is gone"));
        }
        Ok(log)
    }

    fn from_file(path: &Path, file: File) -> io::Result<Self> {
        let disk = disk_of(&file.metadata()?);
        let ends_mid_line = ends_mid_line(path);
        Ok(Self { path: path.to_owned(), file, disk, ends_mid_line, is_not_rotatable: false })
    }

    /// Returns the disk that the log is on.
    pub const fn disk(&self) -> DeviceId {
        self.disk
    }

    /// Appends bytes, in one system call if possible, so that lines of several processes stay whole. If the log would exceed
    /// `max_size` bytes (0: no limit), it takes the bytes or whole lines that fit, is renamed to `PATH.1`, `PATH.2` and so
    /// on (the latest has the highest number), and a new log takes the rest. A line longer than `max_size` gets its own log.
    /// A log that cannot be renamed (read-only folder) grows.
    ///
    /// # Errors
    /// As [`LogFile::reopen`], or if the disk is full or gone. Some of the bytes may have been written: whole lines, unless
    /// another process appended at the same time.
    pub fn append(&mut self, bytes: &[u8], unit: AppendUnit, max_size: u64) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if !self.is_in_place() {
                *self = Self::reopen(&self.path, self.disk)?;
            }
            let (part, remainder) = self.split_to_fit(rest, unit, max_size)?;
            if part.is_empty() {
                self.rotate()?;
            } else {
                self.write(part, unit)?;
                rest = remainder;
            }
        }
        Ok(())
    }

    /// Splits bytes into the part that fits into this log and the rest. The part is empty if the log is to be rotated first.
    fn split_to_fit<'a>(&self, bytes: &'a [u8], unit: AppendUnit, max_size: u64) -> io::Result<(&'a [u8], &'a [u8])> {
        let all = (bytes, <&[u8]>::default());
        if max_size == 0 || self.is_not_rotatable {
            return Ok(all);
        }
        let len = self.len()?;
        let free = max_size.saturating_sub(len).saturating_sub(u64::from(self.needs_newline(unit)));
        let Some((part, _)) = usize::try_from(free).ok().and_then(|free| bytes.split_at_checked(free)) else {
            return Ok(all);
        };
        let end = match unit {
            AppendUnit::Byte => part.len(),
            AppendUnit::Line if part.len() == bytes.len() => part.len(),
            AppendUnit::Line => memchr::memrchr(b'\n', part).map_or(0, |newline| newline + 1),
        };
        let is_too_long = end == 0 && len == 0;
        let end =
            if is_too_long { memchr::memchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1) } else { end };
        Ok(bytes.split_at_checked(end).unwrap_or(all))
    }

    fn write(&mut self, bytes: &[u8], unit: AppendUnit) -> io::Result<()> {
        let bytes = if self.needs_newline(unit) { Cow::Owned([b"\n", bytes].concat()) } else { Cow::Borrowed(bytes) };
        atomic_append::append(&mut self.file, &bytes)
            .inspect_err(|_| self.ends_mid_line = ends_mid_line(&self.path))?;
        self.ends_mid_line = !bytes.ends_with(b"\n");
        Ok(())
    }

    /// Tells whether an incomplete line is to be terminated first.
    fn needs_newline(&self, unit: AppendUnit) -> bool {
        self.ends_mid_line && unit == AppendUnit::Line
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Tells whether the path still leads to the open file.
    fn is_in_place(&self) -> bool {
        let own = self.file.metadata();
        own.is_ok_and(|own| fs::metadata(&self.path).is_ok_and(|current| is_same(&own, &current)))
    }

    fn rotate(&mut self) -> io::Result<()> {
        match rotation::rotate(&self.path, || self.is_in_place()) {
            Ok(()) => *self = Self::reopen(&self.path, self.disk)?,
            // Exceeding the size is better than losing lines.
            Err(_) => self.is_not_rotatable = true,
        }
        Ok(())
    }
}

/// Formats why a log cannot be written and what to do next. `path` is the path as shown, `expanded` the one that was tried.
pub fn log_error_message(path: &str, expanded: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("{path}: {}; free some space or choose another path.", os_error_text(error))
        }
        _ => create_error_message(path, expanded, error),
    }
}

fn open(path: &Path) -> io::Result<File> {
    // Checked before opening, because opening a pipe blocks, and again after, because the path may lead to another file by
    // then.
    if let Ok(metadata) = fs::metadata(path) {
        check_regular(&metadata)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    private_mode(&mut options);
    nonblocking_open(&mut options);
    let file = options.open(path)?;
    check_regular(&file.metadata()?)?;
    Ok(file)
}

fn check_regular(metadata: &Metadata) -> io::Result<()> {
    match metadata.file_type() {
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::other("not a regular file")),
    }
}

/// Tells whether the last line of a file has no newline. `false` if the file is empty or cannot be read.
fn ends_mid_line(path: &Path) -> bool {
    let last = || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        io::Result::Ok(last)
    };
    last().is_ok_and(|last| last != *b"\n")
}

fn create_folders(path: &Path, create_parents: CreateParents) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(create_parents == CreateParents::All);
    private_dir_mode(&mut builder);
    match builder.create(folder) {
        // Another process has created it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Compares creation times: the standard library has no file ID on this system.
#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.created().ok() == other.created().ok()
}

#[cfg(unix)]
fn disk_of(file: &Metadata) -> DeviceId {
    use std::os::unix::fs::MetadataExt as _;
    DeviceId(file.dev())
}

/// Returns a constant: the standard library has no device ID on this system. The path of a removed disk does not exist.
#[cfg(not(unix))]
const fn disk_of(_file: &Metadata) -> DeviceId {
    DeviceId(0)
}

#[cfg(test)]
mod tests;
