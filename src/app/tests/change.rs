//! Reading while the transcript changes: eviction, filter scans in progress, other charsets.

use super::*;

const SIZE: Size = Size { columns: 60, lines: 10 };

#[test]
fn a_filter_still_scanning_keeps_the_scroll_position() {
    let mut driver = Driver::numbered(100_000);
    driver.act(Action::Search);
    driver.type_text("line 54990");
    driver.settle();
    driver.act(Action::Submit);
    driver.enter("/filter 000$");
    assert!(driver.app.tab().is_scrolled(), "at once");
    driver.settle();
    assert_eq!(driver.page()[0], "line 55000");
    driver.enter("/filter hide 000$");
    driver.settle();
    driver.act(Action::Scroll(Motion::PageDown));
    assert!(driver.app.tab().is_scrolled());
    driver.enter("/filter 99999");
    driver.settle();
    assert!(!driver.app.tab().is_scrolled(), "all there is fits on the screen");
    assert!(driver.page().contains(&"line 99999".to_owned()));
}

#[test]
fn a_search_during_a_filter_scan_finds_every_hit() {
    let mut driver = Driver::numbered(50_000);
    driver.act(Action::Scroll(Motion::Top));
    driver.enter("/filter hide [13579]$");
    driver.act(Action::Search);
    driver.type_text("line");
    driver.settle();
    assert_eq!(driver.progress().1, 25_000);
}

#[test]
fn a_row_shown_late_by_a_filter_has_its_hits() {
    let mut driver = Driver::connected();
    driver.enter("/filter needle");
    driver.receive(format!("apple{}", "x".repeat(70_000)).as_bytes());
    driver.act(Action::Search);
    driver.type_text("apple");
    driver.settle();
    assert_eq!(driver.progress(), (None, 0));
    driver.receive(format!("{}needle\n", "x".repeat(70_000)).as_bytes());
    assert_eq!(driver.progress().1, 1);
}

#[test]
fn switching_the_view_keeps_the_current_hit() {
    let mut driver = Driver::numbered(3000);
    driver.act(Action::Search);
    driver.type_text("line");
    driver.settle();
    for _ in 0..1000 {
        driver.act(Action::HistorySearch);
    }
    let here = driver.app.tab().search().unwrap().current();
    let top = |driver: &Driver| driver.app.tab().page(SIZE).top().unwrap().row;
    let before = top(&driver);
    driver.act(Action::CycleView);
    driver.settle();
    assert_eq!(driver.app.tab().search().unwrap().current(), here);
    assert_eq!(top(&driver), before);
}

#[test]
fn a_crlf_split_over_two_reads_is_found_in_byte_search() {
    let mut driver = Driver::connected();
    driver.enter("/view escaped");
    driver.act(Action::Search);
    driver.type_text(r"foo\r\n");
    driver.receive(b"foo\r");
    driver.receive(b"\nbar\n");
    assert_eq!(driver.progress().1, 1);
}

#[test]
fn the_initial_charset_applies_everywhere() {
    let mut options = Settings::default();
    options.view_options.charset = crate::text::Charset::parse("latin-1").unwrap();
    options.highlight_words = vec!["zo\u{eb}".into()];
    let mut driver = Driver::new();
    driver.app = App::new(options);
    driver.app.set_screen_size(Viewport { messages: SIZE, page: SIZE, plain: SIZE, input_columns: SIZE.columns });
    let _ = driver.app.open(endpoint());
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver.receive(b"caf\xe9\nbob: zo\xeb is here\n");
    driver.enter("/filter \u{e9}");
    assert!(driver.page().contains(&"café".to_owned()), "{:?}", driver.page());
    driver.enter("/filter off");
    driver.act(Action::PrevMention);
    assert_eq!(driver.app.status_message(), Some("Mention 1 of 1"));
    driver.event(Event::Focus(Focus::Unfocused));
    let effects = driver.link(LinkEvent::Received(Bytes::from_static(b"bob: zo\xeb!\n")));
    assert_eq!(effects, [Effect::Alert { method: AlertMethod::Bell, message: "bob: zoë!".into() }]);
}

#[test]
fn notices_ignore_the_charset_and_the_view() {
    let mut driver = Driver::connected();
    driver.enter("/encoding latin-1");
    driver.app.add_notice(driver.now, RowKind::Notice, r"Grüße aus C:\tmp");
    for view in ["text", "escaped", "hex"] {
        driver.enter(&format!("/view {view}"));
        assert_eq!(driver.page().last().unwrap(), r"Grüße aus C:\tmp");
        driver.act(Action::CopyMode);
        assert_eq!(driver.act(Action::Submit), [Effect::CopyToClipboard(r"Grüße aus C:\tmp".into())]);
        driver.act(Action::Search);
        driver.type_text(r"Grüße aus C:\tmp");
        driver.settle();
        assert_eq!(driver.progress().1, 1, "{view}");
        driver.act(Action::Cancel);
    }
}

#[test]
fn copy_mode_keeps_the_row_visible_and_then_follows_again() {
    let mut driver = Driver::numbered(30);
    driver.act(Action::CopyMode);
    let before = driver.page();
    for n in 0..30 {
        driver.receive(format!("more {n}\n").as_bytes());
    }
    assert_eq!(driver.page(), before);
    assert_eq!(driver.act(Action::Submit), [Effect::CopyToClipboard("line 29".into())]);
    assert_eq!(driver.page().last().unwrap(), "more 29");
}

#[test]
fn copying_an_evicted_row_keeps_the_clipboard() {
    let mut driver = Driver::numbered(3);
    driver.act(Action::CopyMode);
    driver.app.tab_mut().clear();
    assert_eq!(driver.act(Action::Submit), []);
}

