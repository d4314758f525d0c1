//! Every key that edits the draft, moves in it or recalls a line, as terminals send it, in the built program.
//!
//! `table` says what each does, `bytes` what a terminal sends for it, and `screen` what the draft should look like then.

mod bytes;
mod flows;
mod screen;
mod table;

use crate::support::terminal::{StateHome, Terminal};
use netchat_tui::app::Action;
use netchat_tui::app::keys::BINDINGS;
use screen::{Eye, FAMILIES, Family, LINES, until_draft};
use std::cell::RefCell;
use std::net::{TcpListener, TcpStream};
use table::{ELSEWHERE, ELSEWHERE_TESTED, ENTERED, Kind, ROWS, Row};

/// The program with a draft to be worked on.
struct Bench {
    terminal: Terminal,
    eye: RefCell<Eye>,
    family: Family,
    columns: u16,
    _peer: TcpStream,
    _state: StateHome,
}

/// Esc, which takes back what was completed or put aside for a command; to the end of the history, and there all lines of
/// the draft but the first, and that.
const CLEAR: &str = "\x1b[27u\x0e\x0e\x0e\x0e\x1b>\x15\x7f\x15\x7f\x15\x7f\x15";

impl Bench {
    fn new(family: Family, columns: u16) -> Self {
        let state = StateHome::new();
        let folder = state.path().join("netchat-tui");
        std::fs::create_dir_all(&folder).unwrap();
        let before = format!("{{\"t\":1,\"server\":\"other:1\",\"line\":\"{ELSEWHERE}\"}}\n");
        std::fs::write(folder.join("history"), before).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let terminal = Terminal::start_with(state.path(), &["127.0.0.1", &port], (columns, LINES));
        let (peer, _) = listener.accept().unwrap();
        terminal.sees("Connected");
        let eye = Eye::new(family, columns);
        let mut bench = Self { terminal, eye, family, columns, _peer: peer, _state: state };
        // The history file is read in the background, so wait until its line can be recalled.
        bench.until_recalled(ELSEWHERE);
        for line in ENTERED {
            bench.press(&bench.family.typed(line));
            bench.is(&format!("{line}|"), "a line to be entered");
            bench.press("\r");
            bench.is("|", "a line was entered");
        }
        bench
    }

    fn until_recalled(&mut self, line: &str) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while !self.terminal.sees("").contains(&format!("› {line}")) {
            assert!(std::time::Instant::now() < deadline, "the history is not there");
            self.terminal.type_bytes(&bytes::bytes("Ctrl-Up"));
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        self.press(CLEAR);
        self.is("|", "the line recalled is gone");
    }

    fn press(&mut self, keys: &str) {
        self.terminal.type_bytes(keys.as_bytes());
    }

    #[track_caller]
    fn is(&self, draft: &str, what: &str) {
        self.shows(draft).unwrap_or_else(|seen| panic!("{what}: {seen}"));
    }

    fn shows(&self, draft: &str) -> Result<(), String> {
        until_draft(&self.terminal, &self.eye, self.columns, draft)
    }

    /// Types the draft of a row and moves the cursor to where it has it.
    fn write(&mut self, draft: &str) {
        let behind = draft.chars().rev().take_while(|c| *c != '|').count();
        let keys = [CLEAR, &self.family.typed(draft), &"\x1b[D".repeat(behind)].concat();
        self.press(&keys);
    }

    /// Returns a description of the failure if the key edits this row wrongly.
    fn check(&mut self, row: &Row, chord: &str, form: &[u8]) -> Option<String> {
        let seen = self.go(row, form).err()?;
        let (family, columns) = (self.family.name, self.columns);
        Some(format!("\n{family} at {columns} columns, {row:?}, {chord} as {}: {seen}", form.escape_ascii()))
    }

    fn go(&mut self, row: &Row, form: &[u8]) -> Result<(), String> {
        self.write(row.start);
        self.shows(row.start)?;
        for (key, draft) in row.before {
            self.terminal.type_bytes(&bytes::bytes(key));
            self.shows(draft)?;
        }
        self.terminal.type_bytes(&[form, row.behind.as_bytes()].concat());
        self.shows(row.end)
    }
}

/// Nothing is wrong. Each row that is takes all the patience there is, so the first few will do.
#[track_caller]
fn none_of(wrong: impl Iterator<Item = String>) {
    let wrong: Vec<_> = wrong.take(ENOUGH).collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

const ENOUGH: usize = 3;

fn chords(name: &str) -> impl Iterator<Item = &'static str> {
    BINDINGS.iter().find(|binding| binding.name == name).unwrap().chords.split(' ')
}

/// All forms of all keys of a row.
fn forms(row: &Row) -> Vec<(&'static str, Vec<u8>)> {
    chords(row.name).flat_map(|chord| bytes::forms(chord).into_iter().map(move |form| (chord, form))).collect()
}

fn rows(family: Family) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| match row.kind {
        Kind::All => true,
        Kind::Letters => family.is_letters,
        Kind::Symbols => !family.is_letters,
    })
}

#[test]
fn every_form_of_every_key_does_what_the_table_says() {
    let mut bench = Bench::new(FAMILIES[0], 200);
    let all = rows(FAMILIES[0]).flat_map(|row| forms(row).into_iter().map(move |form| (row, form)));
    none_of(all.filter_map(|(row, (chord, form))| bench.check(row, chord, &form)));
}

/// The rows for one kind of text, each with another form of its keys: which form it is has nothing to do with the text.
fn every_row(family: Family, columns: u16, turn: usize) {
    let mut bench = Bench::new(family, columns);
    none_of(rows(family).enumerate().filter_map(|(n, row)| {
        let forms = forms(row);
        let (chord, form) = &forms[(turn + n) % forms.len()];
        bench.check(row, chord, form)
    }));
}

#[test]
fn every_key_does_the_same_to_every_kind_of_text_in_one_line() {
    for (turn, family) in FAMILIES.iter().enumerate().skip(1) {
        every_row(*family, 200, turn);
    }
}

#[test]
fn every_key_edits_wrapped_text_of_every_script_alike() {
    for (turn, family) in FAMILIES.iter().enumerate() {
        every_row(*family, 20, 5 + turn);
    }
}

/// Whether an action leaves the draft alone. Said of those that do, so that one that is new has to be put somewhere.
const fn is_beside_the_draft(action: Action) -> bool {
    matches!(
        action,
        Action::Scroll(_)
            | Action::Tab(_)
            | Action::Help
            | Action::Cancel
            | Action::AbortInput
            | Action::Suspend
            | Action::Redraw
            | Action::Search
            | Action::ToggleSearchRegex
            | Action::CycleView
            | Action::CycleTimestamps
            | Action::JumpToUnread
            | Action::PrevMention
            | Action::NextMention
            | Action::PlainTextMode
            | Action::ToggleMouse
            | Action::PreviewSend
            | Action::PreviewJoin
            | Action::PreviewEdit
    )
}

#[test]
fn no_key_that_edits_is_forgotten_here() {
    for binding in BINDINGS.iter().filter(|binding| !is_beside_the_draft(binding.action)) {
        let is_here = ROWS.iter().any(|row| row.name == binding.name) || ELSEWHERE_TESTED.contains(&binding.name);
        assert!(is_here, "{} is in no row", binding.name);
    }
}
