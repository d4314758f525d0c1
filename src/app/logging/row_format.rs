//! The formats in which `/save` and logs write the rows of the transcript, one line each.
//!
//! | format | use | example |
//! |---|---|---|
//! | `text` | for people | `2026-11-22 14:02:10.123 < hello` |
//! | `escaped` | to see every byte | `2026-11-22 14:02:10.123 < hello\r\n` |
//! | `jsonl` | for programs | `{"time":"2026-11-22T14:02:10.123","kind":"received","end":"crlf","text":...,"escaped":...}` |
//!
//! The sign before the text is `<` for received, `>` for sent, `x` for not sent or partly sent, `-` for notices and
//! separators, `!` for errors. The JSON object of a line that is not completely sent has one more member, `"delivery"`:
//! `"unacknowledged"`, `"waiting"`, `"not-sent"` or `"partly-sent"`. Times are local, without a time zone.
//!
//! Each entry is exactly one line without control characters, whatever was received.

use crate::app::session::Delivery;
use crate::app::time::LocalTime;
use crate::app::transcript::{RowEnd, RowKind};
use crate::text::escape_to;
use serde::Serialize;
use std::borrow::Cow;

/// The format of exported rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowFormat {
    /// The text as displayed, with time and sign.
    #[default]
    Text,
    /// Every byte with escapes, line ending included, with time and sign.
    Escaped,
    /// One JSON object per line.
    Jsonl,
}

/// A row of the transcript to be written. Rows of a line that was split may be joined to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExportRow<'a> {
    /// Whether it was received, sent or added by the program.
    pub kind: RowKind,
    /// Time of its first byte.
    pub at: LocalTime,
    /// Its bytes, without the line ending.
    pub bytes: &'a [u8],
    /// How it ended; for joined rows, how the last one did.
    pub end: RowEnd,
    /// Its delivery state, if it was sent.
    pub delivery: Delivery,
}

impl RowFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Text, Self::Escaped, Self::Jsonl];

    /// Returns the name of the format in settings and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Escaped => "escaped",
            Self::Jsonl => "jsonl",
        }
    }

    /// Returns the format with this name.
    ///
    /// # Errors
    /// Returns a sentence with the valid names.
    pub fn parse(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| format!("Unknown format {}: use text, escaped or jsonl.", crate::text::sanitize_line(name)))
    }
}

/// Appends one entry to `out`, in UTF-8 with a newline.
///
/// `text` is the row as displayed, with marks written out. The escaped format does not use it.
pub(crate) fn write(format: RowFormat, entry: &ExportRow<'_>, text: &str, out: &mut Vec<u8>) {
    match format {
        RowFormat::Text => write_line(entry, &one_line(text), out),
        RowFormat::Escaped => write_line(entry, &escaped_text(entry), out),
        RowFormat::Jsonl => {
            let object = JsonRow {
                time: format_time(entry.at, 'T'),
                kind: kind_name(entry.kind),
                end: end_name(entry.end),
                text: &one_line(text),
                escaped: &escaped_text(entry),
                delivery: delivery_name(entry.delivery),
            };
            // Writing these fields to a `Vec` does not fail.
            let _ = serde_json::to_writer(&mut *out, &object);
            out.push(b'\n');
        }
    }
}

#[derive(Serialize)]
struct JsonRow<'a> {
    time: String,
    kind: &'static str,
    end: &'static str,
    text: &'a str,
    escaped: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<&'static str>,
}

fn write_line(entry: &ExportRow<'_>, text: &str, out: &mut Vec<u8>) {
    let sign = match (entry.kind, entry.delivery) {
        (RowKind::Received, _) => '<',
        (RowKind::Sent, Delivery::NotSent | Delivery::PartlySent) => 'x',
        (RowKind::Sent, _) => '>',
        (RowKind::Notice | RowKind::Separator | RowKind::Backlog, _) => '-',
        (RowKind::Error, _) => '!',
    };
    let gap = if text.is_empty() { "" } else { " " };
    let line = format!("{} {sign}{gap}{text}\n", format_time(entry.at, ' '));
    out.extend_from_slice(line.as_bytes());
}

/// Replaces control characters, if there are any. Decoded text has none.
fn one_line(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| c.is_control() && c != '\t') {
        Cow::Owned(crate::text::sanitize_line(text))
    } else {
        Cow::Borrowed(text)
    }
}

fn escaped_text(entry: &ExportRow<'_>) -> String {
    let mut escaped = String::new();
    escape_to(entry.bytes, &mut escaped);
    escape_to(entry.end.newline(), &mut escaped);
    escaped
}

pub(in crate::app) fn format_time(at: LocalTime, separator: char) -> String {
    let ((year, month, day), (hour, minute, second)) = (at.date(), at.clock());
    format!("{year:04}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}.{:03}", at.millis())
}

const fn kind_name(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Received => "received",
        RowKind::Sent => "sent",
        RowKind::Notice => "notice",
        RowKind::Error => "error",
        RowKind::Separator => "rule",
        RowKind::Backlog => "past",
    }
}

const fn delivery_name(delivery: Delivery) -> Option<&'static str> {
    match delivery {
        Delivery::Sent => None,
        Delivery::Unacknowledged => Some("unacknowledged"),
        Delivery::Waiting => Some("waiting"),
        Delivery::NotSent => Some("not-sent"),
        Delivery::PartlySent => Some("partly-sent"),
    }
}

