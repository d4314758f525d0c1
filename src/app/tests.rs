use super::modes::paste::DRAFT_LIMIT;
use super::*;
use crate::app::input::history::HistoryEntry;
use crate::app::view::viewport::{Motion, Size};
use crate::link::{CloseReason, ErrorCause, LinkError, LinkOp};
use crate::link::{Family, LinkCommand, SecretBytes};
use bytes::Bytes;

mod change;
mod completion;
mod copy;
mod delivery;
mod history;
mod history_search;
mod logging;
mod mentions;
mod messages;
mod reconnect;
mod reload;
mod secrets;
mod send;
mod tabs;
mod telnet;
mod theme;
mod typeahead;

/// Drives an app with a manual clock.
struct Driver {
    app: App,
    now: Now,
    /// History entries the app asked to store, kept apart from the other effects.
    kept: Vec<HistoryEntry>,
}

impl Driver {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(options: Settings) -> Self {
        let mut app = App::new(options);
        let size = Size { columns: 60, lines: 10 };
        app.set_screen_size(Viewport { messages: size, page: size, plain: size, input_columns: size.columns });
        let _ = app.open(endpoint());
        Self { app, now: Now { elapsed: Duration::ZERO, wall: LocalTime(1000) }, kept: Vec::new() }
    }

    fn connected() -> Self {
        let mut driver = Self::new();
        driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        driver
    }

    /// Adds a saved server.
    fn with_server(self, server: SavedServer) -> Self {
        Self { app: self.app.with_servers(vec![server]), ..self }
    }

    /// Handles an event. If it opens a question, waits until the question counts as read.
    fn event(&mut self, event: Event) -> Vec<Effect> {
        let before = self.app.mode();
        let mut effects = self.app.update(self.now, event).effects;
        if crate::app::modes::typeahead::is_question(self.app.mode())
            && std::mem::discriminant(&before) != std::mem::discriminant(&self.app.mode())
        {
            self.now.elapsed += MIN_READING_TIME;
        }
        self.kept.extend(effects.extract_if(.., |effect| matches!(effect, Effect::AppendHistory(_))).filter_map(kept));
        effects
    }

    fn link(&mut self, event: LinkEvent) -> Vec<Effect> {
        self.event(Event::Link(LinkId(0), event))
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.link(LinkEvent::Received(Bytes::copy_from_slice(bytes)));
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        self.event(Event::Action(action))
    }

    fn enter(&mut self, line: &str) -> Vec<Effect> {
        for c in line.chars() {
            self.event(Event::Char(c));
        }
        self.act(Action::Submit)
    }

    fn wait(&mut self, time: Duration) {
        self.now.elapsed += time;
        while self.app.deadline().is_some_and(|at| at <= self.now.elapsed) {
            self.event(Event::Timer);
        }
    }

    /// Returns the effects of all timers during this time.
    fn after(&mut self, time: Duration) -> Vec<Effect> {
        let end = self.now.elapsed + time;
        let mut effects = Vec::new();
        while let Some(at) = self.app.deadline().filter(|at| *at <= end) {
            self.now.elapsed = self.now.elapsed.max(at);
            effects.extend(self.event(Event::Timer));
        }
        self.now.elapsed = end;
        effects
    }

    fn rows(&self) -> Vec<String> {
        let shown = |row: transcript::RowView<'_>| {
            format!("{:?} {} {:?}", row.kind, String::from_utf8_lossy(row.bytes), row.end)
        };
        self.app.tab().transcript().rows().map(shown).collect()
    }

    fn last(&self) -> String {
        self.rows().pop().unwrap_or_default()
    }

    fn draft(&self) -> &str {
        self.app.tab().line_editor().text()
    }
}

fn kept(effect: Effect) -> Option<HistoryEntry> {
    match effect {
        Effect::AppendHistory(remembered) => Some(remembered),
        _ => None,
    }
}

fn endpoint() -> Endpoint {
    Endpoint::parse("127.0.0.1:12345").unwrap()
}

fn sends(bytes: &'static [u8]) -> Vec<Effect> {
    vec![Effect::Link(LinkId(0), LinkCommand::Send(Bytes::from_static(bytes)))]
}

fn sends_hidden(bytes: &[u8]) -> Vec<Effect> {
    vec![Effect::Link(LinkId(0), LinkCommand::SendSecret(SecretBytes::concat(&[bytes])))]
}

fn opens() -> Vec<Effect> {
    let limit = Duration::from_secs(10);
    vec![Effect::Link(LinkId(0), LinkCommand::Open { endpoint: endpoint(), limit, family: Family::Any })]
}

