//! The loads. Each starts the server anew, connects, waits for quiet, and measures.

use std::fmt::Write as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::numbers::{Column, Figures, compared, counted, float, largest, median, percentile_99};
use crate::plan::{Load, Peer};
use crate::pool::{Pool, connect};
use crate::process::{Server, Usage};

const FANOUT: &[Column] = &[
    compared("M deliveries/s"),
    compared("CPU s per M"),
    compared("peak MiB"),
    counted("missing"),
    counted("dropped clients"),
];
const PING: &[Column] = &[compared("median ms"), compared("p99 ms"), compared("max ms")];
const HOLD: &[Column] =
    &[compared("connect s"), compared("KiB per client"), compared("idle CPU ms/s"), counted("dropped clients")];
const SLOW: &[Column] = &[compared("seconds"), counted("missing"), compared("peak MiB"), counted("dropped clients")];

/// No case takes longer, whatever trickles in.
const LIMIT: Duration = Duration::from_secs(300);
/// Nothing for so long, and the rest is lost.
const FANOUT_SILENCE: Duration = Duration::from_secs(6);
const SLOW_SILENCE: Duration = Duration::from_secs(5);
/// Let lines gather for so long: the server's system calls pay for waking a reader that sleeps, and the less it finds
/// one asleep, the more it is the server that is measured. What is waited for at the end is not in the time.
const GATHER: Duration = Duration::from_micros(200);
const PING_LIMIT: Duration = Duration::from_secs(5);
const QUIET: Duration = Duration::from_millis(400);
const HOLD_QUIET: Duration = Duration::from_secs(1);
const PING_QUIET: Duration = Duration::from_millis(10);
const ENDING: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_secs(2);

impl Load {
    pub(crate) fn columns(&self) -> &'static [Column] {
        match self {
            Self::Fanout { .. } => FANOUT,
            Self::Ping { .. } => PING,
            Self::Hold { .. } => HOLD,
            Self::Slow { .. } => SLOW,
        }
    }
}

/// One round; the figures in the order of the columns.
///
/// # Errors
///
/// The server does not start, does not let clients in, closes a sender, or ends.
pub(crate) fn run(load: &Load, peer: &Peer) -> anyhow::Result<Figures> {
    let mut server = Server::start(peer)?;
    let intro = peer.intro.as_deref();
    let figures = match *load {
        Load::Fanout { clients, lines, senders } => fanout(&mut server, intro, clients, lines, senders),
        Load::Ping { clients, pings } => ping(&mut server, intro, clients, pings),
        Load::Hold { clients } => hold(&mut server, intro, clients),
        Load::Slow { clients, megabytes } => slow(&mut server, intro, clients, megabytes),
    };
    figures.or_else(|error| {
        // That it has ended says more than that it closed its connections, which it did just before.
        sleep(ENDING);
        server.must_run()?;
        Err(error)
    })
}

/// A figure of what was used before and after.
fn used(before: Option<Usage>, after: Option<Usage>, figure: impl Fn(Usage, Usage) -> f64) -> Option<f64> {
    before.zip(after).map(|(before, after)| figure(before, after))
}

fn fanout(
    server: &mut Server,
    intro: Option<&str>,
    clients: usize,
    lines: usize,
    senders: usize,
) -> anyhow::Result<Figures> {
    let mut pool = Pool::new(connect(server.address, clients, intro)?)?;
    pool.settle(QUIET)?;
    let text = fanout_text(lines / senders);
    let want = lines / senders * senders * (clients - senders);
    let mut sending = Vec::new();
    let before = server.usage();
    let start = Instant::now();
    let mut last = start;
    for sender in 0..senders {
        pool.watch_writable(sender, true)?;
        sending.push((sender, text.as_bytes()));
    }
    // Senders may have their own lines back, and are not counted.
    while pool.marks(senders..) < want && last.elapsed() < FANOUT_SILENCE && start.elapsed() < LIMIT {
        send_some(&mut pool, &mut sending)?;
        let busy = sending.iter().any(|(sender, _)| pool.is_writable(*sender));
        if pool.pump(if busy { Duration::ZERO } else { Duration::from_millis(500) })?.bytes > 0 {
            last = Instant::now();
            // While it has to be sent, what arrives does not find us asleep either.
            sleep(if busy { Duration::ZERO } else { GATHER });
        }
    }
    let got = float(pool.marks(senders..));
    let seconds = (last - start).as_secs_f64();
    let after = server.usage();
    server.end()?;
    Ok(vec![
        Some(if got > 0.0 { got / seconds / 1e6 } else { 0.0 }),
        used(before, after, |before, after| (after.cpu - before.cpu) / got.max(1.0) * 1e6),
        after.map(|after| after.peak),
        Some(float(want) - got),
        Some(float(pool.dropped)),
    ])
}

