//! What the environment says: `NETCHAT_TUI_EOL` and its kin, and where a user's settings are.

use super::Assignment;
use super::document::for_one_server;
use crate::app::settings::{Origin, SETTINGS, Scope, find};
use crate::text::suggest::suggest;
use etcetera::BaseStrategy as _;
use std::path::PathBuf;

/// What the names of our variables begin with.
const PREFIX: &str = "NETCHAT_TUI_";

/// The variable that names a settings file.
pub(super) const FILE: &str = "NETCHAT_TUI_CONFIG";

/// The variable with the kind of the terminal.
const TERM: &str = "TERM";

/// The folder of this program among those of others.
const FOLDER: &str = "netchat-tui";

/// The environment, as far as it is about us. Taken once, so that it can be made up in a test.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// Our variables that are not empty and `TERM`, with their values.
    pub variables: Vec<(String, String)>,
    /// Our folder among the user's settings; nothing where there is no home.
    pub folder: Option<PathBuf>,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        // A value that is no text is no value of ours, and what it would be is told with the rest.
        let all = std::env::vars_os().map(|(name, value)| [name, value].map(|it| it.to_string_lossy().into_owned()));
        let ours = all.filter(|[name, value]| (name.starts_with(PREFIX) || name == TERM) && !value.is_empty());
        let folder = etcetera::choose_base_strategy().ok().map(|places| places.config_dir().join(FOLDER));
        Self {
            variables: ours.map(|[name, value]| (name, value)).collect(),
            // Without a home it would be wherever the program was started.
            folder: folder.filter(|folder| folder.is_absolute()),
        }
    }

    /// The value of a variable.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// What the variables set, and what is wrong with the others.
    pub(super) fn assignments(&self) -> (Vec<Assignment>, Vec<String>) {
        let (mut said, mut wrong) = (Vec::new(), Vec::new());
        for setting in SETTINGS {
            let name = variable(setting.name);
            let Some(text) = self.get(&name) else { continue };
            if setting.scope == Scope::OneServer {
                wrong.push(format!("In the variable {name}: {}", for_one_server(setting.name)));
                continue;
            }
            match Assignment::new(setting, setting.read(text), Origin::Variable(name.clone())) {
                Ok(one) => said.push(one),
                Err(says) => wrong.push(format!("In the variable {name}: {says}")),
            }
        }
        (said, wrong)
    }

    /// What beats all that is wanted: a terminal that cannot move its cursor (`TERM=dumb`) gets lines.
    pub(super) fn forced_settings(&self) -> Option<Assignment> {
        let plain = find("plain").filter(|_| self.get(TERM) == Some("dumb"))?;
        Assignment::new(plain, plain.read("true"), Origin::Variable(TERM.to_owned())).ok()
    }

    /// Variables that look like ours and set nothing. Others may have made them, so that they stop nobody.
    pub(super) fn unknown_variables(&self) -> Vec<String> {
        let names: Vec<String> = SETTINGS.iter().map(|setting| variable(setting.name)).collect();
        let ours = |name: &str| name == FILE || names.iter().any(|one| one == name);
        let strays = self.variables.iter().map(|(name, _)| name).filter(|name| name.starts_with(PREFIX) && !ours(name));
        let told = strays.map(|name| {
            let word = name.strip_prefix(PREFIX).unwrap_or(name).to_lowercase();
            let near = suggest(&word, SETTINGS.iter().map(|setting| setting.name)).and_then(find);
            let next = near.map(|near| format!(" Did you mean {}?", variable(near.name)));
            format!("The variable {} sets nothing.{}", crate::text::sanitize_line(name), next.unwrap_or_default())
        });
        told.collect()
    }
}

/// The variable of a setting.
fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}
