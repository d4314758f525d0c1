//! The backlog: the last rows of a log, read back for display.

use super::LogFormat;
use crate::app::Effect;
use crate::app::logging::row_format;
use crate::app::time::{LocalTime, from_date};
use crate::app::transcript::{Transcript, TranscriptLimits};
use crate::app::view::render::row_text;
use crate::app::view::viewport::ViewOptions;
use crate::text::Charset;

/// Whether the backlog of a tab has been read.
#[derive(Debug, Default)]
pub(in crate::app) enum BacklogState {
    /// Not requested yet.
    #[default]
    Pending,
    /// Being read; these effects are held back until then.
    Loading(Vec<Effect>),
    /// Read, or not wanted.
    Done,
}

/// A row that was read back from a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct LoggedRow {
    /// Its time, if the line has one.
    pub(in crate::app) at: Option<LocalTime>,
    /// Its text on one line, with the sign `>` or `!` before it unless it was received.
    pub(in crate::app) words: String,
}

/// A parsed line of a log.
enum BacklogLine {
    /// A notice of the program, which is not shown again.
    Notice,
    Row(LoggedRow),
}

/// Returns how many lines to read so that `rows` are likely to be left without the notices.
pub(in crate::app) const fn lines_to_read(rows: usize) -> usize {
    rows.saturating_mul(4).saturating_add(20)
}

/// Returns the last messages and errors of a log, at most `max_rows`, oldest first. Lines that cannot be parsed are
/// returned unchanged. A raw log is split into rows as a tab with this charset would do.
pub(in crate::app) fn read(format: LogFormat, charset: Charset, bytes: &[u8], max_rows: usize) -> Vec<LoggedRow> {
    let LogFormat::Rows(format) = format else { return read_raw(charset, bytes, max_rows) };
    let lines = bytes.rsplit(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let rows = lines.filter_map(|line| read_line(format, &String::from_utf8_lossy(line)));
    let mut last: Vec<_> = rows.take(max_rows).collect();
    last.reverse();
    last
}

fn read_raw(charset: Charset, bytes: &[u8], max_rows: usize) -> Vec<LoggedRow> {
    let mut transcript =
        Transcript::new(TranscriptLimits { rows: max_rows.max(1), bytes: TranscriptLimits::default().bytes });
    transcript.receive(bytes, LocalTime(0));
    let view = ViewOptions { charset, ..ViewOptions::default() };
    let rows = transcript.rows().map(|row| LoggedRow { at: None, words: row_text(view, row.bytes) });
    let mut rows: Vec<_> = rows.collect();
    rows.split_off(rows.len().saturating_sub(max_rows))
}

/// Parses a line; `None` for a notice.
fn read_line(format: row_format::RowFormat, line: &str) -> Option<LoggedRow> {
    let parsed = match format {
        row_format::RowFormat::Jsonl => read_object(line),
        row_format::RowFormat::Text => read_text(line, false),
        row_format::RowFormat::Escaped => read_text(line, true),
    };
    match parsed {
        Some(BacklogLine::Notice) => None,
        Some(BacklogLine::Row(row)) => Some(row),
        None => Some(LoggedRow { at: None, words: line.trim_end_matches('\r').to_owned() }),
    }
}

/// Parses a line such as `2026-11-22 14:02:10.123 < hello`. The sign `<` is removed.
fn read_text(line: &str, is_escaped: bool) -> Option<BacklogLine> {
    let (time, rest) = line.split_at_checked(TIME_LEN)?;
    let (rest, at) = (rest.strip_prefix(' ')?, Some(read_time(time)?));
    if rest == "-" || rest.starts_with("- ") {
        return Some(BacklogLine::Notice);
    }
    // An empty row is written as the sign alone, or as the sign, a space and the escaped newline.
    let rest = if is_escaped { without_newline(rest) } else { rest };
    let words = if matches!(rest, "<" | "> ") { rest.trim_end() } else { rest };
    let words = if words == "<" { "" } else { words.strip_prefix("< ").unwrap_or(words) };
    Some(BacklogLine::Row(LoggedRow { at, words: words.to_owned() }))
}

/// Removes the escaped newline at the end of a row.
fn without_newline(row: &str) -> &str {
    let Some(rest) = without_escape(row, "\\n") else { return row };
    without_escape(rest, "\\r").unwrap_or(rest)
}

/// Removes `escape` from the end of a row, unless its backslash is itself escaped.
fn without_escape<'a>(row: &'a str, escape: &str) -> Option<&'a str> {
    let rest = row.strip_suffix(escape)?;
    let backslashes = rest.bytes().rev().take_while(|byte| *byte == b'\\').count();
    (backslashes % 2 == 0).then_some(rest)
}

fn read_object(line: &str) -> Option<BacklogLine> {
    let object: serde_json::Value = serde_json::from_str(line).ok()?;
    let member = |name: &str| object.get(name).and_then(serde_json::Value::as_str);
    let (kind, text, at) = (member("kind")?, member("text")?, read_time(member("time")?)?);
    let sign = match kind {
        "received" => "",
        "sent" => ">",
        "error" => "!",
        _ => return Some(BacklogLine::Notice),
    };
    let gap = if sign.is_empty() || text.is_empty() { "" } else { " " };
    Some(BacklogLine::Row(LoggedRow { at: Some(at), words: format!("{sign}{gap}{text}") }))
}

/// Length of a time in bytes.
const TIME_LEN: usize = "2026-11-22 14:02:10.123".len();

