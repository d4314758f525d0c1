//! What a log ends with.

use super::rotation;
use crate::storage::regular_file::{ReadError, open_regular};
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf, is_separator};

/// Bytes that are looked at, at most.
const LIMIT: u64 = 4 << 20;

/// Bytes that are read at once.
const BLOCK: u64 = 64 << 10;

/// Logs put aside that are looked into, at most.
const MAX_ROTATED: usize = 8;

/// The last lines of a log, each with its newline, and of those that were put aside before it if it has fewer. Nothing
/// where there is none. Only the last 4 MiB are looked at; a line that begins before them is left out.
///
/// # Errors
/// If there is one that cannot be read.
pub fn tail(path: &Path, lines: usize) -> Result<Vec<u8>, ReadError> {
    tail_within(path, lines, LIMIT)
}

fn tail_within(path: &Path, lines: usize, mut room: u64) -> Result<Vec<u8>, ReadError> {
    let mut parts = Vec::new();
    let mut wanted = lines;
    let mut take = |path: &Path| {
        if wanted > 0 && room > 0 {
            let mut file = open_regular(path)?;
            let part = last_lines(&mut file, wanted, &mut room)?;
            wanted = wanted.saturating_sub(memchr::memchr_iter(b'\n', &part).count());
            parts.push(part);
        }
        Ok::<(), ReadError>(())
    };
    match take(path) {
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
        taken => taken?,
    }
    // Who put it aside followed links.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    for number in rotation::rotated_numbers(&real).into_iter().rev().take(MAX_ROTATED) {
        if take(&rotation::numbered(&real, number)).is_err() {
            break;
        }
    }
    parts.reverse();
    Ok(parts.concat())
}

/// The last lines, read backwards. Takes from `room` what it reads.
fn last_lines(file: &mut (impl Read + Seek), lines: usize, room: &mut u64) -> io::Result<Vec<u8>> {
    let (mut blocks, mut newlines) = (Vec::new(), 0);
    let mut start = file.seek(SeekFrom::End(0))?;
    while start > 0 && *room > 0 && newlines <= lines {
        let size = BLOCK.min(start).min(*room);
        (start, *room) = (start - size, *room - size);
        file.seek(SeekFrom::Start(start))?;
        let mut block = Vec::new();
        file.by_ref().take(size).read_to_end(&mut block)?;
        newlines += memchr::memchr_iter(b'\n', &block).count();
        blocks.push(block);
    }
    blocks.reverse();
    let mut text = blocks.concat();
    if start > 0 {
        let whole = memchr::memchr(b'\n', &text).map_or(text.len(), |newline| newline + 1);
        text.drain(..whole);
    }
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    let before = memchr::memrchr_iter(b'\n', &text).nth(lines).map_or(0, |newline| newline + 1);
    text.drain(..before);
    Ok(text)
}

/// Of the logs whose paths are this, a date (`2026-11-22`) and that, those that have something in them and are older than
/// this one of them; the latest first.
pub fn dated_predecessors(than: &Path, before: &Path, behind: &str) -> Vec<PathBuf> {
    dated(before, behind).into_iter().flatten().filter(|path| path.as_path() < than).collect()
}

fn dated(before: &Path, behind: &str) -> Option<Vec<PathBuf>> {
    let before = before.to_str()?;
    let (folder, start) = before.split_at_checked(before.rfind(is_separator).map_or(0, |at| at + 1))?;
    let entries = fs::read_dir(if folder.is_empty() { "." } else { folder }).ok()?.flatten();
    let dated = entries.filter_map(|entry| {
        let name = entry.file_name().to_str()?.to_owned();
        let date = name.strip_prefix(start)?.strip_suffix(behind)?.to_owned();
        let path = Path::new(folder).join(name);
        let has_something = || fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() > 0);
        (is_date(&date) && has_something()).then_some((date, path))
    });
    let mut dated: Vec<_> = dated.collect();
    dated.sort_unstable_by(|one, other| other.cmp(one));
    Some(dated.into_iter().map(|(_, path)| path).collect())
}

fn is_date(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == "2026-11-22".len() && text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests;
