//! The logs of a connection in pipe mode, without a screen.
//!
//! The lines are those that the log of a tab would have. A row without a newline ends when the other side sends
//! something, so that a question is logged before its answer. Long reads and writes are an exception: they are parts of
//! a file, whose rows must not depend on how its bytes are split.

use super::hex_log::{self, StreamOffsets, WireDirection};
use super::tab_log::{header, own_row};
use super::{Framing, LOG_END_LINE, LogFormat, WIRE_LOG_EXTENSION};
use crate::app::logging::row_format::{self, ExportRow};
use crate::app::session::Delivery;
use crate::app::time::LocalTime;
use crate::app::transcript::{RowEnd, RowId, RowKind, Transcript, TranscriptLimits};
use crate::app::view::render::row_text;
use crate::app::view::viewport::ViewOptions;
use crate::link::Endpoint;
use crate::text::Charset;

/// Limits of the transcripts in which rows are completed: more than one chunk can add.
const ROW_LIMITS: TranscriptLimits = TranscriptLimits { rows: 1 << 18, bytes: 1 << 20 };

/// Bytes of a read that are processed at once, so that no row is evicted before it is written.
const MAX_CHUNK_BYTES: usize = 64 << 10;

/// The kind of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKind {
    /// The row log.
    Rows(LogFormat),
    /// The wire log.
    Wire,
}

/// Formats one log of a connection in pipe mode. Output is collected until it is taken.
#[derive(Debug)]
pub struct PipeLog {
    kind: LogKind,
    view: ViewOptions,
    received: DirectionState,
    sent: DirectionState,
    offsets: StreamOffsets,
    out: Vec<u8>,
}

/// Size in bytes from which on a read or write counts as part of a file. Buffers of programs and networks are of this
/// size or larger; messages are usually shorter.
const MIN_FILE_PART_BYTES: usize = 1024;

/// The state of one direction.
#[derive(Debug)]
struct DirectionState {
    /// Bytes of the last read or write.
    last_bytes: usize,
    kind: RowKind,
    transcript: Transcript,
    /// Rows before this one have been written.
    next: RowId,
}

impl LogKind {
    /// Returns the extension of default file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rows(format) => format.extension(),
            Self::Wire => WIRE_LOG_EXTENSION,
        }
    }

    /// Returns whether its file consists of lines or of bytes.
    pub const fn framing(self) -> Framing {
        match self {
            Self::Rows(format) => format.framing(),
            Self::Wire => Framing::Lines,
        }
    }
}

impl PipeLog {
    /// Starts the log of a connection with a line that names the server. Text is decoded with `charset`.
    pub fn new(kind: LogKind, charset: Charset, endpoint: &Endpoint, at: LocalTime) -> Self {
        let direction =
            |kind| DirectionState { last_bytes: 0, kind, transcript: Transcript::new(ROW_LIMITS), next: RowId(0) };
        let (received, sent) = (direction(RowKind::Received), direction(RowKind::Sent));
        let view = ViewOptions { charset, ..ViewOptions::default() };
        let mut log = Self { kind, view, received, sent, offsets: StreamOffsets::default(), out: Vec::new() };
        log.write_header(endpoint, at);
        log
    }

    /// Inserts the first line before the output not taken yet, which goes to a new file.
    pub fn write_header(&mut self, endpoint: &Endpoint, at: LocalTime) {
        let rest = self.take();
        self.say(RowKind::Separator, &header(endpoint), at);
        self.out.extend(rest);
    }

    /// Logs received bytes.
    pub fn receive(&mut self, bytes: &[u8], at: LocalTime) {
        match self.kind {
            LogKind::Rows(LogFormat::Raw) => self.out.extend_from_slice(bytes),
            LogKind::Rows(LogFormat::Rows(format)) => {
                self.sent.end_row(format, self.view, &mut self.out);
                self.received.push(bytes, at, format, self.view, &mut self.out);
            }
            LogKind::Wire => self.offsets.dump(WireDirection::In, bytes, at, &mut self.out),
        }
    }

