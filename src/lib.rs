//! netchat-tui
pub mod link;
pub mod text;
