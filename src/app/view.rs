//! Display of a transcript: which rows are visible, how they are laid out, and what is highlighted in them.

pub(crate) mod filter;
pub(crate) mod highlight;
mod layout_cache;
pub mod links;
pub(crate) mod mention;
pub(super) mod mention_tracker;
mod name_finder;
mod not_nicks;
pub(super) mod options;
mod own_nick;
pub(crate) mod page;
pub(crate) mod pattern;
pub(crate) mod render;
pub(super) mod row_matcher;
pub(super) mod row_set;
pub(super) mod scan;
pub(crate) mod search;
pub(super) mod session_view;
pub(crate) mod speaker;
pub mod viewport;
