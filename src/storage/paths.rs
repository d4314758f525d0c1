//! Paths: where the program keeps its own files, and `~` in paths that users type and read.

use etcetera::BaseStrategy as _;
use std::path::{Path, PathBuf};

/// Name of this program's folder below the user's state directory.
pub(super) const APP_FOLDER: &str = "netchat-tui";

/// Returns the folder for files that outlast a session: `$XDG_STATE_HOME/netchat-tui`, by default in `~/.local/state`; on
/// Windows in `%LOCALAPPDATA%`. `None` without a home directory.
pub fn state_folder() -> Option<PathBuf> {
    let dirs = etcetera::choose_base_strategy().ok()?;
    // Windows has no state directory.
    let state = dirs.state_dir().unwrap_or_else(|| dirs.cache_dir());
    // Without a home directory the path would be relative to the current directory.
    state.is_absolute().then(|| state.join(APP_FOLDER))
}

/// Returns the path of the user's input history: `history` in [`state_folder`].
pub fn history_path() -> Option<PathBuf> {
    Some(state_folder()?.join("history"))
}

/// Expands a leading `~/` to the home directory.
///
/// # Errors
/// A message for the user, if the path is `~` alone or the home directory is unknown.
pub fn expand_path(path: &str) -> Result<PathBuf, String> {
    if path == "~" {
        return Err("~ is a folder; add a file name, such as ~/chat.txt.".to_owned());
    }
    let Some(inside) = path.strip_prefix("~/") else { return Ok(PathBuf::from(path)) };
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    home.map(|home| home.join(inside)).ok_or_else(|| format!("{path}: HOME is not set; give a path without ~."))
}

/// Formats a path for messages: absolute, with `~/` for the home directory.
pub fn display_path(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // Not where the home directory is `/`.
    let home = std::env::home_dir().filter(|home| home.components().count() > 1);
    match home.and_then(|home| absolute.strip_prefix(home).ok()) {
        Some(inside) => format!("~/{}", inside.display()),
        None => absolute.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_tilde_is_the_home_directory() {
        assert_eq!(expand_path("notes.txt").unwrap(), Path::new("notes.txt"));
        assert_eq!(expand_path("a/~/b").unwrap(), Path::new("a/~/b"));
        assert_eq!(expand_path("~bob").unwrap(), Path::new("~bob"));
        if let Some(home) = std::env::home_dir() {
            assert_eq!(expand_path("~/notes.txt").unwrap(), home.join("notes.txt"));
        }
    }
}
