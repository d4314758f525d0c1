//! netchat-tui
pub mod app;
pub mod link;
pub mod text;
