//! Drives the room as the hub does, and checks every line against the protocol's documentation.

use super::*;
use crate::server::room::RoomDelivery;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The documentation for students.
const PROTOCOL: &str = include_str!("../../../../assets/lab/GAME.md");

/// A room with clients, and the lines that each has received since the last read.
#[derive(Default)]
struct TestRoom {
    room: Game,
    clients: BTreeSet<PeerId>,
    received: BTreeMap<PeerId, Vec<String>>,
    /// All lines sent to any client.
    all: Vec<String>,
    last: u64,
}

impl TestRoom {
    fn of(clients: usize) -> (Self, Vec<PeerId>) {
        let mut room = Self::default();
        let peers = (0..clients).map(|_| room.join()).collect();
        room.received.clear();
        (room, peers)
    }

    fn join(&mut self) -> PeerId {
        self.last += 1;
        let peer = PeerId(self.last);
        self.clients.insert(peer);
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
        self.clients.remove(&peer);
        let mut out = Output::default();
        self.room.left(ServerTime::ZERO, peer, LeaveReason::Closed, &mut out);
        self.carry_out(out);
    }

    fn carry_out(&mut self, mut out: Output) {
        for RoomDelivery { to, bytes } in out.take_deliveries() {
            let Recipients::One(peer) = to else { panic!("the game sends to single clients only: {to:?}") };
            assert!(self.clients.contains(&peer), "{peer:?} has left");
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            assert!(text.ends_with('\n'));
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            assert_documented(&lines);
            self.all.extend(lines.iter().cloned());
            self.received.entry(peer).or_default().extend(lines);
        }
        for (peer, after) in out.take_hang_ups() {
            assert_eq!(after, Duration::ZERO);
            self.leave(peer);
        }
    }

    /// Takes the lines that a client has received.
    fn lines(&mut self, peer: PeerId) -> Vec<String> {
        self.received.remove(&peer).unwrap_or_default()
    }

    /// Takes the received lines, without sentences and pictures: `start 1 X`.
    fn heads(&mut self, peer: PeerId) -> Vec<String> {
        self.lines(peer).iter().filter_map(|line| head(line)).map(str::to_owned).collect()
    }

    /// Checks the messages that a client receives in answer to a line.
    fn assert_answer<const N: usize>(&mut self, from: PeerId, text: &str, expected: [&str; N]) {
        self.received.remove(&from);
        self.say(from, text);
        assert_eq!(self.heads(from), expected, "{text:?}");
    }

    /// Plays these moves alternately, starting with `x`.
    fn play(&mut self, x: PeerId, o: PeerId, moves: &str) {
        for (n, word) in moves.split(' ').enumerate() {
            self.say(if n % 2 == 0 { x } else { o }, word);
        }
    }

    /// Checks the invariants of the room.
    fn check_invariants(&self) {
        let room = &self.room;
        assert_eq!(room.locations.keys().copied().collect::<BTreeSet<_>>(), self.clients);
        let at = |wanted: Location| {
            room.locations.iter().filter(move |(_, location)| **location == wanted).map(|(peer, _)| *peer)
        };
        assert!(at(Location::NotPlaying(IdleState::Waiting)).eq(room.waiting), "the waiting client is recorded");
        for (&number, table) in &room.tables {
            for mark in [Mark::X, Mark::O] {
                assert!(
                    at(Location::Playing(number, mark)).eq([table.player(mark)]),
                    "each mark belongs to one client"
                );
            }
            assert!(at(Location::NotPlaying(IdleState::Watching(number))).eq(table.watchers.iter().copied()));
            let count = |letter| table.board().position().matches(letter).count();
            assert!(matches!(count('X').wrapping_sub(count('O')), 0 | 1), "X moves first, then the players alternate");
        }
        for location in room.locations.values() {
            if let Location::Playing(number, _) | Location::NotPlaying(IdleState::Watching(number)) = location {
                assert!(room.tables.contains_key(number));
            }
        }
        let player_count = room.locations.values().filter(|location| matches!(location, Location::Playing(..))).count();
        assert_eq!(player_count, 2 * room.tables.len());
    }
}

/// The keyword and fields of a message; `None` for a line of the picture.
fn head(line: &str) -> Option<&str> {
    line.strip_prefix("* ")?.split(": ").next()
}

// ------------------------------------------------------------------------------------------------- documentation

