//! The server's side of a recording, played to whoever connects (`replay --serve`).
//!
//! The first client gets the first connection of the recording, and so on, round and round. What the server said comes in its
//! order, with the pauses there were. Where the recorded client had said something before, that is waited for, whatever
//! the client says in its place; what differs is told.

use super::difference::Expectation;
use crate::recording::{Conversation, ConversationStep, Recording, Side, streams};
use crate::server::listen::{self, ListenError};
use bytes::BytesMut;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Clients at a time.
const CLIENTS: usize = 100;

/// After so much silence what has come counts as said.
const SILENCE: Duration = Duration::from_millis(300);

/// After so much waiting it is told what for.
const REPORT_AFTER: Duration = Duration::from_secs(2);

/// How long a client may go on sending after the end.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of a client that wait for their turn, before no more are read.
const MAX_BUFFERED: usize = 1 << 20;

/// The pause after an error of `accept`, as when there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A recording that is served.
#[derive(Debug)]
pub struct PlaybackServer {
    listeners: Vec<TcpListener>,
    streams: Arc<Vec<Conversation>>,
}

/// What is told about a client, one sentence each.
pub type Notices = mpsc::UnboundedSender<String>;

impl PlaybackServer {
    /// Listens. Must be called inside a runtime.
    ///
    /// # Errors
    /// The sentence for an address that is none or cannot be had.
    pub fn bind(tape: &Recording, address: &str) -> Result<Self, ListenError> {
        let mut listeners = Vec::new();
        for address in listen::parse(address)? {
            let refused = |source| ListenError::Refused { address, source };
            let listener = listen::listen(address)?;
            listeners.push(TcpListener::from_std(listener).map_err(refused)?);
        }
        let opened = streams(tape.entries()).into_iter().filter(|stream| stream.opened.is_some());
        Ok(Self { listeners, streams: Arc::new(opened.collect()) })
    }

    /// Where it listens.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// How many connections there are to be played.
    pub fn connections(&self) -> usize {
        self.streams.len()
    }
}

/// Serves for ever.
pub async fn serve(server: PlaybackServer, told: Notices) {
    let places = Arc::new(Semaphore::new(CLIENTS));
    let mut next = 0;
    loop {
        let (socket, from) = match accept(&server.listeners).await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Nobody listens any more where this is written.
                let _ = told.send(format!("A client could not be taken in: {error}."));
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            let _ = told.send(format!("{from}: not taken in: {CLIENTS} clients are here already."));
            continue;
        };
        let Some(index) = usize::checked_rem(next, server.streams.len()) else { return };
        next = index + 1;
        let (streams, told) = (Arc::clone(&server.streams), told.clone());
        tokio::spawn(async move {
            let _place = place;
            if let Some(stream) = streams.get(index) {
                let name = format!("{from}, connection {} of {}", index + 1, streams.len());
                let mut client =
                    PlaybackClient { socket, name, told, inbox: BytesMut::new(), has_ended: false, said: 0 };
                client.tell("begins");
                match client.play(stream).await {
                    Ok(End::Over(words)) => {
                        client.tell(&words);
                        client.drain().await;
                    }
                    Ok(End::Reset) => client.tell("is reset, as recorded"),
                    Err(error) => client.tell(&format!("is gone: {error}")),
                }
            }
        });
    }
}

async fn accept(listeners: &[TcpListener]) -> io::Result<(TcpStream, SocketAddr)> {
    std::future::poll_fn(|context| {
        for listener in listeners {
            if let std::task::Poll::Ready(accepted) = listener.poll_accept(context) {
                return std::task::Poll::Ready(accepted);
            }
        }
        std::task::Poll::Pending
    })
    .await
}

/// Somebody to whom it is played.
struct PlaybackClient {
    socket: TcpStream,
    name: String,
    told: Notices,
    /// What has come and was not looked at.
    inbox: BytesMut,
    has_ended: bool,
    /// What it has said so far, in pieces as recorded.
    said: usize,
}

/// How a connection is to end.
enum End {
    /// In good order; in words.
    Over(String),
    /// With a reset.
    Reset,
}

/// What a client does in place of what was recorded.
enum Came {
    AsExpected,
    /// It has ended its side before.
    Ended,
}

impl PlaybackClient {
    fn tell(&self, words: &str) {
        // Nobody listens any more where this is written.
        let _ = self.told.send(format!("{}: {words}.", self.name));
    }

