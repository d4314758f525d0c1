//! Rewrites the parser's errors for people who do not know TOML.
//!
//! The parser names the tokens it expected; these messages say what to write.

use super::diagnostic::{Diagnostic, quoted};
use super::position::LineIndex;
use toml::de::Error;

/// Converts the parser's errors to diagnostics in the order of the file. Keeps only the first of each line, because the
/// others usually follow from it.
pub(super) fn diagnostics(text: &str, lines: &LineIndex<'_>, errors: &[Error]) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = errors.iter().map(|error| diagnostic(text, lines, error)).collect();
    diagnostics.sort_by_key(|diagnostic| diagnostic.position);
    diagnostics.dedup_by_key(|diagnostic| diagnostic.position.line);
    diagnostics
}

fn diagnostic(text: &str, lines: &LineIndex<'_>, error: &Error) -> Diagnostic {
    let span = error.span().unwrap_or_default();
    let (position, line) = (lines.position(span.start), lines.line_at(span.start));
    let (key, is_setting) = key_of(line);
    let token = text.get(span).unwrap_or_default();
    let message = describe(error.message(), token, line, is_setting.then_some(key));
    Diagnostic { position, key: key.to_owned(), message }
}

/// Guesses the key of a line, and returns whether the line assigns a value to it.
fn key_of(line: &str) -> (&str, bool) {
    let line = line.trim_start_matches('\u{feff}').trim();
    match line.split_once('=') {
        Some((key, _)) => (key.trim(), true),
        None => (line.trim_matches(['[', ']']), false),
    }
}

fn describe(message: &str, token: &str, line: &str, key: Option<&str>) -> String {
    // A message that a newer version of the parser has changed is shown as it is.
    let about = |part: &str| message.starts_with(part);
    if about("string values must be quoted") {
        unquoted(token, key)
    } else if about("invalid basic string") || about("invalid literal string") || about("invalid multi-line") {
        invalid_string(token, message)
    } else if about("duplicate key") {
        format!("{} is defined twice. Remove one of the two.", quoted(token))
    } else if about("invalid unquoted key") {
        invalid_key(token)
    } else if about("missing escaped value") {
        BACKSLASH_HELP.to_owned()
    } else if let Some((_, replacement)) = MESSAGES.iter().find(|(part, _)| about(part)) {
        (*replacement).to_owned()
    } else {
        format!("Syntax error: {}. The line is {}", message.trim_end_matches('.'), quoted(line.trim()))
    }
}

/// Beginnings of the parser's messages and their replacements.
const MESSAGES: &[(&str, &str)] = &[
    ("key with no value", "Missing =. Write a setting as NAME = VALUE, a section as [NAME], a comment as # TEXT."),
    ("unclosed table", "Missing ] at the end. Write a section as [NAME]."),
    ("unclosed array table", "Missing ]] at the end."),
    ("unclosed array", "The list is not closed. Add a ] at its end."),
    ("unclosed inline table", "Missing } at the end."),
    ("missing comma between array", "Missing comma before this. Write a list as [\"one\", \"two\"]."),
    ("missing comma", "Missing comma before this."),
    ("extra comma", "Extra comma."),
    ("extra `=`", "Extra =."),
    ("unexpected key or value", "Only a comment (# TEXT) can follow the value. Put each setting on its own line."),
    ("unquoted keys cannot be empty", "Missing name. Write a setting as NAME = VALUE, a section as [NAME]."),
    ("invalid boolean", "Write true and false in lower case."),
    ("carriage return", "Carriage return without a line feed. Lines must end with LF or CRLF."),
    ("recursion limit", "Nested too deeply."),
    ("cannot recurse further", "Nested too deeply."),
    ("cannot extend value", "This already has a value and cannot also be a section."),
    ("invalid comment character", "The comment contains a control character. Remove it."),
    ("too few unicode value digits", "Write a character code with four digits, such as \\u00e9."),
    ("`_` may only go between digits", "In a number, _ is allowed only between digits."),
    ("unexpected leading zero", "A number cannot begin with 0. Remove the 0, or put the number in quotes."),
];

const BACKSLASH_HELP: &str = "A backslash in double quotes starts an escape sequence: write \\\\ for a backslash. In single quotes \
                         it needs no escape: '^(\\S+) wrote:'.";

/// Returns the message for a value that is not a number, a list or quoted text.
fn unquoted(token: &str, key: Option<&str>) -> String {
    let key = key.map_or_else(|| "NAME".to_owned(), quoted);
    let word = token.trim();
    match word.to_lowercase().as_str() {
        "" => format!("Missing value. Write {key} = \"...\", or put a # before the line."),
        "yes" | "on" => format!("Text needs quotes: {word:?}. To turn a setting on, write {key} = true."),
        "no" | "off" => format!("Text needs quotes: {word:?}. To turn a setting off, write {key} = false."),
        _ if word.starts_with(['“', '„', '”', '‘', '’', '«']) => {
            "These are typographic quotes. Use straight ones: \"...\".".to_owned()
        }
        _ => format!("Text needs quotes: \"{}\".", quoted(word)),
    }
}

/// Returns the message for text that is not closed or contains a control character.
fn invalid_string(token: &str, message: &str) -> String {
    if token.is_empty() {
        let quotes = if message.starts_with("invalid literal") { "'" } else { "\"" };
        let quotes = if message.starts_with("invalid multi-line") { "three quotes" } else { quotes };
        return format!("The text is not closed. Add {quotes} at its end.");
    }
    format!("The text contains a control character ({}). Remove it, or write it as \\u00NN.", quoted(token))
}

fn invalid_key(token: &str) -> String {
    match token {
        ":" => "Use = between name and value, not :.".to_owned(),
        _ => format!("A name cannot contain {}. Use letters a to z, digits, - and _.", quoted(token)),
    }
}
