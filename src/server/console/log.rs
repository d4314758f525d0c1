//! Writes a server's log and room output from a separate thread, so that a slow terminal does not block the server.

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

/// Queued entries; further ones are dropped and counted.
const MAX_QUEUED_ENTRIES: usize = 4096;

/// Queued bytes of room output; further output is dropped and counted.
const MAX_QUEUED_BYTES: usize = 4 << 20;

/// How long [`Log::finish`] waits for a terminal that accepts no output.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(500);

/// A handle to the log thread.
#[derive(Debug)]
pub(crate) struct Log {
    entries: SyncSender<LogEntry>,
    shared: Arc<Shared>,
    writer: JoinHandle<()>,
}

/// State shared by the server and the log thread.
#[derive(Debug)]
struct Shared {
    /// Applied before the queue, so that a flood of events does not fill it.
    throttle: Mutex<LogThrottle>,
    /// Lines dropped since the last report.
    dropped_lines: AtomicU64,
    /// Queued bytes of [`ServerEvent::Broadcast`].
    queued_bytes: AtomicUsize,
}

#[derive(Debug)]
enum LogEntry {
    /// A line without a timestamp.
    Text(String),
    Event(ServerEvent),
}

impl Log {
    /// Starts the thread. `format` makes the log line of an event.
    pub(crate) fn start(format: fn(&ServerEvent) -> String) -> Self {
        let (entries, receiver) = sync_channel(MAX_QUEUED_ENTRIES);
        let throttle = Mutex::new(LogThrottle::new(Instant::now()));
        let shared = Arc::new(Shared { throttle, dropped_lines: AtomicU64::new(0), queued_bytes: AtomicUsize::new(0) });
        let writer = Writer::new(Arc::clone(&shared), format);
        let writer = std::thread::spawn(move || writer.write_all(&receiver));
        Self { entries, shared, writer }
    }

    /// Writes a line without a timestamp to standard error.
    pub(crate) fn write_line(&self, line: String) {
        enqueue(&self.entries, &self.shared, LogEntry::Text(line));
    }

    /// A sink for the events of a server. If `is_quiet`, only errors and room output are written.
    pub(crate) fn sink(&self, is_quiet: bool) -> Sink {
        let (entries, shared) = (self.entries.clone(), Arc::clone(&self.shared));
        Box::new(move |event| {
            let is_wanted = !is_quiet || matches!(event, ServerEvent::Broadcast(_) | ServerEvent::CannotAccept(_));
            if is_wanted && shared.throttle().allows(&event) {
                enqueue(&entries, &shared, LogEntry::Event(event));
            }
        })
    }

    /// Writes the queued entries, waiting at most [`FLUSH_TIMEOUT`]. All sinks must have been dropped.
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
    fn throttle(&self) -> MutexGuard<'_, LogThrottle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Queues an entry, or counts its lines as dropped.
fn enqueue(entries: &SyncSender<LogEntry>, shared: &Shared, entry: LogEntry) {
    let (lines, bytes) = match &entry {
        LogEntry::Event(ServerEvent::Broadcast(bytes)) => (memchr_iter(b'\n', bytes).count().max(1), bytes.len()),
        _ => (1, 0),
    };
    // The writer only decreases the count, so the check cannot exceed the limit.
    let fits = bytes == 0 || shared.queued_bytes.load(Ordering::Relaxed) + bytes <= MAX_QUEUED_BYTES;
    shared.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
    if !fits || entries.try_send(entry).is_err() {
        shared.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
        shared.dropped_lines.fetch_add(lines as u64, Ordering::Relaxed);
    }
}

/// The state of the log thread.
struct Writer {
    shared: Arc<Shared>,
    format: fn(&ServerEvent) -> String,
    row: Row,
    /// Prefix of each line of room output.
    prefix: &'static str,
}

impl Writer {
    fn new(shared: Arc<Shared>, format: fn(&ServerEvent) -> String) -> Self {
        // On a terminal, clients must not be able to fake log lines.
        let prefix = if io::stdout().is_terminal() { "‹ " } else { "" };
        Self { shared, format, row: Row::default(), prefix }
    }

    fn write_all(mut self, entries: &Receiver<LogEntry>) {
        loop {
            let due = self.shared.throttle().due();
            let entry = match due {
                Some(due) => entries.recv_timeout(due.saturating_duration_since(Instant::now())),
                None => entries.recv().map_err(RecvTimeoutError::from),
            };
            let now = Instant::now();
            let summary = self.shared.throttle().next_interval(now);
            summary.iter().map(String::as_str).for_each(print_log_line);
            match entry {
                Ok(entry) => self.write(&entry),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => {
                    let summary = self.shared.throttle().next_interval(now + LogThrottle::INTERVAL);
                    return summary.iter().map(String::as_str).for_each(print_log_line);
                }
            }
            let dropped = self.shared.dropped_lines.swap(0, Ordering::Relaxed);
            if dropped > 0 {
                print_log_line(&format!("{dropped} log lines were dropped: they could not be written fast enough"));
            }
        }
    }

    fn write(&mut self, entry: &LogEntry) {
        match entry {
            LogEntry::Text(text) => drop(writeln!(io::stderr(), "{text}")),
            LogEntry::Event(ServerEvent::Broadcast(bytes)) => {
                self.print_room_output(bytes);
                self.shared.queued_bytes.fetch_sub(bytes.len(), Ordering::Relaxed);
            }
            LogEntry::Event(event) => print_log_line(&(self.format)(event)),
        }
    }

    /// Writes room output to standard output, with control characters escaped.
    fn print_room_output(&mut self, bytes: &[u8]) {
        if bytes == b"\n" {
            // The late newline of a message that has been printed as a line.
            return;
        }
        let mut printed = String::with_capacity(bytes.len());
        for line in bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n') {
            printed.push_str(self.prefix);
            text::decode_plain(line.strip_suffix(b"\r").unwrap_or(line), &mut self.row);
            printed.push_str(self.row.text());
            printed.push('\n');
        }
        let mut out = io::stdout().lock();
        drop(out.write_all(printed.as_bytes()).and_then(|()| out.flush()));
    }
}

/// Writes a line with a timestamp to standard error. Errors are ignored: the server outlives its terminal.
fn print_log_line(text: &str) {
    let now = chrono::Local::now().format("%Y-%m-%d %H:%M:%S");
    drop(writeln!(io::stderr(), "{now} {text}"));
}
