//! Tests of each edit, and random edits compared with a naive model.

use super::*;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// `text` with the cursor at `|`.
fn prompt(drawn: &str) -> LineEditor {
    let mut prompt = LineEditor::default();
    let (left, right) = drawn.split_once('|').unwrap();
    prompt.insert(right);
    prompt.move_to(0);
    prompt.insert(left);
    prompt
}

fn drawn(prompt: &LineEditor) -> String {
    let (left, right) = prompt.text.split_at(prompt.cursor);
    format!("{left}|{right}")
}

/// Applies edits with one kill ring and returns the result.
fn edited(before: &str, edits: &[Edit]) -> String {
    let (mut prompt, mut kills) = (prompt(before), KillRing::default());
    for &edit in edits {
        prompt.edit(edit, &mut kills);
    }
    drawn(&prompt)
}

fn check(table: &[(&str, Edit, &str)]) {
    for &(before, edit, after) in table {
        let mut prompt = prompt(before);
        let changed = prompt.edit(edit, &mut KillRing::default());
        assert_eq!(drawn(&prompt), after, "{edit:?} on {before}");
        assert_eq!(changed, before != after, "{edit:?} on {before}");
    }
}

#[test]
fn edits_work_on_grapheme_clusters_and_words() {
    check(&[
        ("ab|c", Edit::Left, "a|bc"),
        ("ab|c", Edit::Right, "abc|"),
        ("|", Edit::Left, "|"),
        ("|", Edit::DeleteBack, "|"),
        ("|", Edit::DeleteForward, "|"),
        ("👨‍👩‍👧|x", Edit::Left, "|👨‍👩‍👧x"),
        ("👨‍👩‍👧|x", Edit::DeleteBack, "|x"),
        ("|e\u{301}x", Edit::DeleteForward, "|x"),
        ("|e\u{301}x", Edit::Right, "e\u{301}|x"),
        ("🇬🇧🇫🇷|", Edit::DeleteBack, "🇬🇧|"),
        ("to be, or|", Edit::WordLeft, "to be, |or"),
        ("to be, |or", Edit::WordLeft, "to |be, or"),
        ("to| be, or", Edit::WordRight, "to be|, or"),
        ("to be, or|", Edit::WordRight, "to be, or|"),
        ("cd /usr/lib|", Edit::BigWordLeft, "cd |/usr/lib"),
        ("cd| /usr/lib x", Edit::BigWordRight, "cd /usr/lib| x"),
        ("a\r\n|b", Edit::Left, "a|\r\nb"),
        ("a  | \t b", Edit::DeleteBlanks, "a|b"),
        ("a \n | \n b", Edit::DeleteBlanks, "a \n|\n b"),
        ("a|b", Edit::DeleteBlanks, "a|b"),
        ("a|b", Edit::NewLine, "a\n|b"),
    ]);
}

#[test]
fn edits_of_a_line_stop_at_newlines() {
    check(&[
        ("ab|cd", Edit::Start, "|abcd"),
        ("ab|cd", Edit::End, "abcd|"),
        ("x\nab|cd\ny", Edit::Start, "x\n|abcd\ny"),
        ("x\nab|cd\ny", Edit::End, "x\nabcd|\ny"),
        ("x\nab|cd\r\ny", Edit::End, "x\nabcd|\r\ny"),
        ("x\n|\ny", Edit::End, "x\n|\ny"),
        ("x\n|\ny", Edit::Start, "x\n|\ny"),
        ("x\nab|cd\ny", Edit::TextStart, "|x\nabcd\ny"),
        ("x\nab|cd\ny", Edit::TextEnd, "x\nabcd\ny|"),
        ("x\nab|cd\ny", Edit::DeleteToStart, "x\n|cd\ny"),
        ("x\nab|cd\ny", Edit::DeleteToEnd, "x\nab|\ny"),
        ("x\nab|\ny", Edit::DeleteToEnd, "x\nab|y"),
        ("x\nab|\r\ny", Edit::DeleteToEnd, "x\nab|y"),
        ("ab|", Edit::DeleteToEnd, "ab|"),
        ("x\nab|cd\ny", Edit::KillLine, "x\n|y"),
        ("x\nab|cd", Edit::KillLine, "x\n|"),
        ("|", Edit::KillLine, "|"),
    ]);
}

