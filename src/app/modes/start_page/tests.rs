use super::*;
use crate::app::{Event, LocalTime, MIN_READING_TIME, SavedServer, Settings};
use crate::link::{CloseReason, ErrorCause, LinkCommand, LinkError, LinkEvent, LinkId, LinkOp};
use proptest::prelude::*;
use std::time::Duration;

/// 15:30 on some day.
const NOW: Now = Now { elapsed: Duration::ZERO, wall: LocalTime(20_000 * 86_400_000 + 55_800_000) };

fn endpoint(text: &str) -> Endpoint {
    Endpoint::parse(text).unwrap()
}

fn visit(address: &str, state: &str, minutes_ago: u64) -> RecentServer {
    let at = LocalTime(NOW.wall.0 - minutes_ago * 60_000);
    RecentServer { name: None, endpoint: endpoint(address), at, last_result: state.to_owned() }
}

fn saved(name: &str, address: &str) -> SavedServer {
    SavedServer { name: name.to_owned(), endpoint: endpoint(address), options: Settings::default() }
}

/// Returns an app with two saved servers and three recent ones, of which one is saved.
fn app() -> App {
    let mut app =
        App::new(Settings::default()).with_servers(vec![saved("pi", "pi.local:4000"), saved("lab", "10.0.0.5:12345")]);
    let _ = app.start(NOW);
    let visits = vec![
        visit("127.0.0.1:12345", "closed by server", 12),
        visit("PI.local:4000", "refused", 180),
        visit("pip.example:80", "disconnected", 3000),
    ];
    update(&mut app, Event::RecentServersLoaded(visits));
    app
}

fn update(app: &mut App, event: Event) -> Vec<Effect> {
    app.update(NOW, event).effects
}

fn act(app: &mut App, action: Action) -> Vec<Effect> {
    update(app, Event::Action(action))
}

fn typed(app: &mut App, text: &str) {
    for c in text.chars() {
        assert_eq!(update(app, Event::Char(c)), []);
    }
}

fn enter(app: &mut App, text: &str) -> Vec<Effect> {
    typed(app, text);
    act(app, Action::Submit)
}

/// Returns the entries, the chosen one in brackets.
fn list(app: &App) -> Vec<String> {
    let Some(start) = app.start_page() else { return vec!["no page".to_owned()] };
    let shown = start.entries().iter().enumerate().map(|(n, entry)| {
        let words = entry.text();
        if n == start.chosen() { format!("[{words}]") } else { words }
    });
    shown.collect()
}

/// Returns the address that effects connect to.
fn opens(effects: &[Effect]) -> Option<String> {
    effects.iter().find_map(|effect| match effect {
        Effect::Link(_, LinkCommand::Open { endpoint, .. }) => Some(endpoint.to_string()),
        _ => None,
    })
}

fn last_notice(app: &App) -> String {
    app.start_news().next().map(|row| String::from_utf8_lossy(row.bytes).into_owned()).unwrap_or_default()
}

#[test]
fn saved_servers_come_first_without_duplicates() {
    let app = app();
    assert_eq!(
        list(&app),
        [
            "[pi pi.local:4000]",
            "lab 10.0.0.5:12345",
            "127.0.0.1:12345",
            "pip.example:80",
            "Host a chat here 127.0.0.1:12345"
        ]
    );
    let says: Vec<_> = app.start_page().unwrap().entries().iter().map(|entry| entry.details[0].as_str()).collect();
    assert_eq!(
        says,
        ["refused, 3 h ago", "", "closed by server, 12 min ago", "disconnected, 2 days ago", "this machine only"]
    );
    assert_eq!(app.start_page().unwrap().groups(), [0..2, 2..4, 4..5]);
}

#[test]
fn a_new_user_is_offered_the_lab_address_and_hosting() {
    let mut app = App::new(Settings::default());
    let _ = app.start(NOW);
    assert_eq!(app.mode(), Mode::Start);
    assert_eq!(list(&app), ["[127.0.0.1:12345]", "Host a chat here 127.0.0.1:12345"]);
    assert_eq!(opens(&act(&mut app, Action::Submit)).as_deref(), Some("127.0.0.1:12345"));
    assert_eq!(app.mode(), Mode::Input);
}

