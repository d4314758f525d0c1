//! Tests scrolling, folding and filtering of a transcript on a screen.

use super::*;
use crate::app::ByteView;
use crate::app::time::LocalTime;
use crate::app::transcript::{RowEnd, Transcript, TranscriptLimits};
use crate::app::view::filter::{Filter, FilterMode, Folds, VisibleRows};
use crate::app::view::pattern::{CaseMatching, Pattern, Syntax};
use crate::text::Charset;
use proptest::prelude::*;

const SIZE: Size = Size { columns: 10, lines: 4 };

/// A transcript and the state that determines how it is displayed.
struct Fixture {
    transcript: Transcript,
    visible_rows: VisibleRows,
    options: ViewOptions,
    unread: Option<RowId>,
    layouts: LayoutCache,
}

impl Fixture {
    fn new(limits: TranscriptLimits) -> Self {
        Self {
            transcript: Transcript::new(limits),
            visible_rows: VisibleRows::default(),
            options: ViewOptions::default(),
            unread: None,
            layouts: LayoutCache::default(),
        }
    }

    fn context(&self) -> RenderContext<'_> {
        RenderContext {
            transcript: &self.transcript,
            visible_rows: &self.visible_rows,
            options: self.options,
            unread: self.unread,
            indent: crate::app::view::render::INDENT,
            layouts: &self.layouts,
        }
    }

    fn receive(&mut self, bytes: &[u8], at: LocalTime) {
        self.transcript.receive(bytes, at);
        self.visible_rows.update(&self.transcript);
    }

    fn send(&mut self, bytes: &[u8], at: LocalTime) {
        self.transcript.send(bytes, at);
        self.visible_rows.update(&self.transcript);
    }

    /// Sets filter and folds and evaluates all rows.
    fn set_filter(&mut self, pivot: RowId, filter: Option<Filter>, folds: Folds) {
        self.visible_rows.set(&self.transcript, pivot, |old, old_folds| (*old, *old_folds) = (filter, folds));
        while self.visible_rows.has_work(&self.transcript) {
            self.visible_rows.work(&self.transcript);
        }
    }

    fn items(&self) -> Vec<crate::app::view::filter::DisplayItem> {
        let next = |id| self.context().at_or_after(id);
        std::iter::successors(next(RowId(0)), |item| next(RowId(item.last.0 + 1))).collect()
    }
}

fn unseen(scroll: &Scroll, fixture: &Fixture) -> u64 {
    scroll.unseen().map_or(0, |unseen| fixture.transcript.next().0 - unseen.0)
}

fn with_rows(rows: impl IntoIterator<Item = String>) -> Fixture {
    let mut fixture = Fixture::new(TranscriptLimits::default());
    for row in rows {
        fixture.receive(format!("{row}\n").as_bytes(), LocalTime(0));
    }
    fixture
}

fn numbered(count: usize) -> Fixture {
    with_rows((0..count).map(|n| format!("row {n}")))
}

fn displayed(scroll: &Scroll, fixture: &Fixture, size: Size) -> Vec<String> {
    lines_of(&scroll.page(&fixture.context(), size).rows)
}

/// Returns the lines above the first open row, which may be wrapped differently as it grows.
fn finished_lines(scroll: &Scroll, fixture: &Fixture, size: Size) -> Vec<String> {
    let rows = scroll.page(&fixture.context(), size).rows;
    let open = rows.iter().position(|rendered| rendered.view.end == RowEnd::Open).unwrap_or(rows.len());
    lines_of(&rows[..open])
}

