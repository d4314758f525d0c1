//! `--record` without a terminal: what went through can be played, handed on and looked at.

use super::{OURS, all, command, nobody, ours, server};
use crate::record::packets::followed;
use crate::support::lab::{Server, has_peer};
use crate::support::terminal::Terminal;
use netchat_tui::recording::{
    Conversation, ConversationStep, EntryKind, RecordedClose, Recording, Side, conversations,
};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A name for a recording, in a folder that is gone with the test.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.rec");
    (folder, path)
}

/// Returns the data of one side.
fn said(stream: &Conversation, by: Side) -> Vec<u8> {
    let said = stream.steps.iter().filter(|(_, side, _)| *side == by).filter_map(|(_, _, turn)| match turn {
        ConversationStep::Data(bytes) => Some(bytes.to_vec()),
        _ => None,
    });
    said.flatten().collect()
}

fn received(tape: &Recording) -> Vec<u8> {
    let data = tape.entries().iter().filter_map(|entry| match &entry.what {
        EntryKind::Received(data) => Some(data.0.to_vec()),
        _ => None,
    });
    data.flatten().collect()
}

#[test]
fn the_streams_of_a_recording_are_the_bytes_that_went_through() {
    let ((_folder, path), echo) = (place(), Server::start("echo.py"));
    let shown = path.to_str().unwrap();
    let bytes: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(1 << 20).collect();
    let ran = ours(&["-C", "-q", "500ms", "--record", shown, &echo.address()], &bytes);
    assert_eq!((&*ran.stderr, ran.status), ("", Some(0)));
    let tape = netchat_tui::commands::recording_files::load(&path).unwrap();
    let all = conversations(tape.entries());
    let [stream] = &all[..] else { panic!("{}", all.len()) };
    // As they went on the wire, CRs and all.
    assert!(ran.stdout.len() > bytes.len() && said(stream, Side::Client) == ran.stdout);
    assert!(said(stream, Side::Server) == ran.stdout);
    assert_eq!(stream.steps.last().map(|(_, side, turn)| (*side, turn)), Some((Side::Client, &ConversationStep::Eof)));

    let packets = path.with_extension("pcap");
    let output = Command::new(OURS).args(["replay", shown, "--to-pcap"]).arg(&packets).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    if has_peer("tshark") {
        let (server, client) = followed(&packets, 0);
        assert!(server == ran.stdout && client == ran.stdout);
    }
}

#[test]
fn what_happened_is_there_in_its_order() {
    let ((_folder, path), (address, server)) = (
        place(),
        server(|mut stream| {
            let said = all(&stream);
            stream.write_all(b"bye\n").unwrap();
            said
        }),
    );
    ours(&["-N", "--record", path.to_str().unwrap(), &address], b"hi\n").is(b"bye\n", "", 0);
    server.join().unwrap();
    let peer = address.parse().unwrap();
    let tape = netchat_tui::commands::recording_files::load(&path).unwrap();
    let what: Vec<_> = tape.entries().iter().map(|entry| entry.what.clone()).collect();
    let wanted = [
        EntryKind::Opening(address),
        EntryKind::Connecting { addr: peer, nth: 1, of: 1 },
        EntryKind::Opened(peer),
        EntryKind::Sent(b"hi\n"[..].into()),
        EntryKind::Written(3),
        EntryKind::HalfClosed,
        EntryKind::Received(b"bye\n"[..].into()),
        EntryKind::Closed(RecordedClose::ByPeer),
    ];
    assert_eq!(what, wanted);

    let mut replay = Terminal::start(&["replay", "--paused", path.to_str().unwrap()], (100, 24));
    replay.type_bytes(b"100%\r");
    for words in ["› hi", "‹ bye", "closed by server"] {
        replay.sees(words);
    }
    replay.type_bytes(b"q");
    assert_eq!(replay.ended().exit_code(), 0);
}

#[test]
fn a_second_run_appends_and_records_failures() {
    let ((_folder, path), address) = (place(), nobody());
    let shown = path.to_str().unwrap();
    for _ in 0..2 {
        assert_eq!(ours(&["--record", shown, &address], b"hi\n").status, Some(1));
    }
    let tape = netchat_tui::commands::recording_files::load(&path).unwrap();
    let is_refused =
        |what: &EntryKind| matches!(what, EntryKind::Closed(RecordedClose::Failed { cause, .. }) if cause == "refused");
    assert_eq!(tape.sessions(), 2);
    assert_eq!(tape.entries().iter().filter(|entry| is_refused(&entry.what)).count(), 2);
}

#[test]
fn an_unwritable_recording_is_reported_before_connecting() {
    let (_folder, path) = place();
    std::fs::write(&path, "mine\n").unwrap();
    let ran = ours(&["--record", path.to_str().unwrap(), &nobody()], b"hi\n");
    assert!(ran.sentence().starts_with("Cannot record to ") && ran.sentence().contains("not a recording"), "{ran:?}");
    assert_eq!((ran.status, std::fs::read(&path).unwrap()), (Some(2), b"mine\n".to_vec()));
}

#[test]
fn whoever_kills_it_finds_in_the_recording_all_that_came_out() {
    let ((_folder, path), (address, server)) = (
        place(),
        server(|mut stream| {
            let mut row = 0;
            while writeln!(stream, "row {row}").is_ok() {
                row += 1;
            }
        }),
    );
    let mut child = command(OURS, &["--record", path.to_str().unwrap(), &address]).spawn().unwrap();
    let _stdin = child.stdin.take();
    let mut stdout = child.stdout.take().unwrap();
    let mut seen = vec![0; 1 << 20];
    stdout.read_exact(&mut seen).unwrap();
    child.kill().unwrap();
    stdout.read_to_end(&mut seen).unwrap();
    child.wait().unwrap();
    server.join().unwrap();
    let recorded = received(&netchat_tui::commands::recording_files::load(&path).unwrap());
    assert!(recorded.starts_with(&seen), "{} came out, {} were recorded", seen.len(), recorded.len());
}

/// A limit to the size of files stands for a disk; a signal would come of it as well.
#[test]
fn a_full_disk_ends_the_recording_and_the_bytes_go_on() {
    let ((_folder, path), echo) = (place(), Server::start("echo.py"));
    let script = r#"trap "" XFSZ; ulimit -f 4096; exec "$0" "$@""#;
    let bytes = vec![b'x'; 8 << 20];
    let arguments = ["-c", script, OURS, "-q", "500ms", "--record", path.to_str().unwrap(), &echo.address()];
    let ran = super::fed(command("sh", &arguments).spawn().unwrap(), bytes.clone());
    let told = ran.sentence();
    assert!(told.starts_with("Recording stopped: ") && told.ends_with(" You can replay what was saved."), "{told}");
    assert!(ran.stdout == bytes && ran.status == Some(0), "{:?}", ran.status);
    let recorded = received(&netchat_tui::commands::recording_files::load(&path).unwrap()).len();
    assert!(0 < recorded && recorded < bytes.len(), "{recorded}");
}
