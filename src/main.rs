//! The `netchat-tui` program: arguments in, exit status out.

use anyhow::Context as _;
use netchat_tui::app::replay::Replay;
use netchat_tui::app::start::Listing;
use netchat_tui::app::{App, Configured, Effect, FaceKind, Mouse, NotHosted, Now};
use netchat_tui::cli::{Args, Call, ConfigJob, Job, Printed, ReplayWay, Replaying, Service, Target};
use netchat_tui::config::{ConfigError, Environment, Sources};
use netchat_tui::lab::listen::ListenError;
use netchat_tui::link::Endpoint;
use netchat_tui::looks::{Depth, Looks, Surroundings, Themes};
use netchat_tui::net::SystemNetwork;
use netchat_tui::record::Tape;
use netchat_tui::replay;
use netchat_tui::serve::{self, End, Hosted, Prepared, ServeError};
use netchat_tui::tui::{
    self, Annals, Cells, Exit, Face, Guard, Host as _, House, Keyboard, Landlord, OldColours, Plain, Recorder, Screen,
    Signals, SystemHost, Tui, history_file, install_panic_hook, unbuffered_stdout,
};
use netchat_tui::ui::Theme;
use ratatui::Terminal;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// A server that could not be started.
const NETWORK_TROUBLE: u8 = 1;

/// Usage errors and everything that is not the network's fault (`clap` exits with it by itself).
const OTHER_TROUBLE: u8 = 2;

/// What the client has to talk to.
enum Room {
    /// A server somewhere.
    There(Target),
    /// One in this process.
    Here(Hosted),
    /// A recording of some.
    Tape(Replay),
}

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let job = Args::read(&words).and_then(Args::resolve).unwrap_or_else(|error| error.exit());
    let done = match job {
        Job::Chat(call) => call_somebody(call),
        Job::Host { service, sources, record } => {
            // Before the terminal is taken: what is wrong can be said in plain sight then.
            let loaded = sources.load(&Environment::of_process()).map_err(anyhow::Error::from);
            let loaded = loaded.and_then(|loaded| needs_terminal().map(|()| loaded));
            let hosted = loaded.and_then(|loaded| Ok((Hosted::start(Prepared::new(service)?)?, loaded)));
            hosted.and_then(|(hosted, loaded)| chat(Room::Here(hosted), loaded.configured, sources, record.as_deref()))
        }
        Job::Replay(replaying) => play(replaying),
        Job::Config(job) => print_config(&job).map(|()| Exit::Quit).map_err(anyhow::Error::from),
        Job::Print(text) => print(&text).map(|()| Exit::Quit),
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

fn call_somebody(call: Call) -> anyhow::Result<Exit> {
    let (sources, record) = (call.sources.clone(), call.record.clone());
    let config = call.load(&Environment::of_process())?;
    needs_terminal()?;
    chat(Room::There(config.target), config.loaded.configured, sources, record.as_deref())
}

fn play(replaying: Replaying) -> anyhow::Result<Exit> {
    let tape = replay::load(&replaying.recording).map_err(anyhow::Error::msg)?;
    match replaying.way {
        ReplayWay::Play { speed, is_paused, sources } => {
            let loaded = sources.load(&Environment::of_process())?;
            needs_terminal()?;
            let replay = Replay::new(Arc::new(tape)).at_speed(speed);
            let replay = if is_paused { replay.at_rest() } else { replay };
            chat(Room::Tape(replay), loaded.configured, sources, None)
        }
        ReplayWay::Serve(address) => serve_tape(&tape, &address),
        ReplayWay::ToPcap(path) => {
            let count = replay::to_pcap(&tape, &path).map_err(anyhow::Error::msg)?;
            tape.damage().sentence().iter().for_each(|sentence| say(sentence));
            say(&format!("{count} packets written."));
            Ok(Exit::Quit)
        }
    }
}

/// Plays the server's side until Ctrl-C.
fn serve_tape(tape: &Tape, address: &str) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(async {
        let mut signals = Signals::listen().context("listening for signals")?;
        let server = replay::Server::bind(tape, address).map_err(ServeError::from)?;
        let connections = server.connections();
        anyhow::ensure!(connections > 0, "There is no connection in the recording that could be served.");
        tape.damage().sentence().iter().for_each(|sentence| say(sentence));
        for address in server.addresses() {
            say(&format!(
                "Listening on {address}: the server's side of {connections} recorded connections. Ctrl-C ends it."
            ));
        }
        let (told, mut news) = tokio::sync::mpsc::unbounded_channel::<String>();
        let heard = async {
            while let Some(words) = news.recv().await {
                say(&words);
            }
        };
        tokio::select! {
            signal = signals.recv() => Ok(Exit::Signal(signal)),
            ((), ()) = async { tokio::join!(replay::serve(server, told), heard) } => Ok(Exit::Quit),
        }
    })
}

