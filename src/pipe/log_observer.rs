//! The logs of what goes through a pipe (`-o`, `-x`): the lines that those of the screen have.
//!
//! As a recording, they are written before what they tell of goes on: what a script has read is in the log. A disk that is
//! full, or gone, ends the log and nothing else.

use super::observer::{Observer, PipeEvent};
use crate::app::LocalTime;
use crate::app::logging::{LogConfig, LogKind, LogPath, LogTarget, PipeLog};
use crate::app::transcript::RowKind;
use crate::link::{CloseReason, Endpoint, LinkEvent};
use crate::storage::{self, LogAppend, LogFolders, OpenLogs};
use crate::text::{Charset, format_thousands};

/// A log that is being written.
#[derive(Debug)]
pub struct LogObserver {
    kind: LogKind,
    to: LogTarget,
    endpoint: Endpoint,
    largest: u64,
    lines: PipeLog,
    shelf: OpenLogs,
    /// The file it is in; nothing before it is opened.
    place: Option<LogPath>,
    course: ConnectionPhase,
}

/// How far the connection is.
#[derive(Debug, PartialEq, Eq)]
enum ConnectionPhase {
    /// It does not stand, and the last attempt failed for this reason.
    Before(Option<String>),
    Standing,
    /// Nothing more is written.
    Over,
}

/// All that are wanted, opened.
///
/// # Errors
/// The sentence that says why one cannot be written, with the next step.
pub fn logs(wish: &LogConfig, charset: Charset, endpoint: &Endpoint) -> Result<Vec<LogObserver>, String> {
    let both = [(LogKind::Rows(wish.format), &wish.text), (LogKind::Wire, &wish.hex)];
    let wanted = both.into_iter().filter(|(_, to)| **to != LogTarget::Off);
    let at = now();
    let opened = wanted.map(|(kind, to)| {
        let lines = PipeLog::new(kind, charset, endpoint, at);
        let shelf = OpenLogs::new(LogFolders::new(storage::state_folder().map(|folder| folder.join("logs"))));
        let (to, endpoint, largest, course) =
            (to.clone(), endpoint.clone(), wish.max_size, ConnectionPhase::Before(None));
        let mut log = LogObserver { kind, to, endpoint, largest, lines, shelf, place: None, course };
        log.write(at).map(|()| log)
    });
    opened.collect()
}

fn now() -> LocalTime {
    LocalTime(storage::recording_file::local_time())
}

impl Observer for LogObserver {
    fn on_event(&mut self, passing: PipeEvent<'_>) -> Result<(), String> {
        let at = now();
        match passing {
            PipeEvent::Received(bytes) => self.lines.receive(bytes, at),
            PipeEvent::Sent(bytes) => self.lines.send(bytes, at),
            PipeEvent::Link(event) => self.step(event, at),
        }
        self.write(at).map_err(|sentence| format!("Logging stopped. {sentence}"))
    }
}

/// Which attempt was the last is only known afterwards.
impl Drop for LogObserver {
    fn drop(&mut self) {
        if let ConnectionPhase::Before(_) = self.course {
            let at = now();
            self.lines.close(at);
            // Nobody is there to be told.
            let _ = self.write(at);
        }
    }
}

impl LogObserver {
    fn step(&mut self, event: &LinkEvent, at: LocalTime) {
        use RowKind::{Error, Notice};
        let mut say = |kind, words: &str| self.lines.say(kind, words, at);
        match event {
            LinkEvent::Opened { peer } => {
                say(Notice, &format!("Connected to {peer}."));
                self.course = ConnectionPhase::Standing;
            }
            LinkEvent::HalfClosed => say(Notice, "Half-closed. The server can still send."),
            LinkEvent::NotSent(bytes) => {
                let bytes = format_thousands(bytes.len() as u64);
                say(Error, &format!("Not sent: the last {bytes} bytes did not leave this machine."));
            }
            LinkEvent::Closed(reason) => self.end(reason, at),
            LinkEvent::Opening(_)
            | LinkEvent::Connecting { .. }
            | LinkEvent::Received(_)
            | LinkEvent::Written(_)
            | LinkEvent::Acknowledged { .. }
            | LinkEvent::NotHalfClosed => {}
        }
    }

    fn end(&mut self, reason: &CloseReason, at: LocalTime) {
        let (kind, words) = match reason {
            CloseReason::ByPeer => (RowKind::Notice, "The server closed the connection.".to_owned()),
            CloseReason::ByUs => (RowKind::Notice, "Closed the connection.".to_owned()),
            CloseReason::Cancelled => (RowKind::Notice, "Stopped connecting.".to_owned()),
            CloseReason::Failed(error) => (RowKind::Error, error.to_string()),
        };
        match &self.course {
            // Another attempt may follow; that it fails as the one before is no news.
            ConnectionPhase::Before(last) if last.as_ref() == Some(&words) => {}
            ConnectionPhase::Before(_) => {
                self.lines.say(kind, &words, at);
                self.course = ConnectionPhase::Before(Some(words));
            }
            ConnectionPhase::Standing => {
                self.lines.end(kind, &words, at);
                self.course = ConnectionPhase::Over;
            }
            ConnectionPhase::Over => {}
        }
    }

