//! Sessions recorded and played back: the same screens in every view, and the same bytes for others.

mod line;
pub(crate) mod packets;
#[cfg(unix)]
mod program;
mod screens;
mod serving;

use crate::support::memory::Memory;
use crate::support::{Session, Shown, local};
use crossterm::event::KeyCode;
use netchat_tui::recording::{EntryKind, Recording};
use netchat_tui::storage::Recorder;
use netchat_tui::tui::Exit;
use ratatui::buffer::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::time::sleep;

const MS: Duration = Duration::from_millis(1);

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.rec");
    (folder, path)
}

fn load(path: &Path) -> Recording {
    netchat_tui::commands::recording_files::load(path).unwrap()
}

/// The cells of the messages.
fn pane(shown: &Shown) -> Vec<Cell> {
    let area = shown.cells.area;
    let place = |y| (0..area.width).map(move |x| (x, y));
    (0..area.height - 2).flat_map(place).map(|(x, y)| shown.cells[(x, y)].clone()).collect()
}

/// Rows without the marks of those that are not finished.
fn texts(rows: &[String]) -> Vec<String> {
    rows.iter().map(|row| row.trim_end_matches([' ', '\u{2026}', '\u{22a3}']).to_owned()).collect()
}

/// Everything that makes rows look one way or another.
async fn talk(session: &mut Session, peer: &mut DuplexStream) {
    peer.write_all(b"Thank you for connecting").await.unwrap();
    session.sees("connecting \u{22a3}").await;
    session.say("hello");
    peer.read_exact(&mut [0; 6]).await.unwrap();
    peer.write_all(b"olleh\r\n\x1b[31mred\x1b[0m \xff\xfe bin\x00ary\nal").await.unwrap();
    sleep(100 * MS).await;
    peer.write_all(b"ice: in two reads\nn\xc3").await.unwrap();
    sleep(700 * MS).await;
    peer.write_all(b"\xa9e\n").await.unwrap();
    session.sees("née").await;
    session.say("/nick bob");
    peer.read_exact(&mut [0; 10]).await.unwrap();
    session.say("/secret");
    session.say("hunter2");
    peer.read_exact(&mut [0; 8]).await.unwrap();
    peer.write_all(b"alice: hi bob\n* a notice of the server's\n\r\n\r\nopen end").await.unwrap();
    session.say("/nonsense");
    peer.read_exact(&mut [0; 10]).await.unwrap();
    session.say("/hex zz");
    session.sees("open end \u{22a3}").await;
}

async fn recorded(path: &Path, wait: Duration) -> Vec<Shown> {
    let (network, mut accepted) = Memory::new(&[]);
    let mut session = Session::recording(network, "127.0.0.1:12345", path);
    let mut peer = accepted.recv().await.unwrap();
    talk(&mut session, &mut peer).await;
    drop(peer);
    sleep(wait).await;
    session.ctrl('e');
    session.ctrl('u');
    session.sees("The server closed").await;
    let views = views(&session).await;
    assert_eq!(session.quit().await, Exit::Quit);
    views
}

/// The screen in each view and with each time.
async fn views(session: &Session) -> Vec<Shown> {
    let mut all = Vec::new();
    for key in [KeyCode::F(2), KeyCode::F(2), KeyCode::F(2), KeyCode::F(3), KeyCode::F(3), KeyCode::F(3)] {
        session.key(key);
        sleep(40 * MS).await;
        all.push(session.shown());
    }
    all
}

