//! The help page, built from the key bindings and the command table.

use crate::app::App;
use crate::app::commands::table::COMMANDS;
use crate::app::keys::{BINDINGS, Keymap};
use crate::text::{self, Row};

/// Columns of names, and the fewest columns of text beside them.
const NAME_COLUMNS: usize = 31;
const MIN_TEXT_COLUMNS: usize = 40;

/// Separator between keys of one action.
const SEPARATOR: &str = "  ";

/// Indentation of text below its name, in columns.
const INDENT: usize = 2;

/// Headings of key groups, each before the binding of this name.
const GROUPS: &[(&str, &str)] = &[
    ("submit", "Sending"),
    ("left", "Editing"),
    ("history-back", "History and completion"),
    ("scroll-page-up", "Messages"),
    ("tab-next", "Tabs"),
    ("help", "Program"),
    ("preview-edit", "In the preview of a paste or file"),
];

// Keys in the tables below are written for [`Keymap::expand_key_hints`]; rows without any bound key are left out.

/// Further keys of the send preview.
const PREVIEWING: &[(&str, &str)] = &[
    ("{left}  {right}  {complete}  {complete-back}", "choose"),
    ("Enter", "confirm; default: Edit for a paste, Send for a file or bytes"),
    ("Esc  {interrupt}", "cancel"),
];

/// Keys of the start page.
const START_PAGE_KEYS: &[(&str, &str)] = &[
    ("letters", "part of a name or address, a new address, or a /command"),
    ("{history-back}  {history-forward}  {history-back-plain}  {history-forward-plain}  {complete}", "choose another"),
    ("{scroll-page-up}  {scroll-page-down}", "choose one page up or down"),
    ("{scroll-top}  {scroll-bottom}", "choose the first or last"),
    ("Enter", "connect or host, as the status line says"),
    ("{delete}", "at the end of the line: remove a recent server"),
    ("Esc", "clear the input; then return to the messages"),
    ("{interrupt}", "clear the input; then quit (asks first)"),
];

/// Keys during a paced send.
const SENDING_KEYS: &[(&str, &str)] =
    &[("Esc  {interrupt}", "stop; unsent lines return to the input line"), ("Enter", "send this line afterwards")];

/// Keys of the history search.
const HISTORY_SEARCH_KEYS: &[(&str, &str)] = &[
    ("{search-older}  {history-back}", "next older match"),
    ("{search=Ctrl-S}  {history-forward}", "next newer match"),
    ("Enter", "send the line"),
    ("{complete|Right} or any cursor key", "edit the line"),
    ("Esc  {abort}", "cancel and restore the draft"),
];

/// Keys of the message search that differ.
const SEARCH_KEYS: &[(&str, &str)] = &[
    ("{history-back}  {search-older}", "previous hit"),
    ("{history-forward}  {search}", "next hit; with an empty search, the last search"),
    ("{capitalize}", "match case, or not"),
    ("{search-regex}", "regular expression or plain text"),
    ("Enter", "end the search here"),
    ("Esc", "cancel and return"),
];

/// Keys of copy mode.
const COPY_KEYS: &[(&str, &str)] = &[
    ("{history-back}  {history-forward}  k  j", "previous row, next row"),
    ("Space", "start or end a range of rows"),
    ("Enter  y  {pick}", "copy"),
    ("l", "copy the row's link; again: its next link"),
    ("z", "open or close a fold"),
    ("Esc  q", "leave"),
];

/// Heading of the playback keys.
const PLAYED: &str = "During playback";

/// Modes with keys of their own.
const MODES: &[(&str, &[(&str, &str)])] = &[
    ("On the start page", START_PAGE_KEYS),
    ("While sending lines", SENDING_KEYS),
    (PLAYED, crate::app::playback::KEYS),
    ("In history search", HISTORY_SEARCH_KEYS),
    ("In a search", SEARCH_KEYS),
    ("In copy mode", COPY_KEYS),
];

/// Marks in messages and input line, and their meaning.
const LEGEND: &[(&str, &str)] = &[
    ("‹  ›  ·  !", "received, sent, notice, error"),
    ("◌", "waiting to be sent: the server does not read"),
    ("› dim", "not acknowledged for 3 s"),
    ("✗", "not delivered; /resend sends it again"),
    ("…", "no newline yet; more may follow"),
    ("⊣", "ended without a newline"),
    ("^M", "ended with a lone CR"),
    ("↩", "a very long line continues in the next row"),
    ("^[  \\xE9  <U+202E>", "control character, invalid UTF-8, invisible character"),
    ("↑  ↓", "the draft continues above or below"),
];

