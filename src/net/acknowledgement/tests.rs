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
async fn a_healthy_link_is_looked_at_once_and_reports_nothing() {
    let (mut watch, count) = watch();
    watch.add_written(3);
    count.set(3);
    watch.due().await;
    assert_eq!(watch.look(), None);
    assert_eq!(watch.next_look, None, "an idle link wakes nobody");
    assert_eq!(watch.last_report(), None);
}

#[tokio::test(start_paused = true)]
async fn bytes_are_late_when_they_are_a_second_old() {
    let (mut watch, count) = watch();
    watch.add_written(3);
    let begun = Instant::now();
    watch.due().await;
    assert_eq!(begun.elapsed(), LATE_AFTER);
    assert_eq!(watch.look(), Some(late(0)));
    count.set(1);
    watch.due().await;
    assert_eq!(watch.look(), Some(late(1)));
    assert_eq!(watch.look(), None, "that is no news");
    count.set(3);
    watch.due().await;
    assert_eq!(watch.look(), Some(Report { acknowledged: 3, is_late: false }));
    assert_eq!(watch.next_look, None);
}

#[tokio::test(start_paused = true)]
async fn bytes_that_follow_one_another_closely_are_not_late() {
    let (mut watch, count) = watch();
    for n in 1..20 {
        watch.add_written(10);
        // Always some are under way, and none for a second.
        advance(LATE_AFTER / 2).await;
        count.set(n * 10 - 5);
        if watch.next_look.is_some_and(|at| at <= Instant::now()) {
            assert_eq!(watch.look(), None);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_report_does_not_wait_for_bytes_to_be_old() {
    let (mut watch, count) = watch();
    watch.add_written(8);
    count.set(5);
    assert_eq!((watch.last_report(), watch.missing()), (Some(late(5)), 3));
}

#[tokio::test(start_paused = true)]
async fn draining_ends_with_the_last_byte_the_link_or_the_deadline() {
    let (mut watch, count) = watch();
    watch.add_written(8);
    let begun = Instant::now();
    watch.drain(begun + LATE_AFTER).await;
    assert!(begun.elapsed() >= LATE_AFTER && begun.elapsed() < LATE_AFTER * 2);
    count.end();
    let begun = Instant::now();
    watch.drain(begun + LATE_AFTER).await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    // The end of our side is acknowledged as well.
    count.set(9);
    assert_eq!(watch.missing(), 0);
}

#[tokio::test(start_paused = true)]
async fn where_the_system_does_not_tell_nothing_is_reported() {
    let mut watch = AckWatch::new(None);
    watch.add_written(8);
    assert_eq!((watch.next_look, watch.look(), watch.last_report(), watch.missing()), (None, None, None, 0));
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

    /// Fills the buffers of a peer that does not read. Gives how many bytes the system took.
    fn fill(mut stream: &TcpStream) -> u64 {
        stream.set_nonblocking(true).unwrap();
        let mut taken = 0;
        while let Ok(count) = stream.write(&[b'x'; 8192]) {
            taken += count as u64;
        }
        taken
    }

    #[test]
    fn what_a_peer_does_not_read_is_not_acknowledged() {
        let (stream, mut peer, counter) = connected();
        assert_eq!(counter.read(), Some(Acknowledged { bytes: 0, is_final: false }));
        let taken = fill(&stream);
        let before = counter.read().unwrap();
        assert!(!before.is_final && before.bytes < taken, "{before:?} of {taken}");
        let mut all = vec![0; usize::try_from(taken).unwrap()];
        peer.read_exact(&mut all).unwrap();
        // Its acknowledgements are on the way: anything it says carries the last one.
        peer.write_all(b"x").unwrap();
        stream.set_nonblocking(false).unwrap();
        (&stream).read_exact(&mut [0]).unwrap();
        assert_eq!(counter.read().unwrap().bytes, taken);
    }

    #[test]
    fn the_count_is_still_there_after_a_reset() {
        let (stream, peer, counter) = connected();
        let taken = fill(&stream);
        socket2::SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
        drop(peer);
        stream.set_nonblocking(false).unwrap();
        (&stream).read(&mut [0]).unwrap_err();
        let after = counter.read().unwrap();
        assert!(after.is_final && after.bytes > 0 && after.bytes < taken, "{after:?} of {taken}");
    }
}
