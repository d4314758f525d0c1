//! File names, once somebody has said what is in a folder.

use super::{Candidate, MAX_CANDIDATES};

/// The folder a path leads into, with the sign behind it, as it was typed; empty for the one the program runs in.
pub(in crate::app) fn folder_of(path: &str) -> &str {
    path.get(..path.len() - name_of(path).len()).unwrap_or_default()
}

/// What is typed of the name in it.
fn name_of(path: &str) -> &str {
    path.rsplit(std::path::is_separator).next().unwrap_or_default()
}

/// Those names in the folder of `path` that it can be meant for. A hidden one only if its dot is typed. Folders have `/`
/// behind them, so that the next key goes on inside. What begins with one of the `words` that may stand before a file
/// would be taken for that word.
pub(in crate::app) fn files(path: &str, words: &[&str], names: &[String]) -> Vec<Candidate> {
    let (folder, typed) = (folder_of(path), name_of(path));
    if path == "~" {
        return Candidate::new("~/", "", "your folder").into_iter().collect();
    }
    let is_meant = |name: &&String| name_has_prefix(name, typed) && (!name.starts_with('.') || typed.starts_with('.'));
    let is_word = |name: &str| name.split_whitespace().next().is_some_and(|first| words.contains(&first));
    // The line is trimmed when it is read, at both ends.
    let is_itself = |path: &String| path.trim().len() == path.len() && !is_word(path);
    let fit = names.iter().filter(is_meant).filter_map(|name| {
        let path = Some(format!("{folder}{name}")).filter(is_itself)?;
        let says = if name.ends_with('/') { "folder" } else { "" };
        Some(Candidate::new(&path, "", says)?.shown_as(name.clone()))
    });
    fit.take(MAX_CANDIDATES).collect()
}

/// Whether a name begins with what is typed, as the system's files are told apart.
fn name_has_prefix(name: &str, typed: &str) -> bool {
    if cfg!(windows) { super::begins(name, typed) } else { name.starts_with(typed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_all_up_to_the_last_slash() {
        for (path, folder) in [
            ("", ""),
            ("no", ""),
            ("~/no", "~/"),
            ("/", "/"),
            ("/etc/pass", "/etc/"),
            ("a b/c d", "a b/"),
            ("a/", "a/"),
        ] {
            assert_eq!(folder_of(path), folder, "{path}");
        }
    }

    #[test]
    fn names_are_offered_as_they_can_be_typed() {
        let names: Vec<String> = [
            ".ssh/",
            "Notes.txt",
            "new\nline",
            "night \u{202e}txt",
            "no\u{1b}[2J",
            "nö.txt",
            "notes 2.txt",
            "now/",
            "nx ",
            " x",
        ]
        .map(str::to_owned)
        .into();
        let offered = |path| -> Vec<String> { files(path, &[], &names).into_iter().map(|one| one.text).collect() };
        assert_eq!(offered("n"), ["nö.txt", "notes 2.txt", "now/"]);
        assert_eq!(offered("/tmp/notes "), ["/tmp/notes 2.txt"]);
        assert_eq!(offered("./."), ["./.ssh/"]);
        assert_eq!(offered(""), ["Notes.txt", "nö.txt", "notes 2.txt", "now/"]);
        assert_eq!(offered("~"), ["~/"]);
        assert_eq!(offered("./ "), ["./ x"]);
        assert_eq!(files("/tmp/now", &[], &names)[0].label, "now/");
    }
}
