//! Playback keys, modelled on mpv, active while the input line is empty.
//!
//! A digit or `/` starts a position or a command in the input line.

use crate::app::commands::table::{self, CommandKind, ParsedInput};
use crate::app::input::line_editor::Edit;
use crate::app::playback::seek::SeekTarget;
use crate::app::{Action, App, Effect, Mode, Now, Update};
use crate::text::sanitize_line;
use std::time::Duration;

/// Step of Left and Right.
const SEEK_SHORT: Duration = Duration::from_secs(5);

/// Step of Up and Down.
const SEEK_LONG: Duration = Duration::from_secs(60);

const INVALID_POSITION: &str = "Enter a position: 1:30, 90 (seconds) or 50%.";

/// Characters of a word quoted in a message.
const WORD: usize = 20;

/// Keys for the help page.
pub(in crate::app) const KEYS: &[(&str, &str)] = &[
    ("Space  Enter", "pause or play; at the end, restart"),
    (".  ,", "one read or write forward, back"),
    ("Right  Left", "5 s forward, back"),
    ("Up  Down", "1 min forward, back"),
    ("]  [", "double or halve the speed; =: normal"),
    ("1:30  90  50%", "and Enter: go to that position"),
    ("/filter ...", "any command that does not send"),
    ("?", "this page"),
    ("q", "leave"),
];

impl App {
    /// Handles an action during playback. Returns `None` if it has its usual meaning.
    pub(in crate::app) fn on_playback_action(&mut self, now: Now, action: Action) -> Option<Update> {
        if self.replay.is_none() || self.mode != Mode::Input {
            return None;
        }
        let is_empty = self.tab().line_editor().text().is_empty();
        Some(match action {
            Action::Submit if is_empty => self.toggle_replay(now),
            Action::Submit => return self.submit_in_replay(now),
            Action::OpenEditor => self.not_in_replay(),
            Action::Cancel if !is_empty => self.forget_line(),
            _ if !is_empty => return None,
            Action::Edit(Edit::Right) => self.on_seek(now, SeekTarget::Forward(SEEK_SHORT)),
            Action::Edit(Edit::Left) => self.on_seek(now, SeekTarget::Backward(SEEK_SHORT)),
            Action::HistoryPrevMatching => self.on_seek(now, SeekTarget::Forward(SEEK_LONG)),
            Action::HistoryNextMatching => self.on_seek(now, SeekTarget::Backward(SEEK_LONG)),
            Action::EndOfInput => Update::effect(Effect::Quit),
            _ => return None,
        })
    }

    /// Handles a character during playback. Returns `None` if it is inserted.
    pub(in crate::app) fn on_playback_char(&mut self, now: Now, c: char) -> Option<Update> {
        let is_writing = !self.tab().line_editor().text().is_empty();
        if self.replay.is_none() || self.mode != Mode::Input || is_writing {
            return None;
        }
        self.status_message = None;
        Some(match c {
            ' ' => self.toggle_replay(now),
            '.' => self.on_seek(now, SeekTarget::NextStep),
            ',' => self.on_seek(now, SeekTarget::PrevStep),
            ']' | '+' => self.change_speed(now, crate::app::playback::Speed::faster),
            '[' | '-' => self.change_speed(now, crate::app::playback::Speed::slower),
            '=' => self.change_speed(now, |_| crate::app::playback::Speed::default()),
            '?' => self.enter(Mode::Help { top: 0 }),
            'q' => Update::effect(Effect::Quit),
            '/' | '0'..='9' => return None,
            _ => self.not_in_replay(),
        })
    }

    fn change_speed(
        &mut self,
        now: Now,
        change: impl FnOnce(crate::app::playback::Speed) -> crate::app::playback::Speed,
    ) -> Update {
        if let Some(replay) = &mut self.replay {
            let speed = change(replay.clock.speed());
            replay.clock.set_speed(now.elapsed, speed);
        }
        self.advance(now)
    }

    fn forget_line(&mut self) -> Update {
        let _ = self.tab_mut().prompt_mut().take();
        Update::redraw(true)
    }

    /// Runs a command that needs no peer, or seeks to a position.
    fn submit_in_replay(&mut self, now: Now) -> Option<Update> {
        let draft = self.tab().line_editor().text().to_owned();
        match (table::parse(&draft), SeekTarget::parse(&draft)) {
            (ParsedInput::Command(command, _), _) if needs_live_peer(command.verb) => {
                // Editing cannot make it valid.
                let _ = self.forget_line();
                Some(self.no_command_here(&draft))
            }
            (ParsedInput::Command(..), _) => None,
            _ if draft.starts_with('/') => Some(self.no_command_here(&draft)),
            (_, place) => {
                // An empty line makes the playback keys active again.
                let _ = self.forget_line();
                Some(match place {
                    Some(place) => self.on_seek(now, place),
                    None => self.set_status_message(INVALID_POSITION),
                })
            }
        }
    }

    /// Reports a command that does not exist or needs a peer.
    fn no_command_here(&mut self, draft: &str) -> Update {
        let word: String = draft.split_whitespace().next().unwrap_or_default().chars().take(WORD).collect();
        self.set_status_message(format!(
            "Not available in a recording: {}. /help lists the commands.",
            sanitize_line(&word)
        ))
    }
}

/// Returns whether a command needs a peer or another conversation.
const fn needs_live_peer(verb: CommandKind) -> bool {
    verb.needs_connection()
        || matches!(
            verb,
            CommandKind::Nick
                | CommandKind::Connect
                | CommandKind::CloseTab
                | CommandKind::Start
                | CommandKind::Host
                | CommandKind::Resend
                | CommandKind::Eol
                | CommandKind::Record
        )
}