fn lines_of(rows: &[RenderedRow<'_>]) -> Vec<String> {
    rows.iter()
        .flat_map(|rendered| {
            rendered.lines().map(|line| match line {
                ScreenLine::Text(range) => {
                    let row = &rendered.layout.row;
                    let text: String = row.glyphs()[range].iter().map(|glyph| row.text_of(glyph)).collect();
                    text.trim_end().to_owned()
                }
                ScreenLine::DateSeparator(at) => format!("-- day {}", at.day()),
                ScreenLine::UnreadSeparator => "-- unread".to_owned(),
            })
        })
        .collect()
}

#[test]
fn an_unscrolled_view_follows_the_end() {
    let mut fixture = numbered(10);
    let scroll = Scroll::Follow;
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 6", "row 7", "row 8", "row 9"]);
    fixture.receive(b"more", LocalTime(0));
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 7", "row 8", "row 9", "more …"]);
}

#[test]
fn an_empty_transcript_is_an_empty_page_after_any_motion() {
    let fixture = numbered(0);
    let mut scroll = Scroll::Follow;
    for motion in [Motion::PageUp, Motion::PageDown, Motion::Top, Motion::Bottom, Motion::Up(3), Motion::Down(3)] {
        scroll.scroll(&fixture.context(), SIZE, motion);
        assert_eq!(scroll, Scroll::Follow, "{motion:?}");
    }
    assert!(displayed(&scroll, &fixture, SIZE).is_empty());
}

#[test]
fn pages_overlap_by_a_line() {
    let fixture = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&fixture.context(), SIZE, Motion::PageUp);
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 3", "row 4", "row 5", "row 6"]);
    scroll.scroll(&fixture.context(), SIZE, Motion::PageUp);
    scroll.scroll(&fixture.context(), SIZE, Motion::PageUp);
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 0", "row 1", "row 2", "row 3"]);
    scroll.scroll(&fixture.context(), SIZE, Motion::PageDown);
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 3", "row 4", "row 5", "row 6"]);
    scroll.scroll(&fixture.context(), SIZE, Motion::PageDown);
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn rows_that_fit_on_the_screen_cannot_be_scrolled() {
    let fixture = numbered(3);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&fixture.context(), SIZE, Motion::PageUp);
    assert_eq!(scroll, Scroll::Follow);
    scroll.scroll(&fixture.context(), SIZE, Motion::Top);
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn an_anchored_view_is_not_moved_by_arrival_and_eviction() {
    let mut fixture = Fixture::new(TranscriptLimits { rows: 20, bytes: 1 << 20 });
    for n in 0..20 {
        fixture.receive(format!("row {n}\n").as_bytes(), LocalTime(0));
    }
    let mut scroll = Scroll::Follow;
    scroll.scroll(&fixture.context(), SIZE, Motion::PageUp);
    let before = displayed(&scroll, &fixture, SIZE);
    assert_eq!(before[0], "row 13");
    for n in 20..33 {
        fixture.receive(format!("row {n}\n").as_bytes(), LocalTime(0));
        assert_eq!(displayed(&scroll, &fixture, SIZE), before, "after row {n}");
        assert_eq!(unseen(&scroll, &fixture), n - 19);
    }
    fixture.receive(b"row 33\n", LocalTime(0));
    assert_eq!(displayed(&scroll, &fixture, SIZE)[0], "row 14", "row 13 is evicted");
}

#[test]
fn rows_count_as_seen_once_they_were_on_the_screen() {
    let mut fixture = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&fixture.context(), SIZE, Motion::PageUp);
    assert_eq!(unseen(&scroll, &fixture), 0);
    for n in 10..20 {
        fixture.receive(format!("row {n}\n").as_bytes(), LocalTime(0));
    }
    assert_eq!(unseen(&scroll, &fixture), 10);
    scroll.scroll(&fixture.context(), SIZE, Motion::Down(5));
    assert_eq!(displayed(&scroll, &fixture, SIZE).last().unwrap(), "row 11");
    assert_eq!(unseen(&scroll, &fixture), 8);
    scroll.scroll(&fixture.context(), SIZE, Motion::Up(5));
    assert_eq!(unseen(&scroll, &fixture), 8);
}

