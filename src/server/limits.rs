//! Resource limits of a server.

use super::rate_limit::Rate;
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

/// Limits on clients, input and output. `Display` formats them as one clause for the startup banner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// Maximum number of clients; `None` is unlimited.
    pub clients: Option<usize>,
    /// Maximum number of clients from one address; `None` is unlimited.
    pub per_address: Option<usize>,
    /// Rate of lines from each client; `None` is unlimited.
    pub rate: Option<Rate>,
    /// How long a client may exceed `rate` without a pause before it is disconnected.
    pub max_time_over_rate: Duration,
    /// Maximum length of a line in bytes, without its end.
    pub line: usize,
    /// Maximum output queued for a client, in bytes.
    pub outbox: usize,
    /// Time without input after which a line without a newline counts as complete.
    pub idle_timeout: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
        const BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
        Self {
            clients: Some(1000),
            per_address: Some(100),
            // Students paste programs of a hundred lines; nobody reads more than twenty lines a second.
            rate: Some(Rate { per_second: PER_SECOND, burst: BURST }),
            max_time_over_rate: Duration::from_secs(60),
            line: 8 << 10,
            outbox: 1 << 20,
            idle_timeout: Duration::from_millis(200),
        }
    }
}

impl fmt::Display for ServerLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.clients {
            Some(1) => f.write_str("1 client, ")?,
            Some(clients) => write!(f, "{clients} clients, ")?,
            None => f.write_str("any number of clients, ")?,
        }
        match self.per_address {
            Some(clients) => write!(f, "{clients} per address; ")?,
            None => f.write_str("any number per address; ")?,
        }
        match self.rate {
            Some(rate) => write!(f, "{} lines a second each, {} at once; ", rate.per_second, rate.burst)?,
            None => f.write_str("no rate limit; ")?,
        }
        write!(f, "lines up to {}, {} queued for a slow reader", ByteSize(self.line), ByteSize(self.outbox))
    }
}

/// Formats a number of bytes in the largest unit that needs no rounding.
struct ByteSize(usize);

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes > 0 && bytes % (1 << 20) == 0 => write!(f, "{} MiB", bytes >> 20),
            bytes if bytes > 0 && bytes % (1 << 10) == 0 => write!(f, "{} KiB", bytes >> 10),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_one_clause() {
        let expected = "1000 clients, 100 per address; 20 lines a second each, 100 at once; \
                        lines up to 8 KiB, 1 MiB queued for a slow reader";
        assert_eq!(ServerLimits::default().to_string(), expected);
        let none = ServerLimits { clients: None, per_address: None, rate: None, line: 1000, ..ServerLimits::default() };
        let expected = "any number of clients, any number per address; no rate limit; \
                        lines up to 1000 bytes, 1 MiB queued for a slow reader";
        assert_eq!(none.to_string(), expected);
    }
}
