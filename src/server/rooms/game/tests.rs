//! The room, driven as the hub does it, and the protocol's text as the judge of what it says.

use super::*;
use crate::server::room::RoomDelivery;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What students read.
const PROTOCOL: &str = include_str!("../../../../assets/lab/GAME.md");

/// Clients of a room, and what they have read and not looked at yet.
#[derive(Default)]
struct Visit {
    room: Game,
    here: BTreeSet<PeerId>,
    read: BTreeMap<PeerId, Vec<String>>,
    /// Everything anybody ever read.
    all: Vec<String>,
    last: u64,
}

impl Visit {
    fn of(clients: usize) -> (Self, Vec<PeerId>) {
        let mut visit = Self::default();
        let peers = (0..clients).map(|_| visit.join()).collect();
        visit.read.clear();
        (visit, peers)
    }

    fn join(&mut self) -> PeerId {
        self.last += 1;
        let peer = PeerId(self.last);
        self.here.insert(peer);
        let mut out = Output::default();
        self.room.joined(ServerTime::ZERO, peer, &mut out);
        self.carry_out(out);
        peer
    }

    fn say(&mut self, from: PeerId, text: impl AsRef<[u8]>) {
        self.line(from, ReceivedLine { text: text.as_ref(), end: LineEnd::Lf, continues: false });
    }

    fn line(&mut self, from: PeerId, line: ReceivedLine<'_>) {
        let mut out = Output::default();
        self.room.line(ServerTime::ZERO, from, line, &mut out);
        self.carry_out(out);
    }

    fn leave(&mut self, peer: PeerId) {
        self.here.remove(&peer);
        let mut out = Output::default();
        self.room.left(ServerTime::ZERO, peer, LeaveReason::Closed, &mut out);
        self.carry_out(out);
    }

    fn carry_out(&mut self, mut out: Output) {
        for RoomDelivery { to, bytes } in out.take_deliveries() {
            let Recipients::One(peer) = to else { panic!("nothing is for all: {to:?}") };
            assert!(self.here.contains(&peer), "{peer:?} has gone");
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            assert!(text.ends_with('\n'));
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            assert_documented(&lines);
            self.all.extend(lines.iter().cloned());
            self.read.entry(peer).or_default().extend(lines);
        }
        for (peer, after) in out.take_hang_ups() {
            assert_eq!(after, Duration::ZERO);
            self.leave(peer);
        }
    }

    /// Everything a client has read since it was last asked.
    fn lines(&mut self, peer: PeerId) -> Vec<String> {
        self.read.remove(&peer).unwrap_or_default()
    }

    /// The same without sentences and pictures: `start 1 X`.
    fn heads(&mut self, peer: PeerId) -> Vec<String> {
        self.lines(peer).iter().filter_map(|line| head(line)).map(str::to_owned).collect()
    }

    /// One client says something, and reads this in answer.
    fn answers<const N: usize>(&mut self, from: PeerId, text: &str, expected: [&str; N]) {
        self.read.remove(&from);
        self.say(from, text);
        assert_eq!(self.heads(from), expected, "{text:?}");
    }

    /// These moves, X's first, then everybody has read everything.
    fn play(&mut self, x: PeerId, o: PeerId, moves: &str) {
        for (n, word) in moves.split(' ').enumerate() {
            self.say(if n % 2 == 0 { x } else { o }, word);
        }
    }