/// The rows of the documentation's table with these columns.
fn table(columns: &str) -> Vec<Vec<&'static str>> {
    let (_, after) = PROTOCOL.split_once(&format!("\n| {columns} |\n")).unwrap_or_else(|| panic!("no table {columns}"));
    let rows = after.lines().skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The code spans of a table cell.
fn code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The documented shape of each message: keyword and names of fields.
static SHAPES: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    table("message | what it says").into_iter().map(|row| code(row[0])[0].split(' ').collect()).collect()
});

static REASONS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| table("reason | after | what is wrong"));

/// The documented reasons of `illegal` or `refused`.
fn reasons(keyword: &str) -> BTreeSet<&'static str> {
    let rows = REASONS.iter().filter(|row| code(row[1]).contains(&keyword));
    rows.map(|row| code(row[0])[0]).collect()
}

fn is_number(word: &str) -> bool {
    word.parse::<u32>().is_ok_and(|number| number.to_string() == word)
}

/// Whether a word is a valid value of the field with this name.
fn fits(keyword: &str, name: &str, word: &str) -> bool {
    let is_line = || word.len() == 3 && word.bytes().is_sorted() && word.bytes().all(|b| matches!(b, b'1'..=b'9'));
    match name {
        "GAME" => is_number(word) && word != "0",
        "COUNT" => is_number(word),
        "MARK" => matches!(word, "X" | "O"),
        "SIDE" => matches!(word, "X" | "O" | "-"),
        "NEXT" => matches!(word, "X" | "O" | "over"),
        "POSITION" => word.len() == 9 && word.bytes().all(|byte| b"XO.".contains(&byte)),
        "LAST" => matches!(word.as_bytes(), [b'1'..=b'9' | b'-']),
        "HOW" => word == "resigned" || is_line(),
        "REASON" => reasons(keyword).contains(word),
        _ => name == word && name.chars().all(|c| !c.is_ascii_uppercase()),
    }
}

/// The documented picture of a position.
fn picture(position: &str) -> Vec<String> {
    let symbol = |n: usize| position.chars().nth(n).filter(|c| *c != '.').unwrap_or(char::from(b"123456789"[n]));
    let row = |n: usize| format!("  {} | {} | {} | {} |", n + 1, symbol(3 * n), symbol(3 * n + 1), symbol(3 * n + 2));
    let rule = "    +---+---+---+".to_owned();
    vec!["      a   b   c".to_owned(), rule.clone(), row(0), row(1), row(2), rule]
}

/// Checks the lines of one delivery against the documentation.
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
fn every_documented_field_is_explained() {
    let explained: BTreeSet<_> = table("field | what it looks like").iter().map(|row| code(row[0])[0]).collect();
    let used: BTreeSet<_> = SHAPES.iter().flat_map(|shape| shape.iter().skip(1).copied()).collect();
    let used: BTreeSet<_> = used.into_iter().filter(|name| name.chars().all(|c| c.is_ascii_uppercase())).collect();
    assert_eq!(explained, used);
}

#[test]
fn the_documented_picture_is_valid() {
    let drawn = picture("....X....").join("\n    ");
    assert!(PROTOCOL.contains(&format!("\n    {drawn}\n")));
}

#[test]
fn documented_keywords_and_reasons_are_all_used() {
    let room = play_every_message();
    let heads = || room.all.iter().filter_map(|line| head(line));
    let keywords: BTreeSet<&str> = heads().filter_map(|head| head.split(' ').next()).collect();
    assert_eq!(keywords, SHAPES.iter().map(|shape| shape[0]).collect());
    for keyword in ["illegal", "refused"] {
        let used = heads().filter_map(|head| head.strip_prefix(keyword)).map(str::trim).collect::<BTreeSet<_>>();
        assert_eq!(used, reasons(keyword), "{keyword}");
    }
}

#[test]
fn documented_commands_agree_with_help() {
    let documented: Vec<String> =
        table("line | when | what it does").iter().map(|row| code(row[0]).join(" to ")).collect();
    assert_eq!(documented, HELP.map(|(syntax, _)| syntax.to_owned()));
}

#[test]
fn commands_work_in_the_documented_states_only() {
    for row in table("line | when | what it does") {
        let command = code(row[0])[0].replace("TEXT", "hello").replace('N', "1");
        for state in ["waiting", "playing", "over", "watching", "idle"] {
            let (mut room, client) = client_in_state(state);
            room.say(client, &command);
            let answer = room.heads(client);
            let refused = answer.iter().any(|head| head.starts_with("refused ") || head.starts_with("illegal "));
            let works = row[1] == "any time" || row[1].contains(state);
            assert_eq!(!refused, works, "{command} when {state}: {answer:?}");
        }
    }
}

