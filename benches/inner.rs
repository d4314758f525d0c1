//! The inner parts, each alone: taking in, decoding, wrapping, and a whole frame over transcripts of different length.
//!
//! `cargo bench`. Numbers are of one machine and one day; what counts is how they compare with each other: a frame over
//! a million rows must cost what one over a thousand does.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail like a test")]

use bytes::Bytes;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use netchat_tui::app::transcript::{Transcript, TranscriptLimits};
use netchat_tui::app::view::viewport::Motion;
use netchat_tui::app::{Action, App, Edit, Event, KillRing, LineEditor, LocalTime, Now, Settings};
use netchat_tui::link::{LinkEvent, LinkId};
use netchat_tui::text::{self, Row};
use netchat_tui::ui::{self, ResolvedTheme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use std::sync::LazyLock;

#[path = "inner/shapes.rs"]
mod shapes;

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
        let mut transcript = Transcript::new(TranscriptLimits::default());
        for read in lines.as_bytes().chunks(64 * 1024) {
            transcript.receive(black_box(read), LocalTime(0));
        }
        transcript
    });
}

/// Feeds the lines to the whole core: rows are built, checked for folds and searched for the nickname.
#[divan::bench(args = ["without a name", "with a name"])]
fn take_in_by_the_app(bencher: Bencher<'_, '_>, name: &str) {
    let lines = Bytes::from(LINE.repeat(20_000_000 / LINE.len()));
    let nick = (name == "with a name").then(|| "ada".to_owned());
    bencher.counter(BytesCount::new(lines.len())).bench_local(|| {
        let mut app = App::new(Settings { nick: nick.clone(), ..Settings::default() });
        for at in (0..lines.len()).step_by(64 * 1024) {
            let read = lines.slice(at..lines.len().min(at + 64 * 1024));
            let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(read)));
        }
        app
    });
}

/// A megabyte of rows of each shape into the whole core, and the frame after it. Goals: rows that tell a nickname take at
/// most three times as long as plain ones, and no shape takes more than 0.24 s.
#[divan::bench(args = shapes::SHAPES.iter().map(|(name, _)| *name), sample_count = 5, sample_size = 1)]
fn row_shapes(bencher: Bencher<'_, '_>, shape: &str) {
    let rows = Bytes::from(shapes::rows(shape, 1_000_000));
    let mut terminal = terminal();
    bencher.counter(BytesCount::new(rows.len())).bench_local(|| {
        let mut app = App::new(Settings { nick: Some("ada".to_owned()), ..Settings::default() });
        for at in (0..rows.len()).step_by(64 * 1024) {
            let read = rows.slice(at..rows.len().min(at + 64 * 1024));
            let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(read)));
        }
        fit(&mut app);
        draw(&mut terminal, &app);
        app
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

/// Returns an app with this many rows of one line.
fn app_with(rows: usize) -> App {
    let limits = TranscriptLimits { rows: rows.max(1_000_000), bytes: 4 << 30 };
    let mut app = App::new(Settings { limits, ..Settings::default() });
    let lines = Bytes::from(LINE.repeat(1000));
    for _ in 0..rows / 1000 {
        let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(lines.clone())));
    }
    fit(&mut app);
    app
}

fn fit(app: &mut App) {
    app.set_screen_size(ui::panes(Rect::new(0, 0, 120, 40), app).unwrap().viewport());
}

static THEME: LazyLock<ResolvedTheme> = LazyLock::new(ResolvedTheme::default);

/// Draws a frame of 120 by 40, nothing on the screen kept from the one before.
fn draw(terminal: &mut Terminal<TestBackend>, app: &App) {
    terminal.clear().unwrap();
    terminal.draw(|frame| ui::draw(frame, app, &THEME)).unwrap();
}

fn terminal() -> Terminal<TestBackend> {
    Terminal::new(TestBackend::new(120, 40)).unwrap()
}

fn act(app: &mut App, action: Action) {
    let _ = app.update(Now::default(), Event::Action(action));
}

