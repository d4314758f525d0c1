//! The lab's game: tic-tac-toe for two over lines of text, playable with nc.
//!
//! Its protocol is written down for students in `assets/lab/GAME.md`, and tests hold the code to that text: they read
//! the shape of every line and a whole session off it.
//!
//! # What a client can be at
//!
//! ```text
//!                    another one                    won, drawn
//!      joins         comes or waits                 or given up
//!     ───────► waiting ─────────────────► playing ─────────────► over
//!               ▲   ▲                      │   ▲                 │  │
//!               │   └──────────────────────┘   └─────────────────┘  │ the opponent goes
//!               │      the opponent goes          both /again       ▼
//!               │                                                 idle
//!               │ /new, from over,                                  ▲
//!               └─────────────────── watching ──────────────────────┘
//!                     idle, watching    ▲         a player of that game goes
//!                                       │
//!                                       └─ /watch N, from waiting, over, idle, watching
//! ```
//!
//! What was decided, and why:
//!
//! - **At most one client waits**, since two who wait are a pair. Whoever waited longer is X, and X begins; after
//!   `/again` the sides change.
//! - **Nobody is put into a game without having asked for one.** To join is to ask, and so is `/new`; a player whose
//!   opponent runs away in mid-game is still asking. Who watches, or has finished a game, may be away from the keyboard or
//!   be the screen on the wall: they are told that somebody waits, and say `/new` if they like.
//! - **A table is its two players.** When one goes it is closed, whatever the stage, and those who watched it are idle.
//!   Played again it keeps its number, and who watches stays. Numbers are the smallest that is free.
//! - **A move names no game**, so it can only ever be one in the mover's own.
//!
//! Memory is bounded by the clients: a place for each, a table for every two.

mod board;
mod command;
mod messages;
mod table;

use self::board::{Mark, Square};
use self::command::{GameCommand, HELP};
use self::messages::{CommandError, IdleState, IllegalMove, Message};
use self::table::{Audience, GameNumber, GamePhase, Table};
use crate::server::room::{LeaveReason, LineEnd, Output, PeerId, ReceivedLine, Recipients, Room, ServerTime};
use std::collections::BTreeMap;
use std::time::Duration;

/// Bytes of text in one `/say`: a line of the server, which may be four times as long with all its marks, then stays
/// within what `GAME.md` promises.
const MAX_SAY: usize = 1000;

/// Games in the answer to `/games`: it should not become a flood where thousands play.
const MAX_LISTED: usize = 100;

/// Where a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Location {
    /// At a table, in a game that runs or is over.
    Playing(GameNumber, Mark),
    /// At none.
    NotPlaying(IdleState),
}

/// Tic-tac-toe for two, as often as there are two.
#[derive(Debug, Default)]
pub struct Game {
    places: BTreeMap<PeerId, Location>,
    tables: BTreeMap<GameNumber, Table>,
    /// Who is `IdleState::ReconnectWait`.
    waiting: Option<PeerId>,
}

impl Game {
    /// An empty room.
    pub fn new() -> Self {
        Self::default()
    }

    fn send(out: &mut Output, peer: PeerId, message: &Message<'_>) {
        message.write(out.to(Recipients::One(peer)));
    }

