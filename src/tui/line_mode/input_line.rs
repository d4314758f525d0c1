//! The line being written at the foot of a terminal that scrolls, over as many screen lines as it takes.
//!
//! Positions are computed and never asked for: the terminal wraps at its width, a wide character that does not fit goes
//! to the next line whole, and behind a line filled to the end the cursor is put onto the next one, because it would
//! stand on the last character until something is written.

use crate::app::{App, LineEditor, Mode, SendChoice};
use crate::text::{self, GlyphKind, Row};
use std::fmt::Write as _;

/// A draft with its prompt, as it stands on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct InputLine {
    /// Prompt and draft: clusters with their columns.
    glyphs: Vec<(String, usize)>,
    /// The cursor stands before this one.
    cursor: usize,
}

/// Lines below the prompt's, and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct LineCursor {
    line: usize,
    column: usize,
}

/// The clusters of a row as they are printed, a tab as blanks, and their columns.
pub(super) fn printable(row: &Row) -> impl Iterator<Item = (String, usize)> + '_ {
    row.glyphs().iter().map(|glyph| {
        let columns = usize::from(glyph.columns);
        match glyph.kind {
            GlyphKind::Blank => (" ".repeat(columns), columns),
            GlyphKind::Text | GlyphKind::Mark => (row.text_of(glyph).to_owned(), columns),
        }
    })
}

/// What stands before the draft: not the `›` of the other face, which some readers spell out. With several lines the number
/// of the one that is shown.
fn prompt_marker(prompt: &LineEditor) -> String {
    let newlines = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
    match newlines(prompt.text()) {
        0 => "> ".to_owned(),
        all => {
            let before = prompt.text().get(..prompt.cursor()).map_or(0, newlines);
            format!("{}/{}> ", before + 1, all + 1)
        }
    }
}

impl InputLine {
    /// What the keys work on, as much of it as fits into `room` columns around the cursor: what has scrolled off the screen
    /// could not be taken back. `columns` are those that the core lays the draft out for.
    pub(super) fn of(app: &App, columns: usize, room: usize) -> Self {
        match (app.mode(), app.secret(), app.history_search(), app.preview()) {
            (_, Some(secret), ..) => Self::masked(secret.counts(), room),
            // What was found is told; here it would be read out again with each key.
            (_, _, Some(finder), _) => Self::words("search: ", finder.query(), room),
            (Mode::SendPreview { chosen }, _, _, Some(parcel)) => {
                let choice = SendChoice::of(parcel.source()).get(chosen);
                Self::words("choose: ", choice.map_or("", |choice| choice.word()), room)
            }
            _ if let Some(start) = app.start_page() => Self::words("to: ", start.prompt().text(), room),
            _ => Self::draft(app.tab().line_editor(), columns, room),
        }
    }

    /// The line of the draft that the cursor is in. Of several it is said which.
    fn draft(prompt: &LineEditor, columns: usize, room: usize) -> Self {
        let layout = prompt.layout(columns);
        let place = layout.place(prompt.cursor());
        // Wide clusters may leave a column free at the end of each line, and the cursor wants a place behind the last.
        let most = (room.saturating_sub(room / 8) / columns.max(1)).saturating_sub(1).max(1);
        let goes_on = |line: &usize| *line < layout.lines() && !layout.begins_line(*line);
        let before = (1..=place.line).rev().take(most).take_while(|line| goes_on(line)).count();
        let behind = (place.line + 1..).take(most).take_while(goes_on).count();
        let first = place.line - if before + behind < most { before } else { before.min(most / 4) };
        let mut line = Self::signed(&prompt_marker(prompt));
        let mut row = Row::default();
        for number in (first..=place.line + behind).take(most) {
            layout.row(number, &mut row);
            if number == place.line {
                let start = layout.line(number).map_or(0, |range| range.start);
                let left = row.glyphs().iter().take_while(|glyph| start + (glyph.source as usize) < prompt.cursor());
                line.cursor = line.glyphs.len() + left.count();
            }
            line.glyphs.extend(printable(&row));
        }
        line.fit(room);
        line
    }

    /// The end of words that are typed, the cursor behind them.
    fn words(sign: &str, words: &str, room: usize) -> Self {
        let mut row = Row::default();
        text::decode_plain(words.as_bytes(), &mut row);
        let mut line = Self::signed(sign);
        let all: Vec<_> = printable(&row).collect();
        let most = (room / 2).saturating_sub(line.glyphs.len());
        line.glyphs.extend(all.into_iter().rev().take(most).rev());
        line.cursor = line.glyphs.len();
        line.fit(room);
        line
    }

    /// A star for each of so many characters, the cursor behind so many of them. Page by page: they look all the same.
    fn masked((count, before): (usize, usize), room: usize) -> Self {
        let mut line = Self::signed("secret: ");
        let most = room.saturating_sub(line.glyphs.len() + 1).max(1);
        let first = before / most * most;
        line.cursor = line.glyphs.len() + before - first;
        line.glyphs.extend((first..count).take(most).map(|_| ("*".to_owned(), 1)));
        line.fit(room);
        line
    }

