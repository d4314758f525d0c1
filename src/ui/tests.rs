//! Tests of whole screens, drawn into a test backend.

use super::*;
use crate::app::{Action, Effect, Event, HostEvent, LocalTime, Now, Settings};
use crate::link::{CloseReason, Endpoint, LinkEvent, LinkId};
use bytes::Bytes;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};
use std::time::Duration;

/// An app and a screen to draw it on. The clock starts at 14:02:10.
struct Stage {
    app: App,
    now: Now,
    terminal: Terminal<TestBackend>,
}

impl Stage {
    fn new(columns: u16, lines: u16) -> Self {
        let mut stage = Self::opening(columns, lines);
        stage.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        stage
    }

    /// Creates a stage with a connection attempt under way.
    fn opening(columns: u16, lines: u16) -> Self {
        let wall = LocalTime(((14 * 60 + 2) * 60 + 10) * 1000);
        let mut app = App::new(Settings::default());
        let _ = app.open(Endpoint::parse("127.0.0.1:12345").unwrap());
        let terminal = Terminal::new(TestBackend::new(columns, lines)).unwrap();
        Self { app, now: Now { elapsed: Duration::ZERO, wall }, terminal }
    }

    fn event(&mut self, event: Event) {
        let size = self.terminal.size().unwrap();
        if let Some(panes) = panes(Rect::new(0, 0, size.width, size.height), &self.app) {
            self.app.set_screen_size(panes.viewport());
        }
        let update = self.app.update(self.now, event);
        assert!(!update.effects.contains(&Effect::Quit));
    }

    fn link(&mut self, event: LinkEvent) {
        self.event(Event::Link(LinkId(0), event));
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.link(LinkEvent::Received(Bytes::copy_from_slice(bytes)));
    }

    fn say(&mut self, line: &str) {
        self.event(Event::Paste(line.to_owned()));
        self.event(Event::Action(Action::Submit));
    }

    fn later(&mut self, seconds: u64) {
        self.now.elapsed += Duration::from_secs(seconds);
        self.now.wall.0 += seconds * 1000;
        self.event(Event::Timer);
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| draw(frame, &self.app, &ResolvedTheme::dark())).unwrap();
    }

    /// Returns the lines of the screen, without trailing blanks.
    fn lines(&mut self) -> Vec<String> {
        self.draw();
        let buffer = self.terminal.backend().buffer();
        let mut lines = Vec::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(symbol);
                    skip = crate::text::columns(symbol);
                }
                skip -= 1;
            }
            lines.push(line.trim_end().to_owned());
        }
        lines
    }

    #[track_caller]
    fn expect(&mut self, expected: &str) {
        let expected: Vec<&str> = expected.trim_matches('\n').lines().collect();
        assert_eq!(self.lines(), expected);
    }
}

#[test]
fn a_greeting_without_newline_is_shown_at_once_and_marked() {
    let mut stage = Stage::new(72, 6);
    stage.receive(b"Thank you for connecting");
    stage.expect(
        "
14:02:10 · Connected to 127.0.0.1:12345.
14:02:10 ‹ Thank you for connecting …


 ●  127.0.0.1:12345  connected 14:02:10  ↓24 ↑0  LF UTF-8  F1 help
› Type a message; Enter to send",
    );
    stage.later(5);
    stage.link(LinkEvent::Closed(CloseReason::ByPeer));
    stage.expect(
        "
14:02:10 · Connected to 127.0.0.1:12345.
14:02:10 ‹ Thank you for connecting ⊣
14:02:15 · The server closed the connection after 5 s. Enter
             reconnects.
 ○  127.0.0.1:12345  closed by server 14:02:15, Enter reconnects  ↓24 ↑0
› Enter reconnects",
    );
}

#[test]
fn the_gutter_shows_the_sender() {
    let mut stage = Stage::new(60, 7);
    stage.say("hello");
    stage.receive(b"olleh\r\nwith cr\r");
    stage.expect(
        "
14:02:10 · Connected to 127.0.0.1:12345.
14:02:10 › hello
14:02:10 ‹ olleh
14:02:10 ‹ with cr ^M

 ●  127.0.0.1:12345  connected 14:02:10  ↓15 ↑0  LF UTF-8
› Type a message; Enter to send",
    );
}

