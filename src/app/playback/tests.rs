//! Any recording can be played, and seeking back and forth shows the same rows.

use super::*;
use crate::app::{Event, Settings};
use crate::link::LinkId;
use crate::recording::{Data, FailedOp, NoticeKind, RecordedClose, Timestamp};
use proptest::prelude::*;

fn data() -> impl Strategy<Value = Data> {
    let bytes = prop_oneof!["[a-c \\r\\n]{0,9}".prop_map(String::into_bytes), any::<Vec<u8>>()];
    bytes.prop_map(|bytes| Data(bytes.into()))
}

fn count() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 0..9_usize, 1 => any::<usize>()]
}

fn entry_kind() -> impl Strategy<Value = EntryKind> {
    let ending = prop_oneof![
        Just(RecordedClose::ByPeer),
        Just(RecordedClose::ByUs),
        Just(RecordedClose::Cancelled),
        ".*".prop_map(|cause| RecordedClose::Failed { op: FailedOp::Read, cause }),
    ];
    let end = prop_oneof![Just(EntryKind::HalfClosing), Just(EntryKind::HalfClosed), Just(EntryKind::NotHalfClosed)];
    let opened = any::<(std::net::IpAddr, u16)>();
    prop_oneof![
        "[a-z]{0,5}:[0-9]{0,6}".prop_map(EntryKind::Opening),
        (opened.clone(), any::<usize>(), any::<usize>())
            .prop_map(|(addr, nth, of)| { EntryKind::Connecting { addr: addr.into(), nth, of } }),
        opened.prop_map(|addr| EntryKind::Opened(addr.into())),
        data().prop_map(EntryKind::Received),
        data().prop_map(EntryKind::Sent),
        data().prop_map(EntryKind::TelnetReply),
        count().prop_map(EntryKind::Hidden),
        count().prop_map(EntryKind::Written),
        count().prop_map(EntryKind::NotSent),
        end,
        ending.prop_map(EntryKind::Closed),
        ".*".prop_map(|words| EntryKind::Said { mark: NoticeKind::Rule, words }),
        ".{0,5}".prop_map(EntryKind::Nick),
        Just(EntryKind::Tick),
    ]
}

fn entries() -> impl Strategy<Value = Vec<RecordingEntry>> {
    let time = prop_oneof![4 => 0..9_000_000_u64, 1 => any::<u64>()];
    let entry = (time.clone(), time, 0..3_u32, entry_kind()).prop_map(|(micros, wall, link, kind)| {
        let stamp = Timestamp { elapsed: Duration::from_micros(micros), wall };
        RecordingEntry::new(stamp, LinkId(link), kind)
    });
    // A link usually starts like this.
    let opening = |link| {
        RecordingEntry::new(
            Timestamp { elapsed: Duration::ZERO, wall: 0 },
            LinkId(link),
            EntryKind::Opening(":1".to_owned()),
        )
    };
    proptest::collection::vec(entry, 0..40).prop_map(move |entries| (0..3).map(opening).chain(entries).collect())
}

/// Plays up to the target position and returns all rows of all tabs.
fn rows(app: &mut App) -> Vec<Vec<(RowKind, Vec<u8>)>> {
    while app.replay_deadline() == Some(Duration::ZERO) {
        let _ = app.update(Now::default(), Event::Timer);
    }
    let of_tab = |tab: &Tab| tab.transcript().rows().map(|row| (row.kind, row.bytes.to_vec())).collect();
    app.tabs().iter().map(of_tab).collect()
}