    /// What must be true of the room at any time.
    fn check(&self) {
        let room = &self.room;
        assert_eq!(room.places.keys().copied().collect::<BTreeSet<_>>(), self.here);
        let who =
            |wanted: Location| room.places.iter().filter(move |(_, place)| **place == wanted).map(|(peer, _)| *peer);
        assert!(who(Location::NotPlaying(IdleState::Waiting)).eq(room.waiting), "one waits, and is known to wait");
        for (&number, table) in &room.tables {
            for mark in [Mark::X, Mark::O] {
                assert!(who(Location::Playing(number, mark)).eq([table.player(mark)]), "each side is one client");
            }
            assert!(who(Location::NotPlaying(IdleState::Watching(number))).eq(table.watchers.iter().copied()));
            let count = |letter| table.board().position().matches(letter).count();
            assert!(matches!(count('X').wrapping_sub(count('O')), 0 | 1), "X begins, and they take turns");
        }
        for place in room.places.values() {
            if let Location::Playing(number, _) | Location::NotPlaying(IdleState::Watching(number)) = place {
                assert!(room.tables.contains_key(number));
            }
        }
        let seated = room.places.values().filter(|place| matches!(place, Location::Playing(..))).count();
        assert_eq!(seated, 2 * room.tables.len());
    }
}

/// What a program reads of a line.
fn head(line: &str) -> Option<&str> {
    line.strip_prefix("* ")?.split(": ").next()
}

// ------------------------------------------------------------------------------------------------ the text as judge

/// The rows of the table in the protocol's text that has these columns.
fn table(columns: &str) -> Vec<Vec<&'static str>> {
    let (_, after) = PROTOCOL.split_once(&format!("\n| {columns} |\n")).unwrap_or_else(|| panic!("no table {columns}"));
    let rows = after.lines().skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The shape of each message: a keyword and names of fields.
static SHAPES: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    table("message | what it says").into_iter().map(|row| code(row[0])[0].split(' ').collect()).collect()
});

static REASONS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| table("reason | after | what is wrong"));

fn reasons(after: &str) -> BTreeSet<&'static str> {
    let rows = REASONS.iter().filter(|row| code(row[1]).contains(&after));
    rows.map(|row| code(row[0])[0]).collect()
}

fn is_number(word: &str) -> bool {
    word.parse::<u32>().is_ok_and(|number| number.to_string() == word)
}

/// Whether a word is what the protocol calls by this name.
fn fits(keyword: &str, name: &str, word: &str) -> bool {
    let three = || word.len() == 3 && word.bytes().is_sorted() && word.bytes().all(|b| matches!(b, b'1'..=b'9'));
    match name {
        "GAME" => is_number(word) && word != "0",
        "COUNT" => is_number(word),
        "MARK" => matches!(word, "X" | "O"),
        "SIDE" => matches!(word, "X" | "O" | "-"),
        "NEXT" => matches!(word, "X" | "O" | "over"),
        "POSITION" => word.len() == 9 && word.bytes().all(|byte| b"XO.".contains(&byte)),
        "LAST" => matches!(word.as_bytes(), [b'1'..=b'9' | b'-']),
        "HOW" => word == "resigned" || three(),
        "REASON" => reasons(keyword).contains(word),
        _ => name == word && name.chars().all(|c| !c.is_ascii_uppercase()),
    }
}

/// The picture as the text describes it, from the position as the text describes it.
fn picture(position: &str) -> Vec<String> {
    let shown = |n: usize| position.chars().nth(n).filter(|c| *c != '.').unwrap_or(char::from(b"123456789"[n]));
    let row = |n: usize| format!("  {} | {} | {} | {} |", n + 1, shown(3 * n), shown(3 * n + 1), shown(3 * n + 2));
    let rule = "    +---+---+---+".to_owned();
    vec!["      a   b   c".to_owned(), rule.clone(), row(0), row(1), row(2), rule]
}

/// Holds what one client gets at a time to the protocol.
fn assert_documented(lines: &[String]) {
    let mut lines = lines.iter();
    while let Some(line) = lines.next() {
        assert!(line.len() < 4096, "{} bytes", line.len());
        assert!(!line.chars().any(char::is_control), "{line:?}");
        let head = head(line).unwrap_or_else(|| panic!("neither message nor picture: {line:?}"));
        let words: Vec<&str> = head.split(' ').collect();
        let shape = SHAPES.iter().find(|shape| shape[0] == words[0]).unwrap_or_else(|| panic!("unknown: {line:?}"));
        assert_eq!(words.len(), shape.len(), "{line:?}");
        assert!(words.iter().zip(shape).all(|(word, name)| fits(words[0], name, word)), "{line:?} is not {shape:?}");
        if words[0] == "board" {
            let drawn: Vec<String> = lines.by_ref().take(6).cloned().collect();
            assert_eq!(drawn, picture(words[2]), "after {line:?}");
        }
    }
}

