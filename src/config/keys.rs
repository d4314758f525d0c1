//! Reads the section `[keys]`, which binds keys to actions.

use crate::app::keys::{BindingError, BindingPart, BindingRequest, Keymap};
use crate::config::toml::{Diagnostic, TomlEntry};

/// Reads the key bindings of the section.
///
/// # Errors
/// Returns all errors of the section in the order of the file; never an empty list.
pub(super) fn read(entry: &TomlEntry) -> Result<Keymap, Vec<Diagnostic>> {
    let table = entry.table().map_err(|error| vec![error])?;
    let (mut bindings, mut errors): (Vec<(&TomlEntry, BindingRequest<'_>)>, _) = (Vec::new(), Vec::new());
    for entry in table.entries() {
        match entry.text() {
            Ok(action) => bindings.push((entry, (entry.name(), action))),
            Err(error) => errors.push(error),
        }
    }
    let requests: Vec<BindingRequest<'_>> = bindings.iter().map(|(_, request)| *request).collect();
    match Keymap::with(&requests) {
        Ok(keymap) if errors.is_empty() => return Ok(keymap),
        Ok(_) => {}
        Err(rejected) => errors.extend(rejected.into_iter().filter_map(|error| binding_diagnostic(error, &bindings))),
    }
    errors.sort_by_key(|error| error.position);
    Err(errors)
}

/// Adds the position in the file to an error of a binding.
fn binding_diagnostic(error: BindingError, bindings: &[(&TomlEntry, BindingRequest<'_>)]) -> Option<Diagnostic> {
    let (entry, _) = bindings.get(error.request)?;
    Some(match error.part {
        BindingPart::Keys => entry.key_error(error.message),
        BindingPart::Name => entry.value_error(error.message),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Action;
    use crate::app::keys::Chord;
    use crate::config::toml::SpannedTable;

    fn read_section(text: &str) -> Result<Keymap, Vec<String>> {
        let table = SpannedTable::parse(text).unwrap();
        let messages = |errors: Vec<Diagnostic>| errors.iter().map(ToString::to_string).collect();
        read(table.get("keys").unwrap()).map_err(messages)
    }

    #[test]
    fn the_section_binds_keys() {
        let keymap =
            read_section("[keys]\n\"Ctrl-O\" = \"history-back\"\nF9 = 'none'\n\"C-x C-f\" = 'search'").unwrap();
        assert_eq!(keymap.action(Chord::parse("Ctrl-O").unwrap()), Some(Action::HistoryPrevMatching));
        assert_eq!(keymap.keys_of(Action::Search), ["Ctrl-F", "Ctrl-S", "Ctrl-X Ctrl-F"]);
        assert_eq!(read_section("[keys]"), Ok(Keymap::default()));
    }

    #[test]
    fn every_error_has_its_position() {
        for (line, message) in [
            ("F9 = 'hlep'", "line 2, column 6: There is no action hlep. Did you mean help?"),
            ("'Ctrl-I' = 'help'", "line 2, column 1: Terminals cannot distinguish Ctrl-I from Tab: write Tab."),
            ("F5 = 'help'\nf5 = 'redraw'", "line 3, column 1: F5 is already bound, as \"F5\"."),
            ("F5 = true\n", "line 2, column 6: keys.F5 must be text in quotes, not true or false."),
        ] {
            assert_eq!(read_section(&format!("[keys]\n{line}")), Err(vec![message.to_owned()]));
        }
        let all = read_section("[keys]\nF5 = 1\nF6 = 'fly'\nF77 = 'help'").unwrap_err();
        let lines: Vec<_> = all.iter().map(|message| message.split(',').next().unwrap()).collect();
        assert_eq!(lines, ["line 2", "line 3", "line 4"]);
    }
}
