//! The lab's servers.

pub mod framer;
pub mod outbox;
pub mod pace;
pub mod room;
