//! The peer `builtin`: a chat server as one writes it after tokio's examples, to have that way of writing measured too.
//!
//! A task for each client, framed by `LinesCodec`; the first line is the client's name; a shared map behind a mutex
//! holds an unbounded channel to each client; each message is copied into a `String` for every other client. No
//! part of this is slow on purpose, and none is tuned.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio_util::codec::{Framed, LinesCodec, LinesCodecError};

type Room = Arc<Mutex<HashMap<SocketAddr, mpsc::UnboundedSender<String>>>>;

/// Serves on all cores until it is killed.
pub(crate) fn run(port: u16) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(port))
}

async fn serve(port: u16) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.with_context(|| format!("Port {port} is taken: choose another one."))?;
    let room = Room::default();
    loop {
        let (stream, address) = listener.accept().await?;
        // A client that fails is gone, and that is all there is to do about it.
        tokio::spawn(attend(stream, address, Arc::clone(&room)));
    }
}

async fn attend(stream: TcpStream, address: SocketAddr, room: Room) -> Result<(), LinesCodecError> {
    let mut lines = Framed::new(stream, LinesCodec::new());
    lines.send("What is your name?").await?;
    let Some(name) = lines.next().await.transpose()? else { return Ok(()) };
    let (outbox, inbox) = mpsc::unbounded_channel();
    room.lock().await.insert(address, outbox);
    tell_others(&room, address, &format!("{name} came in")).await;
    let ended = chat(&mut lines, inbox, &room, address, &name).await;
    room.lock().await.remove(&address);
    tell_others(&room, address, &format!("{name} went away")).await;
    ended
}

async fn chat(
    lines: &mut Framed<TcpStream, LinesCodec>,
    mut inbox: mpsc::UnboundedReceiver<String>,
    room: &Room,
    address: SocketAddr,
    name: &str,
) -> Result<(), LinesCodecError> {
    loop {
        tokio::select! {
            Some(line) = inbox.recv() => lines.send(&line).await?,
            said = lines.next() => match said.transpose()? {
                Some(line) => tell_others(room, address, &format!("{name}: {line}")).await,
                None => return Ok(()),
            },
        }
    }
}

async fn tell_others(room: &Room, sender: SocketAddr, line: &str) {
    for (address, outbox) in room.lock().await.iter() {
        if *address != sender {
            // Its task has just ended and takes it out of the map next.
            let _ = outbox.send(line.to_owned());
        }
    }
}
