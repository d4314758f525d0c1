use super::*;
use crate::app::transcript::Limits;
use crate::app::{Event, LinkState, Now, Options, TimeMode};
use crate::link::{CloseReason, Endpoint, LinkEvent};
use std::time::Duration;

const SIZE: Size = Size { width: 40, height: 10 };

/// An app that is connected, and the face that shows it.
struct Stage {
    app: App,
    face: Plain<Vec<u8>>,
    elapsed: Duration,
}

impl Stage {
    fn new() -> Self {
        Self::with(Options { time: TimeMode::Off, ..Options::default() })
    }

    fn with(options: Options) -> Self {
        let mut app = App::new(options);
        let endpoint = Endpoint::parse("127.0.0.1:12345").unwrap();
        let _ = app.open(endpoint.clone());
        let mut stage = Self { app, face: Plain::new(Vec::new()), elapsed: Duration::ZERO };
        let peer = "127.0.0.1:12345".parse().unwrap();
        stage.event(Event::Link(LinkId(0), LinkEvent::Opening(endpoint)));
        stage.event(Event::Link(LinkId(0), LinkEvent::Opened { peer }));
        assert!(matches!(stage.app.tab().link(), LinkState::Open { .. }));
        assert_eq!(stage.frame(), "\r\x1b[Jnotice: Connected to 127.0.0.1:12345.\r\n> ");
        stage
    }

    fn event(&mut self, event: Event) {
        let now = Now { elapsed: self.elapsed, ..Now::default() };
        let _ = self.app.update(now, event);
    }

    fn receive(&mut self, bytes: &'static [u8]) {
        self.event(Event::Link(LinkId(0), LinkEvent::Received(bytes.into())));
    }

    fn say(&mut self, line: &str) {
        line.chars().for_each(|c| self.event(Event::Type(c)));
        self.event(Event::Act(Action::Submit));
    }

    fn silence(&mut self) {
        self.elapsed += Duration::from_secs(1);
        self.event(Event::Due);
    }

    /// What the next frame writes.
    fn frame(&mut self) -> String {
        String::from_utf8(self.face.paint(&self.app, SIZE)).unwrap()
    }
}

/// What stands in front of new rows while the draft takes one line.
const ERASED: &str = "\r\x1b[J";

#[test]
fn a_row_is_printed_when_it_ends_and_the_draft_below_it_again() {
    let mut stage = Stage::new();
    "half".chars().for_each(|c| stage.event(Event::Type(c)));
    assert_eq!(stage.frame(), "half");
    stage.receive(b"Thank you");
    assert_eq!(stage.frame(), "");
    stage.receive(b" for connecting\nnext");
    assert_eq!(stage.frame(), ERASED.to_owned() + "Thank you for connecting\r\n> half");
    assert_eq!(stage.frame(), "");
    stage.silence();
    assert_eq!(stage.frame(), ERASED.to_owned() + "next\r\n> half");
}

#[test]
fn a_line_that_did_not_leave_after_all_is_said_again_and_one_that_did_is_not() {
    let mut stage = Stage::new();
    for line in ["one", "two", "three"] {
        stage.say(line);
    }
    assert_eq!(stage.frame(), ERASED.to_owned() + "you: one\r\nyou: two\r\nyou: three\r\n> ");
    stage.silence();
    stage.say("four");
    assert_eq!(stage.frame(), ERASED.to_owned() + "you, waiting: four\r\n> ");
    stage.event(Event::Link(LinkId(0), LinkEvent::Written(6)));
    assert_eq!(stage.frame(), "");
    stage.event(Event::Link(LinkId(0), LinkEvent::Closed(CloseReason::ByPeer)));
    let frame = stage.frame();
    assert!(frame.ends_with("sent in part: two\r\nnot sent: three\r\nnot sent: four\r\n> "), "{frame}");
    assert!(!frame.contains("one"), "{frame}");
    assert_eq!(stage.frame(), "");
}

