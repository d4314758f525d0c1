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
mod table;
mod words;

use self::board::{Field, Mark};
use self::command::{Command, HELP};
use self::table::{Number, Reader, Stage, Table};
use self::words::{Illegal, Message, Outside, Refusal};
use super::room::{Departure, End, Line, Moment, Out, PeerId, Room, To};
use std::collections::BTreeMap;
use std::time::Duration;

/// Bytes of text in one `/say`: a line of the server, which may be four times as long with all its marks, then stays
/// within what `GAME.md` promises.
const MAX_SAY: usize = 1000;

/// Games in the answer to `/games`: it should not become a flood where thousands play.
const MAX_LISTED: usize = 100;

/// Where a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At a table, in a game that runs or is over.
    Seated(Number, Mark),
    /// At none.
    Outside(Outside),
}

/// Tic-tac-toe for two, as often as there are two.
#[derive(Debug, Default)]
pub struct Game {
    places: BTreeMap<PeerId, Place>,
    tables: BTreeMap<Number, Table>,
    /// Who is [`Outside::Waiting`].
    waiting: Option<PeerId>,
}

impl Game {
    /// An empty room.
    pub fn new() -> Self {
        Self::default()
    }

    fn tell(out: &mut Out, peer: PeerId, message: &Message<'_>) {
        message.write(out.to(To::One(peer)));
    }

