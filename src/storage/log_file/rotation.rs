//! Logs that were put aside: `PATH.1`, `PATH.2` and so on, the latest has the highest number.

use crate::storage::create;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Puts a log aside, under a number that none has. Several programs may do so at once: each takes a name that is its own,
/// so whatever the path leads to at that moment is renamed and nothing is replaced. Not done where, once it has
/// one, `is_wanted` says no.
///
/// # Errors
/// As the system has them; then all is as it was.
pub(super) fn rotate(path: &Path, is_wanted: impl FnOnce() -> bool) -> io::Result<()> {
    match put_there(path, is_wanted) {
        // Another was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn put_there(path: &Path, is_wanted: impl FnOnce() -> bool) -> io::Result<()> {
    // A link stays, and what it leads to is what is too large.
    let path = fs::canonicalize(path)?;
    let aside = free_name(&path, rotated_numbers(&path).last().copied().unwrap_or_default())?;
    let renamed = if is_wanted() { fs::rename(&path, &aside) } else { Err(io::ErrorKind::NotFound.into()) };
    // The name is given back. Nobody has written to it: only we know of it.
    renamed.inspect_err(|_| drop(fs::remove_file(&aside)))
}

/// Takes the lowest free number beyond this one, with an empty file.
fn free_name(path: &Path, beyond: u64) -> io::Result<PathBuf> {
    let mut number = beyond;
    loop {
        number = number.checked_add(1).ok_or(io::ErrorKind::AlreadyExists)?;
        let aside = numbered(path, number);
        match create(&aside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|_empty| aside),
        }
    }
}

/// The numbers under which logs of this path were put aside, in order. Nothing where the folder cannot be read.
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

/// The log of this path that was put aside under a number.
pub(super) fn numbered(path: &Path, number: u64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    PathBuf::from(name)
}
