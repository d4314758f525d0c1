//! Commands that send, and the external editor.

use crate::app::modes::hidden_line::may_hold_secret;
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, Mode, Now, PacedSend, SendError, Update};
use crate::link::Eol;
use std::time::Duration;

/// Largest file for `/send` in bytes. The whole file is kept in memory for the preview.
const FILE_LIMIT: u64 = 16 << 20;

/// Most lines of a draft that are sent at once; more lines were pasted and are paced.
const MAX_LINES_AT_ONCE: usize = 20;

/// Effects of a command, or the reason why it was refused.
type Done = Result<Vec<Effect>, String>;

impl App {
    /// Runs `/send`: requests the file.
    pub(in crate::app) fn load_to_send(&mut self, path: &str) -> Done {
        if path.is_empty() {
            return Err("Usage: /send FILE".to_owned());
        }
        self.pending_send_file = Some((self.tab().id(), path.to_owned()));
        Ok(vec![Effect::ReadFile { path: path.to_owned(), limit: FILE_LIMIT }])
    }

    /// Sends a draft of several lines: a short one at once, unless a delay was set explicitly, and a long one paced.
    pub(in crate::app) fn send_draft(&mut self, now: Now, text: &str) -> Done {
        let pending = PendingSend::new(PendingSource::Draft, text.as_bytes().to_vec());
        let options = self.tab().options();
        let is_at_once = pending.len() <= MAX_LINES_AT_ONCE && !options.has_explicit_paste_delay();
        let delay = if is_at_once { Duration::ZERO } else { options.paste_delay };
        let sent = self.tab_mut().send_pending(now, pending, delay);
        sent.map_err(|(refusal, _parcel)| refusal.for_line())
    }

    /// Returns whether Esc and Ctrl-C stop a paced send. A completion menu or an open mode closes first.
    pub(in crate::app) fn stops_sending(&self) -> bool {
        self.mode == Mode::Input && self.tab().sending().is_some() && self.completion().is_none()
    }

    /// Stops a paced send. The rest becomes the draft, or is described if it is not text.
    pub(in crate::app) fn stop_sending(&mut self, now: Now) -> Update {
        let words = self.tab_mut().stop_sending();
        let was_sending = words.is_some();
        // A notice, because it must outlast the next key.
        if let Some(words) = words {
            self.add_notice(now, RowKind::Notice, &words);
        }
        Update::redraw(was_sending)
    }

    pub(in crate::app) fn open_preview(&mut self, bytes: Result<Vec<u8>, String>) -> Done {
        let bytes = bytes?;
        self.tab().check_send(bytes.len()).map_err(SendError::for_line)?;
        let _ = self.ask_about(PendingSend::new(PendingSource::Bytes, bytes));
        Ok(Vec::new())
    }

    /// Runs `/resend`.
    pub(in crate::app) fn resend(&mut self) -> Done {
        if self.tab().sending().is_some_and(PacedSend::has_unsent) {
            return Err("These lines are already being sent; Esc stops that.".to_owned());
        }
        let pending = self
            .tab_mut()
            .unsent()
            .ok_or("Nothing to resend: no line is known to be lost. Up recalls earlier lines.")?;
        self.tab().check_send(pending.longest().1).map_err(SendError::for_command)?;
        let _ = self.ask_about(pending);
        Ok(Vec::new())
    }

    /// Handles the file requested by `/send`.
    pub(in crate::app) fn on_file_read(&mut self, now: Now, path: String, result: Result<Vec<u8>, String>) -> Update {
        let wanted = self.pending_send_file.take_if(|(_, wanted)| *wanted == path).map(|(tab, _)| tab);
        let sentence = match result {
            // The file must not go to another server than the one of the request.
            Ok(_) if wanted.is_some_and(|tab| tab != self.tab().id()) => {
                let path = crate::text::sanitize_line(&path);
                format!("Not sent: {path} was requested in another tab. Use /send again.")
            }
            Ok(bytes) if bytes.is_empty() => {
                format!("Nothing to send: {} is empty.", crate::text::sanitize_line(&path))
            }
            // One key must not answer two questions.
            Ok(_) if self.mode != Mode::Input || self.tab().sending().is_some() => {
                let path = crate::text::sanitize_line(&path);
                format!("Not sent: another question or send was open when {path} was read. Use /send again.")
            }
            Ok(bytes) => return self.ask_about(PendingSend::new(PendingSource::File(path), bytes)),
            Err(sentence) => sentence,
        };
        self.add_notice(now, RowKind::Error, &sentence);
        Update::redraw(true)
    }

    /// Opens the draft in the external editor.
    pub(in crate::app) fn open_editor(&mut self) -> Update {
        if may_hold_secret(self.tab().line_editor().text()) {
            return self
                .set_status_message("Not opened: this line may hold a secret, and editors keep copies of files.");
        }
        let (id, draft) = (self.tab().id(), self.tab().line_editor().text().to_owned());
        self.editor_tab = Some((id, draft.clone()));
        Update::effect(Effect::OpenEditor(draft))
    }

    /// Takes the draft back from the editor. Meanwhile, another tab may have become current, and unsent lines may have been
    /// put in front of the draft.
    pub(in crate::app) fn on_editor_closed(&mut self, now: Now, result: Result<String, String>) -> Update {
        let (id, lent) =
            self.editor_tab.take().unwrap_or_else(|| (self.tab().id(), self.tab().line_editor().text().to_owned()));
        match result {
            Ok(text) => {
                if let Some(tab) = self.tab_of(id) {
                    let put_back = tab.line_editor().text().strip_suffix(&*lent).unwrap_or_default();
                    let put_back = put_back.strip_suffix('\n').filter(|_| !lent.is_empty()).unwrap_or(put_back);
                    let parts = [put_back, &text].map(str::to_owned).into_iter().filter(|part| !part.is_empty());
                    let text = parts.collect::<Vec<_>>().join("\n");
                    if tab.line_editor().text() != text {
                        tab.prompt_mut().set(text);
                    }
                }
            }
            Err(sentence) => self.add_notice(now, RowKind::Error, &sentence),
        }
        Update::redraw(true)
    }

    pub(in crate::app) fn eol_command(&mut self, word: &str) -> Done {
        let eol = match word {
            "" => None,
            word => Some(Eol::parse(word).ok_or("Usage: /eol lf, crlf, cr, nul or none")?),
        };
        let tab = self.tab_mut();
        if let Some(eol) = eol {
            tab.set_eol(eol);
        }
        let words = match tab.eol() {
            Eol::None => "Sent lines have no line end.".to_owned(),
            eol => format!("Sent lines end with {}.", eol.name()),
        };
        self.status_message = Some(words);
        Ok(Vec::new())
    }
}
