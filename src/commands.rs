//! Runs what the command line asks for, one module for each subcommand.

mod chat;
mod client;
mod host;
mod host_client;
mod in_process_servers;
mod output;
pub mod recording_files;
mod replay;
pub(crate) mod serve;
mod signals;

use crate::cli::{CommandOutput, ConfigJob, Job};
use crate::config::Environment;
use crate::tui::Exit;
use output::{print, print_error, print_status};
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

/// Exit status when the network is the reason.
const NETWORK_ERROR: u8 = 1;

/// Exit status for usage errors and everything else; `clap` exits with it by itself.
const OTHER_ERROR: u8 = 2;

/// Runs a job to its end and gives the exit status. Errors are printed on standard error.
pub fn run(job: Job) -> ExitCode {
    let done = match job {
        Job::Chat(options) => client::run(options),
        Job::Host { server, sources, record } => host_client::run(server, sources, record),
        Job::Replay(options) => replay::run(options),
        Job::Config(job) => print_config(&job).map(|()| Exit::Quit),
        Job::Print(text) => print(&text).map(|()| Exit::Quit),
        Job::Serve { server, echo } => serve::serve(server, echo).map(|()| Exit::Quit).map_err(anyhow::Error::from),
    };
    match done {
        Ok(Exit::Quit) => ExitCode::SUCCESS,
        Ok(Exit::Signal(signal)) => ExitCode::from(128 + signal.number()),
        // The terminal closed without a signal, so nobody can read an error.
        Ok(Exit::InputEnded) => ExitCode::from(OTHER_ERROR),
        Err(error) => print_error(&error),
    }
}

fn print_config(job: &ConfigJob) -> anyhow::Result<()> {
    let CommandOutput { text, warnings } = job.run(&Environment::of_process())?;
    for warning in &warnings {
        print_status(warning);
    }
    print(&text)
}

/// Refuses a command that needs a terminal. `instead` is a sentence with the alternative, without its full stop.
fn require_terminal(command: &str, instead: &str) -> anyhow::Result<()> {
    anyhow::ensure!(has_terminal(), "{command} needs a terminal, but standard input or output is not one. {instead}.");
    Ok(())
}

fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
