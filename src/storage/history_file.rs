//! The input history file, which several processes may use at once.
//!
//! Reading and writing take the lock file first and open the history after that, because it may have been replaced
//! meanwhile. So lines are neither torn nor lost. A line that was truncated by a crash or damaged otherwise is skipped; the
//! next read moves it to `history.damaged`. Writes are not synced: they survive a crash of this program, but not of the
//! machine.
//!
//! When the file is more than twice as large as the entries worth keeping, reading it replaces it by a compact one.

use super::history_record::{self, HistoryRecord};
use super::private_file;
use crate::app::input::history::HistoryEntry;
use crate::app::input::history::retention::RetentionFilter;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Maximum number of bytes read, from the end of the file.
const READ_LIMIT: u64 = 64 << 20;

/// Size below which kept entries count as this size: smaller files are not worth compacting.
const COMPACT_ABOVE: FileSize = FileSize { lines: 1_000, bytes: 1 << 20 };

/// The history file, shared by several programs.
#[derive(Debug)]
pub(super) struct HistoryFile {
    path: PathBuf,
}

/// Size of a file or of the entries kept from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileSize {
    lines: usize,
    bytes: usize,
}

/// A history file split into entries worth keeping and damaged lines.
struct ParsedHistory<'a> {
    size: FileSize,
    /// Entries with the lines they were read from, oldest first.
    kept: Vec<(HistoryEntry, &'a [u8])>,
    /// Unreadable lines, newest first.
    damaged: Vec<&'a [u8]>,
}

/// Result of reading the history file.
#[derive(Debug, Default)]
pub(super) struct LoadedHistory {
    /// Kept entries, oldest first.
    pub(super) entries: Vec<HistoryEntry>,
    /// Set if damaged lines were moved to another file.
    pub(super) quarantine: Option<Quarantine>,
}

/// Damaged lines that were moved to another file.
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

    /// Appends records in one write. Creates the file and its folders if missing.
    pub(super) fn append(&self, records: &[HistoryRecord]) -> io::Result<()> {
        private_file::create_parents(&self.path)?;
        // Created first, because only an existing path can be canonicalized.
        drop(private_file::open(&self.path)?);
        let path = self.path.canonicalize()?;
        let _lock = private_file::lock(&path);
        let mut file = private_file::open(&path)?;
        let mut text = Vec::new();
        if ends_mid_line(&mut file)? {
            text.push(b'\n');
        }
        for record in records {
            record.write(&mut text);
        }
        file.write_all(&text)
    }

    /// Reads the kept entries; none if the file does not exist. Compacts the file if it is too large.
    pub(super) fn read(&self) -> io::Result<LoadedHistory> {
        self.read_and_compact(|file, kept| {
            file.lines > 2 * kept.lines.max(COMPACT_ABOVE.lines) || file.bytes > 2 * kept.bytes.max(COMPACT_ABOVE.bytes)
        })
    }

    /// Reads the file, and rewrites it if it has damaged lines or `is_too_large(file, kept)`.
    fn read_and_compact(&self, is_too_large: impl Fn(FileSize, FileSize) -> bool) -> io::Result<LoadedHistory> {
        if !private_file::exists(&self.path)? {
            return Ok(LoadedHistory::default());
        }
        let path = self.path.canonicalize()?;
        let lock = private_file::lock(&path);
        let text = last_bytes(&path)?;
        let parsed = parse(&text);
        let is_damaged = !parsed.damaged.is_empty();
        let mut quarantine = None;
        // Without the lock another process may be appending. If anything fails, the file stays complete, if too large.
        if lock.is_some() && (is_damaged || is_too_large(parsed.size, parsed.kept_size())) {
            quarantine = if is_damaged { quarantine_lines(&path, &parsed).ok() } else { None };
            if quarantine.is_some() || !is_damaged {
                let _ = rewrite(&path, &parsed);
            }
        }
        Ok(LoadedHistory { entries: parsed.kept.into_iter().map(|(entry, _)| entry).collect(), quarantine })
    }
}

impl ParsedHistory<'_> {
    fn kept_size(&self) -> FileSize {
        FileSize { lines: self.kept.len(), bytes: self.kept.iter().map(|(_, line)| line.len() + 1).sum() }
    }
}

/// Parses the lines of a file. Goes from newest to oldest, as the retention limits require.
fn parse(text: &[u8]) -> ParsedHistory<'_> {
    let mut retention = RetentionFilter::default();
    let mut parsed =
        ParsedHistory { size: FileSize { lines: 0, bytes: text.len() }, kept: Vec::new(), damaged: Vec::new() };
    for line in text.rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        parsed.size.lines += 1;
        match history_record::read(line) {
            Some(entry) if retention.keeps(&entry.server, &entry.line) => parsed.kept.push((entry, line)),
            Some(_) => {}
            None => parsed.damaged.push(line),
        }
    }
    parsed.kept.reverse();
    parsed
}

/// Reads at most [`READ_LIMIT`] bytes from the end of a file.
fn last_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(READ_LIMIT)))?;
    let mut text = Vec::new();
    file.take(READ_LIMIT).read_to_end(&mut text)?;
    Ok(text)
}

/// Tells whether the last line has no newline.
fn ends_mid_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Replaces the file by one with the kept lines only.
fn rewrite(path: &Path, parsed: &ParsedHistory<'_>) -> io::Result<()> {
    let mut text = Vec::with_capacity(parsed.kept_size().bytes);
    for (_, line) in &parsed.kept {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    private_file::replace(path, &text)
}

/// Maximum size of the file with damaged lines, in bytes. Further lines are dropped.
const QUARANTINE_LIMIT: usize = 1 << 20;

/// Appends the damaged lines to `PATH.damaged`.
fn quarantine_lines(path: &Path, parsed: &ParsedHistory<'_>) -> io::Result<Quarantine> {
    let quarantine_path = private_file::sibling_path(path, ".damaged");
    let mut file = private_file::open(&quarantine_path)?;
    let mut left = QUARANTINE_LIMIT.saturating_sub(usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX));
    let mut text = Vec::new();
    for line in parsed.damaged.iter().rev() {
        if left == 0 {
            break;
        }
        let line = line.get(..left - 1).unwrap_or(line);
        text.extend_from_slice(line);
        text.push(b'\n');
        left = left.saturating_sub(line.len() + 1);
    }
    file.write_all(&text)?;
    Ok(Quarantine { lines: parsed.damaged.len(), path: quarantine_path })
}

#[cfg(test)]
mod tests;
