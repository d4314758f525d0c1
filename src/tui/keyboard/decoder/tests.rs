use super::super::paste::{self, END};
use super::*;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;

const MS: Duration = Duration::from_millis(1);

/// A decoder with a clock that is wound by hand.
struct Typist {
    decoder: Decoder,
    now: Instant,
}

impl Typist {
    fn new() -> Self {
        Self { decoder: Decoder::default(), now: Instant::now() }
    }

    /// One whose terminal marks what is pasted.
    fn with_marks() -> Self {
        let mut typist = Self::new();
        assert_eq!(typist.types(b"\x1b[200~\x1b[201~"), [paste("")]);
        typist
    }

    /// One read.
    fn types(&mut self, bytes: &[u8]) -> Vec<Input> {
        self.decoder.read(bytes, self.now);
        self.events()
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

/// Keys, answers, pastes, and things that are none of these or only half.
const SEQUENCES: &[&[u8]] = &[
    b"a",
    "é".as_bytes(),
    "漢".as_bytes(),
    "😀".as_bytes(),
    b"\r",
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
    fn it_does_not_matter_where_reads_end(
        sequences in prop::collection::vec(prop::sample::select(SEQUENCES), 1..8),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let bytes = sequences.concat();
        let mut whole = Typist::with_marks();
        let mut expected = whole.types(&bytes);
        expected.extend(whole.waits(paste::PATIENCE));
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut pieces = Typist::with_marks();
        let mut events: Vec<_> = cuts.windows(2).flat_map(|cut| pieces.types(&bytes[cut[0]..cut[1]])).collect();
        events.extend(pieces.waits(paste::PATIENCE));
        prop_assert_eq!(events, expected);
    }

    #[test]
    fn a_pasted_text_is_the_text(text in "(\\PC|\\x1b|\\[|20[01]~|\r|\n){0,60}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let text = text.split("\x1b[201~").next().unwrap();
        let bytes = [BEGIN, text.as_bytes(), END, b"x"].concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut typist = Typist::new();
        let events: Vec<_> = cuts.windows(2).flat_map(|cut| typist.types(&bytes[cut[0]..cut[1]])).collect();
        prop_assert_eq!(events, [paste(text), key(KeyCode::Char('x'))]);
    }

    #[test]
    fn no_bytes_keep_the_keyboard(bytes in prop::collection::vec(any::<u8>(), 0..300), marks in any::<bool>()) {
        let mut typist = if marks { Typist::with_marks() } else { Typist::new() };
        typist.types(&bytes);
        typist.waits(paste::PATIENCE);
        prop_assert_eq!(typist.decoder.deadline(), None);
        prop_assert_eq!(typist.types(b"x"), [key(KeyCode::Char('x'))]);
    }
}

#[test]
fn an_escape_alone_is_certain_after_a_moment() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b"), []);
    assert_eq!(typist.waits(PATIENCE * 29 / 30), []);
    assert_eq!(typist.waits(MS), [key(KeyCode::Esc)]);
    assert_eq!(typist.types(b"["), [key(KeyCode::Char('['))]);
    assert_eq!(typist.decoder.deadline(), None);
    assert_eq!(typist.types(b"\x1b\x1b"), []);
    assert_eq!(typist.waits(PATIENCE), [key(KeyCode::Esc), key(KeyCode::Esc)]);
}

#[test]
fn a_key_in_pieces_is_a_key_even_if_the_rest_was_read_late() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b["), []);
    // A frame was written meanwhile.
    typist.now += PATIENCE * 2;
    assert_eq!(typist.types(b"5~"), [key(KeyCode::PageUp)]);
}

#[test]
fn a_sequence_that_breaks_off_is_no_text() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b[1;"), []);
    assert_eq!(typist.waits(PATIENCE), []);
    assert_eq!(typist.types(b"y"), [key(KeyCode::Char('y'))]);
    assert_eq!(typist.types(b"\x1b[1\x1b[5~"), [key(KeyCode::PageUp)]);
    assert_eq!(typist.types(b"\x1b[5\r"), [key(KeyCode::Enter)]);
    assert_eq!(typist.types(b"\x1b]11;rgb"), []);
    assert_eq!(typist.waits(PATIENCE), []);
    assert_eq!(typist.types(b"\x1b]11;rgb\x03"), [ctrl('c')]);
}

#[test]
fn letters_that_introduce_sequences_are_keys_with_alt() {
    let mut typist = Typist::new();
    for c in ['[', ']', '_', '^'] {
        assert_eq!(typist.types(&[0x1b, c as u8]), []);
        assert_eq!(typist.waits(PATIENCE), [alt(c)]);
    }
    assert_eq!(typist.types(b"\x1b]\x1b]\x1b[A"), [alt(']'), alt(']'), key(KeyCode::Up)]);
}

#[test]
fn a_string_without_end_is_given_up() {
    let mut typist = Typist::with_marks();
    let endless = [b"\x1b]", "x".repeat(5000).as_bytes()].concat();
    assert_eq!(typist.types(&endless).len(), 5000 - 1024);
    assert_eq!(typist.types(b"\x1b[1234567890"), []);
    assert_eq!(typist.types("1".repeat(2000).as_bytes()).len(), 2010 - 1024);
}

#[test]
fn half_a_character_waits_for_the_rest_but_not_for_long() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\xe6\xbc"), []);
    assert_eq!(typist.types(b"\xa2"), [key(KeyCode::Char('漢'))]);
    assert_eq!(typist.types(b"\xe6\xbc"), []);
    assert_eq!(typist.waits(PATIENCE), [key(KeyCode::Char('\u{fffd}'))]);
    assert_eq!(typist.types(b"\xe9a"), typed("\u{fffd}a"));
}

#[test]
fn a_paste_is_verbatim_and_what_is_no_utf8_is_marked() {
    let mut typist = Typist::new();
    let events = typist.types(b"a\x1b[200~one\r\n\x1b[200~\x03\x1b[A\xff\x1b[201~b");
    assert_eq!(events, [typed("a"), vec![paste("one\r\n\x1b[200~\x03\x1b[A\u{fffd}")], typed("b")].concat());
}

#[test]
fn of_a_huge_paste_the_beginning_is_delivered() {
    let mut typist = Typist::new();
    typist.types(BEGIN);
    for _ in 0..(9 << 20) / 4096 {
        assert_eq!(typist.types(&[b'x'; 4096]), []);
    }
    let events = typist.types(b"\x1b[201~y");
    assert!(matches!(&events[..], [Input::Paste(text), _] if text.len() == 8 << 20), "{}", events.len());
}

#[test]
fn a_paste_without_end_is_over_after_five_seconds_of_keys() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(b"\x1b[200~the text"), []);
    for _ in 0..9 {
        assert_eq!(typist.waits(MS * 500), []);
        assert_eq!(typist.types(b"a"), []);
    }
    assert_eq!(typist.waits(MS * 500), [paste("the textaaaaaaaaa")]);
    assert_eq!(typist.types(b"b"), typed("b"));
    assert_eq!(typist.types(b"\x1b[201~c"), typed("c"));
}

