//! What begins with a slash.

use super::{Chat, list, notice};
use crate::server::nicknames::ClaimResult;
use crate::server::room::{Output, PeerId, Recipients};
use crate::server::sanitize::{excerpt, sanitize_line};
use bytes::BytesMut;
use std::time::Duration;

/// Names told in one answer. The rest are a number: nobody reads them, and everybody could ask for them all the time.
const NAMES: usize = 200;

const HELP: &[&str] = &[
    "What you type goes to everybody here. What begins with / is a command:",
    "/nick NAME       be called NAME: 1 to 20 letters, digits, - and _",
    "/names           who is here",
    "/me WAVES        say what you do: \"you *waves*\"",
    "/msg NAME TEXT   say something to NAME alone",
    "/help            this",
    "/quit            leave",
    "//text           say something that begins with /",
];

impl Chat {
    /// Carries out `command`, the line after its slash.
    pub(super) fn command(&mut self, from: PeerId, command: &[u8], out: &mut Output) {
        let (word, rest) = split(command);
        match word.to_ascii_lowercase().as_slice() {
            b"nick" => self.rename(from, rest, out),
            b"names" => self.tell_names(from, out),
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
                let words = format_args!("There is no /{word} here. /help shows what there is; //{word} says it.");
                notice(out.to(Recipients::One(from)), words);
            }
        }
    }

    fn rename(&mut self, from: PeerId, typed: &[u8], out: &mut Output) {
        if typed.is_empty() {
            let words = format_args!("You are {}. To change that: /nick NAME", self.name_of(from));
            return notice(out.to(Recipients::One(from)), words);
        }
        match self.names.claim(from, &String::from_utf8_lossy(typed)) {
            Ok(ClaimResult::Renamed { before }) => {
                let words = format_args!("{before} is now known as {}", self.name_of(from));
                notice(out.to(Recipients::All), words);
                out.log(from, format!("{before} is now {}", self.name_of(from)));
            }
            Ok(ClaimResult::First | ClaimResult::Unchanged) => {
                let words = format_args!("You are {} already.", self.name_of(from));
                notice(out.to(Recipients::One(from)), words);
            }
            Err(refusal) => notice(out.to(Recipients::One(from)), format_args!("{refusal}")),
        }
    }

    fn tell_names(&self, from: PeerId, out: &mut Output) {
        let names = self.names.iter().map(|(_, name)| name);
        let count = self.names.len();
        let words = format_args!("{count} here: {}. You are {}.", list(names, count, NAMES), self.name_of(from));
        notice(out.to(Recipients::One(from)), words);
    }

    fn emote(&mut self, from: PeerId, deed: &[u8], out: &mut Output) {
        if deed.is_empty() {
            return notice(out.to(Recipients::One(from)), format_args!("To say what you do: /me WAVES"));
        }
        self.broadcast_from(from, " *", deed, "*", out);
    }

    fn whisper(&self, from: PeerId, rest: &[u8], out: &mut Output) {
        let (typed, text) = split(rest);
        if text.is_empty() {
            return notice(
                out.to(Recipients::One(from)),
                format_args!("To say something to one alone: /msg NAME TEXT"),
            );
        }
        let typed = String::from_utf8_lossy(typed);
        let Some(reader) = self.names.find(&typed) else {
            let words = format_args!("Nobody here is called {}. /names shows who is.", excerpt(&typed));
            return notice(out.to(Recipients::One(from)), words);
        };
        line_to(out.to(Recipients::One(reader)), &[self.name_of(from), " -> you: "], text);
        // The writer sees to whom it went: a name may have changed hands.
        line_to(out.to(Recipients::One(from)), &["you -> ", self.name_of(reader), ": "], text);
    }
}

fn line_to(said: &mut BytesMut, prefix: &[&str], text: &[u8]) {
    for part in prefix {
        said.extend_from_slice(part.as_bytes());
    }
    sanitize_line(text, said);
    said.extend_from_slice(b"\n");
}

/// The first word, and what follows the blanks behind it.
fn split(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii();
    let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
    (word, rest.trim_ascii_start())
}
