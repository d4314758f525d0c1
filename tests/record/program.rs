//! The built program: killed while it records, and what it says about files that are none.

use crate::support::lab::has_peer;
use crate::support::terminal::Terminal;
use netchat_tui::recording::EntryKind;
use rustix::process::Signal;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

const SIZE: (u16, u16) = (100, 24);

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_netchat-tui")).args(arguments).output().unwrap()
}

/// Rows of the flood during which the program is killed: megabytes.
const MANY: usize = 1_000_000;

#[test]
fn sigkill_in_a_flood_leaves_a_readable_recording() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.rec");
    let shown = path.to_str().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let mut terminal = Terminal::start(&["--record", shown, "127.0.0.1", &port], SIZE);
    let (mut peer, _) = listener.accept().unwrap();
    let (tell, is_flooded) = std::sync::mpsc::channel();
    let flood = std::thread::spawn(move || {
        for row in 0.. {
            if writeln!(peer, "row {row}").is_err() {
                return;
            }
            if row == MANY {
                tell.send(()).unwrap();
            }
        }
    });
    // Of these most have been read: more than a few buffers of sockets hold.
    is_flooded.recv().unwrap();
    terminal.signal(Signal::KILL);
    terminal.ended();
    flood.join().unwrap();
    let tape = netchat_tui::commands::recording_files::load(&path).unwrap();
    let mut received = Vec::new();
    for entry in tape.entries() {
        if let EntryKind::Received(data) = &entry.what {
            received.extend_from_slice(&data.0);
        }
    }
    let text = String::from_utf8(received).unwrap();
    let rows: Vec<_> = text.split_inclusive('\n').filter(|row| row.ends_with('\n')).collect();
    assert!(rows.len() > 10_000, "{}", rows.len());
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(*row, format!("row {number}\n"));
    }
    let mut replay = Terminal::start(&["replay", "--paused", shown], SIZE);
    replay.type_bytes(b"100%\r");
    replay.sees(rows.last().unwrap().trim_end());
    replay.type_bytes(b"q");
    assert_eq!(replay.ended().exit_code(), 0);
    replay.is_as_before();
}

/// Rows of the flood during which the program is killed at a painted row.
const LOOKED_AT: usize = 10_000;

/// The numbers of the rows on a screen.
fn numbers(screen: &str) -> Vec<usize> {
    screen.lines().filter_map(|line| line.split("row ").nth(1)?.trim_end().parse().ok()).collect()
}

#[test]
fn sigkill_leaves_all_painted_rows_in_the_recording() {
    for round in 1..=8 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bug.rec");
        let shown = path.to_str().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let mut terminal = Terminal::start(&["--record", shown, "127.0.0.1", &port], SIZE);
        let (mut peer, _) = listener.accept().unwrap();
        let flood = std::thread::spawn(move || {
            // As long as it is there to read them.
            (0..LOOKED_AT).try_for_each(|row| writeln!(peer, "row {row}")).map(|()| peer)
        });
        // Now here, now there in the flood.
        let from = LOOKED_AT / 10 * round;
        terminal.until("rows of the flood", |screen| {
            numbers(&screen.contents()).last().is_some_and(|&row| row + 1 >= from)
        });
        terminal.signal(Signal::KILL);
        terminal.ended();
        let last = *numbers(&terminal.sees("row")).last().unwrap();
        let _ = flood.join();
        let tape = netchat_tui::commands::recording_files::load(&path).unwrap();
        let received = tape.entries().iter().filter_map(|entry| match &entry.what {
            EntryKind::Received(data) => Some(data.0.to_vec()),
            _ => None,
        });
        let text = String::from_utf8(received.flatten().collect()).unwrap();
        // Its newline may not have come yet.
        let last = format!("row {last}");
        let recorded = text.lines().next_back().unwrap_or_default();
        assert!(text.lines().any(|row| row == last), "{last} was seen; the recording ends with {recorded}");
    }
}

