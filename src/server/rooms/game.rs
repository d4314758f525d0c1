//! The lab's game: tic-tac-toe for two over lines of text, playable with nc.
//!
//! `assets/lab/GAME.md` documents the protocol for students. Tests check the code against its tables and its example
//! session.
//!
//! # States of a client
//!
//! ```text
//!                    another one                    won, drawn
//!      joins         joins or waits                 or given up
//!     ───────► waiting ─────────────────► playing ─────────────► over
//!               ▲   ▲                      │   ▲                 │  │
//!               │   └──────────────────────┘   └─────────────────┘  │ the opponent leaves
//!               │      the opponent leaves        both /again       ▼
//!               │                                                 idle
//!               │ /new, from over,                                  ▲
//!               └─────────────────── watching ──────────────────────┘
//!                     idle, watching    ▲         a player of that game leaves
//!                                       │
//!                                       └─ /watch N, from waiting, over, idle, watching
//! ```
//!
//! Design decisions:
//!
//! - **At most one client waits**, since two waiting clients are paired. The one that waited longer is X and moves first;
//!   `/again` changes the sides.
//! - **Clients are paired only on request.** Joining and `/new` are requests, and a player whose opponent leaves during a
//!   game is paired again. Clients that watch or have finished a game may be away from the keyboard; they receive an
//!   invitation when somebody waits and can answer it with `/new`.
//! - **A table exists as long as its two players stay.** When one leaves, it is closed in any phase, and its spectators
//!   become idle. A rematch keeps the number and the spectators. New games use the smallest free number.
//! - **A move names no game**, so players can move only in their own.
//!
//! Memory is bounded by the number of clients: a location for each and a table for every two.

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

/// Maximum length of a `/say` text in bytes. Escaped text can be four times as long, and the line must stay below the 4096
/// bytes that `GAME.md` promises.
const MAX_SAY: usize = 1000;

/// Maximum number of games in the answer to `/games`.
const MAX_LISTED: usize = 100;

/// The location of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Location {
    /// At a table, in a game that is running or over.
    Playing(GameNumber, Mark),
    /// Not at a table as a player.
    NotPlaying(IdleState),
}

/// Tic-tac-toe: pairs clients and runs one game per pair.
#[derive(Debug, Default)]
pub(crate) struct Game {
    locations: BTreeMap<PeerId, Location>,
    tables: BTreeMap<GameNumber, Table>,
    /// The client in [`IdleState::Waiting`].
    waiting: Option<PeerId>,
}

impl Game {
    fn send(out: &mut Output, peer: PeerId, message: &Message<'_>) {
        message.write(out.to(Recipients::One(peer)));
    }