#[test]
fn sent_lines_get_a_line_ending_and_a_row() {
    let mut driver = Driver::connected();
    assert_eq!(driver.enter("hello"), sends(b"hello\n"));
    assert_eq!(driver.last(), "Sent hello Lf");
    assert_eq!(driver.draft(), "");
}

#[test]
fn enter_on_an_empty_line_sends_an_empty_line_while_connected() {
    let mut driver = Driver::connected();
    assert_eq!(driver.enter(""), sends(b"\n"));
}

#[test]
fn enter_on_an_empty_line_reconnects() {
    let mut driver = Driver::connected();
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(driver.enter(""), opens());
    assert_eq!(driver.enter(""), [], "an attempt is already running");
}

#[test]
fn an_unsendable_line_stays_in_the_draft() {
    let mut driver = Driver::new();
    assert_eq!(driver.enter("early"), []);
    assert_eq!(driver.draft(), "early");
    assert!(driver.last().starts_with("Error Not connected yet"), "{}", driver.last());
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert_eq!(driver.act(Action::Submit), sends(b"early\n"));
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(driver.enter("late"), []);
    assert_eq!(driver.draft(), "late");
}

#[test]
fn the_send_queue_limits_data_for_a_stalled_server() {
    let mut driver = Driver::connected();
    let line = "x".repeat(QUEUE_LIMIT / 2);
    for _ in 0..2 {
        driver.event(Event::Paste(line.clone()));
        driver.act(Action::Submit);
    }
    assert_eq!(driver.draft().len(), line.len(), "the second line stays");
    assert!(driver.last().starts_with("Error The server is not reading"), "{}", driver.last());
    driver.link(LinkEvent::Written(line.len() + 1));
    assert_eq!(driver.act(Action::Submit).len(), 1);
    assert_eq!(driver.draft(), "");
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert!(driver.last().starts_with("Error Not sent: the last 524,289 bytes"), "{}", driver.last());
}

#[test]
fn each_close_reason_has_its_message() {
    let mut driver = Driver::connected();
    driver.now.elapsed = Duration::from_millis(5003);
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert!(driver.last().starts_with("Notice The server closed the connection after 5 s. Enter reconnects."));

    let refused = LinkError { op: LinkOp::Connect, endpoint: endpoint(), addr: None, cause: ErrorCause::Refused };
    driver.link(LinkEvent::Closed(CloseReason::Failed(refused)));
    assert!(driver.last().starts_with("Error Nothing is listening on 127.0.0.1:12345"), "{}", driver.last());
}

#[test]
fn an_open_row_is_shown_at_once_and_ends_after_500_ms() {
    let mut driver = Driver::connected();
    driver.receive(b"Thank you for connecting");
    assert_eq!(driver.last(), "Received Thank you for connecting Open");
    driver.wait(Duration::from_millis(499));
    assert_eq!(driver.last(), "Received Thank you for connecting Open");
    driver.wait(Duration::from_millis(1));
    assert_eq!(driver.last(), "Received Thank you for connecting Idle");
    assert_eq!(driver.app.deadline(), None, "no timer is left");
}

#[test]
fn bytes_within_500_ms_join_the_open_row() {
    let mut driver = Driver::connected();
    driver.receive(b"abc");
    driver.wait(Duration::from_millis(100));
    driver.receive(b"def\n");
    assert_eq!(driver.last(), "Received abcdef Lf");
    driver.receive(b"hi");
    driver.wait(Duration::from_secs(2));
    driver.receive(b"there");
    let rows = driver.rows();
    assert_eq!(rows[rows.len() - 2..], ["Received hi Idle", "Received there Open"]);
}

#[test]
fn commands_run_and_unknown_ones_go_to_the_server() {
    let mut driver = Driver::connected();
    assert_eq!(driver.enter("/nick bob"), sends(b"/nick bob\n"));
    assert_eq!(driver.app.tab().nick(), Some("bob"));
    assert_eq!(driver.enter("/names"), sends(b"/names\n"));
    assert_eq!(driver.enter("//quit"), sends(b"/quit\n"));
    assert_eq!(driver.enter("/close"), [Effect::Link(LinkId(0), LinkCommand::Close)]);
    assert_eq!(driver.enter("/quit"), [Effect::Quit]);
    driver.enter("/clear");
    assert!(driver.rows().is_empty());
    driver.enter("/help");
    assert_eq!(driver.app.mode(), Mode::Help { top: 0 });
}

