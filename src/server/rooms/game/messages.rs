//! The lines that the game sends, for programs and for people: `* turn 1 X: It is your turn, X. ...`.
//!
//! The keyword and fields before the colon are the protocol (`assets/lab/GAME.md`). The sentence after it is for people
//! and may change.

use super::board::{Board, Mark, Square};
use super::table::{Audience, GameNumber, GamePhase, GameResult};
use crate::server::sanitize::sanitize_line;
use bytes::BytesMut;
use std::fmt::{self, Write as _};

/// A line for one client. The picture follows [`Message::Board`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Message<'a> {
    Welcome,
    /// Holds the number of games that can be watched meanwhile.
    Wait(usize),
    /// Tells clients that are free that somebody waits for an opponent.
    Invite,
    Start {
        number: GameNumber,
        reader: Audience,
    },
    Board {
        number: GameNumber,
        board: &'a Board,
    },
    Turn {
        number: GameNumber,
        turn: Mark,
        reader: Audience,
    },
    Illegal(IllegalMove),
    /// A win or a draw.
    Ended {
        number: GameNumber,
        result: GameResult,
        reader: Audience,
    },
    Again {
        number: GameNumber,
        from: Mark,
        reader: Audience,
    },
    Gone {
        number: GameNumber,
        gone: Mark,
        phase: GamePhase,
        reader: Audience,
    },
    /// Confirms that the client watches this game.
    Watch(GameNumber),
    /// The head of the list: `count` games, of which `listed` lines follow.
    Games {
        count: usize,
        listed: usize,
    },
    /// A line of the list.
    Game {
        number: GameNumber,
        board: &'a Board,
        phase: GamePhase,
        watchers: usize,
    },
    Say {
        number: GameNumber,
        from: Mark,
        text: &'a [u8],
    },
    /// A line of the help: syntax and description.
    Help(&'static str, &'static str),
    Refused(CommandError),
    Bye,
}

/// The state of a client that is not playing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdleState {
    Waiting,
    Watching(GameNumber),
    Idle,
}

/// Why a move is illegal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IllegalMove {
    /// The square is not free.
    Taken {
        square: Square,
        owner: Mark,
        mark: Mark,
    },
    /// It is the turn of this player.
    Turn(Mark),
    Over(GameNumber),
    /// There is no such square.
    NoSquare,
    NotPlaying(IdleState),
}

/// Why a command was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandError {
    /// Neither a move nor a command.
    UnknownCommand,
    /// The line or the message is too long.
    TooLong,
    /// `/say` without a text.
    MissingText,
    /// `/watch` without a number.
    MissingNumber,
    /// There is no game with this number.
    NoGame(u32),
    /// `/watch` with the number of the client's own game.
    AlreadyPlaying(GameNumber),
    /// Not possible during a game.
    Playing(GameNumber),
    /// Not possible after a game.
    Over(GameNumber),
    NotPlaying(IdleState),
}

const REMATCH_HINT: &str = "/again offers another game, /new finds another opponent.";

