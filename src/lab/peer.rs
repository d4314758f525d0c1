//! One client's connection: a task that reads, hands over what it reads, and writes what the mailbox holds.
//!
//! ```text
//!   Talking ──► Lingering ──► Leaving ──► Draining ──► gone
//!      │  hang up later   at its time  all written,   the client has closed too
//!      └──────────────────────►┘       our side closed
//! ```
//!
//! Sockets are read into one buffer per thread, so that a client which says nothing costs a socket and this task, no
//! buffer. What may not be heard yet (see `Hub::hear`) is kept, and nothing more read: TCP tells the client to wait.
//!
//! A connection is not just dropped: closing a socket with unread input makes the system send a reset, which can
//! destroy the last words on their way (RFC 2525, 2.17). So our side is closed first and the rest is read and forgotten.

use super::hub::{Heard, Hub, Speaker, Words};
use super::incident::Refusal;
use super::outbox::Outbox;
use super::room::{CutOff, Departure, Moment};
use bytes::Bytes;
use socket2::SockRef;
use std::cell::RefCell;
use std::future::{poll_fn, ready};
use std::io::ErrorKind;
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::yield_now;
use tokio::time::{sleep_until, timeout};

/// How long a client that is to be gone may take to read what waits for it, from one byte to the next.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The same for one that has been cut off, which does not read as a rule.
const LAST_CHANCE: Duration = Duration::from_secs(2);

/// How long a client may take to close its side once we have closed ours.
const DRAIN: Duration = Duration::from_secs(1);

/// Bytes of one read.
const READ: usize = 64 << 10;

thread_local! {
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ].into_boxed_slice());
}

/// See the module's words.
struct Connection {
    stream: TcpStream,
    hub: Arc<Hub>,
    speaker: Speaker,
    /// Read, and not yet heard. While there is some, nothing more is read.
    unheard: Vec<u8>,
    /// It can be heard as soon as the others have had their turn.
    has_more: bool,
    /// When to try again to have it heard, if that is a matter of time.
    again_at: Option<Moment>,
    /// When what was said without a newline is a message.
    silence_at: Option<Moment>,
    phase: Phase,
    /// It has closed its side.
    has_closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// In the room.
    Talking,
    /// In the room and no longer heard, until then.
    Lingering { until: Moment },
    /// Out of the room, with last words to read. Given up then, unless it has read some of them by then.
    Leaving { until: Moment, patience: Duration },
    /// All is said. Given up then.
    Draining { until: Moment },
}

/// What ended the waiting.
#[derive(Clone, Copy)]
enum Turn {
    Told,
    Due,
    Writable,
    Readable,
    /// The others have had their turn.
    More,
}

/// The connection is to be dropped.
struct Over;

/// Serves one client until it is gone.
pub(super) async fn serve(stream: TcpStream, speaker: Speaker, hub: Arc<Hub>) {
    Connection::new(stream, hub, speaker).run().await;
}

/// Tells a client why it is not let in.
pub(super) async fn refuse(mut stream: TcpStream, refusal: Refusal, _turn: OwnedSemaphorePermit) {
    let words = refusal.words();
    let written = timeout(DRAIN, stream.write_all(words.as_bytes())).await;
    if !matches!(written, Ok(Ok(()))) {
        return;
    }
    let _ = stream.shutdown().await;
    let mut forgotten = [0; 1024];
    let drain = async { while matches!(stream.read(&mut forgotten).await, Ok(1..)) {} };
    let _ = timeout(DRAIN, drain).await;
}

impl Connection {
    fn new(stream: TcpStream, hub: Arc<Hub>, speaker: Speaker) -> Self {
        Self {
            stream,
            hub,
            speaker,
            unheard: Vec::new(),
            has_more: false,
            again_at: None,
            silence_at: None,
            phase: Phase::Talking,
            has_closed: false,
        }
    }

    async fn run(mut self) {
        loop {
            let turn = self.wait().await;
            if let Err(Over) = self.take(turn) {
                // If it has not left by now, it has been lost.
                self.hub.leave(self.speaker.id, Departure::Broken);
                return self.hub.closed(&self.speaker);
            }
            if self.has_more || matches!(turn, Turn::Readable) {
                // One that never stops talking is always readable; the runtime by itself would let it go on a
                // hundred times.
                yield_now().await;
            }
        }
    }

