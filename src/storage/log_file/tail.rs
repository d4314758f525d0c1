//! Reads the last lines of a log and of its rotated and dated predecessors.

use super::rotation;
use crate::storage::regular_file::{ReadError, open_regular};
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf, is_separator};

/// Maximum number of bytes read for one tail.
const MAX_TAIL_BYTES: u64 = 4 << 20;

/// Number of bytes read at once.
const BLOCK_BYTES: u64 = 64 << 10;

/// Maximum number of rotated logs read for one tail.
const MAX_ROTATED: usize = 8;

/// Reads the last lines of a log, each with its newline. If it has fewer, continues with its rotated logs. Empty if there is
/// no log. At most 4 MiB are read; a line that starts before them is omitted.
///
/// # Errors
/// If the log exists and cannot be read.
pub fn tail(path: &Path, lines: usize) -> Result<Vec<u8>, ReadError> {
    tail_within(path, lines, MAX_TAIL_BYTES)
}

fn tail_within(path: &Path, lines: usize, mut bytes_left: u64) -> Result<Vec<u8>, ReadError> {
    let mut parts = Vec::new();
    let mut lines_left = lines;
    let mut read_tail = |path: &Path| {
        if lines_left > 0 && bytes_left > 0 {
            let mut file = open_regular(path)?;
            let part = last_lines(&mut file, lines_left, &mut bytes_left)?;
            lines_left = lines_left.saturating_sub(memchr::memchr_iter(b'\n', &part).count());
            parts.push(part);
        }
        Ok::<(), ReadError>(())
    };
    match read_tail(path) {
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
        result => result?,
    }
    // Rotation follows symlinks.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    for number in rotation::rotated_numbers(&target).into_iter().rev().take(MAX_ROTATED) {
        if read_tail(&rotation::numbered(&target, number)).is_err() {
            break;
        }
    }
    parts.reverse();
    Ok(parts.concat())
}

/// Reads the last lines of a file backwards, block by block. Subtracts the bytes read from `bytes_left`.
fn last_lines(file: &mut (impl Read + Seek), lines: usize, bytes_left: &mut u64) -> io::Result<Vec<u8>> {
    let (mut blocks, mut newlines) = (Vec::new(), 0);
    let mut start = file.seek(SeekFrom::End(0))?;
    while start > 0 && *bytes_left > 0 && newlines <= lines {
        let size = BLOCK_BYTES.min(start).min(*bytes_left);
        (start, *bytes_left) = (start - size, *bytes_left - size);
        file.seek(SeekFrom::Start(start))?;
        let mut block = Vec::new();
        file.by_ref().take(size).read_to_end(&mut block)?;
        newlines += memchr::memchr_iter(b'\n', &block).count();
        blocks.push(block);
    }
    blocks.reverse();
    let mut text = blocks.concat();
    if start > 0 {
        let first_line_start = memchr::memchr(b'\n', &text).map_or(text.len(), |newline| newline + 1);
        text.drain(..first_line_start);
    }
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    let tail_start = memchr::memrchr_iter(b'\n', &text).nth(lines).map_or(0, |newline| newline + 1);
    text.drain(..tail_start);
    Ok(text)
}

/// Finds the logs named `prefix`, date (`2026-11-22`), `suffix` that are older than `log` and not empty; latest first.
pub fn dated_predecessors(log: &Path, prefix: &Path, suffix: &str) -> Vec<PathBuf> {
    dated_logs(prefix, suffix).into_iter().flatten().filter(|path| path.as_path() < log).collect()
}

fn dated_logs(prefix: &Path, suffix: &str) -> Option<Vec<PathBuf>> {
    let prefix = prefix.to_str()?;
    let (folder, name_prefix) = prefix.split_at_checked(prefix.rfind(is_separator).map_or(0, |at| at + 1))?;
    let entries = fs::read_dir(if folder.is_empty() { "." } else { folder }).ok()?.flatten();
    let dated = entries.filter_map(|entry| {
        let name = entry.file_name().to_str()?.to_owned();
        let date = name.strip_prefix(name_prefix)?.strip_suffix(suffix)?.to_owned();
        let path = Path::new(folder).join(name);
        let has_content = || fs::metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0);
        (is_date(&date) && has_content()).then_some((date, path))
    });
    let mut dated: Vec<_> = dated.collect();
    dated.sort_unstable_by(|one, other| other.cmp(one));
    Some(dated.into_iter().map(|(_, path)| path).collect())
}

fn is_date(text: &str) -> bool {
    let fits = |(index, byte): (usize, u8)| if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == "2026-11-22".len() && text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests;
