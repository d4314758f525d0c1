//! Unmarked pastes, and typing at a terminal without known marker support.

use super::*;
use crate::tui::keyboard::unmarked_paste;

#[test]
fn lines_in_one_read_are_one_paste() {
    for text in ["one\rtwo\r", "one\ntwo\nthree", "one\r\ntwo\r\n", "\tone\r\rtwo", "é\r漢字漢字漢字\r", "a\rbcdefgh"]
    {
        let mut typist = Typist::new();
        assert_eq!(typist.types(text.as_bytes()), [], "{text:?}");
        assert_eq!(typist.waits(unmarked_paste::PASTE_TIMEOUT * 59 / 60), []);
        assert_eq!(typist.types(b"more"), []);
        assert_eq!(typist.waits(unmarked_paste::PASTE_TIMEOUT), [paste(&format!("{text}more"))]);
        assert_eq!(typist.types(text.as_bytes()), []);
        assert_eq!(typist.waits(unmarked_paste::PASTE_TIMEOUT), [paste(text)]);
        assert_eq!(typist.types(b"x"), typed("x"));
    }
}

#[test]
fn text_that_may_have_been_typed_is_keys() {
    for (text, since) in [("ok\rb", 300), ("a\rb", 200), ("one\rtwo", 700), ("é\r漢\r", 500)] {
        let mut typist = Typist::new();
        typist.types(b"x");
        typist.waits(MS * since);
        let is_typed = text.chars().count() <= 7;
        let events = typist.types_each([text.as_bytes()], Duration::ZERO);
        assert_eq!(events == typed(text), is_typed, "{text:?} after {since} ms: {events:?}");
        assert_eq!(text_of(&events), text);
    }
    // A key, Enter and a key may have waited in a buffer together.
    let mut typist = Typist::new();
    typist.types(b"x");
    typist.waits(MS * 20);
    assert_eq!(typist.types_each([&b"a\rb"[..]], Duration::ZERO), typed("a\rb"));
    // Typing continues while an Enter is held.
    let mut typist = Typist::new();
    let reads = [&b"e\r"[..], b"8"].into_iter().chain(b" hello there, all".chunks(1));
    assert_eq!(typist.types_each(reads, MS * 52), typed("e\r8 hello there, all"));
    // Too much text right after another read.
    let mut typist = Typist::new();
    typist.types(b"x");
    assert_eq!(typist.types_each([&b"a\rb"[..]], MS), [paste("a\rb")]);
}

#[test]
fn lines_in_several_reads_are_one_paste() {
    let text = "the first line\rthe second, of many\rp3\r\rand so on\r".repeat(5);
    for gap in 1..=12 {
        let lines = text.split_inclusive('\r').map(str::as_bytes);
        assert_eq!(Typist::new().types_each(lines, MS * gap), [paste(&text)]);
    }
    for (size, gap) in [(1, 1), (1, 5), (16, 16), (100, 50)] {
        let events = Typist::new().types_each(text.as_bytes().chunks(size), MS * gap);
        assert!(!is_sent(&events), "{size} bytes in {gap} ms: {events:?}");
        assert_eq!(text_of(&events), text);
    }
}

#[test]
fn split_characters_are_whole_in_an_unmarked_paste() {
    let text = "漢字\ré\r😀\rtwo\r";
    for size in 1..text.len() {
        let mut typist = Typist::new();
        typist.types(b"\t");
        let events = typist.types_each(text.as_bytes().chunks(size), MS);
        assert!(!is_sent(&events), "{size}: {events:?}");
        assert_eq!(text_of(&events), text);
    }
}

#[test]
fn much_text_in_one_read_is_a_paste() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(&[b'x'; 255]).len(), 255);
    assert_eq!(typist.types(&[b'x'; 256]), []);
    assert_eq!(typist.types(b"\ry\r"), []);
    assert_eq!(typist.waits(unmarked_paste::PASTE_TIMEOUT), [paste(&format!("{}\ry\r", "x".repeat(256)))]);
}