#[test]
fn an_invalid_command_is_reported_and_stays_in_the_draft() {
    let mut driver = Driver::connected();
    for (line, words) in [
        ("/nick", "A nickname is one word without spaces or control characters: /nick NAME."),
        ("/nick \u{202e}bob", "A nickname is one word"),
        ("/nick b\u{1b}[31mob", "A nickname is one word"),
        ("/nick two words", "A nickname is one word"),
        ("/connect host:99999", "\"99999\" is not a port"),
        ("/quit now", "/quit takes no argument. To send it to the server, type //quit."),
    ] {
        assert_eq!(driver.enter(line), []);
        assert_eq!(driver.draft(), line);
        assert!(driver.last().starts_with(&format!("Error {words}")), "{}", driver.last());
        driver.act(Action::QuitOrClear);
    }
}

#[test]
fn the_nickname_is_requested_on_each_connection() {
    let mut driver = Driver::new();
    driver.enter("/nick bob");
    assert!(driver.last().starts_with("Notice The nickname bob will be requested"));
    for _ in 0..2 {
        let opened = LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() };
        driver.link(opened);
        assert_eq!(driver.after(Duration::from_millis(300)), sends(b"/nick bob\n"));
        driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    }
}

#[test]
fn quitting_by_key_asks_and_typing_cancels() {
    let mut driver = Driver::connected();
    for (key, mode) in [(Action::QuitOrClear, Mode::ConfirmQuit), (Action::EndOfInput, Mode::ConfirmEofOrQuit)] {
        assert_eq!(driver.act(key), []);
        assert_eq!(driver.app.mode(), mode);
        driver.act(Action::Cancel);
        assert_eq!(driver.app.mode(), Mode::Input);
        driver.act(key);
        driver.event(Event::Char('x'));
        assert_eq!((driver.app.mode(), driver.draft()), (Mode::Input, "x"));
        driver.act(Action::Edit(Edit::DeleteBack));
        driver.act(key);
        assert_eq!(driver.act(key), [Effect::Quit]);
        driver.act(Action::Cancel);
    }
}

#[test]
fn a_held_ctrl_d_deletes_without_asking() {
    let mut driver = Driver::connected();
    driver.event(Event::Paste("abc".into()));
    driver.act(Action::Edit(Edit::Start));
    for _ in 0..9 {
        assert_eq!(driver.act(Action::EndOfInput), []);
    }
    assert_eq!((driver.draft(), driver.app.mode()), ("", Mode::Input));
    driver.act(Action::Redraw);
    driver.act(Action::EndOfInput);
    assert_eq!(driver.app.mode(), Mode::ConfirmEofOrQuit);
}

#[test]
fn half_closing_by_letter_asks_a_second_time() {
    let mut driver = Driver::connected();
    driver.act(Action::EndOfInput);
    assert_eq!(driver.event(Event::Char('h')), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmEof);
    driver.act(Action::Cancel);
    driver.act(Action::EndOfInput);
    driver.event(Event::Char('h'));
    assert_eq!(driver.event(Event::Char('y')), [Effect::Link(LinkId(0), LinkCommand::Eof)]);
}

#[test]
fn undo_does_not_restore_a_sent_line() {
    let mut driver = Driver::connected();
    driver.enter("before");
    for c in "hello".chars() {
        driver.event(Event::Char(c));
    }
    driver.act(Action::HistoryPrev);
    driver.act(Action::Edit(Edit::Undo));
    assert_eq!(driver.draft(), "hello");
    assert_eq!(driver.act(Action::Submit), sends(b"hello\n"));
    assert_eq!(driver.draft(), "");
}

#[test]
fn a_nickname_that_was_not_requested_is_not_shown() {
    let mut driver = Driver::connected();
    driver.enter("/eof");
    driver.act(Action::Submit);
    driver.enter("/nick bob");
    assert_eq!(driver.app.tab().nick(), None);
}

#[test]
fn ctrl_c_moves_the_draft_to_the_history() {
    let mut driver = Driver::connected();
    driver.event(Event::Paste("half a thought".into()));
    assert_eq!(driver.act(Action::QuitOrClear), []);
    assert_eq!(driver.draft(), "");
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.draft(), "half a thought");
}

#[test]
fn esc_stops_connecting_and_leaves_a_connection_alone() {
    let mut driver = Driver::new();
    assert_eq!(driver.act(Action::Cancel), [Effect::Link(LinkId(0), LinkCommand::Close)]);
    driver.link(LinkEvent::Closed(CloseReason::Cancelled));
    assert!(driver.last().starts_with("Notice Stopped connecting to 127.0.0.1:12345."));
    assert_eq!(Driver::connected().act(Action::Cancel), []);
}

