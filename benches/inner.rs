//! The inner parts, each alone: taking in, decoding, wrapping, and a whole frame over transcripts of different length.
//!
//! `cargo bench`. Numbers are of one machine and one day; what counts is how they compare with each other: a frame over
//! a million rows must cost what one over a thousand does.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail like a test")]

use bytes::Bytes;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use netchat_tui::app::transcript::{Limits, Transcript};
use netchat_tui::app::{App, Event, Now, Options, Wall};
use netchat_tui::link::{LinkEvent, LinkId};
use netchat_tui::text::{self, Row};
use netchat_tui::ui::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

fn main() {
    divan::main();
}

const LINE: &str = "user007: the quick brown fox jumps over the lazy dog, message 4711\n";
const MIXED: &str = "grace: ça marche? 漢字かな交じり文 👩‍🚀 \u{1b}[31mred\u{1b}[0m e\u{301} \u{202e}live\n";

/// Megabytes of lines into a transcript, in reads of 64 KiB.
#[divan::bench(args = [1, 20])]
fn take_in(bencher: Bencher<'_, '_>, megabytes: usize) {
    let lines = LINE.repeat(megabytes * 1_000_000 / LINE.len());
    bencher.counter(BytesCount::of_str(&lines)).bench_local(|| {
        let mut transcript = Transcript::new(Limits::default());
        for read in lines.as_bytes().chunks(64 * 1024) {
            transcript.receive(black_box(read), Wall(0));
        }
        transcript
    });
}

/// One row to glyphs.
#[divan::bench(args = ["ascii", "mixed"])]
fn decode(bencher: Bencher<'_, '_>, kind: &str) {
    let line = if kind == "ascii" { LINE } else { MIXED };
    let mut row = Row::default();
    bencher
        .counter(BytesCount::of_str(line))
        .bench_local(|| text::decode(black_box(line.trim_end().as_bytes()), &mut row));
}

/// The longest row there can be, cut into lines of 80 columns.
#[divan::bench]
fn wrap_the_longest_row(bencher: Bencher<'_, '_>) {
    let mut row = Row::default();
    text::decode(LINE.trim_end().repeat(1000).get(..64 * 1024).unwrap().as_bytes(), &mut row);
    bencher.bench_local(|| text::wrap(black_box(&row), 80, 78));
}

/// A frame of 120 by 40 at the end of so many rows, nothing on the screen kept from the one before.
#[divan::bench(args = [1_000, 1_000_000])]
fn frame(bencher: Bencher<'_, '_>, rows: usize) {
    let mut app = App::new(Options::default());
    let lines = Bytes::from(LINE.repeat(1000));
    for _ in 0..rows / 1000 {
        let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(lines.clone())));
    }
    let panes = ui::panes(Rect::new(0, 0, 120, 40), app.time()).unwrap();
    app.fit(panes.viewport());
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    bencher.bench_local(|| {
        terminal.clear().unwrap();
        terminal.draw(|frame| ui::draw(frame, &app, &Theme::DARK)).unwrap();
    });
}
