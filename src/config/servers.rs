//! The servers of a settings file: `[servers.pi]`.
//!
//! A server's name goes where an address goes, and comes first there: with a `[servers.pi]`, `netchat-tui pi` is that
//! server, even if the network has a host called pi. `pi:12345` or `pi 12345` is the host.

use super::Assignment;
use super::document::{ParseContext, assignments};
use crate::app::settings::Scope;
use crate::config::toml::{Diagnostic, SourcePosition, TomlEntry, TomlValue};
use crate::link::Endpoint;

/// Words that mean something else on the command line, so that a server of this name could not be reached.
pub const RESERVED: [&str; 6] = ["host", "serve", "config", "completions", "man", "replay"];

/// A server's part of the file.
#[derive(Debug)]
pub(super) struct ServerSection {
    pub(super) name: String,
    /// Where it begins.
    pub(super) place: SourcePosition,
    pub(super) endpoint: Endpoint,
    pub(super) said: Vec<Assignment>,
}

/// What a section without an address is told, to begin with.
pub(super) const NO_ADDRESS: &str = "There is no address for ";

/// Reads all servers.
pub(super) fn read(
    reading: ParseContext<'_>,
    entry: &TomlEntry,
    sections: &mut Vec<ServerSection>,
    mistakes: &mut Vec<Diagnostic>,
) {
    let Ok(servers) = entry.table() else {
        mistakes.push(entry.key_error("Each server is a section of its own, with its name: [servers.NAME]."));
        return;
    };
    for server in servers.entries() {
        if let Some(says) = invalid_name(server.name()) {
            mistakes.push(server.key_error(says));
        }
        sections.extend(section(reading, server, mistakes));
    }
}

fn section(reading: ParseContext<'_>, server: &TomlEntry, mistakes: &mut Vec<Diagnostic>) -> Option<ServerSection> {
    let table = server.table().map_err(|mistake| mistakes.push(mistake)).ok()?;
    let mut all = Vec::new();
    for entry in table.entries().filter(|entry| entry.name() != "address") {
        match assignments(reading, entry, Scope::PerServer) {
            Ok(said) => all.push(said),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    let endpoint = match table.get("address") {
        Some(address) => address
            .text()
            .and_then(|text| Endpoint::parse(text).map_err(|error| address.value_error(error.to_string()))),
        // Half of a name with a dot, which has been told.
        None if table.entries().any(|entry| matches!(entry.value(), TomlValue::Table(_))) => return None,
        None => Err(server
            .key_error(format!("{NO_ADDRESS}{}: add address = \"HOST:PORT\" below.", server.name().escape_debug()))),
    };
    let endpoint = endpoint.map_err(|mistake| mistakes.push(mistake)).ok()?;
    Some(ServerSection { name: server.name().to_owned(), place: server.place(), endpoint, said: all })
}

/// Why this cannot be a server's name.
fn invalid_name(name: &str) -> Option<String> {
    let shown = name.escape_debug();
    if RESERVED.contains(&name.to_lowercase().as_str()) {
        return Some(format!("A server cannot be called {shown}: netchat-tui {shown} means something else."));
    }
    let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    // What could be a host is one word that hides nothing.
    let is_word = Endpoint::new(name, 1).is_ok() && !name.contains(':') && !name.starts_with('-');
    (is_number || !is_word).then(|| {
        format!("A server cannot be called \"{shown}\": a name is one word of letters, digits, - and _, and no number.")
    })
}

/// Names that differ in capitals only: the later ones could not be reached.
pub(super) fn duplicates(sections: &[ServerSection]) -> Vec<Diagnostic> {
    let lower: Vec<String> = sections.iter().map(|section| section.name.to_lowercase()).collect();
    let again = sections.iter().zip(&lower).filter_map(|(section, name)| {
        let (first, _) = sections.iter().zip(&lower).find(|(_, one)| *one == name)?;
        Some((section, first)).filter(|_| section.place != first.place)
    });
    let told = again.map(|(section, first)| Diagnostic {
        place: section.place,
        key: format!("servers.{}", section.name),
        message: format!("{} and {} are one name: capitals make no difference.", first.name, section.name),
    });
    told.collect()
}
