//! What a server asks in telnet's way (RFC 854), and the refusals it gets.
//!
//! We are no terminal for the server to drive: each offer and each request is refused, as RFC 1143 has it for one who
//! never changes their state. DO is answered WONT and WILL is answered DONT, each option once a connection, so that no
//! server can make a loop of it. WONT, DONT and subnegotiations ask for nothing. AYT is not answered either: that would
//! put words into a conversation that its user has not seen.
//!
//! What goes out is not escaped: a line is UTF-8, which has no FF, and `/raw` and `/hex` mean the bytes they say.

use super::{LinkState, Tab, WriteSide, messages};
use crate::app::Effect;
use crate::app::Now;
use crate::app::logging::WireDirection;
use crate::app::transcript::RowKind;
use crate::text::telnet::{DO, DONT, IAC, SB, WILL, WONT, option_name};
use memchr::memchr;

/// Something that a server wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Request {
    /// That we do this option.
    Do(u8),
    /// To do it itself.
    Will(u8),
}

impl Request {
    /// The polite no.
    const fn refusal(self) -> [u8; 3] {
        match self {
            Self::Do(option) => [IAC, WONT, option],
            Self::Will(option) => [IAC, DONT, option],
        }
    }
}

/// Where in a command the last byte was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ParserState {
    /// In no command.
    #[default]
    Text,
    /// Behind IAC.
    Command,
    /// Behind DO.
    Do,
    /// Behind WILL.
    Will,
    /// Behind WONT or DONT.
    Refusal,
    /// In a subnegotiation.
    Inside,
    /// In one, behind IAC.
    InsideCommand,
}

/// Options, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct OptionSet([u64; 4]);

impl OptionSet {
    /// Says whether it was not among them.
    fn insert(&mut self, option: u8) -> bool {
        let (bit, word) = (1 << (option % 64), self.0.get_mut(usize::from(option / 64)));
        word.is_some_and(|word| {
            let is_new = *word & bit == 0;
            *word |= bit;
            is_new
        })
    }
}

/// What a server has asked on one connection. The memory it takes is bounded: each option counts once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::app) struct Negotiation {
    place: ParserState,
    /// Options we were to do.
    wanted: OptionSet,
    /// Options it was to do.
    offered: OptionSet,
    /// Requests that have no answer yet, in their order.
    open: Vec<Request>,
    told: NoticeState,
}

/// Whether the user knows that telnet is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum NoticeState {
    #[default]
    Nothing,
    Once,
}

impl Negotiation {
    /// Takes in one read. A command may go on in the next.
    fn read(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            rest = match self.place {
                ParserState::Text | ParserState::Inside => {
                    let Some(found) = memchr(IAC, rest) else { return };
                    self.place =
                        if self.place == ParserState::Text { ParserState::Command } else { ParserState::InsideCommand };
                    rest.get(found + 1..).unwrap_or_default()
                }
                _ => {
                    self.place = self.step(byte);
                    after
                }
            };
        }
    }

    /// One byte of a command.
    fn step(&mut self, byte: u8) -> ParserState {
        match (self.place, byte) {
            // Anything but its end, or FF for itself, says that the end is missing.
            (ParserState::Command | ParserState::InsideCommand, DO) => return ParserState::Do,
            (ParserState::Command | ParserState::InsideCommand, WILL) => return ParserState::Will,
            (ParserState::Command | ParserState::InsideCommand, WONT | DONT) => return ParserState::Refusal,
            (ParserState::Command | ParserState::InsideCommand, SB) | (ParserState::InsideCommand, IAC) => {
                return ParserState::Inside;
            }
            (ParserState::Do, option) if self.wanted.insert(option) => self.open.push(Request::Do(option)),
            (ParserState::Will, option) if self.offered.insert(option) => self.open.push(Request::Will(option)),
            // The end of a subnegotiation, and commands that want nothing.
            _ => {}
        }
        ParserState::Text
    }

    /// The first request for an option that has a name: chance finds those without in any bytes.
    fn first_named(&self) -> Option<(Request, &'static str)> {
        self.open.iter().find_map(|&request| {
            let (Request::Do(option) | Request::Will(option)) = request;
            Some((request, option_name(option)?))
        })
    }
}

impl Tab {
    /// What was read is looked at for telnet: refused, if that is wanted, or told of once a connection.
    pub(in crate::app) fn negotiate(&mut self, now: Now, bytes: &[u8]) -> Vec<Effect> {
        self.negotiation.read(bytes);
        if !self.is_live() {
            // What was answered then is on the tape, and nobody asks now.
            self.negotiation.open.clear();
            return Vec::new();
        }
        if self.options.answer_telnet {
            return self.answer_telnet(now);
        }
        if self.negotiation.told == NoticeState::Nothing
            && let Some((request, name)) = self.negotiation.first_named()
        {
            self.negotiation.told = NoticeState::Once;
            self.add_notice(now, RowKind::Notice, &messages::speaks_telnet(matches!(request, Request::Do(_)), name));
        }
        Vec::new()
    }

    /// Refuses whatever has been asked and has no answer yet. Nothing of it counts as something the user said.
    pub(in crate::app) fn answer_telnet(&mut self, now: Now) -> Vec<Effect> {
        // There is no limit to look at: 512 refusals are all there can be.
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
