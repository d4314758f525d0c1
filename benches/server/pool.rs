//! The clients: many non-blocking sockets in one thread, and a count of the `~` that each has received.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::ops::RangeBounds;
use std::slice::SliceIndex;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use mio::{Events, Interest, Poll, Token};

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
const CONNECT_ALL_LIMIT: Duration = Duration::from_secs(300);
/// Longest wait for silence; ten thousand clients with join notices take a while.
const SETTLE_LIMIT: Duration = Duration::from_secs(300);
const SETTLE_STEP: Duration = Duration::from_millis(50);
const READ: usize = 256 * 1024;
/// Bytes one sender writes before arrivals are read.
const WRITE: usize = 64 * 1024;
const EVENTS: usize = 4096;

/// Where a read that does not fill the buffer has emptied the socket (epoll(7), question 9). Elsewhere mio wants to see
/// the error of one that would block.
const SHORT_READ_IS_LAST: bool = cfg!(target_os = "linux");

/// Connects `count` clients one after the other, each of which says its intro.
///
/// # Errors
///
/// The server refuses, or does not answer one in 10 s or all in 300 s.
pub(crate) fn connect(address: SocketAddr, count: usize, intro: Option<&str>) -> anyhow::Result<Vec<TcpStream>> {
    let start = Instant::now();
    let one = |i: usize| {
        if start.elapsed() > CONNECT_ALL_LIMIT {
            return Err(ErrorKind::TimedOut.into());
        }
        let mut stream = TcpStream::connect_timeout(&address, CONNECT_LIMIT)?;
        stream.set_nodelay(true)?;
        if let Some(intro) = intro {
            let line = intro.replace("{i}", &i.to_string()) + "\n";
            stream.set_write_timeout(Some(CONNECT_LIMIT))?;
            stream.write_all(line.as_bytes())?;
        }
        stream.set_nonblocking(true)?;
        Ok::<_, io::Error>(stream)
    };
    (0..count).map(|i| one(i).with_context(|| format!("client {} of {count} is not let in", i + 1))).collect()
}

/// Input of one poll.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) marks: usize,
    pub(crate) bytes: usize,
}

#[derive(Debug)]
struct Client {
    stream: mio::net::TcpStream,
    /// Asked to tell when it may be written to, and it did; until a write would block.
    writable: bool,
}

#[derive(Debug)]
pub(crate) struct Pool {
    poll: Poll,
    events: Events,
    clients: Vec<Client>,
    /// The `~` that each client has received.
    marks: Vec<usize>,
    buffer: Vec<u8>,
    /// Clients that the server has closed.
    pub(crate) dropped: usize,
}

impl Pool {
    pub(crate) fn new(streams: Vec<TcpStream>) -> anyhow::Result<Self> {
        let poll = Poll::new().context("no poll for the clients")?;
        let marks = vec![0; streams.len()];
        let mut clients = Vec::with_capacity(streams.len());
        for (i, stream) in streams.into_iter().enumerate() {
            let mut stream = mio::net::TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(i), Interest::READABLE).context("no poll for a client")?;
            clients.push(Client { stream, writable: false });
        }
        let events = Events::with_capacity(EVENTS);
        Ok(Self { poll, events, clients, marks, buffer: vec![0; READ], dropped: 0 })
    }

    /// How many `~` those clients have received.
    pub(crate) fn marks(&self, clients: impl RangeBounds<usize> + SliceIndex<[usize], Output = [usize]>) -> usize {
        self.marks.get(clients).unwrap_or_default().iter().sum()
    }

    /// Waits at most so long for anything, and takes all that is there.
    pub(crate) fn pump(&mut self, wait: Duration) -> anyhow::Result<Taken> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(Taken::default()),
            polled => polled.context("the clients cannot be polled")?,
        }
        let mut all = Taken::default();
        for event in &self.events {
            let Token(at) = event.token();
            let (Some(client), Some(marks)) = (self.clients.get_mut(at), self.marks.get_mut(at)) else { continue };
            client.writable |= event.is_writable();
            let ending = event.is_read_closed() || event.is_error();
            if !event.is_readable() && !ending {
                continue;
            }
            let (taken, open) = take(&mut client.stream, &mut self.buffer, ending);
            *marks += taken.marks;
            all.marks += taken.marks;
            all.bytes += taken.bytes;
            if !open {
                client.writable = false;
                self.dropped += 1;
                self.poll.registry().deregister(&mut client.stream).context("a client cannot be left")?;
            }
        }
        Ok(all)
    }

    /// Takes and forgets what arrives until nothing has for so long: greetings, and who else is there.
    pub(crate) fn settle(&mut self, quiet: Duration) -> anyhow::Result<()> {
        let start = Instant::now();
        let mut last = start;
        while last.elapsed() < quiet && start.elapsed() < SETTLE_LIMIT {
            let dropped = self.dropped;
            if self.pump(SETTLE_STEP)?.bytes > 0 || self.dropped > dropped {
                last = Instant::now();
            }
        }
        self.marks.fill(0);
        Ok(())
    }

    /// Asks to be told when that client may be written to, or no longer.
    pub(crate) fn watch_writable(&mut self, client: usize, watch: bool) -> anyhow::Result<()> {
        let interest = if watch { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
        let Some(Client { stream, writable }) = self.clients.get_mut(client) else { return Ok(()) };
        *writable = false;
        self.poll.registry().reregister(stream, Token(client), interest).context("no poll for a sender")
    }

    pub(crate) fn is_writable(&self, client: usize) -> bool {
        self.clients.get(client).is_some_and(|client| client.writable)
    }

    /// Writes 64 KiB of it at most; how much it was, nothing if it would block.
    ///
    /// # Errors
    ///
    /// The server has closed the connection.
    pub(crate) fn write(&mut self, client: usize, bytes: &[u8]) -> anyhow::Result<usize> {
        let Some(client) = self.clients.get_mut(client) else { return Ok(0) };
        match client.stream.write(bytes.get(..WRITE).unwrap_or(bytes)) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                client.writable &= error.kind() == ErrorKind::Interrupted;
                Ok(0)
            }
            written => written.context("it closed the connection of a sender"),
        }
    }
}

/// All that is there, and whether the connection is still open.
fn take(stream: &mut mio::net::TcpStream, buffer: &mut [u8], ending: bool) -> (Taken, bool) {
    let mut taken = Taken::default();
    loop {
        match stream.read(buffer) {
            Ok(0) => return (taken, false),
            Ok(length) => {
                let read = buffer.get(..length).unwrap_or_default();
                taken.bytes += length;
                taken.marks += memchr::memchr_iter(b'~', read).count();
                if SHORT_READ_IS_LAST && !ending && length < buffer.len() {
                    return (taken, true);
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return (taken, true),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return (taken, false),
        }
    }
}
