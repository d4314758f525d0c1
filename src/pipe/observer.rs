//! Passes the data of a pipe to observers: a recording, a log.
//!
//! Without observers there is no extra cost. With observers, they get each event before it takes effect: received data
//! before it is written to standard output, sent data before the server can have it. So the observers have everything that
//! a script or a server has seen, even if the program is killed. All observers get the events in one order, in which an
//! answer never comes before the data that it answers (except on Windows, which has no non-blocking send here).

use super::stdio;
use super::threads::ThreadReport;
use crate::link::{CloseReason, LinkError, LinkEvent};
use bytes::Bytes;
use std::fmt::Debug;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Data that passes through a pipe, or an event of its connection.
#[derive(Debug, Clone, Copy)]
pub enum PipeEvent<'a> {
    /// An event of the connection, never [`LinkEvent::Received`].
    Link(&'a LinkEvent),
    /// Received bytes, those of one read.
    Received(&'a [u8]),
    /// Bytes that are about to be sent, with converted line ends.
    Sent(&'a [u8]),
}

/// Receives the events of a pipe.
pub trait Observer: Debug + Send {
    /// Handles an event. The transfer waits for it.
    ///
    /// # Errors
    /// Returns a sentence for the user. The observer gets no more events, and the transfer continues.
    fn on_event(&mut self, event: PipeEvent<'_>) -> Result<(), String>;
}

/// The observers of a pipe, shared by its threads; `None` if there are none.
#[derive(Debug, Clone, Default)]
pub(super) struct Observers(Option<Arc<Mutex<SharedObservers>>>);

#[derive(Debug)]
struct SharedObservers {
    observers: Vec<Box<dyn Observer>>,
    reports: Sender<ThreadReport>,
}

/// Exclusive access to the observers.
#[derive(Debug)]
struct ObserversGuard<'a>(MutexGuard<'a, SharedObservers>);

impl Observers {
    /// Creates the shared list. Errors of observers are sent to `reports`.
    pub(super) fn new(observers: Vec<Box<dyn Observer>>, reports: Sender<ThreadReport>) -> Self {
        Self((!observers.is_empty()).then(|| Arc::new(Mutex::new(SharedObservers { observers, reports }))))
    }

    pub(super) fn on_link_event(&self, event: &LinkEvent) {
        self.notify(PipeEvent::Link(event));
    }

    pub(super) fn on_received(&self, bytes: &[u8]) {
        self.notify(PipeEvent::Received(bytes));
    }

    /// Sends all bytes. Calls `on_written` with the number of bytes that each write accepted.
    pub(super) fn send(&self, mut stream: &TcpStream, bytes: &[u8], on_written: impl FnMut(usize)) -> io::Result<()> {
        match &self.0 {
            None => send_unobserved(&mut stream, bytes, on_written),
            // Without line ends (`eol = none`), an empty line has no bytes.
            Some(_) if bytes.is_empty() => Ok(()),
            Some(shared) => send_observed(shared, stream, bytes, on_written),
        }
    }

    /// Half-closes the connection.
    pub(super) fn half_close(&self, stream: &TcpStream) {
        let guard = self.0.as_ref().map(lock);
        // If the connection is broken, the read of the other thread reports it.
        let result = stream.shutdown(Shutdown::Write);
        if let Some(mut guard) = guard
            && result.is_ok()
        {
            guard.notify(PipeEvent::Link(&LinkEvent::HalfClosed));
        }
    }

    /// Reports a failed attempt to connect.
    pub(super) fn on_connect_error(&self, error: &LinkError) {
        if self.0.is_some() {
            self.on_link_event(&LinkEvent::Closed(CloseReason::Failed(error.clone())));
        }
    }

    /// Reports the end of the connection, which is the last event, and drops the observers.
    pub(super) fn close(&self, reason: CloseReason) {
        if let Some(shared) = &self.0 {
            let mut guard = lock(shared);
            guard.notify(PipeEvent::Link(&LinkEvent::Closed(reason)));
            guard.0.observers.clear();
        }
    }

    fn notify(&self, event: PipeEvent<'_>) {
        if let Some(shared) = &self.0 {
            lock(shared).notify(event);
        }
    }
}

fn send_unobserved(stream: &mut &TcpStream, bytes: &[u8], mut on_written: impl FnMut(usize)) -> io::Result<()> {
    use std::io::Write as _;
    stream.write_all(bytes)?;
    on_written(bytes.len());
    Ok(())
}

/// Sends bytes and notifies the observers.
///
/// Holds the lock during each non-blocking send, so that no answer is observed before the data is. Releases it while
/// waiting for space in the send buffer, because the server may read nothing before its own output has been read. Without
/// non-blocking sends, an answer may be observed first.
fn send_observed(
    shared: &Arc<Mutex<SharedObservers>>,
    stream: &TcpStream,
    bytes: &[u8],
    mut on_written: impl FnMut(usize),
) -> io::Result<()> {
    lock(shared).notify(PipeEvent::Sent(bytes));
    let mut rest = bytes;
    while !rest.is_empty() {
        let guard = stdio::HAS_NONBLOCKING_SEND.then(|| lock(shared));
        let sent = stdio::try_send(stream, rest);
        if let Ok(0) = sent {
            drop(guard);
            stdio::wait_to_send(stream)?;
            continue;
        }
        let mut guard = guard.unwrap_or_else(|| lock(shared));
        let Ok(count) = sent else {
            guard.notify(PipeEvent::Link(&LinkEvent::NotSent(Bytes::copy_from_slice(rest))));
            return sent.map(drop);
        };
        guard.notify(PipeEvent::Link(&LinkEvent::Written(count)));
        on_written(count);
        rest = rest.get(count..).unwrap_or_default();
    }
    Ok(())
}

fn lock(shared: &Arc<Mutex<SharedObservers>>) -> ObserversGuard<'_> {
    ObserversGuard(shared.lock().unwrap_or_else(PoisonError::into_inner))
}

impl ObserversGuard<'_> {
    /// Passes an event to all observers and removes those that fail.
    fn notify(&mut self, event: PipeEvent<'_>) {
        let SharedObservers { observers, reports } = &mut *self.0;
        observers.retain_mut(|observer| match observer.on_event(event) {
            Ok(()) => true,
            Err(message) => {
                // Without a receiver, the program is about to exit.
                let _ = reports.send(ThreadReport::ObserverFailed(message));
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

    /// Collects events, and fails after this number of received bytes.
    #[derive(Debug)]
    struct TestObserver(Sender<Observed>, usize);

    #[derive(Debug, PartialEq, Eq)]
    enum Observed {
        Received(usize),
        Sent(usize),
        Link(LinkEvent),
    }

    impl Observer for TestObserver {
        fn on_event(&mut self, event: PipeEvent<'_>) -> Result<(), String> {
            let observed = match event {
                PipeEvent::Link(event) => Observed::Link(event.clone()),
                PipeEvent::Received(bytes) => {
                    self.1 = self.1.checked_sub(bytes.len()).ok_or("full")?;
                    Observed::Received(bytes.len())
                }
                PipeEvent::Sent(bytes) => Observed::Sent(bytes.len()),
            };
            self.0.send(observed).unwrap();
            Ok(())
        }
    }

    fn connected() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (stream, listener.accept().unwrap().0)
    }

    #[test]
    fn a_failed_observer_is_reported_once_and_the_others_go_on() {
        let (report_sender, reports) = mpsc::channel();
        let ((first, first_events), (second, second_events)) = (mpsc::channel(), mpsc::channel());
        let boxed: Vec<Box<dyn Observer>> = vec![Box::new(TestObserver(first, 3)), Box::new(TestObserver(second, 100))];
        let observers = Observers::new(boxed, report_sender);
        for _ in 0..3 {
            observers.on_received(b"12");
        }
        drop(observers);
        assert_eq!((first_events.iter().count(), second_events.iter().count()), (1, 3));
        let reports: Vec<_> = reports.iter().collect();
        assert!(matches!(&reports[..], [ThreadReport::ObserverFailed(message)] if message == "full"), "{reports:?}");
    }

    #[test]
    fn sent_is_observed_before_written() {
        let (stream, mut peer) = connected();
        let ((sender, events), (report_sender, _reports)) = (mpsc::channel(), mpsc::channel());
        let observers = Observers::new(vec![Box::new(TestObserver(sender, 0))], report_sender);
        let mut count = 0;
        observers.send(&stream, b"hi\n", |written| count += written).unwrap();
        observers.half_close(&stream);
        drop(observers);
        let [written, half_closed] = [LinkEvent::Written(3), LinkEvent::HalfClosed].map(Observed::Link);
        assert_eq!((events.iter().collect(), count), (vec![Observed::Sent(3), written, half_closed], 3));
        let mut received = Vec::new();
        peer.read_to_end(&mut received).unwrap();
        assert_eq!(received, b"hi\n");
    }

    #[test]
    fn sending_and_receiving_at_once_does_not_deadlock() {
        const BYTES: usize = 32 << 20;
        let (stream, mut peer) = connected();
        // Reads nothing while its own output blocks.
        let echo = std::thread::spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            while let Ok(count @ 1..) = peer.read(&mut buffer) {
                peer.write_all(&buffer[..count]).unwrap();
            }
        });
        let ((sender, events), (report_sender, _reports)) = (mpsc::channel(), mpsc::channel());
        let observers = Observers::new(vec![Box::new(TestObserver(sender, usize::MAX))], report_sender);
        let received = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let (mut received, mut buffer) = (0, vec![0; 64 << 10]);
                while let Ok(count @ 1..) = (&stream).read(&mut buffer) {
                    observers.on_received(&buffer[..count]);
                    received += count;
                }
                received
            });
            observers.send(&stream, &vec![b'x'; BYTES], |_| ()).unwrap();
            observers.half_close(&stream);
            reader.join().unwrap()
        });
        echo.join().unwrap();
        drop(observers);
        assert_eq!(received, BYTES);
        // No byte is observed as received before it is observed as written.
        let (mut written, mut echoed) = (0, 0);
        for event in events {
            match event {
                Observed::Link(LinkEvent::Written(count)) => written += count,
                Observed::Received(count) => echoed += count,
                _ => {}
            }
            assert!(echoed <= written, "{echoed} of {written}");
        }
        assert_eq!((written, echoed), (BYTES, BYTES));
    }

    #[test]
    fn bytes_that_a_broken_connection_rejects_are_observed() {
        let (stream, peer) = connected();
        let ((sender, events), (report_sender, _reports)) = (mpsc::channel(), mpsc::channel());
        let observers = Observers::new(vec![Box::new(TestObserver(sender, 0))], report_sender);
        socket2::SockRef::from(&peer).set_linger(Some(std::time::Duration::ZERO)).unwrap();
        drop(peer);
        while observers.send(&stream, b"x", |_| ()).is_ok() {}
        drop(observers);
        assert_eq!(events.iter().last().unwrap(), Observed::Link(LinkEvent::NotSent("x".into())));
    }
}
