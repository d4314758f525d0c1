//! The wall clock of the program.

/// Returns the current local time in milliseconds since 1970-01-01 00:00, as in logs and recordings.
pub(crate) fn local_time() -> u64 {
    let now = chrono::Local::now();
    let offset = i64::from(now.offset().local_minus_utc()) * 1000;
    u64::try_from(now.timestamp_millis() + offset).unwrap_or(0)
}
