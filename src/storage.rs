//! Files: where, made or read how, and in words why not. Everything here may wait for a disk, so it belongs beside a loop.

pub(crate) mod config_reloader;
pub(crate) mod dir_lister;
pub(crate) mod export_writer;
pub(crate) mod file_reader;
mod history_file;
mod history_record;
pub(crate) mod history_store;
mod log_file;
pub(crate) mod log_writer;
mod open_logs;
mod private_file;
mod recent_servers_file;
pub(crate) mod recorder;
pub mod recording_file;
mod secret_file;
pub(crate) mod secret_reader;
pub(crate) mod service;

pub use config_reloader::LoadConfigFn;
pub use history_store::{HistoryStore, history_file};
pub use log_file::{AppendUnit, CreateParents, DeviceId, LogFile, dated_predecessors, not_logged, tail};
pub use open_logs::{LogAppend, LogFolders, OpenLogs};
pub use recorder::Recorder;
pub use secret_file::{MAX_SECRET_BYTES, SecretFile, read_secret_file};

use crate::text::format_thousands;
use etcetera::BaseStrategy as _;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The folder of this program among those of others.
pub(crate) const FOLDER: &str = "netchat-tui";

/// Where what outlasts a session is kept: `$XDG_STATE_HOME/netchat-tui`, by default in `~/.local/state`; on Windows in
/// `%LOCALAPPDATA%`. Nothing where there is no home.
pub fn state_folder() -> Option<PathBuf> {
    let places = etcetera::choose_base_strategy().ok()?;
    // Windows makes no difference between what may be lost and what is best not.
    let state = places.state_dir().unwrap_or_else(|| places.cache_dir());
    // Without a home it would be wherever the program was started.
    state.is_absolute().then(|| state.join(FOLDER))
}

/// Where a path as it was typed leads to: `~/` is the home directory.
///
/// # Errors
/// The sentence, where nobody knows what that is.
pub fn expand_path(path: &str) -> Result<PathBuf, String> {
    if path == "~" {
        return Err("~ is a folder; name a file in it, such as ~/chat.txt.".to_owned());
    }
    let Some(inside) = path.strip_prefix("~/") else { return Ok(PathBuf::from(path)) };
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    home.map(|home| home.join(inside))
        .ok_or_else(|| format!("{path}: HOME is not set, so nobody knows what ~ is; write the whole path."))
}

/// A path as it is told: from the root, or from `~/`.
pub fn display_path(place: &Path) -> String {
    let whole = std::path::absolute(place).unwrap_or_else(|_| place.to_owned());
    let home = std::env::home_dir().filter(|home| home.components().count() > 1);
    match home.and_then(|home| whole.strip_prefix(home).ok()) {
        Some(inside) => format!("~/{}", inside.display()),
        None => whole.display().to_string(),
    }
}

/// Makes a file that did not exist, for the user alone to read.
///
/// # Errors
/// As the system has them.
pub fn create(place: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private_mode(&mut options);
    options.open(place)
}

/// What a class says to each other is nobody else's affair on a shared machine.
#[cfg(unix)]
pub fn private_mode(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

/// A user's folders are their own there.
#[cfg(not(unix))]
pub const fn for_the_user_alone(_options: &mut OpenOptions) {}

/// The same for folders.
#[cfg(unix)]
pub fn private_dir_mode(builder: &mut DirBuilder) {
    use std::os::unix::fs::DirBuilderExt as _;
    builder.mode(0o700);
}

/// The same for folders.
#[cfg(not(unix))]
pub const fn folders_for_the_user_alone(_builder: &mut DirBuilder) {}
/// Whether nobody will find what is written to this file: its name is gone.
#[cfg(unix)]
pub fn is_deleted(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
}

/// An open file cannot be deleted there.
#[cfg(not(unix))]
pub const fn is_deleted(_file: &File) -> bool {
    false
}

/// Why a file could not be made, and what to do.
pub fn create_error_message(path: &str, place: &Path, error: &io::Error) -> String {
    match error.kind() {
        // Which of the two errors it is depends on the system and on a slash at the end.
        io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory if place.is_dir() => {
            format!("{path} is a folder; add the name of a file.")
        }
        io::ErrorKind::AlreadyExists => format!("{path} exists already; choose another name."),
        io::ErrorKind::NotFound => {
            format!("{path}: there is no such folder; make it first, or choose another place.")
        }
        io::ErrorKind::PermissionDenied => {
            format!("{path}: you may not write there; choose another place, such as ~/.")
        }
        _ => format!("{path}: {}; choose another place.", os_error_text(error)),
    }
}

/// Why a file could not be written to the end.
pub fn write_error_message(path: &str, error: &io::Error) -> String {
    let next = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room, or choose another place",
        _ => "choose another place",
    };
    format!("{path}: {}. Nothing of it is kept; {next}.", os_error_text(error))
}

