//! The rooms, one for each lab task: pure state machines that turn joins and lines into output.

pub mod answer;
pub mod chat;
pub mod game;
pub mod greet;
pub mod relay;
