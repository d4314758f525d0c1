//! Reads the servers of a settings file, such as `[servers.pi]`.
//!
//! A server's name can be used in place of an address and takes precedence: with a `[servers.pi]`, `netchat-tui pi` is that
//! server, even if the network has a host called pi. `pi:12345` or `pi 12345` is the host.

use super::Assignment;
use super::document::{ParseContext, parse_assignment};
use crate::app::settings::Scope;
use crate::config::toml::{Diagnostic, SourcePosition, TomlEntry, TomlValue};
use crate::link::Endpoint;

/// Names that a server cannot have, because the command line reads them as commands.
pub const RESERVED: [&str; 6] = ["host", "serve", "config", "completions", "man", "replay"];

/// A section `[servers.NAME]`.
#[derive(Debug)]
pub(super) struct ServerSection {
    pub(super) name: String,
    /// Position of the section's header.
    pub(super) position: SourcePosition,
    pub(super) endpoint: Endpoint,
    pub(super) assignments: Vec<Assignment>,
}

/// First words of the error for a section without an address.
pub(super) const NO_ADDRESS: &str = "Missing address for ";

/// Reads all servers and adds them and their errors to the lists.
pub(super) fn read(
    context: ParseContext<'_>,
    entry: &TomlEntry,
    sections: &mut Vec<ServerSection>,
    errors: &mut Vec<Diagnostic>,
) {
    let Ok(servers) = entry.table() else {
        errors.push(entry.key_error("Each server needs its own section with its name: [servers.NAME]."));
        return;
    };
    for server in servers.entries() {
        if let Some(message) = invalid_name(server.name()) {
            errors.push(server.key_error(message));
        }
        sections.extend(section(context, server, errors));
    }
}

fn section(context: ParseContext<'_>, server: &TomlEntry, errors: &mut Vec<Diagnostic>) -> Option<ServerSection> {
    let table = server.table().map_err(|error| errors.push(error)).ok()?;
    let mut assignments = Vec::new();
    for entry in table.entries().filter(|entry| entry.name() != "address") {
        match parse_assignment(context, entry, Scope::PerServer) {
            Ok(assignment) => assignments.push(assignment),
            Err(error) => errors.push(error),
        }
    }
    let endpoint = match table.get("address") {
        Some(address) => address
            .text()
            .and_then(|text| Endpoint::parse(text).map_err(|error| address.value_error(error.to_string()))),
        // A name with a dot and no quotes, which has been reported above.
        None if table.entries().any(|entry| matches!(entry.value(), TomlValue::Table(_))) => return None,
        None => {
            Err(server.key_error(format!("{NO_ADDRESS}{}: add address = \"HOST:PORT\".", server.name().escape_debug())))
        }
    };
    let endpoint = endpoint.map_err(|error| errors.push(error)).ok()?;
    Some(ServerSection { name: server.name().to_owned(), position: server.position(), endpoint, assignments })
}

/// Returns the error for a name that a server cannot have.
fn invalid_name(name: &str) -> Option<String> {
    let shown = name.escape_debug();
    if RESERVED.contains(&name.to_lowercase().as_str()) {
        return Some(format!("A server cannot be named {shown}: netchat-tui {shown} is a command."));
    }
    let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    // A valid host is one word without invisible characters.
    let is_word = Endpoint::new(name, 1).is_ok() && !name.contains(':') && !name.starts_with('-');
    (is_number || !is_word)
        .then(|| format!("A server cannot be named \"{shown}\": use letters, digits, - and _, and not only digits."))
}

/// Returns an error for each section whose name differs from an earlier one only in case and could not be reached.
pub(super) fn duplicates(sections: &[ServerSection]) -> Vec<Diagnostic> {
    let lower: Vec<String> = sections.iter().map(|section| section.name.to_lowercase()).collect();
    let duplicates = sections.iter().zip(&lower).filter_map(|(section, name)| {
        let (first, _) = sections.iter().zip(&lower).find(|(_, other)| *other == name)?;
        Some((section, first)).filter(|_| section.position != first.position)
    });
    let errors = duplicates.map(|(section, first)| Diagnostic {
        position: section.position,
        key: format!("servers.{}", section.name),
        message: format!("{} and {} differ only in case. Rename one of them.", first.name, section.name),
    });
    errors.collect()
}
