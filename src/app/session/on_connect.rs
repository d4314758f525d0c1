//! The first moments of a connection: what goes out by itself, and whether the server says a word.
//!
//! The nickname is asked for, and the lines sent that the user has for each connection, once the server has greeted or has
//! had a moment to. Many lab servers take what they read at once for one message, so the lines keep the pace of a paste.
//!
//! The secret of the server is read anew for each connection. Where `on_connect` has no bare `/secret` to say where it goes,
//! it goes out between the nickname and those lines; nothing behind it is sent before it.

use super::{LinkState, Tab, WriteSide};
use crate::app::modes::hidden_line::{hidden_argument, may_hold_secret};
use crate::app::transcript::RowKind;
use crate::app::{Effect, Now, ReadSecret, SendError, Settings};
use crate::link::SecretBytes;
use std::collections::VecDeque;
use std::time::Duration;

/// How long a server has to greet before it is spoken to.
const GREETING_WAIT: Duration = Duration::from_millis(300);

/// How long a server may say nothing before that is worth a word.
const SILENCE_NOTICE: Duration = Duration::from_secs(3);

/// The first word of the server on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ServerResponse {
    /// It has been said, or there is nobody to say it.
    #[default]
    Received,
    /// It is waited for until then.
    Waiting(Duration),
    /// It has not come in time.
    Overdue,
}

/// Something that goes out by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
enum OnConnectItem {
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
fn items(options: &Settings) -> VecDeque<OnConnectItem> {
    let has_source = options.secret_source().is_some();
    let mut items: VecDeque<OnConnectItem> = VecDeque::new();
    for (index, line) in options.on_connect.iter().enumerate() {
        items.push_back(match hidden_argument(line) {
            // Said by a warning when the settings are read.
            Some("") if !has_source => continue,
            Some("") => OnConnectItem::OfServer,
            Some(secret) => OnConnectItem::Hidden(SecretBytes::concat(&[secret.as_bytes()])),
            None if may_hold_secret(line) => OnConnectItem::Withheld(index + 1),
            None => OnConnectItem::Text(line.clone()),
        });
    }
    if has_source && !items.contains(&OnConnectItem::OfServer) {
        items.push_front(OnConnectItem::OfServer);
    }
    items
}

/// The lines that are sent by themselves on each connection.
#[derive(Debug, Default)]
pub(in crate::app) struct OnConnectQueue {
    /// The nickname to ask for, until it has been asked for.
    nick: Option<String>,
    /// What to send after it.
    lines: VecDeque<OnConnectItem>,
    secret: Secret,
    /// When the next of them is to go out, as long as there is one.
    due: Duration,
    first_word: ServerResponse,
}

impl OnConnectQueue {
    /// When there is something to do.
    pub(in crate::app) fn deadline(&self) -> Option<Duration> {
        let word = match self.first_word {
            ServerResponse::Waiting(until) => Some(until),
            ServerResponse::Received | ServerResponse::Overdue => None,
        };
        [word, Some(self.due).filter(|_| self.has_next())].into_iter().flatten().min()
    }

    /// Whether something can go out, now or when it is due.
    fn has_next(&self) -> bool {
        self.nick.is_some() || !self.lines.is_empty() && !self.is_held_up()
    }

    /// Whether the next line is a secret that is still being read.
    fn is_held_up(&self) -> bool {
        self.lines.front() == Some(&OnConnectItem::OfServer) && matches!(self.secret, Secret::Awaited(_))
    }

    /// Whether what the user sends would overtake the secret.
    pub(in crate::app) const fn awaits_secret(&self) -> bool {
        matches!(self.secret, Secret::Awaited(_))
    }

    fn next(&mut self) -> Option<OnConnectItem> {
        if let Some(nick) = self.nick.take() {
            return Some(OnConnectItem::Text(format!("/nick {nick}")));
        }
        if self.is_held_up() {
            return None;
        }
        let item = self.lines.pop_front()?;
        match item {
            OnConnectItem::OfServer => match std::mem::take(&mut self.secret) {
                Secret::Read(secret) => Some(OnConnectItem::Hidden(secret)),
                Secret::None | Secret::Awaited(_) => Some(item),
            },
            item => Some(item),
        }
    }

    /// The server has said something: it is ready to be spoken to.
    pub(in crate::app) fn on_server_data(&mut self, now: Now) {
        if std::mem::take(&mut self.first_word) != ServerResponse::Received {
            self.due = self.due.min(now.elapsed);
        }
    }

