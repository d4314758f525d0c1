//! The `netchat-tui` program: arguments in, exit status out.

use anyhow::Context as _;
use clap::Parser as _;
use netchat_tui::app::start::Listing;
use netchat_tui::app::{App, Effect, Mouse, NotHosted, Now};
use netchat_tui::cli::{Args, FaceKind, Job, Manner, Service};
use netchat_tui::lab::listen::ListenError;
use netchat_tui::link::Endpoint;
use netchat_tui::looks::{Depth, Looks, Surroundings};
use netchat_tui::net::SystemNetwork;
use netchat_tui::serve::{self, End, Hosted, Prepared, ServeError};
use netchat_tui::tui::{
    self, Annals, Cells, Exit, Face, Guard, Host as _, House, Keyboard, Landlord, OldColours, Plain, Screen, Signals,
    SystemHost, Tui, history_file, install_panic_hook, unbuffered_stdout,
};
use netchat_tui::ui::Theme;
use ratatui::Terminal;
use std::io::{self, ErrorKind, IsTerminal as _};
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// A server that could not be started.
const NETWORK_TROUBLE: u8 = 1;

/// Usage errors and everything that is not the network's fault (`clap` exits with it by itself).
const OTHER_TROUBLE: u8 = 2;

/// What the client has to talk to.
enum Room {
    /// A server somewhere; nothing to have it chosen.
    There(Option<Endpoint>),
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
    let kind = if is_dumb() { FaceKind::Plain } else { face };
    let (guard, face) = take_terminal(kind, looks).context("taking over the terminal")?;
    let listing = if kind == FaceKind::Plain { Listing::Numbered } else { Listing::Filtered };
    let mouse = options.mouse;
    let (host, mut app) = (SystemHost::default(), App::new(options).with_listing(listing));
    let now = Now { elapsed: Duration::ZERO, wall: host.wall() };
    let (landlord, rooms) = mpsc::channel();
    let (mut first, house) = match room {
        Room::There(Some(endpoint)) => (app.open(endpoint), House::default()),
        Room::There(None) => (app.start(now), House::default()),
        Room::Here(Hosted { endpoint, introduction, news, here, end }) => {
            // The other end is at hand.
            let _ = landlord.send(end);
            (app.host(now, endpoint, &introduction), House::new(news, here))
        }
    };
    if mouse == Mouse::Program {
        first.effects.push(Effect::Mouse(mouse));
    }
    let network = Arc::new(SystemNetwork::default());
    let client = Tui::new(face, keyboard, host, signals, network);
    let annals = if keeps_history { Annals::open(history_file()) } else { Annals::none() };
    let mut client = client.with_house(house.with_landlord(Rooms(landlord))).with_annals(annals);
    let ended = client.run(&mut app, first).await;
    drop(guard);
    if let Some(words) = client.parting() {
        say(words);
    }
    client.close().await;
    rooms.try_iter().for_each(End::wait);
    ended
}

/// Starts servers while the client runs, and hands on how they are ended.
#[derive(Debug)]
struct Rooms(mpsc::Sender<End>);

impl Landlord for Rooms {
    fn let_room(&mut self, port: u16) -> Result<tui::Room, NotHosted> {
        let hosted = Prepared::new(Service::chat(port)).and_then(Hosted::start).map_err(|error| not_hosted(&error))?;
        let Hosted { endpoint, introduction, news, here, end } = hosted;
        // Without somebody to end it, it ends by itself.
        let _ = self.0.send(end);
        Ok(tui::Room { endpoint, introduction, news, here })
    }
}

/// Why no chat was started, and what to do instead: there is no command line here to give another port on.
fn not_hosted(error: &ServeError) -> NotHosted {
    let taken = match error {
        ServeError::Listen(ListenError::Refused { address, source }) if source.kind() == ErrorKind::AddrInUse => {
            Endpoint::new(&address.ip().to_string(), address.port()).ok()
        }
        _ => None,
    };
    let sentence = taken.as_ref().map_or_else(
        || error.to_string(),
        |taken| {
            let port = taken.port();
            format!("Another program has port {port} here. If it is a chat, join it: {taken}. Or host on any free port: /host 0.")
        },
    );
    NotHosted { sentence, taken }
}

/// Whether the terminal says of itself that it cannot move its cursor: it gets lines.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// The terminal, and what will be shown on it.
fn take_terminal(face: FaceKind, looks: Looks) -> io::Result<(Guard, Box<dyn Face>)> {
    if face == FaceKind::Plain {
        let out = unbuffered_stdout()?;
        return Ok((Guard::enter_plain()?, Box::new(Plain::new(out))));
    }
    let guard = Guard::enter()?;
    let theme = theme(looks);
    let out = OldColours::new(io::stdout(), theme.depth() == Depth::Sixteen);
    Ok((guard, Box::new(Cells::new(Terminal::new(Screen::new(out))?).with_theme(theme))))
}

/// The theme that was asked for, or that suits this terminal.
fn theme(looks: Looks) -> Theme {
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
    Theme::new(name, depth)
}

fn complain(words: &str, status: u8) -> ExitCode {
    say(words);
    ExitCode::from(status)
}

#[expect(clippy::print_stderr, reason = "the terminal has been given back")]
fn say(words: &str) {
    eprintln!("netchat-tui: {words}");
}
