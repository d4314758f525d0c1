//! A log: a file that is only ever appended to, by this program and others at once.
//!
//! Nothing that was written is ever deleted or written over. One that has become too large is put aside under a name of
//! its own; one that is taken away while it is written (`rm`, `mv`, logrotate) is begun anew.

mod aside;
mod tail;

pub use tail::{newest, tail};

use super::{folders_for_the_user_alone, for_the_user_alone, not_created, reason, waiting_for_nobody};
use std::borrow::Cow;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Folders of a log's path that are made where there are none, for the user alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// All of them: the program chose the path.
    All,
    /// The one that the file is in. That others are not there is more likely a slip of the finger.
    Last,
}

/// What a log is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Lines: half a line that stands at its end is ended first.
    Line,
    /// Bytes, one behind the other.
    Byte,
}

/// See the module's words.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    missing: Missing,
    file: File,
    /// It ends with half a line.
    is_half: bool,
    /// It could not be put aside, so it grows.
    is_fixed: bool,
}

impl LogFile {
    /// Opens a log, or makes it for the user alone to read.
    ///
    /// # Errors
    /// As the system has them ([`not_logged`] makes a sentence of each); and where it is a pipe, a device or a folder, which
    /// is found out before it is opened.
    pub fn open(path: &Path, missing: Missing) -> io::Result<Self> {
        let file = match open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_folders(path, missing)?;
                open(path)?
            }
            other => other?,
        };
        let is_half = ends_in_half_a_line(path);
        Ok(Self { path: path.to_owned(), missing, file, is_half, is_fixed: false })
    }

    /// Appends these bytes, with one call of the system where that takes them all, so that lines of several programs stay
    /// whole. A log that would have more than `largest` bytes then, and has some, is put aside before (`PATH.1`, `PATH.2`
    /// and so on, the latest has the highest number) and begun anew; 0 is never. Where that is not possible, the folder
    /// being read-only, it grows.
    ///
    /// # Errors
    /// As [`LogFile::open`], and where the disk is full or gone. A part of the bytes may have been written.
    pub fn append(&mut self, bytes: &[u8], unit: Unit, largest: u64) -> io::Result<()> {
        if !self.is_in_place() {
            *self = Self::open(&self.path, self.missing)?;
        }
        let is_too_large = |len: u64| len > 0 && len.saturating_add(bytes.len() as u64) > largest;
        if largest > 0 && !self.is_fixed && is_too_large(self.len()? + u64::from(self.breaks_off(unit))) {
            self.begin_anew()?;
        }
        let breaks_off = self.breaks_off(unit);
        write(&mut self.file, bytes, breaks_off, &mut self.is_half)
    }

    /// Whether half a line has to be ended first.
    fn breaks_off(&self, unit: Unit) -> bool {
        self.is_half && unit == Unit::Line
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Whether the path still leads to this file.
    fn is_in_place(&self) -> bool {
        let own = self.file.metadata();
        own.is_ok_and(|own| fs::metadata(&self.path).is_ok_and(|there| is_same(&own, &there)))
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        match aside::put(&self.path, || self.is_in_place()) {
            Ok(()) => *self = Self::open(&self.path, self.missing)?,
            // What is said is worth more than the limit.
            Err(_) => self.is_fixed = true,
        }
        Ok(())
    }
}

/// Why a log cannot be written, and what to do.
pub fn not_logged(path: &str, place: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("{path}: {}; make room, or choose another place.", reason(error))
        }
        _ => not_created(path, place, error),
    }
}

fn write(out: &mut impl Write, bytes: &[u8], breaks_off: bool, is_half: &mut bool) -> io::Result<()> {
    let batch = if breaks_off { Cow::Owned([b"\n", bytes].concat()) } else { Cow::Borrowed(bytes) };
    let Some(last) = batch.last() else { return Ok(()) };
    // Who knows how much of it is written where it fails.
    *is_half = true;
    out.write_all(&batch)?;
    *is_half = *last != b'\n';
    Ok(())
}

fn open(path: &Path) -> io::Result<File> {
    // Looked at before it is opened, since a pipe would wait for somebody, and after, since it may be another by then.
    if let Ok(found) = fs::metadata(path) {
        is_file(&found)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    for_the_user_alone(&mut options);
    waiting_for_nobody(&mut options);
    let file = options.open(path)?;
    is_file(&file.metadata()?)?;
    Ok(file)
}

fn is_file(found: &Metadata) -> io::Result<()> {
    match found.file_type() {
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::other("that is a pipe or a device and no file")),
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

fn make_folders(path: &Path, missing: Missing) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(missing == Missing::All);
    folders_for_the_user_alone(&mut builder);
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

#[cfg(test)]
mod tests;