#[test]
fn every_field_in_the_text_is_explained_and_known_to_this_test() {
    let explained: BTreeSet<_> = table("field | what it looks like").iter().map(|row| code(row[0])[0]).collect();
    let used: BTreeSet<_> = SHAPES.iter().flat_map(|shape| shape.iter().skip(1).copied()).collect();
    let used: BTreeSet<_> = used.into_iter().filter(|name| name.chars().all(|c| c.is_ascii_uppercase())).collect();
    assert_eq!(explained, used);
}

#[test]
fn the_picture_in_the_text_is_one() {
    let drawn = picture("....X....").join("\n    ");
    assert!(PROTOCOL.contains(&format!("\n    {drawn}\n")));
}

#[test]
fn every_keyword_and_reason_is_in_the_text_and_every_one_in_the_text_is_said() {
    let visit = an_evening();
    let heads = || visit.all.iter().filter_map(|line| head(line));
    let said: BTreeSet<&str> = heads().filter_map(|head| head.split(' ').next()).collect();
    assert_eq!(said, SHAPES.iter().map(|shape| shape[0]).collect());
    for keyword in ["illegal", "refused"] {
        let said = heads().filter_map(|head| head.strip_prefix(keyword)).map(str::trim).collect::<BTreeSet<_>>();
        assert_eq!(said, reasons(keyword), "{keyword}");
    }
}

#[test]
fn every_command_is_in_the_text_and_in_the_help() {
    let documented: Vec<String> =
        table("line | when | what it does").iter().map(|row| code(row[0]).join(" to ")).collect();
    assert_eq!(documented, HELP.map(|(words, _)| words.to_owned()));
}

#[test]
fn the_commands_work_when_the_text_says_so_and_are_refused_otherwise() {
    for row in table("line | when | what it does") {
        let command = code(row[0])[0].replace("TEXT", "hello").replace('N', "1");
        for state in ["waiting", "playing", "over", "watching", "idle"] {
            let (mut visit, who) = somebody(state);
            visit.say(who, &command);
            let answer = visit.heads(who);
            let refused = answer.iter().any(|head| head.starts_with("refused ") || head.starts_with("illegal "));
            let works = row[1] == "any time" || row[1].contains(state);
            assert_eq!(!refused, works, "{command} when {state}: {answer:?}");
        }
    }
}

/// A client in each of the states of the text, with a game 1 (not its own) if it is not playing.
fn somebody(state: &str) -> (Visit, PeerId) {
    let (mut visit, peers) = Visit::of(5);
    let who = match state {
        "waiting" => peers[4],
        "watching" => {
            visit.say(peers[4], "/watch 2");
            peers[4]
        }
        "playing" => peers[2],
        "over" => {
            visit.say(peers[2], "/resign");
            peers[2]
        }
        _ => {
            visit.say(peers[2], "/resign");
            visit.leave(peers[3]);
            peers[2]
        }
    };
    visit.read.clear();
    (visit, who)
}

#[test]
fn the_session_in_the_text_is_what_happens() {
    let (_, after) = PROTOCOL.split_once("```session\n").unwrap();
    let (session, _) = after.split_once("```").unwrap();
    let mut visit = Visit::default();
    let mut peers: BTreeMap<&str, PeerId> = BTreeMap::new();
    let mut written: Vec<String> = Vec::new();
    for line in session.lines() {
        let action = line.strip_prefix("# ").or(line.strip_prefix("> ").map(|_| line));
        let Some(action) = action else { continue };
        match action.split_once(' ').unwrap() {
            (">", text) => visit.say(peers["A"], text),
            (who, "connects") => assert_eq!(peers.insert(who, visit.join()), None),
            (who, "leaves") => visit.leave(peers.remove(who).unwrap()),
            (who, types) => visit.say(peers[who], types.strip_prefix("types ").unwrap()),
        }
        written.push(line.to_owned());
        written.append(&mut visit.lines(peers["A"]));
    }
    let written = written.join("\n") + "\n";
    assert_eq!(session, written, "\n{written}");
}

