mod bursts;
mod pastes;
mod typed_keys;

use super::*;
use crate::tui::keyboard::bracketed_paste::{self, PASTE_END};
use crate::tui::keyboard::unmarked_paste;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;

const MS: Duration = Duration::from_millis(1);

/// A decoder with a manual clock.
struct Typist {
    decoder: Decoder,
    now: Instant,
}

impl Typist {
    fn new() -> Self {
        Self { decoder: Decoder::default(), now: Instant::now() }
    }

    /// A terminal that is known to support paste markers.
    fn with_marker_support() -> Self {
        let mut typist = Self::new();
        assert_eq!(typist.types(b"\x1b[?2004;1$y"), []);
        typist
    }

    /// A terminal whose last paste had no end marker.
    fn after_abandoned_paste() -> Self {
        let mut typist = Self::new();
        assert_eq!(typist.types(b"\x1b[200~text"), []);
        assert_eq!(typist.waits(bracketed_paste::END_TIMEOUT), [paste("text")]);
        typist
    }

    /// Decodes one read.
    fn types(&mut self, bytes: &[u8]) -> Vec<Input> {
        self.decoder.read(bytes, self.now);
        self.events()
    }

    /// Decodes reads with the same pause before each, and then lets the time for more pass.
    fn types_each<'a>(&mut self, reads: impl IntoIterator<Item = &'a [u8]>, gap: Duration) -> Vec<Input> {
        let mut events = Vec::new();
        for read in reads {
            events.extend(self.waits(gap));
            events.extend(self.types(read));
        }
        events.extend(self.waits(unmarked_paste::PASTE_TIMEOUT));
        events
    }

    fn waits(&mut self, time: Duration) -> Vec<Input> {
        self.now += time;
        self.decoder.expire(self.now);
        self.events()
    }

    fn events(&mut self) -> Vec<Input> {
        std::iter::from_fn(|| self.decoder.next()).collect()
    }
}

fn key(code: KeyCode) -> Input {
    Input::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn ctrl(c: char) -> Input {
    Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL))
}

fn alt(c: char) -> Input {
    Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::ALT))
}

fn typed(text: &str) -> Vec<Input> {
    text.chars().map(|c| key(if c == '\r' { KeyCode::Enter } else { KeyCode::Char(c) })).collect()
}

fn paste(text: &str) -> Input {
    Input::Paste(text.to_owned())
}

/// Returns the text that the events make of an empty draft.
fn text_of(events: &[Input]) -> String {
    let text = |event: &Input| match event {
        Input::Paste(text) => text.clone(),
        event if *event == key(KeyCode::Enter) => "\r".to_owned(),
        event if *event == ctrl('j') => "\n".to_owned(),
        event if *event == key(KeyCode::Tab) => "\t".to_owned(),
        Input::Key(KeyEvent { code: KeyCode::Char(c), .. }) => c.to_string(),
        event => panic!("{event:?} is no text"),
    };
    events.iter().map(text).collect()
}

fn is_sent(events: &[Input]) -> bool {
    events.contains(&key(KeyCode::Enter)) || events.contains(&ctrl('j'))
}

fn cut<'a>(bytes: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect()
}

/// Keys, answers, pastes, and incomplete or invalid sequences. No line end after text, which is an unmarked paste.
const SEQUENCES: &[&[u8]] = &[
    b"a",
    "é".as_bytes(),
    "漢".as_bytes(),
    "😀".as_bytes(),
    b"\x1b",
    b"\x1b\x1b",
    b"\x1bx",
    b"\x1b[A",
    b"\x1b[1;5A",
    b"\x1b\x1b[5~",
    b"\x1bOP",
    b"\x1bO5A",
    b"\x1b[[A",
    b"\x1b[3$",
    b"\x1b[97:65;5:3u",
    b"\x1b[<64;10;20M",
    b"\x1b[M`\xff!",
    b"\x1b[I",
    b"\x1b[?62;22c",
    b"\x1b]11;rgb:0/0/0\x1b\\",
    b"\x1bP>|x\x07",
    b"\x1b[200~a\x1b[20\x1b[200~b\rc\x1b[201~",
    b"\x1b[201~",
    b"\x1b[",
    b"\x1bO",
    b"\x1b]",
    b"\x1b[1;",
    b"\x1b]2;half",
    b"\x1b[M`",
    b"\xe9",
    b"\xe6\xbc",
    b"\xff",
    b"\0",
    b"\x1b[5\r",
];

