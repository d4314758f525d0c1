//! The help page, made of the keys as they are bound and of the table of commands, laid out in lines of a given width.

use crate::app::App;
use crate::app::commands::table::COMMANDS;
use crate::app::keys::{BINDINGS, Keymap};
use crate::text::{self, Row};

/// Columns for the names of things, and the least that is left for their words beside them.
const NAME_COLUMNS: usize = 31;
const MIN_TEXT_COLUMNS: usize = 40;

/// What stands between two keys that mean the same.
const SEPARATOR: &str = "  ";

/// Columns by which words stand in that are under their name.
const INDENT: usize = 2;

/// Headings of the keys, each above the one of this name in [`BINDINGS`].
const GROUPS: &[(&str, &str)] = &[
    ("submit", "Sending"),
    ("left", "Editing"),
    ("history-back", "History and completion"),
    ("scroll-page-up", "Messages"),
    ("tab-next", "Tabs"),
    ("help", "Program"),
    ("preview-edit", "While a paste or file is asked about"),
];

// The tables below have their keys as [`Keymap::fill`] takes them; those of which no key is left are no rows.

/// Under the last of these headings: keys that mean something else elsewhere.
const PREVIEWING: &[(&str, &str)] = &[
    ("{left}  {right}  {complete}  {complete-back}", "choose"),
    ("Enter", "do what is chosen: at first Edit for a paste, Send for a file or bytes"),
    ("Esc  {interrupt}", "send nothing"),
];

/// What keys mean on the start page.
const START_PAGE_KEYS: &[(&str, &str)] = &[
    ("letters", "find a server by a part of its name or address; or an address, or a /command"),
    ("{history-back}  {history-forward}  {history-back-plain}  {history-forward-plain}  {complete}", "choose another"),
    ("{scroll-page-up}  {scroll-page-down}", "choose one a screen further"),
    ("{scroll-top}  {scroll-bottom}", "choose the first, the last"),
    ("Enter", "do what the status line says: connect, or host a chat"),
    ("{delete}", "at the end of the line: forget a recent server"),
    ("Esc", "clear what is typed; then back to the messages, if any"),
    ("{interrupt}", "clear what is typed; then quit (asks)"),
];

/// What keys mean while lines go out one after the other.
const SENDING_KEYS: &[(&str, &str)] = &[
    ("Esc  {interrupt}", "stop; what was not sent goes back to the input line"),
    ("Enter", "send this line after them"),
];

/// What keys mean in a search of the history.
const HISTORY_SEARCH_KEYS: &[(&str, &str)] = &[
    ("{search-older}  {history-back}", "the next older line that has it"),
    ("{search=Ctrl-S}  {history-forward}", "the next newer one"),
    ("Enter", "send the line"),
    ("{complete|Right}, or a key that moves", "edit the line"),
    ("Esc  {abort}", "back to the draft as it was"),
];

/// What keys mean in a search of the messages, where that differs.
const SEARCH_KEYS: &[(&str, &str)] = &[
    ("{history-back}  {search-older}", "the hit before"),
    ("{history-forward}  {search}", "the hit after; at first: the last search"),
    ("{capitalize}", "upper and lower case count, or not"),
    ("{search-regex}", "a regular expression, or plain text"),
    ("Enter", "stay here"),
    ("Esc", "back to where you were"),
];

/// What keys mean while rows are being chosen.
const COPY_KEYS: &[(&str, &str)] = &[
    ("{history-back}  {history-forward}  k  j", "the row before, the row after"),
    ("Space", "begin a range of rows, or end it"),
    ("Enter  y  {pick}", "copy"),
    ("l", "copy the link in the row; again: the next one"),
    ("z", "unfold a fold, fold it again"),
    ("Esc  q", "leave"),
];

/// The keys of a recording.
const PLAYED: &str = "While a recording is played";

/// What is open when keys mean something else, and what they mean then.
const MODES: &[(&str, &[(&str, &str)])] = &[
    ("On the start page", START_PAGE_KEYS),
    ("While lines are being sent", SENDING_KEYS),
    (PLAYED, crate::app::playback::KEYS),
    ("While searching the history", HISTORY_SEARCH_KEYS),
    ("While searching the messages", SEARCH_KEYS),
    ("While choosing rows to copy", COPY_KEYS),
];

/// The marks of the messages and of the input line, and their words.
const LEGEND: &[(&str, &str)] = &[
    ("‹  ›  ·  !", "received, sent, a notice, an error"),
    ("◌", "what you sent waits: the server does not read"),
    ("› dim", "the other machine has not acknowledged it for 3 s"),
    ("✗", "what you sent was not delivered; /resend offers it"),
    ("…", "no newline yet: the line may go on"),
    ("⊣", "ended without a newline"),
    ("^M", "ended with a lone CR"),
    ("↩", "a very long line, going on in the next row"),
    ("^[  \\xE9  <U+202E>", "control characters, bad UTF-8, invisible characters"),
    ("↑  ↓", "what you write goes on above, below"),
];

