//! What has been kept of a tab, what comes next, and which tab a file was written for last.

use super::backlog::Backlog;
use super::wire::{self, Offsets, Way};
use super::{ENDS, Ending, Format, LogPlace, LogTo, LogWish};
use crate::app::export::{self, Entry};
use crate::app::tab::Delivery;
use crate::app::time::Wall;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
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
    rows: Target,
    wire: Target,
    offsets: Offsets,
    /// Bytes for the wire log, and for one that is raw.
    dumped: Vec<u8>,
    raw: Vec<u8>,
}

/// One of the two logs.
#[derive(Debug, Default)]
struct Target {
    /// What was wanted when it was looked at last, and in which format.
    wanted: (LogTo, Format),
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Off,
    /// Nothing has been written so far.
    New,
    /// Into this file.
    On(LogPlace),
    Failed,
}

/// Text for a file.
#[derive(Debug)]
struct Piece {
    place: LogPlace,
    format: Format,
    bytes: Vec<u8>,
}

/// Who has written to which file, and what it is called.
#[derive(Debug, Default)]
pub struct Keeper {
    writers: HashMap<LogPlace, LinkId>,
    paths: HashMap<LogPlace, String>,
}

/// A log that cannot be kept since another tab's stands in the file already.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken;

impl Target {
    /// Takes notice of what is wanted. Gives the file that is left for it, if one was written.
    fn follow(&mut self, to: &LogTo, format: Format) -> Option<LogPlace> {
        if (&self.wanted.0, self.wanted.1) == (to, format) {
            return None;
        }
        self.wanted = (to.clone(), format);
        let state = if *to == LogTo::Off { State::Off } else { State::New };
        match std::mem::replace(&mut self.state, state) {
            State::On(place) => Some(place),
            State::Off | State::New | State::Failed => None,
        }
    }

    const fn is_on(&self) -> bool {
        matches!(self.state, State::New | State::On(_))
    }

    const fn told(&self) -> (Standing, Option<&LogPlace>) {
        let place = if let State::On(place) = &self.state { Some(place) } else { None };
        (self.standing(), place)
    }

    const fn standing(&self) -> Standing {
        match self.state {
            State::Off => Standing::Off,
            State::New | State::On(_) => Standing::On,
            State::Failed => Standing::Failed,
        }
    }
}

