//! The first moments of a connection: what goes out by itself, and whether the server says a word.
//!
//! The nickname is asked for, and the lines sent that the user has for each connection, once the server has greeted or has
//! had a moment to. Many lab servers take what they read at once for one message, so the lines keep the pace of a paste.
//!
//! The secret of the server is read anew for each connection. Where `on_connect` has no bare `/secret` to say where it goes,
//! it goes out between the nickname and those lines; nothing behind it is sent before it.

use super::{LinkState, Outgoing, Tab};
use crate::app::secret::{hidden_argument, may_hold_secret};
use crate::app::transcript::RowKind;
use crate::app::{Effect, Now, Options, ReadSecret, Refusal};
use crate::link::SecretBytes;
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

/// Something that goes out by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Text(String),
    Hidden(SecretBytes),
    /// The secret of the server, in its place among the lines.
    OfServer,
    /// The line of this number, from 1, which is not sent: it may hold a secret, and nobody can be asked.
    Withheld(usize),
}

/// The secret of the server on one connection.
#[derive(Debug, Default)]
enum Secret {
    /// There is none, or it has been sent.
    #[default]
    None,
    /// It is being read, by the request of this number.
    Awaited(u64),
    Read(SecretBytes),
}

/// Returns what goes out after the nickname.
fn items(options: &Options) -> VecDeque<Item> {
    let has_source = options.secret_source().is_some();
    let mut items: VecDeque<Item> = VecDeque::new();
    for (index, line) in options.on_connect.iter().enumerate() {
        items.push_back(match hidden_argument(line) {
            // Said by a warning when the settings are read.
            Some("") if !has_source => continue,
            Some("") => Item::OfServer,
            Some(secret) => Item::Hidden(SecretBytes::concat(&[secret.as_bytes()])),
            None if may_hold_secret(line) => Item::Withheld(index + 1),
            None => Item::Text(line.clone()),
        });
    }
    if has_source && !items.contains(&Item::OfServer) {
        items.push_front(Item::OfServer);
    }
    items
}

/// See the module's words.
#[derive(Debug, Default)]
pub(super) struct Greeting {
    /// The nickname to ask for, until it has been asked for.
    nick: Option<String>,
    /// What to send after it.
    lines: VecDeque<Item>,
    secret: Secret,
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
        [word, Some(self.due).filter(|_| self.has_next())].into_iter().flatten().min()
    }

    /// Whether something can go out, now or when it is due.
    fn has_next(&self) -> bool {
        self.nick.is_some() || !self.lines.is_empty() && !self.is_held_up()
    }

    /// Whether the next line is a secret that is still being read.
    fn is_held_up(&self) -> bool {
        self.lines.front() == Some(&Item::OfServer) && matches!(self.secret, Secret::Awaited(_))
    }

    /// Whether what the user sends would overtake the secret.
    pub(super) const fn awaits_secret(&self) -> bool {
        matches!(self.secret, Secret::Awaited(_))
    }

    fn next(&mut self) -> Option<Item> {
        if let Some(nick) = self.nick.take() {
            return Some(Item::Text(format!("/nick {nick}")));
        }
        if self.is_held_up() {
            return None;
        }
        let item = self.lines.pop_front()?;
        match item {
            Item::OfServer => match std::mem::take(&mut self.secret) {
                Secret::Read(secret) => Some(Item::Hidden(secret)),
                Secret::None | Secret::Awaited(_) => Some(item),
            },
            item => Some(item),
        }
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

    /// A connection stands. Gives the request for the server's secret, if it has one.
    pub(super) fn begin_greeting(&mut self, now: Now) -> Option<Effect> {
        self.take_next_nick();
        let source = self.options.secret_source().filter(|_| self.speaks());
        self.secret_requests += u64::from(source.is_some());
        let number = self.secret_requests;
        self.greeting = Greeting {
            nick: self.nick.clone().filter(|_| !self.has_prefix() && self.speaks()),
            lines: items(&self.options),
            secret: source.as_ref().map_or(Secret::None, |_| Secret::Awaited(number)),
            due: now.elapsed + A_MOMENT,
            first_word: FirstWord::Awaited(now.elapsed + SILENT),
        };
        source.map(|source| Effect::ReadSecret { tab: self.id, number, source })
    }

    /// The secret has been read, or cannot be: then nothing that was to follow it is sent either. An answer that belongs to
    /// an earlier connection is dropped.
    pub(in crate::app) fn secret_read(
        &mut self,
        now: Now,
        number: u64,
        result: Result<ReadSecret, String>,
    ) -> Vec<Effect> {
        if !matches!(self.greeting.secret, Secret::Awaited(awaited) if awaited == number) {
            return Vec::new();
        }
        match result {
            Ok(ReadSecret { line, warning }) => {
                self.greeting.secret = Secret::Read(line);
                if let Some(warning) = warning {
                    self.note(now, RowKind::Error, &warning);
                }
            }
            Err(why) => {
                self.greeting.secret = Secret::None;
                let at = self.greeting.lines.iter().position(|item| *item == Item::OfServer);
                let left = self.greeting.lines.split_off(at.unwrap_or_default()).len();
                let others = if left > 1 { ", and neither were the lines behind it" } else { "" };
                let words = format!("The secret was not sent{others}: {why}. /secret sends one by hand.");
                self.note(now, RowKind::Error, &words);
            }
        }
        self.greet(now)
    }

    /// Sends what is due of it.
    pub(super) fn greet(&mut self, now: Now) -> Vec<Effect> {
        self.send_greeting(now, Some(self.options.pace))
    }

    /// Sends all that is left of it: what the user sends must not overtake it.
    pub(super) fn greet_now(&mut self, now: Now) -> Vec<Effect> {
        self.send_greeting(now, None)
    }

    /// With a pace, sends what is due; without one, all.
    fn send_greeting(&mut self, now: Now, pace: Option<Duration>) -> Vec<Effect> {
        let (mut effects, mut out) = (Vec::new(), Vec::new());
        while (pace.is_none() || self.greeting.due <= now.elapsed)
            && let Some(item) = self.greeting.next()
        {
            match item {
                Item::Text(line) => out.extend(self.queue_greeting(now, &line)),
                Item::Hidden(line) => {
                    effects.extend(self.hand_over(std::mem::take(&mut out)));
                    effects.extend(self.queue_hidden(now, &line));
                }
                Item::Withheld(number) => self.note(now, RowKind::Error, &withheld(number)),
                Item::OfServer => {}
            }
            self.greeting.due = pace.map_or(self.greeting.due, |pace| now.elapsed + pace);
        }
        effects.extend(self.hand_over(out));
        effects
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
        match self.has_room(bytes.len()) {
            Ok(()) => {
                let span = self.take_down(now, &bytes);
                self.unsent.is_no_line_of_the_users(span);
                bytes
            }
            Err(_over) => Vec::new(),
        }
    }

    /// The same for a line that nobody sees.
    fn queue_hidden(&mut self, now: Now, line: &SecretBytes) -> Option<Effect> {
        let bytes = SecretBytes::concat(&[line.as_slice(), self.eol.bytes()]);
        self.has_room(bytes.len()).is_ok().then(|| self.hand_over_unseen(now, bytes))
    }
}

fn withheld(number: usize) -> String {
    format!(
        "Line {number} of on_connect was not sent, as it may hold a secret: secret_command or secret_file sends one unseen, \
         and any other line can be typed."
    )
}
