//! The network between two machines at its worst: pulled out, lossy, slow, and swallowing everything.
//!
//! The built program in one network namespace, a server in another. The scenarios wait most of the time, each in
//! namespaces of its own, so they run at once: the longest takes the minute in which a peer that is gone is found out.

use crate::support::netns::{COLUMNS, DEVICE, FAR, Nets, PORT, Wire, sees_in_the_end};
use crate::support::terminal::{Terminal, sign_colour};
use std::io::{Read as _, Write as _};
use std::time::Duration;

const ADDRESS: [&str; 2] = [FAR, PORT];

type Scenario = (&'static str, fn(&str));

#[test]
fn network_faults_lose_no_typed_line_and_block_no_key() {
    if !Nets::can_be_had() {
        return;
    }
    let scenarios: [Scenario; 8] = [
        ("pulled", a_cable_pulled_for_20_s_holds_lines_up_and_loses_none),
        ("gone", a_peer_whose_cable_was_pulled_is_found_out),
        ("resent", lines_typed_into_a_pulled_cable_are_marked_and_offered_again),
        ("pipe", a_pipe_with_the_cable_out_says_what_was_not_delivered),
        ("lossy", a_line_that_loses_30_percent_loses_no_line),
        ("slow", a_second_away_lines_are_answered_in_order),
        ("hole", a_black_hole_holds_up_nothing_but_the_attempt),
        ("no-way", what_the_system_says_of_addresses_has_its_sentence),
    ];
    let failed: Vec<_> = std::thread::scope(|scope| {
        let running = scenarios.map(|(name, scenario)| (name, scope.spawn(move || scenario(name))));
        running.into_iter().filter_map(|(name, thread)| thread.join().is_err().then_some(name)).collect()
    });
    assert!(failed.is_empty(), "{failed:?} failed, as told above");
}

fn connected(nets: &Nets) -> Terminal {
    let terminal = nets.client(&ADDRESS);
    sees_in_the_end(&terminal, "hello");
    terminal.sees("connected ");
    terminal
}

/// Types a line, and Enter once it is on the screen: both at once would be a paste.
fn says(terminal: &mut Terminal, line: &str) {
    terminal.type_bytes(line.as_bytes());
    terminal.sees(line);
    terminal.type_bytes(b"\r");
    terminal.until(&format!("{line:?} among the messages"), |screen| {
        let rows: Vec<String> = screen.rows(0, COLUMNS).collect();
        let (messages, input) = rows.split_at(rows.len() - 1);
        messages.iter().any(|row| row.contains(line)) && !input[0].contains(line)
    });
}

/// A link that was lost stands again by itself once the way is free, and the draft is still there.
fn is_restored(terminal: &mut Terminal) {
    terminal.until_within(Duration::from_secs(60), "reconnected", |screen| {
        screen.contents().contains("── reconnected ") && screen.contents().contains("a draft")
    });
    terminal.type_bytes(b"\x03");
    terminal.hides("a draft");
}

fn a_cable_pulled_for_20_s_holds_lines_up_and_loses_none(name: &str) {
    let nets = Nets::new(name, Wire::Veth);
    let server = nets.server();
    let mut terminal = connected(&nets);
    says(&mut terminal, "before");
    terminal.sees("BEFORE");

    nets.set_far("down");
    let pulled = std::time::Instant::now();
    let mut said = "ready\nbefore\n".to_owned();
    for n in 0..10 {
        let line = format!("while it is down {n}");
        says(&mut terminal, &line);
        said = format!("{said}{line}\n");
    }
    terminal.type_bytes(b"a draft");
    let screen = terminal.until("the draft", |screen| screen.contents().contains("a draft"));
    assert!(screen.contains("connected "), "nobody can know better yet:\n{screen}");
    assert_eq!(server.printed(), "ready\nbefore\n");

    // The outage lasts 20 s on any machine.
    std::thread::sleep(Duration::from_secs(20).saturating_sub(pulled.elapsed()));
    nets.set_far("up");
    server.prints(&said);
    sees_in_the_end(&terminal, "WHILE IT IS DOWN 9");
    let screen = terminal.sees("a draft");
    assert!(screen.contains("connected ") && screen.matches("Connected to").count() == 1, "{screen}");
    terminal.type_bytes(b"\r");
    server.prints(&format!("{said}a draft\n"));
}

fn a_peer_whose_cable_was_pulled_is_found_out(name: &str) {
    let nets = Nets::new(name, Wire::Veth);
    let server = nets.server();
    let mut terminals = [connected(&nets), connected(&nets)];
    nets.set_far("down");
    let [idle, waiting] = &mut terminals;
    says(waiting, "into nothing");
    for terminal in [&mut *idle, &mut *waiting] {
        terminal.type_bytes(b"a draft");
        terminal.sees("a draft");
    }
    for terminal in &terminals {
        let sentence = "stopped answering: the machine or the network is down.";
        let screen = sees_in_the_end(terminal, sentence);
        assert!(screen.contains("a draft") && !screen.contains("●"), "{screen}");
    }
    terminals[1].sees("into nothing");

    nets.set_far("up");
    for (terminal, line) in terminals.iter_mut().zip(["one", "two"]) {
        is_restored(terminal);
        says(terminal, line);
        terminal.sees(&line.to_uppercase());
    }
    assert_eq!(server.printed(), "ready\none\ntwo\n");
}

fn lines_typed_into_a_pulled_cable_are_marked_and_offered_again(name: &str) {
    let nets = Nets::new(name, Wire::Veth);
    let server = nets.server();
    let mut terminal = connected(&nets);
    says(&mut terminal, "before");
    terminal.sees("BEFORE");
    nets.set_far("down");
    says(&mut terminal, "first");
    says(&mut terminal, "second");
    terminal.type_bytes(b"/resend\r");
    terminal.sees("no line is known to be lost");
    let before = terminal.last_screen(|screen| sign_colour(screen, "› second")).unwrap();
    terminal.until("a dim sign", |screen| sign_colour(screen, "› second").is_some_and(|colour| colour != before));
    for (line, question) in [(&b"/quit\r"[..], "Quit?"), (b"/close\r", "Close?")] {
        terminal.type_bytes(line);
        terminal.sees(&format!("13 bytes not acknowledged by the other machine. {question}"));
        terminal.answers(b"n");
        terminal.hides(question);
    }
    sees_in_the_end(&terminal, "Not delivered: the other machine has not acknowledged the last 2 lines (13 bytes)");
    terminal.sees("✗ first");
    terminal.sees("✗ second");
    terminal.sees("› before");
    nets.set_far("up");
    sees_in_the_end(&terminal, "2 lines were not delivered. /resend shows them and asks.");
    terminal.type_bytes(b"/resend\r");
    terminal.sees("2 lines not delivered, 13 bytes");
    terminal.answers(b"\r");
    sees_in_the_end(&terminal, "SECOND");
    server.prints("ready\nbefore\nfirst\nsecond\n");
}

fn a_pipe_with_the_cable_out_says_what_was_not_delivered(name: &str) {
    let nets = Nets::new(name, Wire::Veth);
    let _server = nets.server();
    let mut pipe = nets.pipe(&["-v", FAR, PORT]);
    let mut greeting = [0; 6];
    pipe.stdout.as_mut().unwrap().read_exact(&mut greeting).unwrap();
    nets.set_far("down");
    pipe.stdin.take().unwrap().write_all(b"into nothing\n").unwrap();
    let ended = pipe.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("13 bytes sent (13 not delivered), 6 received"), "{said}");
    assert!(said.contains("13 bytes were not delivered: 10.77.0.2:12345 has not acknowledged them."), "{said}");
    assert_eq!(ended.status.code(), Some(1));
}