#[test]
fn keys_that_were_waiting_when_the_time_was_up_are_keys() {
    let mut typist = Typist::new();
    typist.types(b"\x1b[200~text\x1b[20");
    typist.now += paste::PATIENCE;
    assert_eq!(typist.types(b"\r"), [paste("text\x1b[20"), key(KeyCode::Enter)]);
    typist.types(b"\x1b[200~text\x1b[20");
    typist.now += paste::PATIENCE;
    assert_eq!(typist.types(b"1~"), [paste("text")]);
}

#[test]
fn text_puts_the_end_of_a_paste_off_also_a_few_bytes_at_a_time() {
    let mut typist = Typist::new();
    typist.types(BEGIN);
    for _ in 0..4 {
        assert_eq!(typist.waits(MS * 4900), []);
        assert_eq!(typist.types(b"sixteen bytes ..."), []);
    }
    // A serial line with 9600 baud.
    for _ in 0..2000 {
        assert_eq!(typist.waits(MS * 4), []);
        assert_eq!(typist.types(b"abcd"), []);
    }
    assert_eq!(typist.waits(paste::PATIENCE).len(), 1);
}

#[test]
fn the_rest_of_a_paste_that_was_given_up_is_a_burst() {
    let mut typist = Typist::with_marks();
    typist.types(b"\x1b[200~text");
    typist.waits(paste::PATIENCE);
    assert_eq!(typist.types(b"rm a\rrm b\r"), []);
    assert_eq!(typist.types(END), [paste("rm a\rrm b\r")]);
}

