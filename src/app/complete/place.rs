//! What is being completed, as far as the draft says so.

use crate::app::command::{COMMANDS, Takes};
use crate::app::settings;

/// What is to be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct Place<'a> {
    /// Where in the draft it begins, in bytes.
    pub(in crate::app) start: usize,
    /// It itself, up to the cursor.
    pub(in crate::app) typed: &'a str,
    /// Of what kind it is.
    pub(in crate::app) what: What,
}

/// What can stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum What {
    /// One of our commands, slash included.
    Command,
    /// One of these.
    Name(&'static [&'static str]),
    /// A file, or one of these before it.
    File(&'static [&'static str]),
    /// A theme.
    Theme,
    /// Where to connect to.
    Address,
    /// A setting.
    Setting,
    /// A nickname, or any other word.
    Word,
    /// What nobody knows beforehand.
    Free,
}

/// What stands left of the cursor, which is a byte offset into the draft.
pub(in crate::app) fn place(draft: &str, cursor: usize) -> Place<'_> {
    let left = draft.get(..cursor).unwrap_or_default();
    let (typed, what) = of_command(draft, left).unwrap_or_else(|| (word(left), What::Word));
    Place { start: left.len() - typed.len(), typed, what }
}

/// From the last blank on.
fn word(left: &str) -> &str {
    left.rsplit(char::is_whitespace).next().unwrap_or_default()
}

/// The part of one of our commands that `left` ends with. Read as [`crate::app::command::parse`] will read it.
fn of_command<'a>(draft: &str, left: &'a str) -> Option<(&'a str, What)> {
    let rest = left.strip_prefix('/').filter(|_| !draft.starts_with("//") && !draft.contains('\n'))?;
    let Some((name, arguments)) = rest.split_once(char::is_whitespace) else { return Some((left, What::Command)) };
    let command = COMMANDS.iter().find(|command| command.name == name)?;
    let typed = arguments.trim_start();
    let first = typed.split_once(char::is_whitespace);
    Some(match (command.takes, first) {
        (Takes::Names(names), None) => (typed, What::Name(names)),
        (Takes::Theme, None) => (typed, What::Theme),
        (Takes::Address, _) => (typed, What::Address),
        (Takes::Setting, None) => (typed, What::Setting),
        (Takes::Setting, Some((name, value))) => match settings::find(name) {
            Some(setting) => (value.trim_start(), What::Name(setting.words)),
            None => (word(left), What::Free),
        },
        (Takes::File(formats), None) => (typed, What::File(formats)),
        // Behind a format the rest of the line is the file, blanks and all; so it is without one.
        (Takes::File(formats), Some((word, path))) if formats.contains(&word) => (path.trim_start(), What::File(&[])),
        (Takes::File(_), Some(_)) => (typed, What::File(&[])),
        (Takes::Nothing, _) | (Takes::Names(_) | Takes::Theme, Some(_)) => (word(left), What::Free),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_stands_left_of_the_cursor_is_what_is_completed() {
        let views = &["text", "escaped", "hex"];
        let formats = &["text", "escaped", "jsonl"];
        for (drawn, typed, what) in [
            ("|", "", What::Word),
            ("an|", "an", What::Word),
            ("an|na", "an", What::Word),
            ("hello @an| x", "@an", What::Word),
            ("hello\n/vi|", "/vi", What::Word),
            ("/|", "/", What::Command),
            ("/vi|", "/vi", What::Command),
            ("/v|iew hex", "/v", What::Command),
            ("/vi|\nx", "/vi", What::Word),
            ("//vi|", "//vi", What::Word),
            ("/|/vi", "/", What::Word),
            ("/ vi|", "vi", What::Word),
            ("/view |", "", What::Name(views)),
            ("/view   h|", "h", What::Name(views)),
            ("/view\th|", "h", What::Name(views)),
            ("/view hex |", "", What::Free),
            ("/nick an|", "an", What::Free),
            ("/close x|", "x", What::Free),
            ("/names an|", "an", What::Word),
            ("/connect lab 4|", "lab 4", What::Address),
            ("/save |", "", What::File(formats)),
            ("/save te|", "te", What::File(formats)),
            ("/save text ~/my n|", "~/my n", What::File(&[])),
            ("/save my n|", "my n", What::File(&[])),
        ] {
            let (left, right) = drawn.split_once('|').unwrap();
            let place = place_of(left, right);
            assert_eq!((place.1.as_str(), place.2), (typed, what), "{drawn}");
            assert_eq!(place.0 + typed.len(), left.len(), "{drawn}");
        }
    }

    fn place_of(left: &str, right: &str) -> (usize, String, What) {
        let draft = format!("{left}{right}");
        let place = place(&draft, left.len());
        (place.start, place.typed.to_owned(), place.what)
    }

    proptest! {
        #[test]
        fn whatever_the_draft_the_place_ends_at_the_cursor(
            left in "(/|save|view|connect| |\n|\u{3000}|~|é|\u{301}|.){0,12}", right in "(/|x|\n){0,3}",
        ) {
            let (start, typed, _) = place_of(&left, &right);
            prop_assert_eq!(left.get(start..), Some(typed.as_str()));
        }
    }
}
