//! Messages about files that could not be created or written.

use std::io;
use std::path::Path;

/// Formats why a file was not created and what to do next. `path` is the path as typed, `expanded` the one that was tried.
pub fn create_error_message(path: &str, expanded: &Path, error: &io::Error) -> String {
    match error.kind() {
        // Which of the two kinds it is depends on the system and on a trailing slash.
        io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory if expanded.is_dir() => {
            format!("{path} is a folder; add a file name.")
        }
        io::ErrorKind::AlreadyExists => format!("{path} already exists; choose another name."),
        io::ErrorKind::NotFound => format!("{path}: no such folder; create it first or choose another path."),
        io::ErrorKind::PermissionDenied => {
            format!("{path}: permission denied; choose another path, such as one in ~/.")
        }
        _ => format!("{path}: {}; choose another path.", os_error_text(error)),
    }
}

/// Formats why writing a file failed and what to do next. The caller has deleted the partial file.
pub fn write_error_message(path: &str, error: &io::Error) -> String {
    let next_step = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space or choose another path",
        _ => "choose another path",
    };
    format!("{path}: {}. Nothing was saved; {next_step}.", os_error_text(error))
}

/// Returns the system's error text without its number (` (os error N)`).
pub fn os_error_text(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_cause_and_the_next_step() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(
            create_error_message("/etc/x", Path::new("/etc/x"), &denied),
            "/etc/x: permission denied; choose another path, such as one in ~/."
        );
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(
            write_error_message("x", &full),
            "x: no storage space. Nothing was saved; free some space or choose another path."
        );
    }
}
