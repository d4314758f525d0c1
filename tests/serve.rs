//! Our own servers, as the built program runs them, with the clients that people have: the lab's tasks, one after the
//! other, then what a server does for the one who runs it.

mod answer;
mod chat;
mod files;
mod game;
mod greet;
#[cfg(unix)]
mod host;
mod lifecycle;
mod places;
mod relay;
mod settings;

use crate::support::Session;
use crate::support::peer::Peer;
use crate::support::serve::Served;
use netchat_tui::app::Settings;
use netchat_tui::net::SystemNetwork;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// netchat-tui, connected to it. The log has told of all who came before.
async fn connected(server: &Served) -> Session {
    let mut session = Session::start(Arc::new(SystemNetwork::default()), &server.address());
    session.sees(&format!("Connected to {}.", server.address())).await;
    // The kernel completes a connection before the server accepts it.
    server.logs("joined   ");
    session
}

/// netchat-tui, started with `-n`.
async fn connected_as(server: &Served, nick: &str) -> Session {
    let options = Settings { nick: Some(nick.to_owned()), ..Settings::default() };
    let mut session = Session::with(Arc::new(SystemNetwork::default()), &server.address(), options, (100, 30));
    session.sees(&format!(" is now known as {nick}")).await;
    session
}

/// The server has hung up on this one: all has been read that there was, and there is nothing to wait for.
async fn is_hung_up_on(mut peer: Peer, server: &Served) {
    server.logs("left     ");
    // They look at their keyboard to the last: nc would stay for ever if the server were still there.
    peer.closes();
    let (status, rest) = peer.ended().await;
    assert!(status.success(), "{status}");
    assert_eq!(rest, "");
}

/// A port that nobody has, below those that systems give to outgoing connections.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + u16::try_from(std::process::id() % 100).unwrap() * 100;
    loop {
        let port = start + NEXT.fetch_add(1, Ordering::Relaxed) % 2000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
