//! Recognises the sentences by which `serve chat` and the lab servers announce nicknames.

use super::mention::MAX_CHARS;
use unicode_normalization::char::is_combining_mark;

/// Returns the nickname that a line assigns to its reader: `* You are ann. Change it with /nick NAME. ...`.
///
/// Recognises the sentences of `serve chat`, and `* You are ann` of the lab's nickname server. On a relay anybody can send
/// such a line, so the name only serves to find mentions.
pub(crate) fn parse_nick_assignment(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let rest = line.strip_prefix("* ")?;
    if let Some(rest) = rest.strip_prefix("You are ") {
        let nick = first_name(rest)?;
        let is_ours = match rest.get(nick.len()..)? {
            "" => !NOT_NICKS.iter().any(|word| nick.eq_ignore_ascii_case(word)),
            " already." => true,
            more => more.starts_with(". Change it with /nick NAME."),
        };
        return is_ours.then_some(nick);
    }
    // The answer to `/names`: `* 2 here: ann, bob. You are ann.` The first character rules out most other lines.
    rest.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
    let (count, names) = rest.split_once(" here: ")?;
    count.parse::<u32>().ok()?;
    let (_, you) = names.strip_suffix('.')?.rsplit_once(". You are ")?;
    first_name(you).filter(|nick| nick.len() == you.len())
}

/// Returns the old and the new nickname if a line announces a change: `* ann is now known as anna`.
pub(crate) fn parse_rename(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_end().strip_prefix("* ")?;
    let before = first_name(rest)?;
    let after = rest.strip_prefix(before)?.strip_prefix(" is now known as ")?;
    (first_name(after)?.len() == after.len()).then_some((before, after))
}

/// Words that may follow `You are` without being a nickname, in lowercase.
const NOT_NICKS: &[&str] =
    &["alone", "connected", "disconnected", "first", "here", "in", "offline", "online", "welcome"];

