//! Plays the server's side of a recording to clients that connect.
//!
//! The first client gets the first recorded connection, the second the next, and so on in a cycle. Server data is sent in
//! order and with the recorded pauses. Where the recorded client sent something, the server waits for input of any
//! content; differences are reported.

use super::difference::Expectation;
use crate::recording::{Conversation, ConversationStep, Recording, Side, conversations};
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

/// Maximum number of clients at a time.
const MAX_CLIENTS: usize = 100;

/// Pause after which input without a newline counts as complete.
const IDLE_TIMEOUT: Duration = Duration::from_millis(300);

/// How long the server waits for input before it reports what it expects.
const REPORT_AFTER: Duration = Duration::from_secs(2);

/// How long input is read and discarded after the end.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// Buffered input of a client in bytes, above which the socket is not read.
const MAX_BUFFERED: usize = 1 << 20;

/// Pause after a failed accept, for example when there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A server that plays a recording.
#[derive(Debug)]
pub struct PlaybackServer {
    listeners: Vec<TcpListener>,
    conversations: Arc<Vec<Conversation>>,
}

/// Receives messages about clients, one sentence each.
pub type Notices = mpsc::UnboundedSender<String>;

impl PlaybackServer {
    /// Listens on `address`. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be parsed or listened on.
    pub fn bind(recording: &Recording, address: &str) -> Result<Self, ListenError> {
        let mut listeners = Vec::new();
        for address in listen::parse(address)? {
            let refused = |source| ListenError::Refused { address, source };
            let listener = listen::listen(address)?;
            listeners.push(TcpListener::from_std(listener).map_err(refused)?);
        }
        let opened = conversations(recording.entries()).into_iter().filter(|stream| stream.opened.is_some());
        Ok(Self { listeners, conversations: Arc::new(opened.collect()) })
    }

    /// The addresses it listens on.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// Number of recorded connections.
    pub fn connection_count(&self) -> usize {
        self.conversations.len()
    }
}

/// Accepts clients and plays the recording to them; returns only if the recording has no connections.
pub async fn serve(server: PlaybackServer, notices: Notices) {
    let permits = Arc::new(Semaphore::new(MAX_CLIENTS));
    let mut next = 0;
    loop {
        let (socket, from) = match accept(&server.listeners).await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Ignores a closed channel.
                let _ = notices.send(format!("Could not accept a client: {error}."));
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            let _ = notices.send(format!("{from}: refused: the limit is {MAX_CLIENTS} clients."));
            continue;
        };
        let Some(index) = usize::checked_rem(next, server.conversations.len()) else { return };
        next = index + 1;
        let (conversations, notices) = (Arc::clone(&server.conversations), notices.clone());
        tokio::spawn(async move {
            let _permit = permit;
            if let Some(stream) = conversations.get(index) {
                let name = format!("{from}, connection {} of {}", index + 1, conversations.len());
                let mut client = PlaybackClient {
                    socket,
                    name,
                    notices,
                    inbox: BytesMut::new(),
                    has_ended: false,
                    message_count: 0,
                };
                client.report("playback started");
                match client.play(stream).await {
                    Ok(End::Closed(message)) => {
                        client.report(&message);
                        client.drain().await;
                    }
                    Ok(End::Reset) => client.report("connection reset, as recorded"),
                    Err(error) => client.report(&format!("connection lost: {error}")),
                }
            }
        });
    }
}

/// Accepts the next connection on any listener.
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

/// A client to which a connection is played.
struct PlaybackClient {
    socket: TcpStream,
    name: String,
    notices: Notices,
    /// Input that has not been matched yet.
    inbox: BytesMut,
    /// Whether the client has closed its side.
    has_ended: bool,
    /// Number of recorded messages matched so far.
    message_count: usize,
}

/// How a played connection ends.
enum End {
    /// With a close; holds the message about it.
    Closed(String),
    /// With a reset.
    Reset,
}

