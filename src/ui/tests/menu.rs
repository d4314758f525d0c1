//! Tests of the completion menu.

use super::*;

fn stage(columns: u16, lines: u16, received: &[u8], typed: &str) -> Stage {
    let mut stage = Stage::new(columns, lines);
    stage.receive(received);
    stage.event(Event::Paste(typed.to_owned()));
    stage.event(Event::Action(Action::Complete));
    stage
}

/// Returns the bold text of each line: the selected entry.
fn chosen(stage: &mut Stage, theme: &ResolvedTheme) -> Vec<String> {
    stage.terminal.draw(|frame| draw(frame, &stage.app, theme)).unwrap();
    let buffer = stage.terminal.backend().buffer();
    let line = |y| -> String {
        let cells = (0..buffer.area.width).map(|x| &buffer[(x, y)]);
        cells.filter(|cell| cell.modifier.contains(Modifier::BOLD)).map(ratatui::buffer::Cell::symbol).collect()
    };
    (0..buffer.area.height - 2).map(line).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_menu_is_above_the_word_being_completed() {
    let mut stage = stage(60, 9, b"ann: hello\nanton: hello\n", "hi an");
    stage.expect(
        "
14:02:10 · Connected to 127.0.0.1:12345.
14:02:10 ‹ ann: hello
14:02:10 ‹ anton: hello


   │ anton
   │ ann    1/2
 ●  127.0.0.1:12345  connected 14:02:10  ↓24 ↑0  LF UTF-8
› hi anton",
    );
    stage.event(Event::Action(Action::Complete));
    assert_eq!(stage.lines()[6], "   │ ann    2/2");
    stage.event(Event::Action(Action::Cancel));
    assert_eq!(stage.lines()[5..7], ["", ""]);
    assert_eq!(stage.lines()[8], "› hi an");
}

#[test]
fn candidates_have_help_texts() {
    let mut stage = stage(100, 12, b"", "/c");
    let lines = stage.lines();
    assert_eq!(lines[7], "│ /connect  connect to an address or saved server in its own tab");
    assert_eq!(lines[9], "│ /close!   close the connection and the tab with its messa…  1/4");
    stage.draw();
    let buffer = stage.terminal.backend().buffer();
    assert_eq!(buffer[(14, 9)].style().fg, ResolvedTheme::dark().hint.fg);
}

#[test]
fn the_selected_entry_is_visible_in_every_theme() {
    let received = (10..30).map(|n| format!("bob{n}: x\n")).collect::<Vec<_>>().concat();
    let mut stage = stage(60, 30, received.as_bytes(), "bo");
    for number in (10..30).rev() {
        let lines = stage.lines();
        let menu: Vec<_> = lines[20..28].iter().filter(|line| line.contains("│ bob")).collect();
        assert_eq!(menu.len(), 6, "{lines:#?}");
        assert!(menu[5].ends_with(&format!("{}/20", 30 - number)), "{menu:?}");
        for theme in [ResolvedTheme::dark(), ResolvedTheme::light(), ResolvedTheme::mono()] {
            let chosen = chosen(&mut stage, &theme);
            let line = chosen.iter().find(|line| line.contains("│ bob")).unwrap();
            assert!(line.contains(&format!("│ bob{number}")), "{chosen:?}");
        }
        stage.event(Event::Action(Action::Complete));
    }
}

#[test]
fn the_menu_takes_at_most_a_third_of_the_screen() {
    let received = (10..30).map(|n| format!("bob{n}: x\n")).collect::<Vec<_>>().concat();
    for lines in 5..40 {
        let mut stage = stage(40, lines, received.as_bytes(), "bo");
        let drawn = stage.lines();
        let menu = drawn.iter().filter(|line| line.contains("│ bob")).count();
        assert!((1..=6).contains(&menu) && menu <= usize::from(lines / 3), "{menu} of {lines}");
        assert!(drawn[usize::from(lines) - 3].contains("1/20"), "{drawn:#?}");
    }
}

#[test]
fn small_screens_are_drawn() {
    let received = "漢字かな交じり文漢字かな交じり文: x\n漢字かな二交じり文漢字かな交じり文二: x\n";
    for columns in 18..70 {
        for lines in 4..9 {
            for typed in ["漢", "/", "/view ", &format!("{} 漢", "long word ".repeat(20))] {
                let mut stage = stage(columns, lines, received.as_bytes(), typed);
                for action in [Action::Complete, Action::CompleteBack, Action::CompleteBack, Action::Cancel] {
                    stage.draw();
                    stage.event(Event::Action(action));
                }
                stage.draw();
            }
        }
    }
}

#[test]
fn the_menu_stays_within_the_right_edge() {
    let mut stage = stage(60, 12, b"", "/");
    let widest = stage.lines()[4..10].iter().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 40, "{:#?}", stage.lines());
    let received = b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: x\naaaaaaaaaaaaaaaaaaaaaaaaaaaab: x\n";
    let mut stage = self::stage(60, 12, received, &format!("{} aa", "y".repeat(26)));
    let lines = stage.lines();
    assert!(lines[9].ends_with("1/2") && lines[9].chars().count() <= 59, "{lines:#?}");
}

#[test]
fn wide_characters_at_its_edge_are_cleared() {
    for typed in ["an", "x an", "xy an", "xyz an"] {
        let received = format!("ann: x\nanton: y\n{}", format!("{}\n", "漢".repeat(30)).repeat(9));
        let mut stage = stage(72, 12, received.as_bytes(), typed);
        stage.draw();
        let buffer = stage.terminal.backend().buffer();
        for y in 0..10 {
            for x in 0..71 {
                let is_wide = crate::text::columns(buffer[(x, y)].symbol()) > 1;
                assert!(!is_wide || buffer[(x + 1, y)].symbol() == " ", "{typed}: {x}, {y}");
            }
        }
    }
}

#[test]
fn typing_closes_the_menu() {
    let mut stage = stage(60, 9, b"ann: hello\nanton: hello\n", "an");
    assert!(stage.lines().iter().any(|line| line.starts_with("│ anton")));
    stage.event(Event::Char('h'));
    let lines = stage.lines();
    assert!(!lines.iter().any(|line| line.starts_with('│')), "{lines:#?}");
    assert_eq!(lines[8], "› anton: h");
}

#[test]
fn the_status_line_says_that_nothing_matches() {
    let mut stage = stage(60, 6, b"", "xyz");
    assert_eq!(stage.lines()[4], " No completion for xyz.");
}