/// Returns the nickname at the start of a text, by the rules of `serve chat` and with at most [`MAX_CHARS`] characters.
fn first_name(text: &str) -> Option<&str> {
    let is_nick_char = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_') || is_combining_mark(c);
    // Reads one character more than the maximum, to detect longer names cheaply.
    let len = text.chars().take(MAX_CHARS + 1).take_while(|c| is_nick_char(*c)).map(char::len_utf8);
    let (chars, end) = len.fold((0, 0), |(chars, end), len| (chars + 1, end + len));
    text.get(..end).filter(|name| !name.is_empty() && chars <= MAX_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::speaker::{SpeakerRule, SpeechKind};
    use crate::server::room::{LineEnd, Output, PeerId, ReceivedLine, Room, ServerTime};
    use crate::server::rooms::chat::Chat;
    use fastrand::Rng;
    use proptest::prelude::*;

    #[test]
    fn sentences_that_assign_a_nickname_are_recognised() {
        for (line, nick) in [
            ("* You are brave-otter. Change it with /nick NAME. Also: /names, /me, /msg, //help.", Some("brave-otter")),
            ("* You are ann. Change it with /nick NAME.", Some("ann")),
            ("* You are Łucja already.\r", Some("Łucja")),
            ("* 2 here: ann, bob. You are ann.", Some("ann")),
            ("* 300 here: ann, bob and 100 more. You are _x_.", Some("_x_")),
            ("* You are otter17", Some("otter17")),
            ("* You are welcome", None),
            ("* You are welcome.", None),
            ("* You are now an operator", None),
            ("* You are ", None),
            ("You are ann", None),
            ("bob: * You are ann", None),
            ("* 2 here: ann, bob.", None),
            ("* many here: ann. You are ann.", None),
            ("* 1 other person is here: bob", None),
            ("* You are ann. Welcome!", None),
            (&format!("* You are {}", "é".repeat(MAX_CHARS)), Some(&"é".repeat(MAX_CHARS))),
            (&format!("* You are {}", "é".repeat(MAX_CHARS + 1)), None),
        ] {
            assert_eq!(parse_nick_assignment(line), nick, "{line:?}");
        }
        assert_eq!(parse_rename("* ann is now known as anna\r"), Some(("ann", "anna")));
        assert_eq!(parse_rename("* ann is now known as the boss"), None);
        assert_eq!(parse_rename("bob: * ann is now known as anna"), None);
    }

    /// Runs `serve chat` with two clients, sends these lines from the first, and returns the lines that each receives.
    fn chat_transcripts(lines: &[&str]) -> [Vec<String>; 2] {
        let peers = [PeerId(0), PeerId(1)];
        let (mut chat, mut out) = (Chat::new(0, b"", Rng::with_seed(1)), Output::default());
        let mut read = [String::new(), String::new()];
        chat.joined(ServerTime::ZERO, peers[0], &mut out);
        chat.joined(ServerTime::ZERO, peers[1], &mut out);
        for text in lines {
            chat.line(
                ServerTime::ZERO,
                peers[0],
                ReceivedLine { text: text.as_bytes(), end: LineEnd::Lf, continues: false },
                &mut out,
            );
        }
        chat.line(
            ServerTime::ZERO,
            peers[1],
            ReceivedLine { text: b"/msg ann pst", end: LineEnd::Lf, continues: false },
            &mut out,
        );
        for delivery in out.take_deliveries() {
            for (peer, read) in peers.iter().zip(&mut read) {
                if delivery.to.includes(*peer) {
                    read.push_str(std::str::from_utf8(&delivery.bytes).unwrap());
                }
            }
        }
        read.map(|read| read.lines().map(str::to_owned).collect())
    }

    #[test]
    fn all_lines_of_the_builtin_chat_are_recognised() {
        let [ann, other] = chat_transcripts(&["/nick ann", "/nick", "/nick ann", "/names", "hello", "/me waves"]);
        let assigned: Vec<_> = ann.iter().filter_map(|line| parse_nick_assignment(line)).collect();
        assert_eq!(assigned.len(), 4, "{ann:#?}");
        assert_eq!(assigned[1..], ["ann"; 3], "{ann:#?}");
        let renames: Vec<_> = ann.iter().filter_map(|line| parse_rename(line)).collect();
        assert_eq!(renames, [(assigned[0], "ann")]);
        let speakers_of = |lines: &[String]| {
            let speakers = lines.iter().filter_map(|line| Some((SpeakerRule::Auto.speaker(line)?, line)));
            speakers
                .map(|(speaker, line)| (speaker.kind, line.get(speaker.nick).unwrap().to_owned()))
                .collect::<Vec<_>>()
        };
        let other_nick = other.iter().find_map(|line| parse_nick_assignment(line)).unwrap();
        assert_eq!(speakers_of(&ann).len(), ann.len(), "every line has a speaker: {ann:#?}");
        assert_eq!(speakers_of(&ann).last(), Some(&(SpeechKind::Whisper, other_nick.to_owned())));
        let from_ann: Vec<_> = speakers_of(&other).into_iter().filter(|(_, nick)| nick == "ann").collect();
        let ann = || "ann".to_owned();
        assert_eq!(
            from_ann,
            [(SpeechKind::Message, ann()), (SpeechKind::Action, ann()), (SpeechKind::Whisper, ann())],
            "{other:#?}"
        );
    }

    proptest! {
        #[test]
        fn recognised_nicknames_are_parts_of_the_line(
            line in "(\\* |)(You are |[0-9] here: |)([a-zé漢]|\u{301}|-|_|\\.|, | is now known as |\\. You are |.){0,12}\\.?",
        ) {
            prop_assert!(parse_nick_assignment(&line).is_none_or(|nick| !nick.is_empty() && line.contains(nick)));
            prop_assert!(parse_rename(&line).is_none_or(|(_, after)| line.trim_end().ends_with(after)));
        }
    }
}
