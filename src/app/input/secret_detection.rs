//! Finds text that was probably meant for `/secret`.
//!
//! `/secret` is the one command whose misspelling matters: as text, the password behind it would reach the server, the
//! screen, the logs and the history. Detection errs on the side of a question, which costs one key.

use crate::app::commands::table::COMMANDS;
use crate::text::is_invisible;
use memchr::{memchr_iter, memchr2_iter, memmem};
use strsim::osa_distance;
use unicode_normalization::UnicodeNormalization as _;

/// The name of the command, without the slash.
const WORD: &str = "secret";

/// The full-width slash.
const FULLWIDTH_SLASH: &str = "\u{ff0f}";

/// Characters typed for a slash, with or without Shift on the keyboards of several countries.
const MISTYPED_SLASHES: [char; 5] = ['/', '\\', '?', '7', ':'];

/// Length in characters of the longest word that is compared, invisible ones included.
const MAX_WORD_CHARS: usize = 32;

/// Edits (insert, delete, replace, swap) within which a command word counts as a misspelled `secret`.
const MAX_TYPOS: usize = 2;

/// Returns the argument of `/secret`, if the line is that command. Leading whitespace and case make no difference.
pub fn hidden_argument(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('/').filter(|_| !line.contains('\n'))?;
    let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    word.eq_ignore_ascii_case(WORD).then_some(argument)
}

/// Returns whether `text` may hold a secret: it contains `/secret`, or one of its lines begins with a misspelling of it.
///
/// Case, full-width letters and invisible characters make no difference.
pub fn may_hold_secret(text: &str) -> bool {
    // The text may have a megabyte in one line, or a million lines, so lines are not read to their ends.
    let starts = std::iter::once(0).chain(memchr2_iter(b'\n', b'\r', text.as_bytes()).map(|end| end + 1));
    contains_command(text) || starts.filter_map(|start| text.get(start..)).any(begins_with_typo)
}

fn contains_command(text: &str) -> bool {
    let slashes = memchr_iter(b'/', text.as_bytes()).chain(memmem::find_iter(text.as_bytes(), FULLWIDTH_SLASH));
    slashes.filter_map(|at| text.get(at..)).any(|rest| {
        // Compared character by character: a normalized copy of the text would leave the secret in memory.
        let mut letters = rest.nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).skip(1);
        WORD.chars().all(|letter| letters.next() == Some(letter))
    })
}

/// Returns whether the first line is a slash or a mistyped one, a word similar to `secret`, and an argument.
fn begins_with_typo(text: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() && !matches!(c, '\n' | '\r');
    let line = text.trim_start_matches(|c: char| is_blank(c) || is_invisible(c));
    if !line.nfkc().next().is_some_and(|c| MISTYPED_SLASHES.contains(&c)) {
        return false;
    }
    let end = line.char_indices().take(MAX_WORD_CHARS + 1).find(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    let Some((word, argument)) = end.and_then(|end| line.split_at_checked(end)) else { return false };
    let has_argument = argument.trim_start_matches(is_blank).starts_with(|c: char| !c.is_whitespace());
    let word: String = word.nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).collect();
    let name = word.trim_start_matches(MISTYPED_SLASHES);
    has_argument
        && COMMANDS.iter().all(|command| command.name == WORD || command.name != name)
        && osa_distance(name, WORD) <= MAX_TYPOS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn leading_whitespace_and_case_make_no_difference() {
        for (line, argument) in [
            ("/secret", ""),
            ("/secret hunter2", "hunter2"),
            (" /secret hunter2", "hunter2"),
            ("\t\u{3000}/secret  a b ", " a b "),
            ("/SECRET hunter2", "hunter2"),
            ("/Secret\thunter2", "hunter2"),
            ("/secret\u{a0}hunter2", "hunter2"),
        ] {
            assert_eq!(hidden_argument(line), Some(argument), "{line:?}");
        }
        for line in ["//secret x", "/secrets x", "secret x", "a /secret x", "/secret x\n", "", "/"] {
            assert_eq!(hidden_argument(line), None, "{line:?}");
        }
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_found() {
        for text in [
            "//secret hunter2",
            "///SECRET hunter2",
            "x/secret hunter2",
            "hello /secret hunter2",
            "/secrethunter2",
            "/secret=hunter2",
            "hello\n/secret hunter2",
            "hello\r/secret hunter2",
            "\u{ff0f}secret hunter2",
            "/\u{ff53}\u{ff45}\u{ff43}\u{ff52}\u{ff45}\u{ff54} hunter2",
            "/sec\u{200b}ret hunter2",
            "/s/secret",
            "/secrt hunter2",
            " /Secert\thunter2",
            "hello\n/secre hunter2",
            "\\secret hunter2",
            "7secret hunter2",
            "?secret hunter2",
            "/sekrit hunter2",
        ] {
            assert!(may_hold_secret(text), "{text:?}");
        }
    }

    #[test]
    fn ordinary_lines_hold_no_secret() {
        for text in [
            "",
            "/",
            "//",
            "secret",
            "a secret is out",
            "/msg bob a secret",
            "/secrt",
            "/set nick bob",
            "/select 3",
            "/search x",
            "/server pi",
            "/sec/ret",
            "//nick bob",
            "7 secrets",
        ] {
            assert!(!may_hold_secret(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_command_is_found_anywhere_in_a_text(before in "(?s).{0,20}", slashes in 1..5_usize, after in "(?s).{0,20}") {
            let text = format!("{before}{}sEcReT{after}", "/".repeat(slashes));
            // A combining mark would change the last letter.
            prop_assume!(!after.starts_with(|c: char| combines(c)));
            prop_assert!(may_hold_secret(&text), "{text:?}");
        }

        #[test]
        fn every_secret_command_may_hold_a_secret(line in "[ \t]{0,2}/[sS]ecret( .{0,9})?") {
            prop_assume!(hidden_argument(&line).is_some());
            prop_assert!(may_hold_secret(&line));
        }
    }

    /// Returns whether `c` combines with a letter before it.
    fn combines(c: char) -> bool {
        let pair = format!("T{c}");
        !pair.nfkc().collect::<String>().starts_with('T')
    }
}