#[test]
fn incoming_data_keeps_the_draft_and_a_scrolled_view() {
    let mut driver = Driver::connected();
    for n in 0..100 {
        driver.receive(format!("line {n}\n").as_bytes());
    }
    driver.event(Event::Paste("half a line".into()));
    driver.act(Action::Edit(Edit::WordLeft));
    driver.act(Action::Scroll(Motion::PageUp));
    let size = Size { columns: 60, lines: 10 };
    let top = |driver: &Driver| driver.app.tab().page(size).rows[0].view.id;
    let (before, cursor) = (top(&driver), driver.app.tab().line_editor().cursor());
    for n in 0..10_000 {
        driver.receive(format!("flood {n}\n").as_bytes());
    }
    assert_eq!(top(&driver), before);
    assert_eq!(driver.app.tab().rows_below(), 10_000);
    assert_eq!((driver.draft(), driver.app.tab().line_editor().cursor()), ("half a line", cursor));
}

#[test]
fn sending_scrolls_to_the_end() {
    let mut driver = Driver::connected();
    for n in 0..100 {
        driver.receive(format!("line {n}\n").as_bytes());
    }
    driver.act(Action::Scroll(Motion::PageUp));
    assert!(driver.app.tab().is_scrolled());
    driver.enter("hi");
    assert!(!driver.app.tab().is_scrolled());
}

#[test]
fn connecting_keeps_a_scrolled_view() {
    let mut driver = Driver::connected();
    driver.enter("/nick bob");
    for n in 0..100 {
        driver.receive(format!("line {n}\n").as_bytes());
    }
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.enter("");
    driver.act(Action::Scroll(Motion::PageUp));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert!(driver.app.tab().is_scrolled());
}

#[test]
fn a_line_longer_than_the_send_queue_is_refused() {
    let mut driver = Driver::connected();
    driver.event(Event::Paste("x".repeat(QUEUE_LIMIT + 1)));
    assert_eq!(driver.act(Action::Submit), []);
    assert!(
        driver.last().starts_with("Error The line has 1048578 bytes; at most 1048576 can be queued"),
        "{}",
        driver.last()
    );
}

#[test]
fn paging_shows_every_line_of_the_help_page() {
    for (columns, lines) in [(18, 3), (38, 10), (58, 18), (78, 22)] {
        let size = Size { columns, lines };
        let mut driver = Driver::connected();
        driver.app.set_screen_size(Viewport { messages: size, page: size, plain: size, input_columns: size.columns });
        driver.act(Action::Help);
        let all = driver.app.help_page(columns).len();
        let mut seen = 0;
        while let Mode::Help { top } = driver.app.mode() {
            assert!(top <= seen, "lines {seen} to {top} are skipped at {columns}x{lines}");
            seen = top + lines;
            if seen >= all {
                break;
            }
            driver.act(Action::Scroll(Motion::PageDown));
        }
        driver.act(Action::Scroll(Motion::Bottom));
        assert_eq!(driver.app.mode(), Mode::Help { top: all.saturating_sub(lines) });
    }
}

#[test]
fn an_oversized_paste_keeps_the_draft() {
    let mut driver = Driver::connected();
    driver.event(Event::Paste("draft".into()));
    driver.event(Event::Paste("x".repeat(DRAFT_LIMIT)));
    assert_eq!(driver.draft(), "draft");
    assert!(driver.last().starts_with("Error Not pasted: 4194304 bytes"), "{}", driver.last());
}

#[test]
fn a_repeated_error_adds_one_row() {
    let mut driver = Driver::new();
    driver.link(LinkEvent::Closed(CloseReason::Cancelled));
    driver.enter("late");
    let rows = driver.rows().len();
    driver.act(Action::Submit);
    assert_eq!(driver.rows().len(), rows);
}

#[test]
fn leaving_a_page_always_redraws() {
    for open in [Action::Help, Action::QuitOrClear] {
        for leave in [
            Event::Action(Action::Edit(Edit::Left)),
            Event::Action(Action::HistoryNextMatching),
            Event::Paste(String::new()),
        ] {
            let mut driver = Driver::connected();
            driver.act(open);
            assert_ne!(driver.app.mode(), Mode::Input);
            let outcome = driver.app.update(driver.now, leave.clone());
            assert_eq!(driver.app.mode(), Mode::Input);
            assert!(outcome.redraw, "{open:?}, then {leave:?}");
        }
    }
}

#[test]
fn an_error_after_enter_scrolls_to_the_end() {
    for line in ["/nick two words", "/close", "/connect host:99999", "not connected"] {
        let mut driver = Driver::connected();
        for n in 0..100 {
            driver.receive(format!("line {n}\n").as_bytes());
        }
        driver.link(LinkEvent::Closed(CloseReason::ByPeer));
        driver.act(Action::Scroll(Motion::PageUp));
        driver.enter(line);
        assert!(driver.last().starts_with("Error"), "{}", driver.last());
        assert!(!driver.app.tab().is_scrolled(), "the complaint about {line:?} is out of sight");
    }
}
