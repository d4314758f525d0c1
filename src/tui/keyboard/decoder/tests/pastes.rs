//! Marked pastes, and pastes whose end marker is late or lost.

use super::*;
use crate::tui::keyboard::bracketed_paste::{self, PASTE_END};

#[test]
fn a_paste_is_verbatim_except_invalid_utf8() {
    let mut typist = Typist::new();
    let events = typist.types(b"a\x1b[200~one\r\n\x1b[20~\x03\x1b[A\xff\x1b[201~b");
    assert_eq!(events, [typed("a"), vec![paste("one\r\n\x1b[20~\x03\x1b[A\u{fffd}")], typed("b")].concat());
}

#[test]
fn a_huge_paste_is_truncated() {
    let mut typist = Typist::new();
    typist.types(PASTE_START);
    for _ in 0..(9 << 20) / 4096 {
        assert_eq!(typist.types(&[b'x'; 4096]), []);
    }
    let events = typist.types(b"\x1b[201~y");
    assert!(matches!(&events[..], [Input::Paste(text), _] if text.len() == 8 << 20), "{}", events.len());
}

#[test]
fn a_paste_without_end_ends_after_a_timeout() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b[200~the text"), []);
    assert_eq!(typist.waits(bracketed_paste::END_TIMEOUT), [paste("the text")]);
    assert_eq!(typist.types(b"b"), typed("b"));
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b[200~the text"), []);
    for _ in 0..14 {
        assert_eq!(typist.waits(MS * 2000), []);
        assert_eq!(typist.types(b"a"), []);
    }
    assert_eq!(typist.waits(MS * 2000), [paste("the textaaaaaaaaaaaaaa")]);
    assert_eq!(typist.types(b"b"), typed("b"));
    assert_eq!(typist.types(b"\x1b[201~c"), typed("c"));
}

#[test]
fn keys_read_after_the_timeout_are_keys() {
    let mut typist = Typist::new();
    typist.types(b"\x1b[200~text\x1b[20");
    typist.now += bracketed_paste::END_TIMEOUT;
    // Nothing was read meanwhile. The incomplete marker is no text.
    assert_eq!(typist.types(b"\r"), [paste("text"), key(KeyCode::Enter)]);
    typist.types(b"\x1b[200~text\x1b[20");
    typist.now += bracketed_paste::END_TIMEOUT;
    assert_eq!(typist.types(b"1~"), [paste("text")]);
}

#[test]
fn fast_text_extends_the_timeout_of_a_paste() {
    let mut typist = Typist::new();
    typist.types(PASTE_START);
    for _ in 0..4 {
        assert_eq!(typist.waits(MS * 4900), []);
        assert_eq!(typist.types(b"ab"), []);
    }
    for (gap, read) in [(500, &b"thirteen byte"[..]), (40, b"x"), (50, b"\r"), (4, b"abcd")] {
        for _ in 0..500 {
            assert_eq!(typist.waits(MS * gap), []);
            assert_eq!(typist.types(read), []);
        }
    }
    let events = typist.waits(bracketed_paste::END_TIMEOUT);
    assert!(
        matches!(&events[..], [Input::Paste(text)] if text.len() == 8 + 500 * (13 + 1 + 1 + 4)),
        "{}",
        events.len()
    );
}

#[test]
fn keys_and_mouse_reports_do_not_extend_the_timeout() {
    for key in [&b"\x1b[A"[..], b"\x1b[1;5A", b"\x1bx", b"\x7f", b"\x03"] {
        let mut typist = Typist::new();
        typist.types(b"\x1b[200~text");
        for _ in 0..97 {
            assert_eq!(typist.waits(MS * 51), []);
            assert_eq!(typist.types(key), []);
        }
        assert_eq!(typist.waits(MS * 53).len(), 1, "{key:?}");
    }
    let mut typist = Typist::new();
    typist.types(b"\x1b[200~text");
    for _ in 0..499 {
        assert_eq!(typist.waits(MS * 10), []);
        assert_eq!(typist.types(b"\x1b[<35;64;10M"), []);
    }
    assert_eq!(typist.waits(MS * 10).len(), 1);
}

#[test]
fn a_paste_that_stalls_too_long_is_two_pastes() {
    let mut typist = Typist::after_abandoned_paste();
    assert_eq!(typist.waits(MS * 1000), []);
    assert_eq!(typist.types(b"rm a\rrm b\r\x1b[201~"), [paste("rm a\rrm b\r")]);
    assert_eq!(typist.decoder.deadline(), None);
    assert_eq!(typist.types(b"\r"), typed("\r"));
    assert_eq!(typist.types_each([&b"keys\r"[..]], MS), typed("keys\r"));
}

#[test]
fn a_late_rest_in_many_reads_is_one_paste() {
    let mut typist = Typist::after_abandoned_paste();
    let rest = "漢 \r\n\x1b[31mé\r\r".repeat(3);
    let bytes: Vec<u8> = [b"..", rest.as_bytes(), PASTE_END].concat();
    let reads = std::iter::once(&bytes[..2]).chain(bytes[2..].chunks(1));
    assert_eq!(typist.types_each(reads, MS * 40), [paste(&format!("..{rest}"))]);
    assert_eq!(typist.types(b"\r"), typed("\r"));
}

#[test]
fn late_rests_with_pauses_are_separate_pastes() {
    let mut typist = Typist::after_abandoned_paste();
    for _ in 0..200 {
        let events = typist.types_each([&b"thirteen byt\r"[..]], MS * 440);
        assert_eq!(events, [paste("thirteen byt\r")]);
    }
    assert_eq!(typist.types(PASTE_END), []);
    assert_eq!(typist.types_each([&b"hello\r"[..]], MS), typed("hello\r"));
}

#[test]
fn typed_keys_are_keys_while_a_late_rest_is_expected() {
    let mut typist = Typist::after_abandoned_paste();
    for text in ["a", "é", "\r", "😀", "\r", "\r"] {
        assert_eq!(typist.waits(MS * 51), []);
        assert_eq!(typist.types(text.as_bytes()), typed(text));
    }
    assert_eq!(typist.types(b"\x1b[A"), [key(KeyCode::Up)]);
    assert_eq!(typist.types(b"\x03"), [ctrl('c')]);
}

#[test]
fn a_key_that_is_no_text_ends_the_wait_for_a_late_rest() {
    for key in [&b"\x1b[A"[..], b"\x7f", b"\x03", b"\x1bx"] {
        let mut typist = Typist::after_abandoned_paste();
        assert_eq!(typist.types(key).len(), 1);
        assert_eq!(typist.types(b"ok\rb"), typed("ok\rb"));
    }
    let mut typist = Typist::after_abandoned_paste();
    assert_eq!(typist.types(b"\x1b[I\x1b[<64;10;20M").len(), 2, "reports are no keys");
    assert_eq!(typist.types_each([&b"ok\rb"[..]], MS), [paste("ok\rb")]);
}

#[test]
fn a_late_rest_may_begin_with_half_a_character_or_marker() {
    for (half, rest, expected) in [("\u{e9}", "", "é"), ("漢", "z", "漢z")] {
        let bytes = [half.as_bytes(), rest.as_bytes()].concat();
        let mut typist = Typist::new();
        typist.types(&[PASTE_START, b"a", &bytes[..1]].concat());
        assert_eq!(typist.waits(bracketed_paste::END_TIMEOUT), [paste("a")]);
        let events = typist.types(&[&bytes[1..], PASTE_END].concat());
        assert_eq!(events, [paste(expected)]);
    }
    for at in 1..PASTE_END.len() {
        let mut typist = Typist::new();
        typist.types(&[PASTE_START, b"a", &PASTE_END[..at]].concat());
        assert_eq!(typist.waits(bracketed_paste::END_TIMEOUT), [paste("a")]);
        typist.waits(MS * 1000);
        assert_eq!(typist.types(&PASTE_END[at..]), [], "{at}");
        assert_eq!(typist.types(b"ok\rb"), typed("ok\rb"));
    }
}

#[test]
fn a_key_ends_a_late_rest() {
    let mut typist = Typist::after_abandoned_paste();
    assert_eq!(typist.types(b"one\rtwo\r"), []);
    assert_eq!(typist.types(b"\x03"), [paste("one\rtwo\r"), ctrl('c')]);
    let mut typist = Typist::after_abandoned_paste();
    assert_eq!(typist.types(b"one\r"), []);
    assert_eq!(typist.types(b"\x1b"), []);
    assert_eq!(typist.types(b"[201~x"), [paste("one\r"), key(KeyCode::Char('x'))]);
}

#[test]
fn text_before_a_late_end_marker_is_pasted() {
    let mut typist = Typist::after_abandoned_paste();
    typist.waits(MS * 500);
    assert_eq!(typist.types(b"\r\x1b[201~\r"), [vec![paste("\r")], typed("\r")].concat());
    // Only once.
    typist.waits(MS * 500);
    assert_eq!(typist.types(b"\r\x1b[201~\r"), typed("\r\r"));
}

#[test]
fn a_split_late_end_marker_is_recognized() {
    for at in 1..PASTE_END.len() {
        let mut typist = Typist::after_abandoned_paste();
        let (first, second) = PASTE_END.split_at(at);
        assert_eq!(typist.types(first), []);
        assert_eq!(typist.types(second), []);
        assert_eq!(typist.decoder.late_paste_until, None);
    }
}

#[test]
fn no_late_rest_after_a_minute_or_in_a_new_paste() {
    let mut typist = Typist::after_abandoned_paste();
    typist.waits(bracketed_paste::LATE_TIMEOUT);
    assert_eq!(typist.types_each([&b"hello\r"[..]], MS), typed("hello\r"));
    let mut typist = Typist::after_abandoned_paste();
    assert_eq!(typist.types(b"more\x1b[200~new"), [paste("more")]);
    assert_eq!(typist.types(PASTE_END), [paste("new")]);
    assert_eq!(typist.types_each([&b"hello\r"[..]], MS), typed("hello\r"));
}

#[test]
fn a_start_marker_inside_a_paste_begins_another() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b[200~one\x1b[2"), []);
    assert_eq!(typist.types(b"00~two"), [paste("one")]);
    assert_eq!(typist.types(b"\x1b[201~x"), [vec![paste("two")], typed("x")].concat());
}
