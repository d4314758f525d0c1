//! Where the history and its like are kept, and for whom.

use crate::storage;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The history of this user: `$XDG_STATE_HOME/netchat-tui/history`, by default in `~/.local/state`; on Windows in
/// `%LOCALAPPDATA%`. Nothing where there is no home.
pub fn history_file() -> Option<PathBuf> {
    Some(storage::state_folder()?.join("history"))
}

/// Makes the folder of this file, for the user alone. One that is there is left as it is, unless it is ours.
pub(super) fn make_folder(file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    storage::private_dir_mode(&mut builder);
    builder.create(folder)?;
    if folder.file_name().is_some_and(|name| name == storage::FOLDER) {
        restrict_permissions(folder, 0o700);
    }
    Ok(())
}

/// Opens a file for reading and appending, and makes it if it is not there; for the user alone.
///
/// # Errors
/// As the system has them; and where it is a pipe or a device, that would hold us up or be harmed.
pub(super) fn open(path: &Path) -> io::Result<File> {
    refuse_irregular(path)?;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    storage::private_mode(&mut options);
    let file = options.open(path)?;
    restrict_permissions(path, 0o600);
    Ok(file)
}

/// Whether there is such a file.
///
/// # Errors
/// As above.
pub(super) fn exists(path: &Path) -> io::Result<bool> {
    match refuse_irregular(path) {
        Ok(()) => fs::exists(path),
        Err(error) => Err(error),
    }
}

fn refuse_irregular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(io::Error::other("it is not a regular file")),
        _ => Ok(()),
    }
}

/// Takes from others what they may do. Where that is not ours to say, or there are no such rights, it stays.
#[cfg(unix)]
fn restrict_permissions(path: &Path, wanted: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    if fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(wanted));
    }
}

/// A user's folders are their own there.
#[cfg(not(unix))]
const fn tighten(_path: &Path, _wanted: u32) {}

/// Waits for the lock of a file, and holds it until it is dropped. Where no lock can be had, the folder being read-only or
/// its disk knowing none, one write at the end of the file is what keeps lines whole.
pub(super) fn lock(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    storage::private_mode(&mut options);
    let lock = options.open(sibling_path(path, ".lock")).ok()?;
    lock.lock().ok().map(|()| lock)
}

/// Puts a file with this text in the place of one, of which the lock is held: whoever looks sees the old or the new one.
pub(super) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let new = sibling_path(path, ".new");
    // Left behind by one who was killed at this: we have the lock.
    let _ = fs::remove_file(&new);
    let written = write_new(&new, text).and_then(|()| fs::rename(&new, path));
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = storage::create(path)?;
    file.write_all(text)?;
    // The one time it matters: the new name must not reach the disk before the text, when the old one is gone.
    file.sync_data()
}

/// The file of this name with an ending more.
pub(super) fn sibling_path(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
