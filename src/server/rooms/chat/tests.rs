use super::*;
use crate::server::room::{KickReason, LineEnd};
use fastrand::Rng;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

/// A room, and the output for each client since the last read.
struct TestRoom {
    chat: Chat,
    now: ServerTime,
    read: BTreeMap<PeerId, String>,
    hung_up: Vec<PeerId>,
    next_id: u64,
}

impl TestRoom {
    fn new() -> Self {
        Self::with(Chat::new(HISTORY, b"", Rng::with_seed(1)))
    }

    fn with(chat: Chat) -> Self {
        Self { chat, now: ServerTime::ZERO, read: BTreeMap::new(), hung_up: Vec::new(), next_id: 0 }
    }

    fn deliver(&mut self, mut out: Output) {
        for delivery in out.take_deliveries() {
            let text = std::str::from_utf8(&delivery.bytes).unwrap();
            for (peer, read) in &mut self.read {
                if delivery.to.includes(*peer) {
                    read.push_str(text);
                }
            }
        }
        self.hung_up.extend(out.take_hang_ups().into_iter().map(|(peer, _)| peer));
    }

    fn join(&mut self) -> PeerId {
        let (peer, mut out) = (PeerId(self.next_id), Output::default());
        self.next_id += 1;
        self.read.insert(peer, String::new());
        self.chat.joined(self.now, peer, &mut out);
        self.deliver(out);
        peer
    }

    /// Adds a client with this name and clears all output.
    fn join_as(&mut self, name: &str) -> PeerId {
        let peer = self.join();
        self.say(peer, &format!("/nick {name}"));
        self.read.values_mut().for_each(String::clear);
        peer
    }

    fn say(&mut self, peer: PeerId, text: &str) {
        self.send(peer, text.as_bytes());
    }

    fn send(&mut self, peer: PeerId, text: &[u8]) {
        let mut out = Output::default();
        self.chat.line(self.now, peer, ReceivedLine { text, end: LineEnd::Lf, continues: false }, &mut out);
        self.deliver(out);
    }

    fn leave(&mut self, peer: PeerId, reason: LeaveReason) {
        let mut out = Output::default();
        self.chat.left(self.now, peer, reason, &mut out);
        self.read.remove(&peer);
        self.deliver(out);
    }

    /// Advances the time and runs the due timers.
    fn advance(&mut self, ms: u64) {
        self.now += Duration::from_millis(ms);
        while self.chat.due().is_some_and(|due| due <= self.now) {
            let mut out = Output::default();
            self.chat.tick(self.now, &mut out);
            self.deliver(out);
        }
    }

    fn read(&mut self, peer: PeerId) -> String {
        std::mem::take(self.read.get_mut(&peer).unwrap())
    }
}

#[test]
fn a_new_client_gets_a_name_and_is_announced() {
    let mut room = TestRoom::new();
    let ann = room.join();
    let name = room.chat.name(ann).unwrap().to_owned();
    let welcome = format!("* You are {name}. Change it with /nick NAME. Also: /names, /me, /msg, //help.\n");
    assert_eq!(room.read(ann), welcome + "* Nobody else is here yet.\n");
    let bob = room.join();
    let other = room.chat.name(bob).unwrap().to_owned();
    assert_ne!(name, other);
    assert_eq!(room.read(ann), format!("* {other} joined\n"));
    assert!(room.read(bob).ends_with(&format!("* 1 other person is here: {name}\n")));
}

#[test]
fn lines_are_sent_to_the_others_with_the_name() {
    let mut room = TestRoom::new();
    let (ann, bob, cid) = (room.join_as("ann"), room.join_as("bob"), room.join_as("cid"));
    room.say(ann, "hello, wörld");
    room.say(bob, "  indented  \r");
    for (peer, read) in [(ann, "bob:   indented\n"), (bob, "ann: hello, wörld\n")] {
        assert_eq!(room.read(peer), read);
    }
    assert_eq!(room.read(cid), "ann: hello, wörld\nbob:   indented\n");
    for blank in ["", " \t ", "\r"] {
        room.say(ann, blank);
        assert_eq!(room.read(bob), "", "{blank:?}");
    }
    room.say(ann, "//usr/bin");
    assert_eq!(room.read(bob), "ann: /usr/bin\n");
}

