//! Clusters on whose width terminals disagree: whatever the terminal thinks, the rest of the row stays in its columns.
//!
//! Emulators that disagree on cluster widths read the program's output. One emulator stands for all: clusters are
//! replaced by stand-ins of the assumed width. `tmux` has its own widths.

use crate::support::terminal::Terminal;
use crate::support::tmux::Tmux;
use netchat_tui::text::columns;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::num::NonZero;
use unicode_width::UnicodeWidthChar;

const CLUSTERS: &[&str] = &[
    // Emoji style by selector, text style by selector, neither.
    "❤\u{fe0f}",
    "☎\u{fe0f}",
    "✈\u{fe0f}",
    "🅰\u{fe0f}",
    "⌚\u{fe0e}",
    "❤",
    "⌚",
    "©\u{fe0f}",
    "‼\u{fe0f}",
    "↔\u{fe0f}",
    // Joined: families, professions, flags of other kinds, a phoenix.
    "👨\u{200d}👩\u{200d}👧\u{200d}👦",
    "👩\u{200d}💻",
    "🏳\u{fe0f}\u{200d}🌈",
    "🏴\u{200d}☠\u{fe0f}",
    "🐦\u{200d}🔥",
    "👩\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨",
    "👨🏻\u{200d}🦰",
    // Flags, with letters and with tags; half of one is a mark.
    "🇩🇪",
    "🇨🇳",
    "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    // Skin tones, keycaps.
    "👍🏻",
    "🤝🏿",
    "🫱🏻\u{200d}🫲🏿",
    "1\u{fe0f}\u{20e3}",
    "#\u{fe0f}\u{20e3}",
    "7\u{20e3}",
    // Thai, Lao, Devanagari, Tamil, Bengali, Khmer, Tibetan, Burmese.
    "กำ",
    "ที่",
    "ກຳ",
    "क्षि",
    "दि",
    "स्त्री",
    "நி",
    "ক্ষ",
    "ខ្មែ",
    "བོ",
    "မြ",
    // Jamo: modern, in compatible form, old.
    "\u{1112}\u{1161}\u{11ab}",
    "ᄒ",
    "ꥠ",
    // Marks on letters: one, many, enclosing, of Hebrew and Arabic; a ligature as wide as a word.
    "e\u{301}",
    "o\u{308}\u{304}\u{323}\u{331}",
    "a\u{20dd}",
    "ש\u{5b8}\u{5c1}",
    "ب\u{651}\u{64e}",
    "﷽",
    "\u{600}1",
    // Variants of ideographs, tone marks, Mongolian, half width with a voice.
    "葛\u{e0100}",
    "㐂\u{fe00}",
    "木\u{302a}",
    "ᠠ\u{180b}",
    "ｶﾞ",
    // Emoji of Unicode 13 to 16; symbols newer tables have as wide, and older ones as narrow.
    "🥷",
    "🫠",
    "🫨",
    "🫩",
    "🪾",
    "䷀",
    "☰",
    "㉈",
    "⿼",
    // Ambiguous: as wide as the terminal's user wants it.
    "①",
    "※",
    "→",
    "■",
    "●",
    "°",
    "±",
    "“",
    "…",
    "─",
    "█",
    "€",
    "Ⅳ",
];

/// As many columns of what no screen has otherwise.
fn stand_in(columns: usize) -> String {
    "漢".repeat(columns / 2) + &"Ж".repeat(columns % 2)
}

fn is_of_stand_in(cell: &str) -> bool {
    matches!(cell, "漢" | "Ж")
}

/// The program, connected to a listener of the test.
fn connected(size: (u16, u16)) -> (Terminal, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let terminal = Terminal::start(&["127.0.0.1", &port], size);
    let (peer, _) = listener.accept().unwrap();
    terminal.sees("Connected to 127.0.0.1:");
    (terminal, peer)
}

fn row(n: usize, cluster: &str) -> String {
    format!("a{cluster} | {cluster}{cluster}| END {n}.\n")
}

