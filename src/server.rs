//! The lab's servers, done properly.
//!
//! ```text
//!                     bytes            lines            deliveries         references
//!   socket ──► peer ─────────► framer ───────► a room ───────────► outbox ───────────► peer ──► socket
//!              task            pace                                per client          task
//!              └──────────────── hub: one lock ──────────────────────────┘
//! ```
//!
//! A **room** is what makes one server another: a state machine that is told who joined, what line came and who left,
//! and answers with who gets to read what ([`room::Room`]). It is pure, so a student who wants to know how a task of
//! the lab is done reads one file:
//!
//! | lab task | room | `serve` |
//! |---|---|---|
//! | 1-4: a server that greets | `send_on_connect_lines` | `greet` |
//! | 5-9, deliverable 1: servers that answer | `on_confirm_char` | `reverse`, `upper`, `echo` |
//! | 13-15: what one says, the others read | `relay` | `relay` |
//! | 16-17: nicknames | `chat`, with `name` | `chat` |
//! | the game it leads to | `game` | `game` |
//!
//! Around it stands what all servers need and the lab leaves out. The **hub** owns the room and a mailbox per client.
//! A **peer** is the task of one connection: it reads, has the hub hear it, and writes what its mailbox holds. Between
//! them are the pure parts: [`framer`] (bytes to lines), `paste_delay` (how many lines), [`outbox`] (what waits for a client,
//! and what happens when that does not read). [`Server`] listens, lets in and says goodbye.
//!
//! # What it does about trouble
//!
//! Everything is bounded (`Limits`), and whoever is refused, slowed down or cut off is told why, as is the log
//! ([`ServerEvent`]). What a client may not say yet stays in its own socket: TCP tells it to wait. What the others said
//! waits for a slow reader in its outbox, as references to buffers that all share; when that is full the others wait
//! for it, but only a moment ([`outbox`] says how long). So nobody is held up by anybody for long, and who keeps up
//! loses nothing.
//!
//! # Why one thread
//!
//! See [`Server`].

mod acceptor;
mod client_task;
pub mod console;
mod event;
pub mod framer;
mod hub;
mod kind;
pub mod lan;
mod limits;
pub mod listen;
pub mod nicknames;
pub mod outbox;
pub mod playback;
pub mod rate_limit;
pub mod room;
pub mod rooms;
mod sanitize;

pub use acceptor::Server;
pub use event::{AdmissionError, ClientLabel, ServerEvent, Sink};
pub use kind::ServerKind;
pub use limits::ServerLimits;
