use super::*;
use crate::app::ByteView;
use crate::app::time::LocalTime;
use crate::app::transcript::{RowEnd, Transcript, TranscriptLimits};
use crate::app::view::filter::{Filter, FilterMode, Folds, VisibleRows};
use crate::app::view::pattern::{CaseMatching, Pattern, Syntax};
use crate::text::Charset;
use proptest::prelude::*;

const SIZE: Size = Size { columns: 10, lines: 4 };

/// A transcript and what is set for looking at it.
struct World {
    transcript: Transcript,
    sieve: VisibleRows,
    lens: ViewOptions,
    unread: Option<RowId>,
    layouts: LayoutCache,
}

impl World {
    fn new(limits: TranscriptLimits) -> Self {
        let (sieve, lens) = (VisibleRows::default(), ViewOptions::default());
        Self { transcript: Transcript::new(limits), sieve, lens, unread: None, layouts: LayoutCache::default() }
    }

    fn scene(&self) -> RenderContext<'_> {
        RenderContext {
            transcript: &self.transcript,
            sieve: &self.sieve,
            options: self.lens,
            unread: self.unread,
            indent: crate::app::view::render::INDENT,
            layouts: &self.layouts,
        }
    }

    fn receive(&mut self, bytes: &[u8], at: LocalTime) {
        self.transcript.receive(bytes, at);
        self.sieve.keep_up(&self.transcript);
    }

    fn send(&mut self, bytes: &[u8], at: LocalTime) {
        self.transcript.send(bytes, at);
        self.sieve.keep_up(&self.transcript);
    }

    /// All of it, judged to the end.
    fn sift(&mut self, pivot: RowId, filter: Option<Filter>, folds: Folds) {
        self.sieve.set(&self.transcript, pivot, |old, old_folds| (*old, *old_folds) = (filter, folds));
        while self.sieve.has_work(&self.transcript) {
            self.sieve.work(&self.transcript);
        }
    }

    fn items(&self) -> Vec<crate::app::view::filter::DisplayItem> {
        let next = |id| self.scene().at_or_after(id);
        std::iter::successors(next(RowId(0)), |item| next(RowId(item.last.0 + 1))).collect()
    }
}

fn unseen(scroll: &Scroll, world: &World) -> u64 {
    scroll.unseen().map_or(0, |unseen| world.transcript.next().0 - unseen.0)
}

fn with_rows(rows: impl IntoIterator<Item = String>) -> World {
    let mut world = World::new(TranscriptLimits::default());
    for row in rows {
        world.receive(format!("{row}\n").as_bytes(), LocalTime(0));
    }
    world
}

fn numbered(count: usize) -> World {
    with_rows((0..count).map(|n| format!("row {n}")))
}

fn shown(scroll: &Scroll, world: &World, size: Size) -> Vec<String> {
    lines_of(&scroll.page(&world.scene(), size).blocks)
}

/// The lines above the first row that is still under way: that one may be wrapped anew as it grows.
fn finished(scroll: &Scroll, world: &World, size: Size) -> Vec<String> {
    let blocks = scroll.page(&world.scene(), size).blocks;
    let open = blocks.iter().position(|block| block.view.end == RowEnd::Open).unwrap_or(blocks.len());
    lines_of(&blocks[..open])
}