/// Parses a time such as `2026-11-22 14:02:10.123`, with a `T` or a space in the middle.
fn read_time(text: &str) -> Option<LocalTime> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u64>().ok();
    let is_separator = |at: usize, allowed: &str| text.get(at..=at).is_some_and(|sign| allowed.contains(sign));
    let separators = [(4, "-"), (7, "-"), (10, " T"), (13, ":"), (16, ":"), (19, ".")];
    if text.len() != TIME_LEN || !separators.into_iter().all(|(at, allowed)| is_separator(at, allowed)) {
        return None;
    }
    let day = from_date(number(0..4)?, number(5..7)?, number(8..10)?)?;
    let (hour, minute, second, millis) = (number(11..13)?, number(14..16)?, number(17..19)?, number(20..23)?);
    let is_time = hour < 24 && minute < 60 && second < 60;
    is_time.then(|| LocalTime((((day * 24 + hour) * 60 + minute) * 60 + second) * 1000 + millis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::session::Delivery;
    use crate::app::transcript::{RowEnd, RowKind};
    use proptest::prelude::*;

    const UTF_8: Charset = Charset::UTF_8;

    #[test]
    fn lines_are_read_back_with_their_time() {
        let text = b"2026-11-22 14:02:10.123 < hello\n2026-11-22 14:02:11.000 > hi\n\nhalf a li";
        let rows = read(LogFormat::Rows(row_format::RowFormat::Text), UTF_8, text, 10);
        let at = LocalTime(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);
        assert_eq!(
            rows,
            [
                LoggedRow { at: Some(at), words: "hello".to_owned() },
                LoggedRow { at: Some(LocalTime(at.0 + 877)), words: "> hi".to_owned() },
                LoggedRow { at: None, words: "half a li".to_owned() },
            ]
        );
        assert_eq!(read(LogFormat::Rows(row_format::RowFormat::Text), UTF_8, text, 1), rows[2..]);
    }

    fn words(format: LogFormat, charset: Charset, bytes: &[u8], max_rows: usize) -> Vec<String> {
        read(format, charset, bytes, max_rows).into_iter().map(|row| row.words).collect()
    }

    #[test]
    fn notices_are_left_out_and_do_not_count() {
        let entry = |kind, words: &'static str| row_format::ExportRow {
            kind,
            at: LocalTime(0),
            bytes: words.as_bytes(),
            end: RowEnd::Complete,
            delivery: Delivery::Sent,
        };
        for format in row_format::RowFormat::ALL {
            let mut log = Vec::new();
            for (kind, text) in [
                (RowKind::Received, "- old"),
                (RowKind::Notice, "Connected."),
                (RowKind::Sent, "hi"),
                (RowKind::Error, "reset"),
                (RowKind::Separator, "Log ends."),
            ] {
                row_format::write(format, &entry(kind, text), text, &mut log);
            }
            let format = LogFormat::Rows(format);
            assert_eq!(words(format, UTF_8, &log, 2), ["> hi", "! reset"], "{format:?}");
            assert_eq!(words(format, UTF_8, &log, 9), ["- old", "> hi", "! reset"], "{format:?}");
        }
    }

    #[test]
    fn a_raw_log_is_split_into_rows_like_live_bytes() {
        assert_eq!(words(LogFormat::Raw, UTF_8, b"a\r\nb\xff\r\n\nc", 9), ["a", "b\\xFF", "", "c"]);
        assert_eq!(words(LogFormat::Raw, UTF_8, b"a\r\nb\r\n", 1), ["b"]);
        assert_eq!(words(LogFormat::Raw, Charset::parse("latin1").unwrap(), b"caf\xe9\n", 1), ["café"]);
    }

    #[test]
    fn only_a_real_escaped_newline_is_removed() {
        for (row, wanted) in [
            ("< a\\r\\n", "a"),
            ("< a\\n", "a"),
            ("> \\n", ">"),
            ("< \\r\\n", ""),
            ("< a\\\\n", "a\\\\n"),
            ("< a\\\\\\n", "a\\\\"),
            ("< a\\r", "a\\r"),
            ("<", ""),
        ] {
            let line = format!("2026-11-22 14:02:10.123 {row}\n");
            assert_eq!(
                words(LogFormat::Rows(row_format::RowFormat::Escaped), UTF_8, line.as_bytes(), 1),
                [wanted],
                "{row}"
            );
        }
    }

    proptest! {
        #[test]
        fn logged_rows_are_read_back(at in 0u64..4_000_000_000_000, words in "[^\\p{C}]{0,30}", is_ours in any::<bool>()) {
            let kind = if is_ours { RowKind::Sent } else { RowKind::Received };
            let entry = row_format::ExportRow { kind, at: LocalTime(at), bytes: words.as_bytes(), end: RowEnd::Lf, delivery: Delivery::Sent };
            for format in [row_format::RowFormat::Text, row_format::RowFormat::Jsonl] {
                let mut line = Vec::new();
                row_format::write(format, &entry, &words, &mut line);
                let sign = match (is_ours, words.as_str()) {
                    (false, _) => "",
                    (true, "") => ">",
                    (true, _) => "> ",
                };
                let row = LoggedRow { at: Some(LocalTime(at)), words: format!("{sign}{words}") };
                prop_assert_eq!(read(LogFormat::Rows(format), UTF_8, &line, 1), [row]);
            }
        }

        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for (_, format) in LogFormat::NAMES {
                prop_assert!(read(format, UTF_8, &bytes, 5).len() <= 5);
            }
        }
    }
}
