use super::*;
use crate::link::LinkId;
use crate::recording::{Data, EntryKind, FailedOp, NoticeKind, RecordedClose, Recording, RecordingEntry, Timestamp};
use proptest::prelude::*;
use std::time::Duration;

fn data() -> impl Strategy<Value = Data> {
    prop_oneof![".*".prop_map(|text| Data(text.into_bytes().into())), any::<Vec<u8>>().prop_map(|b| Data(b.into()))]
}

fn kind() -> impl Strategy<Value = EntryKind> {
    prop_oneof![
        "[a-z]{1,9}:[1-9][0-9]{0,3}".prop_map(EntryKind::Opening),
        any::<(std::net::IpAddr, u16)>().prop_map(|addr| EntryKind::Opened(addr.into())),
        data().prop_map(EntryKind::Received),
        data().prop_map(EntryKind::Sent),
        any::<u32>().prop_map(|count| EntryKind::Hidden(count as usize)),
        any::<u32>().prop_map(|count| EntryKind::Written(count as usize)),
        ".*".prop_map(|words| EntryKind::Said { mark: NoticeKind::Error, words }),
        ".*".prop_map(|cause| EntryKind::Closed(RecordedClose::Failed { op: FailedOp::Read, cause })),
        Just(EntryKind::Tick),
        Just(EntryKind::Closed(RecordedClose::ByPeer)),
    ]
}

fn entries() -> impl Strategy<Value = Vec<RecordingEntry>> {
    let stamped = |(us, link, kind)| {
        RecordingEntry::new(Timestamp { elapsed: Duration::from_micros(us), wall: us }, LinkId(link), kind)
    };
    proptest::collection::vec((0..u64::MAX / 2, 0..9_u32, kind()).prop_map(stamped), 0..12)
}

fn written(entries: &[RecordingEntry]) -> Vec<u8> {
    let mut out = Vec::new();
    RecordingLine::Session(Session::begin(1_700_000_000_000)).write(&mut out).unwrap();
    for entry in entries {
        RecordingLine::Entry(entry.clone()).write(&mut out).unwrap();
    }
    out
}

fn read(bytes: &[u8]) -> Result<(Vec<RecordingEntry>, Damage), Unreadable> {
    let mut reader = Reader::open(bytes)?;
    let mut found = Vec::new();
    while let Some(line) = reader.next_line()? {
        match line {
            RecordingLine::Entry(entry) => found.push(entry),
            RecordingLine::Session(_) => {}
        }
    }
    Ok((found, reader.damage()))
}

proptest! {
    #[test]
    fn written_entries_read_back(entries in entries()) {
        prop_assert_eq!(read(&written(&entries)).unwrap(), (entries, Damage::default()));
    }

    #[test]
    fn file_cut_at_any_byte_reads_back_as_a_prefix(entries in entries(), cut in any::<prop::sample::Index>()) {
        let all = written(&entries);
        let kept = &all[..cut.index(all.len() + 1)];
        match read(kept) {
            Ok((found, damage)) => {
                prop_assert_eq!(&found[..], &entries[..found.len()]);
                let whole = memchr::memchr_iter(b'\n', kept).count();
                prop_assert!(found.len() + 1 >= whole, "{} of {}", found.len(), whole);
                prop_assert!(damage.lines <= 1);
            }
            Err(error) => prop_assert!(!kept.contains(&b'\n'), "{}", error),
        }
    }

    #[test]
    fn session_appended_to_a_cut_file_is_read(
        entries in entries(), more in entries(), cut in any::<prop::sample::Index>(),
    ) {
        let (all, more_written) = (written(&entries), written(&more));
        let header = all.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        let mut file = all[..header + cut.index(all.len() - header + 1)].to_vec();
        file.push(b'\n');
        file.extend(more_written);
        let (found, _) = read(&file).unwrap();
        prop_assert!(found.ends_with(&more), "{:?}", found);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>()) {
        let _ = read(&bytes);
        let mut file = written(&[]);
        file.extend(&bytes);
        let _ = read(&file).unwrap();
        let _ = Recording::read(&file[..]).unwrap();
    }

    #[test]
    fn changed_byte_damages_at_most_two_lines(
        entries in entries(), at in any::<prop::sample::Index>(), to in any::<u8>(),
    ) {
        let mut all = written(&entries);
        let header = all.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        if all.len() > header {
            let at = header + at.index(all.len() - header);
            all[at] = to;
            let (found, _) = read(&all).unwrap();
            prop_assert!(found.len() + 2 >= entries.len(), "{} of {}", found.len(), entries.len());
        }
    }
}

#[test]
fn other_files_are_rejected_with_a_message() {
    for (bytes, message) in [
        (&b""[..], "the file is empty."),
        (b"\x1f\x8b\x08more", "the file is compressed; decompress it first: gunzip, or zcat FILE > bug.rec."),
        (b"\x89PNG\r\n\x1a\n", "not a recording. Make one with netchat-tui --record FILE ADDRESS."),
        (b"{\"version\": 2}\n", "not a recording. Make one with netchat-tui --record FILE ADDRESS."),
        (
            b"{\"format\":\"netchat-tui recording\",\"version\":7,\"program\":\"x\",\"utc\":0,\"more\":[]}\n{}",
            "its format version 7 is too new (supported: up to 1); upgrade netchat-tui.",
        ),
    ] {
        assert_eq!(read(bytes).unwrap_err().to_string(), message);
    }
}

#[test]
fn overlong_line_is_skipped_without_keeping_it() {
    let mut file = written(&[]);
    file.extend(std::iter::repeat_n(b'x', usize::try_from(MAX_LINE_BYTES).unwrap() + 99));
    file.push(b'\n');
    let last = RecordingEntry::new(Timestamp { elapsed: Duration::ZERO, wall: 0 }, LinkId(0), EntryKind::Tick);
    RecordingLine::Entry(last.clone()).write(&mut file).unwrap();
    let mut reader = Reader::open(&file[..]).unwrap();
    assert_eq!(reader.next_line().unwrap(), Some(RecordingLine::Entry(last)));
    assert_eq!(reader.damage(), Damage { lines: 1, first: 2, is_cut: false });
}

#[test]
fn damage_has_a_message() {
    let message = |lines, first, is_cut| Damage { lines, first, is_cut }.message();
    assert_eq!(message(0, 0, false), None);
    assert_eq!(
        message(1, 9, true).as_deref(),
        Some("The recording is cut off; everything up to its last complete line was read.")
    );
    assert_eq!(message(1, 9, false).as_deref(), Some("Line 9 of the recording is damaged; the rest was read."));
}