#[test]
fn a_new_name_is_announced_and_a_bad_one_explained() {
    let mut room = TestRoom::new();
    let (ann, bob) = (room.join_as("ann"), room.join_as("bob"));
    room.say(ann, "/nick anna");
    for peer in [ann, bob] {
        assert_eq!(room.read(peer), "* ann is now known as anna\n");
    }
    room.say(bob, "/NICK ANNA");
    assert_eq!(room.read(ann), "");
    let refusal = room.read(bob);
    assert!(refusal.starts_with("* ") && refusal.contains("\"anna\"") && refusal.ends_with(".\n"), "{refusal}");
    room.say(bob, "/nick");
    assert_eq!(room.read(bob), "* You are bob. Change it with /nick NAME.\n");
    room.say(bob, "/nick bob");
    assert_eq!(room.read(bob), "* You are bob already.\n");
    room.say(bob, "hi");
    assert_eq!(room.read(ann), "bob: hi\n");
}

#[test]
fn command_output_goes_to_the_sender_only() {
    let mut room = TestRoom::new();
    let (ann, bob) = (room.join_as("ann"), room.join_as("bob"));
    for (line, expected) in [
        ("/names", "* 2 here: ann, bob. You are ann.\n"),
        ("/msg", "* Usage: /msg NAME TEXT\n"),
        ("/msg bob", "* Usage: /msg NAME TEXT\n"),
        ("/msg zoe hi", "* Nobody here is called zoe. /names lists the people here.\n"),
        ("/me", "* Usage: /me ACTION\n"),
        (
            "/dance\u{1b} now",
            "* Unknown command /dance^[. /help lists the commands; //dance^[ sends it as a message.\n",
        ),
    ] {
        room.say(ann, line);
        assert_eq!(room.read(ann), expected, "{line}");
    }
    room.say(ann, "/help");
    let help = room.read(ann);
    for command in ["/nick", "/names", "/me", "/msg", "/help", "/quit", "//"] {
        assert!(help.contains(command), "{help}");
    }
    room.say(ann, "/quit");
    assert_eq!(room.read(ann), "* Goodbye.\n");
    assert_eq!(room.hung_up, [ann]);
    assert_eq!(room.read(bob), "");
    room.leave(ann, LeaveReason::HungUp);
    assert_eq!(room.read(bob), "* ann left\n");
}

#[test]
fn a_private_message_reaches_only_its_recipient() {
    let mut room = TestRoom::new();
    let (ann, bob, cid) = (room.join_as("ann"), room.join_as("bob"), room.join_as("cid"));
    room.say(ann, "/msg BOB  you there?");
    assert_eq!(room.read(bob), "ann -> you: you there?\n");
    assert_eq!(room.read(ann), "you -> bob: you there?\n");
    assert_eq!(room.read(cid), "");
    room.say(ann, "/me waves");
    assert_eq!(room.read(cid), "ann *waves*\n");
}

#[test]
fn new_clients_receive_twenty_messages_and_none_private() {
    let mut room = TestRoom::new();
    let (ann, bob) = (room.join_as("ann"), room.join_as("bob"));
    for n in 0..25 {
        room.say(ann, &format!("line {n}"));
        room.say(ann, "/msg bob secret");
    }
    room.say(bob, "/me agrees");
    let cid = room.join();
    let welcome = room.read(cid);
    let (_, history) = welcome.split_once("* Earlier messages:\n").unwrap();
    let mut expected: String = (6..25).fold(String::new(), |lines, n| lines + &format!("ann: line {n}\n"));
    expected += "bob *agrees*\n* End of earlier messages.\n";
    assert_eq!(history, expected);
}

#[test]
fn the_message_of_the_day_is_sent_as_notices() {
    let mut room = TestRoom::with(Chat::new(0, b"Welcome!\r\nfake: \x1b[2J\n\n", Rng::with_seed(1)));
    let ann = room.join();
    assert!(room.read(ann).contains("//help.\n* Welcome!\n* fake: ^[[2J\n* Nobody"));
    room.say(ann, "hi");
    let bob = room.join();
    assert!(!room.read(bob).contains("Earlier messages"));
    let mut room = TestRoom::with(Chat::new(0, b"\n \r\n", Rng::with_seed(1)));
    let ann = room.join();
    assert_eq!(room.read(ann).lines().count(), 2, "blank lines are not sent");
}

