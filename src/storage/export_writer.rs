//! Writing a file beside the loop, so that no key ever waits for a disk.
//!
//! ```text
//!   Effect::Save ──► Saver ──steps──► blocking thread, one a file ──► disk
//!   Event::Saved ◄── Saver ◄─────────────────┘
//! ```
//!
//! The core makes the text piece by piece; `ExportWriter::export_ready` holds it back while the disk is behind, so that what
//! waits stays bounded.

use crate::app::{App, Effect, Event, ExportStep, Now};
use crate::storage;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc as steps;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;

/// Bytes handed over and not yet written, from which on there is no turn.
const ROOM: u64 = 4 << 20;

/// How long leaving waits for the disk.
const CLOSE_GRACE: Duration = Duration::from_secs(5);

/// How a file that was created has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExportResult {
    /// Where to, as it was asked for.
    pub(crate) path: String,
    /// Bytes written, or the sentence that says why not.
    pub(crate) result: Result<u64, String>,
}

/// Writes exports (`/save`) in the background.
#[derive(Debug)]
pub(crate) struct ExportWriter {
    /// The file being written.
    job: Option<ExportJob>,
    /// Files created whose end has not been told.
    under_way: usize,
    ended: mpsc::UnboundedReceiver<ExportResult>,
    tell: mpsc::UnboundedSender<ExportResult>,
}

#[derive(Debug)]
struct ExportJob {
    steps: steps::Sender<WriteStep>,
    handed_over: u64,
    written: watch::Receiver<u64>,
}

enum WriteStep {
    Write(Vec<u8>),
    Finish,
}

impl Default for ExportWriter {
    fn default() -> Self {
        let (tell, ended) = mpsc::unbounded_channel();
        Self { job: None, under_way: 0, ended, tell }
    }
}

impl ExportWriter {
    /// Hands over a step. Must be called inside a runtime.
    pub(crate) fn step(&mut self, step: ExportStep) {
        match (step, &mut self.job) {
            // What was being written is given up; the core waits for its end, so there is none.
            (ExportStep::Create(path), _) => self.job = Some(self.start(path)),
            (ExportStep::Write(bytes), Some(job)) => {
                job.handed_over += bytes.len() as u64;
                // A job that has failed takes no more, and has told.
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
        let (progress, written) = watch::channel(0);
        let tell = self.tell.clone();
        self.under_way += 1;
        // Not a thread of our own: tests on paused time wait for this one.
        drop(spawn_blocking(move || {
            let result = write(&path, &receiver, &progress);
            // The loop may be gone.
            let _ = tell.send(ExportResult { path, result });
        }));
        ExportJob { steps: sender, handed_over: 0, written }
    }

    /// The next end of a file. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> ExportResult {
        match self.ended.recv().await {
            Some(saved) => {
                self.under_way = self.under_way.saturating_sub(1);
                saved
            }
            // We hold a sender ourselves.
            None => std::future::pending().await,
        }
    }

    /// A turn for a piece of work: waits until the disk has caught up, so far that more may be handed over, and until
    /// everybody else has had theirs: the tasks of the links run in this thread too. Cancel-safe.
    pub(crate) fn turn(&self) -> impl Future<Output = ()> + use<> {
        let behind = self.job.as_ref().map(|job| (job.handed_over, job.written.clone()));
        async move {
            tokio::task::yield_now().await;
            if let Some((handed_over, mut written)) = behind {
                // An error means that the job has ended: it takes whatever comes.
                let _ = written.wait_for(|written| handed_over.saturating_sub(*written) < ROOM).await;
            }
        }
    }

    /// Hands over all there is left of a file: who leaves while it is being written wants it whole. Gives back what else
    /// was to be done.
    pub(crate) fn finish(&mut self, app: &mut App, now: Now) -> Vec<Effect> {
        let mut others = Vec::new();
        while app.is_saving() {
            for effect in app.update(now, Event::BackgroundStep).effects {
                match effect {
                    Effect::Export(step) => self.step(step),
                    other => others.push(other),
                }
            }
        }
        others
    }

    /// Whether the disk has to catch up before more is handed over.
    pub(crate) fn is_behind(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.handed_over.saturating_sub(*job.written.borrow()) >= ROOM)
    }

    /// Waits until what was handed over is written, for some seconds at most.
    pub(crate) async fn close(mut self) {
        self.job = None;
        let ended = async {
            while self.under_way > 0 {
                self.recv().await;
            }
        };
        let _ = tokio::time::timeout(CLOSE_GRACE, ended).await;
    }
}

/// A job from beginning to end: the bytes written, or why not. On failure nothing of the file is left.
fn write(path: &str, steps: &steps::Receiver<WriteStep>, progress: &watch::Sender<u64>) -> Result<u64, String> {
    let place = storage::expand_path(path)?;
    let mut file = storage::create(&place).map_err(|error| storage::create_error_message(path, &place, &error))?;
    let written = write_all(&mut file, steps, progress);
    drop(file);
    written.map_err(|error| remove_partial(path, &place, &error))
}

/// What is there of a file that is not whole would look as if it were.
fn remove_partial(path: &str, place: &Path, error: &std::io::Error) -> String {
    let _ = std::fs::remove_file(place);
    storage::write_error_message(path, error)
}

