//! The nicknames that our own chat server, and the lab's, tell their clients of.

use super::mention::MAX_CHARS;
use unicode_normalization::char::is_combining_mark;

/// The nickname that a server tells the reader of this line they have: `* You are ann. Change it with /nick NAME. ...`.
///
/// The sentences are those of `serve chat`, and the bare `* You are ann` of the lab's own nickname server. On a relay
/// anybody can write them; the name is one to look for, no proof of anything.
pub fn parse_nick_assignment(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let rest = line.strip_prefix("* ")?;
    if let Some(rest) = rest.strip_prefix("You are ") {
        let nick = first_name(rest)?;
        let is_ours = match rest.get(nick.len()..)? {
            "" => !NOT_NAMES.iter().any(|word| nick.eq_ignore_ascii_case(word)),
            " already." => true,
            more => more.starts_with(". Change it with /nick NAME."),
        };
        return is_ours.then_some(nick);
    }
    // The answer to `/names`: `* 2 here: ann, bob. You are ann.` Most other lines are told from it by one character.
    rest.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
    let (count, names) = rest.split_once(" here: ")?;
    count.parse::<u32>().ok()?;
    let (_, you) = names.strip_suffix('.')?.rsplit_once(". You are ")?;
    first_name(you).filter(|nick| nick.len() == you.len())
}

/// Whose name has changed, and to what, if this line says so to everybody: `* ann is now known as anna`. The reader's
/// own name changes with it if it is the first one.
pub fn parse_rename(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_end().strip_prefix("* ")?;
    let before = first_name(rest)?;
    let after = rest.strip_prefix(before)?.strip_prefix(" is now known as ")?;
    (first_name(after)?.len() == after.len()).then_some((before, after))
}

/// What a server may well call somebody who has just come, and is no name.
const NOT_NAMES: &[&str] =
    &["alone", "connected", "disconnected", "first", "here", "in", "offline", "online", "welcome"];

/// The name that a text begins with: what `serve chat` lets be one, of [`MAX_CHARS`] at most.
fn first_name(text: &str) -> Option<&str> {
    let is_fit = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_') || is_combining_mark(c);
    // One more than may be, so that no more of a longer one are looked at.
    let len = text.chars().take(MAX_CHARS + 1).take_while(|c| is_fit(*c)).map(char::len_utf8);
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
    fn the_sentences_that_tell_a_name_are_known() {
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

    /// What two people in our own chat read, line by line, after these lines of the first.
    fn read_in_our_chat(lines: &[&str]) -> [Vec<String>; 2] {
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
    fn our_own_chat_says_what_is_understood_here() {
        let [ann, other] = read_in_our_chat(&["/nick ann", "/nick", "/nick ann", "/names", "hello", "/me waves"]);
        let told: Vec<_> = ann.iter().filter_map(|line| parse_nick_assignment(line)).collect();
        assert_eq!(told.len(), 4, "{ann:#?}");
        assert_eq!(told[1..], ["ann"; 3], "{ann:#?}");
        let renames: Vec<_> = ann.iter().filter_map(|line| parse_rename(line)).collect();
        assert_eq!(renames, [(told[0], "ann")]);
        let manners = |lines: &[String]| {
            let speakers = lines.iter().filter_map(|line| Some((SpeakerRule::Auto.speaker(line)?, line)));
            speakers
                .map(|(speaker, line)| (speaker.manner, line.get(speaker.nick).unwrap().to_owned()))
                .collect::<Vec<_>>()
        };
        let told_other = other.iter().find_map(|line| parse_nick_assignment(line)).unwrap();
        assert_eq!(manners(&ann).len(), ann.len(), "every line has a speaker: {ann:#?}");
        assert_eq!(manners(&ann).last(), Some(&(SpeechKind::Whisper, told_other.to_owned())));
        let heard: Vec<_> = manners(&other).into_iter().filter(|(_, nick)| nick == "ann").collect();
        let ann = || "ann".to_owned();
        assert_eq!(
            heard,
            [(SpeechKind::Message, ann()), (SpeechKind::Action, ann()), (SpeechKind::Whisper, ann())],
            "{other:#?}"
        );
    }

    proptest! {
        #[test]
        fn what_is_told_is_a_piece_of_the_line(
            line in "(\\* |)(You are |[0-9] here: |)([a-zé漢]|\u{301}|-|_|\\.|, | is now known as |\\. You are |.){0,12}\\.?",
        ) {
            prop_assert!(parse_nick_assignment(&line).is_none_or(|nick| !nick.is_empty() && line.contains(nick)));
            prop_assert!(parse_rename(&line).is_none_or(|(_, after)| line.trim_end().ends_with(after)));
        }
    }
}
