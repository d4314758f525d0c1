//! How it ends: each way with its status and its sentence.

use super::{OURS, all, command, ended, nobody, ours, server, take};
use crate::support::lab::Server;
use socket2::SockRef;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Stdio;
use std::time::Duration;

/// Closes without good manners.
fn reset(stream: TcpStream) {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

#[test]
fn the_labs_server_answers_and_no_flood_follows() {
    let server = Server::start("reverse.py");
    ours(&["127.0.0.1", &server.port.to_string()], b"hi\n").is(b"ih\r\n", "", 0);
}

/// The lab's own loop, which takes the end of input for a message: it answers until it cannot any more.
fn answers_for_ever(stream: TcpStream) {
    let mut stream = stream;
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).is_ok() && stream.write_all(b"ih\r\n").is_ok() {}
}

#[test]
fn end_of_input_does_not_half_close_by_default() {
    let (address, server) = server(answers_for_ever);
    ours(&["-q", "300ms", &address], b"hi\n").is(b"ih\r\n", "", 0);
    server.join().unwrap();
}

#[test]
fn with_n_it_is_told_and_what_is_said_then_is_read_to_the_end() {
    let (address, server) = server(|mut stream| {
        let said = all(&stream);
        stream.write_all(b"that was all?\n").unwrap();
        said
    });
    ours(&["-N", "-q", "never", &address], b"hi").is(b"that was all?\n", "", 0);
    assert_eq!(server.join().unwrap(), b"hi");
}

#[test]
fn a_server_close_ends_the_pipe_while_input_is_idle() {
    for quiet in ["0", "300ms"] {
        let (address, _server) = server(|mut stream| stream.write_all(b"bye").unwrap());
        let mut child = command(OURS, &["-q", quiet, &address]).spawn().unwrap();
        let stdin = child.stdin.take();
        ended(child).is(b"bye", "", 0);
        drop(stdin);
    }
}

