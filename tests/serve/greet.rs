//! Tasks 1 to 4: run the first server and connect to it.

use super::{connected, is_hung_up_on};
use crate::support::local;
use crate::support::peer::{Peer, Program};
use crate::support::serve::Served;
use netchat_tui::tui::Exit;

const GREETING: &[u8] = b"Thank you for connecting";

#[tokio::test]
async fn tasks_1_to_4_the_greeting_comes_and_then_the_server_hangs_up() {
    let server = Served::start(&["greet", "--linger", "300ms"]);
    let peers: Vec<_> = Program::found().into_iter().map(|program| Peer::start(program, server.port)).collect();
    for mut peer in peers {
        peer.reads(GREETING).await;
        is_hung_up_on(peer, &server).await;
    }
}

#[tokio::test]
async fn tasks_1_to_4_the_greeting_is_shown_before_the_close() {
    local(async {
        // With this linger time a client that read the greeting did not wait for the close.
        let server = Served::start(&["greet", "--linger", "1h"]);
        for program in Program::found() {
            let mut peer = Peer::start(program, server.port);
            peer.reads(GREETING).await;
            peer.says("nobody reads this");
        }
        let mut session = connected(&server).await;
        session.sees("‹ Thank you for connecting ⊣").await;
        session.say("nor this");
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test]
async fn task_4_typed_text_does_not_turn_the_close_into_a_reset() {
    local(async {
        let server = Served::start(&["greet"]);
        let mut session = connected(&server).await;
        session.sees("‹ Thank you for connecting").await;
        session.say("nobody reads this");
        session.sees("· The server closed the connection").await;
        session.say("");
        session.sees("●").await;
    })
    .await;
}
