use super::rows::timestamp;
use super::*;
use crate::app::modes::start_page::ListMode;
use crate::app::transcript::TranscriptLimits;
use crate::app::{
    Action, Edit, Event, LinkState, LocalTime, MIN_READING_TIME, Mode, Now, RecentServer, Settings, TimestampFormat,
};
use crate::link::{CloseReason, Endpoint, LinkEvent};
use crate::text;
use std::time::Duration;

const SIZE: Size = Size { width: 40, height: 10 };

/// A connected app and the line mode that shows it.
struct Stage {
    app: App,
    line_mode: LineMode<Vec<u8>>,
    elapsed: Duration,
}

impl Stage {
    fn new() -> Self {
        Self::with(Settings { time: TimestampFormat::Off, ..Settings::default() })
    }

    fn with(options: Settings) -> Self {
        let mut app = App::new(options);
        let endpoint = Endpoint::parse("127.0.0.1:12345").unwrap();
        let _ = app.open(endpoint.clone());
        let cells = viewport::Size { columns: SIZE.width.into(), lines: SIZE.height.into() };
        app.set_screen_size(Viewport { messages: cells, page: cells, plain: cells, input_columns: cells.columns });
        let mut stage = Self { app, line_mode: LineMode::new(Vec::new()), elapsed: Duration::ZERO };
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
        line.chars().for_each(|c| self.event(Event::Char(c)));
        self.event(Event::Action(Action::Submit));
    }

    fn act(&mut self, action: Action) {
        self.event(Event::Action(action));
    }

    fn type_text(&mut self, text: &str) {
        text.chars().for_each(|c| self.event(Event::Char(c)));
    }

    fn silence(&mut self) {
        self.elapsed += Duration::from_secs(1);
        self.event(Event::Timer);
    }

    /// Returns the bytes of the next frame.
    fn frame(&mut self) -> String {
        String::from_utf8(self.line_mode.render(&self.app, SIZE)).unwrap()
    }
}

/// Bytes before new rows while the draft is on one screen line.
const ERASED: &str = "\r\x1b[J";