/// Draws a frame at the end of this many rows.
#[divan::bench(args = [1_000, 1_000_000, 10_000_000])]
fn frame(bencher: Bencher<'_, '_>, rows: usize) {
    let app = app_with(rows);
    let mut terminal = terminal();
    bencher.bench_local(|| draw(&mut terminal, &app));
}

/// Draws a frame in the middle of this many rows, with the position bar.
#[divan::bench(args = [1_000, 1_000_000, 10_000_000])]
fn frame_scrolled(bencher: Bencher<'_, '_>, rows: usize) {
    let mut app = app_with(rows);
    act(&mut app, Action::Scroll(Motion::Up(400)));
    let mut terminal = terminal();
    bencher.bench_local(|| draw(&mut terminal, &app));
}

/// A frame with every other row hidden by a filter.
#[divan::bench(args = [1_000, 1_000_000])]
fn frame_filtered(bencher: Bencher<'_, '_>, rows: usize) {
    let mut app = app_with(rows);
    for c in "/filter hide never".chars() {
        let _ = app.update(Now::default(), Event::Char(c));
    }
    act(&mut app, Action::Submit);
    while app.has_background_work() {
        let _ = app.update(Now::default(), Event::BackgroundStep);
    }
    let mut terminal = terminal();
    bencher.bench_local(|| draw(&mut terminal, &app));
}

/// The key that goes to the next view, and the frame after it, in the middle of a million rows.
#[divan::bench]
fn view_switch(bencher: Bencher<'_, '_>) {
    let mut app = app_with(1_000_000);
    act(&mut app, Action::Scroll(Motion::Up(400)));
    let mut terminal = terminal();
    bencher.bench_local(|| {
        act(&mut app, Action::CycleView);
        draw(&mut terminal, &app);
    });
}

/// A frame, and a page up and down again, in the middle of one line of ten megabytes.
#[divan::bench(args = ["text", "escaped", "hex"])]
fn frame_in_a_line_of_ten_megabytes(bencher: Bencher<'_, '_>, view: &str) {
    let mut app = in_a_long_line(view);
    let mut terminal = terminal();
    bencher.bench_local(|| {
        act(&mut app, Action::Scroll(Motion::PageUp));
        draw(&mut terminal, &app);
        act(&mut app, Action::Scroll(Motion::PageDown));
        draw(&mut terminal, &app);
    });
}

/// A frame of a line that is under way and grows to the longest a row can be: laid out anew each time.
#[divan::bench(args = ["text", "escaped", "hex"])]
fn frame_of_a_growing_line(bencher: Bencher<'_, '_>, view: &str) {
    let mut app = in_a_long_line(view);
    act(&mut app, Action::Scroll(Motion::Bottom));
    let _ = app.update(
        Now::default(),
        Event::Link(LinkId(0), LinkEvent::Received(Bytes::from("\n".to_owned() + &"\u{1}".repeat(60_000)))),
    );
    let mut terminal = terminal();
    bencher.bench_local(|| {
        let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(Bytes::from_static(b"x"))));
        draw(&mut terminal, &app);
    });
}

/// A key down and its frame are one of four here; the line is of bytes that all have to be spelled.
fn in_a_long_line(view: &str) -> App {
    let mut app = App::new(Settings::default());
    fit(&mut app);
    let bytes = if view == "text" { LINE.trim_end().repeat(1000) } else { "\u{1}".repeat(64 * 1024) };
    for _ in 0..10_000_000 / bytes.len() {
        let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(Bytes::from(bytes.clone()))));
    }
    for c in format!("/view {view}").chars() {
        let _ = app.update(Now::default(), Event::Char(c));
    }
    act(&mut app, Action::Submit);
    act(&mut app, Action::Scroll(Motion::Up(2000)));
    app
}

