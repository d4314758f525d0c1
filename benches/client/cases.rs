//! The measured cases; each starts a new client and a new server.

use crate::marks::{self, MARK, Mark, Painting};
use crate::numbers::{float, largest, median, percentile_99};
use crate::peers::Peer;
use crate::pty::Client;
use crate::server;
use crate::table::{Goal, Line};
use anyhow::Context as _;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// Results of one round, in the order of the case's lines.
pub(crate) type Figures = Vec<f64>;

const FLOOD: &[Line] = &[
    Line { what: "20 MB of lines, until the last is painted, s", goal: Goal::TimesNc(0.15) },
    Line { what: "- CPU s", goal: Goal::None },
    // The text once and 0.3 of it, and 10 MB: 36 MB.
    Line { what: "- memory at its peak, MiB", goal: Goal::AtMost(34.3) },
    Line { what: "- memory after it, MiB", goal: Goal::None },
    Line { what: "- written to the terminal, MB", goal: Goal::None },
];
const RTT: &[Line] = &[
    Line { what: "line sent to reply painted, median ms", goal: Goal::AtMost(0.6) },
    Line { what: "- p99 ms", goal: Goal::AtMost(3.0) },
    Line { what: "- slowest ms", goal: Goal::None },
];
const KEY: &[Line] = &[
    Line { what: "key to painted under 2,000 lines/s, median ms", goal: Goal::AtMost(0.5) },
    Line { what: "- p99 ms", goal: Goal::AtMost(3.0) },
    Line { what: "- slowest ms", goal: Goal::None },
];
const IDLE: &[Line] =
    &[Line { what: "idle, wakeups/s", goal: Goal::AtMost(0.0) }, Line { what: "- CPU ms/s", goal: Goal::AtMost(0.0) }];
const STARTUP: &[Line] = &[Line { what: "exec to greeting painted, ms", goal: Goal::TimesNc(2.0) }];

/// Bytes of the flood.
const BYTES: usize = 20_000_000;

/// Lines and keys of a round.
const LINES: u32 = 200;
const KEYS: usize = 200;

/// Keys after which Enter makes room for more.
const KEYS_OF_A_LINE: usize = 20;

/// Starts of a round: one is soon done, and tells little.
const STARTS: usize = 10;

/// Until a client is connected and quiet.
const CONNECTING: Duration = Duration::from_millis(800);
const SETTLING: Duration = Duration::from_secs(1);

/// From a typed line to its Enter, and from its reply to the next.
const TYPING: Duration = Duration::from_millis(10);
const READING: Duration = Duration::from_millis(5);

/// Between two keys: as fast as people type.
const BETWEEN_KEYS: Duration = Duration::from_millis(30);

/// At most so much longer, at random: a client that looks for keys at a fixed beat, as tt++ does every 10 ms, would else
/// be met at the same place of it each time, and come out at anything between nothing and all of it.
const OFF_BEAT: Duration = Duration::from_millis(10);

const IDLING: Duration = Duration::from_secs(5);

/// Longest wait for the end of a flood.
const FLOOD_LIMIT: Duration = Duration::from_secs(120);
const START_LIMIT: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Flood,
    Rtt,
    Key,
    Idle,
    Startup,
}

impl Case {
    pub(crate) const ALL: [Self; 5] = [Self::Flood, Self::Rtt, Self::Key, Self::Idle, Self::Startup];

    /// The case of this name; memory is that after the flood.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = if name == "memory" { "flood" } else { name };
        Self::ALL.into_iter().find(|case| case.name() == name)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Flood => "flood",
            Self::Rtt => "rtt",
            Self::Key => "key",
            Self::Idle => "idle",
            Self::Startup => "startup",
        }
    }

    pub(crate) const fn lines(self) -> &'static [Line] {
        match self {
            Self::Flood => FLOOD,
            Self::Rtt => RTT,
            Self::Key => KEY,
            Self::Idle => IDLE,
            Self::Startup => STARTUP,
        }
    }

    /// Returns the number of measurements for this many rounds.
    pub(crate) const fn times(self, rounds: usize) -> usize {
        if matches!(self, Self::Startup) { rounds * STARTS } else { rounds }
    }

    /// Measures it once.
    ///
    /// # Errors
    ///
    /// The client cannot be run, ends, or does not paint what it should.
    pub(crate) fn run(self, peer: &Peer, home: &Path) -> anyhow::Result<Figures> {
        match self {
            Self::Flood => flood(peer, home),
            Self::Rtt => rtt(peer, home),
            Self::Key => key(peer, home),
            Self::Idle => idle(peer, home),
            Self::Startup => startup(peer, home),
        }
    }
}