impl Message<'_> {
    /// Writes the line with its LF.
    pub(super) fn write(&self, into: &mut BytesMut) {
        // Writing to a `BytesMut` cannot fail.
        let _ = write!(into, "* {}", self.keyword());
        let _ = self.write_fields(into);
        let _ = into.write_str(": ");
        let _ = self.write_sentence(into);
        let _ = into.write_str("\n");
        if let Self::Board { board, .. } = self {
            let _ = write!(into, "{board}");
        }
    }

    pub(super) const fn keyword(&self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Wait(_) => "wait",
            Self::Invite => "invite",
            Self::Start { .. } => "start",
            Self::Board { .. } => "board",
            Self::Turn { .. } => "turn",
            Self::Illegal(_) => "illegal",
            Self::Ended { result: GameResult::Drawn, .. } => "draw",
            Self::Ended { .. } => "win",
            Self::Again { .. } => "again",
            Self::Gone { .. } => "gone",
            Self::Watch(_) => "watch",
            Self::Games { .. } => "games",
            Self::Game { .. } => "game",
            Self::Say { .. } => "say",
            Self::Help(..) => "help",
            Self::Refused(_) => "refused",
            Self::Bye => "bye",
        }
    }

    /// Writes the fields, each after a space.
    fn write_fields(&self, f: &mut BytesMut) -> fmt::Result {
        match self {
            Self::Welcome => write!(f, " tic-tac-toe 1"),
            Self::Start { number, reader: Audience::Watcher } => write!(f, " {number} -"),
            Self::Board { number, board } => match board.last() {
                Some((square, _)) => write!(f, " {number} {} {}", board.position(), square.number()),
                None => write!(f, " {number} {} -", board.position()),
            },
            Self::Start { number, reader: Audience::Player(mark) }
            | Self::Turn { number, turn: mark, .. }
            | Self::Again { number, from: mark, .. }
            | Self::Gone { number, gone: mark, .. }
            | Self::Say { number, from: mark, .. } => write!(f, " {number} {mark}"),
            Self::Ended { number, result, .. } => match result {
                GameResult::Three(mark, line) => write!(f, " {number} {mark} {line}"),
                GameResult::Resigned(mark) => write!(f, " {number} {} resigned", mark.other()),
                GameResult::Drawn => write!(f, " {number}"),
            },
            Self::Watch(number) => write!(f, " {number}"),
            Self::Games { count, .. } => write!(f, " {count}"),
            Self::Game { number, board, phase, .. } => match phase {
                GamePhase::Running(turn) => write!(f, " {number} {} {turn}", board.position()),
                GamePhase::Over { .. } => write!(f, " {number} {} over", board.position()),
            },
            Self::Illegal(why) => write!(f, " {}", why.reason()),
            Self::Refused(why) => write!(f, " {}", why.reason()),
            Self::Wait(_) | Self::Invite | Self::Help(..) | Self::Bye => Ok(()),
        }
    }

    fn write_sentence(&self, f: &mut BytesMut) -> fmt::Result {
        match *self {
            Self::Welcome => f.write_str(
                "This is tic-tac-toe for two. A move is a number, 1 to 9, or a place like b2. /help lists the commands.",
            ),
            Self::Wait(0) => f.write_str("Waiting for an opponent. The next player to join plays with you."),
            Self::Wait(_) => f.write_str(
                "Waiting for an opponent. The next player to join plays with you. /games lists the games, /watch N shows one.",
            ),
            Self::Invite => f.write_str("Somebody is waiting for an opponent. /new starts a game with them."),
            Self::Start { number, reader } => write_start(f, number, reader),
            Self::Board { board, .. } => match board.last() {
                Some((square, mark)) => write!(f, "{mark} took {square}."),
                None => f.write_str("The board is empty."),
            },
            Self::Turn { turn, reader, .. } if reader == Audience::Player(turn) => {
                write!(f, "It is your turn, {turn}. Type the number of a free field, or its place.")
            }
            Self::Turn { turn, .. } => write!(f, "It is {turn}'s turn."),
            Self::Ended { result, reader, .. } => write_result(f, result, reader),
            Self::Again { from, reader, .. } => write_offer(f, from, reader),
            Self::Gone { number, gone: mark, phase, reader } => write_departure(f, number, mark, phase, reader),
            Self::Watch(number) => {
                write!(f, "You are watching game {number}. /new stops watching and finds an opponent.")
            }
            Self::Games { count: 0, .. } => f.write_str("There are no games."),
            Self::Games { count, listed } if listed < count => write!(f, "Only the first {listed} are listed."),
            Self::Games { .. } => f.write_str("/watch N shows one."),
            Self::Game { phase, watchers, .. } => write_game(f, phase, watchers),
            Self::Say { text, .. } => {
                sanitize_line(text, f);
                Ok(())
            }
            Self::Help(syntax, description) => write!(f, "{syntax} {description}"),
            Self::Illegal(why) => why.write_sentence(f),
            Self::Refused(why) => why.write_sentence(f),
            Self::Bye => f.write_str("Thank you for playing."),
        }
    }
}

fn write_start(f: &mut BytesMut, number: GameNumber, reader: Audience) -> fmt::Result {
    match reader {
        Audience::Player(Mark::X) => write!(f, "Game {number} begins. You are X and move first."),
        Audience::Player(Mark::O) => write!(f, "Game {number} begins. You are O; X moves first."),
        Audience::Watcher => write!(f, "Game {number} begins again, with sides changed."),
    }
}

fn write_result(f: &mut BytesMut, result: GameResult, reader: Audience) -> fmt::Result {
    match (result, reader) {
        (GameResult::Drawn, Audience::Watcher) => f.write_str("The board is full: a draw."),
        (GameResult::Drawn, Audience::Player(_)) => write!(f, "The board is full: a draw. {REMATCH_HINT}"),
        (GameResult::Three(winner, line), Audience::Watcher) => {
            write!(f, "{winner} wins with {}.", line.to_sentence_list())
        }
        (GameResult::Three(winner, line), Audience::Player(mark)) if winner == mark => {
            write!(f, "You win with {}. {REMATCH_HINT}", line.to_sentence_list())
        }
        (GameResult::Three(winner, line), Audience::Player(_)) => {
            write!(f, "You lose: {winner} has {}. {REMATCH_HINT}", line.to_sentence_list())
        }
        (GameResult::Resigned(loser), Audience::Watcher) => write!(f, "{loser} gave up, so {} wins.", loser.other()),
        (GameResult::Resigned(loser), Audience::Player(mark)) if loser == mark => {
            write!(f, "You gave up, so {} wins. {REMATCH_HINT}", loser.other())
        }
        (GameResult::Resigned(loser), Audience::Player(_)) => write!(f, "You win: {loser} gave up. {REMATCH_HINT}"),
    }
}

