//! The input line of line mode, below the printed rows, on one or more screen lines.
//!
//! Cursor positions are computed, not queried: the terminal wraps at its width, and a wide character that does not fit
//! goes to the next line. After a full line the cursor is moved to the next line explicitly, because terminals delay that
//! wrap until the next character.

use crate::app::{App, LineEditor, Mode, SendChoice};
use crate::text::{self, GlyphKind, Row};
use std::fmt::Write as _;

/// Prompt and draft as they are printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct InputLine {
    /// Grapheme clusters of prompt and draft with their columns.
    glyphs: Vec<(String, usize)>,
    /// Index of the glyph at the cursor.
    cursor: usize,
}

/// Position relative to the start of the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct LineCursor {
    line: usize,
    column: usize,
}

/// Returns the glyphs of a row as text with their columns. A tab is spaces.
pub(super) fn printable(row: &Row) -> impl Iterator<Item = (String, usize)> + '_ {
    row.glyphs().iter().map(|glyph| {
        let columns = usize::from(glyph.columns);
        match glyph.kind {
            GlyphKind::Blank => (" ".repeat(columns), columns),
            GlyphKind::Text | GlyphKind::Mark => (row.text_of(glyph).to_owned(), columns),
        }
    })
}

/// Returns `> `, or `2/3> ` for the line of the cursor in a draft of several lines. Full screen uses `›`, which some
/// screen readers spell out.
fn prompt_marker(editor: &LineEditor) -> String {
    let newlines = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
    match newlines(editor.text()) {
        0 => "> ".to_owned(),
        count => {
            let before = editor.text().get(..editor.cursor()).map_or(0, newlines);
            format!("{}/{}> ", before + 1, count + 1)
        }
    }
}

impl InputLine {
    /// Lays out the text that keys edit, cut to `max_columns` around the cursor: text that has scrolled off the screen
    /// could not be erased. `columns` is the width for which the core lays out the draft.
    pub(super) fn of(app: &App, columns: usize, max_columns: usize) -> Self {
        match (app.mode(), app.hidden_line(), app.history_search(), app.preview()) {
            (_, Some(secret), ..) => Self::masked(secret.counts(), max_columns),
            // The match is announced; in the input line it would be spoken again with each key.
            (_, _, Some(search), _) => Self::with_label("search: ", search.query(), max_columns),
            (Mode::SendPreview { chosen }, _, _, Some(pending)) => {
                let choice = SendChoice::of(pending.source()).get(chosen);
                Self::with_label("choose: ", choice.map_or("", |choice| choice.word()), max_columns)
            }
            _ if let Some(start) = app.start_page() => Self::with_label("to: ", start.prompt().text(), max_columns),
            _ => Self::draft(app.tab().line_editor(), columns, max_columns),
        }
    }

    /// Lays out the line of the draft that contains the cursor.
    fn draft(editor: &LineEditor, columns: usize, max_columns: usize) -> Self {
        let layout = editor.layout(columns);
        let cursor = layout.place(editor.cursor());
        // Wide clusters may leave a column free at the end of each line, and the cursor needs one after the last glyph.
        let max_lines = (max_columns.saturating_sub(max_columns / 8) / columns.max(1)).saturating_sub(1).max(1);
        let is_wrapped = |line: &usize| *line < layout.lines() && !layout.begins_line(*line);
        let before = (1..=cursor.line).rev().take(max_lines).take_while(|line| is_wrapped(line)).count();
        let after = (cursor.line + 1..).take(max_lines).take_while(is_wrapped).count();
        let first = cursor.line - if before + after < max_lines { before } else { before.min(max_lines / 4) };
        let mut line = Self::labelled(&prompt_marker(editor));
        let mut row = Row::default();
        for number in (first..=cursor.line + after).take(max_lines) {
            layout.row(number, &mut row);
            if number == cursor.line {
                let start = layout.line(number).map_or(0, |range| range.start);
                let left = row.glyphs().iter().take_while(|glyph| start + (glyph.source as usize) < editor.cursor());
                line.cursor = line.glyphs.len() + left.count();
            }
            line.glyphs.extend(printable(&row));
        }
        line.truncate(max_columns);
        line
    }

    /// Lays out the end of `text` after a label, with the cursor at the end.
    fn with_label(label: &str, text: &str, max_columns: usize) -> Self {
        let mut row = Row::default();
        text::decode_plain(text.as_bytes(), &mut row);
        let mut line = Self::labelled(label);
        let glyphs: Vec<_> = printable(&row).collect();
        let max_glyphs = (max_columns / 2).saturating_sub(line.glyphs.len());
        line.glyphs.extend(glyphs.into_iter().rev().take(max_glyphs).rev());
        line.cursor = line.glyphs.len();
        line.truncate(max_columns);
        line
    }

