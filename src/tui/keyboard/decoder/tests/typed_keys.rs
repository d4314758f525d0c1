//! Keys at a terminal with marker support, however they are split; and text that must be whole at any terminal.

use super::*;
use crate::app::keys::KeySequenceParser;
use crate::app::{Action, App, Effect, Event, MIN_READING_TIME, Mode, Now, Settings};
use crate::link::{Endpoint, LinkCommand, LinkEvent, LinkId};
use crate::tui::keyboard::evidence::QUERY;
use crate::tui::translate::{Translated, translate};

/// An app without screen and network, with the clock of a [`Typist`].
struct Client {
    app: App,
    interpreter: KeySequenceParser,
    begin: Instant,
    sent: Vec<u8>,
}

impl Client {
    fn new(begin: Instant) -> Self {
        let mut app = App::new(Settings::default());
        let _ = app.open(Endpoint::parse("127.0.0.1:12345").unwrap());
        let mut client = Self { app, interpreter: KeySequenceParser::default(), begin, sent: Vec::new() };
        let opened = LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() };
        client.update(begin, Event::Link(LinkId(0), opened));
        client
    }

    fn update(&mut self, at: Instant, event: Event) {
        let elapsed = at - self.begin;
        while let Some(due) = self.app.deadline().filter(|due| *due <= elapsed) {
            self.update_now(due, Event::Timer);
        }
        self.update_now(elapsed, event);
    }

    fn update_now(&mut self, elapsed: Duration, event: Event) {
        for effect in self.app.update(Now { elapsed, ..Now::default() }, event).effects {
            if let Effect::Link(_, LinkCommand::Send(bytes)) = effect {
                self.sent.extend_from_slice(&bytes);
            }
        }
    }

    fn press(&mut self, at: Instant, inputs: Vec<Input>) {
        for input in inputs {
            if let Translated::Event(event) = translate(&mut self.interpreter, &self.app.keys().clone(), input) {
                self.update(at, event);
            }
        }
    }

    /// Cancels all questions, with their text in the draft, and returns the sent text and the draft.
    fn all_text(mut self, mut at: Instant) -> String {
        for _ in 0..100 {
            at += MIN_READING_TIME;
            match self.app.mode() {
                Mode::SendPreview { .. } => self.update(at, Event::Action(Action::PreviewEdit)),
                Mode::Input if self.app.tab().sending().is_none() => break,
                Mode::Input => self.update(at, Event::Timer),
                _ => self.update(at, Event::Action(Action::Cancel)),
            }
        }
        String::from_utf8(self.sent).unwrap() + self.app.tab().line_editor().text()
    }
}

/// Removes line ends, which may answer a question, and the command that asks one.
fn letters(text: &str) -> String {
    text.replace(['\r', '\n'], "").replace("/eof", "")
}

/// Generates input of a user who does not watch the screen: lines, questions, pastes of several lines.
fn blind_input() -> impl Strategy<Value = Vec<String>> {
    let text = "[a-dé漢]{1,6}|[a-dé漢]{0,3}\r";
    let paste = "[a-dé漢]{1,3}(\r[a-dé漢]{1,3}){1,2}\r?".prop_map(|text| format!("\x1b[200~{text}\x1b[201~"));
    prop::collection::vec(prop_oneof![4 => text, 1 => paste, 1 => Just("\r/eof\r".to_owned())], 1..12)
}

/// Generates stalls in milliseconds.
fn stalls() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(prop_oneof![Just(0), 1..60_u32, 60..2400_u32], 16)
}

/// Whether a pause after this read changes the result: after ESC, and Alt with a character that starts strings.
fn ends_with_ambiguity(read: &[u8]) -> bool {
    [&b"\x1b"[..], b"\x1bX", b"\x1b^", b"\x1b_"].iter().any(|half| read.ends_with(half))
}

/// Decodes reads with a stall after each, and returns all events.
fn stalled(typist: &mut Typist, reads: &[&[u8]], stalls: &[u32]) -> Vec<Input> {
    let mut events = Vec::new();
    for (read, stall) in reads.iter().zip(stalls.iter().cycle()) {
        events.extend(typist.types(read));
        let stall = if ends_with_ambiguity(read) { (*stall).min(49) } else { *stall };
        events.extend(typist.waits(MS * stall));
    }
    events.extend(typist.waits(REST_TIMEOUT));
    events
}