    /// From beginning to end; how it ended.
    async fn play(&mut self, stream: &Conversation) -> io::Result<End> {
        let _ = self.socket.set_nodelay(true);
        let (mut due, mut before) = (Instant::now(), stream.opened.unwrap_or_default());
        for (at, side, turn) in &stream.turns {
            due += at.saturating_sub(before);
            before = *at;
            match (side, turn) {
                (Side::Server, turn) => {
                    self.wait_until(due).await?;
                    match turn {
                        ConversationStep::Data(bytes) => self.socket.write_all(bytes).await?,
                        ConversationStep::Eof => {
                            self.socket.shutdown().await?;
                            return Ok(End::Over(format!("is over, as recorded{}", self.left())));
                        }
                        ConversationStep::Reset => {
                            self.socket.set_zero_linger()?;
                            return Ok(End::Reset);
                        }
                        ConversationStep::Hidden(_) => {}
                    }
                }
                (Side::Client, turn) => {
                    if let Came::Ended = self.expect(turn).await? {
                        return Ok(End::Over("has ended its side before it was recorded to".to_owned()));
                    }
                    // The server answered so long after it had been spoken to.
                    due = Instant::now();
                }
            }
        }
        Ok(End::Over(format!("is over: the recording ends here{}", self.left())))
    }

    /// Ends, and takes what the client is still sending: what nobody reads would come back as a reset, which can overtake
    /// the last words of the server.
    async fn drain(&mut self) {
        let all_taken = async {
            self.socket.shutdown().await?;
            while !self.has_ended {
                self.inbox.clear();
                self.inbox.reserve(4096);
                self.has_ended = self.socket.read_buf(&mut self.inbox).await? == 0;
            }
            io::Result::Ok(())
        };
        // Who is gone, or never ends, has had the time to read it.
        let _ = timeout(CLOSE_TIMEOUT, all_taken).await;
    }

    fn left(&self) -> String {
        match self.inbox.len() {
            0 => String::new(),
            bytes => format!("; it had sent {bytes} bytes more"),
        }
    }

    /// Waits, and goes on reading meanwhile, so that the client is not held up by what it says too early.
    async fn wait_until(&mut self, due: Instant) -> io::Result<()> {
        let wait = sleep_until(due);
        tokio::pin!(wait);
        loop {
            tokio::select! { biased;
                () = &mut wait => return Ok(()),
                read = self.socket.read_buf(&mut self.inbox), if !self.has_ended && self.inbox.len() < MAX_BUFFERED => {
                    self.has_ended = read? == 0;
                }
            }
        }
    }

    async fn expect(&mut self, turn: &ConversationStep) -> io::Result<Came> {
        let want = match turn {
            ConversationStep::Data(bytes) => Expectation::Bytes(bytes.clone()),
            ConversationStep::Hidden(count) => Expectation::Secret(*count),
            ConversationStep::Eof | ConversationStep::Reset => return self.hear_end().await,
        };
        let (mut is_silent, mut has_told) = (false, false);
        loop {
            if let Some(came) = want.take(&mut self.inbox, is_silent || self.has_ended) {
                self.said += 1;
                let number = self.said;
                want.difference(&came).into_iter().for_each(|words| self.tell(&format!("message {number} {words}")));
                return Ok(Came::AsExpected);
            }
            if self.has_ended {
                return Ok(Came::Ended);
            }
            let patience = if self.inbox.is_empty() { REPORT_AFTER } else { SILENCE };
            match timeout(patience, self.socket.read_buf(&mut self.inbox)).await {
                Ok(read) => self.has_ended = read? == 0,
                Err(_elapsed) if !self.inbox.is_empty() => is_silent = true,
                Err(_elapsed) if !std::mem::replace(&mut has_told, true) => {
                    self.tell(&format!("waits for {}, which the client said here", want.words()));
                }
                Err(_elapsed) => {}
            }
        }
    }

    async fn hear_end(&mut self) -> io::Result<Came> {
        while !self.has_ended {
            self.inbox.reserve(4096);
            if self.inbox.len() > MAX_BUFFERED {
                self.inbox.clear();
            }
            self.has_ended = self.socket.read_buf(&mut self.inbox).await? == 0;
        }
        Ok(Came::AsExpected)
    }
}
