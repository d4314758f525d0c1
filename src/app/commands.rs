//! Enter and the slash commands: sends text or runs a command.

pub(super) mod complete;
pub(super) mod export;
pub(super) mod history;
pub(super) mod host;
pub(crate) mod log;
pub(super) mod record;
pub(super) mod send;
pub(super) mod settings;
pub mod table;
pub(super) mod view;

use super::input::history::Left;
use super::modes::confirm::Closing;
use super::modes::hidden_line::may_hold_secret;
use super::session::pending_send::parse_hex;
use super::transcript::RowKind;
use super::{App, Effect, LinkState, Mode, Now, SendError, Tab, Update};
use crate::text::format_thousands;
use crate::text::{self, GlyphKind, Row};
use table::{CommandKind, ParsedInput, SlashCommand};
use zeroize::Zeroizing;

/// Returns whether a nickname is valid: one word without invisible or reordering characters.
pub fn is_nickname(name: &str) -> bool {
    let mut row = Row::default();
    text::decode_plain(name.as_bytes(), &mut row);
    !name.is_empty() && row.glyphs().iter().all(|glyph| glyph.kind == GlyphKind::Text)
}

/// Effects of a command, or the reason why it was refused.
type Done = Result<Vec<Effect>, String>;

impl App {
    /// Enter. Asks first about text that may hold a secret.
    pub(super) fn submit(&mut self, now: Now) -> Update {
        let draft = self.tab().line_editor().text();
        let is_asked = matches!(table::parse(draft), ParsedInput::Message(text) if may_hold_secret(text))
            && self.tab().check_send(self.longest_outgoing_line()).is_ok();
        if is_asked { self.enter(Mode::ConfirmText) } else { self.submit_unasked(now) }
    }

    /// Submits the draft without asking about secrets. A refused line stays in the draft, with an error row.
    pub(super) fn submit_unasked(&mut self, now: Now) -> Update {
        let draft = Zeroizing::new(self.tab().line_editor().text().to_owned());
        // The command may switch to another tab.
        let (id, server) = (self.tab().id(), self.server());
        let done = match table::parse(&draft) {
            ParsedInput::Command(command, arguments) => self.run_command(now, command, arguments),
            ParsedInput::Message("") if !self.tab().is_open() => Ok(self.reconnect()),
            // Enter was meant to reconnect, which has just happened; a blank line would reach the server as a message.
            ParsedInput::Message("") if self.tab().has_just_reconnected(now) => {
                self.status_message = Some("Connected. Press Enter again to send an empty line.".to_owned());
                Ok(Vec::new())
            }
            ParsedInput::Message(text) if text.contains('\n') => self.send_draft(now, text),
            ParsedInput::Message(text) => self.tab_mut().send_line(now, text.as_bytes()).map_err(SendError::for_line),
        };
        // Results appear at the end of the messages; commands that only change the view keep the scroll position.
        let stays =
            matches!(table::parse(&draft), ParsedInput::Command(command, _) if command.verb.keeps_scroll_position());
        if !stays || done.is_err() {
            self.tab_of(id).into_iter().for_each(Tab::follow_end);
        }
        match done {
            Ok(mut effects) => {
                effects.extend(self.commit_line(id, &server, &draft, Left::Submitted));
                Update { effects, redraw: true }
            }
            Err(sentence) => {
                self.add_notice(now, RowKind::Error, &sentence);
                // A command without arguments cannot be corrected, so it does not stay in the draft.
                let is_as_it_should_be =
                    matches!(table::parse(&draft), ParsedInput::Command(command, "") if command.arguments.is_empty());
                let kept =
                    if is_as_it_should_be { self.commit_line(id, &server, &draft, Left::Submitted) } else { None };
                Update { effects: kept.into_iter().collect(), redraw: true }
            }
        }
    }

