//! The commands of the chat.

use super::{Chat, list_names, notice};
use crate::server::nicknames::ClaimResult;
use crate::server::room::{Output, PeerId, Recipients};
use crate::server::sanitize::{excerpt, sanitize_line};
use bytes::BytesMut;
use std::time::Duration;

/// Maximum number of names in the answer to `/names`; the others are counted. Limits the output that a client can cause.
const MAX_NAMES: usize = 200;

/// The lines of `/help`.
const HELP: &[&str] = &[
    "What you type is sent to everyone here. Lines that begin with / are commands:",
    "/nick NAME       change your nickname: 1 to 20 letters, digits, - and _",
    "/names           list the people here",
    "/me WAVES        describe an action: \"you *waves*\"",
    "/msg NAME TEXT   send a private message",
    "/help            list the commands",
    "/quit            disconnect",
    "//text           send a message that begins with /",
];

impl Chat {
    /// Runs `command`, a line without its slash.
    pub(super) fn command(&mut self, from: PeerId, command: &[u8], out: &mut Output) {
        let (word, rest) = split_word(command);
        match word.to_ascii_lowercase().as_slice() {
            b"nick" => self.rename(from, rest, out),
            b"names" => self.send_names(from, out),
            b"me" => self.emote(from, rest, out),
            b"msg" => self.whisper(from, rest, out),
            b"help" => {
                for line in HELP {
                    notice(out.to(Recipients::One(from)), format_args!("{line}"));
                }
            }
            b"quit" => {
                notice(out.to(Recipients::One(from)), format_args!("Goodbye."));
                out.hang_up(from, Duration::ZERO);
            }
            _ => {
                let word = excerpt(&String::from_utf8_lossy(word));
                let message =
                    format_args!("Unknown command /{word}. /help lists the commands; //{word} sends it as a message.");
                notice(out.to(Recipients::One(from)), message);
            }
        }
    }

    fn rename(&mut self, from: PeerId, name: &[u8], out: &mut Output) {
        if name.is_empty() {
            let message = format_args!("You are {}. Change it with /nick NAME.", self.name_of(from));
            return notice(out.to(Recipients::One(from)), message);
        }
        match self.names.claim(from, &String::from_utf8_lossy(name)) {
            Ok(ClaimResult::Renamed { before }) => {
                let message = format_args!("{before} is now known as {}", self.name_of(from));
                notice(out.to(Recipients::All), message);
                out.log(from, format!("{before} is now {}", self.name_of(from)));
            }
            Ok(ClaimResult::First | ClaimResult::Unchanged) => {
                let message = format_args!("You are {} already.", self.name_of(from));
                notice(out.to(Recipients::One(from)), message);
            }
            Err(refusal) => notice(out.to(Recipients::One(from)), format_args!("{refusal}")),
        }
    }

    fn send_names(&self, from: PeerId, out: &mut Output) {
        let names = self.names.iter().map(|(_, name)| name);
        let count = self.names.len();
        let message =
            format_args!("{count} here: {}. You are {}.", list_names(names, count, MAX_NAMES), self.name_of(from));
        notice(out.to(Recipients::One(from)), message);
    }

    fn emote(&mut self, from: PeerId, action: &[u8], out: &mut Output) {
        if action.is_empty() {
            return notice(out.to(Recipients::One(from)), format_args!("Usage: /me ACTION"));
        }
        self.broadcast_from(from, " *", action, "*", out);
    }

    fn whisper(&self, from: PeerId, rest: &[u8], out: &mut Output) {
        let (name, text) = split_word(rest);
        if text.is_empty() {
            return notice(out.to(Recipients::One(from)), format_args!("Usage: /msg NAME TEXT"));
        }
        let name = String::from_utf8_lossy(name);
        let Some(reader) = self.names.find(&name) else {
            let message = format_args!("Nobody here is called {}. /names lists the people here.", excerpt(&name));
            return notice(out.to(Recipients::One(from)), message);
        };
        push_line(out.to(Recipients::One(reader)), &[self.name_of(from), " -> you: "], text);
        // Shows the sender which name was matched.
        push_line(out.to(Recipients::One(from)), &["you -> ", self.name_of(reader), ": "], text);
    }
}

/// Appends a line: the prefix, then the sanitized text.
fn push_line(buffer: &mut BytesMut, prefix: &[&str], text: &[u8]) {
    for part in prefix {
        buffer.extend_from_slice(part.as_bytes());
    }
    sanitize_line(text, buffer);
    buffer.extend_from_slice(b"\n");
}

/// Splits off the first word; the rest has no leading white space.
fn split_word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii();
    let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
    (word, rest.trim_ascii_start())
}
