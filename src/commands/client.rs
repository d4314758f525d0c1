//! Connects to a server: on the screen, line by line, or as a pipe.

use super::chat::{ChatClient, Peer};
use super::has_terminal;
use super::output::print_status;
use crate::app::Settings;
use crate::app::logging::expand_template;
use crate::cli::{ClientOptions, ResolvedClient, RunMode, StdioKind, Target, UsageError};
use crate::config::Environment;
use crate::link::Endpoint;
use crate::net::SystemNetwork;
use crate::pipe::{self, Observer, PipeError, PipeOptions, RecordingObserver};
use crate::tui::{Exit, RealSystem, System as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Runs the client in the mode that its options and the standard streams ask for.
pub(super) fn run(call: ClientOptions) -> anyhow::Result<Exit> {
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

/// Fills in the server and the date that a file name may contain.
pub(super) fn expand_path(path: PathBuf, endpoint: Option<&Endpoint>) -> anyhow::Result<PathBuf> {
    let Some(text) = path.to_str() else { return Ok(path) };
    expand_template(text, endpoint, RealSystem::default().local_time()).map(PathBuf::from).map_err(anyhow::Error::msg)
}

/// Options of a pipe.
struct Pipe {
    source: Option<IpAddr>,
    manners: PipeOptions,
    record: Option<PathBuf>,
}

/// Copies standard input to the server and its answers to standard output. Signals keep their default effect.
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
    let Settings { connect_limit: limit, family, view_options, .. } = options;
    let call = pipe::PipeTarget { endpoint, limit, family, source, eol, manners };
    let recording = record.as_deref().map(RecordingObserver::open).transpose().map_err(anyhow::Error::msg)?;
    let logs = pipe::logs(&wish, view_options.charset, &call.endpoint).map_err(anyhow::Error::msg)?;
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
