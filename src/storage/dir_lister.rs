//! What is in a folder, looked up beside the loop: a disk may sleep, and a network folder may be gone for good.
//!
//! ```text
//!   Effect::List ──► Folders ──► blocking thread, one at a time ──► disk
//!   Event::Listed ◄─────┴───────────────┘
//! ```

use crate::app::Event;
use crate::storage;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Names looked at and handed over. What else there is in such a folder nobody finds with a key.
const MAX_NAMES: usize = 10_000;

/// What is in a folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DirListing {
    folder: String,
    names: Vec<String>,
}

impl From<DirListing> for Event {
    fn from(DirListing { folder, names }: DirListing) -> Self {
        Self::DirListed { folder, names }
    }
}

/// Lists directories in the background, for completion.
#[derive(Debug)]
pub(crate) struct DirLister {
    /// The one being looked into has not answered.
    is_busy: bool,
    /// The one to look into next. Of several that are asked for meanwhile only the last is still wanted.
    next: Option<String>,
    listed: mpsc::UnboundedReceiver<DirListing>,
    tell: mpsc::UnboundedSender<DirListing>,
}

impl Default for DirLister {
    fn default() -> Self {
        let (tell, listed) = mpsc::unbounded_channel();
        Self { is_busy: false, next: None, listed, tell }
    }
}

impl DirLister {
    /// Looks into a folder, as it was typed, or will when the one before has answered. Must be called inside a runtime.
    pub(crate) fn list(&mut self, folder: String) {
        if self.is_busy {
            self.next = Some(folder);
            return;
        }
        self.is_busy = true;
        let tell = self.tell.clone();
        drop(spawn_blocking(move || {
            let names = resolve_path(&folder).map(|place| names_in(&place)).unwrap_or_default();
            // The loop may be gone.
            let _ = tell.send(DirListing { folder, names });
        }));
    }

    /// The next answer. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> DirListing {
        // We hold a sender ourselves.
        let Some(listed) = self.listed.recv().await else { return std::future::pending().await };
        self.is_busy = false;
        if let Some(next) = self.next.take() {
            self.list(next);
        }
        listed
    }
}

/// Where a folder as it was typed is; nothing is the one the program runs in.
fn resolve_path(folder: &str) -> Option<PathBuf> {
    if folder.is_empty() { Some(PathBuf::from(".")) } else { storage::expand_path(folder).ok() }
}

/// The names in a folder, in order, those of folders with a `/` behind them. None if it cannot be read. What is not
/// UTF-8 could not be typed either.
fn names_in(place: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(place) else { return Vec::new() };
    let mut names: Vec<String> = entries.take(MAX_NAMES).filter_map(|entry| name(&entry.ok()?)).collect();
    names.sort_unstable();
    names
}

fn name(entry: &DirEntry) -> Option<String> {
    let name = entry.file_name().into_string().ok()?;
    let kind = entry.file_type().ok()?;
    // Where a link leads to is what counts; one that leads nowhere is a file.
    let is_folder = kind.is_dir() || kind.is_symlink() && entry.path().is_dir();
    Some(if is_folder { format!("{name}/") } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the test's own, gone with it.
    struct TestDir(PathBuf);

    impl TestDir {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("netchat-folder-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn typed(&self) -> String {
            format!("{}/", self.0.to_str().unwrap())
        }
    }

    impl Drop for TestDir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    async fn listed(folder: &str) -> Vec<String> {
        let mut folders = DirLister::default();
        folders.list(folder.to_owned());
        let listed = folders.recv().await;
        assert_eq!(listed.folder, folder);
        listed.names
    }

    #[tokio::test(start_paused = true)]
    async fn names_are_in_order_and_folders_can_be_told() {
        let folder = TestDir::new("order");
        for name in ["b", "a b", ".hidden", "é"] {
            fs::write(folder.0.join(name), "").unwrap();
        }
        fs::create_dir(folder.0.join("c")).unwrap();
        assert_eq!(listed(&folder.typed()).await, [".hidden", "a b", "b", "c/", "é"]);
        assert!(listed("").await.contains(&"Cargo.toml".to_owned()), "tests run in the crate's folder");
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn links_are_what_they_lead_to_and_names_that_are_no_text_are_left_out() {
        use std::os::unix::ffi::OsStrExt as _;
        use std::os::unix::fs::symlink;
        let folder = TestDir::new("links");
        fs::create_dir(folder.0.join("real")).unwrap();
        symlink("real", folder.0.join("to-folder")).unwrap();
        symlink("nowhere", folder.0.join("to-nothing")).unwrap();
        fs::write(folder.0.join(std::ffi::OsStr::from_bytes(b"no\xfftext")), "").unwrap();
        assert_eq!(listed(&folder.typed()).await, ["real/", "to-folder/", "to-nothing"]);
    }

    #[tokio::test(start_paused = true)]
    async fn where_nothing_can_be_read_there_is_nothing() {
        let folder = TestDir::new("nothing");
        fs::write(folder.0.join("file"), "").unwrap();
        for place in ["no/such/", "file/"] {
            assert_eq!(listed(&format!("{}{place}", folder.typed())).await, [""; 0]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn of_those_asked_for_meanwhile_the_last_is_answered() {
        let folder = TestDir::new("meanwhile");
        let mut folders = DirLister::default();
        for name in [&folder.typed(), "first/", "second/"] {
            folders.list(name.to_owned());
        }
        assert_eq!(folders.recv().await.folder, folder.typed());
        assert_eq!(folders.recv().await.folder, "second/");
        assert!(!folders.is_busy && folders.next.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_folder_of_very_many_names_is_looked_at_in_part() {
        let folder = TestDir::new("many");
        for n in 0..MAX_NAMES + 10 {
            fs::write(folder.0.join(n.to_string()), "").unwrap();
        }
        assert_eq!(listed(&folder.typed()).await.len(), MAX_NAMES);
    }
}
