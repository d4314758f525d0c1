//! The file of the history, which several of these programs may have at once.
//!
//! Whoever reads or writes it has the lock beside it first, and opens it after that: it may have been written anew
//! meanwhile. So no line is torn by another and none is lost. A line torn by a crash is passed over, and the next one
//! begins behind it. Nothing is flushed to the disk: what was written is safe from the end of this program, if not from
//! that of the machine.
//!
//! When the file holds more than twice what is kept, whoever reads it writes it anew, to another one beside it that then
//! takes its place.

use super::entry::{self, Entry};
use super::place;
use crate::app::history::Remembered;
use crate::app::history::choice::Choice;
use crate::tui::file;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Bytes that are read, the last ones. More than can be wanted.
const READ_LIMIT: u64 = 64 << 20;

/// A file of fewer lines and bytes is not worth writing anew.
const SMALL: Size = Size { lines: 1_000, bytes: 1 << 20 };

/// See the module's words.
#[derive(Debug)]
pub(super) struct Book {
    path: PathBuf,
}

/// How much is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    lines: usize,
    bytes: usize,
}

/// What is in a file: the lines worth keeping, read and as they are.
struct Pages<'a> {
    found: Size,
    kept: Vec<(Remembered, &'a [u8])>,
}

impl Book {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds lines at the end, in one write.
    pub(super) fn append(&self, entries: &[Entry]) -> io::Result<()> {
        place::make_folder(&self.path)?;
        // Made first, so that a link can be followed.
        drop(place::open(&self.path)?);
        let path = self.path.canonicalize()?;
        let _lock = lock(&path);
        let mut file = place::open(&path)?;
        let mut text = Vec::new();
        if is_torn(&mut file)? {
            text.push(b'\n');
        }
        for entry in entries {
            entry.write(&mut text);
        }
        file.write_all(&text)
    }

    /// What is in the file, the oldest first; nothing if it does not exist.
    pub(super) fn read(&self) -> io::Result<Vec<Remembered>> {
        self.read_and_shorten(|found, kept| {
            found.lines > 2 * kept.lines.max(SMALL.lines) || found.bytes > 2 * kept.bytes.max(SMALL.bytes)
        })
    }

    /// The same, and writes it anew if there is too much for what is kept of it.
    fn read_and_shorten(&self, is_too_much: impl Fn(Size, Size) -> bool) -> io::Result<Vec<Remembered>> {
        if !place::exists(&self.path)? {
            return Ok(Vec::new());
        }
        let path = self.path.canonicalize()?;
        let lock = lock(&path);
        let text = last_bytes(&path)?;
        let pages = pages(&text);
        // Without the lock somebody may be adding to it.
        if lock.is_some() && is_too_much(pages.found, pages.kept_size()) {
            // It stays as it is where that fails: too long, but whole.
            let _ = rewrite(&path, &pages);
        }
        Ok(pages.kept.into_iter().map(|(remembered, _)| remembered).collect())
    }
}

impl Pages<'_> {
    fn kept_size(&self) -> Size {
        Size { lines: self.kept.len(), bytes: self.kept.iter().map(|(_, line)| line.len() + 1).sum() }
    }
}

/// Reads the lines of a file, the newest first, and chooses.
fn pages(text: &[u8]) -> Pages<'_> {
    let mut choice = Choice::default();
    let mut pages = Pages { found: Size { lines: 0, bytes: text.len() }, kept: Vec::new() };
    for line in text.rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        pages.found.lines += 1;
        if let Some(what) = entry::read(line).filter(|what| choice.takes(&what.server, &what.line)) {
            pages.kept.push((what, line));
        }
    }
    pages.kept.reverse();
    pages
}

/// The end of a file: all of it, unless it is absurdly long.
fn last_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(READ_LIMIT)))?;
    let mut text = Vec::new();
    file.take(READ_LIMIT).read_to_end(&mut text)?;
    Ok(text)
}

/// Whether the last line has no end.
fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Puts a file with the kept lines in the place of this one.
fn rewrite(path: &Path, pages: &Pages<'_>) -> io::Result<()> {
    let new = beside(path, ".new");
    // Left behind by one who was killed at this: we have the lock.
    let _ = fs::remove_file(&new);
    let written = write_new(&new, pages).and_then(|()| fs::rename(&new, path));
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

fn write_new(path: &Path, pages: &Pages<'_>) -> io::Result<()> {
    let mut text = Vec::with_capacity(pages.kept_size().bytes);
    for (_, line) in &pages.kept {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    let mut file = file::create(path)?;
    file.write_all(&text)?;
    // The one time it matters: the new name must not reach the disk before the text, when the old one is gone.
    file.sync_data()
}

/// Waits for the lock of a file, and holds it until it is dropped. Where no lock can be had, the folder being read-only or
/// its disk knowing none, one write at the end of the file is what keeps lines whole.
fn lock(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    file::for_the_user_alone(&mut options);
    let lock = options.open(beside(path, ".lock")).ok()?;
    lock.lock().ok().map(|()| lock)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
