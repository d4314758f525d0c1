//! What has been kept of a tab, what comes next, and which tab a file was written for last.

use super::backlog::Backlog;
use super::target::{Moment, Piece, Target};
use super::wire::{self, Offsets, Way};
use super::{Ending, Format, HEX, LogPlace, LogTo, LogWish};
use crate::app::export::{self, Entry};
use crate::app::tab::Delivery;
use crate::app::time::Wall;
use crate::app::transcript::{Forgotten, RowEnd, RowId, RowKind, RowView};
use crate::app::{Effect, LogStep, Tab};
use crate::link::{Endpoint, LinkId};
use std::collections::HashMap;

/// How it stands with the logs of a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// None is wanted.
    Off,
    /// What is wanted is kept.
    On,
    /// One is wanted and cannot be kept.
    Failed,
}

/// See the module's words.
#[derive(Debug, Default)]
pub struct Log {
    /// Rows before this one have had their turn.
    next: RowId,
    /// A row that had its turn and was not whole yet.
    open: Option<RowId>,
    /// A row that is not for the log.
    left_out: Option<RowId>,
    rows: Target,
    wire: Target,
    offsets: Offsets,
    /// What was wanted when it was turned off.
    ended: Option<LogWish>,
    /// Bytes for the wire log, and for one that is raw.
    dumped: Vec<u8>,
    raw: Vec<u8>,
}

/// Who has written to which file, and what it is called.
#[derive(Debug, Default)]
pub struct Keeper {
    writers: HashMap<LogPlace, (LinkId, Ending)>,
    paths: HashMap<LogPlace, String>,
}

/// A log that cannot be kept since another tab's stands in the file already, and one of them is raw.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken;

impl Format {
    /// What a file that the program names itself ends with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rows(export::Format::Text | export::Format::Escaped) => "log",
            Self::Rows(export::Format::Jsonl) => "jsonl",
            Self::Raw => "raw",
        }
    }

    /// What the program says about the log in it. A raw one has no place for that.
    pub(super) fn said(self, words: &str, at: Wall) -> Vec<u8> {
        let mut out = Vec::new();
        if let Self::Rows(format) = self {
            let entry = own(RowKind::Rule, words.as_bytes(), at);
            export::write(format, &entry, words, &mut out);
        }
        out
    }
}

/// The first line of a log.
pub(super) fn begins(endpoint: &Endpoint) -> String {
    format!("Log of {endpoint} begins.")
}

/// A row of the program's own.
pub(super) const fn own(kind: RowKind, bytes: &[u8], at: Wall) -> Entry<'_> {
    Entry { kind, at, bytes, end: RowEnd::Whole, delivery: Delivery::Sent }
}

/// The format of what is said in the wire log.
const TEXT: Format = Format::Rows(export::Format::Text);

impl Log {
    /// How it stands.
    pub const fn standing(&self) -> Standing {
        match (self.rows.standing(), self.wire.standing()) {
            (Standing::Failed, _) | (_, Standing::Failed) => Standing::Failed,
            (Standing::On, _) | (_, Standing::On) => Standing::On,
            (Standing::Off, Standing::Off) => Standing::Off,
        }
    }

    /// How each stands, that of the rows first, and the file that is written.
    pub const fn both(&self) -> [(Standing, Option<&LogPlace>); 2] {
        [self.rows.told(), self.wire.told()]
    }

    /// The files that are written, or could not be.
    pub(in crate::app) fn places(&self) -> Vec<LogPlace> {
        [self.rows.place(), self.wire.place()].into_iter().flatten().cloned().collect()
    }

    /// Tries again what has failed in these files.
    pub(in crate::app) fn retry(&mut self, places: &[LogPlace]) {
        self.rows.retry(places);
        self.wire.retry(places);
    }

    /// It is turned off, and this was wanted of it.
    pub(in crate::app) fn end(&mut self, wish: LogWish) {
        if wish.rows != LogTo::Off || wish.wire != LogTo::Off {
            self.ended = Some(wish);
        }
    }

