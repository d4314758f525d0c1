//! What has been kept of a tab, what comes next, and which tab a file was written for last.

use super::backlog::BacklogState;
use super::hex_log::{self, StreamOffsets, WireDirection};
use super::sink::{LogSink, LogWrite, WriteContext};
use super::{Framing, HEX, LogConfig, LogFormat, LogPath, LogTarget};
use crate::app::logging::row_format::{self, ExportRow};
use crate::app::session::Delivery;
use crate::app::time::LocalTime;
use crate::app::transcript::{EvictedRow, RowEnd, RowId, RowKind, RowView};
use crate::app::{Effect, LogCommand, Tab};
use crate::link::{Endpoint, LinkId};
use std::collections::HashMap;

/// How it stands with the logs of a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStatus {
    /// None is wanted.
    Off,
    /// What is wanted is kept.
    On,
    /// One is wanted and cannot be kept.
    Failed,
}

/// The log state of one tab.
#[derive(Debug, Default)]
pub struct TabLog {
    /// Rows before this one have had their turn.
    next: RowId,
    /// A row that had its turn and was not whole yet.
    open: Option<RowId>,
    /// A row that is not for the log.
    left_out: Option<RowId>,
    rows: LogSink,
    wire: LogSink,
    offsets: StreamOffsets,
    /// What was wanted when it was turned off.
    ended: Option<LogConfig>,
    /// Bytes for the wire log, and for one that is raw.
    dumped: Vec<u8>,
    raw: Vec<u8>,
}

/// Who has written to which file, and what it is called.
#[derive(Debug, Default)]
pub struct LogRegistry {
    writers: HashMap<LogPath, (LinkId, Framing)>,
    paths: HashMap<LogPath, String>,
}

/// A log that cannot be kept since another tab's stands in the file already, and one of them is raw.
#[derive(Debug, PartialEq, Eq)]
pub struct PathConflict;

impl LogFormat {
    /// What a file that the program names itself ends with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rows(row_format::RowFormat::Text | row_format::RowFormat::Escaped) => "log",
            Self::Rows(row_format::RowFormat::Jsonl) => "jsonl",
            Self::Raw => "raw",
        }
    }

    /// What the program says about the log in it. A raw one has no place for that.
    pub(super) fn said(self, words: &str, at: LocalTime) -> Vec<u8> {
        let mut out = Vec::new();
        if let Self::Rows(format) = self {
            let entry = own(RowKind::Separator, words.as_bytes(), at);
            row_format::write(format, &entry, words, &mut out);
        }
        out
    }
}

/// The first line of a log.
pub(super) fn begins(endpoint: &Endpoint) -> String {
    format!("Log of {endpoint} begins.")
}

/// A row of the program's own.
pub(super) const fn own(kind: RowKind, bytes: &[u8], at: LocalTime) -> ExportRow<'_> {
    ExportRow { kind, at, bytes, end: RowEnd::Complete, delivery: Delivery::Sent }
}

/// The format of what is said in the wire log.
const TEXT: LogFormat = LogFormat::Rows(row_format::RowFormat::Text);

impl TabLog {
    /// How it stands.
    pub const fn standing(&self) -> LogStatus {
        match (self.rows.status(), self.wire.status()) {
            (LogStatus::Failed, _) | (_, LogStatus::Failed) => LogStatus::Failed,
            (LogStatus::On, _) | (_, LogStatus::On) => LogStatus::On,
            (LogStatus::Off, LogStatus::Off) => LogStatus::Off,
        }
    }

    /// How each stands, that of the rows first, and the file that is written.
    pub const fn both(&self) -> [(LogStatus, Option<&LogPath>); 2] {
        [self.rows.status_and_path(), self.wire.status_and_path()]
    }

    /// The files that are written, or could not be.
    pub(in crate::app) fn places(&self) -> Vec<LogPath> {
        [self.rows.place(), self.wire.place()].into_iter().flatten().cloned().collect()
    }

    /// Tries again what has failed in these files.
    pub(in crate::app) fn retry(&mut self, places: &[LogPath]) {
        self.rows.retry(places);
        self.wire.retry(places);
    }

    /// It is turned off, and this was wanted of it.
    pub(in crate::app) fn end(&mut self, wish: LogConfig) {
        if wish.text != LogTarget::Off || wish.hex != LogTarget::Off {
            self.ended = Some(wish);
        }
    }

    /// What was wanted of it when it was turned off.
    pub(in crate::app) fn take_ended(&mut self) -> LogConfig {
        self.ended.take().unwrap_or_default()
    }

    /// This file cannot be written. Says whether it was one of these.
    pub(in crate::app) fn fail(&mut self, place: &LogPath) -> bool {
        let (rows, wire) = (self.rows.fail(place), self.wire.fail(place));
        rows || wire
    }

