//! The settings file: where it is, and what is in it.

use super::environment::{Environment, FILE};
use crate::text;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Which settings file to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ConfigFile {
    /// The one in its usual place, or the one that `NETCHAT_TUI_CONFIG` names.
    #[default]
    Default,
    /// This one, which has to be there.
    Path(PathBuf),
    /// None.
    None,
}

/// What there was.
pub(super) enum ConfigText {
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
pub(super) enum LoadError {
    /// It is not there.
    Absent(String),
    /// What is there is none.
    Unreadable(String),
}

/// Bytes of the longest settings file: some thousand servers.
const LIMIT: u64 = 1 << 20;

/// Where the file is, or would be.
///
/// # Errors
/// A sentence, where there is no place for one.
pub(super) fn path(choice: &ConfigFile, environment: &Environment) -> Result<PathBuf, String> {
    match (choice, environment.get(FILE), &environment.folder) {
        (ConfigFile::None, ..) => Err("With --no-config no settings file is read.".to_owned()),
        (ConfigFile::Path(path), ..) => Ok(path.clone()),
        (ConfigFile::Default, Some(path), _) => Ok(PathBuf::from(path)),
        (ConfigFile::Default, None, Some(folder)) => Ok(folder.join("config.toml")),
        (ConfigFile::Default, None, None) => {
            Err("There is no home folder, and so no place for settings: --config FILE names a file.".to_owned())
        }
    }
}

/// Reads the file, if there is one.
///
/// # Errors
/// A sentence, if one was named that is not there, or if it cannot be read.
pub(super) fn find(choice: &ConfigFile, environment: &Environment) -> Result<ConfigText, LoadError> {
    // Without a home and without a file one can chat all the same.
    let Ok(path) = path(choice, environment) else { return Ok(ConfigText::Nothing) };
    let told = text::sanitize_line(&path.to_string_lossy());
    let is_named = choice != &ConfigFile::Default || environment.get(FILE).is_some();
    match read(&path) {
        Ok(bytes) => Ok(ConfigText::Bytes { path: told, bytes }),
        Err(ConfigReadError::Missing) if !is_named => Ok(ConfigText::Nothing),
        Err(ConfigReadError::Missing) if choice == &ConfigFile::Default => {
            Err(LoadError::Absent(format!("There is no settings file {told}, which {FILE} names.")))
        }
        Err(unread @ ConfigReadError::Missing) => Err(LoadError::Absent(unread.sentence(&told))),
        Err(unread) => Err(LoadError::Unreadable(unread.sentence(&told))),
    }
}

/// Why there is nothing to be had.
enum ConfigReadError {
    Missing,
    Folder,
    Irregular,
    TooLong(u64),
    Failed(io::Error),
}

impl From<io::Error> for ConfigReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // On the way there stands a file where a folder should be, as for users whose home is `/dev/null`.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Failed(error),
        }
    }
}

impl ConfigReadError {
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

fn read(path: &Path) -> Result<Vec<u8>, ConfigReadError> {
    // Asked before it is opened, since opening a pipe waits for the one who writes.
    let found = fs::metadata(path)?;
    if found.is_dir() {
        return Err(ConfigReadError::Folder);
    }
    if !found.is_file() {
        return Err(ConfigReadError::Irregular);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(ConfigReadError::TooLong(found.len().max(LIMIT + 1)));
    }
    Ok(bytes)
}
