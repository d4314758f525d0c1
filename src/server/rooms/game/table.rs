//! A table: two players, their board, and spectators.

use super::board::{Board, BoardState, Mark, Square, WinLine};
use super::messages::{IllegalMove, Message};
use crate::server::room::PeerId;
use std::collections::BTreeSet;
use std::fmt::{self, Display};

/// Identifies a game. The smallest free number is used, so that it is easy to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GameNumber(pub(super) u32);

impl Display for GameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The role of a recipient in a game: a player or a spectator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Player(Mark),
    Watcher,
}

/// The result of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GameResult {
    /// This player has three in a row.
    Three(Mark, WinLine),
    /// This player gave up.
    Resigned(Mark),
    /// The board is full.
    Drawn,
}

impl GameResult {
    /// The winner; `None` after a draw.
    pub(super) const fn winner(self) -> Option<Mark> {
        match self {
            Self::Three(winner, _) => Some(winner),
            Self::Resigned(loser) => Some(loser.other()),
            Self::Drawn => None,
        }
    }
}

/// The phase of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GamePhase {
    /// This player is to move.
    Running(Mark),
    /// The game is over. `again` is the player who has offered another game.
    Over { result: GameResult, again: Option<Mark> },
}

/// Two players and their game.
#[derive(Debug)]
pub(super) struct Table {
    x: PeerId,
    o: PeerId,
    board: Board,
    phase: GamePhase,
    pub(super) watchers: BTreeSet<PeerId>,
}

impl Table {
    pub(super) const fn new(x: PeerId, o: PeerId) -> Self {
        let board = Board::new();
        Self { x, o, board, phase: GamePhase::Running(Mark::X), watchers: BTreeSet::new() }
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

    pub(super) const fn phase(&self) -> GamePhase {
        self.phase
    }

    /// All recipients: the players first, then the spectators.
    pub(super) fn audience(&self) -> impl Iterator<Item = (PeerId, Audience)> {
        let players = [Mark::X, Mark::O].map(|mark| (self.player(mark), Audience::Player(mark)));
        players.into_iter().chain(self.watchers.iter().map(|&peer| (peer, Audience::Watcher)))
    }

    /// Makes a move.
    ///
    /// # Errors
    /// Why the move is illegal. The table is unchanged then.
    pub(super) fn play(&mut self, number: GameNumber, mark: Mark, square: Square) -> Result<(), IllegalMove> {
        match self.phase {
            GamePhase::Over { .. } => return Err(IllegalMove::Over(number)),
            GamePhase::Running(turn) if turn != mark => return Err(IllegalMove::Turn(turn)),
            GamePhase::Running(_) => {}
        }
        self.board.place(square, mark).map_err(|owner| IllegalMove::Taken { square, owner, mark })?;
        self.phase = match self.board.state() {
            BoardState::Turn(mark) => GamePhase::Running(mark),
            BoardState::Won(mark, line) => Self::over(GameResult::Three(mark, line)),
            BoardState::Drawn => Self::over(GameResult::Drawn),
        };
        Ok(())
    }

    /// Ends the game: this player gives up.
    pub(super) const fn resign(&mut self, mark: Mark) {
        self.phase = Self::over(GameResult::Resigned(mark));
    }

    /// Records that a player offers another game.
    pub(super) const fn offer_again(&mut self, mark: Mark) {
        if let GamePhase::Over { result, .. } = self.phase {
            self.phase = GamePhase::Over { result, again: Some(mark) };
        }
    }

    /// Starts another game of the same players with sides changed.
    pub(super) const fn restart(&mut self) {
        std::mem::swap(&mut self.x, &mut self.o);
        self.board = Board::new();
        self.phase = GamePhase::Running(Mark::X);
    }

    /// The message with the state of the game.
    pub(super) const fn state_message(&self, number: GameNumber, reader: Audience) -> Message<'_> {
        match self.phase {
            GamePhase::Running(turn) => Message::Turn { number, turn, reader },
            GamePhase::Over { result, .. } => Message::Ended { number, result, reader },
        }
    }

    const fn over(result: GameResult) -> GamePhase {
        GamePhase::Over { result, again: None }
    }
}
