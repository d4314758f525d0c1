//! Playback shows the screens of the live session: several servers, all views, several sizes and scroll positions.

use super::{MS, folder};
use crate::support::memory::Memory;
use crate::support::{Session, Shown, local};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use netchat_tui::app::Settings;
use netchat_tui::recording::{EntryKind, RecordedClose};
use netchat_tui::tui::Exit;
use ratatui::style::Style;
use std::collections::HashSet;
use std::path::Path;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::time::sleep;

/// Rows of the flood.
const MANY: usize = 10_000;

const SIZES: [(u16, u16); 3] = [(100, 30), (40, 12), (20, 7)];

/// The messages as they are on the screen: all cells but those of the bar, the status line and the input, and those that a
/// wide character hides.
fn pane(shown: &Shown) -> Vec<((u16, u16), String, Style)> {
    let area = shown.cells.area;
    let mut seen = Vec::new();
    for y in 1..area.height - 2 {
        let mut x = 0;
        while x < area.width {
            let cell = &shown.cells[(x, y)];
            seen.push(((x, y), cell.symbol().to_owned(), cell.style()));
            x += u16::try_from(netchat_tui::text::columns(cell.symbol())).unwrap().max(1);
        }
    }
    seen
}

fn is_same(live: &Shown, played: &Shown, name: &str) {
    let (wanted, found) = (pane(live), pane(played));
    let differs = wanted.iter().zip(&found).find(|(wanted, found)| wanted != found);
    let (live, played) = (live.text(), played.text());
    assert!(differs.is_none(), "{name}: {differs:?}\nlive:\n{live}\nplayed:\n{played}");
    assert_eq!(wanted.len(), found.len(), "{name}");
}

/// The cells of the line with these words.
fn row_with(shown: &Shown, words: &str) -> Vec<(String, Style)> {
    let y = (0..shown.cells.area.height).find(|&y| shown.line(y).contains(words)).unwrap();
    let cells = (0..shown.cells.area.width).map(|x| &shown.cells[(x, y)]);
    cells.map(|cell| (cell.symbol().to_owned(), cell.style())).collect()
}

fn with(session: &Session, code: KeyCode, modifiers: KeyModifiers) {
    session.input(Event::Key(KeyEvent::new(code, modifiers)));
}

/// Every screen there is to be compared, with a name for each.
async fn screens(session: &Session) -> Vec<(String, Shown)> {
    let mut all = Vec::new();
    for (columns, lines) in SIZES {
        session.resize(columns, lines);
        for tab in ['1', '2'] {
            with(session, KeyCode::Char(tab), KeyModifiers::ALT);
            for view in ["text", "escaped", "hex"] {
                session.say(&format!("/view {view}"));
                for (place, (code, modifiers)) in [
                    ("end", (KeyCode::End, KeyModifiers::CONTROL)),
                    ("above it", (KeyCode::PageUp, KeyModifiers::NONE)),
                    ("top", (KeyCode::Home, KeyModifiers::CONTROL)),
                ] {
                    with(session, code, modifiers);
                    sleep(60 * MS).await;
                    all.push((format!("{columns} by {lines}, tab {tab}, {view}, {place}"), session.shown()));
                }
                with(session, KeyCode::End, KeyModifiers::CONTROL);
            }
        }
    }
    session.resize(100, 30);
    for tab in ['2', '1'] {
        with(session, KeyCode::Char(tab), KeyModifiers::ALT);
        session.say("/view text");
    }
    sleep(60 * MS).await;
    all
}

async fn reads(peer: &mut DuplexStream, wanted: &[u8]) {
    let mut got = vec![0; wanted.len()];
    peer.read_exact(&mut got).await.unwrap();
    assert_eq!(got, wanted);
}

/// A server that gives names, speaks telnet, and says things in pieces.
async fn names(session: &mut Session, peer: &mut DuplexStream) {
    peer.write_all(
        b"\xff\xfd\x18\xff\xfb\x01\n* You are bert. Change it with /nick NAME.\nann: hello bert, is bob here\n",
    )
    .await
    .unwrap();
    reads(peer, b"\xff\xfc\x18\xff\xfe\x01").await;
    session.sees("hello bert").await;
    session.sees("nick bert").await;
    session.say("/nick bob");
    reads(peer, b"/nick bob\n").await;
    peer.write_all(b"* bert is now known as bob\nann: hi bob, once bert\npassw").await.unwrap();
    session.sees("passw").await;
    peer.write_all(b"ord: ").await.unwrap();
    session.sees("password:  \u{22a3}").await;
    session.say("/secret hunter2");
    session.key(KeyCode::Enter);
    reads(peer, b"hunter2\n").await;
    peer.write_all(b"\x1b[31mred\x1b[0m \xff\xfe bin\x00ary\r\nlone\rcr\nn\xc3").await.unwrap();
    sleep(100 * MS).await;
    peer.write_all(b"\xa9e \xe2\x80\xae evil\n\n\n").await.unwrap();
    session.sees("evil").await;
    session.say("/eol none");
    session.say("no newline");
    reads(peer, b"no newline").await;
    session.say("/raw a\\r\\nb\\x00");
    session.reads_question().await;
    session.key(KeyCode::Enter);
    reads(peer, b"a\r\nb\x00").await;
    peer.write_all("long \u{4e2d}\u{6587} \u{1f600} words ".repeat(300).as_bytes()).await.unwrap();
    peer.write_all(b"\nann: bob and bert\nopen end").await.unwrap();
    session.sees("open end \u{22a3}").await;
}