/// A client in a documented state, and a game 1 that is not its own if it is not playing.
fn client_in_state(state: &str) -> (TestRoom, PeerId) {
    let (mut room, peers) = TestRoom::of(5);
    let client = match state {
        "waiting" => peers[4],
        "watching" => {
            room.say(peers[4], "/watch 2");
            peers[4]
        }
        "playing" => peers[2],
        "over" => {
            room.say(peers[2], "/resign");
            peers[2]
        }
        _ => {
            room.say(peers[2], "/resign");
            room.leave(peers[3]);
            peers[2]
        }
    };
    room.received.clear();
    (room, client)
}

#[test]
fn the_documented_session_is_exact() {
    let (_, after) = PROTOCOL.split_once("```session\n").unwrap();
    let (session, _) = after.split_once("```").unwrap();
    let mut room = TestRoom::default();
    let mut peers: BTreeMap<&str, PeerId> = BTreeMap::new();
    let mut transcript: Vec<String> = Vec::new();
    for line in session.lines() {
        let action = line.strip_prefix("# ").or(line.strip_prefix("> ").map(|_| line));
        let Some(action) = action else { continue };
        match action.split_once(' ').unwrap() {
            (">", text) => room.say(peers["A"], text),
            (name, "connects") => assert_eq!(peers.insert(name, room.join()), None),
            (name, "leaves") => room.leave(peers.remove(name).unwrap()),
            (name, types) => room.say(peers[name], types.strip_prefix("types ").unwrap()),
        }
        transcript.push(line.to_owned());
        transcript.append(&mut room.lines(peers["A"]));
    }
    let transcript = transcript.join("\n") + "\n";
    assert_eq!(session, transcript, "\n{transcript}");
}

// --------------------------------------------------------------------------------------------------------- cases

/// Plays games in which every message occurs.
fn play_every_message() -> TestRoom {
    let mut room = TestRoom::default();
    let (ann, ben) = (room.join(), room.join());
    room.play(ann, ben, "5 1 5 5 0");
    room.say(ann, "/new");
    let eve = room.join();
    for line in ["5", "/say hi", "/watch 1", "5", "/resign", "/games", "/help", "hello", "/say", "/watch", "/watch 9"] {
        room.say(eve, line);
    }
    room.say(ann, "/say well played");
    room.play(ann, ben, "3 4 7");
    for line in ["9", "/resign", "/again", "/again", &format!("/say {}", "x".repeat(1001))] {
        room.say(ben, line);
    }
    room.say(ann, "/again");
    room.play(ben, ann, "1 5 2 3 7 4 6 8 9");
    room.join();
    room.leave(ann);
    room.say(eve, "5");
    room.say(eve, "/again");
    room.say(ben, "/quit");
    room
}

#[test]
fn two_clients_are_paired_and_the_first_is_x() {
    let mut room = TestRoom::default();
    let ann = room.join();
    assert_eq!(room.heads(ann), ["welcome tic-tac-toe 1", "wait"]);
    let ben = room.join();
    assert_eq!(room.heads(ann), ["start 1 X", "board 1 ......... -", "turn 1 X"]);
    assert_eq!(room.heads(ben), ["welcome tic-tac-toe 1", "start 1 O", "board 1 ......... -", "turn 1 X"]);
}

#[test]
fn x_wins_with_moves_by_number() {
    let (mut room, peers) = TestRoom::of(2);
    room.play(peers[0], peers[1], "5 1 3 2 7");
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
    assert_eq!(room.heads(peers[0]), expected);
    assert_eq!(room.heads(peers[1]), expected);
}

#[test]
fn o_wins_with_moves_by_place() {
    let (mut room, peers) = TestRoom::of(2);
    room.play(peers[0], peers[1], "a1 b2 B3 A3 c2 C1");
    assert_eq!(room.heads(peers[0]).last().unwrap(), "win 1 O 357");
}

#[test]
fn a_full_board_is_a_draw() {
    let (mut room, peers) = TestRoom::of(2);
    room.play(peers[0], peers[1], "1 5 2 3 7 4 6 8 9");
    assert_eq!(room.heads(peers[1])[16..], ["board 1 XXOOOXXOX 9", "draw 1"]);
}

