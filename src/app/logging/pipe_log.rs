//! The logs of a connection that nobody looks at: of a pipe.
//!
//! The lines are those that a screen's log would have. A row without a newline ends when the other side speaks, so that no
//! answer stands before what it answers; but not where more is on its way in one piece with it, as in a file that goes
//! through: there rows do not depend on how the bytes were split into reads.

use super::hex_log::{self, StreamOffsets, WireDirection};
use super::tab_log::{begins, own};
use super::{Framing, HEX, LOG_END_LINE, LogFormat};
use crate::app::logging::row_format::{self, ExportRow};
use crate::app::modes::copy::row_text;
use crate::app::session::Delivery;
use crate::app::time::LocalTime;
use crate::app::transcript::{RowEnd, RowId, RowKind, Transcript, TranscriptLimits};
use crate::app::view::viewport::ViewOptions;
use crate::link::Endpoint;
use crate::text::Charset;

/// Rows and bytes that are kept until they are whole: more than one read can bring.
const ROW_LIMITS: TranscriptLimits = TranscriptLimits { rows: 1 << 18, bytes: 1 << 20 };

/// Bytes of a read that are looked at together, so that none of its rows is forgotten before it is taken.
const MAX_CHUNK: usize = 64 << 10;

/// Which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKind {
    /// That of the rows.
    Rows(LogFormat),
    /// That of the bytes.
    Wire,
}

/// Formats the log of a pipe. Output is kept until it is taken.
#[derive(Debug)]
pub struct PipeLog {
    kind: LogKind,
    view: ViewOptions,
    received: DirectionState,
    sent: DirectionState,
    offsets: StreamOffsets,
    out: Vec<u8>,
}

/// Bytes from which on a read or write is a piece of something longer: programs that write files, and networks, have buffers
/// of this size and more. What is shorter was said as it is.
const LONG_WRITE: usize = 1024;

/// One direction.
#[derive(Debug)]
struct DirectionState {
    /// Bytes of the read or write that came last.
    last: usize,
    kind: RowKind,
    transcript: Transcript,
    /// Rows before this one have been taken.
    next: RowId,
}

impl LogKind {
    /// What the names of files end with that the program chooses.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rows(format) => format.extension(),
            Self::Wire => HEX,
        }
    }

    /// What it is made of.
    pub const fn ending(self) -> Framing {
        match self {
            Self::Rows(format) => format.ending(),
            Self::Wire => Framing::Lines,
        }
    }
}

impl PipeLog {
    /// The log of a connection to this server, whose text is in this charset. It begins with a line that says so.
    pub fn new(kind: LogKind, charset: Charset, endpoint: &Endpoint, at: LocalTime) -> Self {
        let half = |kind| DirectionState { last: 0, kind, transcript: Transcript::new(ROW_LIMITS), next: RowId(0) };
        let (received, sent) = (half(RowKind::Received), half(RowKind::Sent));
        let lens = ViewOptions { charset, ..ViewOptions::default() };
        let mut log = Self { kind, view: lens, received, sent, offsets: StreamOffsets::default(), out: Vec::new() };
        log.write_header(endpoint, at);
        log
    }

    /// Says, in front of what is to be taken, that it begins: in another file, on another day.
    pub fn write_header(&mut self, endpoint: &Endpoint, at: LocalTime) {
        let rest = self.take();
        self.say(RowKind::Separator, &begins(endpoint), at);
        self.out.extend(rest);
    }

    /// Bytes came from the server.
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

    /// Bytes went to it.
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

    /// The program says something about the connection.
    pub fn say(&mut self, kind: RowKind, words: &str, at: LocalTime) {
        let entry = own(kind, words.as_bytes(), at);
        match self.kind {
            LogKind::Rows(LogFormat::Raw) => {}
            LogKind::Rows(LogFormat::Rows(format)) => row_format::write(format, &entry, words, &mut self.out),
            LogKind::Wire => hex_log::write_notice(&entry, words, &mut self.out),
        }
    }

    /// The connection is over, as these words tell: rows under way are as whole as they will be.
    pub fn end(&mut self, kind: RowKind, words: &str, at: LocalTime) {
        if let LogKind::Rows(LogFormat::Rows(format)) = self.kind {
            for half in [&mut self.received, &mut self.sent] {
                half.transcript.end_open(RowEnd::Unterminated);
                half.take(format, self.view, &mut self.out);
            }
        }
        self.say(kind, words, at);
        self.close(at);
    }

    /// Nothing more will be said.
    pub fn close(&mut self, at: LocalTime) {
        self.say(RowKind::Separator, LOG_END_LINE, at);
    }

    /// Whether there is nothing to be written.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// What there is to be written since this was asked last.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }
}

impl DirectionState {
    /// The other side speaks.
    fn end_row(&mut self, format: row_format::RowFormat, lens: ViewOptions, out: &mut Vec<u8>) {
        if self.last < LONG_WRITE {
            self.transcript.end_open(RowEnd::Interrupted);
            self.take(format, lens, out);
        }
    }

    /// Takes bytes in. Whatever a transcript takes in it takes for received; whose it is is known here.
    fn push(
        &mut self,
        bytes: &[u8],
        at: LocalTime,
        format: row_format::RowFormat,
        lens: ViewOptions,
        out: &mut Vec<u8>,
    ) {
        self.last = bytes.len();
        for piece in bytes.chunks(MAX_CHUNK) {
            self.transcript.receive(piece, at);
            self.take(format, lens, out);
        }
    }

    /// Writes the rows that have become whole.
    fn take(&mut self, format: row_format::RowFormat, lens: ViewOptions, out: &mut Vec<u8>) {
        // An LF that comes next would belong to a CR.
        let unsettled = self.transcript.first_mutable_row();
        while let Some(row) = self.transcript.row(self.next).filter(|row| row.id < unsettled) {
            let mut text = row_text(lens.of(self.kind), row.bytes);
            // As in the log of a screen, programs are told in a place of its own.
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
    fn in_another_file_it_begins_before_what_is_said_there() {
        let mut log = log(TEXT);
        log.take();
        log.receive(b"tomorrow\n", AT);
        log.write_header(&Endpoint::new("pi", 4000).unwrap(), AT);
        assert_eq!(lines(&mut log), ["- Log of pi:4000 begins.", "< tomorrow"]);
        assert!(log.is_empty());
    }

    #[test]
    fn no_answer_stands_before_what_it_answers() {
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
    fn only_people_see_a_mark_where_a_long_row_is_cut() {
        for format in row_format::RowFormat::ALL {
            let mut log = log(LogKind::Rows(LogFormat::Rows(format)));
            log.receive(&[b"a".repeat(MAX_ROW_BYTES + 1), b"\n".to_vec()].concat(), AT);
            let has_mark = String::from_utf8(log.take()).unwrap().contains('↩');
            assert_eq!(has_mark, format == row_format::RowFormat::Text, "{format:?}");
        }
    }

    #[test]
    fn a_flood_of_short_rows_loses_none() {
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