#[test]
fn a_long_row_is_scrolled_by_lines() {
    let fixture = with_rows(["aaaa bbbb cccc dddd eeee ffff".to_owned(), "end".to_owned()]);
    let mut scroll = Scroll::Follow;
    let size = Size { columns: 5, lines: 3 };
    assert_eq!(displayed(&scroll, &fixture, size), ["eeee", "ffff", "end"]);
    scroll.scroll(&fixture.context(), size, Motion::Up(1));
    assert_eq!(displayed(&scroll, &fixture, size), ["dddd", "eeee", "ffff"]);
    scroll.scroll(&fixture.context(), size, Motion::Up(9));
    assert_eq!(displayed(&scroll, &fixture, size), ["aaaa", "bbbb", "cccc"]);
    scroll.scroll(&fixture.context(), size, Motion::Down(1));
    assert_eq!(displayed(&scroll, &fixture, size), ["bbbb", "cccc", "dddd"]);
    scroll.scroll(&fixture.context(), size, Motion::Down(2));
    assert_eq!(displayed(&scroll, &fixture, size), ["dddd", "eeee", "ffff"]);
    scroll.scroll(&fixture.context(), size, Motion::Down(1));
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn a_resize_keeps_the_text_at_the_top_of_the_screen() {
    let fixture = with_rows((0..40).map(|n| format!("{n} lorem ipsum dolor sit amet consectetur")));
    let mut scroll = Scroll::Follow;
    let size = Size { columns: 10, lines: 5 };
    scroll.scroll(&fixture.context(), size, Motion::Up(33));
    let before = displayed(&scroll, &fixture, size);
    for other in [Size { columns: 80, lines: 5 }, Size { columns: 7, lines: 9 }, Size { columns: 23, lines: 2 }] {
        scroll.on_resize(&fixture.context(), other);
        let text = displayed(&scroll, &fixture, other).concat();
        let first_word = before[0].split(' ').next().unwrap();
        assert!(text.contains(first_word), "{first_word} is not in {text}");
    }
    scroll.on_resize(&fixture.context(), size);
    assert_eq!(displayed(&scroll, &fixture, size), before);
}

#[test]
fn a_screen_that_has_grown_to_show_the_end_follows_it() {
    let fixture = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&fixture.context(), SIZE, Motion::Up(2));
    scroll.on_resize(&fixture.context(), Size { lines: 5, ..SIZE });
    assert_ne!(scroll, Scroll::Follow);
    scroll.on_resize(&fixture.context(), Size { lines: 6, ..SIZE });
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn a_screen_without_lines_or_columns_is_handled() {
    let fixture = numbered(10);
    for size in [Size { columns: 0, lines: 4 }, Size { columns: 4, lines: 0 }, Size::default()] {
        let mut scroll = Scroll::Follow;
        for motion in [Motion::PageUp, Motion::Up(1), Motion::Top, Motion::PageDown, Motion::Bottom] {
            scroll.scroll(&fixture.context(), size, motion);
            assert!(scroll.page(&fixture.context(), size).lines() <= size.lines);
        }
    }
}

#[test]
fn three_or_more_blank_rows_fold_and_unfold() {
    let mut fixture = with_rows(["a", "", "", "b", "", "", "", "c"].map(str::to_owned));
    let size = Size { columns: 20, lines: 9 };
    let scroll = Scroll::Follow;
    assert_eq!(displayed(&scroll, &fixture, size), ["a", "", "", "b", "(3 blank lines)", "c"]);
    for _ in 0..5000 {
        fixture.receive(b"\r\n", LocalTime(0));
    }
    assert_eq!(displayed(&scroll, &fixture, size)[5..], ["c", "(5,000 blank lines)"]);
    assert!(fixture.visible_rows.toggle(&fixture.transcript, RowId(5)));
    assert_eq!(
        displayed(&scroll, &fixture, Size { lines: 11, ..size }).len(),
        9,
        "{:?}",
        displayed(&scroll, &fixture, size)
    );
    assert!(!fixture.visible_rows.toggle(&fixture.transcript, RowId(1)), "two blank rows are not folded");
    fixture.set_filter(RowId(0), None, Folds { blank: false, repeated: false });
    assert_eq!(displayed(&scroll, &fixture, size), [""; 9]);
}

#[test]
fn equal_rows_fold_into_one_with_a_count() {
    let mut fixture = with_rows(["x", "x", "y", "x", "x", "x"].map(str::to_owned));
    let size = Size { columns: 20, lines: 9 };
    assert_eq!(displayed(&Scroll::Follow, &fixture, size).len(), 6);
    fixture.set_filter(RowId(3), None, Folds { blank: true, repeated: true });
    assert_eq!(displayed(&Scroll::Follow, &fixture, size), ["x ×2", "y", "x ×3"]);
    fixture.send(b"x\n", LocalTime(0));
    assert_eq!(
        displayed(&Scroll::Follow, &fixture, size),
        ["x ×2", "y", "x ×3", "x"],
        "rows of different directions are not folded together"
    );
}

fn filter(mode: FilterMode, pattern: &str) -> Filter {
    Filter { pattern: Pattern::new(pattern, Syntax::Regex, CaseMatching::Smart).unwrap(), mode }
}

#[test]
fn a_filter_hides_rows_without_losing_them() {
    let mut fixture = numbered(100);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&fixture.context(), SIZE, Motion::Up(50));
    assert_eq!(displayed(&scroll, &fixture, SIZE)[0], "row 46");
    fixture.set_filter(RowId(46), Some(filter(FilterMode::Keep, "0$")), Folds::default());
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 50", "row 60", "row 70", "row 80"]);
    assert_eq!(fixture.visible_rows.hidden(), 90);
    scroll.scroll(&fixture.context(), SIZE, Motion::Up(2));
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 30", "row 40", "row 50", "row 60"]);
    fixture.set_filter(RowId(46), Some(filter(FilterMode::Hide, "[1-9]$")), Folds::default());
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 30", "row 40", "row 50", "row 60"]);
    fixture.set_filter(RowId(46), None, Folds::default());
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 30", "row 31", "row 32", "row 33"]);
    assert_eq!(fixture.visible_rows.hidden(), 0);
}