#[test]
fn sentences_depend_on_the_recipient() {
    let (mut room, peers) = TestRoom::of(2);
    room.play(peers[0], peers[1], "5 1 3 2");
    room.received.clear();
    room.say(peers[0], "7");
    let hint = "/again offers another game, /new finds another opponent.";
    assert_eq!(*room.lines(peers[0]).last().unwrap(), format!("* win 1 X 357: You win with 3, 5 and 7. {hint}"));
    assert_eq!(*room.lines(peers[1]).last().unwrap(), format!("* win 1 X 357: You lose: X has 3, 5 and 7. {hint}"));
}

#[test]
fn illegal_moves_change_nothing_and_are_explained() {
    let (mut room, peers) = TestRoom::of(3);
    room.say(peers[0], "5");
    room.received.clear();
    for (n, line, expected) in [
        (0, "1", "illegal turn"),
        (1, "5", "illegal taken"),
        (1, "B2", "illegal taken"),
        (1, "0", "illegal field"),
        (1, "d4", "illegal field"),
        (2, "1", "illegal waiting"),
    ] {
        room.assert_answer(peers[n], line, [expected]);
        assert!(room.received.is_empty(), "{line}: {:?}", room.received);
    }
    room.say(peers[1], "1");
    assert_eq!(room.heads(peers[1]), ["board 1 O...X.... 1", "turn 1 X"]);
    room.play(peers[0], peers[1], "2 3 8");
    room.assert_answer(peers[1], "9", ["illegal over"]);
    room.say(peers[2], "/watch 1");
    room.assert_answer(peers[2], "9", ["illegal watching"]);
}

#[test]
fn empty_lines_are_ignored_and_cut_lines_refused() {
    let (mut room, peers) = TestRoom::of(2);
    room.say(peers[0], "");
    room.say(peers[0], " \r");
    room.line(peers[0], ReceivedLine { text: b"", end: LineEnd::Lf, continues: true });
    assert!(room.received.is_empty());
    room.line(peers[0], ReceivedLine { text: b"5", end: LineEnd::Limit, continues: false });
    assert_eq!(room.heads(peers[0]), ["refused long"]);
    room.line(peers[0], ReceivedLine { text: b"5", end: LineEnd::Idle, continues: false });
    assert_eq!(room.heads(peers[0]), ["board 1 ....X.... 5", "turn 1 O"]);
}

#[test]
fn a_third_client_waits_and_a_fourth_plays_with_it() {
    let (mut room, _) = TestRoom::of(2);
    let (eve, sam) = (room.join(), room.join());
    assert_eq!(room.heads(eve)[..3], ["welcome tic-tac-toe 1", "wait", "start 2 X"]);
    assert_eq!(room.heads(sam)[1], "start 2 O");
}

#[test]
fn a_spectator_is_invited_but_not_paired() {
    let (mut room, peers) = TestRoom::of(3);
    let eve = peers[2];
    room.say(peers[0], "5");
    room.assert_answer(eve, "/watch 1", ["watch 1", "board 1 ....X.... 5", "turn 1 O"]);
    room.say(peers[1], "1");
    assert_eq!(room.heads(eve), ["board 1 O...X.... 1", "turn 1 X"]);
    let sam = room.join();
    assert_eq!(room.heads(sam), ["welcome tic-tac-toe 1", "wait"]);
    assert_eq!(room.heads(eve), ["invite"]);
    room.assert_answer(eve, "/new", ["start 2 O", "board 2 ......... -", "turn 2 X"]);
    room.say(peers[0], "9");
    assert_eq!(room.heads(eve), [""; 0], "does not watch any more");
}

#[test]
fn a_spectator_sees_the_end_a_rematch_and_the_closing() {
    let (mut room, peers) = TestRoom::of(3);
    let eve = peers[2];
    room.say(eve, "/watch 1");
    room.say(peers[0], "/resign");
    room.received.remove(&eve);
    room.say(peers[0], "/again");
    room.say(peers[1], "/again");
    assert_eq!(room.heads(eve), ["again 1 X", "start 1 -", "board 1 ......... -", "turn 1 X"]);
    room.say(peers[0], "/resign");
    room.assert_answer(eve, "/watch 1", ["watch 1", "board 1 ......... -", "win 1 X resigned"]);
    room.leave(peers[0]);
    assert_eq!(room.heads(eve), ["gone 1 O"]);
    room.assert_answer(eve, "5", ["illegal idle"]);
    room.assert_answer(eve, "/watch 1", ["refused game"]);
}

