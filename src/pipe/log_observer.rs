//! Writes the logs of a pipe (`-o`, `-x`), in the same format as the logs of the screen.
//!
//! Like a recording, a log is written before the data is passed on: everything that a script has read is in the log. A
//! failed write ends the log, not the transfer.

use super::observer::{Observer, PipeEvent};
use crate::app::LocalTime;
use crate::app::logging::{LogConfig, LogKind, LogPath, LogTarget, PipeLog};
use crate::app::transcript::RowKind;
use crate::link::{CloseReason, Endpoint, LinkEvent};
use crate::storage::{self, LogAppend, LogFolders, OpenLogs};
use crate::text::{Charset, format_thousands};

/// A log file of a pipe.
#[derive(Debug)]
pub struct LogObserver {
    kind: LogKind,
    target: LogTarget,
    endpoint: Endpoint,
    max_size: u64,
    lines: PipeLog,
    files: OpenLogs,
    /// Path of the current file; `None` before it is opened.
    path: Option<LogPath>,
    phase: ConnectionPhase,
}

/// Phase of the connection.
#[derive(Debug, PartialEq, Eq)]
enum ConnectionPhase {
    /// Not connected yet; the message of the last failed attempt.
    Connecting(Option<String>),
    Connected,
    /// Closed, or the log has failed; nothing more is written.
    Ended,
}

/// Opens the configured logs.
///
/// # Errors
/// Returns a sentence with the next step if one cannot be written.
pub fn open_logs(config: &LogConfig, charset: Charset, endpoint: &Endpoint) -> Result<Vec<LogObserver>, String> {
    let both = [(LogKind::Rows(config.format), &config.text), (LogKind::Wire, &config.hex)];
    let enabled = both.into_iter().filter(|(_, target)| **target != LogTarget::Off);
    let at = now();
    let opened = enabled.map(|(kind, target)| {
        let lines = PipeLog::new(kind, charset, endpoint, at);
        let files = OpenLogs::new(LogFolders::new(storage::state_folder().map(|folder| folder.join("logs"))));
        let (target, endpoint, max_size, phase) =
            (target.clone(), endpoint.clone(), config.max_size, ConnectionPhase::Connecting(None));
        let mut log = LogObserver { kind, target, endpoint, max_size, lines, files, path: None, phase };
        log.write(at).map(|()| log)
    });
    opened.collect()
}

fn now() -> LocalTime {
    LocalTime(storage::local_time::local_time())
}

impl Observer for LogObserver {
    fn on_event(&mut self, event: PipeEvent<'_>) -> Result<(), String> {
        let at = now();
        match event {
            PipeEvent::Received(bytes) => self.lines.receive(bytes, at),
            PipeEvent::Sent(bytes) => self.lines.send(bytes, at),
            PipeEvent::Link(event) => self.on_link_event(event, at),
        }
        self.write(at).map_err(|message| format!("Logging stopped. {message}"))
    }
}

/// Ends the log if no connection was made: before, another attempt could have followed.
impl Drop for LogObserver {
    fn drop(&mut self) {
        if let ConnectionPhase::Connecting(_) = self.phase {
            let at = now();
            self.lines.close(at);
            // There is no way to report an error here.
            let _ = self.write(at);
        }
    }
}

impl LogObserver {
    fn on_link_event(&mut self, event: &LinkEvent, at: LocalTime) {
        use RowKind::{Error, Notice};
        let mut add = |kind, message: &str| self.lines.say(kind, message, at);
        match event {
            LinkEvent::Opened { peer } => {
                add(Notice, &format!("Connected to {peer}."));
                self.phase = ConnectionPhase::Connected;
            }
            LinkEvent::HalfClosed => add(Notice, "Half-closed. The server can still send."),
            LinkEvent::NotSent(bytes) => {
                let bytes = format_thousands(bytes.len() as u64);
                add(Error, &format!("Not sent: the last {bytes} bytes did not leave this machine."));
            }
            LinkEvent::Closed(reason) => self.on_closed(reason, at),
            LinkEvent::Opening(_)
            | LinkEvent::Connecting { .. }
            | LinkEvent::Received(_)
            | LinkEvent::Written(_)
            | LinkEvent::Acknowledged { .. }
            | LinkEvent::NotHalfClosed => {}
        }
    }

