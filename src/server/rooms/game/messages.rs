//! Every line the server says, for programs and for people: `* turn 1 X: It is your turn, X. ...`.
//!
//! Up to the colon stand a keyword and its fields, which are the protocol (`assets/lab/GAME.md`). Behind it stands a
//! sentence, which is for people and may change.

use super::board::{Board, Mark, Square};
use super::table::{Audience, GameNumber, GamePhase, GameResult};
use crate::server::sanitize::sanitize_line;
use bytes::BytesMut;
use std::fmt::{self, Write as _};

/// One line for one client; [`Message::Board`] has the picture after it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Message<'a> {
    Welcome,
    /// With so many games to watch meanwhile.
    Wait(usize),
    /// To those who could play: somebody waits.
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
        ending: GameResult,
        reader: Audience,
    },
    Again {
        number: GameNumber,
        asks: Mark,
        reader: Audience,
    },
    Gone {
        number: GameNumber,
        gone: Mark,
        stage: GamePhase,
        reader: Audience,
    },
    /// Now watches this game.
    Watch(GameNumber),
    /// So many games, of which so many are listed.
    Games {
        count: usize,
        listed: usize,
    },
    /// One of the list.
    Game {
        number: GameNumber,
        board: &'a Board,
        stage: GamePhase,
        watchers: usize,
    },
    Say {
        number: GameNumber,
        who: Mark,
        text: &'a [u8],
    },
    /// One line of the help: what to type, and what it does.
    Help(&'static str, &'static str),
    Refused(CommandError),
    Bye,
}

/// Not playing: what somebody does who is at no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdleState {
    Waiting,
    Watching(GameNumber),
    Idle,
}

/// Why a move was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IllegalMove {
    /// The field is not free.
    Taken {
        field: Square,
        owner: Mark,
        mark: Mark,
    },
    /// It is this side's turn.
    Turn(Mark),
    Over(GameNumber),
    /// There is no such field.
    Field,
    Outside(IdleState),
}

/// Why a command was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandError {
    /// Neither a move nor a command.
    UnknownCommand,
    /// The line is longer than it may be.
    TooLong,
    /// `/say` what?
    NothingSaid,
    /// `/watch` which?
    NoNumber,
    /// There is no game of this number.
    NoGame(u32),
    /// `/watch` one's own game.
    AlreadyPlaying(GameNumber),
    /// Not in the middle of a game.
    Playing(GameNumber),
    /// Not after a game.
    Over(GameNumber),
    Outside(IdleState),
}

const REMATCH_HINT: &str = "/again plays again with the same opponent, /new finds another.";