#[test]
fn a_row_that_grows_to_match_is_hidden_again() {
    let mut fixture = numbered(3);
    fixture.set_filter(RowId(0), Some(filter(FilterMode::Hide, "secret")), Folds::default());
    let size = Size { columns: 20, lines: 9 };
    fixture.receive(b"a sec", LocalTime(0));
    assert_eq!(displayed(&Scroll::Follow, &fixture, size)[3..], ["a sec …"]);
    fixture.receive(b"ret\n", LocalTime(0));
    assert_eq!(displayed(&Scroll::Follow, &fixture, size).len(), 3);
}

#[test]
fn a_split_line_passes_a_filter_as_a_whole() {
    for (at, mode) in
        [(10, FilterMode::Keep), (65_533, FilterMode::Keep), (150_000, FilterMode::Keep), (150_000, FilterMode::Hide)]
    {
        let mut line = vec![b'x'; 200_000];
        line[at..at + 6].copy_from_slice(b"needle");
        for pivot in 0..6 {
            let mut fixture = with_rows(["before".to_owned()]);
            fixture.receive(&line, LocalTime(0));
            fixture.receive(b"\nafter\n", LocalTime(0));
            fixture.set_filter(RowId(pivot), Some(filter(mode, "needle")), Folds::default());
            let rows: Vec<u64> = fixture.items().iter().map(|item| item.first.0).collect();
            let expected: &[u64] = if mode == FilterMode::Keep { &[1, 2, 3, 4] } else { &[0, 5] };
            assert_eq!(rows, expected, "needle at {at}, from row {pivot} on");
        }
    }
}