    /// Sends everybody at a table a message for their role.
    fn announce<'t>(table: &'t Table, out: &mut Output, message: impl Fn(Audience) -> Message<'t>) {
        for (peer, reader) in table.audience() {
            Self::send(out, peer, &message(reader));
        }
    }

    /// Pairs a client with the waiting one, or makes it wait and invites others.
    fn find_opponent(&mut self, peer: PeerId, out: &mut Output) {
        if let Some(first) = self.waiting.take() {
            return self.open(first, peer, out);
        }
        self.waiting = Some(peer);
        self.locations.insert(peer, Location::NotPlaying(IdleState::Waiting));
        Self::send(out, peer, &Message::Wait(self.tables.len()));
        for (&other, location) in &self.locations {
            let is_free = match location {
                Location::NotPlaying(state) => *state != IdleState::Waiting,
                Location::Playing(number, _) => {
                    self.tables.get(number).is_some_and(|table| matches!(table.phase(), GamePhase::Over { .. }))
                }
            };
            if is_free {
                Self::send(out, other, &Message::Invite);
            }
        }
    }

    /// Opens a table with the smallest free number.
    fn open(&mut self, x: PeerId, o: PeerId, out: &mut Output) {
        let taken = self.tables.keys().zip(1..).take_while(|&(number, n)| *number == GameNumber(n)).last();
        let number = GameNumber(taken.map_or(1, |(_, n)| n + 1));
        for (peer, mark) in [(x, Mark::X), (o, Mark::O)] {
            self.locations.insert(peer, Location::Playing(number, mark));
            out.log(peer, format!("is {mark} in game {number}"));
        }
        let table = self.tables.entry(number).or_insert_with(|| Table::new(x, o));
        Self::announce_start(number, table, out);
    }

    /// Announces the start of a game.
    fn announce_start(number: GameNumber, table: &Table, out: &mut Output) {
        for (peer, reader) in table.audience() {
            Self::send(out, peer, &Message::Start { number, reader });
            Self::send_board(number, table, peer, reader, out);
        }
    }

    /// Sends one client the board and the state of the game.
    fn send_board(number: GameNumber, table: &Table, peer: PeerId, reader: Audience, out: &mut Output) {
        Self::send(out, peer, &Message::Board { number, board: table.board() });
        Self::send(out, peer, &table.state_message(number, reader));
    }

    /// Removes a client from its location. The caller sets the next one.
    fn leave(&mut self, peer: PeerId, location: Location, out: &mut Output) {
        match location {
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

    /// Closes a table because a player leaves. If the game was running, the other player has won and is paired again.
    fn close(&mut self, number: GameNumber, gone: Mark, out: &mut Output) {
        let Some(table) = self.tables.remove(&number) else { return };
        let phase = table.phase();
        for (peer, reader) in table.audience().filter(|(_, reader)| *reader != Audience::Player(gone)) {
            Self::send(out, peer, &Message::Gone { number, gone, phase, reader });
            self.locations.insert(peer, Location::NotPlaying(IdleState::Idle));
        }
        if matches!(phase, GamePhase::Running(_)) {
            let winner = table.player(gone.other());
            out.log(winner, format!("has won game {number}: the opponent left"));
            self.find_opponent(winner, out);
        }
    }

    fn run_command(
        &mut self,
        peer: PeerId,
        location: Location,
        command: GameCommand<'_>,
        out: &mut Output,
    ) -> Result<(), CommandError> {
        match command {
            GameCommand::Empty => {}
            GameCommand::Move(square) => self.play(peer, location, square, out),
            GameCommand::NoSquare => Self::send(out, peer, &Message::Illegal(IllegalMove::NoSquare)),
            GameCommand::Board => self.board(peer, location, out)?,
            GameCommand::Say(text) => self.say(location, text, out)?,
            GameCommand::Resign => self.resign(location, out)?,
            GameCommand::Again => self.again(peer, location, out)?,
            GameCommand::New => self.find_new_opponent(peer, location, out)?,
            GameCommand::Games => self.list(peer, out),
            GameCommand::Watch(number) => self.watch(peer, location, number, out)?,
            GameCommand::Help => HELP.iter().for_each(|(syntax, description)| {
                Self::send(out, peer, &Message::Help(syntax, description));
            }),
            GameCommand::Quit => self.quit(peer, out),
            GameCommand::Unknown => return Err(CommandError::UnknownCommand),
        }
        Ok(())
    }

    fn play(&mut self, peer: PeerId, location: Location, square: Square, out: &mut Output) {
        let played = match location {
            Location::NotPlaying(state) => Err(IllegalMove::NotPlaying(state)),
            Location::Playing(number, mark) => match self.tables.get_mut(&number) {
                Some(table) => table.play(number, mark, square).map(|()| (number, &*table)),
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
        if let GamePhase::Over { result, .. } = table.phase() {
            match result.winner() {
                Some(winner) => out.log(table.player(winner), format!("has won game {number}")),
                None => out.log(table.player(Mark::X), format!("has drawn game {number}")),
            }
        }
    }

    fn board(&self, peer: PeerId, location: Location, out: &mut Output) -> Result<(), CommandError> {
        let (number, reader) = match location {
            Location::Playing(number, mark) => (number, Audience::Player(mark)),
            Location::NotPlaying(IdleState::Watching(number)) => (number, Audience::Watcher),
            Location::NotPlaying(state) => return Err(CommandError::NotPlaying(state)),
        };
        if let Some(table) = self.tables.get(&number) {
            Self::send_board(number, table, peer, reader, out);
        }
        Ok(())
    }

    fn say(&self, location: Location, text: &[u8], out: &mut Output) -> Result<(), CommandError> {
        let (number, from) = Self::require_player(location)?;
        if text.is_empty() {
            return Err(CommandError::MissingText);
        }
        if text.len() > MAX_SAY {
            return Err(CommandError::TooLong);
        }
        let Some(table) = self.tables.get(&number) else { return Ok(()) };
        for (peer, _) in table.audience().filter(|(_, reader)| *reader != Audience::Player(from)) {
            Self::send(out, peer, &Message::Say { number, from, text });
        }
        Ok(())
    }

    fn resign(&mut self, location: Location, out: &mut Output) -> Result<(), CommandError> {
        let (number, mark) = Self::require_player(location)?;
        let Some(table) = self.tables.get_mut(&number) else { return Ok(()) };
        if !matches!(table.phase(), GamePhase::Running(_)) {
            return Err(CommandError::Over(number));
        }
        table.resign(mark);
        Self::announce(table, out, |reader| table.state_message(number, reader));
        Self::log_end(number, table, out);
        Ok(())
    }

    fn again(&mut self, peer: PeerId, location: Location, out: &mut Output) -> Result<(), CommandError> {
        let (number, from) = Self::require_player(location)?;
        let Some(table) = self.tables.get_mut(&number) else { return Ok(()) };
        let reader = Audience::Player(from);
        match table.phase() {
            GamePhase::Running(_) => return Err(CommandError::Playing(number)),
            // Offered before: the others know.
            GamePhase::Over { again: Some(first), .. } if first == from => {
                Self::send(out, peer, &Message::Again { number, from, reader });
            }
            GamePhase::Over { again: Some(_), .. } => {
                table.restart();
                for mark in [Mark::X, Mark::O] {
                    self.locations.insert(table.player(mark), Location::Playing(number, mark));
                }
                Self::announce_start(number, table, out);
            }
            GamePhase::Over { again: None, .. } => {
                table.offer_again(from);
                Self::announce(table, out, |reader| Message::Again { number, from, reader });
            }
        }
        Ok(())
    }

    fn find_new_opponent(&mut self, peer: PeerId, location: Location, out: &mut Output) -> Result<(), CommandError> {
        if location == Location::NotPlaying(IdleState::Waiting) {
            Self::send(out, peer, &Message::Wait(self.tables.len()));
            return Ok(());
        }
        self.refuse_while_playing(location)?;
        self.leave(peer, location, out);
        self.find_opponent(peer, out);
        Ok(())
    }

    fn list(&self, peer: PeerId, out: &mut Output) {
        let (count, listed) = (self.tables.len(), self.tables.len().min(MAX_LISTED));
        Self::send(out, peer, &Message::Games { count, listed });
        for (&number, table) in self.tables.iter().take(listed) {
            let watchers = table.watchers.len();
            Self::send(out, peer, &Message::Game { number, board: table.board(), phase: table.phase(), watchers });
        }
    }

    fn watch(
        &mut self,
        peer: PeerId,
        location: Location,
        number: Option<u32>,
        out: &mut Output,
    ) -> Result<(), CommandError> {
        self.refuse_while_playing(location)?;
        let number = GameNumber(number.ok_or(CommandError::MissingNumber)?);
        if matches!(location, Location::Playing(own, _) if own == number) {
            return Err(CommandError::AlreadyPlaying(number));
        }
        if !self.tables.contains_key(&number) {
            return Err(CommandError::NoGame(number.0));
        }
        self.leave(peer, location, out);
        self.locations.insert(peer, Location::NotPlaying(IdleState::Watching(number)));
        if let Some(table) = self.tables.get_mut(&number) {
            table.watchers.insert(peer);
            Self::send(out, peer, &Message::Watch(number));
            Self::send_board(number, table, peer, Audience::Watcher, out);
        }
        Ok(())
    }

    /// Removes the client at once, so that nobody is paired with it before its connection is closed.
    fn quit(&mut self, peer: PeerId, out: &mut Output) {
        Self::send(out, peer, &Message::Bye);
        out.hang_up(peer, Duration::ZERO);
        self.remove(peer, out);
    }

    fn remove(&mut self, peer: PeerId, out: &mut Output) {
        if let Some(location) = self.locations.remove(&peer) {
            self.leave(peer, location, out);
        }
    }

    /// The game and mark of a client, for commands that only players can use.
    const fn require_player(location: Location) -> Result<(GameNumber, Mark), CommandError> {
        match location {
            Location::Playing(number, mark) => Ok((number, mark)),
            Location::NotPlaying(state) => Err(CommandError::NotPlaying(state)),
        }
    }

    /// Refuses commands that would leave a running game: a mistyped `/new` must not lose it.
    fn refuse_while_playing(&self, location: Location) -> Result<(), CommandError> {
        match location {
            Location::Playing(number, _) => match self.tables.get(&number).map(Table::phase) {
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
        let Some(&location) = self.locations.get(&from) else { return };
        if line.is_late_newline() {
            return;
        }
        let result = match line.end {
            // A truncated line is not used.
            LineEnd::Limit => Err(CommandError::TooLong),
            _ => self.run_command(from, location, GameCommand::parse(line.text), out),
        };
        if let Err(error) = result {
            Self::send(out, from, &Message::Refused(error));
        }
    }

    fn left(&mut self, _now: ServerTime, peer: PeerId, _reason: LeaveReason, out: &mut Output) {
        self.remove(peer, out);
    }
}

#[cfg(test)]
mod tests;
