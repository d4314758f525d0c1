use super::*;
use tempfile::TempDir;

fn logs() -> (TempDir, OpenLogs) {
    let folder = tempfile::tempdir().unwrap();
    let logs = OpenLogs::new(LogFolders::new(Some(folder.path().join("state/logs"))));
    (folder, logs)
}

fn log_path(folder: LogFolder, path: &str) -> LogPath {
    LogPath { folder, path: path.to_owned(), date_split: None }
}

fn append(log: &LogPath, text: &str) -> LogAppend {
    LogAppend { log: log.clone(), bytes: text.into(), framing: Framing::Lines, max_size: 0 }
}

#[test]
fn first_append_returns_the_path() {
    let (folder, mut logs) = logs();
    let default_log = log_path(LogFolder::Default, "pi-12345.log");
    let path = folder.path().join("state/logs/pi-12345.log");
    assert_eq!(logs.append(&append(&default_log, "one\n")), Ok(Some(storage::display_path(&path))));
    assert_eq!(logs.append(&append(&default_log, "two\n")), Ok(None));
    assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
    assert_eq!(logs.folders.display_path(&default_log), storage::display_path(&path));
}

#[test]
fn failed_log_is_opened_again() {
    let (folder, mut logs) = logs();
    let inner = folder.path().join("a/b");
    let place = log_path(LogFolder::Literal, inner.join("x.log").to_str().unwrap());
    let message = logs.append(&append(&place, "lost\n")).unwrap_err();
    assert!(message.ends_with("no such folder; create it first or choose another path."), "{message}");
    std::fs::create_dir_all(&inner).unwrap();
    assert!(logs.append(&append(&place, "log\n")).unwrap().is_some());
    assert_eq!(std::fs::read(inner.join("x.log")).unwrap(), b"log\n");
}

#[test]
fn default_log_needs_a_home() {
    let mut logs = OpenLogs::new(LogFolders::new(None));
    let default_log = log_path(LogFolder::Default, "pi.log");
    let message = "HOME is not set; name a log file: /log FILE.";
    assert_eq!(logs.append(&append(&default_log, "x\n")), Err(message.to_owned()));
    assert_eq!(logs.folders.tail(&default_log, 1), Err(message.to_owned()));
    assert_eq!(logs.folders.display_path(&default_log), "pi.log");
}

#[test]
fn number_of_open_files_is_limited_without_losing_lines() {
    let (folder, mut logs) = logs();
    let places: Vec<_> =
        (0..MAX_OPEN_FILES + 10).map(|number| log_path(LogFolder::Default, &format!("{number}.log"))).collect();
    for round in 0..3 {
        for place in &places {
            let shown_path = logs.append(&append(place, &format!("{round}\n"))).unwrap();
            assert_eq!(shown_path.is_some(), round == 0);
            assert!(logs.files.values().filter(|log| log.file.is_some()).count() <= MAX_OPEN_FILES);
        }
    }
    for place in &places {
        let path = folder.path().join("state/logs").join(&place.path);
        assert_eq!(std::fs::read(path).unwrap(), b"0\n1\n2\n");
    }
    // The most recently used file stays open.
    assert!(logs.files[&places[MAX_OPEN_FILES + 9]].file.is_some() && logs.files[&places[0]].file.is_none());
}

#[test]
fn log_closed_for_others_does_not_recreate_its_folder() {
    let (folder, mut logs) = logs();
    let default_log = log_path(LogFolder::Default, "pi.log");
    logs.append(&append(&default_log, "one\n")).unwrap();
    logs.close_oldest_if_full(1);
    std::fs::remove_dir_all(folder.path().join("state")).unwrap();
    let message = logs.append(&append(&default_log, "two\n")).unwrap_err();
    assert!(message.ends_with("no such folder; create it first or choose another path."), "{message}");
    assert!(!folder.path().join("state").exists());
}

#[test]
fn tail_continues_in_earlier_days() {
    let (folder, mut logs) = logs();
    let mut today = log_path(LogFolder::Default, "pi-2026-11-22.log");
    today.date_split = Some(("pi-".to_owned(), ".log".to_owned()));
    let shown_path = |day: &str| storage::display_path(&folder.path().join(format!("state/logs/pi-2026-11-{day}.log")));
    assert_eq!(logs.folders.tail(&today, 2), Ok((shown_path("22"), Vec::new())));
    logs.append(&append(&log_path(LogFolder::Default, "pi-2026-11-20.log"), "a\nb\nc\n")).unwrap();
    logs.append(&append(&log_path(LogFolder::Default, "pi-2026-11-19.log"), "older\n")).unwrap();
    assert_eq!(logs.folders.tail(&today, 2), Ok((shown_path("20"), b"b\nc\n".to_vec())));
    logs.append(&append(&today, "d\n")).unwrap();
    assert_eq!(logs.folders.tail(&today, 1), Ok((shown_path("22"), b"d\n".to_vec())));
    assert_eq!(logs.folders.tail(&today, 9), Ok((shown_path("22"), b"older\na\nb\nc\nd\n".to_vec())));
    logs.append(&append(&log_path(LogFolder::Default, "pi-2026-11-23.log"), "tomorrow\n")).unwrap();
    assert_eq!(logs.folders.tail(&today, 3), Ok((shown_path("22"), b"b\nc\nd\n".to_vec())));
    for day in 1..=MAX_TAIL_DAYS {
        logs.append(&append(&log_path(LogFolder::Default, &format!("pi-2026-10-{day:02}.log")), "long ago\n")).unwrap();
    }
    // Today's log, two of this month, and as many of the previous month as make 14 days.
    assert_eq!(
        logs.folders.tail(&today, 99).unwrap().1,
        [b"long ago\n".repeat(MAX_TAIL_DAYS - 3), b"older\na\nb\nc\nd\n".to_vec()].concat()
    );
    let nowhere = log_path(LogFolder::Literal, folder.path().to_str().unwrap());
    assert!(logs.folders.tail(&nowhere, 2).unwrap_err().ends_with(" is a folder; add a file name."));
}
