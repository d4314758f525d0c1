//! The `netchat-tui` program: arguments in, exit status out.

use anyhow::Context as _;
use netchat_tui::app::start::Listing;
use netchat_tui::app::{App, Configured, Effect, FaceKind, Mouse, NotHosted, Now, Options};
use netchat_tui::cli::{Args, Call, Config, ConfigJob, Ends, Job, Printed, Service, Target, UsageError, Way};
use netchat_tui::config::{Environment, Sources};
use netchat_tui::lab::listen::ListenError;
use netchat_tui::link::Endpoint;
use netchat_tui::looks::{Depth, Looks, Surroundings, Themes, Weight};
use netchat_tui::net::SystemNetwork;
use netchat_tui::pipe::{self, Manners, Trouble};
use netchat_tui::serve::{self, End, Hosted, Prepared, ServeError};
use netchat_tui::tui::{
    self, Annals, Cells, Exit, Face, Guard, Host as _, House, Keyboard, Landlord, OldColours, Plain, Screen, Signals,
    SystemHost, Tui, history_file, install_panic_hook, unbuffered_stdout,
};
use netchat_tui::ui::{Theme, Wardrobe};
use ratatui::Terminal;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::net::IpAddr;
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// A server that could not be started.
const NETWORK_TROUBLE: u8 = 1;

/// Usage errors and everything that is not the network's fault (`clap` exits with it by itself).
const OTHER_TROUBLE: u8 = 2;

/// Tasks that have their turn before it is asked what has come, a key for one: fifty tabs are fifty tasks.
const EVENT_INTERVAL: u32 = 5;

/// What the client has to talk to.
enum Room {
    /// A server somewhere.
    There(Target),
    /// One in this process.
    Here(Hosted),
}

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let job = Args::read(&words).and_then(Args::resolve).unwrap_or_else(|error| error.exit());
    let done = match job {
        Job::Chat(call) => call_somebody(call),
        Job::Host { service, sources } => {
            // Before the terminal is taken: what is wrong can be said in plain sight then.
            let loaded = sources.load(&Environment::of_process()).map_err(anyhow::Error::from);
            let loaded = loaded.and_then(|loaded| needs_terminal().map(|()| loaded));
            let hosted = loaded.and_then(|loaded| Ok((Hosted::start(Prepared::new(service)?)?, loaded)));
            let network = SystemNetwork::default();
            hosted.and_then(|(hosted, loaded)| chat(Room::Here(hosted), loaded.configured, sources, network))
        }
        Job::Config(job) => print_config(&job).map(|()| Exit::Quit),
        Job::Print(text) => print(&text).map(|()| Exit::Quit),
        Job::Serve { service, echo } => serve::serve(service, echo).map(|()| Exit::Quit).map_err(anyhow::Error::from),
    };
    match done {
        Ok(Exit::Quit) => ExitCode::SUCCESS,
        Ok(Exit::Signal(signal)) => ExitCode::from(128 + signal.number()),
        // The terminal went away without a signal; nobody is left to read an error.
        Ok(Exit::InputEnded) => ExitCode::from(OTHER_TROUBLE),
        Err(error) => complain(&error),
    }
}

fn call_somebody(call: Call) -> anyhow::Result<Exit> {
    let (sources, source) = (call.sources.clone(), call.piping.source);
    let way = call.way(if has_terminal() { Ends::Terminal } else { Ends::Other })?;
    let Config { target, loaded } = call.load(&Environment::of_process())?;
    match way {
        Way::Screen => {
            let not_ours = |error| source.map_or(Trouble::Start(error), Trouble::Source);
            let network = SystemNetwork::from_source(source).map_err(not_ours)?;
            chat(Room::There(target), loaded.configured, sources, network)
        }
        Way::Pipe(manners) => pipe_through(target, loaded.configured.options, source, manners),
    }
}

/// nc's place in a script. Signals do what they always do: nothing has to be put right.
fn pipe_through(target: Target, everywhere: Options, source: Option<IpAddr>, manners: Manners) -> anyhow::Result<Exit> {
    let (endpoint, options) = match target {
        Target::Server(server) => (server.endpoint, server.options),
        Target::Endpoint(endpoint) => (endpoint, everywhere),
        Target::Start => return Err(UsageError::NoServer.into()),
    };
    let Options { connect_limit: limit, family, eol, .. } = options;
    let call = pipe::Call { endpoint, limit, family, source, eol, manners };
    let (input, output) = (pipe::input().map_err(Trouble::Start)?, pipe::output().map_err(Trouble::Start)?);
    pipe::run(&call, input, output, &say)?;
    Ok(Exit::Quit)
}

fn print_config(job: &ConfigJob) -> anyhow::Result<()> {
    let Printed { text, warnings } = job.run(&Environment::of_process())?;
    for warning in &warnings {
        say(warning);
    }
    print(&text)
}

fn needs_terminal() -> anyhow::Result<()> {
    anyhow::ensure!(
        has_terminal(),
        "host draws on a terminal, and input or output is not one. netchat-tui serve chat runs the server alone."
    );
    Ok(())
}

fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