#[tokio::test(start_paused = true)]
async fn a_replay_shows_in_every_view_what_the_session_showed() {
    local(async {
        let (_folder, path) = folder();
        // A moment after the drop, in which it counts down, and has not tried again.
        let live = recorded(&path, 100 * MS).await;
        let (network, _) = Memory::new(&[]);
        let mut session = Session::replaying(network, &path);
        session.say("100%");
        session.sees("The server closed").await;
        let played = views(&session).await;
        assert_eq!(live.len(), played.len());
        for (live, played) in live.iter().zip(&played) {
            assert_eq!(played.rows(), live.rows());
            assert_eq!(pane(played), pane(live), "the cells\n{}", played.text());
        }
        assert_ne!(pane(&live[0]), pane(&live[1]), "the views differ");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn going_back_and_forth_leads_to_the_same_screens() {
    local(async {
        let (_folder, path) = folder();
        recorded(&path, 100 * MS).await;
        let (network, _) = Memory::new(&[]);
        let mut session = Session::replaying(network, &path);
        let mut on = Vec::new();
        let steps = load(&path).entries().iter().filter(|entry| entry.is_wire_event()).count();
        for _ in 0..steps {
            session.type_text(".");
            sleep(300 * MS).await;
            on.push(session.shown().rows());
        }
        assert!(on.windows(2).filter(|pair| pair[0] != pair[1]).count() > 8, "{on:#?}");
        session.sees(&format!("{steps}/{steps}")).await;
        for wanted in on.iter().rev().skip(1) {
            session.type_text(",");
            sleep(300 * MS).await;
            // Rows that arrived between two steps belong to the later one.
            let (rows, wanted) = (texts(&session.shown().rows()), texts(wanted));
            assert!(rows.starts_with(&wanted), "{rows:#?}\n{wanted:#?}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn it_plays_at_its_own_pace_and_at_others() {
    local(async {
        let (_folder, path) = folder();
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::recording(network, "127.0.0.1:12345", &path);
        let mut peer = accepted.recv().await.unwrap();
        session.sees("Connected").await;
        sleep(Duration::from_secs(8)).await;
        peer.write_all(b"late\n").await.unwrap();
        session.sees("late").await;
        session.quit().await;

        let (network, _) = Memory::new(&[]);
        let mut session = Session::replaying(network, &path);
        session.type_text(" ");
        session.sees("\u{25b6} 0:01 of 0:08").await;
        let begin = tokio::time::Instant::now();
        session.sees("late").await;
        let took = begin.elapsed();
        assert!(took > 6 * Duration::from_secs(1) && took < 8 * Duration::from_secs(1), "{took:?}");
        session.sees("\u{25a0} 0:08").await;
        session.type_text(" ]]]");
        session.sees("×8").await;
        let begin = tokio::time::Instant::now();
        session.sees("late").await;
        assert!(begin.elapsed() < 2 * Duration::from_secs(1), "{:?}", begin.elapsed());
        session.type_text(" ");
        session.sees("0:00 of").await;
        session.key(KeyCode::Right);
        session.sees("0:05").await;
        assert!(!session.shown().text().contains("late"));
        session.say("0:08");
        session.sees("late").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_leaves_a_replay() {
    local(async {
        let (_folder, path) = folder();
        recorded(&path, 100 * MS).await;
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::replaying(network, &path);
        for line in ["/connect 127.0.0.1:1", "/raw x", "/nick eve", "/secret x", "/host", "//hello"] {
            session.ctrl('u');
            session.say(line);
            let word = line.split(' ').next().unwrap();
            session.sees(&format!("Not available in a recording: {word}.")).await;
        }
        session.ctrl('u');
        session.input(crossterm::event::Event::Paste("a\nb\n".to_owned()));
        session.type_text("x");
        session.sees("nothing can be sent").await;
        session.say("100%");
        // It counted down when it was recorded; here nobody is called.
        sleep(Duration::from_secs(60)).await;
        assert!(accepted.try_recv().is_err());
        session.type_text("q");
        assert_eq!(session.ended().await, Exit::Quit);
        assert!(accepted.try_recv().is_err());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_hidden_line_is_recorded_as_a_byte_count() {
    local(async {
        let (_folder, path) = folder();
        recorded(&path, 100 * MS).await;
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        let tape = load(&path);
        assert_eq!(tape.damage().message(), None);
        let secrets: Vec<_> = tape.entries().iter().filter(|entry| entry.what == EntryKind::Hidden(8)).collect();
        assert_eq!(secrets.len(), 1);
        let sent: Vec<u8> = tape
            .entries()
            .iter()
            .flat_map(|entry| match &entry.what {
                EntryKind::Sent(data) => data.0.to_vec(),
                _ => Vec::new(),
            })
            .collect();
        assert_eq!(String::from_utf8(sent).unwrap(), "hello\n/nick bob\n/nonsense\n");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_second_session_appends_to_the_file_as_its_own_tab() {
    local(async {
        let (_folder, path) = folder();
        for word in ["first", "second"] {
            let (network, mut accepted) = Memory::new(&[]);
            let mut session = Session::recording(network, "127.0.0.1:12345", &path);
            let mut peer = accepted.recv().await.unwrap();
            peer.write_all(format!("the {word}\n").as_bytes()).await.unwrap();
            session.sees(word).await;
            session.quit().await;
            // As if it had been killed in the middle of a line.
            let mut text = std::fs::read(&path).unwrap();
            text.extend(b"{\"us\":12");
            std::fs::write(&path, text).unwrap();
        }
        assert_eq!(load(&path).sessions(), 2);
        let (network, _) = Memory::new(&[]);
        let mut session = Session::replaying(network, &path);
        session.say("100%");
        let shown = session.sees("the first").await;
        assert!(!shown.text().contains("the second"));
        session.input(crossterm::event::Event::Key(crossterm::event::KeyEvent::new(
            KeyCode::Char('2'),
            crossterm::event::KeyModifiers::ALT,
        )));
        session.sees("the second").await;
    })
    .await;
}

#[cfg(unix)]
#[test]
fn a_recording_is_the_users_alone_and_no_other_file_is_touched() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, path) = folder();
    let recorder = Recorder::open(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let taken = Recorder::open(&path).unwrap_err();
    assert!(taken.ends_with("another netchat-tui is recording to it; choose another name."), "{taken}");
    drop(recorder);
    drop(Recorder::open(&path).unwrap());
    let other = folder.path().join("notes.txt");
    std::fs::write(&other, "mine\n").unwrap();
    for (place, end) in [
        (other.clone(), "the file exists and is not a recording; choose another name."),
        (folder.path().into(), "not a regular file; choose another name."),
        ("/dev/full".into(), "not a regular file; choose another name."),
        (folder.path().join("no/where"), "no such folder; create it first or choose another path."),
    ] {
        let sentence = Recorder::open(&place).unwrap_err();
        assert!(sentence.ends_with(end), "{sentence}");
    }
    assert_eq!(std::fs::read(&other).unwrap(), b"mine\n");
}