#[test]
fn typed_text_filters_and_chooses_the_best_match() {
    for (text, best) in [
        ("pi", "[pi pi.local:4000]"),
        ("LAB", "[lab 10.0.0.5:12345]"),
        ("exa", "[pip.example:80]"),
        ("p80", "[pip.example:80]"),
        ("127", "[127.0.0.1:12345]"),
        ("chat", "[Host a chat here 127.0.0.1:12345]"),
        // A word that matches no name may be a host, a number may be a port.
        ("zebra", "[zebra:12345]"),
        ("4711", "[127.0.0.1:4711]"),
        // An address with a port is meant literally.
        ("pi.local:40", "[pi.local:40]"),
        (":4000", "[127.0.0.1:4000]"),
        ("pi 4000", "[pi:4000]"),
        ("pi.local:4000", "[pi pi.local:4000]"),
        ("PI.LOCAL 4000", "[pi pi.local:4000]"),
        ("::1", "[[::1]:12345]"),
    ] {
        let mut app = app();
        typed(&mut app, text);
        assert_eq!(list(&app).first().map(String::as_str), Some(best), "{text}");
    }
}

#[test]
fn enter_opens_the_chosen_entry() {
    let mut app = app();
    typed(&mut app, "pi");
    assert_eq!(list(&app)[..2], ["[pi pi.local:4000]", "pip.example:80"]);
    act(&mut app, Action::HistoryNextMatching);
    assert_eq!(opens(&act(&mut app, Action::Submit)).as_deref(), Some("pip.example:80"));
    assert!(app.start_page().is_none());
}

#[test]
fn an_invalid_address_is_reported_and_kept() {
    let mut app = app();
    assert_eq!(enter(&mut app, "user@host:1"), []);
    assert!(last_notice(&app).contains("plain TCP has no login"), "{}", last_notice(&app));
    assert_eq!((app.mode(), app.start_page().unwrap().typed()), (Mode::Start, "user@host:1"));
    act(&mut app, Action::Edit(Edit::DeleteBack));
    assert_eq!(last_notice(&app), "", "the next key clears the notice");
    act(&mut app, Action::Cancel);
    assert_eq!((app.start_page().unwrap().typed(), list(&app).len()), ("", 5));
    act(&mut app, Action::Cancel);
    assert_eq!(app.mode(), Mode::Start, "there is nowhere to go back to");
}

#[test]
fn arrows_stop_at_the_ends_and_tab_wraps() {
    let mut app = app();
    let at = |app: &App| app.start_page().unwrap().chosen();
    for (action, to) in [
        (Action::HistoryPrevMatching, 0),
        (Action::HistoryNext, 1),
        (Action::Complete, 2),
        (Action::Scroll(Motion::Bottom), 4),
        (Action::HistoryNextMatching, 4),
        (Action::Complete, 0),
        (Action::CompleteBack, 4),
        (Action::Scroll(Motion::Up(3)), 1),
        (Action::Scroll(Motion::Top), 0),
    ] {
        act(&mut app, action);
        assert_eq!(at(&app), to, "{action:?}");
    }
}

#[test]
fn loading_recent_servers_keeps_the_choice() {
    let mut app = App::new(Settings::default());
    let _ = app.start(NOW);
    act(&mut app, Action::HistoryNextMatching);
    update(&mut app, Event::RecentServersLoaded(vec![visit("a:1", "refused", 1), visit("b:1", "refused", 2)]));
    assert_eq!(list(&app), ["a:1", "b:1", "127.0.0.1:12345", "[Host a chat here 127.0.0.1:12345]"]);
}

