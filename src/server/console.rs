//! TODO(module)

pub(crate) mod banner;
pub(crate) mod log;
pub(crate) mod log_throttle;
