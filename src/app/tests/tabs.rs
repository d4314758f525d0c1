//! Tabs.

use super::*;
use crate::app::tabs::TABS_LIMIT;
use crate::app::transcript::TranscriptLimits;

impl Driver {
    /// Returns a driver connected to the default server and to one on each of these ports.
    fn with_tabs(ports: &[u16]) -> Self {
        let mut driver = Self::connected();
        for port in ports {
            driver.enter(&format!("/connect :{port}"));
            let id = driver.app.tab().id();
            driver.link_of(id.0, LinkEvent::Opened { peer: ([127, 0, 0, 1], *port).into() });
        }
        driver
    }

    fn link_of(&mut self, id: u32, event: LinkEvent) -> Vec<Effect> {
        self.event(Event::Link(LinkId(id), event))
    }

    fn receive_in(&mut self, id: u32, bytes: &[u8]) {
        self.link_of(id, LinkEvent::Received(Bytes::copy_from_slice(bytes)));
    }

    fn go(&mut self, to: TabMove) {
        self.act(Action::Tab(to));
    }

    /// Returns the number of the current tab and the number of tabs.
    fn place(&self) -> (usize, usize) {
        (self.app.current() + 1, self.app.tabs().len())
    }

    fn news(&self) -> Vec<u64> {
        self.app.tabs().iter().map(Tab::new_rows).collect()
    }
}

fn open(id: u32, address: &str) -> Effect {
    let (endpoint, limit) = (Endpoint::parse(address).unwrap(), Duration::from_secs(10));
    Effect::Link(LinkId(id), LinkCommand::Open { endpoint, limit, family: Family::Any })
}

#[test]
fn connect_opens_a_tab_or_returns_to_it() {
    let mut driver = Driver::connected();
    assert_eq!(driver.enter("/connect there:1"), [open(1, "there:1")]);
    assert_eq!(driver.place(), (2, 2));
    assert_eq!(driver.draft(), "", "the command stays in neither of the input lines");
    assert_eq!(driver.app.tabs()[0].line_editor().text(), "");
    assert_eq!(driver.enter("/connect 127.0.0.1:12345"), [], "that one is connected");
    assert_eq!((driver.place(), driver.app.status_message()), ((1, 2), Some("Already connected in this tab.")));
    driver.link(LinkEvent::Closed(CloseReason::ByUs));
    driver.go(TabMove::Next);
    assert_eq!(driver.enter("/connect 127.0.0.1:12345"), [open(0, "127.0.0.1:12345")], "this one was not");
    assert_eq!(driver.place(), (1, 2));
}

#[test]
fn a_tab_that_never_connected_is_reused() {
    let mut driver = Driver::new();
    let refused = LinkError { op: LinkOp::Connect, endpoint: endpoint(), addr: None, cause: ErrorCause::Refused };
    driver.link(LinkEvent::Closed(CloseReason::Failed(refused)));
    assert_eq!(driver.enter("/connect there:1"), [open(0, "there:1")]);
    assert_eq!(driver.place(), (1, 1));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:1".parse().unwrap() });
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.enter("/connect elsewhere:1");
    assert_eq!(driver.place(), (2, 2), "in this one something has been said");
}

#[test]
fn a_saved_server_applies_its_name_and_settings() {
    let (nick, server) = (Some("ann".to_owned()), Some("pi".to_owned()));
    let options = Settings { eol: crate::link::Eol::CrLf, nick, server, ..Settings::default() };
    let pi = SavedServer { name: "pi".to_owned(), endpoint: Endpoint::parse("pi.local:4000").unwrap(), options };
    let mut driver = Driver::connected().with_server(pi);
    assert_eq!(driver.enter("/connect pi"), [open(1, "pi.local:4000")]);
    let tab = driver.app.tab();
    assert_eq!((tab.title().as_str(), tab.eol(), tab.nick()), ("pi", crate::link::Eol::CrLf, Some("ann")));
    assert_eq!(driver.app.tabs()[0].eol(), crate::link::Eol::Lf);
    driver.go(TabMove::To(1));
    assert_eq!(driver.enter("/connect pi"), [], "it is being connected");
    assert_eq!(driver.place(), (2, 2));
    driver.enter("/connect pi.local:4000");
    assert_eq!(driver.place(), (2, 2), "that is the same place by its other name");
}