const fn end_name(end: RowEnd) -> &'static str {
    match end {
        RowEnd::Open => "open",
        RowEnd::Lf => "lf",
        RowEnd::CrLf => "crlf",
        RowEnd::Cr => "cr",
        RowEnd::Idle => "silence",
        RowEnd::Interrupted => "interrupted",
        RowEnd::Unterminated => "unterminated",
        RowEnd::Split => "cut",
        RowEnd::Complete => "whole",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    const AT: LocalTime = LocalTime(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);

    fn write_row(format: RowFormat, kind: RowKind, bytes: &[u8], end: RowEnd, text: &str) -> String {
        write_entry(format, &ExportRow { kind, at: AT, bytes, end, delivery: Delivery::Sent }, text)
    }

    fn write_entry(format: RowFormat, entry: &ExportRow<'_>, text: &str) -> String {
        let mut out = b"before\n".to_vec();
        write(format, entry, text, &mut out);
        String::from_utf8(out).unwrap().strip_prefix("before\n").unwrap().to_owned()
    }

    #[test]
    fn rows_are_written_in_each_format() {
        use RowKind::{Error, Notice, Received, Sent};
        for (format, kind, end, line) in [
            (RowFormat::Text, Received, RowEnd::CrLf, "2026-11-22 14:02:10.123 < h\u{e9} ^G\n"),
            (RowFormat::Text, Sent, RowEnd::Lf, "2026-11-22 14:02:10.123 > h\u{e9} ^G\n"),
            (RowFormat::Text, Notice, RowEnd::Complete, "2026-11-22 14:02:10.123 - h\u{e9} ^G\n"),
            (RowFormat::Text, Error, RowEnd::Complete, "2026-11-22 14:02:10.123 ! h\u{e9} ^G\n"),
            (RowFormat::Escaped, Received, RowEnd::CrLf, "2026-11-22 14:02:10.123 < h\\xE9 \\x07\\r\\n\n"),
            (RowFormat::Escaped, Received, RowEnd::Cr, "2026-11-22 14:02:10.123 < h\\xE9 \\x07\\r\n"),
            (RowFormat::Escaped, Received, RowEnd::Idle, "2026-11-22 14:02:10.123 < h\\xE9 \\x07\n"),
            (
                RowFormat::Jsonl,
                Received,
                RowEnd::Lf,
                "{\"time\":\"2026-11-22T14:02:10.123\",\"kind\":\"received\",\"end\":\"lf\",\
                 \"text\":\"h\u{e9} ^G\",\"escaped\":\"h\\\\xE9 \\\\x07\\\\n\"}\n",
            ),
        ] {
            assert_eq!(write_row(format, kind, b"h\xe9 \x07", end, "h\u{e9} ^G"), line);
        }
    }

    #[test]
    fn undelivered_lines_are_marked() {
        for (delivery, sign, name) in [
            (Delivery::Sent, '>', None),
            (Delivery::Unacknowledged, '>', Some("unacknowledged")),
            (Delivery::Waiting, '>', Some("waiting")),
            (Delivery::NotSent, 'x', Some("not-sent")),
            (Delivery::PartlySent, 'x', Some("partly-sent")),
        ] {
            let entry = ExportRow { kind: RowKind::Sent, at: AT, bytes: b"hi", end: RowEnd::Lf, delivery };
            let line = write_entry(RowFormat::Text, &entry, "hi");
            assert_eq!(line, format!("2026-11-22 14:02:10.123 {sign} hi\n"));
            let object: Value = serde_json::from_str(&write_entry(RowFormat::Jsonl, &entry, "hi")).unwrap();
            assert_eq!(object.get("delivery").and_then(Value::as_str), name);
        }
    }

    #[test]
    fn trailing_spaces_are_those_of_the_row() {
        assert_eq!(write_row(RowFormat::Text, RowKind::Received, b"", RowEnd::Lf, ""), "2026-11-22 14:02:10.123 <\n");
        for format in [RowFormat::Text, RowFormat::Escaped] {
            let line = write_row(format, RowKind::Received, b"a  ", RowEnd::Idle, "a  ");
            assert_eq!(line, "2026-11-22 14:02:10.123 < a  \n");
        }
    }

    #[test]
    fn format_names_are_parsed() {
        for format in RowFormat::ALL {
            assert_eq!(RowFormat::parse(format.name()), Ok(format));
        }
        let sentence = RowFormat::parse("x\u{1b}ml").unwrap_err();
        assert_eq!(sentence, "Unknown format x^[ml: use text, escaped or jsonl.");
    }

    proptest! {
        #[test]
        fn an_entry_is_one_line_and_json_keeps_all_bytes(
            bytes in proptest::collection::vec(any::<u8>(), 0..60),
            text in any::<String>(),
            kind in proptest::sample::select(vec![RowKind::Received, RowKind::Sent, RowKind::Notice, RowKind::Error, RowKind::Separator]),
            end in proptest::sample::select(vec![RowEnd::Lf, RowEnd::CrLf, RowEnd::Cr, RowEnd::Idle, RowEnd::Complete]),
        ) {
            for format in RowFormat::ALL {
                let line = write_row(format, kind, &bytes, end, &text);
                let content = line.strip_suffix('\n').unwrap();
                prop_assert!(!content.chars().any(char::is_control), "{line:?}");
            }
            let line = write_row(RowFormat::Jsonl, kind, &bytes, end, &text);
            let object: Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(crate::text::unescape(object["escaped"].as_str().unwrap()).unwrap(), [&bytes, end.newline()].concat());
            prop_assert_eq!(object["kind"].as_str(), Some(kind_name(kind)));
            prop_assert_eq!(object["end"].as_str(), Some(end_name(end)));
            prop_assert_eq!(object.as_object().unwrap().len(), 5);
            if !text.chars().any(char::is_control) {
                prop_assert_eq!(object["text"].as_str(), Some(text.as_str()));
            }
        }
    }
}
