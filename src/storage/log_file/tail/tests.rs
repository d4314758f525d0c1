use super::*;
use proptest::prelude::*;
use tempfile::TempDir;

fn logs(files: &[(&str, &[u8])]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let path = folder.path().join("chat.log");
    (folder, path)
}

#[test]
fn last_lines_are_complete() {
    for (text, lines, wanted) in [
        ("", 3, ""),
        ("one\n", 3, "one\n"),
        ("one\ntwo\nthree\n", 2, "two\nthree\n"),
        ("one\ntwo\nthr", 2, "two\nthr\n"),
        ("one", 1, "one\n"),
        ("\n\n\n", 2, "\n\n"),
        ("one\ntwo\n", 0, ""),
    ] {
        let (_folder, path) = logs(&[("chat.log", text.as_bytes())]);
        assert_eq!(String::from_utf8(tail(&path, lines).unwrap()).unwrap(), wanted, "{lines} of {text:?}");
    }
}

#[test]
fn missing_lines_come_from_rotated_logs() {
    let (_folder, path) =
        logs(&[("chat.log.9", b"1\n2\n3\n"), ("chat.log.10", b"4\n5"), ("chat.log.11", b""), ("chat.log", b"6\n")]);
    assert_eq!(tail(&path, 4).unwrap(), b"3\n4\n5\n6\n");
    assert_eq!(tail(&path, 1).unwrap(), b"6\n");
    fs::remove_file(&path).unwrap();
    assert_eq!(tail(&path, 1).unwrap(), b"5\n");
}

#[test]
fn missing_log_is_empty_and_irregular_files_are_refused() {
    let (folder, path) = logs(&[]);
    assert_eq!(tail(&path, 5).unwrap(), b"");
    assert_eq!(tail(&folder.path().join("no/where"), 5).unwrap(), b"");
    assert!(matches!(tail(folder.path(), 5), Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::IsADirectory));
    #[cfg(unix)]
    assert!(matches!(tail(Path::new("/dev/zero"), 5), Err(ReadError::NotAFile)));
}

#[test]
fn lines_that_start_before_the_limit_are_omitted() {
    let huge = vec![b'x'; usize::try_from(MAX_TAIL_BYTES).unwrap()];
    let text = [&b"one\n"[..], &huge, b"\ntwo\nthree\n"].concat();
    let (_folder, path) = logs(&[("chat.log.1", b"zero\n"), ("chat.log", &text)]);
    assert_eq!(tail(&path, 2).unwrap(), b"two\nthree\n");
    assert_eq!(tail(&path, 9).unwrap(), b"two\nthree\n", "no gap in between");
    let (_folder, path) = logs(&[("chat.log", &huge)]);
    assert_eq!(tail(&path, 1).unwrap().len(), huge.len() + 1);
    fs::write(&path, [&huge[..], b"x\n"].concat()).unwrap();
    assert_eq!(tail(&path, 1).unwrap(), b"");
}

#[test]
fn dated_predecessors_are_not_empty_and_latest_first() {
    let (folder, _) = logs(&[
        ("pi-2026-11-20.log", b"x"),
        ("pi-2026-11-21.log", b"x"),
        ("pi-2026-11-22.log", b""),
        ("pi-2026-11-23.txt", b"x"),
        ("pi-2026-11-2x.log", b"x"),
        ("pi4-2026-11-24.log", b"x"),
        ("pi-2026-11-25.log.1", b"x"),
    ]);
    fs::create_dir(folder.path().join("pi-2026-11-26.log")).unwrap();
    let named = |day: &str| folder.path().join(format!("pi-2026-11-{day}.log"));
    let before = |day: &str| dated_predecessors(&named(day), &folder.path().join("pi-"), ".log");
    assert_eq!(before("24"), [named("21"), named("20")]);
    assert_eq!(before("21"), [named("20")]);
    assert_eq!(dated_predecessors(&named("24"), &folder.path().join("no/pi-"), ".log"), <[PathBuf; 0]>::default());
    assert_eq!(dated_predecessors(Path::new("x"), Path::new("no-such-log-"), ".log"), <[PathBuf; 0]>::default());
}

proptest! {
    #[test]
    fn equals_the_end_of_all_lines(
        text in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'a')], 0..200),
        cut in 0usize..200,
        lines in 1usize..12,
    ) {
        let (before, after) = text.split_at(cut.min(text.len()));
        let (_folder, path) = logs(&[("chat.log.1", before), ("chat.log", after)]);
        let all: Vec<&[u8]> = [before, after].into_iter().flat_map(|part| part.split_inclusive(|&byte| byte == b'\n')).collect();
        let last = all[all.len().saturating_sub(lines)..].iter();
        let wanted: Vec<u8> = last.flat_map(|line| [line.strip_suffix(b"\n").unwrap_or(line), b"\n"].concat()).collect();
        prop_assert_eq!(tail(&path, lines).unwrap(), wanted);
    }

    #[test]
    fn limited_tail_is_a_suffix_of_the_whole_tail(
        text in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'a')], 0..200),
        limit in 1u64..100,
    ) {
        let (_folder, path) = logs(&[("chat.log", &text)]);
        let (some, all) = (tail_within(&path, 1000, limit).unwrap(), tail(&path, 1000).unwrap());
        prop_assert!(all.ends_with(&some) && some.len() as u64 <= limit + 1);
    }
}