/// From the first byte sent until the mark behind all of them is painted.
fn flood(peer: &Peer, home: &Path) -> anyhow::Result<Figures> {
    static TEXT: LazyLock<Arc<Vec<u8>>> = LazyLock::new(|| Arc::new(marks::flood(BYTES)));
    let (port, begun) = server::flooding(Arc::clone(&TEXT))?;
    let mut client = Client::start(peer, port, home)?;
    let (mut mark, mut written) = (Mark::new(MARK), 0);
    let painted = client.painted(FLOOD_LIMIT, |bytes| {
        written += bytes.len();
        mark.is_in(bytes)
    })?;
    let used = client.usage()?;
    let seconds = painted.duration_since(begun.recv().context("the server did not begin")?).as_secs_f64();
    Ok(vec![seconds, used.cpu, used.peak, used.resident, float(written) / 1e6])
}

/// From Enter until the line is painted in capitals, as the server has sent it back.
fn rtt(peer: &Peer, home: &Path) -> anyhow::Result<Figures> {
    let mut client = Client::start(peer, server::echoing()?, home)?;
    client.drain(CONNECTING)?;
    let mut times = Vec::new();
    for number in 0..LINES {
        let token = marks::token(number);
        client.type_keys(token.as_bytes())?;
        client.drain(TYPING)?;
        let mut reply = Mark::new(&token.to_ascii_uppercase());
        times.push(timed(&mut client, b"\r", |bytes| reply.is_in(bytes))?);
        client.drain(READING + OFF_BEAT.mul_f64(fastrand::f64()))?;
    }
    Ok(spread(&times))
}

/// From a key until its letter is painted, while the server talks.
fn key(peer: &Peer, home: &Path) -> anyhow::Result<Figures> {
    let mut client = Client::start(peer, server::talking()?, home)?;
    client.drain(SETTLING)?;
    let mut times = Vec::new();
    for number in 0..KEYS {
        let letter = marks::key(number);
        let mut painting = Painting::default();
        times.push(timed(&mut client, &[letter], |bytes| painting.has(letter, bytes))?);
        if number % KEYS_OF_A_LINE == KEYS_OF_A_LINE - 1 {
            client.type_keys(b"\r")?;
        }
        client.drain(BETWEEN_KEYS + OFF_BEAT.mul_f64(fastrand::f64()))?;
    }
    Ok(spread(&times))
}

/// Milliseconds from these keys until what they should bring is painted.
fn timed(client: &mut Client, keys: &[u8], is_painted: impl FnMut(&[u8]) -> bool) -> anyhow::Result<f64> {
    let typed = std::time::Instant::now();
    client.type_keys(keys)?;
    Ok(client.painted(LIMIT, is_painted)?.duration_since(typed).as_secs_f64() * 1e3)
}

fn spread(times: &[f64]) -> Figures {
    [median(times), percentile_99(times), largest(times)].into_iter().flatten().collect()
}

/// Connected, and nothing happens.
fn idle(peer: &Peer, home: &Path) -> anyhow::Result<Figures> {
    let mut client = Client::start(peer, server::echoing()?, home)?;
    client.drain(SETTLING)?;
    let before = client.usage()?;
    client.drain(IDLING)?;
    let after = client.usage()?;
    let a_second = |used: f64| used / IDLING.as_secs_f64();
    Ok(vec![a_second(after.wakeups - before.wakeups), a_second(after.cpu - before.cpu) * 1e3])
}

/// From before there is a process until the greeting, which the server sends at once, is painted.
fn startup(peer: &Peer, home: &Path) -> anyhow::Result<Figures> {
    let mut client = Client::start(peer, server::greeting()?, home)?;
    let mut mark = Mark::new(MARK);
    let painted = client.painted(START_LIMIT, |bytes| mark.is_in(bytes))?;
    Ok(vec![painted.duration_since(client.started).as_secs_f64() * 1e3])
}
