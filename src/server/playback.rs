//! `netchat-tui replay` beside the screen: recordings from disk, as packets, and the server's side of them on a socket.
//!
//! What is played on the screen is `app::replay`'s.

pub(crate) mod difference;
pub(crate) mod playback_server;

pub use crate::commands::recording_files::{load, to_pcap};
pub use playback_server::{Notices, PlaybackServer, serve};