    /// What was wanted of it when it was turned off.
    pub(in crate::app) fn take_ended(&mut self) -> LogWish {
        self.ended.take().unwrap_or_default()
    }

    /// This file cannot be written. Says whether it was one of these.
    pub(in crate::app) fn fail(&mut self, place: &LogPlace) -> bool {
        let (rows, wire) = (self.rows.fail(place), self.wire.fail(place));
        rows || wire
    }

    /// This row is not for the log.
    pub(in crate::app) const fn leave_out(&mut self, row: RowId) {
        self.left_out = Some(row);
    }

    /// A connection begins.
    pub(in crate::app) fn begin(&mut self) {
        self.offsets = Offsets::default();
    }

    /// Bytes came, or were queued to go.
    pub(in crate::app) fn pass(&mut self, way: Way, bytes: &[u8], at: Wall) {
        if self.wire.is_on() {
            self.offsets.dump(way, bytes, at, &mut self.dumped);
        } else {
            // A log that is begun later tells how far the stream is.
            self.offsets.pass(way, bytes.len());
        }
        if self.rows.is_raw() && way == Way::In {
            self.raw.extend_from_slice(bytes);
        }
    }

    /// So many bytes were queued that are kept nowhere.
    pub(in crate::app) fn hide(&mut self, len: usize, at: Wall) {
        if self.wire.is_on() {
            self.offsets.hide(len, at, &mut self.dumped);
        } else {
            self.offsets.pass(Way::Out, len);
        }
    }

    /// Whether nothing is wanted, nor was before.
    fn is_idle(&self, wish: &LogWish) -> bool {
        self.rows.is_idle(&wish.rows) && self.wire.is_idle(&wish.wire)
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
    fn gather(&mut self, tab: &Tab, forgotten: &[Forgotten], moment: Moment<'_>) -> Vec<Piece> {
        let (wish, at) = (&tab.options().log, moment.at);
        if self.rows.standing() == Standing::Off && self.wire.standing() == Standing::Off {
            self.open = under_way(tab, self.next).map(|row| row.id);
        }
        let open = self.open;
        let rest = |format| open.map(|id| half(tab, id, format)).unwrap_or_default();
        let mut pieces = Vec::new();
        pieces.extend(self.rows.follow(&wish.rows, wish.format, at, rest));
        pieces.extend(self.wire.follow(&wish.wire, TEXT, at, |_| Vec::new()));
        let rows = self.take_rows(tab, forgotten, wish.format, moment.is_last);
        pieces.extend(self.rows.write(rows, wish.format.extension(), moment));
        pieces.extend(self.wire.write(std::mem::take(&mut self.dumped), HEX, moment));
        pieces
    }

    /// The rows that have become whole, as they stand in the log. What the program says goes into the wire log as well.
    fn take_rows(&mut self, tab: &Tab, forgotten: &[Forgotten], format: Format, is_last: bool) -> Vec<u8> {
        let transcript = tab.transcript();
        let (mut out, open, next) = (std::mem::take(&mut self.raw), self.open.take(), self.next);
        for row in forgotten.iter().map(Forgotten::view).filter(|row| row.id >= next || Some(row.id) == open) {
            self.take_row(tab, &row, format, &mut out);
        }
        let ids = open.into_iter().chain((next.max(transcript.first()).0..transcript.next().0).map(RowId));
        let unsettled = transcript.settled();
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

    fn take_row(&mut self, tab: &Tab, row: &RowView<'_>, format: Format, out: &mut Vec<u8>) {
        let is_own = !matches!(row.kind, RowKind::Received | RowKind::Sent);
        let is_wanted = self.rows.is_on() && matches!(format, Format::Rows(_));
        let is_said = is_own && self.wire.is_on();
        if !(is_wanted || is_said) || row.kind == RowKind::Past || self.left_out == Some(row.id) {
            return;
        }
        let (entry, text) = (entry(row), text(tab, row, format));
        if is_said {
            wire::say(&entry, &text, &mut self.dumped);
        }
        if let (Format::Rows(format), true) = (format, is_wanted) {
            export::write(format, &entry, &text, out);
        }
    }
}

/// What is queued is shown, so it is kept; where it does not leave, that is told after it.
const fn entry<'a>(row: &RowView<'a>) -> Entry<'a> {
    Entry { kind: row.kind, at: row.at, bytes: row.bytes, end: row.end, delivery: Delivery::Sent }
}

