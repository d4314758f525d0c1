//! The logs of a tab, and the registry of log files shared by tabs.

use super::backlog::BacklogState;
use super::hex_log::{self, StreamOffsets, WireDirection};
use super::sink::{LogSink, LogWrite, WriteContext};
use super::{Framing, LogConfig, LogFormat, LogPath, LogTarget, WIRE_LOG_EXTENSION};
use crate::app::logging::row_format::{self, ExportRow};
use crate::app::session::Delivery;
use crate::app::time::LocalTime;
use crate::app::transcript::{EvictedRow, RowEnd, RowId, RowKind, RowView};
use crate::app::{Effect, LogCommand, Tab};
use crate::link::{Endpoint, LinkId};
use std::collections::HashMap;

/// The status of a log, or of both logs of a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStatus {
    /// No log is turned on.
    Off,
    /// Every log that is turned on is being written.
    On,
    /// A log is turned on and cannot be written.
    Failed,
}

/// The log state of one tab.
#[derive(Debug, Default)]
pub struct TabLog {
    /// Rows before this one are done.
    next: RowId,
    /// An earlier row that is not complete yet.
    open: Option<RowId>,
    /// A row that is not logged.
    skipped: Option<RowId>,
    rows: LogSink,
    wire: LogSink,
    offsets: StreamOffsets,
    /// The settings in force when logging was turned off.
    ended: Option<LogConfig>,
    /// Pending output for the wire log.
    dumped: Vec<u8>,
    /// Pending output for a raw row log.
    raw: Vec<u8>,
}

/// The log files of all tabs: which tab wrote last to each, and the full path it was opened with.
#[derive(Debug, Default)]
pub struct LogRegistry {
    writers: HashMap<LogPath, (LinkId, Framing)>,
    paths: HashMap<LogPath, String>,
}

/// The error that two tabs log to one file and one of the logs is raw.
#[derive(Debug, PartialEq, Eq)]
pub struct PathConflict;

impl LogFormat {
    /// Returns the extension of default file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rows(row_format::RowFormat::Text | row_format::RowFormat::Escaped) => "log",
            Self::Rows(row_format::RowFormat::Jsonl) => "jsonl",
            Self::Raw => "raw",
        }
    }

    /// Returns a notice about the log as a line of it; nothing for a raw log.
    pub(super) fn notice_line(self, words: &str, at: LocalTime) -> Vec<u8> {
        let mut out = Vec::new();
        if let Self::Rows(format) = self {
            let entry = own_row(RowKind::Separator, words.as_bytes(), at);
            row_format::write(format, &entry, words, &mut out);
        }
        out
    }
}

/// Returns the first line of a log.
pub(super) fn header(endpoint: &Endpoint) -> String {
    format!("Log of {endpoint} begins.")
}

/// Returns a row with a notice of the program.
pub(super) const fn own_row(kind: RowKind, bytes: &[u8], at: LocalTime) -> ExportRow<'_> {
    ExportRow { kind, at, bytes, end: RowEnd::Complete, delivery: Delivery::Sent }
}

/// The format of notices in the wire log.
const TEXT: LogFormat = LogFormat::Rows(row_format::RowFormat::Text);

impl TabLog {
    /// Returns the common status of both logs: failed if one has failed, on if one is on.
    pub const fn standing(&self) -> LogStatus {
        match (self.rows.status(), self.wire.status()) {
            (LogStatus::Failed, _) | (_, LogStatus::Failed) => LogStatus::Failed,
            (LogStatus::On, _) | (_, LogStatus::On) => LogStatus::On,
            (LogStatus::Off, LogStatus::Off) => LogStatus::Off,
        }
    }

    /// Returns status and current file of the row log and of the wire log.
    pub const fn both(&self) -> [(LogStatus, Option<&LogPath>); 2] {
        [self.rows.status_and_path(), self.wire.status_and_path()]
    }

    /// Returns the files that are being written or could not be written.
    pub(in crate::app) fn places(&self) -> Vec<LogPath> {
        [self.rows.place(), self.wire.place()].into_iter().flatten().cloned().collect()
    }

    /// Turns logs on again that failed to write one of these files.
    pub(in crate::app) fn retry(&mut self, places: &[LogPath]) {
        self.rows.retry(places);
        self.wire.retry(places);
    }

    /// Remembers the settings when logging is turned off.
    pub(in crate::app) fn end(&mut self, config: LogConfig) {
        if config.text != LogTarget::Off || config.hex != LogTarget::Off {
            self.ended = Some(config);
        }
    }

    /// Takes the settings that were in force when logging was turned off, or the default ones.
    pub(in crate::app) fn take_ended(&mut self) -> LogConfig {
        self.ended.take().unwrap_or_default()
    }

