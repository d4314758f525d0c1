//! The game that the lab leads to, by hand.

use super::{connected, is_hung_up_on};
use crate::support::local;
use crate::support::peer::{Peer, Program};
use crate::support::serve::Served;

#[tokio::test]
async fn two_with_nc_play_a_whole_game_and_another_one() {
    if !Program::Nc.is_here() {
        return;
    }
    let server = Served::start(&["game"]);
    let mut x = Peer::start(Program::Nc, server.port);
    x.reads_until("* wait: ").await;
    let mut o = Peer::start(Program::Nc, server.port);
    x.reads_until("* start 1 X: ").await;
    o.reads_until("* start 1 O: ").await;
    o.reads_until("* turn 1 X: ").await;
    o.says("5");
    o.reads_until("* illegal turn: ").await;
    for (n, field) in ["1", "b2", "2", "c3", "c1"].into_iter().enumerate() {
        let (mover, other, mark) = if n % 2 == 0 { (&mut x, &mut o, 'X') } else { (&mut o, &mut x, 'O') };
        mover.reads_until(&format!("* turn 1 {mark}: It is your turn")).await;
        mover.says(field);
        other.reads_until(&format!(": {mark} took ")).await;
    }
    x.reads_until("* win 1 X 123: You win").await;
    o.reads_until("| X | X | X |").await;
    o.reads_until("* win 1 X 123: You lose").await;
    x.says("/again");
    o.reads_until("* again 1 X: ").await;
    o.says("/again");
    o.reads_until("* start 1 X: ").await;
    x.reads_until("* start 1 O: ").await;
    o.says("/quit");
    o.reads_until("* bye: Thank you for playing.\n").await;
    is_hung_up_on(o, &server).await;
    x.reads_until("* gone 1 X: Your opponent left during game 1, so you win.\n* wait: ").await;
}

#[tokio::test]
async fn the_game_works_with_a_client_that_sends_no_newline() {
    local(async {
        let server = Served::start(&["game"]);
        let mut session = connected(&server).await;
        session.sees("‹ * wait: ").await;
        let mut both = Peer::start(Program::Both, server.port);
        session.sees("‹ * turn 1 X: It is your turn, X.").await;
        session.say("b2");
        both.reads_until("* board 1 ....X.... 5: X took 5 (b2).\n").await;
        both.reads_until("  2 | 4 | X | 6 |\n").await;
        both.reads_until("* turn 1 O: It is your turn, O.").await;
        both.says("1");
        session.sees("‹ * board 1 O...X.... 1: O took 1 (a1).").await;
        session.sees("‹   1 | O | 2 | 3 |").await;
        both.closes();
        session.sees("‹ * gone 1 O: Your opponent left").await;
        session.sees("‹ * wait: ").await;
    })
    .await;
}
