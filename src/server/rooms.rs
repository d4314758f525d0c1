//! The rooms, one for each lab task: pure state machines that turn joins and lines into output.

pub(crate) mod answer;
pub mod chat;
pub(crate) mod game;
pub(crate) mod greet;
pub(crate) mod relay;
