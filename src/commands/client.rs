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
pub(super) fn run(options: ClientOptions) -> anyhow::Result<Exit> {
    let (sources, source, record) = (options.sources.clone(), options.piping.source, options.record.clone());
    let mode = options.run_mode(if has_terminal() { StdioKind::Terminal } else { StdioKind::Other })?;
    let ResolvedClient { target, loaded } = options.load(&Environment::of_process())?;
    let record = record.map(|path| expand_path(path, target.endpoint())).transpose()?;
    if let Some(endpoint) = target.endpoint() {
        let record = record.as_deref().and_then(Path::to_str);
        target.options(&loaded).log.check_distinct_files(endpoint, record).map_err(anyhow::Error::msg)?;
    }
    match mode {
        RunMode::Interactive => {
            let to_error = |error| source.map_or(PipeError::Start(error), PipeError::Source);
            let network = SystemNetwork::from_source(source).map_err(to_error)?;
            let client = ChatClient::new(Peer::Remote(target), loaded.config, sources).with_network(network);
            client.with_recording(record.as_deref())?.run()
        }
        RunMode::Pipe(options) => run_pipe(target, &loaded.config.options, PipeRun { source, options, record }),
    }
}

/// Fills in the server and the date that a file name may contain.
pub(super) fn expand_path(path: PathBuf, endpoint: Option<&Endpoint>) -> anyhow::Result<PathBuf> {
    let Some(text) = path.to_str() else { return Ok(path) };
    expand_template(text, endpoint, RealSystem::default().local_time()).map(PathBuf::from).map_err(anyhow::Error::msg)
}

/// Options of pipe mode from the command line.
struct PipeRun {
    source: Option<IpAddr>,
    options: PipeOptions,
    record: Option<PathBuf>,
}

/// Copies standard input to the server and its answers to standard output. Signals keep their default effect.
fn run_pipe(target: Target, global: &Settings, run: PipeRun) -> anyhow::Result<Exit> {
    let PipeRun { source, options, record } = run;
    let (endpoint, settings) = match target {
        Target::Server(server) => (server.endpoint, server.options),
        Target::Endpoint(endpoint) => (endpoint, global.clone()),
        Target::StartPage => return Err(UsageError::NoServer.into()),
    };
    check_address_family(source, &endpoint)?;
    let eol = settings.pipe_eol(global);
    let log_config = settings.flag_log_config();
    let Settings { connect_limit: connect_timeout, family, view_options, .. } = settings;
    let target = pipe::PipeTarget { endpoint, connect_timeout, family, source, eol, options };
    let recording = record.as_deref().map(RecordingObserver::open).transpose().map_err(anyhow::Error::msg)?;
    let logs = pipe::open_logs(&log_config, view_options.charset, &target.endpoint).map_err(anyhow::Error::msg)?;
    let observers = recording.into_iter().map(|recording| Box::new(recording) as Box<dyn Observer>);
    let observers = observers.chain(logs.into_iter().map(|log| Box::new(log) as Box<dyn Observer>)).collect();
    let (input, output) = (pipe::input().map_err(PipeError::Start)?, pipe::output().map_err(PipeError::Start)?);
    pipe::run(&target, pipe::PipeIo { input, output, observers }, &print_status)?;
    Ok(Exit::Quit)
}

/// Refuses a source address (`-s`) of another family than the server's, because no retry could succeed.
fn check_address_family(source: Option<IpAddr>, endpoint: &Endpoint) -> anyhow::Result<()> {
    let both = source.zip(endpoint.host().parse::<IpAddr>().ok());
    let differs = both.is_some_and(|(source, server)| source.is_ipv4() != server.is_ipv4());
    anyhow::ensure!(!differs, "-s and the server's address mix IPv4 and IPv6. Use one family, or leave out -s.");
    Ok(())
}
