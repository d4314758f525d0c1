//! The lab's servers: rooms that greet, answer, relay, chat and play, and the runtime they share.
//!
//! ```text
//!                     bytes            lines            deliveries         references
//!   socket ──► client ───────► framer ───────► a room ───────────► outbox ───────────► client ──► socket
//!              task            rate limit                          per client          task
//!              └──────────────── hub: one lock ──────────────────────────┘
//! ```
//!
//! A **room** ([`room::Room`]) is the part in which the servers differ: a pure state machine that receives joins, lines
//! and departures and returns who receives which bytes. Each lab task is one file:
//!
//! | lab task | room | `serve` |
//! |---|---|---|
//! | 1-4: a server that greets | `greet` | `greet` |
//! | 5-9, deliverable 1: servers that answer | `answer` | `reverse`, `upper`, `echo` |
//! | 13-15: each line goes to all others | `relay` | `relay` |
//! | 16-17: nicknames | `chat`, with `nicknames` | `chat` |
//! | the game it leads to | `game` | `game` |
//!
//! The **hub** owns the room and a mailbox per client. A **client task** serves one connection: it reads, passes the
//! bytes to the hub, and writes what its mailbox holds. The pure parts between them are [`framer`] (bytes to lines),
//! `rate_limit` (lines per second) and `outbox` (output queued for one client). [`Server`] listens, accepts
//! and shuts down.
//!
//! # Overload
//!
//! Everything is bounded ([`ServerLimits`]). A client that is refused, slowed down or disconnected receives the reason,
//! and so does the log ([`ServerEvent`]). Lines over the rate limit stay in the client's socket, so that TCP slows the
//! sender down. Output for a slow reader waits in its outbox, as references to buffers that all outboxes share. When an
//! outbox is full, senders wait for it, but only for `outbox::BACKPRESSURE_TIME`: no client delays the others for
//! long, and a client that keeps up loses nothing.
//!
//! [`Server`] explains why one thread is enough.

mod acceptor;
mod client_task;
pub(crate) mod console;
mod event;
pub mod framer;
mod hub;
mod kind;
pub(crate) mod lan;
mod limits;
pub(crate) mod listen;
pub(crate) mod nicknames;
mod options;
pub(crate) mod outbox;
pub mod playback;
pub(crate) mod rate_limit;
pub mod room;
pub mod rooms;
mod sanitize;

pub use acceptor::Server;
pub use event::{AdmissionError, ClientLabel, ConfigurableLimit, ServerEvent, Sink};
pub use kind::ServerKind;
pub use limits::ServerLimits;
pub use options::{ListenOn, ServerOptions};
