use super::*;
use crate::storage::history_store::tests::{Folder, remembered};
use std::fs::{self, OpenOptions};
use std::sync::atomic::{AtomicUsize, Ordering};

fn entry(line: &str) -> HistoryRecord {
    HistoryRecord::now(remembered(line))
}

fn lines(book: &HistoryFile) -> Vec<String> {
    book.read().unwrap().lines.into_iter().map(|remembered| remembered.line).collect()
}

fn always(_found: FileSize, _kept: FileSize) -> bool {
    true
}

#[test]
fn a_torn_line_is_passed_over_and_the_next_begins_behind_it() {
    let folder = Folder::new("torn");
    let book = HistoryFile::new(folder.path("history"));
    book.append(&[entry("one"), entry("two")]).unwrap();
    let text = fs::read(book.path()).unwrap();
    fs::write(book.path(), &text[..text.len() - 4]).unwrap();
    assert_eq!(lines(&book), ["one"]);
    book.append(&[entry("three")]).unwrap();
    assert_eq!(lines(&book), ["one", "three"]);
    let mut file = OpenOptions::new().append(true).open(book.path()).unwrap();
    file.write_all(b"not ours\n\xff\xfe\n\n{\"line\":\"four\",\"new\":[1]}").unwrap();
    assert_eq!(lines(&book), ["one", "three", "four"], "a whole line without its end is whole");
}

#[test]
fn lines_that_nobody_can_read_are_set_aside_once_and_as_they_were() {
    let folder = Folder::new("book-aside");
    let book = HistoryFile::new(folder.path("history"));
    book.append(&[entry("one")]).unwrap();
    let mut file = OpenOptions::new().append(true).open(book.path()).unwrap();
    file.write_all(b"first\n\xff\xfe\n").unwrap();
    book.append(&[entry("two")]).unwrap();
    let found = book.read().unwrap();
    assert_eq!(found.aside.map(|aside| (aside.lines, aside.path)), Some((2, folder.path("history.damaged"))));
    assert_eq!(fs::read(folder.path("history.damaged")).unwrap(), b"first\n\xff\xfe\n");
    let found = book.read().unwrap();
    assert!(found.aside.is_none());
    assert_eq!(found.lines, [remembered("one"), remembered("two")]);
}

#[test]
fn no_more_than_a_mebibyte_is_set_aside() {
    let folder = Folder::new("book-much");
    let book = HistoryFile::new(folder.path("history"));
    for n in 0..4 {
        fs::write(book.path(), format!("{n}{}\n", "x".repeat(600 << 10))).unwrap();
        assert!(book.read().unwrap().aside.is_some());
    }
    assert!(fs::metadata(folder.path("history.damaged")).unwrap().len() <= ASIDE_LIMIT as u64);
}

#[test]
fn what_cannot_be_set_aside_stays_where_it_is() {
    let folder = Folder::new("book-stays");
    let book = HistoryFile::new(folder.path("history"));
    fs::write(book.path(), "not ours\n").unwrap();
    fs::create_dir(folder.path("history.damaged")).unwrap();
    book.read_and_shorten(always).unwrap();
    assert_eq!(fs::read_to_string(book.path()).unwrap(), "not ours\n");
}

#[test]
fn what_is_too_much_is_written_anew_and_the_rest_let_be() {
    let folder = Folder::new("anew");
    let book = HistoryFile::new(folder.path("history"));
    let many = |count: usize| (0..count).map(|n| entry(&n.to_string())).collect::<Vec<_>>();
    book.append(&many(2_000)).unwrap();
    let before = fs::read(book.path()).unwrap();
    assert_eq!(lines(&book)[0], "1000");
    assert_eq!(fs::read(book.path()).unwrap(), before);
    book.append(&[entry("one more")]).unwrap();
    fs::write(folder.path("history.new"), "left behind").unwrap();
    assert_eq!(lines(&book)[0], "1001");
    let after = fs::read_to_string(book.path()).unwrap();
    assert_eq!(after.lines().count(), 1_000);
    assert!(String::from_utf8(before).unwrap().contains(after.lines().next().unwrap()), "lines as they were");
    assert!(!folder.path("history.new").exists());
    assert_eq!(lines(&book).last().unwrap(), "one more");
}

