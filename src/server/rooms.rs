//! The lab's servers as pure state machines: a client joins or a line arrives, and the room says who receives what.

pub mod answer;
pub mod chat;
pub mod game;
pub mod greet;
pub mod relay;
