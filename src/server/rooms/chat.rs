//! Lab tasks 16 and 17: the relay with nicknames. A newcomer gets a random one, `/nick` changes it, and each line goes
//! to the others with the name of who said it before it.
//!
//! Who reads a line can tell at its start where it comes from:
//!
//! | a line | is |
//! |---|---|
//! | `* ann joined` | a notice of the server |
//! | `ann: hello` | what ann said |
//! | `ann *waves*` | what ann does (`/me`) |
//! | `ann -> you: hello` | what ann said to the reader alone (`/msg`) |
//!
//! Nothing a client sends can look like something else. A name holds letters, digits, `-` and `_`, so it cannot begin
//! like a notice or go on like another line, and it is unlike all the others ([`crate::server::nicknames`]); the server's own words,
//! `you` among them, are nobody's name. What is said is one line of text that does nothing (`plain`): no CR to
//! go back to the line's start, no escape, nothing that turns text around.

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

/// Messages that a newcomer gets to read unless told otherwise.
pub const HISTORY: usize = 20;

/// Names told to a newcomer. The rest are a number.
const MAX_NAMES_IN_WELCOME: usize = 10;

/// A chat with nicknames, private messages and a short history.
#[derive(Debug)]
pub struct Chat {
    names: NicknameRegistry,
    announcer: Announcer,
    history: ChatHistory,
    /// What newcomers read, as notices.
    motd: Vec<u8>,
}

impl Chat {
    /// An empty room that keeps `history` messages for newcomers and has them read `motd`. The names it gives depend
    /// on `rng` alone.
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

    /// Has the others read the name, and the text between these signs; and newcomers, later.
    fn broadcast_from(&mut self, from: PeerId, before: &str, text: &[u8], after: &str, out: &mut Output) {
        let name = self.names.name(from).unwrap_or_default();
        let said = out.to(Recipients::AllExcept(from));
        let start = said.len();
        said.extend_from_slice(name.as_bytes());
        said.extend_from_slice(before.as_bytes());
        sanitize_line(text, said);
        said.extend_from_slice(after.as_bytes());
        said.extend_from_slice(b"\n");
        self.history.push(said.get(start..).unwrap_or_default());
    }

    fn welcome(&self, peer: PeerId, out: &mut Output) {
        let words = out.to(Recipients::One(peer));
        notice(
            words,
            format_args!(
                "You are {}. /nick NAME changes that; there are /names, /me, /msg, /help.",
                self.name_of(peer)
            ),
        );
        words.extend_from_slice(&self.motd);
        let others = self.names.iter().filter(|(other, _)| *other != peer).map(|(_, name)| name);
        match self.names.len() - 1 {
            0 => notice(words, format_args!("Nobody else is here yet.")),
            1 => notice(words, format_args!("1 other is here: {}", list(others, 1, MAX_NAMES_IN_WELCOME))),
            count => {
                notice(words, format_args!("{count} others are here: {}", list(others, count, MAX_NAMES_IN_WELCOME)));
            }
        }
        if !self.history.is_empty() {
            notice(words, format_args!("Said before you came:"));
            self.history.write_to(words);
            notice(words, format_args!("That was before. From here on it is now."));
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
            // A message without words, or the late newline of one.
            [] => {}
            // Two slashes are a way to say what begins with one.
            [b'/', rest @ ..] if rest.first() == Some(&b'/') => self.say(from, rest, out),
            [b'/', command @ ..] => self.command(from, command, out),
            text => self.say(from, text, out),
        }
    }

    fn left(&mut self, now: ServerTime, peer: PeerId, why: LeaveReason, out: &mut Output) {
        if let Some(name) = self.names.release(peer) {
            self.announcer.left(now, peer, name.as_str(), why, out);
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

/// One line of the server's own.
fn notice(words: &mut BytesMut, line: std::fmt::Arguments<'_>) {
    // A `BytesMut` takes everything.
    let _ = writeln!(words, "* {line}");
}

/// The first names of `count`, in a sentence: `ann, bob and 3 more`.
fn list<'a>(names: impl Iterator<Item = &'a str>, count: usize, shown: usize) -> String {
    let names = names.take(shown).collect::<Vec<_>>().join(", ");
    match count.saturating_sub(shown) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