/// A server that floods, reads the half-close, and closes.
async fn flood(session: &mut Session, peer: &mut DuplexStream) {
    let rows: Vec<u8> = (0..MANY).flat_map(|row| format!("row {row} of the flood\n").into_bytes()).collect();
    peer.write_all(&rows).await.unwrap();
    session.sees("row 9999 of").await;
    session.say("enough");
    reads(peer, b"enough\n").await;
    session.say("/eof");
    session.sees("Half-close?").await;
    session.reads_question().await;
    session.type_text("y");
    let mut rest = Vec::new();
    peer.read_to_end(&mut rest).await.unwrap();
    peer.write_all(b"bye").await.unwrap();
    session.sees("bye").await;
}

async fn live(path: &Path) -> Vec<(String, Shown)> {
    let (network, mut accepted) = Memory::new(&[]);
    let options =
        Settings { answer_telnet: true, reconnect: netchat_tui::app::Reconnect::Never, ..Settings::default() };
    let mut session = Session::recording_with(network, "127.0.0.1:1001", path, options);
    let mut peer = accepted.recv().await.unwrap();
    names(&mut session, &mut peer).await;
    session.say("/connect 127.0.0.1:1002");
    let mut other = accepted.recv().await.unwrap();
    flood(&mut session, &mut other).await;
    drop(other);
    session.sees("The server closed").await;
    let screens = screens(&session).await;
    assert_eq!(session.quit().await, Exit::Quit);
    screens
}

#[tokio::test(start_paused = true)]
async fn every_screen_of_a_replay_is_that_of_the_session() {
    local(async {
        let (_folder, path) = folder();
        let live = live(&path).await;
        // Somebody who has a name of their own plays it.
        let options = Settings { nick: Some("ann".to_owned()), ..Settings::default() };
        let mut session = Session::replaying_with(Memory::new(&[]).0, &path, options);
        session.type_text("...");
        let before = session.sees(" 3/").await;
        session.say("100%");
        session.sees("\u{25a0}").await;
        let played = screens(&session).await;
        // Once more, after everything was forgotten.
        session.say("0");
        session.sees("0:00.000").await;
        // Much happened at that time: to before all of it.
        session.type_text(&",".repeat(30));
        session.type_text("...");
        let before_again = session.sees(" 3/").await;
        assert_eq!(
            row_with(&before, "is bob here"),
            row_with(&before_again, "is bob here"),
            "nobody is called bob yet"
        );
        session.say("100%");
        session.sees("\u{25a0}").await;
        let again = screens(&session).await;
        for ((name, live), ((_, played), (_, again))) in live.iter().zip(played.iter().zip(&again)) {
            is_same(live, played, name);
            is_same(live, again, &format!("{name}, again"));
        }
        assert_eq!((live.len(), played.len(), again.len()), (54, 54, 54));
        // They are screens of something, and not of the same.
        let different: HashSet<String> = live.iter().map(|(_, shown)| format!("{:?}", pane(shown))).collect();
        assert!(different.len() > 45, "{}", different.len());
        let all: Vec<String> = live.iter().map(|(_, shown)| shown.text()).collect();
        for words in [
            "hi bob, once bert",
            "<DO TERMINAL-TYPE>",
            "row 9999",
            "Sent a secret line",
            "bye",
            "[31mred",
            "6f 70 65 6e",
        ] {
            assert!(all.iter().any(|text| text.contains(words)), "{words}\n{}", all.concat());
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_recording_begun_late_has_later_rows_and_the_state() {
    local(async {
        let (_folder, path) = folder();
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::start(network, "127.0.0.1:1001");
        let mut peer = accepted.recv().await.unwrap();
        session.say("/nick bob");
        reads(&mut peer, b"/nick bob\n").await;
        peer.write_all(b"before\n").await.unwrap();
        session.sees("before").await;
        session.say("/connect 127.0.0.1:1002");
        let mut other = accepted.recv().await.unwrap();
        session.sees("127.0.0.1:1002.").await;
        with(&session, KeyCode::Char('1'), KeyModifiers::ALT);
        sleep(3_600_000 * MS).await;
        session.say("/record");
        session.sees("Not recording").await;
        session.say(&format!("/record {}", path.display()));
        session.sees("Recording to").await;
        session.sees("  rec  ").await;
        peer.write_all(b"ann: hi bob\n").await.unwrap();
        session.sees("hi bob").await;
        session.say("after");
        reads(&mut peer, b"after\n").await;
        other.write_all(b"there\n").await.unwrap();
        sleep(1000 * MS).await;
        let live = session.shown();
        session.say("/record off");
        let off = session.sees("Recording finished").await;
        assert!(!off.text().contains("  rec  "), "{}", off.text());
        session.say("not in it");
        reads(&mut peer, b"not in it\n").await;
        session.quit().await;

        let tape = super::load(&path);
        assert!(tape.length() < 2000 * MS, "its clock begins with it: {:?}", tape.length());
        assert!(!tape.entries().iter().any(|entry| matches!(entry.what, EntryKind::Closed(RecordedClose::ByUs))));
        let mut session = Session::replaying(Memory::new(&[]).0, &path);
        session.say("100%");
        let played = session.sees("\u{25a0}").await;
        let rows = |shown: &Shown| -> Vec<String> {
            let rows = shown.lines().into_iter().skip(1).skip_while(|line| !line.contains("hi bob"));
            rows.take_while(|line| !line.is_empty()).collect()
        };
        assert_eq!((rows(&played), rows(&played).len()), (rows(&live), 2));
        assert!(!played.text().contains("before"), "{}", played.text());
        assert!(played.text().contains("connected 14:02:10  nick bob"), "{}", played.text());
        with(&session, KeyCode::Char('2'), KeyModifiers::ALT);
        session.sees("there").await;
    })
    .await;
}
