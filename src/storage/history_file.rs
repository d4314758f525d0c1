//! The file of the history, which several of these programs may have at once.
//!
//! Whoever reads or writes it has the lock beside it first, and opens it after that: it may have been written anew
//! meanwhile. So no line is torn by another and none is lost. A line torn by a crash, or damaged otherwise, is passed over,
//! and the next one begins behind it; whoever reads the file sets such lines aside, in another one. Nothing is flushed to
//! the disk: what was written is safe from the end of this program, if not from that of the machine.
//!
//! When the file holds more than twice what is kept, whoever reads it writes it anew, to another one beside it that then
//! takes its place.

use super::history_record::{self, HistoryRecord};
use super::private_file;
use crate::app::input::history::HistoryEntry;
use crate::app::input::history::retention::RetentionFilter;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Bytes that are read, the last ones. More than can be wanted.
const READ_LIMIT: u64 = 64 << 20;

/// A file of fewer lines and bytes is not worth writing anew.
const COMPACT_ABOVE: FileSize = FileSize { lines: 1_000, bytes: 1 << 20 };

/// The history file, shared by several programs.
#[derive(Debug)]
pub(super) struct HistoryFile {
    path: PathBuf,
}

/// How much is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileSize {
    lines: usize,
    bytes: usize,
}

/// What is in a file: the lines worth keeping, read and as they are.
struct ParsedHistory<'a> {
    found: FileSize,
    kept: Vec<(HistoryEntry, &'a [u8])>,
    /// Lines that are none, the newest first.
    damaged: Vec<&'a [u8]>,
}

/// What has been read.
#[derive(Debug, Default)]
pub(super) struct LoadedHistory {
    /// The oldest first.
    pub(super) lines: Vec<HistoryEntry>,
    pub(super) aside: Option<Quarantine>,
}

/// Lines that could not be read, and where they are now.
#[derive(Debug)]
pub(super) struct Quarantine {
    pub(super) lines: usize,
    pub(super) path: PathBuf,
}

impl HistoryFile {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds lines at the end, in one write.
    pub(super) fn append(&self, entries: &[HistoryRecord]) -> io::Result<()> {
        private_file::create_parents(&self.path)?;
        // Made first, so that a link can be followed.
        drop(private_file::open(&self.path)?);
        let path = self.path.canonicalize()?;
        let _lock = private_file::lock(&path);
        let mut file = private_file::open(&path)?;
        let mut text = Vec::new();
        if is_torn(&mut file)? {
            text.push(b'\n');
        }
        for entry in entries {
            entry.write(&mut text);
        }
        file.write_all(&text)
    }

    /// What is in the file; nothing if it does not exist.
    pub(super) fn read(&self) -> io::Result<LoadedHistory> {
        self.read_and_shorten(|found, kept| {
            found.lines > 2 * kept.lines.max(COMPACT_ABOVE.lines)
                || found.bytes > 2 * kept.bytes.max(COMPACT_ABOVE.bytes)
        })
    }

    /// The same, and writes it anew if there is too much for what is kept of it, or something that nobody can read.
    fn read_and_shorten(&self, is_too_much: impl Fn(FileSize, FileSize) -> bool) -> io::Result<LoadedHistory> {
        if !private_file::exists(&self.path)? {
            return Ok(LoadedHistory::default());
        }
        let path = self.path.canonicalize()?;
        let lock = private_file::lock(&path);
        let text = last_bytes(&path)?;
        let pages = pages(&text);
        let is_damaged = !pages.damaged.is_empty();
        let mut aside = None;
        // Without the lock somebody may be adding to it. It stays as it is where that fails: too long, but whole.
        if lock.is_some() && (is_damaged || is_too_much(pages.found, pages.kept_size())) {
            aside = if is_damaged { quarantine(&path, &pages).ok() } else { None };
            if aside.is_some() || !is_damaged {
                let _ = rewrite(&path, &pages);
            }
        }
        Ok(LoadedHistory { lines: pages.kept.into_iter().map(|(remembered, _)| remembered).collect(), aside })
    }
}

impl ParsedHistory<'_> {
    fn kept_size(&self) -> FileSize {
        FileSize { lines: self.kept.len(), bytes: self.kept.iter().map(|(_, line)| line.len() + 1).sum() }
    }
}

/// Reads the lines of a file, the newest first, and chooses.
fn pages(text: &[u8]) -> ParsedHistory<'_> {
    let mut choice = RetentionFilter::default();
    let mut pages =
        ParsedHistory { found: FileSize { lines: 0, bytes: text.len() }, kept: Vec::new(), damaged: Vec::new() };
    for line in text.rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        pages.found.lines += 1;
        match history_record::read(line) {
            Some(what) if choice.keeps(&what.server, &what.line) => pages.kept.push((what, line)),
            Some(_) => {}
            None => pages.damaged.push(line),
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
fn rewrite(path: &Path, pages: &ParsedHistory<'_>) -> io::Result<()> {
    let mut text = Vec::with_capacity(pages.kept_size().bytes);
    for (_, line) in &pages.kept {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    private_file::replace(path, &text)
}

/// Bytes of damaged lines that are set aside, the first ones.
const ASIDE_LIMIT: usize = 1 << 20;

/// Adds the lines that nobody can read to a file beside this one.
fn quarantine(path: &Path, pages: &ParsedHistory<'_>) -> io::Result<Quarantine> {
    let aside = private_file::sibling_path(path, ".damaged");
    let mut file = private_file::open(&aside)?;
    let mut left = ASIDE_LIMIT.saturating_sub(usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX));
    let mut text = Vec::new();
    for line in pages.damaged.iter().rev() {
        if left == 0 {
            break;
        }
        let line = line.get(..left - 1).unwrap_or(line);
        text.extend_from_slice(line);
        text.push(b'\n');
        left = left.saturating_sub(line.len() + 1);
    }
    file.write_all(&text)?;
    Ok(Quarantine { lines: pages.damaged.len(), path: aside })
}

#[cfg(test)]
mod tests;
