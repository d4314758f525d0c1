//! The logs of a connection that nobody looks at: of a pipe.
//!
//! The lines are those that a screen's log would have, but for what only somebody who looks can tell: no row ends because
//! the server was silent, or because one was sent meanwhile. So they do not depend on how the bytes were split into reads.

use super::keeping::{begins, own};
use super::wire::{self, Offsets, Way};
use super::{ENDS, Format};
use crate::app::export::{self, Entry};
use crate::app::picking::read;
use crate::app::tab::Delivery;
use crate::app::time::Wall;
use crate::app::transcript::{Limits, RowEnd, RowId, RowKind, Transcript};
use crate::app::viewport::Lens;
use crate::link::Endpoint;
use crate::text::Charset;

/// Rows and bytes that are kept until they are whole: more than one read can bring.
const LIMITS: Limits = Limits { rows: 1 << 18, bytes: 1 << 20 };

/// Bytes of a read that are looked at together, so that none of its rows is forgotten before it is taken.
const TOGETHER: usize = 64 << 10;

/// See the module's words. What it makes stands in [`StreamLog::rows`] and [`StreamLog::wire`] until it is taken.
#[derive(Debug)]
pub struct StreamLog {
    /// For the log of the rows.
    pub rows: Vec<u8>,
    /// For the log of the bytes.
    pub wire: Vec<u8>,
    format: Format,
    lens: Lens,
    received: Half,
    sent: Half,
    offsets: Offsets,
}

/// One direction.
#[derive(Debug)]
struct Half {
    kind: RowKind,
    transcript: Transcript,
    /// Rows before this one have been taken.
    next: RowId,
}

impl StreamLog {
    /// Logs of a connection to this server, whose text is in this charset. They begin with a line that says so.
    pub fn new(format: Format, charset: Charset, endpoint: &Endpoint, at: Wall) -> Self {
        let half = |kind| Half { kind, transcript: Transcript::new(LIMITS), next: RowId(0) };
        let mut log = Self {
            rows: Vec::new(),
            wire: Vec::new(),
            format,
            lens: Lens { charset, ..Lens::default() },
            received: half(RowKind::Received),
            sent: half(RowKind::Sent),
            offsets: Offsets::default(),
        };
        log.say(RowKind::Rule, &begins(endpoint), at);
        log
    }

    /// Bytes came from the server.
    pub fn receive(&mut self, bytes: &[u8], at: Wall) {
        if self.format == Format::Raw {
            self.rows.extend_from_slice(bytes);
        }
        self.offsets.dump(Way::In, bytes, at, &mut self.wire);
        for piece in bytes.chunks(TOGETHER) {
            self.received.transcript.receive(piece, at);
            self.received.take(self.format, self.lens, &mut self.rows);
        }
    }

    /// Bytes went to it.
    pub fn send(&mut self, bytes: &[u8], at: Wall) {
        self.offsets.dump(Way::Out, bytes, at, &mut self.wire);
        for piece in bytes.chunks(TOGETHER) {
            // Whatever the transcript takes in has rows; that these are ours is known here.
            self.sent.transcript.receive(piece, at);
            self.sent.take(self.format, self.lens, &mut self.rows);
        }
    }

    /// The program says something about the connection.
    pub fn say(&mut self, kind: RowKind, words: &str, at: Wall) {
        let entry = own(kind, words.as_bytes(), at);
        wire::say(&entry, words, &mut self.wire);
        if let Format::Rows(format) = self.format {
            export::write(format, &entry, words, &mut self.rows);
        }
    }

    /// It is over: rows under way are as whole as they will be.
    pub fn end(&mut self, at: Wall) {
        for half in [&mut self.received, &mut self.sent] {
            half.transcript.end_open(RowEnd::Unterminated);
            half.take(self.format, self.lens, &mut self.rows);
        }
        self.say(RowKind::Rule, ENDS, at);
    }
}

impl Half {
    /// Writes the rows that have become whole.
    fn take(&mut self, format: Format, lens: Lens, out: &mut Vec<u8>) {
        // An LF that comes next would belong to a CR.
        let unsettled = self.transcript.settled();
        while let Some(row) = self.transcript.row(self.next).filter(|row| row.id < unsettled) {
            if let Format::Rows(format) = format {
                let mut text = read(lens.of(self.kind), row.bytes);
                if row.end == RowEnd::Cut {
                    text.push('↩');
                }
                let (kind, delivery) = (self.kind, Delivery::Sent);
                let entry = Entry { kind, at: row.at, bytes: row.bytes, end: row.end, delivery };
                export::write(format, &entry, &text, out);
            }
            self.next.0 += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT: Wall = Wall(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);

    fn log(format: Format) -> StreamLog {
        StreamLog::new(format, Charset::default(), &Endpoint::new("pi", 4000).unwrap(), AT)
    }

    fn lines(log: &StreamLog) -> Vec<String> {
        let text = String::from_utf8(log.rows.clone()).unwrap();
        text.lines().map(|line| line.split_at("2026-11-22 14:02:10.123 ".len()).1.to_owned()).collect()
    }

    #[test]
    fn each_direction_has_its_rows() {
        let mut log = log(Format::default());
        log.receive(b"Welcome\r\nNi", AT);
        log.send(b"bob\nand", AT);
        log.receive(b"ck: ", AT);
        log.say(RowKind::Error, "reset", AT);
        log.end(AT);
        let rows = ["- Log of pi:4000 begins.", "< Welcome", "> bob", "! reset", "< Nick: ", "> and", "- Log ends."];
        assert_eq!(lines(&log), rows);
        let wire = String::from_utf8(log.wire.clone()).unwrap();
        assert!(
            wire.contains(" < 11 bytes at 0\n") && wire.contains(" < 4 bytes at 11\n") && wire.contains("! reset\n")
        );
    }

    #[test]
    fn a_flood_of_short_rows_loses_none() {
        let mut log = log(Format::default());
        log.receive(&b"\n".repeat(1 << 20), AT);
        assert_eq!(lines(&log).len(), (1 << 20) + 1);
    }

    proptest! {
        #[test]
        fn how_bytes_are_split_makes_no_difference(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200),
            cut in 0usize..200,
        ) {
            for (_, format) in Format::NAMES {
                let (mut whole, mut parts) = (log(format), log(format));
                let (first, second) = bytes.split_at(cut.min(bytes.len()));
                whole.receive(&bytes, AT);
                parts.receive(first, AT);
                parts.receive(second, AT);
                whole.end(AT);
                parts.end(AT);
                prop_assert_eq!(&whole.rows, &parts.rows);
                if format == Format::Raw {
                    prop_assert_eq!(&whole.rows, &bytes);
                }
            }
        }
    }
}