    /// Lays out a star for each of `count` hidden characters, `before` of them before the cursor. If they do not fit, the
    /// page of the cursor is shown.
    fn masked((count, before): (usize, usize), max_columns: usize) -> Self {
        let mut line = Self::labelled("secret: ");
        let page_len = max_columns.saturating_sub(line.glyphs.len() + 1).max(1);
        let first = before / page_len * page_len;
        line.cursor = line.glyphs.len() + before - first;
        line.glyphs.extend((first..count).take(page_len).map(|_| ("*".to_owned(), 1)));
        line.truncate(max_columns);
        line
    }

    fn labelled(label: &str) -> Self {
        let glyphs: Vec<_> = label.chars().map(|c| (c.to_string(), 1)).collect();
        Self { cursor: glyphs.len(), glyphs }
    }

    fn truncate(&mut self, max_columns: usize) {
        let mut left = max_columns;
        let fits = |(_, columns): &&(String, usize)| {
            let fits = *columns <= left;
            left = left.saturating_sub(*columns);
            fits
        };
        let count = self.glyphs.iter().take_while(fits).count();
        self.glyphs.truncate(count);
        self.cursor = self.cursor.min(count);
    }

    /// Writes the line at the cursor, which must be at the start of an empty screen line.
    pub(super) fn write(&self, columns: usize, out: &mut Vec<u8>) {
        Self::default().rewrite_as(self, columns, out);
    }

    /// Writes the difference between this line, which is on the screen, and `next`.
    pub(super) fn rewrite_as(&self, next: &Self, columns: usize, out: &mut Vec<u8>) {
        let same = self.glyphs.iter().zip(&next.glyphs).take_while(|(a, b)| a == b).count();
        let mut cursor = self.position_of(self.cursor, columns);
        if same < self.glyphs.len() || same < next.glyphs.len() {
            move_cursor(cursor, self.position_after(same, columns), out);
            if same < self.glyphs.len() {
                out.extend_from_slice(b"\x1b[J");
            }
            for (text, _) in next.glyphs.iter().skip(same) {
                out.extend_from_slice(text.as_bytes());
            }
            cursor = next.position_after(next.glyphs.len(), columns);
            if same < next.glyphs.len() && cursor.column == 0 {
                // A space performs the delayed wrap; the terminal still treats both lines as one wrapped line.
                out.extend_from_slice(b" \r");
            }
        }
        move_cursor(cursor, next.position_of(next.cursor, columns), out);
    }

    /// Erases the line from the screen and moves the cursor to its start.
    pub(super) fn erase(&self, columns: usize, out: &mut Vec<u8>) {
        let cursor = self.position_of(self.cursor, columns);
        out.push(b'\r');
        move_cursor(LineCursor { column: 0, ..cursor }, LineCursor::default(), out);
        out.extend_from_slice(b"\x1b[J");
    }

    /// Returns the position of a glyph, or of the next one to be written. A wide glyph wraps if it does not fit.
    fn position_of(&self, index: usize, columns: usize) -> LineCursor {
        let after = self.position_after(index, columns);
        let width = self.glyphs.get(index).map_or(1, |(_, width)| *width);
        if after.column + width > columns { LineCursor { line: after.line + 1, column: 0 } } else { after }
    }

    /// Returns the position after the first `count` glyphs.
    fn position_after(&self, count: usize, columns: usize) -> LineCursor {
        let mut position = LineCursor::default();
        for (_, width) in self.glyphs.iter().take(count) {
            if position.column + width > columns {
                position = LineCursor { line: position.line + 1, column: 0 };
            }
            position.column += width;
        }
        if position.column >= columns { LineCursor { line: position.line + 1, column: 0 } } else { position }
    }
}