#[test]
fn a_spectator_can_watch_another_game() {
    let (mut room, peers) = TestRoom::of(5);
    room.say(peers[4], "/watch 1");
    room.say(peers[4], "/watch 2");
    room.received.clear();
    room.say(peers[0], "5");
    assert_eq!(room.heads(peers[4]), [""; 0]);
    room.say(peers[2], "5");
    assert_eq!(room.heads(peers[4])[0], "board 2 ....X.... 5");
    room.check_invariants();
}

#[test]
fn a_rematch_needs_both_players_and_changes_sides() {
    let (mut room, peers) = TestRoom::of(2);
    room.assert_answer(peers[0], "/again", ["refused playing"]);
    room.say(peers[0], "/resign");
    assert_eq!(room.heads(peers[1]), ["win 1 O resigned"]);
    room.assert_answer(peers[0], "/again", ["again 1 X"]);
    assert_eq!(room.heads(peers[1]), ["again 1 X"]);
    room.assert_answer(peers[0], "/again", ["again 1 X"]);
    assert_eq!(room.heads(peers[1]), [""; 0], "is not offered twice");
    room.assert_answer(peers[1], "/again", ["start 1 X", "board 1 ......... -", "turn 1 X"]);
    assert_eq!(room.heads(peers[0]), ["start 1 O", "board 1 ......... -", "turn 1 X"]);
    room.assert_answer(peers[0], "5", ["illegal turn"]);
    room.assert_answer(peers[1], "5", ["board 1 ....X.... 5", "turn 1 O"]);
}

#[test]
fn a_rematch_without_an_opponent_is_refused() {
    for departure in ["", "/new", "/quit", "/watch 2"] {
        let (mut room, peers) = TestRoom::of(4);
        room.say(peers[0], "/resign");
        room.say(peers[0], "/again");
        room.received.clear();
        match departure {
            "" => room.leave(peers[0]),
            command => room.say(peers[0], command),
        }
        assert_eq!(room.heads(peers[1])[0], "gone 1 X", "{departure}");
        room.assert_answer(peers[1], "/again", ["refused idle"]);
        room.check_invariants();
    }
}

#[test]
fn a_player_whose_opponent_leaves_wins_and_waits() {
    let (mut room, peers) = TestRoom::of(2);
    room.leave(peers[0]);
    assert_eq!(room.heads(peers[1]), ["gone 1 X", "wait"]);
    let sam = room.join();
    assert_eq!(room.heads(peers[1])[0], "start 1 X");
    assert_eq!(room.heads(sam)[1], "start 1 O");
}

#[test]
fn a_player_whose_opponent_leaves_is_paired_at_once() {
    let (mut room, peers) = TestRoom::of(3);
    room.leave(peers[0]);
    assert_eq!(room.heads(peers[1]), ["gone 1 X", "start 1 O", "board 1 ......... -", "turn 1 X"]);
    assert_eq!(room.heads(peers[2])[0], "start 1 X", "has waited longer");
}

#[test]
fn both_players_can_leave() {
    let (mut room, peers) = TestRoom::of(3);
    room.say(peers[2], "/watch 1");
    room.received.clear();
    room.leave(peers[0]);
    room.leave(peers[1]);
    assert_eq!(room.heads(peers[2]), ["gone 1 X", "invite"]);
    assert!(room.room.tables.is_empty());
    room.check_invariants();
}

#[test]
fn new_is_refused_during_a_game() {
    let (mut room, peers) = TestRoom::of(2);
    room.assert_answer(peers[0], "/new", ["refused playing"]);
    room.assert_answer(peers[0], "/watch 1", ["refused playing"]);
    room.say(peers[0], "/resign");
    room.assert_answer(peers[0], "/watch 1", ["refused over"]);
    room.assert_answer(peers[0], "/resign", ["refused over"]);
    room.assert_answer(peers[0], "/new", ["wait"]);
    room.assert_answer(peers[0], "/new", ["wait"]);
    assert_eq!(room.heads(peers[1]), ["win 1 O resigned", "gone 1 X", "invite"]);
    room.assert_answer(peers[1], "/new", ["start 1 O", "board 1 ......... -", "turn 1 X"]);
}

#[test]
fn players_are_invited_after_a_game() {
    let (mut room, peers) = TestRoom::of(2);
    let sam = room.join();
    assert_eq!(room.heads(peers[0]), [""; 0], "not during a game");
    room.leave(sam);
    room.say(peers[0], "/resign");
    room.received.clear();
    room.join();
    assert_eq!((room.heads(peers[0]), room.heads(peers[1])), (vec!["invite".to_owned()], vec!["invite".to_owned()]));
    room.assert_answer(peers[0], "/new", ["start 1 O", "board 1 ......... -", "turn 1 X"]);
    assert_eq!(room.heads(peers[1]), ["gone 1 X"]);
}

