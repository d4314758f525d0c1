//! Which of the lab's servers.

use super::room::Room;
use super::rooms::answer::{AnswerLimit, AnswerRoom, Transform};
use super::rooms::chat::Chat;
use super::rooms::game::Game;
use super::rooms::greet::Greet;
use super::rooms::relay::Relay;
use fastrand::Rng;
use std::fmt;
use std::time::Duration;

/// A server of the lab, and what it needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerKind {
    /// Tasks 1 to 4.
    Greet {
        /// Closes after this time.
        linger: Duration,
    },
    /// Tasks 5 to 9.
    Answer {
        /// How.
        manner: Transform,
        /// How often.
        answers: AnswerLimit,
    },
    /// Tasks 13 to 15.
    Relay,
    /// Tasks 16 and 17.
    Chat {
        /// Messages that a newcomer gets to read.
        history: usize,
    },
    /// The game that the lab leads to.
    Game,
}

impl ServerKind {
    /// An empty room of this kind; newcomers to a chat read `motd`.
    pub fn room(&self, motd: &[u8]) -> Box<dyn Room> {
        match self {
            Self::Greet { linger } => Box::new(Greet::new(*linger)),
            Self::Answer { manner, answers } => Box::new(AnswerRoom::new(*manner, *answers)),
            Self::Relay => Box::<Relay>::default(),
            Self::Chat { history } => Box::new(Chat::new(*history, motd, Rng::new())),
            Self::Game => Box::<Game>::default(),
        }
    }
}

/// Its name on the command line.
impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greet { .. } => "greet",
            Self::Answer { manner: Transform::Reverse, .. } => "reverse",
            Self::Answer { manner: Transform::Upper, .. } => "upper",
            Self::Answer { manner: Transform::Echo, .. } => "echo",
            Self::Relay => "relay",
            Self::Chat { .. } => "chat",
            Self::Game => "game",
        })
    }
}