/// Returns the row as drawn: right-to-left text between right-to-left text is reversed.
fn drawn_row(n: usize, cluster: &str) -> String {
    let stand_in = stand_in(columns(cluster));
    let order = |before: &str, behind: &str| format!("a{before} | {behind}| END {n}.");
    let twice = stand_in.repeat(2);
    let is_turned = cluster.starts_with(|c| matches!(c, '\u{590}'..='\u{8ff}'));
    if is_turned { order(&twice, &stand_in) } else { order(&stand_in, &twice) }
}

fn rows(from: usize) -> String {
    CLUSTERS.iter().enumerate().map(|(n, cluster)| row(from + n, cluster)).collect()
}

fn plain_rows(count: usize, name: &str) -> String {
    (1..=count).flat_map(|n| [name.to_owned(), format!(" {n}.\n")]).collect()
}

/// A moment: what it is called, how big the screen is, and up to where the output has been written.
type Moment = (&'static str, (u16, u16), usize);

/// A program with a film of what it wrote.
struct Film {
    terminal: Terminal,
    peer: TcpStream,
    size: (u16, u16),
    moments: Vec<Moment>,
}

impl Film {
    fn start(size: (u16, u16)) -> Self {
        let (terminal, peer) = connected(size);
        Self { terminal, peer, size, moments: Vec::new() }
    }

    fn receives(&mut self, name: &'static str, bytes: &str, until: &str) {
        self.peer.write_all(bytes.as_bytes()).unwrap();
        self.shows(name, until);
    }

    fn types(&mut self, name: &'static str, keys: &[u8], until: &str) {
        self.terminal.type_bytes(keys);
        self.shows(name, until);
    }

    /// Waits for these words, and for the end of the frame that has them.
    fn shows(&mut self, name: &'static str, words: &str) {
        self.terminal.sees(words);
        self.terminal.until_raw("the end of a frame", |raw| raw.ends_with(b"\x1b[?2026l"));
        self.moments.push((name, self.size, self.terminal.raw().len()));
    }

    fn resizes(&mut self, name: &'static str, size: (u16, u16)) {
        let before = self.terminal.raw().len();
        // The output so far was for the screen as it was.
        self.moments.push(("before a resize", self.size, before));
        self.size = size;
        self.terminal.resize(size.0, size.1);
        self.terminal.until_raw("a frame of the new size", |raw| {
            let new = &raw[before..];
            new.windows(4).any(|bytes| bytes == b"\x1b[2J") && new.ends_with(b"\x1b[?2026l")
        });
        self.moments.push((name, size, self.terminal.raw().len()));
    }

    /// The screens of all moments to an emulator with the opinion that `substitute` makes of the output.
    fn screens(&self, substitute: impl Fn(&str) -> String) -> Vec<Screen> {
        let raw = self.terminal.raw();
        // A frame that this emulator wraps at its edge is read by one with more columns, which does not wrap.
        let cells = |(columns, lines): (u16, u16)| (NonZero::new(lines).unwrap(), NonZero::new(columns + 16).unwrap());
        let first = cells(self.moments[0].1);
        let mut parser = vt100::Parser::new(first.0, first.1, 0);
        let mut screens = Vec::new();
        let mut at = 0;
        for &(name, size, end) in &self.moments {
            let (lines, columns) = cells(size);
            parser.screen_mut().set_size(lines, columns);
            parser.process(substitute(std::str::from_utf8(&raw[at..end]).unwrap()).as_bytes());
            at = end;
            screens.push(Screen::of(name, parser.screen(), size));
        }
        screens
    }

    /// To an emulator that takes each cluster for as wide as `width` says.
    fn in_the_opinion(&self, width: impl Fn(usize) -> usize) -> Vec<Screen> {
        self.screens(|output| with_stand_ins(output, |_| true, &width))
    }
}

fn with_stand_ins(output: &str, which: impl Fn(&str) -> bool, width: impl Fn(usize) -> usize) -> String {
    let mut clusters: Vec<&str> = CLUSTERS.iter().copied().filter(|cluster| which(cluster)).collect();
    // `❤` is also the beginning of others.
    clusters.sort_by_key(|cluster| std::cmp::Reverse(cluster.len()));
    let replaced = |output: String, cluster: &&str| output.replace(cluster, &stand_in(width(columns(cluster))));
    clusters.iter().fold(output.to_owned(), replaced)
}

/// Screen of one emulator.
struct Screen {
    name: &'static str,
    /// Blank where a cell is empty, or the second half of a wide one.
    lines: Vec<Vec<String>>,
}

impl Screen {
    fn of(name: &'static str, screen: &vt100::Screen, (columns, lines): (u16, u16)) -> Self {
        let cell = |y, x| match screen.cell(y, x).unwrap().contents() {
            "" => " ".to_owned(),
            contents => contents.to_owned(),
        };
        Self { name, lines: (0..lines).map(|y| (0..columns).map(|x| cell(y, x)).collect()).collect() }
    }

    fn text(&self) -> String {
        self.lines.iter().map(|line| line.concat().trim_end().to_owned() + "\n").collect()
    }

    fn has_stand_ins(&self) -> bool {
        self.lines.iter().flatten().any(|cell| is_of_stand_in(cell))
    }

    /// Whether it is the same as `ours`, save for the columns in which that one shows stand-ins.
    #[track_caller]
    fn is_as(&self, ours: &Self, opinion: &str) {
        for (y, (line, ours_here)) in self.lines.iter().zip(&ours.lines).enumerate() {
            let mut left = 0;
            for (x, (cell, own)) in line.iter().zip(ours_here).enumerate() {
                left = if own == "漢" { 2 } else { usize::from(own == "Ж").max(left) };
                let is_same = if left > 0 { is_of_stand_in(cell) || cell == " " } else { cell == own };
                left = left.saturating_sub(1);
                assert!(
                    is_same,
                    "{}, {opinion}: {cell:?} at line {y}, column {x} in\n{}\nand not\n{}",
                    self.name,
                    self.text(),
                    ours.text()
                );
            }
        }
    }
}

/// Rows with clusters arrive, are scrolled, overwritten and resized.
fn film() -> Film {
    // More lines than clusters: all are seen at once.
    let lines = u16::try_from(CLUSTERS.len()).unwrap() + 12;
    let mut film = Film::start((80, lines));
    let last = format!("END {}.", CLUSTERS.len());
    film.receives("rows with plain text", &plain_rows(usize::from(lines), "the quick brown fox jumps over it"), " 24.");
    film.receives("rows with clusters over those", &rows(1), &last);
    film.receives("scrolled by some lines", &plain_rows(7, "some"), "some 7.");
    film.types("scrolled up by a page", b"\x1b[5~", "▼ End");
    film.types("scrolled up by three lines", b"\x1b[1;2A", "fox jumps over it");
    film.receives("more behind what is shown", &plain_rows(3, "more"), "▼ 3 new");
    film.types("back at the end", b"\x1b[1;5F", "more 3.");
    film.resizes("in less room", (50, lines - 9));
    film.resizes("in more room", (100, lines));
    film.resizes("as it was", (80, lines));
    film.types("a draft with clusters", "❤\u{fe0f}👨\u{200d}👩\u{200d}👧\u{200d}👦e\u{301}x".as_bytes(), "x");
    film.receives("overwritten by plain rows", &plain_rows(usize::from(lines), "last"), "last 24.");
    film.types("the draft in two places", b"\x1b[1;5D!", "!");
    film.types("no draft any more", b"\x05\x15", "Type a message");
    film
}

#[test]
fn a_cluster_of_disputed_width_shifts_no_other_column() {
    let film = film();
    let raw = String::from_utf8(film.terminal.raw()).unwrap();
    for cluster in CLUSTERS {
        assert!(raw.contains(cluster), "{cluster:?} is not written as one, and tests nothing");
    }
    let ours = film.in_the_opinion(|width| width);
    let lines = |screen: &Screen| screen.text().replace("漢 ", "漢").lines().map(ToOwned::to_owned).collect::<Vec<_>>();
    let screen = lines(&ours[1]);
    for (n, cluster) in CLUSTERS.iter().enumerate() {
        // Whole, where the terminal agrees with us.
        let wanted = drawn_row(n + 1, cluster);
        let found = screen.iter().find(|line| line.ends_with(&format!("END {}.", n + 1))).unwrap();
        assert!(found.ends_with(&format!(" ‹ {wanted}")), "{cluster:?}: {found:?} and not {wanted:?}");
    }
    for width in 0..=6 {
        for (theirs, ours) in film.in_the_opinion(|_| width).iter().zip(&ours) {
            theirs.is_as(ours, &format!("to a terminal that takes all for {width} wide"));
        }
    }
    for (theirs, ours) in film.in_the_opinion(|width| width + 1).iter().zip(&ours) {
        theirs.is_as(ours, "to a terminal that takes all for wider by one");
    }
}

#[test]
fn overwriting_a_row_leaves_no_rest_of_a_cluster() {
    let film = film();
    for width in 0..=6 {
        let screens = film.in_the_opinion(|_| width);
        let [.., last] = &screens[..] else { panic!("there are moments") };
        // `●` in the status line, and what else of our frame is among the clusters.
        let status = last.lines.len() - 2;
        let left = Screen { name: last.name, lines: last.lines[2..status].to_vec() };
        assert!(!left.has_stand_ins(), "to a terminal that takes all for {width} wide:\n{}", last.text());
        assert!(width == 0 || screens[1].has_stand_ins(), "there was nothing that could be left");
    }
}

#[test]
fn wide_ambiguous_symbols_shift_no_column() {
    let film = film();
    let is_ambiguous = |c: char| c.width() != c.width_cjk() && (!c.is_alphabetic() || c.is_numeric());
    let replaced = |with: char| {
        film.screens(|output| {
            let output = with_stand_ins(output, |cluster| cluster.chars().count() > 1, |width| width);
            output.replace(is_ambiguous, &with.to_string())
        })
    };
    for (theirs, ours) in replaced('漢').iter().zip(&replaced('Ж')) {
        theirs.is_as(ours, "to a terminal with wide ambiguous symbols");
        // The sign in the gutter, and the light in the status, have a blank behind them and are not cut in half.
        for (line, ours) in theirs.lines.iter().zip(&ours.lines) {
            for (x, pair) in ours.windows(2).enumerate() {
                let is_whole = pair[0] != "Ж" || pair[1] != " " || line[x] != " ";
                assert!(is_whole, "{}: column {x} of {:?}", theirs.name, line.concat());
            }
        }
    }
}

#[test]
fn in_tmux_the_text_after_a_cluster_is_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let Some(tmux) = Tmux::start(&[env!("CARGO_BIN_EXE_netchat-tui"), "127.0.0.1", &port.to_string()], (80, 24)) else {
        return;
    };
    let (mut peer, _) = listener.accept().unwrap();
    tmux.sees("Connected to 127.0.0.1:");
    peer.write_all(rows(1).as_bytes()).unwrap();
    // tmux is asked at moments of its own, between the halves of a frame too: what counts is where it ends.
    let end = format!("END {}.", CLUSTERS.len());
    let first = tmux.until("whole rows, down to the last", |lines| lines[21].ends_with(&end) && are_whole(lines));
    for _ in 0..CLUSTERS.len() / 20 {
        let before = tmux.lines();
        tmux.key("PPage");
        tmux.until("the page before, whole", |lines| *lines != before && are_whole(lines));
    }
    tmux.key("C-End");
    tmux.until("the last page, as it was", |lines| lines[..22] == first[..22]);
    peer.write_all(plain_rows(30, "plain").as_bytes()).unwrap();
    let lines = tmux.sees("plain 30.");
    for (n, line) in lines[..22].iter().enumerate() {
        assert_eq!(line.get(8..).unwrap(), format!(" ‹ plain {}.", n + 9), "{}", lines.join("\n"));
    }
}

/// Whether all rows have a gutter, and behind the cluster all there was.
fn are_whole(lines: &[String]) -> bool {
    let rows = || lines[..22].iter().map(|line| line.trim_end_matches(['│', '█']).trim_end());
    rows().all(|row| is_whole(row) || row.contains(" · Connected to 127.0.0.1:"))
        && rows().filter(|row| is_whole(row)).count() > 15
}

fn is_whole(row: &str) -> bool {
    let Some((time, rest)) = row.split_at_checked(8) else { return false };
    let number = |rest: &str| rest.rsplit_once("| END ")?.1.strip_suffix('.')?.parse::<usize>().ok();
    time.chars().all(|c| c.is_ascii_digit() || c == ':')
        && rest.starts_with(" ‹ a")
        && rest.contains(" | ")
        && number(rest).is_some_and(|n| (1..=CLUSTERS.len()).contains(&n))
}
