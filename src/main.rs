//! The `netchat-tui` program: arguments in, exit status out.

use anyhow::Context as _;
use clap::Parser as _;
use crossterm::event::EventStream;
use netchat_tui::app::App;
use netchat_tui::cli::{Args, Config};
use netchat_tui::net::SystemNetwork;
use netchat_tui::tui::{Exit, Guard, Screen, Signals, SystemHost, Tui, install_panic_hook};
use netchat_tui::ui::Theme;
use ratatui::Terminal;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;

/// Usage errors and everything that is not the network's fault (`clap` exits with it by itself).
const OTHER_TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let config = Args::parse().resolve().unwrap_or_else(|sentence| Args::error(&sentence).exit());
    match run(config) {
        Ok(Exit::Quit) => ExitCode::SUCCESS,
        Ok(Exit::Signal(signal)) => ExitCode::from(128 + signal.number()),
        // The terminal went away without a signal; nobody is left to read an error.
        Ok(Exit::InputEnded) => ExitCode::from(OTHER_TROUBLE),
        Err(error) => {
            complain(&error);
            ExitCode::from(OTHER_TROUBLE)
        }
    }
}

fn run(config: Config) -> anyhow::Result<Exit> {
    anyhow::ensure!(
        io::stdin().is_terminal() && io::stdout().is_terminal(),
        "this program draws on a terminal, and input or output is not one. In a script or pipe use nc for now."
    );
    // One thread for everything: a chat has no work for two, and nothing has to be locked.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    let ended = runtime.block_on(chat(config));
    // A name being looked up sits in a thread that cannot be stopped; leaving does not wait for it.
    runtime.shutdown_background();
    ended
}

async fn chat(config: Config) -> anyhow::Result<Exit> {
    install_panic_hook();
    // Before the terminal is taken, so that no signal can leave it taken.
    let signals = Signals::listen().context("listening for signals")?;
    let guard = Guard::enter().context("taking over the terminal")?;
    let terminal = Terminal::new(Screen::new(io::stdout())).context("taking over the terminal")?;
    let theme = if no_color() { Theme::MONO } else { Theme::COLOUR };
    let mut app = App::new(config.options);
    let first = app.open(config.endpoint);
    let network = Arc::new(SystemNetwork::default());
    let mut tui = Tui::new(terminal, EventStream::new(), SystemHost::default(), signals, network).with_theme(theme);
    let ended = tui.run(&mut app, first).await;
    drop(guard);
    tui.close().await;
    ended
}

/// <https://no-color.org>: set and not empty.
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

#[expect(clippy::print_stderr, reason = "the terminal has been given back")]
fn complain(error: &anyhow::Error) {
    eprintln!("netchat-tui: {error:#}");
}