#[test]
fn unsent_rows_have_their_own_sign_in_every_theme() {
    let mut stage = Stage::new(70, 9);
    stage.say("one");
    stage.say("two");
    stage.link(LinkEvent::Written(4));
    let signs = |stage: &mut Stage| -> Vec<char> {
        let lines = stage.lines();
        lines.iter().filter_map(|line| line.strip_prefix("14:02:1")?.chars().nth(2)).collect()
    };
    assert_eq!(signs(&mut stage), ['·', '›', '›']);
    stage.later(1);
    assert_eq!(signs(&mut stage), ['·', '›', '◌']);
    stage.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(signs(&mut stage)[..3], ['·', '›', '✗']);
    let cell = &stage.terminal.backend().buffer()[(9, 2)];
    assert_eq!((cell.symbol(), cell.fg), ("✗", ResolvedTheme::dark().error.sign_style.fg.unwrap()));
    stage.terminal.draw(|frame| draw(frame, &stage.app, &ResolvedTheme::mono())).unwrap();
    let cell = &stage.terminal.backend().buffer()[(9, 2)];
    assert_eq!((cell.symbol(), cell.modifier), ("✗", Modifier::BOLD));
}

#[test]
fn an_unacknowledged_line_is_dimmed() {
    for theme in [ResolvedTheme::dark(), ResolvedTheme::light(), ResolvedTheme::mono()] {
        let mut stage = Stage::new(70, 9);
        stage.say("one");
        stage.link(LinkEvent::Written(4));
        stage.link(LinkEvent::Acknowledged { bytes: 0, is_late: true });
        let sign = |stage: &mut Stage| {
            stage.terminal.draw(|frame| draw(frame, &stage.app, &theme)).unwrap();
            let cell = &stage.terminal.backend().buffer()[(9, 1)];
            (cell.symbol().to_owned(), cell.fg, cell.modifier)
        };
        let before = sign(&mut stage);
        stage.later(3);
        let after = sign(&mut stage);
        assert_eq!((&*before.0, &*after.0), ("›", "›"));
        assert_ne!(before, after);
        stage.link(LinkEvent::Acknowledged { bytes: 4, is_late: false });
        assert_eq!(sign(&mut stage), before);
    }
}

#[test]
fn the_gutter_shrinks_with_the_screen() {
    let mut stage = Stage::new(40, 5);
    stage.receive(b"hello there\n");
    assert_eq!(stage.lines()[1], "14:02 ‹ hello there");
    let mut stage = Stage::new(20, 5);
    stage.receive(b"hello there, all of you\n");
    stage.expect(
        "
  127.0.0.1:12345.
‹ hello there, all
  of you
 ●  127.0.0.1:12345
›",
    );
}

#[test]
fn control_sequences_of_a_peer_are_shown_as_marks() {
    let mut stage = Stage::new(60, 6);
    stage.receive(b"\x1b[2J\x1b]0;mine\x07\rover\x08\xe2\x80\xae\xff\t|\n");
    let lines = stage.lines();
    assert_eq!(lines[1], "14:02:10 ‹ ^[[2J^[]0;mine^G ^M");
    assert_eq!(lines[2], "14:02:10 ‹ over^H<U+202E>\\xFF      |");
}

#[test]
fn a_peers_colours_and_marks_are_styled() {
    let mut stage = Stage::new(60, 6);
    stage.receive(b"\x1b[1;31mred\x1b[0m plain\x07\n");
    stage.draw();
    let buffer = stage.terminal.backend().buffer();
    let red = &buffer[(11, 1)];
    assert_eq!((red.symbol(), red.fg), ("r", Color::Indexed(1)));
    assert!(red.modifier.contains(Modifier::BOLD));
    assert_eq!(buffer[(15, 1)].fg, Color::Reset);
    assert_eq!((buffer[(20, 1)].symbol(), buffer[(20, 1)].style().fg), ("^", ResolvedTheme::dark().mark.fg));
}

#[test]
fn new_rows_are_counted_while_scrolled_up() {
    let mut stage = Stage::new(60, 6);
    for n in 0..20 {
        stage.receive(format!("line {n}\n").as_bytes());
    }
    stage.event(Event::Action(Action::Scroll(crate::app::view::viewport::Motion::PageUp)));
    // Without the scrollbar in the last column, which moves as rows arrive.
    let text =
        |lines: &[String]| -> Vec<String> { lines[..4].iter().map(|line| line.chars().take(59).collect()).collect() };
    let before = stage.lines();
    assert!(before[4].ends_with("▼ End"), "{}", before[4]);
    for n in 0..37 {
        stage.receive(format!("new {n}\n").as_bytes());
    }
    let after = stage.lines();
    assert_eq!(text(&after), text(&before));
    assert!(after[4].ends_with("▼ 37 new"), "{}", after[4]);
}

