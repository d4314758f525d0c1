//! `netchat-tui config`: the settings file, looked at from outside.

use super::settings_flags::FileArgs;
use crate::config::{self, ConfigError, ConfigFile, Environment, Sources};
use clap::Subcommand;
use std::path::PathBuf;

/// What to do about settings.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print a settings file with every setting, explained
    Example,
    /// Say all that is wrong with a settings file
    Check {
        /// Which file; without one, the one that is read
        #[arg(conflicts_with_all = ["config", "no_config"])]
        file: Option<PathBuf>,

        #[command(flatten)]
        read: FileArgs,
    },
    /// Print every setting with its value and where it was said
    Show {
        /// For this server
        server: Option<String>,

        #[command(flatten)]
        file: FileArgs,
    },
    /// Print the names of the servers, for those who complete them
    #[command(hide = true)]
    Names {
        #[command(flatten)]
        file: FileArgs,
    },
    /// Print the names of the user's themes, for those who complete them
    #[command(hide = true)]
    Themes {
        #[command(flatten)]
        file: FileArgs,
    },
    /// Print where the settings file is, or would be
    Path {
        #[command(flatten)]
        file: FileArgs,
    },
}

/// The same, checked and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigJob {
    /// Print the example.
    Example,
    /// Check the file.
    Check(Sources),
    /// Print the settings, for everything or for this server.
    Show(Sources, Option<String>),
    /// Print the names of the servers, a line each.
    Names(Sources),
    /// Print the names of the user's themes, a line each.
    Themes(Sources),
    /// Print where the file is.
    Path(ConfigFile),
}

impl ConfigCommand {
    pub(super) fn resolve(self) -> ConfigJob {
        let only = |choice| Sources { config_file: choice, flags: Vec::new() };
        match self {
            Self::Example => ConfigJob::Example,
            Self::Check { file, read } => ConfigJob::Check(only(file.map_or_else(|| read.choice(), ConfigFile::Path))),
            Self::Show { server, file } => ConfigJob::Show(only(file.choice()), server),
            Self::Names { file } => ConfigJob::Names(only(file.choice())),
            Self::Themes { file } => ConfigJob::Themes(only(file.choice())),
            Self::Path { file } => ConfigJob::Path(file.choice()),
        }
    }
}

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandOutput {
    /// On standard output.
    pub text: String,
    /// On standard error.
    pub warnings: Vec<String>,
}

impl ConfigJob {
    /// Does it. May wait for the disk.
    ///
    /// # Errors
    /// What is wrong with the settings, or with what was asked for.
    pub fn run(&self, environment: &Environment) -> Result<CommandOutput, ConfigError> {
        match self {
            Self::Example => Ok(CommandOutput { text: config::example(), ..CommandOutput::default() }),
            Self::Check(sources) => {
                let loaded = sources.load(environment)?;
                let faint = config::check_themes(&loaded.configured.themes)?;
                let text = match loaded.configured.file {
                    Some(file) => format!("{file} is fine.\n"),
                    None => "There is no settings file. `netchat-tui config example` prints one.\n".to_owned(),
                };
                Ok(CommandOutput { text, warnings: [loaded.configured.warnings, faint].concat() })
            }
            Self::Show(sources, server) => {
                let loaded = sources.load(environment)?;
                let text = config::show(&loaded, server.as_deref())?;
                Ok(CommandOutput { text, warnings: loaded.configured.warnings })
            }
            Self::Names(sources) => {
                let servers = sources.load(environment)?.configured.servers;
                let text = servers.iter().flat_map(|server| [server.name.as_str(), "\n"]).collect();
                Ok(CommandOutput { text, ..CommandOutput::default() })
            }
            Self::Themes(sources) => {
                let themes = sources.load(environment)?.configured.themes;
                let text = themes.user_themes().flat_map(|(name, _)| [name.word(), "\n"]).collect();
                Ok(CommandOutput { text, ..CommandOutput::default() })
            }
            Self::Path(choice) => {
                let path = config::path(choice, environment)?;
                Ok(CommandOutput { text: format!("{}\n", path.display()), ..CommandOutput::default() })
            }
        }
    }
}
