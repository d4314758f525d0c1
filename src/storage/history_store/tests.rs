use super::*;
use crate::app::input::history::HistoryEntry;
use std::path::Path;

/// What is told beside the servers that were visited.
async fn told(annals: &mut HistoryStore) -> Event {
    loop {
        let event = annals.recv().await;
        if !matches!(event, Event::RecentServersLoaded(_)) {
            return event;
        }
    }
}

/// A folder of the test's own, gone with it.
pub(in crate::storage) struct Folder(PathBuf);

impl Folder {
    pub(in crate::storage) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("netchat-annals-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(in crate::storage) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(in crate::storage) fn remembered(line: &str) -> HistoryEntry {
    HistoryEntry { server: "a:1".into(), line: line.into() }
}

fn visit(address: &str) -> RecentServer {
    let endpoint = Endpoint::parse(address).unwrap();
    RecentServer { name: None, endpoint, at: crate::app::LocalTime(1_700_000_000_000), last_result: "connected".into() }
}

fn annals(path: &Path) -> HistoryStore {
    HistoryStore::open(Some(path.to_owned()))
}

#[tokio::test(start_paused = true)]
async fn the_next_session_is_told_what_this_one_kept_and_not_its_own_lines() {
    let folder = Folder::new("next");
    let path = folder.path("state/netchat-tui/history");
    let mut first = annals(&path);
    for line in ["one", "two\nlines", "three"] {
        first.append(remembered(line));
    }
    first.close().await;
    let mut second = annals(&path);
    second.append(remembered("of the second"));
    let lines = Event::HistoryLoaded(["one", "two\nlines", "three"].map(remembered).into());
    assert_eq!(told(&mut second).await, lines);
    second.close().await;
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 4);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_until_there_is_something_to_keep() {
    let folder = Folder::new("nothing");
    let path = folder.path("state/history");
    annals(&path).close().await;
    assert!(!folder.path("state").exists());
    HistoryStore::none().append(remembered("x"));
    let mut annals = annals(&path);
    annals.append(remembered(&"x".repeat(LINE_LIMIT + 1)));
    annals.close().await;
    assert!(!folder.path("state").exists(), "a long line is not kept");
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_is_said_once() {
    let folder = Folder::new("wrong");
    std::fs::write(folder.path("file"), "").unwrap();
    let mut annals = annals(&folder.path("file/history"));
    annals.append(remembered("one"));
    let Event::StorageWarning(sentence) = told(&mut annals).await else { panic!() };
    assert!(sentence.starts_with("Input history and recent servers may not be saved: "), "{sentence}");
    assert!(sentence.contains("file/servers.json"), "{sentence}");
    annals.append(remembered("two"));
    annals.save_server(visit("a:1"));
    annals.save_server(visit("b:1"));
    annals.delete_server(visit("a:1").endpoint);
    annals.job.take().unwrap().await.unwrap();
    assert!(annals.news.is_empty(), "the servers are the same folder's");
}

#[tokio::test(start_paused = true)]
async fn without_a_home_it_is_said_and_nothing_kept() {
    let mut annals = HistoryStore::open(None);
    annals.append(remembered("one"));
    let said = "Input history and recent servers may not be saved: HOME is not set.";
    assert_eq!(annals.recv().await, Event::StorageWarning(said.into()));
    annals.close().await;
}

#[tokio::test(start_paused = true)]
async fn for_a_disk_that_does_not_answer_so_many_lines_wait_and_no_more() {
    let folder = Folder::new("stuck");
    let (tell, news) = mpsc::unbounded_channel();
    // The thread is taken to be at work, and never comes back.
    let waiting = Queue { is_at_work: true, ..Queue::default() };
    let desk = Arc::new(SharedState::new(folder.path("history"), waiting, tell));
    let mut annals = HistoryStore { desk: Some(Arc::clone(&desk)), job: None, news };
    for _ in 0..2 * WAITING_LIMIT {
        annals.append(remembered("x"));
    }
    assert_eq!(desk.waiting().entries.len(), WAITING_LIMIT);
    let said = "Input history and recent servers may not be saved: the disk is not responding.";
    assert_eq!(annals.recv().await, Event::StorageWarning(said.into()));
    assert!(annals.news.is_empty());
}

#[tokio::test(start_paused = true)]
async fn each_line_is_on_its_way_at_once() {
    let folder = Folder::new("at-once");
    let mut annals = annals(&folder.path("history"));
    for n in 0..200 {
        annals.append(remembered(&n.to_string()));
        if n % 7 == 0 {
            tokio::task::yield_now().await;
        }
    }
    annals.close().await;
    let lines = HistoryFile::new(folder.path("history")).read().unwrap().lines;
    assert_eq!(lines, (0..200).map(|n| remembered(&n.to_string())).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn the_next_session_knows_where_one_was() {
    let folder = Folder::new("visits");
    let path = folder.path("history");
    let mut first = annals(&path);
    for address in ["a:1", "b:1", "c:1"] {
        first.save_server(visit(address));
    }
    first.delete_server(visit("b:1").endpoint);
    first.close().await;
    assert!(!path.exists(), "nothing was entered");
    let mut second = annals(&path);
    assert_eq!(second.recv().await, Event::RecentServersLoaded(vec![visit("c:1"), visit("a:1")]));
    second.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_damaged_is_set_aside_and_that_is_said() {
    let folder = Folder::new("aside");
    std::fs::write(folder.path("history"), "not ours\n{\"line\":\"ours\"}\n").unwrap();
    std::fs::write(folder.path("servers.json"), "not ours").unwrap();
    let mut annals = annals(&folder.path("history"));
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(told(&mut annals).await);
    }
    let (lines, servers) = (folder.path("history.damaged"), folder.path("servers.json.damaged-1"));
    let said = format!("The list of servers visited could not be read whole: set aside as {}.", servers.display());
    assert_eq!(all.first(), Some(&Event::StorageWarning(said)));
    let said = format!("A line of the history could not be read: set aside in {}.", lines.display());
    assert_eq!(all.last(), Some(&Event::StorageWarning(said)));
    annals.close().await;
    assert_eq!(std::fs::read_to_string(lines).unwrap(), "not ours\n");
}
