//! The first moments of a connection: what goes out by itself, and whether the server says a word.
//!
//! The nickname is asked for, and the lines sent that the user has for each connection, once the server has greeted or has
//! had a moment to. Many lab servers take what they read at once for one message, so the lines keep the pace of a paste.

use super::{LinkState, Outgoing, Tab};
use crate::app::{Effect, Now, Refusal};
use std::collections::VecDeque;
use std::time::Duration;

/// How long a server has to greet before it is spoken to.
const A_MOMENT: Duration = Duration::from_millis(300);

/// How long a server may say nothing before that is worth a word.
const SILENT: Duration = Duration::from_secs(3);

/// The first word of the server on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum FirstWord {
    /// It has been said, or there is nobody to say it.
    #[default]
    Heard,
    /// It is waited for until then.
    Awaited(Duration),
    /// It has not come in time.
    Missing,
}

/// See the module's words.
#[derive(Debug, Default)]
pub(super) struct Greeting {
    /// The nickname to ask for, until it has been asked for.
    nick: Option<String>,
    /// What to send after it.
    lines: VecDeque<String>,
    /// When the next of them is to go out, as long as there is one.
    due: Duration,
    first_word: FirstWord,
}

impl Greeting {
    /// When there is something to do.
    pub(super) fn deadline(&self) -> Option<Duration> {
        let word = match self.first_word {
            FirstWord::Awaited(until) => Some(until),
            FirstWord::Heard | FirstWord::Missing => None,
        };
        [word, Some(self.due).filter(|_| !self.is_over())].into_iter().flatten().min()
    }

    fn is_over(&self) -> bool {
        self.nick.is_none() && self.lines.is_empty()
    }

    fn next(&mut self) -> Option<String> {
        self.nick.take().map(|nick| format!("/nick {nick}")).or_else(|| self.lines.pop_front())
    }

    /// The server has said something: it is ready to be spoken to.
    pub(super) fn hear(&mut self, now: Now) {
        if std::mem::take(&mut self.first_word) != FirstWord::Heard {
            self.due = self.due.min(now.elapsed);
        }
    }

    /// Says whether it is to be shown from now on that the server says nothing.
    pub(super) fn on_due(&mut self, now: Now) -> bool {
        let is_missing = matches!(self.first_word, FirstWord::Awaited(until) if until <= now.elapsed);
        if is_missing {
            self.first_word = FirstWord::Missing;
        }
        is_missing
    }
}

impl Tab {
    /// Whether it is connected, and has heard nothing for so long that the server may be serving somebody else.
    pub fn is_silent(&self) -> bool {
        self.greeting.first_word == FirstWord::Missing
            && matches!(self.link, LinkState::Open { outgoing: Outgoing::Open, .. })
    }

    /// A connection stands.
    pub(super) fn begin_greeting(&mut self, now: Now) {
        self.take_next_nick();
        self.greeting = Greeting {
            nick: self.nick.clone().filter(|_| !self.has_prefix() && self.speaks()),
            lines: self.options.on_connect.iter().cloned().collect(),
            due: now.elapsed + A_MOMENT,
            first_word: FirstWord::Awaited(now.elapsed + SILENT),
        };
    }

    /// Sends what is due of it.
    pub(super) fn greet(&mut self, now: Now) -> Vec<Effect> {
        let mut out = Vec::new();
        while self.greeting.due <= now.elapsed
            && let Some(line) = self.greeting.next()
        {
            out.extend(self.queue_greeting(now, &line));
            self.greeting.due = now.elapsed + self.options.pace;
        }
        self.hand_over(out)
    }

    /// Sends all that is left of it: what the user sends must not overtake it.
    pub(super) fn greet_now(&mut self, now: Now) -> Vec<Effect> {
        let mut out = Vec::new();
        while let Some(line) = self.greeting.next() {
            out.extend(self.queue_greeting(now, &line));
        }
        self.hand_over(out)
    }

    /// Asks for a nickname on the connection that stands, in place of one that was to be asked for.
    pub(in crate::app) fn ask_for_nick(&mut self, now: Now, nick: &str) -> Result<Vec<Effect>, Refusal> {
        let line = self.finished(format!("/nick {nick}").as_bytes());
        self.could_send(line.len())?;
        self.is_free_to_send()?;
        if self.greeting.nick.is_some() {
            self.greeting.nick = Some(nick.to_owned());
            self.note_line(now, &line);
            return Ok(self.greet_now(now));
        }
        let from = self.transcript.sent().end;
        let effects = self.send_bytes(now, &line)?;
        // It will be asked for on the next connection, whether this one takes it or not.
        self.unsent.is_no_line_of_the_users(from..self.transcript.sent().end);
        Ok(effects)
    }

    /// Takes down a line that goes out by itself; nothing where the link takes no more.
    fn queue_greeting(&mut self, now: Now, line: &str) -> Vec<u8> {
        let bytes = self.finished(line.as_bytes());
        match self.could_send(bytes.len()) {
            Ok(()) => {
                let span = self.take_down(now, &bytes);
                self.unsent.is_no_line_of_the_users(span);
                bytes
            }
            Err(_over) => Vec::new(),
        }
    }
}
