//! A table: two players, their board, and who looks on.

use super::board::{Board, Field, Mark, Standing, Three};
use super::words::{Illegal, Message};
use crate::lab::room::PeerId;
use std::collections::BTreeSet;
use std::fmt::{self, Display};

/// What a game is called. The smallest that is free, so that people have little to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number(pub(super) u32);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who reads a line about a game: one of its players, or somebody who watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Player(Mark),
    Watcher,
}

/// How a game ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// This side has three in a row.
    Three(Mark, Three),
    /// This side gave up.
    Resigned(Mark),
    /// The board is full.
    Drawn,
}

impl Ending {
    /// Who won, if anybody did.
    pub(super) const fn winner(self) -> Option<Mark> {
        match self {
            Self::Three(winner, _) => Some(winner),
            Self::Resigned(loser) => Some(loser.other()),
            Self::Drawn => None,
        }
    }
}

/// How far a table's game is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// This side is to move.
    Running(Mark),
    /// It is over, and perhaps one side has asked for another.
    Over { ending: Ending, again: Option<Mark> },
}

/// Two players and their game.
#[derive(Debug)]
pub(super) struct Table {
    x: PeerId,
    o: PeerId,
    board: Board,
    stage: Stage,
    pub(super) watchers: BTreeSet<PeerId>,
}

impl Table {
    pub(super) const fn new(x: PeerId, o: PeerId) -> Self {
        let board = Board::new();
        Self { x, o, board, stage: Stage::Running(Mark::X), watchers: BTreeSet::new() }
    }

    pub(super) const fn player(&self, mark: Mark) -> PeerId {
        match mark {
            Mark::X => self.x,
            Mark::O => self.o,
        }
    }

    pub(super) const fn board(&self) -> &Board {
        &self.board
    }

    pub(super) const fn stage(&self) -> Stage {
        self.stage
    }

    /// Everybody here, the players first.
    pub(super) fn audience(&self) -> impl Iterator<Item = (PeerId, Reader)> {
        let players = [Mark::X, Mark::O].map(|mark| (self.player(mark), Reader::Player(mark)));
        players.into_iter().chain(self.watchers.iter().map(|&peer| (peer, Reader::Watcher)))
    }

    /// Makes a move for one side.
    ///
    /// # Errors
    /// Why it is against the rules. Nothing has changed then.
    pub(super) fn play(&mut self, number: Number, mark: Mark, field: Field) -> Result<(), Illegal> {
        match self.stage {
            Stage::Over { .. } => return Err(Illegal::Over(number)),
            Stage::Running(turn) if turn != mark => return Err(Illegal::Turn(turn)),
            Stage::Running(_) => {}
        }
        self.board.take(field, mark).map_err(|owner| Illegal::Taken { field, owner, mark })?;
        self.stage = match self.board.standing() {
            Standing::Turn(mark) => Stage::Running(mark),
            Standing::Won(mark, three) => Self::over(Ending::Three(mark, three)),
            Standing::Drawn => Self::over(Ending::Drawn),
        };
        Ok(())
    }

    /// One side gives up.
    pub(super) const fn resign(&mut self, mark: Mark) {
        self.stage = Self::over(Ending::Resigned(mark));
    }

    /// Notes that one side would play again.
    pub(super) const fn ask_again(&mut self, mark: Mark) {
        if let Stage::Over { ending, .. } = self.stage {
            self.stage = Stage::Over { ending, again: Some(mark) };
        }
    }

    /// Another game of the same two. Who was O is X now, so the other one begins.
    pub(super) const fn restart(&mut self) {
        std::mem::swap(&mut self.x, &mut self.o);
        self.board = Board::new();
        self.stage = Stage::Running(Mark::X);
    }

    /// The line that says how the game stands.
    pub(super) const fn standing(&self, number: Number, reader: Reader) -> Message<'_> {
        match self.stage {
            Stage::Running(turn) => Message::Turn { number, turn, reader },
            Stage::Over { ending, .. } => Message::Ended { number, ending, reader },
        }
    }

    const fn over(ending: Ending) -> Stage {
        Stage::Over { ending, again: None }
    }
}