fn a_line_that_loses_30_percent_loses_no_line(name: &str) {
    answers_in_order(name, Wire::Bad { delay: 10, loss: 30 });
}

fn a_second_away_lines_are_answered_in_order(name: &str) {
    answers_in_order(name, Wire::Bad { delay: 300, loss: 0 });
}

fn answers_in_order(name: &str, wire: Wire) {
    let nets = Nets::new(name, wire);
    let server = nets.server();
    let mut terminal = nets.client(&["-w", "60s", FAR, PORT]);
    sees_in_the_end(&terminal, "hello");
    let mut said = "ready\n".to_owned();
    for n in 0..10 {
        let line = format!("line {n} of a few");
        says(&mut terminal, &line);
        said = format!("{said}{line}\n");
    }
    terminal.type_bytes(b"a draft");
    terminal.sees("a draft");
    server.prints(&said);
    let screen = sees_in_the_end(&terminal, "LINE 9 OF A FEW");
    let answers = |screen: &str| {
        let rows = screen.lines().filter_map(|row| row.split("LINE ").nth(1));
        rows.filter_map(|rest| rest.split(' ').next()?.parse().ok()).collect::<Vec<u32>>()
    };
    assert_eq!(answers(&screen), (0..10).collect::<Vec<_>>(), "{screen}");
    assert!(screen.contains("a draft") && screen.contains("connected "), "{screen}");
}

