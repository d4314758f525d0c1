//! netchat-tui
pub mod app;
pub mod cli;
pub mod link;
pub mod net;
pub mod text;
pub mod tui;
pub mod ui;