#[test]
fn lines_in_one_read_are_one_paste() {
    for text in ["one\rtwo\r", "one\ntwo\nthree", "one\r\ntwo\r\n", "\tone\r\rtwo", "é\r漢\r"] {
        let mut typist = Typist::new();
        assert_eq!(typist.types(text.as_bytes()), [], "{text:?}");
        assert_eq!(typist.waits(burst::PATIENCE * 49 / 50), []);
        assert_eq!(typist.types(b"more"), []);
        assert_eq!(typist.waits(burst::PATIENCE), [paste(&format!("{text}more"))]);
        assert_eq!(typist.types(b"x"), typed("x"));
    }
}

#[test]
fn a_lot_of_text_in_one_read_is_a_paste() {
    let mut typist = Typist::new();
    assert_eq!(typist.types(&[b'x'; 255]).len(), 255);
    assert_eq!(typist.types(&[b'x'; 256]), []);
    assert_eq!(typist.types(b"\ry\r"), []);
    assert_eq!(typist.waits(burst::PATIENCE), [paste(&format!("{}\ry\r", "x".repeat(256)))]);
}

#[test]
fn a_long_line_with_its_end_is_entered_however_it_is_read() {
    let line = "x".repeat(300);
    let mut whole = Typist::new();
    assert_eq!(whole.types(format!("{line}\r").as_bytes()), typed(&format!("{line}\r")));
    for (end, keys) in [("\r", vec![key(KeyCode::Enter)]), ("\n", vec![ctrl('j')]), ("\r\n", vec![ctrl('j')])] {
        let mut typist = Typist::new();
        typist.types(line.as_bytes());
        typist.types(end.as_bytes());
        assert_eq!(typist.waits(burst::PATIENCE), [vec![paste(&line)], keys].concat());
    }
}

#[test]
fn what_scripts_and_hands_type_is_keys() {
    for text in ["hello\r", "a\rb", "\r\r\r", "a\r\r\r", "\rx\r"] {
        assert_eq!(Typist::new().types(text.as_bytes()), typed(text), "{text:?}");
    }
    assert_eq!(Typist::new().types(b"one\r\n").len(), 5);
    for bytes in [&b"one\rtwo\r\x1b[A"[..], b"one\rtwo\r\x03", b"one\x7f\rtwo\rthree\r"] {
        assert!(Typist::new().types(bytes).len() > 8, "{bytes:?}");
    }
}

#[test]
fn on_a_terminal_with_marks_a_burst_is_keys() {
    let mut typist = Typist::with_marks();
    assert_eq!(typist.types(b"one\rtwo\r"), typed("one\rtwo\r"));
    assert_eq!(typist.types(&[b'x'; 4096]).len(), 4096);
}

#[test]
fn a_key_ends_a_burst() {
    let mut typist = Typist::new();
    typist.types(b"one\rtwo\r");
    assert_eq!(typist.types(b"\x1b[I"), [paste("one\rtwo\r"), Input::FocusGained]);
    typist.types(b"one\rtwo\r");
    assert_eq!(typist.types(b"\x03"), [paste("one\rtwo\r"), ctrl('c')]);
}
