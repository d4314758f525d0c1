//! The server that is measured: started, asked what it used, killed.

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::plan::{Peer, Program, TOKIO_CHAT};

const PROBES: usize = 200;
const BETWEEN_PROBES: Duration = Duration::from_millis(25);
/// For the server to be done with the probe's connection.
const AFTER_PROBE: Duration = Duration::from_millis(200);

/// Killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// Resources used by the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Seconds of CPU, of user and system together.
    pub(crate) cpu: f64,
    /// MiB at most so far.
    pub(crate) peak: f64,
    /// MiB now.
    pub(crate) resident: f64,
}

impl Server {
    /// Runs the peer's command on a free port, and waits until it takes a connection.
    ///
    /// # Errors
    ///
    /// It cannot be run, ends, or does not listen within 5 s.
    pub(crate) fn start(peer: &Peer) -> anyhow::Result<Self> {
        // Free a moment ago: nobody else on a machine that measures should take it meanwhile.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let address = address.context("no port is free")?;
        let mut command = command(&peer.program, address.port())?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().with_context(|| format!("{program} cannot be run, is it installed or built"))?;
        let mut server = Self { child, address };
        for _ in 0..PROBES {
            if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
                sleep(AFTER_PROBE);
                server.must_run()?;
                return Ok(server);
            }
            server.must_run()?;
            sleep(BETWEEN_PROBES);
        }
        bail!("it does not listen on {address}, look for {{port}} in its command")
    }

    /// # Errors
    ///
    /// It has ended.
    pub(crate) fn must_run(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait().context("the system does not say whether it runs")? {
            None => Ok(()),
            Some(status) => bail!("it ended by itself ({status}), run its command by hand to see why"),
        }
    }

    /// Kills it while its clients are still there: it need not tell them of each one that leaves.
    ///
    /// # Errors
    ///
    /// It has ended before, so that what was measured is not worth anything.
    pub(crate) fn end(&mut self) -> anyhow::Result<()> {
        self.must_run()?;
        self.child.kill().and_then(|()| self.child.wait()).context("it cannot be killed")?;
        Ok(())
    }

    /// `None` where the system has no `/proc`.
    pub(crate) fn usage(&self) -> Option<Usage> {
        if cfg!(target_os = "linux") { usage(self.child.id()) } else { None }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `end`, or when it has ended by itself, there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(program: &Program, port: u16) -> anyhow::Result<Command> {
    let port = port.to_string();
    match program {
        Program::Builtin => {
            let mut command = Command::new(env::current_exe().context("this program does not find itself")?);
            command.args([TOKIO_CHAT, &port]);
            Ok(command)
        }
        Program::Command(words) => {
            let mut words = words.iter().map(|word| word.replace("{port}", &port));
            let mut command = Command::new(words.next().context("its command is empty")?);
            command.args(words);
            Ok(command)
        }
    }
}

fn usage(process: u32) -> Option<Usage> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    // The name is in parentheses and may contain anything; utime and stime are the 14th and 15th field.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    let mebibytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
    };
    let cpu = (ticks()? + ticks()?) / ticks_per_second();
    Some(Usage { cpu, peak: mebibytes("VmHWM:")?, resident: mebibytes("VmRSS:")? })
}

#[cfg(unix)]
fn ticks_per_second() -> f64 {
    crate::numbers::float(usize::try_from(rustix::param::clock_ticks_per_second()).unwrap_or(100))
}

#[cfg(not(unix))]
fn ticks_per_second() -> f64 {
    100.0
}

/// As many open files as the system lets us have, for the servers too; `None` where it has no such limit.
#[cfg(unix)]
pub(crate) fn raise_file_limit() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // A server may keep a table of all it could open, or close them all at its start.
    const ENOUGH: u64 = 1 << 20;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(ENOUGH, |maximum| maximum.min(ENOUGH));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok();
    usize::try_from(if raised { wanted } else { current? }).ok()
}

#[cfg(not(unix))]
pub(crate) fn raise_file_limit() -> Option<usize> {
    None
}
