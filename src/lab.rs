//! The lab's servers.

pub mod answer;
pub mod chat;
pub mod framer;
pub mod game;
pub mod greet;
mod hub;
mod incident;
mod kind;
pub mod lan;
mod limits;
pub mod listen;
pub mod name;
pub mod outbox;
pub mod pace;
mod peer;
mod plain;
pub mod relay;
pub mod room;
mod server;

pub use incident::{Incident, Refusal, Sink, Who};
pub use kind::Kind;
pub use limits::Limits;
pub use server::Server;