/// A line of the help page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HelpLine {
    /// Heading, alone on its line.
    pub heading: &'static str,
    /// Key, command or mark, in the first column.
    pub name: String,
    /// Description or a part of it, from [`HelpLine::text_column`] on.
    pub text: String,
    /// Column of the description.
    pub text_column: usize,
}

impl App {
    /// Returns the help page for a screen of this width. During playback, its keys come first.
    pub fn help_page(&self, columns: usize) -> Vec<HelpLine> {
        page(self.keys(), columns, self.replay().map(|_| PLAYED))
    }
}

/// Returns the page for a keymap, with the mode titled `first` at the top.
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
    entry(&mut lines, "/other …", "sent to the server as typed", columns);
    entry(&mut lines, "//word …", "sent to the server as /word", columns);
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

/// Adds the bound keys, each group under its heading.
fn bindings(lines: &mut Vec<HelpLine>, keymap: &Keymap, columns: usize) {
    for binding in BINDINGS {
        if let Some((_, title)) = GROUPS.iter().find(|(first, _)| *first == binding.name) {
            lines.extend([HelpLine::default(), heading(title)]);
        }
        let keys = keymap.keys_of(binding.action);
        let is_told = !binding.help.is_empty();
        // A binding described by another row is listed only if its keys were changed.
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

/// Adds a name and its description, side by side if they fit.
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
    fn every_binding_has_a_heading() {
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
    fn playback_keys_come_first_and_once() {
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
    fn descriptions_share_a_column_at_80_columns() {
        for line in page(&Keymap::default(), 78, None).iter().filter(|line| !line.text.is_empty()) {
            assert_eq!(line.text_column, NAME_COLUMNS, "{line:?}");
            assert!(line.text_column + line.text.trim_end().chars().count() <= 78, "{line:?}");
        }
    }

    /// Returns names and descriptions of a wide page.
    fn descriptions(keymap: &Keymap) -> Vec<(String, String)> {
        let mut above = String::new();
        let mut descriptions = Vec::new();
        for line in page(keymap, 500, None) {
            let name = std::mem::take(&mut above) + line.name.trim();
            if line.text.is_empty() { above = name } else { descriptions.push((name, line.text)) }
        }
        descriptions
    }

    #[test]
    fn the_page_lists_exactly_the_bound_keys() {
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
        let listed = descriptions(&keymap);
        let keys = |words: &str| listed.iter().find(|(_, says)| says == words).map(|(keys, _)| keys.as_str());
        assert_eq!(keys("this page"), Some("F9"));
        assert_eq!(keys("redraw the screen"), Some("Ctrl-L  Ctrl-X Z"));
        assert_eq!(keys("select rows and links to copy; again: copy"), None);
        assert_eq!(keys("paste what was cut; then ...: earlier cuts"), Some("Ctrl-Y"));
        assert_eq!(keys("copy"), Some("Enter  y"), "what is open has its own keys, and those of the table");
        assert_eq!(keys("next older match"), None, "no key does that any more");
        assert_eq!(keys("tab-5"), Some("Alt-5  F8"), "else another row speaks for it");
        assert_eq!(keys("tab-6"), None);
        assert_eq!(keys("next newer match"), Some("Ctrl-S  Down"));
        assert_eq!(keys("choose another"), Some("Down  Ctrl-N  Tab"), "on the start page");
        assert_eq!(keys("at the end of the line: remove a recent server"), None);
    }

    #[test]
    fn every_binding_is_listed() {
        let keymap = Keymap::default();
        let listed = descriptions(&keymap);
        for binding in BINDINGS {
            let keys = keymap.keys_of(binding.action);
            assert_eq!(keys.len(), binding.chords.split(' ').count(), "{}", binding.name);
            let is_listed = listed.contains(&(keys.join("  "), keymap.expand_key_hints(binding.help)));
            assert!(is_listed || binding.help.is_empty(), "{}", binding.name);
        }
        assert!(listed.iter().all(|(keys, words)| !keys.contains('{') && !words.contains('{')));
    }
}
