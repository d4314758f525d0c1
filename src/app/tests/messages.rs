//! Reading: search, unread rows, mentions, filters and views.

use super::*;
use crate::app::transcript::RowId;
use crate::app::view::search::{Progress, SearchState};

const SIZE: Size = Size { columns: 60, lines: 10 };

impl Driver {
    pub(super) fn numbered(count: usize) -> Self {
        let mut driver = Self::connected();
        driver.app.tab_mut().clear();
        let lines: Vec<String> = (0..count).map(|n| format!("line {n}\n")).collect();
        for lines in lines.chunks(1000) {
            driver.receive(lines.concat().as_bytes());
        }
        driver
    }

    pub(super) fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.event(Event::Char(c));
        }
    }

    /// Runs all background work.
    pub(super) fn settle(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.app.has_background_work() {
            effects.extend(self.event(Event::BackgroundStep));
        }
        effects
    }

    /// Returns the rows on the screen.
    pub(super) fn page(&self) -> Vec<String> {
        let page = self.app.tab().page(SIZE);
        page.rows.iter().map(|row| row.layout.row.text().to_owned()).collect()
    }

    pub(super) fn progress(&self) -> (Option<u64>, u64) {
        match self.app.tab().search_state() {
            Some(SearchState::Running(Progress { at, hits, is_done: true })) => (at, hits),
            state => panic!("{state:?}"),
        }
    }

    pub(super) fn status_message(&self) -> &str {
        self.app.status_message().unwrap_or_default()
    }
}

#[test]
fn search_goes_to_the_nearest_hit_before_and_esc_goes_back() {
    let mut driver = Driver::numbered(300);
    driver.event(Event::Paste("my draft".into()));
    driver.act(Action::Scroll(Motion::PageUp));
    let before = driver.page();
    driver.act(Action::Search);
    driver.type_text("line 1");
    driver.settle();
    // 1, 10 to 19, 100 to 199.
    assert_eq!(driver.progress(), (Some(111), 111));
    assert!(driver.page().contains(&"line 199".to_owned()), "{:?}", driver.page());
    driver.type_text("5");
    driver.settle();
    assert_eq!(driver.progress(), (Some(11), 11));
    driver.act(Action::HistoryPrevMatching);
    assert!(driver.page().contains(&"line 158".to_owned()), "{:?}", driver.page());
    driver.act(Action::HistoryNextMatching);
    driver.act(Action::HistoryNextMatching);
    assert_eq!(driver.progress(), (Some(1), 11), "after the newest comes the oldest");
    assert!(driver.page().contains(&"line 15".to_owned()));
    driver.act(Action::Cancel);
    assert_eq!((driver.page(), driver.draft()), (before, "my draft"));
    assert_eq!(driver.app.mode(), Mode::Input);
}

#[test]
fn an_empty_search_repeats_the_last_query() {
    let mut driver = Driver::numbered(30);
    driver.act(Action::Search);
    driver.type_text("line 7");
    driver.act(Action::Cancel);
    driver.act(Action::Search);
    driver.act(Action::Search);
    assert_eq!(driver.progress(), (Some(1), 1));
}

#[test]
fn enter_stays_at_the_hit() {
    let mut driver = Driver::numbered(300);
    driver.act(Action::Search);
    driver.type_text("line 42");
    driver.act(Action::Submit);
    assert!(driver.page().contains(&"line 42".to_owned()));
    assert!(driver.app.tab().search().is_none() && driver.app.tab().is_scrolled());
}

#[test]
fn rows_that_arrive_during_a_search_are_searched() {
    let mut driver = Driver::numbered(10);
    driver.act(Action::Search);
    driver.type_text("needle");
    driver.settle();
    assert_eq!(driver.progress(), (None, 0));
    driver.receive(b"a nee");
    driver.receive(b"dle here\n");
    assert_eq!(driver.progress(), (None, 1));
    driver.act(Action::HistorySearch);
    assert_eq!(driver.progress(), (Some(1), 1));
}

