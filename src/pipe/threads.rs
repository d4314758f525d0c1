//! The two threads: each reads and writes, and tells how it ended.

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

/// Bytes of one read. Half of it is slower, twice as much no faster, and it stays in the cache.
const READ: usize = 128 * 1024;

/// What a thread tells when it has ended.
#[derive(Debug)]
pub(super) enum ThreadReport {
    Up(UploadResult),
    Down(DownloadResult),
    /// Why somebody hears no more of what goes through.
    Lost(String),
}

/// How the way to the server ended.
#[derive(Debug)]
pub(super) enum UploadResult {
    /// Input has ended, and all of it was handed to the system.
    Sent,
    /// The server has closed, and input has brought nothing for as long as it was to be waited for.
    Paused,
    Input(io::Error),
    Link(io::Error),
}

/// How the way from the server ended.
#[derive(Debug)]
pub(super) enum DownloadResult {
    /// The server has closed its side.
    Closed,
    Output(io::Error),
    Link(io::Error),
}

/// From standard input to the server.
#[derive(Debug)]
pub(super) struct Uploader {
    pub(super) stream: TcpStream,
    pub(super) input: File,
    pub(super) pulse: Arc<Activity>,
    pub(super) translation: EolConverter,
    pub(super) line_delay: Duration,
    /// How long input is waited for once the server has closed; nothing for until it ends.
    pub(super) quiet: Option<Duration>,
    pub(super) taps: Observers,
}

impl Uploader {
    pub(super) fn run(mut self) -> UploadResult {
        let mut buffer = vec![0; READ];
        let mut pace = LinePacing { delay: self.line_delay, due: None };
        loop {
            self.pulse.mark_waiting(Direction::Up);
            if self.pulse.is_closed() && !stdio::has_more(&self.input, self.quiet) {
                return UploadResult::Paused;
            }
            let read = stdio::read(&mut self.input, &mut buffer);
            self.pulse.mark_data(Direction::Up);
            let bytes = match read {
                Ok(0) => return UploadResult::Sent,
                Ok(count) => buffer.get(..count).unwrap_or_default(),
                Err(error) => return UploadResult::Input(error),
            };
            let sent = pace.send(bytes, |line| {
                let line = self.translation.of(line);
                self.pulse.offers(line.len());
                self.taps.send(&self.stream, line, |count| self.pulse.mark_sent(Direction::Up, count))
            });
            if let Err(error) = sent {
                return UploadResult::Link(error);
            }
        }
    }
}

/// The time between two lines.
#[derive(Debug)]
struct LinePacing {
    delay: Duration,
    /// When the next line may go, if one has ended.
    due: Option<Instant>,
}

impl LinePacing {
    /// Sends what was read: at once, or a line at a time. A line that is not complete goes out as it is.
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

/// From the server to standard output.
#[derive(Debug)]
pub(super) struct Downloader {
    pub(super) stream: TcpStream,
    pub(super) output: File,
    pub(super) pulse: Arc<Activity>,
    pub(super) taps: Observers,
}

impl Downloader {
    pub(super) fn run(mut self) -> DownloadResult {
        let mut buffer = vec![0; READ];
        loop {
            self.pulse.mark_waiting(Direction::Down);
            let read = self.stream.read(&mut buffer);
            self.pulse.mark_data(Direction::Down);
            let bytes = match read {
                Ok(0) => return DownloadResult::Closed,
                Ok(count) => buffer.get(..count).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return DownloadResult::Link(error),
            };
            self.taps.received(bytes);
            if let Err(error) = stdio::write(&mut self.output, bytes) {
                return DownloadResult::Output(error);
            }
            self.pulse.mark_sent(Direction::Down, bytes.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(delay: Duration, reads: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut pace = LinePacing { delay, due: None };
        let mut sent = Vec::new();
        for read in reads {
            pace.send(read, |line| {
                sent.push(line.to_vec());
                Ok(())
            })
            .unwrap();
        }
        sent
    }

    #[test]
    fn without_a_delay_a_read_is_sent_as_it_is() {
        assert_eq!(sent(Duration::ZERO, &[b"a\nb\nc"]), [b"a\nb\nc"]);
    }

    #[test]
    fn with_one_lines_go_one_by_one_and_what_is_no_line_yet_does_not_wait() {
        let nanosecond = Duration::from_nanos(1);
        assert_eq!(sent(nanosecond, &[b"a\nb\n\nc", b"d\n", b"e"]), [&b"a\n"[..], b"b\n", b"\n", b"c", b"d\n", b"e"]);
    }

    #[test]
    fn the_delay_is_between_lines_also_across_reads() {
        let mut pace = LinePacing { delay: Duration::from_millis(20), due: None };
        let begun = Instant::now();
        for read in [&b"a"[..], b"b\n", b"c\nd\n"] {
            pace.send(read, |_| Ok(())).unwrap();
        }
        // Two of them: before c and before d.
        assert!(begun.elapsed() >= Duration::from_millis(40));
    }
}