#[test]
fn a_flood_changes_no_cell_of_the_draft() {
    let mut stage = Stage::new(60, 10);
    stage.event(Event::Paste("half a 漢字 line".to_owned()));
    stage.event(Event::Action(Action::Edit(crate::app::Edit::WordLeft)));
    stage.draw();
    let input = |stage: &mut Stage| {
        stage.draw();
        let cursor = stage.terminal.backend().cursor_position();
        let buffer = stage.terminal.backend().buffer();
        let cells: Vec<_> = (0..60).map(|x| buffer[(x, 9)].clone()).collect();
        (cells, cursor)
    };
    let before = input(&mut stage);
    for n in 0..10_000 {
        stage.receive(format!("flood {n}\n").as_bytes());
    }
    assert_eq!(input(&mut stage), before);
}

#[test]
fn the_cursor_is_after_the_typed_text() {
    let mut stage = Stage::new(60, 5);
    stage.event(Event::Paste("a漢é".to_owned()));
    stage.draw();
    assert_eq!(stage.terminal.backend().cursor_position(), Position { x: 2 + 4, y: 4 });
}

#[test]
fn every_size_is_drawn_and_tiny_ones_show_a_notice() {
    for columns in 1..90 {
        for lines in [1, 2, 3, 4, 5, 6, 30] {
            let mut stage = Stage::new(columns, lines);
            stage.receive("漢字かな交じり文 and a long line of words that wraps\tand tabs\n".repeat(3).as_bytes());
            stage.say("a line of mine that is longer than twenty columns");
            let compose = stage.lines();
            stage.event(Event::Action(Action::Help));
            let help = stage.lines();
            stage.event(Event::Action(Action::Cancel));
            stage.event(Event::Action(Action::QuitOrClear));
            stage.draw();
            if columns < MIN_SIZE.0 || lines < MIN_SIZE.1 {
                let notice = compose.concat().replace(' ', "");
                assert!("toosmall:needs20x5".starts_with(&notice), "{columns}x{lines}: {notice}");
            } else {
                assert!(help[0].contains("Commands"), "{help:?}");
            }
        }
    }
}

#[test]
fn the_help_page_lists_commands_and_keys() {
    let mut stage = Stage::new(100, 200);
    stage.say("/help");
    let screen = stage.lines().join("\n");
    for word in ["/nick NAME", "/connect [ADDRESS]", "//word", "PgUp", "Ctrl-Z", "ended without a newline"] {
        assert!(screen.contains(word), "{word} is missing:\n{screen}");
    }
}

#[test]
fn a_narrow_status_line_keeps_the_most_important_items() {
    let mut stage = Stage::new(20, 5);
    for n in 0..20 {
        stage.receive(format!("line {n}\n").as_bytes());
    }
    assert_eq!(stage.lines()[3], " ●  127.0.0.1:12345");
    stage.event(Event::Action(Action::Scroll(crate::app::view::viewport::Motion::PageUp)));
    assert_eq!(stage.lines()[3], " ●  127.0.0…  ▼ End");
    stage.event(Event::Action(Action::QuitOrClear));
    assert_eq!(stage.lines()[3], " Quit? Enter / Esc");
}

#[test]
fn a_long_address_leaves_room_for_the_state() {
    let mut stage = Stage::new(80, 5);
    stage.link(LinkEvent::Closed(CloseReason::ByPeer));
    let long = format!("{}.example:4000", "a-very-long-name".repeat(10));
    let _ = stage.app.open(Endpoint::parse(&long).unwrap());
    let status = stage.lines()[3].clone();
    assert!(status.contains('…') && status.ends_with("looking up, Esc stops"), "{status}");
}

#[test]
fn the_status_line_asks_before_quitting() {
    let mut stage = Stage::new(60, 5);
    stage.event(Event::Action(Action::QuitOrClear));
    assert_eq!(stage.lines()[3], " Quit? Enter or y quits, Esc cancels.");
}