#[test]
fn copy_mode_moves_by_single_unfolded_rows() {
    let mut driver = Driver::connected();
    driver.receive(b"a\n\n\n\n\n\nb\n");
    driver.enter("/view escaped");
    driver.act(Action::CopyMode);
    for expected in ["\\n", "\\n"] {
        let Mode::Copy(before) = driver.app.mode() else { panic!() };
        driver.act(Action::HistoryPrevMatching);
        let Mode::Copy(selection) = driver.app.mode() else { panic!() };
        assert_eq!(selection.cursor.0 + 1, before.cursor.0, "{expected}");
    }
}

#[test]
fn hidden_mentions_are_skipped() {
    let mut driver = Driver::connected();
    driver.enter("/nick ada");
    driver.receive(b"bob: ada one\nbob: ada two\nbob: nothing\n");
    driver.enter("/filter hide two");
    driver.act(Action::PrevMention);
    assert_eq!(driver.app.status_message(), Some("Mention 1 of 1"));
}

#[test]
fn rows_behind_a_page_are_unseen() {
    let mut driver = Driver::connected();
    driver.enter("/nick ada");
    driver.act(Action::Help);
    driver.receive(b"bob: ada!\n");
    assert_eq!(driver.app.window_title(), "(1) 127.0.0.1:12345 - netchat-tui");
    driver.act(Action::Cancel);
    assert_eq!(driver.app.window_title(), "127.0.0.1:12345 - netchat-tui");
}

#[test]
fn a_paste_in_plain_text_mode_restores_mouse_capture() {
    let mut driver = Driver::numbered(3);
    driver.act(Action::ToggleMouse);
    driver.act(Action::PlainTextMode);
    assert_eq!(driver.event(Event::Paste("text".into())), [Effect::Mouse(MouseCapture::On)]);
    assert_eq!(driver.draft(), "text");
}

#[test]
fn an_unfolded_run_stays_unfolded_after_eviction() {
    let mut driver = Driver::new();
    let limits = transcript::TranscriptLimits { rows: 20, bytes: 1 << 20 };
    driver.app = App::new(Settings { limits, ..Settings::default() });
    driver.app.set_screen_size(Viewport { messages: SIZE, page: SIZE, plain: SIZE, input_columns: SIZE.columns });
    driver.receive("\n".repeat(20).as_bytes());
    driver.act(Action::CopyMode);
    driver.type_text("z");
    driver.act(Action::Cancel);
    assert_eq!(driver.page().len(), 10);
    driver.receive(b"end\n");
    let rows = driver.page();
    assert!(rows.len() >= 9 && rows[0].is_empty(), "{rows:?}");
}

#[test]
fn an_export_reports_rows_evicted_meanwhile() {
    let mut driver = Driver::numbered(50_000);
    driver.enter("/save all.txt");
    driver.event(Event::BackgroundStep);
    assert!(driver.enter("/save other.txt").is_empty());
    assert!(driver.last().starts_with("Error Another file is being saved"), "{}", driver.last());
    driver.act(Action::QuitOrClear);
    driver.app.tab_mut().clear();
    let effects = driver.event(Event::BackgroundStep);
    assert_eq!(effects.last(), Some(&Effect::Export(ExportStep::Finish)));
    assert!(!driver.app.has_background_work());
    driver.event(Event::ExportFinished { path: "all.txt".into(), result: Ok(7) });
    let last = driver.last();
    assert!(last.contains("Saved 7 bytes to all.txt.") && last.contains(" rows were removed"), "{last}");
}

#[test]
fn a_line_partly_evicted_during_export_is_saved_once() {
    let mut driver = Driver::new();
    let limits = transcript::TranscriptLimits { rows: 10, bytes: 64 << 20 };
    driver.app = App::new(Settings { limits, ..Settings::default() });
    driver.receive(&vec![b'z'; 390_000]);
    driver.enter("/save all.txt");
    let mut saved = Vec::new();
    for n in 0.. {
        // Each background step evicts another row of the line.
        driver.receive(format!("\nrow {n}\n").as_bytes());
        if !driver.app.has_background_work() {
            break;
        }
        for effect in driver.event(Event::BackgroundStep) {
            if let Effect::Export(ExportStep::Write(bytes)) = effect {
                saved.extend(bytes);
            }
        }
    }
    let saved = String::from_utf8(saved).unwrap();
    assert!(saved.matches('z').count() <= 390_000);
}

#[test]
fn tabs_are_copied_and_saved_as_tabs() {
    let mut driver = Driver::connected();
    driver.receive(b"id\tname\tsays\n");
    driver.act(Action::CopyMode);
    assert_eq!(driver.act(Action::Submit), [Effect::CopyToClipboard("id\tname\tsays".into())]);
    driver.enter("/save table.txt");
    let saved = driver.event(Event::BackgroundStep).into_iter().find_map(|effect| match effect {
        Effect::Export(ExportStep::Write(bytes)) => String::from_utf8(bytes).ok(),
        _ => None,
    });
    assert!(saved.unwrap().contains("< id\tname\tsays\n"));
}

#[test]
fn a_sent_line_is_not_unread() {
    let mut driver = Driver::numbered(30);
    driver.act(Action::Scroll(Motion::PageUp));
    driver.enter("mine");
    let tab = driver.app.tab();
    assert_eq!(tab.unread(), Some(tab.transcript().next()));
}

#[test]
fn a_connection_change_clears_the_status_message() {
    let mut driver = Driver::connected();
    driver.act(Action::CycleTimestamps);
    assert!(driver.app.status_message().is_some());
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(driver.app.status_message(), None);
}
