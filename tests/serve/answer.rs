//! Tasks 5 to 12: servers that answer, and the lab's own clients.

use super::{connected, is_hung_up_on};
use crate::support::local;
use crate::support::peer::{Peer, Program};
use crate::support::serve::Served;

#[tokio::test]
async fn tasks_5_to_7_once_is_one_answer_and_then_the_server_hangs_up() {
    for (kind, answer) in [("reverse", b"olleh\r\n"), ("upper", b"HELLO\r\n")] {
        let server = Served::start(&[kind, "--once"]);
        for program in Program::found() {
            let mut peer = Peer::start(program, server.port);
            peer.says("hello");
            peer.reads(answer).await;
            is_hung_up_on(peer, &server).await;
        }
    }
}

#[tokio::test]
async fn tasks_5_and_6_the_client_gets_one_answer_and_can_ask_again() {
    local(async {
        let server = Served::start(&["reverse", "--once"]);
        let mut session = connected(&server).await;
        session.say("hello");
        session.sees("‹ olleh").await;
        session.sees("· The server closed the connection").await;
        session.say("");
        session.sees("●").await;
        session.say("twice");
        session.sees("‹ eciwt").await;
    })
    .await;
}

#[tokio::test]
async fn task_7_all_of_unicode_has_its_capitals_and_its_order() {
    for (kind, said, answer) in [
        ("upper", "straße ŉ ﬁ ὀδυσσεύς", "STRASSE ʼN FI ὈΔΥΣΣΕΎΣ\r\n"),
        ("reverse", "cafe\u{301} 👨‍👩‍👧 漢字", "字漢 👨‍👩‍👧 e\u{301}fac\r\n"),
        ("echo", "cafe\u{301} 👨‍👩‍👧 漢字", "cafe\u{301} 👨‍👩‍👧 漢字"),
    ] {
        let server = Served::start(&[kind]);
        for program in Program::found() {
            let mut peer = Peer::start(program, server.port);
            peer.says(said);
            peer.reads(answer.as_bytes()).await;
        }
    }
}

/// Answers of the three servers to a line of nc, of plink (all of them reply with CR LF), and of a client that sends no
/// newline.
const ANSWERS: [(&str, [&str; 3]); 3] = [
    ("reverse", ["olleh\r\n", "olleh\r\n", "olleh\r\n"]),
    ("upper", ["HELLO\r\n", "HELLO\r\n", "HELLO\r\n"]),
    ("echo", ["hello\n", "hello\r\n", "hello"]),
];

fn answer_to(program: Program, [lf, crlf, bare]: [&'static str; 3]) -> &'static [u8] {
    match program {
        Program::Nc | Program::Ncat => lf.as_bytes(),
        Program::Plink => crlf.as_bytes(),
        Program::Sender | Program::Both => bare.as_bytes(),
    }
}

#[tokio::test]
async fn tasks_8_and_9_clients_are_answered_independently() {
    local(async {
        for (kind, answers) in ANSWERS {
            let server = Served::start(&[kind]);
            let mut session = connected(&server).await;
            let found = Program::found();
            let mut peers: Vec<_> = found.iter().map(|program| Peer::start(*program, server.port)).collect();
            for _ in &found {
                server.logs("joined   ");
            }
            while let Some(mut victim) = peers.pop() {
                for (peer, program) in peers.iter_mut().zip(&found) {
                    peer.says("hello");
                    peer.reads(answer_to(*program, answers)).await;
                }
                // In the middle of a line, and with an answer on its way that it will not read.
                victim.sends(b"hello\nhel");
                victim.kill();
                server.logs("left     ");
            }
            session.say("hello");
            session.sees(&format!("‹ {}", answers[0].trim())).await;
        }
    })
    .await;
}

#[tokio::test]
async fn task_9_clients_that_leave_in_order_end_well() {
    let server = Served::start(&["upper"]);
    for program in Program::found() {
        let mut peer = Peer::start(program, server.port);
        peer.says("bye");
        peer.reads(b"BYE\r\n").await;
        peer.closes();
        if program == Program::Nc {
            // Without -N it says nothing of the end of its input, and stays.
            peer.kill();
        } else {
            let (status, rest) = peer.ended().await;
            assert!(status.success() && rest.is_empty(), "{program:?}: {status}, {rest}");
        }
        server.logs("left     ");
    }
}

#[tokio::test]
async fn tasks_10_and_11_a_client_that_never_reads_delays_nobody() {
    for (kind, answers) in ANSWERS {
        let server = Served::start(&[kind]);
        let (mut sender, mut both) =
            (Peer::start(Program::Sender, server.port), Peer::start(Program::Both, server.port));
        for _ in 0..2 {
            sender.says("nobody reads the answer to this");
            both.says("hello");
            both.reads(answer_to(Program::Both, answers)).await;
        }
        sender.closes();
        let (status, _) = sender.ended().await;
        assert!(status.success(), "{status}");
        server.logs("left     ");
        both.says("hello");
        both.reads(answer_to(Program::Both, answers)).await;
    }
}

#[tokio::test]
async fn task_12_text_without_newline_is_a_message_after_silence() {
    for (kind, [_, _, bare]) in ANSWERS {
        let server = Served::start(&[kind]);
        let mut both = Peer::start(Program::Both, server.port);
        // Were they one message, reverse would show it.
        for _ in 0..2 {
            both.says("hello");
            both.reads(bare.as_bytes()).await;
        }
        both.closes();
        let (status, rest) = both.ended().await;
        assert!(status.success() && rest.is_empty(), "{kind}: {status}, {rest}");
    }
}
