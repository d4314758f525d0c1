//! `/save`: the messages into a file, a piece at a time, so that keys do not wait for sixty megabytes.

use crate::app::logging::row_format::{self, ExportRow, RowFormat};
use crate::app::modes::copy::row_text;
use crate::app::transcript::{RowId, RowKind};
use crate::app::{App, Effect, ExportStep, Now, Tab, Update};
use crate::link::LinkId;
use crate::text;
use crate::text::format_thousands;

/// Bytes of text put into one piece.
const PIECE: usize = 256 * 1024;

/// A file being written.
#[derive(Debug)]
pub(in crate::app) struct Export {
    /// Whose messages.
    tab: LinkId,
    format: RowFormat,
    /// The next row to write, and the end as it was when it began.
    next: RowId,
    end: RowId,
    /// The last row of the line written last: those up to it that go on with another are in the file.
    written: Option<RowId>,
    /// Rows that were gone before it was their turn.
    missed: u64,
    /// Whether everything has been handed over, and the end of it is waited for.
    is_handed_over: bool,
}

impl App {
    /// Begins to write all messages, whatever filter is set.
    pub(in crate::app) fn start_export(&mut self, words: &str) -> Result<Vec<Effect>, String> {
        if self.export.is_some() {
            return Err("A file is being written already; try again when it is done.".to_owned());
        }
        let (format, path) = match words.split_once(char::is_whitespace) {
            Some((word, rest)) if RowFormat::parse(word).is_ok() => (RowFormat::parse(word)?, rest.trim()),
            _ if words.to_lowercase().ends_with(".jsonl") => (RowFormat::Jsonl, words),
            _ => (RowFormat::Text, words),
        };
        if path.is_empty() || RowFormat::parse(path).is_ok() && words == path {
            return Err("Where to? /save FILE, or /save escaped FILE, /save jsonl FILE.".to_owned());
        }
        let transcript = self.tab().transcript();
        let (next, end) = (transcript.first(), transcript.next());
        let tab = self.tab().id();
        self.export = Some(Export { tab, format, next, end, written: None, missed: 0, is_handed_over: false });
        Ok(vec![Effect::Export(ExportStep::Create(path.to_owned()))])
    }

    /// Whether a file is being written, and there is more to hand over.
    pub fn is_saving(&self) -> bool {
        self.export.as_ref().is_some_and(|saving| !saving.is_handed_over)
    }

    /// Whether it is of this tab, and not over yet.
    pub(in crate::app) fn is_saving_from(&self, id: LinkId) -> bool {
        self.export.as_ref().is_some_and(|saving| saving.tab == id)
    }

    /// Writes a piece.
    pub(in crate::app) fn export_chunk(&mut self) -> Vec<Effect> {
        let Some(mut saving) = self.export.take() else { return Vec::new() };
        let mut out = Vec::new();
        // It is there: one that is being written does not close.
        let Some(tab) = self.tabs.iter().find(|tab| tab.id() == saving.tab) else { return Vec::new() };
        let first = tab.transcript().first().min(saving.end);
        saving.missed += first.0.saturating_sub(saving.next.0);
        saving.next = saving.next.max(first);
        while out.len() < PIECE && saving.next < saving.end {
            tab.export(&mut saving, &mut out);
            saving.next.0 += 1;
        }
        let mut effects = vec![Effect::Export(ExportStep::Write(out))];
        if saving.next >= saving.end {
            saving.is_handed_over = true;
            effects.push(Effect::Export(ExportStep::Finish));
        }
        self.export = Some(saving);
        effects
    }

    pub(in crate::app) fn on_export_finished(&mut self, now: Now, path: &str, result: Result<u64, String>) -> Update {
        let saving = self.export.take();
        let missed = saving.as_ref().map_or(0, |saving| saving.missed);
        let (kind, words) = result_message(path, result, missed);
        match saving.and_then(|saving| self.tab_of(saving.tab)) {
            Some(tab) => tab.add_notice(now, kind, &words),
            None => self.add_notice(now, kind, &words),
        }
        Update::redraw(true)
    }
}

fn result_message(path: &str, result: Result<u64, String>, missed: u64) -> (RowKind, String) {
    match result {
        Ok(bytes) => {
            let missed = match missed {
                0 => String::new(),
                rows => format!(" {} rows were forgotten before they could be written.", format_thousands(rows)),
            };
            let words = format!("Saved {} bytes to {}.{missed}", format_thousands(bytes), text::sanitize_line(path));
            (RowKind::Notice, words)
        }
        Err(sentence) => (RowKind::Error, sentence),
    }
}

impl Tab {
    /// Appends the line that begins with the next row, if one does; a row that goes on with another is written with that.
    fn export(&self, saving: &mut Export, out: &mut Vec<u8>) {
        let Some(line) = self.transcript().line_from(saving.next) else { return };
        if line.first.is_continued && saving.written.is_some_and(|written| saving.next <= written) {
            return;
        }
        saving.written = saving.written.max(Some(line.last));
        let delivery = self.delivery(line.first.id, line.last);
        let entry = ExportRow { kind: line.first.kind, at: line.first.at, bytes: &line.bytes, end: line.end, delivery };
        row_format::write(saving.format, &entry, &row_text(self.view_options().of(entry.kind), entry.bytes), out);
    }
}
