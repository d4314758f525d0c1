use super::*;
use crate::storage::history_store::tests::{TestDir, history_entry};
use std::fs::{self, OpenOptions};
use std::sync::atomic::{AtomicUsize, Ordering};

fn record(line: &str) -> HistoryRecord {
    HistoryRecord::now(history_entry(line))
}

fn lines(history: &HistoryFile) -> Vec<String> {
    history.read().unwrap().entries.into_iter().map(|entry| entry.line).collect()
}

fn always(_file: FileSize, _kept: FileSize) -> bool {
    true
}

#[test]
fn truncated_line_is_skipped_and_followed_by_a_newline() {
    let folder = TestDir::new("torn");
    let history = HistoryFile::new(folder.path("history"));
    history.append(&[record("one"), record("two")]).unwrap();
    let text = fs::read(history.path()).unwrap();
    fs::write(history.path(), &text[..text.len() - 4]).unwrap();
    assert_eq!(lines(&history), ["one"]);
    history.append(&[record("three")]).unwrap();
    assert_eq!(lines(&history), ["one", "three"]);
    let mut file = OpenOptions::new().append(true).open(history.path()).unwrap();
    file.write_all(b"not ours\n\xff\xfe\n\n{\"line\":\"four\",\"new\":[1]}").unwrap();
    assert_eq!(lines(&history), ["one", "three", "four"], "a complete record without its newline is read");
}

#[test]
fn damaged_lines_are_moved_once_and_unchanged() {
    let folder = TestDir::new("history-aside");
    let history = HistoryFile::new(folder.path("history"));
    history.append(&[record("one")]).unwrap();
    let mut file = OpenOptions::new().append(true).open(history.path()).unwrap();
    file.write_all(b"first\n\xff\xfe\n").unwrap();
    history.append(&[record("two")]).unwrap();
    let loaded = history.read().unwrap();
    let quarantine = loaded.quarantine.unwrap();
    assert_eq!((quarantine.lines, quarantine.path), (2, folder.path("history.damaged")));
    assert_eq!(fs::read(folder.path("history.damaged")).unwrap(), b"first\n\xff\xfe\n");
    let loaded = history.read().unwrap();
    assert!(loaded.quarantine.is_none());
    assert_eq!(loaded.entries, [history_entry("one"), history_entry("two")]);
}

#[test]
fn at_most_one_mebibyte_of_damaged_lines_is_kept() {
    let folder = TestDir::new("history-much");
    let history = HistoryFile::new(folder.path("history"));
    for number in 0..4 {
        fs::write(history.path(), format!("{number}{}\n", "x".repeat(600 << 10))).unwrap();
        assert!(history.read().unwrap().quarantine.is_some());
    }
    assert!(fs::metadata(folder.path("history.damaged")).unwrap().len() <= QUARANTINE_LIMIT as u64);
}

#[test]
fn damaged_lines_stay_if_they_cannot_be_moved() {
    let folder = TestDir::new("history-stays");
    let history = HistoryFile::new(folder.path("history"));
    fs::write(history.path(), "not ours\n").unwrap();
    fs::create_dir(folder.path("history.damaged")).unwrap();
    history.read_and_compact(always).unwrap();
    assert_eq!(fs::read_to_string(history.path()).unwrap(), "not ours\n");
}

#[test]
fn oversized_file_is_compacted_and_others_are_not() {
    let folder = TestDir::new("anew");
    let history = HistoryFile::new(folder.path("history"));
    let many = |count: usize| (0..count).map(|number| record(&number.to_string())).collect::<Vec<_>>();
    history.append(&many(2_000)).unwrap();
    let before = fs::read(history.path()).unwrap();
    assert_eq!(lines(&history)[0], "1000");
    assert_eq!(fs::read(history.path()).unwrap(), before);
    history.append(&[record("one more")]).unwrap();
    fs::write(folder.path("history.new"), "left behind").unwrap();
    assert_eq!(lines(&history)[0], "1001");
    let after = fs::read_to_string(history.path()).unwrap();
    assert_eq!(after.lines().count(), 1_000);
    assert!(String::from_utf8(before).unwrap().contains(after.lines().next().unwrap()), "lines are unchanged");
    assert!(!folder.path("history.new").exists());
    assert_eq!(lines(&history).last().unwrap(), "one more");
}