    async fn wait(&self) -> Turn {
        let wants_to_write = !self.speaker.mailbox.open().outbox.is_empty();
        let wants_to_read = self.unheard.is_empty() && !self.has_closed;
        let due = self.due();
        let due_at = self.hub.instant(due.unwrap_or_default());
        tokio::select! { biased;
            () = self.speaker.mailbox.told.notified() => Turn::Told,
            () = sleep_until(due_at), if due.is_some() => Turn::Due,
            () = ready(()), if self.has_more => Turn::More,
            _ready = poll_fn(|context| self.stream.poll_write_ready(context)), if wants_to_write => Turn::Writable,
            _ready = poll_fn(|context| self.stream.poll_read_ready(context)), if wants_to_read => Turn::Readable,
        }
    }

    fn due(&self) -> Option<Moment> {
        let phase = match self.phase {
            Phase::Talking => None,
            Phase::Lingering { until } | Phase::Leaving { until, .. } | Phase::Draining { until } => Some(until),
        };
        let outbox = if self.is_in_room() { self.speaker.mailbox.open().outbox.due() } else { None };
        [phase, outbox, self.again_at, self.silence_at].into_iter().flatten().min()
    }

    const fn is_in_room(&self) -> bool {
        matches!(self.phase, Phase::Talking | Phase::Lingering { .. })
    }

    fn take(&mut self, turn: Turn) -> Result<(), Over> {
        match turn {
            Turn::Told => {
                self.obey();
                self.write()?;
            }
            Turn::Due => self.on_due()?,
            Turn::Writable => self.write()?,
            Turn::Readable => return self.read(),
            Turn::More => {}
        }
        if !self.unheard.is_empty() && self.again_at.is_none() {
            self.hear_rest();
        }
        Ok(())
    }

    /// Does what the hub wants: stop listening, for one thing.
    fn obey(&mut self) {
        let hang_up = self.speaker.mailbox.open().hang_up;
        // One that lingers may have to go sooner: the server is being stopped.
        if let Some(until) = hang_up.filter(|_| self.is_in_room()) {
            self.phase = Phase::Lingering { until };
            self.stop_hearing();
        }
    }

    fn stop_hearing(&mut self) {
        (self.unheard, self.has_more, self.again_at, self.silence_at) = (Vec::new(), false, None, None);
    }

    fn on_due(&mut self) -> Result<(), Over> {
        let now = self.hub.now();
        let is_due = |moment: Option<Moment>| moment.is_some_and(|moment| moment <= now);
        if is_due(self.silence_at) {
            // On a busy machine the time may be up and more have come.
            self.read()?;
        }
        if is_due(self.silence_at) {
            self.on_silence(now);
        }
        if is_due(self.again_at) {
            self.hear_rest();
        }
        match self.phase {
            Phase::Lingering { until } if until <= now => self.depart(Departure::HungUp, LAST_WORDS),
            Phase::Leaving { until, .. } | Phase::Draining { until } if until <= now => return Err(Over),
            _ => {}
        }
        // Before judging it: on a busy machine a client may well have read, and its task not have come to know.
        self.write()?;
        if self.is_in_room() {
            self.mind_outbox(now);
        }
        Ok(())
    }

    fn mind_outbox(&mut self, now: Moment) {
        let mut inside = self.speaker.mailbox.open();
        let holding = inside.outbox.tick(now);
        let is_stuck = inside.outbox.is_stuck(now);
        drop(inside);
        self.hub.account_for_time(holding);
        if is_stuck {
            self.cut(CutOff::DoesNotRead);
        }
    }

    fn on_silence(&mut self, now: Moment) {
        let heard = self.hub.hear(&mut self.speaker, Words::Silence);
        match heard {
            Heard::Held => self.silence_at = Some(now + self.hub.limits.silence),
            Heard::HeldUntil(at) => self.silence_at = Some(at),
            Heard::All | Heard::Enough | Heard::NoMore | Heard::Cut(_) => self.act_on(heard),
        }
    }