#[test]
fn kills_by_word() {
    check(&[
        ("cd /usr/lib |x", Edit::DeleteWordBack, "cd |x"),
        ("São Paulo|", Edit::DeleteWordBack, "São |"),
        ("cd /usr/lib|", Edit::KillWordBack, "cd /usr/|"),
        ("cd| /usr/lib", Edit::KillWordForward, "cd|/lib"),
        ("a, |", Edit::KillWordBack, "|"),
        ("a |,", Edit::KillWordForward, "a |"),
    ]);
}

#[test]
fn transposes() {
    check(&[
        ("a|bc", Edit::TransposeChars, "ba|c"),
        ("abc|", Edit::TransposeChars, "acb|"),
        ("|abc", Edit::TransposeChars, "|abc"),
        ("a|", Edit::TransposeChars, "a|"),
        ("|", Edit::TransposeChars, "|"),
        ("xy|\nab", Edit::TransposeChars, "yx|\nab"),
        ("xy\n|ab", Edit::TransposeChars, "xy\n|ab"),
        ("e\u{301}|👨‍👩‍👧x", Edit::TransposeChars, "👨‍👩‍👧e\u{301}|x"),
        ("aa| bb", Edit::TransposeChars, "a a|bb"),
        ("one, t|wo!", Edit::TransposeWords, "two, one|!"),
        ("one| two", Edit::TransposeWords, "two one|"),
        ("one two  |", Edit::TransposeWords, "two one|  "),
        ("one |", Edit::TransposeWords, "one |"),
        ("o|ne", Edit::TransposeWords, "o|ne"),
        (", |", Edit::TransposeWords, ", |"),
    ]);
}

#[test]
fn changes_the_case_of_words() {
    check(&[
        ("|straße x", Edit::Uppercase, "STRASSE| x"),
        ("stra|ße x", Edit::Uppercase, "straSSE| x"),
        ("|, e\u{301}té", Edit::Uppercase, ", E\u{301}TÉ|"),
        ("|ΟΔΟΣ X", Edit::Lowercase, "οδος| X"),
        ("|  éCOLE x", Edit::Capitalize, "  École| x"),
        ("|ßA", Edit::Capitalize, "Ssa|"),
        ("|ABC", Edit::Uppercase, "ABC|"),
        ("abc|", Edit::Uppercase, "abc|"),
        ("|!", Edit::Capitalize, "!|"),
    ]);
}

#[test]
fn the_cursor_never_splits_a_new_cluster() {
    let mut joined = prompt("👨|👩");
    joined.insert("\u{200d}");
    assert_eq!(drawn(&joined), "👨\u{200d}👩|");
    // The mark is deleted with its base letter; otherwise it would combine with the letter before.
    assert_eq!(edited("e|x\u{301}", &[Edit::DeleteForward]), "e|");
    assert_eq!(edited("🇬|x🇧", &[Edit::DeleteForward]), "🇬🇧|");
}

#[test]
fn consecutive_kills_are_yanked_together() {
    use Edit::{
        DeleteToEnd, DeleteToStart, DeleteWordBack, End, KillLine, KillWordForward, Left, Right, Yank, YankPop,
    };
    for (before, edits, after) in [
        ("a b c|", &[DeleteWordBack, DeleteWordBack, Yank][..], "a b c|"),
        ("a b| c d", &[KillWordForward, DeleteWordBack, KillWordForward, End, Yank], "a b c d|"),
        ("|a\nb\nc", &[KillLine, KillLine, End, Yank], "ca\nb\n|"),
        ("|a\nb", &[DeleteToEnd, DeleteToEnd, DeleteToEnd, Yank], "a\nb|"),
        // A move ends the sequence, even if the cursor stays where it is.
        ("a b c|", &[DeleteWordBack, Right, DeleteWordBack, Yank], "a b |"),
        ("a b c|", &[DeleteWordBack, Right, DeleteWordBack, Yank, YankPop], "a c|"),
        ("a b c|", &[DeleteWordBack, Right, DeleteWordBack, Yank, YankPop, YankPop], "a b |"),
        ("a b c|", &[DeleteWordBack, Right, DeleteWordBack, Yank, Right, YankPop], "a b |"),
        ("a b c|", &[DeleteWordBack, YankPop], "a b |"),
        // Killing nothing does not end it.
        ("|ab", &[DeleteToEnd, DeleteToEnd, DeleteToStart, Yank], "ab|"),
        ("ab|", &[Yank], "ab|"),
        ("ab|", &[DeleteToStart, Yank, Left, Yank], "aab|b"),
    ] {
        assert_eq!(edited(before, edits), after, "{edits:?} on {before}");
    }
}

