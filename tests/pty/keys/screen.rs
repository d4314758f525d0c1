//! Expected screen of a draft, computed without the program's own layout, and a reader of the drawn screen.

use crate::support::terminal::Terminal;
use std::cell::RefCell;
use std::num::NonZero;

/// Lines of the screen. A third of them is more than any draft here has.
pub(super) const LINES: u16 = 30;

/// Columns of the sign before each line.
const SIGN: usize = 2;

/// The end of a frame (synchronized output).
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// A kind of text: what the letters `x` and `y` of the table stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) name: &'static str,
    /// Clusters as typed.
    typed: [&'static str; 2],
    /// Stand-ins of equal width for an emulator without cluster support.
    drawn: [&'static str; 2],
    columns: usize,
    /// Whether words are made of it.
    pub(super) is_letters: bool,
}

const fn family(
    name: &'static str,
    typed: [&'static str; 2],
    drawn: [&'static str; 2],
    columns: usize,
    is_letters: bool,
) -> Family {
    Family { name, typed, drawn, columns, is_letters }
}

pub(super) const FAMILIES: &[Family] = &[
    family("ascii", ["x", "y"], ["x", "y"], 1, true),
    family("wide", ["漢", "字"], ["漢", "字"], 2, true),
    family("combining", ["e\u{301}", "o\u{308}"], ["e\u{301}", "o\u{308}"], 1, true),
    family("zwj", ["👨\u{200d}👩\u{200d}👧\u{200d}👦", "👩\u{200d}💻"], ["家", "机"], 2, false),
    family("flags", ["🇩🇪", "🇨🇳"], ["旗", "旌"], 2, false),
];

impl Family {
    /// The draft of a row of the table, as typed: without its cursor, and Alt-Enter for the newline.
    pub(super) fn typed(&self, draft: &str) -> String {
        draft.chars().map(|c| Self::write(c, self.typed, "\x1b\r")).collect()
    }

    fn write(c: char, guests: [&'static str; 2], newline: &str) -> String {
        match c {
            '|' => String::new(),
            '↵' => newline.to_owned(),
            'x' => guests[0].to_owned(),
            'y' => guests[1].to_owned(),
            c => c.to_string(),
        }
    }

    fn columns(&self, c: char) -> usize {
        match c {
            '↵' => 0,
            'x' | 'y' => self.columns,
            _ => 1,
        }
    }

    /// Whether a line may end between these.
    fn may_break(&self, before: char, behind: char) -> bool {
        let is_wide = |c| self.columns(c) > 1;
        before == ' ' || is_wide(before) || (is_wide(behind) && behind != ' ')
    }

    /// Returns the lines of a draft in a window of this width, and the line and column of its cursor.
    pub(super) fn expected(&self, draft: &str, columns: usize) -> (Vec<String>, (usize, usize)) {
        let cursor = draft.chars().take_while(|c| *c != '|').count();
        let text: Vec<char> = draft.chars().filter(|c| *c != '|').collect();
        let starts = self.starts(&text, columns - SIGN);
        let line_of_cursor = starts.iter().rposition(|start| *start <= cursor).unwrap();
        let column = text[starts[line_of_cursor]..cursor].iter().map(|c| self.columns(*c)).sum::<usize>();
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let lines = starts.iter().zip(ends).map(|(&start, end)| {
            let is_first = start == 0 || text[start - 1] == '↵';
            let line: String = text[start..end].iter().map(|c| Self::write(*c, self.drawn, "")).collect();
            format!("{}{line}", if is_first { "› " } else { "  " }).trim_end().to_owned()
        });
        (lines.collect(), (line_of_cursor, SIGN + column))
    }

    /// Where lines of the screen begin: the last column is for the cursor, or for one blank.
    fn starts(&self, text: &[char], width: usize) -> Vec<usize> {
        let (mut starts, mut column, mut at) = (vec![0], 0, 0);
        while at < text.len() {
            let start = *starts.last().unwrap();
            let room = if text[at] == ' ' { width } else { width - 1 };
            if text[at] == '↵' {
                starts.push(at + 1);
                column = 0;
            } else if column + self.columns(text[at]) > room {
                let seams = (start + 1..=at).rev();
                let seam = seams.clone().find(|seam| self.may_break(text[seam - 1], text[*seam])).unwrap_or(at);
                starts.push(seam);
                column = 0;
                at = seam;
                continue;
            } else {
                column += self.columns(text[at]);
            }
            at += 1;
        }
        if column == width {
            starts.push(text.len());
        }
        starts
    }
}

/// Reads the program's frames, with stand-ins for clusters that the emulator does not support.
pub(super) struct Eye {
    family: Family,
    parser: vt100::Parser,
    read: usize,
}

impl Eye {
    pub(super) fn new(family: Family, columns: u16) -> RefCell<Self> {
        let cells = |n| NonZero::new(n).unwrap();
        RefCell::new(Self { family, parser: vt100::Parser::new(cells(LINES), cells(columns), 0), read: 0 })
    }

    /// Takes the frames that are complete.
    fn look(&mut self, raw: &[u8]) {
        let new = &raw[self.read..];
        let ends = new.windows(FRAME_END.len()).rposition(|bytes| bytes == FRAME_END);
        let Some(end) = ends.map(|at| at + FRAME_END.len()) else { return };
        let mut text = String::from_utf8(new[..end].to_vec()).unwrap();
        for (typed, drawn) in self.family.typed.iter().zip(self.family.drawn) {
            text = text.replace(typed, drawn);
        }
        self.parser.process(text.as_bytes());
        self.read += end;
    }

    /// Returns the bottom lines that may hold the draft, and the cursor's position relative to the first.
    fn bottom(&self, lines: usize) -> (Vec<String>, Option<(usize, usize)>) {
        let screen = self.parser.screen();
        let above = usize::from(LINES) - lines;
        let text = screen.rows(0, screen.size().1.get()).skip(above).map(|row| row.trim_end().to_owned());
        let (row, column) = screen.cursor_position();
        let cursor = usize::from(row).checked_sub(above).map(|row| (row, usize::from(column)));
        (text.collect(), cursor)
    }

    fn shows(&self, (lines, cursor): &(Vec<String>, (usize, usize))) -> bool {
        let (shown, place) = self.bottom(lines.len());
        let (above, _) = self.bottom(lines.len() + 1);
        let is_text = match &lines[..] {
            // With words about what may be written there, if there is room.
            [line] if line == "›" => shown[0] == *line || shown[0].starts_with("› Type a message"),
            lines => shown == lines,
        };
        // The status line, or words in its place: one blank, which no line of a draft begins with.
        let is_whole = above[0].starts_with(' ') && !above[0].starts_with("  ");
        is_text && place == Some(*cursor) && is_whole
    }

    fn describe(&self) -> String {
        let (lines, cursor) = self.bottom(6);
        format!("{}\ncursor {cursor:?}", lines.join("\n"))
    }
}

/// Waits until the draft looks like this, and says what it looks like if it never does.
pub(super) fn until_draft(terminal: &Terminal, eye: &RefCell<Eye>, columns: u16, draft: &str) -> Result<(), String> {
    let expected = eye.borrow().family.expected(draft, usize::from(columns));
    let is_so = terminal.becomes(|raw| {
        let mut eye = eye.borrow_mut();
        eye.look(raw);
        eye.shows(&expected)
    });
    let seen = || format!("waited for {draft:?}: {expected:?}; it is\n{}\n", eye.borrow().describe());
    if is_so { Ok(()) } else { Err(seen()) }
}

#[test]
fn the_helper_wraps_as_one_would_by_hand() {
    let [ascii, wide, .., flags] = FAMILIES else { unreachable!() };
    let shown = |family: &Family, draft| family.expected(draft, 20);
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert_eq!(shown(ascii, "one |two"), (lines(&["› one two"]), (0, 6)));
    // Seventeen columns, and the one for the cursor.
    assert_eq!(shown(ascii, "abcdefghijklmnopq|"), (lines(&["› abcdefghijklmnopq"]), (0, 19)));
    assert_eq!(shown(ascii, "abcdefghijklmnopqr|"), (lines(&["› abcdefghijklmnopq", "  r"]), (1, 3)));
    assert_eq!(shown(ascii, "abcdefghijklmnopq |"), (lines(&["› abcdefghijklmnopq", ""]), (1, 2)));
    assert_eq!(shown(ascii, "abcdefghij klmnopqr|"), (lines(&["› abcdefghij", "  klmnopqr"]), (1, 10)));
    assert_eq!(shown(wide, "xyxyxyxyx|"), (lines(&["› 漢字漢字漢字漢字", "  漢"]), (1, 4)));
    assert_eq!(shown(flags, "one↵xy|"), (lines(&["› one", "› 旗旌"]), (1, 6)));
    assert_eq!(shown(ascii, "|"), (lines(&["›"]), (0, 2)));
}
