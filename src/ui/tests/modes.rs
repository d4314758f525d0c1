//! Tests of modes: send previews, questions, hidden input, the history search.

use super::*;
use crate::app::{Edit, Mode};
use crate::theme::{ColorDepth, ThemeName};
use ratatui::style::Style;

const SIZES: [(u16, u16); 4] = [(20, 5), (40, 10), (80, 24), (200, 50)];

impl Stage {
    fn paste(&mut self, text: &str) {
        self.event(Event::Paste(text.to_owned()));
    }

    fn typed(&mut self, text: &str) {
        text.chars().for_each(|c| self.event(Event::Char(c)));
    }
}

#[test]
fn a_short_paste_is_previewed_over_the_messages() {
    let mut stage = Stage::new(60, 8);
    stage.receive(b"hello\n");
    stage.paste("one\n\x1b[2Jtwo\x07\t|");
    stage.expect(
        "
14:02:10 · Connected to 127.0.0.1:12345.
14:02:10 ‹ hello

── 2 lines pasted, 14 bytes ────────────────────────────────
 1 one
 2 ^[[2Jtwo^G      |
[Edit]  Join   Send   Cancel
› Type a message; Enter to send",
    );
}

#[test]
fn the_first_and_last_lines_of_a_long_paste_are_shown() {
    let text = (1..=5000).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
    for (columns, lines) in SIZES {
        let mut stage = Stage::new(columns, lines);
        stage.paste(&text);
        let screen = stage.lines().join("\n");
        assert!(screen.contains("── 5,000 lines"), "{screen}");
        assert!(screen.contains("    1 line 1\n") && screen.contains(" more"), "{screen}");
        assert_eq!(screen.contains(" 5000 line 5000\n"), lines > 5, "{screen}");
    }
}

#[test]
fn long_lines_are_truncated_and_warned_about() {
    for (columns, lines) in SIZES {
        let mut stage = Stage::new(columns, lines);
        stage.paste(&format!("short\n{}\n", "漢".repeat(1000)));
        let lines = stage.lines();
        assert!(
            columns == 20 || lines.iter().any(|line| line.starts_with(" 2 漢") && line.ends_with('…')),
            "{lines:#?}"
        );
        assert!(lines.iter().any(|line| line.starts_with(" Line 2 is 1,977")), "{lines:#?}");
    }
    let mut stage = Stage::new(80, 10);
    stage.paste(&format!("{}\nx", "x".repeat(1024)));
    assert_eq!(stage.lines()[7], " Line 1 is 1 byte over the lab server's 1,024-byte read.");
}

#[test]
fn no_sign_of_the_gutter_is_beside_a_preview() {
    for (columns, lines) in SIZES {
        let mut stage = Stage::new(columns, lines);
        stage.receive("them\n".repeat(60).as_bytes());
        stage.paste("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n");
        let lines = stage.lines();
        let heading = lines.iter().position(|line| line.contains("── 13 lines")).unwrap();
        assert!(lines[heading + 1..].iter().all(|line| !line.contains('‹')), "{lines:#?}");
    }
}

#[test]
fn files_and_bytes_are_previewed() {
    let mut stage = Stage::new(80, 12);
    stage.event(Event::FileRead { path: "notes/a.txt".to_owned(), result: Ok(b"one\ntwo\n\xff\n".to_vec()) });
    assert_eq!(
        stage.below(6),
        [
            "── 3 lines from notes/a.txt, 10 bytes ──────────────────────────────────────────",
            " 1 one",
            " 2 two",
            r" 3 \xFF",
            "[Send Alt-S]  Edit Alt-E   Cancel Esc",
            "› Type a message; Enter to send",
        ]
    );
    for (command, escaped) in
        [("/raw hi\\n\\x1b[31m\\xff", r" hi\n\x1B[31m\xFF"), ("/hex 68 69 0a 1b 5b 33 31 6d ff", r" hi\n\x1B[31m\xFF")]
    {
        let mut stage = Stage::new(80, 12);
        stage.say(command);
        let lines = stage.below(7);
        assert!(lines[0].starts_with("── 9 bytes, sent unchanged ──"), "{lines:#?}");
        assert_eq!(lines[1], escaped);
        assert!(lines[2].starts_with(" 000000  68 69 0a 1b 5b 33 31 6d  ff"), "{lines:#?}");
        assert_eq!(lines[3], "[Send Alt-S]  Cancel Esc");
    }
}

/// Returns the text in the style of the selected choice on the status line.
fn chosen(stage: &mut Stage, theme: &ResolvedTheme) -> String {
    stage.terminal.draw(|frame| draw(frame, &stage.app, theme)).unwrap();
    let buffer = stage.terminal.backend().buffer();
    let y = buffer.area.height - 2;
    let appearance = |style: Style| (style.fg.unwrap_or_default(), style.bg.unwrap_or_default(), style.add_modifier);
    let cells = (0..buffer.area.width).map(|x| &buffer[(x, y)]);
    cells
        .filter(|cell| appearance(cell.style()) == appearance(theme.chosen))
        .map(ratatui::buffer::Cell::symbol)
        .collect()
}

#[test]
fn the_selected_choice_is_marked_in_every_theme() {
    for (columns, lines) in SIZES {
        for theme in [
            ResolvedTheme::dark(),
            ResolvedTheme::light(),
            ResolvedTheme::mono(),
            ResolvedTheme::built_in(&ThemeName::DARK, ColorDepth::Sixteen),
        ] {
            let mut stage = Stage::new(columns, lines);
            stage.paste("one\ntwo\n");
            for word in ["Edit", "Join", "Send", "Cancel", "Edit"] {
                let chosen = chosen(&mut stage, &theme);
                let status = stage.lines()[usize::from(lines) - 2].clone();
                assert!(status.contains(&format!("[{word}")), "{status}");
                // The smallest screen shows only the selected choice.
                assert!(
                    columns == 20 || chosen.starts_with(&format!("[{word}")) && chosen.ends_with(']'),
                    "{chosen:?}"
                );
                stage.act(Action::Edit(Edit::Right));
            }
        }
    }
}

#[test]
fn sending_shows_its_progress_at_every_width() {
    for (columns, status) in [
        (200, " ●  127.0.0.1:12345  connected 14:02:10  ██░░░░░░░░ 1,000 of 5,000 sent, Esc stops  "),
        (80, " ●  127.0.0.1:12345  connected  ██░░░░░░░░ 1,000 of 5,000 sent, Esc stops"),
        (60, " ●  127.0.0.1:12345  1,000 of 5,000 sent, Esc stops"),
        (40, " ●  127.0.0.1:12345  1,000/5,000 sent"),
        (24, " ●  1,000/5,000 sent"),
        (20, " ●  1,000/5,000 sent"),
    ] {
        let mut stage = Stage::new(columns, 10);
        stage.receive(b"welcome\n");
        stage.paste(&"x\n".repeat(5000));
        stage.act(Action::PreviewSend);
        for _ in 1..1000 {
            stage.now.elapsed += Duration::from_millis(50);
            stage.event(Event::Timer);
            stage.link(LinkEvent::Written(2));
        }
        assert!(stage.lines()[8].starts_with(status), "{columns}: {:?}", stage.lines()[8]);
    }
}

#[test]
fn the_length_is_shown_near_the_line_limit() {
    for (columns, bytes, status) in [
        (80, 766, None),
        (80, 767, Some("768 of 1,024 bytes")),
        (80, 1023, Some("1,024 of 1,024 bytes")),
        (80, 1024, Some("1 byte over the lab server's 1,024-byte read")),
        (80, 1155, Some("132 bytes over the lab server's 1,024-byte read")),
        (40, 1155, Some("132 bytes too long")),
        (20, 1155, Some("132 bytes too l")),
        (40, 900, Some("901 of 1,024 bytes")),
        (20, 900, Some("901/1,024")),
    ] {
        let mut stage = Stage::new(columns, 10);
        stage.write(&"x".repeat(bytes));
        let lines = stage.lines();
        let line = lines.iter().find(|line| line.starts_with(" ●")).unwrap();
        assert!(status.map_or(!line.contains("byte"), |words| line.contains(words)), "{columns} {bytes}: {line:?}");
    }
}

#[test]
fn hidden_input_is_in_no_cell() {
    for (columns, lines) in SIZES {
        let mut stage = Stage::new(columns, lines);
        stage.say("/secret");
        assert!(stage.lines().last().unwrap().starts_with("• Hidden input"));
        for count in 1..500_usize {
            stage.event(Event::Char('ж'));
            let drawn = stage.lines();
            assert!(!drawn.concat().contains('ж'), "{drawn:#?}");
            let room = usize::from(columns) - 2;
            let dots = drawn.last().unwrap().chars().filter(|&c| c == '•').count() - 1;
            assert_eq!(dots, count % room, "a full page of dots starts another");
            assert_eq!(usize::from(stage.cursor().0), 2 + count % room);
        }
        stage.event(Event::Action(Action::Edit(Edit::Start)));
        assert_eq!(stage.cursor(), (2, lines - 1));
        stage.act(Action::Cancel);
        assert!(!stage.lines().concat().contains('ж'));
    }
}

#[test]
fn hidden_input_has_a_hint_at_every_width() {
    for (columns, words) in [
        (20, " Hidden: Enter / Esc"),
        (40, " Hidden input: Enter sends, Esc cancels."),
        (80, " Hidden input: Enter sends, Esc cancels. Not saved anywhere."),
    ] {
        let mut stage = Stage::new(columns, 6);
        stage.say("/secret");
        assert_eq!(stage.lines()[4], words);
    }
}

/// Returns the text in the background of the current match.
fn hit(stage: &mut Stage) -> String {
    stage.draw();
    let buffer = stage.terminal.backend().buffer();
    let y = buffer.area.height - 1;
    let cells = (0..buffer.area.width).map(|x| &buffer[(x, y)]);
    cells.filter(|cell| Some(cell.bg) == ResolvedTheme::dark().hit_here.bg).map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn the_history_search_replaces_the_draft() {
    let mut stage = Stage::new(60, 6);
    stage.say("make all");
    stage.say("make tests");
    stage.typed("draft");
    stage.act(Action::HistorySearch);
    assert_eq!(stage.lines()[5], "() draft");
    stage.typed("ma");
    assert_eq!(
        (stage.lines()[5].as_str(), hit(&mut stage).as_str(), stage.cursor()),
        ("(ma) make tests", "ma", (3, 5))
    );
    stage.typed("kk");
    assert_eq!(stage.lines()[4], " Not in the history of this server");
    stage.act(Action::Cancel);
    assert_eq!(stage.lines()[5], "› draft");
}

#[test]
fn a_long_line_is_shown_around_the_match() {
    let long = |before: usize, after: usize| format!("{}NEEDLE{}", "漢a ".repeat(before), " b字".repeat(after));
    for columns in [20, 40, 80, 200] {
        for (before, after) in [(0, 0), (0, 100), (100, 0), (100, 100), (8, 1), (1, 8)] {
            let mut stage = Stage::new(columns, 6);
            stage.say(&long(before, after));
            stage.act(Action::HistorySearch);
            stage.typed("NEEDLE");
            let line = stage.lines().pop().unwrap();
            assert_eq!(hit(&mut stage), "NEEDLE", "{columns}: {line}");
            if before == 100 {
                assert!(line.contains(") …"), "{line}");
            }
            if after == 100 {
                assert!(line.ends_with('…'), "{line}");
            }
        }
    }
}

#[test]
fn a_long_query_takes_at_most_half_the_line() {
    for columns in [20, 40, 80] {
        let mut stage = Stage::new(columns, 6);
        stage.say("x");
        stage.act(Action::HistorySearch);
        stage.typed(&"y".repeat(300));
        let (x, _) = stage.cursor();
        assert!(x <= columns / 2, "{x} of {columns}");
    }
}

#[test]
fn questions_show_their_keys_at_every_width() {
    for columns in 20..=200 {
        for (command, yes, no) in [("/eof", 'y', "Esc"), ("", 'h', "Esc")] {
            let mut stage = Stage::new(columns, 5);
            if command.is_empty() {
                stage.act(Action::EndOfInput);
            } else {
                stage.say(command);
            }
            let status = stage.lines()[3].clone();
            let is_whole = ["Esc", "Esc = cancel", "Esc cancels."].into_iter().any(|end| status.ends_with(end));
            assert!(status.contains(yes) && is_whole && status.contains(no), "{columns}: {status}");
        }
    }
}

/// Returns functions that bring a stage into each of the modes.
fn modes() -> [fn(&mut Stage); 12] {
    [
        |stage| stage.write(&"漢a\t\u{1b} words ".repeat(40)),
        |stage| stage.write("1\n2\n\n4\n5\n"),
        |stage| stage.paste("one\n漢字かな交じり文 and\x1b[31m more\n"),
        |stage| stage.paste(&format!("{}\n", "漢".repeat(200)).repeat(20)),
        |stage| stage.say("/hex 68 69 0a 1b 5b 33 31 6d ff 00 01 02 03 04 05 06 07 08 09 0a 0b 0c"),
        |stage| stage.event(Event::FileRead { path: "漢字/".repeat(40), result: Ok(b"1\n2\n3\n".to_vec()) }),
        |stage| {
            stage.say("/secret");
            stage.paste(&"s".repeat(333));
        },
        |stage| {
            stage.say("漢字かな交じり文 and more of it, so that it is long");
            stage.act(Action::HistorySearch);
            stage.typed("文 and");
        },
        |stage| stage.act(Action::EndOfInput),
        |stage| stage.say("/eof"),
        |stage| {
            stage.paste(&"x\n".repeat(200));
            stage.act(Action::PreviewSend);
        },
        |stage| {
            stage.paste("1\n2\n");
            stage.typed("x");
        },
    ]
}

#[test]
fn every_size_is_drawn_in_every_mode() {
    for (index, enter) in modes().into_iter().enumerate() {
        let mut stage = Stage::new(60, 20);
        enter(&mut stage);
        assert!(!(2..=6).contains(&index) || stage.app.mode() != Mode::Input, "{index}");
        for columns in (1..=60).rev() {
            for lines in 1..=20 {
                stage.terminal.backend_mut().resize(columns, lines);
                stage.event(Event::Timer);
                let (x, y) = stage.cursor();
                let is_too_small = columns < MIN_SIZE.0 || lines < MIN_SIZE.1;
                assert!(is_too_small || x < columns && y < lines, "{index}: {x},{y} of {columns}x{lines}");
            }
        }
    }
}

#[test]
fn the_link_page_shows_its_keys_at_every_width() {
    for (columns, status) in [
        (80, " Link 1 of 2: Enter copies it, Esc closes the list"),
        (40, " Link 1 of 2: Enter copies, Esc closes"),
        (30, " Link 1 of 2: Enter, Esc"),
    ] {
        let mut stage = Stage::new(columns, 10);
        stage.receive(b"http://a.example and http://b.example\n");
        stage.typed("/links");
        stage.event(Event::Action(Action::Submit));
        assert_eq!(stage.lines()[8], status);
    }
}