#[test]
fn drafts_share_a_ring_without_merging_their_kills() {
    let (mut one, mut two, mut kills) = (prompt("a b|"), prompt("c|"), KillRing::default());
    one.edit(Edit::DeleteWordBack, &mut kills);
    two.edit(Edit::DeleteWordBack, &mut kills);
    one.edit(Edit::DeleteWordBack, &mut kills);
    one.edit(Edit::Yank, &mut kills);
    assert_eq!(drawn(&one), "a |");
    two.edit(Edit::Yank, &mut kills);
    assert!(!one.edit(Edit::YankPop, &mut kills), "the ring has been used since");
}

#[test]
fn typing_is_undone_word_by_word() {
    let mut kills = KillRing::default();
    let mut typed = LineEditor::default();
    for c in "to be,  or\nnot".chars() {
        typed.type_char(c);
    }
    let mut seen = Vec::new();
    while typed.edit(Edit::Undo, &mut kills) {
        seen.push(drawn(&typed));
    }
    assert_eq!(seen, ["to be,  or\n|", "to be,  |", "to |", "|"]);
    while typed.edit(Edit::Redo, &mut kills) {
        seen.push(drawn(&typed));
    }
    assert_eq!(seen[4..], ["to |", "to be,  |", "to be,  or\n|", "to be,  or\nnot|"]);
}

#[test]
fn undo_restores_the_cursor() {
    use Edit::{DeleteBack, DeleteForward, DeleteToStart, Left, Redo, Undo, Yank};
    for (before, edits, after) in [
        ("abcd|", &[DeleteBack, DeleteBack, Undo][..], "abcd|"),
        ("abcd|", &[DeleteBack, Left, DeleteBack, Undo], "ab|c"),
        ("|abcd", &[DeleteForward, DeleteForward, Undo], "|abcd"),
        ("ab|cd", &[DeleteForward, DeleteBack, Undo], "ab|d"),
        ("ab|cd", &[DeleteToStart, Yank, Left, Undo, Undo], "ab|cd"),
        ("ab|cd", &[DeleteToStart, Yank, Left, Undo, Redo], "ab|cd"),
        ("ab|cd", &[DeleteToStart, Undo, Left, DeleteForward, Redo], "a|cd"),
    ] {
        assert_eq!(edited(before, edits), after, "{edits:?} on {before}");
    }
}

#[test]
fn set_and_replace_are_one_step_and_take_clears_undo() {
    let mut kills = KillRing::default();
    let mut draft = prompt("see /usr/l| x");
    draft.replace(4..10, "/usr/local/");
    assert_eq!(drawn(&draft), "see /usr/local/| x");
    draft.set("recalled".to_owned());
    assert_eq!(drawn(&draft), "recalled|");
    draft.edit(Edit::Undo, &mut kills);
    assert_eq!(drawn(&draft), "see /usr/local/| x");
    draft.edit(Edit::Undo, &mut kills);
    assert_eq!(drawn(&draft), "see /usr/l| x");
    assert_eq!(draft.take(), "see /usr/l x");
    assert!(!draft.edit(Edit::Undo, &mut kills) && !draft.edit(Edit::Redo, &mut kills));
    assert_eq!(drawn(&draft), "|");
}