fn chat(room: Room, configured: Configured, sources: Sources, network: SystemNetwork) -> anyhow::Result<Exit> {
    // One thread for everything: a chat has no work for two, and nothing has to be locked.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    // The keyboard is asked between the reads of many tabs, not behind all of them.
    let runtime = runtime.event_interval(EVENT_INTERVAL).enable_all().build().context("starting the runtime")?;
    let ended = runtime.block_on(talk(room, configured, sources, network));
    // A name being looked up sits in a thread that cannot be stopped; leaving does not wait for it.
    runtime.shutdown_background();
    ended
}

async fn talk(room: Room, configured: Configured, sources: Sources, network: SystemNetwork) -> anyhow::Result<Exit> {
    let Configured { options, servers, keys, themes, file, warnings } = configured;
    let (mouse, keeps_history) = (options.mouse, options.keeps_history);
    let first = match &room {
        Room::There(Target::Server(server)) => server.options.clone(),
        _ => options.clone(),
    };
    install_panic_hook();
    // Before the terminal is taken, so that no signal can leave it taken.
    let signals = Signals::listen().context("listening for signals")?;
    // Before as well, because what is no terminal is refused here.
    let keyboard = Keyboard::open().context("listening to the keyboard")?;
    let kind = options.face;
    // And because a theme may have a mistake in it.
    let wardrobe = wardrobe(&options.looks, &first, &themes).map_err(anyhow::Error::msg)?;
    let (guard, face) = take_terminal(kind, wardrobe).context("taking over the terminal")?;
    let listing = if kind == FaceKind::Plain { Listing::Numbered } else { Listing::Filtered };
    let app = App::new(options).with_servers(servers).with_keys(keys).with_themes(themes).with_file(file);
    let (host, mut app) = (SystemHost::default(), app.with_listing(listing));
    let now = Now { elapsed: Duration::ZERO, wall: host.wall() };
    let (landlord, rooms) = mpsc::channel();
    let (mut first, house) = match room {
        Room::There(Target::Server(server)) => (app.open_server(&server), House::default()),
        Room::There(Target::Endpoint(endpoint)) => (app.open(endpoint), House::default()),
        Room::There(Target::Start) => (app.start(now), House::default()),
        Room::Here(Hosted { endpoint, introduction, news, here, end }) => {
            // The other end is at hand.
            let _ = landlord.send(end);
            (app.host(now, endpoint, &introduction), House::new(news, here))
        }
    };
    app.warn(now, &warnings);
    if mouse == Mouse::Program {
        first.effects.push(Effect::Mouse(mouse));
    }
    let client = Tui::new(face, keyboard, host, signals, Arc::new(network));
    let annals = if keeps_history { Annals::open(history_file()) } else { Annals::none() };
    let read = move || match sources.load(&Environment::of_process()) {
        Ok(loaded) => Ok(loaded.configured),
        Err(error) => Err(error.while_running()),
    };
    let client = client.with_house(house.with_landlord(Rooms(landlord)));
    let mut client = client.with_annals(annals).with_settings(Arc::new(read));
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

/// The terminal, and what will be shown on it.
fn take_terminal(face: FaceKind, wardrobe: Wardrobe) -> io::Result<(Guard, Box<dyn Face>)> {
    if face == FaceKind::Plain {
        let out = unbuffered_stdout()?;
        return Ok((Guard::enter_plain()?, Box::new(Plain::new(out))));
    }
    let guard = Guard::enter()?;
    let out = OldColours::new(io::stdout(), wardrobe.depth() == Depth::Sixteen);
    Ok((guard, Box::new(Cells::new(Terminal::new(Screen::new(out))?).with_wardrobe(wardrobe))))
}

/// The theme for everywhere that was asked for, or that suits this terminal, in as many colours as the looks of the first
/// server want, and in how many one that is put on; or the sentence that says why it cannot be had.
fn wardrobe(everywhere: &Looks, first: &Options, themes: &Themes) -> Result<Wardrobe, String> {
    let value = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let [no_color, colorterm, term, colorfgbg] = ["NO_COLOR", "COLORTERM", "TERM", "COLORFGBG"].map(value);
    let around = Surroundings {
        no_color: no_color.as_deref(),
        colorterm: colorterm.as_deref(),
        term: term.as_deref(),
        colorfgbg: colorfgbg.as_deref(),
    };
    let (name, _) = everywhere.decide(&around, Weight::Wish);
    let [depth, on_demand] = [first.weight(), Weight::Demand].map(|weight| first.looks.decide(&around, weight).1);
    // It has an opinion of its own on `NO_COLOR`, and `--color` beats that variable.
    crossterm::style::force_color_output(true);
    Ok(Wardrobe::new(Theme::new(themes.scheme(&name)?, depth)).with_demand(on_demand))
}

/// Writes text to standard output. Who stops reading has read enough.
fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("writing to standard output"),
    }
}

/// Says what went wrong. These two are sentences that have their reason in them.
fn complain(error: &anyhow::Error) -> ExitCode {
    let is_of_network = error.is::<ServeError>() || error.downcast_ref().is_some_and(Trouble::is_of_network);
    let is_sentence = error.is::<ServeError>() || error.is::<Trouble>();
    say(&if is_sentence { error.to_string() } else { format!("{error:#}") });
    ExitCode::from(if is_of_network { NETWORK_TROUBLE } else { OTHER_TROUBLE })
}

#[expect(clippy::print_stderr, reason = "the terminal has been given back")]
fn say(words: &str) {
    eprintln!("netchat-tui: {words}");
}