impl Format {
    /// What a file that the program names itself ends with.
    pub(in crate::app) const fn extension(self) -> &'static str {
        match self {
            Self::Rows(export::Format::Text | export::Format::Escaped) => "log",
            Self::Rows(export::Format::Jsonl) => "jsonl",
            Self::Raw => "raw",
        }
    }

    /// What the program says about the log in it. A raw one has no place for that.
    fn said(self, words: &str, at: Wall) -> Vec<u8> {
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

/// What the wire log's files end with.
const HEX: &str = "hex";

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

    /// Tries again what has failed.
    pub(in crate::app) fn retry(&mut self) {
        for target in [&mut self.rows, &mut self.wire] {
            if matches!(target.state, State::Failed) {
                target.state = State::New;
            }
        }
    }

    /// This file cannot be written. Says whether it was one of these.
    pub(in crate::app) fn fail(&mut self, place: &LogPlace) -> bool {
        let mut was_ours = false;
        for target in [&mut self.rows, &mut self.wire] {
            if matches!(&target.state, State::On(own) if own == place) {
                target.state = State::Failed;
                was_ours = true;
            }
        }
        was_ours
    }

    /// Rows up to here are not for the log.
    pub(in crate::app) const fn skip_to(&mut self, next: RowId) {
        self.next = next;
    }

    /// A connection begins.
    pub(in crate::app) fn begin(&mut self) {
        self.offsets = Offsets::default();
    }

    /// Bytes came, or were queued to go.
    pub(in crate::app) fn pass(&mut self, wish: &LogWish, way: Way, bytes: &[u8], at: Wall) {
        if wish.wire != LogTo::Off {
            self.offsets.dump(way, bytes, at, &mut self.dumped);
        }
        if wish.format == Format::Raw && wish.rows != LogTo::Off && way == Way::In {
            self.raw.extend_from_slice(bytes);
        }
    }

    /// So many bytes were queued that are kept nowhere.
    pub(in crate::app) fn hide(&mut self, wish: &LogWish, len: usize, at: Wall) {
        if wish.wire != LogTo::Off {
            self.offsets.hide(len, at, &mut self.dumped);
        }
    }

    /// Whether nothing is wanted, nor was before.
    fn is_idle(&self, wish: &LogWish) -> bool {
        let idle = |target: &Target, to: &LogTo| *to == LogTo::Off && matches!(target.state, State::Off);
        idle(&self.rows, &wish.rows) && idle(&self.wire, &wish.wire)
    }

    /// What is to be written now. `is_last` says that the tab ends with it.
    fn gather(&mut self, tab: &Tab, endpoint: &Endpoint, at: Wall, is_last: bool) -> Vec<Piece> {
        let wish = &tab.options().log;
        let mut pieces = Vec::new();
        let format = self.rows.wanted.1;
        if let Some(place) = self.rows.follow(&wish.rows, wish.format) {
            pieces.push(Piece { place, format, bytes: format.said(ENDS, at) });
        }
        if let Some(place) = self.wire.follow(&wish.wire, TEXT) {
            pieces.push(Piece { place, format: TEXT, bytes: TEXT.said(ENDS, at) });
        }
        let rows = self.take_rows(tab, wish.format, is_last);
        let begins = begins(endpoint);
        let both = [
            (&mut self.rows, wish.format, wish.format.extension(), rows),
            (&mut self.wire, TEXT, HEX, std::mem::take(&mut self.dumped)),
        ];
        for (target, format, usual, mut bytes) in both {
            if !target.is_on() {
                continue;
            }
            let Some(place) = target.wanted.0.place(usual, endpoint, at) else { continue };
            match &target.state {
                State::On(own) if *own == place => {}
                // Of a new day only where there is something to be said on it.
                State::On(_) if bytes.is_empty() => continue,
                _ => bytes.splice(0..0, format.said(&begins, at)).for_each(drop),
            }
            if is_last {
                bytes.extend(format.said(ENDS, at));
            }
            target.state = State::On(place.clone());
            if !bytes.is_empty() {
                pieces.push(Piece { place, format, bytes });
            }
        }
        pieces
    }

    /// The rows that have become whole, as they stand in the log. What the program says goes into the wire log as well.
    fn take_rows(&mut self, tab: &Tab, format: Format, is_last: bool) -> Vec<u8> {
        let transcript = tab.transcript();
        let mut out = std::mem::take(&mut self.raw);
        let ids =
            self.open.take().into_iter().chain((self.next.max(transcript.first()).0..transcript.next().0).map(RowId));
        let unsettled = transcript.settled();
        for row in ids.filter_map(|id| transcript.row(id)) {
            // An LF that comes next would belong to the CR. What is read by people does not tell them apart, and is not kept
            // waiting for it.
            let is_half = row.end == RowEnd::Cr && row.id == unsettled && format != TEXT;
            let is_open = row.kind == RowKind::Received && (row.end == RowEnd::Open || is_half);
            if is_open && !is_last {
                self.open = Some(row.id);
            } else if row.kind != RowKind::Past {
                self.take_row(tab, &row, format, &mut out);
            }
        }
        self.next = transcript.next();
        out
    }

    fn take_row(&mut self, tab: &Tab, row: &RowView<'_>, format: Format, out: &mut Vec<u8>) {
        let is_own = !matches!(row.kind, RowKind::Received | RowKind::Sent);
        let is_wanted = self.rows.is_on() && matches!(format, Format::Rows(_));
        if !(is_wanted || is_own && self.wire.is_on()) {
            return;
        }
        let mut text = tab.said(row.kind, row.bytes);
        if row.end == RowEnd::Cut {
            // The next row goes on with it.
            text.push('↩');
        }
        // What is queued is shown, so it is kept; where it does not leave, that is told after it.
        let entry = Entry { kind: row.kind, at: row.at, bytes: row.bytes, end: row.end, delivery: Delivery::Sent };
        if is_own && self.wire.is_on() {
            wire::say(&entry, &text, &mut self.dumped);
        }
        if let (Format::Rows(format), true) = (format, is_wanted) {
            export::write(format, &entry, &text, out);
        }
    }
}

impl Keeper {
    /// What there is of a tab to be written, as effects. `is_last` says that the tab ends with it.
    ///
    /// # Errors
    /// If the file of a raw log has another tab's in it; the rest is given all the same.
    pub(in crate::app) fn keep(&mut self, tab: &mut Tab, at: Wall, is_last: bool) -> (Vec<Effect>, Result<(), Taken>) {
        let mut log = std::mem::take(&mut tab.log);
        let pieces = match tab.endpoint() {
            // What is written now would be read back as what was there before.
            Some(_) if matches!(tab.backlog, Backlog::Awaited(_)) => Vec::new(),
            Some(endpoint) if !log.is_idle(&tab.options().log) => log.gather(tab, &endpoint.clone(), at, is_last),
            _ => {
                log.skip_to(tab.transcript().next());
                Vec::new()
            }
        };
        let (mut effects, mut done) = (Vec::new(), Ok(()));
        for piece in pieces {
            match self.append(tab, piece, at) {
                Ok(effect) => effects.push(effect),
                Err(place) => {
                    log.fail(&place);
                    done = Err(Taken);
                }
            }
        }
        tab.log = log;
        if is_last {
            self.writers.retain(|_, writer| *writer != tab.id());
        }
        (effects, done)
    }

    fn append(&mut self, tab: &Tab, piece: Piece, at: Wall) -> Result<Effect, LogPlace> {
        let Piece { place, format, mut bytes } = piece;
        let before = self.writers.insert(place.clone(), tab.id());
        if before.is_some_and(|before| before != tab.id()) {
            if format.ending() == Ending::Anywhere {
                self.writers.extend(before.map(|before| (place.clone(), before)));
                return Err(place);
            }
            let endpoint = tab.endpoint().map(ToString::to_string).unwrap_or_default();
            bytes.splice(0..0, format.said(&format!("==> {endpoint}"), at)).for_each(drop);
        }
        let largest = tab.options().log.largest;
        Ok(Effect::Log(LogStep::Append { place, bytes, ending: format.ending(), largest }))
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