#[test]
fn replace_accepts_any_range() {
    for (range, after) in [(0..1, "x|é"), (2..2, "ax|"), (1..2, "ax|"), (2..99, "ax|"), (3..3, "aéx|")] {
        let mut draft = prompt("aé|");
        draft.replace(range.clone(), "x");
        assert_eq!(drawn(&draft), after, "{range:?}");
    }
    let mut draft = prompt("abc|");
    draft.replace(std::ops::Range { start: 2, end: 1 }, "x");
    draft.replace(50..60, "y");
    assert_eq!(drawn(&draft), "abxcy|");
}

/// The old text, the cursor in it, and the cursor in the new text.
type Snapshot = (Vec<String>, usize, usize);

/// A naive line editor: a list of clusters, a cursor index, and a copy of both for each step.
#[derive(Debug, Default)]
struct Model {
    text: Vec<String>,
    at: usize,
    done: Vec<Snapshot>,
    undone: Vec<Snapshot>,
    ring: Vec<String>,
    ring_at: usize,
    /// Name of the last edit.
    last: &'static str,
    /// Byte offset and length of the yanked text.
    yanked: (usize, usize),
    /// Start and end of the last typing or deletion in bytes, to find out whether the next one touches it.
    touches: (usize, usize),
}

fn clusters(text: &str) -> Vec<String> {
    text.graphemes(true).map(str::to_owned).collect()
}

impl Model {
    fn bytes(&self, clusters: usize) -> usize {
        self.text[..clusters].concat().len()
    }