proptest! {
    #[test]
    fn stepping_back_and_forth_shows_the_same_rows(entries in entries()) {
        let steps = entries.len() + 1;
        let mut app = App::new(Settings::default());
        let recording: Arc<Recording> = Arc::new(entries.into_iter().collect());
        let _ = app.play(Now::default(), Player::new(recording).paused());
        "100%".chars().for_each(|c| drop(app.update(Now::default(), Event::Char(c))));
        let _ = app.update(Now::default(), Event::Action(crate::app::Action::Submit));
        let first = rows(&mut app);
        prop_assert!(app.replay().unwrap().is_over());
        for _ in 0..steps {
            let _ = app.update(Now::default(), Event::Char(','));
            let _ = rows(&mut app);
        }
        prop_assert_eq!(app.replay().unwrap().steps().0, 0);
        for _ in 0..steps {
            let _ = app.update(Now::default(), Event::Char('.'));
        }
        prop_assert_eq!(rows(&mut app), first);
    }
}

/// An app with a paused recording of this many connections.
fn player(connections: u32) -> App {
    let opening = |link: u32| {
        let stamp = Timestamp { elapsed: Duration::from_millis(link.into()), wall: 0 };
        RecordingEntry::new(stamp, LinkId(link), EntryKind::Opening(format!("h:{}", link + 1)))
    };
    let mut app = App::new(Settings::default());
    let _ = app.play(Now::default(), Player::new(Arc::new((0..connections).map(opening).collect())).paused());
    app
}

fn enter(app: &mut App, line: &str) {
    line.chars().for_each(|c| drop(app.update(Now::default(), Event::Char(c))));
    let _ = app.update(Now::default(), Event::Action(crate::app::Action::Submit));
}

#[test]
fn connections_without_a_tab_are_reported_once() {
    let notices = |app: &mut App| {
        let rows = rows(app).into_iter().flatten().map(|(_, bytes)| String::from_utf8(bytes).unwrap());
        rows.filter(|row| row.starts_with("The recording has")).collect::<Vec<_>>()
    };
    let mut app = player(103);
    assert_eq!(notices(&mut app), Vec::<String>::new());
    let words = "The recording has 103 connections; the first 100 are shown. netchat-tui replay FILE --to-pcap FILE exports all.";
    for position in ["100%", "0", "100%"] {
        enter(&mut app, position);
        assert_eq!(notices(&mut app), if position == "0" { vec![] } else { vec![words.to_owned()] }, "{position}");
    }
    assert_eq!(app.tabs().len(), 100);
    let mut app = player(100);
    enter(&mut app, "100%");
    assert_eq!((notices(&mut app), app.tabs().len()), (vec![], 100));
}

#[test]
fn an_invalid_position_is_reported_and_cleared() {
    for text in ["150%", "12.5%", "5s", "1:", "99999999999999999999:00", "1e300", "3 /quit"] {
        let mut app = player(1);
        enter(&mut app, text);
        assert_eq!(app.status_message(), Some("Enter a position: 1:30, 90 (seconds) or 50%."), "{text}");
        assert_eq!(app.tab().line_editor().text(), "");
        let _ = app.update(Now::default(), Event::Char(']'));
        assert_eq!(app.replay().unwrap().clock().speed().to_string(), "×2");
    }
}

#[test]
fn commands_for_the_server_are_refused_by_name() {
    let mut app = player(1);
    for (line, word, left) in [
        ("/record a.rec", "/record", ""),
        ("/start", "/start", ""),
        ("/eol crlf", "/eol", ""),
        ("/raw x", "/raw", ""),
        ("/fliter x", "/fliter", "/fliter x"),
    ] {
        enter(&mut app, line);
        assert_eq!(
            app.status_message().unwrap(),
            format!("Not available in a recording: {word}. /help lists the commands.")
        );
        assert_eq!(app.tab().line_editor().text(), left);
    }
}

#[test]
fn a_recording_cannot_be_logged_again() {
    for line in ["/log on", "/log a.log", "/log", "/log off", "/set log on", "/set hex_log a.hex"] {
        let mut app = player(1);
        enter(&mut app, line);
        let last = rows(&mut app).pop().and_then(|mut rows| rows.pop()).unwrap();
        let words = "A recording cannot be logged again. Use /save FILE to save its messages.";
        assert_eq!((last.0, String::from_utf8(last.1).unwrap().as_str()), (RowKind::Error, words), "{line}");
    }
}