#[test]
fn a_file_that_is_none_is_one_sentence_and_status_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for (path, end) in [
        (file("empty", ""), "the file is empty.\n"),
        (file("notes", "hello\n"), "not a recording. Make one with netchat-tui --record FILE ADDRESS.\n"),
        (folder.path().join("none").to_str().unwrap().to_owned(), "no such file or folder.\n"),
        (folder.path().to_str().unwrap().to_owned(), "not a regular file; name a recording.\n"),
    ] {
        let output = program(&["replay", &path]);
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(words, format!("netchat-tui: {path}: {end}"));
        assert_eq!(output.status.code(), Some(2));
    }
    let notes = folder.path().join("notes");
    let output = program(&["--record", notes.to_str().unwrap(), "127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(notes).unwrap(), "hello\n");
}

#[test]
fn packets_go_to_a_new_file_or_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, packets) = (folder.path().join("bug.rec"), folder.path().join("bug.pcap"));
    std::fs::write(&recording, SMALL).unwrap();
    let [recording, packets] = [&recording, &packets].map(|path| path.to_str().unwrap().to_owned());
    let output = program(&["replay", &recording, "--to-pcap", &packets]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "netchat-tui: 11 packets written.\n");
    let again = program(&["replay", &recording, "--to-pcap", &packets]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8(again.stderr).unwrap().ends_with("already exists; choose another name.\n"));
    assert_eq!(program(&["replay", &recording, "--to-pcap", "-"]).stdout, std::fs::read(&packets).unwrap());
    if has_peer("tshark") {
        let times = ["-T", "fields", "-e", "frame.time_epoch"];
        let output = Command::new("tshark").args(["-n", "-r", &packets]).args(times).output().unwrap();
        let first = String::from_utf8(output.stdout).unwrap().lines().next().unwrap().to_owned();
        assert!(first.starts_with("1700000000.5"), "{first}");
    }
}

#[test]
fn packets_are_not_written_to_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("bug.rec");
    std::fs::write(&recording, SMALL).unwrap();
    let mut terminal = Terminal::start(&["replay", recording.to_str().unwrap(), "--to-pcap", "-"], SIZE);
    assert_eq!(terminal.ended().exit_code(), 2);
    terminal.sees("Packets are binary data. Name a file, or redirect standard output.");
}

#[test]
fn a_recording_in_which_nothing_happened_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("bug.rec");
    std::fs::write(&recording, SMALL.lines().next().unwrap()).unwrap();
    let recording = recording.to_str().unwrap();
    let output = program(&["replay", recording]);
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(words, format!("netchat-tui: {recording}: the recording is empty.\n"));
}

#[test]
fn a_malformed_listen_address_exits_2_and_a_taken_one_1() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("bug.rec");
    std::fs::write(&recording, SMALL).unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (address, status, says) in [
        ("abc", 2, "is not an address to listen on"),
        ("99999", 2, "is not an address to listen on"),
        // Kept for documentation (RFC 5737), so nobody's.
        ("192.0.2.1:2000", 1, "Use 0.0.0.0:2000 to listen on all its addresses.\n"),
        (&taken, 1, "is already in use"),
    ] {
        let output = program(&["replay", recording.to_str().unwrap(), "--serve", address]);
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(words.contains(says) && !words.contains("--listen") && !words.contains("--lan"), "{words}");
        assert_eq!(output.status.code(), Some(status), "{words}");
    }
}

#[test]
fn the_line_for_jq_prints_what_the_server_said() {
    if !has_peer("jq") {
        return;
    }
    let description = include_str!("../../assets/RECORDING.md");
    let line = description.lines().find(|line| line.starts_with("jq ")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("bug.rec");
    let more = r#"{"us":5000000,"wall":0,"link":0,"what":{"received":"h\u0000llo\n"}}"#;
    std::fs::write(&recording, format!("{SMALL}{more}\n")).unwrap();
    let line = line.replace("FILE", recording.to_str().unwrap());
    let output = Command::new("sh").args(["-c", &line]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "\u{fffd}ih\nh\0llo\n");
}

/// The example of `assets/RECORDING.md`, so that it stays one.
const SMALL: &str = include_str!("../../assets/example.rec");

#[test]
fn the_documented_example_is_a_valid_recording() {
    let tape = netchat_tui::recording::Recording::read(SMALL.as_bytes()).unwrap();
    assert_eq!(tape.damage().message(), None);
    assert_eq!(tape.entries().len(), SMALL.lines().count() - 1);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/RECORDING.md");
    let description = std::fs::read_to_string(path).unwrap();
    assert!(description.contains(SMALL), "the example in assets/RECORDING.md is assets/example.rec");
}