#[test]
fn new_days_and_unread_rows_have_a_rule() {
    let mut fixture = Fixture::new(TranscriptLimits::default());
    let day = 86_400_000;
    for n in 0..6 {
        fixture.receive(format!("row {n}\n").as_bytes(), LocalTime(day + n * day / 4));
    }
    fixture.unread = Some(RowId(5));
    let size = Size { columns: 20, lines: 4 };
    let mut scroll = Scroll::Follow;
    assert_eq!(displayed(&scroll, &fixture, size), ["-- day 2", "row 4", "-- unread", "row 5"]);
    for (motion, lines) in [
        (Motion::Up(1), ["row 3", "-- day 2", "row 4", "-- unread"]),
        (Motion::Up(1), ["row 2", "row 3", "-- day 2", "row 4"]),
        (Motion::Down(1), ["row 3", "-- day 2", "row 4", "-- unread"]),
        (Motion::Up(1), ["row 2", "row 3", "-- day 2", "row 4"]),
        (Motion::Up(1), ["row 1", "row 2", "row 3", "-- day 2"]),
    ] {
        scroll.scroll(&fixture.context(), size, motion);
        assert_eq!(displayed(&scroll, &fixture, size), lines);
    }
    scroll.show_at_line(&fixture.context(), size, Position::start_of(RowId(4)), 1);
    assert_eq!(displayed(&scroll, &fixture, size)[..2], ["-- day 2", "row 4"]);
}

#[test]
fn a_view_at_a_row_that_becomes_hidden_follows_the_end() {
    let mut fixture = numbered(10);
    let mut scroll = Scroll::Follow;
    fixture.set_filter(RowId(0), Some(filter(FilterMode::Hide, "[xyz]")), Folds::default());
    fixture.receive("a".repeat(60).as_bytes(), LocalTime(0));
    scroll.scroll(&fixture.context(), SIZE, Motion::Up(1));
    assert!(anchor(&scroll, &fixture).is_some());
    fixture.receive(b"x", LocalTime(0));
    scroll.normalize(&fixture.context());
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 6", "row 7", "row 8", "row 9"]);
    fixture.receive(b"\nnew\n", LocalTime(0));
    scroll.normalize(&fixture.context());
    assert_eq!(displayed(&scroll, &fixture, SIZE), ["row 7", "row 8", "row 9", "new"]);
}

