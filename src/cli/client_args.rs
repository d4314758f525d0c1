//! Arguments of the client.

use super::UsageError;
use super::pipe_args::{PipeArgsResolved, PipingArgs, RunMode, StdioKind};
use super::settings_flags::SettingsArgs;
use crate::app::{LoadedConfig, SavedServer, Settings};
use crate::config::{ConfigError, Environment, Loaded, Sources};
use crate::link::Endpoint;
use clap::Args;
use std::path::PathBuf;

/// Arguments of the client: an address, and options.
#[derive(Debug, Clone, Args)]
pub(super) struct ClientArgs {
    /// HOST:PORT, HOST, PORT or a saved server; without it, the start page
    address: Option<String>,

    /// Port, as for nc
    port: Option<String>,

    #[command(flatten)]
    record: RecordArgs,

    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    piping: PipingArgs,
}

/// The option that records a session.
#[derive(Debug, Clone, Args)]
pub(super) struct RecordArgs {
    /// Record the session for the replay command; an existing recording is appended to
    #[arg(hide_short_help = true, long, value_name = "FILE", value_parser = super::replay_args::recording_parser(), value_hint = clap::ValueHint::FilePath, help_heading = "Logging")]
    pub(super) record: Option<PathBuf>,
}

/// Arguments of the client before saved servers are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientOptions {
    /// The argument parsed as an address, if one was given.
    pub endpoint: Option<Endpoint>,
    /// The argument as the name of a saved server, unless a port follows it.
    pub name: Option<String>,
    /// Sources of the settings.
    pub sources: Sources,
    /// Options of pipe mode.
    pub piping: PipeArgsResolved,
    /// File to record to.
    pub record: Option<PathBuf>,
}

/// The server to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// None given: the start page opens.
    StartPage,
    /// A saved server.
    Server(Box<SavedServer>),
    /// An address.
    Endpoint(Endpoint),
}

impl Target {
    /// Returns the settings for this server.
    pub const fn options<'a>(&'a self, loaded: &'a Loaded) -> &'a Settings {
        match self {
            Self::Server(server) => &server.options,
            Self::StartPage | Self::Endpoint(_) => &loaded.config.options,
        }
    }

    /// Returns the address, if there is one.
    pub const fn endpoint(&self) -> Option<&Endpoint> {
        match self {
            Self::StartPage => None,
            Self::Server(server) => Some(&server.endpoint),
            Self::Endpoint(endpoint) => Some(endpoint),
        }
    }
}

/// The server to connect to, and the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedClient {
    /// Server to connect to.
    pub target: Target,
    /// Settings from all sources.
    pub loaded: Loaded,
}

impl ClientArgs {
    /// Returns whether `address` is the only argument, without a port.
    pub(super) fn is_only(&self, address: &str) -> bool {
        self.port.is_none() && self.address.as_deref() == Some(address)
    }

    pub(super) fn resolve(self) -> Result<ClientOptions, UsageError> {
        let port = self.port.as_deref();
        let endpoint = self.address.as_deref().map(|address| Endpoint::from_words(address, port)).transpose()?;
        // With a port, the word is a host and not a saved server.
        let name = self.address.filter(|_| self.port.is_none());
        let mut sources = self.settings.sources();
        sources.flags.extend(self.piping.settings());
        Ok(ClientOptions { endpoint, name, sources, piping: self.piping.resolve(), record: self.record.record })
    }
}

impl ClientOptions {
    /// Returns whether to run on the screen or as a pipe.
    ///
    /// # Errors
    /// For flags that have no effect in that mode.
    pub fn run_mode(&self, stdio: StdioKind) -> Result<RunMode, UsageError> {
        self.piping.run_mode(stdio, &self.sources.flags)
    }

    /// Loads the settings and looks the argument up among the saved servers.
    ///
    /// # Errors
    /// If a setting is invalid or the file cannot be read.
    pub fn load(self, environment: &Environment) -> Result<ResolvedClient, ConfigError> {
        let loaded = self.sources.load(environment)?;
        let LoadedConfig { servers, .. } = &loaded.config;
        let server = self.name.as_deref().and_then(|name| SavedServer::find(servers, name.trim()));
        let target = match (server, self.endpoint) {
            (Some(server), _) => Target::Server(Box::new(server.clone())),
            (None, Some(endpoint)) => Target::Endpoint(endpoint),
            (None, None) => Target::StartPage,
        };
        Ok(ResolvedClient { target, loaded })
    }
}
