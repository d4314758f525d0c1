use super::*;
use crate::app::logging::{Framing, LogFolder};
use crate::storage;
use std::fs;
use tempfile::TempDir;

/// Logs in a folder that is the test's own, gone with it.
fn logs() -> (TempDir, LogWriter) {
    let folder = tempfile::tempdir().unwrap();
    let logs = LogWriter::in_folder(Some(folder.path().join("logs")));
    (folder, logs)
}

fn place(name: &str) -> LogPath {
    LogPath { folder: LogFolder::Default, path: name.to_owned(), date_split: None }
}

fn append(logs: &mut LogWriter, name: &str, bytes: impl Into<Vec<u8>>) {
    let (place, bytes) = (place(name), bytes.into());
    logs.run(LogCommand::Append { place, bytes, ending: Framing::Lines, largest: 0 });
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join("logs").join(name)).unwrap()
}

/// What is told of a log next.
async fn logged(logs: &mut LogWriter) -> (String, Result<String, String>) {
    match logs.recv().await {
        Event::LogOpened { place, result } => (place.path, result),
        event => panic!("{event:?}"),
    }
}

/// Whether nothing is told.
async fn is_silent(logs: &mut LogWriter) -> bool {
    tokio::time::timeout(Duration::from_secs(3600), logs.recv()).await.is_err()
}

async fn time_of(waiting: impl Future<Output = ()>) -> Duration {
    let begin = Instant::now();
    waiting.await;
    begin.elapsed()
}

/// A file where the folder of the logs belongs: none can be made.
fn spoil(folder: &TempDir) -> std::path::PathBuf {
    let logs = folder.path().join("logs");
    fs::write(&logs, "").unwrap();
    logs
}

#[tokio::test(start_paused = true)]
async fn what_is_handed_over_is_in_the_files_in_order_when_it_has_settled() {
    let (folder, mut logs) = logs();
    let lines: Vec<_> = (0..200).map(|line| format!("{line}\n")).collect();
    for line in &lines {
        append(&mut logs, "a", line.as_bytes());
        append(&mut logs, "b", line.as_bytes());
    }
    logs.settled(Some(Instant::now())).await;
    assert_eq!(text(&folder, "a"), lines.concat());
    assert_eq!(text(&folder, "b"), lines.concat());
    for name in ["a", "b"] {
        let told = storage::display_path(&folder.path().join("logs").join(name));
        assert_eq!(logged(&mut logs).await, (name.to_owned(), Ok(told)), "told once");
    }
    assert!(is_silent(&mut logs).await);
    append(&mut logs, "a", "last\n");
    assert_eq!(logs.close().await, Vec::<String>::new());
    assert!(text(&folder, "a").ends_with("199\nlast\n"));
}