    /// Logs sent bytes.
    pub fn send(&mut self, bytes: &[u8], at: LocalTime) {
        match self.kind {
            LogKind::Rows(LogFormat::Raw) => {}
            LogKind::Rows(LogFormat::Rows(format)) => {
                self.received.end_row(format, self.view, &mut self.out);
                self.sent.push(bytes, at, format, self.view, &mut self.out);
            }
            LogKind::Wire => self.offsets.dump(WireDirection::Out, bytes, at, &mut self.out),
        }
    }

    /// Logs a notice about the connection.
    pub fn say(&mut self, kind: RowKind, words: &str, at: LocalTime) {
        let entry = own_row(kind, words.as_bytes(), at);
        match self.kind {
            LogKind::Rows(LogFormat::Raw) => {}
            LogKind::Rows(LogFormat::Rows(format)) => row_format::write(format, &entry, words, &mut self.out),
            LogKind::Wire => hex_log::write_notice(&entry, words, &mut self.out),
        }
    }

    /// Ends the log with the connection: writes incomplete rows, the notice `words` and the end line.
    pub fn end(&mut self, kind: RowKind, words: &str, at: LocalTime) {
        if let LogKind::Rows(LogFormat::Rows(format)) = self.kind {
            for direction in [&mut self.received, &mut self.sent] {
                direction.transcript.end_open(RowEnd::Unterminated);
                direction.take(format, self.view, &mut self.out);
            }
        }
        self.say(kind, words, at);
        self.close(at);
    }

    /// Writes the end line.
    pub fn close(&mut self, at: LocalTime) {
        self.say(RowKind::Separator, LOG_END_LINE, at);
    }

    /// Returns whether there is no output to take.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Takes the output since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }
}

impl DirectionState {
    /// Ends an incomplete row because the other side sends something.
    fn end_row(&mut self, format: row_format::RowFormat, view: ViewOptions, out: &mut Vec<u8>) {
        if self.last_bytes < MIN_FILE_PART_BYTES {
            self.transcript.end_open(RowEnd::Interrupted);
            self.take(format, view, out);
        }
    }

    /// Adds bytes and writes the rows they complete. Both directions use `receive`, which splits bytes into rows.
    fn push(
        &mut self,
        bytes: &[u8],
        at: LocalTime,
        format: row_format::RowFormat,
        view: ViewOptions,
        out: &mut Vec<u8>,
    ) {
        self.last_bytes = bytes.len();
        for chunk in bytes.chunks(MAX_CHUNK_BYTES) {
            self.transcript.receive(chunk, at);
            self.take(format, view, out);
        }
    }

