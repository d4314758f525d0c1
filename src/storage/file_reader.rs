//! Reading a file beside the loop, so that no key ever waits for a disk.
//!
//! ```text
//!   Effect::Load ──► Loader ──► blocking thread, one a file ──► disk
//!   Event::Loaded ◄── Loader ◄──────────┘
//! ```

use crate::storage;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileContents {
    /// Which, as it was asked for.
    pub(crate) path: String,
    /// Its bytes, or the sentence that says why there are none.
    pub(crate) result: Result<Vec<u8>, String>,
}

/// Reads files for `/send` in the background.
#[derive(Debug)]
pub(crate) struct FileReader {
    loaded: mpsc::UnboundedReceiver<FileContents>,
    tell: mpsc::UnboundedSender<FileContents>,
}

impl Default for FileReader {
    fn default() -> Self {
        let (tell, loaded) = mpsc::unbounded_channel();
        Self { loaded, tell }
    }
}

impl FileReader {
    /// Begins to read a file of at most `limit` bytes. Each call has one answer, the sooner read the sooner given. Must
    /// be called inside a runtime.
    pub(crate) fn load(&self, path: String, limit: u64) {
        let tell = self.tell.clone();
        drop(spawn_blocking(move || {
            let result = read(&path, limit);
            // The loop may be gone.
            let _ = tell.send(FileContents { path, result });
        }));
    }

    /// The next file. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> FileContents {
        match self.loaded.recv().await {
            Some(loaded) => loaded,
            // We hold a sender ourselves.
            None => std::future::pending().await,
        }
    }
}

fn read(path: &str, limit: u64) -> Result<Vec<u8>, String> {
    let place = storage::expand_path(path)?;
    storage::read(&place, limit).map_err(|unread| storage::read_error_message(path, limit, &unread))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn loaded(path: &str, limit: u64) -> Result<Vec<u8>, String> {
        let mut loader = FileReader::default();
        loader.load(path.to_owned(), limit);
        let answer = loader.recv().await;
        assert_eq!(answer.path, path);
        answer.result
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_comes_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.txt").to_str().unwrap().to_owned();
        std::fs::write(&path, b"one\r\ntw\xff").unwrap();
        assert_eq!(loaded(&path, 8).await.unwrap(), b"one\r\ntw\xff");
        let sentence = format!("{path} has 8 bytes, more than the limit of 7; choose a smaller file.");
        assert_eq!(loaded(&path, 7).await, Err(sentence));
        std::fs::write(&path, b"").unwrap();
        assert_eq!(loaded(&path, 0).await.unwrap(), b"");
    }

    #[tokio::test(start_paused = true)]
    async fn each_place_where_there_is_no_file_has_its_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        for (name, words) in [("", "is a folder; add a file name."), ("none", "no such file.")] {
            let sentence = loaded(&path(name), 9).await.unwrap_err();
            assert!(sentence.starts_with(&path(name)) && sentence.ends_with(words), "{sentence}");
        }
        assert!(loaded("", 9).await.is_err());
        assert!(loaded("~", 9).await.unwrap_err().starts_with("~ is a folder"));
        assert!(loaded("a\0b", 9).await.is_err());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_has_no_end_is_not_begun() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe").to_str().unwrap().to_owned();
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for path in [&*pipe, "/dev/zero", "/dev/tty"] {
            let sentence = loaded(path, 9).await.unwrap_err();
            assert_eq!(sentence, format!("{path} is a pipe or device; choose a regular file."));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn two_at_once_are_both_answered() {
        let folder = tempfile::tempdir().unwrap();
        let mut loader = FileReader::default();
        let paths = ["a", "b"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
        for path in &paths {
            std::fs::write(path, path).unwrap();
            loader.load(path.clone(), 4096);
        }
        let mut both = [loader.recv().await, loader.recv().await];
        both.sort_by(|one, other| one.path.cmp(&other.path));
        for (answer, path) in both.into_iter().zip(paths) {
            assert_eq!(answer, FileContents { result: Ok(path.clone().into_bytes()), path });
        }
    }
}
