//! Writes exports (`/save`) in the background, so that no key waits for a disk.
//!
//! ```text
//!   Effect::Export ──► ExportWriter ──steps──► blocking thread, one per file ──► disk
//!   Event::ExportFinished ◄── ExportWriter ◄──────────┘
//! ```
//!
//! The core produces the text in chunks. [`ExportWriter::ready`] delays the next chunk while the disk is behind, which
//! bounds the memory used.

use crate::app::{App, Effect, Event, ExportStep, Now};
use crate::storage;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc as steps;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;

/// Maximum number of bytes queued and not yet written before no more chunks are accepted.
const MAX_PENDING_BYTES: u64 = 4 << 20;

/// How long closing waits for the disk.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Result of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExportResult {
    /// The path as typed.
    pub(crate) path: String,
    /// Number of bytes written, or a message for the user.
    pub(crate) result: Result<u64, String>,
}

/// Writes exports (`/save`) in the background.
#[derive(Debug)]
pub(crate) struct ExportWriter {
    /// The file being written.
    job: Option<ExportJob>,
    /// Number of files whose result has not been received.
    unfinished: usize,
    results: mpsc::UnboundedReceiver<ExportResult>,
    result_sender: mpsc::UnboundedSender<ExportResult>,
}

#[derive(Debug)]
struct ExportJob {
    steps: steps::Sender<WriteStep>,
    queued_bytes: u64,
    written_bytes: watch::Receiver<u64>,
}

enum WriteStep {
    Write(Vec<u8>),
    Finish,
}

impl Default for ExportWriter {
    fn default() -> Self {
        let (result_sender, results) = mpsc::unbounded_channel();
        Self { job: None, unfinished: 0, results, result_sender }
    }
}

impl ExportWriter {
    /// Queues a step. Must be called inside a runtime.
    pub(crate) fn step(&mut self, step: ExportStep) {
        match (step, &mut self.job) {
            // Replacing an unfinished job would abort it, but the core starts one export at a time.
            (ExportStep::Create(path), _) => self.job = Some(self.start(path)),
            (ExportStep::Write(bytes), Some(job)) => {
                job.queued_bytes += bytes.len() as u64;
                // Fails if the job has failed; it has sent its result then.
                let _ = job.steps.send(WriteStep::Write(bytes));
            }
            (ExportStep::Finish, Some(job)) => {
                let _ = job.steps.send(WriteStep::Finish);
                self.job = None;
            }
            (ExportStep::Write(_) | ExportStep::Finish, None) => {}
        }
    }

    fn start(&mut self, path: String) -> ExportJob {
        let (sender, receiver) = steps::channel();
        let (progress, written_bytes) = watch::channel(0);
        let result_sender = self.result_sender.clone();
        self.unfinished += 1;
        // A tokio blocking thread, because tests with paused time wait for those.
        drop(spawn_blocking(move || {
            let result = write(&path, &receiver, &progress);
            // Fails if the event loop has ended.
            let _ = result_sender.send(ExportResult { path, result });
        }));
        ExportJob { steps: sender, queued_bytes: 0, written_bytes }
    }

