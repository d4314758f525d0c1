//! The settings file: where it is, and what is in it.

use super::environment::{Environment, FILE};
use crate::text;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Which settings file to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Choice {
    /// The one in its usual place, or the one that `NETCHAT_TUI_CONFIG` names.
    #[default]
    Usual,
    /// This one, which has to be there.
    Named(PathBuf),
    /// None.
    Nothing,
}

/// What there was.
pub(super) enum Found {
    /// No file, and none was called for.
    Nothing,
    /// A file.
    Bytes {
        /// Which, as it is told.
        path: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
}

/// Why there was nothing to be read: a sentence.
pub(super) enum Missed {
    /// It is not there.
    Absent(String),
    /// What is there is none.
    InTheWay(String),
}

/// Bytes of the longest settings file: some thousand servers.
const LIMIT: u64 = 1 << 20;

/// Where the file is, or would be.
///
/// # Errors
/// A sentence, where there is no place for one.
pub(super) fn path(choice: &Choice, environment: &Environment) -> Result<PathBuf, String> {
    match (choice, environment.get(FILE), &environment.folder) {
        (Choice::Nothing, ..) => Err("With --no-config no settings file is read.".to_owned()),
        (Choice::Named(path), ..) => Ok(path.clone()),
        (Choice::Usual, Some(path), _) => Ok(PathBuf::from(path)),
        (Choice::Usual, None, Some(folder)) => Ok(folder.join("config.toml")),
        (Choice::Usual, None, None) => {
            Err("There is no home folder, and so no place for settings: --config FILE names a file.".to_owned())
        }
    }
}

/// Reads the file, if there is one.
///
/// # Errors
/// A sentence, if one was named that is not there, or if it cannot be read.
pub(super) fn find(choice: &Choice, environment: &Environment) -> Result<Found, Missed> {
    // Without a home and without a file one can chat all the same.
    let Ok(path) = path(choice, environment) else { return Ok(Found::Nothing) };
    let told = text::sanitize_line(&path.to_string_lossy());
    let is_named = choice != &Choice::Usual || environment.get(FILE).is_some();
    match read(&path) {
        Ok(bytes) => Ok(Found::Bytes { path: told, bytes }),
        Err(Unread::Missing) if !is_named => Ok(Found::Nothing),
        Err(Unread::Missing) if choice == &Choice::Usual => {
            Err(Missed::Absent(format!("There is no settings file {told}, which {FILE} names.")))
        }
        Err(unread @ Unread::Missing) => Err(Missed::Absent(unread.sentence(&told))),
        Err(unread) => Err(Missed::InTheWay(unread.sentence(&told))),
    }
}

/// Why there is nothing to be had.
enum Unread {
    Missing,
    Folder,
    Irregular,
    TooLong(u64),
    Failed(io::Error),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // On the way there stands a file where a folder should be, as for users whose home is `/dev/null`.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Failed(error),
        }
    }
}

impl Unread {
    fn sentence(&self, path: &str) -> String {
        match self {
            Self::Missing => format!("There is no settings file {path}."),
            Self::Folder => format!("{path} is a folder: the settings are a file."),
            Self::Irregular => {
                format!("{path} is a pipe or a device: settings are read again and again, from a file.")
            }
            Self::TooLong(bytes) => {
                format!("{path} has {bytes} bytes, more than the {LIMIT} that settings can have: is it another file?")
            }
            Self::Failed(error) => format!("The settings file {path} cannot be read: {error}."),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Unread> {
    // Asked before it is opened, since opening a pipe waits for the one who writes.
    let found = fs::metadata(path)?;
    if found.is_dir() {
        return Err(Unread::Folder);
    }
    if !found.is_file() {
        return Err(Unread::Irregular);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(Unread::TooLong(found.len().max(LIMIT + 1)));
    }
    Ok(bytes)
}