fn a_black_hole_holds_up_nothing_but_the_attempt(name: &str) {
    let nets = Nets::new(name, Wire::Veth);
    // Its address is known, and there is nobody who has it.
    nets.near(&["neigh", "add", "10.77.0.3", "lladdr", "02:00:00:00:00:99", "dev", DEVICE, "nud", "permanent"]);
    let mut terminal = nets.client(&["-w", "3s", "10.77.0.3", PORT]);
    terminal.sees("trying 10.77.0.3, Esc stops");
    terminal.type_bytes(b"a draft");
    terminal.until("keys that work meanwhile", |screen| {
        let text = screen.contents();
        text.contains("a draft") && text.contains("trying 10.77.0.3")
    });
    terminal.sees("10.77.0.3:12345 did not answer within 3s.");
    let screen = terminal.sees("timed out");
    assert!(screen.contains("a draft"), "{screen}");

    let mut terminal = nets.client(&["-w", "1h", "10.77.0.3", PORT]);
    terminal.sees("trying 10.77.0.3, Esc stops");
    terminal.type_bytes(b"\x1b");
    terminal.sees("stopped ");
    terminal.type_bytes(b"/quit\r");
    assert!(terminal.ended().success());
}

fn what_the_system_says_of_addresses_has_its_sentence(name: &str) {
    let nets = Nets::new(name, Wire::Veth);
    let _server = nets.server();
    nets.near(&["route", "add", "unreachable", "10.78.0.0/24"]);
    nets.near(&["route", "add", "prohibit", "10.79.0.0/24"]);
    for zone in [DEVICE, "2"] {
        let terminal = nets.client(&[&format!("fe80::2%{zone}"), PORT]);
        terminal.sees("hello");
    }
    // From here on there is one port to call from, which is called itself in the end.
    nets.set_ports_to_call_from("40000 40000");
    let terminal = connected(&nets);
    for (host, port, sentence) in [
        (FAR, PORT, "No local port is free for a connection to 10.77.0.2:12345."),
        (FAR, "1", "Nothing is listening on 10.77.0.2:1 (connection refused)."),
        ("10.78.0.1", PORT, "No route to 10.78.0.1:12345."),
        ("10.79.0.1", PORT, "This machine does not permit connections to 10.79.0.1:12345."),
        ("2001:db8::1", PORT, "Cannot reach [2001:db8::1]:12345: this machine has no IPv6."),
        ("fe80::2", PORT, "[fe80::2]:12345 is a link-local address"),
        ("fe80::2%eth9", PORT, "No network interface \"eth9\" on this machine"),
        ("127.0.0.1", "40000", "Nothing is listening on 127.0.0.1:40000 (connection refused)."),
    ] {
        nets.client(&[host, port]).sees(sentence);
    }
    drop(terminal);
}
