//! Logging: which rows, when, and to which file.

use super::*;
use crate::app::logging::{Framing, LogConfig, LogFolder, LogPath, LogStatus, LogTarget};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// 2026-11-22 14:02:10.123.
const AT: LocalTime = LocalTime(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);

/// Files as whoever writes logs would make them.
#[derive(Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Carries out what is for logs; gives the rest.
    fn take(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut others = Vec::new();
        for effect in effects {
            match effect {
                Effect::Log(LogCommand::Append { log, bytes, framing, .. }) => {
                    assert!(framing == Framing::Bytes || bytes.ends_with(b"\n"), "{bytes:?}");
                    assert!(!bytes.is_empty());
                    self.0.entry(log.path).or_default().extend(bytes);
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
    fn with(log: LogConfig) -> Self {
        Self::of(Settings { log, ..Settings::default() })
    }

    fn of(options: Settings) -> Self {
        let mut driver = Driver::with(options);
        driver.now.wall = AT;
        let mut scribe = Self { driver, files: Files::default() };
        scribe.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        scribe
    }

    fn to(file: &str) -> Self {
        Self::with(LogConfig { text: LogTarget::parse(file).unwrap(), ..LogConfig::default() })
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
        let effects = self.driver.app.on_quit(self.driver.now);
        self.files.take(effects);
    }

    fn status_message(&self) -> &str {
        self.driver.app.status_message().unwrap_or_default()
    }
}

fn named(path: &str) -> LogPath {
    LogPath { folder: LogFolder::Literal, path: path.to_owned(), date_split: None }
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
fn an_open_row_is_logged_when_complete_or_on_quitting() {
    let mut scribe = Scribe::to("chat.log");
    scribe.receive(b"half");
    assert!(!scribe.files.text("chat.log").contains("half"));
    scribe.receive(b" a row\nunder way");
    assert_eq!(scribe.files.lines("chat.log").last().unwrap(), "< half a row");
    scribe.leave();
    assert_eq!(scribe.files.lines("chat.log").split_off(3), ["< under way", "- Log ends."]);
}

#[test]
fn a_row_with_half_a_character_delays_no_other_row() {
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
    scribe.receive(&vec![b'x'; transcript::MAX_ROW_BYTES + 1]);
    scribe.receive(b"y\n");
    let lines = scribe.files.lines("chat.log");
    assert!(lines[2].ends_with("x↩"));
    assert_eq!(lines[3], "< xy");
}

#[test]
fn programs_get_objects_and_a_raw_log_is_what_the_server_sent() {
    let log = |format: &str| {
        let format = crate::app::logging::LogFormat::NAMES.iter().find(|(name, _)| *name == format).unwrap().1;
        let mut scribe =
            Scribe::with(LogConfig { text: LogTarget::parse("log").unwrap(), format, ..LogConfig::default() });
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
    let log = LogConfig { hex: LogTarget::parse("wire.hex").unwrap(), ..LogConfig::default() };
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
         2026-11-22 14:02:10.123 - The server closed the connection at once. Reconnecting in 1 s; Esc to stop.\n\
         2026-11-22 14:02:10.123 ! Not sent: the last 3 bytes did not leave this machine.\n"
    );
    assert_eq!(scribe.driver.app.tab().logging(), LogStatus::On);
}

#[test]
fn nothing_that_is_typed_as_a_secret_is_in_any_log() {
    for format in crate::app::logging::LogFormat::NAMES {
        let wire = LogTarget::parse("wire.hex").unwrap();
        let rows = LogTarget::parse("rows").unwrap();
        let mut scribe = Scribe::with(LogConfig { text: rows, format: format.1, hex: wire, ..LogConfig::default() });
        scribe.enter("/secret");
        let sent = scribe.enter("hunter2");
        assert_eq!(sent, sends_hidden(b"hunter2\n"));
        scribe.leave();
        let all: Vec<u8> = scribe.files.0.values().flatten().copied().collect();
        assert!(!all.is_empty() && !String::from_utf8_lossy(&all).contains("hunter"), "{}", format.0);
        assert!(!String::from_utf8_lossy(&all).contains("68 75 6e"), "{}", format.0);
        assert!(scribe.files.text("wire.hex").contains("> 8 bytes at 0, kept nowhere (/secret)\n"));
    }
}

#[test]
fn a_log_is_begun_and_ended_from_inside() {
    let mut scribe = Scribe::with(LogConfig::default());
    scribe.receive(b"before\n");
    assert!(scribe.files.0.is_empty());
    scribe.enter("/log");
    assert_eq!(
        scribe.status_message(),
        "Not logging. /log on or /log FILE starts now; /save FILE saves earlier messages."
    );
    scribe.enter("/log my %h.log");
    assert_eq!(scribe.status_message(), "Logging to my 127.0.0.1.log (text).");
    scribe.receive(b"one\n");
    scribe.enter("/log jsonl other");
    scribe.receive(b"two\n");
    scribe.enter("/log again.log");
    assert_eq!(scribe.status_message(), "Logging to again.log (text).", "a format is meant for one file");
    scribe.enter("/log all.JSONL");
    assert_eq!(scribe.status_message(), "Logging to all.JSONL (jsonl).");
    scribe.enter("/log off");
    scribe.receive(b"three\n");
    assert_eq!(
        scribe.status_message(),
        "Not logging. /log on or /log FILE starts now; /save FILE saves earlier messages."
    );
    let lines = scribe.files.lines("my 127.0.0.1.log");
    assert_eq!(lines, ["- Log of 127.0.0.1:12345 begins.", "< one", "- Log ends."]);
    let other = scribe.files.text("other");
    assert!(other.contains("two") && other.contains("Log ends.") && !other.contains("three"), "{other}");
    scribe.enter("/log hex wire");
    scribe.receive(b"x");
    assert_eq!(scribe.status_message(), "Logging hex to wire.");
    assert!(scribe.files.text("wire").contains("|x|"));
    scribe.enter("/log text");
    assert!(scribe.driver.last().contains("Usage: /log"), "{}", scribe.driver.last());
    scribe.enter("/log %q");
    assert!(scribe.driver.last().contains("Unknown %q in a file name"), "{}", scribe.driver.last());
}

#[test]
fn the_usual_log_is_one_for_each_server_and_day() {
    let mut scribe = Scribe::to("on");
    scribe.receive(b"today\n");
    scribe.driver.now.wall = LocalTime(AT.0 + 24 * 60 * 60 * 1000);
    scribe.receive(b"tomorrow\n");
    let names: Vec<&String> = scribe.files.0.keys().collect();
    assert_eq!(names, ["127.0.0.1-12345-2026-11-22.log", "127.0.0.1-12345-2026-11-23.log"]);
    assert!(scribe.files.text("127.0.0.1-12345-2026-11-23.log").ends_with("< tomorrow\n"));
}

#[test]
fn a_failed_log_is_reported_once_and_the_chat_continues() {
    let mut scribe = Scribe::to("chat.log");
    let sentence = "chat.log: no space left on device; free some space or choose another path.";
    scribe.event(Event::LogOpened { log: named("chat.log"), result: Err(sentence.to_owned()) });
    assert_eq!(scribe.driver.last(), format!("Error Logging stopped. {sentence} /log on tries again. Complete"));
    assert_eq!(scribe.driver.app.tab().logging(), LogStatus::Failed);
    let before = scribe.files.text("chat.log");
    scribe.receive(b"missed\n");
    assert_eq!(scribe.enter("hi"), sends(b"hi\n"));
    assert_eq!(scribe.files.text("chat.log"), before);
    scribe.enter("/log on");
    scribe.receive(b"kept\n");
    let text = scribe.files.text("chat.log");
    assert!(text.contains("kept") && !text.contains("missed"), "{text}");
    assert_eq!(scribe.driver.app.tab().logging(), LogStatus::On);
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
    let log = LogConfig {
        text: LogTarget::parse("raw").unwrap(),
        format: crate::app::logging::LogFormat::Raw,
        ..LogConfig::default()
    };
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

/// Returns a connecting app and its first effects.
fn beginning(log: LogConfig) -> (Driver, Vec<Effect>) {
    let mut driver = Driver { app: App::new(Settings { log, ..Settings::default() }), ..Driver::new() };
    driver.now.wall = AT;
    let mut effects = driver.app.open(endpoint()).effects;
    driver.app.defer_until_backlog(driver.now, &mut effects);
    (driver, effects)
}

#[test]
fn the_last_lines_of_the_log_stand_before_the_connection() {
    let wish = LogConfig { text: LogTarget::parse("%h-%d.log").unwrap(), backlog: 2, ..LogConfig::default() };
    let (mut driver, effects) = beginning(wish.clone());
    let place = wish.place(&endpoint(), AT).unwrap();
    assert_eq!(effects, [Effect::Log(LogCommand::Tail { tab: LinkId(0), log: place, lines: 28 })]);
    let text = b"2026-11-21 09:00:00.000 < too old\n2026-11-21 10:00:00.000 < hello\n2026-11-21 10:00:01.000 > hi\n";
    let result = Ok(("~/chat.log".to_owned(), text.to_vec()));
    let effects = driver.event(Event::LogTail { tab: LinkId(0), result: result.clone() });
    let mut files = Files::default();
    assert_eq!(files.take(effects), opens());
    assert_eq!(
        driver.rows(),
        ["Backlog hello Complete", "Backlog > hi Complete", "Separator the last 2 lines of ~/chat.log Complete"]
    );
    let effects = driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert!(matches!(files.take(effects).as_slice(), [Effect::SaveRecentServer(_)]));
    assert_eq!(files.text("127.0.0.1-2026-11-22.log").lines().count(), 2, "what was logged before is not logged again");
    assert_eq!(driver.event(Event::LogTail { tab: LinkId(0), result }), [], "nobody waits for it any more");
    assert_eq!(driver.rows().len(), 4);
}

#[test]
fn a_log_that_cannot_be_read_back_is_no_reason_not_to_connect() {
    let wish = LogConfig { text: LogTarget::parse("x").unwrap(), backlog: 5, ..LogConfig::default() };
    let (mut driver, _) = beginning(wish);
    let result = Err("x: permission denied.".to_owned());
    let effects = driver.event(Event::LogTail { tab: LinkId(0), result });
    assert_eq!(Files::default().take(effects), opens());
    assert_eq!(driver.last(), "Error Earlier log lines are not shown: x: permission denied. Complete");
}

#[test]
fn who_does_not_want_to_wait_for_the_log_does_not_have_to() {
    let wish = LogConfig { text: LogTarget::parse("x").unwrap(), backlog: 5, ..LogConfig::default() };
    let (mut driver, _) = beginning(wish);
    let effects = driver.enter("/close");
    assert_eq!(Files::default().take(effects), [opens(), vec![Effect::Link(LinkId(0), LinkCommand::Close)]].concat());
    assert_eq!(driver.event(Event::LogTail { tab: LinkId(0), result: Ok(("x".to_owned(), b"late\n".to_vec())) }), []);
    assert_eq!(driver.rows(), Vec::<String>::new());
}

#[test]
fn a_newline_in_two_reads_is_one_newline_in_a_log_that_shows_it() {
    let format = crate::app::logging::LogFormat::Rows(crate::app::logging::row_format::RowFormat::Escaped);
    let mut scribe = Scribe::with(LogConfig { text: LogTarget::parse("log").unwrap(), format, ..LogConfig::default() });
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

#[test]
fn an_evicted_open_row_is_logged_as_it_was() {
    let mut scribe = Scribe::to("chat.log");
    scribe.receive(b"one\nhalf");
    scribe.enter("/clear");
    scribe.receive(b" a row\n");
    assert_eq!(scribe.files.lines("chat.log").split_off(2), ["< one", "< half", "<  a row"]);
}

#[test]
fn a_read_with_more_rows_than_are_kept_is_logged_whole() {
    for format in [
        crate::app::logging::row_format::RowFormat::Text,
        crate::app::logging::row_format::RowFormat::Escaped,
        crate::app::logging::row_format::RowFormat::Jsonl,
    ] {
        let format = crate::app::logging::LogFormat::Rows(format);
        let log = LogConfig { text: LogTarget::parse("chat.log").unwrap(), format, ..LogConfig::default() };
        let limits = transcript::TranscriptLimits { rows: 100, bytes: 64 << 10 };
        let mut scribe = Scribe::of(Settings { limits, log, ..Settings::default() });
        for read in 0..3 {
            let rows: Vec<String> = (0..1000).map(|row| format!("row {read} {row}")).collect();
            scribe.receive(rows.join("\n").as_bytes());
            scribe.receive(b"\n");
        }
        let text = scribe.files.text("chat.log");
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("row ")).collect();
        assert_eq!(rows.len(), 3000);
        for (number, row) in rows.iter().enumerate() {
            let words = format!("row {} {}", number / 1000, number % 1000);
            assert!(row.split('"').any(|part| part == words) || row.contains(&format!(" < {words}")), "{row}");
        }
    }
}

#[test]
fn an_open_row_is_in_the_old_log_and_in_the_new_one() {
    let mut scribe = Scribe::with(LogConfig::default());
    scribe.receive(b"before\nha");
    scribe.enter("/log a");
    scribe.receive(b"lf");
    scribe.enter("/log b");
    scribe.receive(b" a row\nunder way");
    scribe.enter("/log off");
    scribe.receive(b" for long\n");
    assert_eq!(scribe.files.lines("a"), ["- Log of 127.0.0.1:12345 begins.", "< half", "- Log ends."]);
    let lines = ["- Log of 127.0.0.1:12345 begins.", "< half a row", "< under way", "- Log ends."];
    assert_eq!(scribe.files.lines("b"), lines);
}

#[test]
fn connecting_elsewhere_switches_the_log_file() {
    for (name, apart) in [("%h.log", true), ("chat.log", false)] {
        let log = LogConfig { text: LogTarget::parse(name).unwrap(), ..LogConfig::default() };
        let (mut driver, _) = beginning(log);
        let mut files = Files::default();
        let failed = CloseReason::Failed(LinkError {
            op: LinkOp::Connect,
            endpoint: endpoint(),
            addr: None,
            cause: ErrorCause::Refused,
        });
        files.take(driver.link(LinkEvent::Closed(failed)));
        files.take(driver.enter("/connect pi:4000"));
        files.take(driver.link(LinkEvent::Opening(Endpoint::new("PI", 4000).unwrap())));
        files.take(driver.link(LinkEvent::Received(Bytes::from_static(b"from pi\n"))));
        let (first, second) = if apart { ("127.0.0.1.log", "pi.log") } else { (name, name) };
        let all = if apart { [files.lines(first), files.lines(second)].concat() } else { files.lines(first) };
        assert_eq!(all.len(), 5, "{all:?}");
        assert!(all[0].ends_with("12345 begins.") && all[1].starts_with("! "), "{all:?}");
        assert_eq!(all[2..], ["- Log ends.", "- Log of pi:4000 begins.", "< from pi"]);
    }
}

#[test]
fn what_fails_when_it_is_written_no_more_is_told_all_the_same() {
    let failed = |path: &str, around: Option<(&str, &str)>| {
        let around_date = around.map(|(before, behind)| (before.to_owned(), behind.to_owned()));
        let place = LogPath { date_split: around_date, ..named(path) };
        Event::LogOpened { log: place, result: Err("no room.".to_owned()) }
    };
    let told = "Error The last log lines were not saved. no room. Complete";
    // After midnight.
    let mut scribe = Scribe::to("%d.log");
    scribe.driver.now.wall = LocalTime(AT.0 + 24 * 60 * 60 * 1000);
    scribe.receive(b"tomorrow\n");
    scribe.event(failed("2026-11-22.log", Some(("", ".log"))));
    assert_eq!(scribe.driver.last(), told);
    assert_eq!(scribe.driver.app.tab().logging(), LogStatus::On);
    assert!(scribe.files.text("2026-11-23.log").contains("tomorrow"));
    // Ended, and in a tab that is closed.
    let mut scribe = Scribe::to("%h.log");
    scribe.enter("/log off");
    scribe.event(failed("127.0.0.1.log", None));
    assert_eq!(scribe.driver.last(), told);
    let mut scribe = Scribe::to("%h.log");
    scribe.enter("/connect pi:4000");
    scribe.enter("/close!");
    scribe.event(failed("pi.log", None));
    assert_eq!(scribe.driver.last(), told);
}

#[test]
fn two_tabs_on_one_failed_log_are_both_notified_and_retry() {
    let mut scribe = Scribe::to("chat.log");
    scribe.enter("/connect pi:4000");
    scribe.event(Event::LogOpened { log: named("chat.log"), result: Err("no room.".to_owned()) });
    let standing = |scribe: &Scribe| scribe.driver.app.tabs().iter().map(Tab::logging).collect::<Vec<_>>();
    assert_eq!(standing(&scribe), [LogStatus::Failed, LogStatus::Failed]);
    for tab in scribe.driver.app.tabs() {
        let last = tab.transcript().rows().last().unwrap();
        assert!(last.bytes.starts_with(b"Logging stopped. no room."));
    }
    scribe.files = Files::default();
    scribe.enter("/log on");
    assert_eq!(standing(&scribe), [LogStatus::On; 2]);
    scribe.receive(b"this\n");
    assert_eq!(scribe.files.lines("chat.log").last().unwrap(), "< this");
}

#[test]
fn a_raw_log_is_free_for_another_tab_once_it_is_ended() {
    let log = LogConfig {
        text: LogTarget::parse("raw").unwrap(),
        format: crate::app::logging::LogFormat::Raw,
        ..LogConfig::default()
    };
    let from_pi = |bytes| Event::Link(LinkId(1), LinkEvent::Received(Bytes::from_static(bytes)));
    for end in ["/log off", "/close!"] {
        let mut scribe = Scribe::with(log.clone());
        scribe.receive(b"one");
        scribe.enter(end);
        scribe.enter("/connect pi:4000");
        let id = scribe.driver.app.tab().id();
        scribe.event(Event::Link(id, LinkEvent::Received(Bytes::from_static(b"two"))));
        assert_eq!(scribe.files.text("raw"), "onetwo", "{end}");
        assert_eq!(scribe.driver.app.tab().logging(), LogStatus::On);
    }
    let mut scribe = Scribe::with(log);
    scribe.receive(b"one");
    scribe.enter("/connect pi:4000");
    scribe.event(from_pi(b"two"));
    scribe.event(Event::Action(Action::Tab(TabMove::To(1))));
    scribe.enter("/close!");
    scribe.enter("/log on");
    scribe.event(from_pi(b"three"));
    assert_eq!(scribe.files.text("raw"), "onethree");
}

#[test]
fn nothing_is_written_into_another_tabs_raw_log() {
    let log = LogConfig {
        text: LogTarget::parse("raw").unwrap(),
        format: crate::app::logging::LogFormat::Raw,
        ..LogConfig::default()
    };
    let mut scribe = Scribe::with(log);
    scribe.receive(b"one");
    scribe.enter("/connect pi:4000");
    scribe.enter("/log text raw");
    scribe.enter("/log hex raw");
    let last = scribe.driver.last();
    assert!(last.starts_with("Error raw is already the other log of this tab. Use a different file."), "{last}");
    scribe.enter("/log other");
    scribe.enter("/log hex raw");
    assert_eq!(scribe.driver.app.tab().logging(), LogStatus::Failed);
    scribe.receive(b"two");
    assert_eq!(scribe.files.text("raw"), "onetwo");
}

#[test]
fn a_closed_tab_of_several_leaves_no_line_without_its_server() {
    let mut scribe = Scribe::to("chat.log");
    scribe.enter("/connect pi:4000");
    scribe.enter("/close!");
    scribe.receive(b"from here\n");
    let lines = ["- Log of pi:4000 begins.", "- Log ends.", "- ==> 127.0.0.1:12345", "< from here"];
    assert_eq!(scribe.files.lines("chat.log").split_off(3), lines);
}

#[test]
fn a_hex_log_that_begins_late_tells_how_far_the_stream_is() {
    let mut scribe = Scribe::with(LogConfig::default());
    scribe.receive(b"before\n");
    scribe.enter("mine");
    scribe.enter("/secret");
    scribe.enter("hunter2");
    scribe.enter("/log hex wire");
    scribe.receive(b"x");
    scribe.enter("y");
    let text = scribe.files.text("wire");
    assert!(text.contains(" < 1 byte at 7\n00000007  78") && text.contains(" > 2 bytes at 13\n"), "{text}");
}

#[test]
fn a_hex_log_that_failed_is_tried_again_and_no_other_begun() {
    let mut scribe = Scribe::with(LogConfig { hex: LogTarget::parse("wire").unwrap(), ..LogConfig::default() });
    scribe.event(Event::LogOpened { log: named("wire"), result: Err("no room.".to_owned()) });
    scribe.enter("/log on");
    assert_eq!(scribe.status_message(), "Logging hex to wire.");
    assert_eq!(scribe.files.0.keys().collect::<Vec<_>>(), ["wire"]);
}

#[test]
fn what_was_turned_off_goes_on_where_it_was() {
    let mut scribe = Scribe::to("chat.log");
    scribe.enter("/log jsonl other");
    scribe.enter("/log hex wire");
    scribe.enter("/log off");
    scribe.enter("/log off");
    assert_eq!(scribe.driver.app.tab().logging(), LogStatus::Off);
    scribe.enter("/log on");
    assert_eq!(scribe.status_message(), "Logging to other (jsonl), hex to wire.");
    scribe.receive(b"back\n");
    assert!(scribe.files.text("other").contains("\"back\"") && scribe.files.text("wire").contains("|back.|"));
    scribe.enter("/log off");
    scribe.enter("/log hex new");
    scribe.enter("/log on");
    assert_eq!(scribe.status_message(), "Logging to other (jsonl), hex to new.", "what was begun meanwhile stays");
}

#[test]
fn log_on_resumes_the_hex_log_or_starts_the_default_log() {
    let mut scribe = Scribe::with(LogConfig { hex: LogTarget::parse("wire").unwrap(), ..LogConfig::default() });
    scribe.enter("/log off");
    scribe.enter("/log on");
    assert_eq!(scribe.status_message(), "Logging hex to wire.");
    let mut scribe = Scribe::with(LogConfig::default());
    scribe.enter("/log off");
    scribe.enter("/log on");
    assert_eq!(scribe.files.0.keys().collect::<Vec<_>>(), ["127.0.0.1-12345-2026-11-22.log"]);
}

#[test]
fn tabs_that_failed_on_one_file_retry_together() {
    let mut scribe = Scribe::to("chat.log");
    for (id, place) in [(1, "pi:4000"), (2, "pi:5000")] {
        scribe.enter(&format!("/connect {place}"));
        scribe.event(Event::Link(LinkId(id), LinkEvent::Received(Bytes::from_static(b"hi\n"))));
    }
    scribe.enter("/log other");
    for path in ["chat.log", "other"] {
        scribe.event(Event::LogOpened { log: named(path), result: Err("no room.".to_owned()) });
    }
    let standings = |scribe: &Scribe| scribe.driver.app.tabs().iter().map(Tab::logging).collect::<Vec<_>>();
    assert_eq!(standings(&scribe), [LogStatus::Failed; 3]);
    scribe.enter("/log on");
    assert_eq!(standings(&scribe), [LogStatus::Failed, LogStatus::Failed, LogStatus::On]);
    scribe.enter("/close!");
    scribe.enter("/log on");
    assert_eq!(standings(&scribe), [LogStatus::On; 2]);
}

#[test]
fn backlog_rows_are_not_logged_again() {
    let wish = LogConfig { text: LogTarget::parse("x").unwrap(), backlog: 5, ..LogConfig::default() };
    let (mut driver, _) = beginning(wish);
    let mut files = Files::default();
    files.take(driver.event(Event::StorageWarning("Meanwhile.".to_owned())));
    assert!(files.0.is_empty());
    let tail = b"2026-11-21 09:00:00.000 < past\n2026-11-21 09:00:00.000 <\n".to_vec();
    files.take(driver.event(Event::LogTail { tab: LinkId(0), result: Ok(("x".to_owned(), tail)) }));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    let lines = files.lines("x");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].contains("Meanwhile."), "{lines:?}");
    assert!(driver.rows().contains(&"Backlog  Complete".to_owned()), "{:?}", driver.rows());
}

#[derive(Debug, Clone)]
enum Step {
    Receive(Vec<u8>),
    Enter(&'static str),
    Wait,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let byte = prop_oneof![Just(b'\n'), Just(b'\r'), Just(b'\xc3'), Just(b'\xa9'), Just(b'a'), any::<u8>()];
    let step = prop_oneof![
        4 => proptest::collection::vec(byte, 1..40).prop_map(Step::Receive),
        1 => prop_oneof![Just("mine"), Just("/clear"), Just("/eol crlf"), Just("/view hex")].prop_map(Step::Enter),
        1 => Just(Step::Wait),
    ];
    proptest::collection::vec(step, 0..20)
}

/// Returns the received bytes according to an escaped log.
fn said(log: &[String]) -> Vec<u8> {
    let rows = log.iter().filter_map(|line| line.strip_prefix('<'));
    rows.flat_map(|row| crate::text::unescape(row.strip_prefix(' ').unwrap_or(row)).unwrap()).collect()
}

proptest! {
    #[test]
    fn whatever_happens_each_byte_of_the_server_is_in_the_log_once(steps in steps(), rows in prop_oneof![Just(3_usize), Just(1000)]) {
        let format = crate::app::logging::LogFormat::Rows(crate::app::logging::row_format::RowFormat::Escaped);
        let log = LogConfig { text: LogTarget::parse("log").unwrap(), format, ..LogConfig::default() };
        let limits = transcript::TranscriptLimits { rows, ..transcript::TranscriptLimits::default() };
        let mut scribe = Scribe::of(Settings { limits, log, ..Settings::default() });
        let mut bytes = Vec::new();
        for step in steps {
            match step {
                Step::Receive(read) => {
                    scribe.receive(&read);
                    bytes.extend(read);
                }
                Step::Enter(line) => drop(scribe.enter(line)),
                Step::Wait => {
                    let effects = scribe.driver.after(Duration::from_secs(1));
                    scribe.files.take(effects);
                }
            }
        }
        scribe.leave();
        // An LF whose CR is forgotten goes with it.
        let fit = |bytes: Vec<u8>| if rows == 3 { bytes.into_iter().filter(|byte| *byte != b'\n').collect() } else { bytes };
        prop_assert_eq!(fit(said(&scribe.files.lines("log"))), fit(bytes));
    }
}