fn lines_of(blocks: &[RenderedRow<'_>]) -> Vec<String> {
    blocks
        .iter()
        .flat_map(|block| {
            block.lines().map(|line| match line {
                ScreenLine::Text(range) => {
                    let row = &block.layout.row;
                    let text: String = row.glyphs()[range].iter().map(|g| row.text_of(g)).collect();
                    text.trim_end().to_owned()
                }
                ScreenLine::DateSeparator(at) => format!("-- day {}", at.day()),
                ScreenLine::UnreadSeparator => "-- unread".to_owned(),
            })
        })
        .collect()
}

#[test]
fn follows_the_end() {
    let mut world = numbered(10);
    let scroll = Scroll::Follow;
    assert_eq!(shown(&scroll, &world, SIZE), ["row 6", "row 7", "row 8", "row 9"]);
    world.receive(b"more", LocalTime(0));
    assert_eq!(shown(&scroll, &world, SIZE), ["row 7", "row 8", "row 9", "more …"]);
}

#[test]
fn an_empty_transcript_is_an_empty_page_whatever_is_pressed() {
    let world = numbered(0);
    let mut scroll = Scroll::Follow;
    for motion in [Motion::PageUp, Motion::PageDown, Motion::Top, Motion::Bottom, Motion::Up(3), Motion::Down(3)] {
        scroll.scroll(&world.scene(), SIZE, motion);
        assert_eq!(scroll, Scroll::Follow, "{motion:?}");
    }
    assert!(shown(&scroll, &world, SIZE).is_empty());
}

#[test]
fn pages_overlap_by_a_line() {
    let world = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&world.scene(), SIZE, Motion::PageUp);
    assert_eq!(shown(&scroll, &world, SIZE), ["row 3", "row 4", "row 5", "row 6"]);
    scroll.scroll(&world.scene(), SIZE, Motion::PageUp);
    scroll.scroll(&world.scene(), SIZE, Motion::PageUp);
    assert_eq!(shown(&scroll, &world, SIZE), ["row 0", "row 1", "row 2", "row 3"]);
    scroll.scroll(&world.scene(), SIZE, Motion::PageDown);
    assert_eq!(shown(&scroll, &world, SIZE), ["row 3", "row 4", "row 5", "row 6"]);
    scroll.scroll(&world.scene(), SIZE, Motion::PageDown);
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn what_fits_on_the_screen_cannot_be_scrolled() {
    let world = numbered(3);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&world.scene(), SIZE, Motion::PageUp);
    assert_eq!(scroll, Scroll::Follow);
    scroll.scroll(&world.scene(), SIZE, Motion::Top);
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn the_text_stays_where_it_is_while_rows_arrive_and_go() {
    let mut world = World::new(TranscriptLimits { rows: 20, bytes: 1 << 20 });
    for n in 0..20 {
        world.receive(format!("row {n}\n").as_bytes(), LocalTime(0));
    }
    let mut scroll = Scroll::Follow;
    scroll.scroll(&world.scene(), SIZE, Motion::PageUp);
    let before = shown(&scroll, &world, SIZE);
    assert_eq!(before[0], "row 13");
    for n in 20..33 {
        world.receive(format!("row {n}\n").as_bytes(), LocalTime(0));
        assert_eq!(shown(&scroll, &world, SIZE), before, "after row {n}");
        assert_eq!(unseen(&scroll, &world), n - 19);
    }
    world.receive(b"row 33\n", LocalTime(0));
    assert_eq!(shown(&scroll, &world, SIZE)[0], "row 14", "row 13 is evicted");
}

#[test]
fn rows_are_no_longer_new_once_they_were_on_the_screen() {
    let mut world = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&world.scene(), SIZE, Motion::PageUp);
    assert_eq!(unseen(&scroll, &world), 0);
    for n in 10..20 {
        world.receive(format!("row {n}\n").as_bytes(), LocalTime(0));
    }
    assert_eq!(unseen(&scroll, &world), 10);
    scroll.scroll(&world.scene(), SIZE, Motion::Down(5));
    assert_eq!(shown(&scroll, &world, SIZE).last().unwrap(), "row 11");
    assert_eq!(unseen(&scroll, &world), 8);
    scroll.scroll(&world.scene(), SIZE, Motion::Up(5));
    assert_eq!(unseen(&scroll, &world), 8);
}