#[tokio::test(start_paused = true)]
async fn where_nothing_waits_nobody_waits() {
    let (_folder, logs) = logs();
    for frame in [None, Some(Instant::now())] {
        assert_eq!(time_of(logs.settled(frame)).await, Duration::ZERO);
        assert_eq!(time_of(logs.room(frame)).await, Duration::ZERO);
    }
    assert_eq!(time_of(async { drop(logs.close().await) }).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_is_told_once_and_what_comes_after_that_begins_anew() {
    let (folder, mut logs) = logs();
    let in_the_way = spoil(&folder);
    for _ in 0..5 {
        append(&mut logs, "a", "lost\n");
    }
    logs.settled(Some(Instant::now())).await;
    // The core has not heard of it.
    append(&mut logs, "a", "would leave a hole before it\n");
    let (name, result) = logged(&mut logs).await;
    assert!(name == "a" && result.as_ref().is_err_and(|sentence| sentence.contains("logs/a: ")), "{result:?}");
    assert!(is_silent(&mut logs).await);
    fs::remove_file(in_the_way).unwrap();
    append(&mut logs, "a", "kept\n");
    assert!(logged(&mut logs).await.1.is_ok());
    assert_eq!(text(&folder, "a"), "kept\n");
}

#[tokio::test(start_paused = true)]
async fn one_that_goes_wrong_takes_no_other_along() {
    let (folder, mut logs) = logs();
    fs::create_dir_all(folder.path().join("logs/a")).unwrap();
    for line in ["1\n", "2\n", "3\n"] {
        append(&mut logs, "a", line);
        append(&mut logs, "b", line);
    }
    logs.settled(Some(Instant::now())).await;
    let (name, result) = logged(&mut logs).await;
    assert_eq!(name, "a");
    assert!(result.unwrap_err().ends_with("logs/a is a folder; add a file name."));
    assert_eq!(text(&folder, "b"), "1\n2\n3\n");
    assert!(!logs.is_behind(), "nobody waits for what is dropped");
}

#[tokio::test(start_paused = true)]
async fn a_slow_disk_holds_up_one_frame_and_that_for_a_moment() {
    let (_folder, mut logs) = logs();
    logs.tray.block();
    append(&mut logs, "a", "x\n");
    let due = Instant::now();
    // Keys and news come meanwhile, after each of which it is asked again.
    let mut took = Duration::ZERO;
    for _ in 0..100 {
        took += time_of(async {
            let _ = timeout(Duration::from_millis(10), logs.settled(Some(due))).await;
        })
        .await;
    }
    assert_eq!(took, FRAME_WAIT);
    assert_eq!(time_of(logs.settled(Some(Instant::now()))).await, Duration::ZERO);
    assert_eq!(time_of(logs.room(Some(Instant::now()))).await, Duration::ZERO);
    // It has caught up.
    let files = crate::storage::OpenLogs::new(logs.folders.clone());
    logs.tray.work(files);
    logs.settled(Some(Instant::now())).await;
    logs.tray.block();
    append(&mut logs, "a", "y\n");
    assert_eq!(time_of(logs.settled(Some(Instant::now()))).await, FRAME_WAIT);
}

#[tokio::test(start_paused = true)]
async fn the_network_waits_with_a_frame_that_is_due_and_where_too_much_waits() {
    let (_folder, mut logs) = logs();
    logs.tray.block();
    append(&mut logs, "a", "x\n");
    let now = Instant::now();
    assert_eq!(time_of(logs.room(None)).await, Duration::ZERO);
    assert_eq!(time_of(logs.room(Some(now + Duration::from_millis(5)))).await, Duration::ZERO);
    assert_eq!(time_of(logs.room(Some(now))).await, FRAME_WAIT);
    append(&mut logs, "a", vec![b'x'; usize::try_from(MAX_PENDING_BYTES).unwrap()]);
    let second = Duration::from_secs(1);
    assert!(timeout(second, logs.room(None)).await.is_err());
    let files = crate::storage::OpenLogs::new(logs.folders.clone());
    let (tray, room) = (Arc::clone(&logs.tray), logs.room(None));
    let job = spawn_blocking(move || tray.work(files));
    room.await;
    job.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_takes_nothing_ends_the_logs_that_wait_for_it_and_no_others() {
    let (folder, mut logs) = logs();
    append(&mut logs, "fine", "one\n");
    assert!(logged(&mut logs).await.1.is_ok());
    // All is written some time before the thread is gone.
    logs.job.take().unwrap().await.unwrap();
    logs.tray.block();
    let begin = Instant::now();
    for name in ["a", "b", "a"] {
        append(&mut logs, name, "x\n");
    }
    for name in ["a", "b"] {
        let sentence = format!(
            "{}: the disk is not responding; choose another path.",
            storage::display_path(&folder.path().join("logs").join(name))
        );
        assert_eq!(logged(&mut logs).await, (name.to_owned(), Err(sentence)));
        assert_eq!(begin.elapsed().as_secs(), STALL_TIMEOUT.as_secs());
    }
    assert!(is_silent(&mut logs).await);
    assert_eq!(time_of(logs.settled(Some(Instant::now()))).await, Duration::ZERO);
    append(&mut logs, "fine", "two\n");
    append(&mut logs, "a", "again\n");
    logs.settled(Some(Instant::now())).await;
    assert_eq!((text(&folder, "fine"), text(&folder, "a")), ("one\ntwo\n".to_owned(), "again\n".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn until_its_end_is_told_a_log_takes_nothing() {
    let (folder, mut logs) = logs();
    logs.tray.block();
    append(&mut logs, "a", "x\n");
    let _ = timeout(STALL_TIMEOUT, logs.stalled()).await;
    logs.fail_stalled();
    append(&mut logs, "a", "would leave a hole before it\n");
    append(&mut logs, "b", "y\n");
    logs.settled(Some(Instant::now())).await;
    assert!(!folder.path().join("logs/a").exists());
    assert_eq!(text(&folder, "b"), "y\n");
}

#[tokio::test(start_paused = true)]
async fn a_thread_that_comes_back_after_all_says_and_writes_nothing() {
    let (folder, mut logs) = logs();
    logs.tray.block();
    append(&mut logs, "a", "x\n");
    let late = Arc::clone(&logs.tray);
    assert!(logged(&mut logs).await.1.is_err());
    late.work(crate::storage::OpenLogs::new(logs.folders.clone()));
    assert!(!folder.path().join("logs").exists());
    assert!(is_silent(&mut logs).await);
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_takes_something_now_and_then_is_not_given_up() {
    let (_folder, mut logs) = logs();
    logs.tray.block();
    for _ in 0..5 {
        append(&mut logs, "a", "x\n");
        assert!(timeout(STALL_TIMEOUT * 9 / 10, logs.recv()).await.is_err());
        let (tray, files) = (Arc::clone(&logs.tray), crate::storage::OpenLogs::new(logs.folders.clone()));
        spawn_blocking(move || tray.work(files)).await.unwrap();
        assert!(logged(&mut logs).await.1.is_ok());
        logs.tray.block();
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_log_has_what_was_handed_over_before() {
    let (folder, mut logs) = logs();
    append(&mut logs, "a", "1\n2\n3\n");
    logs.run(LogCommand::Tail { tab: LinkId(7), place: place("a"), lines: 2 });
    assert!(logged(&mut logs).await.1.is_ok());
    let told = storage::display_path(&folder.path().join("logs/a"));
    assert_eq!(logs.recv().await, Event::LogTail { tab: LinkId(7), result: Ok((told, b"2\n3\n".to_vec())) });
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_the_end_of_a_log() {
    let (_folder, mut logs) = logs();
    logs.tray.block();
    append(&mut logs, "a", "x\n");
    let begin = Instant::now();
    logs.run(LogCommand::Tail { tab: LinkId(7), place: place("a"), lines: 2 });
    let Event::LogTail { tab: LinkId(7), result: Err(sentence) } = logs.recv().await else { panic!() };
    assert!(sentence.ends_with("logs/a: the disk is not responding."), "{sentence}");
    assert_eq!(begin.elapsed().as_secs(), TAIL_TIMEOUT.as_secs());
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_with_the_last_lines_is_told_to_whoever_leaves() {
    let (folder, mut logs) = logs();
    spoil(&folder);
    append(&mut logs, "a", "lost\n");
    append(&mut logs, "a", "lost\n");
    let sentences = logs.close().await;
    assert_eq!(sentences.len(), 1, "{sentences:?}");
    assert!(sentences[0].starts_with("The last log lines were not saved. ") && sentences[0].contains("logs/a: "));
}

#[tokio::test(start_paused = true)]
async fn who_leaves_a_disk_that_takes_nothing_waits_for_some_seconds_and_is_told() {
    let (folder, mut logs) = logs();
    logs.tray.block();
    append(&mut logs, "a", "lost\n");
    // On paused time the clock stands still for as long as a thread is at work: this is none.
    logs.job = Some(tokio::spawn(std::future::pending()));
    let begin = Instant::now();
    let sentences = logs.close().await;
    assert_eq!(begin.elapsed(), CLOSE_TIMEOUT);
    let path = storage::display_path(&folder.path().join("logs/a"));
    let wanted = format!("The last log lines were not saved. {path}: the disk is not responding; choose another path.");
    assert_eq!(sentences, [wanted]);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_was_stopped_and_goes_on_has_not_waited_for_the_disk() {
    let (_folder, mut logs) = logs();
    logs.tray.block();
    append(&mut logs, "a", "x\n");
    tokio::time::advance(STALL_TIMEOUT * 10).await;
    let (tray, files) = (Arc::clone(&logs.tray), crate::storage::OpenLogs::new(logs.folders.clone()));
    let writer = async {
        tokio::time::sleep(FRAME_WAIT / 2).await;
        spawn_blocking(move || tray.work(files)).await.unwrap();
    };
    let ((_, result), ()) = tokio::join!(logged(&mut logs), writer);
    assert!(result.is_ok(), "{result:?}");
}
