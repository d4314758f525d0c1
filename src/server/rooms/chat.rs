//! Lab tasks 16 and 17: a chat with nicknames. A new client gets a random nickname, `/nick` changes it, and each line is
//! sent to the others with the sender's nickname.
//!
//! The start of a line shows its origin:
//!
//! | line | origin |
//! |---|---|
//! | `* ann joined` | a notice of the server |
//! | `ann: hello` | a message from ann |
//! | `ann *waves*` | an action of ann (`/me`) |
//! | `ann -> you: hello` | a private message from ann (`/msg`) |
//!
//! No client can imitate another origin. A nickname consists of letters, digits, `-` and `_`, so it cannot begin like a
//! notice or contain a separator; it clashes with no other (`server::nicknames`); and reserved words such as
//! `you` are not nicknames. The text is one line without control characters, escape sequences or bidirectional controls
//! (`crate::server::sanitize`).

mod announcer;
mod commands;
mod history;

use crate::server::nicknames::NicknameRegistry;
use crate::server::room::{LeaveReason, Output, PeerId, ReceivedLine, Recipients, Room, ServerTime};
use crate::server::sanitize::sanitize_line;
use announcer::Announcer;
use bytes::BytesMut;
use fastrand::Rng;
use history::ChatHistory;
use std::fmt::Write as _;

/// Default number of earlier messages that a new client receives.
pub const HISTORY: usize = 20;

/// Maximum number of names in the greeting; the others are counted.
const MAX_NAMES_IN_WELCOME: usize = 10;

/// A chat with nicknames, private messages and a short history.
#[derive(Debug)]
pub struct Chat {
    names: NicknameRegistry,
    announcer: Announcer,
    history: ChatHistory,
    /// The message of the day as notice lines.
    motd: Vec<u8>,
}

impl Chat {
    /// Creates an empty room that keeps `history` messages and greets with `motd`. Random names depend only on `rng`.
    pub fn new(history: usize, motd: &[u8], rng: Rng) -> Self {
        let mut notices = BytesMut::new();
        let motd = motd.trim_ascii_end();
        for line in motd.split(|byte| *byte == b'\n').filter(|_| !motd.is_empty()) {
            notices.extend_from_slice(b"* ");
            sanitize_line(line.trim_ascii_end(), &mut notices);
            notices.extend_from_slice(b"\n");
        }
        let names = NicknameRegistry::new(rng);
        Self { names, announcer: Announcer::default(), history: ChatHistory::new(history), motd: notices.to_vec() }
    }

    fn name_of(&self, peer: PeerId) -> &str {
        self.names.name(peer).unwrap_or_default()
    }

    fn say(&mut self, from: PeerId, text: &[u8], out: &mut Output) {
        self.broadcast_from(from, ": ", text, "", out);
    }

    /// Sends the name and the text, enclosed in `before` and `after`, to all others, and adds the line to the history.
    fn broadcast_from(&mut self, from: PeerId, before: &str, text: &[u8], after: &str, out: &mut Output) {
        let name = self.names.name(from).unwrap_or_default();
        let buffer = out.to(Recipients::AllExcept(from));
        let start = buffer.len();
        buffer.extend_from_slice(name.as_bytes());
        buffer.extend_from_slice(before.as_bytes());
        sanitize_line(text, buffer);
        buffer.extend_from_slice(after.as_bytes());
        buffer.extend_from_slice(b"\n");
        self.history.push(buffer.get(start..).unwrap_or_default());
    }

    /// Sends the greeting: nickname, message of the day, others in the room, and earlier messages.
    fn welcome(&self, peer: PeerId, out: &mut Output) {
        let buffer = out.to(Recipients::One(peer));
        notice(
            buffer,
            format_args!("You are {}. Change it with /nick NAME. Also: /names, /me, /msg, //help.", self.name_of(peer)),
        );
        buffer.extend_from_slice(&self.motd);
        let others = self.names.iter().filter(|(other, _)| *other != peer).map(|(_, name)| name);
        match self.names.len() - 1 {
            0 => notice(buffer, format_args!("Nobody else is here yet.")),
            1 => {
                notice(buffer, format_args!("1 other person is here: {}", list_names(others, 1, MAX_NAMES_IN_WELCOME)));
            }
            count => {
                notice(
                    buffer,
                    format_args!("{count} other people are here: {}", list_names(others, count, MAX_NAMES_IN_WELCOME)),
                );
            }
        }
        if !self.history.is_empty() {
            notice(buffer, format_args!("Earlier messages:"));
            self.history.write_to(buffer);
            notice(buffer, format_args!("End of earlier messages."));
        }
    }
}

impl Room for Chat {
    fn joined(&mut self, now: ServerTime, peer: PeerId, out: &mut Output) {
        let name = self.names.assign_random(peer).to_owned();
        self.announcer.joined(now, peer, name, out);
        self.welcome(peer, out);
    }

    fn line(&mut self, _now: ServerTime, from: PeerId, line: ReceivedLine<'_>, out: &mut Output) {
        self.announcer.catch_up(out);
        match line.text.trim_ascii_end() {
            // A blank line, or the late newline of a message.
            [] => {}
            // The escape for a message that begins with a slash.
            [b'/', rest @ ..] if rest.first() == Some(&b'/') => self.say(from, rest, out),
            [b'/', command @ ..] => self.command(from, command, out),
            text => self.say(from, text, out),
        }
    }

    fn left(&mut self, now: ServerTime, peer: PeerId, reason: LeaveReason, out: &mut Output) {
        if let Some(name) = self.names.release(peer) {
            self.announcer.left(now, peer, name.as_str(), reason, out);
        }
    }

    fn due(&self) -> Option<ServerTime> {
        self.announcer.due()
    }

    fn tick(&mut self, _now: ServerTime, out: &mut Output) {
        self.announcer.catch_up(out);
    }

    fn name(&self, peer: PeerId) -> Option<&str> {
        self.names.name(peer)
    }
}

/// Appends a notice line of the server.
fn notice(buffer: &mut BytesMut, line: std::fmt::Arguments<'_>) {
    // Writing to a `BytesMut` cannot fail.
    let _ = writeln!(buffer, "* {line}");
}

/// Formats the first `max` of `count` names: `ann, bob and 3 more`.
fn list_names<'a>(names: impl Iterator<Item = &'a str>, count: usize, max: usize) -> String {
    let names = names.take(max).collect::<Vec<_>>().join(", ");
    match count.saturating_sub(max) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
