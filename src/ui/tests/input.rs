//! Tests of the input: its lines, the cursor, and the effect of its height on the messages.

use super::*;
use crate::app::Edit;

impl Stage {
    pub(super) fn act(&mut self, action: Action) {
        self.event(Event::Action(action));
    }

    /// Sets the draft, as the external editor does.
    pub(super) fn write(&mut self, text: &str) {
        self.event(Event::EditorClosed(Ok(text.to_owned())));
    }

    /// Draws the screen and returns the position of the cursor.
    pub(super) fn cursor(&mut self) -> (u16, u16) {
        self.draw();
        let at = self.terminal.backend().cursor_position();
        (at.x, at.y)
    }

    /// Returns the lines from `line` on.
    pub(super) fn below(&mut self, line: usize) -> Vec<String> {
        self.lines().split_off(line)
    }
}

#[test]
fn each_line_to_send_has_a_prompt_sign() {
    let mut stage = Stage::new(30, 12);
    stage.write("first\nsecond, which is longer than the box\nthird");
    assert_eq!(
        stage.below(7),
        [" ●  127.0.0.1:12345  connected", "› first", "› second, which is longer", "  than the box", "› third"]
    );
    assert_eq!(stage.cursor(), (7, 11));
}

#[test]
fn the_input_grows_up_to_a_third_of_the_screen() {
    let mut stage = Stage::new(40, 12);
    for (lines, height) in [(1, 1), (2, 2), (3, 3), (4, 4), (5, 4), (50, 4), (2, 2), (1, 1)] {
        stage.write(&vec!["line"; lines].join("\n"));
        let status = stage.lines().iter().position(|line| line.starts_with(" ●")).unwrap();
        assert_eq!(12 - 1 - status, height, "{lines} lines");
    }
}

#[test]
fn a_long_draft_scrolls_with_the_cursor() {
    let mut stage = Stage::new(40, 12);
    stage.write("1\n2\n3\n4\n5\n6");
    assert_eq!(stage.below(8), ["↑ 3", "› 4", "› 5", "› 6"]);
    assert_eq!(stage.cursor(), (3, 11));
    stage.act(Action::Edit(Edit::TextStart));
    assert_eq!(stage.below(8), ["› 1", "› 2", "› 3", "↓ 4"]);
    assert_eq!(stage.cursor(), (2, 8));
    let mut drawn = vec![stage.below(8)];
    for number in '2'..='6' {
        stage.act(Action::HistoryNextMatching);
        drawn.push(stage.below(8));
        let (x, y) = stage.cursor();
        assert_eq!((x, drawn[drawn.len() - 1][usize::from(y) - 8].chars().last()), (2, Some(number)));
    }
    assert!(drawn.contains(&["↑ 3", "› 4", "› 5", "› 6"].map(ToOwned::to_owned).to_vec()), "{drawn:#?}");
}

#[test]
fn the_cursor_has_a_distinct_cell_for_each_cluster() {
    for (text, total_width) in [
        ("abc", 3),
        ("漢字", 4),
        ("e\u{301}e\u{301}", 2),
        ("👩\u{200d}👩\u{200d}👧x", 3),
        ("\ta", 9),
        ("\u{1b}[31m", 6),
        ("\u{7f}", 2),
    ] {
        for columns in [20, 80, 200] {
            let mut stage = Stage::new(columns, 24);
            stage.write(text);
            assert_eq!(stage.cursor(), (2 + total_width, 23), "{text:?} at {columns}");
            let mut columns = vec![stage.cursor().0];
            while columns.last() != Some(&2) {
                stage.act(Action::Edit(Edit::Left));
                columns.push(stage.cursor().0);
            }
            assert!(columns.is_sorted_by(|a, b| a > b), "{text:?}: {columns:?}");
        }
    }
}

#[test]
fn a_full_line_adds_another_for_the_cursor() {
    for columns in [20_u16, 80, 200] {
        let mut stage = Stage::new(columns, 24);
        let room = usize::from(columns) - 2;
        stage.write(&"x".repeat(room - 1));
        assert_eq!(stage.cursor(), (columns - 1, 23));
        stage.write(&"x".repeat(room));
        let (x, y) = stage.cursor();
        assert_eq!(y, 23, "the input is two lines high");
        assert!((2..=3).contains(&x), "{x} at {columns}");
        assert_eq!(stage.lines()[22].chars().next(), Some('›'));
    }
}

#[test]
fn the_cursor_is_always_in_the_input() {
    let texts = ["漢字かな交じり文".repeat(30), "a\tb\u{1b}c\u{301} 👩\u{200d}👧 words ".repeat(20), "\n".repeat(40)];
    for text in &texts {
        for (columns, lines) in [(20, 5), (21, 9), (80, 24)] {
            let mut stage = Stage::new(columns, lines);
            stage.write(text);
            for _ in 0..300 {
                let (x, y) = stage.cursor();
                let status = stage.lines().iter().rposition(|line| line.starts_with(" ●")).unwrap();
                assert!(x >= 2 && x < columns && usize::from(y) > status && y < lines, "{x},{y} of {columns}x{lines}");
                stage.act(Action::Edit(Edit::Left));
            }
        }
    }
}

#[test]
fn the_last_message_stays_visible_above_a_long_draft() {
    let mut stage = Stage::new(60, 15);
    for n in 0..30 {
        stage.receive(format!("line {n}\n").as_bytes());
    }
    for draft in ["", "1\n2\n3", "1\n2\n3\n4\n5\n6\n7", "1\n2", ""] {
        stage.write(draft);
        let lines = stage.lines();
        let status = lines.iter().position(|line| line.starts_with(" ●")).unwrap();
        assert!(lines[status - 1].contains("line 29"), "{draft:?}: {lines:#?}");
        assert!(!lines[status].contains("▼"), "{draft:?}: {lines:#?}");
    }
}

#[test]
fn while_scrolled_up_the_first_line_stays_as_the_input_grows() {
    let mut stage = Stage::new(60, 15);
    for n in 0..60 {
        stage.receive(format!("line {n}\n").as_bytes());
    }
    stage.act(Action::Scroll(crate::app::view::viewport::Motion::PageUp));
    stage.act(Action::Scroll(crate::app::view::viewport::Motion::PageUp));
    let top = |stage: &mut Stage| stage.lines()[0].trim_end_matches(['█', '│', '┃', ' ']).to_owned();
    let before = top(&mut stage);
    for draft in ["1\n2\n3", "1\n2\n3\n4\n5\n6\n7", "1\n2", ""] {
        stage.write(draft);
        assert_eq!(top(&mut stage), before, "{draft:?}");
    }
}
