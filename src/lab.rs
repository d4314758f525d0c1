//! The lab's servers.

pub mod game;
mod plain;
pub mod room;