#[test]
fn smart_case_and_expressions_are_switched_while_searching() {
    let mut driver = Driver::connected();
    driver.receive(b"Alpha\nalpha\na.c abc\n");
    driver.act(Action::Search);
    driver.type_text("alpha");
    assert_eq!(driver.progress().1, 2);
    driver.act(Action::SearchCase);
    assert_eq!(driver.progress().1, 1);
    driver.act(Action::Edit(Edit::DeleteToStart));
    assert_eq!(driver.app.tab().search_state(), Some(SearchState::Empty));
    driver.type_text("^a.c$");
    assert_eq!(driver.progress().1, 0);
    driver.act(Action::ToggleSearchRegex);
    assert_eq!(driver.progress().1, 0);
    driver.act(Action::Edit(Edit::DeleteBack));
    assert_eq!(driver.progress().1, 1);
    driver.type_text("(");
    assert!(
        matches!(driver.app.tab().search_state(), Some(SearchState::Invalid(sentence)) if sentence.contains("^a.c("))
    );
}

#[test]
fn a_hit_across_two_pieces_of_a_cut_line_is_found_once() {
    let mut driver = Driver::connected();
    let mut line = vec![b'x'; 200_000];
    line[65_533..65_539].copy_from_slice(b"needle");
    driver.receive(&line);
    driver.receive(b"\n");
    driver.act(Action::Search);
    driver.type_text("needle");
    driver.settle();
    assert_eq!(driver.progress(), (Some(1), 1));
}

#[test]
fn a_hit_deep_in_a_long_row_is_on_the_screen() {
    let mut driver = Driver::numbered(30);
    driver.receive(format!("{}needle{}\n", "x ".repeat(10_000), " y".repeat(10_000)).as_bytes());
    for view in ["text", "escaped", "hex"] {
        driver.enter(&format!("/view {view}"));
        driver.act(Action::Scroll(Motion::Top));
        driver.act(Action::Search);
        driver.type_text("needle");
        driver.settle();
        driver.act(Action::HistoryPrevMatching);
        let page = driver.app.tab().page(SIZE);
        let lines = page.rows.iter().flat_map(|block| {
            let row = &block.layout.row;
            block.lines().filter_map(move |line| match line {
                crate::app::view::viewport::ScreenLine::Text(range) => {
                    Some(row.glyphs()[range].iter().map(|g| row.text_of(g)).collect::<String>())
                }
                _ => None,
            })
        });
        assert!(lines.into_iter().any(|line| line.contains("needl") || line.contains("6e 65 65")), "{view}");
        driver.act(Action::Cancel);
    }
}

#[test]
fn byte_views_search_bytes() {
    let mut driver = Driver::connected();
    driver.receive(b"one\r\ntwo\n\x07\n");
    for view in ["escaped", "hex"] {
        driver.enter(&format!("/view {view}"));
        driver.act(Action::Search);
        driver.type_text(r"\r\n");
        assert_eq!(driver.progress().1, 1, "{view}");
        driver.act(Action::Edit(Edit::DeleteToStart));
        driver.type_text(r"\x07");
        assert_eq!(driver.progress().1, 1, "{view}");
        driver.act(Action::Cancel);
    }
}

#[test]
fn many_rows_are_searched_in_batches() {
    let mut driver = Driver::connected();
    let lines = "user: the quick brown fox\n".repeat(10_000);
    driver.receive(b"the oldest is nowhere\n");
    for n in 0..20 {
        driver.receive(lines.as_bytes());
        if n == 10 {
            driver.receive(b"in the middle of nowhere\n");
        }
    }
    driver.receive(b"the newest is nowhere\n");
    driver.act(Action::Search);
    driver.type_text("nowhere");
    let mut pieces = 0;
    while driver.app.has_background_work() {
        driver.event(Event::BackgroundStep);
        pieces += 1;
        if pieces == 3 {
            driver.act(Action::Edit(Edit::DeleteBack));
            assert_eq!(driver.app.tab().search().unwrap().prompt().text(), "nowher");
        }
    }
    assert!(pieces > 40, "200,000 rows in {pieces} pieces");
    assert_eq!(driver.progress(), (Some(3), 3));
}

