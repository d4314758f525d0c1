//! The input line: editing, undo, kill ring, history, completion and layout.

pub(crate) mod completion;
mod edit;
mod hidden_line;
pub(crate) mod history;
mod kill_ring;
mod layout;
pub(super) mod line_editor;
pub(super) mod secret_detection;
mod text_boundaries;
mod transform;
mod undo;
