//! Tests how bytes become rows and lines.

use super::*;
use proptest::prelude::*;

fn transcript() -> Transcript {
    Transcript::new(TranscriptLimits::default())
}

/// Formats each row as kind, text and end, such as `<text Lf`.
fn format_rows(transcript: &Transcript) -> Vec<String> {
    transcript
        .rows()
        .map(|row| {
            let kind = match row.kind {
                RowKind::Received => '<',
                RowKind::Sent => '>',
                RowKind::Notice => '*',
                RowKind::Separator => '─',
                RowKind::Error => '!',
                RowKind::Backlog => '~',
            };
            format!("{kind}{} {:?}", row.bytes.escape_ascii(), row.end)
        })
        .collect()
}

fn rows_after(reads: &[&str]) -> Vec<String> {
    let mut transcript = transcript();
    for read in reads {
        transcript.receive(read.as_bytes(), LocalTime(0));
    }
    format_rows(&transcript)
}

#[test]
fn each_newline_ends_a_row() {
    assert_eq!(rows_after(&["a\nb\r\nc\rd\n"]), ["<a Lf", "<b CrLf", "<c Cr", "<d Lf"]);
    assert_eq!(rows_after(&["\n\r\n\r\r\n"]), ["< Lf", "< CrLf", "< Cr", "< CrLf"]);
}

#[test]
fn text_without_a_newline_is_an_open_row() {
    assert_eq!(rows_after(&["Thank you for connecting"]), ["<Thank you for connecting Open"]);
    assert_eq!(rows_after(&["abc", "def\n"]), ["<abcdef Lf"]);
}

#[test]
fn a_newline_at_the_end_of_a_read_ends_the_row_at_once() {
    assert_eq!(rows_after(&["abc\n"]), ["<abc Lf"]);
    assert_eq!(rows_after(&["abc\r"]), ["<abc Cr"]);
}

#[test]
fn cr_and_lf_in_two_reads_are_one_newline() {
    assert_eq!(rows_after(&["abc\r", "\ndef\n"]), ["<abc CrLf", "<def Lf"]);
    assert_eq!(rows_after(&["abc\r", "def\n"]), ["<abc Cr", "<def Lf"]);
}

#[test]
fn cr_and_lf_are_one_newline_despite_a_sent_line_between() {
    let mut transcript = transcript();
    transcript.receive(b"abc\r", LocalTime(0));
    transcript.send(b"hi\n", LocalTime(1));
    transcript.receive(b"\ndef\n", LocalTime(2));
    assert_eq!(format_rows(&transcript), ["<abc CrLf", ">hi Lf", "<def Lf"]);
}

#[test]
fn a_sent_line_ends_an_unterminated_row() {
    let mut transcript = transcript();
    transcript.receive(b"login: ", LocalTime(0));
    transcript.send(b"bob\n", LocalTime(1));
    transcript.receive(b"password: ", LocalTime(2));
    assert_eq!(format_rows(&transcript), ["<login:  Interrupted", ">bob Lf", "<password:  Open"]);
}

#[test]
fn silence_and_close_end_an_unterminated_row() {
    let mut transcript = transcript();
    transcript.receive(b"hi", LocalTime(0));
    assert!(transcript.has_open_row());
    transcript.end_open(RowEnd::Idle);
    assert!(!transcript.has_open_row());
    transcript.receive(b"there", LocalTime(2000));
    transcript.end_open(RowEnd::Unterminated);
    assert_eq!(format_rows(&transcript), ["<hi Idle", "<there Unterminated"]);
}

#[test]
fn silence_inside_a_character_waits_for_its_rest() {
    let mut transcript = transcript();
    transcript.receive(b"caf\xc3", LocalTime(0));
    transcript.end_open(RowEnd::Idle);
    assert!(!transcript.has_open_row());
    transcript.receive(b"\xa9 au lait\n", LocalTime(1));
    assert_eq!(format_rows(&transcript), [r"<caf\xc3\xa9 au lait Lf"]);
}

#[test]
fn silence_inside_an_invalid_sequence_ends_the_row() {
    let mut transcript = transcript();
    transcript.receive(b"caf\xc3", LocalTime(0));
    transcript.end_open(RowEnd::Idle);
    transcript.receive(b"there\n", LocalTime(1));
    assert_eq!(format_rows(&transcript), [r"<caf\xc3 Idle", "<there Lf"]);
}

#[test]
fn a_sent_line_does_not_split_a_character() {
    let mut transcript = transcript();
    transcript.receive(b"caf\xc3", LocalTime(0));
    transcript.send(b"hi\n", LocalTime(1));
    transcript.receive(b"\xa9\n", LocalTime(2));
    assert_eq!(format_rows(&transcript), [r"<caf\xc3\xa9 Lf", ">hi Lf"]);
}

