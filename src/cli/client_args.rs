//! The options of the client, and what they come to.

use super::UsageError;
use super::pipe_args::{PipeArgsResolved, PipingArgs, RunMode, StdioKind};
use super::settings_flags::SettingsArgs;
use crate::app::{LoadedConfig, SavedServer, Settings};
use crate::config::{ConfigError, Environment, Loaded, Sources};
use crate::link::Endpoint;
use clap::Args;
use std::path::PathBuf;

/// The address, and how to talk.
#[derive(Debug, Clone, Args)]
pub(super) struct ClientArgs {
    /// Where to connect.
    #[arg(help = "HOST:PORT, HOST, [V6]:PORT, :PORT, PORT or a saved name; without one, the servers you know")]
    address: Option<String>,

    /// The port, as nc has it
    port: Option<String>,

    #[command(flatten)]
    record: RecordArgs,

    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    piping: PipingArgs,
}

/// The recording.
#[derive(Debug, Clone, Args)]
pub(super) struct RecordArgs {
    /// Record every read and write with its time; netchat-tui replay FILE plays it. Goes on with a recording that exists
    #[arg(long, value_name = "FILE", value_parser = super::replay_args::recording(), value_hint = clap::ValueHint::FilePath, help_heading = "Logging")]
    pub(super) record: Option<PathBuf>,
}

/// Where to go, before it is known which servers have a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientOptions {
    /// What was typed, read as an address; nothing where nothing was.
    pub endpoint: Option<Endpoint>,
    /// The same as a name, where it could be one.
    pub name: Option<String>,
    /// Where the settings come from.
    pub sources: Sources,
    /// What was said about pipes.
    pub piping: PipeArgsResolved,
    /// Where to record.
    pub record: Option<PathBuf>,
}

/// Where to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nobody has said it.
    StartPage,
    /// To a server that has a name.
    Server(Box<SavedServer>),
    /// To an address.
    Endpoint(Endpoint),
}

impl Target {
    /// How to behave there, by these settings.
    pub const fn options<'a>(&'a self, loaded: &'a Loaded) -> &'a Settings {
        match self {
            Self::Server(server) => &server.options,
            Self::StartPage | Self::Endpoint(_) => &loaded.configured.options,
        }
    }

    /// Its address, where it is known.
    pub const fn endpoint(&self) -> Option<&Endpoint> {
        match self {
            Self::StartPage => None,
            Self::Server(server) => Some(&server.endpoint),
            Self::Endpoint(endpoint) => Some(endpoint),
        }
    }
}

/// Where to connect and how, checked and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedClient {
    /// Where to connect.
    pub target: Target,
    /// How to behave.
    pub loaded: Loaded,
}

impl ClientArgs {
    /// Whether this is the address, and no port stands behind it.
    pub(super) fn is_only(&self, address: &str) -> bool {
        self.port.is_none() && self.address.as_deref() == Some(address)
    }

    pub(super) fn resolve(self) -> Result<ClientOptions, UsageError> {
        let port = self.port.as_deref();
        let endpoint = self.address.as_deref().map(|address| Endpoint::from_words(address, port)).transpose()?;
        // Whoever writes a port means a host.
        let name = self.address.filter(|_| self.port.is_none());
        let mut sources = self.settings.sources();
        sources.flags.extend(self.piping.settings());
        Ok(ClientOptions { endpoint, name, sources, piping: self.piping.resolve(), record: self.record.record })
    }
}

impl ClientOptions {
    /// What it is seen by, with this at both ends of the program.
    ///
    /// # Errors
    /// For flags that are of no use then: the sentence, as clap has it.
    pub fn run_mode(&self, ends: StdioKind) -> Result<RunMode, UsageError> {
        self.piping.way(ends, &self.sources.flags)
    }

    /// Reads the settings, and finds out where to go.
    ///
    /// # Errors
    /// If something is wrong with the settings.
    pub fn load(self, environment: &Environment) -> Result<ResolvedClient, ConfigError> {
        let loaded = self.sources.load(environment)?;
        let LoadedConfig { servers, .. } = &loaded.configured;
        let server = self.name.as_deref().and_then(|name| SavedServer::find(servers, name.trim()));
        let target = match (server, self.endpoint) {
            (Some(server), _) => Target::Server(Box::new(server.clone())),
            (None, Some(endpoint)) => Target::Endpoint(endpoint),
            (None, None) => Target::StartPage,
        };
        Ok(ResolvedClient { target, loaded })
    }
}
