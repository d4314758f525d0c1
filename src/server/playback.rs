//! Plays the server's side of a recording to clients that connect.

pub(crate) mod difference;
pub(crate) mod playback_server;

pub use playback_server::{Notices, PlaybackServer, serve};