// -------------------------------------------------------------------------------------------------------- the cases

/// A visit in which everything there is to say gets said.
fn an_evening() -> Visit {
    let mut visit = Visit::default();
    let (ann, ben) = (visit.join(), visit.join());
    visit.play(ann, ben, "5 1 5 5 0");
    visit.say(ann, "/new");
    let eve = visit.join();
    for line in ["5", "/say hi", "/watch 1", "5", "/resign", "/games", "/help", "hello", "/say", "/watch", "/watch 9"] {
        visit.say(eve, line);
    }
    visit.say(ann, "/say well played");
    visit.play(ann, ben, "3 4 7");
    for line in ["9", "/resign", "/again", "/again", &format!("/say {}", "x".repeat(1001))] {
        visit.say(ben, line);
    }
    visit.say(ann, "/again");
    visit.play(ben, ann, "1 5 2 3 7 4 6 8 9");
    visit.join();
    visit.leave(ann);
    visit.say(eve, "5");
    visit.say(eve, "/again");
    visit.say(ben, "/quit");
    visit
}

#[test]
fn two_are_paired_and_the_first_is_x() {
    let mut visit = Visit::default();
    let ann = visit.join();
    assert_eq!(visit.heads(ann), ["welcome tic-tac-toe 1", "wait"]);
    let ben = visit.join();
    assert_eq!(visit.heads(ann), ["start 1 X", "board 1 ......... -", "turn 1 X"]);
    assert_eq!(visit.heads(ben), ["welcome tic-tac-toe 1", "start 1 O", "board 1 ......... -", "turn 1 X"]);
}

#[test]
fn a_game_by_numbers_is_won() {
    let (mut visit, peers) = Visit::of(2);
    visit.play(peers[0], peers[1], "5 1 3 2 7");
    let expected = [
        "board 1 ....X.... 5",
        "turn 1 O",
        "board 1 O...X.... 1",
        "turn 1 X",
        "board 1 O.X.X.... 3",
        "turn 1 O",
        "board 1 OOX.X.... 2",
        "turn 1 X",
        "board 1 OOX.X.X.. 7",
        "win 1 X 357",
    ];
    assert_eq!(visit.heads(peers[0]), expected);
    assert_eq!(visit.heads(peers[1]), expected);
}

#[test]
fn a_game_by_places_is_won_by_o() {
    let (mut visit, peers) = Visit::of(2);
    visit.play(peers[0], peers[1], "a1 b2 B3 A3 c2 C1");
    assert_eq!(visit.heads(peers[0]).last().unwrap(), "win 1 O 357");
}

#[test]
fn a_full_board_is_a_draw() {
    let (mut visit, peers) = Visit::of(2);
    visit.play(peers[0], peers[1], "1 5 2 3 7 4 6 8 9");
    assert_eq!(visit.heads(peers[1])[16..], ["board 1 XXOOOXXOX 9", "draw 1"]);
}

#[test]
fn sentences_are_each_readers_own() {
    let (mut visit, peers) = Visit::of(2);
    visit.play(peers[0], peers[1], "5 1 3 2");
    visit.read.clear();
    visit.say(peers[0], "7");
    let go_on = "/again plays again with the same opponent, /new finds another.";
    assert_eq!(*visit.lines(peers[0]).last().unwrap(), format!("* win 1 X 357: You win with 3, 5 and 7! {go_on}"));
    assert_eq!(*visit.lines(peers[1]).last().unwrap(), format!("* win 1 X 357: You lose: X has 3, 5 and 7. {go_on}"));
}

