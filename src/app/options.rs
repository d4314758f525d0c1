//! What can be set.

use super::lens::TimeMode;
use super::transcript::Limits;
use super::viewport::Lens;
use crate::link::Eol;
use std::time::Duration;

/// What the user set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What ends a line on its way out.
    pub eol: Eol,
    /// The nickname to ask for on each connection.
    pub nick: Option<String>,
    /// Limit for resolving and connecting together.
    pub connect_limit: Duration,
    /// How much a tab keeps.
    pub limits: Limits,
    /// How messages are looked at to begin with.
    pub lens: Lens,
    /// The time in the gutter.
    pub time: TimeMode,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            eol: Eol::Lf,
            nick: None,
            connect_limit: Duration::from_secs(10),
            limits: Limits::default(),
            lens: Lens::default(),
            time: TimeMode::default(),
        }
    }
}
