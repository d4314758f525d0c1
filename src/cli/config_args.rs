//! `netchat-tui config`: prints and checks settings.

use super::settings_flags::FileArgs;
use super::summary_end;
use crate::config::{self, ConfigError, ConfigFile, Environment, Sources};
use clap::Subcommand;
use std::path::PathBuf;

const CHECK_EXAMPLES: &str = "\
Examples:
  netchat-tui config check
  netchat-tui config check draft.toml";

const SHOW_EXAMPLES: &str = "\
Examples:
  netchat-tui config show
  netchat-tui config show pi";

const PATH_EXAMPLE: &str = "\
Example:
  $EDITOR \"$(netchat-tui config path)\"";

/// Subcommands of `config`.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print an example settings file that explains every setting
    #[command(after_help = "Example:\n  netchat-tui config example > config.toml")]
    Example,
    /// Report all errors in a settings file
    #[command(after_help = summary_end(CHECK_EXAMPLES), after_long_help = CHECK_EXAMPLES)]
    Check {
        /// File to check; without it, the one in use
        #[arg(conflicts_with_all = ["config", "no_config"])]
        file: Option<PathBuf>,

        #[command(flatten)]
        read: FileArgs,
    },
    /// Print each setting with its value and the source of the value
    #[command(after_help = summary_end(SHOW_EXAMPLES), after_long_help = SHOW_EXAMPLES)]
    Show {
        /// Saved server to print the settings for
        server: Option<String>,

        #[command(flatten)]
        file: FileArgs,
    },
    /// Print the names of saved servers, for shell completion
    #[command(hide = true)]
    Names {
        #[command(flatten)]
        file: FileArgs,
    },
    /// Print the names of the user's themes, for shell completion
    #[command(hide = true)]
    Themes {
        #[command(flatten)]
        file: FileArgs,
    },
    /// Print the path of the settings file, whether it exists or not
    #[command(after_help = summary_end(PATH_EXAMPLE), after_long_help = PATH_EXAMPLE)]
    Path {
        #[command(flatten)]
        file: FileArgs,
    },
}

/// A task of `config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigJob {
    /// Prints the example.
    Example,
    /// Checks the file.
    Check(Sources),
    /// Prints the settings, in general or for a saved server.
    Show(Sources, Option<String>),
    /// Prints the names of saved servers, one per line.
    Names(Sources),
    /// Prints the names of the user's themes, one per line.
    Themes(Sources),
    /// Prints the path of the file.
    Path(ConfigFile),
}

impl ConfigCommand {
    pub(super) fn resolve(self) -> ConfigJob {
        let sources = |choice| Sources { config_file: choice, flags: Vec::new() };
        match self {
            Self::Example => ConfigJob::Example,
            Self::Check { file, read } => {
                ConfigJob::Check(sources(file.map_or_else(|| read.choice(), ConfigFile::Path)))
            }
            Self::Show { server, file } => ConfigJob::Show(sources(file.choice()), server),
            Self::Names { file } => ConfigJob::Names(sources(file.choice())),
            Self::Themes { file } => ConfigJob::Themes(sources(file.choice())),
            Self::Path { file } => ConfigJob::Path(file.choice()),
        }
    }
}

/// Output of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandOutput {
    /// Text for standard output.
    pub text: String,
    /// Sentences for standard error.
    pub warnings: Vec<String>,
}

impl ConfigJob {
    /// Runs the task. Blocks on file access.
    ///
    /// # Errors
    /// If the settings are invalid, or the server or file does not exist.
    pub fn run(&self, environment: &Environment) -> Result<CommandOutput, ConfigError> {
        match self {
            Self::Example => Ok(CommandOutput { text: config::example(), ..CommandOutput::default() }),
            Self::Check(sources) => {
                let loaded = sources.load(environment)?;
                let faint = config::check_themes(&loaded.config.themes)?;
                let text = match loaded.config.file {
                    Some(file) => format!("{file}: no errors.\n"),
                    None => "There is no settings file. `netchat-tui config example` prints an example.\n".to_owned(),
                };
                Ok(CommandOutput { text, warnings: [loaded.config.warnings, faint].concat() })
            }
            Self::Show(sources, server) => {
                let loaded = sources.load(environment)?;
                let text = config::show(&loaded, server.as_deref())?;
                Ok(CommandOutput { text, warnings: loaded.config.warnings })
            }
            Self::Names(sources) => {
                let servers = sources.load(environment)?.config.servers;
                let text = servers.iter().flat_map(|server| [server.name.as_str(), "\n"]).collect();
                Ok(CommandOutput { text, ..CommandOutput::default() })
            }
            Self::Themes(sources) => {
                let themes = sources.load(environment)?.config.themes;
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
