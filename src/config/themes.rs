//! Themes that the settings name.

use crate::app::settings::Value;
use crate::table::{Entry, Mistake};

/// Whether there is a theme of this name. To be filled by what knows themes: so far the setting itself knows all there are.
///
/// # Errors
/// If there is none: the nearest.
#[expect(clippy::unnecessary_wraps, reason = "users' own themes can be missing")]
pub(super) const fn check(_entry: &Entry, _theme: &Value) -> Result<(), Mistake> {
    Ok(())
}
