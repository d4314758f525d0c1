//! What is logged, when, and into which file.

use super::*;
use crate::app::log::{Ending, LogFolder, LogPlace, LogTo, LogWish, Standing};
use std::collections::BTreeMap;

/// 2026-11-22 14:02:10.123.
const AT: Wall = Wall(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);

/// Files as whoever writes logs would make them.
#[derive(Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Carries out what is for logs; gives the rest.
    fn take(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut others = Vec::new();
        for effect in effects {
            match effect {
                Effect::Log(LogStep::Append { place, bytes, ending, .. }) => {
                    assert!(ending == Ending::Anywhere || bytes.ends_with(b"\n"), "{bytes:?}");
                    assert!(!bytes.is_empty());
                    self.0.entry(place.path).or_default().extend(bytes);
                }
                other => others.push(other),
            }
        }
        others
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8(self.0.get(path).cloned().unwrap_or_default()).unwrap()
    }

    /// The lines of a text log behind the time, which each of them has.
    fn lines(&self, path: &str) -> Vec<String> {
        let text = self.text(path);
        text.lines().map(|line| line.split_at("2026-11-22 14:02:10.123 ".len()).1.to_owned()).collect()
    }
}

struct Scribe {
    driver: Driver,
    files: Files,
}

impl Scribe {
    fn with(log: LogWish) -> Self {
        let mut driver = Driver::with(Options { log, ..Options::default() });
        driver.now.wall = AT;
        let mut scribe = Self { driver, files: Files::default() };
        scribe.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        scribe
    }

    fn to(file: &str) -> Self {
        Self::with(LogWish { rows: LogTo::parse(file).unwrap(), ..LogWish::default() })
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.driver.event(event);
        self.files.take(effects)
    }

    fn link(&mut self, event: LinkEvent) {
        self.event(Event::Link(LinkId(0), event));
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.link(LinkEvent::Received(Bytes::copy_from_slice(bytes)));
    }

    fn enter(&mut self, line: &str) -> Vec<Effect> {
        let effects = self.driver.enter(line);
        self.files.take(effects)
    }

    fn leave(&mut self) {
        let effects = self.driver.app.leave(self.driver.now);
        self.files.take(effects);
    }

    fn flash(&self) -> &str {
        self.driver.app.flash().unwrap_or_default()
    }
}

fn named(path: &str) -> LogPlace {
    LogPlace { folder: LogFolder::AsWritten, path: path.to_owned(), around_date: None }
}

#[test]
fn each_row_is_logged_as_it_is_shown_and_once() {
    let mut scribe = Scribe::to("chat.log");
    scribe.receive(b"Welcome\r\nNick: ");
    scribe.enter("bob");
    scribe.receive(b"ok\x1b[2J\n");
    scribe.driver.wait(Duration::from_secs(1));
    assert_eq!(
        scribe.files.lines("chat.log"),
        [
            "- Log of 127.0.0.1:12345 begins.",
            "- Connected to 127.0.0.1:12345.",
            "< Welcome",
            "< Nick: ",
            "> bob",
            "< ok^[[2J",
        ]
    );
    scribe.leave();
    assert_eq!(scribe.files.lines("chat.log").last().unwrap(), "- Log ends.");
    assert!(scribe.files.text("chat.log").starts_with("2026-11-22 14:02:10.123 - Log of"));
}

#[test]
fn a_row_that_goes_on_is_logged_when_it_is_whole_and_at_the_latest_when_one_leaves() {
    let mut scribe = Scribe::to("chat.log");
    scribe.receive(b"half");
    assert!(!scribe.files.text("chat.log").contains("half"));
    scribe.receive(b" a row\nunder way");
    assert_eq!(scribe.files.lines("chat.log").last().unwrap(), "< half a row");
    scribe.leave();
    assert_eq!(scribe.files.lines("chat.log").split_off(3), ["< under way", "- Log ends."]);
}

#[test]
fn a_row_that_waits_for_the_rest_of_a_character_holds_no_other_up() {
    let mut scribe = Scribe::to("chat.log");
    scribe.receive(b"caf\xc3");
    scribe.enter("hi");
    assert_eq!(scribe.files.lines("chat.log").last().unwrap(), "> hi");
    scribe.receive(b"\xa9\n");
    assert_eq!(scribe.files.lines("chat.log").last().unwrap(), "< caf\u{e9}");
}