#[test]
fn del_removes_a_recent_server_unless_held_down() {
    let mut app = app();
    act(&mut app, Action::Edit(Edit::DeleteForward));
    assert_eq!(list(&app).len(), 5, "a saved one is the settings file's");
    typed(&mut app, "pip");
    let del = Action::Edit(Edit::DeleteForward);
    act(&mut app, Action::Edit(Edit::Left));
    assert_eq!((act(&mut app, del), act(&mut app, del)), (vec![], vec![]));
    act(&mut app, Action::Cancel);
    act(&mut app, Action::HistoryNextMatching);
    act(&mut app, Action::HistoryNextMatching);
    assert_eq!(act(&mut app, del), [Effect::DeleteRecentServer(endpoint("127.0.0.1:12345"))]);
    assert_eq!(app.status_message(), Some("Removed 127.0.0.1:12345 from the recent servers."));
    assert_eq!(list(&app)[2], "[pip.example:80]");
    assert!(list(&app).contains(&"127.0.0.1:12345".to_owned()), "it is offered as the usual one");
}

#[test]
fn only_the_first_pasted_line_is_inserted() {
    let mut app = app();
    update(&mut app, Event::Paste("\n  zebra:80 \nsecond\n".into()));
    assert_eq!(list(&app), ["[zebra:80]"]);
    assert!(app.status_message().unwrap().starts_with("Only the first line"));
    update(&mut app, Event::Paste("x".repeat(100_000)));
    assert_eq!(app.start_page().unwrap().typed(), "zebra:80");
    assert!(app.status_message().unwrap().starts_with("Not pasted"));
    assert_eq!(app.tab().line_editor().text(), "", "it is not the draft");
}

#[test]
fn commands_run_on_the_start_page() {
    let mut app = app();
    assert_eq!(enter(&mut app, "/nick bob"), []);
    assert_eq!(
        (app.tab().nick(), last_notice(&app).as_str()),
        (Some("bob"), "The nickname bob will be requested when connected.")
    );
    assert_eq!(enter(&mut app, "/help"), []);
    assert!(matches!(app.mode(), Mode::Help { .. }));
    act(&mut app, Action::Cancel);
    assert_eq!(app.mode(), Mode::Start);
    for (line, sentence) in [
        ("/close", "/close needs a connection. Choose a server first."),
        ("/secret x", "/secret needs a connection. Choose a server first."),
        ("/foo bar", "/foo is not a command, and no server is connected. F1 lists the commands."),
    ] {
        act(&mut app, Action::Cancel);
        assert_eq!(enter(&mut app, line), []);
        assert_eq!(last_notice(&app), sentence);
    }
    act(&mut app, Action::Cancel);
    assert_eq!(opens(&enter(&mut app, "/connect zebra:80")).as_deref(), Some("zebra:80"));
    assert_eq!(app.mode(), Mode::Input);
    let mut app = self::app();
    assert_eq!(enter(&mut app, "/quit"), [Effect::Quit]);
}

#[test]
fn quitting_asks_and_no_returns_to_the_page() {
    for action in [Action::QuitOrClear, Action::EndOfInput] {
        let mut app = app();
        typed(&mut app, "x");
        act(&mut app, Action::QuitOrClear);
        assert_eq!((app.mode(), app.start_page().unwrap().typed()), (Mode::Start, ""));
        act(&mut app, action);
        assert_eq!(app.mode(), Mode::ConfirmQuit);
        let later = Now { elapsed: MIN_READING_TIME, ..NOW };
        let _ = app.update(later, Event::Char('n'));
        assert_eq!(app.mode(), Mode::Start);
        act(&mut app, action);
        let _ = app.update(later, Event::Char('z'));
        assert_eq!((app.mode(), app.start_page().unwrap().typed()), (Mode::Start, "z"), "typing goes on with the page");
        assert_eq!(app.tab().line_editor().text(), "");
    }
}

#[test]
fn text_typed_on_the_page_is_not_the_draft() {
    let mut app = App::new(Settings::default());
    let _ = app.open(endpoint("a:1"));
    update(&mut app, Event::Link(LinkId(0), LinkEvent::Opened { peer: "10.0.0.1:1".parse().unwrap() }));
    enter(&mut app, "/start");
    assert_eq!(app.mode(), Mode::Start);
    update(&mut app, Event::Link(LinkId(0), LinkEvent::Received(b"hello\n"[..].into())));
    act(&mut app, Action::Cancel);
    assert_eq!(app.mode(), Mode::Input);
    typed(&mut app, "draft");
    act(&mut app, Action::Edit(Edit::DeleteToStart));
    enter(&mut app, "/start");
    typed(&mut app, "zebra");
    assert_eq!(app.tab().line_editor().text(), "", "the page has its own input");
    assert_eq!(opens(&act(&mut app, Action::Submit)).as_deref(), Some("zebra:12345"));
}