fn write_all(
    file: &mut File,
    steps: &steps::Receiver<WriteStep>,
    progress: &watch::Sender<u64>,
) -> std::io::Result<u64> {
    let mut written = 0;
    // Without a sender the program is leaving before all was handed over. Half a file would look like a whole one.
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

    /// A folder of the test's own, gone with it.
    struct TestDir(PathBuf);

    impl TestDir {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("netchat-saver-{name}-{}", std::process::id()));
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

    fn save(saver: &mut ExportWriter, path: &str, pieces: &[&[u8]]) {
        saver.step(ExportStep::Create(path.to_owned()));
        for piece in pieces {
            saver.step(ExportStep::Write(piece.to_vec()));
        }
        saver.step(ExportStep::Finish);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_handed_over_is_in_the_file_and_told_once() {
        let (folder, mut saver) = (TestDir::new("whole"), ExportWriter::default());
        let path = folder.file("notes.txt");
        save(&mut saver, &path, &[b"one\n", b"two\n"]);
        assert_eq!(saver.recv().await, ExportResult { path: path.clone(), result: Ok(8) });
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
        assert_eq!(saver.under_way, 0);
        saver.step(ExportStep::Write(b"late".to_vec()));
        saver.step(ExportStep::Finish);
        saver.close().await;
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, mut saver) = (TestDir::new("mode"), ExportWriter::default());
        let path = folder.file("private");
        save(&mut saver, &path, &[b"x"]);
        saver.recv().await.result.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_that_exists_is_left_alone_and_the_steps_after_it_ignored() {
        let (folder, mut saver) = (TestDir::new("exists"), ExportWriter::default());
        let path = folder.file("notes.txt");
        std::fs::write(&path, "mine").unwrap();
        save(&mut saver, &path, &[b"other"]);
        assert_eq!(saver.recv().await.result, Err(format!("{path} already exists; choose another name.")));
        saver.close().await;
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    }

    #[tokio::test(start_paused = true)]
    async fn each_place_where_no_file_can_be_has_its_sentence() {
        let (folder, mut saver) = (TestDir::new("places"), ExportWriter::default());
        std::fs::write(folder.file("file"), "").unwrap();
        for (place, sentence) in [
            ("", "is a folder; add a file name."),
            ("no/such/file", "no such folder; create it first or choose another path."),
        ] {
            let path = folder.file(place);
            save(&mut saver, &path, &[b"x"]);
            let error = saver.recv().await.result.unwrap_err();
            assert!(error.starts_with(&path) && error.ends_with(sentence), "{error}");
        }
        save(&mut saver, &folder.file("file/inside"), &[b"x"]);
        assert!(saver.recv().await.result.is_err());
    }

    #[test]
    fn of_a_file_that_could_not_be_written_nothing_is_left() {
        let (folder, progress) = (TestDir::new("full"), watch::channel(0).0);
        let path = folder.file("notes.txt");
        std::fs::write(&path, "half").unwrap();
        // Opened for reading only, so that every write fails.
        let mut file = File::open(&path).unwrap();
        let (sender, receiver) = steps::channel();
        sender.send(WriteStep::Write(b"x".to_vec())).unwrap();
        let error = write_all(&mut file, &receiver, &progress).unwrap_err();
        let sentence = remove_partial(&path, Path::new(&path), &error);
        assert!(sentence.starts_with(&path) && sentence.contains("Nothing was saved"), "{sentence}");
        assert!(!Path::new(&path).exists());
    }

    #[tokio::test(start_paused = true)]
    async fn leaving_waits_for_a_whole_file_and_leaves_no_half_one() {
        let (folder, mut saver) = (TestDir::new("leaving"), ExportWriter::default());
        let path = folder.file("notes.txt");
        saver.step(ExportStep::Create(path.clone()));
        for _ in 0..100 {
            saver.step(ExportStep::Write(vec![b'x'; 10_000]));
        }
        saver.step(ExportStep::Finish);
        let half = folder.file("half.txt");
        saver.step(ExportStep::Create(half.clone()));
        saver.step(ExportStep::Write(b"and more".to_vec()));
        saver.close().await;
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 1_000_000);
        assert!(std::fs::metadata(&half).is_err(), "half a file looks like a whole one");
    }

    #[tokio::test(start_paused = true)]
    async fn work_goes_on_when_the_disk_has_caught_up() {
        let (folder, mut saver) = (TestDir::new("room"), ExportWriter::default());
        saver.turn().await;
        saver.step(ExportStep::Create(folder.file("big")));
        for _ in 0..10 {
            saver.step(ExportStep::Write(vec![b'x'; 1 << 20]));
        }
        saver.turn().await;
        let job = saver.job.as_ref().unwrap();
        assert!(job.handed_over - *job.written.borrow() < ROOM);
        saver.step(ExportStep::Finish);
        assert_eq!(saver.recv().await.result, Ok(10 << 20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_failed_holds_no_work_up() {
        let (folder, mut saver) = (TestDir::new("failed"), ExportWriter::default());
        saver.step(ExportStep::Create(folder.file("no/such")));
        saver.step(ExportStep::Write(vec![b'x'; 10 << 20]));
        saver.turn().await;
        assert!(saver.recv().await.result.is_err());
    }
}
