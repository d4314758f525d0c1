//! Reads files for `/send` in the background, so that no key waits for a disk.
//!
//! ```text
//!   Effect::ReadFile ──► FileReader ──► blocking thread, one per file ──► disk
//!   Event::FileRead ◄── FileReader ◄───────────┘
//! ```

use crate::storage;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Result of reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileContents {
    /// The path as typed.
    pub(crate) path: String,
    /// The bytes of the file, or a message for the user.
    pub(crate) result: Result<Vec<u8>, String>,
}

/// Reads files for `/send` in the background.
#[derive(Debug)]
pub(crate) struct FileReader {
    results: mpsc::UnboundedReceiver<FileContents>,
    result_sender: mpsc::UnboundedSender<FileContents>,
}

impl Default for FileReader {
    fn default() -> Self {
        let (result_sender, results) = mpsc::unbounded_channel();
        Self { results, result_sender }
    }
}

impl FileReader {
    /// Starts reading a file of at most `limit` bytes. Each call has one result; results come in order of completion. Must
    /// be called inside a runtime.
    pub(crate) fn read(&self, path: String, limit: u64) {
        let sender = self.result_sender.clone();
        drop(spawn_blocking(move || {
            let result = read(&path, limit);
            // Fails if the event loop has ended.
            let _ = sender.send(FileContents { path, result });
        }));
    }

    /// Returns the next result. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> FileContents {
        match self.results.recv().await {
            Some(contents) => contents,
            // Cannot happen: `self` owns a sender.
            None => std::future::pending().await,
        }
    }
}

fn read(path: &str, limit: u64) -> Result<Vec<u8>, String> {
    let expanded = storage::expand_path(path)?;
    storage::read(&expanded, limit).map_err(|error| storage::read_error_message(path, limit, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(path: &str, limit: u64) -> Result<Vec<u8>, String> {
        let mut reader = FileReader::default();
        reader.read(path.to_owned(), limit);
        let contents = reader.recv().await;
        assert_eq!(contents.path, path);
        contents.result
    }

    #[tokio::test(start_paused = true)]
    async fn file_is_read_completely_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.txt").to_str().unwrap().to_owned();
        std::fs::write(&path, b"one\r\ntw\xff").unwrap();
        assert_eq!(read(&path, 8).await.unwrap(), b"one\r\ntw\xff");
        let message = format!("{path} has 8 bytes, more than the limit of 7; choose a smaller file.");
        assert_eq!(read(&path, 7).await, Err(message));
        std::fs::write(&path, b"").unwrap();
        assert_eq!(read(&path, 0).await.unwrap(), b"");
    }

    #[tokio::test(start_paused = true)]
    async fn each_read_error_has_its_message() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        for (name, ending) in [("", "is a folder; add a file name."), ("none", "no such file.")] {
            let message = read(&path(name), 9).await.unwrap_err();
            assert!(message.starts_with(&path(name)) && message.ends_with(ending), "{message}");
        }
        assert!(read("", 9).await.is_err());
        assert!(read("~", 9).await.unwrap_err().starts_with("~ is a folder"));
        assert!(read("a\0b", 9).await.is_err());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn pipes_and_devices_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe").to_str().unwrap().to_owned();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [&*pipe, "/dev/zero", "/dev/tty"] {
            let message = read(path, 9).await.unwrap_err();
            assert_eq!(message, format!("{path} is a pipe or device; choose a regular file."));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_reads_are_both_answered() {
        let folder = tempfile::tempdir().unwrap();
        let mut reader = FileReader::default();
        let paths = ["a", "b"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
        for path in &paths {
            std::fs::write(path, path).unwrap();
            reader.read(path.clone(), 4096);
        }
        let mut both = [reader.recv().await, reader.recv().await];
        both.sort_by(|one, other| one.path.cmp(&other.path));
        for (contents, path) in both.into_iter().zip(paths) {
            assert_eq!(contents, FileContents { result: Ok(path.clone().into_bytes()), path });
        }
    }
}