/// A line of the help page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HelpLine {
    /// What comes next, alone on its line.
    pub heading: &'static str,
    /// The name of a thing, from the first column on.
    pub name: String,
    /// What it is, or a part of that, from column [`HelpLine::text_column`] on.
    pub text: String,
    /// Where the words begin.
    pub text_column: usize,
}

impl App {
    /// The help page from top to bottom, for a screen of so many columns. Where a recording is played its keys come first.
    pub fn help_page(&self, columns: usize) -> Vec<HelpLine> {
        page(self.keys(), columns, self.replay().map(|_| PLAYED))
    }
}

/// The whole page with these keys; what is to come first is given by its title among [`MODES`].
fn page(keymap: &Keymap, columns: usize, first: Option<&str>) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for (title, rows) in MODES.iter().copied().filter(|(title, _)| Some(*title) == first) {
        lines.push(heading(title));
        entries(&mut lines, rows, keymap, columns);
        lines.push(HelpLine::default());
    }
    lines.push(heading("Commands"));
    for command in COMMANDS {
        entry(&mut lines, &command.usage(), command.help, columns);
    }
    entry(&mut lines, "/other …", "goes to the server as typed", columns);
    entry(&mut lines, "//word …", "goes to the server as /word", columns);
    bindings(&mut lines, keymap, columns);
    entries(&mut lines, PREVIEWING, keymap, columns);
    for (title, rows) in MODES.iter().copied().filter(|(title, _)| Some(*title) != first) {
        lines.extend([HelpLine::default(), heading(title)]);
        entries(&mut lines, rows, keymap, columns);
    }
    lines.extend([HelpLine::default(), heading("Marks")]);
    for (mark, says) in LEGEND {
        entry(&mut lines, mark, says, columns);
    }
    lines
}

/// What keys do, each group under its heading. What no key does is left out.
fn bindings(lines: &mut Vec<HelpLine>, keymap: &Keymap, columns: usize) {
    for binding in BINDINGS {
        if let Some((_, title)) = GROUPS.iter().find(|(first, _)| *first == binding.name) {
            lines.extend([HelpLine::default(), heading(title)]);
        }
        let keys = keymap.keys_of(binding.action);
        let is_told = !binding.help.is_empty();
        // What another row speaks for it speaks for with the keys of the table.
        if !keys.is_empty() && (is_told || keys != [binding.chords]) {
            let says = if is_told { keymap.expand_key_hints(binding.help) } else { binding.name.to_owned() };
            entry(lines, &keys.join(SEPARATOR), &says, columns);
        }
    }
}

fn heading(heading: &'static str) -> HelpLine {
    HelpLine { heading, ..HelpLine::default() }
}

fn entries(lines: &mut Vec<HelpLine>, rows: &[(&str, &str)], keymap: &Keymap, columns: usize) {
    for (keys, says) in rows {
        let keys = keymap.expand_key_hints(keys);
        let bound: Vec<_> = keys.split(SEPARATOR).map(str::trim).filter(|key| !key.is_empty()).collect();
        if !bound.is_empty() {
            entry(lines, &bound.join(SEPARATOR), says, columns);
        }
    }
}

/// Adds a thing and what it is, side by side where there is room.
fn entry(lines: &mut Vec<HelpLine>, name: &str, says: &str, columns: usize) {
    let has_room = columns >= NAME_COLUMNS + MIN_TEXT_COLUMNS;
    let is_beside = has_room && name.chars().count() < NAME_COLUMNS;
    let words_at = if has_room { NAME_COLUMNS } else { INDENT };
    let mut names = wrapped(name, columns).into_iter();
    let mut words = wrapped(says, columns.saturating_sub(words_at)).into_iter();
    if !is_beside {
        lines.extend(names.by_ref().map(|name| HelpLine { name, ..HelpLine::default() }));
    }
    loop {
        match (names.next(), words.next()) {
            (None, None) => return,
            (name, words) => lines.push(HelpLine {
                name: name.unwrap_or_default(),
                text: words.unwrap_or_default(),
                text_column: words_at,
                ..HelpLine::default()
            }),
        }
    }
}