#[test]
fn the_reason_of_a_departure_is_announced() {
    let mut room = TestRoom::new();
    let watcher = room.join_as("watcher");
    for (name, reason, expected) in [
        ("ann", LeaveReason::Closed, "* ann left\n"),
        ("bob", LeaveReason::Broken, "* bob left\n"),
        ("cid", LeaveReason::Kicked(KickReason::TooSlow), "* cid left (disconnected: it stopped reading)\n"),
    ] {
        let peer = room.join_as(name);
        room.leave(peer, reason);
        assert_eq!(room.read(watcher), expected);
    }
}

#[test]
fn a_flood_of_joins_and_departures_is_a_few_notices() {
    let mut room = TestRoom::new();
    let watcher = room.join_as("watcher");
    for _ in 0..2000 {
        let peer = room.join();
        room.leave(peer, LeaveReason::Closed);
    }
    let at_once = room.read(watcher).lines().count();
    assert!((10..=20).contains(&at_once), "{at_once}");
    for _ in 0..30 {
        room.join();
    }
    assert_eq!(room.read(watcher), "");
    room.advance(1000);
    let notices = room.read(watcher);
    assert!(notices.contains(" and 20 more joined\n") && notices.lines().count() <= 2, "{notices}");
    room.advance(60_000);
    room.join();
    assert!(room.read(watcher).ends_with(" joined\n"), "after a pause a join is announced at once again");
}

#[test]
fn a_join_is_announced_before_the_first_message() {
    let mut room = TestRoom::new();
    let watcher = room.join_as("watcher");
    for _ in 0..50 {
        room.join();
    }
    room.read(watcher);
    let late = room.join();
    let name = room.chat.name(late).unwrap().to_owned();
    room.say(late, "hello");
    let read = room.read(watcher);
    let (joined, message) = (read.find(" joined\n").unwrap(), read.find(&format!("{name}: hello")).unwrap());
    assert!(joined < message, "{read}");
}

/// Whether a line is a notice of the room or begins with one of these names.
fn is_attributed(line: &str, names: &[String]) -> bool {
    line.starts_with("* ")
        || line.starts_with("you -> ")
        || names.iter().any(|name| {
            let rest = line.strip_prefix(name.as_str());
            rest.is_some_and(|rest| [": ", " *", " -> you: "].iter().any(|separator| rest.starts_with(separator)))
        })
}

proptest! {
    /// For any input, each line to another client begins as a notice or with the sender's name.
    #[test]
    fn no_input_imitates_a_notice_or_another_sender(
        lines in proptest::collection::vec(prop_oneof![
            proptest::collection::vec(any::<u8>().prop_filter("no LF", |byte| *byte != b'\n'), 0..60),
            "[/ ]{0,2}(nick|me|msg victim|) ?(\\* |victim: |\r|\u{1b}\\[1A|\u{202e}|\u{85}|\u{2028}|\u{b}|.){0,8}"
                .prop_map(|line| line.replace('\n', "").into_bytes()),
        ], 1..30),
    ) {
        let mut room = TestRoom::new();
        let (reader, victim, attacker) = (room.join_as("reader"), room.join_as("victim"), room.join_as("attacker"));
        for line in &lines {
            let before = room.chat.name(attacker).unwrap().to_owned();
            room.send(attacker, line);
            for peer in [reader, victim] {
                let read = room.read(peer);
                prop_assert!(read.is_empty() || read.ends_with('\n'));
                for line in read.lines() {
                    prop_assert!(!line.chars().any(|c| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}')), "{line:?}");
                    let names = [before.clone()];
                    prop_assert!(is_attributed(line, &names), "{line:?}");
                    // The only notice that others receive is a change of nickname.
                    let renamed = format!("* {before} is now known as ");
                    prop_assert!(!line.starts_with("* ") || line.starts_with(&renamed), "{line:?}");
                    prop_assert!(!line.starts_with("you -> "), "{line:?}");
                }
            }
            room.read(attacker);
        }
    }
}
