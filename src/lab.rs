//! The lab's servers.

mod plain;
pub mod room;