#[test]
fn illegal_moves_change_nothing_and_say_why_to_the_mover_only() {
    let (mut visit, peers) = Visit::of(3);
    visit.say(peers[0], "5");
    visit.read.clear();
    for (n, line, expected) in [
        (0, "1", "illegal turn"),
        (1, "5", "illegal taken"),
        (1, "B2", "illegal taken"),
        (1, "0", "illegal field"),
        (1, "d4", "illegal field"),
        (2, "1", "illegal waiting"),
    ] {
        visit.answers(peers[n], line, [expected]);
        assert!(visit.read.is_empty(), "{line}: {:?}", visit.read);
    }
    visit.say(peers[1], "1");
    assert_eq!(visit.heads(peers[1]), ["board 1 O...X.... 1", "turn 1 X"]);
    visit.play(peers[0], peers[1], "2 3 8");
    visit.answers(peers[1], "9", ["illegal over"]);
    visit.say(peers[2], "/watch 1");
    visit.answers(peers[2], "9", ["illegal watching"]);
}

#[test]
fn empty_lines_and_late_newlines_are_nothing_and_half_a_line_is_refused() {
    let (mut visit, peers) = Visit::of(2);
    visit.say(peers[0], "");
    visit.say(peers[0], " \r");
    visit.line(peers[0], ReceivedLine { text: b"", end: LineEnd::Lf, continues: true });
    assert!(visit.read.is_empty());
    visit.line(peers[0], ReceivedLine { text: b"5", end: LineEnd::Limit, continues: false });
    assert_eq!(visit.heads(peers[0]), ["refused long"]);
    visit.line(peers[0], ReceivedLine { text: b"5", end: LineEnd::Idle, continues: false });
    assert_eq!(visit.heads(peers[0]), ["board 1 ....X.... 5", "turn 1 O"]);
}

#[test]
fn a_third_client_waits_and_a_fourth_plays_with_it() {
    let (mut visit, _) = Visit::of(2);
    let (eve, sam) = (visit.join(), visit.join());
    assert_eq!(visit.heads(eve)[..3], ["welcome tic-tac-toe 1", "wait", "start 2 X"]);
    assert_eq!(visit.heads(sam)[1], "start 2 O");
}

#[test]
fn who_watches_sees_the_game_and_is_invited_but_not_paired() {
    let (mut visit, peers) = Visit::of(3);
    let eve = peers[2];
    visit.say(peers[0], "5");
    visit.answers(eve, "/watch 1", ["watch 1", "board 1 ....X.... 5", "turn 1 O"]);
    visit.say(peers[1], "1");
    assert_eq!(visit.heads(eve), ["board 1 O...X.... 1", "turn 1 X"]);
    let sam = visit.join();
    assert_eq!(visit.heads(sam), ["welcome tic-tac-toe 1", "wait"]);
    assert_eq!(visit.heads(eve), ["invite"]);
    visit.answers(eve, "/new", ["start 2 O", "board 2 ......... -", "turn 2 X"]);
    visit.say(peers[0], "9");
    assert_eq!(visit.heads(eve), [""; 0], "watches no more");
}

#[test]
fn who_watches_sees_the_end_another_game_and_the_closing() {
    let (mut visit, peers) = Visit::of(3);
    let eve = peers[2];
    visit.say(eve, "/watch 1");
    visit.say(peers[0], "/resign");
    visit.read.remove(&eve);
    visit.say(peers[0], "/again");
    visit.say(peers[1], "/again");
    assert_eq!(visit.heads(eve), ["again 1 X", "start 1 -", "board 1 ......... -", "turn 1 X"]);
    visit.say(peers[0], "/resign");
    visit.answers(eve, "/watch 1", ["watch 1", "board 1 ......... -", "win 1 X resigned"]);
    visit.leave(peers[0]);
    assert_eq!(visit.heads(eve), ["gone 1 O"]);
    visit.answers(eve, "5", ["illegal idle"]);
    visit.answers(eve, "/watch 1", ["refused game"]);
}

