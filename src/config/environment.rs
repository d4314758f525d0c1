//! Reads settings from environment variables such as `NETCHAT_TUI_EOL`, and finds the configuration folder.

use super::Assignment;
use super::document::one_server_only;
use crate::app::settings::{Origin, SETTINGS, Scope, find};
use crate::text::suggest::suggest;
use etcetera::BaseStrategy as _;
use std::path::PathBuf;

/// Prefix of this program's variables.
const PREFIX: &str = "NETCHAT_TUI_";

/// Variable with the path of the settings file.
pub(super) const CONFIG_VARIABLE: &str = "NETCHAT_TUI_CONFIG";

/// Variable with the type of the terminal.
const TERM: &str = "TERM";

/// Folder of this program below the user's configuration folder.
const FOLDER: &str = "netchat-tui";

/// Environment variables and the folder that settings are read from. Tests make their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// Names and values of `TERM` and the variables with our prefix, without empty ones.
    pub variables: Vec<(String, String)>,
    /// Configuration folder of this program; `None` if the user has no home folder.
    pub folder: Option<PathBuf>,
}

impl Environment {
    /// Reads the environment of this process.
    pub fn of_process() -> Self {
        // A value that is not Unicode is rejected as a setting later, with the other errors.
        let all = std::env::vars_os().map(|(name, value)| [name, value].map(|it| it.to_string_lossy().into_owned()));
        let ours = all.filter(|[name, value]| (name.starts_with(PREFIX) || name == TERM) && !value.is_empty());
        let folder = etcetera::choose_base_strategy().ok().map(|strategy| strategy.config_dir().join(FOLDER));
        Self {
            variables: ours.map(|[name, value]| (name, value)).collect(),
            // Without a home folder the path is relative to the current folder.
            folder: folder.filter(|folder| folder.is_absolute()),
        }
    }

    /// Returns the value of a variable.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Returns the settings that variables assign, and a sentence for each variable with an error.
    pub(super) fn assignments(&self) -> (Vec<Assignment>, Vec<String>) {
        let (mut assignments, mut errors) = (Vec::new(), Vec::new());
        for setting in SETTINGS {
            let name = variable(setting.name);
            let Some(text) = self.get(&name) else { continue };
            if setting.scope == Scope::OneServer {
                errors.push(format!("Environment variable {name}: {}", one_server_only(setting.name)));
                continue;
            }
            match Assignment::new(setting, setting.read(text), Origin::Variable(name.clone())) {
                Ok(assignment) => assignments.push(assignment),
                Err(message) => errors.push(format!("Environment variable {name}: {message}")),
            }
        }
        (assignments, errors)
    }

    /// Returns the setting that overrides even flags: `plain` on a terminal that cannot move its cursor (`TERM=dumb`).
    pub(super) fn forced_settings(&self) -> Option<Assignment> {
        let plain = find("plain").filter(|_| self.get(TERM) == Some("dumb"))?;
        Assignment::new(plain, plain.read("true"), Origin::Variable(TERM.to_owned())).ok()
    }

    /// Returns a warning for each variable that has our prefix and is not a setting. It is no error, because another
    /// program may use the variable.
    pub(super) fn unknown_variables(&self) -> Vec<String> {
        let names: Vec<String> = SETTINGS.iter().map(|setting| variable(setting.name)).collect();
        let is_known = |name: &str| name == CONFIG_VARIABLE || names.iter().any(|known| known == name);
        let all = self.variables.iter().map(|(name, _)| name);
        let unknown = all.filter(|name| name.starts_with(PREFIX) && !is_known(name));
        let warnings = unknown.map(|name| {
            let word = name.strip_prefix(PREFIX).unwrap_or(name).to_lowercase();
            let similar = suggest(&word, SETTINGS.iter().map(|setting| setting.name)).and_then(find);
            let hint = similar.map(|setting| format!(" Did you mean {}?", variable(setting.name)));
            format!("Unknown environment variable {}.{}", crate::text::sanitize_line(name), hint.unwrap_or_default())
        });
        warnings.collect()
    }
}

/// Returns the name of a setting's variable.
fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}
