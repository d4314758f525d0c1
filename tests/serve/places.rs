//! Task 15 and before: where a server listens, and how it says that it can be reached.

use crate::support::peer::{Peer, Program};
use crate::support::serve::{Client, Served, port};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};

#[tokio::test]
async fn one_server_can_listen_in_two_places() {
    if !Program::Nc.is_here() {
        return;
    }
    let server = Served::run(&["relay", "--listen", "127.0.0.1:0", "--listen", ":0"]);
    let ports = [(); 2].map(|()| port(&server.logs("Listening on 127.0.0.1:")));
    assert_ne!(ports[0], ports[1]);
    let [mut one, mut other] = ports.map(|port| Peer::start(Program::Nc, port));
    for _ in 0..2 {
        server.logs("joined   127.0.0.1:");
    }
    one.says("hello");
    other.reads(b"hello\n").await;
    other.says("yes?");
    one.reads(b"yes?\n").await;
}

#[tokio::test]
async fn one_server_can_listen_on_ipv4_and_ipv6() {
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        eprintln!("\n*** NOT RUN: this machine has no IPv6 ***\n");
        return;
    }
    if !Program::Nc.is_here() {
        return;
    }
    let server = Served::run(&["relay", "--listen", "127.0.0.1:0", "--listen", "[::1]:0"]);
    let (four, six) = (port(&server.logs("Listening on 127.0.0.1:")), port(&server.logs("Listening on [::1]:")));
    let mut one = Peer::start(Program::Nc, four);
    server.logs("joined   127.0.0.1:");
    let mut other = Peer::at(Program::Nc, IpAddr::V6(Ipv6Addr::LOCALHOST), six);
    server.logs("joined   [::1]:");
    one.says("four");
    other.reads(b"four\n").await;
    other.says("six");
    one.reads(b"six\n").await;
}

#[test]
fn task_15_what_lan_says_to_type_does_reach_the_server() {
    let server = Served::run(&["relay", "--lan", "--port", "0"]);
    let all_of_ipv4 = port(&server.logs("Listening on 0.0.0.0:"));
    let mut said = vec![server.logs(&format!("To join on this machine:      netchat-tui 127.0.0.1:{all_of_ipv4}"))];
    // The next lines state who can connect and end with the limits.
    loop {
        let line = server.logs("");
        if line.starts_with("Limits: ") {
            break;
        }
        said.push(line);
    }
    let commands: Vec<_> = said.iter().filter_map(|line| line.split_once("machine: ")).collect();
    for (_, command) in &commands {
        let address = command.trim().strip_prefix("netchat-tui ").unwrap().trim_matches('\'');
        let address: SocketAddr = address.parse().unwrap();
        let mut client = Client::new(TcpStream::connect(address).unwrap());
        server.logs(&format!("joined   {}", client.stream.local_addr().unwrap()));
        client.says("hello");
    }
    let is_alone = said.iter().any(|line| line.starts_with("No network found: "));
    assert_eq!(is_alone, commands.len() == 1, "{said:#?}");
}