fn fanout_text(lines: usize) -> String {
    let mut text = String::new();
    for i in 0..lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "~the quick brown fox jumps over the lazy dog {i:06}");
    }
    text
}

/// Each sender that may write does so once; those that are done are left out.
fn send_some(pool: &mut Pool, sending: &mut Vec<(usize, &[u8])>) -> anyhow::Result<()> {
    for (sender, left) in &mut *sending {
        if pool.is_writable(*sender) {
            *left = left.get(pool.write(*sender, left)?..).unwrap_or_default();
            if left.is_empty() {
                pool.watch_writable(*sender, false)?;
            }
        }
    }
    sending.retain(|(_, left)| !left.is_empty());
    Ok(())
}

fn ping(server: &mut Server, intro: Option<&str>, clients: usize, pings: usize) -> anyhow::Result<Figures> {
    let mut pool = Pool::new(connect(server.address, clients, intro)?)?;
    pool.settle(QUIET)?;
    let mut times = Vec::with_capacity(pings);
    for i in 0..pings {
        let sender = i % clients;
        let line = format!("~ping {i}\n");
        let start = Instant::now();
        ensure!(pool.write(sender, line.as_bytes())? == line.len(), "it does not take a line");
        // The sender's own copies are not counted.
        while pool.marks(..) - pool.marks(sender..=sender) < clients - 1 && start.elapsed() < PING_LIMIT {
            pool.pump(Duration::from_millis(200))?;
        }
        times.push(start.elapsed().as_secs_f64() * 1e3);
        pool.settle(PING_QUIET)?;
    }
    server.end()?;
    Ok(vec![median(&times), percentile_99(&times), largest(&times)])
}

fn hold(server: &mut Server, intro: Option<&str>, clients: usize) -> anyhow::Result<Figures> {
    let empty = server.usage();
    let start = Instant::now();
    let streams = connect(server.address, clients, intro)?;
    let seconds = start.elapsed().as_secs_f64();
    let mut pool = Pool::new(streams)?;
    pool.settle(HOLD_QUIET)?;
    let before = server.usage();
    sleep(IDLE);
    let after = server.usage();
    server.end()?;
    Ok(vec![
        Some(seconds),
        used(empty, before, |empty, full| (full.resident - empty.resident) * 1024.0 / float(clients)),
        used(before, after, |before, after| (after.cpu - before.cpu) / IDLE.as_secs_f64() * 1e3),
        Some(float(pool.dropped)),
    ])
}

fn slow(server: &mut Server, intro: Option<&str>, clients: usize, megabytes: usize) -> anyhow::Result<Figures> {
    let mut streams = connect(server.address, clients, intro)?;
    // Open, and never read from.
    let never_reads = streams.pop();
    let mut pool = Pool::new(streams)?;
    pool.settle(QUIET)?;
    let line = format!("~{}\n", "x".repeat(98));
    let lines = megabytes * 1_000_000 / line.len();
    let text = line.repeat(lines);
    let mut left = text.as_bytes();
    let want = lines * (clients - 2);
    let start = Instant::now();
    let mut last = start;
    while pool.marks(1..) < want && last.elapsed() < SLOW_SILENCE && start.elapsed() < LIMIT {
        let written = if left.is_empty() { 0 } else { pool.write(0, left)? };
        left = left.get(written..).unwrap_or_default();
        let at_most = Duration::from_millis(if left.is_empty() { 300 } else { 10 });
        if pool.pump(at_most)?.marks > 0 || written > 0 {
            last = Instant::now();
        }
    }
    let got = pool.marks(1..);
    let after = server.usage();
    server.end()?;
    drop(never_reads);
    Ok(vec![
        Some((last - start).as_secs_f64()),
        Some(float(want) - float(got)),
        after.map(|after| after.peak),
        Some(float(pool.dropped)),
    ])
}
