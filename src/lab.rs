//! The lab's servers.

pub mod name;
pub mod room;
