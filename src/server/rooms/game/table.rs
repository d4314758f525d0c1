//! A table: two players, their board, and who looks on.

use super::board::{Board, BoardState, Mark, Square, WinLine};
use super::messages::{IllegalMove, Message};
use crate::server::room::PeerId;
use std::collections::BTreeSet;
use std::fmt::{self, Display};

/// What a game is called. The smallest that is free, so that people have little to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GameNumber(pub(super) u32);

impl Display for GameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who reads a line about a game: one of its players, or somebody who watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Player(Mark),
    Watcher,
}

/// How a game ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GameResult {
    /// This side has three in a row.
    Three(Mark, WinLine),
    /// This side gave up.
    Resigned(Mark),
    /// The board is full.
    Drawn,
}

impl GameResult {
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
pub(super) enum GamePhase {
    /// This side is to move.
    Running(Mark),
    /// It is over, and perhaps one side has asked for another.
    Over { ending: GameResult, again: Option<Mark> },
}

/// Two players and their game.
#[derive(Debug)]
pub(super) struct Table {
    x: PeerId,
    o: PeerId,
    board: Board,
    stage: GamePhase,
    pub(super) watchers: BTreeSet<PeerId>,
}

impl Table {
    pub(super) const fn new(x: PeerId, o: PeerId) -> Self {
        let board = Board::new();
        Self { x, o, board, stage: GamePhase::Running(Mark::X), watchers: BTreeSet::new() }
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

    pub(super) const fn stage(&self) -> GamePhase {
        self.stage
    }

    /// Everybody here, the players first.
    pub(super) fn audience(&self) -> impl Iterator<Item = (PeerId, Audience)> {
        let players = [Mark::X, Mark::O].map(|mark| (self.player(mark), Audience::Player(mark)));
        players.into_iter().chain(self.watchers.iter().map(|&peer| (peer, Audience::Watcher)))
    }

    /// Makes a move for one side.
    ///
    /// # Errors
    /// Why it is against the rules. Nothing has changed then.
    pub(super) fn play(&mut self, number: GameNumber, mark: Mark, field: Square) -> Result<(), IllegalMove> {
        match self.stage {
            GamePhase::Over { .. } => return Err(IllegalMove::Over(number)),
            GamePhase::Running(turn) if turn != mark => return Err(IllegalMove::Turn(turn)),
            GamePhase::Running(_) => {}
        }
        self.board.place(field, mark).map_err(|owner| IllegalMove::Taken { field, owner, mark })?;
        self.stage = match self.board.standing() {
            BoardState::Turn(mark) => GamePhase::Running(mark),
            BoardState::Won(mark, three) => Self::over(GameResult::Three(mark, three)),
            BoardState::Drawn => Self::over(GameResult::Drawn),
        };
        Ok(())
    }

    /// One side gives up.
    pub(super) const fn resign(&mut self, mark: Mark) {
        self.stage = Self::over(GameResult::Resigned(mark));
    }

    /// Notes that one side would play again.
    pub(super) const fn ask_again(&mut self, mark: Mark) {
        if let GamePhase::Over { ending, .. } = self.stage {
            self.stage = GamePhase::Over { ending, again: Some(mark) };
        }
    }

    /// Another game of the same two. Who was O is X now, so the other one begins.
    pub(super) const fn restart(&mut self) {
        std::mem::swap(&mut self.x, &mut self.o);
        self.board = Board::new();
        self.stage = GamePhase::Running(Mark::X);
    }

    /// The line that says how the game stands.
    pub(super) const fn standing(&self, number: GameNumber, reader: Audience) -> Message<'_> {
        match self.stage {
            GamePhase::Running(turn) => Message::Turn { number, turn, reader },
            GamePhase::Over { ending, .. } => Message::Ended { number, ending, reader },
        }
    }

    const fn over(ending: GameResult) -> GamePhase {
        GamePhase::Over { ending, again: None }
    }
}
