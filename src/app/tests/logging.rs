//! Logging: rows, times and files.

use super::*;
use crate::app::logging::{Framing, LogConfig, LogFolder, LogPath, LogStatus, LogTarget};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// 2026-11-22 14:02:10.123.
const AT: LocalTime = LocalTime(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);

/// Log files in memory.
#[derive(Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Runs the log effects and returns the others.
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

    /// Returns the lines of a text log without their timestamps.
    fn lines(&self, path: &str) -> Vec<String> {
        let text = self.text(path);
        text.lines().map(|line| line.split_at("2026-11-22 14:02:10.123 ".len()).1.to_owned()).collect()
    }
}

struct LogDriver {
    driver: Driver,
    files: Files,
}

impl LogDriver {
    fn with(log: LogConfig) -> Self {
        Self::of(Settings { log, ..Settings::default() })
    }

    fn of(options: Settings) -> Self {
        let mut driver = Driver::with(options);
        driver.now.wall = AT;
        let mut logs = Self { driver, files: Files::default() };
        logs.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        logs
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
fn each_row_is_logged_once_as_shown() {
    let mut logs = LogDriver::to("chat.log");
    logs.receive(b"Welcome\r\nNick: ");
    logs.enter("bob");
    logs.receive(b"ok\x1b[2J\n");
    logs.driver.wait(Duration::from_secs(1));
    assert_eq!(
        logs.files.lines("chat.log"),
        [
            "- Log of 127.0.0.1:12345 begins.",
            "- Connected to 127.0.0.1:12345.",
            "< Welcome",
            "< Nick: ",
            "> bob",
            "< ok^[[2J",
        ]
    );
    logs.leave();
    assert_eq!(logs.files.lines("chat.log").last().unwrap(), "- Log ends.");
    assert!(logs.files.text("chat.log").starts_with("2026-11-22 14:02:10.123 - Log of"));
}

#[test]
fn an_open_row_is_logged_when_complete_or_on_quitting() {
    let mut logs = LogDriver::to("chat.log");
    logs.receive(b"half");
    assert!(!logs.files.text("chat.log").contains("half"));
    logs.receive(b" a row\nunder way");
    assert_eq!(logs.files.lines("chat.log").last().unwrap(), "< half a row");
    logs.leave();
    assert_eq!(logs.files.lines("chat.log").split_off(3), ["< under way", "- Log ends."]);
}

#[test]
fn a_row_with_half_a_character_delays_no_other_row() {
    let mut logs = LogDriver::to("chat.log");
    logs.receive(b"caf\xc3");
    logs.enter("hi");
    assert_eq!(logs.files.lines("chat.log").last().unwrap(), "> hi");
    logs.receive(b"\xa9\n");
    assert_eq!(logs.files.lines("chat.log").last().unwrap(), "< caf\u{e9}");
}

#[test]
fn a_split_line_is_marked() {
    let mut logs = LogDriver::to("chat.log");
    logs.receive(&vec![b'x'; transcript::MAX_ROW_BYTES + 1]);
    logs.receive(b"y\n");
    let lines = logs.files.lines("chat.log");
    assert!(lines[2].ends_with("x↩"));
    assert_eq!(lines[3], "< xy");
}

#[test]
fn jsonl_logs_are_objects_and_raw_logs_received_bytes() {
    let log = |format: &str| {
        let format = crate::app::logging::LogFormat::NAMES.iter().find(|(name, _)| *name == format).unwrap().1;
        let mut logs =
            LogDriver::with(LogConfig { text: LogTarget::parse("log").unwrap(), format, ..LogConfig::default() });
        logs.receive(b"a\xff\r\nb");
        logs.enter("mine");
        logs.receive(b"\0c");
        logs.leave();
        logs.files.0.remove("log").unwrap()
    };
    assert_eq!(log("raw"), b"a\xff\r\nb\0c");
    let lines = String::from_utf8(log("jsonl")).unwrap();
    let objects: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects[2]["escaped"], "a\\xFF\\r\\n");
    assert_eq!((&objects[4]["kind"], &objects[4]["text"]), (&"sent".into(), &"mine".into()));
    assert!(String::from_utf8(log("escaped")).unwrap().contains(" < a\\xFF\\r\\n\n"));
}

#[test]
fn the_hex_log_has_every_read_and_write() {
    let log = LogConfig { hex: LogTarget::parse("wire.hex").unwrap(), ..LogConfig::default() };
    let mut logs = LogDriver::with(log);
    logs.receive(b"hi\n");
    logs.enter("ho");
    logs.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(
        logs.files.text("wire.hex"),
        "2026-11-22 14:02:10.123 - Log of 127.0.0.1:12345 begins.\n\
         2026-11-22 14:02:10.123 - Connected to 127.0.0.1:12345.\n\
         2026-11-22 14:02:10.123 < 3 bytes at 0\n\
         00000000  68 69 0a                                          |hi.|\n\
         2026-11-22 14:02:10.123 > 3 bytes at 0\n\
         00000000  68 6f 0a                                          |ho.|\n\
         2026-11-22 14:02:10.123 - The server closed the connection at once. Reconnecting in 1 s; Esc to stop.\n\
         2026-11-22 14:02:10.123 ! Not sent: the last 3 bytes did not leave this machine.\n"
    );
    assert_eq!(logs.driver.app.tab().logging(), LogStatus::On);
}

#[test]
fn no_log_contains_a_secret() {
    for format in crate::app::logging::LogFormat::NAMES {
        let wire = LogTarget::parse("wire.hex").unwrap();
        let rows = LogTarget::parse("rows").unwrap();
        let mut logs = LogDriver::with(LogConfig { text: rows, format: format.1, hex: wire, ..LogConfig::default() });
        logs.enter("/secret");
        let sent = logs.enter("hunter2");
        assert_eq!(sent, sends_hidden(b"hunter2\n"));
        logs.leave();
        let all: Vec<u8> = logs.files.0.values().flatten().copied().collect();
        assert!(!all.is_empty() && !String::from_utf8_lossy(&all).contains("hunter"), "{}", format.0);
        assert!(!String::from_utf8_lossy(&all).contains("68 75 6e"), "{}", format.0);
        assert!(logs.files.text("wire.hex").contains("> 8 bytes at 0, kept nowhere (/secret)\n"));
    }
}

#[test]
fn log_command_starts_and_stops_a_log() {
    let mut logs = LogDriver::with(LogConfig::default());
    logs.receive(b"before\n");
    assert!(logs.files.0.is_empty());
    logs.enter("/log");
    assert_eq!(
        logs.status_message(),
        "Not logging. /log on or /log FILE starts now; /save FILE saves earlier messages."
    );
    logs.enter("/log my %h.log");
    assert_eq!(logs.status_message(), "Logging to my 127.0.0.1.log (text).");
    logs.receive(b"one\n");
    logs.enter("/log jsonl other");
    logs.receive(b"two\n");
    logs.enter("/log again.log");
    assert_eq!(logs.status_message(), "Logging to again.log (text).", "a format is meant for one file");
    logs.enter("/log all.JSONL");
    assert_eq!(logs.status_message(), "Logging to all.JSONL (jsonl).");
    logs.enter("/log off");
    logs.receive(b"three\n");
    assert_eq!(
        logs.status_message(),
        "Not logging. /log on or /log FILE starts now; /save FILE saves earlier messages."
    );
    let lines = logs.files.lines("my 127.0.0.1.log");
    assert_eq!(lines, ["- Log of 127.0.0.1:12345 begins.", "< one", "- Log ends."]);
    let other = logs.files.text("other");
    assert!(other.contains("two") && other.contains("Log ends.") && !other.contains("three"), "{other}");
    logs.enter("/log hex wire");
    logs.receive(b"x");
    assert_eq!(logs.status_message(), "Logging hex to wire.");
    assert!(logs.files.text("wire").contains("|x|"));
    logs.enter("/log text");
    assert!(logs.driver.last().contains("Usage: /log"), "{}", logs.driver.last());
    logs.enter("/log %q");
    assert!(logs.driver.last().contains("Unknown %q in a file name"), "{}", logs.driver.last());
}

#[test]
fn the_default_log_is_per_server_and_day() {
    let mut logs = LogDriver::to("on");
    logs.receive(b"today\n");
    logs.driver.now.wall = LocalTime(AT.0 + 24 * 60 * 60 * 1000);
    logs.receive(b"tomorrow\n");
    let names: Vec<&String> = logs.files.0.keys().collect();
    assert_eq!(names, ["127.0.0.1-12345-2026-11-22.log", "127.0.0.1-12345-2026-11-23.log"]);
    assert!(logs.files.text("127.0.0.1-12345-2026-11-23.log").ends_with("< tomorrow\n"));
}

#[test]
fn a_failed_log_is_reported_once_and_the_chat_continues() {
    let mut logs = LogDriver::to("chat.log");
    let sentence = "chat.log: no space left on device; free some space or choose another path.";
    logs.event(Event::LogOpened { log: named("chat.log"), result: Err(sentence.to_owned()) });
    assert_eq!(logs.driver.last(), format!("Error Logging stopped. {sentence} /log on tries again. Complete"));
    assert_eq!(logs.driver.app.tab().logging(), LogStatus::Failed);
    let before = logs.files.text("chat.log");
    logs.receive(b"missed\n");
    assert_eq!(logs.enter("hi"), sends(b"hi\n"));
    assert_eq!(logs.files.text("chat.log"), before);
    logs.enter("/log on");
    logs.receive(b"kept\n");
    let text = logs.files.text("chat.log");
    assert!(text.contains("kept") && !text.contains("missed"), "{text}");
    assert_eq!(logs.driver.app.tab().logging(), LogStatus::On);
}

#[test]
fn a_shared_log_names_the_tab_that_writes() {
    let mut logs = LogDriver::to("chat.log");
    let effects = logs.enter("/connect pi:4000");
    assert!(matches!(effects.as_slice(), [Effect::Link(LinkId(1), LinkCommand::Open { .. })]));
    logs.event(Event::Link(LinkId(1), LinkEvent::Received(Bytes::from_static(b"from pi\n"))));
    logs.receive(b"from here\n");
    assert_eq!(
        logs.files.lines("chat.log").split_off(2),
        ["- ==> pi:4000", "- Log of pi:4000 begins.", "< from pi", "- ==> 127.0.0.1:12345", "< from here"]
    );
    let log = LogConfig {
        text: LogTarget::parse("raw").unwrap(),
        format: crate::app::logging::LogFormat::Raw,
        ..LogConfig::default()
    };
    let mut logs = LogDriver::with(log);
    logs.receive(b"one");
    logs.enter("/connect pi:4000");
    logs.event(Event::Link(LinkId(1), LinkEvent::Received(Bytes::from_static(b"two"))));
    logs.receive(b"three");
    assert_eq!(logs.files.text("raw"), "onethree");
    assert!(logs.driver.rows().iter().any(|row| row.starts_with("Error Not logged: another tab")));
}

#[test]
fn closing_a_tab_ends_its_log() {
    let mut logs = LogDriver::to("%h.log");
    logs.enter("/connect pi:4000");
    logs.event(Event::Link(LinkId(1), LinkEvent::Received(Bytes::from_static(b"half"))));
    logs.enter("/close!");
    assert_eq!(logs.files.lines("pi.log"), ["- Log of pi:4000 begins.", "< half", "- Log ends."]);
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
fn the_backlog_is_shown_before_connecting() {
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
fn an_unreadable_backlog_does_not_prevent_connecting() {
    let wish = LogConfig { text: LogTarget::parse("x").unwrap(), backlog: 5, ..LogConfig::default() };
    let (mut driver, _) = beginning(wish);
    let result = Err("x: permission denied.".to_owned());
    let effects = driver.event(Event::LogTail { tab: LinkId(0), result });
    assert_eq!(Files::default().take(effects), opens());
    assert_eq!(driver.last(), "Error Earlier log lines are not shown: x: permission denied. Complete");
}

#[test]
fn close_skips_waiting_for_the_backlog() {
    let wish = LogConfig { text: LogTarget::parse("x").unwrap(), backlog: 5, ..LogConfig::default() };
    let (mut driver, _) = beginning(wish);
    let effects = driver.enter("/close");
    assert_eq!(Files::default().take(effects), [opens(), vec![Effect::Link(LinkId(0), LinkCommand::Close)]].concat());
    assert_eq!(driver.event(Event::LogTail { tab: LinkId(0), result: Ok(("x".to_owned(), b"late\n".to_vec())) }), []);
    assert_eq!(driver.rows(), Vec::<String>::new());
}

#[test]
fn a_newline_split_over_reads_is_one_in_an_escaped_log() {
    let format = crate::app::logging::LogFormat::Rows(crate::app::logging::row_format::RowFormat::Escaped);
    let mut logs =
        LogDriver::with(LogConfig { text: LogTarget::parse("log").unwrap(), format, ..LogConfig::default() });
    logs.receive(b"one\r");
    logs.receive(b"\ntwo\r");
    logs.enter("mine");
    logs.receive(b"three\n");
    let lines = ["< one\\r\\n", "> mine\\n", "< two\\r", "< three\\n"];
    assert_eq!(logs.files.lines("log").split_off(2), lines);
    let mut logs = LogDriver::to("log");
    logs.receive(b"50 %\r");
    assert_eq!(logs.files.lines("log").last().unwrap(), "< 50 %", "who reads text need not wait for it");
}

#[test]
fn an_evicted_open_row_is_logged_as_it_was() {
    let mut logs = LogDriver::to("chat.log");
    logs.receive(b"one\nhalf");
    logs.enter("/clear");
    logs.receive(b" a row\n");
    assert_eq!(logs.files.lines("chat.log").split_off(2), ["< one", "< half", "<  a row"]);
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
        let mut logs = LogDriver::of(Settings { limits, log, ..Settings::default() });
        for read in 0..3 {
            let rows: Vec<String> = (0..1000).map(|row| format!("row {read} {row}")).collect();
            logs.receive(rows.join("\n").as_bytes());
            logs.receive(b"\n");
        }
        let text = logs.files.text("chat.log");
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("row ")).collect();
        assert_eq!(rows.len(), 3000);
        for (number, row) in rows.iter().enumerate() {
            let words = format!("row {} {}", number / 1000, number % 1000);
            assert!(row.split('"').any(|part| part == words) || row.contains(&format!(" < {words}")), "{row}");
        }
    }
}

#[test]
fn an_open_row_is_in_both_logs_after_a_switch() {
    let mut logs = LogDriver::with(LogConfig::default());
    logs.receive(b"before\nha");
    logs.enter("/log a");
    logs.receive(b"lf");
    logs.enter("/log b");
    logs.receive(b" a row\nunder way");
    logs.enter("/log off");
    logs.receive(b" for long\n");
    assert_eq!(logs.files.lines("a"), ["- Log of 127.0.0.1:12345 begins.", "< half", "- Log ends."]);
    let lines = ["- Log of 127.0.0.1:12345 begins.", "< half a row", "< under way", "- Log ends."];
    assert_eq!(logs.files.lines("b"), lines);
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
fn a_failure_of_an_ended_log_is_reported() {
    let failed = |path: &str, around: Option<(&str, &str)>| {
        let around_date = around.map(|(before, behind)| (before.to_owned(), behind.to_owned()));
        let place = LogPath { date_split: around_date, ..named(path) };
        Event::LogOpened { log: place, result: Err("no room.".to_owned()) }
    };
    let error = "Error The last log lines were not saved. no room. Complete";
    // The date has changed.
    let mut logs = LogDriver::to("%d.log");
    logs.driver.now.wall = LocalTime(AT.0 + 24 * 60 * 60 * 1000);
    logs.receive(b"tomorrow\n");
    logs.event(failed("2026-11-22.log", Some(("", ".log"))));
    assert_eq!(logs.driver.last(), error);
    assert_eq!(logs.driver.app.tab().logging(), LogStatus::On);
    assert!(logs.files.text("2026-11-23.log").contains("tomorrow"));
    // The log was ended, or its tab closed.
    let mut logs = LogDriver::to("%h.log");
    logs.enter("/log off");
    logs.event(failed("127.0.0.1.log", None));
    assert_eq!(logs.driver.last(), error);
    let mut logs = LogDriver::to("%h.log");
    logs.enter("/connect pi:4000");
    logs.enter("/close!");
    logs.event(failed("pi.log", None));
    assert_eq!(logs.driver.last(), error);
}

#[test]
fn two_tabs_on_one_failed_log_are_both_notified_and_retry() {
    let mut logs = LogDriver::to("chat.log");
    logs.enter("/connect pi:4000");
    logs.event(Event::LogOpened { log: named("chat.log"), result: Err("no room.".to_owned()) });
    let standing = |logs: &LogDriver| logs.driver.app.tabs().iter().map(Tab::logging).collect::<Vec<_>>();
    assert_eq!(standing(&logs), [LogStatus::Failed, LogStatus::Failed]);
    for tab in logs.driver.app.tabs() {
        let last = tab.transcript().rows().last().unwrap();
        assert!(last.bytes.starts_with(b"Logging stopped. no room."));
    }
    logs.files = Files::default();
    logs.enter("/log on");
    assert_eq!(standing(&logs), [LogStatus::On; 2]);
    logs.receive(b"this\n");
    assert_eq!(logs.files.lines("chat.log").last().unwrap(), "< this");
}

#[test]
fn an_ended_raw_log_is_free_for_another_tab() {
    let log = LogConfig {
        text: LogTarget::parse("raw").unwrap(),
        format: crate::app::logging::LogFormat::Raw,
        ..LogConfig::default()
    };
    let from_pi = |bytes| Event::Link(LinkId(1), LinkEvent::Received(Bytes::from_static(bytes)));
    for end in ["/log off", "/close!"] {
        let mut logs = LogDriver::with(log.clone());
        logs.receive(b"one");
        logs.enter(end);
        logs.enter("/connect pi:4000");
        let id = logs.driver.app.tab().id();
        logs.event(Event::Link(id, LinkEvent::Received(Bytes::from_static(b"two"))));
        assert_eq!(logs.files.text("raw"), "onetwo", "{end}");
        assert_eq!(logs.driver.app.tab().logging(), LogStatus::On);
    }
    let mut logs = LogDriver::with(log);
    logs.receive(b"one");
    logs.enter("/connect pi:4000");
    logs.event(from_pi(b"two"));
    logs.event(Event::Action(Action::Tab(TabMove::To(1))));
    logs.enter("/close!");
    logs.enter("/log on");
    logs.event(from_pi(b"three"));
    assert_eq!(logs.files.text("raw"), "onethree");
}

#[test]
fn nothing_is_written_into_another_tabs_raw_log() {
    let log = LogConfig {
        text: LogTarget::parse("raw").unwrap(),
        format: crate::app::logging::LogFormat::Raw,
        ..LogConfig::default()
    };
    let mut logs = LogDriver::with(log);
    logs.receive(b"one");
    logs.enter("/connect pi:4000");
    logs.enter("/log text raw");
    logs.enter("/log hex raw");
    let last = logs.driver.last();
    assert!(last.starts_with("Error raw is already the other log of this tab. Use a different file."), "{last}");
    logs.enter("/log other");
    logs.enter("/log hex raw");
    assert_eq!(logs.driver.app.tab().logging(), LogStatus::Failed);
    logs.receive(b"two");
    assert_eq!(logs.files.text("raw"), "onetwo");
}

#[test]
fn a_shared_log_names_the_server_after_a_tab_closes() {
    let mut logs = LogDriver::to("chat.log");
    logs.enter("/connect pi:4000");
    logs.enter("/close!");
    logs.receive(b"from here\n");
    let lines = ["- Log of pi:4000 begins.", "- Log ends.", "- ==> 127.0.0.1:12345", "< from here"];
    assert_eq!(logs.files.lines("chat.log").split_off(3), lines);
}

#[test]
fn a_late_hex_log_starts_with_the_stream_offsets() {
    let mut logs = LogDriver::with(LogConfig::default());
    logs.receive(b"before\n");
    logs.enter("mine");
    logs.enter("/secret");
    logs.enter("hunter2");
    logs.enter("/log hex wire");
    logs.receive(b"x");
    logs.enter("y");
    let text = logs.files.text("wire");
    assert!(text.contains(" < 1 byte at 7\n00000007  78") && text.contains(" > 2 bytes at 13\n"), "{text}");
}

#[test]
fn log_on_retries_a_failed_hex_log_only() {
    let mut logs = LogDriver::with(LogConfig { hex: LogTarget::parse("wire").unwrap(), ..LogConfig::default() });
    logs.event(Event::LogOpened { log: named("wire"), result: Err("no room.".to_owned()) });
    logs.enter("/log on");
    assert_eq!(logs.status_message(), "Logging hex to wire.");
    assert_eq!(logs.files.0.keys().collect::<Vec<_>>(), ["wire"]);
}

#[test]
fn log_on_resumes_the_logs_turned_off() {
    let mut logs = LogDriver::to("chat.log");
    logs.enter("/log jsonl other");
    logs.enter("/log hex wire");
    logs.enter("/log off");
    logs.enter("/log off");
    assert_eq!(logs.driver.app.tab().logging(), LogStatus::Off);
    logs.enter("/log on");
    assert_eq!(logs.status_message(), "Logging to other (jsonl), hex to wire.");
    logs.receive(b"back\n");
    assert!(logs.files.text("other").contains("\"back\"") && logs.files.text("wire").contains("|back.|"));
    logs.enter("/log off");
    logs.enter("/log hex new");
    logs.enter("/log on");
    assert_eq!(logs.status_message(), "Logging to other (jsonl), hex to new.", "what was begun meanwhile stays");
}

#[test]
fn log_on_resumes_the_hex_log_or_starts_the_default_log() {
    let mut logs = LogDriver::with(LogConfig { hex: LogTarget::parse("wire").unwrap(), ..LogConfig::default() });
    logs.enter("/log off");
    logs.enter("/log on");
    assert_eq!(logs.status_message(), "Logging hex to wire.");
    let mut logs = LogDriver::with(LogConfig::default());
    logs.enter("/log off");
    logs.enter("/log on");
    assert_eq!(logs.files.0.keys().collect::<Vec<_>>(), ["127.0.0.1-12345-2026-11-22.log"]);
}

#[test]
fn tabs_that_failed_on_one_file_retry_together() {
    let mut logs = LogDriver::to("chat.log");
    for (id, place) in [(1, "pi:4000"), (2, "pi:5000")] {
        logs.enter(&format!("/connect {place}"));
        logs.event(Event::Link(LinkId(id), LinkEvent::Received(Bytes::from_static(b"hi\n"))));
    }
    logs.enter("/log other");
    for path in ["chat.log", "other"] {
        logs.event(Event::LogOpened { log: named(path), result: Err("no room.".to_owned()) });
    }
    let standings = |logs: &LogDriver| logs.driver.app.tabs().iter().map(Tab::logging).collect::<Vec<_>>();
    assert_eq!(standings(&logs), [LogStatus::Failed; 3]);
    logs.enter("/log on");
    assert_eq!(standings(&logs), [LogStatus::Failed, LogStatus::Failed, LogStatus::On]);
    logs.enter("/close!");
    logs.enter("/log on");
    assert_eq!(standings(&logs), [LogStatus::On; 2]);
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
    fn each_received_byte_is_logged_once(steps in steps(), rows in prop_oneof![Just(3_usize), Just(1000)]) {
        let format = crate::app::logging::LogFormat::Rows(crate::app::logging::row_format::RowFormat::Escaped);
        let log = LogConfig { text: LogTarget::parse("log").unwrap(), format, ..LogConfig::default() };
        let limits = transcript::TranscriptLimits { rows, ..transcript::TranscriptLimits::default() };
        let mut logs = LogDriver::of(Settings { limits, log, ..Settings::default() });
        let mut bytes = Vec::new();
        for step in steps {
            match step {
                Step::Receive(read) => {
                    logs.receive(&read);
                    bytes.extend(read);
                }
                Step::Enter(line) => drop(logs.enter(line)),
                Step::Wait => {
                    let effects = logs.driver.after(Duration::from_secs(1));
                    logs.files.take(effects);
                }
            }
        }
        logs.leave();
        // The LF of an evicted CR is evicted with it.
        let fit = |bytes: Vec<u8>| if rows == 3 { bytes.into_iter().filter(|byte| *byte != b'\n').collect() } else { bytes };
        prop_assert_eq!(fit(said(&logs.files.lines("log"))), fit(bytes));
    }
}