#[test]
fn the_unread_rule_stays_until_the_next_scroll_up() {
    let mut driver = Driver::numbered(30);
    assert_eq!(driver.act(Action::JumpToUnread), []);
    assert_eq!(driver.status_message(), "No unread messages.");
    driver.act(Action::Scroll(Motion::PageUp));
    driver.receive(b"first new\n");
    assert_eq!(driver.app.tab().unread(), Some(RowId(31)));
    driver.act(Action::Scroll(Motion::Bottom));
    driver.receive(b"second new\n");
    assert_eq!(driver.app.tab().unread(), Some(RowId(31)), "back at the end it stays");
    for n in 0..30 {
        driver.receive(format!("more {n}\n").as_bytes());
    }
    driver.act(Action::JumpToUnread);
    assert_eq!(driver.page()[1], "first new", "{:?}", driver.page());
    driver.act(Action::Scroll(Motion::Bottom));
    driver.act(Action::Scroll(Motion::PageUp));
    assert_eq!(driver.app.tab().unread(), Some(RowId(63)));
}

#[test]
fn rows_received_while_unfocused_are_unread() {
    let mut driver = Driver::numbered(3);
    driver.event(Event::Focus(Focus::Unfocused));
    driver.receive(b"while away\n");
    driver.event(Event::Focus(Focus::Focused));
    assert_eq!(driver.app.tab().unread(), Some(RowId(4)));
}

fn mentioned() -> Driver {
    let mut driver = Driver::connected();
    driver.enter("/nick ada");
    driver
}

#[test]
fn mentions_are_counted_and_jumped_between() {
    let mut driver = mentioned();
    for n in 0..100 {
        let line = if n % 20 == 10 { format!("bob: ada, number {n}\n") } else { format!("bob: adage {n}\n") };
        driver.receive(line.as_bytes());
    }
    driver.receive(b"ada: my own words, ada\n");
    driver.act(Action::PrevMention);
    assert_eq!(driver.status_message(), "Mention 5 of 5");
    assert!(driver.page().contains(&"bob: ada, number 90".to_owned()));
    driver.act(Action::PrevMention);
    assert_eq!(driver.status_message(), "Mention 4 of 5");
    driver.act(Action::NextMention);
    assert_eq!(driver.status_message(), "Mention 5 of 5");
    driver.act(Action::NextMention);
    assert_eq!(driver.status_message(), "No later mention.");
    driver.receive(b"bob: ada: come back\n");
    assert_eq!(driver.app.tab().unseen_mentions(), 1);
    assert_eq!(driver.app.window_title(), "(1) 127.0.0.1:12345 - netchat-tui");
    driver.act(Action::Scroll(Motion::Bottom));
    assert_eq!(driver.app.window_title(), "127.0.0.1:12345 - netchat-tui");
}

#[test]
fn a_mention_alerts_while_unfocused_with_a_cooldown() {
    let mut driver = mentioned();
    let call = |driver: &mut Driver, line: &str| {
        let effects = driver.link(LinkEvent::Received(Bytes::copy_from_slice(line.as_bytes())));
        effects.into_iter().find_map(|effect| match effect {
            Effect::Alert { method, message } => Some((method, message)),
            _ => None,
        })
    };
    assert_eq!(call(&mut driver, "bob: ada!\n"), None, "the window has the focus");
    driver.event(Event::Focus(Focus::Unfocused));
    assert_eq!(call(&mut driver, "bob: hello\n"), None);
    assert_eq!(call(&mut driver, "bob: ada \x07!\n"), Some((AlertMethod::Bell, "bob: ada ^G!".into())));
    assert_eq!(call(&mut driver, "bob: ada?\n"), None, "too soon");
    driver.now.elapsed += Duration::from_secs(6);
    driver.app.options.alert = AlertMethod::Notify;
    assert_eq!(call(&mut driver, "bob: ada??\n"), Some((AlertMethod::Notify, "bob: ada??".into())));
    driver.now.elapsed += Duration::from_secs(6);
    driver.app.options.alert = AlertMethod::Off;
    assert_eq!(call(&mut driver, "bob: ada???\n"), None);
    assert_eq!(driver.app.window_title(), "(4) 127.0.0.1:12345 - netchat-tui");
    driver.event(Event::Focus(Focus::Focused));
    assert_eq!(driver.app.window_title(), "127.0.0.1:12345 - netchat-tui");
}

#[test]
fn an_assigned_nickname_counts_as_a_mention() {
    let mut driver = Driver::connected();
    driver.receive(b"* You are brave-otter. Change it with /nick NAME. Also: /names, /me, /msg, //help.\n");
    assert_eq!(driver.app.tab().nick(), Some("brave-otter"));
    driver.receive(b"bob: hello brave-otter\n* brave-otter is now known as ann\nbob: hello ann\n");
    assert_eq!(driver.app.tab().nick(), Some("ann"));
    driver.act(Action::PrevMention);
    assert_eq!(driver.status_message(), "Mention 2 of 2");
}