impl Message<'_> {
    /// Writes the line with its LF.
    pub(super) fn write(&self, into: &mut BytesMut) {
        // Writing to a buffer that grows cannot fail.
        let _ = write!(into, "* {}", self.keyword());
        let _ = self.fields(into);
        let _ = into.write_str(": ");
        let _ = self.sentence(into);
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
            Self::Ended { ending: GameResult::Drawn, .. } => "draw",
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

    /// The machine-readable part, each field with a blank before it.
    fn fields(&self, f: &mut BytesMut) -> fmt::Result {
        match self {
            Self::Welcome => write!(f, " tic-tac-toe 1"),
            Self::Start { number, reader: Audience::Watcher } => write!(f, " {number} -"),
            Self::Board { number, board } => match board.last() {
                Some((field, _)) => write!(f, " {number} {} {}", board.position(), field.number()),
                None => write!(f, " {number} {} -", board.position()),
            },
            Self::Start { number, reader: Audience::Player(mark) }
            | Self::Turn { number, turn: mark, .. }
            | Self::Again { number, asks: mark, .. }
            | Self::Gone { number, gone: mark, .. }
            | Self::Say { number, who: mark, .. } => write!(f, " {number} {mark}"),
            Self::Ended { number, ending, .. } => match ending {
                GameResult::Three(mark, three) => write!(f, " {number} {mark} {three}"),
                GameResult::Resigned(mark) => write!(f, " {number} {} resigned", mark.other()),
                GameResult::Drawn => write!(f, " {number}"),
            },
            Self::Watch(number) => write!(f, " {number}"),
            Self::Games { count, .. } => write!(f, " {count}"),
            Self::Game { number, board, stage, .. } => match stage {
                GamePhase::Running(turn) => write!(f, " {number} {} {turn}", board.position()),
                GamePhase::Over { .. } => write!(f, " {number} {} over", board.position()),
            },
            Self::Illegal(why) => write!(f, " {}", why.word()),
            Self::Refused(why) => write!(f, " {}", why.word()),
            Self::Wait(_) | Self::Invite | Self::Help(..) | Self::Bye => Ok(()),
        }
    }

    fn sentence(&self, f: &mut BytesMut) -> fmt::Result {
        match *self {
            Self::Welcome => f.write_str(
                "This is tic-tac-toe for two. A move is a number, 1 to 9, or a place like b2. /help lists all you can type.",
            ),
            Self::Wait(0) => f.write_str("You wait for an opponent: whoever comes next plays with you."),
            Self::Wait(_) => f.write_str(
                "You wait for an opponent: whoever comes next plays with you. /games lists the games, /watch N shows one.",
            ),
            Self::Invite => f.write_str("Somebody waits for an opponent. /new plays with them."),
            Self::Start { number, reader } => start(f, number, reader),
            Self::Board { board, .. } => match board.last() {
                Some((field, mark)) => write!(f, "{mark} took {field}."),
                None => f.write_str("The board is empty."),
            },
            Self::Turn { turn, reader, .. } if reader == Audience::Player(turn) => {
                write!(f, "It is your turn, {turn}. Type the number of a free field, or its place.")
            }
            Self::Turn { turn, .. } => write!(f, "It is {turn}'s turn."),
            Self::Ended { ending, reader, .. } => ended(f, ending, reader),
            Self::Again { asks, reader, .. } => again(f, asks, reader),
            Self::Gone { number, gone: mark, stage, reader } => gone(f, number, mark, stage, reader),
            Self::Watch(number) => {
                write!(f, "You watch game {number} and do not wait for an opponent. /new stops watching and waits.")
            }
            Self::Games { count: 0, .. } => f.write_str("Nobody plays just now."),
            Self::Games { count, listed } if listed < count => write!(f, "The first {listed} of them."),
            Self::Games { .. } => f.write_str("All of them. /watch N shows one."),
            Self::Game { stage, watchers, .. } => game(f, stage, watchers),
            Self::Say { text, .. } => {
                sanitize_line(text, f);
                Ok(())
            }
            Self::Help(words, meaning) => write!(f, "{words} {meaning}"),
            Self::Illegal(why) => why.sentence(f),
            Self::Refused(why) => why.sentence(f),
            Self::Bye => f.write_str("Thank you for playing."),
        }
    }
}

fn start(f: &mut BytesMut, number: GameNumber, reader: Audience) -> fmt::Result {
    match reader {
        Audience::Player(Mark::X) => write!(f, "Game {number} begins. You are X and move first."),
        Audience::Player(Mark::O) => write!(f, "Game {number} begins. You are O; X moves first."),
        Audience::Watcher => write!(f, "Game {number} begins again, with sides changed."),
    }
}

fn ended(f: &mut BytesMut, ending: GameResult, reader: Audience) -> fmt::Result {
    match (ending, reader) {
        (GameResult::Drawn, Audience::Watcher) => f.write_str("The board is full: a draw."),
        (GameResult::Drawn, Audience::Player(_)) => write!(f, "The board is full: a draw. {REMATCH_HINT}"),
        (GameResult::Three(winner, three), Audience::Watcher) => write!(f, "{winner} wins with {}.", three.listed()),
        (GameResult::Three(winner, three), Audience::Player(mark)) if winner == mark => {
            write!(f, "You win with {}! {REMATCH_HINT}", three.listed())
        }
        (GameResult::Three(winner, three), Audience::Player(_)) => {
            write!(f, "You lose: {winner} has {}. {REMATCH_HINT}", three.listed())
        }
        (GameResult::Resigned(loser), Audience::Watcher) => write!(f, "{loser} gives up, so {} wins.", loser.other()),
        (GameResult::Resigned(loser), Audience::Player(mark)) if loser == mark => {
            write!(f, "You give up, so {} wins. {REMATCH_HINT}", loser.other())
        }
        (GameResult::Resigned(loser), Audience::Player(_)) => write!(f, "You win: {loser} gives up. {REMATCH_HINT}"),
    }
}