    /// Replaces bytes and moves the cursor to the first boundary after them. `joins`: may become part of the last step.
    fn change(&mut self, from: usize, to: usize, new: &str, joins: bool) -> bool {
        let before = (self.text.clone(), self.at);
        let old = self.text.concat();
        let text = [
            crate::app::input::text_boundaries::text_before(&old, from),
            new,
            crate::app::input::text_boundaries::text_after(&old, to),
        ]
        .concat();
        self.text = clusters(&text);
        self.at = (0..=self.text.len()).find(|&at| self.bytes(at) >= from + new.len()).unwrap();
        if text == old {
            return before.1 != self.at;
        }
        let touched =
            if new.is_empty() { to == self.touches.0 || from == self.touches.0 } else { from == self.touches.1 };
        if !(joins && touched && !self.done.is_empty()) {
            self.done.push((before.0, before.1, self.at));
            self.touches = (from, from + new.len());
        } else if new.is_empty() {
            self.touches = (from, from);
        } else {
            self.touches.1 = from + new.len();
        }
        if let Some(step) = self.done.last_mut() {
            step.2 = self.at;
        }
        self.undone.clear();
        true
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at).and_then(|cluster| cluster.chars().next())
    }

    fn word_left(&self, from: usize, is_part: fn(char) -> bool) -> usize {
        let mut at = from;
        while at > 0 && !self.char_at(at - 1).is_some_and(is_part) {
            at -= 1;
        }
        while at > 0 && self.char_at(at - 1).is_some_and(is_part) {
            at -= 1;
        }
        at
    }

    fn word_right(&self, from: usize, is_part: fn(char) -> bool) -> usize {
        let mut at = from;
        while at < self.text.len() && !self.char_at(at).is_some_and(is_part) {
            at += 1;
        }
        while at < self.text.len() && self.char_at(at).is_some_and(is_part) {
            at += 1;
        }
        at
    }

    fn is_newline(&self, at: usize) -> bool {
        self.text[at].ends_with('\n')
    }

    fn line(&self) -> (usize, usize) {
        let start = (0..self.at).rev().find(|&at| self.is_newline(at)).map_or(0, |at| at + 1);
        let end = (self.at..self.text.len()).find(|&at| self.is_newline(at)).unwrap_or(self.text.len());
        (start, end)
    }

    fn move_to(&mut self, to: usize) -> bool {
        std::mem::replace(&mut self.at, to) != to
    }

    fn cut(&mut self, from: usize, to: usize, joins: bool) -> bool {
        let (from, to) = (self.bytes(from), self.bytes(to));
        self.change(from, to, "", joins)
    }

    fn kill(&mut self, from: usize, to: usize, is_back: bool, last: &str) -> bool {
        let text = self.text[from..to].concat();
        self.last = if text.is_empty() && last != "kill" { "" } else { "kill" };
        if text.is_empty() {
            return self.cut(from, to, false);
        }
        match self.ring.first_mut() {
            Some(entry) if last == "kill" && is_back => entry.insert_str(0, &text),
            Some(entry) if last == "kill" => entry.push_str(&text),
            _ => self.ring.insert(0, text),
        }
        self.ring.truncate(10);
        self.ring_at = 0;
        self.cut(from, to, false)
    }

    fn yank(&mut self, from: usize, to: usize) -> bool {
        let Some(text) = self.ring.get(self.ring_at).cloned() else { return false };
        self.last = "yank";
        self.yanked = (from, text.len());
        self.change(from, to, &text, false)
    }

    fn undo_or_redo(&mut self, is_redo: bool) -> bool {
        let (from, to) = if is_redo { (&mut self.undone, &mut self.done) } else { (&mut self.done, &mut self.undone) };
        let Some((text, before, after)) = from.pop() else { return false };
        to.push((std::mem::replace(&mut self.text, text), after, before));
        self.at = before;
        true
    }

    fn swap_words(&mut self) -> bool {
        let second = self.word_left(self.word_right(self.at, is_word), is_word);
        let end = self.word_right(second, is_word);
        let first = self.word_left(second, is_word);
        let gap = self.word_right(first, is_word);
        if gap > second || first == second {
            return false;
        }
        let new = [self.text[second..end].concat(), self.text[gap..second].concat(), self.text[first..gap].concat()];
        let (from, to) = (self.bytes(first), self.bytes(end));
        self.change(from, to, &new.concat(), false)
    }

    fn swap_chars(&mut self) -> bool {
        let (start, end) = self.line();
        let middle = if self.at == end && self.at > start { self.at - 1 } else { self.at };
        if middle == start {
            return false;
        }
        let new = [self.text[middle].as_str(), self.text[middle - 1].as_str()].concat();
        let (from, to) = (self.bytes(middle - 1), self.bytes(middle + 1));
        self.change(from, to, &new, false)
    }

    fn change_case(&mut self, convert: fn(&str) -> String) -> bool {
        let end = self.word_right(self.at, is_word);
        let new = convert(&self.text[self.at..end].concat());
        let (from, to) = (self.bytes(self.at), self.bytes(end));
        self.change(from, to, &new, false)
    }

    fn delete_blanks(&mut self) -> bool {
        let is_blank = |at: usize| self.char_at(at).is_some_and(|c| c.is_whitespace() && c != '\n' && c != '\r');
        let from = (0..self.at).rev().take_while(|&at| is_blank(at)).last().unwrap_or(self.at);
        let to = (self.at..self.text.len()).find(|&at| !is_blank(at)).unwrap_or(self.text.len());
        self.cut(from, to, false)
    }

    fn type_char(&mut self, c: char, last: &str) {
        let follows_blank = self.text[..self.at].concat().ends_with(char::is_whitespace);
        let joins = last == "type" && (c.is_whitespace() || !follows_blank);
        let at = self.bytes(self.at);
        self.last = "type";
        self.change(at, at, c.encode_utf8(&mut [0; 4]), joins);
    }

    fn edit(&mut self, edit: Edit) -> bool {
        let last = std::mem::take(&mut self.last);
        let (at, len, (start, end)) = (self.at, self.text.len(), self.line());
        match edit {
            Edit::Left => self.move_to(at.saturating_sub(1)),
            Edit::Right => self.move_to((at + 1).min(len)),
            Edit::WordLeft => self.move_to(self.word_left(at, is_word)),
            Edit::WordRight => self.move_to(self.word_right(at, is_word)),
            Edit::BigWordLeft => self.move_to(self.word_left(at, is_not_blank)),
            Edit::BigWordRight => self.move_to(self.word_right(at, is_not_blank)),
            Edit::Start => self.move_to(start),
            Edit::End => self.move_to(end),
            Edit::TextStart => self.move_to(0),
            Edit::TextEnd => self.move_to(len),
            Edit::DeleteBack => {
                self.last = "back";
                self.cut(at.saturating_sub(1), at, last == "back")
            }
            Edit::DeleteForward => {
                self.last = "forward";
                self.cut(at, (at + 1).min(len), last == "forward")
            }
            Edit::DeleteBlanks => self.delete_blanks(),
            Edit::DeleteWordBack => self.kill(self.word_left(at, is_not_blank), at, true, last),
            Edit::KillWordBack => self.kill(self.word_left(at, is_word), at, true, last),
            Edit::KillWordForward => self.kill(at, self.word_right(at, is_word), false, last),
            Edit::DeleteToStart => self.kill(start, at, true, last),
            Edit::DeleteToEnd => self.kill(at, if at == end { (end + 1).min(len) } else { end }, false, last),
            Edit::KillLine => self.kill(start, (end + 1).min(len), false, last),
            Edit::Yank => {
                let at = self.bytes(at);
                self.yank(at, at)
            }
            Edit::YankPop if last == "yank" => {
                self.ring_at = (self.ring_at + 1) % self.ring.len();
                self.yank(self.yanked.0, self.yanked.0 + self.yanked.1)
            }
            Edit::YankPop => false,
            Edit::TransposeChars => self.swap_chars(),
            Edit::TransposeWords => self.swap_words(),
            Edit::Uppercase => self.change_case(str::to_uppercase),
            Edit::Lowercase => self.change_case(str::to_lowercase),
            Edit::Capitalize => self.change_case(crate::app::input::transform::capitalized),
            Edit::NewLine => {
                self.type_char('\n', last);
                true
            }
            Edit::Undo => self.undo_or_redo(false),
            Edit::Redo => self.undo_or_redo(true),
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Edit(Edit),
    Type(char),
    Insert(String),
    Set(String),
    Replace(usize, usize, String),
}

const EDITS: &[Edit] = &[
    Edit::Left,
    Edit::Right,
    Edit::WordLeft,
    Edit::WordRight,
    Edit::BigWordLeft,
    Edit::BigWordRight,
    Edit::Start,
    Edit::End,
    Edit::TextStart,
    Edit::TextEnd,
    Edit::DeleteBack,
    Edit::DeleteForward,
    Edit::DeleteBlanks,
    Edit::DeleteWordBack,
    Edit::KillWordBack,
    Edit::KillWordForward,
    Edit::DeleteToStart,
    Edit::DeleteToEnd,
    Edit::KillLine,
    Edit::Yank,
    Edit::YankPop,
    Edit::TransposeChars,
    Edit::TransposeWords,
    Edit::Uppercase,
    Edit::Lowercase,
    Edit::Capitalize,
    Edit::NewLine,
];

/// Text with whole clusters and parts of clusters.
pub(in crate::app::input) fn words() -> impl Strategy<Value = String> {
    let pieces = "[a-cß,]{1,4}|e\u{301}|漢|。|👨\u{200d}👩\u{200d}👧|🇬🇧|[🇬🇧\u{301}\u{200d}👩\r\t]|[ \u{3000}]|\n";
    proptest::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => proptest::sample::select(EDITS).prop_map(Step::Edit),
        2 => proptest::sample::select(vec![Edit::DeleteBack, Edit::DeleteForward]).prop_map(Step::Edit),
        2 => proptest::sample::select(vec![Edit::Yank, Edit::YankPop, Edit::DeleteWordBack]).prop_map(Step::Edit),
        3 => proptest::sample::select(vec![Edit::Undo, Edit::Redo]).prop_map(Step::Edit),
        4 => "[a é漢🦰\u{301}\u{200d}🇬\n]".prop_map(|text| Step::Type(text.chars().next().unwrap())),
        2 => words().prop_map(Step::Insert),
        1 => words().prop_map(Step::Set),
        1 => (0..20_usize, 0..8_usize, words()).prop_map(|(from, len, text)| Step::Replace(from, from + len, text)),
    ]
}