    /// Tells everybody at a table, each in their own words.
    fn announce<'t>(table: &'t Table, out: &mut Out, message: impl Fn(Reader) -> Message<'t>) {
        for (peer, reader) in table.audience() {
            Self::tell(out, peer, &message(reader));
        }
    }

    /// Pairs a client with the one who waits, or lets it wait.
    fn seek(&mut self, peer: PeerId, out: &mut Out) {
        if let Some(first) = self.waiting.take() {
            return self.open(first, peer, out);
        }
        self.waiting = Some(peer);
        self.places.insert(peer, Place::Outside(Outside::Waiting));
        Self::tell(out, peer, &Message::Wait(self.tables.len()));
        for (&other, place) in &self.places {
            let is_free = match place {
                Place::Outside(outside) => *outside != Outside::Waiting,
                Place::Seated(number, _) => {
                    self.tables.get(number).is_some_and(|table| matches!(table.stage(), Stage::Over { .. }))
                }
            };
            if is_free {
                Self::tell(out, other, &Message::Invite);
            }
        }
    }

    fn open(&mut self, x: PeerId, o: PeerId, out: &mut Out) {
        let taken = self.tables.keys().zip(1..).take_while(|&(number, n)| *number == Number(n)).last();
        let number = Number(taken.map_or(1, |(_, n)| n + 1));
        for (peer, mark) in [(x, Mark::X), (o, Mark::O)] {
            self.places.insert(peer, Place::Seated(number, mark));
            out.log(peer, format!("is {mark} in game {number}"));
        }
        let table = self.tables.entry(number).or_insert_with(|| Table::new(x, o));
        Self::begin(number, table, out);
    }

    fn begin(number: Number, table: &Table, out: &mut Out) {
        for (peer, reader) in table.audience() {
            Self::tell(out, peer, &Message::Start { number, reader });
            Self::show(number, table, peer, reader, out);
        }
    }

    /// The board and how it stands, for one client.
    fn show(number: Number, table: &Table, peer: PeerId, reader: Reader, out: &mut Out) {
        Self::tell(out, peer, &Message::Board { number, board: table.board() });
        Self::tell(out, peer, &table.standing(number, reader));
    }

    /// Takes a client away from where it is; the caller gives it its next place.
    fn leave(&mut self, peer: PeerId, place: Place, out: &mut Out) {
        match place {
            Place::Seated(number, mark) => self.close(number, mark, out),
            Place::Outside(Outside::Waiting) => self.waiting = None,
            Place::Outside(Outside::Watching(number)) => {
                if let Some(table) = self.tables.get_mut(&number) {
                    table.watchers.remove(&peer);
                }
            }
            Place::Outside(Outside::Idle) => {}
        }
    }

    /// Ends a table because one of its players goes. The other one, in mid-game, is paired anew.
    fn close(&mut self, number: Number, gone: Mark, out: &mut Out) {
        let Some(table) = self.tables.remove(&number) else { return };
        let stage = table.stage();
        for (peer, reader) in table.audience().filter(|(_, reader)| *reader != Reader::Player(gone)) {
            Self::tell(out, peer, &Message::Gone { number, gone, stage, reader });
            self.places.insert(peer, Place::Outside(Outside::Idle));
        }
        if matches!(stage, Stage::Running(_)) {
            let winner = table.player(gone.other());
            out.log(winner, format!("has won game {number}: the opponent has gone"));
            self.seek(winner, out);
        }
    }

    fn obey(&mut self, peer: PeerId, place: Place, command: Command<'_>, out: &mut Out) -> Result<(), Refusal> {
        match command {
            Command::Nothing => {}
            Command::Move(field) => self.play(peer, place, field, out),
            Command::NoField => Self::tell(out, peer, &Message::Illegal(Illegal::Field)),
            Command::Board => self.board(peer, place, out)?,
            Command::Say(text) => self.say(place, text, out)?,
            Command::Resign => self.resign(place, out)?,
            Command::Again => self.again(peer, place, out)?,
            Command::New => self.renew(peer, place, out)?,
            Command::Games => self.list(peer, out),
            Command::Watch(number) => self.watch(peer, place, number, out)?,
            Command::Help => HELP.iter().for_each(|(words, meaning)| {
                Self::tell(out, peer, &Message::Help(words, meaning));
            }),
            Command::Quit => self.quit(peer, out),
            Command::Unknown => return Err(Refusal::Unknown),
        }
        Ok(())
    }

    fn play(&mut self, peer: PeerId, place: Place, field: Field, out: &mut Out) {
        let played = match place {
            Place::Outside(outside) => Err(Illegal::Outside(outside)),
            Place::Seated(number, mark) => match self.tables.get_mut(&number) {
                Some(table) => table.play(number, mark, field).map(|()| (number, &*table)),
                None => return,
            },
        };
        match played {
            Ok((number, table)) => {
                for (reader_id, reader) in table.audience() {
                    Self::show(number, table, reader_id, reader, out);
                }
                Self::log_end(number, table, out);
            }
            Err(why) => Self::tell(out, peer, &Message::Illegal(why)),
        }
    }

    fn log_end(number: Number, table: &Table, out: &mut Out) {
        if let Stage::Over { ending, .. } = table.stage() {
            match ending.winner() {
                Some(winner) => out.log(table.player(winner), format!("has won game {number}")),
                None => out.log(table.player(Mark::X), format!("has drawn game {number}")),
            }
        }
    }

    fn board(&self, peer: PeerId, place: Place, out: &mut Out) -> Result<(), Refusal> {
        let (number, reader) = match place {
            Place::Seated(number, mark) => (number, Reader::Player(mark)),
            Place::Outside(Outside::Watching(number)) => (number, Reader::Watcher),
            Place::Outside(outside) => return Err(Refusal::Outside(outside)),
        };
        if let Some(table) = self.tables.get(&number) {
            Self::show(number, table, peer, reader, out);
        }
        Ok(())
    }

    fn say(&self, place: Place, text: &[u8], out: &mut Out) -> Result<(), Refusal> {
        let (number, who) = Self::seat(place)?;
        if text.is_empty() {
            return Err(Refusal::NothingSaid);
        }
        if text.len() > MAX_SAY {
            return Err(Refusal::Long);
        }
        let Some(table) = self.tables.get(&number) else { return Ok(()) };
        for (peer, _) in table.audience().filter(|(_, reader)| *reader != Reader::Player(who)) {
            Self::tell(out, peer, &Message::Say { number, who, text });
        }
        Ok(())
    }

    fn resign(&mut self, place: Place, out: &mut Out) -> Result<(), Refusal> {
        let (number, mark) = Self::seat(place)?;
        let Some(table) = self.tables.get_mut(&number) else { return Ok(()) };
        if !matches!(table.stage(), Stage::Running(_)) {
            return Err(Refusal::Over(number));
        }
        table.resign(mark);
        Self::announce(table, out, |reader| table.standing(number, reader));
        Self::log_end(number, table, out);
        Ok(())
    }

    fn again(&mut self, peer: PeerId, place: Place, out: &mut Out) -> Result<(), Refusal> {
        let (number, asks) = Self::seat(place)?;
        let Some(table) = self.tables.get_mut(&number) else { return Ok(()) };
        let reader = Reader::Player(asks);
        match table.stage() {
            Stage::Running(_) => return Err(Refusal::Playing(number)),
            // Asked twice: the others know.
            Stage::Over { again: Some(first), .. } if first == asks => {
                Self::tell(out, peer, &Message::Again { number, asks, reader });
            }
            Stage::Over { again: Some(_), .. } => {
                table.restart();
                for mark in [Mark::X, Mark::O] {
                    self.places.insert(table.player(mark), Place::Seated(number, mark));
                }
                Self::begin(number, table, out);
            }
            Stage::Over { again: None, .. } => {
                table.ask_again(asks);
                Self::announce(table, out, |reader| Message::Again { number, asks, reader });
            }
        }
        Ok(())
    }

    fn renew(&mut self, peer: PeerId, place: Place, out: &mut Out) -> Result<(), Refusal> {
        if place == Place::Outside(Outside::Waiting) {
            Self::tell(out, peer, &Message::Wait(self.tables.len()));
            return Ok(());
        }
        self.refuse_in_mid_game(place)?;
        self.leave(peer, place, out);
        self.seek(peer, out);
        Ok(())
    }

    fn list(&self, peer: PeerId, out: &mut Out) {
        let (count, listed) = (self.tables.len(), self.tables.len().min(MAX_LISTED));
        Self::tell(out, peer, &Message::Games { count, listed });
        for (&number, table) in self.tables.iter().take(listed) {
            let watchers = table.watchers.len();
            Self::tell(out, peer, &Message::Game { number, board: table.board(), stage: table.stage(), watchers });
        }
    }

    fn watch(&mut self, peer: PeerId, place: Place, number: Option<u32>, out: &mut Out) -> Result<(), Refusal> {
        self.refuse_in_mid_game(place)?;
        let number = Number(number.ok_or(Refusal::NoNumber)?);
        if matches!(place, Place::Seated(own, _) if own == number) {
            return Err(Refusal::Own(number));
        }
        if !self.tables.contains_key(&number) {
            return Err(Refusal::NoGame(number.0));
        }
        self.leave(peer, place, out);
        self.places.insert(peer, Place::Outside(Outside::Watching(number)));
        if let Some(table) = self.tables.get_mut(&number) {
            table.watchers.insert(peer);
            Self::tell(out, peer, &Message::Watch(number));
            Self::show(number, table, peer, Reader::Watcher, out);
        }
        Ok(())
    }

    /// Gone at once, not only when the connection is: nobody shall be paired with somebody who has said goodbye.
    fn quit(&mut self, peer: PeerId, out: &mut Out) {
        Self::tell(out, peer, &Message::Bye);
        out.hang_up(peer, Duration::ZERO);
        self.remove(peer, out);
    }

    fn remove(&mut self, peer: PeerId, out: &mut Out) {
        if let Some(place) = self.places.remove(&peer) {
            self.leave(peer, place, out);
        }
    }

    /// The seat of a client for what only players do.
    const fn seat(place: Place) -> Result<(Number, Mark), Refusal> {
        match place {
            Place::Seated(number, mark) => Ok((number, mark)),
            Place::Outside(outside) => Err(Refusal::Outside(outside)),
        }
    }

    /// A slip like `/new` must not cost somebody the game.
    fn refuse_in_mid_game(&self, place: Place) -> Result<(), Refusal> {
        match place {
            Place::Seated(number, _) => match self.tables.get(&number).map(Table::stage) {
                Some(Stage::Running(_)) => Err(Refusal::Playing(number)),
                _ => Ok(()),
            },
            Place::Outside(_) => Ok(()),
        }
    }
}

impl Room for Game {
    fn joined(&mut self, _now: Moment, peer: PeerId, out: &mut Out) {
        Self::tell(out, peer, &Message::Welcome);
        self.seek(peer, out);
    }

    fn line(&mut self, _now: Moment, from: PeerId, line: Line<'_>, out: &mut Out) {
        let Some(&place) = self.places.get(&from) else { return };
        if line.is_late_end() {
            return;
        }
        let done = match line.end {
            // Half a message is none.
            End::Limit => Err(Refusal::Long),
            _ => self.obey(from, place, Command::parse(line.text), out),
        };
        if let Err(why) = done {
            Self::tell(out, from, &Message::Refused(why));
        }
    }

    fn left(&mut self, _now: Moment, peer: PeerId, _why: Departure, out: &mut Out) {
        self.remove(peer, out);
    }
}

#[cfg(test)]
mod tests;
