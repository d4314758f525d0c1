//! Reads the text of a settings file.

use super::Assignment;
use super::keys;
use super::servers::{self, ServerSection};
use super::themes::{self, THEME};
use crate::app::keys::Keymap;
use crate::app::settings::{Origin, SETTINGS, Scope, Setting, SettingValue, ValueKind, find};
use crate::config::toml::{Diagnostic, SpannedTable, TomlEntry, TomlValue as Written, merge_sorted, utf8};
use crate::text::suggest::suggest;
use crate::theme::ThemeRegistry;
use std::ops::Range;

/// Facts that are needed while a settings file is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ParseContext<'a> {
    /// Path of the file for display.
    pub(super) path: &'a str,
    /// Themes that the file may name.
    pub(super) themes: &'a ThemeRegistry,
}

/// Contents of a settings file. With errors, the rest is what could be read.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// Settings above the first section, which apply to all servers.
    pub(super) assignments: Vec<Assignment>,
    /// Sections `[servers.NAME]` in the order of the file.
    pub(super) servers: Vec<ServerSection>,
    /// Key bindings of the section `[keys]`.
    pub(super) keys: Keymap,
    /// Errors in the order of the file.
    pub(super) errors: Vec<Diagnostic>,
}

impl Document {
    /// Parses the bytes of a file and collects all errors.
    pub(super) fn read(context: ParseContext<'_>, bytes: &[u8]) -> Self {
        let text = match utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Self { errors: vec![error], ..Self::default() },
        };
        let (table, syntax_errors) = SpannedTable::parse_lenient(text);
        let mut document = Self::default();
        for entry in table.entries() {
            document.add_entry(context, entry);
        }
        if syntax_errors.is_empty() {
            document.errors.extend(servers::duplicates(&document.servers));
        } else {
            // The address may be in a line that could not be read.
            document.errors.retain(|error| !error.message.starts_with(servers::NO_ADDRESS));
        }
        let skipped = skipped_lines(text, &syntax_errors);
        document.errors.retain(|error| !skipped.iter().any(|lines| lines.contains(&error.position.line)));
        document.errors = merge_sorted(syntax_errors, std::mem::take(&mut document.errors));
        document
    }

    fn add_entry(&mut self, context: ParseContext<'_>, entry: &TomlEntry) {
        match entry.name() {
            "servers" => servers::read(context, entry, &mut self.servers, &mut self.errors),
            "keys" => match keys::read(entry) {
                Ok(keys) => self.keys = keys,
                Err(errors) => self.errors.extend(errors),
            },
            _ => match parse_assignment(context, entry, Scope::Global) {
                Ok(assignment) => self.assignments.push(assignment),
                Err(error) => self.errors.push(error),
            },
        }
    }
}

/// Returns the ranges of lines below section headers that could not be read. Their entries would be attributed to another
/// section, so that errors in them mean nothing.
fn skipped_lines(text: &str, syntax_errors: &[Diagnostic]) -> Vec<Range<usize>> {
    let is_header = |line: &str| line.trim_start().starts_with('[');
    let headers: Vec<usize> =
        text.split('\n').enumerate().filter(|(_, line)| is_header(line)).map(|(index, _)| index + 1).collect();
    let unread = syntax_errors.iter().map(|error| error.position.line).filter(|line| headers.contains(line));
    let next = |line| headers.iter().copied().find(|header| *header > line).unwrap_or(usize::MAX);
    unread.map(|line| line..next(line)).collect()
}

/// Sections of the file.
const SECTION_NAMES: [&str; 2] = ["servers", "keys"];

/// Reads the setting that an entry assigns. `scope` is `PerServer` inside a server's section and `Global` elsewhere.
///
/// # Errors
/// Returns an error for an unknown setting, a rejected value, and a setting that the section cannot have.
pub(super) fn parse_assignment(
    context: ParseContext<'_>,
    entry: &TomlEntry,
    scope: Scope,
) -> Result<Assignment, Diagnostic> {
    let Some(setting) = find(entry.name()).filter(|setting| setting.name == entry.name()) else {
        return Err(unknown(entry, scope));
    };
    if scope == Scope::PerServer && setting.scope == Scope::Global {
        let message = format!("{} applies to all servers: write it above the first section.", setting.name);
        return Err(entry.key_error(message));
    }
    if scope == Scope::Global && setting.scope == Scope::OneServer {
        return Err(entry.key_error(one_server_only(setting.name)));
    }
    let value = value(setting, entry)?;
    let origin = Origin::File { path: context.path.to_owned(), line: entry.position().line };
    let assignment = Assignment::new(setting, value, origin).map_err(|message| entry.value_error(message))?;
    if setting.name == THEME {
        themes::check(context.themes, entry, &assignment.value)?;
    }
    Ok(assignment)
}

/// Returns the error for a setting that can only be set in a server's section.
pub(super) fn one_server_only(name: &str) -> String {
    format!("{name} applies to one server: write it below its [servers.NAME].")
}

/// Returns the error for an unknown name, with the most similar known one.
fn unknown(entry: &TomlEntry, scope: Scope) -> Diagnostic {
    let ours = SETTINGS.iter().filter(|setting| scope == Scope::Global || setting.is_per_tab());
    let parts: &[&str] = if scope == Scope::Global { &SECTION_NAMES } else { &["address"] };
    let names: Vec<&str> = ours.map(|setting| setting.name).chain(parts.iter().copied()).collect();
    let is_near = suggest(entry.name(), names.iter().copied()).is_some();
    let name = entry.name().escape_debug();
    match (entry.value(), scope) {
        (Written::Table(_), Scope::Global) if !is_near => {
            entry.key_error(format!("Unknown section {name}. For a server, write [servers.{name}]."))
        }
        (Written::Table(_), Scope::PerServer) => entry.key_error(format!(
            "A server cannot have a section {name}. Put a name with a dot in quotes: [servers.\"pi.local\"]."
        )),
        _ => entry.unknown(names),
    }
}

/// Reads the value of an entry as the setting's kind.
fn value(setting: &Setting, entry: &TomlEntry) -> Result<SettingValue, Diagnostic> {
    match (setting.kind, entry.value()) {
        (ValueKind::Text, _) => Ok(SettingValue::Single(entry.text()?.to_owned())),
        (ValueKind::Number, Written::Integer(number)) => Ok(SettingValue::Single(number.to_string())),
        (ValueKind::Number, Written::Number(text) | Written::Text(text)) => Ok(SettingValue::Single(text.clone())),
        (ValueKind::Number, _) => Err(entry.type_error(setting.syntax)),
        (ValueKind::Switch, _) => Ok(SettingValue::Single(entry.boolean()?.to_string())),
        (ValueKind::Words | ValueKind::Lines, _) => {
            Ok(SettingValue::List(entry.texts()?.into_iter().map(ToOwned::to_owned).collect()))
        }
    }
}
