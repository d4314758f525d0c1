use super::*;
use crate::app::logging::{Framing, LogFolder};
use crate::storage;
use std::fs;
use tempfile::TempDir;

/// Returns a writer with a temporary log folder.
fn log_writer() -> (TempDir, LogWriter) {
    let folder = tempfile::tempdir().unwrap();
    let writer = LogWriter::in_folder(Some(folder.path().join("logs")));
    (folder, writer)
}

fn log_path(name: &str) -> LogPath {
    LogPath { folder: LogFolder::Default, path: name.to_owned(), date_split: None }
}

fn append(logs: &mut LogWriter, name: &str, bytes: impl Into<Vec<u8>>) {
    let (log, bytes) = (log_path(name), bytes.into());
    logs.run(LogCommand::Append { log, bytes, framing: Framing::Lines, max_size: 0 });
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join("logs").join(name)).unwrap()
}

/// Returns the next log that was opened or failed.
async fn opened(logs: &mut LogWriter) -> (String, Result<String, String>) {
    match logs.recv().await {
        Event::LogOpened { log, result } => (log.path, result),
        event => panic!("{event:?}"),
    }
}

/// Tells whether no event is pending.
async fn is_silent(logs: &mut LogWriter) -> bool {
    tokio::time::timeout(Duration::from_secs(3600), logs.recv()).await.is_err()
}

async fn time_of(waiting: impl Future<Output = ()>) -> Duration {
    let begin = Instant::now();
    waiting.await;
    begin.elapsed()
}

/// Creates a file in place of the log folder, so that no log can be created.
fn block_log_folder(folder: &TempDir) -> std::path::PathBuf {
    let path = folder.path().join("logs");
    fs::write(&path, "").unwrap();
    path
}

#[tokio::test(start_paused = true)]
async fn queued_lines_are_written_in_order_when_flushed() {
    let (folder, mut logs) = log_writer();
    let lines: Vec<_> = (0..200).map(|line| format!("{line}\n")).collect();
    for line in &lines {
        append(&mut logs, "a", line.as_bytes());
        append(&mut logs, "b", line.as_bytes());
    }
    logs.flushed(Some(Instant::now())).await;
    assert_eq!(text(&folder, "a"), lines.concat());
    assert_eq!(text(&folder, "b"), lines.concat());
    for name in ["a", "b"] {
        let shown_path = storage::display_path(&folder.path().join("logs").join(name));
        assert_eq!(opened(&mut logs).await, (name.to_owned(), Ok(shown_path)), "reported once");
    }
    assert!(is_silent(&mut logs).await);
    append(&mut logs, "a", "last\n");
    assert_eq!(logs.close().await, Vec::<String>::new());
    assert!(text(&folder, "a").ends_with("199\nlast\n"));
}