fn print_config(job: &ConfigJob) -> Result<(), ConfigError> {
    let Printed { text, warnings } = job.run(&Environment::of_process())?;
    for warning in &warnings {
        say(warning);
    }
    // Who closes the pipe has read enough.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(())
}

fn needs_terminal() -> anyhow::Result<()> {
    anyhow::ensure!(
        io::stdin().is_terminal() && io::stdout().is_terminal(),
        "this program draws on a terminal, and input or output is not one. In a script or pipe use nc for now."
    );
    Ok(())
}

fn chat(room: Room, configured: Configured, sources: Sources, record: Option<&Path>) -> anyhow::Result<Exit> {
    // Before the terminal is taken, so that what is wrong can be said in plain sight.
    let recorder = record.map(Recorder::open).transpose().map_err(anyhow::Error::msg)?.unwrap_or_default();
    // One thread for everything: a chat has no work for two, and nothing has to be locked.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    let ended = runtime.block_on(talk(room, configured, sources, recorder));
    // A name being looked up sits in a thread that cannot be stopped; leaving does not wait for it.
    runtime.shutdown_background();
    ended
}

async fn talk(room: Room, configured: Configured, sources: Sources, recorder: Recorder) -> anyhow::Result<Exit> {
    let Configured { options, servers, keys, themes, .. } = configured;
    let (mouse, keeps_history) = (options.mouse, options.keeps_history && !matches!(room, Room::Tape(_)));
    let looks = match &room {
        Room::There(Target::Server(server)) => server.options.looks.clone(),
        _ => options.looks.clone(),
    };
    install_panic_hook();
    // Before the terminal is taken, so that no signal can leave it taken.
    let signals = Signals::listen().context("listening for signals")?;
    // Before as well, because what is no terminal is refused here.
    let keyboard = Keyboard::open().context("listening to the keyboard")?;
    let kind = if is_dumb() { FaceKind::Plain } else { options.face };
    // And because a theme may have a mistake in it.
    let theme = theme(&options.looks, &looks, &themes).map_err(anyhow::Error::msg)?;
    let (guard, face) = take_terminal(kind, theme).context("taking over the terminal")?;
    let listing = if kind == FaceKind::Plain { Listing::Numbered } else { Listing::Filtered };
    let app = App::new(options).with_servers(servers).with_keys(keys).with_themes(themes);
    let (host, mut app) = (SystemHost::default(), app.with_listing(listing));
    let now = Now { elapsed: Duration::ZERO, wall: host.wall() };
    let (landlord, rooms) = mpsc::channel();
    let (mut first, house) = match room {
        Room::There(Target::Server(server)) => (app.open_server(&server), House::default()),
        Room::There(Target::Endpoint(endpoint)) => (app.open(endpoint), House::default()),
        Room::There(Target::Start) => (app.start(now), House::default()),
        Room::Tape(replay) => (app.play(now, replay), House::default()),
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
    let read = move || match sources.load(&Environment::of_process()) {
        Ok(loaded) => Ok(loaded.configured),
        Err(error) => Err(error.to_string()),
    };
    let client = client.with_house(house.with_landlord(Rooms(landlord)));
    let mut client = client.with_annals(annals).with_settings(Arc::new(read)).with_recorder(recorder);
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
fn take_terminal(face: FaceKind, theme: Theme) -> io::Result<(Guard, Box<dyn Face>)> {
    if face == FaceKind::Plain {
        let out = unbuffered_stdout()?;
        return Ok((Guard::enter_plain()?, Box::new(Plain::new(out))));
    }
    let guard = Guard::enter()?;
    let out = OldColours::new(io::stdout(), theme.depth() == Depth::Sixteen);
    Ok((guard, Box::new(Cells::new(Terminal::new(Screen::new(out))?).with_theme(theme))))
}

/// The theme for everywhere that was asked for, or that suits this terminal, in as many colours as the looks of the first
/// server want; or the sentence that says why it cannot be had.
fn theme(everywhere: &Looks, first: &Looks, themes: &Themes) -> Result<Theme, String> {
    let value = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let [no_color, colorterm, term, colorfgbg] = ["NO_COLOR", "COLORTERM", "TERM", "COLORFGBG"].map(value);
    let around = Surroundings {
        no_color: no_color.as_deref(),
        colorterm: colorterm.as_deref(),
        term: term.as_deref(),
        colorfgbg: colorfgbg.as_deref(),
    };
    let ((name, _), (_, depth)) = (everywhere.decide(&around), first.decide(&around));
    // It has an opinion of its own on `NO_COLOR`, and `--color` beats that variable.
    crossterm::style::force_color_output(true);
    Ok(Theme::new(themes.scheme(&name)?, depth))
}

/// Writes text to standard output. Who stops reading has read enough.
fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("writing to standard output"),
    }
}

fn complain(words: &str, status: u8) -> ExitCode {
    say(words);
    ExitCode::from(status)
}

#[expect(clippy::print_stderr, reason = "the terminal has been given back")]
fn say(words: &str) {
    eprintln!("netchat-tui: {words}");
}
