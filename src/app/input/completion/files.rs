//! Completion of file names, given the contents of a folder.

use super::{Candidate, MAX_CANDIDATES};

/// Returns the folder part of a path as typed, with the separator; empty for the working directory.
pub(in crate::app) fn folder_of(path: &str) -> &str {
    path.get(..path.len() - name_of(path).len()).unwrap_or_default()
}

/// Returns the part of a path after the last separator.
fn name_of(path: &str) -> &str {
    path.rsplit(std::path::is_separator).next().unwrap_or_default()
}

/// Returns the files among `names` that complete `path`. Hidden files are offered only if the dot is typed. Folders end
/// with `/`, so that typing continues inside. Paths that would be parsed as one of `words`, which may precede a file, are
/// left out.
pub(in crate::app) fn files(path: &str, words: &[&str], names: &[String]) -> Vec<Candidate> {
    let (folder, typed) = (folder_of(path), name_of(path));
    if path == "~" {
        return Candidate::new("~/", "", "home folder").into_iter().collect();
    }
    let is_match = |name: &&String| name_has_prefix(name, typed) && (!name.starts_with('.') || typed.starts_with('.'));
    let is_word = |name: &str| name.split_whitespace().next().is_some_and(|first| words.contains(&first));
    // Commands trim their argument.
    let is_unambiguous = |path: &String| path.trim().len() == path.len() && !is_word(path);
    let matches = names.iter().filter(is_match).filter_map(|name| {
        let path = Some(format!("{folder}{name}")).filter(is_unambiguous)?;
        let help = if name.ends_with('/') { "folder" } else { "" };
        Some(Candidate::new(&path, "", help)?.with_label(name.clone()))
    });
    matches.take(MAX_CANDIDATES).collect()
}

/// Returns whether a file name starts with `prefix`. Case is ignored on Windows only.
fn name_has_prefix(name: &str, prefix: &str) -> bool {
    if cfg!(windows) { super::has_prefix(name, prefix) } else { name.starts_with(prefix) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_ends_at_the_last_slash() {
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
    fn only_safe_and_typeable_names_are_offered() {
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
