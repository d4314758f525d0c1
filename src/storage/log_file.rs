//! A log: a file that is only ever appended to, by this program and others at once.
//!
//! Nothing that was written whole is ever deleted or written over. One that has become too large is put aside under a
//! name of its own; one that is taken away while it is written (`rm`, `mv`, logrotate) is begun anew where it was, but in
//! no folder that is made for it and on no other disk.

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

/// Folders of a log's path that are made where there are none, for the user alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateParents {
    /// All of them: the program chose the path.
    All,
    /// The one that the file is in. That others are not there is more likely a slip of the finger.
    Last,
}

/// What a log is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppendUnit {
    /// Lines: half a line that stands at its end is ended first.
    Line,
    /// Bytes, one behind the other.
    Byte,
}

/// The disk that a file is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceId(u64);

/// A log file: appended to in whole writes, rotated at a size.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: File,
    disk: DeviceId,
    /// It ends with half a line.
    ends_mid_line: bool,
    /// It could not be put aside, so it grows.
    is_not_rotatable: bool,
}

impl LogFile {
    /// Opens a log, or makes it for the user alone to read.
    ///
    /// # Errors
    /// As the system has them ([`not_logged`] makes a sentence of each); and where it is a pipe, a device or a folder, which
    /// is found out before it is opened.
    pub fn open(path: &Path, missing: CreateParents) -> io::Result<Self> {
        let file = match open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_folders(path, missing)?;
                open(path)?
            }
            other => other?,
        };
        Self::of(path, file)
    }

    /// Opens one again that was on this disk, or makes it where it was.
    ///
    /// # Errors
    /// As [`LogFile::open`]; and where its folder or its disk is gone: whoever pulls a stick does not want the log to go
    /// on in the empty folder that is left of it.
    pub fn reopen(path: &Path, disk: DeviceId) -> io::Result<Self> {
        let is_new = fs::metadata(path).is_err();
        let anew = Self::of(path, open(path)?)?;
        if anew.disk != disk {
            if is_new && anew.len()? == 0 {
                // A link stays. One that cannot be removed is empty.
                drop(fs::canonicalize(path).and_then(fs::remove_file));
            }
            return Err(io::Error::other("the disk it was on is gone"));
        }
        Ok(anew)
    }

    fn of(path: &Path, file: File) -> io::Result<Self> {
        let disk = disk_of(&file.metadata()?);
        Ok(Self {
            path: path.to_owned(),
            file,
            disk,
            ends_mid_line: ends_in_half_a_line(path),
            is_not_rotatable: false,
        })
    }

    /// Where it is.
    pub const fn disk(&self) -> DeviceId {
        self.disk
    }

    /// Appends these bytes, with one call of the system where that takes them all, so that lines of several programs stay
    /// whole. Where a log would have more than `largest` bytes then, it takes what fits, of lines whole ones, and is put
    /// aside (`PATH.1`, `PATH.2` and so on, the latest has the highest number) and begun anew for the rest; 0 is never. A
    /// line that is longer than that has a log of its own. Where it cannot be put aside, the folder being read-only, it
    /// grows.
    ///
    /// # Errors
    /// As [`LogFile::reopen`], and where the disk is full or gone. A part of the bytes may have been written: whole lines,
    /// unless another program appended at the same time.
    pub fn append(&mut self, bytes: &[u8], unit: AppendUnit, largest: u64) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if !self.is_in_place() {
                *self = Self::reopen(&self.path, self.disk)?;
            }
            let (part, behind) = self.fitting(rest, unit, largest)?;
            if part.is_empty() {
                self.rotate()?;
            } else {
                self.write(part, unit)?;
                rest = behind;
            }
        }
        Ok(())
    }

    /// What of these bytes goes into this file, and what does not. The first is empty if it has to be put aside before.
    fn fitting<'a>(&self, bytes: &'a [u8], unit: AppendUnit, largest: u64) -> io::Result<(&'a [u8], &'a [u8])> {
        let all = (bytes, <&[u8]>::default());
        if largest == 0 || self.is_not_rotatable {
            return Ok(all);
        }
        let len = self.len()?;
        let room = largest.saturating_sub(len).saturating_sub(u64::from(self.needs_newline(unit)));
        let Some((part, _)) = usize::try_from(room).ok().and_then(|room| bytes.split_at_checked(room)) else {
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
        let breaks_off = self.needs_newline(unit);
        let batch = if breaks_off { Cow::Owned([b"\n", bytes].concat()) } else { Cow::Borrowed(bytes) };
        atomic_append::append(&mut self.file, &batch)
            .inspect_err(|_| self.ends_mid_line = ends_in_half_a_line(&self.path))?;
        self.ends_mid_line = !batch.ends_with(b"\n");
        Ok(())
    }

    /// Whether half a line has to be ended first.
    fn needs_newline(&self, unit: AppendUnit) -> bool {
        self.ends_mid_line && unit == AppendUnit::Line
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Whether the path still leads to this file.
    fn is_in_place(&self) -> bool {
        let own = self.file.metadata();
        own.is_ok_and(|own| fs::metadata(&self.path).is_ok_and(|there| is_same(&own, &there)))
    }

    fn rotate(&mut self) -> io::Result<()> {
        match rotation::rotate(&self.path, || self.is_in_place()) {
            Ok(()) => *self = Self::reopen(&self.path, self.disk)?,
            // What is said is worth more than the limit.
            Err(_) => self.is_not_rotatable = true,
        }
        Ok(())
    }
}

/// Why a log cannot be written, and what to do.
pub fn not_logged(path: &str, place: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("{path}: {}; free some space or choose another path.", os_error_text(error))
        }
        _ => create_error_message(path, place, error),
    }
}

fn open(path: &Path) -> io::Result<File> {
    // Looked at before it is opened, since a pipe would wait for somebody, and after, since it may be another by then.
    if let Ok(found) = fs::metadata(path) {
        is_file(&found)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    private_mode(&mut options);
    nonblocking_open(&mut options);
    let file = options.open(path)?;
    is_file(&file.metadata()?)?;
    Ok(file)
}

fn is_file(found: &Metadata) -> io::Result<()> {
    match found.file_type() {
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::other("not a regular file")),
    }
}

/// One that may be written and not read is taken to be whole.
fn ends_in_half_a_line(path: &Path) -> bool {
    let last = || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        io::Result::Ok(last)
    };
    last().is_ok_and(|last| last != *b"\n")
}

fn make_folders(path: &Path, missing: CreateParents) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(missing == CreateParents::All);
    private_dir_mode(&mut builder);
    match builder.create(folder) {
        // Another program was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Files have no number there that the standard library would tell.
#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.created().ok() == other.created().ok()
}

#[cfg(unix)]
fn disk_of(file: &Metadata) -> DeviceId {
    use std::os::unix::fs::MetadataExt as _;
    DeviceId(file.dev())
}

/// The standard library does not tell; what was pulled there has no path any more.
#[cfg(not(unix))]
const fn disk_of(_file: &Metadata) -> DeviceId {
    DeviceId(0)
}

#[cfg(test)]
mod tests;
