//! Formats the effective settings with their origins, for `config show`.

use super::Loaded;
use crate::app::settings::{SETTINGS, Scope, Setting, SettingValue, ValueKind};
use crate::app::{SavedServer, Settings};

/// Returns the global settings, or those of one server, as lines of a settings file with the origin in a comment.
///
/// # Errors
/// Returns a sentence with the configured names if there is no such server.
pub fn show(loaded: &Loaded, server: Option<&str>) -> Result<String, String> {
    let servers = &loaded.config.servers;
    let Some(name) = server else { return Ok(lines(&loaded.config.options, None)) };
    let Some(server) = SavedServer::find(servers, name) else {
        let names: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
        let name = name.escape_debug();
        return Err(match names.as_slice() {
            [] => format!("There is no server {name}. No servers are configured."),
            names => format!("There is no server {name}. Configured servers: {}.", names.join(", ")),
        });
    };
    let address = SettingValue::Single(server.endpoint.to_string());
    Ok(format!("address = {}\n{}", quote(&address.to_string()), lines(&server.options, Some(name))))
}

fn lines(options: &Settings, server: Option<&str>) -> String {
    let shown = SETTINGS.iter().filter(|setting| setting.scope != Scope::OneServer || server.is_some());
    let all = shown.map(|setting| {
        let line = format!("{} = {}", setting.name, format_value(setting, &setting.display_value(options)));
        format!("{line:<38}  # {}\n", setting.origin(options))
    });
    all.collect()
}

/// Formats a value as in a settings file.
pub(super) fn format_value(setting: &Setting, value: &SettingValue) -> String {
    match (setting.kind, value) {
        (ValueKind::Switch, SettingValue::Single(word)) => word.clone(),
        (ValueKind::Number, SettingValue::Single(digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.clone()
        }
        (_, SettingValue::Single(text)) => quote(text),
        (_, SettingValue::List(parts)) => {
            format!("[{}]", parts.iter().map(|part| quote(part)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Formats text as a TOML string.
fn quote(text: &str) -> String {
    // A regular expression is easiest to read without escapes.
    let is_literal = text.contains(['\\', '"']) && !text.contains('\'') && !text.contains(char::is_control);
    if is_literal {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.extend(format!("\\u{:04x}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