/// How a client met an expectation.
enum ExpectationResult {
    Met,
    /// The client closed its side before.
    Ended,
}

impl PlaybackClient {
    fn report(&self, message: &str) {
        // Ignores a closed channel.
        let _ = self.notices.send(format!("{}: {message}.", self.name));
    }

    /// Plays a connection to its end.
    async fn play(&mut self, stream: &Conversation) -> io::Result<End> {
        let _ = self.socket.set_nodelay(true);
        let (mut due, mut previous) = (Instant::now(), stream.opened.unwrap_or_default());
        for (at, side, step) in &stream.steps {
            due += at.saturating_sub(previous);
            previous = *at;
            match side {
                Side::Server => {
                    self.wait_until(due).await?;
                    match step {
                        ConversationStep::Data(bytes) => self.socket.write_all(bytes).await?,
                        ConversationStep::Eof => {
                            self.socket.shutdown().await?;
                            return Ok(End::Closed(format!("closed, as recorded{}", self.describe_unread())));
                        }
                        ConversationStep::Reset => {
                            self.socket.set_zero_linger()?;
                            return Ok(End::Reset);
                        }
                        ConversationStep::Hidden(_) => {}
                    }
                }
                Side::Client => {
                    if let ExpectationResult::Ended = self.expect(step).await? {
                        return Ok(End::Closed("half-closed by the client earlier than recorded".to_owned()));
                    }
                    // The recorded pause of the answer counts from here.
                    due = Instant::now();
                }
            }
        }
        Ok(End::Closed(format!("closed, because the recording ends here{}", self.describe_unread())))
    }

    /// Shuts down the write side and discards further input. Closing with unread input would send a reset, which can
    /// destroy the last output.
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
        // After an error or a timeout the connection is just dropped.
        let _ = timeout(CLOSE_TIMEOUT, all_taken).await;
    }

    /// A clause about input that was not matched, if any.
    fn describe_unread(&self) -> String {
        match self.inbox.len() {
            0 => String::new(),
            bytes => format!("; {bytes} more bytes were received"),
        }
    }

    /// Waits until `due` and reads meanwhile, so that early input does not block the client.
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

    /// Waits for input that matches a step of the recorded client, and reports differences.
    async fn expect(&mut self, step: &ConversationStep) -> io::Result<ExpectationResult> {
        let expected = match step {
            ConversationStep::Data(bytes) => Expectation::Bytes(bytes.clone()),
            ConversationStep::Hidden(count) => Expectation::Secret(*count),
            ConversationStep::Eof | ConversationStep::Reset => return self.wait_for_eof().await,
        };
        let (mut is_idle, mut has_reported) = (false, false);
        loop {
            if let Some(received) = expected.take(&mut self.inbox, is_idle || self.has_ended) {
                self.message_count += 1;
                if let Some(difference) = expected.difference(&received) {
                    self.report(&format!("message {} {difference}", self.message_count));
                }
                return Ok(ExpectationResult::Met);
            }
            if self.has_ended {
                return Ok(ExpectationResult::Ended);
            }
            let limit = if self.inbox.is_empty() { REPORT_AFTER } else { IDLE_TIMEOUT };
            match timeout(limit, self.socket.read_buf(&mut self.inbox)).await {
                Ok(read) => self.has_ended = read? == 0,
                Err(_elapsed) if !self.inbox.is_empty() => is_idle = true,
                Err(_elapsed) if !std::mem::replace(&mut has_reported, true) => {
                    self.report(&format!("waiting for {}, which the recorded client sent here", expected.describe()));
                }
                Err(_elapsed) => {}
            }
        }
    }

    async fn wait_for_eof(&mut self) -> io::Result<ExpectationResult> {
        while !self.has_ended {
            self.inbox.reserve(4096);
            if self.inbox.len() > MAX_BUFFERED {
                self.inbox.clear();
            }
            self.has_ended = self.socket.read_buf(&mut self.inbox).await? == 0;
        }
        Ok(ExpectationResult::Met)
    }
}
