//! Tasks 16 and 17: the relay with nicknames.

use super::{connected, connected_as, is_hung_up_on};
use crate::support::local;
use crate::support::peer::{Peer, Program};
use crate::support::serve::Served;
use netchat_tui::tui::Exit;

/// Waits until it has been welcomed, and gives the name it got.
async fn name_of(peer: &mut Peer) -> String {
    peer.reads_until("* You are ").await;
    let name = peer.reads_until(". Change it with /nick NAME").await;
    name.strip_suffix(". Change it with /nick NAME").unwrap().to_owned()
}

/// One more of these, under this name.
async fn named(program: Program, server: &Served, name: &str) -> Peer {
    let mut peer = Peer::start(program, server.port);
    name_of(&mut peer).await;
    peer.says(&format!("/nick {name}"));
    peer.reads_until(&format!(" is now known as {name}\n")).await;
    peer
}

#[tokio::test]
async fn task_16_newcomers_get_two_word_nicknames() {
    local(async {
        let server = Served::start(&["chat"]);
        let mut session = connected(&server).await;
        session.sees("* You are ").await;
        let mut names = Vec::new();
        for program in Program::found() {
            let mut peer = Peer::start(program, server.port);
            let name = name_of(&mut peer).await;
            let [one, other] = name.split('-').collect::<Vec<_>>()[..] else { panic!("{name}") };
            assert!([one, other].iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase())), "{name}");
            session.sees(&format!("‹ * {name} joined")).await;
            peer.says("ça va?");
            session.sees(&format!("‹ {name}: ça va?")).await;
            session.say(&format!("I see you, {name}"));
            peer.reads_until(&format!(": I see you, {name}\n")).await;
            peer.kill();
            session.sees(&format!("‹ * {name} left")).await;
            names.push(name);
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), Program::found().len(), "{names:?}");
    })
    .await;
}

#[tokio::test]
async fn task_17_every_client_can_change_its_nickname() {
    local(async {
        let server = Served::start(&["chat"]);
        let mut ann = connected_as(&server, "ann").await;
        for (program, name) in Program::found().into_iter().zip(["bob", "cy", "dora", "eve"]) {
            let mut peer = Peer::start(program, server.port);
            let before = name_of(&mut peer).await;
            peer.says(&format!("/nick {name}"));
            peer.reads_until(&format!("* {before} is now known as {name}\n")).await;
            ann.sees(&format!("‹ * {before} is now known as {name}")).await;
            server.logs(&format!(": {before} is now {name}"));
            peer.says("/nick ANN");
            peer.reads_until("* You cannot be \"ANN\": \"ann\" is already taken. Try ").await;
            peer.says("hello");
            ann.sees(&format!("‹ {name}: hello")).await;
        }
        ann.say("/nick zoe");
        ann.sees("‹ * ann is now known as zoe").await;
        assert_eq!(ann.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test]
async fn tasks_10_to_12_chat_messages_without_newline_are_lines() {
    let server = Served::start(&["chat"]);
    let mut ann = server.named("ann");
    let mut both = named(Program::Both, &server, "bob").await;
    let mut sender = Peer::start(Program::Sender, server.port);
    ann.reads_until(" is now known as bob\n");
    let joined = ann.reads_until(" joined\n");
    let name = joined.trim_start_matches("* ").trim_end_matches(" joined\n");
    for word in ["one", "two"] {
        sender.says(word);
        ann.reads(format!("{name}: {word}\n").as_bytes());
        both.reads_until(&format!("{name}: {word}\n")).await;
        both.says(word);
        ann.reads(format!("bob: {word}\n").as_bytes());
    }
    sender.closes();
    let (status, _) = sender.ended().await;
    assert!(status.success(), "{status}");
    // It has read nothing that it was sent, so its system resets the connection: that cannot be told from a lost one.
    ann.reads_until(&format!("* {name} left"));
}

#[tokio::test]
async fn a_newcomer_reads_what_was_said_last_and_who_is_here() {
    if !Program::Nc.is_here() {
        return;
    }
    local(async {
        let server = Served::start(&["chat", "--history", "2"]);
        let mut ann = connected_as(&server, "ann").await;
        let mut bob = named(Program::Nc, &server, "bob").await;
        for line in ["one", "two", "/me waves"] {
            bob.says(line);
        }
        ann.sees("‹ bob *waves*").await;
        let mut newcomer = Peer::start(Program::Nc, server.port);
        let welcome = newcomer.reads_until("End of earlier messages.\n").await;
        let (_, rest) = welcome.split_once('\n').unwrap();
        let expected = "* 2 other people are here: ann, bob\n\
                        * Earlier messages:\n\
                        bob: two\n\
                        bob *waves*\n\
                        * End of earlier messages.\n";
        assert_eq!(rest, expected);
    })
    .await;
}

#[tokio::test]
async fn the_commands_do_what_help_says() {
    if !Program::Nc.is_here() {
        return;
    }
    let server = Served::start(&["chat"]);
    let (mut ann, mut eve) = (server.named("ann"), server.named("eve"));
    ann.reads_until(" is now known as eve\n");
    let mut nc = named(Program::Nc, &server, "bob").await;
    for reader in [&mut ann, &mut eve] {
        reader.reads_until(" is now known as bob\n");
    }
    nc.says("/help");
    for word in ["/nick NAME", "/names", "/me WAVES", "/msg NAME TEXT", "/help", "/quit", "//text"] {
        nc.reads_until(&format!("* {word} ")).await;
    }
    nc.reads_until("\n").await;
    nc.says("/names");
    nc.reads(b"* 3 here: ann, bob, eve. You are bob.\n").await;
    nc.says("/me waves");
    nc.says("/msg ANN only you");
    nc.reads(b"you -> ann: only you\n").await;
    nc.says("//names is a command");
    nc.says("/dance");
    nc.reads(b"* Unknown command /dance. /help lists the commands; //dance sends it as a message.\n").await;
    ann.reads(b"bob *waves*\nbob -> you: only you\nbob: /names is a command\n");
    eve.reads(b"bob *waves*\nbob: /names is a command\n");
    nc.says("/quit");
    nc.reads(b"* Goodbye.\n").await;
    is_hung_up_on(nc, &server).await;
    ann.reads(b"* bob left\n");
}

#[tokio::test]
async fn netchat_tui_asks_the_server_with_two_slashes() {
    local(async {
        let server = Served::start(&["chat"]);
        let mut ann = connected_as(&server, "ann").await;
        ann.say("//help");
        ann.sees("‹ * /msg NAME TEXT   send a private message").await;
        ann.say("/names");
        ann.sees("‹ * 1 here: ann. You are ann.").await;
        ann.say("//quit");
        ann.sees("‹ * Goodbye.").await;
        ann.sees("· The server closed the connection").await;
    })
    .await;
}
