//! The keyboard: what is typed, pasted and pointed at, as a stream of crossterm's events.
//!
//! On Unix the bytes of the terminal are read and taken apart here. crossterm would do both, but
//!
//! - it holds all that follows the beginning of a paste until the end comes, which a stalled connection may have lost:
//!   no key would ever work again; and if the end is only late, the rest must not be taken for keys (`paste`);
//! - where the terminal is not known to mark pastes ([`evidence`]), what is pasted cannot be told from keys without knowing
//!   what came at once, and an Enter in it must wait until it is known what follows (`burst`);
//! - its stream reads in a thread of its own, also when nobody asks, and so takes keys from an editor that the terminal
//!   was lent to; and it overlooks keys that come together with a new size, or more than 1024 bytes of them at once;
//! - a key in two reads is Esc and text to it, and so are answers of the terminal.
//!
//! The crate `terminput` is crossterm's parser on its own, with the last of these and without an end to what it does
//! not know. What is left of it would be the tables in [`key`].
//!
//! ```text
//!    stdin ──► tty ──► decoder ──► sequence ──► key ──► events
//!                        ├──► evidence
//!                        ├──► paste
//!                        └──► burst
//! ```
//!
//! On Windows the console has events of its own, and crossterm passes them on (`console`).

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
