//! How comments begin.

use super::source::rust_files;

/// Openings that leave the subject out or say nothing.
const POOR_OPENINGS: &[&str] = &["What ", "Who ", "Whoever ", "The same", "See the module"];

/// The first words of each comment in a file, with their line. Lines of a comment that is under way do not count.
fn openings(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut is_inside = false;
    for (line, content) in text.lines().enumerate() {
        let content = content.trim_start();
        let comment =
            ["//!", "///", "//"].into_iter().find_map(|start| content.strip_prefix(start)).map(str::trim_start);
        if let Some(comment) = comment.filter(|_| !is_inside) {
            found.push((line + 1, comment));
        }
        // An empty comment line ends a paragraph.
        is_inside = comment.is_some_and(|comment| !comment.is_empty());
    }
    found
}

#[test]
fn comments_begin_with_their_subject() {
    let mut poor = Vec::new();
    for folder in ["src", "tests", "benches", "fuzz/fuzz_targets", "examples"] {
        for (path, text) in rust_files(folder) {
            let lines = openings(&text)
                .into_iter()
                .filter(|(_, words)| POOR_OPENINGS.iter().any(|poor| words.starts_with(poor)));
            poor.extend(lines.map(|(line, words)| format!("{folder}/{path}:{line}: {words}")));
        }
    }
    assert!(poor.is_empty(), "{} comments begin so:\n{}", poor.len(), poor.join("\n"));
}

#[test]
fn docs_have_more_than_one_word() {
    let mut short = Vec::new();
    for (path, text) in rust_files("src") {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let is_single = |at: usize| lines.get(at).is_none_or(|line| !line.starts_with("///"));
            let words = line.strip_prefix("/// ").map(|words| words.split_whitespace().count());
            if words == Some(1) && is_single(at.wrapping_sub(1)) && is_single(at + 1) {
                short.push(format!("src/{path}:{}: {line}", at + 1));
            }
        }
    }
    assert!(short.is_empty(), "{} docs of one word:\n{}", short.len(), short.join("\n"));
}

#[test]
fn openings_are_found_at_the_start_of_a_comment_only() {
    let text = "/// What it is.\n/// What follows.\n///\n/// What again.\nfn f() {} // What\n//! Who\n";
    assert_eq!(openings(text), [(1, "What it is."), (4, "What again."), (6, "Who")]);
}
