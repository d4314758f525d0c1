//! Effect of each key on a draft, written by hand: `|` is the cursor, `↵` a newline, `x` and `y` are characters of a
//! family of text.

use Kind::{All, Letters, Symbols};

/// For which families a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    All,
    /// Those of which words are made.
    Letters,
    /// Those that stand between words.
    Symbols,
}

/// A row: what is typed, keys before with what they make of it, the binding, a key behind it, and what comes out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) start: &'static str,
    pub(super) before: &'static [(&'static str, &'static str)],
    pub(super) behind: &'static str,
    pub(super) end: &'static str,
}

const fn row(name: &'static str, kind: Kind, start: &'static str, end: &'static str) -> Row {
    Row { name, kind, start, before: &[], behind: "", end }
}

impl Row {
    const fn after(self, before: &'static [(&'static str, &'static str)]) -> Self {
        Self { before, ..self }
    }

    const fn and(self, behind: &'static str) -> Self {
        Self { behind, ..self }
    }
}

/// A line entered on another server in an earlier session.
pub(super) const ELSEWHERE: &str = "al far";

/// Lines entered before the rows are tried, in this order.
pub(super) const ENTERED: &[&str] = &["al xy", "be", "al yx"];

pub(super) const ROWS: &[Row] = &[
    row("new-line", All, "one xy| two yx three", "one xy↵| two yx three"),
    row("complete", All, "/qui|", "/quit|"),
    row("complete", All, "/time |", "/time off |"),
    row("complete", All, "/time |", "/time minutes |").after(&[("Tab", "/time off |")]),
    row("complete-back", All, "/time |", "/time off |").after(&[("Tab", "/time off |"), ("Tab", "/time minutes |")]),
    row("history-back", All, "al|", "al yx|"),
    row("history-back", All, "al|", "al xy|").after(&[("Up", "al yx|")]),
    row("history-back", All, "one xy↵two| yx", "one| xy↵two yx"),
    row("history-forward", All, "al|", "al yx|").after(&[("Up", "al yx|"), ("Up", "al xy|")]),
    row("history-forward", All, "al|", "al|").after(&[("Up", "al yx|")]),
    row("history-forward", All, "one| xy↵two yx", "one xy↵two| yx"),
    row("history-back-plain", All, "q|", "al yx|"),
    row("history-back-plain", All, "q|", "be|").after(&[("Ctrl-P", "al yx|")]),
    row("history-forward-plain", All, "q|", "al yx|").after(&[("Ctrl-P", "al yx|"), ("Ctrl-P", "be|")]),
    row("history-forward-plain", All, "q xy two| yx", "q xy two yx|").after(&[("Ctrl-P", "al yx|")]),
    row("history-back-all", All, "al|", "al far|").after(&[("Ctrl-Up", "al yx|"), ("Ctrl-Up", "al xy|")]),
    row("history-forward-all", All, "al|", "al yx|").after(&[("Ctrl-Up", "al yx|"), ("Ctrl-Up", "al xy|")]),
    row("left", All, "one xy| two yx three xxy four", "one x|y two yx three xxy four"),
    row("left", All, "one xy↵| two", "one xy|↵ two"),
    row("right", All, "one |xy two yx three xxy four", "one x|y two yx three xxy four"),
    row("word-left", Letters, "one two-xy| yx three four", "one two-|xy yx three four"),
    row("word-left", Letters, "one two, -| yx three four", "one |two, - yx three four"),
    row("word-left", Symbols, "one two xy| yx three four", "one |two xy yx three four"),
    row("word-right", Letters, "one| xyx-two yx three four", "one xyx|-two yx three four"),
    row("word-right", Symbols, "one| xyx two yx three four", "one xyx two| yx three four"),
    row("big-word-left", All, "one two-xy/three| yx four six", "one |two-xy/three yx four six"),
    row("big-word-right", All, "one |two-xy/three yx four six", "one two-xy/three| yx four six"),
    row("start", All, "one↵two xy yx three xy| four", "one↵|two xy yx three xy four"),
    row("end", All, "one |xy two yx three xy↵four", "one xy two yx three xy|↵four"),
    row("text-start", All, "one xy↵two yx three four xy| six", "|one xy↵two yx three four xy six"),
    row("text-end", All, "one |xy two yx three↵four xy", "one xy two yx three↵four xy|"),
    row("delete-back", All, "one xyx| two yx three four", "one xy| two yx three four"),
    row("delete-back", All, "one xy↵| two yx", "one xy| two yx"),
    row("delete", All, "one |xyx two yx three four", "one |yx two yx three four"),
    row("delete", All, "one xy|↵two yx", "one xy|two yx"),
    row("delete-blanks", All, "one xy  |  two yx three", "one xy|two yx three"),
    row("cut-big-word-left", All, "one two-xy| yx three four", "one | yx three four"),
    row("cut-word-left", Letters, "one two-xy| yx three four", "one two-| yx three four"),
    row("cut-word-left", Symbols, "one two-xy| yx three four", "one | yx three four"),
    row("cut-word-right", Letters, "one |xyx, two yx three", "one |, two yx three"),
    row("cut-word-right", Symbols, "one |xyx, two yx three", "one | yx three"),
    row("cut-to-start", All, "one xy two yx three| four", "| four"),
    row("cut-to-start", All, "one↵two xy| yx", "one↵| yx"),
    row("cut-to-end", All, "one xy |two yx three four", "one xy |"),
    row("cut-to-end", All, "one xy|↵two yx", "one xy|two yx"),
    row("cut-line", All, "one xy↵two| yx↵three", "one xy↵|three"),
    row("paste", All, "one xy-two| yx three", "one xy-two| yx three").after(&[("Ctrl-W", "one | yx three")]),
    row("paste", All, "one xyx| two yx", "one xyxxyx| two yx")
        .after(&[("Ctrl-W", "one | two yx"), ("Ctrl-Y", "one xyx| two yx")]),
    row("pick", All, "one two| xy three", "two|  xy three").after(&[
        ("Ctrl-W", "one | xy three"),
        ("Left", "one|  xy three"),
        ("Ctrl-U", "|  xy three"),
        ("Ctrl-Y", "one|  xy three"),
    ]),
    row("swap-characters", All, "one x|y two yx three four", "one yx| two yx three four"),
    row("swap-characters", All, "one two yx three xy|", "one two yx three yx|"),
    row("swap-words", Letters, "one xyx| two yx three", "one two xyx| yx three"),
    row("swap-words", Symbols, "one xyx| two yx three", "two xyx one| yx three"),
    row("uppercase", All, "one |two-xy yx three four", "one TWO|-xy yx three four"),
    row("lowercase", All, "one |TWO-xy yx three four", "one two|-xy yx three four"),
    row("capitalize", All, "one |tWO-xy yx three four", "one Two|-xy yx three four"),
    row("undo", All, "one xy |two yx three", "one xy |two yx three").after(&[("Ctrl-K", "one xy |")]),
    row("undo", All, "one xy two|", "one xy |"),
    row("redo", All, "one xy |two yx three", "one xy |")
        .after(&[("Ctrl-K", "one xy |"), ("Ctrl-_", "one xy |two yx three")]),
    row("literal", All, "one |xy two yx three", "one q|xy two yx three").and("q"),
    row("command-line", All, "one xy| two", "/|"),
    row("end-of-input", All, "one |xyx two yx three", "one |yx two yx three"),
    row("interrupt", All, "q one xy| two yx three", "|"),
];

/// Bindings that change the draft, or move in it, and are shown by a test of their own.
pub(super) const ELSEWHERE_TESTED: &[&str] = &["submit", "search-older", "editor"];