    /// Notes that a file cannot be written. Returns whether it is one of this tab's.
    pub(in crate::app) fn fail(&mut self, place: &LogPath) -> bool {
        let (rows, wire) = (self.rows.fail(place), self.wire.fail(place));
        rows || wire
    }

    /// Leaves a row out of the log.
    pub(in crate::app) const fn skip_row(&mut self, row: RowId) {
        self.skipped = Some(row);
    }

    /// Restarts the offsets of the wire log for a new connection.
    pub(in crate::app) fn begin(&mut self) {
        self.offsets = StreamOffsets::default();
    }

    /// Logs bytes that were received or queued for sending.
    pub(in crate::app) fn pass(&mut self, direction: WireDirection, bytes: &[u8], at: LocalTime) {
        if self.wire.is_on() {
            self.offsets.dump(direction, bytes, at, &mut self.dumped);
        } else {
            // A wire log that is turned on later starts with the right offsets.
            self.offsets.advance(direction, bytes.len());
        }
        if self.rows.is_raw() && direction == WireDirection::In {
            self.raw.extend_from_slice(bytes);
        }
    }

    /// Logs that a secret of `len` bytes was queued for sending.
    pub(in crate::app) fn skip_secret(&mut self, len: usize, at: LocalTime) {
        if self.wire.is_on() {
            self.offsets.skip_secret(len, at, &mut self.dumped);
        } else {
            self.offsets.advance(WireDirection::Out, len);
        }
    }

    /// Returns whether both logs are off and `config` leaves them off.
    fn is_idle(&self, config: &LogConfig) -> bool {
        self.rows.is_idle(&config.text) && self.wire.is_idle(&config.hex)
    }

    /// Leaves all rows before `next` out of the log.
    const fn skip_to(&mut self, next: RowId) {
        (self.next, self.open) = (next, None);
    }

    /// Returns the first row that is still to be logged; `None` if both logs are off.
    fn wanted_from(&self) -> Option<RowId> {
        (self.rows.is_on() || self.wire.is_on()).then(|| self.open.unwrap_or(self.next))
    }

    /// Returns the writes for everything that happened since the last call.
    fn collect(&mut self, tab: &Tab, evicted: &[EvictedRow], context: WriteContext<'_>) -> Vec<LogWrite> {
        let (config, at) = (&tab.options().log, context.at);
        if self.rows.status() == LogStatus::Off && self.wire.status() == LogStatus::Off {
            self.open = open_row(tab, self.next).map(|row| row.id);
        }
        let open = self.open;
        let rest = |format| open.map(|id| partial_row(tab, id, format)).unwrap_or_default();
        let mut writes = Vec::new();
        writes.extend(self.rows.reconfigure(&config.text, config.format, at, rest));
        writes.extend(self.wire.reconfigure(&config.hex, TEXT, at, |_| Vec::new()));
        let rows = self.take_rows(tab, evicted, config.format, context.is_last);
        writes.extend(self.rows.write(rows, config.format.extension(), context));
        writes.extend(self.wire.write(std::mem::take(&mut self.dumped), WIRE_LOG_EXTENSION, context));
        writes
    }

    /// Formats the rows that have been completed. Notices are added to the wire log as well.
    fn take_rows(&mut self, tab: &Tab, evicted: &[EvictedRow], format: LogFormat, is_last: bool) -> Vec<u8> {
        let transcript = tab.transcript();
        let (mut out, open, next) = (std::mem::take(&mut self.raw), self.open.take(), self.next);
        for row in evicted.iter().map(EvictedRow::view).filter(|row| row.id >= next || Some(row.id) == open) {
            self.take_row(tab, &row, format, &mut out);
        }
        let ids = open.into_iter().chain((next.max(transcript.first()).0..transcript.next().0).map(RowId));
        let unsettled = transcript.first_mutable_row();
        for row in ids.filter_map(|id| transcript.row(id)) {
            // A row that ends with CR may turn out to end with CR LF. The text format does not show the difference, so it
            // does not wait for the next byte.
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
        let is_wire_notice = is_own && self.wire.is_on();
        if !(is_wanted || is_wire_notice) || row.kind == RowKind::Backlog || self.skipped == Some(row.id) {
            return;
        }
        let (entry, text) = (entry(row), text(tab, row, format));
        if is_wire_notice {
            hex_log::write_notice(&entry, &text, &mut self.dumped);
        }
        if let (LogFormat::Rows(format), true) = (format, is_wanted) {
            row_format::write(format, &entry, &text, out);
        }
    }
}

/// Returns the row as logged. Queued lines count as sent; a notice in the log follows if they are lost.
const fn entry<'a>(row: &RowView<'a>) -> ExportRow<'a> {
    ExportRow { kind: row.kind, at: row.at, bytes: row.bytes, end: row.end, delivery: Delivery::Sent }
}

