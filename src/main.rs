//! The `netchat-tui` program: arguments in, exit status out.

use netchat_tui::cli::Args;
use netchat_tui::commands;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    let job = Args::parse(&args).and_then(Args::resolve).unwrap_or_else(|error| error.exit());
    commands::run(job)
}