#[test]
fn of_many_lines_that_did_not_leave_some_are_said_and_the_others_counted() {
    let mut stage = Stage::new();
    for _ in 0..5001 {
        stage.say("x");
    }
    stage.frame();
    stage.event(Event::Link(LinkId(0), LinkEvent::Closed(CloseReason::ByPeer)));
    let frame = stage.frame();
    assert_eq!(frame.matches("not sent: x\r\n").count(), 20);
    assert!(frame.contains("(and 4,981 more not sent)"), "{frame}");
}

#[test]
fn who_speaks_is_said_in_words_and_nothing_of_a_peers_drives_the_terminal() {
    let mut stage = Stage::new();
    stage.say("hello");
    stage.receive(b"\x1b[31mred\x1b[0m\x1b[2J\x07\ta\n");
    stage.say("/quit now");
    assert_eq!(
        stage.frame(),
        "\r\x1b[Jyou: hello\r\nred^[[2J^G      a\r\n\
         error: /quit takes nothing after it. To say it to the server, write //quit.\r\n> /quit now"
    );
}

#[test]
fn a_notice_does_not_wait_for_a_row_that_was_under_way_before_it() {
    let mut stage = Stage::new();
    stage.receive(b"under way");
    stage.say("/close it");
    let frame = stage.frame();
    assert!(frame.starts_with("\r\x1b[Jerror: /close takes nothing") && !frame.contains("under way"), "{frame:?}");
    stage.receive(b"... done\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "under way... done\r\n> /close it");
}

#[test]
fn a_draft_over_several_lines_is_taken_back_whole_before_rows_are_printed() {
    let mut stage = Stage::new();
    "x".repeat(100).chars().for_each(|c| stage.event(Event::Type(c)));
    stage.frame();
    stage.receive(b"hi\n");
    let frame = stage.frame();
    assert!(frame.starts_with("\r\x1b[2A\x1b[Jhi\r\n> xxx"), "{frame:?}");
}

#[test]
fn of_a_flood_all_rows_are_printed_in_one_write() {
    let mut stage = Stage::new();
    for _ in 0..1000 {
        stage.receive(b"one\ntwo\n");
    }
    let frame = stage.frame();
    assert_eq!(frame.matches("one\r\ntwo\r\n").count(), 1000);
    assert_eq!(stage.frame(), "");
}

#[test]
fn rows_that_are_gone_before_they_were_printed_are_told() {
    let limits = Limits { rows: 3, ..Limits::default() };
    let mut stage = Stage::with(Options { limits, time: TimeMode::Off, ..Options::default() });
    stage.receive(b"1\n2\n3\n4\n5\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "(2 rows skipped)\r\n3\r\n4\r\n5\r\n> ");
}

#[test]
fn clearing_prints_nothing_and_what_comes_later_is_printed() {
    let mut stage = Stage::new();
    stage.receive(b"before\n");
    stage.say("/clear");
    assert_eq!(stage.frame(), "");
    stage.receive(b"after\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "after\r\n> ");
}

#[test]
fn a_question_is_printed_once_and_again_when_asked_again() {
    let mut stage = Stage::new();
    for _ in 0..2 {
        stage.event(Event::Act(Action::Interrupt));
        assert_eq!(stage.frame(), ERASED.to_owned() + "Quit? Enter or y quits, Esc or n stays.\r\n> ");
        assert_eq!(stage.frame(), "");
        stage.event(Event::Act(Action::Cancel));
        assert_eq!(stage.frame(), "");
    }
}

#[test]
fn the_help_is_printed_whole() {
    let mut stage = Stage::new();
    stage.say("/help");
    let frame = stage.frame();
    assert!(frame.starts_with("\r\x1b[JCommands\r\n"), "{frame:?}");
    assert!(frame.contains("\r\nEditing\r\n") && frame.ends_with("\r\n> "), "{frame:?}");
    assert!(frame.split("\r\n").all(|line| text::columns(line) < 40 || line.starts_with('\r')), "{frame}");
}

#[test]
fn the_time_stands_before_a_row_if_it_is_wanted() {
    let at = Wall((14 * 60 + 2) * 60_000 + 10_123);
    for (mode, words) in [
        (TimeMode::Off, ""),
        (TimeMode::Minutes, "14:02 "),
        (TimeMode::Seconds, "14:02:10 "),
        (TimeMode::Millis, "14:02:10.123 "),
        (TimeMode::Delta, "+1.023 "),
    ] {
        assert_eq!(stamp(at, Some(Wall(at.0 - 1023)), mode), words);
    }
    let mut stage = Stage::new();
    stage.say("/time minutes");
    stage.receive(b"row\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "00:00 row\r\nTime: minutes\r\n> ");
}

#[test]
fn rows_are_read_as_set_and_filtered_ones_are_not_printed() {
    let mut stage = Stage::new();
    stage.say("/encoding latin1");
    stage.say("/filter caf");
    stage.frame();
    stage.receive(b"caf\xe9\nother\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "café\r\n> ");
}

#[test]
fn what_needs_a_screen_says_so() {
    let mut stage = Stage::new();
    stage.event(Event::Act(Action::Pick));
    stage.event(Event::Act(Action::Search));
    assert_eq!(stage.frame(), ERASED.to_owned() + "That needs the whole screen: start without --plain.\r\n> ");
}

#[test]
fn what_is_said_beside_goes_out_in_front_and_the_mouse_stays_the_terminals() {
    let mut stage = Stage::new();
    stage.face.aside(&Aside::Mouse(crate::app::Mouse::Program));
    assert_eq!(stage.frame(), "");
    stage.face.aside(&Aside::Alert(crate::app::AlertWay::Bell, String::new()));
    stage.receive(b"row\n");
    assert_eq!(stage.frame(), "\x07".to_owned() + ERASED + "row\r\n> ");
}

#[test]
fn leaving_takes_the_line_off_and_coming_back_writes_it_again() {
    let mut stage = Stage::new();
    "half".chars().for_each(|c| stage.event(Event::Type(c)));
    stage.frame();
    stage.face.leave().unwrap();
    assert_eq!(stage.face.out, b"\r\x1b[J");
    stage.face.repaint().unwrap();
    stage.receive(b"meanwhile\n");
    assert_eq!(stage.frame(), "\r\x1b[Jmeanwhile\r\n> half");
}

#[test]
fn a_flood_of_blank_rows_is_a_line_a_frame() {
    let mut stage = Stage::new();
    stage.receive(b"a\n\n\nb\n\r\n\r\n\r\n\r\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "a\r\n\r\n\r\nb\r\n(4 blank lines)\r\n> ");
    stage.receive(b"\r\n\r\n\r\nend\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "(3 blank lines)\r\nend\r\n> ");
    stage.say("/fold same");
    stage.frame();
    stage.receive(b"again\nagain\nagain\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "again\r\n(3 times)\r\n> ");
}

#[test]
fn completions_are_gone_through_in_the_line() {
    let mut stage = Stage::new();
    stage.receive(b"ann: x\nanton: y\n");
    "an".chars().for_each(|c| stage.event(Event::Type(c)));
    stage.frame();
    stage.event(Event::Act(Action::Complete));
    assert_eq!(stage.frame(), "ton: ");
    stage.event(Event::Act(Action::Complete));
    assert_eq!(stage.frame(), "\x1b[5D\x1b[Jn: ");
    stage.event(Event::Act(Action::Cancel));
    assert_eq!(stage.frame(), "\x1b[3D\x1b[J");
    "xyz".chars().for_each(|c| stage.event(Event::Type(c)));
    stage.event(Event::Act(Action::Complete));
    assert!(stage.frame().contains("Nothing begins with anxyz.\r\n"));
}
