//! Lines that are sent automatically on each connection, and the check whether the server responds.
//!
//! The nickname request and the `on_connect` lines are sent once the server has greeted, or after [`GREETING_WAIT`]. Many
//! lab servers take everything they read at once for one message, so the lines are paced like a paste.
//!
//! The server's secret is read anew for each connection. It is sent in place of a bare `/secret` line of `on_connect`, or
//! else between the nickname and the lines. Nothing after it is sent before it.

use super::{LinkState, Tab, WriteSide};
use crate::app::modes::hidden_line::{hidden_argument, may_hold_secret};
use crate::app::transcript::RowKind;
use crate::app::{Effect, Now, ReadSecret, SendError, Settings};
use crate::link::SecretBytes;
use std::collections::VecDeque;
use std::time::Duration;

/// The longest wait for a greeting before lines are sent.
const GREETING_WAIT: Duration = Duration::from_millis(300);

/// The time without a byte from the server after which the status line shows that it is silent.
const SILENCE_NOTICE: Duration = Duration::from_secs(3);

/// The server's first bytes on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ServerResponse {
    /// They have arrived, or there is no connection.
    #[default]
    Received,
    /// They are expected by this time.
    Waiting(Duration),
    /// They have not arrived in time.
    Overdue,
}

/// Something that is sent automatically.
#[derive(Debug, Clone, PartialEq, Eq)]
enum OnConnectItem {
    Text(String),
    Hidden(SecretBytes),
    /// The server's secret.
    ServerSecret,
    /// The line with this number, from 1, which is not sent because it may hold a secret.
    Withheld(usize),
}

/// The server's secret on one connection.
#[derive(Debug, Default)]
enum Secret {
    /// There is none, or it has been sent.
    #[default]
    None,
    /// It is being read by the request with this number.
    Awaited(u64),
    Read(SecretBytes),
}

/// Returns the items to send after the nickname.
fn items(options: &Settings) -> VecDeque<OnConnectItem> {
    let has_source = options.secret_source().is_some();
    let mut items: VecDeque<OnConnectItem> = VecDeque::new();
    for (index, line) in options.on_connect.iter().enumerate() {
        items.push_back(match hidden_argument(line) {
            // Loading the settings has warned about it.
            Some("") if !has_source => continue,
            Some("") => OnConnectItem::ServerSecret,
            Some(secret) => OnConnectItem::Hidden(SecretBytes::concat(&[secret.as_bytes()])),
            None if may_hold_secret(line) => OnConnectItem::Withheld(index + 1),
            None => OnConnectItem::Text(line.clone()),
        });
    }
    if has_source && !items.contains(&OnConnectItem::ServerSecret) {
        items.push_front(OnConnectItem::ServerSecret);
    }
    items
}

/// The nickname and lines still to be sent automatically on a connection.
#[derive(Debug, Default)]
pub(in crate::app) struct OnConnectQueue {
    /// The nickname to request, until it has been requested.
    nick: Option<String>,
    /// Sent after the nickname.
    lines: VecDeque<OnConnectItem>,
    secret: Secret,
    /// When the next item is sent, if there is one.
    due: Duration,
    response: ServerResponse,
}

impl OnConnectQueue {
    /// Returns when to send the next item, or to show that the server is silent.
    pub(in crate::app) fn deadline(&self) -> Option<Duration> {
        let response = match self.response {
            ServerResponse::Waiting(until) => Some(until),
            ServerResponse::Received | ServerResponse::Overdue => None,
        };
        [response, Some(self.due).filter(|_| self.has_next())].into_iter().flatten().min()
    }

    /// Returns whether there is an item that can be sent when it is due.
    fn has_next(&self) -> bool {
        self.nick.is_some() || !self.lines.is_empty() && !self.is_held_up()
    }

    /// Returns whether the next item is a secret that is still being read.
    fn is_held_up(&self) -> bool {
        self.lines.front() == Some(&OnConnectItem::ServerSecret) && matches!(self.secret, Secret::Awaited(_))
    }

