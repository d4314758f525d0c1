//! The kinds of servers and the rooms they create.

use super::room::Room;
use super::rooms::answer::{AnswerLimit, AnswerRoom, Transform};
use super::rooms::chat::Chat;
use super::rooms::game::Game;
use super::rooms::greet::Greet;
use super::rooms::relay::Relay;
use fastrand::Rng;
use std::fmt;
use std::time::Duration;

/// A kind of server, with its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerKind {
    /// Greets and disconnects: lab tasks 1 to 4.
    Greet {
        /// Time before the server disconnects.
        linger: Duration,
    },
    /// Answers lines: lab tasks 5 to 9.
    Answer {
        /// How a line becomes its answer.
        transform: Transform,
        /// How often each client is answered.
        answers: AnswerLimit,
    },
    /// Passes each line to all other clients: lab tasks 13 to 15.
    Relay,
    /// Chats with nicknames: lab tasks 16 and 17.
    Chat {
        /// Earlier messages that a new client receives.
        history: usize,
    },
    /// Plays tic-tac-toe.
    Game,
}

impl ServerKind {
    /// Creates an empty room of this kind. Only a chat uses `motd`, the text that new clients receive.
    pub fn room(&self, motd: &[u8]) -> Box<dyn Room> {
        match self {
            Self::Greet { linger } => Box::new(Greet::new(*linger)),
            Self::Answer { transform, answers } => Box::new(AnswerRoom::new(*transform, *answers)),
            Self::Relay => Box::<Relay>::default(),
            Self::Chat { history } => Box::new(Chat::new(*history, motd, Rng::new())),
            Self::Game => Box::<Game>::default(),
        }
    }
}

/// Formats the name that the command line uses.
impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greet { .. } => "greet",
            Self::Answer { transform: Transform::Reverse, .. } => "reverse",
            Self::Answer { transform: Transform::Upper, .. } => "upper",
            Self::Answer { transform: Transform::Echo, .. } => "echo",
            Self::Relay => "relay",
            Self::Chat { .. } => "chat",
            Self::Game => "game",
        })
    }
}