#[test]
fn a_server_that_has_only_said_all_gets_what_comes_late() {
    let (address, server) = server(|mut stream| {
        stream.write_all(b"go on\n").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        all(&stream)
    });
    let mut child = command(OURS, &["-q", "never", &address]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut said = Vec::new();
    // Closed here, so that its reader sees the end.
    child.stdout.take().unwrap().read_to_end(&mut said).unwrap();
    assert_eq!(said, b"go on\n");
    for line in ["one\n", "two\n"] {
        stdin.write_all(line.as_bytes()).unwrap();
    }
    drop(stdin);
    ended(child).is(b"", "", 0);
    assert_eq!(server.join().unwrap(), b"one\ntwo\n");
}

#[test]
fn idle_holds_once_the_server_has_closed() {
    let (address, _server) = server(|mut stream| stream.write_all(b"bye").unwrap());
    let mut child = command(OURS, &["-q", "never", "--idle", "300ms", &address]).spawn().unwrap();
    let stdin = child.stdin.take();
    let ran = ended(child);
    drop(stdin);
    assert!(ran.sentence().ends_with("for 300ms (--idle)."), "{ran:?}");
    assert_eq!((&*ran.stdout, ran.status), (&b"bye"[..], Some(1)));
}

#[test]
fn without_any_input_a_greeting_is_read_until_it_has_been_quiet() {
    let (address, server) = server(|mut stream| {
        stream.write_all(b"Thank you for connecting").unwrap();
        all(&stream)
    });
    let child = command(OURS, &["-q", "300ms", &address]).stdin(Stdio::null()).spawn().unwrap();
    ended(child).is(b"Thank you for connecting", "", 0);
    assert_eq!(server.join().unwrap(), b"");
}

#[test]
fn with_q_never_only_the_server_ends_it() {
    let (address, server) = server(|mut stream| {
        let said = take(&stream, 3);
        // Longer than nothing, which is all that `-q 0` would wait.
        std::thread::sleep(Duration::from_millis(300));
        stream.write_all(b"at last\n").unwrap();
        said
    });
    ours(&["-q", "never", &address], b"hi\n").is(b"at last\n", "", 0);
    assert_eq!(server.join().unwrap(), b"hi\n");
}

#[test]
fn with_q_0_everything_is_sent_and_nothing_waited_for() {
    let (address, server) = server(|stream| all(&stream));
    ours(&["-q", "0", &address], b"hi\n").is(b"", "", 0);
    assert_eq!(server.join().unwrap(), b"hi\n");
}

#[test]
fn output_before_a_reset_is_written_and_the_reset_reported() {
    let (address, server) = server(|mut stream| {
        stream.write_all(b"one\n").unwrap();
        take(&stream, 3);
        reset(stream);
    });
    let ran = ours(&["-q", "never", &address], b"hi\n");
    server.join().unwrap();
    let start = format!("{address} reset the connection: ");
    assert!(ran.sentence().starts_with(&start), "{ran:?}");
    assert_eq!((&*ran.stdout, ran.status), (&b"one\n"[..], Some(1)));
}

#[test]
fn a_server_that_does_not_take_all_of_it_is_told_of() {
    let (address, _server) = server(|stream| {
        take(&stream, 3);
        reset(stream);
    });
    let ran = ours(&[&address], &vec![b'x'; 16 << 20]);
    let said: Vec<&str> = ran.stderr.lines().collect();
    let [lost, why] = said[..] else { panic!("{ran:?}") };
    assert!(lost.ends_with(" bytes were not delivered."), "{ran:?}");
    assert!(why.starts_with(&format!("netchat-tui: {address}")), "{ran:?}");
    assert_eq!(ran.status, Some(1));
}

#[test]
fn no_server_has_its_sentence() {
    let address = nobody();
    let ran = ours(&[&address], b"hi\n");
    assert!(ran.sentence().starts_with(&format!("Nothing is listening on {address} (connection refused).")), "{ran:?}");
    assert_eq!(ran.status, Some(1));
    let ran = ours(&["no.such.host.invalid"], b"hi\n");
    // Without a name server the error differs.
    assert!(ran.sentence().contains("\"no.such.host.invalid\""), "{ran:?}");
    assert_eq!(ran.status, Some(1));
}

#[test]
fn silence_both_ways_is_trouble_if_it_was_said_to_be() {
    let (address, server) = server(|stream| all(&stream));
    let mut child = command(OURS, &["--idle", "300ms", &address]).spawn().unwrap();
    let stdin = child.stdin.take();
    let ran = ended(child);
    drop(stdin);
    let told = format!("Nothing was sent to or received from {address} for 300ms (--idle).");
    assert_eq!((ran.sentence(), ran.status), (&*told, Some(1)));
    assert_eq!(server.join().unwrap(), b"");
}

#[test]
fn whoever_reads_our_output_may_leave() {
    let (address, server) = server(|mut stream| while stream.write_all(b"more and more\n").is_ok() {});
    let mut child = command(OURS, &[&address]).spawn().unwrap();
    let stdin = child.stdin.take();
    child.stdout.take().unwrap().read_exact(&mut [0; 4]).unwrap();
    let ran = ended(child);
    drop(stdin);
    assert!(ran.sentence().starts_with("Standard output was closed while "), "{ran:?}");
    assert_eq!(ran.status, Some(2));
    server.join().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let (address, _server) = server(|mut stream| stream.write_all(b"more than there is room for\n").unwrap());
    let full = std::fs::File::create("/dev/full").unwrap();
    let child = command(OURS, &[&address]).stdin(Stdio::null()).stdout(full).spawn().unwrap();
    let ran = ended(child);
    assert_eq!(
        ran.sentence(),
        "Cannot write to standard output: the disk is full. Free some space or write elsewhere."
    );
    assert_eq!(ran.status, Some(2));
}

/// A script that has no use for the words still wants the status.
#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_said_the_status_still_tells() {
    let full = || std::fs::File::create("/dev/full").unwrap();
    let (address, _server) = server(|mut stream| stream.write_all(b"bye\n").unwrap());
    let child = command(OURS, &["-v", &address]).stdin(Stdio::null()).stderr(full()).spawn().unwrap();
    ended(child).is(b"bye\n", "", 0);
    let child = command(OURS, &[&nobody()]).stdin(Stdio::null()).stderr(full()).spawn().unwrap();
    ended(child).is(b"", "", 1);
}

#[test]
fn an_input_that_cannot_be_read_is_told() {
    let (address, _server) = server(|stream| all(&stream));
    let folder = std::fs::File::open("/").unwrap();
    let ran = ended(command(OURS, &[&address]).stdin(folder).spawn().unwrap());
    assert!(ran.sentence().starts_with("Cannot read standard input: "), "{ran:?}");
    assert_eq!(ran.status, Some(2));
}

/// A signal ends it as it ends nc: a shell that sees it stops its script, which it would not for a status of ours.
#[test]
fn a_signal_does_what_it_always_does() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::os::unix::process::ExitStatusExt as _;
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let (address, server) = server(|mut stream| {
            stream.write_all(b"here\n").unwrap();
            all(&stream)
        });
        let mut child = command(OURS, &[&address]).spawn().unwrap();
        // It is at work.
        child.stdout.as_mut().unwrap().read_exact(&mut [0; 5]).unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(signal.as_raw()));
        assert_eq!(server.join().unwrap(), b"");
    }
}
