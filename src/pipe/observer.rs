//! Who is told what goes through: a recording, a log.
//!
//! Without anybody the flow knows nothing of it and costs nothing more. With somebody, everything is told before it can have
//! an effect: what was received before it is written to standard output, and what is sent before the server can have it. So
//! what a script or a server has seen was told, also if the program is killed. And everybody is told one thing after another,
//! the same to all: what a server says is never told before what it was an answer to.

use super::stdio;
use super::threads::ThreadReport;
use crate::link::{CloseReason, LinkError, LinkEvent};
use bytes::Bytes;
use std::fmt::Debug;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What goes through, and what becomes of the connection.
#[derive(Debug, Clone, Copy)]
pub enum PipeEvent<'a> {
    /// The connection comes about, has taken what was sent, or is over. [`LinkEvent::Received`] is none of these.
    Link(&'a LinkEvent),
    /// One read.
    Received(&'a [u8]),
    /// These bytes are about to be handed to the system, as they go on the wire.
    Sent(&'a [u8]),
}

/// Somebody who is told.
pub trait Observer: Debug + Send {
    /// Takes it down. The flow waits for it.
    ///
    /// # Errors
    /// The sentence about why nothing is taken down any more: it is said, and the flow goes on without.
    fn on_event(&mut self, passing: PipeEvent<'_>) -> Result<(), String>;
}

/// All of them, if there are any.
#[derive(Debug, Clone, Default)]
pub(super) struct Observers(Option<Arc<Mutex<SharedObservers>>>);

#[derive(Debug)]
struct SharedObservers {
    taps: Vec<Box<dyn Observer>>,
    lost: Sender<ThreadReport>,
}

/// All of them while nobody else tells them anything.
#[derive(Debug)]
struct ObserversGuard<'a>(MutexGuard<'a, SharedObservers>);

impl Observers {
    /// `lost` is told of those that hear no more.
    pub(super) fn new(taps: Vec<Box<dyn Observer>>, lost: Sender<ThreadReport>) -> Self {
        Self((!taps.is_empty()).then(|| Arc::new(Mutex::new(SharedObservers { taps, lost }))))
    }

    pub(super) fn step(&self, event: &LinkEvent) {
        self.tell(PipeEvent::Link(event));
    }

    pub(super) fn received(&self, bytes: &[u8]) {
        self.tell(PipeEvent::Received(bytes));
    }

    /// Sends all of it, telling `taken` how much the system has taken.
    pub(super) fn send(&self, mut stream: &TcpStream, bytes: &[u8], taken: impl FnMut(usize)) -> io::Result<()> {
        match &self.0 {
            None => send_unobserved(&mut stream, bytes, taken),
            // Of a line whose end is not sent nothing may be left.
            Some(_) if bytes.is_empty() => Ok(()),
            Some(board) => send_observed(board, stream, bytes, taken),
        }
    }

    /// Ends our side of the connection.
    pub(super) fn half_close(&self, stream: &TcpStream) {
        let attention = self.0.as_ref().map(attention);
        // A connection that is broken is found to be by whoever reads it.
        let done = stream.shutdown(Shutdown::Write);
        if let Some(mut attention) = attention
            && done.is_ok()
        {
            attention.tell(PipeEvent::Link(&LinkEvent::HalfClosed));
        }
    }

    /// An attempt to connect has failed.
    pub(super) fn failed(&self, error: &LinkError) {
        if self.0.is_some() {
            self.step(&LinkEvent::Closed(CloseReason::Failed(error.clone())));
        }
    }

    /// The connection is over: the last that anybody is told.
    pub(super) fn close(&self, reason: CloseReason) {
        if let Some(board) = &self.0 {
            let mut attention = attention(board);
            attention.tell(PipeEvent::Link(&LinkEvent::Closed(reason)));
            attention.0.taps.clear();
        }
    }

    fn tell(&self, passing: PipeEvent<'_>) {
        if let Some(board) = &self.0 {
            attention(board).tell(passing);
        }
    }
}

fn send_unobserved(stream: &mut &TcpStream, bytes: &[u8], mut taken: impl FnMut(usize)) -> io::Result<()> {
    use std::io::Write as _;
    stream.write_all(bytes)?;
    taken(bytes.len());
    Ok(())
}

/// The system takes what it has room for while nobody else is heard, and room is waited for while everybody is: the server
/// may make none before we have read what it says. Where that cannot be had, an answer may be told before what it answers.
fn send_observed(
    board: &Arc<Mutex<SharedObservers>>,
    stream: &TcpStream,
    bytes: &[u8],
    mut taken: impl FnMut(usize),
) -> io::Result<()> {
    attention(board).tell(PipeEvent::Sent(bytes));
    let mut rest = bytes;
    while !rest.is_empty() {
        let held = stdio::HAS_NONBLOCKING_SEND.then(|| attention(board));
        let sent = stdio::try_send(stream, rest);
        if let Ok(0) = sent {
            drop(held);
            stdio::wait_to_send(stream)?;
            continue;
        }
        let mut attention = held.unwrap_or_else(|| attention(board));
        let Ok(count) = sent else {
            attention.tell(PipeEvent::Link(&LinkEvent::NotSent(Bytes::copy_from_slice(rest))));
            return sent.map(drop);
        };
        attention.tell(PipeEvent::Link(&LinkEvent::Written(count)));
        taken(count);
        rest = rest.get(count..).unwrap_or_default();
    }
    Ok(())
}

fn attention(board: &Arc<Mutex<SharedObservers>>) -> ObserversGuard<'_> {
    ObserversGuard(board.lock().unwrap_or_else(PoisonError::into_inner))
}

impl ObserversGuard<'_> {
    fn tell(&mut self, passing: PipeEvent<'_>) {
        let SharedObservers { taps, lost } = &mut *self.0;
        taps.retain_mut(|tap| match tap.on_event(passing) {
            Ok(()) => true,
            Err(sentence) => {
                // Whoever hears of it no longer is on the way out.
                let _ = lost.send(ThreadReport::Lost(sentence));
                false
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::mpsc;

    /// Takes down what it hears, up to so many bytes received.
    #[derive(Debug)]
    struct TestObserver(Sender<Heard>, usize);

    #[derive(Debug, PartialEq, Eq)]
    enum Heard {
        Received(usize),
        Sent(usize),
        Step(LinkEvent),
    }

    impl Observer for TestObserver {
        fn on_event(&mut self, passing: PipeEvent<'_>) -> Result<(), String> {
            let heard = match passing {
                PipeEvent::Link(event) => Heard::Step(event.clone()),
                PipeEvent::Received(bytes) => {
                    self.1 = self.1.checked_sub(bytes.len()).ok_or("full")?;
                    Heard::Received(bytes.len())
                }
                PipeEvent::Sent(bytes) => Heard::Sent(bytes.len()),
            };
            self.0.send(heard).unwrap();
            Ok(())
        }
    }

    fn connected() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (stream, listener.accept().unwrap().0)
    }

    #[test]
    fn who_can_take_no_more_is_told_of_once_and_the_others_hear_on() {
        let (lost, reports) = mpsc::channel();
        let ((first, of_first), (second, of_second)) = (mpsc::channel(), mpsc::channel());
        let taps = Observers::new(vec![Box::new(TestObserver(first, 3)), Box::new(TestObserver(second, 100))], lost);
        for _ in 0..3 {
            taps.received(b"12");
        }
        drop(taps);
        assert_eq!((of_first.iter().count(), of_second.iter().count()), (1, 3));
        let lost: Vec<_> = reports.iter().collect();
        assert!(matches!(&lost[..], [ThreadReport::Lost(sentence)] if sentence == "full"), "{lost:?}");
    }

    #[test]
    fn what_is_sent_is_told_before_and_what_was_taken_after() {
        let (stream, mut peer) = connected();
        let ((ear, heard), (lost, _reports)) = (mpsc::channel(), mpsc::channel());
        let taps = Observers::new(vec![Box::new(TestObserver(ear, 0))], lost);
        let mut count = 0;
        taps.send(&stream, b"hi\n", |taken| count += taken).unwrap();
        taps.half_close(&stream);
        drop(taps);
        let [written, half_closed] = [LinkEvent::Written(3), LinkEvent::HalfClosed].map(Heard::Step);
        assert_eq!((heard.iter().collect(), count), (vec![Heard::Sent(3), written, half_closed], 3));
        let mut said = Vec::new();
        peer.read_to_end(&mut said).unwrap();
        assert_eq!(said, b"hi\n");
    }

    #[test]
    fn both_ways_at_once_nobody_waits_for_the_other_for_ever() {
        const MANY: usize = 32 << 20;
        let (stream, mut peer) = connected();
        // It reads nothing more before what it says is taken.
        let echo = std::thread::spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            while let Ok(count @ 1..) = peer.read(&mut buffer) {
                peer.write_all(&buffer[..count]).unwrap();
            }
        });
        let ((ear, heard), (lost, _reports)) = (mpsc::channel(), mpsc::channel());
        let taps = Observers::new(vec![Box::new(TestObserver(ear, usize::MAX))], lost);
        let received = std::thread::scope(|scope| {
            let reading = scope.spawn(|| {
                let (mut received, mut buffer) = (0, vec![0; 64 << 10]);
                while let Ok(count @ 1..) = (&stream).read(&mut buffer) {
                    taps.received(&buffer[..count]);
                    received += count;
                }
                received
            });
            taps.send(&stream, &vec![b'x'; MANY], |_| ()).unwrap();
            taps.half_close(&stream);
            reading.join().unwrap()
        });
        echo.join().unwrap();
        drop(taps);
        assert_eq!(received, MANY);
        // Nothing comes back before it was taken.
        let (mut written, mut echoed) = (0, 0);
        for heard in heard {
            match heard {
                Heard::Step(LinkEvent::Written(count)) => written += count,
                Heard::Received(count) => echoed += count,
                _ => {}
            }
            assert!(echoed <= written, "{echoed} of {written}");
        }
        assert_eq!((written, echoed), (MANY, MANY));
    }

    #[test]
    fn what_a_broken_connection_does_not_take_is_told() {
        let (stream, peer) = connected();
        let ((ear, heard), (lost, _reports)) = (mpsc::channel(), mpsc::channel());
        let taps = Observers::new(vec![Box::new(TestObserver(ear, 0))], lost);
        socket2::SockRef::from(&peer).set_linger(Some(std::time::Duration::ZERO)).unwrap();
        drop(peer);
        while taps.send(&stream, b"x", |_| ()).is_ok() {}
        drop(taps);
        assert_eq!(heard.iter().last().unwrap(), Heard::Step(LinkEvent::NotSent("x".into())));
    }
}