    /// Returns whether a message of the user's would overtake the secret.
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
            OnConnectItem::ServerSecret => match std::mem::take(&mut self.secret) {
                Secret::Read(secret) => Some(OnConnectItem::Hidden(secret)),
                Secret::None | Secret::Awaited(_) => Some(item),
            },
            item => Some(item),
        }
    }

    /// Notes that the server has sent something. After its first bytes, items are due at once.
    pub(in crate::app) fn on_server_data(&mut self, now: Now) {
        if std::mem::take(&mut self.response) != ServerResponse::Received {
            self.due = self.due.min(now.elapsed);
        }
    }

    /// Returns whether the server is to be shown as silent from now on.
    pub(in crate::app) fn on_due(&mut self, now: Now) -> bool {
        let is_overdue = matches!(self.response, ServerResponse::Waiting(until) if until <= now.elapsed);
        if is_overdue {
            self.response = ServerResponse::Overdue;
        }
        is_overdue
    }
}

impl Tab {
    /// Returns whether the connection is open and the server has not sent anything for 3 s. It may be serving another
    /// client.
    pub fn is_silent(&self) -> bool {
        self.on_connect.response == ServerResponse::Overdue
            && matches!(self.link, LinkState::Open { outgoing: WriteSide::Open, .. })
    }

    /// Queues the automatic lines for a new connection. Returns the request for the server's secret, if it has one.
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
            response: ServerResponse::Waiting(now.elapsed + SILENCE_NOTICE),
        };
        source.map(|source| Effect::ReadSecret { tab: self.id, number, source })
    }

    /// Takes the server's secret and sends the lines that waited for it. If it could not be read, nothing after it is
    /// sent either. An answer to the request of an earlier connection is dropped.
    pub(in crate::app) fn on_secret_read(
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
            Err(reason) => {
                self.on_connect.secret = Secret::None;
                let at = self.on_connect.lines.iter().position(|item| *item == OnConnectItem::ServerSecret);
                let dropped = self.on_connect.lines.split_off(at.unwrap_or_default()).len();
                let others = if dropped > 1 { ", nor were the lines after it" } else { "" };
                let words = format!("The secret was not sent{others}: {reason}. /secret sends one by hand.");
                self.add_notice(now, RowKind::Error, &words);
            }
        }
        self.send_on_connect_lines(now)
    }

    /// Sends the automatic lines that are due.
    pub(in crate::app) fn send_on_connect_lines(&mut self, now: Now) -> Vec<Effect> {
        self.send_greeting(now, Some(self.options.paste_delay))
    }

    /// Sends all remaining automatic lines, so that a message of the user's does not overtake them.
    pub(in crate::app) fn send_all_on_connect_lines(&mut self, now: Now) -> Vec<Effect> {
        self.send_greeting(now, None)
    }

    /// Sends the lines that are due, `pace` apart; without a pace, all of them.
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
                OnConnectItem::ServerSecret => {}
            }
            self.on_connect.due = pace.map_or(self.on_connect.due, |pace| now.elapsed + pace);
        }
        effects.extend(self.send_effect(out));
        effects
    }

    /// Requests a nickname on the open connection. It replaces one that has not been requested yet.
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
        // The next connection requests it anyway, so it is never offered as undelivered.
        self.unsent.mark_automatic(from..self.transcript.sent().end);
        Ok(effects)
    }

    /// Records an automatic line and returns its bytes; none if the connection takes no more.
    fn queue_greeting(&mut self, now: Now, line: &str) -> Vec<u8> {
        let bytes = self.with_eol(line.as_bytes());
        match self.has_room(bytes.len()) {
            Ok(()) => {
                let span = self.record_sent(now, &bytes);
                self.unsent.mark_automatic(span);
                bytes
            }
            Err(_full) => Vec::new(),
        }
    }

    /// Records a hidden automatic line and returns the effect that sends it; none if the connection takes no more.
    fn queue_hidden(&mut self, now: Now, line: &SecretBytes) -> Option<Effect> {
        let bytes = SecretBytes::concat(&[line.as_slice(), self.eol.bytes()]);
        self.has_room(bytes.len()).is_ok().then(|| self.record_hidden(now, bytes))
    }
}

fn withheld(number: usize) -> String {
    format!(
        "Line {number} of on_connect may hold a secret and was not sent. Send a secret with secret_command or \
         secret_file, or type the line."
    )
}
