//! The last sentence about bytes that were sent in vain.

use crate::text::format_thousands;

/// Says how many bytes the user sent in vain, if any.
pub(crate) fn not_delivered(bytes: u64) -> Option<String> {
    let words = match bytes {
        0 => return None,
        1 => "1 byte you sent was".to_owned(),
        bytes => format!("{} bytes you sent were", format_thousands(bytes)),
    };
    Some(format!("{words} not acknowledged by the other machine before this program ended, and may not arrive."))
}
