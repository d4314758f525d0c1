//! The last rows of a log, read back to be shown.

use super::LogFormat;
use crate::app::Effect;
use crate::app::logging::row_format;
use crate::app::modes::copy;
use crate::app::time::{LocalTime, from_date};
use crate::app::transcript::{Transcript, TranscriptLimits};
use crate::app::view::viewport::ViewOptions;
use crate::text::Charset;

/// Whether a tab has had the last rows of its log.
#[derive(Debug, Default)]
pub(in crate::app) enum BacklogState {
    /// Nobody has asked for them.
    #[default]
    Pending,
    /// They are read, and this waits to be done until they are there.
    Loading(Vec<Effect>),
    /// It has, or wants none.
    Done,
}

/// A row of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct LoggedRow {
    /// When it was; nothing where the line does not say.
    pub(in crate::app) at: Option<LocalTime>,
    /// What it says, behind the sign of whoever said it; one line.
    pub(in crate::app) words: String,
}

/// Who says what a line of a log says.
enum BacklogLine {
    /// The program does, and that is not shown again.
    Notice,
    Row(LoggedRow),
}

/// Lines of a log that are asked for, so that there are so many without what the program says itself.
pub(in crate::app) const fn lines_to_read(rows: usize) -> usize {
    rows.saturating_mul(4).saturating_add(20)
}

/// The last rows of a log that somebody said or that were errors, the oldest first. What is no line of one is taken as it
/// is; of a raw one the rows are those that a tab with this charset would show.
pub(in crate::app) fn read(format: LogFormat, charset: Charset, bytes: &[u8], most: usize) -> Vec<LoggedRow> {
    let LogFormat::Rows(format) = format else { return read_raw(charset, bytes, most) };
    let lines = bytes.rsplit(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let rows = lines.filter_map(|line| read_line(format, &String::from_utf8_lossy(line)));
    let mut last: Vec<_> = rows.take(most).collect();
    last.reverse();
    last
}

fn read_raw(charset: Charset, bytes: &[u8], most: usize) -> Vec<LoggedRow> {
    let mut transcript =
        Transcript::new(TranscriptLimits { rows: most.max(1), bytes: TranscriptLimits::default().bytes });
    transcript.receive(bytes, LocalTime(0));
    let lens = ViewOptions { charset, ..ViewOptions::default() };
    let rows = transcript.rows().map(|row| LoggedRow { at: None, words: copy::row_text(lens, row.bytes) });
    let mut rows: Vec<_> = rows.collect();
    rows.split_off(rows.len().saturating_sub(most))
}

/// Nothing if the program said it.
fn read_line(format: row_format::RowFormat, line: &str) -> Option<LoggedRow> {
    let read = match format {
        row_format::RowFormat::Jsonl => read_object(line),
        row_format::RowFormat::Text => read_text(line, false),
        row_format::RowFormat::Escaped => read_text(line, true),
    };
    match read {
        Some(BacklogLine::Notice) => None,
        Some(BacklogLine::Row(past)) => Some(past),
        None => Some(LoggedRow { at: None, words: line.trim_end_matches('\r').to_owned() }),
    }
}

/// `2026-11-22 14:02:10.123 < hello`; what the server said stands without the sign.
fn read_text(line: &str, is_escaped: bool) -> Option<BacklogLine> {
    let (time, rest) = line.split_at_checked(TIME)?;
    let (rest, at) = (rest.strip_prefix(' ')?, Some(read_time(time)?));
    if rest == "-" || rest.starts_with("- ") {
        return Some(BacklogLine::Notice);
    }
    // Of an empty row there is the sign alone, or a blank and the newline.
    let rest = if is_escaped { without_newline(rest) } else { rest };
    let words = if matches!(rest, "<" | "> ") { rest.trim_end() } else { rest };
    let words = if words == "<" { "" } else { words.strip_prefix("< ").unwrap_or(words) };
    Some(BacklogLine::Row(LoggedRow { at, words: words.to_owned() }))
}

/// An escaped row without the newline that it ends with.
fn without_newline(row: &str) -> &str {
    let Some(rest) = without_escape(row, "\\n") else { return row };
    without_escape(rest, "\\r").unwrap_or(rest)
}

/// Behind a backslash that stands for one it is none.
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

/// Characters of a time.
const TIME: usize = "2026-11-22 14:02:10.123".len();

/// `2026-11-22 14:02:10.123`, with a `T` or a blank in the middle.
fn read_time(text: &str) -> Option<LocalTime> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u64>().ok();
    let is_apart = |place: usize, signs: &str| text.get(place..=place).is_some_and(|sign| signs.contains(sign));
    let signs = [(4, "-"), (7, "-"), (10, " T"), (13, ":"), (16, ":"), (19, ".")];
    if text.len() != TIME || !signs.into_iter().all(|(place, signs)| is_apart(place, signs)) {
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

    fn words(format: LogFormat, charset: Charset, bytes: &[u8], most: usize) -> Vec<String> {
        read(format, charset, bytes, most).into_iter().map(|row| row.words).collect()
    }

    #[test]
    fn what_the_program_said_is_left_out_and_does_not_count() {
        let entry = |kind, words: &'static str| row_format::ExportRow {
            kind,
            at: LocalTime(0),
            bytes: words.as_bytes(),
            end: RowEnd::Complete,
            delivery: Delivery::Sent,
        };
        for format in row_format::RowFormat::ALL {
            let mut log = Vec::new();
            for (kind, said) in [
                (RowKind::Received, "- old"),
                (RowKind::Notice, "Connected."),
                (RowKind::Sent, "hi"),
                (RowKind::Error, "reset"),
                (RowKind::Separator, "Log ends."),
            ] {
                row_format::write(format, &entry(kind, said), said, &mut log);
            }
            let format = LogFormat::Rows(format);
            assert_eq!(words(format, UTF_8, &log, 2), ["> hi", "! reset"], "{format:?}");
            assert_eq!(words(format, UTF_8, &log, 9), ["- old", "> hi", "! reset"], "{format:?}");
        }
    }

    #[test]
    fn a_raw_log_is_read_as_live_rows_are() {
        assert_eq!(words(LogFormat::Raw, UTF_8, b"a\r\nb\xff\r\n\nc", 9), ["a", "b\\xFF", "", "c"]);
        assert_eq!(words(LogFormat::Raw, UTF_8, b"a\r\nb\r\n", 1), ["b"]);
        assert_eq!(words(LogFormat::Raw, Charset::parse("latin1").unwrap(), b"caf\xe9\n", 1), ["café"]);
    }

    #[test]
    fn an_escaped_row_has_no_newline_and_keeps_what_looks_like_one() {
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
        fn what_was_logged_is_read_back(at in 0u64..4_000_000_000_000, words in "[^\\p{C}]{0,30}", is_ours in any::<bool>()) {
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
                let past = LoggedRow { at: Some(LocalTime(at)), words: format!("{sign}{words}") };
                prop_assert_eq!(read(LogFormat::Rows(format), UTF_8, &line, 1), [past]);
            }
        }

        #[test]
        fn whatever_stands_in_a_file_is_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for (_, format) in LogFormat::NAMES {
                prop_assert!(read(format, UTF_8, &bytes, 5).len() <= 5);
            }
        }
    }
}