proptest! {
    #[test]
    fn events_do_not_depend_on_the_ends_of_reads(
        sequences in prop::collection::vec(prop::sample::select(SEQUENCES), 1..8),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let bytes = sequences.concat();
        let mut whole = Typist::new();
        let mut expected = whole.types(&bytes);
        expected.extend(whole.waits(bracketed_paste::END_TIMEOUT));
        let mut pieces = Typist::new();
        let mut events: Vec<_> = cut(&bytes, &cuts).into_iter().flat_map(|read| pieces.types(read)).collect();
        events.extend(pieces.waits(bracketed_paste::END_TIMEOUT));
        prop_assert_eq!(events, expected);
    }

    #[test]
    fn lines_are_pasted_wherever_reads_end(
        // At least eight characters: one character and Enter in separate reads may be a program that types key by key.
        text in "[a-zé漢\t]{8,20}(\r|\n|\r\n)[a-zé漢😀\t\r\n]{0,40}[a-z]",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        gap in 0..=5_u32,
    ) {
        let events = Typist::new().types_each(cut(text.as_bytes(), &cuts), MS * gap);
        prop_assert_eq!(text_of(&events), text);
        prop_assert!(!is_sent(&events), "{:?}", events);
    }

    #[test]
    fn one_line_with_its_end_is_entered_wherever_reads_end(
        line in "[a-zé漢😀\t]{1,60}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let bytes = format!("{line}\r");
        let events = Typist::new().types_each(cut(bytes.as_bytes(), &cuts), Duration::ZERO);
        prop_assert_eq!(events.last(), Some(&key(KeyCode::Enter)));
        prop_assert_eq!(text_of(&events), bytes);
    }

    #[test]
    fn a_marked_paste_is_verbatim(text in "(\\PC|\\x1b|\\[|20[01]~|\r|\n){0,60}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let text = text.split("\x1b[201~").next().unwrap();
        let text = text.split("\x1b[200~").next().unwrap();
        let bytes = [PASTE_START, text.as_bytes(), PASTE_END, b"x"].concat();
        let mut typist = Typist::new();
        let events: Vec<_> = cut(&bytes, &cuts).into_iter().flat_map(|read| typist.types(read)).collect();
        prop_assert_eq!(events, [paste(text), key(KeyCode::Char('x'))]);
    }

    #[test]
    fn a_late_rest_is_not_sent_before_its_end(
        text in "[a-zé漢][a-zé漢😀\t\r\n]{0,60}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        gap in 0..50_u32,
    ) {
        let mut typist = Typist::after_abandoned_paste();
        let bytes = [b"abc", text.as_bytes(), PASTE_END].concat();
        // The first read has two characters, which is not typing.
        let mut reads = vec![&bytes[..2]];
        reads.extend(cut(&bytes[2..], &cuts));
        let events = typist.types_each(reads, MS * gap);
        prop_assert!(events.iter().all(|event| matches!(event, Input::Paste(_))), "{:?}", events);
        prop_assert_eq!(text_of(&events), format!("abc{text}"));
        prop_assert_eq!(typist.types(b"\r"), typed("\r"));
    }

    #[test]
    fn no_bytes_block_the_keyboard(bytes in prop::collection::vec(any::<u8>(), 0..300), late in any::<bool>()) {
        let mut typist = if late { Typist::after_abandoned_paste() } else { Typist::new() };
        typist.types(&bytes);
        // The paste, and an incomplete character at its end.
        typist.waits(bracketed_paste::END_TIMEOUT);
        typist.waits(REST_TIMEOUT);
        prop_assert_eq!(typist.decoder.deadline(), None);
        prop_assert_eq!(typist.types(b"x"), [key(KeyCode::Char('x'))]);
        typist.waits(MS * 51);
        prop_assert_eq!(typist.types(b"\r"), [key(KeyCode::Enter)]);
    }
}

#[test]
fn a_lone_escape_is_esc_after_its_timeout() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b"), []);
    assert_eq!(typist.waits(ESC_TIMEOUT.checked_sub(MS).unwrap()), []);
    assert_eq!(typist.waits(MS), [key(KeyCode::Esc)]);
    // A paste marker may begin like this.
    assert_eq!(typist.types(b"["), []);
    assert_eq!(typist.types(b"x"), typed("[x"));
    assert_eq!(typist.decoder.deadline(), None);
    assert_eq!(typist.types(b"\x1b\x1b"), []);
    assert_eq!(typist.waits(ESC_TIMEOUT), [key(KeyCode::Esc), key(KeyCode::Esc)]);
}

