//! `/save`: the messages into a file, a piece at a time, so that keys do not wait for sixty megabytes.

use super::export::{self, Entry, Format};
use super::transcript::{RowId, RowKind};
use super::viewport::Lens;
use super::viewport::scene::grouped;
use super::{App, Effect, Now, Outcome, SaveStep, Tab};
use crate::text::{self, Row};

/// Bytes of text put into one piece.
const PIECE: usize = 256 * 1024;

/// A file being written.
#[derive(Debug)]
pub(super) struct Saving {
    format: Format,
    /// The next row to write, and the end as it was when it began.
    next: RowId,
    end: RowId,
}

impl App {
    /// Begins to write all messages, whatever filter is set.
    pub(super) fn save(&mut self, words: &str) -> Result<Vec<Effect>, String> {
        if self.saving.is_some() {
            return Err("A file is being written already; try again when it is done.".to_owned());
        }
        let (format, path) = match words.split_once(char::is_whitespace) {
            Some((word, rest)) if Format::parse(word).is_ok() => (Format::parse(word)?, rest.trim()),
            _ if words.to_lowercase().ends_with(".jsonl") => (Format::Jsonl, words),
            _ => (Format::Text, words),
        };
        if path.is_empty() || Format::parse(path).is_ok() && words == path {
            return Err("Where to? /save FILE, or /save escaped FILE, /save jsonl FILE.".to_owned());
        }
        let transcript = self.tab().transcript();
        self.saving = Some(Saving { format, next: transcript.first(), end: transcript.next() });
        Ok(vec![Effect::Save(SaveStep::Create(path.to_owned()))])
    }

    /// Writes a piece.
    pub(super) fn save_piece(&mut self) -> Vec<Effect> {
        let Some(mut saving) = self.saving.take() else { return Vec::new() };
        let mut out = Vec::new();
        let tab = self.tab();
        saving.next = saving.next.max(tab.transcript().first());
        while out.len() < PIECE && saving.next < saving.end {
            tab.export(saving.next, saving.format, &mut out);
            saving.next.0 += 1;
        }
        let mut effects = vec![Effect::Save(SaveStep::Write(out))];
        if saving.next < saving.end {
            self.saving = Some(saving);
        } else {
            effects.push(Effect::Save(SaveStep::Finish));
        }
        effects
    }

    pub(super) fn saved(&mut self, now: Now, path: &str, result: Result<u64, String>) -> Outcome {
        match result {
            Ok(bytes) => {
                let words = format!("Saved {} bytes to {}.", grouped(bytes), text::plain(path));
                self.note(now, RowKind::Notice, &words);
            }
            Err(sentence) => {
                self.saving = None;
                self.note(now, RowKind::Error, &sentence);
            }
        }
        Outcome::changed(true)
    }
}

impl Tab {
    /// Appends the line that begins with a row, if one does; a row that goes on with another is written with that.
    fn export(&self, id: RowId, format: Format, out: &mut Vec<u8>) {
        let transcript = self.transcript();
        let Some(line) = transcript.begins_line(id).then(|| transcript.line(id)).flatten() else { return };
        let entry = Entry { kind: line.first.kind, at: line.first.at, bytes: &line.bytes, end: line.end };
        let mut row = Row::default();
        let is_ours = matches!(entry.kind, RowKind::Notice | RowKind::Error);
        let lens = if is_ours { Lens::default() } else { self.lens() };
        text::decode_in(lens.charset, entry.bytes, &mut row);
        export::write(format, &entry, row.text(), &text::escape_to, out);
    }
}