#[tokio::test(start_paused = true)]
async fn nothing_waits_while_nothing_is_queued() {
    let (_folder, logs) = log_writer();
    for frame in [None, Some(Instant::now())] {
        assert_eq!(time_of(logs.flushed(frame)).await, Duration::ZERO);
        assert_eq!(time_of(logs.has_capacity(frame)).await, Duration::ZERO);
    }
    assert_eq!(time_of(async { drop(logs.close().await) }).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn failure_is_reported_once_and_the_log_opened_again() {
    let (folder, mut logs) = log_writer();
    let blocking_file = block_log_folder(&folder);
    for _ in 0..5 {
        append(&mut logs, "a", "lost\n");
    }
    logs.flushed(Some(Instant::now())).await;
    // The failure has not been reported yet.
    append(&mut logs, "a", "would leave a hole before it\n");
    let (name, result) = opened(&mut logs).await;
    assert!(name == "a" && result.as_ref().is_err_and(|message| message.contains("logs/a: ")), "{result:?}");
    assert!(is_silent(&mut logs).await);
    fs::remove_file(blocking_file).unwrap();
    append(&mut logs, "a", "kept\n");
    assert!(opened(&mut logs).await.1.is_ok());
    assert_eq!(text(&folder, "a"), "kept\n");
}

#[tokio::test(start_paused = true)]
async fn failed_log_does_not_affect_others() {
    let (folder, mut logs) = log_writer();
    fs::create_dir_all(folder.path().join("logs/a")).unwrap();
    for line in ["1\n", "2\n", "3\n"] {
        append(&mut logs, "a", line);
        append(&mut logs, "b", line);
    }
    logs.flushed(Some(Instant::now())).await;
    let (name, result) = opened(&mut logs).await;
    assert_eq!(name, "a");
    assert!(result.unwrap_err().ends_with("logs/a is a folder; add a file name."));
    assert_eq!(text(&folder, "b"), "1\n2\n3\n");
    assert!(!logs.is_behind(), "dropped appends count as written");
}

#[tokio::test(start_paused = true)]
async fn slow_disk_delays_one_frame_briefly() {
    let (_folder, mut logs) = log_writer();
    logs.queue.block();
    append(&mut logs, "a", "x\n");
    let due = Instant::now();
    // Other events interrupt the wait, after each of which it starts again.
    let mut waited = Duration::ZERO;
    for _ in 0..100 {
        waited += time_of(async {
            let _ = timeout(Duration::from_millis(10), logs.flushed(Some(due))).await;
        })
        .await;
    }
    assert_eq!(waited, FRAME_WAIT);
    assert_eq!(time_of(logs.flushed(Some(Instant::now()))).await, Duration::ZERO);
    assert_eq!(time_of(logs.has_capacity(Some(Instant::now()))).await, Duration::ZERO);
    // The disk catches up.
    let files = storage::OpenLogs::new(logs.folders.clone());
    logs.queue.write_all(files);
    logs.flushed(Some(Instant::now())).await;
    logs.queue.block();
    append(&mut logs, "a", "y\n");
    assert_eq!(time_of(logs.flushed(Some(Instant::now()))).await, FRAME_WAIT);
}

#[tokio::test(start_paused = true)]
async fn network_waits_for_due_frames_and_full_queue() {
    let (_folder, mut logs) = log_writer();
    logs.queue.block();
    append(&mut logs, "a", "x\n");
    let now = Instant::now();
    assert_eq!(time_of(logs.has_capacity(None)).await, Duration::ZERO);
    assert_eq!(time_of(logs.has_capacity(Some(now + Duration::from_millis(5)))).await, Duration::ZERO);
    assert_eq!(time_of(logs.has_capacity(Some(now))).await, FRAME_WAIT);
    append(&mut logs, "a", vec![b'x'; usize::try_from(MAX_PENDING_BYTES).unwrap()]);
    let second = Duration::from_secs(1);
    assert!(timeout(second, logs.has_capacity(None)).await.is_err());
    let files = storage::OpenLogs::new(logs.folders.clone());
    let (queue, has_capacity) = (Arc::clone(&logs.queue), logs.has_capacity(None));
    let job = spawn_blocking(move || queue.write_all(files));
    has_capacity.await;
    job.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn hanging_disk_fails_waiting_logs_only() {
    let (folder, mut logs) = log_writer();
    append(&mut logs, "fine", "one\n");
    assert!(opened(&mut logs).await.1.is_ok());
    // Everything is written a little before the thread ends.
    logs.worker.take().unwrap().await.unwrap();
    logs.queue.block();
    let begin = Instant::now();
    for name in ["a", "b", "a"] {
        append(&mut logs, name, "x\n");
    }
    for name in ["a", "b"] {
        let message = format!(
            "{}: the disk is not responding; choose another path.",
            storage::display_path(&folder.path().join("logs").join(name))
        );
        assert_eq!(opened(&mut logs).await, (name.to_owned(), Err(message)));
        assert_eq!(begin.elapsed().as_secs(), STALL_TIMEOUT.as_secs());
    }
    assert!(is_silent(&mut logs).await);
    assert_eq!(time_of(logs.flushed(Some(Instant::now()))).await, Duration::ZERO);
    append(&mut logs, "fine", "two\n");
    append(&mut logs, "a", "again\n");
    logs.flushed(Some(Instant::now())).await;
    assert_eq!((text(&folder, "fine"), text(&folder, "a")), ("one\ntwo\n".to_owned(), "again\n".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn failed_log_drops_lines_until_the_failure_is_reported() {
    let (folder, mut logs) = log_writer();
    logs.queue.block();
    append(&mut logs, "a", "x\n");
    let _ = timeout(STALL_TIMEOUT, logs.stalled()).await;
    logs.fail_stalled();
    append(&mut logs, "a", "would leave a hole before it\n");
    append(&mut logs, "b", "y\n");
    logs.flushed(Some(Instant::now())).await;
    assert!(!folder.path().join("logs/a").exists());
    assert_eq!(text(&folder, "b"), "y\n");
}

#[tokio::test(start_paused = true)]
async fn thread_of_a_closed_queue_writes_and_reports_nothing() {
    let (folder, mut logs) = log_writer();
    logs.queue.block();
    append(&mut logs, "a", "x\n");
    let late = Arc::clone(&logs.queue);
    assert!(opened(&mut logs).await.1.is_err());
    late.write_all(storage::OpenLogs::new(logs.folders.clone()));
    assert!(!folder.path().join("logs").exists());
    assert!(is_silent(&mut logs).await);
}

#[tokio::test(start_paused = true)]
async fn slow_progress_is_not_a_stall() {
    let (_folder, mut logs) = log_writer();
    logs.queue.block();
    for _ in 0..5 {
        append(&mut logs, "a", "x\n");
        assert!(timeout(STALL_TIMEOUT * 9 / 10, logs.recv()).await.is_err());
        let (queue, files) = (Arc::clone(&logs.queue), storage::OpenLogs::new(logs.folders.clone()));
        spawn_blocking(move || queue.write_all(files)).await.unwrap();
        assert!(opened(&mut logs).await.1.is_ok());
        logs.queue.block();
    }
}

#[tokio::test(start_paused = true)]
async fn tail_includes_lines_queued_before() {
    let (folder, mut logs) = log_writer();
    append(&mut logs, "a", "1\n2\n3\n");
    logs.run(LogCommand::Tail { tab: LinkId(7), log: log_path("a"), lines: 2 });
    assert!(opened(&mut logs).await.1.is_ok());
    let shown_path = storage::display_path(&folder.path().join("logs/a"));
    assert_eq!(logs.recv().await, Event::LogTail { tab: LinkId(7), result: Ok((shown_path, b"2\n3\n".to_vec())) });
}

#[tokio::test(start_paused = true)]
async fn tail_times_out() {
    let (_folder, mut logs) = log_writer();
    logs.queue.block();
    append(&mut logs, "a", "x\n");
    let begin = Instant::now();
    logs.run(LogCommand::Tail { tab: LinkId(7), log: log_path("a"), lines: 2 });
    let Event::LogTail { tab: LinkId(7), result: Err(message) } = logs.recv().await else { panic!() };
    assert!(message.ends_with("logs/a: the disk is not responding."), "{message}");
    assert_eq!(begin.elapsed().as_secs(), TAIL_TIMEOUT.as_secs());
}

#[tokio::test(start_paused = true)]
async fn close_returns_failures_of_the_last_lines() {
    let (folder, mut logs) = log_writer();
    block_log_folder(&folder);
    append(&mut logs, "a", "lost\n");
    append(&mut logs, "a", "lost\n");
    let messages = logs.close().await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].starts_with("The last log lines were not saved. ") && messages[0].contains("logs/a: "));
}

#[tokio::test(start_paused = true)]
async fn close_times_out_on_a_hanging_disk() {
    let (folder, mut logs) = log_writer();
    logs.queue.block();
    append(&mut logs, "a", "lost\n");
    // A task, because paused time does not advance while a blocking thread runs.
    logs.worker = Some(tokio::spawn(std::future::pending()));
    let begin = Instant::now();
    let messages = logs.close().await;
    assert_eq!(begin.elapsed(), CLOSE_TIMEOUT);
    let path = storage::display_path(&folder.path().join("logs/a"));
    let wanted = format!("The last log lines were not saved. {path}: the disk is not responding; choose another path.");
    assert_eq!(messages, [wanted]);
}

#[tokio::test(start_paused = true)]
async fn time_while_stopped_does_not_count_as_a_stall() {
    let (_folder, mut logs) = log_writer();
    logs.queue.block();
    append(&mut logs, "a", "x\n");
    tokio::time::advance(STALL_TIMEOUT * 10).await;
    let (queue, files) = (Arc::clone(&logs.queue), storage::OpenLogs::new(logs.folders.clone()));
    let writer = async {
        tokio::time::sleep(FRAME_WAIT / 2).await;
        spawn_blocking(move || queue.write_all(files)).await.unwrap();
    };
    let ((_, result), ()) = tokio::join!(opened(&mut logs), writer);
    assert!(result.is_ok(), "{result:?}");
}
