use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.log");
    (folder, path)
}

fn open_last(path: &Path) -> LogFile {
    LogFile::open(path, CreateParents::Last).unwrap()
}

/// Appends a line without a limit.
fn say(log: &mut LogFile, line: &str) {
    log.append(line.as_bytes(), AppendUnit::Line, 0).unwrap();
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// What stands in the logs of a path, by their numbers; the one that is written last.
fn all(path: &Path) -> Vec<Vec<u8>> {
    let asides = crate::storage::log_file::rotation::rotated_numbers(path)
        .into_iter()
        .map(|number| crate::storage::log_file::rotation::numbered(path, number));
    asides.chain([path.to_owned()]).map(|path| fs::read(path).unwrap()).collect()
}

fn sentence(path: &Path, missing: CreateParents) -> String {
    not_logged("chat.log", path, &LogFile::open(path, missing).unwrap_err())
}

#[test]
fn what_is_there_stays_and_half_a_line_is_ended() {
    for (before, after) in [("", "new\n"), ("old\n", "old\nnew\n"), ("old", "old\nnew\n"), ("\n", "\nnew\n")] {
        let (_folder, path) = folder();
        fs::write(&path, before).unwrap();
        say(&mut open_last(&path), "new\n");
        assert_eq!(text(&path), after);
    }
}

#[test]
fn bytes_go_on_where_they_were_and_lines_after_them_begin_anew() {
    let (_folder, path) = folder();
    fs::write(&path, "ha").unwrap();
    let mut log = open_last(&path);
    log.append(b"lf, ", AppendUnit::Byte, 0).unwrap();
    log.append(b"whole", AppendUnit::Byte, 0).unwrap();
    say(&mut log, "line\n");
    say(&mut log, "line\n");
    log.append(b"", AppendUnit::Byte, 0).unwrap();
    assert_eq!(text(&path), "half, whole\nline\nline\n");
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_a_new_one_and_the_rights_of_others_are_left() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (folder, _) = folder();
    let path = folder.path().join("a/b/chat.log");
    let mut log = LogFile::open(&path, CreateParents::All).unwrap();
    log.append(b"one\n", AppendUnit::Line, 5).unwrap();
    log.append(b"two\n", AppendUnit::Line, 5).unwrap();
    for (path, wanted) in [("a", 0o700), ("a/b", 0o700), ("a/b/chat.log", 0o600), ("a/b/chat.log.1", 0o600)] {
        assert_eq!(mode(&folder.path().join(path)), wanted, "{path}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    say(&mut open_last(&path), "three\n");
    assert_eq!(mode(&path), 0o644);
}

#[test]
fn of_missing_folders_the_last_is_made_and_all_where_the_program_chose_them() {
    let (folder, _) = folder();
    let deep = folder.path().join("a/b/chat.log");
    assert_eq!(
        sentence(&deep, CreateParents::Last),
        "chat.log: no such folder; create it first or choose another path."
    );
    assert!(!folder.path().join("a").exists());
    say(&mut open_last(&folder.path().join("a/chat.log")), "x\n");
    say(&mut LogFile::open(&folder.path().join("b/c/d/chat.log"), CreateParents::All).unwrap(), "x\n");
    assert!(LogFile::open(Path::new(""), CreateParents::All).is_err());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_before_it_is_opened() {
    let (folder, _) = folder();
    let pipe = folder.path().join("pipe");
    // Opened, it would wait for a reader for ever.
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
    let no_file = "chat.log: not a regular file; choose another path.";
    for (path, wanted) in [
        (pipe.as_path(), no_file),
        (Path::new("/dev/full"), no_file),
        (Path::new("/dev/null"), no_file),
        (folder.path(), "chat.log is a folder; add a file name."),
    ] {
        assert_eq!(sentence(path, CreateParents::All), wanted, "{}", path.display());
    }
    fs::write(folder.path().join("file"), "").unwrap();
    let inside = sentence(&folder.path().join("file/chat.log"), CreateParents::All);
    assert!(inside.ends_with("; choose another path."), "{inside}");
}

#[test]
fn each_trouble_is_a_sentence_with_the_next_step() {
    for (kind, wanted) in [
        (io::ErrorKind::StorageFull, "x: no storage space; free some space or choose another path."),
        (io::ErrorKind::QuotaExceeded, "x: quota exceeded; free some space or choose another path."),
        (io::ErrorKind::PermissionDenied, "x: permission denied; choose another path, such as one in ~/."),
        (io::ErrorKind::ReadOnlyFilesystem, "x: read-only filesystem or storage medium; choose another path."),
    ] {
        assert_eq!(not_logged("x", Path::new("x"), &kind.into()), wanted);
    }
}

#[test]
fn one_that_is_removed_or_renamed_is_begun_anew() {
    let (folder, path) = folder();
    let moved = folder.path().join("moved");
    let mut log = open_last(&path);
    say(&mut log, "one\n");
    fs::rename(&path, &moved).unwrap();
    say(&mut log, "two\n");
    assert_eq!((text(&moved), text(&path)), ("one\n".to_owned(), "two\n".to_owned()));
    fs::remove_file(&path).unwrap();
    say(&mut log, "three\n");
    assert_eq!(text(&path), "three\n");
    // As editors do it: another file in its place.
    fs::write(&moved, "edited").unwrap();
    fs::rename(&moved, &path).unwrap();
    say(&mut log, "four\n");
    assert_eq!(text(&path), "edited\nfour\n");
    // Emptied by somebody else, it goes on at its beginning.
    fs::write(&path, "").unwrap();
    say(&mut log, "five\n");
    assert_eq!(text(&path), "five\n");
}

#[test]
fn one_whose_folder_is_gone_makes_none_and_comes_back_with_it() {
    let (folder, _) = folder();
    let inner = folder.path().join("a/b");
    let path = inner.join("chat.log");
    let mut log = LogFile::open(&path, CreateParents::All).unwrap();
    fs::rename(&inner, folder.path().join("a/moved")).unwrap();
    for gone in [inner.as_path(), &folder.path().join("a")] {
        assert_eq!(log.append(b"lost\n", AppendUnit::Line, 0).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(!inner.exists());
        drop(fs::remove_dir_all(gone));
    }
    fs::create_dir_all(&inner).unwrap();
    say(&mut log, "back\n");
    assert_eq!(text(&path), "back\n");
}

#[test]
fn one_whose_disk_is_gone_says_so_and_leaves_nothing_on_another() {
    let (_folder, path) = folder();
    let mut log = open_last(&path);
    say(&mut log, "one\n");
    let another = DeviceId(log.disk().0 ^ 1);
    let gone = "chat.log: the disk it was on is gone; choose another path.";
    let sentence = |path: &Path| not_logged("chat.log", path, &LogFile::reopen(path, another).unwrap_err());
    assert_eq!(sentence(&path), gone);
    assert_eq!(text(&path), "one\n", "it was there before");
    fs::remove_file(&path).unwrap();
    assert_eq!(sentence(&path), gone);
    assert!(!path.exists());
    log.disk = another;
    assert!(log.append(b"two\n", AppendUnit::Line, 0).is_err());
    assert!(!path.exists());
}

#[test]
fn the_last_byte_that_fits_is_the_limit() {
    let (_folder, path) = folder();
    let mut log = open_last(&path);
    for line in ["1234\n", "678910\n", "x\n", "0123456789abcdef\n", "y\n"] {
        log.append(line.as_bytes(), AppendUnit::Line, 12).unwrap();
    }
    assert_eq!(
        all(&path),
        [&b"1234\n678910\n"[..], b"x\n", b"0123456789abcdef\n", b"y\n"],
        "what is larger than the limit has a log of its own"
    );
    let (_folder, path) = folder();
    open_last(&path).append(b"1234\n678910\nx\n0123456789abcdef\ny\nz\n", AppendUnit::Line, 12).unwrap();
    let wanted = [&b"1234\n678910\n"[..], b"x\n", b"0123456789abcdef\n", b"y\nz\n"];
    assert_eq!(all(&path), wanted, "so it is with all of them at once");
    let (_folder, path) = folder();
    open_last(&path).append(b"12345\n78", AppendUnit::Byte, 3).unwrap();
    assert_eq!(all(&path), [&b"123"[..], b"45\n", b"78"]);
    let (_folder, path) = folder();
    // The newline that ends half a line counts.
    fs::write(&path, "half").unwrap();
    let mut log = open_last(&path);
    log.append(b"1234567\n", AppendUnit::Line, 12).unwrap();
    assert_eq!(all(&path), [&b"half"[..], b"1234567\n"]);
}

#[test]
fn it_is_put_aside_under_the_next_number_and_nothing_is_replaced() {
    let (folder, path) = folder();
    for (name, words) in [("chat.log.7", "mine"), ("chat.log.8.gz", "no number"), ("other.log.9", "another")] {
        fs::write(folder.path().join(name), words).unwrap();
    }
    fs::create_dir(folder.path().join("chat.log.11")).unwrap();
    let mut log = open_last(&path);
    for line in ["one\n", "two\n"] {
        log.append(line.as_bytes(), AppendUnit::Line, 1).unwrap();
    }
    assert_eq!(text(&folder.path().join("chat.log.12")), "one\n");
    assert_eq!(text(&folder.path().join("chat.log.7")), "mine");
    assert_eq!(text(&path), "two\n");
}

#[test]
fn one_that_cannot_be_put_aside_grows() {
    let (folder, _) = folder();
    // No name is longer than this, and one with a number would be.
    let path = folder.path().join("x".repeat(255));
    let mut log = open_last(&path);
    for line in ["one\n", "two\n", "three\n"] {
        log.append(line.as_bytes(), AppendUnit::Line, 1).unwrap();
    }
    assert_eq!(text(&path), "one\ntwo\nthree\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_put_aside() {
    let (folder, path) = folder();
    fs::create_dir(folder.path().join("big")).unwrap();
    std::os::unix::fs::symlink("big/real.log", &path).unwrap();
    let mut log = open_last(&path);
    for line in ["one\n", "two\n"] {
        log.append(line.as_bytes(), AppendUnit::Line, 1).unwrap();
    }
    assert_eq!(text(&folder.path().join("big/real.log.1")), "one\n");
    assert_eq!(text(&folder.path().join("big/real.log")), "two\n");
    assert!(path.is_symlink());
    assert_eq!(tail(&path, 5).unwrap(), b"one\ntwo\n");
}

#[test]
fn one_that_another_put_aside_meanwhile_is_left_and_the_name_given_back() {
    let (folder, path) = folder();
    say(&mut open_last(&path), "one\n");
    crate::storage::log_file::rotation::rotate(&path, || false).unwrap();
    assert_eq!(text(&path), "one\n");
    fs::remove_file(&path).unwrap();
    crate::storage::log_file::rotation::rotate(&path, || true).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn two_who_put_it_aside_at_once_lose_nothing() {
    const LINES: usize = 400;
    let (_folder, path) = folder();
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let path = &path;
            scope.spawn(move || {
                let mut log = LogFile::open(path, CreateParents::Last).unwrap();
                for line in 0..LINES {
                    log.append(format!("{writer} {line}\n").as_bytes(), AppendUnit::Line, 40).unwrap();
                }
            });
        }
    });
    let mut counts = BTreeMap::new();
    let logs = all(&path);
    assert!(logs.len() > LINES / 10, "{} logs", logs.len());
    for line in String::from_utf8(logs.concat()).unwrap().lines() {
        *counts.entry(line.to_owned()).or_insert(0) += 1;
    }
    let wanted = (0..2).flat_map(|writer| (0..LINES).map(move |line| (format!("{writer} {line}"), 1)));
    assert_eq!(counts, wanted.collect());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn bytes_fill_each_log_but_the_last(
        batches in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..20),
        largest in 1usize..40,
    ) {
        let (_folder, path) = folder();
        let mut log = open_last(&path);
        for batch in &batches {
            log.append(batch, AppendUnit::Byte, largest as u64).unwrap();
        }
        let logs = all(&path);
        prop_assert_eq!(logs.concat(), batches.concat());
        let (last, full) = logs.split_last().unwrap();
        prop_assert!(last.len() <= largest && full.iter().all(|log| log.len() == largest));
    }

    #[test]
    fn whatever_comes_nothing_is_lost_and_no_log_is_larger_than_it_may(
        sizes in proptest::collection::vec(0usize..60, 1..40),
        largest in 0u64..120,
        reopen in 1usize..10,
        together in 1usize..10,
    ) {
        let (_folder, path) = folder();
        let mut log = open_last(&path);
        let mut wanted = Vec::new();
        for (number, sizes) in sizes.chunks(together).enumerate() {
            if number % reopen == 0 {
                log = open_last(&path);
            }
            let lines = sizes.iter().flat_map(|size| format!("{number} {}\n", "x".repeat(*size)).into_bytes());
            let lines: Vec<u8> = lines.collect();
            log.append(&lines, AppendUnit::Line, largest).unwrap();
            wanted.extend(lines);
        }
        let logs = all(&path);
        prop_assert_eq!(logs.concat(), wanted);
        for log in &logs {
            let lines = memchr::memchr_iter(b'\n', log).count();
            prop_assert!(largest == 0 || log.len() as u64 <= largest || lines == 1, "{} bytes", log.len());
        }
        // None was put aside too early.
        for pair in logs.windows(2) {
            let first = memchr::memchr(b'\n', &pair[1]).unwrap() + 1;
            prop_assert!((pair[0].len() + first) as u64 > largest);
        }
    }
}
