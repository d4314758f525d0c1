//! core
pub mod time;
pub mod transcript;
