//! Long rows that were laid out a moment ago.
//!
//! A key that scrolls looks at the rows around the anchor several times, and the frame after it once more. A row of an
//! ordinary length is laid out in a microsecond; one of 64 KiB takes up to three milliseconds, and a screen shows no
//! more than two of these. So the last few long ones are kept. What is kept is what would be made anew: a function of
//! the row and of the `Key`.

use super::render::{RowLayout, ViewOptions};
use crate::app::transcript::RowEnd;
use crate::app::view::filter::DisplayItem;
use std::cell::RefCell;
use std::rc::Rc;

/// Bytes of a row from which on it is kept.
pub(super) const MIN_ROW_BYTES: usize = 2048;

/// How many are kept: those of a page, the one above and the one below.
const CAPACITY: usize = 4;

/// Everything that a layout depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LayoutKey {
    pub(super) item: DisplayItem,
    pub(super) len: usize,
    pub(super) end: RowEnd,
    pub(super) lens: ViewOptions,
    pub(super) columns: usize,
    pub(super) indent: usize,
}

/// Caches the layouts of long rows.
#[derive(Debug, Default)]
pub struct LayoutCache(RefCell<Vec<(LayoutKey, Rc<RowLayout>)>>);

impl LayoutCache {
    /// The layout for this key; made now unless it is still there.
    pub(super) fn get(&self, key: LayoutKey, make: impl FnOnce() -> RowLayout) -> Rc<RowLayout> {
        let mut kept = self.0.borrow_mut();
        if let Some(at) = kept.iter().position(|(of, _)| *of == key) {
            // The one used last goes last.
            let found = kept.remove(at);
            let laid = Rc::clone(&found.1);
            kept.push(found);
            return laid;
        }
        let laid = Rc::new(make());
        if kept.len() == CAPACITY {
            kept.remove(0);
        }
        kept.push((key, Rc::clone(&laid)));
        laid
    }
}
