//! Values as text, and the units they are written with.

use bytesize::ByteSize;
use std::fmt;
use std::time::Duration;

/// The value of a setting, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// One.
    Single(String),
    /// A list.
    List(Vec<String>),
}

/// Characters of a value that are quoted.
const QUOTED: usize = 60;

impl SettingValue {
    /// As much of it as is told where it is wrong.
    pub(super) fn short(&self) -> String {
        let text = self.to_string();
        match text.char_indices().nth(QUOTED) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }
}

/// As it is told: a list by its parts, and nothing as nothing.
impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(text) => f.write_str(text),
            Self::List(parts) => f.write_str(&parts.join(", ")),
        }
    }
}

/// Longer than anybody waits, and short enough to be added to any clock.
const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);

/// nc's bare seconds, or a time with its unit. Not zero, and at most a day.
///
/// # Errors
/// How a time is written.
pub fn duration(text: &str) -> Result<Duration, String> {
    duration_or_none(text)
        .ok()
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "a time is written 500ms, 5s or 2m, is not zero and at most a day".to_owned())
}

/// The same, or zero.
///
/// # Errors
/// How a time is written.
pub fn duration_or_none(text: &str) -> Result<Duration, String> {
    let time = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_unit) => humantime::parse_duration(text).ok(),
    };
    time.filter(|time| *time <= MAX_DURATION)
        .ok_or_else(|| "a time is written 500ms, 5s or 2m, and is at most a day".to_owned())
}

/// As [`duration`] reads it.
pub(super) fn format_duration(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

/// A number of bytes, with its unit or without.
pub(super) fn size(text: &str) -> Option<u64> {
    text.parse::<ByteSize>().ok().map(|size| size.as_u64())
}

/// As [`size`] reads it, in the largest unit that it is a whole number of.
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
        fn what_is_written_reads_as_it_was(bytes in any::<u64>(), shift in 0_u32..40, milliseconds in 1_u64..86_400_000) {
            let bytes = (bytes >> 20) >> shift << shift;
            prop_assert_eq!(size(&format_size(bytes)), Some(bytes));
            let time = Duration::from_millis(milliseconds);
            prop_assert_eq!(duration(&format_duration(time)), Ok(time));
        }
    }

    #[test]
    fn units_are_those_of_nc_and_of_people() {
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