#[test]
fn the_number_of_tabs_is_limited() {
    let mut driver = Driver::connected();
    for n in 1..TABS_LIMIT {
        driver.enter(&format!("/connect :{n}"));
        driver.link_of(u32::try_from(n).unwrap(), LinkEvent::Opened { peer: ([127, 0, 0, 1], 1).into() });
    }
    assert_eq!(driver.place(), (100, 100));
    assert_eq!(driver.enter("/connect :200"), []);
    assert!(driver.last().starts_with("Error Not opened: there are 100 tabs already; /close!"), "{}", driver.last());
    assert_eq!(driver.draft(), "/connect :200");
}

#[test]
fn each_tab_has_its_draft_position_view_and_filter() {
    let mut driver = Driver::with_tabs(&[1]);
    driver.go(TabMove::To(1));
    driver.receive("one\ntwo\nthree\n".repeat(20).as_bytes());
    driver.enter("/view hex");
    driver.enter("/filter two");
    driver.act(Action::Scroll(Motion::PageUp));
    driver.event(Event::Paste("half a li".to_owned()));
    let page = |driver: &Driver| format!("{:?}", driver.app.tab().page(Size { columns: 60, lines: 10 }));
    let before = page(&driver);
    driver.go(TabMove::Next);
    assert_eq!((driver.draft(), driver.app.tab().is_scrolled()), ("", false));
    assert_eq!(driver.app.tab().view_options().view, ByteView::Text);
    assert!(driver.app.tab().visible_rows().filter().is_none());
    driver.event(Event::Char('x'));
    driver.receive(b"more\n");
    driver.go(TabMove::Previous);
    assert_eq!((driver.draft(), page(&driver)), ("half a li", before));
    driver.go(TabMove::To(2));
    assert_eq!(driver.draft(), "x");
}

#[test]
fn ctrl_p_and_n_switch_tabs_or_recall_history_with_one_tab() {
    let mut driver = Driver::connected();
    driver.enter("hello");
    driver.act(Action::HistoryPrev);
    assert_eq!(driver.draft(), "hello");
    driver.act(Action::QuitOrClear);
    driver.go(TabMove::Next);
    assert_eq!(driver.app.status_message(), Some("There is only one tab; /connect ADDRESS opens another."));
    let mut driver = Driver::with_tabs(&[1, 2]);
    driver.act(Action::HistoryPrev);
    assert_eq!(driver.place(), (2, 3));
    driver.act(Action::HistoryNext);
    driver.act(Action::HistoryNext);
    assert_eq!(driver.place(), (1, 3), "from the last to the first");
    driver.go(TabMove::To(3));
    assert_eq!(driver.place(), (3, 3));
    driver.go(TabMove::To(4));
    assert_eq!((driver.place(), driver.app.status_message()), ((3, 3), Some("There is no tab 4: there are 3.")));
}

#[test]
fn background_rows_are_counted_until_seen_after_a_rule() {
    let mut driver = Driver::with_tabs(&[1]);
    driver.receive_in(0, b"a\nb\n");
    assert_eq!(driver.news(), [2, 0]);
    driver.go(TabMove::To(1));
    assert_eq!(driver.news(), [0, 0]);
    let unread = driver.app.tab().unread().and_then(|unread| driver.app.tab().transcript().row(unread));
    assert_eq!(unread.map(|row| row.bytes), Some(&b"a"[..]));
    driver.receive_in(1, b"c\n");
    driver.receive_in(0, b"d\n");
    assert_eq!(driver.news(), [0, 1]);
}

#[test]
fn alt_a_visits_mentions_then_new_rows_then_returns() {
    let mut driver = Driver::with_tabs(&[1, 2, 3]);
    driver.go(TabMove::To(1));
    for tab in &mut driver.app.tabs {
        tab.set_nick("bob");
    }
    driver.receive_in(1, b"hello all\n");
    driver.receive_in(3, b"hello bob\n");
    let mut places = Vec::new();
    for _ in 0..3 {
        driver.go(TabMove::NextActive);
        places.push(driver.place().0);
    }
    assert_eq!(places, [4, 2, 1]);
    driver.go(TabMove::NextActive);
    assert_eq!((driver.place().0, driver.app.status_message()), (1, Some("Nothing new in other tabs.")));
}

