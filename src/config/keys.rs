//! The section `[keys]`: which keys do what.

use crate::table::{Entry, Mistake, Place};

/// A key that is bound otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// Where in the file.
    pub place: Place,
    /// The key or keys, as they are written.
    pub keys: String,
    /// What they do.
    pub action: String,
}

/// Reads the section. To be filled by what knows keys: so far each is taken as it is written.
///
/// # Errors
/// All that is wrong with it.
pub(super) fn keys(entry: &Entry) -> Result<Vec<Bound>, Vec<Mistake>> {
    let table = entry.table().map_err(|mistake| vec![mistake])?;
    let (mut bound, mut mistakes) = (Vec::new(), Vec::new());
    for entry in table.entries() {
        match entry.text() {
            Ok(action) => {
                bound.push(Bound { place: entry.place(), keys: entry.name().to_owned(), action: action.to_owned() });
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(bound) } else { Err(mistakes) }
}
