use super::*;
use crate::link::LinkId;
use crate::recording::{Data, EntryKind, Reader, RecordingEntry, Timestamp};
use std::io::BufReader;

fn entry(bytes: usize) -> RecordingLine {
    let what = EntryKind::Received(Data(vec![b'x'; bytes].into()));
    RecordingLine::Entry(RecordingEntry::new(Timestamp { elapsed: Duration::ZERO, wall: 0 }, LinkId(0), what))
}

/// Returns a recorder of a temporary file.
fn recorder() -> (tempfile::TempDir, PathBuf, Recorder) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.rec");
    let mut recorder = Recorder::open(&path).unwrap();
    recorder.pending_event = None;
    (folder, path, recorder)
}

fn active(recorder: &mut Recorder) -> &mut ActiveRecording {
    recorder.active.as_mut().unwrap()
}

async fn next_failure(recorder: &mut Recorder) -> String {
    match recorder.recv().await {
        Event::Recording(RecordingEvent::Failed(message)) => message,
        event => panic!("{event:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn queued_lines_are_written_before_closing() {
    let (_folder, path, mut recorder) = recorder();
    for _ in 0..100 {
        active(&mut recorder).write([entry(10), entry(1000)]);
    }
    recorder.close().await;
    let mut reader = Reader::open(BufReader::new(File::open(&path).unwrap())).unwrap();
    let mut count = 0;
    while reader.next_line().unwrap().is_some() {
        count += 1;
    }
    assert_eq!((count, reader.damage().message()), (200, None));
}

#[tokio::test(start_paused = true)]
async fn write_error_stops_the_recording_without_blocking() {
    let (_folder, path, mut recorder) = recorder();
    // Opened for reading only, so that every write fails.
    active(&mut recorder).queue.state().writer = RecordingWriterState::Idle(File::open(&path).unwrap());
    for _ in 0..40 {
        active(&mut recorder).write([entry(1 << 20)]);
    }
    let message = next_failure(&mut recorder).await;
    assert!(message.starts_with("Recording stopped: ") && message.contains("bug.rec: "), "{message}");
    let before = tokio::time::Instant::now();
    recorder.has_capacity(None).await;
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(recorder.active.is_none(), "reported once");
}

#[tokio::test(start_paused = true)]
async fn network_waits_for_the_disk_until_the_timeout() {
    let (_folder, _path, mut recorder) = recorder();
    recorder.has_capacity(None).await;
    // A thread owns the file and hangs.
    active(&mut recorder).queue.state().writer = RecordingWriterState::Busy;
    active(&mut recorder).write((0..16).map(|_| entry(1 << 20)));
    let before = tokio::time::Instant::now();
    recorder.has_capacity(None).await;
    assert_eq!(before.elapsed(), STALL_TIMEOUT);
    active(&mut recorder).write([entry(1)]);
    let message = next_failure(&mut recorder).await;
    assert!(message.contains("the disk is not responding"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn network_resumes_when_the_disk_has_caught_up() {
    let (_folder, _path, mut recorder) = recorder();
    active(&mut recorder).write((0..64).map(|_| entry(1 << 20)));
    recorder.has_capacity(None).await;
    assert!(!active(&mut recorder).is_behind() && !active(&mut recorder).is_stalled.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn repeated_waits_share_one_stall_timeout() {
    let (_folder, _path, mut recorder) = recorder();
    active(&mut recorder).queue.state().writer = RecordingWriterState::Busy;
    active(&mut recorder).write((0..16).map(|_| entry(1 << 20)));
    let before = tokio::time::Instant::now();
    // Other events interrupt the wait.
    while timeout(Duration::from_secs(1), recorder.has_capacity(None)).await.is_err() {
        assert!(before.elapsed() <= STALL_TIMEOUT);
    }
    assert_eq!(before.elapsed(), STALL_TIMEOUT);
    assert!(active(&mut recorder).is_stalled.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn slow_progress_is_not_a_stall() {
    let (_folder, _path, mut recorder) = recorder();
    active(&mut recorder).queue.state().writer = RecordingWriterState::Busy;
    active(&mut recorder).write((0..32).map(|_| entry(1 << 20)));
    for _ in 0..10 {
        assert!(timeout(STALL_TIMEOUT / 2, recorder.has_capacity(None)).await.is_err());
        active(&mut recorder).queue.written_bytes.send_modify(|done| *done += 1 << 20);
    }
    assert!(!active(&mut recorder).is_stalled.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn frame_waits_until_its_rows_are_written() {
    let (_folder, path, mut recorder) = recorder();
    recorder.flushed().await;
    for _ in 0..1000 {
        active(&mut recorder).write([entry(100)]);
    }
    recorder.flushed().await;
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 1001);
}

#[tokio::test(start_paused = true)]
async fn frame_waits_for_rows_queued_while_it_waited() {
    let (_folder, _path, mut recorder) = recorder();
    active(&mut recorder).queue.state().writer = RecordingWriterState::Busy;
    active(&mut recorder).write([entry(1)]);
    let first = active(&mut recorder).queued_bytes;
    let moment = Duration::from_millis(1);
    assert!(timeout(moment, recorder.flushed()).await.is_err());
    active(&mut recorder).write([entry(1)]);
    // The wait for the first row goes on, and ends when it is written.
    assert!(timeout(moment, recorder.flushed()).await.is_err());
    let (waiting, written) = (recorder.flushed(), active(&mut recorder).queue.written_bytes.clone());
    written.send_replace(first);
    assert!(timeout(moment, waiting).await.is_err(), "the second row is not in the file");
    let due = Some(Instant::now());
    assert!(timeout(moment, recorder.has_capacity(due)).await.is_err(), "no rows arrive before an overdue frame");
    written.send_replace(active(&mut recorder).queued_bytes);
    timeout(moment, async { tokio::join!(recorder.flushed(), recorder.has_capacity(due)) }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn slow_disk_delays_only_one_frame() {
    let (_folder, _path, mut recorder) = recorder();
    active(&mut recorder).queue.state().writer = RecordingWriterState::Busy;
    active(&mut recorder).write([entry(1)]);
    let before = tokio::time::Instant::now();
    // Other events interrupt the wait, and queue more lines.
    while timeout(Duration::from_millis(100), recorder.flushed()).await.is_err() {
        assert!(before.elapsed() < FRAME_WAIT);
        active(&mut recorder).write([entry(1)]);
    }
    assert_eq!(before.elapsed(), FRAME_WAIT);
    recorder.flushed().await;
    assert_eq!(before.elapsed(), FRAME_WAIT);
    // The disk catches up, then is late again.
    let all = active(&mut recorder).queued_bytes;
    active(&mut recorder).queue.written_bytes.send_replace(all);
    recorder.flushed().await;
    assert_eq!(before.elapsed(), FRAME_WAIT);
    active(&mut recorder).write([entry(1)]);
    recorder.flushed().await;
    assert_eq!(before.elapsed(), 2 * FRAME_WAIT);
}

#[tokio::test(start_paused = true)]
async fn late_progress_after_a_failure_is_ignored() {
    let (_folder, _path, mut recorder) = recorder();
    active(&mut recorder).queue.fail("the disk is not responding");
    active(&mut recorder).queue.written_bytes.send_modify(|done| *done += 1 << 20);
    active(&mut recorder).write([entry(1 << 20)]);
    recorder.has_capacity(None).await;
    recorder.flushed().await;
    assert!(next_failure(&mut recorder).await.contains("the disk is not responding"));
}

#[tokio::test(start_paused = true)]
async fn start_and_stop_are_reported_and_file_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.rec");
    let shown = path.display().to_string();
    let mut recorder = Recorder::default();
    recorder.start(shown.clone());
    assert_eq!(recorder.recv().await, Event::Recording(RecordingEvent::Begun(shown.clone())));
    active(&mut recorder).write([entry(10)]);
    recorder.stop();
    assert_eq!(recorder.recv().await, Event::Recording(RecordingEvent::Ended(shown.clone())));
    // The lock has been released.
    let mut again = Recorder::open(&path).unwrap();
    assert_eq!(again.recv().await, Event::Recording(RecordingEvent::Begun(shown)));
    again.close().await;
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 4);
    let none = folder.path().join("no/where").display().to_string();
    recorder.start(none.clone());
    let message = next_failure(&mut recorder).await;
    assert!(message.starts_with("Cannot record to ") && message.contains(&none), "{message}");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn deleted_file_stops_the_recording() {
    let (_folder, path, mut recorder) = recorder();
    active(&mut recorder).write([entry(1)]);
    recorder.flushed().await;
    std::fs::remove_file(&path).unwrap();
    active(&mut recorder).write([entry(1)]);
    let message = next_failure(&mut recorder).await;
    assert!(message.ends_with("bug.rec was deleted. Start another with /record FILE."), "{message}");
}
