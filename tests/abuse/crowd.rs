//! Many clients at once, more than there may be, and those that come only to go.

use super::{Flood, Talk, joined, resets};
use crate::support::serve::{Client, Served};
use socket2::{Domain, Socket, Type};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

#[test]
fn two_thousand_short_connections_leak_no_file_descriptors() {
    let server = Served::start(&["chat", "--max-per-address", "none"]);
    let mut talk = Talk::start(&server);
    let (mut notices, address) = (String::new(), server.address());
    #[cfg(target_os = "linux")]
    let before = server.files();
    for n in 0..2000 {
        let client = Client::new(TcpStream::connect(&address).unwrap());
        match n % 3 {
            0 => drop(client),
            1 => resets(client),
            _ => client.half_closes(),
        }
        if n % 500 == 0 {
            notices.push_str(&talk.goes_on());
        }
    }
    let mut eve = server.named("eve");
    eve.says("hello");
    notices.push_str(&talk.both_read("eve: hello\n"));
    let count = notices.lines().filter(|line| line.ends_with("joined") || line.contains(" left")).count();
    assert!(count < 200, "{count} notices: {notices}");
    #[cfg(target_os = "linux")]
    {
        let end = Instant::now() + Duration::from_secs(30);
        while server.files() > before + 1 {
            assert!(Instant::now() < end, "{} files are open, {before} were", server.files());
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(server.memory("VmHWM") < 32 << 10);
    }
    talk.goes_on();
}

#[test]
fn refused_connections_get_the_reason_and_are_counted() {
    let server = Served::start(&["chat", "--max-clients", "3"]);
    let mut talk = Talk::start(&server);
    let eve = server.named("eve");
    let mut refused: Vec<Client> = (0..60).map(|_| server.client()).collect();
    (0..400).for_each(|_| drop(server.client()));
    talk.goes_on();
    for client in refused.drain(..) {
        let words = { client }.reads_to_end();
        assert_eq!(words, "* This server is full: the limit is 3. Try again later.\n");
    }
    eve.half_closes();
    talk.both_read("* eve left\n");
    let mut mallory = server.named("mallory");
    mallory.says("at last");
    let read = talk.both_read("mallory: at last\n");
    assert_eq!(read.matches("joined").count(), 1, "{read}");
    #[cfg(unix)]
    {
        server.signal("TERM");
        drop((talk, mallory));
        let log = server.rest_of_log();
        let told = log.iter().filter(|line| line.contains("refused  127.0.0.1:")).count();
        let counted = |line: &String| {
            let (_, number) = line.split_once("refused  ")?;
            number.split_once(" more in that second (")?.0.parse::<usize>().ok()
        };
        let more: usize = log.iter().filter_map(counted).sum();
        assert_eq!(told + more, 460, "{log:#?}");
        assert!(more > 0, "{log:#?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn one_address_may_have_so_many_and_others_as_many_too() {
    let server = Served::start(&["chat", "--max-per-address", "3"]);
    let mut talk = Talk::start(&server);
    let eve = server.named("eve");
    for _ in 0..3 {
        let words = server.client().reads_to_end();
        let expected = "* Too many connections from 127.0.0.1: the limit is 3. Close one, then try again.\n";
        assert_eq!(words, expected);
    }
    let from = |address: &str| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&format!("{address}:0").parse::<SocketAddr>().unwrap().into()).unwrap();
        socket.connect(&SocketAddr::from(([127, 0, 0, 1], server.port)).into()).unwrap();
        Client::new(socket.into())
    };
    from("127.0.0.2").reads_until("* You are ");
    resets(eve);
    talk.both_read("* eve left\n");
    server.named("mallory").says("at last");
    talk.both_read("mallory: at last\n");
    talk.goes_on();
}

#[test]
fn two_hundred_that_all_speak_at_once_all_read_all() {
    const CLIENTS: usize = 200;
    const LINES: usize = 5;
    let server = Served::start(&["relay", "--max-per-address", "none"]);
    let mut clients: Vec<Client> = (0..CLIENTS).map(|_| server.client()).collect();
    server.logs(&format!("({CLIENTS} here)"));
    for (n, client) in clients.iter_mut().enumerate() {
        let lines = (0..LINES).map(|line| format!("{n:03} {line}\n")).collect::<Vec<_>>().concat();
        client.sends(lines.as_bytes());
    }
    for (n, client) in clients.iter_mut().enumerate() {
        let mut read = vec![0; (CLIENTS - 1) * LINES * "000 0\n".len()];
        std::io::Read::read_exact(&mut client.stream, &mut read).unwrap();
        let mut next = [0; CLIENTS];
        for line in std::str::from_utf8(&read).unwrap().lines() {
            let (from, number) = line.split_once(' ').unwrap();
            let from: usize = from.parse().unwrap();
            assert_eq!(number.parse(), Ok(next[from]), "from {from} to {n}");
            next[from] += 1;
        }
        let expected: Vec<usize> = (0..CLIENTS).map(|from| if from == n { 0 } else { LINES }).collect();
        assert_eq!(next.to_vec(), expected);
    }
}

#[test]
fn a_flood_at_the_greeter_changes_neither_greeting_nor_end() {
    let server = Served::start(&["greet", "--linger", "300ms", "--rate", "none"]);
    let (mut eve, mut ann) = (joined(&server), joined(&server));
    let flood = Flood::start(&eve, b"let me in\n".repeat(1000));
    assert_eq!(ann.reads_to_end(), "Thank you for connecting");
    assert_eq!(eve.reads_to_end(), "Thank you for connecting");
    drop(flood);
    server.logs("left     127.0.0.1:");
    server.logs("(0 here)");
    assert_eq!(server.client().reads_to_end(), "Thank you for connecting");
}

#[test]
fn garbage_in_the_game_is_answered_and_not_passed_on() {
    let server = Served::start(&["game", "--rate", "none"]);
    let (mut ann, mut bob) = (joined(&server), server.client());
    let mut eve = joined(&server);
    let mut rng = fastrand::Rng::with_seed(3);
    let mut garbage: Vec<u8> = (0..100_000).map(|_| rng.u8(..)).collect();
    garbage.extend_from_slice(b"\n/watch 1\n/say fake\n5\n/resign\n/again\n");
    garbage.extend(vec![b'9'; 20_000]);
    garbage.extend_from_slice(b"\n/watch 18446744073709551616\n/watch -1\n/quit\n");
    eve.sends(&garbage);
    ann.reads_until("* turn 1 X: ");
    for (n, field) in ["5", "1", "b1", "7", "8"].into_iter().enumerate() {
        // Each waits for its turn, as programs do.
        let (player, other) = if n % 2 == 0 { (&mut ann, &mut bob) } else { (&mut bob, &mut ann) };
        player.says(field);
        let (mine, theirs) = if n == 4 { ("* win 1 X", "* win 1 X") } else { ("* turn 1 ", "* turn 1 ") };
        if n < 4 {
            player.reads_until(mine);
        }
        let read = other.reads_until(theirs);
        assert!(!read.contains("fake") && !read.contains("resign"), "{read}");
    }
    let told = eve.reads_to_end();
    assert!(told.ends_with('\n') && told.lines().last().unwrap().starts_with("* bye"), "{told}");
}