/// Returns a connected app with a draft and the page over it.
fn over_a_draft() -> App {
    let mut app = App::new(Settings::default());
    let _ = app.open(endpoint("a:1"));
    update(&mut app, Event::Link(LinkId(0), LinkEvent::Opened { peer: "10.0.0.1:1".parse().unwrap() }));
    typed(&mut app, "half a li");
    act(&mut app, Action::StartCommand);
    typed(&mut app, "start");
    act(&mut app, Action::Submit);
    assert_eq!((app.mode(), app.tab().line_editor().text()), (Mode::Start, "half a li"));
    app
}

#[test]
fn closing_a_tab_from_the_page_keeps_its_draft() {
    let mut app = over_a_draft();
    enter(&mut app, "/close!");
    assert_eq!(app.mode(), Mode::Start);
    act(&mut app, Action::Edit(Edit::Yank));
    assert_eq!(app.start_page().unwrap().typed(), "half a li");
}

#[test]
fn close_works_from_the_page() {
    let mut app = over_a_draft();
    let effects = enter(&mut app, "/close");
    assert_eq!(effects, [Effect::Link(LinkId(0), LinkCommand::Close)]);
    assert_eq!((app.mode(), app.tab().line_editor().text()), (Mode::Input, "half a li"), "one sees it end");
}

#[test]
fn a_command_that_switches_tabs_closes_the_page() {
    let mut app = over_a_draft();
    assert_eq!(opens(&enter(&mut app, "/connect b:1")).as_deref(), Some("b:1"));
    enter(&mut app, "/tab 1");
    assert_eq!((app.mode(), app.tab().line_editor().text()), (Mode::Input, "half a li"));
}

#[test]
fn settings_made_on_the_page_apply_to_the_chosen_server() {
    let options = Settings { eol: crate::link::Eol::CrLf, server: Some("pi".into()), ..Settings::default() };
    let mut app = App::new(Settings::default()).with_servers(vec![SavedServer { options, ..saved("pi", "pi:1") }]);
    let _ = app.start(NOW);
    enter(&mut app, "/nick zoe");
    assert_eq!(opens(&enter(&mut app, "pi")).as_deref(), Some("pi:1"));
    assert_eq!(
        (app.tab().nick(), app.tab().eol(), app.tab().name()),
        (Some("zoe"), crate::link::Eol::CrLf, Some("pi"))
    );
}

#[test]
fn a_failed_host_is_reported_in_the_tab_that_asked() {
    let mut app = over_a_draft();
    act(&mut app, Action::Cancel);
    act(&mut app, Action::QuitOrClear);
    enter(&mut app, "/connect b:1");
    assert!(enter(&mut app, "/host").contains(&Effect::StartServer(12345)));
    enter(&mut app, "/tab 1");
    update(&mut app, Event::ServerStarted(Err(StartServerError { message: "No files.".into(), address_in_use: None })));
    let last = |tab: &Tab| tab.transcript().rows().last().map(|row| row.bytes.to_vec());
    assert_ne!(last(app.tab()).as_deref(), Some(&b"No files."[..]));
    assert_eq!(last(&app.tabs()[1]).as_deref(), Some(&b"No files."[..]));
}

#[test]
fn a_saved_server_is_opened_with_its_settings() {
    let options = Settings { nick: Some("ann".into()), eol: crate::link::Eol::CrLf, ..Settings::default() };
    let server = SavedServer { options, ..saved("pi", "pi:1") };
    let mut app = App::new(Settings::default()).with_servers(vec![server]);
    let _ = app.start(NOW);
    assert_eq!(opens(&act(&mut app, Action::Submit)).as_deref(), Some("pi:1"));
    assert_eq!((app.tab().nick(), app.tab().eol()), (Some("ann"), crate::link::Eol::CrLf));
}

