//! The measured cases.

use crate::data::Data;
use crate::peers::{OURS, Peer, cost};
use anyhow::{Context as _, anyhow, ensure};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

/// Lines of [`Case::Line`], and what each is.
const LINES: usize = 2000;
const LINE: &[u8; 32] = b"a line as somebody types it, eh?";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Up,
    Down,
    Both,
    Line,
    EchoPy,
    Relay,
}

/// Results of one round.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) main: f64,
    pub(crate) second: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_mib: f64,
}

impl Case {
    pub(crate) const ALL: [Self; 6] = [Self::Up, Self::Down, Self::Both, Self::Line, Self::EchoPy, Self::Relay];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Both => "both",
            Self::Line => "line",
            Self::EchoPy => "echo.py",
            Self::Relay => "relay",
        }
    }

    /// Whether a program takes part.
    pub(crate) fn has(self, peer: &Peer) -> bool {
        !matches!(self, Self::EchoPy | Self::Relay) || peer.name == "ours"
    }

    pub(crate) const fn unit(self) -> &'static str {
        if matches!(self, Self::Line) { "µs" } else { "s" }
    }

    pub(crate) const fn second(self) -> &'static str {
        if matches!(self, Self::Line) { "p99 µs" } else { "GiB/s" }
    }

    pub(crate) fn run(self, peer: &Peer, bytes: u64) -> anyhow::Result<Figures> {
        let data = Data::new(1);
        match self {
            Self::Up => through(peer, |pipe| {
                thread::scope(|scope| {
                    let sending = scope.spawn(|| data.send(&mut pipe.stdin, bytes));
                    data.expect(&mut pipe.stream, bytes).and(joined(sending))
                })
            }),
            Self::Down => through(peer, |pipe| {
                thread::scope(|scope| {
                    let sending = scope.spawn(|| data.send(&mut pipe.stream, bytes));
                    data.expect(&mut pipe.stdout, bytes).and(joined(sending))
                })
            }),
            Self::Both => through(peer, |pipe| both_ways(pipe, &data, &Data::new(2), bytes)),
            Self::Line => lines(peer),
            Self::EchoPy => echo_py(peer, &data, bytes),
            Self::Relay => relay(peer, [&data, &Data::new(2)], bytes),
        }
        .map(|figures| figures.per(bytes, self))
    }
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "a few gibibytes")]
    fn per(self, bytes: u64, case: Case) -> Self {
        let second = if case == Case::Line { self.second } else { bytes as f64 / f64::from(1 << 30) / self.main };
        Self { second, ..self }
    }
}

/// A program between pipes and a server, all of whose ends are ours.
struct Pipe {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    stream: TcpStream,
}

impl Pipe {
    fn open(peer: &Peer) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (child, stdin, stdout) = start(peer, listener.local_addr()?.port())?;
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        Ok(Self { child, stdin, stdout, stream })
    }

    /// Ends the program and returns its cost.
    fn close(mut self) -> anyhow::Result<(f64, f64)> {
        let cost = cost(self.child.id());
        end(&mut self.child)?;
        cost
    }
}

fn start(peer: &Peer, port: u16) -> anyhow::Result<(Child, ChildStdin, ChildStdout)> {
    let mut child = peer.start(port, Stdio::piped(), Stdio::piped())?;
    let stdin = child.stdin.take().context("a pipe")?;
    let stdout = child.stdout.take().context("a pipe")?;
    Ok((child, stdin, stdout))
}

/// Not all of them would end by themselves.
fn end(child: &mut Child) -> anyhow::Result<()> {
    child.kill()?;
    child.wait()?;
    Ok(())
}

fn joined(thread: ScopedJoinHandle<'_, anyhow::Result<()>>) -> anyhow::Result<()> {
    thread.join().map_err(|_panic| anyhow!("a thread of the benchmark panicked"))?
}

/// Seconds from the connection to the end of `work`.
fn through(peer: &Peer, work: impl FnOnce(&mut Pipe) -> anyhow::Result<()>) -> anyhow::Result<Figures> {
    let mut pipe = Pipe::open(peer)?;
    let begun = Instant::now();
    work(&mut pipe)?;
    let main = begun.elapsed().as_secs_f64();
    let (cpu, peak_mib) = pipe.close()?;
    Ok(Figures { main, second: 0.0, cpu, peak_mib })
}

fn both_ways(pipe: &mut Pipe, up: &Data, down: &Data, bytes: u64) -> anyhow::Result<()> {
    let mut writing = pipe.stream.try_clone()?;
    thread::scope(|scope| {
        let threads = [
            scope.spawn(|| up.send(&mut pipe.stdin, bytes)),
            scope.spawn(|| up.expect(&mut pipe.stream, bytes)),
            scope.spawn(move || down.send(&mut writing, bytes)),
        ];
        let read = down.expect(&mut pipe.stdout, bytes);
        threads.into_iter().map(joined).fold(read, Result::and)
    })
}

