use super::*;
use tempfile::TempDir;

fn shelf() -> (TempDir, OpenLogs) {
    let folder = tempfile::tempdir().unwrap();
    let shelf = OpenLogs::new(LogFolders::new(Some(folder.path().join("state/logs"))));
    (folder, shelf)
}

fn place(folder: LogFolder, path: &str) -> LogPath {
    LogPath { folder, path: path.to_owned(), date_split: None }
}

fn append(place: &LogPath, text: &str) -> LogAppend {
    LogAppend { place: place.clone(), bytes: text.into(), framing: Framing::Lines, max_size: 0 }
}

#[test]
fn the_first_time_it_says_where_it_is() {
    let (folder, mut shelf) = shelf();
    let usual = place(LogFolder::Default, "pi-12345.log");
    let path = folder.path().join("state/logs/pi-12345.log");
    assert_eq!(shelf.append(&append(&usual, "one\n")), Ok(Some(storage::display_path(&path))));
    assert_eq!(shelf.append(&append(&usual, "two\n")), Ok(None));
    assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
    assert_eq!(shelf.folders.shown(&usual), storage::display_path(&path));
}

#[test]
fn one_that_failed_begins_anew() {
    let (folder, mut shelf) = shelf();
    let inner = folder.path().join("a/b");
    let place = place(LogFolder::Literal, inner.join("x.log").to_str().unwrap());
    let sentence = shelf.append(&append(&place, "lost\n")).unwrap_err();
    assert!(sentence.ends_with("no such folder; create it first or choose another path."), "{sentence}");
    std::fs::create_dir_all(&inner).unwrap();
    assert!(shelf.append(&append(&place, "kept\n")).unwrap().is_some());
    assert_eq!(std::fs::read(inner.join("x.log")).unwrap(), b"kept\n");
}

#[test]
fn without_a_home_a_log_needs_a_name() {
    let mut shelf = OpenLogs::new(LogFolders::new(None));
    let usual = place(LogFolder::Default, "pi.log");
    let sentence = "HOME is not set; name a log file: /log FILE.";
    assert_eq!(shelf.append(&append(&usual, "x\n")), Err(sentence.to_owned()));
    assert_eq!(shelf.folders.tail(&usual, 1), Err(sentence.to_owned()));
    assert_eq!(shelf.folders.shown(&usual), "pi.log");
}

#[test]
fn of_many_so_many_are_open_and_none_is_told_twice_or_loses_anything() {
    let (folder, mut shelf) = shelf();
    let places: Vec<_> = (0..OPEN + 10).map(|number| place(LogFolder::Default, &format!("{number}.log"))).collect();
    for round in 0..3 {
        for place in &places {
            let told = shelf.append(&append(place, &format!("{round}\n"))).unwrap();
            assert_eq!(told.is_some(), round == 0);
            assert!(shelf.files.values().filter(|kept| kept.file.is_some()).count() <= OPEN);
        }
    }
    for place in &places {
        let path = folder.path().join("state/logs").join(&place.path);
        assert_eq!(std::fs::read(path).unwrap(), b"0\n1\n2\n");
    }
    // The one used last stays open.
    assert!(shelf.files[&places[OPEN + 9]].file.is_some() && shelf.files[&places[0]].file.is_none());
}

#[test]
fn one_that_was_closed_for_others_makes_no_folder_when_it_goes_on() {
    let (folder, mut shelf) = shelf();
    let usual = place(LogFolder::Default, "pi.log");
    shelf.append(&append(&usual, "one\n")).unwrap();
    shelf.close_one_of(1);
    std::fs::remove_dir_all(folder.path().join("state")).unwrap();
    let sentence = shelf.append(&append(&usual, "two\n")).unwrap_err();
    assert!(sentence.ends_with("no such folder; create it first or choose another path."), "{sentence}");
    assert!(!folder.path().join("state").exists());
}

#[test]
fn the_end_of_a_log_goes_back_into_earlier_days() {
    let (folder, mut shelf) = shelf();
    let mut today = place(LogFolder::Default, "pi-2026-11-22.log");
    today.date_split = Some(("pi-".to_owned(), ".log".to_owned()));
    let told = |day: &str| storage::display_path(&folder.path().join(format!("state/logs/pi-2026-11-{day}.log")));
    assert_eq!(shelf.folders.tail(&today, 2), Ok((told("22"), Vec::new())));
    shelf.append(&append(&place(LogFolder::Default, "pi-2026-11-20.log"), "a\nb\nc\n")).unwrap();
    shelf.append(&append(&place(LogFolder::Default, "pi-2026-11-19.log"), "older\n")).unwrap();
    assert_eq!(shelf.folders.tail(&today, 2), Ok((told("20"), b"b\nc\n".to_vec())));
    shelf.append(&append(&today, "d\n")).unwrap();
    assert_eq!(shelf.folders.tail(&today, 1), Ok((told("22"), b"d\n".to_vec())));
    assert_eq!(shelf.folders.tail(&today, 9), Ok((told("22"), b"older\na\nb\nc\nd\n".to_vec())));
    shelf.append(&append(&place(LogFolder::Default, "pi-2026-11-23.log"), "tomorrow\n")).unwrap();
    assert_eq!(shelf.folders.tail(&today, 3), Ok((told("22"), b"b\nc\nd\n".to_vec())));
    for day in 1..=DAYS {
        shelf.append(&append(&place(LogFolder::Default, &format!("pi-2026-10-{day:02}.log")), "long ago\n")).unwrap();
    }
    // Today's, two of this month, and as many of the month before as make a fortnight.
    assert_eq!(
        shelf.folders.tail(&today, 99).unwrap().1,
        [b"long ago\n".repeat(DAYS - 3), b"older\na\nb\nc\nd\n".to_vec()].concat()
    );
    let nowhere = place(LogFolder::Literal, folder.path().to_str().unwrap());
    assert!(shelf.folders.tail(&nowhere, 2).unwrap_err().ends_with(" is a folder; add a file name."));
}
