//! TODO(module)

pub(crate) mod host;
pub(crate) mod recording_files;
pub mod serve;
pub(crate) mod signals;
