//! Tests which speakers are recognised.

use super::*;
use proptest::prelude::*;

/// Returns the nickname and the kind of a line.
fn speaker_of<'a>(rule: &SpeakerRule, text: &'a str) -> Option<(&'a str, SpeechKind)> {
    rule.speaker(text).map(|speaker| (text.get(speaker.nick).unwrap(), speaker.kind))
}

#[test]
fn messages_have_their_speaker() {
    for (text, nick) in [
        ("ann: hello", "ann"),
        ("ann:   indented", "ann"),
        ("ann:\ttab", "ann"),
        ("ann: bob: hello", "ann"),
        ("ada-2: x", "ada-2"),
        ("_bob_: x", "_bob_"),
        ("Łucja: cześć", "Łucja"),
        ("漢字: こんにちは", "漢字"),
        ("zo\u{eb}: x", "zo\u{eb}"),
        ("zoe\u{308}: a letter and its dots", "zoe\u{308}"),
        ("bob|away: x", "bob|away"),
        ("b0b.smith@host: x", "b0b.smith@host"),
        ("errol: not an error", "errol"),
        ("You: hello", "You"),
        ("ann: \\xFF^[[2J", "ann"),
        ("<ann> hello", "ann"),
        ("<@ann> hello", "ann"),
        ("<ann>: hello", "ann"),
        ("[ann] hello", "ann"),
        ("[+ann] hello", "ann"),
        ("ann said: hello", "ann"),
        ("ann says: hello", "ann"),
    ] {
        assert_eq!(speaker_of(&SpeakerRule::Auto, text), Some((nick, SpeechKind::Message)), "{text:?}");
    }
}

#[test]
fn actions_whispers_and_notices_are_distinguished() {
    use SpeechKind::{Action, Notice, Whisper};
    for (text, nick, kind) in [
        ("ann *waves*", "ann", Action),
        ("ann *waves to bob, *slowly**", "ann", Action),
        ("* ann waves", "ann", Action),
        ("* ann slaps bob around", "ann", Action),
        ("* Łucja waved.", "Łucja", Action),
        ("ann -> you: hello", "ann", Whisper),
        ("you -> ann: hello", "ann", Whisper),
        ("* brave-otter has joined", "brave-otter", Notice),
        ("* ann joined", "ann", Notice),
        ("* ann left (disconnected: it stopped reading)", "ann", Notice),
        ("* ann is now known as anna", "ann", Notice),
        ("* ann, bob and 3 more joined", "", Notice),
        ("* You are ann. Change it with /nick NAME. Also: /names, /me, /msg, //help.", "", Notice),
        ("* Nobody else is here yet.", "", Notice),
        ("* Nobody is here.", "", Notice),
        ("* Unknown command /x. /help lists the commands; //x sends it as a message.", "", Notice),
        ("* Usage: /msg NAME TEXT", "", Notice),
        ("* Disconnected: you stopped reading. Reconnect to continue.", "", Notice),
        ("* 1 other person is here: ann", "", Notice),
        ("* Earlier messages:", "", Notice),
        ("* End of earlier messages.", "", Notice),
        ("* /names           list the people here", "", Notice),
        ("* 3 here: ann, bob, cid. You are ann.", "", Notice),
        ("* Goodbye.", "", Notice),
        ("* ann: hello", "", Notice),
        ("* turn 1 X: It is your turn, X.", "", Notice),
        ("* server closes in a minute", "", Notice),
        ("* <U+202E> joined", "", Notice),
    ] {
        assert_eq!(speaker_of(&SpeakerRule::Auto, text), Some((nick, kind)), "{text:?}");
    }
}

#[test]
fn other_text_is_not_taken_for_a_nickname() {
    for text in [
        "",
        "hello",
        "hello: ",
        "Name: ",
        "Name:",
        "hello there: x",
        " ann: indented",
        "http://example.org: x",
        "http://example.org",
        "12:30: x",
        "12:30 ann: x",
        "[12:30] x",
        "[1/3] compiling",
        "<> x",
        "[] x",
        ": x",
        "*ann* x",
        "** x",
        "*",
        "* ",
        "*ann waves",
        "127.0.0.1: x",
        "('127.0.0.1', 50234): hello",
        "<U+202E> gnirts",
        "U+202E: x",
        "^[[2J: x",
        "\\xFF: x",
        "a\\b: x",
        "ann\u{202e}: x",
        "an\u{200b}n: x",
        "\u{301}: x",
        "--: x",
        "1984: x",
        "ann -> bob: hello",
        "you -> ann",
        "you -> : x",
        "ann -> you:",
        "ann *",
        "ann **",
        "ann * b *",
        "ann says hello",
        "abcdefghijklmnopqrstuvwxyzabcdefg: one letter too many",
    ] {
        assert_eq!(speaker_of(&SpeakerRule::Auto, text), None, "{text:?}");
        assert_eq!(speaker_of(&SpeakerRule::Off, text), None);
    }
    assert_eq!(speaker_of(&SpeakerRule::Off, "ann: hello"), None);
}