/// The median and the 99th percentile of the microseconds from a line to its answer.
fn lines(peer: &Peer) -> anyhow::Result<Figures> {
    let mut pipe = Pipe::open(peer)?;
    let mut server = pipe.stream.try_clone()?;
    let echo = thread::spawn(move || {
        let mut line = [0; LINE.len()];
        while server.read_exact(&mut line).is_ok() && server.write_all(&line).is_ok() {}
    });
    let mut times = Vec::with_capacity(LINES);
    let mut answer = [0; LINE.len()];
    for _ in 0..LINES {
        let begun = Instant::now();
        pipe.stdin.write_all(LINE)?;
        pipe.stdout.read_exact(&mut answer)?;
        times.push(begun.elapsed().as_secs_f64() * 1e6);
        ensure!(answer == *LINE, "another line came back");
    }
    let (cpu, peak_mib) = pipe.close()?;
    echo.join().map_err(|_panic| anyhow!("the echo panicked"))?;
    times.sort_by(f64::total_cmp);
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    Ok(Figures { main: at(LINES / 2), second: at(LINES * 99 / 100), cpu, peak_mib })
}

/// A server of the lab, ended with the round.
struct Server {
    child: Child,
    port: u16,
    log: BufReader<Box<dyn std::io::Read + Send>>,
}

impl Server {
    /// Runs it, and waits until it tells its port.
    fn start(mut child: Child) -> anyhow::Result<Self> {
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let log: Option<Box<dyn std::io::Read + Send>> = match (stdout, stderr) {
            (Some(stdout), _) => Some(Box::new(stdout)),
            (None, Some(stderr)) => Some(Box::new(stderr)),
            (None, None) => None,
        };
        let mut server = Self { child, port: 0, log: BufReader::new(log.context("no log")?) };
        let line = server.logs("Listening on 127.0.0.1:")?;
        let port: String =
            line.rsplit(':').next().unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
        server.port = port.parse().with_context(|| format!("no port: {line}"))?;
        Ok(server)
    }

    /// Waits for a line with these words, and returns it.
    fn logs(&mut self, words: &str) -> anyhow::Result<String> {
        loop {
            let mut line = String::new();
            ensure!(self.log.read_line(&mut line)? > 0, "the server ended before it said {words:?}");
            if line.contains(words) {
                return Ok(line);
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = end(&mut self.child);
    }
}

fn echo_py(peer: &Peer, data: &Data, bytes: u64) -> anyhow::Result<Figures> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lab/echo.py");
    let server = Command::new("python3").args(["-u", script, "0"]).stdout(Stdio::piped()).spawn()?;
    let server = Server::start(server)?;
    let (mut child, mut stdin, mut stdout) = start(peer, server.port)?;
    let begun = Instant::now();
    thread::scope(|scope| {
        let sending = scope.spawn(|| data.send(&mut stdin, bytes));
        data.expect(&mut stdout, bytes).and(joined(sending))
    })?;
    let main = begun.elapsed().as_secs_f64();
    let (cpu, peak_mib) = cost(child.id())?;
    end(&mut child)?;
    Ok(Figures { main, second: 0.0, cpu, peak_mib })
}

/// Two of ours, each of which hears what the other says, at the same time.
fn relay(peer: &Peer, talks: [&Data; 2], bytes: u64) -> anyhow::Result<Figures> {
    let mut server = Command::new(OURS);
    // With room for who does not get to read for a moment: he would miss lines, as the relay has it.
    server.args(["serve", "relay", "--rate", "none", "--outbox", "64MiB", "--listen", "127.0.0.1:0"]);
    let server = server.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut server = Server::start(server)?;
    let (mut one, mut stdin, mut stdout) = start(peer, server.port)?;
    let (mut other, mut other_stdin, mut other_stdout) = start(peer, server.port)?;
    server.logs("joined")?;
    server.logs("joined")?;
    let [up, down] = talks;
    let begun = Instant::now();
    thread::scope(|scope| {
        let threads = [
            scope.spawn(|| up.send(&mut stdin, bytes)),
            scope.spawn(|| up.expect(&mut other_stdout, bytes)),
            scope.spawn(|| down.send(&mut other_stdin, bytes)),
        ];
        let read = down.expect(&mut stdout, bytes);
        threads.into_iter().map(joined).fold(read, Result::and)
    })?;
    let main = begun.elapsed().as_secs_f64();
    let (cpu, peak_mib) = cost(one.id())?;
    end(&mut one)?;
    end(&mut other)?;
    Ok(Figures { main, second: 0.0, cpu, peak_mib })
}