proptest! {
    #[test]
    fn edits_have_the_same_result_as_in_the_model(start in words(), steps in proptest::collection::vec(step(), 0..50)) {
        let (mut prompt, mut model, mut kills) = (LineEditor::default(), Model::default(), KillRing::default());
        for step in std::iter::once(Step::Insert(start)).chain(steps) {
            match step.clone() {
                Step::Edit(edit) => {
                    let expected = model.edit(edit);
                    prop_assert_eq!(prompt.edit(edit, &mut kills), expected, "{:?}", edit);
                }
                Step::Type(c) => {
                    let last = std::mem::take(&mut model.last);
                    model.type_char(c, last);
                    prompt.type_char(c);
                }
                Step::Insert(text) => {
                    model.last = "";
                    let at = model.bytes(model.at);
                    model.change(at, at, &text, false);
                    prompt.insert(&text);
                }
                Step::Set(text) => {
                    model.last = "";
                    model.change(0, model.bytes(model.text.len()), &text, false);
                    prompt.set(text);
                }
                Step::Replace(from, to, text) => {
                    model.last = "";
                    let old = model.text.concat();
                    let (from, to) = (crate::app::input::text_boundaries::floor(&old, from), crate::app::input::text_boundaries::ceil(&old, to));
                    model.change(from, to, &text, false);
                    prompt.replace(from..to, &text);
                }
            }
            prop_assert_eq!(&prompt.text, &model.text.concat(), "after {:?}", &step);
            prop_assert_eq!(prompt.cursor, model.bytes(model.at), "after {:?}", &step);
            prop_assert!(crate::app::input::text_boundaries::is_edge(&prompt.text, prompt.cursor));
        }
    }

    #[test]
    fn undoing_and_redoing_everything_restores_the_draft(start in words(), steps in proptest::collection::vec(step(), 0..30)) {
        let (mut prompt, mut kills) = (LineEditor::default(), KillRing::default());
        prompt.insert(&start);
        for step in steps {
            match step {
                Step::Edit(Edit::Redo) => {}
                Step::Edit(edit) => { prompt.edit(edit, &mut kills); }
                Step::Type(c) => prompt.type_char(c),
                Step::Insert(text) => prompt.insert(&text),
                Step::Set(text) => prompt.set(text),
                Step::Replace(from, to, text) => prompt.replace(from..to, &text),
            }
        }
        while prompt.edit(Edit::Redo, &mut kills) {}
        let text = prompt.text.clone();
        while prompt.edit(Edit::Undo, &mut kills) {}
        prop_assert_eq!(drawn(&prompt), "|");
        while prompt.edit(Edit::Redo, &mut kills) {}
        prop_assert_eq!(&prompt.text, &text);
    }
}

#[test]
fn text_after_unsent_lines_starts_a_new_line() {
    let insertions: [fn(&mut LineEditor, &mut KillRing); 4] = [
        |prompt, _| prompt.type_char('x'),
        |prompt, _| prompt.insert("x"),
        |prompt, kills| {
            kills.push("x");
            prompt.edit(Edit::Yank, kills);
        },
        |prompt, kills| {
            prompt.edit(Edit::NewLine, kills);
            prompt.type_char('x');
        },
    ];
    for (index, insert) in insertions.into_iter().enumerate() {
        let (mut prompt, mut kills) = (LineEditor::default(), KillRing::default());
        prompt.put_back("one\ntwo");
        insert(&mut prompt, &mut kills);
        prompt.type_char('y');
        assert_eq!(prompt.text(), "one\ntwo\nxy", "insertion {index}");
    }
    // After a move or a deletion, text is inserted at the cursor.
    for edit in [Edit::DeleteBack, Edit::Left] {
        let mut prompt = LineEditor::default();
        prompt.put_back("one\ntwo");
        prompt.edit(edit, &mut KillRing::default());
        prompt.type_char('x');
        assert!(!prompt.text().contains("\nx"), "{edit:?}");
    }
}
