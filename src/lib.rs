//! netchat-tui
pub mod app;
pub mod link;
pub mod net;
pub mod text;