#[test]
fn a_watcher_can_turn_to_another_game() {
    let (mut visit, peers) = Visit::of(5);
    visit.say(peers[4], "/watch 1");
    visit.say(peers[4], "/watch 2");
    visit.read.clear();
    visit.say(peers[0], "5");
    assert_eq!(visit.heads(peers[4]), [""; 0]);
    visit.say(peers[2], "5");
    assert_eq!(visit.heads(peers[4])[0], "board 2 ....X.... 5");
    visit.check();
}

#[test]
fn again_needs_both_and_changes_sides() {
    let (mut visit, peers) = Visit::of(2);
    visit.answers(peers[0], "/again", ["refused playing"]);
    visit.say(peers[0], "/resign");
    assert_eq!(visit.heads(peers[1]), ["win 1 O resigned"]);
    visit.answers(peers[0], "/again", ["again 1 X"]);
    assert_eq!(visit.heads(peers[1]), ["again 1 X"]);
    visit.answers(peers[0], "/again", ["again 1 X"]);
    assert_eq!(visit.heads(peers[1]), [""; 0], "is not asked twice");
    visit.answers(peers[1], "/again", ["start 1 X", "board 1 ......... -", "turn 1 X"]);
    assert_eq!(visit.heads(peers[0]), ["start 1 O", "board 1 ......... -", "turn 1 X"]);
    visit.answers(peers[0], "5", ["illegal turn"]);
    visit.answers(peers[1], "5", ["board 1 ....X.... 5", "turn 1 O"]);
}

#[test]
fn again_without_an_opponent_is_refused_whatever_became_of_it() {
    for departure in ["", "/new", "/quit", "/watch 2"] {
        let (mut visit, peers) = Visit::of(4);
        visit.say(peers[0], "/resign");
        visit.say(peers[0], "/again");
        visit.read.clear();
        match departure {
            "" => visit.leave(peers[0]),
            words => visit.say(peers[0], words),
        }
        assert_eq!(visit.heads(peers[1])[0], "gone 1 X", "{departure}");
        visit.answers(peers[1], "/again", ["refused idle"]);
        visit.check();
    }
}

#[test]
fn who_is_left_in_mid_game_has_won_and_waits() {
    let (mut visit, peers) = Visit::of(2);
    visit.leave(peers[0]);
    assert_eq!(visit.heads(peers[1]), ["gone 1 X", "wait"]);
    let sam = visit.join();
    assert_eq!(visit.heads(peers[1])[0], "start 1 X");
    assert_eq!(visit.heads(sam)[1], "start 1 O");
}

#[test]
fn who_is_left_in_mid_game_plays_at_once_with_who_waits() {
    let (mut visit, peers) = Visit::of(3);
    visit.leave(peers[0]);
    assert_eq!(visit.heads(peers[1]), ["gone 1 X", "start 1 O", "board 1 ......... -", "turn 1 X"]);
    assert_eq!(visit.heads(peers[2])[0], "start 1 X", "has waited longer");
}

#[test]
fn both_players_may_go() {
    let (mut visit, peers) = Visit::of(3);
    visit.say(peers[2], "/watch 1");
    visit.read.clear();
    visit.leave(peers[0]);
    visit.leave(peers[1]);
    assert_eq!(visit.heads(peers[2]), ["gone 1 X", "invite"]);
    assert!(visit.room.tables.is_empty());
    visit.check();
}

#[test]
fn new_is_for_the_end_of_a_game_not_for_its_middle() {
    let (mut visit, peers) = Visit::of(2);
    visit.answers(peers[0], "/new", ["refused playing"]);
    visit.answers(peers[0], "/watch 1", ["refused playing"]);
    visit.say(peers[0], "/resign");
    visit.answers(peers[0], "/watch 1", ["refused over"]);
    visit.answers(peers[0], "/resign", ["refused over"]);
    visit.answers(peers[0], "/new", ["wait"]);
    visit.answers(peers[0], "/new", ["wait"]);
    assert_eq!(visit.heads(peers[1]), ["win 1 O resigned", "gone 1 X", "invite"]);
    visit.answers(peers[1], "/new", ["start 1 O", "board 1 ......... -", "turn 1 X"]);
}