    /// Tells everybody at a table, each in their own words.
    fn announce<'t>(table: &'t Table, out: &mut Output, message: impl Fn(Audience) -> Message<'t>) {
        for (peer, reader) in table.audience() {
            Self::send(out, peer, &message(reader));
        }
    }

    /// Pairs a client with the one who waits, or lets it wait.
    fn find_opponent(&mut self, peer: PeerId, out: &mut Output) {
        if let Some(first) = self.waiting.take() {
            return self.open(first, peer, out);
        }
        self.waiting = Some(peer);
        self.places.insert(peer, Location::NotPlaying(IdleState::Waiting));
        Self::send(out, peer, &Message::Wait(self.tables.len()));
        for (&other, place) in &self.places {
            let is_free = match place {
                Location::NotPlaying(outside) => *outside != IdleState::Waiting,
                Location::Playing(number, _) => {
                    self.tables.get(number).is_some_and(|table| matches!(table.stage(), GamePhase::Over { .. }))
                }
            };
            if is_free {
                Self::send(out, other, &Message::Invite);
            }
        }
    }

    fn open(&mut self, x: PeerId, o: PeerId, out: &mut Output) {
        let taken = self.tables.keys().zip(1..).take_while(|&(number, n)| *number == GameNumber(n)).last();
        let number = GameNumber(taken.map_or(1, |(_, n)| n + 1));
        for (peer, mark) in [(x, Mark::X), (o, Mark::O)] {
            self.places.insert(peer, Location::Playing(number, mark));
            out.log(peer, format!("is {mark} in game {number}"));
        }
        let table = self.tables.entry(number).or_insert_with(|| Table::new(x, o));
        Self::begin(number, table, out);
    }

    fn begin(number: GameNumber, table: &Table, out: &mut Output) {
        for (peer, reader) in table.audience() {
            Self::send(out, peer, &Message::Start { number, reader });
            Self::send_board(number, table, peer, reader, out);
        }
    }

    /// The board and how it stands, for one client.
    fn send_board(number: GameNumber, table: &Table, peer: PeerId, reader: Audience, out: &mut Output) {
        Self::send(out, peer, &Message::Board { number, board: table.board() });
        Self::send(out, peer, &table.standing(number, reader));
    }

    /// Takes a client away from where it is; the caller gives it its next place.
    fn leave(&mut self, peer: PeerId, place: Location, out: &mut Output) {
        match place {
            Location::Playing(number, mark) => self.close(number, mark, out),
            Location::NotPlaying(IdleState::Waiting) => self.waiting = None,
            Location::NotPlaying(IdleState::Watching(number)) => {
                if let Some(table) = self.tables.get_mut(&number) {
                    table.watchers.remove(&peer);
                }
            }
            Location::NotPlaying(IdleState::Idle) => {}
        }
    }

    /// Ends a table because one of its players goes. The other one, in mid-game, is paired anew.
    fn close(&mut self, number: GameNumber, gone: Mark, out: &mut Output) {
        let Some(table) = self.tables.remove(&number) else { return };
        let stage = table.stage();
        for (peer, reader) in table.audience().filter(|(_, reader)| *reader != Audience::Player(gone)) {
            Self::send(out, peer, &Message::Gone { number, gone, stage, reader });
            self.places.insert(peer, Location::NotPlaying(IdleState::Idle));
        }
        if matches!(stage, GamePhase::Running(_)) {
            let winner = table.player(gone.other());
            out.log(winner, format!("has won game {number}: the opponent has gone"));
            self.find_opponent(winner, out);
        }
    }

    fn run_command(
        &mut self,
        peer: PeerId,
        place: Location,
        command: GameCommand<'_>,
        out: &mut Output,
    ) -> Result<(), CommandError> {
        match command {
            GameCommand::Nothing => {}
            GameCommand::Move(field) => self.play(peer, place, field, out),
            GameCommand::NoField => Self::send(out, peer, &Message::Illegal(IllegalMove::Field)),
            GameCommand::Board => self.board(peer, place, out)?,
            GameCommand::Say(text) => self.say(place, text, out)?,
            GameCommand::Resign => self.resign(place, out)?,
            GameCommand::Again => self.again(peer, place, out)?,
            GameCommand::New => self.renew(peer, place, out)?,
            GameCommand::Games => self.list(peer, out),
            GameCommand::Watch(number) => self.watch(peer, place, number, out)?,
            GameCommand::Help => HELP.iter().for_each(|(words, meaning)| {
                Self::send(out, peer, &Message::Help(words, meaning));
            }),
            GameCommand::Quit => self.quit(peer, out),
            GameCommand::Unknown => return Err(CommandError::UnknownCommand),
        }
        Ok(())
    }

    fn play(&mut self, peer: PeerId, place: Location, field: Square, out: &mut Output) {
        let played = match place {
            Location::NotPlaying(outside) => Err(IllegalMove::Outside(outside)),
            Location::Playing(number, mark) => match self.tables.get_mut(&number) {
                Some(table) => table.play(number, mark, field).map(|()| (number, &*table)),
                None => return,
            },
        };
        match played {
            Ok((number, table)) => {
                for (reader_id, reader) in table.audience() {
                    Self::send_board(number, table, reader_id, reader, out);
                }
                Self::log_end(number, table, out);
            }
            Err(why) => Self::send(out, peer, &Message::Illegal(why)),
        }
    }

    fn log_end(number: GameNumber, table: &Table, out: &mut Output) {
        if let GamePhase::Over { ending, .. } = table.stage() {
            match ending.winner() {
                Some(winner) => out.log(table.player(winner), format!("has won game {number}")),
                None => out.log(table.player(Mark::X), format!("has drawn game {number}")),
            }
        }
    }

    fn board(&self, peer: PeerId, place: Location, out: &mut Output) -> Result<(), CommandError> {
        let (number, reader) = match place {
            Location::Playing(number, mark) => (number, Audience::Player(mark)),
            Location::NotPlaying(IdleState::Watching(number)) => (number, Audience::Watcher),
            Location::NotPlaying(outside) => return Err(CommandError::Outside(outside)),
        };
        if let Some(table) = self.tables.get(&number) {
            Self::send_board(number, table, peer, reader, out);
        }
        Ok(())
    }

    fn say(&self, place: Location, text: &[u8], out: &mut Output) -> Result<(), CommandError> {
        let (number, who) = Self::seat(place)?;
        if text.is_empty() {
            return Err(CommandError::NothingSaid);
        }
        if text.len() > MAX_SAY {
            return Err(CommandError::TooLong);
        }
        let Some(table) = self.tables.get(&number) else { return Ok(()) };
        for (peer, _) in table.audience().filter(|(_, reader)| *reader != Audience::Player(who)) {
            Self::send(out, peer, &Message::Say { number, who, text });
        }
        Ok(())
    }

    fn resign(&mut self, place: Location, out: &mut Output) -> Result<(), CommandError> {
        let (number, mark) = Self::seat(place)?;
        let Some(table) = self.tables.get_mut(&number) else { return Ok(()) };
        if !matches!(table.stage(), GamePhase::Running(_)) {
            return Err(CommandError::Over(number));
        }
        table.resign(mark);
        Self::announce(table, out, |reader| table.standing(number, reader));
        Self::log_end(number, table, out);
        Ok(())
    }

    fn again(&mut self, peer: PeerId, place: Location, out: &mut Output) -> Result<(), CommandError> {
        let (number, asks) = Self::seat(place)?;
        let Some(table) = self.tables.get_mut(&number) else { return Ok(()) };
        let reader = Audience::Player(asks);
        match table.stage() {
            GamePhase::Running(_) => return Err(CommandError::Playing(number)),
            // Asked twice: the others know.
            GamePhase::Over { again: Some(first), .. } if first == asks => {
                Self::send(out, peer, &Message::Again { number, asks, reader });
            }
            GamePhase::Over { again: Some(_), .. } => {
                table.restart();
                for mark in [Mark::X, Mark::O] {
                    self.places.insert(table.player(mark), Location::Playing(number, mark));
                }
                Self::begin(number, table, out);
            }
            GamePhase::Over { again: None, .. } => {
                table.ask_again(asks);
                Self::announce(table, out, |reader| Message::Again { number, asks, reader });
            }
        }
        Ok(())
    }

    fn renew(&mut self, peer: PeerId, place: Location, out: &mut Output) -> Result<(), CommandError> {
        if place == Location::NotPlaying(IdleState::Waiting) {
            Self::send(out, peer, &Message::Wait(self.tables.len()));
            return Ok(());
        }
        self.refuse_in_mid_game(place)?;
        self.leave(peer, place, out);
        self.find_opponent(peer, out);
        Ok(())
    }

    fn list(&self, peer: PeerId, out: &mut Output) {
        let (count, listed) = (self.tables.len(), self.tables.len().min(MAX_LISTED));
        Self::send(out, peer, &Message::Games { count, listed });
        for (&number, table) in self.tables.iter().take(listed) {
            let watchers = table.watchers.len();
            Self::send(out, peer, &Message::Game { number, board: table.board(), stage: table.stage(), watchers });
        }
    }

    fn watch(
        &mut self,
        peer: PeerId,
        place: Location,
        number: Option<u32>,
        out: &mut Output,
    ) -> Result<(), CommandError> {
        self.refuse_in_mid_game(place)?;
        let number = GameNumber(number.ok_or(CommandError::NoNumber)?);
        if matches!(place, Location::Playing(own, _) if own == number) {
            return Err(CommandError::AlreadyPlaying(number));
        }
        if !self.tables.contains_key(&number) {
            return Err(CommandError::NoGame(number.0));
        }
        self.leave(peer, place, out);
        self.places.insert(peer, Location::NotPlaying(IdleState::Watching(number)));
        if let Some(table) = self.tables.get_mut(&number) {
            table.watchers.insert(peer);
            Self::send(out, peer, &Message::Watch(number));
            Self::send_board(number, table, peer, Audience::Watcher, out);
        }
        Ok(())
    }

    /// Gone at once, not only when the connection is: nobody shall be paired with somebody who has said goodbye.
    fn quit(&mut self, peer: PeerId, out: &mut Output) {
        Self::send(out, peer, &Message::Bye);
        out.hang_up(peer, Duration::ZERO);
        self.remove(peer, out);
    }

    fn remove(&mut self, peer: PeerId, out: &mut Output) {
        if let Some(place) = self.places.remove(&peer) {
            self.leave(peer, place, out);
        }
    }

    /// The seat of a client for what only players do.
    const fn seat(place: Location) -> Result<(GameNumber, Mark), CommandError> {
        match place {
            Location::Playing(number, mark) => Ok((number, mark)),
            Location::NotPlaying(outside) => Err(CommandError::Outside(outside)),
        }
    }

    /// A slip like `/new` must not cost somebody the game.
    fn refuse_in_mid_game(&self, place: Location) -> Result<(), CommandError> {
        match place {
            Location::Playing(number, _) => match self.tables.get(&number).map(Table::stage) {
                Some(GamePhase::Running(_)) => Err(CommandError::Playing(number)),
                _ => Ok(()),
            },
            Location::NotPlaying(_) => Ok(()),
        }
    }
}

impl Room for Game {
    fn joined(&mut self, _now: ServerTime, peer: PeerId, out: &mut Output) {
        Self::send(out, peer, &Message::Welcome);
        self.find_opponent(peer, out);
    }

    fn line(&mut self, _now: ServerTime, from: PeerId, line: ReceivedLine<'_>, out: &mut Output) {
        let Some(&place) = self.places.get(&from) else { return };
        if line.is_late_newline() {
            return;
        }
        let done = match line.end {
            // Half a message is none.
            LineEnd::Limit => Err(CommandError::TooLong),
            _ => self.run_command(from, place, GameCommand::parse(line.text), out),
        };
        if let Err(why) = done {
            Self::send(out, from, &Message::Refused(why));
        }
    }

    fn left(&mut self, _now: ServerTime, peer: PeerId, _why: LeaveReason, out: &mut Output) {
        self.remove(peer, out);
    }
}

#[cfg(test)]
mod tests;