#[test]
fn a_row_is_printed_when_it_ends_and_the_draft_below_it() {
    let mut stage = Stage::new();
    "half".chars().for_each(|c| stage.event(Event::Char(c)));
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
fn only_undelivered_lines_are_printed_again() {
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
    assert!(frame.ends_with("partly sent: two\r\nnot delivered: three\r\nnot delivered: four\r\n> "), "{frame}");
    assert!(!frame.contains("one"), "{frame}");
    assert_eq!(stage.frame(), "");
}

#[test]
fn of_many_undelivered_lines_most_are_counted() {
    let mut stage = Stage::new();
    for _ in 0..5001 {
        stage.say("x");
    }
    stage.frame();
    stage.event(Event::Link(LinkId(0), LinkEvent::Closed(CloseReason::ByPeer)));
    let frame = stage.frame();
    assert_eq!(frame.matches("not delivered: x\r\n").count(), 20);
    assert!(frame.contains("(and 4,981 more not delivered)"), "{frame}");
}

#[test]
fn prefixes_name_the_speaker_and_control_bytes_are_inert() {
    let mut stage = Stage::new();
    stage.say("hello");
    stage.receive(b"\x1b[31mred\x1b[0m\x1b[2J\x07\ta\n");
    stage.say("/quit now");
    assert_eq!(
        stage.frame(),
        "\r\x1b[Jyou: hello\r\nred^[[2J^G      a\r\n\
         error: /quit takes no argument. To send it to the server, type //quit.\r\n> /quit now"
    );
}

#[test]
fn a_notice_does_not_wait_for_an_open_row() {
    let mut stage = Stage::new();
    stage.receive(b"under way");
    stage.say("/close it");
    let frame = stage.frame();
    assert!(frame.starts_with("\r\x1b[Jerror: /close takes no argument") && !frame.contains("under way"), "{frame:?}");
    stage.receive(b"... done\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "under way... done\r\n> /close it");
}

#[test]
fn a_wrapped_draft_is_erased_before_rows_are_printed() {
    let mut stage = Stage::new();
    "x".repeat(100).chars().for_each(|c| stage.event(Event::Char(c)));
    stage.frame();
    stage.receive(b"hi\n");
    let frame = stage.frame();
    assert!(frame.starts_with("\r\x1b[2A\x1b[Jhi\r\n> xxx"), "{frame:?}");
}

#[test]
fn all_rows_of_a_flood_are_printed_in_one_write() {
    let mut stage = Stage::new();
    for _ in 0..1000 {
        stage.receive(b"one\ntwo\n");
    }
    let frame = stage.frame();
    assert_eq!(frame.matches("one\r\ntwo\r\n").count(), 1000);
    assert_eq!(stage.frame(), "");
}

#[test]
fn rows_evicted_before_printing_are_counted() {
    let limits = TranscriptLimits { rows: 3, ..TranscriptLimits::default() };
    let mut stage = Stage::with(Settings { limits, time: TimestampFormat::Off, ..Settings::default() });
    stage.receive(b"1\n2\n3\n4\n5\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "(2 rows skipped)\r\n3\r\n4\r\n5\r\n> ");
}

#[test]
fn clearing_prints_nothing_and_later_rows_are_printed() {
    let mut stage = Stage::new();
    stage.receive(b"before\n");
    stage.say("/clear");
    assert_eq!(stage.frame(), "");
    stage.receive(b"after\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "after\r\n> ");
}

#[test]
fn a_question_is_printed_each_time_it_is_asked() {
    let mut stage = Stage::new();
    for _ in 0..2 {
        stage.event(Event::Action(Action::QuitOrClear));
        assert_eq!(stage.frame(), ERASED.to_owned() + "Quit? Enter or y quits, Esc cancels.\r\n> ");
        assert_eq!(stage.frame(), "");
        stage.event(Event::Action(Action::Cancel));
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
fn rows_have_timestamps_if_set() {
    let at = LocalTime((14 * 60 + 2) * 60_000 + 10_123);
    for (mode, words) in [
        (TimestampFormat::Off, ""),
        (TimestampFormat::Minutes, "14:02 "),
        (TimestampFormat::Seconds, "14:02:10 "),
        (TimestampFormat::Millis, "14:02:10.123 "),
        (TimestampFormat::Delta, "+1.023 "),
    ] {
        assert_eq!(timestamp(at, Some(LocalTime(at.0 - 1023)), mode), words);
    }
    let mut stage = Stage::new();
    stage.say("/time minutes");
    stage.receive(b"row\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "00:00 row\r\nTime: minutes\r\n> ");
}

#[test]
fn rows_use_the_charset_and_filtered_rows_are_not_printed() {
    let mut stage = Stage::new();
    stage.say("/encoding latin1");
    stage.say("/filter caf");
    stage.frame();
    stage.receive(b"caf\xe9\nother\n");
    assert_eq!(stage.frame(), ERASED.to_owned() + "café\r\n> ");
}

#[test]
fn modes_that_need_a_screen_are_not_available() {
    for action in [Action::CopyMode, Action::Search, Action::PlainTextMode] {
        let mut stage = Stage::new();
        stage.act(action);
        assert_eq!(stage.frame(), ERASED.to_owned() + "Not available with --plain: it needs the whole screen.\r\n> ");
        assert!(stage.line_mode.is_shown_once(stage.app.mode()));
    }
}

#[test]
fn alerts_precede_the_frame_and_the_mouse_is_not_captured() {
    let mut stage = Stage::new();
    stage.line_mode.terminal_command(&TerminalCommand::Mouse(crate::app::MouseCapture::On));
    assert_eq!(stage.frame(), "");
    stage.line_mode.terminal_command(&TerminalCommand::Alert(crate::app::AlertMethod::Bell, String::new()));
    stage.receive(b"row\n");
    assert_eq!(stage.frame(), "\x07".to_owned() + ERASED + "row\r\n> ");
}

#[test]
fn shutdown_erases_the_input_line_and_repaint_restores_it() {
    let mut stage = Stage::new();
    "half".chars().for_each(|c| stage.event(Event::Char(c)));
    stage.frame();
    stage.line_mode.shutdown().unwrap();
    assert_eq!(stage.line_mode.out, b"\r\x1b[J");
    stage.line_mode.repaint().unwrap();
    stage.receive(b"meanwhile\n");
    assert_eq!(stage.frame(), "\r\x1b[Jmeanwhile\r\n> half");
}

#[test]
fn blank_rows_and_repeated_rows_are_folded() {
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
fn completions_replace_each_other_in_the_input_line() {
    let mut stage = Stage::new();
    stage.receive(b"ann: x\nanton: y\n");
    "an".chars().for_each(|c| stage.event(Event::Char(c)));
    stage.frame();
    stage.event(Event::Action(Action::Complete));
    assert_eq!(stage.frame(), ERASED.to_owned() + "2 completions: Tab for the next, Esc to cancel.\r\n> anton: ");
    stage.event(Event::Action(Action::Complete));
    assert_eq!(stage.frame(), "\x1b[5D\x1b[Jn: ");
    stage.event(Event::Action(Action::Cancel));
    assert_eq!(stage.frame(), "\x1b[3D\x1b[J");
    "xyz".chars().for_each(|c| stage.event(Event::Char(c)));
    stage.event(Event::Action(Action::Complete));
    assert!(stage.frame().contains("No completion for anxyz.\r\n"));
}

#[test]
fn hidden_input_prints_only_its_length() {
    let mut stage = Stage::new();
    stage.type_text("/secret ");
    stage.frame();
    let mut printed = String::new();
    stage.act(Action::Submit);
    printed += &stage.frame();
    assert!(
        printed.ends_with("Hidden input: Enter sends, Esc cancels. Not saved anywhere.\r\nsecret: "),
        "{printed:?}"
    );
    for c in "hünter2".chars() {
        stage.event(Event::Char(c));
        let frame = stage.frame();
        assert_eq!(frame, "*");
    }
    stage.act(Action::Edit(Edit::Left));
    printed += &stage.frame();
    stage.receive(b"meanwhile\n");
    printed += &stage.frame();
    stage.act(Action::Submit);
    printed += &stage.frame();
    assert!(
        printed.ends_with("meanwhile\r\nsecret: *******\x1b[1D\r\x1b[Jnotice: Sent a secret line.\r\n> "),
        "{printed:?}"
    );
    for c in "hünter2".chars() {
        let is_in_our_text = "Hidden input: Enter sends, Esc cancels. Not saved anywhere. meanwhile notice".contains(c);
        assert!(is_in_our_text || !printed.contains(c), "{c} in {printed:?}");
    }
}

#[test]
fn a_secret_after_its_command_is_erased_from_the_screen() {
    let mut stage = Stage::new();
    stage.type_text("/secret hunter2");
    assert!(stage.frame().contains("hunter2"), "a draft like any other so far");
    stage.act(Action::Submit);
    let frame = stage.frame();
    assert!(frame.starts_with(ERASED) && frame.ends_with("secret: *******"), "{frame:?}");
}

#[test]
fn hidden_input_takes_at_most_one_screen() {
    let mut stage = Stage::new();
    stage.say("/secret");
    stage.frame();
    stage.event(Event::Paste("s".repeat(100_000)));
    let frame = stage.frame();
    assert!(frame.len() < 400 && !frame.contains('s'), "{frame:?}");
}

#[test]
fn a_history_match_is_announced_when_it_changes() {
    let mut stage = Stage::new();
    for line in ["make all", "make test", "ls"] {
        stage.say(line);
    }
    stage.frame();
    stage.act(Action::HistorySearch);
    let frame = stage.frame();
    assert!(frame.contains("Search the history") && frame.ends_with("\r\nsearch: "), "{frame:?}");
    stage.type_text("m");
    assert_eq!(stage.frame(), ERASED.to_owned() + "found: make test\r\nsearch: m");
    stage.type_text("a");
    assert_eq!(stage.frame(), "a", "the same line");
    stage.act(Action::HistorySearch);
    assert_eq!(stage.frame(), ERASED.to_owned() + "found: make all\r\nsearch: ma");
    stage.act(Action::HistorySearch);
    assert_eq!(stage.frame(), ERASED.to_owned() + "No older match.\r\nsearch: ma");
    stage.type_text("x");
    assert_eq!(stage.frame(), ERASED.to_owned() + "Not found. Enter still sends: make all\r\nsearch: max");
    stage.act(Action::Cancel);
    assert_eq!(stage.frame(), "\x1b[11D\x1b[J> ");
}

#[test]
fn a_paste_is_announced_with_first_and_last_lines_and_keys() {
    let mut stage = Stage::new();
    stage.event(Event::Paste("one\n\x1b[2Jtwo\nthree\nfour\nfive\nsix\n".to_owned()));
    let expected = "6 lines pasted, 32 bytes:\r\n1: one\r\n2: ^[[2Jtwo\r\n3: three\r\n(2 lines more)\r\n6: six\r\n\
        Alt-E Edit, Alt-J Join into one line, Alt-S Send, Esc Cancel, or the arrows and Enter.\r\nchoose: Edit";
    assert_eq!(stage.frame(), ERASED.to_owned() + expected);
    stage.act(Action::Edit(Edit::Right));
    assert_eq!(stage.frame(), "\x1b[4D\x1b[JJoin into one line", "the choice, and nothing again");
    stage.act(Action::Cancel);
    let frame = stage.frame();
    assert!(frame.ends_with("Not sent; Ctrl-Y restores the paste.\r\n> "), "{frame:?}");
}

#[test]
fn a_second_paste_and_a_long_line_are_announced() {
    let mut stage = Stage::new();
    stage.event(Event::Paste("one\ntwo\n".to_owned()));
    stage.frame();
    stage.event(Event::Paste("x".repeat(5000)));
    let frame = stage.frame();
    assert!(frame.contains("3 lines pasted, 5,008 bytes:"), "{frame:?}");
    assert!(frame.contains(&format!("3: {}... (5,000 bytes)\r\n", "x".repeat(200))), "{frame:?}");
    assert!(frame.contains("Line 3 is 3,977 bytes over the lab server's 1,024-byte read.\r\n"), "{frame:?}");
    assert!(frame.contains("Added to the previous paste."), "{frame:?}");
}

#[test]
fn hex_bytes_are_announced_escaped() {
    let mut stage = Stage::new();
    stage.say("/hex 68 69 0a ff");
    let frame = stage.frame();
    assert!(frame.contains("4 bytes, sent unchanged:\r\nhi\\n\\xFF\r\nAlt-S Send, Esc Cancel"), "{frame:?}");
}

#[test]
fn a_long_send_is_announced_in_steps() {
    let mut stage = Stage::new();
    stage.receive(b"welcome\n");
    stage.event(Event::Paste("line\n".repeat(1000)));
    stage.frame();
    stage.act(Action::PreviewSend);
    assert_eq!(stage.frame(), ERASED.to_owned() + "Sending 1,000 lines; Esc or Ctrl-C to stop.\r\n> ");
    let mut printed = String::new();
    while stage.app.tab().sending().is_some() {
        stage.elapsed += Duration::from_millis(50);
        stage.event(Event::Timer);
        stage.event(Event::Link(LinkId(0), LinkEvent::Written(5)));
        printed += &stage.frame();
    }
    let rows: Vec<&str> =
        printed.split("\r\n").map(|row| row.trim_start_matches("> ").trim_start_matches(ERASED)).collect();
    assert_eq!(rows.len(), 11, "{rows:?}");
    assert_eq!(rows[..2], ["100 of 1,000 lines sent.", "200 of 1,000 lines sent."]);
    assert_eq!(rows[9], "All 1,000 lines sent.");
}

#[test]
fn stopping_a_send_is_announced() {
    let mut stage = Stage::new();
    stage.event(Event::Paste("line\n".repeat(100)));
    stage.act(Action::PreviewSend);
    stage.frame();
    stage.act(Action::Cancel);
    let frame = stage.frame();
    assert!(
        frame.contains("notice: Stopped after 1 of 100 lines. The rest is in the input line.\r\n99/99> line"),
        "{frame:?}"
    );
    assert!(!frame.contains("All 100"), "{frame:?}");
}

#[test]
fn a_line_queued_behind_a_long_send_is_announced() {
    let mut stage = Stage::new();
    stage.event(Event::Paste("line\n".repeat(100)));
    stage.act(Action::PreviewSend);
    stage.frame();
    stage.say("next");
    let frame = stage.frame();
    assert!(frame.contains("1 more queued, 101 lines in total.\r\n"), "{frame:?}");
    assert!(frame.ends_with("> "), "{frame:?}");
    let mut printed = String::new();
    while stage.app.tab().sending().is_some() {
        stage.elapsed += Duration::from_millis(50);
        stage.event(Event::Timer);
        stage.event(Event::Link(LinkId(0), LinkEvent::Written(5)));
        printed += &stage.frame();
    }
    assert!(printed.contains("All 101 lines sent.\r\n"), "{printed:?}");
    let last = stage.app.tab().transcript().rows().last();
    assert_eq!(last.map(|row| row.bytes.to_vec()), Some(b"next".to_vec()));
}

#[test]
fn a_server_that_does_not_read_is_announced_once() {
    let mut stage = Stage::new();
    stage.event(Event::Paste(format!("{}\n", "x".repeat(60_000)).repeat(60)));
    stage.act(Action::PreviewSend);
    let mut printed = String::new();
    for _ in 0..100 {
        stage.elapsed += Duration::from_millis(50);
        stage.event(Event::Timer);
        printed += &stage.frame();
    }
    assert_eq!(printed.matches("; the server is not reading.\r\n").count(), 1, "{printed:?}");
}

#[test]
fn of_many_sent_rows_in_a_frame_most_are_counted() {
    let mut stage = Stage::new();
    for _ in 0..50 {
        stage.say("x");
    }
    let frame = stage.frame();
    assert_eq!(frame.matches("you: x\r\n").count(), 20);
    assert!(frame.contains("(and 30 more of yours)\r\n"), "{frame:?}");
}

#[test]
fn the_draft_line_with_the_cursor_is_shown_with_its_number() {
    let mut stage = Stage::new();
    stage.type_text("first");
    stage.act(Action::Edit(Edit::NewLine));
    stage.type_text("second");
    stage.frame();
    assert_eq!(written(&stage), "2/2> second");
    stage.act(Action::HistoryPrevMatching);
    assert_eq!(written(&stage), "1/2> first");
    stage.act(Action::HistoryNextMatching);
    stage.act(Action::Edit(Edit::NewLine));
    assert_eq!(written(&stage), "3/3> ");
}

/// Returns the input line as it is written to an empty line.
fn written(stage: &Stage) -> String {
    let columns = usize::from(SIZE.width);
    let mut out = Vec::new();
    InputLine::of(&stage.app, columns, columns * 9).write(columns, &mut out);
    String::from_utf8(out).unwrap().split('\x1b').next().unwrap_or_default().to_owned()
}

#[test]
fn questions_are_announced_in_full_and_so_is_a_half_close() {
    let mut stage = Stage::new();
    stage.act(Action::EndOfInput);
    let frame = stage.frame();
    assert!(frame.contains("Quit? Enter or q quits, h half-closes and keeps reading, Esc cancels.\r\n"), "{frame:?}");
    stage.act(Action::Cancel);
    stage.say("/eof");
    let frame = stage.frame();
    assert!(frame.contains("Half-close? You can still read"), "{frame:?}");
    stage.elapsed += MIN_READING_TIME;
    stage.type_text("y");
    stage.event(Event::Link(LinkId(0), LinkEvent::HalfClosed));
    let frame = stage.frame();
    assert!(frame.contains("notice: Half-closed. The server can still send.\r\n> "), "{frame:?}");
    assert_eq!(stage.app.mode(), Mode::Input);
}

#[test]
fn a_silent_server_is_announced_once_and_so_is_reconnecting() {
    let mut stage = Stage::new();
    stage.elapsed += Duration::from_secs(3);
    stage.event(Event::Timer);
    let announcement = "Connected, but the server has sent nothing. It may be busy with another client: lab servers \
                        serve one at a time.\r\n";
    assert_eq!(stage.frame(), format!("{ERASED}{announcement}> "));
    stage.elapsed += Duration::from_secs(60);
    stage.event(Event::Timer);
    assert_eq!(stage.frame(), "");
    stage.event(Event::Link(LinkId(0), LinkEvent::Closed(CloseReason::ByPeer)));
    stage.frame();
    let mut printed = String::new();
    while let LinkState::Waiting(_) = stage.app.tab().link() {
        stage.elapsed = stage.app.deadline().unwrap();
        stage.event(Event::Timer);
        printed += &stage.frame();
    }
    assert_eq!(printed, "", "seconds are not announced");
    stage.event(Event::Link(LinkId(0), LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() }));
    assert_eq!(stage.frame(), format!("{ERASED}notice: reconnected 00:00:00, away 1 s\r\n> "));
}

#[test]
fn the_start_page_is_a_numbered_list() {
    let mut app = App::new(Settings::default()).with_listing(ListMode::Numbered);
    let _ = app.start(Now::default());
    let mut stage = Stage { app, line_mode: LineMode::new(Vec::new()), elapsed: Duration::ZERO };
    assert_eq!(stage.frame(), "\r\x1b[Jto: ");
    let endpoint = Endpoint::parse("a:1").unwrap();
    let visit = RecentServer { name: None, endpoint, at: LocalTime(0), last_result: "refused\x1b[2J".into() };
    stage.event(Event::RecentServersLoaded(vec![visit]));
    assert_eq!(
        stage.frame(),
        format!(
            "{ERASED}Choose a server:\r\n1. a:1, refused^[[2J, just now\r\n\
             2. 127.0.0.1:12345, default lab address\r\n\
             3. Host a chat here 127.0.0.1:12345, this machine only\r\n\
             Type a number, a name or an address such as 127.0.0.1:12345, then press Enter.\r\nto: "
        )
    );
    stage.type_text("9");
    assert_eq!(stage.frame(), "9", "nothing is announced with each key");
    stage.act(Action::Cancel);
    stage.act(Action::Submit);
    let words = "error: Type a number from 1 to 3, or an address: HOST:PORT.";
    assert!(stage.frame().contains(words));
    stage.act(Action::HistoryNextMatching);
    assert_eq!(stage.frame(), "2 127.0.0.1:12345");
    stage.act(Action::Submit);
    assert!(stage.frame().ends_with("> "));
}

#[test]
fn an_unacknowledged_line_is_printed_again_after_the_close() {
    let mut stage = Stage::new();
    stage.say("kept");
    stage.event(Event::Link(LinkId(0), LinkEvent::Written(5)));
    stage.say("lost");
    stage.event(Event::Link(LinkId(0), LinkEvent::Written(5)));
    stage.frame();
    stage.event(Event::Link(LinkId(0), LinkEvent::Acknowledged { bytes: 5, is_late: true }));
    stage.say("/close");
    let question = "5 bytes not acknowledged by the other machine. Close? Enter or y closes, Esc cancels.";
    assert!(stage.frame().contains(question));
    stage.event(Event::Link(LinkId(0), LinkEvent::Closed(CloseReason::ByPeer)));
    let frame = stage.frame();
    assert!(
        frame.contains("error: Not delivered: the other machine has not acknowledged the last line (5 bytes)."),
        "{frame}"
    );
    assert!(frame.ends_with("not delivered: lost\r\n> ") && !frame.contains("delivered: kept"), "{frame}");
}