fn text(tab: &Tab, row: &RowView<'_>, format: Format) -> String {
    let mut text = tab.said(row.kind, row.bytes);
    if row.end == RowEnd::Cut && format == TEXT {
        // The next row goes on with it. Programs are told in a place of its own.
        text.push('↩');
    }
    text
}

/// The row of the server's that goes on, if it began before this one.
fn under_way(tab: &Tab, before: RowId) -> Option<RowView<'_>> {
    let row = tab.transcript().row(tab.transcript().settled())?;
    Some(row).filter(|row| row.id < before && row.kind == RowKind::Received && row.end == RowEnd::Open)
}

/// As much as there is of a row that goes on, for a log that does not.
fn half(tab: &Tab, id: RowId, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    if let (Some(row), Format::Rows(format)) = (tab.transcript().row(id), format) {
        export::write(format, &entry(&row), &text(tab, &row, Format::Rows(format)), &mut out);
    }
    out
}

impl Keeper {
    /// What there is of a tab to be written, as effects. `is_last` says that the tab ends with it.
    ///
    /// # Errors
    /// If another tab's log is in the file, and one of them is raw; the rest is given all the same.
    pub(in crate::app) fn keep(&mut self, tab: &mut Tab, at: Wall, is_last: bool) -> (Vec<Effect>, Result<(), Taken>) {
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
        if let Backlog::Awaited(_) = tab.backlog {
            return (Vec::new(), Ok(()));
        }
        let (mut log, forgotten) = (std::mem::take(&mut tab.log), tab.take_forgotten());
        let pieces = log.gather(tab, &forgotten, Moment { endpoint: &endpoint, at, is_last });
        let (mut effects, mut done) = (Vec::new(), Ok(()));
        for piece in pieces {
            match self.append(tab, piece, at) {
                Ok(effect) => effects.extend(effect),
                Err(place) => {
                    log.fail(&place);
                    done = Err(Taken);
                }
            }
        }
        tab.want_from(log.wanted_from());
        tab.log = log;
        (effects, done)
    }

    fn append(&mut self, tab: &Tab, piece: Piece, at: Wall) -> Result<Option<Effect>, LogPlace> {
        let Piece { place, format, mut bytes, is_over } = piece;
        let ending = format.ending();
        let another = self.writers.get(&place).filter(|(writer, _)| *writer != tab.id());
        let is_anothers = another.is_some();
        if another.is_some_and(|(_, other)| Ending::Anywhere == *other || Ending::Anywhere == ending) {
            return Err(place);
        }
        if is_over && ending == Ending::Anywhere {
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
        let largest = tab.options().log.largest;
        Ok(Some(Effect::Log(LogStep::Append { place, bytes, ending, largest })))
    }

    /// The tab that wrote to a file last.
    pub(in crate::app) fn writer(&self, place: &LogPlace) -> Option<LinkId> {
        self.writers.get(place).map(|(writer, _)| *writer)
    }

    /// Where a log is, as it was told.
    pub(in crate::app) fn opened(&mut self, place: LogPlace, path: String) {
        self.paths.insert(place, path);
    }

    /// What a log is called.
    pub(in crate::app) fn path<'a>(&'a self, place: &'a LogPlace) -> &'a str {
        self.paths.get(place).map_or(place.path.as_str(), String::as_str)
    }
}