/// From the key that makes the pattern to the first hit on the screen: where every row is one, where only the oldest of a
/// million is, with a frame every 16 pieces meanwhile; and until all of a million hits are counted.
#[divan::bench(args = ["every row", "the oldest row", "all"])]
fn search_a_million_rows(bencher: Bencher<'_, '_>, hits: &str) {
    let pattern = if hits == "the oldest row" { "zebra" } else { "fox jumps over" };
    let mut app = with_an_oldest_row("a zebra");
    let mut terminal = terminal();
    bencher.bench_local(|| {
        act(&mut app, Action::Search);
        let _ = app.update(Now::default(), Event::Paste(pattern.to_owned()));
        let mut pieces = 0;
        while hits != "every row" && app.has_background_work() {
            let _ = app.update(Now::default(), Event::BackgroundStep);
            pieces += 1;
            if pieces % 16 == 0 {
                draw(&mut terminal, &app);
            }
        }
        draw(&mut terminal, &app);
        act(&mut app, Action::Cancel);
    });
}

/// A million rows, the first of which is this one.
fn with_an_oldest_row(text: &str) -> App {
    let mut app = app_with(0);
    let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(Bytes::from(format!("{text}\n")))));
    let lines = Bytes::from(LINE.repeat(999));
    for _ in 0..1000 {
        let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(lines.clone())));
    }
    app
}

/// One piece of a search: what a key waits for at most.
#[divan::bench(args = ["literal", "regex", "mixed"])]
fn a_piece_of_search(bencher: Bencher<'_, '_>, kind: &str) {
    let mut app = App::new(Settings::default());
    fit(&mut app);
    let lines = Bytes::from(if kind == "mixed" { MIXED.repeat(1000) } else { LINE.repeat(1000) });
    for _ in 0..400 {
        let _ = app.update(Now::default(), Event::Link(LinkId(0), LinkEvent::Received(lines.clone())));
    }
    bencher.bench_local(|| {
        if !app.has_background_work() {
            act(&mut app, Action::Cancel);
            act(&mut app, Action::Search);
            if kind == "regex" {
                act(&mut app, Action::ToggleSearchRegex);
            }
            let pattern =
                if kind == "regex" { r"(\w+) zebra \1?x*[0-9]{3,}$".replace(r"\1?", "") } else { "zebra".to_owned() };
            let _ = app.update(Now::default(), Event::Paste(pattern));
        }
        let _ = app.update(Now::default(), Event::BackgroundStep);
    });
}

/// A draft of a megabyte with the cursor in its middle.
fn long_draft(kind: &str) -> LineEditor {
    let text = match kind {
        "one line" => LINE.trim_end().repeat(1_000_000 / (LINE.len() - 1)),
        "20,000 lines" => format!("{}\n", LINE.get(..49).unwrap()).repeat(20_000),
        _ => "漢字かな交じり文。 ".repeat(1_000_000 / 28),
    };
    let mut draft = LineEditor::default();
    draft.insert(text.split_at(text.len() / 2).1);
    let _ = draft.edit(Edit::TextStart, &mut KillRing::default());
    draft.insert(text.split_at(text.len() / 2).0);
    draft
}

/// A key typed there and one deleted, each with the lines of the screen and the cursor's place among them.
#[divan::bench(args = ["one line", "20,000 lines"])]
fn two_keys_in_a_long_draft(bencher: Bencher<'_, '_>, kind: &str) {
    let (mut draft, mut kills) = (long_draft(kind), KillRing::default());
    let _ = draft.layout(80).lines();
    bencher.bench_local(|| {
        draft.type_char('x');
        black_box(draft.layout(80).place(draft.cursor()));
        let _ = draft.edit(Edit::DeleteBack, &mut kills);
        black_box(draft.layout(80).place(draft.cursor()));
    });
}

/// All of it laid out anew: after a resize.
#[divan::bench(args = ["one line", "20,000 lines", "wide"])]
fn lay_out_a_long_draft(bencher: Bencher<'_, '_>, kind: &str) {
    let draft = long_draft(kind);
    let mut width = 80;
    bencher.bench_local(|| {
        width ^= 1;
        draft.layout(width).lines()
    });
}
