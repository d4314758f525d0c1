//! Output of a server on its own terminal: the startup banner, the log, and a limit on log lines.

pub(crate) mod banner;
pub(crate) mod log;
pub(crate) mod log_throttle;