#[test]
fn only_one_chat_is_hosted() {
    let mut app = App::new(Settings::default());
    let _ = app.start(NOW);
    act(&mut app, Action::HistoryNextMatching);
    assert_eq!(act(&mut app, Action::Submit), [Effect::StartServer(12345)]);
    assert_eq!(act(&mut app, Action::Submit), []);
    assert_eq!(last_notice(&app), "A chat is already being started.");
    let effects = update(&mut app, Event::ServerStarted(Ok((endpoint("127.0.0.1:12345"), vec!["Listening.".into()]))));
    assert_eq!(opens(&effects).as_deref(), Some("127.0.0.1:12345"));
    assert_eq!(app.mode(), Mode::Input);
    assert_eq!(enter(&mut app, "/host"), []);
    let last = app.tab().transcript().rows().last().unwrap();
    assert!(last.bytes.starts_with(b"You already host 127.0.0.1:12345."));
    act(&mut app, Action::QuitOrClear);
    enter(&mut app, "/start");
    assert_eq!(list(&app), ["[127.0.0.1:12345]"]);
}

#[test]
fn enter_joins_the_server_that_uses_the_port() {
    let mut app = App::new(Settings::default());
    let _ = app.start(NOW);
    assert_eq!(enter(&mut app, "chat"), [Effect::StartServer(12345)]);
    let taken = Some(endpoint("127.0.0.1:12345"));
    update(&mut app, Event::ServerStarted(Err(StartServerError { message: "Taken.".into(), address_in_use: taken })));
    assert_eq!((last_notice(&app).as_str(), app.mode()), ("Taken.", Mode::Start));
    assert_eq!(list(&app), ["[127.0.0.1:12345]", "Host a chat here"]);
    act(&mut app, Action::HistoryNextMatching);
    assert_eq!(act(&mut app, Action::Submit), [Effect::StartServer(0)]);
    update(&mut app, Event::ServerStarted(Err(StartServerError { message: "No files.".into(), address_in_use: None })));
    assert_eq!(last_notice(&app), "No files.");
    assert_eq!(list(&app), ["127.0.0.1:12345", "[Host a chat here 127.0.0.1:12345]"]);
}

#[test]
fn host_accepts_a_port() {
    let mut app = app();
    assert_eq!(enter(&mut app, "/host 0"), [Effect::StartServer(0)]);
    let mut app = self::app();
    for port in ["x", "99999", "-1", "1 2"] {
        assert_eq!(enter(&mut app, &format!("/host {port}")), [], "{port}");
        assert!(last_notice(&app).contains("is not a port"), "{}", last_notice(&app));
        act(&mut app, Action::Cancel);
    }
}

#[test]
fn numbers_choose_from_the_whole_list() {
    let numbered = || {
        let mut app = App::new(Settings::default()).with_listing(ListMode::Numbered);
        let _ = app.start(NOW);
        update(&mut app, Event::RecentServersLoaded(vec![visit("a:1", "refused", 1), visit("b:1", "refused", 2)]));
        app
    };
    for (text, to) in [("2", "b:1"), ("3", "127.0.0.1:12345"), ("pi:80", "pi:80"), ("4000", "127.0.0.1:4000")] {
        let mut app = numbered();
        assert_eq!(opens(&enter(&mut app, text)).as_deref(), Some(to), "{text}");
    }
    let mut app = numbered();
    assert_eq!(enter(&mut app, ""), []);
    assert_eq!(last_notice(&app), "Type a number from 1 to 4, or an address: HOST:PORT.");
    act(&mut app, Action::HistoryNextMatching);
    assert_eq!(app.start_page().unwrap().typed(), "2 b:1", "what is chosen is in the line, to be heard");
    assert_eq!(opens(&act(&mut app, Action::Submit)).as_deref(), Some("b:1"));
}

fn closed(reason: CloseReason) -> Event {
    Event::Link(LinkId(0), LinkEvent::Closed(reason))
}

fn refused() -> CloseReason {
    CloseReason::Failed(LinkError {
        op: LinkOp::Connect,
        endpoint: endpoint("a:1"),
        addr: None,
        cause: ErrorCause::Refused,
    })
}

