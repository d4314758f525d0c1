//! What stands in a settings file.

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

/// A settings file while it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ParseContext<'a> {
    /// The file, as it is told.
    pub(super) path: &'a str,
    /// The themes it may name.
    pub(super) themes: &'a ThemeRegistry,
}

/// A settings file that has been read.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// What it sets for everything.
    pub(super) said: Vec<Assignment>,
    /// The servers, in their order.
    pub(super) servers: Vec<ServerSection>,
    /// The keys it binds.
    pub(super) keys: Keymap,
    /// All that is wrong with it, in its order. Then the rest of this is what could be made of it.
    pub(super) mistakes: Vec<Diagnostic>,
}

impl Document {
    /// Reads the file.
    pub(super) fn read(reading: ParseContext<'_>, bytes: &[u8]) -> Self {
        let text = match utf8(bytes) {
            Ok(text) => text,
            Err(mistake) => return Self { mistakes: vec![mistake], ..Self::default() },
        };
        let (table, unread) = SpannedTable::parse_lenient(text);
        let mut document = Self::default();
        for entry in table.entries() {
            document.take(reading, entry);
        }
        if unread.is_empty() {
            document.mistakes.extend(servers::duplicates(&document.servers));
        } else {
            // The address may be in a line that could not be read.
            document.mistakes.retain(|mistake| !mistake.message.starts_with(servers::NO_ADDRESS));
        }
        let lost = skipped_lines(text, &unread);
        document.mistakes.retain(|mistake| !lost.iter().any(|lines| lines.contains(&mistake.place.line)));
        document.mistakes = merge_sorted(unread, std::mem::take(&mut document.mistakes));
        document
    }

    fn take(&mut self, reading: ParseContext<'_>, entry: &TomlEntry) {
        match entry.name() {
            "servers" => servers::read(reading, entry, &mut self.servers, &mut self.mistakes),
            "keys" => match keys::keys(entry) {
                Ok(keys) => self.keys = keys,
                Err(mistakes) => self.mistakes.extend(mistakes),
            },
            _ => match assignments(reading, entry, Scope::Global) {
                Ok(said) => self.said.push(said),
                Err(mistake) => self.mistakes.push(mistake),
            },
        }
    }
}

/// The lines below the head of a section that could not be read: it is not known what they belong to.
fn skipped_lines(text: &str, unread: &[Diagnostic]) -> Vec<Range<usize>> {
    let is_head = |line: &str| line.trim_start().starts_with('[');
    let heads: Vec<usize> =
        text.split('\n').enumerate().filter(|(_, line)| is_head(line)).map(|(index, _)| index + 1).collect();
    let unread = unread.iter().map(|mistake| mistake.place.line).filter(|line| heads.contains(line));
    let next = |line| heads.iter().copied().find(|head| *head > line).unwrap_or(usize::MAX);
    unread.map(|line| line..next(line)).collect()
}

/// Names at the top of the file that are no settings.
const SECTION_NAMES: [&str; 2] = ["servers", "keys"];

/// What an entry sets; in a server's section only what a server can have of its own.
pub(super) fn assignments(
    reading: ParseContext<'_>,
    entry: &TomlEntry,
    scope: Scope,
) -> Result<Assignment, Diagnostic> {
    let Some(setting) = find(entry.name()).filter(|setting| setting.name == entry.name()) else {
        return Err(unknown(entry, scope));
    };
    if scope == Scope::PerServer && setting.scope == Scope::Global {
        let says = format!("{} is the same for all servers: write it above the first section.", setting.name);
        return Err(entry.key_error(says));
    }
    if scope == Scope::Global && setting.scope == Scope::OneServer {
        return Err(entry.key_error(for_one_server(setting.name)));
    }
    let value = value(setting, entry)?;
    let origin = Origin::File { path: reading.path.to_owned(), line: entry.place().line };
    let said = Assignment::new(setting, value, origin).map_err(|says| entry.value_error(says))?;
    if setting.name == THEME {
        themes::check(reading.themes, entry, &said.value)?;
    }
    Ok(said)
}

/// Why a setting cannot stand where it would count for every server.
pub(super) fn for_one_server(name: &str) -> String {
    format!("{name} is for one server alone: write it below its [servers.NAME].")
}

/// A name that there is not.
fn unknown(entry: &TomlEntry, scope: Scope) -> Diagnostic {
    let ours = SETTINGS.iter().filter(|setting| scope == Scope::Global || setting.is_per_tab());
    let parts: &[&str] = if scope == Scope::Global { &SECTION_NAMES } else { &["address"] };
    let names: Vec<&str> = ours.map(|setting| setting.name).chain(parts.iter().copied()).collect();
    let is_near = suggest(entry.name(), names.iter().copied()).is_some();
    let name = entry.name().escape_debug();
    match (entry.value(), scope) {
        (Written::Table(_), Scope::Global) if !is_near => {
            entry.key_error(format!("There is no section {name}. A server is written [servers.{name}]."))
        }
        (Written::Table(_), Scope::PerServer) => entry.key_error(format!(
            "A server has no sections, as {name} would be one. A name with a dot stands in quotes: [servers.\"pi.local\"]."
        )),
        _ => entry.unknown(names),
    }
}

/// What is written there, as the setting takes it.
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
