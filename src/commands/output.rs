//! What the program says where there is no screen.

use super::replay::PlaybackServeError;
use super::{NETWORK_ERROR, OTHER_ERROR};
use crate::commands::serve::ServeError;
use crate::pipe::PipeError;
use anyhow::Context as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Writes text to standard output. Who stops reading has read enough.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("writing to standard output"),
    }
}

/// Says what went wrong. These two are sentences that have their reason in them.
pub(crate) fn print_error(error: &anyhow::Error) -> ExitCode {
    let is_of_network = error.is::<ServeError>()
        || error.downcast_ref().is_some_and(PipeError::is_of_network)
        || error.downcast_ref().is_some_and(PlaybackServeError::is_of_network);
    let is_sentence = error.is::<ServeError>() || error.is::<PipeError>();
    print_status(&if is_sentence { error.to_string() } else { format!("{error:#}") });
    ExitCode::from(if is_of_network { NETWORK_ERROR } else { OTHER_ERROR })
}

/// Says a sentence on standard error: in one write, so that several programs at the same end of a script do not talk into each
/// other's words. Where it cannot be said, the status still can.
pub(crate) fn print_status(words: &str) {
    let _ = io::stderr().write_all(format!("netchat-tui: {words}\n").as_bytes());
}
