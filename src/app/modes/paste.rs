//! Pasted text.

use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::transcript::RowKind;
use crate::app::{App, Mode, Now, Update};

/// Most bytes in a draft after a paste: more than can be sent at once, small enough to draw quickly.
pub(in crate::app) const DRAFT_LIMIT: usize = 4 << 20;

impl App {
    /// Inserts a single line into the draft, and opens the send preview for several. A paste is never sent unasked.
    pub(in crate::app) fn paste(&mut self, now: Now, text: &str) -> Update {
        self.status_message = None;
        let first = text.split(['\n', '\r']).next().unwrap_or_default();
        let mut left = match self.mode {
            Mode::Search => return self.on_search_text(first),
            Mode::HiddenLine => return self.on_hidden_line_text(text),
            Mode::HistorySearch => return self.on_history_search_text(first),
            Mode::PlainText => self.leave_plain_text(),
            Mode::Copy(selection) => self.leave_copy_mode(selection),
            Mode::SendPreview { .. } => Update::default(),
            Mode::ConfirmText if self.preview.is_some() => self.enter(Mode::SendPreview { chosen: 0 }),
            Mode::Input if self.replay().is_some() => return self.not_in_replay(),
            _ => self.enter(Mode::Input),
        };
        self.sync_mode();
        if self.mode == Mode::Start {
            return self.paste_into_start_page(now, text);
        }
        let there = self.preview().map_or_else(|| self.tab().line_editor().text().len(), PendingSend::size);
        if there + text.len() > DRAFT_LIMIT {
            let words = format!(
                "Not pasted: {} bytes exceed the input line's limit of {DRAFT_LIMIT}. Use /send FILE.",
                text.len()
            );
            self.add_notice(now, RowKind::Error, &words);
            return Update { redraw: true, ..left };
        }
        let asked = self.insert_or_preview(text, first);
        left.effects.extend(asked.effects);
        Update { redraw: left.redraw || asked.redraw, ..left }
    }

    fn insert_or_preview(&mut self, text: &str, first: &str) -> Update {
        match &mut self.preview {
            // A further paste, or a part of one, joins the preview.
            Some(pending) if *pending.source() == PendingSource::Paste => {
                pending.append(text.as_bytes());
                return self.set_status_message("Added to the previous paste.");
            }
            // A paste is not part of a file.
            Some(_) => return self.remind_choices(),
            None => {}
        }
        let pending = PendingSend::new(PendingSource::Paste, text.as_bytes().to_vec());
        if pending.len() > 1 {
            return self.ask_about(pending);
        }
        self.tab_mut().prompt_mut().insert(first);
        Update::redraw(!first.is_empty())
    }
}