    /// This row is not for the log.
    pub(in crate::app) const fn skip_row(&mut self, row: RowId) {
        self.left_out = Some(row);
    }

    /// A connection begins.
    pub(in crate::app) fn begin(&mut self) {
        self.offsets = StreamOffsets::default();
    }

    /// Bytes came, or were queued to go.
    pub(in crate::app) fn pass(&mut self, way: WireDirection, bytes: &[u8], at: LocalTime) {
        if self.wire.is_on() {
            self.offsets.dump(way, bytes, at, &mut self.dumped);
        } else {
            // A log that is begun later tells how far the stream is.
            self.offsets.advance(way, bytes.len());
        }
        if self.rows.is_raw() && way == WireDirection::In {
            self.raw.extend_from_slice(bytes);
        }
    }

    /// So many bytes were queued that are kept nowhere.
    pub(in crate::app) fn skip_secret(&mut self, len: usize, at: LocalTime) {
        if self.wire.is_on() {
            self.offsets.skip_secret(len, at, &mut self.dumped);
        } else {
            self.offsets.advance(WireDirection::Out, len);
        }
    }

    /// Whether nothing is wanted, nor was before.
    fn is_idle(&self, wish: &LogConfig) -> bool {
        self.rows.is_idle(&wish.text) && self.wire.is_idle(&wish.hex)
    }

    /// Rows up to here are not for the log.
    const fn skip_to(&mut self, next: RowId) {
        (self.next, self.open) = (next, None);
    }

    /// The rows that it is to have, from the first one on; none if nothing is kept.
    fn wanted_from(&self) -> Option<RowId> {
        (self.rows.is_on() || self.wire.is_on()).then(|| self.open.unwrap_or(self.next))
    }

    /// What is to be written now.
    fn collect(&mut self, tab: &Tab, forgotten: &[EvictedRow], moment: WriteContext<'_>) -> Vec<LogWrite> {
        let (wish, at) = (&tab.options().log, moment.at);
        if self.rows.status() == LogStatus::Off && self.wire.status() == LogStatus::Off {
            self.open = open_row(tab, self.next).map(|row| row.id);
        }
        let open = self.open;
        let rest = |format| open.map(|id| partial_row(tab, id, format)).unwrap_or_default();
        let mut pieces = Vec::new();
        pieces.extend(self.rows.reconfigure(&wish.text, wish.format, at, rest));
        pieces.extend(self.wire.reconfigure(&wish.hex, TEXT, at, |_| Vec::new()));
        let rows = self.take_rows(tab, forgotten, wish.format, moment.is_last);
        pieces.extend(self.rows.write(rows, wish.format.extension(), moment));
        pieces.extend(self.wire.write(std::mem::take(&mut self.dumped), HEX, moment));
        pieces
    }

    /// The rows that have become whole, as they stand in the log. What the program says goes into the wire log as well.
    fn take_rows(&mut self, tab: &Tab, forgotten: &[EvictedRow], format: LogFormat, is_last: bool) -> Vec<u8> {
        let transcript = tab.transcript();
        let (mut out, open, next) = (std::mem::take(&mut self.raw), self.open.take(), self.next);
        for row in forgotten.iter().map(EvictedRow::view).filter(|row| row.id >= next || Some(row.id) == open) {
            self.take_row(tab, &row, format, &mut out);
        }
        let ids = open.into_iter().chain((next.max(transcript.first()).0..transcript.next().0).map(RowId));
        let unsettled = transcript.first_mutable_row();
        for row in ids.filter_map(|id| transcript.row(id)) {
            // An LF that comes next would belong to the CR. What is read by people does not tell them apart, and is not kept
            // waiting for it.
            let is_half = row.end == RowEnd::Cr && row.id == unsettled && format != TEXT;
            let is_open = row.kind == RowKind::Received && (row.end == RowEnd::Open || is_half);
            if is_open && !is_last {
                self.open = Some(row.id);
            } else {
                self.take_row(tab, &row, format, &mut out);
            }
        }
        self.next = transcript.next();
        out
    }

    fn take_row(&mut self, tab: &Tab, row: &RowView<'_>, format: LogFormat, out: &mut Vec<u8>) {
        let is_own = !matches!(row.kind, RowKind::Received | RowKind::Sent);
        let is_wanted = self.rows.is_on() && matches!(format, LogFormat::Rows(_));
        let is_said = is_own && self.wire.is_on();
        if !(is_wanted || is_said) || row.kind == RowKind::Backlog || self.left_out == Some(row.id) {
            return;
        }
        let (entry, text) = (entry(row), text(tab, row, format));
        if is_said {
            hex_log::write_notice(&entry, &text, &mut self.dumped);
        }
        if let (LogFormat::Rows(format), true) = (format, is_wanted) {
            row_format::write(format, &entry, &text, out);
        }
    }
}

