//! Display of a transcript: which rows are visible, how they are laid out, and what is highlighted in them.

pub mod filter;
pub mod highlight;
mod layout_cache;
pub mod links;
pub mod mention;
pub(super) mod mention_tracker;
mod name_finder;
mod not_nicks;
pub(super) mod options;
mod own_nick;
pub mod page;
pub mod pattern;
pub mod render;
pub(super) mod row_matcher;
pub(super) mod row_set;
pub(super) mod scan;
pub mod search;
pub(super) mod session_view;
pub mod speaker;
pub mod viewport;
