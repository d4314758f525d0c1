use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::time::advance;

/// A count that the test sets.
#[derive(Debug, Default, Clone)]
struct Count(Arc<(AtomicU64, AtomicBool)>);

impl Count {
    fn set(&self, bytes: u64) {
        self.0.0.store(bytes, Ordering::Relaxed);
    }

    fn end(&self) {
        self.0.1.store(true, Ordering::Relaxed);
    }
}

impl Acknowledgements for Count {
    fn read(&self) -> Option<Acknowledged> {
        let (bytes, is_final) = &*self.0;
        Some(Acknowledged { bytes: bytes.load(Ordering::Relaxed), is_final: is_final.load(Ordering::Relaxed) })
    }
}

fn watch() -> (AckWatch, Count) {
    let count = Count::default();
    (AckWatch::new(Some(Box::new(count.clone()))), count)
}

const fn late(acknowledged: u64) -> Report {
    Report { acknowledged, is_late: true }
}

#[tokio::test(start_paused = true)]
async fn healthy_link_is_checked_once_and_reports_nothing() {
    let (mut watch, count) = watch();
    watch.add_written(3);
    count.set(3);
    watch.due().await;
    assert_eq!(watch.check(), None);
    assert_eq!(watch.next_check, None, "the timer stops on an idle link");
    assert_eq!(watch.final_report(), None);
}

#[tokio::test(start_paused = true)]
async fn bytes_are_late_after_a_second() {
    let (mut watch, count) = watch();
    watch.add_written(3);
    let begun = Instant::now();
    watch.due().await;
    assert_eq!(begun.elapsed(), LATE_AFTER);
    assert_eq!(watch.check(), Some(late(0)));
    count.set(1);
    watch.due().await;
    assert_eq!(watch.check(), Some(late(1)));
    assert_eq!(watch.check(), None, "the report has not changed");
    count.set(3);
    watch.due().await;
    assert_eq!(watch.check(), Some(Report { acknowledged: 3, is_late: false }));
    assert_eq!(watch.next_check, None);
}

#[tokio::test(start_paused = true)]
async fn recently_written_bytes_are_not_late() {
    let (mut watch, count) = watch();
    for n in 1..20 {
        watch.add_written(10);
        // Some bytes are always unacknowledged, but none for a second.
        advance(LATE_AFTER / 2).await;
        count.set(n * 10 - 5);
        if watch.next_check.is_some_and(|at| at <= Instant::now()) {
            assert_eq!(watch.check(), None);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn final_report_includes_recent_bytes() {
    let (mut watch, count) = watch();
    watch.add_written(8);
    count.set(5);
    assert_eq!((watch.final_report(), watch.unacknowledged()), (Some(late(5)), 3));
}

#[tokio::test(start_paused = true)]
async fn drain_ends_with_the_last_byte_the_link_or_the_deadline() {
    let (mut watch, count) = watch();
    watch.add_written(8);
    let begun = Instant::now();
    watch.drain(begun + LATE_AFTER).await;
    assert!(begun.elapsed() >= LATE_AFTER && begun.elapsed() < LATE_AFTER * 2);
    count.end();
    let begun = Instant::now();
    watch.drain(begun + LATE_AFTER).await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    // Our FIN is acknowledged as well.
    count.set(9);
    assert_eq!(watch.unacknowledged(), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_reported_without_a_count() {
    let mut watch = AckWatch::new(None);
    watch.add_written(8);
    assert_eq!((watch.next_check, watch.check(), watch.final_report(), watch.unacknowledged()), (None, None, None, 0));
    watch.drain(Instant::now() + LATE_AFTER).await;
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};

    fn connected() -> (TcpStream, TcpStream, AckCounter) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let peer = listener.accept().unwrap().0;
        let counter = AckCounter::new(&stream).unwrap();
        (stream, peer, counter)
    }

    /// Fills the buffers of a peer that does not read. Returns the number of bytes that the system accepted.
    fn fill(mut stream: &TcpStream) -> u64 {
        stream.set_nonblocking(true).unwrap();
        let mut accepted = 0;
        while let Ok(count) = stream.write(&[b'x'; 8192]) {
            accepted += count as u64;
        }
        accepted
    }

    #[test]
    fn bytes_beyond_the_peers_buffer_are_not_acknowledged() {
        let (stream, mut peer, counter) = connected();
        assert_eq!(counter.read(), Some(Acknowledged { bytes: 0, is_final: false }));
        let accepted = fill(&stream);
        let before = counter.read().unwrap();
        assert!(!before.is_final && before.bytes < accepted, "{before:?} of {accepted}");
        let mut all = vec![0; usize::try_from(accepted).unwrap()];
        peer.read_exact(&mut all).unwrap();
        // The peer's next segment carries its last acknowledgement.
        peer.write_all(b"x").unwrap();
        stream.set_nonblocking(false).unwrap();
        (&stream).read_exact(&mut [0]).unwrap();
        assert_eq!(counter.read().unwrap().bytes, accepted);
    }

    #[test]
    fn count_is_available_after_a_reset() {
        let (stream, peer, counter) = connected();
        let accepted = fill(&stream);
        socket2::SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
        drop(peer);
        stream.set_nonblocking(false).unwrap();
        (&stream).read(&mut [0]).unwrap_err();
        let after = counter.read().unwrap();
        assert!(after.is_final && after.bytes > 0 && after.bytes < accepted, "{after:?} of {accepted}");
    }
}
