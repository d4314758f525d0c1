//! The `netchat-tui` program: arguments in, exit status out.

use anyhow::Context as _;
use clap::Parser as _;
use netchat_tui::app::{App, Effect, Mouse, Now};
use netchat_tui::cli::{Args, FaceKind, Job, Manner};
use netchat_tui::link::Endpoint;
use netchat_tui::looks::{Depth, Looks, Surroundings, Themes};
use netchat_tui::net::SystemNetwork;
use netchat_tui::serve::{self, Hosted, Prepared, ServeError};
use netchat_tui::tui::{
    Annals, Cells, Exit, Face, Guard, Host as _, House, Keyboard, OldColours, Plain, Screen, Signals, SystemHost, Tui,
    history_file, install_panic_hook, unbuffered_stdout,
};
use netchat_tui::ui::Theme;
use ratatui::Terminal;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// A server that could not be started.
const NETWORK_TROUBLE: u8 = 1;

/// Usage errors and everything that is not the network's fault (`clap` exits with it by itself).
const OTHER_TROUBLE: u8 = 2;

/// What the client has to talk to.
enum Room {
    /// A server somewhere.
    There(Endpoint),
    /// One in this process.
    Here(Hosted),
}

fn main() -> ExitCode {
    let job = Args::parse().resolve().unwrap_or_else(|error| error.exit());
    let done = match job {
        Job::Chat(config) => chat(Room::There(config.endpoint), config.manner),
        Job::Host { service, manner } => {
            // Before the terminal is taken: what is wrong can be said in plain sight then.
            let hosted = needs_terminal().and_then(|()| Ok(Hosted::start(Prepared::new(service)?)?));
            hosted.and_then(|hosted| chat(Room::Here(hosted), manner))
        }
        Job::Serve { service, echo } => serve::serve(service, echo).map(|()| Exit::Quit).map_err(anyhow::Error::from),
    };
    match done {
        Ok(Exit::Quit) => ExitCode::SUCCESS,
        Ok(Exit::Signal(signal)) => ExitCode::from(128 + signal.number()),
        // The terminal went away without a signal; nobody is left to read an error.
        Ok(Exit::InputEnded) => ExitCode::from(OTHER_TROUBLE),
        Err(error) => match error.downcast::<ServeError>() {
            // A sentence that has its reason in it.
            Ok(error) => complain(&error.to_string(), NETWORK_TROUBLE),
            Err(error) => complain(&format!("{error:#}"), OTHER_TROUBLE),
        },
    }
}

fn needs_terminal() -> anyhow::Result<()> {
    anyhow::ensure!(
        io::stdin().is_terminal() && io::stdout().is_terminal(),
        "this program draws on a terminal, and input or output is not one. In a script or pipe use nc for now."
    );
    Ok(())
}

fn chat(room: Room, manner: Manner) -> anyhow::Result<Exit> {
    needs_terminal()?;
    // One thread for everything: a chat has no work for two, and nothing has to be locked.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    let ended = runtime.block_on(talk(room, manner));
    // A name being looked up sits in a thread that cannot be stopped; leaving does not wait for it.
    runtime.shutdown_background();
    ended
}

async fn talk(room: Room, manner: Manner) -> anyhow::Result<Exit> {
    let Manner { options, face, looks, keeps_history } = manner;
    install_panic_hook();
    // Before the terminal is taken, so that no signal can leave it taken.
    let signals = Signals::listen().context("listening for signals")?;
    // Before as well, because what is no terminal is refused here.
    let keyboard = Keyboard::open().context("listening to the keyboard")?;
    let themes = Themes::default();
    // And because a theme may have a mistake in it.
    let theme = theme(&looks, &themes).map_err(anyhow::Error::msg)?;
    let (guard, face) = take_terminal(face, theme).context("taking over the terminal")?;
    let mouse = options.mouse;
    let (host, mut app) = (SystemHost::default(), App::new(options).with_themes(themes));
    let now = Now { elapsed: Duration::ZERO, wall: host.wall() };
    let (mut first, house, end) = match room {
        Room::There(endpoint) => (app.open(endpoint), House::default(), None),
        Room::Here(Hosted { endpoint, introduction, news, here, end }) => {
            (app.host(now, endpoint, &introduction), House::new(news, here), Some(end))
        }
    };
    if mouse == Mouse::Program {
        first.effects.push(Effect::Mouse(mouse));
    }
    let network = Arc::new(SystemNetwork::default());
    let tui = Tui::new(face, keyboard, host, signals, network);
    let annals = if keeps_history { Annals::open(history_file()) } else { Annals::none() };
    let mut tui = tui.with_house(house).with_annals(annals);
    let ended = tui.run(&mut app, first).await;
    drop(guard);
    if let Some(words) = tui.parting() {
        say(words);
    }
    tui.close().await;
    if let Some(end) = end {
        end.wait();
    }
    ended
}

/// The terminal, and what will be shown on it.
fn take_terminal(face: FaceKind, theme: Theme) -> io::Result<(Guard, Box<dyn Face>)> {
    // A terminal that says of itself that it cannot move its cursor gets lines.
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if face == FaceKind::Plain || is_dumb {
        let out = unbuffered_stdout()?;
        return Ok((Guard::enter_plain()?, Box::new(Plain::new(out))));
    }
    let guard = Guard::enter()?;
    let out = OldColours::new(io::stdout(), theme.depth() == Depth::Sixteen);
    Ok((guard, Box::new(Cells::new(Terminal::new(Screen::new(out))?).with_theme(theme))))
}

/// The theme that was asked for, or that suits this terminal; or the sentence that says why it cannot be had.
fn theme(looks: &Looks, themes: &Themes) -> Result<Theme, String> {
    let value = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let [no_color, colorterm, term, colorfgbg] = ["NO_COLOR", "COLORTERM", "TERM", "COLORFGBG"].map(value);
    let (name, depth) = looks.decide(&Surroundings {
        no_color: no_color.as_deref(),
        colorterm: colorterm.as_deref(),
        term: term.as_deref(),
        colorfgbg: colorfgbg.as_deref(),
    });
    // It has an opinion of its own on `NO_COLOR`, and `--color` beats that variable.
    crossterm::style::force_color_output(true);
    Ok(Theme::new(themes.scheme(&themes.find(name.word())?)?, depth))
}

fn complain(words: &str, status: u8) -> ExitCode {
    say(words);
    ExitCode::from(status)
}

#[expect(clippy::print_stderr, reason = "the terminal has been given back")]
fn say(words: &str) {
    eprintln!("netchat-tui: {words}");
}
