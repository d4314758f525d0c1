//! Warnings in pipe mode about bytes that the peer has not acknowledged.

use super::{ours, server};
use std::net::TcpStream;
use std::sync::mpsc;

/// A server that accepts and never reads, until the sender is dropped.
fn never_reads() -> (String, mpsc::Sender<()>) {
    let (done, ended) = mpsc::channel::<()>();
    let (address, _server) = server(move |stream: TcpStream| {
        let _ = ended.recv();
        drop(stream);
    });
    (address, done)
}

#[test]
fn a_megabyte_to_a_server_that_never_reads_is_not_delivered() {
    let (address, _done) = never_reads();
    let ran = ours(&["-q", "100ms", &address], &vec![b'x'; 1_000_000]);
    let words = format!(" bytes were not delivered: {address} has not acknowledged them. Wait longer with -q TIME");
    assert!(ran.sentence().contains(&words), "{ran:?}");
    assert_eq!(ran.status, Some(1));
}

#[test]
fn who_leaves_at_once_does_not_look_at_what_arrives() {
    let (address, _done) = never_reads();
    let ran = ours(&["-q", "0", &address], &vec![b'x'; 1_000_000]);
    ran.is(b"", "", 0);
}

#[test]
fn what_fits_into_the_buffer_of_the_other_machine_is_delivered() {
    let (address, _done) = never_reads();
    ours(&["-q", "1ms", &address], b"hi\n").is(b"", "", 0);
}

#[test]
fn an_idle_pipe_says_how_much_was_not_delivered() {
    let (address, _done) = never_reads();
    let ran = ours(&["-q", "never", "--idle", "500ms", "-v", &address], &vec![b'x'; 1_000_000]);
    assert!(
        ran.stderr.contains("1000000 bytes sent (") && ran.stderr.contains(" bytes were not delivered.\n"),
        "{ran:?}"
    );
    assert_eq!(ran.status, Some(1));
}
