use super::*;
use proptest::prelude::*;

/// The name and the manner, as `(name, manner)`.
fn found<'a>(who: &SpeakerRule, text: &'a str) -> Option<(&'a str, SpeechKind)> {
    who.speaker(text).map(|speaker| (text.get(speaker.nick).unwrap(), speaker.manner))
}

#[test]
fn what_people_say_has_their_name() {
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
        assert_eq!(found(&SpeakerRule::Auto, text), Some((nick, SpeechKind::Message)), "{text:?}");
    }
}

#[test]
fn deeds_whispers_and_notices_are_told_apart() {
    use SpeechKind::{Action, Notice, Whisper};
    for (text, nick, manner) in [
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
        assert_eq!(found(&SpeakerRule::Auto, text), Some((nick, manner)), "{text:?}");
    }
}

#[test]
fn what_is_no_name_is_not_taken_for_one() {
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
        assert_eq!(found(&SpeakerRule::Auto, text), None, "{text:?}");
        assert_eq!(found(&SpeakerRule::Off, text), None);
    }
    assert_eq!(found(&SpeakerRule::Off, "ann: hello"), None);
}

#[test]
fn what_programs_and_protocols_put_before_a_colon_is_no_name() {
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
        assert_eq!(found(&SpeakerRule::Auto, text), None, "{text:?}");
    }
}

#[test]
fn the_longest_name_is_found_in_the_widest_characters() {
    for c in ['a', 'é', '漢', '𠮷'] {
        let nick = c.to_string().repeat(MAX_NICK);
        for (before, after) in [("", ": x"), ("<", "> x"), ("", " -> you: x"), ("you -> ", ": x"), ("* ", " joined ")] {
            let text = format!("{before}{nick}{after}{}", "y".repeat(60_000));
            assert_eq!(found(&SpeakerRule::Auto, &text).map(|found| found.0), Some(nick.as_str()), "{before}{after}");
        }
        assert_eq!(found(&SpeakerRule::Auto, &format!("{nick}{c}: x")), None);
    }
}

#[test]
fn a_long_line_costs_what_a_short_one_does() {
    let lines = ["a".repeat(1 << 16), "漢".repeat(1 << 14), " ".repeat(1 << 16), format!("a: {}", " ".repeat(1 << 16))];
    // A hundred thousand looks at 64 KiB would be 6.5 GB: minutes, if they went all the way.
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
        let who = SpeakerRule::parse(pattern).unwrap();
        assert_eq!(found(&who, text), nick.map(|nick| (nick, SpeechKind::Message)), "{pattern}");
    }
}

#[test]
fn a_setting_is_read_and_told_alike() {
    for words in ["auto", "off", r"^(\S+)>"] {
        let who = SpeakerRule::parse(&format!(" {words} ")).unwrap();
        assert_eq!(who.to_string(), words);
        assert_eq!(SpeakerRule::parse(&who.to_string()), Ok(who));
    }
    assert_eq!(SpeakerRule::default(), SpeakerRule::Auto);
    assert_ne!(SpeakerRule::parse("(a)"), SpeakerRule::parse("(b)"));
    assert_ne!(SpeakerRule::parse("(a)"), Ok(SpeakerRule::Off));
}

#[test]
fn what_is_wrong_with_a_pattern_is_said_in_a_sentence() {
    for (pattern, says) in [
        ("", "How are names found?"),
        ("^nick", "put it in parentheses"),
        ("^(nick", "no regular expression: unclosed group."),
        ("(\\w{1000}){1000}", "too big"),
        ("(?<=a)(b)", "look-around"),
    ] {
        let sentence = SpeakerRule::parse(pattern).unwrap_err();
        assert!(sentence.contains(says) && !sentence.contains('\n'), "{pattern:?}: {sentence}");
    }
}

#[test]
fn a_hash_is_the_same_everywhere_and_in_any_case() {
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
    fn a_name_is_a_piece_of_the_text(
        text in prop_oneof![
            any::<String>(),
            "(\\* |you -> |<@?|\\[|)([a-zé漢 ]|\u{301}|\u{202e}|𠮷){0,40}(: |> |\\] | -> you: | \\*| said: | is |:).{0,20}\\*?",
        ],
        pattern in proptest::sample::select(vec![r"(\S+)", r"(.*?) ", r"[^a](.{0,9})", r"(?:x|(é+))", r"(?<nick>\W)$"]),
    ) {
        for who in [SpeakerRule::Auto, SpeakerRule::parse(pattern).unwrap()] {
            if let Some(speaker) = who.speaker(&text) {
                prop_assert!(text.get(speaker.nick.clone()).is_some(), "{speaker:?}");
                prop_assert!(!speaker.nick.is_empty() || speaker.manner == SpeechKind::Notice, "{speaker:?}");
            }
        }
    }
}