#[test]
fn a_split_key_is_a_key_even_if_the_rest_is_read_late() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b["), []);
    // A frame is written meanwhile.
    typist.now += REST_TIMEOUT * 2;
    assert_eq!(typist.types(b"5~"), [key(KeyCode::PageUp)]);
}

#[test]
fn an_incomplete_sequence_is_no_text() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b[1;"), []);
    assert_eq!(typist.waits(REST_TIMEOUT), []);
    assert_eq!(typist.types(b"y"), [key(KeyCode::Char('y'))]);
    assert_eq!(typist.types(b"\x1b[1\x1b[5~"), [key(KeyCode::PageUp)]);
    assert_eq!(typist.types(b"\x1b[5\r"), [key(KeyCode::Enter)]);
    assert_eq!(typist.types(b"\x1b]11;rgb"), []);
    assert_eq!(typist.waits(REST_TIMEOUT), []);
    assert_eq!(typist.types(b"\x1b]11;rgb\x03"), [ctrl('c')]);
}

#[test]
fn characters_that_start_sequences_are_keys_with_alt() {
    let mut typist = Typist::new();
    for (c, timeout) in
        [('[', REST_TIMEOUT), ('O', REST_TIMEOUT), (']', REST_TIMEOUT), ('_', ESC_TIMEOUT), ('^', ESC_TIMEOUT)]
    {
        assert_eq!(typist.types(&[0x1b, c as u8]), []);
        assert_eq!(typist.waits(timeout.checked_sub(MS).unwrap()), []);
        assert!(matches!(&typist.waits(MS)[..], [Input::Key(key)] if key.code == KeyCode::Char(c)));
    }
    assert_eq!(typist.types(b"\x1b]hi"), [vec![alt(']')], typed("hi")].concat());
    assert_eq!(typist.types(b"\x1b]\x1b]\x1b[A"), [alt(']'), alt(']'), key(KeyCode::Up)]);
}

#[test]
fn a_string_without_end_is_abandoned() {
    let mut typist = Typist::new();
    let endless = [b"\x1b]", "1".repeat(5000).as_bytes()].concat();
    assert_eq!(typist.types(&endless).len(), 5000 - 1024);
    assert_eq!(typist.types(b"\x1b[1234567890"), []);
    assert_eq!(typist.types("1".repeat(2000).as_bytes()).len(), 2010 - 1024);
}

#[test]
fn an_incomplete_character_waits_for_its_rest() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\xe6\xbc"), []);
    assert_eq!(typist.types(b"\xa2"), [key(KeyCode::Char('漢'))]);
    assert_eq!(typist.types(b"\xe6\xbc"), []);
    assert_eq!(typist.waits(ESC_TIMEOUT * 40), []);
    assert_eq!(typist.waits(REST_TIMEOUT), [key(KeyCode::Char('\u{fffd}'))]);
    assert_eq!(typist.types(b"\xe9a"), typed("\u{fffd}a"));
}
