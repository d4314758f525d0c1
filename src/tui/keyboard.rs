//! Keyboard, mouse and paste input as a stream of crossterm events.
//!
//! On Unix the terminal's bytes are read and decoded here instead of by crossterm, because crossterm
//!
//! - holds all input after the start of a paste until its end marker, which a stalled connection may have lost, so that no
//!   key works any more; and if the marker is only late, the rest must not be taken for keys (`bracketed_paste`);
//! - does not tell which bytes were read together, without which an unmarked paste cannot be told from typing; an Enter in
//!   it has to wait for the following bytes (`unmarked_paste`, and [`evidence`] for whether markers are supported);
//! - reads in a separate thread, even while the external editor has the terminal, and loses keys that arrive together with
//!   a resize, or in a read of more than 1024 bytes;
//! - decodes a key that is split over two reads as Esc and text, and answers of the terminal likewise.
//!
//! The crate `terminput` is crossterm's parser without reading. It has the last problem too, and no limit for unknown
//! sequences; only the tables in [`key`] would be left to it.
//!
//! ```text
//!    stdin ──► unix ──► decoder ──► escape_sequence ──► key ──► events
//!                         ├──► evidence
//!                         ├──► bracketed_paste
//!                         └──► unmarked_paste
//! ```
//!
//! On Windows the console delivers events, and crossterm passes them on (`windows`).

#[cfg(unix)]
mod bracketed_paste;
#[cfg(unix)]
mod csi_params;
#[cfg(unix)]
mod decoder;
#[cfg(unix)]
mod escape_sequence;
#[cfg(unix)]
mod evidence;
#[cfg(unix)]
mod key;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod unmarked_paste;
#[cfg(not(unix))]
mod windows;

#[cfg(unix)]
pub(crate) use evidence::QUERY;
#[cfg(unix)]
pub use unix::Keyboard;
#[cfg(not(unix))]
pub use windows::Keyboard;