#[test]
fn the_question_counts_the_people_to_disconnect() {
    for (columns, here, words) in [
        (100, 3, " 2 other people are connected and will be disconnected. Quit? Enter or y quits, Esc cancels."),
        (100, 2, " 1 other person is connected and will be disconnected. Quit? Enter or y quits, Esc cancels."),
        (60, 3, " 2 other people are connected. Quit? Enter / Esc"),
        (24, 3, " 2 others. Quit? y / n"),
        (100, 1, " Quit? Enter or y quits, Esc cancels."),
    ] {
        let mut stage = Stage::new(columns, 5);
        let endpoint = Endpoint::parse("127.0.0.1:12345").unwrap();
        let _ = stage.app.host(stage.now, endpoint, &[]);
        stage.link(LinkEvent::Closed(CloseReason::ByUs));
        stage.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        stage.event(HostEvent::ClientCount(here).into());
        stage.event(Event::Action(Action::QuitOrClear));
        assert_eq!(stage.lines()[3], words);
    }
}

/// Returns the cells of the gutter on these lines.
fn gutter(stage: &mut Stage, lines: std::ops::Range<u16>) -> Vec<Vec<ratatui::buffer::Cell>> {
    stage.draw();
    let buffer = stage.terminal.backend().buffer();
    lines.map(|y| (0..11).map(|x| buffer[(x, y)].clone()).collect()).collect()
}

#[test]
fn right_to_left_rows_have_the_same_gutter() {
    let mut stage = Stage::new(60, 8);
    for row in ["hello", "שלום עולם", "مرحبا بالعالم", "a 123 שלום (ab) 456", "\u{202e}שלום"]
    {
        stage.receive(format!("{row}\n").as_bytes());
    }
    let gutters = gutter(&mut stage, 1..6);
    assert!(gutters.iter().all(|gutter| *gutter == gutters[0]), "{:?}", stage.lines());
    stage.expect(
        "
14:02:10 · Connected to 127.0.0.1:12345.
14:02:10 ‹ hello
14:02:10 ‹ םלוע םולש
14:02:10 ‹ ملاعلاب ابحرم
14:02:10 ‹ a 123 םולש (ab) 456
14:02:10 ‹ םולש<U+202E>
 ●  127.0.0.1:12345  connected 14:02:10  ↓86 ↑0  LF UTF-8
› Type a message; Enter to send",
    );
}

#[test]
fn each_line_of_a_wrapped_row_is_reordered_by_itself() {
    let mut stage = Stage::new(60, 7);
    // Both rows wrap at the same places; the first one has left-to-right letters.
    stage.receive(format!("{}\n", "abcdefghi ".repeat(7).trim_end()).as_bytes());
    stage.receive(format!("{}\n", "אבגדהוזחט ".repeat(7).trim_end()).as_bytes());
    let gutters = gutter(&mut stage, 1..5);
    assert_eq!(gutters[2..], gutters[..2]);
    let lines = stage.lines();
    for (left, right) in [(1, 3), (2, 4)] {
        let mirrored = lines[left].replace("abcdefghi", "טחזוהדגבא");
        assert_eq!(lines[right], mirrored);
    }
    // Each word has different letters, so that their order is visible. The first line is full.
    let mut stage = Stage::new(60, 7);
    let words: Vec<String> =
        "אבגדהוז".chars().zip([9, 9, 9, 18, 9, 9, 9]).map(|(c, n)| c.to_string().repeat(n)).collect();
    stage.receive(format!("{}   \n", words.join(" ")).as_bytes());
    let text = |line: &str| line.chars().skip(11).collect::<String>();
    let lines = stage.lines();
    let drawn = |words: &[String]| words.iter().rev().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!([text(&lines[1]), text(&lines[2])], [drawn(&words[..4]), format!("  {}", drawn(&words[4..]))]);
}

#[test]
fn a_continued_line_after_a_notice_has_a_sign() {
    let mut stage = Stage::new(60, 12);
    stage.receive(&[&b"x".repeat(65_000)[..], b"y"].concat());
    stage.event(Event::ExportFinished { path: "out".to_owned(), result: Ok(12) });
    stage.receive(&[&b"x".repeat(535)[..], b" FORGED: the server asks you\n"].concat());
    let lines = stage.lines();
    let notice = lines.iter().position(|line| line.contains("Saved 12 bytes")).unwrap();
    assert!(lines[notice + 1].starts_with("14:02:10 ‹ "), "{lines:#?}");
}

mod input;
mod menu;
mod modes;
mod recording;
mod start;
mod states;
mod tabs;
