//! Any bytes in any reads: the rows are those of one read, and hold every byte.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netchat_tui::app::LocalTime;
use netchat_tui::app::transcript::{RowEnd, Transcript, TranscriptLimits};

fn rows(transcript: &Transcript) -> Vec<(Vec<u8>, RowEnd, bool)> {
    transcript.rows().map(|row| (row.bytes.to_vec(), row.end, row.is_continued)).collect()
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (wire, cuts) = input;
    let mut whole = Transcript::new(TranscriptLimits::default());
    whole.receive(&wire, LocalTime(0));
    let mut split = Transcript::new(TranscriptLimits::default());
    let mut rest = wire.as_slice();
    for cut in cuts {
        let (read, after) = rest.split_at(usize::from(cut).min(rest.len()));
        split.receive(read, LocalTime(0));
        rest = after;
    }
    split.receive(rest, LocalTime(0));
    let whole = rows(&whole);
    assert_eq!(rows(&split), whole);
    let rejoined: Vec<u8> = whole
        .into_iter()
        .flat_map(|(mut bytes, end, _)| {
            bytes.extend_from_slice(match end {
                RowEnd::Lf => b"\n",
                RowEnd::CrLf => b"\r\n",
                RowEnd::Cr => b"\r",
                _ => b"",
            });
            bytes
        })
        .collect();
    assert_eq!(rejoined, wire);
});