#[test]
fn players_after_a_game_are_told_that_somebody_waits() {
    let (mut visit, peers) = Visit::of(2);
    let sam = visit.join();
    assert_eq!(visit.heads(peers[0]), [""; 0], "not in mid-game");
    visit.leave(sam);
    visit.say(peers[0], "/resign");
    visit.read.clear();
    visit.join();
    assert_eq!((visit.heads(peers[0]), visit.heads(peers[1])), (vec!["invite".to_owned()], vec!["invite".to_owned()]));
    visit.answers(peers[0], "/new", ["start 1 O", "board 1 ......... -", "turn 1 X"]);
    assert_eq!(visit.heads(peers[1]), ["gone 1 X"]);
}

#[test]
fn who_has_said_goodbye_is_paired_with_nobody_though_the_connection_still_stands() {
    let mut room = Game::new();
    let mut out = Output::default();
    room.joined(ServerTime::ZERO, PeerId(1), &mut out);
    let line = |text| ReceivedLine { text, end: LineEnd::Lf, continues: false };
    room.line(ServerTime::ZERO, PeerId(1), line(b"/quit"), &mut out);
    assert_eq!(out.take_hang_ups(), [(PeerId(1), Duration::ZERO)]);
    out.take_deliveries();
    room.joined(ServerTime::ZERO, PeerId(2), &mut out);
    room.line(ServerTime::ZERO, PeerId(1), line(b"/new"), &mut out);
    room.left(ServerTime::ZERO, PeerId(1), LeaveReason::HungUp, &mut out);
    let deliveries = out.take_deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.to == Recipients::One(PeerId(2))));
    assert_eq!(room.waiting, Some(PeerId(2)));
}

#[test]
fn talk_reaches_the_others_at_the_table_and_cannot_be_mistaken() {
    let (mut visit, peers) = Visit::of(4);
    visit.leave(peers[3]);
    visit.say(peers[2], "/watch 1");
    visit.read.clear();
    visit.say(peers[1], b"/say hi\r* win 1 O 123: \x1b[2J\xe2\x80\xae\xff\tyou");
    let expected = ["* say 1 O: hi^M* win 1 O 123: ^[[2J<U+202E>\u{fffd} you"];
    assert_eq!(visit.lines(peers[0]), expected);
    assert_eq!(visit.lines(peers[2]), expected);
    assert_eq!(visit.lines(peers[1]), [""; 0]);
    visit.answers(peers[2], "/say hi", ["refused watching"]);
    visit.answers(peers[0], "/say  ", ["refused usage"]);
    visit.say(peers[0], format!("/say {}", "\u{ad}".repeat(500)));
    assert_eq!(visit.lines(peers[1])[0].len(), "* say 1 X: ".len() + 4000);
    visit.answers(peers[0], &format!("/say {}", "x".repeat(1001)), ["refused long"]);
}

#[test]
fn two_hundred_clients_are_a_hundred_games_and_numbers_are_used_again() {
    let (mut visit, peers) = Visit::of(202);
    assert_eq!(visit.room.tables.len(), 101);
    visit.check();
    visit.answers(peers[9], "/say hello", []);
    assert_eq!(visit.heads(peers[8]), ["say 5 O"]);
    visit.say(peers[9], "/games");
    let lines = visit.lines(peers[9]);
    assert_eq!(lines[0], "* games 101: The first 100 of them.");
    assert_eq!(lines.len(), 101);
    assert_eq!(lines[100], "* game 100 ......... X: X is to move, nobody watches.");
    // Who is left of games 7 and 3 waits, then plays: the smaller number.
    visit.leave(peers[12]);
    visit.read.clear();
    visit.leave(peers[4]);
    assert_eq!(visit.heads(peers[5])[1], "start 3 O");
    assert_eq!(visit.heads(peers[13])[0], "start 3 X");
    visit.check();
}

