//! `/save`: writes the messages to a file in chunks, so that keys are handled in between.

use crate::app::logging::row_format::{self, ExportRow, RowFormat};
use crate::app::transcript::{RowId, RowKind};
use crate::app::view::render::row_text;
use crate::app::{App, Effect, ExportStep, Now, Tab, Update};
use crate::link::LinkId;
use crate::text;
use crate::text::format_thousands;

/// Size of one chunk in bytes.
const CHUNK: usize = 256 * 1024;

/// An export in progress.
#[derive(Debug)]
pub(in crate::app) struct Export {
    /// Tab whose messages are saved.
    tab: LinkId,
    format: RowFormat,
    /// Next row to write, and the end of the rows when the export started.
    next: RowId,
    end: RowId,
    /// Last row of the line written last; continuation rows up to it are already in the file.
    written: Option<RowId>,
    /// Rows evicted before they were written.
    missed: u64,
    /// Whether all chunks were sent and the result is pending.
    is_handed_over: bool,
}

impl App {
    /// Starts to save all messages, regardless of the filter.
    pub(in crate::app) fn start_export(&mut self, words: &str) -> Result<Vec<Effect>, String> {
        if self.export.is_some() {
            return Err("Another file is being saved; try again when that is done.".to_owned());
        }
        let (format, path) = match words.split_once(char::is_whitespace) {
            Some((word, rest)) if RowFormat::parse(word).is_ok() => (RowFormat::parse(word)?, rest.trim()),
            _ if words.to_lowercase().ends_with(".jsonl") => (RowFormat::Jsonl, words),
            _ => (RowFormat::Text, words),
        };
        if path.is_empty() || RowFormat::parse(path).is_ok() && words == path {
            return Err("Usage: /save [text|escaped|jsonl] FILE".to_owned());
        }
        let transcript = self.tab().transcript();
        let (next, end) = (transcript.first(), transcript.next());
        let tab = self.tab().id();
        self.export = Some(Export { tab, format, next, end, written: None, missed: 0, is_handed_over: false });
        Ok(vec![Effect::Export(ExportStep::Create(path.to_owned()))])
    }

    /// Returns whether an export has chunks left.
    pub fn is_exporting(&self) -> bool {
        self.export.as_ref().is_some_and(|export| !export.is_handed_over)
    }

    /// Returns whether an export of this tab is in progress.
    pub(in crate::app) fn is_exporting_from(&self, id: LinkId) -> bool {
        self.export.as_ref().is_some_and(|export| export.tab == id)
    }

    /// Returns the effects that write the next chunk.
    pub(in crate::app) fn export_chunk(&mut self) -> Vec<Effect> {
        let Some(mut export) = self.export.take() else { return Vec::new() };
        let mut out = Vec::new();
        // A tab with an export cannot be closed.
        let Some(tab) = self.tabs.iter().find(|tab| tab.id() == export.tab) else { return Vec::new() };
        let first = tab.transcript().first().min(export.end);
        export.missed += first.0.saturating_sub(export.next.0);
        export.next = export.next.max(first);
        while out.len() < CHUNK && export.next < export.end {
            tab.export(&mut export, &mut out);
            export.next.0 += 1;
        }
        let mut effects = vec![Effect::Export(ExportStep::Write(out))];
        if export.next >= export.end {
            export.is_handed_over = true;
            effects.push(Effect::Export(ExportStep::Finish));
        }
        self.export = Some(export);
        effects
    }

    pub(in crate::app) fn on_export_finished(&mut self, now: Now, path: &str, result: Result<u64, String>) -> Update {
        let export = self.export.take();
        let missed = export.as_ref().map_or(0, |export| export.missed);
        let (kind, words) = result_message(path, result, missed);
        match export.and_then(|export| self.tab_of(export.tab)) {
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
                rows => format!(" {} rows were removed before they could be saved.", format_thousands(rows)),
            };
            let words = format!("Saved {} bytes to {}.{missed}", format_thousands(bytes), text::sanitize_line(path));
            (RowKind::Notice, words)
        }
        Err(sentence) => (RowKind::Error, sentence),
    }
}

impl Tab {
    /// Appends the line that starts at the next row. Continuation rows are written with their line.
    fn export(&self, export: &mut Export, out: &mut Vec<u8>) {
        let Some(line) = self.transcript().line_from(export.next) else { return };
        if line.first.is_continued && export.written.is_some_and(|written| export.next <= written) {
            return;
        }
        export.written = export.written.max(Some(line.last));
        let delivery = self.delivery(line.first.id, line.last);
        let entry = ExportRow { kind: line.first.kind, at: line.first.at, bytes: &line.bytes, end: line.end, delivery };
        row_format::write(export.format, &entry, &row_text(self.view_options().of(entry.kind), entry.bytes), out);
    }
}
