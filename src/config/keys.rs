//! The section `[keys]`: which keys do what.

use crate::app::keys::{Keymap, Refused, Wish, WishPart};
use crate::table::{Entry, Mistake};

/// Reads the section.
///
/// # Errors
/// All that is wrong with it.
pub(super) fn keys(entry: &Entry) -> Result<Keymap, Vec<Mistake>> {
    let table = entry.table().map_err(|mistake| vec![mistake])?;
    let (mut bound, mut mistakes): (Vec<(&Entry, Wish<'_>)>, _) = (Vec::new(), Vec::new());
    for entry in table.entries() {
        match entry.text() {
            Ok(action) => bound.push((entry, (entry.name(), action))),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    let wishes: Vec<Wish<'_>> = bound.iter().map(|(_, wish)| *wish).collect();
    match Keymap::with(&wishes) {
        Ok(keymap) if mistakes.is_empty() => return Ok(keymap),
        Ok(_) => {}
        Err(refused) => mistakes.extend(refused.into_iter().filter_map(|refused| told(refused, &bound))),
    }
    mistakes.sort_by_key(|mistake| mistake.place);
    Err(mistakes)
}

/// What was refused, at its place in the file.
fn told(refused: Refused, bound: &[(&Entry, Wish<'_>)]) -> Option<Mistake> {
    let (entry, _) = bound.get(refused.wish)?;
    Some(match refused.part {
        WishPart::Keys => entry.mistaken_key(refused.says),
        WishPart::Name => entry.mistake(refused.says),
    })
}
