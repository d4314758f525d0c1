//! Tasks 10 to 15: the relay, with clients of every kind at once.

use super::connected;
use crate::support::local;
use crate::support::peer::{Peer, Program};
use crate::support::serve::Served;

#[tokio::test]
async fn tasks_13_and_14_lines_reach_all_others_unchanged() {
    if !Program::are_here(&[Program::Nc, Program::Plink, Program::Ncat]) {
        return;
    }
    local(async {
        let server = Served::start(&["relay"]);
        let [mut nc, mut plink, mut ncat] =
            [Program::Nc, Program::Plink, Program::Ncat].map(|program| Peer::start(program, server.port));
        for _ in 0..3 {
            server.logs("joined   ");
        }
        let mut session = connected(&server).await;
        // Exactly the others' lines, in order: one's own are not among them.
        nc.says("nc here");
        session.sees("‹ nc here").await;
        plink.reads(b"nc here\n").await;
        plink.says("plink here, ça va?");
        session.sees("‹ plink here, ça va?").await;
        nc.reads("plink here, ça va?\r\n".as_bytes()).await;
        session.say("netchat-tui here");
        nc.reads(b"netchat-tui here\n").await;
        plink.reads(b"netchat-tui here\n").await;
        ncat.sends(b"\x00 \x1b[31m \xff \r!\r\n\n");
        nc.reads(b"\x00 \x1b[31m \xff \r!\r\n\n").await;
        plink.reads(b"\x00 \x1b[31m \xff \r!\r\n\n").await;
        ncat.reads("nc here\nplink here, ça va?\r\nnetchat-tui here\n".as_bytes()).await;
        let shown = session.sees("\\xFF").await;
        assert_eq!(shown.rows()[1..4], ["‹ nc here", "‹ plink here, ça va?", "› netchat-tui here"]);
    })
    .await;
}

#[tokio::test]
async fn tasks_10_to_12_relay_adds_no_newline() {
    local(async {
        let server = Served::start(&["relay"]);
        let (mut sender, mut both) =
            (Peer::start(Program::Sender, server.port), Peer::start(Program::Both, server.port));
        for _ in 0..2 {
            server.logs("joined   ");
        }
        let mut session = connected(&server).await;
        sender.says("one");
        session.sees("‹ one").await;
        sender.says("two");
        session.sees("two").await;
        both.reads(b"onetwo").await;
        // Two people's words are not run together: that much the relay does for those who read both.
        both.says("three");
        let shown = session.sees("‹ three").await;
        assert!(!shown.text().contains("twothree"), "{}", shown.text());
        session.say("four");
        both.reads(b"four\n").await;
    })
    .await;
}

#[tokio::test]
async fn task_13_a_killed_client_does_not_disturb_the_others() {
    let server = Served::start(&["relay"]);
    for program in Program::found_raw() {
        let (mut reader, mut speaker) = (server.client(), Peer::start(program, server.port));
        let mut victim = Peer::start(program, server.port);
        for _ in 0..3 {
            server.logs("joined   ");
        }
        victim.sends(b"half a li");
        reader.reads_until("half a li");
        victim.kill();
        server.logs("left     ");
        speaker.says("whole");
        reader.reads(b"\nwhole");
    }
}
