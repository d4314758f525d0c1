use super::*;
use crate::server::room::{KickReason, LineEnd};
use fastrand::Rng;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

/// A room, and what each client has read since it was last asked.
struct Stage {
    chat: Chat,
    now: ServerTime,
    read: BTreeMap<PeerId, String>,
    hung_up: Vec<PeerId>,
    next: u64,
}

impl Stage {
    fn new() -> Self {
        Self::with(Chat::new(HISTORY, b"", Rng::with_seed(1)))
    }

    fn with(chat: Chat) -> Self {
        Self { chat, now: ServerTime::ZERO, read: BTreeMap::new(), hung_up: Vec::new(), next: 0 }
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

    fn joins(&mut self) -> PeerId {
        let (peer, mut out) = (PeerId(self.next), Output::default());
        self.next += 1;
        self.read.insert(peer, String::new());
        self.chat.joined(self.now, peer, &mut out);
        self.deliver(out);
        peer
    }

    /// One that has a name and has read what is told to newcomers.
    fn named(&mut self, name: &str) -> PeerId {
        let peer = self.joins();
        self.says(peer, &format!("/nick {name}"));
        self.read.values_mut().for_each(String::clear);
        peer
    }

    fn says(&mut self, peer: PeerId, text: &str) {
        self.sends(peer, text.as_bytes());
    }

    fn sends(&mut self, peer: PeerId, text: &[u8]) {
        let mut out = Output::default();
        self.chat.line(self.now, peer, ReceivedLine { text, end: LineEnd::Lf, continues: false }, &mut out);
        self.deliver(out);
    }

    fn leaves(&mut self, peer: PeerId, why: LeaveReason) {
        let mut out = Output::default();
        self.chat.left(self.now, peer, why, &mut out);
        self.read.remove(&peer);
        self.deliver(out);
    }

    /// Time passes, and the room does what it wanted to do by then.
    fn passes(&mut self, ms: u64) {
        self.now += Duration::from_millis(ms);
        while self.chat.due().is_some_and(|due| due <= self.now) {
            let mut out = Output::default();
            self.chat.tick(self.now, &mut out);
            self.deliver(out);
        }
    }

    fn reads(&mut self, peer: PeerId) -> String {
        std::mem::take(self.read.get_mut(&peer).unwrap())
    }
}

#[test]
fn a_newcomer_gets_a_name_and_the_others_are_told() {
    let mut stage = Stage::new();
    let ann = stage.joins();
    let name = stage.chat.name(ann).unwrap().to_owned();
    let welcome = format!("* You are {name}. /nick NAME changes that; there are /names, /me, /msg, /help.\n");
    assert_eq!(stage.reads(ann), welcome + "* Nobody else is here yet.\n");
    let bob = stage.joins();
    let other = stage.chat.name(bob).unwrap().to_owned();
    assert_ne!(name, other);
    assert_eq!(stage.reads(ann), format!("* {other} joined\n"));
    assert!(stage.reads(bob).ends_with(&format!("* 1 other is here: {name}\n")));
}

#[test]
fn lines_go_to_the_others_with_the_name_before_them() {
    let mut stage = Stage::new();
    let (ann, bob, cid) = (stage.named("ann"), stage.named("bob"), stage.named("cid"));
    stage.says(ann, "hello, wörld");
    stage.says(bob, "  indented  \r");
    for (peer, read) in [(ann, "bob:   indented\n"), (bob, "ann: hello, wörld\n")] {
        assert_eq!(stage.reads(peer), read);
    }
    assert_eq!(stage.reads(cid), "ann: hello, wörld\nbob:   indented\n");
    for nothing in ["", " \t ", "\r"] {
        stage.says(ann, nothing);
        assert_eq!(stage.reads(bob), "", "{nothing:?}");
    }
    stage.says(ann, "//usr/bin");
    assert_eq!(stage.reads(bob), "ann: /usr/bin\n");
}

#[test]
fn a_new_name_is_announced_to_all_and_a_bad_one_explained_to_one() {
    let mut stage = Stage::new();
    let (ann, bob) = (stage.named("ann"), stage.named("bob"));
    stage.says(ann, "/nick anna");
    for peer in [ann, bob] {
        assert_eq!(stage.reads(peer), "* ann is now known as anna\n");
    }
    stage.says(bob, "/NICK ANNA");
    assert_eq!(stage.reads(ann), "");
    let refusal = stage.reads(bob);
    assert!(refusal.starts_with("* ") && refusal.contains("\"anna\"") && refusal.ends_with(".\n"), "{refusal}");
    stage.says(bob, "/nick");
    assert_eq!(stage.reads(bob), "* You are bob. To change that: /nick NAME\n");
    stage.says(bob, "/nick bob");
    assert_eq!(stage.reads(bob), "* You are bob already.\n");
    stage.says(bob, "hi");
    assert_eq!(stage.reads(ann), "bob: hi\n");
}

#[test]
fn commands_answer_only_the_one_who_asks() {
    let mut stage = Stage::new();
    let (ann, bob) = (stage.named("ann"), stage.named("bob"));
    for (said, answered) in [
        ("/names", "* 2 here: ann, bob. You are ann.\n"),
        ("/msg", "* To say something to one alone: /msg NAME TEXT\n"),
        ("/msg bob", "* To say something to one alone: /msg NAME TEXT\n"),
        ("/msg zoe hi", "* Nobody here is called zoe. /names shows who is.\n"),
        ("/me", "* To say what you do: /me WAVES\n"),
        ("/dance\u{1b} now", "* There is no /dance^[ here. /help shows what there is; //dance^[ says it.\n"),
    ] {
        stage.says(ann, said);
        assert_eq!(stage.reads(ann), answered, "{said}");
    }
    stage.says(ann, "/help");
    let help = stage.reads(ann);
    for command in ["/nick", "/names", "/me", "/msg", "/help", "/quit", "//"] {
        assert!(help.contains(command), "{help}");
    }
    stage.says(ann, "/quit");
    assert_eq!(stage.reads(ann), "* Goodbye.\n");
    assert_eq!(stage.hung_up, [ann]);
    assert_eq!(stage.reads(bob), "");
    stage.leaves(ann, LeaveReason::HungUp);
    assert_eq!(stage.reads(bob), "* ann left\n");
}

#[test]
fn what_is_said_to_one_is_read_by_one() {
    let mut stage = Stage::new();
    let (ann, bob, cid) = (stage.named("ann"), stage.named("bob"), stage.named("cid"));
    stage.says(ann, "/msg BOB  you there?");
    assert_eq!(stage.reads(bob), "ann -> you: you there?\n");
    assert_eq!(stage.reads(ann), "you -> bob: you there?\n");
    assert_eq!(stage.reads(cid), "");
    stage.says(ann, "/me waves");
    assert_eq!(stage.reads(cid), "ann *waves*\n");
}

#[test]
fn newcomers_read_the_last_twenty_messages_and_nothing_private() {
    let mut stage = Stage::new();
    let (ann, bob) = (stage.named("ann"), stage.named("bob"));
    for n in 0..25 {
        stage.says(ann, &format!("line {n}"));
        stage.says(ann, "/msg bob secret");
    }
    stage.says(bob, "/me agrees");
    let cid = stage.joins();
    let welcome = stage.reads(cid);
    let (_, said) = welcome.split_once("* Said before you came:\n").unwrap();
    let mut expected: String = (6..25).fold(String::new(), |said, n| said + &format!("ann: line {n}\n"));
    expected += "bob *agrees*\n* That was before. From here on it is now.\n";
    assert_eq!(said, expected);
}

#[test]
fn a_message_of_the_day_is_read_as_notices() {
    let mut stage = Stage::with(Chat::new(0, b"Welcome!\r\nfake: \x1b[2J\n\n", Rng::with_seed(1)));
    let ann = stage.joins();
    assert!(stage.reads(ann).contains("/help.\n* Welcome!\n* fake: ^[[2J\n* Nobody"));
    stage.says(ann, "hi");
    let bob = stage.joins();
    assert!(!stage.reads(bob).contains("Said before"));
    let mut stage = Stage::with(Chat::new(0, b"\n \r\n", Rng::with_seed(1)));
    let ann = stage.joins();
    assert_eq!(stage.reads(ann).lines().count(), 2, "blank lines are no message");
}

#[test]
fn why_somebody_left_is_told() {
    let mut stage = Stage::new();
    let watcher = stage.named("watcher");
    for (name, why, words) in [
        ("ann", LeaveReason::Closed, "* ann left\n"),
        ("bob", LeaveReason::Broken, "* bob left\n"),
        ("cid", LeaveReason::Cut(KickReason::TooSlow), "* cid left (cut off: it did not read what waited for it)\n"),
    ] {
        let peer = stage.named(name);
        stage.leaves(peer, why);
        assert_eq!(stage.reads(watcher), words);
    }
}

#[test]
fn a_flood_of_comings_and_goings_is_a_few_notices() {
    let mut stage = Stage::new();
    let watcher = stage.named("watcher");
    for _ in 0..2000 {
        let peer = stage.joins();
        stage.leaves(peer, LeaveReason::Closed);
    }
    let at_once = stage.reads(watcher).lines().count();
    assert!((10..=20).contains(&at_once), "{at_once}");
    for _ in 0..30 {
        stage.joins();
    }
    assert_eq!(stage.reads(watcher), "");
    stage.passes(1000);
    let told = stage.reads(watcher);
    assert!(told.contains(" and 20 more joined\n") && told.lines().count() <= 2, "{told}");
    stage.passes(60_000);
    stage.joins();
    assert!(stage.reads(watcher).ends_with(" joined\n"), "after a pause each is told at once again");
}

#[test]
fn nobody_speaks_before_the_room_has_been_told_of_them() {
    let mut stage = Stage::new();
    let watcher = stage.named("watcher");
    for _ in 0..50 {
        stage.joins();
    }
    stage.reads(watcher);
    let late = stage.joins();
    let name = stage.chat.name(late).unwrap().to_owned();
    stage.says(late, "hello");
    let read = stage.reads(watcher);
    let (joined, said) = (read.find(" joined\n").unwrap(), read.find(&format!("{name}: hello")).unwrap());
    assert!(joined < said, "{read}");
}

/// Whether a line is one that the room itself, or one of these names, may be the author of.
fn is_attributed(line: &str, names: &[String]) -> bool {
    line.starts_with("* ")
        || line.starts_with("you -> ")
        || names.iter().any(|name| {
            let rest = line.strip_prefix(name.as_str());
            rest.is_some_and(|rest| [": ", " *", " -> you: "].iter().any(|sign| rest.starts_with(sign)))
        })
}

proptest! {
    /// Whatever a client sends, each line that another reads begins with a notice's star or with the sender's name.
    #[test]
    fn nothing_sent_looks_like_a_notice_or_like_anothers_line(
        lines in proptest::collection::vec(prop_oneof![
            proptest::collection::vec(any::<u8>().prop_filter("no LF", |byte| *byte != b'\n'), 0..60),
            "[/ ]{0,2}(nick|me|msg victim|) ?(\\* |victim: |\r|\u{1b}\\[1A|\u{202e}|\u{85}|\u{2028}|\u{b}|.){0,8}"
                .prop_map(|line| line.replace('\n', "").into_bytes()),
        ], 1..30),
    ) {
        let mut stage = Stage::new();
        let (reader, victim, attacker) = (stage.named("reader"), stage.named("victim"), stage.named("attacker"));
        for line in &lines {
            let before = stage.chat.name(attacker).unwrap().to_owned();
            stage.sends(attacker, line);
            for peer in [reader, victim] {
                let read = stage.reads(peer);
                prop_assert!(read.is_empty() || read.ends_with('\n'));
                for line in read.lines() {
                    prop_assert!(!line.chars().any(|c| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}')), "{line:?}");
                    let names = [before.clone()];
                    prop_assert!(is_attributed(line, &names), "{line:?}");
                    // Of notices, the only one that others read is the change of a name.
                    let renamed = format!("* {before} is now known as ");
                    prop_assert!(!line.starts_with("* ") || line.starts_with(&renamed), "{line:?}");
                    prop_assert!(!line.starts_with("you -> "), "{line:?}");
                }
            }
            stage.reads(attacker);
        }
    }
}
