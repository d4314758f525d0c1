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

/// Appends a line without a size limit.
fn append(log: &mut LogFile, line: &str) {
    log.append(line.as_bytes(), AppendUnit::Line, 0).unwrap();
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Returns the content of the rotated logs of a path in order, then that of the current log.
fn all(path: &Path) -> Vec<Vec<u8>> {
    let rotated = rotation::rotated_numbers(path).into_iter().map(|number| rotation::numbered(path, number));
    rotated.chain([path.to_owned()]).map(|path| fs::read(path).unwrap()).collect()
}

fn open_error(path: &Path, create_parents: CreateParents) -> String {
    log_error_message("chat.log", path, &LogFile::open(path, create_parents).unwrap_err())
}

#[test]
fn content_is_kept_and_an_incomplete_line_terminated() {
    for (before, after) in [("", "new\n"), ("old\n", "old\nnew\n"), ("old", "old\nnew\n"), ("\n", "\nnew\n")] {
        let (_folder, path) = folder();
        fs::write(&path, before).unwrap();
        append(&mut open_last(&path), "new\n");
        assert_eq!(text(&path), after);
    }
}

#[test]
fn bytes_continue_a_line_and_lines_start_a_new_one() {
    let (_folder, path) = folder();
    fs::write(&path, "ha").unwrap();
    let mut log = open_last(&path);
    log.append(b"lf, ", AppendUnit::Byte, 0).unwrap();
    log.append(b"whole", AppendUnit::Byte, 0).unwrap();
    append(&mut log, "line\n");
    append(&mut log, "line\n");
    log.append(b"", AppendUnit::Byte, 0).unwrap();
    assert_eq!(text(&path), "half, whole\nline\nline\n");
}

#[cfg(unix)]
#[test]
fn new_log_is_private_and_an_existing_mode_is_kept() {
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
    append(&mut open_last(&path), "three\n");
    assert_eq!(mode(&path), 0o644);
}

#[test]
fn missing_folders_are_created_as_requested() {
    let (folder, _) = folder();
    let deep = folder.path().join("a/b/chat.log");
    assert_eq!(
        open_error(&deep, CreateParents::Last),
        "chat.log: no such folder; create it first or choose another path."
    );
    assert!(!folder.path().join("a").exists());
    append(&mut open_last(&folder.path().join("a/chat.log")), "x\n");
    append(&mut LogFile::open(&folder.path().join("b/c/d/chat.log"), CreateParents::All).unwrap(), "x\n");
    assert!(LogFile::open(Path::new(""), CreateParents::All).is_err());
}

#[cfg(unix)]
#[test]
fn irregular_files_are_not_opened() {
    let (folder, _) = folder();
    let pipe = folder.path().join("pipe");
    // Opening it would block forever.
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
    let irregular = "chat.log: not a regular file; choose another path.";
    for (path, wanted) in [
        (pipe.as_path(), irregular),
        (Path::new("/dev/full"), irregular),
        (Path::new("/dev/null"), irregular),
        (folder.path(), "chat.log is a folder; add a file name."),
    ] {
        assert_eq!(open_error(path, CreateParents::All), wanted, "{}", path.display());
    }
    fs::write(folder.path().join("file"), "").unwrap();
    let inside = open_error(&folder.path().join("file/chat.log"), CreateParents::All);
    assert!(inside.ends_with("; choose another path."), "{inside}");
}

#[test]
fn messages_name_the_cause_and_the_next_step() {
    for (kind, wanted) in [
        (io::ErrorKind::StorageFull, "x: no storage space; free some space or choose another path."),
        (io::ErrorKind::QuotaExceeded, "x: quota exceeded; free some space or choose another path."),
        (io::ErrorKind::PermissionDenied, "x: permission denied; choose another path, such as one in ~/."),
        (io::ErrorKind::ReadOnlyFilesystem, "x: read-only filesystem or storage medium; choose another path."),
    ] {
        assert_eq!(log_error_message("x", Path::new("x"), &kind.into()), wanted);
    }
}

#[test]
fn removed_or_renamed_log_is_created_again() {
    let (folder, path) = folder();
    let moved = folder.path().join("moved");
    let mut log = open_last(&path);
    append(&mut log, "one\n");
    fs::rename(&path, &moved).unwrap();
    append(&mut log, "two\n");
    assert_eq!((text(&moved), text(&path)), ("one\n".to_owned(), "two\n".to_owned()));
    fs::remove_file(&path).unwrap();
    append(&mut log, "three\n");
    assert_eq!(text(&path), "three\n");
    // Replaced by another file, as editors do.
    fs::write(&moved, "edited").unwrap();
    fs::rename(&moved, &path).unwrap();
    append(&mut log, "four\n");
    assert_eq!(text(&path), "edited\nfour\n");
    // Truncated by another program.
    fs::write(&path, "").unwrap();
    append(&mut log, "five\n");
    assert_eq!(text(&path), "five\n");
}

#[test]
fn log_resumes_when_its_removed_folder_is_back() {
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
    append(&mut log, "back\n");
    assert_eq!(text(&path), "back\n");
}

#[test]
fn log_does_not_continue_on_another_disk() {
    let (_folder, path) = folder();
    let mut log = open_last(&path);
    append(&mut log, "one\n");
    let another = DeviceId(log.disk().0 ^ 1);
    let gone = "chat.log: the disk it was on is gone; choose another path.";
    let reopen_error = |path: &Path| log_error_message("chat.log", path, &LogFile::reopen(path, another).unwrap_err());
    assert_eq!(reopen_error(&path), gone);
    assert_eq!(text(&path), "one\n", "an existing file is kept");
    fs::remove_file(&path).unwrap();
    assert_eq!(reopen_error(&path), gone);
    assert!(!path.exists());
    log.disk = another;
    assert!(log.append(b"two\n", AppendUnit::Line, 0).is_err());
    assert!(!path.exists());
}

#[test]
fn log_is_filled_up_to_the_last_byte() {
    let (_folder, path) = folder();
    let mut log = open_last(&path);
    for line in ["1234\n", "678910\n", "x\n", "0123456789abcdef\n", "y\n"] {
        log.append(line.as_bytes(), AppendUnit::Line, 12).unwrap();
    }
    assert_eq!(
        all(&path),
        [&b"1234\n678910\n"[..], b"x\n", b"0123456789abcdef\n", b"y\n"],
        "a line larger than the limit gets its own log"
    );
    let (_folder, path) = folder();
    open_last(&path).append(b"1234\n678910\nx\n0123456789abcdef\ny\nz\n", AppendUnit::Line, 12).unwrap();
    let wanted = [&b"1234\n678910\n"[..], b"x\n", b"0123456789abcdef\n", b"y\nz\n"];
    assert_eq!(all(&path), wanted, "lines in one append are split in the same way");
    let (_folder, path) = folder();
    open_last(&path).append(b"12345\n78", AppendUnit::Byte, 3).unwrap();
    assert_eq!(all(&path), [&b"123"[..], b"45\n", b"78"]);
    let (_folder, path) = folder();
    // The newline that terminates an incomplete line counts.
    fs::write(&path, "half").unwrap();
    let mut log = open_last(&path);
    log.append(b"1234567\n", AppendUnit::Line, 12).unwrap();
    assert_eq!(all(&path), [&b"half"[..], b"1234567\n"]);
}

#[test]
fn rotation_uses_the_next_number_and_replaces_nothing() {
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
fn log_that_cannot_be_rotated_grows() {
    let (folder, _) = folder();
    // The longest file name: with a number it would be too long.
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
fn symlink_is_kept_and_its_target_rotated() {
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
fn rotation_is_cancelled_if_another_process_was_first() {
    let (folder, path) = folder();
    append(&mut open_last(&path), "one\n");
    rotation::rotate(&path, || false).unwrap();
    assert_eq!(text(&path), "one\n");
    fs::remove_file(&path).unwrap();
    rotation::rotate(&path, || true).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn concurrent_rotations_lose_nothing() {
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
        max_size in 1usize..40,
    ) {
        let (_folder, path) = folder();
        let mut log = open_last(&path);
        for batch in &batches {
            log.append(batch, AppendUnit::Byte, max_size as u64).unwrap();
        }
        let logs = all(&path);
        prop_assert_eq!(logs.concat(), batches.concat());
        let (last, full) = logs.split_last().unwrap();
        prop_assert!(last.len() <= max_size && full.iter().all(|log| log.len() == max_size));
    }

    #[test]
    fn no_line_is_lost_and_no_log_exceeds_the_limit(
        sizes in proptest::collection::vec(0usize..60, 1..40),
        max_size in 0u64..120,
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
            log.append(&lines, AppendUnit::Line, max_size).unwrap();
            wanted.extend(lines);
        }
        let logs = all(&path);
        prop_assert_eq!(logs.concat(), wanted);
        for log in &logs {
            let lines = memchr::memchr_iter(b'\n', log).count();
            prop_assert!(max_size == 0 || log.len() as u64 <= max_size || lines == 1, "{} bytes", log.len());
        }
        // No log was rotated too early.
        for pair in logs.windows(2) {
            let first = memchr::memchr(b'\n', &pair[1]).unwrap() + 1;
            prop_assert!((pair[0].len() + first) as u64 > max_size);
        }
    }
}