    /// Returns the next result. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> ExportResult {
        match self.results.recv().await {
            Some(result) => {
                self.unfinished = self.unfinished.saturating_sub(1);
                result
            }
            // Cannot happen: `self` owns a sender.
            None => std::future::pending().await,
        }
    }

    /// Waits until the next chunk may be queued: yields once, so that the link tasks on this thread make progress, then
    /// waits while [`MAX_PENDING_BYTES`] are queued. Cancel-safe.
    pub(crate) fn ready(&self) -> impl Future<Output = ()> + use<> {
        let progress = self.job.as_ref().map(|job| (job.queued_bytes, job.written_bytes.clone()));
        async move {
            tokio::task::yield_now().await;
            if let Some((queued, mut written)) = progress {
                // Fails if the job has ended; chunks are dropped then.
                let _ = written.wait_for(|written| queued.saturating_sub(*written) < MAX_PENDING_BYTES).await;
            }
        }
    }

    /// Queues the rest of the current export without waiting, so that quitting does not leave half a file. Returns the
    /// other effects that occurred.
    pub(crate) fn finish(&mut self, app: &mut App, now: Now) -> Vec<Effect> {
        let mut others = Vec::new();
        while app.is_exporting() {
            for effect in app.update(now, Event::BackgroundStep).effects {
                match effect {
                    Effect::Export(step) => self.step(step),
                    other => others.push(other),
                }
            }
        }
        others
    }

    /// Tells whether [`ExportWriter::ready`] would wait for the disk.
    pub(crate) fn is_behind(&self) -> bool {
        self.job
            .as_ref()
            .is_some_and(|job| job.queued_bytes.saturating_sub(*job.written_bytes.borrow()) >= MAX_PENDING_BYTES)
    }

    /// Waits until everything queued is written, for [`CLOSE_TIMEOUT`] at most. An unfinished export is deleted.
    pub(crate) async fn close(mut self) {
        self.job = None;
        let finished = async {
            while self.unfinished > 0 {
                self.recv().await;
            }
        };
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, finished).await;
    }
}

/// Writes one export from start to end. Returns the number of bytes written; on failure deletes the file.
fn write(path: &str, steps: &steps::Receiver<WriteStep>, progress: &watch::Sender<u64>) -> Result<u64, String> {
    let expanded = storage::expand_path(path)?;
    let mut file =
        storage::create(&expanded).map_err(|error| storage::create_error_message(path, &expanded, &error))?;
    let written = write_all(&mut file, steps, progress);
    drop(file);
    written.map_err(|error| remove_partial(path, &expanded, &error))
}

/// Deletes a partial file, which would look complete, and returns the message about it.
fn remove_partial(path: &str, expanded: &Path, error: &std::io::Error) -> String {
    let _ = std::fs::remove_file(expanded);
    storage::write_error_message(path, error)
}

