//! The `netchat-tui` program: arguments in, exit status out.

mod rooms;
mod talk;
mod tape;
mod words;

use netchat_tui::app::Settings;
use netchat_tui::app::logging::expand_template;
use netchat_tui::cli::{
    Args, ClientOptions, CommandOutput, ConfigJob, Job, ResolvedClient, RunMode, ServerOptions, StdioKind, Target,
    UsageError,
};
use netchat_tui::commands::serve::{self, BoundServer, HostedServer};
use netchat_tui::config::{Environment, Sources};
use netchat_tui::link::Endpoint;
use netchat_tui::net::SystemNetwork;
use netchat_tui::pipe::{self, Observer, PipeError, PipeOptions, RecordingObserver};
use netchat_tui::tui::{Exit, RealSystem, System as _};
use std::io::{self, IsTerminal as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use talk::{ChatClient, Peer};
use words::{print, print_error, print_status};

/// A server that could not be started.
const NETWORK_TROUBLE: u8 = 1;

/// Usage errors and everything that is not the network's fault (`clap` exits with it by itself).
const OTHER_TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let job = Args::parse(&words).and_then(Args::resolve).unwrap_or_else(|error| error.exit());
    let done = match job {
        Job::Chat(call) => run_chat(call),
        Job::Host { service, sources, record } => host(service, sources, record),
        Job::Replay(replaying) => tape::play(replaying),
        Job::Config(job) => print_config(&job).map(|()| Exit::Quit),
        Job::Print(text) => print(&text).map(|()| Exit::Quit),
        Job::Serve { service, echo } => serve::serve(service, echo).map(|()| Exit::Quit).map_err(anyhow::Error::from),
    };
    match done {
        Ok(Exit::Quit) => ExitCode::SUCCESS,
        Ok(Exit::Signal(signal)) => ExitCode::from(128 + signal.number()),
        // The terminal went away without a signal; nobody is left to read an error.
        Ok(Exit::InputEnded) => ExitCode::from(OTHER_TROUBLE),
        Err(error) => print_error(&error),
    }
}

fn run_chat(call: ClientOptions) -> anyhow::Result<Exit> {
    let (sources, source, record) = (call.sources.clone(), call.piping.source, call.record.clone());
    let way = call.run_mode(if has_terminal() { StdioKind::Terminal } else { StdioKind::Other })?;
    let ResolvedClient { target, loaded } = call.load(&Environment::of_process())?;
    let record = record.map(|path| expand_path(path, target.endpoint())).transpose()?;
    if let Some(endpoint) = target.endpoint() {
        let record = record.as_deref().and_then(Path::to_str);
        target.options(&loaded).log.check_distinct_files(endpoint, record).map_err(anyhow::Error::msg)?;
    }
    match way {
        RunMode::Interactive => {
            let not_ours = |error| source.map_or(PipeError::Start(error), PipeError::Source);
            let network = SystemNetwork::from_source(source).map_err(not_ours)?;
            let client = ChatClient::new(Peer::Remote(target), loaded.configured, sources).with_network(network);
            client.with_recording(record.as_deref())?.run()
        }
        RunMode::Pipe(manners) => run_pipe(target, &loaded.configured.options, Pipe { source, manners, record }),
    }
}

/// A file that may have the server and the day in its name.
fn expand_path(path: PathBuf, endpoint: Option<&Endpoint>) -> anyhow::Result<PathBuf> {
    let Some(text) = path.to_str() else { return Ok(path) };
    expand_template(text, endpoint, RealSystem::default().local_time()).map(PathBuf::from).map_err(anyhow::Error::msg)
}

/// What was said about a pipe.
struct Pipe {
    source: Option<IpAddr>,
    manners: PipeOptions,
    record: Option<PathBuf>,
}

/// nc's place in a script. Signals do what they always do: nothing has to be put right.
fn run_pipe(target: Target, everywhere: &Settings, pipe: Pipe) -> anyhow::Result<Exit> {
    let Pipe { source, manners, record } = pipe;
    let (endpoint, options) = match target {
        Target::Server(server) => (server.endpoint, server.options),
        Target::Endpoint(endpoint) => (endpoint, everywhere.clone()),
        Target::StartPage => return Err(UsageError::NoServer.into()),
    };
    is_of_one_kind(source, &endpoint)?;
    let eol = options.pipe_eol(everywhere);
    let wish = options.flag_log_config();
    let Settings { connect_limit: limit, family, lens, .. } = options;
    let call = pipe::PipeTarget { endpoint, limit, family, source, eol, manners };
    let recording = record.as_deref().map(RecordingObserver::open).transpose().map_err(anyhow::Error::msg)?;
    let logs = pipe::logs(&wish, lens.charset, &call.endpoint).map_err(anyhow::Error::msg)?;
    let taps = recording.into_iter().map(|recording| Box::new(recording) as Box<dyn Observer>);
    let taps = taps.chain(logs.into_iter().map(|log| Box::new(log) as Box<dyn Observer>)).collect();
    let (input, output) = (pipe::input().map_err(PipeError::Start)?, pipe::output().map_err(PipeError::Start)?);
    pipe::run(&call, pipe::PipeIo { input, output, taps }, &print_status)?;
    Ok(Exit::Quit)
}

/// Refuses an address of ours (`-s`) from which no address of the other kind can be reached, however often it is tried.
fn is_of_one_kind(source: Option<IpAddr>, endpoint: &Endpoint) -> anyhow::Result<()> {
    let both = source.zip(endpoint.host().parse::<IpAddr>().ok());
    let differs = both.is_some_and(|(ours, other)| ours.is_ipv4() != other.is_ipv4());
    anyhow::ensure!(
        !differs,
        "-s and the server's address are not of one kind; give one of its kind, or leave -s out."
    );
    Ok(())
}

/// A server in this process, and the client beside it.
fn host(service: ServerOptions, sources: Sources, record: Option<PathBuf>) -> anyhow::Result<Exit> {
    // Before the terminal is taken: what is wrong can be said in plain sight then.
    let loaded = sources.load(&Environment::of_process())?;
    require_terminal("host", "netchat-tui serve chat runs the server alone")?;
    let hosted = HostedServer::start(BoundServer::new(service)?)?;
    let record = record.map(|path| expand_path(path, Some(&hosted.endpoint))).transpose()?;
    ChatClient::new(Peer::Hosted(hosted), loaded.configured, sources).with_recording(record.as_deref())?.run()
}

fn print_config(job: &ConfigJob) -> anyhow::Result<()> {
    let CommandOutput { text, warnings } = job.run(&Environment::of_process())?;
    for warning in &warnings {
        print_status(warning);
    }
    print(&text)
}

fn require_terminal(command: &str, instead: &str) -> anyhow::Result<()> {
    anyhow::ensure!(has_terminal(), "{command} draws on a terminal, and input or output is not one. {instead}.");
    Ok(())
}

fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