    pub(super) fn run_command(&mut self, now: Now, command: &SlashCommand, arguments: &str) -> Done {
        if command.arguments.is_empty() && !arguments.is_empty() {
            return Err(format!("{} takes no argument. To send it to the server, type /{0}.", command.usage()));
        }
        match command.verb {
            CommandKind::Nick => self.nick(now, command, arguments),
            CommandKind::Connect => self.connect(arguments),
            CommandKind::Close => self.ask_to_close(now, Closing::Connection),
            CommandKind::CloseTab => self.ask_to_close(now, Closing::Tab),
            CommandKind::Tab => self.tab_command(now, arguments),
            CommandKind::Start => {
                let _ = self.start(now);
                Ok(Vec::new())
            }
            CommandKind::Host => self.host_command(arguments),
            CommandKind::Clear => {
                self.tab_mut().clear();
                Ok(Vec::new())
            }
            CommandKind::Help => {
                self.mode = Mode::Help { top: 0 };
                Ok(Vec::new())
            }
            CommandKind::Quit => Ok(self.quit_command()),
            CommandKind::Save => self.start_export(arguments),
            CommandKind::Log => self.log_command(now, command, arguments),
            CommandKind::Theme => self.theme_command(arguments).map(|()| Vec::new()),
            CommandKind::Mouse => self.mouse_command(arguments),
            CommandKind::Links => self.open_links().map(|()| Vec::new()),
            CommandKind::View => self.view_command(arguments).map(|()| Vec::new()),
            CommandKind::Time => self.time_command(arguments).map(|()| Vec::new()),
            CommandKind::Encoding => self.encoding_command(arguments).map(|()| Vec::new()),
            CommandKind::Filter => self.filter_command(arguments).map(|()| Vec::new()),
            CommandKind::Fold => self.fold_command(arguments).map(|()| Vec::new()),
            CommandKind::Who => self.who_command(arguments).map(|()| Vec::new()),
            CommandKind::Highlight => {
                self.highlight_command(arguments);
                Ok(Vec::new())
            }
            CommandKind::Alert => self.alert_command(arguments).map(|()| Vec::new()),
            CommandKind::Eof => self.ask_for_eof(),
            CommandKind::Eol => self.eol_command(arguments),
            CommandKind::Raw | CommandKind::Hex if arguments.is_empty() => Err(format!("Usage: {}", command.usage())),
            CommandKind::Raw => {
                self.open_preview(text::unescape(arguments).map_err(|error| format!("Not sent: {error}.")))
            }
            CommandKind::Hex => self.open_preview(parse_hex(arguments)),
            CommandKind::Send => self.load_to_send(arguments),
            CommandKind::Resend => self.resend(),
            CommandKind::Set => self.set_command(now, command, arguments),
            CommandKind::Reload => Ok(vec![Effect::ReloadConfig]),
            CommandKind::Record => self.record_command(now, arguments),
            CommandKind::Secret => {
                self.begin_secret(arguments);
                Ok(Vec::new())
            }
        }
    }

    /// Quits, after a question if clients of a hosted server or data would be lost.
    fn quit_command(&mut self) -> Vec<Effect> {
        if self.would_lose_data() {
            self.mode = Mode::ConfirmQuit;
            return Vec::new();
        }
        vec![Effect::Quit]
    }

    pub(super) fn nick(&mut self, now: Now, command: &SlashCommand, name: &str) -> Done {
        if !is_nickname(name) {
            return Err(format!("A nickname is one word without spaces or control characters: {}.", command.usage()));
        }
        if self.tab().has_prefix() {
            self.tab_mut().set_nick(name);
            self.add_notice(
                now,
                RowKind::Notice,
                &format!("Your lines are sent as {name}: line; no request goes to the server."),
            );
            return Ok(Vec::new());
        }
        if self.tab().is_open() {
            let effects = self.tab_mut().ask_for_nick(now, name).map_err(SendError::for_line)?;
            self.tab_mut().set_nick(name);
            return Ok(effects);
        }
        self.tab_mut().set_nick(name);
        self.add_notice(now, RowKind::Notice, &format!("The nickname {name} will be requested when connected."));
        Ok(Vec::new())
    }

    pub(super) fn close(&mut self, now: Now) -> Done {
        match self.tab().link() {
            LinkState::Open { .. } | LinkState::Opening(_) | LinkState::Waiting(_) => {
                if let queued @ 1.. = self.tab().traffic().queued {
                    let words = format!("Closing: {} bytes have one second to leave.", format_thousands(queued as u64));
                    self.status_message = Some(words);
                }
                Ok(self.tab_mut().close(now))
            }
            LinkState::Idle | LinkState::Closed { .. } => {
                Err("There is no connection to close. /quit leaves the program.".to_owned())
            }
        }
    }

    /// Reconnects to the tab's server, unless it is connecting.
    pub(super) fn reconnect(&mut self) -> Vec<Effect> {
        match (self.tab().endpoint().cloned(), self.tab().link()) {
            (None, _) | (_, LinkState::Opening(_)) => Vec::new(),
            (Some(endpoint), _) => self.tab_mut().open(endpoint),
        }
    }
}