    /// Tries to have heard what could not be heard yet.
    fn hear_rest(&mut self) {
        let unheard = std::mem::take(&mut self.unheard);
        let mut rest = &unheard[..];
        let heard = self.hub.hear(&mut self.speaker, Words::Bytes(&mut rest));
        if !rest.is_empty() {
            let done = unheard.len() - rest.len();
            self.unheard = unheard;
            self.unheard.drain(..done);
        }
        self.act_on(heard);
    }

    fn act_on(&mut self, heard: Heard) {
        let waits_for_end = heard == Heard::All && self.speaker.framer.awaits_silence();
        self.silence_at = waits_for_end.then(|| self.hub.now() + self.hub.limits.silence);
        (self.again_at, self.has_more) = (None, heard == Heard::Enough && !self.unheard.is_empty());
        match heard {
            Heard::All | Heard::Enough | Heard::Held => {}
            Heard::HeldUntil(at) => self.again_at = Some(at),
            Heard::NoMore => self.obey(),
            Heard::Cut(reason) => self.cut(reason),
        }
    }

    fn read(&mut self) -> Result<(), Over> {
        BUFFER.with_borrow_mut(|buffer| match self.stream.try_read(buffer) {
            Ok(0) => {
                self.on_end();
                self.write()
            }
            Ok(bytes) => {
                if self.phase == Phase::Talking {
                    let mut read = buffer.get(..bytes).unwrap_or_default();
                    let heard = self.hub.hear(&mut self.speaker, Words::Bytes(&mut read));
                    self.unheard.extend_from_slice(read);
                    self.act_on(heard);
                }
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(_broken) => {
                // A program that ends with something unread leaves with a reset, and what it had said is said.
                if self.phase == Phase::Talking {
                    self.hub.hear(&mut self.speaker, Words::Eof);
                }
                Err(Over)
            }
        })
    }

    /// The client has closed its side: it has said all it wants to say, and is taken at its word. What it has yet to
    /// read is still written.
    fn on_end(&mut self) {
        self.has_closed = true;
        if self.phase == Phase::Talking {
            self.hub.hear(&mut self.speaker, Words::Eof);
        }
        if self.is_in_room() {
            self.depart(Departure::Closed, LAST_WORDS);
        }
    }

    fn cut(&mut self, reason: CutOff) {
        self.depart(Departure::Cut(reason), LAST_CHANCE);
        self.speaker.mailbox.open().outbox.cut(Bytes::from(format!("* Cut off: {}\n", reason.to_it())));
    }

    fn depart(&mut self, why: Departure, patience: Duration) {
        self.hub.leave(self.speaker.id, why);
        self.phase = Phase::Leaving { until: self.hub.now() + patience, patience };
        self.stop_hearing();
    }

    fn write(&mut self) -> Result<(), Over> {
        loop {
            let mut inside = self.speaker.mailbox.open();
            let mut slices = Outbox::no_slices();
            let used = inside.outbox.slices(&mut slices);
            let Some(slices @ [_, ..]) = slices.get(..used) else { break };
            let written = match self.stream.try_write_vectored(slices) {
                Ok(0) => return Err(Over),
                Ok(written) => written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // It reads no more. What it said before is still to be heard: the system keeps it for us, even after a
                // reset, which a client causes that closes with something unread.
                Err(_broken) if self.phase == Phase::Talking => {
                    let holding = inside.outbox.close();
                    drop(inside);
                    self.hub.account(holding);
                    return Ok(());
                }
                Err(_broken) => return Err(Over),
            };
            let holding = inside.outbox.written(self.hub.now(), written);
            drop(inside);
            self.hub.account(holding);
            if let Phase::Leaving { until, patience } = &mut self.phase {
                *until = self.hub.now() + *patience;
            }
        }
        match self.phase {
            Phase::Leaving { .. } => self.finish(),
            Phase::Draining { .. } if self.has_closed => Err(Over),
            _ => Ok(()),
        }
    }

    /// All is written: closes our side, and waits for the client to close its.
    fn finish(&mut self) -> Result<(), Over> {
        let closed = SockRef::from(&self.stream).shutdown(Shutdown::Write);
        if self.has_closed || closed.is_err() {
            return Err(Over);
        }
        self.phase = Phase::Draining { until: self.hub.now() + DRAIN };
        Ok(())
    }
}
