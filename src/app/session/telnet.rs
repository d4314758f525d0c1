//! Telnet option negotiation (RFC 854): finds requests and refuses them.
//!
//! No option is supported, so each request is refused as RFC 1143 prescribes for options that are always off. DO is
//! answered with WONT and WILL with DONT, each option once per connection, which rules out negotiation loops. WONT, DONT
//! and subnegotiations need no answer. AYT is not answered, because the answer would be text that the user has not sent.
//!
//! Sent bytes are not escaped: lines are UTF-8, which never contains 0xFF, and `/raw` and `/hex` send exact bytes.

use super::{LinkState, Tab, WriteSide, messages};
use crate::app::Effect;
use crate::app::Now;
use crate::app::logging::WireDirection;
use crate::app::transcript::RowKind;
use crate::text::telnet::{DO, DONT, IAC, SB, WILL, WONT, option_name};
use memchr::memchr;

/// A telnet request of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Request {
    /// DO: asks us to enable this option.
    Do(u8),
    /// WILL: offers to enable this option itself.
    Will(u8),
}

impl Request {
    /// Returns the command that refuses the request.
    const fn refusal(self) -> [u8; 3] {
        match self {
            Self::Do(option) => [IAC, WONT, option],
            Self::Will(option) => [IAC, DONT, option],
        }
    }
}

/// The position of the parser in a telnet command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ParserState {
    /// Outside of commands.
    #[default]
    Text,
    /// After IAC.
    Command,
    /// After IAC DO.
    Do,
    /// After IAC WILL.
    Will,
    /// After IAC WONT or IAC DONT.
    Refusal,
    /// Inside a subnegotiation.
    Subnegotiation,
    /// Inside a subnegotiation, after IAC.
    SubnegotiationCommand,
}

/// A set of option codes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct OptionSet([u64; 4]);

impl OptionSet {
    /// Adds an option. Returns whether it is new.
    fn insert(&mut self, option: u8) -> bool {
        let (bit, word) = (1 << (option % 64), self.0.get_mut(usize::from(option / 64)));
        word.is_some_and(|word| {
            let is_new = *word & bit == 0;
            *word |= bit;
            is_new
        })
    }
}

/// The telnet state of one connection. Its memory is bounded, because each option is kept once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::app) struct Negotiation {
    state: ParserState,
    /// Options of DO requests so far.
    requested: OptionSet,
    /// Options of WILL requests so far.
    offered: OptionSet,
    /// Requests without an answer yet, in order.
    open: Vec<Request>,
    notice: NoticeState,
}

/// Whether the user has been notified that the server speaks telnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum NoticeState {
    #[default]
    NotShown,
    Shown,
}

impl Negotiation {
    /// Parses the bytes of one read. A command may continue in the next one.
    fn read(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            rest = match self.state {
                ParserState::Text | ParserState::Subnegotiation => {
                    let Some(found) = memchr(IAC, rest) else { return };
                    self.state = if self.state == ParserState::Text {
                        ParserState::Command
                    } else {
                        ParserState::SubnegotiationCommand
                    };
                    rest.get(found + 1..).unwrap_or_default()
                }
                _ => {
                    self.state = self.step(byte);
                    after
                }
            };
        }
    }

    /// Parses one byte of a command. Returns the next state.
    fn step(&mut self, byte: u8) -> ParserState {
        use ParserState::{Command, Subnegotiation, SubnegotiationCommand};
        match (self.state, byte) {
            // A command inside a subnegotiation, other than its end or an escaped IAC, means that the end is missing.
            (Command | SubnegotiationCommand, DO) => return ParserState::Do,
            (Command | SubnegotiationCommand, WILL) => return ParserState::Will,
            (Command | SubnegotiationCommand, WONT | DONT) => return ParserState::Refusal,
            (Command | SubnegotiationCommand, SB) | (SubnegotiationCommand, IAC) => return Subnegotiation,
            (ParserState::Do, option) if self.requested.insert(option) => self.open.push(Request::Do(option)),
            (ParserState::Will, option) if self.offered.insert(option) => self.open.push(Request::Will(option)),
            // The end of a subnegotiation, or a command that needs no answer.
            _ => {}
        }
        ParserState::Text
    }

    /// Returns the first open request for a named option. Random bytes may look like requests for unnamed ones.
    fn first_named(&self) -> Option<(Request, &'static str)> {
        self.open.iter().find_map(|&request| {
            let (Request::Do(option) | Request::Will(option)) = request;
            Some((request, option_name(option)?))
        })
    }
}

impl Tab {
    /// Looks for telnet requests in received bytes. Refuses them if the settings say so; otherwise notifies the user,
    /// once per connection.
    pub(in crate::app) fn negotiate(&mut self, now: Now, bytes: &[u8]) -> Vec<Effect> {
        self.negotiation.read(bytes);
        if !self.is_live() {
            // The answers are part of the recording.
            self.negotiation.open.clear();
            return Vec::new();
        }
        if self.options.answer_telnet {
            return self.answer_telnet(now);
        }
        if self.negotiation.notice == NoticeState::NotShown
            && let Some((request, name)) = self.negotiation.first_named()
        {
            self.negotiation.notice = NoticeState::Shown;
            self.add_notice(now, RowKind::Notice, &messages::speaks_telnet(matches!(request, Request::Do(_)), name));
        }
        Vec::new()
    }

    /// Refuses all open requests. The refusals do not count as messages of the user's.
    pub(in crate::app) fn answer_telnet(&mut self, now: Now) -> Vec<Effect> {
        // The queue limit need not be checked: there are at most 512 refusals per connection.
        if !matches!(self.link, LinkState::Open { outgoing: WriteSide::Open, .. }) || self.next_endpoint.is_some() {
            return Vec::new();
        }
        let refusals: Vec<u8> = self.negotiation.open.drain(..).flat_map(Request::refusal).collect();
        if !refusals.is_empty() {
            let start = self.transcript.sent().end;
            self.log.pass(WireDirection::Out, &refusals, now.wall);
            self.insert_own_row(|transcript| transcript.reply(&refusals, now.wall));
            let span = start..self.transcript.sent().end;
            self.unsent.mark_automatic(span.clone());
            self.send_queue.queue(span, now.elapsed);
            self.traffic.queued = self.send_queue.queued();
        }
        self.send_effect(refusals)
    }
}

#[cfg(test)]
mod tests;