#[test]
fn scrolls_by_lines_inside_a_long_row() {
    let world = with_rows(["aaaa bbbb cccc dddd eeee ffff".to_owned(), "end".to_owned()]);
    let mut scroll = Scroll::Follow;
    let size = Size { columns: 5, lines: 3 };
    assert_eq!(shown(&scroll, &world, size), ["eeee", "ffff", "end"]);
    scroll.scroll(&world.scene(), size, Motion::Up(1));
    assert_eq!(shown(&scroll, &world, size), ["dddd", "eeee", "ffff"]);
    scroll.scroll(&world.scene(), size, Motion::Up(9));
    assert_eq!(shown(&scroll, &world, size), ["aaaa", "bbbb", "cccc"]);
    scroll.scroll(&world.scene(), size, Motion::Down(1));
    assert_eq!(shown(&scroll, &world, size), ["bbbb", "cccc", "dddd"]);
    scroll.scroll(&world.scene(), size, Motion::Down(2));
    assert_eq!(shown(&scroll, &world, size), ["dddd", "eeee", "ffff"]);
    scroll.scroll(&world.scene(), size, Motion::Down(1));
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn a_resize_keeps_the_text_at_the_top_and_back_shows_the_same_lines() {
    let world = with_rows((0..40).map(|n| format!("{n} lorem ipsum dolor sit amet consectetur")));
    let mut scroll = Scroll::Follow;
    let size = Size { columns: 10, lines: 5 };
    scroll.scroll(&world.scene(), size, Motion::Up(33));
    let before = shown(&scroll, &world, size);
    for other in [Size { columns: 80, lines: 5 }, Size { columns: 7, lines: 9 }, Size { columns: 23, lines: 2 }] {
        scroll.on_resize(&world.scene(), other);
        let text = shown(&scroll, &world, other).concat();
        let first_word = before[0].split(' ').next().unwrap();
        assert!(text.contains(first_word), "{first_word} is not in {text}");
    }
    scroll.on_resize(&world.scene(), size);
    assert_eq!(shown(&scroll, &world, size), before);
}

#[test]
fn a_screen_that_has_grown_to_show_the_end_follows_it() {
    let world = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&world.scene(), SIZE, Motion::Up(2));
    scroll.on_resize(&world.scene(), Size { lines: 5, ..SIZE });
    assert_ne!(scroll, Scroll::Follow);
    scroll.on_resize(&world.scene(), Size { lines: 6, ..SIZE });
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn a_screen_without_lines_or_columns_shows_nothing_and_survives() {
    let world = numbered(10);
    for size in [Size { columns: 0, lines: 4 }, Size { columns: 4, lines: 0 }, Size::default()] {
        let mut scroll = Scroll::Follow;
        for motion in [Motion::PageUp, Motion::Up(1), Motion::Top, Motion::PageDown, Motion::Bottom] {
            scroll.scroll(&world.scene(), size, motion);
            assert!(scroll.page(&world.scene(), size).lines() <= size.lines);
        }
    }
}

#[test]
fn blank_rows_fold_into_one_line_from_three_on_and_unfold() {
    let mut world = with_rows(["a", "", "", "b", "", "", "", "c"].map(str::to_owned));
    let size = Size { columns: 20, lines: 9 };
    let scroll = Scroll::Follow;
    assert_eq!(shown(&scroll, &world, size), ["a", "", "", "b", "(3 blank lines)", "c"]);
    for _ in 0..5000 {
        world.receive(b"\r\n", LocalTime(0));
    }
    assert_eq!(shown(&scroll, &world, size)[5..], ["c", "(5,000 blank lines)"]);
    assert!(world.sieve.toggle(&world.transcript, RowId(5)));
    assert_eq!(shown(&scroll, &world, Size { lines: 11, ..size }).len(), 9, "{:?}", shown(&scroll, &world, size));
    assert!(!world.sieve.toggle(&world.transcript, RowId(1)), "two are no run");
    world.sift(RowId(0), None, Folds { blank: false, repeated: false });
    assert_eq!(shown(&scroll, &world, size), [""; 9]);
}

#[test]
fn rows_that_say_the_same_fold_if_asked_and_are_counted() {
    let mut world = with_rows(["x", "x", "y", "x", "x", "x"].map(str::to_owned));
    let size = Size { columns: 20, lines: 9 };
    assert_eq!(shown(&Scroll::Follow, &world, size).len(), 6);
    world.sift(RowId(3), None, Folds { blank: true, repeated: true });
    assert_eq!(shown(&Scroll::Follow, &world, size), ["x ×2", "y", "x ×3"]);
    world.send(b"x\n", LocalTime(0));
    assert_eq!(shown(&Scroll::Follow, &world, size), ["x ×2", "y", "x ×3", "x"], "another speaker says it anew");
}

fn filter(way: FilterMode, pattern: &str) -> Filter {
    Filter { pattern: Pattern::new(pattern, Syntax::Regex, CaseMatching::Smart).unwrap(), way }
}

#[test]
fn a_filter_hides_and_loses_nothing() {
    let mut world = numbered(100);
    let mut scroll = Scroll::Follow;
    scroll.scroll(&world.scene(), SIZE, Motion::Up(50));
    assert_eq!(shown(&scroll, &world, SIZE)[0], "row 46");
    world.sift(RowId(46), Some(filter(FilterMode::Keep, "0$")), Folds::default());
    assert_eq!(shown(&scroll, &world, SIZE), ["row 50", "row 60", "row 70", "row 80"]);
    assert_eq!(world.sieve.hidden(), 90);
    scroll.scroll(&world.scene(), SIZE, Motion::Up(2));
    assert_eq!(shown(&scroll, &world, SIZE), ["row 30", "row 40", "row 50", "row 60"]);
    world.sift(RowId(46), Some(filter(FilterMode::Hide, "[1-9]$")), Folds::default());
    assert_eq!(shown(&scroll, &world, SIZE), ["row 30", "row 40", "row 50", "row 60"]);
    world.sift(RowId(46), None, Folds::default());
    assert_eq!(shown(&scroll, &world, SIZE), ["row 30", "row 31", "row 32", "row 33"]);
    assert_eq!(world.sieve.hidden(), 0);
}

#[test]
fn a_row_that_a_filter_let_through_too_early_goes_again_when_it_is_whole() {
    let mut world = numbered(3);
    world.sift(RowId(0), Some(filter(FilterMode::Hide, "secret")), Folds::default());
    let size = Size { columns: 20, lines: 9 };
    world.receive(b"a sec", LocalTime(0));
    assert_eq!(shown(&Scroll::Follow, &world, size)[3..], ["a sec …"]);
    world.receive(b"ret\n", LocalTime(0));
    assert_eq!(shown(&Scroll::Follow, &world, size).len(), 3);
}

#[test]
fn all_pieces_of_a_cut_line_pass_a_filter_or_none() {
    for (at, way) in
        [(10, FilterMode::Keep), (65_533, FilterMode::Keep), (150_000, FilterMode::Keep), (150_000, FilterMode::Hide)]
    {
        let mut line = vec![b'x'; 200_000];
        line[at..at + 6].copy_from_slice(b"needle");
        for pivot in 0..6 {
            let mut world = with_rows(["before".to_owned()]);
            world.receive(&line, LocalTime(0));
            world.receive(b"\nafter\n", LocalTime(0));
            world.sift(RowId(pivot), Some(filter(way, "needle")), Folds::default());
            let rows: Vec<u64> = world.items().iter().map(|item| item.first.0).collect();
            let expected: &[u64] = if way == FilterMode::Keep { &[1, 2, 3, 4] } else { &[0, 5] };
            assert_eq!(rows, expected, "needle at {at}, from row {pivot} on");
        }
    }
}

#[test]
fn a_new_day_has_a_rule_and_what_is_unread_has_one() {
    let mut world = World::new(TranscriptLimits::default());
    let day = 86_400_000;
    for n in 0..6 {
        world.receive(format!("row {n}\n").as_bytes(), LocalTime(day + n * day / 4));
    }
    world.unread = Some(RowId(5));
    let size = Size { columns: 20, lines: 4 };
    let mut scroll = Scroll::Follow;
    assert_eq!(shown(&scroll, &world, size), ["-- day 2", "row 4", "-- unread", "row 5"]);
    for (motion, lines) in [
        (Motion::Up(1), ["row 3", "-- day 2", "row 4", "-- unread"]),
        (Motion::Up(1), ["row 2", "row 3", "-- day 2", "row 4"]),
        (Motion::Down(1), ["row 3", "-- day 2", "row 4", "-- unread"]),
        (Motion::Up(1), ["row 2", "row 3", "-- day 2", "row 4"]),
        (Motion::Up(1), ["row 1", "row 2", "row 3", "-- day 2"]),
    ] {
        scroll.scroll(&world.scene(), size, motion);
        assert_eq!(shown(&scroll, &world, size), lines);
    }
    scroll.show_at_line(&world.scene(), size, Position::start_of(RowId(4)), 1);
    assert_eq!(shown(&scroll, &world, size)[..2], ["-- day 2", "row 4"]);
}

#[test]
fn a_view_whose_row_grew_into_one_that_is_hidden_goes_on_from_what_is_on_the_screen() {
    let mut world = numbered(10);
    let mut scroll = Scroll::Follow;
    world.sift(RowId(0), Some(filter(FilterMode::Hide, "[xyz]")), Folds::default());
    world.receive("a".repeat(60).as_bytes(), LocalTime(0));
    scroll.scroll(&world.scene(), SIZE, Motion::Up(1));
    assert!(anchor(&scroll, &world).is_some());
    world.receive(b"x", LocalTime(0));
    scroll.normalize(&world.scene());
    assert_eq!(shown(&scroll, &world, SIZE), ["row 6", "row 7", "row 8", "row 9"]);
    world.receive(b"\nnew\n", LocalTime(0));
    scroll.normalize(&world.scene());
    assert_eq!(shown(&scroll, &world, SIZE), ["row 7", "row 8", "row 9", "new"]);
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

/// The place at the top of the screen, if the row is still kept and shown.
fn anchor(scroll: &Scroll, world: &World) -> Option<Position> {
    match *scroll {
        Scroll::Anchored { top, .. } => Some(top).filter(|top| world.transcript.row(top.row).is_some()),
        Scroll::Follow => None,
    }
}

proptest! {
    /// Whatever happens: the page is as full as it can be, and only moving moves an anchored view.
    #[test]
    fn the_anchor_survives_any_mix_of_append_evict_resize_filter_view_and_charset(
        steps in proptest::collection::vec(step(), 0..60), rows in 3..30_usize,
    ) {
        let mut world = World::new(TranscriptLimits { rows, bytes: 1 << 20 });
        let mut scroll = Scroll::Follow;
        let mut size = SIZE;
        let mut at = LocalTime(0);
        for step in steps {
            at.0 += 10_000_000;
            let before = finished(&scroll, &world, size);
            let top = anchor(&scroll, &world);
            let is_arrival = matches!(step, Step::Receive(_) | Step::Send(_));
            let moves = matches!(step, Step::Go(_) | Step::Reveal(_) | Step::Resize(_));
            match step {
                Step::Receive(text) => {
                    world.receive(text.as_bytes(), at);
                    scroll.normalize(&world.scene());
                }
                Step::Send(text) => {
                    world.send(format!("{text}\n").as_bytes(), at);
                    scroll.normalize(&world.scene());
                }
                Step::Go(motion) => scroll.scroll(&world.scene(), size, motion),
                Step::Resize(new) => {
                    size = new;
                    scroll.on_resize(&world.scene(), size);
                }
                Step::Filter(new) => {
                    let new = new.map(|(way, pattern)| filter(way, pattern));
                    world.sift(scroll.top(&world.scene()), new, world.sieve.folds());
                    scroll.on_resize(&world.scene(), size);
                }
                Step::Folds(folds) => {
                    let filter = world.sieve.filter().cloned();
                    world.sift(scroll.top(&world.scene()), filter, folds);
                    scroll.on_resize(&world.scene(), size);
                }
                Step::View(view) => world.lens.view = view,
                Step::Charset(charset) => world.lens.charset = charset,
                Step::Reveal(row) => {
                    let row = RowId(row);
                    if world.sieve.shows(row) {
                        scroll.show(&world.scene(), size, Position::start_of(row));
                        let page = scroll.page(&world.scene(), size);
                        prop_assert!(page.blocks.iter().any(|block| block.item.first <= row && row <= block.item.last));
                    }
                }
                Step::Unread(row) => world.unread = Some(RowId(row)),
            }
            let scene = world.scene();
            let page = scroll.page(&scene, size);
            let items = world.items();
            prop_assert!(page.lines() <= size.lines);
            let is_short = page.lines() < size.lines;
            prop_assert!(!is_short || page.has_end, "a page is only short at the end");
            prop_assert!(!is_short || scroll != Scroll::Follow || page.blocks.len() == items.len());
            let first = page.blocks.first().and_then(|block| items.iter().position(|item| *item == block.item));
            let on_page: Vec<_> = page.blocks.iter().map(|block| block.item).collect();
            let expected = first.map_or(&[][..], |first| &items[first..first + on_page.len()]);
            prop_assert_eq!(&on_page[..], expected, "the items of a page are neighbours");
            if let (Some(top), false) = (top, moves) {
                prop_assert_eq!(anchor(&scroll, &world).unwrap_or(top), top, "only moving moves the anchor");
                if let (Some(item), Scroll::Anchored { .. }) = (scene.at_or_after(top.row), scroll) {
                    prop_assert_eq!(page.blocks[0].item, item, "the row at the top, or the next one shown");
                }
            }
            let folds_are_off = !world.sieve.folds().blank && !world.sieve.folds().repeated;
            if top.is_some() && is_arrival && folds_are_off && anchor(&scroll, &world).is_some() {
                let after = shown(&scroll, &world, size);
                prop_assert_eq!(&after[..before.len()], &before[..], "an arrival changed an anchored screen");
            }
        }
    }
}
