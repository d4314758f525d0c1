//! The programs, and what they cost.

use anyhow::Context as _;
use std::fs;
use std::process::{Child, Command, Stdio};

/// The program that is measured.
pub(crate) const OURS: &str = env!("CARGO_BIN_EXE_netchat-tui");

/// One of them.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    program: &'static str,
    flags: &'static [&'static str],
    place: Place,
}

/// How it has the address of the server.
#[derive(Debug)]
enum Place {
    /// `HOST PORT`.
    Words,
    /// `- TCP:HOST:PORT`.
    Socat,
}

/// Ours, and of the others those that are installed; each as one would type it, none told to half-close.
pub(crate) fn all() -> Vec<Peer> {
    let peer = |name, program, flags, place| Peer { name, program, flags, place };
    let all = [
        peer("ours", OURS, &["--no-config", "--pipe", "-q", "never"], Place::Words),
        peer("nc", "nc", &[], Place::Words),
        peer("ncat", "ncat", &["--no-shutdown"], Place::Words),
        peer("socat", "socat", &["-t", "60"], Place::Socat),
        peer("socat -b 262144", "socat", &["-t", "60", "-b", "262144"], Place::Socat),
    ];
    let is_there = |peer: &Peer| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        peer.program == OURS || std::env::split_paths(&paths).any(|folder| folder.join(peer.program).is_file())
    };
    all.into_iter().filter(is_there).collect()
}

impl Peer {
    pub(crate) fn start(&self, port: u16, stdin: Stdio, stdout: Stdio) -> anyhow::Result<Child> {
        let mut command = Command::new(self.program);
        command.args(self.flags).stdin(stdin).stdout(stdout);
        match self.place {
            Place::Words => command.args(["127.0.0.1", &port.to_string()]),
            Place::Socat => command.args(["-", &format!("TCP:127.0.0.1:{port}")]),
        };
        command.spawn().with_context(|| format!("starting {}", self.program))
    }
}

/// CPU seconds and peak MiB of a process that has not been waited for.
pub(crate) fn cost(process: u32) -> anyhow::Result<(f64, f64)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // Behind the name, which may have anything in it: state is word 0, utime and stime are 11 and 12.
    let words = stat.rsplit_once(')').map_or("", |(_, words)| words).split_whitespace();
    let ticks: f64 = words.skip(11).take(2).filter_map(|word| word.parse::<f64>().ok()).sum();
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|line| line.split_whitespace().next());
    let kib: f64 = peak.context("no VmHWM")?.parse()?;
    // A number of tens or hundreds.
    #[expect(clippy::cast_precision_loss, reason = "a tick is a hundredth of a second")]
    let per_second = rustix::param::clock_ticks_per_second() as f64;
    Ok((ticks / per_second, kib / 1024.0))
}