#[test]
fn an_enormous_file_of_anything_is_read_from_its_end() {
    let folder = Folder::new("enormous");
    let book = HistoryFile::new(folder.path("history"));
    let file = File::create(book.path()).unwrap();
    // Takes no room on the disk.
    file.set_len(READ_LIMIT + (10 << 20)).unwrap();
    book.append(&[entry("one")]).unwrap();
    assert_eq!(lines(&book), ["one"]);
    assert!(fs::metadata(book.path()).unwrap().len() < 100, "and written anew");
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
    fn file_and_folder_are_the_users_alone_and_made_so_again() {
        let folder = Folder::new("rights");
        let (state, ours) = (folder.path("state"), folder.path("state/netchat-tui"));
        let book = HistoryFile::new(ours.join("history"));
        book.append(&[entry("one")]).unwrap();
        assert_eq!([&state, &ours].map(|path| mode(path)), [0o700, 0o700]);
        assert_eq!((mode(book.path()), mode(&ours.join("history.lock"))), (0o600, 0o600));
        set_mode(&state, 0o755);
        set_mode(&ours, 0o755);
        set_mode(book.path(), 0o644);
        book.append(&[entry("two")]).unwrap();
        assert_eq!((mode(&state), mode(&ours), mode(book.path())), (0o755, 0o700, 0o600));
        book.read_and_shorten(always).unwrap();
        assert_eq!(mode(book.path()), 0o600);
    }

    #[test]
    fn a_link_is_followed_and_stays_one() {
        let folder = Folder::new("link");
        fs::create_dir(folder.path("elsewhere")).unwrap();
        symlink(folder.path("elsewhere/target"), folder.path("history")).unwrap();
        let book = HistoryFile::new(folder.path("history"));
        book.append(&[entry("one"), entry("one")]).unwrap();
        book.read_and_shorten(always).unwrap();
        assert!(fs::symlink_metadata(book.path()).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(folder.path("elsewhere/target")).unwrap().lines().count(), 1);
        assert!(folder.path("elsewhere/target.lock").exists(), "all who mean this file have one lock");
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let folder = Folder::new("irregular");
        let pipe = folder.path("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe, PathBuf::from("/dev/full"), folder.path("")] {
            let book = HistoryFile::new(path);
            for error in [book.read().unwrap_err(), book.append(&[entry("x")]).unwrap_err()] {
                assert_eq!(error.to_string(), "not a regular file", "{}", book.path().display());
            }
        }
    }
}

/// Lines of each writer in the test below.
const EACH: usize = 200;

fn write_many(path: &Path, server: &str) {
    let book = HistoryFile::new(path.to_owned());
    for n in 0..EACH {
        let line = format!("{n} {}", "x".repeat(n * 10));
        book.append(&[HistoryRecord::now(HistoryEntry { server: server.into(), line })]).unwrap();
    }
}

#[test]
fn while_some_write_and_others_shorten_nothing_is_lost_torn_or_out_of_order() {
    let folder = Folder::new("crowd");
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
                    HistoryFile::new(path.clone()).read_and_shorten(always).unwrap();
                }
            });
        }
    });
    let text = fs::read(&path).unwrap();
    assert!(
        text.split(|byte| *byte == b'\n')
            .all(|line| line.is_empty() || crate::storage::history_record::read(line).is_some())
    );
    let all = HistoryFile::new(path.clone()).read().unwrap().lines;
    assert_eq!(all.len(), servers.len() * EACH);
    for server in servers {
        let lines = all.iter().filter(|remembered| remembered.server == server);
        let numbers = lines.map(|remembered| remembered.line.split(' ').next().unwrap().parse::<usize>().unwrap());
        assert!(numbers.eq(0..EACH), "{server}");
    }
}