    /// Writes the rows that are complete.
    fn take(&mut self, format: row_format::RowFormat, view: ViewOptions, out: &mut Vec<u8>) {
        // The last row may still change: a CR may be followed by an LF.
        let unsettled = self.transcript.first_mutable_row();
        while let Some(row) = self.transcript.row(self.next).filter(|row| row.id < unsettled) {
            let mut text = row_text(view.of(self.kind), row.bytes);
            // Marks a row that continues in the next one. The other formats have a field for it.
            if row.end == RowEnd::Split && format == row_format::RowFormat::Text {
                text.push('↩');
            }
            let (kind, delivery) = (self.kind, Delivery::Sent);
            let entry = ExportRow { kind, at: row.at, bytes: row.bytes, end: row.end, delivery };
            row_format::write(format, &entry, &text, out);
            self.next.0 += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::transcript::MAX_ROW_BYTES;
    use proptest::prelude::*;

    const AT: LocalTime = LocalTime(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);

    fn log(kind: LogKind) -> PipeLog {
        PipeLog::new(kind, Charset::default(), &Endpoint::new("pi", 4000).unwrap(), AT)
    }

    fn lines(log: &mut PipeLog) -> Vec<String> {
        let text = String::from_utf8(log.take()).unwrap();
        text.lines().map(|line| line.split_at("2026-11-22 14:02:10.123 ".len()).1.to_owned()).collect()
    }

    const TEXT: LogKind = LogKind::Rows(LogFormat::Rows(row_format::RowFormat::Text));

    #[test]
    fn each_direction_has_its_rows() {
        let pass = |kind| {
            let mut log = log(kind);
            log.receive(b"Welcome\r\nNi", AT);
            log.send(b"bob\nand", AT);
            log.receive(b"ck: ", AT);
            log.say(RowKind::Error, "reset", AT);
            log.end(RowKind::Notice, "over", AT);
            log
        };
        let rows = [
            "- Log of pi:4000 begins.",
            "< Welcome",
            "< Ni",
            "> bob",
            "> and",
            "! reset",
            "< ck: ",
            "- over",
            "- Log ends.",
        ];
        assert_eq!(lines(&mut pass(TEXT)), rows);
        let wire = String::from_utf8(pass(LogKind::Wire).take()).unwrap();
        assert!(
            wire.contains(" < 11 bytes at 0\n") && wire.contains(" < 4 bytes at 11\n") && wire.contains("! reset\n")
        );
        assert_eq!(pass(LogKind::Rows(LogFormat::Raw)).take(), b"Welcome\r\nNick: ");
    }

    #[test]
    fn the_header_of_a_new_file_precedes_pending_output() {
        let mut log = log(TEXT);
        log.take();
        log.receive(b"tomorrow\n", AT);
        log.write_header(&Endpoint::new("pi", 4000).unwrap(), AT);
        assert_eq!(lines(&mut log), ["- Log of pi:4000 begins.", "< tomorrow"]);
        assert!(log.is_empty());
    }

    #[test]
    fn a_question_is_logged_before_its_answer() {
        let mut log = log(TEXT);
        log.receive(b"login: ", AT);
        log.send(b"who", AT);
        log.receive(b"got\n", AT);
        let rows = ["- Log of pi:4000 begins.", "< login: ", "> who", "< got"];
        assert_eq!(lines(&mut log), rows);
        let file = [b"x".repeat(2000), b"\n".to_vec()].concat();
        log.send(&file[..1500], AT);
        log.receive(b"ok\n", AT);
        log.send(&file[1500..], AT);
        assert_eq!(lines(&mut log), ["< ok".to_owned(), format!("> {}", "x".repeat(2000))], "a file keeps its lines");
    }

    #[test]
    fn only_the_text_format_marks_split_rows() {
        for format in row_format::RowFormat::ALL {
            let mut log = log(LogKind::Rows(LogFormat::Rows(format)));
            log.receive(&[b"a".repeat(MAX_ROW_BYTES + 1), b"\n".to_vec()].concat(), AT);
            let has_mark = String::from_utf8(log.take()).unwrap().contains('↩');
            assert_eq!(has_mark, format == row_format::RowFormat::Text, "{format:?}");
        }
    }

    #[test]
    fn no_row_of_a_flood_is_lost() {
        let mut log = log(TEXT);
        log.receive(&b"\n".repeat(1 << 20), AT);
        assert_eq!(lines(&mut log).len(), (1 << 20) + 1);
    }

    proptest! {
        #[test]
        fn how_bytes_are_split_makes_no_difference(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200),
            cut in 0usize..200,
        ) {
            for (_, format) in LogFormat::NAMES {
                let (mut whole, mut parts) = (log(LogKind::Rows(format)), log(LogKind::Rows(format)));
                let (first, second) = bytes.split_at(cut.min(bytes.len()));
                whole.receive(&bytes, AT);
                parts.receive(first, AT);
                parts.receive(second, AT);
                whole.end(RowKind::Notice, "over", AT);
                parts.end(RowKind::Notice, "over", AT);
                let (whole, parts) = (whole.take(), parts.take());
                prop_assert_eq!(&whole, &parts);
                if format == LogFormat::Raw {
                    prop_assert_eq!(&whole, &bytes);
                }
            }
        }
    }
}