#[test]
fn a_close_ends_a_row_even_inside_a_character() {
    let mut transcript = transcript();
    transcript.receive(b"caf\xc3", LocalTime(0));
    transcript.end_open(RowEnd::Idle);
    transcript.end_open(RowEnd::Unterminated);
    transcript.receive(b"\xa9\n", LocalTime(0));
    assert_eq!(format_rows(&transcript), [r"<caf\xc3 Unterminated", r"<\xa9 Lf"]);
}

#[test]
fn sent_rows_keep_their_newline() {
    let mut transcript = transcript();
    for line in ["a\n", "b\r\n", "c\r", "\n", "d"] {
        transcript.send(line.as_bytes(), LocalTime(0));
    }
    assert_eq!(format_rows(&transcript), [">a Lf", ">b CrLf", ">c Cr", "> Lf", ">d Unterminated"]);
}

#[test]
fn an_empty_notice_is_a_row() {
    let mut transcript = transcript();
    transcript.note(RowKind::Notice, "", LocalTime(0));
    transcript.note(RowKind::Error, "no", LocalTime(0));
    assert_eq!(format_rows(&transcript), ["* Complete", "!no Complete"]);
}

#[test]
fn a_long_line_is_split_between_characters() {
    let mut transcript = transcript();
    // "é" at odd offsets: 64 KiB falls inside one of them.
    let line = format!("x{}", "é".repeat(100_000));
    for read in line.as_bytes().chunks(7_001) {
        transcript.receive(read, LocalTime(0));
    }
    transcript.receive(b"\n", LocalTime(0));
    let rows: Vec<_> = transcript.rows().map(|row| (row.bytes.len(), row.end, row.is_continued)).collect();
    assert_eq!(rows[0], (MAX_ROW_BYTES - 1, RowEnd::Split, false));
    assert_eq!(rows[1], (MAX_ROW_BYTES, RowEnd::Split, true));
    assert_eq!(rows[3].1, RowEnd::Lf);
    let whole: Vec<u8> = transcript.rows().flat_map(|row| row.bytes.to_vec()).collect();
    assert_eq!(whole, line.as_bytes());
}

#[test]
fn the_row_limit_evicts_the_oldest_rows() {
    let mut transcript = Transcript::new(TranscriptLimits { rows: 3, bytes: 1 << 20 });
    for n in 0..10 {
        transcript.receive(format!("{n}\n").as_bytes(), LocalTime(0));
    }
    assert_eq!(format_rows(&transcript), ["<7 Lf", "<8 Lf", "<9 Lf"]);
    assert_eq!((transcript.first(), transcript.next()), (RowId(7), RowId(10)));
    assert_eq!(transcript.row(RowId(6)), None);
}

#[test]
fn the_byte_limit_evicts_rows_and_frees_memory() {
    let mut transcript = Transcript::new(TranscriptLimits { rows: 1_000_000, bytes: 1 << 20 });
    let line = format!("{}\n", "x".repeat(999));
    for _ in 0..10_000 {
        transcript.receive(line.as_bytes(), LocalTime(0));
        transcript.send(b"ok\n", LocalTime(0));
    }
    assert!(transcript.len() <= 1 << 20, "{}", transcript.len());
    // A segment that is partly evicted stays allocated, and the last one is allocated whole.
    assert!(transcript.memory_used() <= 5 << 20, "{} bytes are allocated", transcript.memory_used());
    assert!(transcript.rows().all(|row| row.bytes.len() == 999 || row.bytes == b"ok"));
}

#[test]
fn a_row_evicted_while_open_continues_as_a_new_row() {
    let mut transcript = Transcript::new(TranscriptLimits { rows: 2, bytes: 1 << 20 });
    transcript.receive(b"caf\xc3", LocalTime(0));
    transcript.send(b"a\n", LocalTime(0));
    transcript.send(b"b\n", LocalTime(0));
    transcript.receive(b"\xa9\n", LocalTime(0));
    assert_eq!(format_rows(&transcript), [">b Lf", r"<\xa9 Lf"]);
}

#[test]
fn rows_after_a_clear_have_new_ids() {
    let mut transcript = transcript();
    transcript.receive(b"a\nhalf", LocalTime(0));
    transcript.clear();
    assert_eq!(transcript.rows().count(), 0);
    transcript.receive(b" a line\n", LocalTime(0));
    assert_eq!(format_rows(&transcript), ["< a line Lf"]);
    assert_eq!(transcript.first(), RowId(2));
}

