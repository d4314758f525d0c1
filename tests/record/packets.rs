//! Packets made of a recording, as tshark reads them.

use crate::support::lab::has_peer;
use netchat_tui::link::LinkId;
use netchat_tui::recording::{Data, EntryKind, RecordedClose, Recording, RecordingEntry, Timestamp, pcap};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// One connection: what each side said, in turns, the server first.
fn conversation(peer: &str, link: u32, turns: &[(&[u8], &[u8])]) -> Vec<RecordingEntry> {
    let peer = peer.parse().unwrap();
    let mut what = vec![EntryKind::Connecting { addr: peer, nth: 1, of: 1 }, EntryKind::Opened(peer)];
    for (server, client) in turns {
        what.push(EntryKind::Received(Data::from(*server)));
        what.extend([EntryKind::Sent(Data::from(*client)), EntryKind::Written(client.len())]);
    }
    what.push(EntryKind::Closed(RecordedClose::ByPeer));
    let stamp = |ms| Timestamp { elapsed: Duration::from_millis(ms), wall: ms };
    (0..).zip(what).map(|(n, what)| RecordingEntry::new(stamp(n * 10), LinkId(link), what)).collect()
}

fn tshark(file: &Path, arguments: &[&str]) -> String {
    let output = Command::new("tshark").args(["-n", "-r"]).arg(file).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The streams that tshark puts together, both directions: server's bytes, client's bytes.
pub(crate) fn followed(file: &Path, stream: usize) -> (Vec<u8>, Vec<u8>) {
    let text = tshark(file, &["-q", "-z", &format!("follow,tcp,raw,{stream}")]);
    let (mut server, mut client) = (Vec::new(), Vec::new());
    for line in text.lines().filter(|line| line.trim().bytes().all(|byte| byte.is_ascii_hexdigit())) {
        // The other side's lines are indented.
        let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
        let bytes = line.trim().as_bytes().chunks(2).map(byte);
        if line.starts_with('\t') { server.extend(bytes) } else { client.extend(bytes) }
    }
    (server, client)
}

#[test]
fn tshark_reassembles_the_recorded_bytes_without_complaint() {
    if !has_peer("tshark") {
        return;
    }
    let long: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let turns: Vec<(&[u8], &[u8])> =
        vec![(b"hello", b"hi\n"), (&long, b"\x00\xff\r\n"), (b"\xc3\xa9", &long[..70_000])];
    for peer in ["127.0.0.1:12345", "203.0.113.9:7000", "[::1]:12345", "[2001:db8::9]:7023"] {
        let mut entries = conversation(peer, 0, &turns);
        entries.extend(conversation("192.0.2.7:80", 1, &[(b"other", b"one")]));
        entries.sort_by_key(|entry| entry.micros);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bug.pcap");
        let tape: Recording = entries.into_iter().collect();
        let count = pcap::write(&tape, &mut std::fs::File::create(&path).unwrap()).unwrap();
        let wanted: (Vec<u8>, Vec<u8>) = (
            turns.iter().flat_map(|turn| turn.0.to_vec()).collect(),
            turns.iter().flat_map(|turn| turn.1.to_vec()).collect(),
        );
        assert!(followed(&path, 0) == wanted, "{peer}: the bytes differ");
        assert_eq!(followed(&path, 1), (b"other".to_vec(), b"one".to_vec()));
        let checks = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"];
        let filter = "tcp.analysis.flags or tcp.checksum.status != 1 or ip.checksum.status == 0 or _ws.malformed";
        let wrong = tshark(&path, &[&checks[..], &["-Y", filter]].concat());
        assert_eq!(wrong, "", "{peer}");
        assert_eq!(tshark(&path, &[]).lines().count(), count);
    }
}

#[test]
fn a_hidden_line_is_a_gap_in_the_pcap_stream() {
    if !has_peer("tshark") {
        return;
    }
    let mut entries = conversation("127.0.0.1:12345", 0, &[(b"password?", b"user\n"), (b"welcome", b"after\n")]);
    let secret = entries.iter().position(|entry| matches!(entry.what, EntryKind::Received(_))).unwrap() + 3;
    let at = Timestamp { elapsed: entries[secret].elapsed(), wall: 0 };
    for (n, what) in [EntryKind::Hidden(8), EntryKind::Written(8)].into_iter().enumerate() {
        entries.insert(secret + n, RecordingEntry::new(at, LinkId(0), what));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.pcap");
    pcap::write(&entries.into_iter().collect(), &mut std::fs::File::create(&path).unwrap()).unwrap();
    let text = tshark(&path, &["-q", "-z", "follow,tcp,ascii,0"]);
    assert!(text.contains("[8 bytes missing in capture file]"), "{text}");
    assert!(text.contains("user") && text.contains("after"), "{text}");
}

#[test]
fn no_recording_makes_a_packet_file_that_cannot_be_written() {
    let mut out = Vec::new();
    assert_eq!(pcap::write(&Recording::default(), &mut out).unwrap(), 0);
    assert_eq!(out.len(), 24);
}