#[test]
fn a_line_that_is_cut_says_so() {
    let mut scribe = Scribe::to("chat.log");
    scribe.receive(&vec![b'x'; transcript::MAX_ROW + 1]);
    scribe.receive(b"y\n");
    let lines = scribe.files.lines("chat.log");
    assert!(lines[2].ends_with("x↩"));
    assert_eq!(lines[3], "< xy");
}

#[test]
fn programs_get_objects_and_a_raw_log_is_what_the_server_sent() {
    let log = |format: &str| {
        let format = log::Format::NAMES.iter().find(|(name, _)| *name == format).unwrap().1;
        let mut scribe = Scribe::with(LogWish { rows: LogTo::parse("log").unwrap(), format, ..LogWish::default() });
        scribe.receive(b"a\xff\r\nb");
        scribe.enter("mine");
        scribe.receive(b"\0c");
        scribe.leave();
        scribe.files.0.remove("log").unwrap()
    };
    assert_eq!(log("raw"), b"a\xff\r\nb\0c");
    let lines = String::from_utf8(log("jsonl")).unwrap();
    let objects: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects[2]["escaped"], "a\\xFF\\r\\n");
    assert_eq!((&objects[4]["kind"], &objects[4]["text"]), (&"sent".into(), &"mine".into()));
    assert!(String::from_utf8(log("escaped")).unwrap().contains(" < a\\xFF\\r\\n\n"));
}

#[test]
fn the_wire_log_has_every_read_and_write() {
    let log = LogWish { wire: LogTo::parse("wire.hex").unwrap(), ..LogWish::default() };
    let mut scribe = Scribe::with(log);
    scribe.receive(b"hi\n");
    scribe.enter("ho");
    scribe.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(
        scribe.files.text("wire.hex"),
        "2026-11-22 14:02:10.123 - Log of 127.0.0.1:12345 begins.\n\
         2026-11-22 14:02:10.123 - Connected to 127.0.0.1:12345.\n\
         2026-11-22 14:02:10.123 < 3 bytes at 0\n\
         00000000  68 69 0a                                          |hi.|\n\
         2026-11-22 14:02:10.123 > 3 bytes at 0\n\
         00000000  68 6f 0a                                          |ho.|\n\
         2026-11-22 14:02:10.123 - The server closed the connection at once. Connecting again in 1 s; Esc stops that.\n\
         2026-11-22 14:02:10.123 ! Not sent: the last 3 bytes did not leave this machine.\n"
    );
    assert_eq!(scribe.driver.app.tab().logging(), Standing::On);
}

#[test]
fn nothing_that_is_typed_as_a_secret_is_in_any_log() {
    for format in log::Format::NAMES {
        let wire = LogTo::parse("wire.hex").unwrap();
        let rows = LogTo::parse("rows").unwrap();
        let mut scribe = Scribe::with(LogWish { rows, format: format.1, wire, ..LogWish::default() });
        scribe.enter("/secret");
        let sent = scribe.enter("hunter2");
        assert_eq!(sent, sends(b"hunter2\n"));
        scribe.leave();
        let all: Vec<u8> = scribe.files.0.values().flatten().copied().collect();
        assert!(!all.is_empty() && !String::from_utf8_lossy(&all).contains("hunter"), "{}", format.0);
        assert!(!String::from_utf8_lossy(&all).contains("68 75 6e"), "{}", format.0);
        assert!(scribe.files.text("wire.hex").contains("> 8 bytes at 0, kept nowhere (/secret)\n"));
    }
}