    fn write(&mut self, at: LocalTime) -> Result<(), String> {
        // A raw log has nothing to say before the server has, and is opened all the same: to know that it can be.
        if self.place.is_some() && self.lines.is_empty() {
            return Ok(());
        }
        let Some(place) = self.to.place(self.kind.extension(), &self.endpoint, at) else { return Ok(()) };
        if self.place.as_ref().is_some_and(|before| *before != place) {
            self.lines.write_header(&self.endpoint, at);
        }
        self.place = Some(place.clone());
        let (bytes, ending) = (self.lines.take(), self.kind.framing());
        let done = self.shelf.append(&LogAppend { log: place, bytes, framing: ending, max_size: self.largest });
        if done.is_err() {
            self.course = ConnectionPhase::Over;
        }
        done.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::logging::{LogFormat, LogPathTemplate};

    fn wish(folder: &std::path::Path, rows: &str, format: LogFormat) -> LogConfig {
        let file = |name: &str| LogTarget::File(LogPathTemplate::parse(folder.join(name).to_str().unwrap()).unwrap());
        LogConfig { text: file(rows), format, hex: file("%h.hex"), ..LogConfig::default() }
    }

    #[test]
    fn both_logs_have_what_goes_through() {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::new("pi", 4000).unwrap();
        for (name, format) in LogFormat::NAMES {
            let wish = wish(folder.path(), name, format);
            let mut logs = logs(&wish, Charset::default(), &endpoint).unwrap();
            for log in &mut logs {
                log.on_event(PipeEvent::Link(&LinkEvent::Opened { peer: "127.0.0.1:4000".parse().unwrap() })).unwrap();
                log.on_event(PipeEvent::Sent(b"hi\nhal")).unwrap();
                log.on_event(PipeEvent::Received(b"ih\r\nno end")).unwrap();
                log.on_event(PipeEvent::Sent(b"f\n")).unwrap();
                log.on_event(PipeEvent::Link(&LinkEvent::Closed(CloseReason::ByPeer))).unwrap();
            }
            let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
            if format == LogFormat::Raw {
                assert_eq!(text, "ih\r\nno end");
                continue;
            }
            let kept = ["begins", "Connected to", "hi", "hal", "ih", "no end", "f", "The server closed", "Log ends."];
            assert_eq!(text.lines().count(), kept.len(), "{text}");
            for (line, kept) in text.lines().zip(kept) {
                assert!(line.contains(kept), "{line}");
            }
        }
        let wire = std::fs::read_to_string(folder.path().join("pi.hex")).unwrap();
        assert_eq!(wire.matches(" > 6 bytes at 0\n").count(), 4, "{wire}");
    }

    #[test]
    fn a_log_that_cannot_be_opened_is_told_before_anything_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::new("pi", 4000).unwrap();
        for (_, format) in LogFormat::NAMES {
            let wish = wish(folder.path(), "no/such/folder", format);
            let sentence = logs(&wish, Charset::default(), &endpoint).unwrap_err();
            assert!(sentence.ends_with("no such folder; create it first or choose another path."), "{sentence}");
        }
    }
    #[test]
    fn attempts_that_fail_alike_are_one_line_and_the_log_ends_once() {
        use crate::link::{ErrorCause, LinkError, LinkOp};
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::new("pi", 4000).unwrap();
        let error =
            LinkError { op: LinkOp::Connect, endpoint: endpoint.clone(), addr: None, cause: ErrorCause::Refused };
        let failed = LinkEvent::Closed(CloseReason::Failed(error));
        let opened = LinkEvent::Opened { peer: "127.0.0.1:4000".parse().unwrap() };
        let closed = LinkEvent::Closed(CloseReason::ByPeer);
        for (name, steps, count) in [
            ("first", vec![&failed, &failed], 3),
            ("then", vec![&failed, &failed, &opened, &closed], 5),
            ("none", vec![], 2),
        ] {
            let wish = LogConfig { hex: LogTarget::Off, ..wish(folder.path(), name, LogFormat::default()) };
            let mut logs = logs(&wish, Charset::default(), &endpoint).unwrap();
            for step in steps {
                logs[0].on_event(PipeEvent::Link(step)).unwrap();
            }
            drop(logs);
            let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
            assert_eq!(text.lines().count(), count, "{text}");
            assert!(text.ends_with(" - Log ends.\n"), "{text}");
        }
    }
}
