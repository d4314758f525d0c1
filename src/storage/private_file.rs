//! Files that only the user can read: creation, lock and atomic replacement.

use super::paths::APP_FOLDER;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Creates a new file with mode 0600.
///
/// # Errors
/// The system's error; [`io::ErrorKind::AlreadyExists`] if there is a file of this name.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private_mode(&mut options);
    options.open(path)
}

/// Sets mode 0600 for a file to be created: chat logs are private on a shared machine.
#[cfg(unix)]
pub(super) fn private_mode(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

/// Does nothing: files in a user's profile are private already.
#[cfg(not(unix))]
pub(super) const fn private_mode(_options: &mut OpenOptions) {}

/// Sets mode 0700 for a folder to be created.
#[cfg(unix)]
pub(super) fn private_dir_mode(builder: &mut DirBuilder) {
    use std::os::unix::fs::DirBuilderExt as _;
    builder.mode(0o700);
}

/// Does nothing: folders in a user's profile are private already.
#[cfg(not(unix))]
pub(super) const fn private_dir_mode(_builder: &mut DirBuilder) {}

/// Tells whether an open file has been deleted, so that what is written to it is lost.
#[cfg(unix)]
pub fn is_deleted(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
}

/// Returns `false`: an open file cannot be deleted on this system.
#[cfg(not(unix))]
pub const fn is_deleted(_file: &File) -> bool {
    false
}

/// Creates the parent folders of this file with mode 0700. An existing folder keeps its mode, unless it is this program's
/// own.
pub(super) fn create_parents(file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    private_dir_mode(&mut builder);
    builder.create(folder)?;
    if folder.file_name().is_some_and(|name| name == APP_FOLDER) {
        restrict_permissions(folder, 0o700);
    }
    Ok(())
}

/// Opens a file for reading and appending, and creates it if missing. An existing file gets mode 0600.
///
/// # Errors
/// The system's error; or the path leads to a pipe or device, which could block or be damaged.
pub(super) fn open(path: &Path) -> io::Result<File> {
    refuse_irregular(path)?;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    private_mode(&mut options);
    let file = options.open(path)?;
    restrict_permissions(path, 0o600);
    Ok(file)
}

/// Tells whether a regular file exists at this path.
///
/// # Errors
/// As [`open`].
pub(super) fn exists(path: &Path) -> io::Result<bool> {
    refuse_irregular(path)?;
    fs::exists(path)
}

fn refuse_irregular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(io::Error::other("not a regular file")),
        _ => Ok(()),
    }
}

/// Removes all permissions of group and others. Does nothing where that is not allowed.
#[cfg(unix)]
fn restrict_permissions(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    if fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0) {
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
    }
}

/// Does nothing: files in a user's profile are private already.
#[cfg(not(unix))]
const fn restrict_permissions(_path: &Path, _mode: u32) {}

/// Waits for the lock file `PATH.lock`; the lock is held until the result is dropped. `None` where locking is not possible
/// (read-only folder, file system without locks): then only single writes in append mode keep lines whole.
pub(super) fn lock(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    private_mode(&mut options);
    let lock = options.open(sibling_path(path, ".lock")).ok()?;
    lock.lock().ok().map(|()| lock)
}

/// Replaces the content of a file atomically: readers see the old or the new text. The caller holds the [`lock`].
pub(super) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let new = sibling_path(path, ".new");
    // A process killed while replacing may have left one. Nobody else is writing it: we hold the lock.
    let _ = fs::remove_file(&new);
    let written = write_new(&new, text).and_then(|()| fs::rename(&new, path));
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(text)?;
    // The text must reach the disk before the rename; otherwise a power loss could leave an empty file.
    file.sync_data()
}

/// Returns this path with a suffix appended to the file name.
pub(super) fn sibling_path(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