fn text(tab: &Tab, row: &RowView<'_>, format: LogFormat) -> String {
    let mut text = tab.row_text(row.kind, row.bytes);
    if row.end == RowEnd::Split && format == TEXT {
        // Marks a row that continues in the next one. The other formats have a field for it.
        text.push('↩');
    }
    text
}

/// Returns the incomplete received row, if it started before row `before`.
fn open_row(tab: &Tab, before: RowId) -> Option<RowView<'_>> {
    let row = tab.transcript().row(tab.transcript().first_mutable_row())?;
    Some(row).filter(|row| row.id < before && row.kind == RowKind::Received && row.end == RowEnd::Open)
}

/// Formats the received part of an incomplete row, for a log that ends before the row does.
fn partial_row(tab: &Tab, id: RowId, format: LogFormat) -> Vec<u8> {
    let mut out = Vec::new();
    if let (Some(row), LogFormat::Rows(format)) = (tab.transcript().row(id), format) {
        row_format::write(format, &entry(&row), &text(tab, &row, LogFormat::Rows(format)), &mut out);
    }
    out
}

impl LogRegistry {
    /// Returns the effects that write the pending log output of a tab. `is_last`: the tab is about to be closed.
    ///
    /// # Errors
    /// Returns [`PathConflict`] if another tab logs to the same file and one of the logs is raw. The effects of the other
    /// log are returned in any case.
    pub(in crate::app) fn flush_tab(
        &mut self,
        tab: &mut Tab,
        at: LocalTime,
        is_last: bool,
    ) -> (Vec<Effect>, Result<(), PathConflict>) {
        let next = tab.transcript().next();
        // This runs for every tab after every event, so a tab without logs must cost nothing.
        if tab.log.is_idle(&tab.options().log) {
            tab.log.skip_to(next);
            return (Vec::new(), Ok(()));
        }
        let Some(endpoint) = tab.endpoint().cloned() else {
            tab.log.skip_to(next);
            return (Vec::new(), Ok(()));
        };
        // Anything written now would be read back as part of the backlog.
        if let BacklogState::Loading(_) = tab.backlog {
            return (Vec::new(), Ok(()));
        }
        let (mut log, evicted) = (std::mem::take(&mut tab.log), tab.take_evicted());
        let writes = log.collect(tab, &evicted, WriteContext { endpoint: &endpoint, at, is_last });
        let (mut effects, mut result) = (Vec::new(), Ok(()));
        for write in writes {
            match self.append(tab, write, at) {
                Ok(effect) => effects.extend(effect),
                Err(place) => {
                    log.fail(&place);
                    result = Err(PathConflict);
                }
            }
        }
        tab.retain_from(log.wanted_from());
        tab.log = log;
        (effects, result)
    }

    fn append(&mut self, tab: &Tab, write: LogWrite, at: LocalTime) -> Result<Option<Effect>, LogPath> {
        let LogWrite { place, format, mut bytes, is_last } = write;
        let framing = format.framing();
        let other = self.writers.get(&place).filter(|(writer, _)| *writer != tab.id());
        let is_shared = other.is_some();
        if other.is_some_and(|(_, other)| Framing::Bytes == *other || Framing::Bytes == framing) {
            return Err(place);
        }
        if is_last && framing == Framing::Bytes {
            // Another tab may append to the file now. In the other formats a line says which tab is writing.
            self.writers.remove(&place);
        } else {
            self.writers.insert(place.clone(), (tab.id(), framing));
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        if is_shared {
            let endpoint = tab.endpoint().map(ToString::to_string).unwrap_or_default();
            bytes.splice(0..0, format.notice_line(&format!("==> {endpoint}"), at)).for_each(drop);
        }
        let max_size = tab.options().log.max_size;
        Ok(Some(Effect::Log(LogCommand::Append { log: place, bytes, framing, max_size })))
    }

    /// Returns the tab that wrote to a file last.
    pub(in crate::app) fn writer(&self, place: &LogPath) -> Option<LinkId> {
        self.writers.get(place).map(|(writer, _)| *writer)
    }

    /// Notes the full path of an opened log file.
    pub(in crate::app) fn opened(&mut self, place: LogPath, path: String) {
        self.paths.insert(place, path);
    }

    /// Returns the full path of a log file for display, or its path as configured if it has not been opened.
    pub(in crate::app) fn path<'a>(&'a self, place: &'a LogPath) -> &'a str {
        self.paths.get(place).map_or(place.path.as_str(), String::as_str)
    }
}