#[test]
fn mentions_in_floods_and_split_reads_are_found() {
    let mut driver = mentioned();
    let mut flood = "bob: nothing\n".repeat(1000);
    flood.insert_str(6500, "bob: ada\n");
    driver.receive(flood.as_bytes());
    driver.receive(b"bob: a");
    driver.receive(format!("da\n{}bob: ad", "bob: nothing\n".repeat(100)).as_bytes());
    driver.receive(format!("a\n{}", "bob: nothing\n".repeat(100)).as_bytes());
    driver.act(Action::PrevMention);
    assert_eq!(driver.status_message(), "Mention 3 of 3");
}

#[test]
fn new_highlight_words_match_earlier_rows() {
    let mut driver = Driver::connected();
    driver.receive(b"the build is red\nall fine\n");
    driver.enter("/highlight build deploy");
    driver.settle();
    driver.act(Action::PrevMention);
    assert_eq!(driver.status_message(), "Mention 1 of 1");
    driver.enter("/highlight off");
    driver.settle();
    driver.act(Action::PrevMention);
    assert_eq!(driver.status_message(), "No earlier mention.");
}

#[test]
fn a_filter_hides_and_counts_rows_until_turned_off() {
    let mut driver = Driver::numbered(100);
    driver.enter("/filter 7$");
    assert_eq!(driver.app.tab().visible_rows().hidden(), 90);
    assert_eq!(driver.page(), (0..10).map(|n| format!("line {n}7").replace(" 07", " 7")).collect::<Vec<_>>());
    driver.enter("/filter hide 7$");
    assert_eq!(driver.app.tab().visible_rows().hidden(), 10);
    driver.enter("/filter (");
    assert!(driver.last().contains("Invalid pattern"), "{}", driver.last());
    assert_eq!(driver.draft(), "/filter (");
    driver.act(Action::QuitOrClear);
    driver.enter("/filter off");
    assert_eq!(driver.app.tab().visible_rows().hidden(), 0);
}

#[test]
fn switching_view_charset_or_time_keeps_the_position() {
    let mut driver = Driver::connected();
    for n in 0..100 {
        driver.receive(format!("caf\u{e9} {n}\r\n").as_bytes());
    }
    driver.receive(b"caf\xe9\r\n");
    assert_eq!(driver.page().last().unwrap(), r"caf\xE9");
    driver.enter("/encoding latin-1");
    assert_eq!(driver.page().last().unwrap(), "café");
    driver.act(Action::Scroll(Motion::PageUp));
    let top = |driver: &Driver| driver.app.tab().page(SIZE).top().unwrap();
    let before = top(&driver);
    for _ in 0..3 {
        driver.act(Action::CycleView);
        driver.act(Action::CycleTimestamps);
        assert_eq!(top(&driver), before);
    }
    driver.enter("/encoding utf-8");
    assert_eq!(top(&driver), before);
    driver.enter("/encoding utf-16");
    assert!(driver.last().starts_with("Error "), "{}", driver.last());
}

#[test]
fn reply_time_is_shown_on_request() {
    let mut driver = Driver::connected();
    driver.enter("hello");
    driver.now.wall.0 += 42;
    driver.receive(b"olleh\nmore\n");
    assert_eq!(driver.page().iter().rev().take(2).collect::<Vec<_>>(), ["more", "olleh"]);
    driver.enter("/time reply");
    assert_eq!(driver.page().iter().rev().take(2).collect::<Vec<_>>(), ["more", "olleh (42 ms)"]);
}

#[test]
fn text_killed_in_a_search_can_be_yanked_in_the_draft() {
    let mut driver = Driver::connected();
    driver.receive(b"Alpha\nalpha\n");
    driver.act(Action::Search);
    driver.type_text("Alpha");
    assert_eq!(driver.progress().1, 1);
    driver.act(Action::Edit(Edit::Start));
    driver.act(Action::Edit(Edit::Lowercase));
    assert_eq!(driver.progress().1, 2, "as long as before, and another pattern");
    driver.act(Action::Edit(Edit::DeleteToStart));
    driver.act(Action::Cancel);
    driver.act(Action::Edit(Edit::Yank));
    assert_eq!(driver.draft(), "alpha");
}
