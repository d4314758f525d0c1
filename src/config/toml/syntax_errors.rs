//! What is no TOML, in plain words.
//!
//! The parser says what it would have expected; who writes their first settings file wants to hear what to write.

use super::diagnostic::{Diagnostic, quoted};
use super::position::LineIndex;
use toml::de::Error;

/// The mistakes behind the parser's errors: in the order of the file and the first of each line, since others follow
/// from it more often than not.
pub(super) fn diagnostics(text: &str, lines: &LineIndex<'_>, errors: &[Error]) -> Vec<Diagnostic> {
    let mut mistakes: Vec<Diagnostic> = errors.iter().map(|error| mistake(text, lines, error)).collect();
    mistakes.sort_by_key(|mistake| mistake.place);
    mistakes.dedup_by_key(|mistake| mistake.place.line);
    mistakes
}

fn mistake(text: &str, lines: &LineIndex<'_>, error: &Error) -> Diagnostic {
    let span = error.span().unwrap_or_default();
    let (place, line) = (lines.place(span.start), lines.line_at(span.start));
    let (key, is_setting) = key_of(line);
    let at = text.get(span).unwrap_or_default();
    Diagnostic { place, key: key.to_owned(), message: sentence(error.message(), at, line, is_setting.then_some(key)) }
}

/// The key that a line is about, as far as it can be told, and whether it gives it a value.
fn key_of(line: &str) -> (&str, bool) {
    let line = line.trim_start_matches('\u{feff}').trim();
    match line.split_once('=') {
        Some((key, _)) => (key.trim(), true),
        None => (line.trim_matches(['[', ']']), false),
    }
}

fn sentence(message: &str, at: &str, line: &str, key: Option<&str>) -> String {
    // Newer versions of the parser may say it otherwise; then their words are told as they are.
    let about = |part: &str| message.starts_with(part);
    if about("string values must be quoted") {
        unquoted(at, key)
    } else if about("invalid basic string") || about("invalid literal string") || about("invalid multi-line") {
        text_without_end(at, message)
    } else if about("duplicate key") {
        format!("{} is here for the second time: take one of the two away.", quoted(at))
    } else if about("invalid unquoted key") {
        bad_key(at)
    } else if about("missing escaped value") {
        BACKSLASH_HELP.to_owned()
    } else if let Some((_, says)) = MESSAGES.iter().find(|(part, _)| about(part)) {
        (*says).to_owned()
    } else {
        format!("This cannot be read: {}. The line is {}", message.trim_end_matches('.'), quoted(line.trim()))
    }
}

/// What needs nothing from the file to be said.
const MESSAGES: &[(&str, &str)] = &[
    ("key with no value", "There is no = here. A setting is written NAME = VALUE, a section [NAME], a remark # WORDS."),
    ("unclosed table", "There is no ] at the end: a section is written [NAME]."),
    ("unclosed array table", "There is no ]] at the end."),
    ("unclosed array", "The list has no end: put a ] behind it."),
    ("unclosed inline table", "There is no } at the end."),
    ("missing comma between array", "A comma is missing before this: a list is written [\"one\", \"two\"]."),
    ("missing comma", "A comma is missing before this."),
    ("extra comma", "There is a comma too many here."),
    ("extra `=`", "There is a = too many here."),
    (
        "unexpected key or value",
        "Nothing can stand behind the value but a remark: # WORDS. Each setting has a line of its own.",
    ),
    ("unquoted keys cannot be empty", "There is no name here. A setting is written NAME = VALUE, a section [NAME]."),
    ("invalid boolean", "true and false are written in small letters."),
    ("carriage return", "There is a lone carriage return here: lines end with LF or CRLF."),
    ("recursion limit", "This is nested too deeply."),
    ("cannot recurse further", "This is nested too deeply."),
    ("cannot extend value", "This has a value already, and cannot be a section as well."),
    ("invalid comment character", "There is a character in this remark that cannot be seen: take it out."),
    ("too few unicode value digits", "A character by number is written \\u00e9, with four digits."),
    ("`_` may only go between digits", "In a number _ stands between digits only."),
    ("unexpected leading zero", "A number does not begin with a 0: put it in quotes, or leave the 0 away."),
];

const BACKSLASH_HELP: &str = "A backslash means something in text with double quotes: write \\\\ for one. Between single quotes \
                         it is just a backslash: '^(\\S+) wrote:'.";

/// A value that is neither number, list nor text.
fn unquoted(at: &str, key: Option<&str>) -> String {
    let key = key.map_or_else(|| "NAME".to_owned(), quoted);
    let word = at.trim();
    match word.to_lowercase().as_str() {
        "" => format!("There is no value behind the =. Write {key} = \"...\", or put a # before the line."),
        "yes" | "on" => format!("Text goes between quotes: {word:?}. For a setting that is on or off: {key} = true."),
        "no" | "off" => format!("Text goes between quotes: {word:?}. For a setting that is on or off: {key} = false."),
        _ if word.starts_with(['“', '„', '”', '‘', '’', '«']) => {
            "These are quotes for print. Text goes between straight ones: \"...\".".to_owned()
        }
        _ => format!("Text goes between quotes: \"{}\".", quoted(word)),
    }
}

fn text_without_end(at: &str, message: &str) -> String {
    if at.is_empty() {
        let quotes = if message.starts_with("invalid literal") { "'" } else { "\"" };
        let quotes = if message.starts_with("invalid multi-line") { "three of its quotes" } else { quotes };
        return format!("The text has no end: put {quotes} behind it.");
    }
    format!("The text has a character in it that cannot be seen ({}): take it out, or write it \\u00NN.", quoted(at))
}

fn bad_key(at: &str) -> String {
    match at {
        ":" => "Between name and value stands =, not :.".to_owned(),
        _ => format!("{} cannot be in a name: it has letters a to z, digits, - and _.", quoted(at)),
    }
}