#[test]
fn huge_file_is_read_from_its_end() {
    let folder = TestDir::new("enormous");
    let history = HistoryFile::new(folder.path("history"));
    let file = File::create(history.path()).unwrap();
    // Sparse.
    file.set_len(READ_LIMIT + (10 << 20)).unwrap();
    history.append(&[record("one")]).unwrap();
    assert_eq!(lines(&history), ["one"]);
    assert!(fs::metadata(history.path()).unwrap().len() < 100, "and compacted");
}

#[cfg(unix)]
mod on_unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn permissions_are_private_and_restored() {
        let folder = TestDir::new("rights");
        let (state, own) = (folder.path("state"), folder.path("state/netchat-tui"));
        let history = HistoryFile::new(own.join("history"));
        history.append(&[record("one")]).unwrap();
        assert_eq!([&state, &own].map(|path| mode(path)), [0o700, 0o700]);
        assert_eq!((mode(history.path()), mode(&own.join("history.lock"))), (0o600, 0o600));
        set_mode(&state, 0o755);
        set_mode(&own, 0o755);
        set_mode(history.path(), 0o644);
        history.append(&[record("two")]).unwrap();
        assert_eq!((mode(&state), mode(&own), mode(history.path())), (0o755, 0o700, 0o600));
        history.read_and_compact(always).unwrap();
        assert_eq!(mode(history.path()), 0o600);
    }

    #[test]
    fn symlink_is_followed_and_kept() {
        let folder = TestDir::new("link");
        fs::create_dir(folder.path("elsewhere")).unwrap();
        symlink(folder.path("elsewhere/target"), folder.path("history")).unwrap();
        let history = HistoryFile::new(folder.path("history"));
        history.append(&[record("one"), record("one")]).unwrap();
        history.read_and_compact(always).unwrap();
        assert!(fs::symlink_metadata(history.path()).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(folder.path("elsewhere/target")).unwrap().lines().count(), 1);
        assert!(folder.path("elsewhere/target.lock").exists(), "processes that use this file share one lock");
    }

    #[test]
    fn irregular_files_are_refused() {
        let folder = TestDir::new("irregular");
        let pipe = folder.path("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe, PathBuf::from("/dev/full"), folder.path("")] {
            let history = HistoryFile::new(path);
            for error in [history.read().unwrap_err(), history.append(&[record("x")]).unwrap_err()] {
                assert_eq!(error.to_string(), "not a regular file", "{}", history.path().display());
            }
        }
    }
}

/// Number of entries that each thread writes in the test below.
const ENTRIES_PER_WRITER: usize = 200;

fn write_many(path: &Path, server: &str) {
    let history = HistoryFile::new(path.to_owned());
    for number in 0..ENTRIES_PER_WRITER {
        let line = format!("{number} {}", "x".repeat(number * 10));
        history.append(&[HistoryRecord::now(HistoryEntry { server: server.into(), line })]).unwrap();
    }
}

#[test]
fn concurrent_writes_and_compactions_keep_every_line() {
    let folder = TestDir::new("crowd");
    let path = folder.path("history");
    let servers = ["a", "b", "c", "d"];
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for server in servers {
            let (path, done) = (&path, &done);
            scope.spawn(move || {
                write_many(path, server);
                done.fetch_add(1, Ordering::SeqCst);
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                while done.load(Ordering::SeqCst) < servers.len() {
                    HistoryFile::new(path.clone()).read_and_compact(always).unwrap();
                }
            });
        }
    });
    let text = fs::read(&path).unwrap();
    assert!(
        text.split(|byte| *byte == b'\n')
            .all(|line| line.is_empty() || crate::storage::history_record::read(line).is_some())
    );
    let all = HistoryFile::new(path.clone()).read().unwrap().entries;
    assert_eq!(all.len(), servers.len() * ENTRIES_PER_WRITER);
    for server in servers {
        let entries = all.iter().filter(|entry| entry.server == server);
        let numbers = entries.map(|entry| entry.line.split(' ').next().unwrap().parse::<usize>().unwrap());
        assert!(numbers.eq(0..ENTRIES_PER_WRITER), "{server}");
    }
}
