//! The log: lines with the time, written by a thread of their own.

use crate::lab::{Incident, Sink};
use crate::text::{self, Row};
use memchr::memchr_iter;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Entries that may wait for a terminal that is slow. Then they are counted instead.
const WAITING: usize = 4096;

/// Bytes of what everyone reads that may wait, for the same reason.
const HEARD: usize = 4 << 20;

/// Refusals that get a line each, in a second. A flood of them is told as a number.
const REFUSALS: u32 = 10;

/// How long the end of the program waits for a terminal that takes nothing.
const LAST_LINES: Duration = Duration::from_millis(500);

/// See the module's words.
#[derive(Debug)]
pub(super) struct Log {
    entries: SyncSender<Entry>,
    counts: Arc<Counts>,
    writer: JoinHandle<()>,
}

/// What both threads know.
#[derive(Debug, Default)]
struct Counts {
    /// Lines that did not get a place, since this was last told.
    lost: AtomicU64,
    /// Bytes of [`Incident::Heard`] that wait.
    heard: AtomicUsize,
}

#[derive(Debug)]
enum Entry {
    /// A line about the server itself.
    Said(String),
    Happened(Incident),
}

impl Log {
    /// Starts the thread.
    pub(super) fn start() -> Self {
        let (entries, receiver) = sync_channel(WAITING);
        let counts = Arc::<Counts>::default();
        let writer = Writer::new(Arc::clone(&counts));
        let writer = std::thread::spawn(move || writer.write_all(&receiver));
        Self { entries, counts, writer }
    }

    /// A line about the server itself.
    pub(super) fn say(&self, line: String) {
        put(&self.entries, &self.counts, Entry::Said(line));
    }

    /// Where a server's incidents go. Of a quiet one only what everyone reads is kept.
    pub(super) fn sink(&self, is_quiet: bool) -> Sink {
        let (entries, counts) = (self.entries.clone(), Arc::clone(&self.counts));
        Box::new(move |incident| {
            if !is_quiet || matches!(incident, Incident::Heard(_)) {
                put(&entries, &counts, Entry::Happened(incident));
            }
        })
    }

    /// Writes what waits, if the terminal takes it. All sinks have to be gone.
    pub(super) fn finish(self) {
        let Self { entries, writer, .. } = self;
        drop(entries);
        let end = Instant::now() + LAST_LINES;
        while !writer.is_finished() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn put(entries: &SyncSender<Entry>, counts: &Counts, entry: Entry) {
    let (lines, bytes) = match &entry {
        Entry::Happened(Incident::Heard(bytes)) => (memchr_iter(b'\n', bytes).count().max(1), bytes.len()),
        _ => (1, 0),
    };
    // The thread only ever takes from it.
    let fits = bytes == 0 || counts.heard.load(Ordering::Relaxed) + bytes <= HEARD;
    counts.heard.fetch_add(bytes, Ordering::Relaxed);
    if !fits || entries.try_send(entry).is_err() {
        counts.heard.fetch_sub(bytes, Ordering::Relaxed);
        counts.lost.fetch_add(lines as u64, Ordering::Relaxed);
    }
}

/// The thread's side.
struct Writer {
    counts: Arc<Counts>,
    /// The second under way, and the refusals in it.
    second: Instant,
    refusals: u32,
    row: Row,
}

impl Writer {
    fn new(counts: Arc<Counts>) -> Self {
        Self { counts, second: Instant::now(), refusals: 0, row: Row::default() }
    }

    fn write_all(mut self, entries: &Receiver<Entry>) {
        while let Ok(entry) = entries.recv() {
            self.write(&entry);
            let lost = self.counts.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                line(&format!("{lost} lines of this log are missing: they came faster than they could be written"));
            }
        }
        self.count_refusals();
    }

    fn write(&mut self, entry: &Entry) {
        match entry {
            Entry::Said(words) => drop(writeln!(io::stderr(), "{words}")),
            Entry::Happened(Incident::Heard(bytes)) => {
                self.print(bytes);
                self.counts.heard.fetch_sub(bytes.len(), Ordering::Relaxed);
            }
            Entry::Happened(incident) => {
                if self.second.elapsed() >= Duration::from_secs(1) {
                    self.count_refusals();
                }
                if matches!(incident, Incident::Refused { .. }) {
                    self.refusals += 1;
                    if self.refusals > REFUSALS {
                        return;
                    }
                }
                line(&incident.to_string());
            }
        }
    }

    /// Ends a second: says how many refusals have not had a line.
    fn count_refusals(&mut self) {
        let more = self.refusals.saturating_sub(REFUSALS);
        if more > 0 {
            line(&format!("refused  {more} more in the same second"));
        }
        (self.second, self.refusals) = (Instant::now(), 0);
    }

    /// What everyone reads, on standard output, unable to do anything to the terminal.
    fn print(&mut self, bytes: &[u8]) {
        let mut printed = String::with_capacity(bytes.len());
        for said in bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n') {
            text::decode_plain(said.strip_suffix(b"\r").unwrap_or(said), &mut self.row);
            for glyph in self.row.glyphs() {
                printed.push_str(self.row.text_of(glyph));
            }
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