#[test]
fn each_read_leaves_a_mark() {
    let mut transcript = transcript();
    transcript.receive(b"abc", LocalTime(1));
    transcript.receive(b"d\n", LocalTime(2));
    let marks: Vec<_> = transcript.marks(RowKind::Received).collect();
    assert_eq!(marks, [ReadMark { offset: 0, at: LocalTime(1) }, ReadMark { offset: 3, at: LocalTime(2) }]);
}

fn wire() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[a-z]{0,5}".prop_map(String::into_bytes),
        2 => Just(b"\n".to_vec()),
        2 => Just(b"\r".to_vec()),
        2 => Just(b"\r\n".to_vec()),
        2 => "[é漢🦰]".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
        1 => Just(vec![b'x'; MAX_ROW_BYTES - 2]),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn rows_do_not_depend_on_reads(wire in wire(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let mut whole = transcript();
        whole.receive(&wire, LocalTime(0));
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(wire.len() + 1)).collect();
        cuts.sort_unstable();
        let mut split = transcript();
        let mut from = 0;
        for to in cuts.into_iter().chain([wire.len()]) {
            if from < to {
                split.receive(&wire[from..to], LocalTime(0));
            }
            from = to;
        }
        prop_assert_eq!(format_rows(&split), format_rows(&whole));
    }

    #[test]
    fn rows_of_a_direction_rejoin_to_its_bytes(
        script in proptest::collection::vec((any::<bool>(), wire()), 0..8),
    ) {
        let mut transcript = transcript();
        let (mut received, mut sent) = (Vec::new(), Vec::new());
        for (from_peer, bytes) in &script {
            if bytes.is_empty() {
                continue;
            }
            if *from_peer {
                transcript.receive(bytes, LocalTime(0));
                received.extend_from_slice(bytes);
            } else {
                transcript.send(bytes, LocalTime(0));
                sent.extend_from_slice(bytes);
            }
        }
        let rejoined = |kind| -> Vec<u8> {
            transcript.rows().filter(|row| row.kind == kind).flat_map(|row| {
                let newline: &[u8] = match row.end {
                    RowEnd::Lf => b"\n",
                    RowEnd::CrLf => b"\r\n",
                    RowEnd::Cr => b"\r",
                    _ => b"",
                };
                [row.bytes, newline].concat()
            }).collect()
        };
        prop_assert!(rejoined(RowKind::Received) == received);
        prop_assert!(rejoined(RowKind::Sent) == sent);
    }
}

/// Returns all lines of one direction, newlines included.
fn lines(transcript: &Transcript, kind: RowKind) -> Vec<Vec<u8>> {
    let of_kind = transcript.rows().filter(|row| row.kind == kind && transcript.begins_line(row.id));
    let lines = of_kind.filter_map(|row| transcript.line(row.id));
    lines.map(|line| [&line.bytes, line.end.newline()].concat()).collect()
}

#[test]
fn a_split_line_is_rejoined_up_to_a_mebibyte() {
    let mut transcript = transcript();
    let long: Vec<u8> = (0..3_000_000_u32).map(|n| b'a' + (n % 23) as u8).collect();
    for read in long.chunks(50_000) {
        transcript.receive(read, LocalTime(0));
        // Rows between the pieces are not part of the line.
        transcript.note(RowKind::Notice, "meanwhile", LocalTime(0));
    }
    transcript.receive(b"\r\nnext\n", LocalTime(0));
    let lines = lines(&transcript, RowKind::Received);
    assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [1 << 20, 1 << 20, 3_000_002 - (2 << 20), 5]);
    assert_eq!(lines[..3].concat(), [&long[..], b"\r\n"].concat());
    for row in transcript.rows().filter(|row| row.kind == RowKind::Received) {
        let line = transcript.line(row.id).unwrap();
        assert!(line.first.id <= row.id && row.id <= line.last, "{:?} is not in its own line", row.id);
    }
}

proptest! {
    #[test]
    fn rows_of_a_line_rejoin_to_it(
        line in proptest::collection::vec(any::<u8>(), 1..40), times in 1..9_000_usize, read in 1..200_000_usize,
    ) {
        let bytes = line.repeat(times);
        let mut transcript = Transcript::new(TranscriptLimits { rows: usize::MAX, bytes: u64::MAX });
        for read in bytes.chunks(read) {
            transcript.receive(read, LocalTime(0));
        }
        let lines = lines(&transcript, RowKind::Received);
        prop_assert_eq!(lines.concat(), bytes);
        // Each line but the last ends with a newline or has the maximum length.
        for line in lines.iter().rev().skip(1) {
            prop_assert!(line.ends_with(b"\n") || line.ends_with(b"\r") || line.len() > (1 << 20) - 64);
        }
    }
}