#[test]
fn a_log_is_begun_and_ended_from_inside() {
    let mut scribe = Scribe::with(LogWish::default());
    scribe.receive(b"before\n");
    assert!(scribe.files.0.is_empty());
    scribe.enter("/log");
    assert_eq!(scribe.flash(), "Nothing is logged. /log on, or /log FILE, begins here; /save has what came before.");
    scribe.enter("/log my %h.log");
    assert_eq!(scribe.flash(), "Logging to my 127.0.0.1.log (text).");
    scribe.receive(b"one\n");
    scribe.enter("/log jsonl other");
    scribe.receive(b"two\n");
    scribe.enter("/log again.log");
    assert_eq!(scribe.flash(), "Logging to again.log (text).", "a format is meant for one file");
    scribe.enter("/log all.JSONL");
    assert_eq!(scribe.flash(), "Logging to all.JSONL (jsonl).");
    scribe.enter("/log off");
    scribe.receive(b"three\n");
    assert_eq!(scribe.flash(), "Nothing is logged. /log on, or /log FILE, begins here; /save has what came before.");
    let lines = scribe.files.lines("my 127.0.0.1.log");
    assert_eq!(lines, ["- Log of 127.0.0.1:12345 begins.", "< one", "- Log ends."]);
    let other = scribe.files.text("other");
    assert!(other.contains("two") && other.contains("Log ends.") && !other.contains("three"), "{other}");
    scribe.enter("/log hex wire");
    scribe.receive(b"x");
    assert_eq!(scribe.flash(), "Logging hex to wire.");
    assert!(scribe.files.text("wire").contains("|x|"));
    scribe.enter("/log text");
    assert!(scribe.driver.last().contains("Where to?"), "{}", scribe.driver.last());
    scribe.enter("/log %q");
    assert!(scribe.driver.last().contains("%q is nothing in a name"), "{}", scribe.driver.last());
}

#[test]
fn the_usual_log_is_one_for_each_server_and_day() {
    let mut scribe = Scribe::to("on");
    scribe.receive(b"today\n");
    scribe.driver.now.wall = Wall(AT.0 + 24 * 60 * 60 * 1000);
    scribe.receive(b"tomorrow\n");
    let names: Vec<&String> = scribe.files.0.keys().collect();
    assert_eq!(names, ["127.0.0.1-12345-2026-11-22.log", "127.0.0.1-12345-2026-11-23.log"]);
    assert!(scribe.files.text("127.0.0.1-12345-2026-11-23.log").ends_with("< tomorrow\n"));
}

#[test]
fn a_log_that_cannot_be_written_is_told_once_and_the_chat_goes_on() {
    let mut scribe = Scribe::to("chat.log");
    let sentence = "chat.log: no space left on device; make room, or choose another place.";
    scribe.event(Event::Logged { place: named("chat.log"), result: Err(sentence.to_owned()) });
    assert_eq!(scribe.driver.last(), format!("Error No more is logged. {sentence} /log on tries again. Whole"));
    assert_eq!(scribe.driver.app.tab().logging(), Standing::Failed);
    let before = scribe.files.text("chat.log");
    scribe.receive(b"missed\n");
    assert_eq!(scribe.enter("hi"), sends(b"hi\n"));
    assert_eq!(scribe.files.text("chat.log"), before);
    scribe.enter("/log on");
    scribe.receive(b"kept\n");
    let text = scribe.files.text("chat.log");
    assert!(text.contains("kept") && !text.contains("missed"), "{text}");
    assert_eq!(scribe.driver.app.tab().logging(), Standing::On);
}

#[test]
fn tabs_that_share_a_file_are_told_apart_in_it() {
    let mut scribe = Scribe::to("chat.log");
    let effects = scribe.enter("/connect pi:4000");
    assert!(matches!(effects.as_slice(), [Effect::Link(LinkId(1), LinkCommand::Open { .. })]));
    scribe.event(Event::Link(LinkId(1), LinkEvent::Received(Bytes::from_static(b"from pi\n"))));
    scribe.receive(b"from here\n");
    assert_eq!(
        scribe.files.lines("chat.log").split_off(2),
        ["- ==> pi:4000", "- Log of pi:4000 begins.", "< from pi", "- ==> 127.0.0.1:12345", "< from here"]
    );
    let log = LogWish { rows: LogTo::parse("raw").unwrap(), format: log::Format::Raw, ..LogWish::default() };
    let mut scribe = Scribe::with(log);
    scribe.receive(b"one");
    scribe.enter("/connect pi:4000");
    scribe.event(Event::Link(LinkId(1), LinkEvent::Received(Bytes::from_static(b"two"))));
    scribe.receive(b"three");
    assert_eq!(scribe.files.text("raw"), "onethree");
    assert!(scribe.driver.rows().iter().any(|row| row.starts_with("Error Not logged: another tab")));
}

