//! What was entered, kept for later sessions. The file is read and written beside the loop: no key waits for a disk.
//!
//! ```text
//!   Effect::Remember ──► Annals ──waiting──► blocking thread, one at a time ──► Book
//!   Event::Remembered, Event::Forgetful ◄──────────────┘
//! ```
//!
//! The thread is there while something waits, and what it finds to do it does in order: the file is read before anything is
//! added to it, so that nobody is told of their own lines. What goes wrong is said once a session; the lines stay in memory,
//! and each later one is tried again.

mod book;
mod entry;
mod place;

pub use place::history_file;

use super::file;
use crate::app::Event;
use crate::app::history::Remembered;
use book::Book;
use entry::Entry;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes of a line that is still written. What is longer was pasted, and is elsewhere.
const LINE_LIMIT: usize = 64 << 10;

/// Lines that may wait for a disk that does not answer.
const WAITING_LIMIT: usize = 1_000;

/// How long leaving waits for the disk.
const CLOSE_GRACE: Duration = Duration::from_secs(2);

/// See the module's words.
#[derive(Debug)]
pub struct Annals {
    desk: Option<Arc<Desk>>,
    /// The thread that works, or worked last.
    job: Option<JoinHandle<()>>,
    news: mpsc::UnboundedReceiver<Event>,
}

/// What the loop and the thread share.
#[derive(Debug)]
struct Desk {
    book: Book,
    waiting: Mutex<Waiting>,
    tell: mpsc::UnboundedSender<Event>,
}

#[derive(Debug, Default)]
struct Waiting {
    has_been_read: bool,
    entries: Vec<Entry>,
    is_at_work: bool,
    has_complained: bool,
}

/// What is to be done next.
enum Task {
    Read,
    Append(Vec<Entry>),
}

impl Annals {
    /// Nothing is read, and nothing written.
    pub fn none() -> Self {
        // The other end is gone: nothing ever comes.
        Self { desk: None, job: None, news: mpsc::unbounded_channel().1 }
    }

    /// Reads this file (the loop hands on what is in it) and keeps in it what is entered. It is made, with its folders,
    /// when there is something to write. Without one (there is no home) a notice says so. Must be called inside a runtime.
    pub fn open(file: Option<PathBuf>) -> Self {
        let (tell, news) = mpsc::unbounded_channel();
        let Some(file) = file else {
            let _ = tell.send(Event::Forgetful(sentence("HOME is not set, so there is no place for its file")));
            return Self { desk: None, job: None, news };
        };
        let desk = Desk { book: Book::new(file), waiting: Mutex::default(), tell };
        let mut annals = Self { desk: Some(Arc::new(desk)), job: None, news };
        annals.set_to_work();
        annals
    }

    /// Keeps a line. It is on its way when this returns. Lines of more than 64 KiB are not kept.
    pub fn remember(&mut self, remembered: Remembered) {
        let Some(desk) = self.desk.as_ref().filter(|_| remembered.line.len() <= LINE_LIMIT) else { return };
        if desk.waiting().entries.len() >= WAITING_LIMIT {
            desk.complain("the disk does not answer");
            return;
        }
        desk.waiting().entries.push(Entry::now(remembered));
        self.set_to_work();
    }

    /// What earlier sessions entered, or why lines cannot be kept. Cancel-safe.
    pub(super) async fn recv(&mut self) -> Event {
        match self.news.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    /// Waits until what is to be kept is written, for some seconds at most.
    pub async fn close(self) {
        if let Some(job) = self.job {
            let _ = tokio::time::timeout(CLOSE_GRACE, job).await;
        }
    }

    fn set_to_work(&mut self) {
        let Some(desk) = &self.desk else { return };
        if !std::mem::replace(&mut desk.waiting().is_at_work, true) {
            let desk = Arc::clone(desk);
            // Not a thread of our own: tests on paused time wait for this one.
            self.job = Some(spawn_blocking(move || desk.work()));
        }
    }
}

impl Desk {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what there is to do.
    fn work(&self) {
        while let Some(task) = self.next() {
            let done = match task {
                Task::Read => self.read(),
                Task::Append(entries) => self.book.append(&entries),
            };
            if let Err(error) = done {
                self.complain(&format!("{}: {}", self.book.path().display(), file::reason(&error)));
            }
        }
    }

    fn next(&self) -> Option<Task> {
        let mut waiting = self.waiting();
        if !std::mem::replace(&mut waiting.has_been_read, true) {
            return Some(Task::Read);
        }
        if waiting.entries.is_empty() {
            waiting.is_at_work = false;
            return None;
        }
        Some(Task::Append(std::mem::take(&mut waiting.entries)))
    }

    fn read(&self) -> io::Result<()> {
        let lines = self.book.read()?;
        if !lines.is_empty() {
            // The loop may be gone.
            let _ = self.tell.send(Event::Remembered(lines));
        }
        Ok(())
    }

    fn complain(&self, why: &str) {
        if !std::mem::replace(&mut self.waiting().has_complained, true) {
            let _ = self.tell.send(Event::Forgetful(sentence(why)));
        }
    }
}

fn sentence(why: &str) -> String {
    format!("The history lasts for this session only: {why}.")
}

#[cfg(test)]
mod tests;
