use super::*;
use crate::app::input::history::HistoryEntry;
use std::path::Path;

/// Returns the next event other than the loaded servers.
async fn next_warning_or_history(store: &mut HistoryStore) -> Event {
    loop {
        let event = store.recv().await;
        if !matches!(event, Event::RecentServersLoaded(_)) {
            return event;
        }
    }
}

/// A temporary folder, deleted when dropped.
pub(in crate::storage) struct TestDir(PathBuf);

impl TestDir {
    pub(in crate::storage) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("netchat-history-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(in crate::storage) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for TestDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(in crate::storage) fn history_entry(line: &str) -> HistoryEntry {
    HistoryEntry { server: "a:1".into(), line: line.into() }
}

fn recent_server(address: &str) -> RecentServer {
    let endpoint = Endpoint::parse(address).unwrap();
    RecentServer { name: None, endpoint, at: crate::app::LocalTime(1_700_000_000_000), last_result: "connected".into() }
}

fn open(path: &Path) -> HistoryStore {
    HistoryStore::open(Some(path.to_owned()))
}

#[tokio::test(start_paused = true)]
async fn next_session_loads_earlier_lines_but_not_its_own() {
    let folder = TestDir::new("next");
    let path = folder.path("state/netchat-tui/history");
    let mut first = open(&path);
    for line in ["one", "two\nlines", "three"] {
        first.append(history_entry(line));
    }
    first.close().await;
    let mut second = open(&path);
    second.append(history_entry("of the second"));
    let lines = Event::HistoryLoaded(["one", "two\nlines", "three"].map(history_entry).into());
    assert_eq!(next_warning_or_history(&mut second).await, lines);
    second.close().await;
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 4);
}

#[tokio::test(start_paused = true)]
async fn no_file_is_created_before_the_first_entry() {
    let folder = TestDir::new("nothing");
    let path = folder.path("state/history");
    open(&path).close().await;
    assert!(!folder.path("state").exists());
    HistoryStore::none().append(history_entry("x"));
    let mut store = open(&path);
    store.append(history_entry(&"x".repeat(MAX_LINE_BYTES + 1)));
    store.close().await;
    assert!(!folder.path("state").exists(), "a long line is not stored");
}

#[tokio::test(start_paused = true)]
async fn failure_is_reported_once() {
    let folder = TestDir::new("wrong");
    std::fs::write(folder.path("file"), "").unwrap();
    let mut store = open(&folder.path("file/history"));
    store.append(history_entry("one"));
    let Event::StorageWarning(message) = next_warning_or_history(&mut store).await else { panic!() };
    assert!(message.starts_with("Input history and recent servers may not be saved: "), "{message}");
    assert!(message.contains("file/servers.json"), "{message}");
    store.append(history_entry("two"));
    store.save_server(recent_server("a:1"));
    store.save_server(recent_server("b:1"));
    store.delete_server(recent_server("a:1").endpoint);
    store.worker.take().unwrap().await.unwrap();
    assert!(store.events.is_empty(), "one warning covers both files");
}

#[tokio::test(start_paused = true)]
async fn without_home_a_warning_is_reported() {
    let mut store = HistoryStore::open(None);
    store.append(history_entry("one"));
    let message = "Input history and recent servers may not be saved: HOME is not set.";
    assert_eq!(store.recv().await, Event::StorageWarning(message.into()));
    store.close().await;
}

#[tokio::test(start_paused = true)]
async fn queue_is_limited_while_the_disk_hangs() {
    let folder = TestDir::new("stuck");
    let (event_sender, events) = mpsc::unbounded_channel();
    // The worker seems to be running, and never finishes.
    let queue = Queue { is_worker_running: true, ..Queue::default() };
    let shared = Arc::new(SharedState::new(folder.path("history"), queue, event_sender));
    let mut store = HistoryStore { shared: Some(Arc::clone(&shared)), worker: None, events };
    for _ in 0..2 * MAX_QUEUED {
        store.append(history_entry("x"));
    }
    assert_eq!(shared.queue().entries.len(), MAX_QUEUED);
    let message = "Input history and recent servers may not be saved: the disk is not responding.";
    assert_eq!(store.recv().await, Event::StorageWarning(message.into()));
    assert!(store.events.is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_appended_line_is_stored() {
    let folder = TestDir::new("at-once");
    let mut store = open(&folder.path("history"));
    for number in 0..200 {
        store.append(history_entry(&number.to_string()));
        if number % 7 == 0 {
            tokio::task::yield_now().await;
        }
    }
    store.close().await;
    let entries = HistoryFile::new(folder.path("history")).read().unwrap().entries;
    assert_eq!(entries, (0..200).map(|number| history_entry(&number.to_string())).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn next_session_loads_recent_servers() {
    let folder = TestDir::new("visits");
    let path = folder.path("history");
    let mut first = open(&path);
    for address in ["a:1", "b:1", "c:1"] {
        first.save_server(recent_server(address));
    }
    first.delete_server(recent_server("b:1").endpoint);
    first.close().await;
    assert!(!path.exists(), "nothing was entered");
    let mut second = open(&path);
    assert_eq!(second.recv().await, Event::RecentServersLoaded(vec![recent_server("c:1"), recent_server("a:1")]));
    second.close().await;
}

#[tokio::test(start_paused = true)]
async fn damaged_files_are_set_aside_and_reported() {
    let folder = TestDir::new("aside");
    std::fs::write(folder.path("history"), "not ours\n{\"line\":\"ours\"}\n").unwrap();
    std::fs::write(folder.path("servers.json"), "not ours").unwrap();
    let mut store = open(&folder.path("history"));
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(next_warning_or_history(&mut store).await);
    }
    let (lines, servers) = (folder.path("history.damaged"), folder.path("servers.json.damaged-1"));
    let message = format!("The recent servers list was damaged; the old file was saved as {}.", servers.display());
    assert_eq!(all.first(), Some(&Event::StorageWarning(message)));
    let message = format!("1 damaged history line was moved to {}.", lines.display());
    assert_eq!(all.last(), Some(&Event::StorageWarning(message)));
    store.close().await;
    assert_eq!(std::fs::read_to_string(lines).unwrap(), "not ours\n");
}
