//! Commands that send, or change what is sent.

use crate::app::modes::hidden_line::may_hold_secret;
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, Mode, Now, PacedSend, SendError, Update};
use crate::link::Eol;
use std::time::Duration;

/// Bytes of a file that can be sent by `/send`. It is looked at and kept whole; what is larger is not read by hand.
const FILE_LIMIT: u64 = 16 << 20;

/// Lines of a draft that leave at once: so many are typed, and more were pasted.
const MAX_LINES_AT_ONCE: usize = 20;

/// What a command did, or the sentence that says why it did not.
type Done = Result<Vec<Effect>, String>;

impl App {
    /// What `/send` wants first: to look at the file.
    pub(in crate::app) fn load_to_send(&mut self, path: &str) -> Done {
        if path.is_empty() {
            return Err("Which file? /send FILE.".to_owned());
        }
        self.pending_send_file = Some((self.tab().id(), path.to_owned()));
        Ok(vec![Effect::ReadFile { path: path.to_owned(), limit: FILE_LIMIT }])
    }

    /// Sends a draft of several lines: a short one at once, unless a delay was asked for, and a long one at the pace of a
    /// paste.
    pub(in crate::app) fn send_draft(&mut self, now: Now, text: &str) -> Done {
        let parcel = PendingSend::new(PendingSource::Draft, text.as_bytes().to_vec());
        let options = self.tab().options();
        let is_at_once = parcel.len() <= MAX_LINES_AT_ONCE && !options.has_explicit_paste_delay();
        let pace = if is_at_once { Duration::ZERO } else { options.paste_delay };
        let sent = self.tab_mut().send_pending(now, parcel, pace);
        sent.map_err(|(refusal, _parcel)| refusal.for_line())
    }

    /// Whether Esc and Ctrl-C stop what is being sent: a menu of completions, or what is open over the draft, closes first.
    pub(in crate::app) fn stops_sending(&self) -> bool {
        self.mode == Mode::Input && self.tab().sending().is_some() && self.completion().is_none()
    }

    /// Stops what is being sent; the rest becomes the draft, or is named where it is no text.
    pub(in crate::app) fn stop_sending(&mut self, now: Now) -> Update {
        let words = self.tab_mut().stop_sending();
        let was_sending = words.is_some();
        // It is told in the messages: what was and what was not sent is not for one key only.
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

    /// `/resend`.
    pub(in crate::app) fn resend(&mut self) -> Done {
        if self.tab().sending().is_some_and(PacedSend::has_unsent) {
            return Err("These lines are being sent already; Esc stops them.".to_owned());
        }
        let parcel = self
            .tab_mut()
            .unsent()
            .ok_or("There is nothing to send again: no line is known to be lost. Up brings lines back.")?;
        self.tab().check_send(parcel.longest().1).map_err(SendError::for_command)?;
        let _ = self.ask_about(parcel);
        Ok(Vec::new())
    }

    /// What `/send` asked for.
    pub(in crate::app) fn on_file_read(&mut self, now: Now, path: String, result: Result<Vec<u8>, String>) -> Update {
        let wanted = self.pending_send_file.take_if(|(_, wanted)| *wanted == path).map(|(tab, _)| tab);
        let sentence = match result {
            // Nobody wants it to go to another server than the one they were looking at.
            Ok(_) if wanted.is_some_and(|tab| tab != self.tab().id()) => {
                let path = crate::text::sanitize_line(&path);
                format!("{path} is not sent: it was meant for another tab. /send it again, here or there.")
            }
            Ok(bytes) if bytes.is_empty() => {
                format!("Nothing to send: {} is empty.", crate::text::sanitize_line(&path))
            }
            // Two questions at once would be answered with one key.
            Ok(_) if self.mode != Mode::Input || self.tab().sending().is_some() => {
                let path = crate::text::sanitize_line(&path);
                format!("{path} is not sent: something else is being asked or sent. After that, /send it again.")
            }
            Ok(bytes) => return self.ask_about(PendingSend::new(PendingSource::File(path), bytes)),
            Err(sentence) => sentence,
        };
        self.add_notice(now, RowKind::Error, &sentence);
        Update::redraw(true)
    }

    /// Gives the draft to the editor.
    pub(in crate::app) fn open_editor(&mut self) -> Update {
        if may_hold_secret(self.tab().line_editor().text()) {
            return self.set_status_message(
                "Not opened: this line may hold a secret, and editors keep copies of what they open.",
            );
        }
        let (id, draft) = (self.tab().id(), self.tab().line_editor().text().to_owned());
        self.editor_tab = Some((id, draft.clone()));
        Update::effect(Effect::OpenEditor(draft))
    }

    /// Takes the draft back from the editor. Meanwhile a server that was started here may have come before its tab, and lines
    /// that were not sent may have been put in front of the draft.
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
            word => Some(Eol::parse(word).ok_or("Lines can end with lf, crlf, cr, nul, or none: /eol crlf.")?),
        };
        let tab = self.tab_mut();
        if let Some(eol) = eol {
            tab.set_eol(eol);
        }
        let words = match tab.eol() {
            Eol::None => "Lines you send get no end.".to_owned(),
            eol => format!("Lines you send end with {}.", eol.name()),
        };
        self.status_message = Some(words);
        Ok(Vec::new())
    }
}