    /// Says whether it is to be shown from now on that the server says nothing.
    pub(in crate::app) fn on_due(&mut self, now: Now) -> bool {
        let is_missing = matches!(self.first_word, ServerResponse::Waiting(until) if until <= now.elapsed);
        if is_missing {
            self.first_word = ServerResponse::Overdue;
        }
        is_missing
    }
}

impl Tab {
    /// Whether it is connected, and has heard nothing for so long that the server may be serving somebody else.
    pub fn is_silent(&self) -> bool {
        self.on_connect.first_word == ServerResponse::Overdue
            && matches!(self.link, LinkState::Open { outgoing: WriteSide::Open, .. })
    }

    /// A connection stands. Gives the request for the server's secret, if it has one.
    pub(in crate::app) fn begin_greeting(&mut self, now: Now) -> Option<Effect> {
        self.take_next_nick();
        let source = self.options.secret_source().filter(|_| self.is_live());
        self.secret_requests += u64::from(source.is_some());
        let number = self.secret_requests;
        self.on_connect = OnConnectQueue {
            nick: self.nick.clone().filter(|_| !self.has_prefix() && self.is_live()),
            lines: items(&self.options),
            secret: source.as_ref().map_or(Secret::None, |_| Secret::Awaited(number)),
            due: now.elapsed + GREETING_WAIT,
            first_word: ServerResponse::Waiting(now.elapsed + SILENCE_NOTICE),
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
        if !matches!(self.on_connect.secret, Secret::Awaited(awaited) if awaited == number) {
            return Vec::new();
        }
        match result {
            Ok(ReadSecret { line, warning }) => {
                self.on_connect.secret = Secret::Read(line);
                if let Some(warning) = warning {
                    self.add_notice(now, RowKind::Error, &warning);
                }
            }
            Err(why) => {
                self.on_connect.secret = Secret::None;
                let at = self.on_connect.lines.iter().position(|item| *item == OnConnectItem::OfServer);
                let left = self.on_connect.lines.split_off(at.unwrap_or_default()).len();
                let others = if left > 1 { ", and neither were the lines behind it" } else { "" };
                let words = format!("The secret was not sent{others}: {why}. /secret sends one by hand.");
                self.add_notice(now, RowKind::Error, &words);
            }
        }
        self.send_on_connect_lines(now)
    }

    /// Sends what is due of it.
    pub(in crate::app) fn send_on_connect_lines(&mut self, now: Now) -> Vec<Effect> {
        self.send_greeting(now, Some(self.options.paste_delay))
    }

    /// Sends all that is left of it: what the user sends must not overtake it.
    pub(in crate::app) fn send_all_on_connect_lines(&mut self, now: Now) -> Vec<Effect> {
        self.send_greeting(now, None)
    }

    /// With a pace, sends what is due; without one, all.
    fn send_greeting(&mut self, now: Now, pace: Option<Duration>) -> Vec<Effect> {
        let (mut effects, mut out) = (Vec::new(), Vec::new());
        while (pace.is_none() || self.on_connect.due <= now.elapsed)
            && let Some(item) = self.on_connect.next()
        {
            match item {
                OnConnectItem::Text(line) => out.extend(self.queue_greeting(now, &line)),
                OnConnectItem::Hidden(line) => {
                    effects.extend(self.send_effect(std::mem::take(&mut out)));
                    effects.extend(self.queue_hidden(now, &line));
                }
                OnConnectItem::Withheld(number) => self.add_notice(now, RowKind::Error, &withheld(number)),
                OnConnectItem::OfServer => {}
            }
            self.on_connect.due = pace.map_or(self.on_connect.due, |pace| now.elapsed + pace);
        }
        effects.extend(self.send_effect(out));
        effects
    }

    /// Asks for a nickname on the connection that stands, in place of one that was to be asked for.
    pub(in crate::app) fn ask_for_nick(&mut self, now: Now, nick: &str) -> Result<Vec<Effect>, SendError> {
        let line = self.with_eol(format!("/nick {nick}").as_bytes());
        self.check_send(line.len())?;
        self.is_free_to_send()?;
        if self.on_connect.nick.is_some() {
            self.on_connect.nick = Some(nick.to_owned());
            self.note_line(now, &line);
            return Ok(self.send_all_on_connect_lines(now));
        }
        let from = self.transcript.sent().end;
        let effects = self.send_bytes(now, &line)?;
        // It will be asked for on the next connection, whether this one takes it or not.
        self.unsent.mark_automatic(from..self.transcript.sent().end);
        Ok(effects)
    }

    /// Takes down a line that goes out by itself; nothing where the link takes no more.
    fn queue_greeting(&mut self, now: Now, line: &str) -> Vec<u8> {
        let bytes = self.with_eol(line.as_bytes());
        match self.has_room(bytes.len()) {
            Ok(()) => {
                let span = self.record_sent(now, &bytes);
                self.unsent.mark_automatic(span);
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
