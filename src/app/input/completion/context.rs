//! The word to be completed and the kind of its candidates.

use crate::app::commands::table::{ArgumentKind, COMMANDS};
use crate::app::settings;

/// The word to be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct CompletionContext<'a> {
    /// Byte offset of the word in the draft.
    pub(in crate::app) start: usize,
    /// The word up to the cursor.
    pub(in crate::app) typed: &'a str,
    /// The kind of candidates for it.
    pub(in crate::app) what: CompletionKind,
}

/// The kind of candidates for a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum CompletionKind {
    /// Commands, slash included.
    Command,
    /// These names.
    Name(&'static [&'static str]),
    /// Files, and these words that may precede a file.
    File(&'static [&'static str]),
    /// Names of themes.
    Theme,
    /// Names of servers, and addresses.
    Address,
    /// Names of settings.
    Setting,
    /// Nicknames and other recent words.
    Word,
    /// No candidates: any text is possible.
    None,
}

/// Returns the word left of the cursor, which is a byte offset in the draft.
pub(in crate::app) fn context_at(draft: &str, cursor: usize) -> CompletionContext<'_> {
    let left = draft.get(..cursor).unwrap_or_default();
    let (typed, what) = of_command(draft, left).unwrap_or_else(|| (word(left), CompletionKind::Word));
    CompletionContext { start: left.len() - typed.len(), typed, what }
}

/// Returns the text after the last whitespace.
fn word(left: &str) -> &str {
    left.rsplit(char::is_whitespace).next().unwrap_or_default()
}

/// Returns the word at the end of `left` if the draft is a command, parsed like
/// [`crate::app::commands::table::parse`] does.
fn of_command<'a>(draft: &str, left: &'a str) -> Option<(&'a str, CompletionKind)> {
    let rest = left.strip_prefix('/').filter(|_| !draft.starts_with("//") && !draft.contains('\n'))?;
    let Some((name, arguments)) = rest.split_once(char::is_whitespace) else {
        return Some((left, CompletionKind::Command));
    };
    let command = COMMANDS.iter().find(|command| command.name == name)?;
    let typed = arguments.trim_start();
    let first = typed.split_once(char::is_whitespace);
    Some(match (command.takes, first) {
        (ArgumentKind::Names(names), None) => (typed, CompletionKind::Name(names)),
        (ArgumentKind::Theme, None) => (typed, CompletionKind::Theme),
        (ArgumentKind::Address, _) => (typed, CompletionKind::Address),
        (ArgumentKind::Setting, None) => (typed, CompletionKind::Setting),
        (ArgumentKind::Setting, Some((name, value))) => match settings::find(name) {
            Some(setting) => (value.trim_start(), CompletionKind::Name(setting.choices)),
            None => (word(left), CompletionKind::None),
        },
        (ArgumentKind::File(formats), None) => (typed, CompletionKind::File(formats)),
        // The file name is the rest of the line, spaces included, with or without a format before it.
        (ArgumentKind::File(formats), Some((word, path))) if formats.contains(&word) => {
            (path.trim_start(), CompletionKind::File(&[]))
        }
        (ArgumentKind::File(_), Some(_)) => (typed, CompletionKind::File(&[])),
        (ArgumentKind::Nothing, _) | (ArgumentKind::Names(_) | ArgumentKind::Theme, Some(_)) => {
            (word(left), CompletionKind::None)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_word_left_of_the_cursor_is_completed() {
        let views = &["text", "escaped", "hex"];
        let formats = &["text", "escaped", "jsonl"];
        for (drawn, typed, what) in [
            ("|", "", CompletionKind::Word),
            ("an|", "an", CompletionKind::Word),
            ("an|na", "an", CompletionKind::Word),
            ("hello @an| x", "@an", CompletionKind::Word),
            ("hello\n/vi|", "/vi", CompletionKind::Word),
            ("/|", "/", CompletionKind::Command),
            ("/vi|", "/vi", CompletionKind::Command),
            ("/v|iew hex", "/v", CompletionKind::Command),
            ("/vi|\nx", "/vi", CompletionKind::Word),
            ("//vi|", "//vi", CompletionKind::Word),
            ("/|/vi", "/", CompletionKind::Word),
            ("/ vi|", "vi", CompletionKind::Word),
            ("/view |", "", CompletionKind::Name(views)),
            ("/view   h|", "h", CompletionKind::Name(views)),
            ("/view\th|", "h", CompletionKind::Name(views)),
            ("/view hex |", "", CompletionKind::None),
            ("/nick an|", "an", CompletionKind::None),
            ("/close x|", "x", CompletionKind::None),
            ("/names an|", "an", CompletionKind::Word),
            ("/connect lab 4|", "lab 4", CompletionKind::Address),
            ("/save |", "", CompletionKind::File(formats)),
            ("/save te|", "te", CompletionKind::File(formats)),
            ("/save text ~/my n|", "~/my n", CompletionKind::File(&[])),
            ("/save my n|", "my n", CompletionKind::File(&[])),
        ] {
            let (left, right) = drawn.split_once('|').unwrap();
            let context = context_between(left, right);
            assert_eq!((context.1.as_str(), context.2), (typed, what), "{drawn}");
            assert_eq!(context.0 + typed.len(), left.len(), "{drawn}");
        }
    }

    fn context_between(left: &str, right: &str) -> (usize, String, CompletionKind) {
        let draft = format!("{left}{right}");
        let context = context_at(&draft, left.len());
        (context.start, context.typed.to_owned(), context.what)
    }

    proptest! {
        #[test]
        fn the_completed_word_ends_at_the_cursor(
            left in "(/|save|view|connect| |\n|\u{3000}|~|é|\u{301}|.){0,12}", right in "(/|x|\n){0,3}",
        ) {
            let (start, typed, _) = context_between(&left, &right);
            prop_assert_eq!(left.get(start..), Some(typed.as_str()));
        }
    }
}