#[test]
fn the_log_says_who_plays_and_who_has_won() {
    let (mut room, mut out) = (Game::new(), Output::default());
    room.joined(ServerTime::ZERO, PeerId(1), &mut out);
    room.joined(ServerTime::ZERO, PeerId(2), &mut out);
    room.line(
        ServerTime::ZERO,
        PeerId(1),
        ReceivedLine { text: b"/resign", end: LineEnd::Lf, continues: false },
        &mut out,
    );
    let expected = [(1, "is X in game 1"), (2, "is O in game 1"), (2, "has won game 1")];
    assert_eq!(out.take_log(), expected.map(|(peer, words)| (PeerId(peer), words.to_owned())));
}

// ------------------------------------------------------------------------------------------------------- properties

#[derive(Debug, Clone)]
enum Step {
    Join,
    Leave(usize),
    Line(usize, Vec<u8>, LineEnd),
}

fn step() -> impl Strategy<Value = Step> {
    let any_bytes = proptest::collection::vec(any::<u8>().prop_filter("no LF in a line", |b| *b != b'\n'), 0..20);
    let sensible = prop_oneof![
        8 => "[1-9]".prop_map(String::into_bytes),
        2 => "[abcABC][123]".prop_map(String::into_bytes),
        6 => "/(again|new|resign|board|games|help|AGAIN|quit|watch [1-4])".prop_map(String::into_bytes),
        2 => any_bytes.clone().prop_map(|bytes| [b"/say ", bytes.as_slice()].concat()),
        1 => any_bytes,
    ];
    let end = prop_oneof![20 => Just(LineEnd::Lf), 3 => Just(LineEnd::Idle), 1 => Just(LineEnd::Limit), 1 => Just(LineEnd::Eof)];
    prop_oneof![
        3 => Just(Step::Join),
        1 => any::<usize>().prop_map(Step::Leave),
        16 => (any::<usize>(), sensible, end).prop_map(|(who, text, end)| Step::Line(who, text, end)),
    ]
}

proptest! {
    /// That every line is documented, UTF-8, free of controls and for somebody who is there, the harness sees to.
    #[test]
    fn whatever_clients_do_the_room_stays_in_order(steps in proptest::collection::vec(step(), 0..150)) {
        let mut visit = Visit::default();
        for step in steps {
            let here: Vec<PeerId> = visit.here.iter().copied().collect();
            let pick = |who: usize| here.get(who % here.len().max(1)).copied();
            match step {
                Step::Join => _ = visit.join(),
                Step::Leave(who) => pick(who).into_iter().for_each(|peer| visit.leave(peer)),
                Step::Line(who, text, end) => {
                    if let Some(peer) = pick(who) {
                        visit.line(peer, ReceivedLine { text: &text, end, continues: false });
                    }
                }
            }
            visit.check();
        }
    }

    /// Two clients that know only the protocol play to the end, whatever they choose.
    #[test]
    fn who_follows_the_text_plays_a_game_to_its_end(choices in proptest::collection::vec(any::<usize>(), 9)) {
        let (mut visit, peers) = Visit::of(2);
        visit.say(peers[0], "/board");
        for choice in choices {
            let heads = visit.heads(peers[0]);
            let words = |n: usize| heads[n].split(' ').map(str::to_owned).collect::<Vec<_>>();
            let (board, standing) = (words(heads.len() - 2), words(heads.len() - 1));
            if standing[0] != "turn" {
                prop_assert!(matches!(standing[0].as_str(), "win" | "draw"));
                return Ok(());
            }
            let free: Vec<_> = board[2].match_indices('.').map(|(at, _)| at + 1).collect();
            let mover = if standing[2] == "X" { peers[0] } else { peers[1] };
            visit.say(mover, free[choice % free.len()].to_string());
        }
        let end = visit.heads(peers[0]).pop().unwrap();
        prop_assert!(end.starts_with("win 1") || end == "draw 1", "{end}");
    }
}
