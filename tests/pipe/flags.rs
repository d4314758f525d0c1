//! Its flags, and which settings count.

use super::{OURS, all, command, ended, nobody, ours, server};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn what_happens_is_told_beside_the_output_if_wanted() {
    let (address, _server) = server(|mut stream| stream.write_all(b"bye\n").unwrap());
    let child = command(OURS, &["-v", &address]).stdin(Stdio::null()).spawn().unwrap();
    let ran = ended(child);
    assert_eq!((&*ran.stdout, ran.status), (&b"bye\n"[..], Some(0)));
    let lines: Vec<_> = ran.stderr.lines().map(|line| line.strip_prefix("netchat-tui: ").unwrap()).collect();
    let [connecting, connected, closed, summary] = lines[..] else { panic!("{lines:?}") };
    assert_eq!(connecting, format!("Connecting to {address}."));
    assert!(connected.starts_with(&format!("Connected to {address}, from 127.0.0.1:")), "{connected}");
    assert_eq!(closed, format!("{address} closed the connection."));
    assert!(summary.starts_with("0 bytes sent, 4 received, in "), "{summary}");
}

#[test]
fn probe_reads_no_input_and_prints_nothing() {
    let (address, server) = server(|stream| all(&stream));
    let mut child = command(OURS, &["-z", &address]).spawn().unwrap();
    // Open all the time.
    let stdin = child.stdin.take();
    ended(child).is(b"", "", 0);
    drop(stdin);
    assert_eq!(server.join().unwrap(), b"");
}

#[test]
fn with_retry_a_server_that_is_not_there_yet_is_waited_for() {
    let address = nobody();
    let mut child = command(OURS, &["-z", "--retry", &address]).spawn().unwrap();
    let told = format!(
        "netchat-tui: Nothing is listening on {address} (connection refused). Is the server running on that port? \
         Retrying until it answers (--retry).\n"
    );
    let mut heard = vec![0; told.len()];
    child.stderr.as_mut().unwrap().read_exact(&mut heard).unwrap();
    assert_eq!(String::from_utf8(heard).unwrap(), told);
    let server = TcpListener::bind(&address).unwrap();
    server.accept().unwrap();
    // Told once, however many attempts there were.
    ended(child).is(b"", "", 0);
}

#[test]
fn nothing_is_tried_again_that_cannot_come_to_anything() {
    let ran = ours(&["--retry", "-6", &nobody()], b"");
    assert!(ran.sentence().contains("-6 allows only IPv6"), "{ran:?}");
    assert_eq!(ran.status, Some(1));
}

#[test]
fn lines_go_out_one_by_one() {
    let (address, server) = server(|stream| {
        let begun = Instant::now();
        (all(&stream), begun.elapsed())
    });
    ours(&["--line-delay", "100ms", "-q", "0", &address], b"a\nb\nc").is(b"", "", 0);
    let (said, took) = server.join().unwrap();
    assert_eq!(said, b"a\nb\nc");
    // Between two lines it is quiet for as long, however slow the machine: a lower limit.
    assert!(took >= Duration::from_millis(150), "{took:?}");
}

#[test]
fn a_saved_server_is_found_by_name_with_its_eol() {
    let (address, server) = server(|stream| all(&stream));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    // Settings of the screen, and those that would add bytes, have no effect in a pipe.
    let settings = format!(
        "nick = \"bob\"\ntheme = \"light\"\nreconnect = \"always\"\n[servers.pi]\naddress = \"{address}\"\neol = \"crlf\"\n\
         on_connect = [\"/join lab\"]\n"
    );
    std::fs::write(&file, settings).unwrap();
    ours(&["--config", file.to_str().unwrap(), "-q", "0", "pi"], b"hi\nyou\r\n").is(b"", "", 0);
    assert_eq!(server.join().unwrap(), b"hi\r\nyou\r\n");
}

#[test]
fn flags_without_effect_in_a_pipe_are_refused() {
    for (arguments, sentence) in [
        (&["-n", "bob", "pi"][..], "--nick has no effect in a pipe. Send it yourself: printf"),
        (&["--telnet", "pi"], "--telnet has no effect in a pipe:"),
        (&[], "No server given, and there is no terminal for the start page. Use netchat-tui HOST PORT."),
        (&["-s", "192.0.2.1", "127.0.0.1"], "This machine does not have the address 192.0.2.1 (-s)."),
    ] {
        let ran = ours(arguments, b"hi\n");
        assert!(ran.sentence().starts_with(sentence), "{ran:?}");
        assert_eq!((&*ran.stdout, ran.status), (&b""[..], Some(2)), "{arguments:?}");
    }
    for (arguments, words) in [
        (&["-q", "soon", "pi"][..], "; or never"),
        (&["--idle", "0", "pi"], "above zero and at most a day"),
        (&["--retry", "--no-reconnect", "pi"], "cannot be used with"),
        (&["-s", "pi", "pi"], "invalid value 'pi' for '--source <IP>'"),
        (&["host"], "host needs a terminal"),
    ] {
        let ran = ours(arguments, b"");
        assert!(ran.stderr.contains(words), "{ran:?}");
        assert_eq!(ran.status, Some(2), "{arguments:?}");
    }
}
