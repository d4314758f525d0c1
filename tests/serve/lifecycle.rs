//! Start, log, stop and start again.

use super::free_port;
use crate::support::peer::{Peer, Program};
use crate::support::serve::{Client, Served};
use std::net::TcpStream;

#[test]
fn the_log_has_time_and_address_of_each_who_comes_and_goes() {
    let server = Served::start(&["chat"]);
    let client = server.named("ann");
    let address = client.stream.local_addr().unwrap();
    drop(client);
    for (event, words) in [
        ("joined   ", format!(" from {address} (1 here)")),
        ("noted    ", format!("{address}: ")),
        ("left     ", format!("ann from {address} (0 here)")),
    ] {
        let line = server.logs(event);
        assert!(line.contains(&words), "{line}");
        let (date, rest) = line.split_once(' ').unwrap();
        let (time, rest) = rest.split_once(' ').unwrap();
        assert!(rest.starts_with(event), "{line}");
        let numbers = |text: &str, mark| text.split(mark).map(str::len).collect::<Vec<_>>();
        assert_eq!((numbers(date, '-'), numbers(time, ':')), (vec![4, 2, 2], vec![2, 2, 2]), "{line}");
        assert!(format!("{date}{time}").chars().all(|c| matches!(c, '0'..='9' | '-' | ':')), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn a_quiet_server_says_nothing() {
    let port = free_port().to_string();
    let mut server = Served::run(&["chat", "--quiet", "--port", &port]);
    let mut client = Client::new(patiently(&port));
    client.reads_until("* You are ");
    drop(client);
    server.stops();
    assert_eq!(server.rest_of_log(), Vec::<String>::new());
}

/// Connects as soon as somebody listens.
#[cfg(unix)]
fn patiently(port: &str) -> TcpStream {
    for _ in 0..3000 {
        if let Ok(stream) = TcpStream::connect(format!("127.0.0.1:{port}")) {
            return stream;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("nobody listens on {port}");
}

#[cfg(unix)]
#[tokio::test]
async fn each_end_signal_sends_goodbye_and_exits_0() {
    for signal in ["INT", "TERM"] {
        for kind in ["greet", "upper", "chat", "game"] {
            let mut server = Served::start(&[kind]);
            let peers: Vec<_> = Program::found().into_iter().map(|program| Peer::start(program, server.port)).collect();
            for _ in &peers {
                server.logs("joined   ");
            }
            server.signal(signal);
            for mut peer in peers {
                peer.reads_until("* The server is closing. Goodbye.\n").await;
                server.logs("left     ");
                peer.closes();
                let (status, rest) = peer.ended().await;
                assert!(status.success() && rest.is_empty(), "{status}, {rest}");
            }
            assert_eq!(server.ended().code(), Some(0), "{signal} {kind}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_server_can_be_started_again_at_once_on_the_same_port() {
    let port = free_port().to_string();
    for _ in 0..3 {
        let mut server = Served::run(&["echo", "--port", &port]);
        server.logs("Listening on ");
        let mut clients = [(); 3].map(|()| Client::new(TcpStream::connect(format!("127.0.0.1:{port}")).unwrap()));
        for client in &mut clients {
            client.says("hello");
            client.reads(b"hello\n");
        }
        server.signal("INT");
        // It closes first, so its side of the connections is in TIME_WAIT when they are over.
        for client in &mut clients {
            assert_eq!(client.reads_to_end(), "* The server is closing. Goodbye.\n");
        }
        drop(clients);
        assert_eq!(server.ended().code(), Some(0));
    }
}

#[test]
fn of_two_servers_on_one_port_the_second_says_what_to_do() {
    let first = Served::start(&["chat"]);
    let mut second = Served::run(&["chat", "--port", &first.port.to_string()]);
    assert_eq!(second.ended().code(), Some(1));
    let (port, next) = (first.port, first.port.checked_add(1).unwrap_or(12345));
    let sentence = format!(
        "netchat-tui: Cannot listen on 127.0.0.1:{port}: port {port} is already in use. \
         Stop or join that server, or use another port, such as {next}."
    );
    assert_eq!(second.rest_of_log(), [sentence]);
    first.client().reads_until("* You are ");
}