#[test]
fn a_tab_that_is_closed_ends_its_log() {
    let mut scribe = Scribe::to("%h.log");
    scribe.enter("/connect pi:4000");
    scribe.event(Event::Link(LinkId(1), LinkEvent::Received(Bytes::from_static(b"half"))));
    scribe.enter("/close!");
    assert_eq!(scribe.files.lines("pi.log"), ["- Log of pi:4000 begins.", "< half", "- Log ends."]);
}

/// What is asked for first, and the app, which has been asked to connect.
fn beginning(log: LogWish) -> (Driver, Vec<Effect>) {
    let mut driver = Driver { app: App::new(Options { log, ..Options::default() }), ..Driver::new() };
    driver.now.wall = AT;
    let mut effects = driver.app.open(endpoint()).effects;
    driver.app.hold_for_backlog(driver.now, &mut effects);
    (driver, effects)
}

#[test]
fn the_last_lines_of_the_log_stand_before_the_connection() {
    let wish = LogWish { rows: LogTo::parse("%h-%d.log").unwrap(), backlog: 2, ..LogWish::default() };
    let (mut driver, effects) = beginning(wish.clone());
    let place = wish.place(&endpoint(), AT).unwrap();
    assert_eq!(effects, [Effect::Log(LogStep::Tail { tab: LinkId(0), place, lines: 2 })]);
    let text = b"2026-11-21 09:00:00.000 < too old\n2026-11-21 10:00:00.000 < hello\n2026-11-21 10:00:01.000 > hi\n";
    let result = Ok(("~/chat.log".to_owned(), text.to_vec()));
    let effects = driver.event(Event::LogTail { tab: LinkId(0), result: result.clone() });
    let mut files = Files::default();
    assert_eq!(files.take(effects), opens());
    assert_eq!(driver.rows(), ["Past hello Whole", "Past > hi Whole", "Rule the last 2 lines of ~/chat.log Whole"]);
    let effects = driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert!(matches!(files.take(effects).as_slice(), [Effect::Visited(_)]));
    assert_eq!(files.text("127.0.0.1-2026-11-22.log").lines().count(), 2, "what was logged before is not logged again");
    assert_eq!(driver.event(Event::LogTail { tab: LinkId(0), result }), [], "nobody waits for it any more");
    assert_eq!(driver.rows().len(), 4);
}

#[test]
fn a_log_that_cannot_be_read_back_is_no_reason_not_to_connect() {
    let wish = LogWish { rows: LogTo::parse("x").unwrap(), backlog: 5, ..LogWish::default() };
    let (mut driver, _) = beginning(wish);
    let result = Err("x: you may not read it.".to_owned());
    let effects = driver.event(Event::LogTail { tab: LinkId(0), result });
    assert_eq!(Files::default().take(effects), opens());
    assert_eq!(driver.last(), "Error What was logged before is not shown: x: you may not read it. Whole");
}

#[test]
fn who_does_not_want_to_wait_for_the_log_does_not_have_to() {
    let wish = LogWish { rows: LogTo::parse("x").unwrap(), backlog: 5, ..LogWish::default() };
    let (mut driver, _) = beginning(wish);
    let effects = driver.enter("/close");
    assert_eq!(Files::default().take(effects), [opens(), vec![Effect::Link(LinkId(0), LinkCommand::Close)]].concat());
    assert_eq!(driver.event(Event::LogTail { tab: LinkId(0), result: Ok(("x".to_owned(), b"late\n".to_vec())) }), []);
    assert_eq!(driver.rows(), Vec::<String>::new());
}

#[test]
fn a_newline_in_two_reads_is_one_newline_in_a_log_that_shows_it() {
    let format = log::Format::Rows(export::Format::Escaped);
    let mut scribe = Scribe::with(LogWish { rows: LogTo::parse("log").unwrap(), format, ..LogWish::default() });
    scribe.receive(b"one\r");
    scribe.receive(b"\ntwo\r");
    scribe.enter("mine");
    scribe.receive(b"three\n");
    let lines = ["< one\\r\\n", "> mine\\n", "< two\\r", "< three\\n"];
    assert_eq!(scribe.files.lines("log").split_off(2), lines);
    let mut scribe = Scribe::to("log");
    scribe.receive(b"50 %\r");
    assert_eq!(scribe.files.lines("log").last().unwrap(), "< 50 %", "who reads text need not wait for it");
}
