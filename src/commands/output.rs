//! Prints text, errors and status messages without a screen.

use super::replay::PlaybackServeError;
use super::{NETWORK_ERROR, OTHER_ERROR};
use crate::commands::serve::ServeError;
use crate::pipe::PipeError;
use anyhow::Context as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Writes text to standard output. A closed pipe is not an error, because the reader may stop early.
///
/// # Errors
/// Returns any other error of the write.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("writing to standard output"),
    }
}

/// Prints an error on standard error and returns the exit status for it. The messages of [`ServeError`] and [`PipeError`]
/// already contain their cause; for other errors it is appended.
pub(crate) fn print_error(error: &anyhow::Error) -> ExitCode {
    let is_of_network = error.is::<ServeError>()
        || error.downcast_ref().is_some_and(PipeError::is_of_network)
        || error.downcast_ref().is_some_and(PlaybackServeError::is_of_network);
    let is_sentence = error.is::<ServeError>() || error.is::<PipeError>();
    print_status(&if is_sentence { error.to_string() } else { format!("{error:#}") });
    ExitCode::from(if is_of_network { NETWORK_ERROR } else { OTHER_ERROR })
}

/// Prints a sentence on standard error, after the name of the program. Uses a single write, so that the lines of several
/// programs do not mix. Ignores errors; the exit status still reports a failure.
pub(crate) fn print_status(message: &str) {
    let _ = io::stderr().write_all(format!("netchat-tui: {message}\n").as_bytes());
}