#[test]
fn a_client_that_has_quit_is_not_paired() {
    let mut room = Game::default();
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
fn talk_reaches_the_table_and_is_escaped() {
    let (mut room, peers) = TestRoom::of(4);
    room.leave(peers[3]);
    room.say(peers[2], "/watch 1");
    room.received.clear();
    room.say(peers[1], b"/say hi\r* win 1 O 123: \x1b[2J\xe2\x80\xae\xff\tyou");
    let expected = ["* say 1 O: hi^M* win 1 O 123: ^[[2J<U+202E>\u{fffd} you"];
    assert_eq!(room.lines(peers[0]), expected);
    assert_eq!(room.lines(peers[2]), expected);
    assert_eq!(room.lines(peers[1]), [""; 0]);
    room.assert_answer(peers[2], "/say hi", ["refused watching"]);
    room.assert_answer(peers[0], "/say  ", ["refused usage"]);
    room.say(peers[0], format!("/say {}", "\u{ad}".repeat(500)));
    assert_eq!(room.lines(peers[1])[0].len(), "* say 1 X: ".len() + 4000);
    room.assert_answer(peers[0], &format!("/say {}", "x".repeat(1001)), ["refused long"]);
}

#[test]
fn many_games_run_at_once_and_numbers_are_reused() {
    let (mut room, peers) = TestRoom::of(202);
    assert_eq!(room.room.tables.len(), 101);
    room.check_invariants();
    room.assert_answer(peers[9], "/say hello", []);
    assert_eq!(room.heads(peers[8]), ["say 5 O"]);
    room.say(peers[9], "/games");
    let lines = room.lines(peers[9]);
    assert_eq!(lines[0], "* games 101: Only the first 100 are listed.");
    assert_eq!(lines.len(), 101);
    assert_eq!(lines[100], "* game 100 ......... X: X is to move, nobody is watching.");
    // The remaining players of games 7 and 3 are paired with the smaller number.
    room.leave(peers[12]);
    room.received.clear();
    room.leave(peers[4]);
    assert_eq!(room.heads(peers[5])[1], "start 3 O");
    assert_eq!(room.heads(peers[13])[0], "start 3 X");
    room.check_invariants();
}

#[test]
fn the_log_names_players_and_winners() {
    let (mut room, mut out) = (Game::default(), Output::default());
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
        16 => (any::<usize>(), sensible, end).prop_map(|(index, text, end)| Step::Line(index, text, end)),
    ]
}

proptest! {
    /// `TestRoom` checks that each line is documented, UTF-8, without controls and for a present client.
    #[test]
    fn any_input_preserves_the_invariants(steps in proptest::collection::vec(step(), 0..150)) {
        let mut room = TestRoom::default();
        for step in steps {
            let clients: Vec<PeerId> = room.clients.iter().copied().collect();
            let pick = |index: usize| clients.get(index % clients.len().max(1)).copied();
            match step {
                Step::Join => _ = room.join(),
                Step::Leave(index) => pick(index).into_iter().for_each(|peer| room.leave(peer)),
                Step::Line(index, text, end) => {
                    if let Some(peer) = pick(index) {
                        room.line(peer, ReceivedLine { text: &text, end, continues: false });
                    }
                }
            }
            room.check_invariants();
        }
    }

    /// Two clients that use only the documented protocol can finish a game.
    #[test]
    fn clients_that_follow_the_protocol_finish_a_game(choices in proptest::collection::vec(any::<usize>(), 9)) {
        let (mut room, peers) = TestRoom::of(2);
        room.say(peers[0], "/board");
        for choice in choices {
            let heads = room.heads(peers[0]);
            let words = |n: usize| heads[n].split(' ').map(str::to_owned).collect::<Vec<_>>();
            let (board, state) = (words(heads.len() - 2), words(heads.len() - 1));
            if state[0] != "turn" {
                prop_assert!(matches!(state[0].as_str(), "win" | "draw"));
                return Ok(());
            }
            let free: Vec<_> = board[2].match_indices('.').map(|(at, _)| at + 1).collect();
            let mover = if state[2] == "X" { peers[0] } else { peers[1] };
            room.say(mover, free[choice % free.len()].to_string());
        }
        let end = room.heads(peers[0]).pop().unwrap();
        prop_assert!(end.starts_with("win 1") || end == "draw 1", "{end}");
    }
}
