//! The last rows of a log, read back to be shown.

use super::Format;
use crate::app::time::Wall;
use crate::app::time::from_date;
use crate::app::{Effect, export};

/// Whether a tab has had the last rows of its log.
#[derive(Debug, Default)]
pub(in crate::app) enum Backlog {
    /// Nobody has asked for them.
    #[default]
    NotYet,
    /// They are read, and this waits to be done until they are there.
    Awaited(Vec<Effect>),
    /// It has, or wants none.
    Over,
}

/// A row of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Past {
    /// When it was; nothing where the line does not say.
    pub(in crate::app) at: Option<Wall>,
    /// What it says, behind the sign of whoever said it; one line.
    pub(in crate::app) words: String,
}

/// The lines of a log, the oldest first. What is no line of one is taken as it is.
pub(in crate::app) fn read(format: Format, bytes: &[u8], most: usize) -> Vec<Past> {
    let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).collect();
    let last = lines.get(lines.len().saturating_sub(most)..).unwrap_or_default();
    last.iter().map(|line| read_line(format, &String::from_utf8_lossy(line))).collect()
}

fn read_line(format: Format, line: &str) -> Past {
    let read = match format {
        Format::Rows(export::Format::Jsonl) => read_object(line),
        Format::Rows(_) => read_text(line),
        Format::Raw => None,
    };
    read.unwrap_or_else(|| Past { at: None, words: line.trim_end_matches('\r').to_owned() })
}

/// `2026-11-22 14:02:10.123 < hello`; what the server said stands without the sign.
fn read_text(line: &str) -> Option<Past> {
    let (time, rest) = line.split_at_checked(TIME)?;
    let rest = rest.strip_prefix(' ')?;
    // Behind the sign of an empty row there is nothing.
    let words = if rest == "<" { "" } else { rest.strip_prefix("< ").unwrap_or(rest) };
    Some(Past { at: Some(read_time(time)?), words: words.to_owned() })
}

fn read_object(line: &str) -> Option<Past> {
    let object: serde_json::Value = serde_json::from_str(line).ok()?;
    let member = |name: &str| object.get(name).and_then(serde_json::Value::as_str);
    let (kind, text) = (member("kind")?, member("text")?);
    let sign = match kind {
        "received" => "",
        "sent" => ">",
        "error" => "!",
        _ => "-",
    };
    let gap = if sign.is_empty() || text.is_empty() { "" } else { " " };
    Some(Past { at: Some(read_time(member("time")?)?), words: format!("{sign}{gap}{text}") })
}

/// Characters of a time.
const TIME: usize = "2026-11-22 14:02:10.123".len();

/// `2026-11-22 14:02:10.123`, with a `T` or a blank in the middle.
fn read_time(text: &str) -> Option<Wall> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u64>().ok();
    let is_apart = |place: usize, signs: &str| text.get(place..=place).is_some_and(|sign| signs.contains(sign));
    let signs = [(4, "-"), (7, "-"), (10, " T"), (13, ":"), (16, ":"), (19, ".")];
    if text.len() != TIME || !signs.into_iter().all(|(place, signs)| is_apart(place, signs)) {
        return None;
    }
    let day = from_date(number(0..4)?, number(5..7)?, number(8..10)?)?;
    let (hour, minute, second, millis) = (number(11..13)?, number(14..16)?, number(17..19)?, number(20..23)?);
    let is_time = hour < 24 && minute < 60 && second < 60;
    is_time.then(|| Wall((((day * 24 + hour) * 60 + minute) * 60 + second) * 1000 + millis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tab::Delivery;
    use crate::app::transcript::{RowEnd, RowKind};
    use proptest::prelude::*;

    #[test]
    fn lines_are_read_back_with_their_time() {
        let text = b"2026-11-22 14:02:10.123 < hello\n2026-11-22 14:02:11.000 > hi\n\nhalf a li";
        let rows = read(Format::Rows(export::Format::Text), text, 10);
        let at = Wall(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);
        assert_eq!(
            rows,
            [
                Past { at: Some(at), words: "hello".to_owned() },
                Past { at: Some(Wall(at.0 + 877)), words: "> hi".to_owned() },
                Past { at: None, words: "half a li".to_owned() },
            ]
        );
        assert_eq!(read(Format::Rows(export::Format::Text), text, 1).len(), 1);
        assert_eq!(
            read(Format::Raw, b"a\r\nb\r\n", 5).iter().map(|row| row.words.as_str()).collect::<Vec<_>>(),
            ["a", "b"]
        );
    }

    proptest! {
        #[test]
        fn what_was_logged_is_read_back(at in 0u64..4_000_000_000_000, words in "[^\\p{C}]{0,30}", is_ours in any::<bool>()) {
            let kind = if is_ours { RowKind::Sent } else { RowKind::Received };
            let entry = export::Entry { kind, at: Wall(at), bytes: words.as_bytes(), end: RowEnd::Lf, delivery: Delivery::Sent };
            for format in [export::Format::Text, export::Format::Jsonl] {
                let mut line = Vec::new();
                export::write(format, &entry, &words, &mut line);
                let sign = match (is_ours, words.as_str()) {
                    (false, _) => "",
                    (true, "") => ">",
                    (true, _) => "> ",
                };
                let past = Past { at: Some(Wall(at)), words: format!("{sign}{words}") };
                prop_assert_eq!(read(Format::Rows(format), &line, 1), [past]);
            }
        }

        #[test]
        fn whatever_stands_in_a_file_is_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for (_, format) in Format::NAMES {
                prop_assert!(read(format, &bytes, 5).len() <= 5);
            }
        }
    }
}