#[derive(Debug, Clone)]
enum Step {
    Receive(String),
    Send(String),
    Go(Motion),
    Resize(Size),
    Filter(Option<(FilterMode, &'static str)>),
    Folds(Folds),
    View(ByteView),
    Charset(Charset),
    Reveal(u64),
    Unread(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => "[a-z é漢\n]{0,60}".prop_map(Step::Receive),
        1 => "[a-z]{1,8}".prop_map(Step::Send),
        6 => prop_oneof![
            (1..9_usize).prop_map(Motion::Up), (1..9_usize).prop_map(Motion::Down),
            Just(Motion::PageUp), Just(Motion::PageDown), Just(Motion::Top), Just(Motion::Bottom),
        ].prop_map(Step::Go),
        2 => (1..40_usize, 1..12_usize).prop_map(|(columns, lines)| Step::Resize(Size { columns, lines })),
        1 => proptest::option::of((prop_oneof![Just(FilterMode::Keep), Just(FilterMode::Hide)], prop_oneof![Just("a"), Just("[xyz]")]))
            .prop_map(Step::Filter),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(blank, repeated)| Step::Folds(Folds { blank, repeated })),
        1 => prop_oneof![Just(ByteView::Text), Just(ByteView::Escaped), Just(ByteView::Hex)].prop_map(Step::View),
        1 => prop_oneof![Just("utf-8"), Just("latin-1"), Just("shift_jis")]
            .prop_map(|name| Step::Charset(Charset::parse(name).unwrap())),
        1 => (0..200_u64).prop_map(Step::Reveal),
        1 => (0..200_u64).prop_map(Step::Unread),
    ]
}

/// Returns the position of an anchored view, if its row is still kept.
fn anchor(scroll: &Scroll, fixture: &Fixture) -> Option<Position> {
    match *scroll {
        Scroll::Anchored { top, .. } => Some(top).filter(|top| fixture.transcript.row(top.row).is_some()),
        Scroll::Follow => None,
    }
}

proptest! {
    /// After any steps the page is as full as possible, and only scrolling moves an anchored view.
    #[test]
    fn an_anchor_survives_any_sequence_of_changes(
        steps in proptest::collection::vec(step(), 0..60), rows in 3..30_usize,
    ) {
        let mut fixture = Fixture::new(TranscriptLimits { rows, bytes: 1 << 20 });
        let mut scroll = Scroll::Follow;
        let mut size = SIZE;
        let mut at = LocalTime(0);
        for step in steps {
            at.0 += 10_000_000;
            let before = finished_lines(&scroll, &fixture, size);
            let top = anchor(&scroll, &fixture);
            let is_arrival = matches!(step, Step::Receive(_) | Step::Send(_));
            let moves = matches!(step, Step::Go(_) | Step::Reveal(_) | Step::Resize(_));
            match step {
                Step::Receive(text) => {
                    fixture.receive(text.as_bytes(), at);
                    scroll.normalize(&fixture.context());
                }
                Step::Send(text) => {
                    fixture.send(format!("{text}\n").as_bytes(), at);
                    scroll.normalize(&fixture.context());
                }
                Step::Go(motion) => scroll.scroll(&fixture.context(), size, motion),
                Step::Resize(new) => {
                    size = new;
                    scroll.on_resize(&fixture.context(), size);
                }
                Step::Filter(new) => {
                    let new = new.map(|(mode, pattern)| filter(mode, pattern));
                    fixture.set_filter(scroll.top(&fixture.context()), new, fixture.visible_rows.folds());
                    scroll.on_resize(&fixture.context(), size);
                }
                Step::Folds(folds) => {
                    let filter = fixture.visible_rows.filter().cloned();
                    fixture.set_filter(scroll.top(&fixture.context()), filter, folds);
                    scroll.on_resize(&fixture.context(), size);
                }
                Step::View(view) => fixture.options.view = view,
                Step::Charset(charset) => fixture.options.charset = charset,
                Step::Reveal(row) => {
                    let row = RowId(row);
                    if fixture.visible_rows.shows(row) {
                        scroll.show(&fixture.context(), size, Position::start_of(row));
                        let page = scroll.page(&fixture.context(), size);
                        prop_assert!(page.rows.iter().any(|rendered| rendered.item.first <= row && row <= rendered.item.last));
                    }
                }
                Step::Unread(row) => fixture.unread = Some(RowId(row)),
            }
            let context = fixture.context();
            let page = scroll.page(&context, size);
            let items = fixture.items();
            prop_assert!(page.lines() <= size.lines);
            let is_short = page.lines() < size.lines;
            prop_assert!(!is_short || page.has_end, "a page is only short at the end");
            prop_assert!(!is_short || scroll != Scroll::Follow || page.rows.len() == items.len());
            let first = page.rows.first().and_then(|rendered| items.iter().position(|item| *item == rendered.item));
            let on_page: Vec<_> = page.rows.iter().map(|rendered| rendered.item).collect();
            let expected = first.map_or(&[][..], |first| &items[first..first + on_page.len()]);
            prop_assert_eq!(&on_page[..], expected, "the items of a page are consecutive");
            if let (Some(top), false) = (top, moves) {
                prop_assert_eq!(anchor(&scroll, &fixture).unwrap_or(top), top, "only scrolling moves the anchor");
                if let (Some(item), Scroll::Anchored { .. }) = (context.at_or_after(top.row), scroll) {
                    prop_assert_eq!(page.rows[0].item, item, "the page begins with the anchored row or the next visible one");
                }
            }
            let folds_are_off = !fixture.visible_rows.folds().blank && !fixture.visible_rows.folds().repeated;
            if top.is_some() && is_arrival && folds_are_off && anchor(&scroll, &fixture).is_some() {
                let after = displayed(&scroll, &fixture, size);
                prop_assert_eq!(&after[..before.len()], &before[..], "an arrival changed an anchored screen");
            }
        }
    }
}