fn write_offer(f: &mut BytesMut, from: Mark, reader: Audience) -> fmt::Result {
    match reader {
        Audience::Player(mark) if mark == from => {
            f.write_str("You offered another game. /new finds another opponent instead.")
        }
        Audience::Player(_) => {
            f.write_str("Your opponent offers another game. /again accepts, /new finds another opponent.")
        }
        Audience::Watcher => write!(f, "{from} offers another game."),
    }
}

fn write_departure(
    f: &mut BytesMut,
    number: GameNumber,
    gone: Mark,
    phase: GamePhase,
    reader: Audience,
) -> fmt::Result {
    match (phase, reader) {
        (GamePhase::Running(_), Audience::Player(_)) => {
            write!(f, "Your opponent left during game {number}, so you win.")
        }
        (GamePhase::Over { .. }, Audience::Player(_)) => {
            f.write_str("Your opponent left. /new finds another, /watch N shows a game.")
        }
        (_, Audience::Watcher) => {
            write!(f, "{gone} left, and game {number} is closed. /games lists the others, /new finds an opponent.")
        }
    }
}

fn write_game(f: &mut BytesMut, phase: GamePhase, watchers: usize) -> fmt::Result {
    match phase {
        GamePhase::Running(turn) => write!(f, "{turn} is to move")?,
        GamePhase::Over { .. } => f.write_str("The game is over")?,
    }
    match watchers {
        0 => f.write_str(", nobody is watching."),
        1 => f.write_str(", 1 person is watching."),
        _ => write!(f, ", {watchers} people are watching."),
    }
}

impl IllegalMove {
    const fn reason(self) -> &'static str {
        match self {
            Self::Taken { .. } => "taken",
            Self::Turn(_) => "turn",
            Self::Over(_) => "over",
            Self::NoSquare => "field",
            Self::NotPlaying(state) => state.reason(),
        }
    }

    fn write_sentence(self, f: &mut BytesMut) -> fmt::Result {
        match self {
            Self::Taken { square, owner, mark } if owner == mark => {
                write!(f, "{square} is yours already. It is still your turn: choose a field that shows its number.")
            }
            Self::Taken { square, owner, .. } => {
                write!(f, "{square} is taken by {owner}. It is still your turn: choose a field that shows its number.")
            }
            Self::Turn(turn) => write!(f, "It is {turn}'s turn. Wait until it is yours, then move."),
            Self::Over(number) => write!(f, "Game {number} is over. {REMATCH_HINT}"),
            Self::NoSquare => f.write_str("There is no such field. A move is a number, 1 to 9, or a place, a1 to c3."),
            Self::NotPlaying(state) => state.write_sentence(f),
        }
    }
}

impl CommandError {
    const fn reason(self) -> &'static str {
        match self {
            Self::UnknownCommand => "unknown",
            Self::TooLong => "long",
            Self::MissingText | Self::MissingNumber => "usage",
            Self::NoGame(_) => "game",
            Self::Playing(_) => "playing",
            Self::AlreadyPlaying(_) | Self::Over(_) => "over",
            Self::NotPlaying(state) => state.reason(),
        }
    }

    fn write_sentence(self, f: &mut BytesMut) -> fmt::Result {
        match self {
            Self::UnknownCommand => f.write_str("This is neither a move nor a command. /help lists the commands."),
            Self::TooLong => write!(f, "This is too long and was ignored. /say accepts {} bytes.", super::MAX_SAY),
            Self::MissingText => f.write_str("Usage: /say TEXT, for example /say well played."),
            Self::MissingNumber => f.write_str("Usage: /watch N, for example /watch 1. /games lists the games."),
            Self::NoGame(number) => write!(f, "There is no game {number}. /games lists the games."),
            Self::Playing(number) => write!(f, "You are in the middle of game {number}. /resign gives it up."),
            Self::AlreadyPlaying(number) => write!(f, "Game {number} is your own and is over. {REMATCH_HINT}"),
            Self::Over(number) => write!(f, "Game {number} is already over. {REMATCH_HINT}"),
            Self::NotPlaying(state) => state.write_sentence(f),
        }
    }
}

impl IdleState {
    const fn reason(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Watching(_) => "watching",
            Self::Idle => "idle",
        }
    }

    fn write_sentence(self, f: &mut BytesMut) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("You have no opponent yet. The game starts when one joins."),
            Self::Watching(number) => {
                write!(f, "You are watching game {number}, and only its players can do this. /new finds an opponent.")
            }
            Self::Idle => f.write_str("You are not in a game. /new finds an opponent."),
        }
    }
}
