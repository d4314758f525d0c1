//! Rotation of logs: a full log is renamed to `PATH.1`, `PATH.2` and so on; the latest has the highest number.

use crate::storage::private_file::{create, sibling_path};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Renames a log to an unused number. Several processes may rotate at once: each reserves its own name first, so nothing is
/// ever replaced. Does nothing if `is_wanted` returns `false` once the name is reserved, or the log is gone.
///
/// # Errors
/// The system's error; nothing has changed then.
pub(super) fn rotate(path: &Path, is_wanted: impl FnOnce() -> bool) -> io::Result<()> {
    match rename_to_unused(path, is_wanted) {
        // Another process has rotated it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn rename_to_unused(path: &Path, is_wanted: impl FnOnce() -> bool) -> io::Result<()> {
    // Follows a symlink: its target is rotated, the link stays.
    let path = fs::canonicalize(path)?;
    let reserved = reserve_name(&path, rotated_numbers(&path).last().copied().unwrap_or_default())?;
    let renamed = if is_wanted() { fs::rename(&path, &reserved) } else { Err(io::ErrorKind::NotFound.into()) };
    // Nobody else knows the reserved file, so it is still empty.
    renamed.inspect_err(|_| drop(fs::remove_file(&reserved)))
}

/// Creates an empty file with the lowest unused number above `last`.
fn reserve_name(path: &Path, last: u64) -> io::Result<PathBuf> {
    let mut number = last;
    loop {
        number = number.checked_add(1).ok_or(io::ErrorKind::AlreadyExists)?;
        let name = numbered(path, number);
        match create(&name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|_empty| name),
        }
    }
}

/// Returns the numbers of the rotated logs of this path, sorted. Empty if the folder cannot be read.
pub(super) fn rotated_numbers(path: &Path) -> Vec<u64> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let number = |other: &str| {
        let number = other.strip_prefix(name)?.strip_prefix('.')?;
        number.bytes().all(|digit| digit.is_ascii_digit()).then(|| number.parse().ok())?
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut numbers: Vec<u64> = entries.filter_map(|entry| number(entry.file_name().to_str()?)).collect();
    numbers.sort_unstable();
    numbers
}

/// Returns the path of a rotated log.
pub(super) fn numbered(path: &Path, number: u64) -> PathBuf {
    sibling_path(path, &format!(".{number}"))
}
