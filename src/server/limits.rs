//! What a server puts up with.

use super::rate_limit::Rate;
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

/// See the fields. `Display` says them in one sentence, for the start of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// Clients at a time.
    pub clients: Option<usize>,
    /// Of them, from one address.
    pub per_address: Option<usize>,
    /// Lines that each may say.
    pub rate: Option<Rate>,
    /// How long a client may go on saying more than `Limits::rate` before it is cut off.
    pub max_time_over_rate: Duration,
    /// Bytes in a line.
    pub line: usize,
    /// Bytes that may wait for a client.
    pub outbox: usize,
    /// After how long without more a line without a newline is a message.
    pub silence: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
        const BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
        Self {
            clients: Some(1000),
            per_address: Some(100),
            // A class pastes programs of a hundred lines; nobody reads more than twenty a second.
            rate: Some(Rate { per_second: PER_SECOND, burst: BURST }),
            max_time_over_rate: Duration::from_secs(60),
            line: 8 << 10,
            outbox: 1 << 20,
            silence: Duration::from_millis(200),
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
            Some(clients) => write!(f, "{clients} from one address; ")?,
            None => f.write_str("from any address; ")?,
        }
        match self.rate {
            Some(rate) => write!(f, "each {} lines a second, {} at once; ", rate.per_second, rate.burst)?,
            None => f.write_str("each any number of lines a second; ")?,
        }
        write!(f, "lines of {}, {} waiting for a slow reader", ByteSize(self.line), ByteSize(self.outbox))
    }
}

/// Bytes, in the unit that makes the number short without changing it.
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
    fn limits_are_a_sentence() {
        let words = "1000 clients, 100 from one address; each 20 lines a second, 100 at once; \
                     lines of 8 KiB, 1 MiB waiting for a slow reader";
        assert_eq!(ServerLimits::default().to_string(), words);
        let none = ServerLimits { clients: None, per_address: None, rate: None, line: 1000, ..ServerLimits::default() };
        let words = "any number of clients, from any address; each any number of lines a second; \
                     lines of 1000 bytes, 1 MiB waiting for a slow reader";
        assert_eq!(none.to_string(), words);
    }
}
