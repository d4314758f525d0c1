//! TODO(module)

pub mod answer;
pub mod chat;
pub mod game;
pub mod greet;
pub mod relay;
