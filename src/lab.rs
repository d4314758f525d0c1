//! The lab's servers.

pub mod answer;
pub mod framer;
pub mod game;
pub mod greet;
mod hub;
mod incident;
mod limits;
pub mod listen;
pub mod outbox;
pub mod pace;
mod peer;
mod plain;
pub mod relay;
pub mod name;
pub mod room;
mod server;

pub use incident::{Incident, Refusal, Sink, Who};
pub use limits::Limits;
pub use server::Server;