#[test]
fn a_visit_is_stored_at_its_start_and_end() {
    let mut app = App::new(Settings::default()).with_servers(vec![saved("pi", "a:1")]);
    let _ = app.open(endpoint("a:1"));
    let visit = |state: &str| {
        let endpoint = endpoint("a:1");
        Effect::SaveRecentServer(RecentServer {
            name: Some("pi".into()),
            endpoint,
            at: NOW.wall,
            last_result: state.into(),
        })
    };
    let opened = LinkEvent::Opened { peer: "10.0.0.1:1".parse().unwrap() };
    assert_eq!(update(&mut app, Event::Link(LinkId(0), opened)), [visit("connected")]);
    assert_eq!(app.on_quit(NOW), [visit("disconnected")]);
    assert_eq!(update(&mut app, closed(CloseReason::ByPeer)), [visit("closed by server")]);
    assert_eq!(app.on_quit(NOW), []);
}

#[test]
fn repeated_attempts_are_stored_once_a_minute() {
    let mut app = App::new(Settings::default());
    let mut kept = 0;
    for seconds in (0..180).step_by(15) {
        let wall = LocalTime(NOW.wall.0 + seconds * 1000);
        let _ = app.open(endpoint("a:1"));
        kept += app.update(Now { wall, ..NOW }, closed(refused())).effects.len();
    }
    assert_eq!(kept, 3);
    let _ = app.open(endpoint("b:1"));
    assert_eq!(update(&mut app, closed(CloseReason::Cancelled)), [], "that came to nothing");
}

#[test]
fn huge_lists_and_long_names_are_handled() {
    let servers = (1..=500).map(|n| saved(&format!("{}{n}", "漢\u{202e}x".repeat(200)), &format!("h{n}:1"))).collect();
    let mut app = App::new(Settings::default()).with_servers(servers);
    let _ = app.start(NOW);
    act(&mut app, Action::Scroll(Motion::Bottom));
    assert_eq!(app.start_page().unwrap().chosen(), 501);
    typed(&mut app, "h499:1");
    assert_eq!(opens(&act(&mut app, Action::Submit)).as_deref(), Some("h499:1"));
}

fn keys() -> impl Strategy<Value = Vec<Event>> {
    let act = proptest::sample::select(vec![
        Action::HistoryPrevMatching,
        Action::HistoryNextMatching,
        Action::Complete,
        Action::CompleteBack,
        Action::Scroll(Motion::PageDown),
        Action::Scroll(Motion::Top),
        Action::Edit(Edit::DeleteBack),
        Action::Edit(Edit::DeleteForward),
        Action::Edit(Edit::Start),
        Action::Edit(Edit::Undo),
        Action::Cancel,
    ]);
    let event = prop_oneof![
        3 => "[a-z0-9.: /]".prop_map(|text| Event::Char(text.chars().next().unwrap())),
        1 => ".{0,9}".prop_map(Event::Paste),
        3 => act.prop_map(Event::Action),
    ];
    proptest::collection::vec(event, 0..20)
}

proptest! {
    #[test]
    fn enter_always_opens_the_chosen_entry(keys in keys()) {
        let mut app = app();
        for key in keys {
            update(&mut app, key);
            let start = app.start_page().unwrap();
            prop_assert_eq!(start.choice().is_some(), !start.entries().is_empty());
            for entry in start.entries() {
                prop_assert!(entry.matched.is_sorted());
                prop_assert!(entry.matched.last().is_none_or(|last| *last < entry.text().chars().count()));
            }
        }
        let start = app.start_page().unwrap();
        if let (false, Some(wanted)) = (start.is_command(), start.choice().cloned()) {
            let effects = act(&mut app, Action::Submit);
            if let StartPageEntryKind::OfferHost(port) = wanted.kind {
                prop_assert_eq!(effects, [Effect::StartServer(port)]);
            } else {
                prop_assert_eq!(opens(&effects), Some(wanted.address));
            }
        }
    }

    #[test]
    fn an_address_with_a_port_is_opened_literally(host in "[a-z][a-z0-9.-]{0,12}", port in 1u16..) {
        let mut app = app();
        let address = format!("{host}:{port}");
        prop_assert_eq!(opens(&enter(&mut app, &address)), Some(address));
    }
}