#[test]
fn a_mention_in_another_tab_alerts_even_when_focused() {
    let mut driver = Driver::with_tabs(&[1]);
    for tab in &mut driver.app.tabs {
        tab.set_nick("bob");
    }
    let effects = driver.link_of(0, LinkEvent::Received(Bytes::from_static(b"ann: hi bob\n")));
    assert_eq!(effects, [Effect::Alert { method: AlertMethod::Bell, message: "ann: hi bob".to_owned() }]);
    assert!(driver.app.window_title().starts_with("(1) "), "{}", driver.app.window_title());
    driver.now.elapsed += Duration::from_secs(60);
    assert_eq!(driver.link_of(1, LinkEvent::Received(Bytes::from_static(b"ann: hi bob\n"))), [], "before one's eyes");
}

#[test]
fn close_keeps_the_tab_and_close_bang_removes_it() {
    let mut driver = Driver::with_tabs(&[1]);
    assert_eq!(driver.enter("/close"), [Effect::Link(LinkId(1), LinkCommand::Close)]);
    driver.link_of(1, LinkEvent::Closed(CloseReason::ByUs));
    assert_eq!(driver.place(), (2, 2));
    assert_eq!(driver.enter("/close!"), [Effect::DropLink(LinkId(1))]);
    assert_eq!((driver.place(), driver.app.status_message()), ((1, 1), Some("Closed the tab 127.0.0.1:1.")));
    assert_eq!(driver.link_of(1, LinkEvent::Closed(CloseReason::ByUs)), [], "the tab is gone");
    let effects = driver.enter("/tab close");
    let [Effect::SaveRecentServer(visit), Effect::DropLink(LinkId(0))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((visit.endpoint.clone(), visit.last_result.as_str()), (endpoint(), "disconnected"));
    assert_eq!((driver.place(), driver.app.tab().link()), ((1, 1), &LinkState::Idle));
    assert_eq!(driver.enter("/connect there:1"), [open(2, "there:1")], "with a new link id");
}

#[test]
fn the_draft_of_a_closed_tab_can_be_yanked() {
    let mut driver = Driver::with_tabs(&[1]);
    driver.event(Event::Paste("half a li".to_owned()));
    driver.act(Action::StartCommand);
    driver.event(Event::Paste("close!".to_owned()));
    driver.act(Action::Submit);
    assert!(
        driver.app.status_message().unwrap().ends_with("Ctrl-Y restores its draft."),
        "{:?}",
        driver.app.status_message()
    );
    driver.act(Action::Edit(Edit::Yank));
    assert_eq!(driver.draft(), "half a li");
}

#[test]
fn tabs_are_found_by_number_and_by_name() {
    let mut driver = Driver::with_tabs(&[1, 23]);
    for (words, place) in
        [("/tab 1", 1), ("/tab next", 2), ("/tab 127.0.0.1:23", 3), ("/tab :1", 1), ("/tab previous", 3)]
    {
        driver.enter(words);
        assert_eq!(driver.place().0, place, "{words}");
    }
    driver.enter("/tab pi");
    assert!(driver.last().starts_with("Error No tab is called pi."), "{}", driver.last());
}

#[test]
fn preview_and_hidden_input_block_tab_switches() {
    let mut driver = Driver::with_tabs(&[1]);
    driver.enter("/secret x");
    driver.go(TabMove::Next);
    assert_eq!((driver.place().0, driver.app.mode()), (2, Mode::HiddenLine));
    driver.act(Action::Cancel);
    driver.event(Event::Paste("a\nb\n".to_owned()));
    driver.go(TabMove::Next);
    assert_eq!(driver.place().0, 2);
    assert!(driver.app.preview().is_some());
}

#[test]
fn switching_tabs_closes_the_mode() {
    let mut driver = Driver::with_tabs(&[1]);
    driver.receive_in(1, b"http://a.b/\n");
    for (open, name) in [
        (Action::Search, "search"),
        (Action::HistorySearch, "history"),
        (Action::Help, "help"),
        (Action::CopyMode, "pick"),
        (Action::PlainTextMode, "bare"),
    ] {
        driver.act(open);
        assert_ne!(driver.app.mode(), Mode::Input, "{name}");
        driver.go(TabMove::Next);
        assert_eq!((driver.place().0, driver.app.mode()), (1, Mode::Input), "{name}");
        driver.go(TabMove::Next);
        assert!(!driver.app.tab().is_scrolled(), "{name}");
    }
}

#[test]
fn a_file_is_sent_only_in_the_tab_that_requested_it() {
    let mut driver = Driver::with_tabs(&[1]);
    driver.enter("/send notes.txt");
    driver.go(TabMove::Next);
    let loaded = || Event::FileRead { path: "notes.txt".to_owned(), result: Ok(b"a\n".to_vec()) };
    driver.event(loaded());
    assert!(driver.app.preview().is_none());
    assert!(driver.last().starts_with("Error Not sent: notes.txt was requested in another tab."), "{}", driver.last());
}

#[test]
fn a_background_tab_keeps_sending() {
    let mut driver = Driver::with_tabs(&[1]);
    driver.event(Event::Paste("a\nb\nc\n".to_owned()));
    driver.act(Action::PreviewSend);
    driver.go(TabMove::Next);
    assert_eq!(driver.place().0, 1);
    for _ in 0..3 {
        driver.wait(Duration::from_secs(1));
    }
    let sent = driver.app.tabs()[1].transcript().rows().filter(|row| row.kind == RowKind::Sent).count();
    assert_eq!(sent, 3);
}

#[test]
fn an_export_continues_in_a_background_tab() {
    let mut driver = Driver::with_tabs(&[1]);
    driver.receive_in(1, b"mine\n");
    driver.enter("/save here.txt");
    driver.go(TabMove::Next);
    let written = driver.event(Event::BackgroundStep);
    let Some(Effect::Export(ExportStep::Write(bytes))) = written.first() else { panic!("{written:?}") };
    assert!(String::from_utf8_lossy(bytes).contains("mine"));
    driver.go(TabMove::Next);
    assert_eq!(driver.enter("/close!"), []);
    assert!(driver.last().starts_with("Error Not closed: its messages are being saved"), "{}", driver.last());
    driver.go(TabMove::Next);
    driver.event(Event::ExportFinished { path: "here.txt".to_owned(), result: Ok(5) });
    assert!(driver.last().contains("Connected"), "it is told where it was asked for");
}

#[test]
fn all_tabs_share_the_memory_of_four() {
    let limits = TranscriptLimits { rows: 1_000_000, bytes: 1 << 20 };
    let mut driver = Driver::with(Settings { limits, ..Settings::default() });
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    let line = [b"x".repeat(1000), b"\n".to_vec()].concat().repeat(60);
    for id in 1..10 {
        driver.enter(&format!("/connect :{id}"));
        driver.link_of(id, LinkEvent::Opened { peer: ([127, 0, 0, 1], 1).into() });
        for _ in 0..20 {
            driver.receive_in(id, &line);
        }
    }
    let sizes: Vec<u64> = driver.app.tabs().iter().map(|tab| tab.transcript().size()).collect();
    assert!(sizes.iter().sum::<u64>() <= 4 << 20, "{sizes:?}");
    assert!(sizes.iter().skip(1).filter(|size| **size > 1000).count() >= 4, "{sizes:?}");
}

#[test]
fn an_endless_single_row_tab_does_not_block_eviction() {
    let limits = TranscriptLimits { rows: 100, bytes: 64 << 10 };
    let mut driver = Driver::with(Settings { limits, ..Settings::default() });
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    for id in 1..10 {
        driver.enter(&format!("/connect :{id}"));
        driver.link_of(id, LinkEvent::Opened { peer: ([127, 0, 0, 1], 1).into() });
        driver.receive_in(id, &b"x".repeat(64 << 10));
    }
    let rows: Vec<_> = driver.app.tabs().iter().skip(1).map(|tab| tab.transcript().rows().count()).collect();
    assert_eq!(rows, [1; 9]);
}

fn pi_at(address: &str) -> SavedServer {
    let options =
        Settings { server: Some("pi".to_owned()), on_connect: vec!["pass word".to_owned()], ..Settings::default() };
    SavedServer { name: "pi".to_owned(), endpoint: Endpoint::parse(address).unwrap(), options }
}

#[test]
fn a_server_name_leads_to_its_current_address() {
    let mut driver = Driver::connected().with_server(pi_at("10.0.0.5:1"));
    assert_eq!(driver.enter("/connect pi"), [open(1, "10.0.0.5:1")]);
    driver.link_of(1, LinkEvent::Opened { peer: "10.0.0.5:1".parse().unwrap() });
    let mut driver = driver.with_server(pi_at("10.0.0.6:1"));
    assert_eq!(driver.enter("/connect pi"), [open(2, "10.0.0.6:1")], "the other tab is connected to the old address");
    driver.enter("/close!");
    driver.go(TabMove::To(2));
    driver.link_of(1, LinkEvent::Closed(CloseReason::ByUs));
    assert_eq!(driver.enter("/connect pi"), [open(1, "10.0.0.6:1")]);
    assert_eq!(driver.place(), (2, 2));
}

#[test]
fn addresses_ignore_case() {
    let mut driver = Driver::connected();
    driver.enter("/connect pi.local:1");
    driver.go(TabMove::To(1));
    assert_eq!(driver.enter("/connect PI.local:1"), []);
    assert_eq!(driver.place(), (2, 2));
}

fn hosted() -> Event {
    Event::ServerStarted(Ok((Endpoint::parse("127.0.0.1:4000").unwrap(), vec!["Listening.".to_owned()])))
}

#[test]
fn a_hosted_server_is_not_treated_as_unreachable() {
    let mut driver = Driver::new().with_server(pi_at("10.0.0.5:1"));
    driver.link(LinkEvent::Closed(CloseReason::Cancelled));
    driver.enter("/connect pi");
    driver.link(LinkEvent::Closed(CloseReason::Cancelled));
    assert_eq!(driver.enter("/host"), [Effect::StartServer(12345)]);
    assert_eq!(driver.event(hosted()), [open(0, "127.0.0.1:4000")]);
    let tab = driver.app.tab();
    assert_eq!((tab.title().as_str(), tab.options().on_connect.as_slice()), ("127.0.0.1:4000", &[][..]));
}

#[test]
fn starting_a_server_keeps_the_open_question() {
    let mut driver = Driver::connected();
    driver.enter("/host");
    driver.event(Event::Paste("a\nb\n".to_owned()));
    assert_eq!(driver.event(hosted()), [open(1, "127.0.0.1:4000")]);
    assert_eq!((driver.place(), driver.app.mode()), ((1, 2), Mode::SendPreview { chosen: 0 }));
    driver.act(Action::Submit);
    assert_eq!(driver.draft(), "a\nb");
    let mut driver = Driver::connected();
    driver.enter("/host");
    driver.event(hosted());
    assert_eq!(driver.place(), (2, 2), "else it is joined before one's eyes");
}

#[test]
fn an_edited_draft_returns_to_its_tab() {
    let mut driver = Driver::connected();
    driver.enter("/host");
    driver.event(Event::Paste("a draft".to_owned()));
    assert_eq!(driver.act(Action::OpenEditor), [Effect::OpenEditor("a draft".to_owned())]);
    driver.event(hosted());
    driver.event(Event::EditorClosed(Ok("a better draft".to_owned())));
    let drafts: Vec<_> = driver.app.tabs().iter().map(|tab| tab.line_editor().text()).collect();
    assert_eq!((driver.place(), drafts.as_slice()), ((2, 2), &["a better draft", ""][..]));
}

#[test]
fn a_hosted_server_is_not_joined_at_the_tab_limit() {
    let mut driver = Driver::connected();
    for n in 1..TABS_LIMIT {
        driver.enter(&format!("/connect :{n}"));
        driver.link_of(u32::try_from(n).unwrap(), LinkEvent::Opened { peer: ([127, 0, 0, 1], 1).into() });
    }
    driver.enter("/host");
    assert_eq!(driver.event(hosted()), []);
    assert!(driver.last().starts_with("Error Not joined: there is no room for another tab."), "{}", driver.last());
}
