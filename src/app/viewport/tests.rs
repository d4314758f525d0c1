use super::*;
use crate::app::time::Wall;
use crate::app::transcript::Limits;
use proptest::prelude::*;

const SIZE: Size = Size { columns: 10, lines: 4 };

fn with_rows(rows: impl IntoIterator<Item = String>) -> Transcript {
    let mut transcript = Transcript::new(Limits::default());
    for row in rows {
        transcript.receive(format!("{row}\n").as_bytes(), Wall(0));
    }
    transcript
}

fn numbered(count: usize) -> Transcript {
    with_rows((0..count).map(|n| format!("row {n}")))
}

fn shown(scroll: &Scroll, transcript: &Transcript, size: Size) -> Vec<String> {
    lines_of(&scroll.page(transcript, size).blocks)
}

/// The lines above the first row that is still under way: that one may be wrapped anew as it grows.
fn finished(scroll: &Scroll, transcript: &Transcript, size: Size) -> Vec<String> {
    let blocks = scroll.page(transcript, size).blocks;
    let open = blocks.iter().position(|block| block.view.end == RowEnd::Open).unwrap_or(blocks.len());
    lines_of(&blocks[..open])
}

fn lines_of(blocks: &[Block<'_>]) -> Vec<String> {
    blocks
        .iter()
        .flat_map(|block| {
            block.lines.iter().map(|line| {
                let glyphs = &block.row.glyphs()[line.clone()];
                let text: String = glyphs.iter().map(|g| block.row.text_of(g)).collect();
                text.trim_end().to_owned()
            })
        })
        .collect()
}

#[test]
fn follows_the_end() {
    let mut transcript = numbered(10);
    let scroll = Scroll::Follow;
    assert_eq!(shown(&scroll, &transcript, SIZE), ["row 6", "row 7", "row 8", "row 9"]);
    transcript.receive(b"more", Wall(0));
    assert_eq!(shown(&scroll, &transcript, SIZE), ["row 7", "row 8", "row 9", "more …"]);
}

#[test]
fn an_empty_transcript_is_an_empty_page_whatever_is_pressed() {
    let transcript = numbered(0);
    let mut scroll = Scroll::Follow;
    for motion in [Motion::PageUp, Motion::PageDown, Motion::Top, Motion::Bottom, Motion::Up(3), Motion::Down(3)] {
        scroll.go(&transcript, SIZE, motion);
        assert_eq!(scroll, Scroll::Follow, "{motion:?}");
    }
    assert!(shown(&scroll, &transcript, SIZE).is_empty());
}

#[test]
fn pages_overlap_by_a_line() {
    let transcript = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.go(&transcript, SIZE, Motion::PageUp);
    assert_eq!(shown(&scroll, &transcript, SIZE), ["row 3", "row 4", "row 5", "row 6"]);
    scroll.go(&transcript, SIZE, Motion::PageUp);
    scroll.go(&transcript, SIZE, Motion::PageUp);
    assert_eq!(shown(&scroll, &transcript, SIZE), ["row 0", "row 1", "row 2", "row 3"]);
    scroll.go(&transcript, SIZE, Motion::PageDown);
    assert_eq!(shown(&scroll, &transcript, SIZE), ["row 3", "row 4", "row 5", "row 6"]);
    scroll.go(&transcript, SIZE, Motion::PageDown);
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn what_fits_on_the_screen_cannot_be_scrolled() {
    let transcript = numbered(3);
    let mut scroll = Scroll::Follow;
    scroll.go(&transcript, SIZE, Motion::PageUp);
    assert_eq!(scroll, Scroll::Follow);
    scroll.go(&transcript, SIZE, Motion::Top);
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn the_text_stays_where_it_is_while_rows_arrive_and_go() {
    let mut transcript = Transcript::new(Limits { rows: 20, bytes: 1 << 20 });
    for n in 0..20 {
        transcript.receive(format!("row {n}\n").as_bytes(), Wall(0));
    }
    let mut scroll = Scroll::Follow;
    scroll.go(&transcript, SIZE, Motion::PageUp);
    let before = shown(&scroll, &transcript, SIZE);
    assert_eq!(before[0], "row 13");
    for n in 20..33 {
        transcript.receive(format!("row {n}\n").as_bytes(), Wall(0));
        assert_eq!(shown(&scroll, &transcript, SIZE), before, "after row {n}");
        assert_eq!(scroll.unseen(&transcript), n - 19);
    }
    transcript.receive(b"row 33\n", Wall(0));
    assert_eq!(shown(&scroll, &transcript, SIZE)[0], "row 14", "row 13 is evicted");
}

#[test]
fn rows_are_no_longer_new_once_they_were_on_the_screen() {
    let mut transcript = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.go(&transcript, SIZE, Motion::PageUp);
    assert_eq!(scroll.unseen(&transcript), 0);
    for n in 10..20 {
        transcript.receive(format!("row {n}\n").as_bytes(), Wall(0));
    }
    assert_eq!(scroll.unseen(&transcript), 10);
    scroll.go(&transcript, SIZE, Motion::Down(5));
    assert_eq!(shown(&scroll, &transcript, SIZE).last().unwrap(), "row 11");
    assert_eq!(scroll.unseen(&transcript), 8);
    scroll.go(&transcript, SIZE, Motion::Up(5));
    assert_eq!(scroll.unseen(&transcript), 8);
}

#[test]
fn scrolls_by_lines_inside_a_long_row() {
    let transcript = with_rows(["aaaa bbbb cccc dddd eeee ffff".to_owned(), "end".to_owned()]);
    let mut scroll = Scroll::Follow;
    let size = Size { columns: 5, lines: 3 };
    assert_eq!(shown(&scroll, &transcript, size), ["eeee", "ffff", "end"]);
    scroll.go(&transcript, size, Motion::Up(1));
    assert_eq!(shown(&scroll, &transcript, size), ["dddd", "eeee", "ffff"]);
    scroll.go(&transcript, size, Motion::Up(9));
    assert_eq!(shown(&scroll, &transcript, size), ["aaaa", "bbbb", "cccc"]);
    scroll.go(&transcript, size, Motion::Down(1));
    assert_eq!(shown(&scroll, &transcript, size), ["bbbb", "cccc", "dddd"]);
    scroll.go(&transcript, size, Motion::Down(2));
    assert_eq!(shown(&scroll, &transcript, size), ["dddd", "eeee", "ffff"]);
    scroll.go(&transcript, size, Motion::Down(1));
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn a_resize_keeps_the_text_at_the_top_and_back_shows_the_same_lines() {
    let transcript = with_rows((0..40).map(|n| format!("{n} lorem ipsum dolor sit amet consectetur")));
    let mut scroll = Scroll::Follow;
    let size = Size { columns: 10, lines: 5 };
    scroll.go(&transcript, size, Motion::Up(33));
    let before = shown(&scroll, &transcript, size);
    for other in [Size { columns: 80, lines: 5 }, Size { columns: 7, lines: 9 }, Size { columns: 23, lines: 2 }] {
        scroll.fit(&transcript, other);
        let text = shown(&scroll, &transcript, other).concat();
        let first_word = before[0].split(' ').next().unwrap();
        assert!(text.contains(first_word), "{first_word} is not in {text}");
    }
    scroll.fit(&transcript, size);
    assert_eq!(shown(&scroll, &transcript, size), before);
}

#[test]
fn a_screen_that_has_grown_to_show_the_end_follows_it() {
    let transcript = numbered(10);
    let mut scroll = Scroll::Follow;
    scroll.go(&transcript, SIZE, Motion::Up(2));
    scroll.fit(&transcript, Size { lines: 5, ..SIZE });
    assert_ne!(scroll, Scroll::Follow);
    scroll.fit(&transcript, Size { lines: 6, ..SIZE });
    assert_eq!(scroll, Scroll::Follow);
}

#[test]
fn a_screen_without_lines_or_columns_shows_nothing_and_survives() {
    let transcript = numbered(10);
    for size in [Size { columns: 0, lines: 4 }, Size { columns: 4, lines: 0 }, Size::default()] {
        let mut scroll = Scroll::Follow;
        for motion in [Motion::PageUp, Motion::Up(1), Motion::Top, Motion::PageDown, Motion::Bottom] {
            scroll.go(&transcript, size, motion);
            assert!(scroll.page(&transcript, size).lines() <= size.lines);
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Receive(String),
    Send(String),
    Go(Motion),
    Resize(Size),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => "[a-z é漢\n]{0,60}".prop_map(Step::Receive),
        1 => "[a-z]{1,8}".prop_map(Step::Send),
        4 => prop_oneof![
            (1..9_usize).prop_map(Motion::Up), (1..9_usize).prop_map(Motion::Down),
            Just(Motion::PageUp), Just(Motion::PageDown), Just(Motion::Top), Just(Motion::Bottom),
        ].prop_map(Step::Go),
        2 => (1..40_usize, 1..12_usize).prop_map(|(columns, lines)| Step::Resize(Size { columns, lines })),
    ]
}

proptest! {
    /// Whatever happens: the page is as full as it can be, and only moving moves an anchored view.
    #[test]
    fn the_anchor_survives_any_mix_of_append_evict_resize_and_motion(
        steps in proptest::collection::vec(step(), 0..60), rows in 3..30_usize,
    ) {
        let mut transcript = Transcript::new(Limits { rows, bytes: 1 << 20 });
        let mut scroll = Scroll::Follow;
        let mut size = SIZE;
        for step in steps {
            let before = finished(&scroll, &transcript, size);
            let anchor = match scroll {
                Scroll::At { top, .. } => Some(top),
                Scroll::Follow => None,
            };
            let is_arrival = matches!(step, Step::Receive(_) | Step::Send(_));
            match step {
                Step::Receive(text) => transcript.receive(text.as_bytes(), Wall(0)),
                Step::Send(text) => transcript.send(format!("{text}\n").as_bytes(), Wall(0)),
                Step::Go(motion) => scroll.go(&transcript, size, motion),
                Step::Resize(new) => {
                    size = new;
                    scroll.fit(&transcript, size);
                }
            }
            let page = scroll.page(&transcript, size);
            let kept = transcript.rows().count();
            prop_assert!(page.lines() <= size.lines);
            prop_assert!(page.lines() == size.lines || page.blocks.len() == kept, "a page is only short when all is on it");
            prop_assert!(page.blocks.windows(2).all(|pair| pair[0].view.id.0 + 1 == pair[1].view.id.0));
            if let (Some(top), true) = (anchor, is_arrival)
                && transcript.row(top.row).is_some()
            {
                let after = shown(&scroll, &transcript, size);
                prop_assert_eq!(&after[..before.len()], &before[..], "an arrival changed an anchored screen");
            }
        }
    }
}
