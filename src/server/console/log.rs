//! The log: lines with the time, written by a thread of their own.

use super::log_throttle::LogThrottle;
use crate::server::{ServerEvent, Sink};
use crate::text::{self, Row};
use memchr::memchr_iter;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Entries that may wait for a terminal that is slow. Then they are counted instead.
const MAX_ENTRIES: usize = 4096;

/// Bytes of what everyone reads that may wait, for the same reason.
const MAX_ECHO_BYTES: usize = 4 << 20;

/// How long the end of the program waits for a terminal that takes nothing.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(500);

/// Writes the log of a server from a thread of its own.
#[derive(Debug)]
pub(crate) struct Log {
    entries: SyncSender<LogEntry>,
    shared: Arc<Shared>,
    writer: JoinHandle<()>,
}

/// What both threads know.
#[derive(Debug)]
struct Shared {
    /// What is too much is kept from the queue, so that it does not take the place of what is not.
    gate: Mutex<LogThrottle>,
    /// Lines that did not get a place, since this was last told.
    lost: AtomicU64,
    /// Bytes of [`ServerEvent::Broadcast`] that wait.
    heard: AtomicUsize,
}

#[derive(Debug)]
enum LogEntry {
    /// A line about the server itself.
    Text(String),
    Event(ServerEvent),
}

impl Log {
    /// Starts the thread.
    pub(crate) fn start() -> Self {
        let (entries, receiver) = sync_channel(MAX_ENTRIES);
        let gate = Mutex::new(LogThrottle::new(Instant::now()));
        let shared = Arc::new(Shared { gate, lost: AtomicU64::new(0), heard: AtomicUsize::new(0) });
        let writer = Writer::new(Arc::clone(&shared));
        let writer = std::thread::spawn(move || writer.write_all(&receiver));
        Self { entries, shared, writer }
    }

    /// A line about the server itself.
    pub(crate) fn say(&self, line: String) {
        put(&self.entries, &self.shared, LogEntry::Text(line));
    }

    /// Where a server's incidents go. Of a quiet one only errors, and what everyone reads, are kept.
    pub(crate) fn sink(&self, is_quiet: bool) -> Sink {
        let (entries, shared) = (self.entries.clone(), Arc::clone(&self.shared));
        Box::new(move |incident| {
            let is_wanted = !is_quiet || matches!(incident, ServerEvent::Broadcast(_) | ServerEvent::CannotAccept(_));
            if is_wanted && shared.gate().allows(&incident) {
                put(&entries, &shared, LogEntry::Event(incident));
            }
        })
    }

    /// Writes what waits, if the terminal takes it. All sinks have to be gone.
    pub(crate) fn finish(self) {
        let Self { entries, writer, .. } = self;
        drop(entries);
        let end = Instant::now() + FLUSH_TIMEOUT;
        while !writer.is_finished() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Shared {
    fn gate(&self) -> MutexGuard<'_, LogThrottle> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put(entries: &SyncSender<LogEntry>, shared: &Shared, entry: LogEntry) {
    let (lines, bytes) = match &entry {
        LogEntry::Event(ServerEvent::Broadcast(bytes)) => (memchr_iter(b'\n', bytes).count().max(1), bytes.len()),
        _ => (1, 0),
    };
    // The thread only ever takes from it.
    let fits = bytes == 0 || shared.heard.load(Ordering::Relaxed) + bytes <= MAX_ECHO_BYTES;
    shared.heard.fetch_add(bytes, Ordering::Relaxed);
    if !fits || entries.try_send(entry).is_err() {
        shared.heard.fetch_sub(bytes, Ordering::Relaxed);
        shared.lost.fetch_add(lines as u64, Ordering::Relaxed);
    }
}

/// The thread's side.
struct Writer {
    shared: Arc<Shared>,
    row: Row,
    /// What stands before each line that was said.
    mark: &'static str,
}

impl Writer {
    fn new(shared: Arc<Shared>) -> Self {
        // On one terminal nobody who talks shall be taken for the log.
        let mark = if io::stdout().is_terminal() { "‹ " } else { "" };
        Self { shared, row: Row::default(), mark }
    }

    fn write_all(mut self, entries: &Receiver<LogEntry>) {
        loop {
            let due = self.shared.gate().due();
            let entry = match due {
                Some(due) => entries.recv_timeout(due.saturating_duration_since(Instant::now())),
                None => entries.recv().map_err(RecvTimeoutError::from),
            };
            let now = Instant::now();
            let more = self.shared.gate().next_interval(now);
            more.iter().map(String::as_str).for_each(line);
            match entry {
                Ok(entry) => self.write(&entry),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => {
                    let rest = self.shared.gate().next_interval(now + LogThrottle::SECOND);
                    return rest.iter().map(String::as_str).for_each(line);
                }
            }
            let lost = self.shared.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                line(&format!("{lost} lines of this log are missing: they came faster than they could be written"));
            }
        }
    }

    fn write(&mut self, entry: &LogEntry) {
        match entry {
            LogEntry::Text(words) => drop(writeln!(io::stderr(), "{words}")),
            LogEntry::Event(ServerEvent::Broadcast(bytes)) => {
                self.print(bytes);
                self.shared.heard.fetch_sub(bytes.len(), Ordering::Relaxed);
            }
            LogEntry::Event(incident) => line(&incident.to_string()),
        }
    }

    /// What everyone reads, on standard output, unable to do anything to the terminal.
    fn print(&mut self, bytes: &[u8]) {
        if bytes == b"\n" {
            // The end of something said before, which has had a line.
            return;
        }
        let mut printed = String::with_capacity(bytes.len());
        for said in bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n') {
            printed.push_str(self.mark);
            text::decode_plain(said.strip_suffix(b"\r").unwrap_or(said), &mut self.row);
            printed.push_str(self.row.text());
            printed.push('\n');
        }
        let mut out = io::stdout().lock();
        drop(out.write_all(printed.as_bytes()).and_then(|()| out.flush()));
    }
}

/// A log line. A terminal that is gone is no reason to end a server.
fn line(words: &str) {
    let now = chrono::Local::now().format("%Y-%m-%d %H:%M:%S");
    drop(writeln!(io::stderr(), "{now} {words}"));
}
