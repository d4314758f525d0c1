//! Lists folders in the background, because a sleeping disk or a lost network folder may block.
//!
//! ```text
//!   Effect::ListDir ──► DirLister ──► blocking thread, one at a time ──► disk
//!   Event::DirListed ◄─────┴────────────────┘
//! ```

use crate::app::Event;
use crate::storage;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Maximum number of entries read from a folder; completion is of no use beyond that.
const MAX_NAMES: usize = 10_000;

/// The names in a folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DirListing {
    /// The path as it was requested.
    folder: String,
    /// Sorted; names of folders end with `/`.
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
    is_busy: bool,
    /// The folder to list next. Only the latest request made while busy is kept.
    next: Option<String>,
    listings: mpsc::UnboundedReceiver<DirListing>,
    listing_sender: mpsc::UnboundedSender<DirListing>,
}

impl Default for DirLister {
    fn default() -> Self {
        let (listing_sender, listings) = mpsc::unbounded_channel();
        Self { is_busy: false, next: None, listings, listing_sender }
    }
}

impl DirLister {
    /// Starts listing a folder, given as typed, or queues it while another is being listed. Must be called inside a runtime.
    pub(crate) fn list(&mut self, folder: String) {
        if self.is_busy {
            self.next = Some(folder);
            return;
        }
        self.is_busy = true;
        let sender = self.listing_sender.clone();
        drop(spawn_blocking(move || {
            let names = resolve_path(&folder).map(|path| names_in(&path)).unwrap_or_default();
            // Fails if the event loop has ended.
            let _ = sender.send(DirListing { folder, names });
        }));
    }

    /// Returns the next listing. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> DirListing {
        // Always `Some`: `self` owns a sender.
        let Some(listing) = self.listings.recv().await else { return std::future::pending().await };
        self.is_busy = false;
        if let Some(next) = self.next.take() {
            self.list(next);
        }
        listing
    }
}

/// Resolves a folder as typed; the empty path is the current directory.
fn resolve_path(folder: &str) -> Option<PathBuf> {
    if folder.is_empty() { Some(PathBuf::from(".")) } else { storage::expand_path(folder).ok() }
}

/// Returns the sorted names in a folder, with `/` after names of folders; empty if it cannot be read. Names that are not
/// UTF-8 are skipped, because they cannot be typed.
fn names_in(path: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let mut names: Vec<String> = entries.take(MAX_NAMES).filter_map(|entry| entry_name(&entry.ok()?)).collect();
    names.sort_unstable();
    names
}

fn entry_name(entry: &DirEntry) -> Option<String> {
    let name = entry.file_name().into_string().ok()?;
    let kind = entry.file_type().ok()?;
    // Links are followed; a dangling link counts as a file.
    let is_folder = kind.is_dir() || kind.is_symlink() && entry.path().is_dir();
    Some(if is_folder { format!("{name}/") } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporary folder, deleted when dropped.
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
        let mut lister = DirLister::default();
        lister.list(folder.to_owned());
        let listing = lister.recv().await;
        assert_eq!(listing.folder, folder);
        listing.names
    }

    #[tokio::test(start_paused = true)]
    async fn names_are_sorted_and_folders_end_with_a_slash() {
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
    async fn links_are_followed_and_non_utf8_names_skipped() {
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
    async fn unreadable_folder_has_no_names() {
        let folder = TestDir::new("nothing");
        fs::write(folder.0.join("file"), "").unwrap();
        for path in ["no/such/", "file/"] {
            assert_eq!(listed(&format!("{}{path}", folder.typed())).await, [""; 0]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_latest_queued_request_is_answered() {
        let folder = TestDir::new("meanwhile");
        let mut lister = DirLister::default();
        for name in [&folder.typed(), "first/", "second/"] {
            lister.list(name.to_owned());
        }
        assert_eq!(lister.recv().await.folder, folder.typed());
        assert_eq!(lister.recv().await.folder, "second/");
        assert!(!lister.is_busy && lister.next.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn number_of_names_is_limited() {
        let folder = TestDir::new("many");
        for number in 0..MAX_NAMES + 10 {
            fs::write(folder.0.join(number.to_string()), "").unwrap();
        }
        assert_eq!(listed(&folder.typed()).await.len(), MAX_NAMES);
    }
}
