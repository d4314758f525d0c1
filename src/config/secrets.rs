//! Warnings about secrets in the settings.

use crate::app::settings::find;
use crate::app::{SavedServer, Settings, hidden_argument, may_hold_secret};

/// What to do about a secret in `on_connect`.
const INSTEAD: &str = "Use secret_command or secret_file below the [servers.NAME] instead.";

/// Returns a sentence for each secret that stands in the settings in clear, is not sent, or is not there.
pub(super) fn warnings(options: &Settings, servers: &[SavedServer]) -> Vec<String> {
    let mut warnings: Vec<String> = Vec::new();
    for options in std::iter::once(options).chain(servers.iter().map(|server| &server.options)) {
        // What is said for all servers is in the options of each.
        let new: Vec<String> = of(options).into_iter().filter(|one| !warnings.contains(one)).collect();
        warnings.extend(new);
    }
    warnings
}

fn of(options: &Settings) -> Vec<String> {
    let origin = |name| find(name).map(|setting| setting.origin(options).to_string()).unwrap_or_default();
    let place = origin("on_connect");
    let mut warnings = Vec::new();
    for (index, line) in options.on_connect.iter().enumerate() {
        let name = format!("{place}: on_connect[{}]", index + 1);
        match hidden_argument(line) {
            Some("") if options.secret_source().is_none() => {
                warnings.push(format!("{name} has no secret to send. {INSTEAD}"));
            }
            Some("") => {}
            Some(_) => warnings.push(format!("{name} has a secret in it, in clear; it is sent unseen. {INSTEAD}")),
            None if may_hold_secret(line) => {
                warnings.push(format!("{name} may have a secret in it, and is not sent. {INSTEAD}"));
            }
            None => {}
        }
    }
    if !options.secret_command.is_empty() && !options.secret_file.is_empty() {
        let place = origin("secret_file");
        warnings.push(format!("{place}: secret_file is not read, as there is a secret_command. Remove one of them."));
    }
    warnings
}