/// What is queued is shown, so it is kept; where it does not leave, that is told after it.
const fn entry<'a>(row: &RowView<'a>) -> ExportRow<'a> {
    ExportRow { kind: row.kind, at: row.at, bytes: row.bytes, end: row.end, delivery: Delivery::Sent }
}

fn text(tab: &Tab, row: &RowView<'_>, format: LogFormat) -> String {
    let mut text = tab.row_text(row.kind, row.bytes);
    if row.end == RowEnd::Split && format == TEXT {
        // The next row goes on with it. Programs are told in a place of its own.
        text.push('↩');
    }
    text
}

/// The row of the server's that goes on, if it began before this one.
fn open_row(tab: &Tab, before: RowId) -> Option<RowView<'_>> {
    let row = tab.transcript().row(tab.transcript().first_mutable_row())?;
    Some(row).filter(|row| row.id < before && row.kind == RowKind::Received && row.end == RowEnd::Open)
}

/// As much as there is of a row that goes on, for a log that does not.
fn partial_row(tab: &Tab, id: RowId, format: LogFormat) -> Vec<u8> {
    let mut out = Vec::new();
    if let (Some(row), LogFormat::Rows(format)) = (tab.transcript().row(id), format) {
        row_format::write(format, &entry(&row), &text(tab, &row, LogFormat::Rows(format)), &mut out);
    }
    out
}

impl LogRegistry {
    /// What there is of a tab to be written, as effects. `is_last` says that the tab ends with it.
    ///
    /// # Errors
    /// If another tab's log is in the file, and one of them is raw; the rest is given all the same.
    pub(in crate::app) fn flush_tab(
        &mut self,
        tab: &mut Tab,
        at: LocalTime,
        is_last: bool,
    ) -> (Vec<Effect>, Result<(), PathConflict>) {
        let next = tab.transcript().next();
        // Tabs without a log have their turn with every event as well, and it is to cost nothing.
        if tab.log.is_idle(&tab.options().log) {
            tab.log.skip_to(next);
            return (Vec::new(), Ok(()));
        }
        let Some(endpoint) = tab.endpoint().cloned() else {
            tab.log.skip_to(next);
            return (Vec::new(), Ok(()));
        };
        // What is written now would be read back as what was there before.
        if let BacklogState::Loading(_) = tab.backlog {
            return (Vec::new(), Ok(()));
        }
        let (mut log, forgotten) = (std::mem::take(&mut tab.log), tab.take_evicted());
        let pieces = log.collect(tab, &forgotten, WriteContext { endpoint: &endpoint, at, is_last });
        let (mut effects, mut done) = (Vec::new(), Ok(()));
        for piece in pieces {
            match self.append(tab, piece, at) {
                Ok(effect) => effects.extend(effect),
                Err(place) => {
                    log.fail(&place);
                    done = Err(PathConflict);
                }
            }
        }
        tab.retain_from(log.wanted_from());
        tab.log = log;
        (effects, done)
    }

    fn append(&mut self, tab: &Tab, piece: LogWrite, at: LocalTime) -> Result<Option<Effect>, LogPath> {
        let LogWrite { place, format, mut bytes, is_over } = piece;
        let ending = format.ending();
        let another = self.writers.get(&place).filter(|(writer, _)| *writer != tab.id());
        let is_anothers = another.is_some();
        if another.is_some_and(|(_, other)| Framing::Bytes == *other || Framing::Bytes == ending) {
            return Err(place);
        }
        if is_over && ending == Framing::Bytes {
            // Another may go on behind it. In the other formats it is told there that it does.
            self.writers.remove(&place);
        } else {
            self.writers.insert(place.clone(), (tab.id(), ending));
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        if is_anothers {
            let endpoint = tab.endpoint().map(ToString::to_string).unwrap_or_default();
            bytes.splice(0..0, format.said(&format!("==> {endpoint}"), at)).for_each(drop);
        }
        let largest = tab.options().log.max_size;
        Ok(Some(Effect::Log(LogCommand::Append { place, bytes, ending, largest })))
    }

    /// The tab that wrote to a file last.
    pub(in crate::app) fn writer(&self, place: &LogPath) -> Option<LinkId> {
        self.writers.get(place).map(|(writer, _)| *writer)
    }

    /// Where a log is, as it was told.
    pub(in crate::app) fn opened(&mut self, place: LogPath, path: String) {
        self.paths.insert(place, path);
    }

    /// What a log is called.
    pub(in crate::app) fn path<'a>(&'a self, place: &'a LogPath) -> &'a str {
        self.paths.get(place).map_or(place.path.as_str(), String::as_str)
    }
}
