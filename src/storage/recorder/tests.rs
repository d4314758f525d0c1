use super::*;
use crate::link::LinkId;
use crate::recording::{Data, EntryKind, Reader, RecordingEntry, Timestamp};
use std::io::BufReader;

fn entry(bytes: usize) -> RecordingLine {
    let what = EntryKind::Received(Data(vec![b'x'; bytes].into()));
    RecordingLine::Entry(RecordingEntry::new(Timestamp { elapsed: Duration::ZERO, wall: 0 }, LinkId(0), what))
}

/// A recorder of a file that is the test's own, gone with the folder.
fn recorder() -> (tempfile::TempDir, PathBuf, Recorder) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.rec");
    let mut recorder = Recorder::open(&path).unwrap();
    recorder.news = None;
    (folder, path, recorder)
}

fn desk(recorder: &mut Recorder) -> &mut ActiveRecording {
    recorder.desk.as_mut().unwrap()
}

async fn complaint(recorder: &mut Recorder) -> String {
    match recorder.recv().await {
        Event::Recording(RecordingEvent::Failed(sentence)) => sentence,
        event => panic!("{event:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_handed_over_is_in_the_file_when_it_is_closed() {
    let (_folder, path, mut recorder) = recorder();
    for _ in 0..100 {
        desk(&mut recorder).write([entry(10), entry(1000)]);
    }
    recorder.close().await;
    let mut reader = Reader::open(BufReader::new(File::open(&path).unwrap())).unwrap();
    let mut count = 0;
    while reader.next_line().unwrap().is_some() {
        count += 1;
    }
    assert_eq!((count, reader.damage().sentence()), (200, None));
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_fails_ends_the_recording_with_one_sentence_and_holds_nobody_up() {
    let (_folder, path, mut recorder) = recorder();
    // Opened for reading only, so that every write fails.
    desk(&mut recorder).tray.waiting().hand = RecordingWriterState::Free(File::open(&path).unwrap());
    for _ in 0..40 {
        desk(&mut recorder).write([entry(1 << 20)]);
    }
    let sentence = complaint(&mut recorder).await;
    assert!(sentence.starts_with("Recording stopped: ") && sentence.contains("bug.rec: "), "{sentence}");
    let before = tokio::time::Instant::now();
    recorder.room().await;
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(recorder.desk.is_none(), "it is told once");
}

#[tokio::test(start_paused = true)]
async fn the_network_waits_for_the_disk_and_after_a_while_no_more() {
    let (_folder, _path, mut recorder) = recorder();
    recorder.room().await;
    // Somebody has the file, and does not write.
    desk(&mut recorder).tray.waiting().hand = RecordingWriterState::Writing;
    desk(&mut recorder).write((0..16).map(|_| entry(1 << 20)));
    let before = tokio::time::Instant::now();
    recorder.room().await;
    assert_eq!(before.elapsed(), STALL_TIMEOUT);
    desk(&mut recorder).write([entry(1)]);
    let sentence = complaint(&mut recorder).await;
    assert!(sentence.contains("the disk is not responding"), "{sentence}");
}

#[tokio::test(start_paused = true)]
async fn the_network_goes_on_when_the_disk_has_caught_up() {
    let (_folder, _path, mut recorder) = recorder();
    desk(&mut recorder).write((0..64).map(|_| entry(1 << 20)));
    recorder.room().await;
    assert!(!desk(&mut recorder).is_behind() && !desk(&mut recorder).is_stuck.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn the_patience_of_the_network_begins_once_whatever_happens_meanwhile() {
    let (_folder, _path, mut recorder) = recorder();
    desk(&mut recorder).tray.waiting().hand = RecordingWriterState::Writing;
    desk(&mut recorder).write((0..16).map(|_| entry(1 << 20)));
    let before = tokio::time::Instant::now();
    // Somebody types.
    while timeout(Duration::from_secs(1), recorder.room()).await.is_err() {
        assert!(before.elapsed() <= STALL_TIMEOUT);
    }
    assert_eq!(before.elapsed(), STALL_TIMEOUT);
    assert!(desk(&mut recorder).is_stuck.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_takes_a_little_is_not_stuck() {
    let (_folder, _path, mut recorder) = recorder();
    desk(&mut recorder).tray.waiting().hand = RecordingWriterState::Writing;
    desk(&mut recorder).write((0..32).map(|_| entry(1 << 20)));
    for _ in 0..10 {
        assert!(timeout(STALL_TIMEOUT / 2, recorder.room()).await.is_err());
        desk(&mut recorder).tray.progress.send_modify(|done| *done += 1 << 20);
    }
    assert!(!desk(&mut recorder).is_stuck.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn a_frame_waits_until_what_it_shows_is_in_the_file() {
    let (_folder, path, mut recorder) = recorder();
    recorder.settled().await;
    for _ in 0..1000 {
        desk(&mut recorder).write([entry(100)]);
    }
    recorder.settled().await;
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 1001);
}

#[tokio::test(start_paused = true)]
async fn no_frame_waits_for_a_late_disk_for_long_and_those_after_it_not_at_all() {
    let (_folder, _path, mut recorder) = recorder();
    desk(&mut recorder).tray.waiting().hand = RecordingWriterState::Writing;
    desk(&mut recorder).write([entry(1)]);
    let before = tokio::time::Instant::now();
    // Keys come meanwhile, and more to write.
    while timeout(Duration::from_millis(100), recorder.settled()).await.is_err() {
        assert!(before.elapsed() < FRAME_WAIT);
        desk(&mut recorder).write([entry(1)]);
    }
    assert_eq!(before.elapsed(), FRAME_WAIT);
    recorder.settled().await;
    assert_eq!(before.elapsed(), FRAME_WAIT);
    // It has caught up, and then is late again.
    let all = desk(&mut recorder).handed_over;
    desk(&mut recorder).tray.progress.send_replace(all);
    recorder.settled().await;
    assert_eq!(before.elapsed(), FRAME_WAIT);
    desk(&mut recorder).write([entry(1)]);
    recorder.settled().await;
    assert_eq!(before.elapsed(), 2 * FRAME_WAIT);
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_comes_back_when_nobody_waits_any_more_does_no_harm() {
    let (_folder, _path, mut recorder) = recorder();
    desk(&mut recorder).tray.end("the disk is not responding");
    desk(&mut recorder).tray.progress.send_modify(|done| *done += 1 << 20);
    desk(&mut recorder).write([entry(1 << 20)]);
    recorder.room().await;
    recorder.settled().await;
    assert!(complaint(&mut recorder).await.contains("the disk is not responding"));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_begun_and_ended_says_so_and_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.rec");
    let shown = path.display().to_string();
    let mut recorder = Recorder::default();
    recorder.begin(shown.clone());
    assert_eq!(recorder.recv().await, Event::Recording(RecordingEvent::Begun(shown.clone())));
    desk(&mut recorder).write([entry(10)]);
    recorder.end();
    assert_eq!(recorder.recv().await, Event::Recording(RecordingEvent::Ended(shown.clone())));
    // Nobody holds it any more.
    let mut again = Recorder::open(&path).unwrap();
    assert_eq!(again.recv().await, Event::Recording(RecordingEvent::Begun(shown)));
    again.close().await;
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 4);
    let none = folder.path().join("no/where").display().to_string();
    recorder.begin(none.clone());
    let sentence = complaint(&mut recorder).await;
    assert!(sentence.starts_with("Cannot record to ") && sentence.contains(&none), "{sentence}");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_file_that_is_deleted_ends_the_recording_with_one_sentence() {
    let (_folder, path, mut recorder) = recorder();
    desk(&mut recorder).write([entry(1)]);
    recorder.settled().await;
    std::fs::remove_file(&path).unwrap();
    desk(&mut recorder).write([entry(1)]);
    let sentence = complaint(&mut recorder).await;
    assert!(sentence.ends_with("bug.rec was deleted. Start another with /record FILE."), "{sentence}");
}
