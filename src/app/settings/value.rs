//! Represents setting values as text and converts durations and sizes with units.

use bytesize::ByteSize;
use std::fmt;
use std::time::Duration;

/// The value of a setting, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A single value.
    Single(String),
    /// A list of words or lines.
    List(Vec<String>),
}

/// Maximum number of characters of a value quoted in an error message.
const MAX_QUOTED_CHARS: usize = 60;

impl SettingValue {
    /// Returns the value for an error message, truncated to [`MAX_QUOTED_CHARS`].
    pub(super) fn short(&self) -> String {
        let text = self.to_string();
        match text.char_indices().nth(MAX_QUOTED_CHARS) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }
}

/// Formats a list as its items separated by commas.
impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(text) => f.write_str(text),
            Self::List(parts) => f.write_str(&parts.join(", ")),
        }
    }
}

/// Maximum duration. Short enough to be added to any clock without overflow.
const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);

/// Parses a duration: a number of seconds, as in nc, or a number with a unit. Zero is rejected; the maximum is a day.
///
/// # Errors
/// If the text is no such duration: a clause that describes the format.
pub fn duration(text: &str) -> Result<Duration, String> {
    duration_or_none(text)
        .ok()
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "write a time like 500ms, 5s or 2m, above zero and at most a day".to_owned())
}

/// Parses a duration like [`duration`], but accepts zero.
///
/// # Errors
/// If the text is no such duration: a clause that describes the format.
pub fn duration_or_none(text: &str) -> Result<Duration, String> {
    let time = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_unit) => humantime::parse_duration(text).ok(),
    };
    time.filter(|time| *time <= MAX_DURATION)
        .ok_or_else(|| "write a time like 500ms, 5s or 2m, at most a day".to_owned())
}

/// Formats a duration so that [`duration`] parses it.
pub(super) fn format_duration(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

/// Parses a number of bytes, with or without a unit.
pub(super) fn size(text: &str) -> Option<u64> {
    text.parse::<ByteSize>().ok().map(|size| size.as_u64())
}

/// Formats a number of bytes so that [`size`] parses it, in the largest binary unit that divides it.
pub(super) fn format_size(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let fits = |&&(shift, _): &&(u32, &str)| bytes > 0 && bytes.trailing_zeros() >= shift;
    units.iter().find(fits).map_or_else(|| bytes.to_string(), |(shift, unit)| format!("{}{unit}", bytes >> shift))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn formatted_sizes_and_durations_parse_back(bytes in any::<u64>(), shift in 0_u32..40, milliseconds in 1_u64..86_400_000) {
            let bytes = (bytes >> 20) >> shift << shift;
            prop_assert_eq!(size(&format_size(bytes)), Some(bytes));
            let time = Duration::from_millis(milliseconds);
            prop_assert_eq!(duration(&format_duration(time)), Ok(time));
        }
    }

    #[test]
    fn durations_and_sizes_accept_units_or_plain_numbers() {
        for (text, milliseconds) in [("3", 3000), ("500ms", 500), ("2m", 120_000), ("0.5", 500), ("24h", 86_400_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["0", "soon", "-1", "1e19", "25h", "nan", "inf", ""] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(duration_or_none("0"), Ok(Duration::ZERO));
        assert_eq!(
            (format_size(64 << 20), format_size(1000), format_size(0)),
            ("64MiB".into(), "1000".into(), "0".into())
        );
        assert_eq!((size("64MiB"), size("1000"), size("many")), (Some(64 << 20), Some(1000), None));
    }
}
