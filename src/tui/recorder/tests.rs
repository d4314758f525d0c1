use super::*;
use crate::record::{Data, Entry, Stamp, What};

fn entry(bytes: usize) -> Line {
    let what = What::Received(Data(vec![b'x'; bytes].into()));
    Line::Entry(Entry::new(Stamp { elapsed: Duration::ZERO, wall: 0 }, LinkId(0), what))
}

/// A recorder of a file that is the test's own, gone with the folder.
fn recorder() -> (tempfile::TempDir, PathBuf, Recorder) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bug.rec");
    let mut recorder = Recorder::open(&path).unwrap();
    recorder.news = None;
    (folder, path, recorder)
}

fn desk(recorder: &mut Recorder) -> &mut Desk {
    recorder.desk.as_mut().unwrap()
}

async fn complaint(recorder: &mut Recorder) -> String {
    match recorder.recv().await {
        Event::Recording(RecordNews::Failed(sentence)) => sentence,
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
    desk(&mut recorder).tray.waiting().hand = Hand::Free(File::open(&path).unwrap());
    for _ in 0..40 {
        desk(&mut recorder).write([entry(1 << 20)]);
    }
    let sentence = complaint(&mut recorder).await;
    assert!(sentence.starts_with("The recording has ended: ") && sentence.contains("bug.rec: "), "{sentence}");
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
    desk(&mut recorder).tray.waiting().hand = Hand::Writing;
    desk(&mut recorder).write((0..16).map(|_| entry(1 << 20)));
    let before = tokio::time::Instant::now();
    recorder.room().await;
    assert_eq!(before.elapsed(), PATIENCE);
    desk(&mut recorder).write([entry(1)]);
    let sentence = complaint(&mut recorder).await;
    assert!(sentence.contains("the disk takes nothing any more"), "{sentence}");
}

#[tokio::test(start_paused = true)]
async fn the_network_goes_on_when_the_disk_has_caught_up() {
    let (_folder, _path, mut recorder) = recorder();
    desk(&mut recorder).write((0..64).map(|_| entry(1 << 20)));
    recorder.room().await;
    assert!(!desk(&mut recorder).is_behind() && !desk(&mut recorder).is_stuck.load(Ordering::Relaxed));
}
