//! Files: everything that may wait for a disk, and messages about what went wrong.
//!
//! `service` runs the core's file effects in the background and returns their results as events. The pipe mode and the
//! commands use the file types directly.

pub(crate) mod config_reloader;
pub(crate) mod dir_lister;
mod error_message;
pub(crate) mod export_writer;
pub(crate) mod file_reader;
mod history_file;
mod history_record;
pub(crate) mod history_store;
pub(crate) mod local_time;
mod log_file;
pub(crate) mod log_writer;
mod open_logs;
mod paths;
mod private_file;
mod recent_servers_file;
pub(crate) mod recorder;
pub(crate) mod recording_file;
mod regular_file;
mod secret_file;
pub(crate) mod secret_reader;
pub(crate) mod service;

pub use config_reloader::LoadConfigFn;
pub use error_message::{create_error_message, os_error_text, write_error_message};
pub use history_store::HistoryStore;
pub use log_file::{AppendUnit, CreateParents, DeviceId, LogFile, dated_predecessors, log_error_message, tail};
pub use open_logs::{LogAppend, LogFolders, OpenLogs};
pub use paths::{display_path, expand_path, history_path, state_folder};
pub use private_file::{create, is_deleted};
pub use recorder::Recorder;
pub use regular_file::{ReadError, read, read_error_message};
pub use secret_file::{MAX_SECRET_BYTES, SecretFile, read_secret_file};