/// Generates input: keys, text in several scripts, line ends, marked pastes.
fn tokens() -> impl Strategy<Value = Vec<u8>> {
    let key = prop::sample::select(SEQUENCES).prop_map(<[u8]>::to_vec);
    let text = "[a-zé漢😀\t\r\n]{1,12}".prop_map(String::into_bytes);
    let paste = "[a-zé漢😀\t\r\n]{0,12}".prop_map(|text| [PASTE_START, text.as_bytes(), PASTE_END].concat());
    prop::collection::vec(prop_oneof![key, text, paste], 1..8).prop_map(|tokens| tokens.concat())
}

/// A marked paste, and answers to the query.
const MARKED: &[&[u8]] = &[b"\x1b[200~one\rtwo\x1b[201~", b"\x1b[?2004;1$y", b"\x1b[?2004;0$y"];

// 256 cases each here and in CI; `PROPTEST_CASES=100000 cargo test --release --lib decoder` for more.
proptest! {
    #[test]
    fn splits_and_pauses_do_not_change_keys_with_marker_support(
        bytes in tokens(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        stalls in stalls(),
    ) {
        let mut whole = Typist::with_marker_support();
        let mut expected = whole.types(&bytes);
        expected.extend(whole.waits(REST_TIMEOUT));
        let events = stalled(&mut Typist::with_marker_support(), &cut(&bytes, &cuts), &stalls);
        prop_assert_eq!(events, expected);
    }

    #[test]
    fn unmarked_text_is_never_a_paste_with_marker_support(
        text in "[a-zé漢😀\t\r]{1,400}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        stalls in stalls(),
    ) {
        let events = stalled(&mut Typist::with_marker_support(), &cut(text.as_bytes(), &cuts), &stalls);
        prop_assert!(!events.iter().any(|event| matches!(event, Input::Paste(_))));
        prop_assert_eq!(text_of(&events), text);
    }

    #[test]
    fn text_is_whole_and_in_order_on_any_terminal(
        text in "[a-zé漢😀\t\r\n]{1,60}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        stalls in stalls(),
    ) {
        let events = stalled(&mut Typist::new(), &cut(text.as_bytes(), &cuts), &stalls);
        prop_assert_eq!(text_of(&events), text);
    }

    #[test]
    fn nothing_typed_is_lost_whatever_is_asked(
        tokens in blind_input(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        stalls in stalls(),
        has_markers in any::<bool>(),
    ) {
        let bytes = if has_markers { tokens.concat() } else { tokens.concat().replace("\x1b[200~", "").replace("\x1b[201~", "") };
        let mut typist = if has_markers { Typist::with_marker_support() } else { Typist::new() };
        let mut client = Client::new(typist.now);
        for (read, stall) in cut(bytes.as_bytes(), &cuts).iter().zip(stalls.iter().cycle()) {
            let inputs = typist.types(read);
            client.press(typist.now, inputs);
            let stall = if ends_with_ambiguity(read) { (*stall).min(49) } else { *stall };
            let inputs = typist.waits(MS * stall);
            client.press(typist.now, inputs);
        }
        let inputs = typist.waits(REST_TIMEOUT);
        client.press(typist.now, inputs);
        let all = client.all_text(typist.now);
        let typed = bytes.replace("\x1b[200~", "").replace("\x1b[201~", "");
        prop_assert_eq!(letters(&all), letters(&typed), "{:?}", all);
    }

    #[test]
    fn markers_and_answers_are_no_text_however_late_they_are(
        piece in prop::sample::select(MARKED),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        stalls in prop::collection::vec(0..4900_u32, 7),
    ) {
        let bytes = [b"a", piece, b"b"].concat();
        let mut typist = Typist::with_marker_support();
        let mut events = Vec::new();
        for (read, stall) in cut(&bytes, &cuts).iter().zip(stalls) {
            events.extend(typist.types(read));
            events.extend(typist.waits(MS * stall));
        }
        // ESC may be decoded as the Esc key, but nothing else as text.
        events.retain(|event| *event != key(KeyCode::Esc));
        let pasted = piece.starts_with(PASTE_START).then(|| paste("one\rtwo"));
        prop_assert_eq!(events, typed("a").into_iter().chain(pasted).chain(typed("b")).collect::<Vec<_>>());
    }
}

#[test]
fn typed_ahead_lines_are_keys_with_marker_support() {
    let mut typist = Typist::with_marker_support();
    assert_eq!(typist.types(b"ok\rb"), typed("ok\rb"));
    let long = "x".repeat(5000);
    assert_eq!(typist.types(long.as_bytes()), typed(&long));
    assert_eq!(typist.types(b"hello\r"), typed("hello\r"), "Enter is not held");
    assert_eq!(typist.decoder.deadline(), None);
}

#[test]
fn each_kind_of_evidence_shows_marker_support() {
    let text = "some lines\rand more";
    for evidence in ["\x1b[?2004;1$y", "\x1b[?2004;2$y", "\x1b[?2004;3$y", "\x1b[I", "\x1b[O", "\x1b[200~a\x1b[201~"] {
        for at in 0..evidence.len() {
            let mut typist = Typist::new();
            let (first, second) = evidence.split_at(at);
            let events = typist.types_each([first.as_bytes(), second.as_bytes()], MS);
            assert!(events.len() <= 1, "{evidence:?}: {events:?}");
            assert_eq!(typist.types(text.as_bytes()), typed(text), "{evidence:?} in two at {at}");
        }
        // Also for held text, and text before it in the same read.
        let mut typist = Typist::new();
        assert_eq!(typist.types(text.as_bytes()), []);
        assert_eq!(typist.types(evidence.as_bytes())[..text.len()], typed(text));
        let events = Typist::new().types(format!("{text}{evidence}").as_bytes());
        assert_eq!(events[..text.len()], typed(text));
    }
    for other in ["\x1b[?2004;0$y", "\x1b[?2004;4$y", "\x1b[?62;22c", "\x1b[A"] {
        let mut typist = Typist::new();
        typist.types(other.as_bytes());
        assert_eq!(typist.types_each([text.as_bytes()], MS), [paste(text)], "{other:?}");
    }
}

#[test]
fn the_answer_is_noted_whatever_it_says() {
    for answer in ["\x1b[?2004;0$y", "\x1b[?2004;1$y", "\x1b[?2004;4$y"] {
        let mut typist = Typist::new();
        assert!(!typist.decoder.take_answer());
        assert_eq!(typist.types_each(answer.as_bytes().chunks(1), MS * 30), [], "{answer:?}");
        assert!(typist.decoder.take_answer());
        assert!(!typist.decoder.take_answer());
    }
    assert!(QUERY.starts_with("\x1b[?2004"));
}

#[test]
fn sequences_and_characters_wait_for_their_rest() {
    for (first, second, expected) in [
        (&b"\x1b["[..], &b"D"[..], vec![key(KeyCode::Left)]),
        (b"\x1b[1;", b"5D", vec![Input::Key(KeyEvent::new(KeyCode::Left, KeyModifiers::CONTROL))]),
        (b"\x1bO", b"P", vec![key(KeyCode::F(1))]),
        (b"\xc3", b"\xa9", typed("é")),
        (b"\xf0\x9f", b"\x98\x80", typed("😀")),
        (b"\x1b[?62;", b"22c", vec![]),
        (b"\x1b]11;rgb:0/0", b"/0\x1b\\", vec![]),
        (b"\x1b]11;rgb:0/0/0\x1b", b"\\", vec![]),
        (b"\x1bP>|te", b"rm\x1b\\", vec![]),
    ] {
        for stall in [51, 300, 2000, 4900] {
            let mut typist = Typist::new();
            assert_eq!(typist.types(first), [], "{first:?}");
            assert_eq!(typist.waits(MS * stall), [], "{first:?}");
            assert_eq!(typist.types(second), expected, "{first:?} {second:?} after {stall} ms");
        }
    }
}