fn wrapped(words: &str, columns: usize) -> Vec<String> {
    let mut row = Row::default();
    text::decode(words.as_bytes(), &mut row);
    let columns = columns.max(1);
    let text_of = |line: std::ops::Range<usize>| -> String {
        row.glyphs().get(line).unwrap_or_default().iter().map(|glyph| row.text_of(glyph)).collect()
    };
    text::wrap(&row, columns, columns).into_iter().map(text_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_stands_under_a_heading_of_its_own_place() {
        let place = |name: &str| BINDINGS.iter().position(|binding| binding.name == name);
        let places: Vec<_> = GROUPS.iter().map(|(first, _)| place(first).unwrap()).collect();
        assert_eq!(places.first(), Some(&0), "the first key has one");
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
        let last = BINDINGS.get(*places.last().unwrap()..).unwrap();
        assert!(last.iter().all(|binding| binding.name.starts_with("preview-")), "the last group is that of pastes");
    }

    #[test]
    fn the_page_has_all_headings_and_every_mark() {
        let page = page(&Keymap::default(), 78, None);
        let has = |heading: &str| page.iter().any(|line| line.heading == heading);
        for (_, heading) in GROUPS {
            assert!(has(heading), "{heading}");
        }
        for (heading, _) in MODES {
            assert!(has(heading), "{heading}");
        }
        for (mark, _) in LEGEND {
            assert!(page.iter().any(|line| line.name == *mark), "{mark}");
        }
    }

    #[test]
    fn what_is_played_comes_first_and_once() {
        let all = page(&Keymap::default(), 78, None);
        let page = page(&Keymap::default(), 78, Some(PLAYED));
        assert_eq!(page.first().unwrap().heading, PLAYED);
        let first = crate::app::playback::KEYS[0].0;
        assert_eq!(page.get(1).unwrap().name, first);
        assert_eq!(page.iter().filter(|line| line.heading == PLAYED).count(), 1);
        assert_eq!(page.len(), all.len(), "nothing else is lost");
    }

    #[test]
    fn no_heading_is_cut_on_40_columns() {
        assert!(page(&Keymap::default(), 38, None).iter().all(|line| line.heading.chars().count() <= 38));
    }

    #[test]
    fn on_80_columns_all_words_stand_in_one_column() {
        for line in page(&Keymap::default(), 78, None).iter().filter(|line| !line.text.is_empty()) {
            assert_eq!(line.text_column, NAME_COLUMNS, "{line:?}");
            assert!(line.text_column + line.text.trim_end().chars().count() <= 78, "{line:?}");
        }
    }

    /// What the page says, a pair a thing: on a wide screen only a long name has a line of its own.
    fn told(keymap: &Keymap) -> Vec<(String, String)> {
        let mut above = String::new();
        let mut told = Vec::new();
        for line in page(keymap, 500, None) {
            let name = std::mem::take(&mut above) + line.name.trim();
            if line.text.is_empty() { above = name } else { told.push((name, line.text)) }
        }
        told
    }

    #[test]
    fn the_page_tells_the_keys_that_are_bound_and_no_others() {
        let wishes = [
            ("F9", "help"),
            ("F1", "none"),
            ("Ctrl-X,z", "redraw"),
            ("Alt-Y", "none"),
            ("Ctrl-R", "none"),
            ("Up", "search"),
            ("F8", "tab-5"),
            ("Ctrl-P", "none"),
            ("Del", "none"),
        ];
        let keymap = Keymap::with(&wishes).unwrap();
        let told = told(&keymap);
        let keys = |words: &str| told.iter().find(|(_, says)| says == words).map(|(keys, _)| keys.as_str());
        assert_eq!(keys("this page"), Some("F9"));
        assert_eq!(keys("redraw the screen"), Some("Ctrl-L  Ctrl-X Z"));
        assert_eq!(keys("select rows and links to copy; again: copy"), None);
        assert_eq!(keys("paste what was cut; then ...: earlier cuts"), Some("Ctrl-Y"));
        assert_eq!(keys("copy"), Some("Enter  y"), "what is open has its own keys, and those of the table");
        assert_eq!(keys("the next older line that has it"), None, "no key does that any more");
        assert_eq!(keys("tab-5"), Some("Alt-5  F8"), "else another row speaks for it");
        assert_eq!(keys("tab-6"), None);
        assert_eq!(keys("the next newer one"), Some("Ctrl-S  Down"));
        assert_eq!(keys("choose another"), Some("Down  Ctrl-N  Tab"), "on the start page");
        assert_eq!(keys("at the end of the line: forget a recent server"), None);
    }

    #[test]
    fn every_key_that_is_bound_is_told_where_it_is() {
        let keymap = Keymap::default();
        let told = told(&keymap);
        for binding in BINDINGS {
            let keys = keymap.keys_of(binding.action);
            assert_eq!(keys.len(), binding.chords.split(' ').count(), "{}", binding.name);
            let is_told = told.contains(&(keys.join("  "), keymap.expand_key_hints(binding.help)));
            assert!(is_told || binding.help.is_empty(), "{}", binding.name);
        }
        assert!(told.iter().all(|(keys, words)| !keys.contains('{') && !words.contains('{')));
    }
}