    fn on_closed(&mut self, reason: &CloseReason, at: LocalTime) {
        let (kind, message) = match reason {
            CloseReason::ByPeer => (RowKind::Notice, "The server closed the connection.".to_owned()),
            CloseReason::ByUs => (RowKind::Notice, "Closed the connection.".to_owned()),
            CloseReason::Cancelled => (RowKind::Notice, "Stopped connecting.".to_owned()),
            CloseReason::Failed(error) => (RowKind::Error, error.to_string()),
        };
        match &self.phase {
            // Of several attempts that fail alike, only the first is logged.
            ConnectionPhase::Connecting(last) if last.as_ref() == Some(&message) => {}
            ConnectionPhase::Connecting(_) => {
                self.lines.say(kind, &message, at);
                self.phase = ConnectionPhase::Connecting(Some(message));
            }
            ConnectionPhase::Connected => {
                self.lines.end(kind, &message, at);
                self.phase = ConnectionPhase::Ended;
            }
            ConnectionPhase::Ended => {}
        }
    }

    fn write(&mut self, at: LocalTime) -> Result<(), String> {
        // A raw log is empty at first, and is opened to find out whether it can be.
        if self.path.is_some() && self.lines.is_empty() {
            return Ok(());
        }
        let Some(path) = self.target.place(self.kind.extension(), &self.endpoint, at) else { return Ok(()) };
        if self.path.as_ref().is_some_and(|previous| *previous != path) {
            self.lines.write_header(&self.endpoint, at);
        }
        self.path = Some(path.clone());
        let (bytes, framing) = (self.lines.take(), self.kind.framing());
        let result = self.files.append(&LogAppend { log: path, bytes, framing, max_size: self.max_size });
        if result.is_err() {
            self.phase = ConnectionPhase::Ended;
        }
        result.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::logging::{LogFormat, LogPathTemplate};

    fn config(folder: &std::path::Path, text_name: &str, format: LogFormat) -> LogConfig {
        let file = |name: &str| LogTarget::File(LogPathTemplate::parse(folder.join(name).to_str().unwrap()).unwrap());
        LogConfig { text: file(text_name), format, hex: file("%h.hex"), ..LogConfig::default() }
    }

    #[test]
    fn both_logs_contain_what_is_sent_and_received() {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::new("pi", 4000).unwrap();
        for (name, format) in LogFormat::NAMES {
            let config = config(folder.path(), name, format);
            let mut logs = open_logs(&config, Charset::default(), &endpoint).unwrap();
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
            let expected =
                ["begins", "Connected to", "hi", "hal", "ih", "no end", "f", "The server closed", "Log ends."];
            assert_eq!(text.lines().count(), expected.len(), "{text}");
            for (line, part) in text.lines().zip(expected) {
                assert!(line.contains(part), "{line}");
            }
        }
        let wire = std::fs::read_to_string(folder.path().join("pi.hex")).unwrap();
        assert_eq!(wire.matches(" > 6 bytes at 0\n").count(), 4, "{wire}");
    }

    #[test]
    fn a_log_that_cannot_be_opened_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::new("pi", 4000).unwrap();
        for (_, format) in LogFormat::NAMES {
            let config = config(folder.path(), "no/such/folder", format);
            let message = open_logs(&config, Charset::default(), &endpoint).unwrap_err();
            assert!(message.ends_with("no such folder; create it first or choose another path."), "{message}");
        }
    }

    #[test]
    fn attempts_that_fail_alike_are_one_line() {
        use crate::link::{ErrorCause, LinkError, LinkOp};
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::new("pi", 4000).unwrap();
        let error =
            LinkError { op: LinkOp::Connect, endpoint: endpoint.clone(), addr: None, cause: ErrorCause::Refused };
        let failed = LinkEvent::Closed(CloseReason::Failed(error));
        let opened = LinkEvent::Opened { peer: "127.0.0.1:4000".parse().unwrap() };
        let closed = LinkEvent::Closed(CloseReason::ByPeer);
        for (name, events, count) in [
            ("first", vec![&failed, &failed], 3),
            ("then", vec![&failed, &failed, &opened, &closed], 5),
            ("none", vec![], 2),
        ] {
            let config = LogConfig { hex: LogTarget::Off, ..config(folder.path(), name, LogFormat::default()) };
            let mut logs = open_logs(&config, Charset::default(), &endpoint).unwrap();
            for event in events {
                logs[0].on_event(PipeEvent::Link(event)).unwrap();
            }
            drop(logs);
            let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
            assert_eq!(text.lines().count(), count, "{text}");
            assert!(text.ends_with(" - Log ends.\n"), "{text}");
        }
    }
}
