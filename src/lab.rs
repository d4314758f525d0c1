//! The lab's servers.

pub mod room;
