//! The two threads of a pipe, one for each direction. Each copies data and reports how it ended.

use super::activity::{Activity, Direction};
use super::eol::EolConverter;
use super::observer::Observers;
use super::stdio;
use memchr::memchr;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Size of a read buffer in bytes. Half of it is slower, twice as much is no faster, and it fits in the cache.
const BUFFER_BYTES: usize = 128 * 1024;

/// A report of a thread.
#[derive(Debug)]
pub(super) enum ThreadReport {
    /// The uploader has ended.
    Upload(UploadResult),
    /// The downloader has ended.
    Download(DownloadResult),
    /// An observer has failed, with this message.
    ObserverFailed(String),
}

/// Result of the uploader.
#[derive(Debug)]
pub(super) enum UploadResult {
    /// Input has ended, and the system has accepted all of it.
    Sent,
    /// The server has closed, and the quiet timeout has expired without input.
    TimedOut,
    Input(io::Error),
    Link(io::Error),
}

/// Result of the downloader.
#[derive(Debug)]
pub(super) enum DownloadResult {
    /// The server has closed its side.
    Closed,
    Output(io::Error),
    Link(io::Error),
}

/// Copies standard input to the server.
#[derive(Debug)]
pub(super) struct Uploader {
    pub(super) stream: TcpStream,
    pub(super) input: File,
    pub(super) activity: Arc<Activity>,
    pub(super) eol_converter: EolConverter,
    pub(super) line_delay: Duration,
    /// Time to wait for input after the server has closed; `None` waits for its end.
    pub(super) quiet_timeout: Option<Duration>,
    pub(super) observers: Observers,
}

impl Uploader {
    pub(super) fn run(mut self) -> UploadResult {
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut pacing = LinePacing { delay: self.line_delay, due: None };
        loop {
            self.activity.mark_reading(Direction::Up);
            if self.activity.is_closed() && !stdio::has_more(&self.input, self.quiet_timeout) {
                return UploadResult::TimedOut;
            }
            let read = stdio::read(&mut self.input, &mut buffer);
            self.activity.mark_read(Direction::Up);
            let bytes = match read {
                Ok(0) => return UploadResult::Sent,
                Ok(count) => buffer.get(..count).unwrap_or_default(),
                Err(error) => return UploadResult::Input(error),
            };
            let result = pacing.send(bytes, |line| {
                let line = self.eol_converter.convert(line);
                self.activity.add_offered(line.len());
                self.observers.send(&self.stream, line, |count| self.activity.mark_written(Direction::Up, count))
            });
            if let Err(error) = result {
                return UploadResult::Link(error);
            }
        }
    }
}

/// Delays lines after the first.
#[derive(Debug)]
struct LinePacing {
    delay: Duration,
    /// Earliest time for the next line, if one has been sent.
    due: Option<Instant>,
}

impl LinePacing {
    /// Sends bytes at once without a delay, otherwise line by line. An incomplete line is sent without waiting for its end.
    fn send(&mut self, bytes: &[u8], mut send: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        if self.delay.is_zero() {
            return send(bytes);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            if let Some(due) = self.due.take() {
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
            send(line)?;
            self.due = line.ends_with(b"\n").then(|| Instant::now() + self.delay);
            rest = after;
        }
        Ok(())
    }
}

/// Copies received data to standard output.
#[derive(Debug)]
pub(super) struct Downloader {
    pub(super) stream: TcpStream,
    pub(super) output: File,
    pub(super) activity: Arc<Activity>,
    pub(super) observers: Observers,
}

impl Downloader {
    pub(super) fn run(mut self) -> DownloadResult {
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            self.activity.mark_reading(Direction::Down);
            let read = self.stream.read(&mut buffer);
            self.activity.mark_read(Direction::Down);
            let bytes = match read {
                Ok(0) => return DownloadResult::Closed,
                Ok(count) => buffer.get(..count).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return DownloadResult::Link(error),
            };
            self.observers.on_received(bytes);
            if let Err(error) = stdio::write(&mut self.output, bytes) {
                return DownloadResult::Output(error);
            }
            self.activity.mark_written(Direction::Down, bytes.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the parts in which the reads are sent.
    fn sent(delay: Duration, reads: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut pacing = LinePacing { delay, due: None };
        let mut sent = Vec::new();
        for read in reads {
            pacing
                .send(read, |line| {
                    sent.push(line.to_vec());
                    Ok(())
                })
                .unwrap();
        }
        sent
    }

    #[test]
    fn without_a_delay_a_read_is_sent_unchanged() {
        assert_eq!(sent(Duration::ZERO, &[b"a\nb\nc"]), [b"a\nb\nc"]);
    }

    #[test]
    fn with_a_delay_lines_are_sent_one_by_one() {
        let nanosecond = Duration::from_nanos(1);
        assert_eq!(sent(nanosecond, &[b"a\nb\n\nc", b"d\n", b"e"]), [&b"a\n"[..], b"b\n", b"\n", b"c", b"d\n", b"e"]);
    }

    #[test]
    fn the_delay_applies_between_lines_of_different_reads() {
        let mut pacing = LinePacing { delay: Duration::from_millis(20), due: None };
        let start = Instant::now();
        for read in [&b"a"[..], b"b\n", b"c\nd\n"] {
            pacing.send(read, |_| Ok(())).unwrap();
        }
        // Two delays: before c and before d.
        assert!(start.elapsed() >= Duration::from_millis(40));
    }
}
