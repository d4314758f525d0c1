//! Warnings about secrets in the settings.

use crate::app::settings::find;
use crate::app::{SavedServer, Settings, hidden_argument, may_hold_secret};

/// Advice for a secret in `on_connect`.
const ADVICE: &str = "Use secret_command or secret_file below the [servers.NAME] instead.";

/// Returns a sentence for each secret that is in the settings as plain text, will not be sent, or is missing.
pub(super) fn warnings(options: &Settings, servers: &[SavedServer]) -> Vec<String> {
    let mut warnings: Vec<String> = Vec::new();
    for options in std::iter::once(options).chain(servers.iter().map(|server| &server.options)) {
        // Settings for all servers are in the options of each server, too.
        let new: Vec<String> = warnings_for(options).into_iter().filter(|it| !warnings.contains(it)).collect();
        warnings.extend(new);
    }
    warnings
}

fn warnings_for(options: &Settings) -> Vec<String> {
    let origin = |name| find(name).map(|setting| setting.origin(options).to_string()).unwrap_or_default();
    let on_connect = origin("on_connect");
    let mut warnings = Vec::new();
    for (index, line) in options.on_connect.iter().enumerate() {
        let name = format!("{on_connect}: on_connect[{}]", index + 1);
        match hidden_argument(line) {
            Some("") if options.secret_source().is_none() => {
                warnings.push(format!("{name} has no secret to send. {ADVICE}"));
            }
            Some("") => {}
            Some(_) => warnings
                .push(format!("{name} contains a secret in plain text; it is sent, but not displayed. {ADVICE}")),
            None if may_hold_secret(line) => {
                warnings.push(format!("{name} may contain a secret and is not sent. {ADVICE}"));
            }
            None => {}
        }
    }
    if !options.secret_command.is_empty() && !options.secret_file.is_empty() {
        let secret_file = origin("secret_file");
        warnings
            .push(format!("{secret_file}: secret_file is ignored, because secret_command is set. Remove one of them."));
    }
    warnings
}