    fn signed(sign: &str) -> Self {
        let glyphs: Vec<_> = sign.chars().map(|c| (c.to_string(), 1)).collect();
        Self { cursor: glyphs.len(), glyphs }
    }

    /// Cuts what does not fit.
    fn fit(&mut self, room: usize) {
        let mut left = room;
        let fits = |(_, columns): &&(String, usize)| {
            let fits = *columns <= left;
            left = left.saturating_sub(*columns);
            fits
        };
        let fit = self.glyphs.iter().take_while(fits).count();
        self.glyphs.truncate(fit);
        self.cursor = self.cursor.min(fit);
    }

    /// Writes the line from the start of a free one.
    pub(super) fn write(&self, columns: usize, out: &mut Vec<u8>) {
        Self::default().rewrite_as(self, columns, out);
    }

    /// Writes what makes `next` of this line: nothing but what is different.
    pub(super) fn rewrite_as(&self, next: &Self, columns: usize, out: &mut Vec<u8>) {
        let same = self.glyphs.iter().zip(&next.glyphs).take_while(|(a, b)| a == b).count();
        let mut at = self.place(self.cursor, columns);
        if same < self.glyphs.len() || same < next.glyphs.len() {
            go(at, self.next_free_column(same, columns), out);
            if same < self.glyphs.len() {
                out.extend_from_slice(b"\x1b[J");
            }
            for (text, _) in next.glyphs.iter().skip(same) {
                out.extend_from_slice(text.as_bytes());
            }
            at = next.next_free_column(next.glyphs.len(), columns);
            if same < next.glyphs.len() && at.column == 0 {
                // A blank takes the cursor there, and the terminal still knows the lines for one.
                out.extend_from_slice(b" \r");
            }
        }
        go(at, next.place(next.cursor, columns), out);
    }

    /// Takes the line off the screen, and the cursor to where it began.
    pub(super) fn erase(&self, columns: usize, out: &mut Vec<u8>) {
        let at = self.place(self.cursor, columns);
        out.push(b'\r');
        go(LineCursor { column: 0, ..at }, LineCursor::default(), out);
        out.extend_from_slice(b"\x1b[J");
    }

    /// Where the glyph of this number stands, or where the next one would. A wide one may not fit where there is room.
    fn place(&self, number: usize, columns: usize) -> LineCursor {
        let free = self.next_free_column(number, columns);
        let width = self.glyphs.get(number).map_or(1, |(_, width)| *width);
        if free.column + width > columns { LineCursor { line: free.line + 1, column: 0 } } else { free }
    }

    /// The first free column behind so many glyphs.
    fn next_free_column(&self, number: usize, columns: usize) -> LineCursor {
        let mut at = LineCursor::default();
        for (_, width) in self.glyphs.iter().take(number) {
            if at.column + width > columns {
                at = LineCursor { line: at.line + 1, column: 0 };
            }
            at.column += width;
        }
        if at.column >= columns { LineCursor { line: at.line + 1, column: 0 } } else { at }
    }
}

/// Moves the cursor over what has been written.
fn go(from: LineCursor, to: LineCursor, out: &mut Vec<u8>) {
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

    /// The lines as they stand there, and the cursor.
    fn shown(parser: &vt100::Parser) -> (String, (u16, u16)) {
        let lines: Vec<_> = parser.screen().rows(0, WIDTH).map(|line| line.trim_end().to_owned()).collect();
        (lines.join("\n"), parser.screen().cursor_position())
    }

    fn line(prompt: &LineEditor) -> InputLine {
        InputLine::draft(prompt, usize::from(WIDTH), usize::from(WIDTH) * 11)
    }

    fn written(line: &InputLine) -> (String, (u16, u16)) {
        let mut out = Vec::new();
        line.write(usize::from(WIDTH), &mut out);
        shown(&terminal(&out))
    }

    fn draft(text: &str) -> LineEditor {
        let mut prompt = LineEditor::default();
        prompt.insert(text);
        prompt
    }

    #[test]
    fn the_line_wraps_and_the_cursor_is_at_its_place() {
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
    fn a_key_writes_what_it_changes_and_no_more() {
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
    fn of_a_draft_larger_than_the_screen_the_part_around_the_cursor_is_shown() {
        let mut prompt = draft(&format!("start{}end", "x".repeat(10_000)));
        assert!(line(&prompt).glyphs.len() < 77);
        assert!(written(&line(&prompt)).0.trim_end().ends_with("end"));
        prompt.edit(Edit::Start, &mut KillRing::default());
        assert!(written(&line(&prompt)).0.contains("> start\n"));
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
        fn whatever_is_edited_the_screen_is_as_if_written_at_once(edits in edits()) {
            let (mut prompt, mut out) = (LineEditor::default(), Vec::new());
            let mut shown_line = line(&prompt);
            shown_line.write(usize::from(WIDTH), &mut out);
            for edit in edits {
                match edit {
                    Ok(edit) => { prompt.edit(edit, &mut KillRing::default()); }
                    Err(text) => prompt.insert(&text),
                }
                let next = line(&prompt);
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