#[test]
fn a_long_line_with_its_end_is_entered_however_it_is_read() {
    let line = "x".repeat(300);
    for (end, last) in [("\r", key(KeyCode::Enter)), ("\n", ctrl('j')), ("\r\n", ctrl('j'))] {
        let whole = format!("{line}{end}");
        assert_eq!(Typist::new().types_each([whole.as_bytes()], MS), [paste(&line), last.clone()]);
        assert_eq!(Typist::new().types_each([line.as_bytes(), end.as_bytes()], MS), [paste(&line), last]);
    }
    let longest = "x".repeat((64 << 10) - 1) + "\r";
    assert_eq!(Typist::new().types_each(longest.as_bytes().chunks(4096), MS).len(), 2);
    let too_long = "x".repeat(64 << 10) + "\r";
    assert_eq!(Typist::new().types_each(too_long.as_bytes().chunks(4096), MS), [paste(&too_long)]);
}

#[test]
fn a_line_typed_by_a_script_is_keys() {
    for text in ["hello\r", "a\r\r\r", "\tx\r"] {
        let mut typist = Typist::new();
        assert_eq!(typist.types(text.as_bytes()), [], "{text:?}");
        assert_eq!(typist.waits(unmarked_paste::ENTER_HOLD.checked_sub(MS).unwrap()), []);
        assert_eq!(text_of(&typist.waits(MS)), text);
    }
    let mut typist = Typist::new();
    assert_eq!(typist.types_each([&b"one\r\n"[..]], MS), [typed("one\r"), vec![ctrl('j')]].concat());
    for (text, held) in [("a", false), ("ab", true), ("abc", true)] {
        assert_eq!(typist.types(text.as_bytes()), typed(text));
        let now = typist.types(b"\r");
        assert_eq!(now.is_empty(), held, "{text}");
        assert_eq!([now, typist.waits(unmarked_paste::ENTER_HOLD)].concat(), typed("\r"));
    }
}

#[test]
fn lines_of_a_script_with_pauses_are_entered() {
    let mut typist = Typist::new();
    for line in ["one\r", "two\r", "three\r"] {
        assert_eq!(typist.types(line.as_bytes()), []);
        assert_eq!(typist.waits(MS * 20), typed(line));
    }
    // Key by key, each after waiting for the screen.
    for _ in 0..20 {
        typist.waits(MS * 30);
        assert_eq!(typist.types(b"x"), typed("x"));
        assert_eq!(typist.waits(MS), []);
        assert_eq!(typist.types(b"\r"), typed("\r"));
    }
}

#[test]
fn typed_keys_are_never_held() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\r\r\r"), typed("\r\r\r"));
    for text in ["a", "é", "\r", "\r", "b"] {
        assert_eq!(typist.waits(MS * 6), []);
        assert_eq!(typist.types(text.as_bytes()), typed(text));
    }
    // Right after a key that is no text, or another Enter.
    for keys in [&b"\x1b[A"[..], b"\x7f"] {
        assert_eq!(typist.types(keys).len(), 1);
        assert_eq!(typist.types(b"\r"), typed("\r"));
        assert_eq!(typist.types(b"\r"), typed("\r"));
    }
    for bytes in [&b"\x15one\r\x15two\r"[..], b"one\r\x1b[Atwo\r", b"one\x7f\r\x1b[I", b"\x1b[A\rx"] {
        let events = Typist::new().types_each([bytes], MS);
        assert!(!events.iter().any(|event| matches!(event, Input::Paste(_))), "{bytes:?}");
    }
}

#[test]
fn lines_with_keys_before_or_after_them_are_a_paste() {
    for (before, behind) in [("", "\x1b[B"), ("\x1b[5~", ""), ("", "\x01"), ("\x1b[A", "\x1b[?62;22c")] {
        let events = Typist::new().types_each([format!("{before}part1\rpart2\r{behind}").as_bytes()], MS);
        assert!(events.contains(&paste("part1\rpart2\r")) && !is_sent(&events), "{before:?} {behind:?}: {events:?}");
    }
}

#[test]
fn a_key_ends_an_unmarked_paste() {
    let mut typist = Typist::new();
    typist.types(b"one\rtwo\r");
    assert_eq!(typist.types(b"\x1b[B"), [paste("one\rtwo\r"), key(KeyCode::Down)]);
    typist.types(b"one\rtwo\r");
    assert_eq!(typist.types(b"\x03"), [paste("one\rtwo\r"), ctrl('c')]);
    typist.types(b"one\r");
    assert_eq!(typist.types(b"\x1b[A"), [typed("one\r"), vec![key(KeyCode::Up)]].concat());
    // Unless it shows that the terminal supports markers.
    typist.types(b"one\r");
    assert_eq!(typist.types(b"two\x1b[200~three\x1b[201~"), [typed("one\rtwo"), vec![paste("three")]].concat());
}