/// Moves the cursor between two positions in the input line.
fn move_cursor(from: LineCursor, to: LineCursor, out: &mut Vec<u8>) {
    let mut moves = String::new();
    let mut step = |count: usize, letter: char| {
        if count > 0 {
            // Writing to a String cannot fail.
            let _ = write!(moves, "\x1b[{count}{letter}");
        }
    };
    step(from.line.saturating_sub(to.line), 'A');
    step(to.line.saturating_sub(from.line), 'B');
    step(from.column.saturating_sub(to.column), 'D');
    step(to.column.saturating_sub(from.column), 'C');
    out.extend_from_slice(moves.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Edit, KillRing};
    use proptest::prelude::*;

    const WIDTH: u16 = 7;

    fn terminal(bytes: &[u8]) -> vt100::Parser {
        let size = |cells| std::num::NonZero::new(cells).unwrap();
        let mut parser = vt100::Parser::new(size(12), size(WIDTH), 0);
        parser.process(b"above\r\n");
        parser.process(bytes);
        parser
    }

    /// Returns the screen's text and the cursor's position.
    fn shown(parser: &vt100::Parser) -> (String, (u16, u16)) {
        let lines: Vec<_> = parser.screen().rows(0, WIDTH).map(|line| line.trim_end().to_owned()).collect();
        (lines.join("\n"), parser.screen().cursor_position())
    }

    fn line(editor: &LineEditor) -> InputLine {
        InputLine::draft(editor, usize::from(WIDTH), usize::from(WIDTH) * 11)
    }

    fn written(line: &InputLine) -> (String, (u16, u16)) {
        let mut out = Vec::new();
        line.write(usize::from(WIDTH), &mut out);
        shown(&terminal(&out))
    }

    fn draft(text: &str) -> LineEditor {
        let mut editor = LineEditor::default();
        editor.insert(text);
        editor
    }

    #[test]
    fn the_line_wraps_and_the_cursor_follows() {
        for (text, contents, cursor) in [
            ("", "above\n>", (1, 2)),
            ("abcd", "above\n> abcd", (1, 6)),
            ("abcde", "above\n> abcde", (2, 0)),
            ("abcdefgh", "above\n> abcde\nfgh", (2, 3)),
            ("abcd漢", "above\n> abcd\n漢", (2, 2)),
            ("a\x1b", "above\n> a^[", (1, 5)),
        ] {
            let (shown, at) = written(&line(&draft(text)));
            assert_eq!((shown.trim_end(), at), (contents, cursor), "{text:?}");
        }
    }

    #[test]
    fn a_key_writes_only_the_difference() {
        let change = |before: &LineEditor, after: &LineEditor| {
            let mut out = Vec::new();
            line(before).rewrite_as(&line(after), 80, &mut out);
            String::from_utf8(out).unwrap()
        };
        let hello = draft("hello");
        assert_eq!(change(&hello, &draft("hello!")), "!");
        assert_eq!(change(&hello, &draft("hell")), "\x1b[1D\x1b[J");
        assert_eq!(change(&hello, &hello), "");
        let mut left = draft("hello");
        left.edit(Edit::Left, &mut KillRing::default());
        assert_eq!(change(&hello, &left), "\x1b[1D");
    }

    #[test]
    fn a_draft_larger_than_the_screen_is_cut_around_the_cursor() {
        let mut editor = draft(&format!("start{}end", "x".repeat(10_000)));
        assert!(line(&editor).glyphs.len() < 77);
        assert!(written(&line(&editor)).0.trim_end().ends_with("end"));
        editor.edit(Edit::Start, &mut KillRing::default());
        assert!(written(&line(&editor)).0.contains("> start\n"));
    }

    fn edits() -> impl Strategy<Value = Vec<Result<Edit, String>>> {
        let edit = prop_oneof![
            3 => "[ab 漢é]{1,9}".prop_map(Err),
            2 => proptest::sample::select(vec![
                Edit::Left, Edit::Right, Edit::Start, Edit::End, Edit::DeleteBack, Edit::DeleteForward,
                Edit::DeleteWordBack, Edit::DeleteToStart, Edit::DeleteToEnd,
            ]).prop_map(Ok),
        ];
        proptest::collection::vec(edit, 0..12)
    }

    proptest! {
        #[test]
        fn differences_add_up_to_the_whole_line(edits in edits()) {
            let (mut editor, mut out) = (LineEditor::default(), Vec::new());
            let mut shown_line = line(&editor);
            shown_line.write(usize::from(WIDTH), &mut out);
            for edit in edits {
                match edit {
                    Ok(edit) => { editor.edit(edit, &mut KillRing::default()); }
                    Err(text) => editor.insert(&text),
                }
                let next = line(&editor);
                shown_line.rewrite_as(&next, usize::from(WIDTH), &mut out);
                shown_line = next;
                prop_assert_eq!(shown(&terminal(&out)), written(&shown_line));
            }
            shown_line.erase(usize::from(WIDTH), &mut out);
            out.extend_from_slice(b"x");
            let (contents, _) = shown(&terminal(&out));
            prop_assert_eq!(contents.trim_end(), "above\nx");
        }
    }
}