#[test]
fn labels_of_programs_and_protocols_are_no_nicknames() {
    for text in [
        "error: no such file",
        "ERROR: no such file",
        "Warning: x",
        "note: x",
        "usage: nc HOST PORT",
        "[INFO] started",
        "[ ok ] started",
        "HTTP/1.1: x",
        "Content-Type: text/html",
        "Content-Length: 12",
        "Host: localhost",
        "Server: nginx",
        "User-Agent: curl",
        "ValueError: invalid literal",
        "java.lang.NullPointerException: x",
        "<html> x",
        "<!DOCTYPE html> x",
        "<b>x</b>",
    ] {
        assert_eq!(speaker_of(&SpeakerRule::Auto, text), None, "{text:?}");
    }
}

#[test]
fn the_longest_nickname_may_have_wide_characters() {
    for c in ['a', 'é', '漢', '𠮷'] {
        let nick = c.to_string().repeat(MAX_NICK_CHARS);
        for (before, after) in [("", ": x"), ("<", "> x"), ("", " -> you: x"), ("you -> ", ": x"), ("* ", " joined ")] {
            let text = format!("{before}{nick}{after}{}", "y".repeat(60_000));
            assert_eq!(
                speaker_of(&SpeakerRule::Auto, &text).map(|(nick, _)| nick),
                Some(nick.as_str()),
                "{before}{after}"
            );
        }
        assert_eq!(speaker_of(&SpeakerRule::Auto, &format!("{nick}{c}: x")), None);
    }
}

#[test]
fn a_long_line_costs_no_more_than_a_short_one() {
    let lines = ["a".repeat(1 << 16), "漢".repeat(1 << 14), " ".repeat(1 << 16), format!("a: {}", " ".repeat(1 << 16))];
    // Reading 64 KiB a hundred thousand times would be 6.5 GB and take minutes.
    for line in &lines {
        for _ in 0..100_000 / lines.len() {
            assert_eq!(SpeakerRule::Auto.speaker(line), None);
        }
    }
}

#[test]
fn a_pattern_finds_its_group() {
    for (pattern, text, nick) in [
        (r"^(\S+) wrote:", "ann wrote: hello", Some("ann")),
        (r"^\[(\d+:\d+)\] (?<nick>\S+):", "[12:30] ann: x", Some("ann")),
        (r"^(?:(a)|b)", "b", None),
        (r"^(\S*)>", "> x", None),
        (r"^(\S+)>", "no", None),
    ] {
        let rule = SpeakerRule::parse(pattern).unwrap();
        assert_eq!(speaker_of(&rule, text), nick.map(|nick| (nick, SpeechKind::Message)), "{pattern}");
    }
}

#[test]
fn a_formatted_rule_parses_back() {
    for text in ["auto", "off", r"^(\S+)>"] {
        let rule = SpeakerRule::parse(&format!(" {text} ")).unwrap();
        assert_eq!(rule.to_string(), text);
        assert_eq!(SpeakerRule::parse(&rule.to_string()), Ok(rule));
    }
    assert_eq!(SpeakerRule::default(), SpeakerRule::Auto);
    assert_ne!(SpeakerRule::parse("(a)"), SpeakerRule::parse("(b)"));
    assert_ne!(SpeakerRule::parse("(a)"), Ok(SpeakerRule::Off));
}

#[test]
fn an_invalid_pattern_is_explained_in_a_sentence() {
    for (pattern, expected) in [
        ("", "Use auto, off or a pattern"),
        ("^nick", "Put it in parentheses"),
        ("^(nick", "Invalid pattern: unclosed group."),
        ("(\\w{1000}){1000}", "too large"),
        ("(?<=a)(b)", "look-around"),
    ] {
        let sentence = SpeakerRule::parse(pattern).unwrap_err();
        assert!(sentence.contains(expected) && !sentence.contains('\n'), "{pattern:?}: {sentence}");
    }
}

#[test]
fn nick_hash_is_fnv_1a_and_ignores_case() {
    // The published test vectors of FNV-1a, 64 bits.
    assert_eq!(nick_hash(""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(nick_hash("a"), 0xaf63_dc4c_8601_ec8c);
    assert_eq!(nick_hash("foobar"), 0x8594_4171_f739_67e8);
    assert_eq!(nick_hash("Ann"), nick_hash("aNN"));
    assert_eq!(nick_hash("ŁUCJA"), nick_hash("łucja"));
    assert_ne!(nick_hash("ann"), nick_hash("anna"));
}

proptest! {
    #[test]
    fn a_nickname_is_a_part_of_the_text(
        text in prop_oneof![
            any::<String>(),
            "(\\* |you -> |<@?|\\[|)([a-zé漢 ]|\u{301}|\u{202e}|𠮷){0,40}(: |> |\\] | -> you: | \\*| said: | is |:).{0,20}\\*?",
        ],
        pattern in proptest::sample::select(vec![r"(\S+)", r"(.*?) ", r"[^a](.{0,9})", r"(?:x|(é+))", r"(?<nick>\W)$"]),
    ) {
        for rule in [SpeakerRule::Auto, SpeakerRule::parse(pattern).unwrap()] {
            if let Some(speaker) = rule.speaker(&text) {
                prop_assert!(text.get(speaker.nick.clone()).is_some(), "{speaker:?}");
                prop_assert!(!speaker.nick.is_empty() || speaker.kind == SpeechKind::Notice, "{speaker:?}");
            }
        }
    }
}
