//! The section `[keys]`: which keys do what.

use crate::app::keys::{BindingError, BindingPart, BindingRequest, Keymap};
use crate::config::toml::{Diagnostic, TomlEntry};

/// Reads the section.
///
/// # Errors
/// All that is wrong with it.
pub(super) fn keys(entry: &TomlEntry) -> Result<Keymap, Vec<Diagnostic>> {
    let table = entry.table().map_err(|mistake| vec![mistake])?;
    let (mut bound, mut mistakes): (Vec<(&TomlEntry, BindingRequest<'_>)>, _) = (Vec::new(), Vec::new());
    for entry in table.entries() {
        match entry.text() {
            Ok(action) => bound.push((entry, (entry.name(), action))),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    let requests: Vec<BindingRequest<'_>> = bound.iter().map(|(_, request)| *request).collect();
    match Keymap::with(&requests) {
        Ok(keymap) if mistakes.is_empty() => return Ok(keymap),
        Ok(_) => {}
        Err(refused) => mistakes.extend(refused.into_iter().filter_map(|refused| binding_diagnostic(refused, &bound))),
    }
    mistakes.sort_by_key(|mistake| mistake.place);
    Err(mistakes)
}

/// What was refused, at its place in the file.
fn binding_diagnostic(refused: BindingError, bound: &[(&TomlEntry, BindingRequest<'_>)]) -> Option<Diagnostic> {
    let (entry, _) = bound.get(refused.request)?;
    Some(match refused.part {
        BindingPart::Keys => entry.key_error(refused.message),
        BindingPart::Name => entry.value_error(refused.message),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Action;
    use crate::app::keys::Chord;
    use crate::config::toml::SpannedTable;

    fn read(text: &str) -> Result<Keymap, Vec<String>> {
        let table = SpannedTable::parse(text).unwrap();
        let told = |mistakes: Vec<Diagnostic>| mistakes.iter().map(ToString::to_string).collect();
        keys(table.get("keys").unwrap()).map_err(told)
    }

    #[test]
    fn keys_do_what_the_section_says() {
        let keymap = read("[keys]\n\"Ctrl-O\" = \"history-back\"\nF9 = 'none'\n\"C-x C-f\" = 'search'").unwrap();
        assert_eq!(keymap.action(Chord::parse("Ctrl-O").unwrap()), Some(Action::HistoryPrevMatching));
        assert_eq!(keymap.keys_of(Action::Search), ["Ctrl-F", "Ctrl-S", "Ctrl-X Ctrl-F"]);
        assert_eq!(read("[keys]"), Ok(Keymap::default()));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        for (line, says) in [
            ("F9 = 'hlep'", "line 2, column 6: There is no action hlep. Did you mean help?"),
            ("'Ctrl-I' = 'help'", "line 2, column 1: Terminals cannot distinguish Ctrl-I from Tab: write Tab."),
            ("F5 = 'help'\nf5 = 'redraw'", "line 3, column 1: F5 is already bound, as \"F5\"."),
            ("F5 = true\n", "line 2, column 6: keys.F5 is text in quotes, not true or false."),
        ] {
            assert_eq!(read(&format!("[keys]\n{line}")), Err(vec![says.to_owned()]));
        }
        let all = read("[keys]\nF5 = 1\nF6 = 'fly'\nF77 = 'help'").unwrap_err();
        let lines: Vec<_> = all.iter().map(|says| says.split(',').next().unwrap()).collect();
        assert_eq!(lines, ["line 2", "line 3", "line 4"]);
    }
}
