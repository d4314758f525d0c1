//! Caches the layouts of long rows.
//!
//! Scrolling lays out the rows around the anchor several times, and the next frame does so again. That takes a
//! microsecond for a row of ordinary length, but up to 3 ms for one of 64 KiB. A screen shows at most two of those, so a
//! few entries suffice.

use super::render::{RowLayout, ViewOptions};
use crate::app::transcript::RowEnd;
use crate::app::view::filter::DisplayItem;
use std::cell::RefCell;
use std::rc::Rc;

/// Minimum length in bytes of rows that are cached.
pub(super) const MIN_ROW_BYTES: usize = 2048;

/// Maximum number of layouts: two on a page, one above and one below.
const CAPACITY: usize = 4;

/// All inputs of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LayoutKey {
    pub(super) item: DisplayItem,
    pub(super) len: usize,
    pub(super) end: RowEnd,
    pub(super) options: ViewOptions,
    pub(super) columns: usize,
    pub(super) indent: usize,
}

/// Holds the most recently used layouts, the newest last.
#[derive(Debug, Default)]
pub struct LayoutCache(RefCell<Vec<(LayoutKey, Rc<RowLayout>)>>);

impl LayoutCache {
    /// Returns the layout for a key, computing it if it is not cached.
    pub(super) fn get(&self, key: LayoutKey, compute: impl FnOnce() -> RowLayout) -> Rc<RowLayout> {
        let mut entries = self.0.borrow_mut();
        if let Some(index) = entries.iter().position(|(cached, _)| *cached == key) {
            let entry = entries.remove(index);
            let layout = Rc::clone(&entry.1);
            entries.push(entry);
            return layout;
        }
        let layout = Rc::new(compute());
        if entries.len() == CAPACITY {
            entries.remove(0);
        }
        entries.push((key, Rc::clone(&layout)));
        layout
    }
}
