//! Attempts to imitate another person or the server.

use super::Talk;
use super::talk::is_as_the_server_writes;
use crate::support::serve::Served;

/// Returns the lines ann receives after eve sends `lines`.
fn read_of(server: &Served, lines: &[&[u8]]) -> Vec<String> {
    let mut talk = Talk::start(server);
    let mut eve = server.named("eve");
    talk.both_read(" is now known as eve\n");
    for line in lines {
        eve.sends(line);
        eve.sends(b"\n");
    }
    eve.says("that was all");
    let mut read = talk.ann.reads_until("eve: that was all\n");
    talk.bob.reads_until("eve: that was all\n");
    read.push_str(&talk.goes_on());
    read.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn a_bare_cr_does_not_lead_back_to_the_start_of_the_line() {
    let server = Served::start(&["chat"]);
    let read = read_of(&server, &[b"hi\r* ann left", b"\r\r\rbob: fake", b"/me a\rbob: fake"]);
    assert_eq!(read[..3], ["eve: hi^M* ann left", "eve: ^M^M^Mbob: fake", "eve *a^Mbob: fake*"]);
}

#[test]
fn controls_and_what_cannot_be_seen_are_shown_and_do_nothing() {
    let server = Served::start(&["chat", "--rate", "none"]);
    let mut chars: Vec<char> = (0..0x20_u8).chain(0x7f..0xa0).map(char::from).collect();
    chars.retain(|c| !matches!(c, '\n' | '\t' | '\r'));
    chars.extend(
        "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180e}\u{3164}\u{feff}\u{ffa0}\u{fffb}\u{e0041}".chars(),
    );
    chars.extend(('\u{200b}'..='\u{200f}').chain('\u{2028}'..='\u{202e}').chain('\u{2060}'..='\u{206f}'));
    let sent: Vec<String> = chars.iter().map(|c| format!("a{c}fake")).collect();
    let sent: Vec<&[u8]> = sent.iter().map(String::as_bytes).collect();
    let read = read_of(&server, &sent);
    for (c, line) in chars.iter().zip(&read) {
        assert!(line.starts_with("eve: a") && line.ends_with("fake"), "{c:?}: {line:?}");
        assert!(!line.contains(*c) && line.len() > "eve: afake".len(), "{c:?} is passed on: {line:?}");
    }
    assert!(read.len() > chars.len(), "not one line more or less than was sent");
}

#[test]
fn escapes_nuls_and_broken_utf_8_are_text() {
    let server = Served::start(&["chat"]);
    let lines: [&[u8]; 6] = [
        b"\x1b[2J\x1b[H* bob left",
        b"\x1b]0;title\x07",
        b"a\0b\0",
        b"\xff\xfe\xc3",
        b"\xe2\x80",
        "a\u{9b}31m".as_bytes(),
    ];
    let read = read_of(&server, &lines);
    let expected = [
        "eve: ^[[2J^[[H* bob left",
        "eve: ^[]0;title^G",
        "eve: a^@b^@",
        "eve: \u{fffd}\u{fffd}\u{fffd}",
        "eve: \u{fffd}",
        "eve: a<U+009B>31m",
    ];
    assert_eq!(read[..6], expected);
}

#[test]
fn no_bytes_forge_a_notice_or_another_speaker() {
    let server = Served::start(&["chat", "--rate", "none"]);
    let mut rng = fastrand::Rng::with_seed(7);
    let openings: [&[u8]; 8] = [b"", b"/me ", b"/msg ann ", b"//", b"/msg \xff ", b"/nick ", b"/", b"* ann left\r\n* "];
    let sent: Vec<Vec<u8>> = (0..400)
        .map(|_| {
            let mut line = openings[rng.usize(..openings.len())].to_vec();
            let hot = b"\r\0\x1b* :>-\xe2\x80\xae\xf3\xcc\x81an\t";
            line.extend(
                (0..rng.usize(..40)).map(|_| if rng.bool() { hot[rng.usize(..hot.len())] } else { rng.u8(..) }),
            );
            line
        })
        .collect();
    let read = read_of(&server, &sent.iter().map(Vec::as_slice).collect::<Vec<_>>());
    for line in &read {
        assert!(is_as_the_server_writes(line), "{line:?}");
        let is_hers = line.starts_with("eve");
        let is_known = line.starts_with("bob: line ") || line.contains(" is now known as ");
        assert!(is_hers || is_known || !line.contains(['*', ':']), "{line:?}");
    }
}

#[test]
fn a_nickname_of_17_characters_is_accepted_and_of_21_refused() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("abcdefghijklmnopq");
    talk.both_read(" is now known as abcdefghijklmnopq\n");
    eve.says("/nick abcdefghijklmnopqrstu");
    let told = eve.reads_until(".\n");
    assert!(told.contains("a nickname has at most 20 characters, and this has 21. Try "), "{told}");
    eve.says("/nick");
    eve.reads_until("* You are abcdefghijklmnopq. ");
    eve.says("still me");
    talk.ann.reads_until("abcdefghijklmnopq: still me\n");
    talk.goes_on();
}

#[test]
fn taken_nicknames_are_refused_in_other_case_and_look_alikes() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let (mut ace, mut eve) = (server.named("ace"), server.named("eve"));
    for (name, reason) in [
        ("ann", "\"ann\" is already taken"),
        ("ANN", "\"ann\" is already taken"),
        ("b0b", "it looks too much like \"bob\""),
        // Cyrillic, all of it; and a mixture.
        ("\u{430}\u{441}\u{435}", "it looks too much like \"ace\""),
        ("\u{430}nn", "a nickname uses one script"),
        // Full width, and with what cannot be seen.
        ("\u{ff41}\u{ff4e}\u{ff4e}", "You cannot be"),
        ("a\u{200b}nn", "not U+200B"),
        ("ann\u{202e}", "not U+202E"),
    ] {
        eve.says(&format!("/nick {name}"));
        let told = eve.reads_until(".\n");
        assert!(told.starts_with("* ") && told.contains(reason) && told.contains("Try "), "{name}: {told}");
        assert!(!told.contains(['\u{200b}', '\u{202e}']), "{told:?}");
    }
    eve.says("me");
    ace.reads_until("eve: me\n");
    assert!(!talk.goes_on().contains("known as \u{430}"));
}

#[test]
fn no_name_begins_like_a_notice_or_goes_on_like_a_line() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    for name in ["*", "* ann", "ann:", "ann -> you", "you", "server", "ann\rx", "a\u{1b}[2J", "a b", "\u{301}", "-"] {
        eve.says(&format!("/nick {name}"));
        let told = eve.reads_until("\n");
        assert!(told.starts_with("* You cannot be \""), "{name:?}: {told:?}");
        assert!(told.chars().all(|c| c == '\n' || !c.is_control()), "{told:?}");
    }
    assert!(!talk.goes_on().split_once("known as eve\n").unwrap().1.contains("known as"));
}
