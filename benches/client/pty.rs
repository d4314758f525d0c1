//! A client in a terminal that we are the other end of.

use crate::peers::Peer;
use anyhow::{Context as _, anyhow, bail};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const SIZE: PtySize = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };

/// Bytes of one read.
const READ: usize = 1 << 16;

/// Terminal queries and their answers: cursor position, device attributes.
const ANSWERS: [(&[u8], &[u8]); 2] = [(b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[c", b"\x1b[?62;22c")];

/// Killed when dropped.
pub(crate) struct Client {
    /// The moment before there was a terminal, or a process.
    pub(crate) started: Instant,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    reader: Box<dyn Read + Send>,
    writer: Box<dyn Write + Send>,
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
}

/// Resources used by the client process, without its children.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Seconds of CPU, of user and system together.
    pub(crate) cpu: f64,
    /// How often a thread of it went to sleep of its own will, which is how often one had to be woken.
    pub(crate) wakeups: f64,
    /// MiB at most.
    pub(crate) peak: f64,
    /// MiB now.
    pub(crate) resident: f64,
}

impl Client {
    /// Runs the peer's command; `home` is where it looks for its settings and leaves its history.
    ///
    /// # Errors
    ///
    /// There is no pty, or the program cannot be run.
    pub(crate) fn start(peer: &Peer, port: u16, home: &Path) -> anyhow::Result<Self> {
        let command = command(peer, port, home)?;
        let started = Instant::now();
        let pair = native_pty_system().openpty(SIZE)?;
        let child = pair.slave.spawn_command(command)?;
        // Or the end of the program would not end what we read.
        drop(pair.slave);
        let (reader, writer) = (pair.master.try_clone_reader()?, pair.master.take_writer()?);
        let poll = Poll::new()?;
        let descriptor = pair.master.as_raw_fd().context("a pty without a descriptor")?;
        poll.registry().register(&mut SourceFd(&descriptor), Token(0), Interest::READABLE)?;
        let events = Events::with_capacity(1);
        Ok(Self { started, child, master: pair.master, reader, writer, poll, events, buffer: vec![0; READ] })
    }

    /// Returns one read of the terminal output; empty if nothing arrives within `at_most`.
    fn read(&mut self, at_most: Duration) -> anyhow::Result<&[u8]> {
        let descriptor = self.master.as_raw_fd().context("a pty without a descriptor")?;
        // Readiness is edge-triggered: registering again reports what a partial read has left.
        self.poll.registry().reregister(&mut SourceFd(&descriptor), Token(0), Interest::READABLE)?;
        match self.poll.poll(&mut self.events, Some(at_most)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(&[]),
            polled => polled?,
        }
        if self.events.is_empty() {
            return Ok(&[]);
        }
        let count = self.reader.read(&mut self.buffer)?;
        if count == 0 {
            bail!("it has ended");
        }
        let bytes = self.buffer.get(..count).unwrap_or_default();
        for (_, answer) in ANSWERS.iter().filter(|(question, _)| memchr::memmem::find(bytes, question).is_some()) {
            self.writer.write_all(answer)?;
        }
        Ok(bytes)
    }

    /// The moment when `is_painted` has found what it looks for.
    ///
    /// # Errors
    ///
    /// It is not there within `at_most`, or the program ends.
    pub(crate) fn painted(
        &mut self,
        at_most: Duration,
        mut is_painted: impl FnMut(&[u8]) -> bool,
    ) -> anyhow::Result<Instant> {
        let end = Instant::now() + at_most;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("it has not painted what it should within {} s", at_most.as_secs());
            }
            if is_painted(self.read(left)?) {
                return Ok(Instant::now());
            }
        }
    }

    /// Reads for so long what nobody wants to know.
    ///
    /// # Errors
    ///
    /// The program ends.
    pub(crate) fn drain(&mut self, time: Duration) -> anyhow::Result<()> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.read(left)?;
        }
    }

    pub(crate) fn type_keys(&mut self, keys: &[u8]) -> anyhow::Result<()> {
        Ok(self.writer.write_all(keys)?)
    }

    /// # Errors
    ///
    /// It has ended, or the system has no `/proc`.
    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        let process = self.child.process_id().context("it has ended")?;
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // Behind the name, which may have anything in it: state is word 0, utime and stime are 11 and 12.
        let words = stat.rsplit_once(')').map_or("", |(_, words)| words).split_whitespace();
        let ticks: f64 = words.skip(11).take(2).filter_map(|word| word.parse::<f64>().ok()).sum();
        #[expect(clippy::cast_precision_loss, reason = "a tick is a hundredth of a second")]
        let per_second = rustix::param::clock_ticks_per_second() as f64;
        let mut wakeups = 0.0;
        for thread in fs::read_dir(format!("/proc/{process}/task"))? {
            let status = fs::read_to_string(thread?.path().join("status"))?;
            wakeups += number(&status, "voluntary_ctxt_switches:")?;
        }
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let mebibytes = |name| Ok::<_, anyhow::Error>(number(&status, name)? / 1024.0);
        Ok(Usage { cpu: ticks / per_second, wakeups, peak: mebibytes("VmHWM:")?, resident: mebibytes("VmRSS:")? })
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Not asked to end: some would take their time for it. Its own children go with their terminal.
        let id = self.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(id) = id {
            let _ = kill_process(id, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// Returns the number after this name in a status file.
fn number(status: &str, name: &str) -> anyhow::Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.and_then(|word| word.parse().ok()).ok_or_else(|| anyhow!("/proc does not tell {name}"))
}

fn command(peer: &Peer, port: u16, home: &Path) -> anyhow::Result<CommandBuilder> {
    let mut words = peer.words(port);
    let mut command = CommandBuilder::new(words.next().context("an empty command")?);
    command.args(words);
    command.cwd(std::env::current_dir()?);
    for name in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
        command.env(name, home);
    }
    // Cargo's own, which would have each program look for its libraries where there are none.
    command.env_remove("LD_LIBRARY_PATH");
    command.env("TERM", "xterm-256color");
    if std::env::var_os("LANG").is_none() {
        command.env("LANG", "C.UTF-8");
    }
    Ok(command)
}