fn again(f: &mut BytesMut, asks: Mark, reader: Audience) -> fmt::Result {
    match reader {
        Audience::Player(mark) if mark == asks => {
            f.write_str("You would play again, and your opponent knows. /new finds another opponent.")
        }
        Audience::Player(_) => {
            f.write_str("Your opponent would play again. /again agrees, /new finds another opponent.")
        }
        Audience::Watcher => write!(f, "{asks} would play again."),
    }
}

fn gone(f: &mut BytesMut, number: GameNumber, gone: Mark, stage: GamePhase, reader: Audience) -> fmt::Result {
    match (stage, reader) {
        (GamePhase::Running(_), Audience::Player(_)) => {
            write!(f, "Your opponent has left in the middle of game {number}, so you win it.")
        }
        (GamePhase::Over { .. }, Audience::Player(_)) => {
            f.write_str("Your opponent has left. /new finds another, /watch N shows a game.")
        }
        (_, Audience::Watcher) => {
            write!(f, "{gone} has left, and game {number} is closed. /games lists the others, /new plays yourself.")
        }
    }
}

fn game(f: &mut BytesMut, stage: GamePhase, watchers: usize) -> fmt::Result {
    match stage {
        GamePhase::Running(turn) => write!(f, "{turn} is to move")?,
        GamePhase::Over { .. } => f.write_str("It is over")?,
    }
    match watchers {
        0 => f.write_str(", nobody watches."),
        1 => f.write_str(", 1 watches."),
        _ => write!(f, ", {watchers} watch."),
    }
}

impl IllegalMove {
    const fn word(self) -> &'static str {
        match self {
            Self::Taken { .. } => "taken",
            Self::Turn(_) => "turn",
            Self::Over(_) => "over",
            Self::Field => "field",
            Self::Outside(place) => place.word(),
        }
    }

    fn sentence(self, f: &mut BytesMut) -> fmt::Result {
        match self {
            Self::Taken { field, owner, mark } if owner == mark => {
                write!(f, "{field} is yours already. It is still your turn: choose a field that shows its number.")
            }
            Self::Taken { field, owner, .. } => {
                write!(f, "{field} is taken by {owner}. It is still your turn: choose a field that shows its number.")
            }
            Self::Turn(turn) => write!(f, "It is {turn}'s turn. Wait until it is yours, then move."),
            Self::Over(number) => write!(f, "Game {number} is over. {REMATCH_HINT}"),
            Self::Field => f.write_str("There is no such field. A move is a number, 1 to 9, or a place, a1 to c3."),
            Self::Outside(place) => place.sentence(f),
        }
    }
}

impl CommandError {
    const fn word(self) -> &'static str {
        match self {
            Self::UnknownCommand => "unknown",
            Self::TooLong => "long",
            Self::NothingSaid | Self::NoNumber => "usage",
            Self::NoGame(_) => "game",
            Self::Playing(_) => "playing",
            Self::AlreadyPlaying(_) | Self::Over(_) => "over",
            Self::Outside(place) => place.word(),
        }
    }

    fn sentence(self, f: &mut BytesMut) -> fmt::Result {
        match self {
            Self::UnknownCommand => f.write_str("This is neither a move nor a command. /help lists all you can type."),
            Self::TooLong => write!(f, "This is too long and was not used. /say takes {} bytes.", super::MAX_SAY),
            Self::NothingSaid => f.write_str("Say what? For example: /say well played."),
            Self::NoNumber => f.write_str("Watch which game? For example: /watch 1. /games lists them."),
            Self::NoGame(number) => write!(f, "There is no game {number}. /games lists those there are."),
            Self::Playing(number) => write!(f, "You are in the middle of game {number}. /resign gives it up."),
            Self::AlreadyPlaying(number) => write!(f, "Game {number} is your own, and over. {REMATCH_HINT}"),
            Self::Over(number) => write!(f, "Game {number} is over already. {REMATCH_HINT}"),
            Self::Outside(place) => place.sentence(f),
        }
    }
}

impl IdleState {
    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Watching(_) => "watching",
            Self::Idle => "idle",
        }
    }

    fn sentence(self, f: &mut BytesMut) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("You have no opponent yet. Your game starts when one comes."),
            Self::Watching(number) => {
                write!(f, "You watch game {number}; this is for its players. /new waits for an opponent of your own.")
            }
            Self::Idle => f.write_str("You are in no game. /new waits for an opponent."),
        }
    }
}
