//! Much at once, both ways.

use super::{OURS, command, ended, fed, ours, server, take};
use crate::support::lab::Server;
use crate::support::serve::Served;
use std::io::{Read, Write};
use std::net::Shutdown;

/// Of the 1 GB, `benches/pipe.rs` does the rest.
const MANY: usize = 64 << 20;

fn random(count: usize) -> Vec<u8> {
    std::iter::repeat_with(|| fastrand::u64(..).to_ne_bytes()).flatten().take(count).collect()
}

/// Where two heaps of bytes differ, without showing them.
#[track_caller]
fn same(ours: &[u8], theirs: &[u8]) {
    let at = ours.iter().zip(theirs).position(|(a, b)| a != b);
    assert_eq!((ours.len(), at), (theirs.len(), None));
}

#[test]
fn what_goes_through_an_echo_comes_out_as_it_went_in() {
    let (echo, bytes) = (Server::start("echo.py"), random(MANY));
    let ran = ours(&["-q", "1", "127.0.0.1", &echo.port.to_string()], &bytes);
    same(&ran.stdout, &bytes);
    assert_eq!((&*ran.stderr, ran.status), ("", Some(0)));
}

#[test]
fn two_pipes_through_a_relay_exchange_every_byte() {
    // The relay drops lines of a client that pauses on a busy machine; this outbox is large enough to prevent that.
    let relay = Served::start(&["relay", "--rate", "none", "--outbox", "64MiB"]);
    let talks = [random(MANY), random(MANY)];
    // Both connect before either sends, and neither leaves before everything has arrived.
    let children = [0, 1].map(|_| command(OURS, &["-q", "5", &relay.address()]).spawn().unwrap());
    for _ in &children {
        relay.logs("joined");
    }
    let heard = std::thread::scope(|scope| {
        let talking = children.into_iter().zip(&talks).map(|(child, talk)| scope.spawn(|| fed(child, talk.clone())));
        let talking: Vec<_> = talking.collect();
        talking.into_iter().map(|talk| talk.join().unwrap()).collect::<Vec<_>>()
    });
    for (heard, said) in heard.iter().zip(talks.iter().rev()) {
        assert_eq!((&*heard.stderr, heard.status), ("", Some(0)));
        same(&heard.stdout, said);
    }
}

#[test]
fn a_receiver_with_empty_input_gets_the_whole_file() {
    // `ncat -l > FILE < /dev/null`: its side ends before ours has begun.
    let (address, receiver) = server(|stream| {
        stream.shutdown(Shutdown::Write).unwrap();
        super::all(&stream)
    });
    let bytes = random(MANY / 8);
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().write_all(&bytes).unwrap();
    let mut command = command(OURS, &[&address]);
    ended(command.stdin(file.reopen().unwrap()).spawn().unwrap()).is(b"", "", 0);
    same(&receiver.join().unwrap(), &bytes);
}

#[test]
fn such_a_receiver_gets_all_of_what_comes_in_pieces() {
    let (address, receiver) = server(|stream| {
        stream.shutdown(Shutdown::Write).unwrap();
        super::all(&stream)
    });
    // From a program that is slower than we are: time and again there is nothing to read.
    let bytes = random(MANY / 64);
    let mut child = command(OURS, &[&address]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for piece in bytes.chunks(16 << 10) {
        stdin.write_all(piece).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    drop(stdin);
    ended(child).is(b"", "", 0);
    same(&receiver.join().unwrap(), &bytes);
}

#[test]
fn memory_does_not_grow_while_nobody_reads_what_comes() {
    let (address, sender) = server(|mut stream| {
        let chunk = vec![b'x'; 1 << 20];
        for _ in 0..64 {
            stream.write_all(&chunk).unwrap();
        }
    });
    let mut child = command(OURS, &[&address]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    // It has begun, and is as full as it gets once the server is held up or through; either way a few more bytes settle it.
    take_from(&mut stdout, 1 << 20);
    let own = own_kib(child.id());
    let rest = std::io::copy(&mut stdout, &mut std::io::sink()).unwrap();
    sender.join().unwrap();
    assert_eq!((rest, child.wait().unwrap().code()), (63 << 20, Some(0)));
    if let Some(kib) = own {
        assert!(kib < 4 << 10, "{kib} KiB");
    }
}

fn take_from(reader: &mut impl Read, count: usize) {
    reader.read_exact(&mut vec![0; count]).unwrap();
}

/// Memory of a process, without the code it is made of; nothing where the system has no `/proc`.
fn own_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A server with small buffers, so that most data waits in the client; it replies when it has everything.
fn slow_reader(count: usize) -> (String, std::thread::JoinHandle<usize>) {
    let listener = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    listener.set_recv_buffer_size(16 << 10).unwrap();
    listener.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    listener.listen(1).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap().to_string();
    let reading = std::thread::spawn(move || {
        let mut stream: std::net::TcpStream = listener.accept().unwrap().0.into();
        for _ in 0..16 {
            take(&stream, count / 16);
            // The pauses add up to more than the quiet time; each is much shorter.
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        stream.write_all(b"thanks\n").unwrap();
        super::all(&stream).len()
    });
    (address, reading)
}

#[test]
fn a_slow_reading_server_outlasts_quit_after() {
    let (address, reading) = slow_reader(1 << 20);
    ours(&["-q", "700ms", &address], &random(1 << 20)).is(b"thanks\n", "", 0);
    assert_eq!(reading.join().unwrap(), 0);
}

#[test]
fn a_server_that_reads_slowly_is_not_idle() {
    let (address, reading) = slow_reader(1 << 20);
    // Silence after the end is not idle, as it is quiet first.
    ours(&["-q", "700ms", "--idle", "900ms", &address], &random(1 << 20)).is(b"thanks\n", "", 0);
    assert_eq!(reading.join().unwrap(), 0);
}