fn write_all(
    file: &mut File,
    steps: &steps::Receiver<WriteStep>,
    progress: &watch::Sender<u64>,
) -> std::io::Result<u64> {
    let mut written = 0;
    // Without a sender the program exits before the export is complete: an error, so that the file is deleted.
    while let WriteStep::Write(bytes) = steps.recv().map_err(|_gone| std::io::Error::other("the program exited"))? {
        file.write_all(&bytes)?;
        written += bytes.len() as u64;
        progress.send_replace(written);
    }
    file.flush()?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A temporary folder, deleted when dropped.
    struct TestDir(PathBuf);

    impl TestDir {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("netchat-writer-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn file(&self, name: &str) -> String {
            self.0.join(name).to_str().unwrap().to_owned()
        }
    }

    impl Drop for TestDir {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn save(writer: &mut ExportWriter, path: &str, chunks: &[&[u8]]) {
        writer.step(ExportStep::Create(path.to_owned()));
        for chunk in chunks {
            writer.step(ExportStep::Write(chunk.to_vec()));
        }
        writer.step(ExportStep::Finish);
    }

    #[tokio::test(start_paused = true)]
    async fn queued_chunks_are_written_and_reported_once() {
        let (folder, mut writer) = (TestDir::new("whole"), ExportWriter::default());
        let path = folder.file("notes.txt");
        save(&mut writer, &path, &[b"one\n", b"two\n"]);
        assert_eq!(writer.recv().await, ExportResult { path: path.clone(), result: Ok(8) });
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
        assert_eq!(writer.unfinished, 0);
        writer.step(ExportStep::Write(b"late".to_vec()));
        writer.step(ExportStep::Finish);
        writer.close().await;
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn export_has_mode_0600() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, mut writer) = (TestDir::new("mode"), ExportWriter::default());
        let path = folder.file("private");
        save(&mut writer, &path, &[b"x"]);
        writer.recv().await.result.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test(start_paused = true)]
    async fn existing_file_is_kept_and_later_steps_are_ignored() {
        let (folder, mut writer) = (TestDir::new("exists"), ExportWriter::default());
        let path = folder.file("notes.txt");
        std::fs::write(&path, "mine").unwrap();
        save(&mut writer, &path, &[b"other"]);
        assert_eq!(writer.recv().await.result, Err(format!("{path} already exists; choose another name.")));
        writer.close().await;
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    }

    #[tokio::test(start_paused = true)]
    async fn each_create_error_has_its_message() {
        let (folder, mut writer) = (TestDir::new("places"), ExportWriter::default());
        std::fs::write(folder.file("file"), "").unwrap();
        for (name, message) in [
            ("", "is a folder; add a file name."),
            ("no/such/file", "no such folder; create it first or choose another path."),
        ] {
            let path = folder.file(name);
            save(&mut writer, &path, &[b"x"]);
            let error = writer.recv().await.result.unwrap_err();
            assert!(error.starts_with(&path) && error.ends_with(message), "{error}");
        }
        save(&mut writer, &folder.file("file/inside"), &[b"x"]);
        assert!(writer.recv().await.result.is_err());
    }

    #[test]
    fn partial_file_is_deleted_when_a_write_fails() {
        let (folder, progress) = (TestDir::new("full"), watch::channel(0).0);
        let path = folder.file("notes.txt");
        std::fs::write(&path, "half").unwrap();
        // Opened for reading only, so that every write fails.
        let mut file = File::open(&path).unwrap();
        let (sender, receiver) = steps::channel();
        sender.send(WriteStep::Write(b"x".to_vec())).unwrap();
        let error = write_all(&mut file, &receiver, &progress).unwrap_err();
        let message = remove_partial(&path, Path::new(&path), &error);
        assert!(message.starts_with(&path) && message.contains("Nothing was saved"), "{message}");
        assert!(!Path::new(&path).exists());
    }

    #[tokio::test(start_paused = true)]
    async fn closing_completes_finished_exports_and_deletes_others() {
        let (folder, mut writer) = (TestDir::new("leaving"), ExportWriter::default());
        let path = folder.file("notes.txt");
        writer.step(ExportStep::Create(path.clone()));
        for _ in 0..100 {
            writer.step(ExportStep::Write(vec![b'x'; 10_000]));
        }
        writer.step(ExportStep::Finish);
        let half = folder.file("half.txt");
        writer.step(ExportStep::Create(half.clone()));
        writer.step(ExportStep::Write(b"and more".to_vec()));
        writer.close().await;
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 1_000_000);
        assert!(std::fs::metadata(&half).is_err(), "the unfinished export is deleted");
    }

    #[tokio::test(start_paused = true)]
    async fn ready_waits_until_the_disk_catches_up() {
        let (folder, mut writer) = (TestDir::new("room"), ExportWriter::default());
        writer.ready().await;
        writer.step(ExportStep::Create(folder.file("big")));
        for _ in 0..10 {
            writer.step(ExportStep::Write(vec![b'x'; 1 << 20]));
        }
        writer.ready().await;
        let job = writer.job.as_ref().unwrap();
        assert!(job.queued_bytes - *job.written_bytes.borrow() < MAX_PENDING_BYTES);
        writer.step(ExportStep::Finish);
        assert_eq!(writer.recv().await.result, Ok(10 << 20));
    }

    #[tokio::test(start_paused = true)]
    async fn failed_export_does_not_block() {
        let (folder, mut writer) = (TestDir::new("failed"), ExportWriter::default());
        writer.step(ExportStep::Create(folder.file("no/such")));
        writer.step(ExportStep::Write(vec![b'x'; 10 << 20]));
        writer.ready().await;
        assert!(writer.recv().await.result.is_err());
    }
}