/// Why a file was not read.
#[derive(Debug)]
pub enum ReadError {
    /// The system's reason.
    Io(io::Error),
    /// A pipe, a device, a socket: it need not have an end.
    NotAFile,
    /// More than was asked for: at least so many bytes.
    TooLarge(u64),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// All of a file of at most `limit` bytes.
///
/// # Errors
/// If it cannot be read, may have no end, or has more.
pub fn read(place: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = open_finite(place)?;
    let len = file.metadata()?.len();
    if len > limit {
        return Err(ReadError::TooLarge(len));
    }
    let mut bytes = Vec::new();
    // It may be growing.
    let count = file.take(limit.saturating_add(1)).read_to_end(&mut bytes)? as u64;
    if count > limit { Err(ReadError::TooLarge(count)) } else { Ok(bytes) }
}

/// A file to be read, which has an end.
fn open_finite(place: &Path) -> Result<File, ReadError> {
    // Looked at before it is opened, since opening alone moves some devices, and after, since it may be another by then.
    is_finite(&std::fs::metadata(place)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    nonblocking_open(&mut options);
    let file = options.open(place)?;
    is_finite(&file.metadata()?)?;
    Ok(file)
}

fn is_finite(metadata: &std::fs::Metadata) -> Result<(), ReadError> {
    match metadata.file_type() {
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory).into()),
        _ => Err(ReadError::NotAFile),
    }
}

/// Opening a pipe waits for somebody to write into it, otherwise.
#[cfg(unix)]
fn nonblocking_open(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
}

/// Opening waits for nobody there.
#[cfg(not(unix))]
const fn waiting_for_nobody(_options: &mut OpenOptions) {}

/// Why a file could not be read, and what to do.
pub fn read_error_message(path: &str, limit: u64, unread: &ReadError) -> String {
    match unread {
        ReadError::Io(error) => match error.kind() {
            io::ErrorKind::IsADirectory => format!("{path} is a folder; add the name of a file."),
            io::ErrorKind::NotFound => format!("{path}: there is no such file."),
            io::ErrorKind::PermissionDenied => format!("{path}: you may not read it."),
            _ => format!("{path}: {}; choose another file.", os_error_text(error)),
        },
        ReadError::NotAFile => format!("{path} is a pipe or a device and no file; choose a file."),
        ReadError::TooLarge(bytes) => {
            let (bytes, limit) = (format_thousands(*bytes), format_thousands(limit));
            format!("{path} has {bytes} bytes, more than the {limit} that can be taken in; choose a smaller file.")
        }
    }
}

/// The system's words, without the number they end with.
pub fn os_error_text(error: &io::Error) -> String {
    let words = error.to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_directory_and_only_at_the_start() {
        assert_eq!(expand_path("notes.txt").unwrap(), Path::new("notes.txt"));
        assert_eq!(expand_path("a/~/b").unwrap(), Path::new("a/~/b"));
        assert_eq!(expand_path("~bob").unwrap(), Path::new("~bob"));
        if let Some(home) = std::env::home_dir() {
            assert_eq!(expand_path("~/notes.txt").unwrap(), home.join("notes.txt"));
        }
    }

    #[test]
    fn a_failure_is_a_sentence_with_the_next_step() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(
            create_error_message("/etc/x", Path::new("/etc/x"), &denied),
            "/etc/x: you may not write there; choose another place, such as ~/."
        );
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(
            write_error_message("x", &full),
            "x: no storage space. Nothing of it is kept; make room, or choose another place."
        );
    }
}
