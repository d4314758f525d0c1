//! Finds and reads the settings file.

use super::environment::{CONFIG_VARIABLE, Environment};
use crate::text;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Settings file to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ConfigFile {
    /// The one that `NETCHAT_TUI_CONFIG` names, or `config.toml` in the configuration folder.
    #[default]
    Default,
    /// This file, which must exist.
    Path(PathBuf),
    /// No file is read.
    None,
}

/// Contents of the settings file.
pub(super) enum ConfigText {
    /// There is no file, and none was named.
    Nothing,
    /// The file was read.
    Bytes {
        /// Path for display.
        path: String,
        bytes: Vec<u8>,
    },
}

/// An error with the settings file, as a sentence for the user.
pub(super) enum LoadError {
    /// The named file does not exist.
    Absent(String),
    /// The file exists and cannot be read.
    Unreadable(String),
}

/// Largest settings file in bytes, enough for thousands of servers.
const MAX_BYTES: u64 = 1 << 20;

/// Returns the path of the settings file, whether or not it exists.
///
/// # Errors
/// Returns a sentence if no file is read, or if the user has no home folder.
pub(super) fn path(choice: &ConfigFile, environment: &Environment) -> Result<PathBuf, String> {
    match (choice, environment.get(CONFIG_VARIABLE), &environment.folder) {
        (ConfigFile::None, ..) => Err("No settings file is read with --no-config.".to_owned()),
        (ConfigFile::Path(path), ..) => Ok(path.clone()),
        (ConfigFile::Default, Some(path), _) => Ok(PathBuf::from(path)),
        (ConfigFile::Default, None, Some(folder)) => Ok(folder.join("config.toml")),
        (ConfigFile::Default, None, None) => {
            Err("There is no home folder for the settings file. Name a file with --config FILE.".to_owned())
        }
    }
}

/// Reads the settings file, if it exists.
///
/// # Errors
/// Returns an error if a named file does not exist, or if the file cannot be read.
pub(super) fn find(choice: &ConfigFile, environment: &Environment) -> Result<ConfigText, LoadError> {
    // The program works without a home folder and without a file.
    let Ok(path) = path(choice, environment) else { return Ok(ConfigText::Nothing) };
    let shown = text::sanitize_line(&path.to_string_lossy());
    let is_named = choice != &ConfigFile::Default || environment.get(CONFIG_VARIABLE).is_some();
    match read(&path) {
        Ok(bytes) => Ok(ConfigText::Bytes { path: shown, bytes }),
        Err(ConfigReadError::Missing) if !is_named => Ok(ConfigText::Nothing),
        Err(ConfigReadError::Missing) if choice == &ConfigFile::Default => {
            Err(LoadError::Absent(format!("There is no settings file {shown}, which {CONFIG_VARIABLE} names.")))
        }
        Err(error @ ConfigReadError::Missing) => Err(LoadError::Absent(error.message(&shown))),
        Err(error) => Err(LoadError::Unreadable(error.message(&shown))),
    }
}

/// An error while reading the settings file.
enum ConfigReadError {
    Missing,
    Folder,
    Irregular,
    /// Size in bytes.
    TooLarge(u64),
    Failed(io::Error),
}

impl From<io::Error> for ConfigReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // A part of the path is a file, as for users whose home folder is `/dev/null`.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Failed(error),
        }
    }
}

impl ConfigReadError {
    fn message(&self, path: &str) -> String {
        match self {
            Self::Missing => format!("There is no settings file {path}."),
            Self::Folder => format!("{path} is a folder, not a settings file."),
            Self::Irregular => {
                format!(
                    "{path} is a pipe or a device. Settings must be in a regular file, because /reload reads it again."
                )
            }
            Self::TooLarge(bytes) => {
                format!("{path} has {bytes} bytes; a settings file has at most {MAX_BYTES}. Check the path.")
            }
            Self::Failed(error) => format!("Cannot read the settings file {path}: {error}."),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ConfigReadError> {
    // Checked before opening, because opening a named pipe blocks until someone writes to it.
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(ConfigReadError::Folder);
    }
    if !metadata.is_file() {
        return Err(ConfigReadError::Irregular);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ConfigReadError::TooLarge(metadata.len().max(MAX_BYTES + 1)));
    }
    Ok(bytes)
}
