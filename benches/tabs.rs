//! How long a key takes to the screen while many tabs are being talked to: `cargo bench --bench tabs [TABS [LINES_PER_S]]`.
//!
//! The built program runs in a pty beside a server in this process that sends a number of lines per second on every connection.
//! A key is a capital letter; no line has one, so the moment it appears in what the program writes it has been painted.
//! Beside it in the same run: one tab that is silent, one at 2,000 lines a second (the case of the figures to reach), and
//! tt++ with as many sessions, where it is installed. Unix only, as ptys and `/proc` are.

#![expect(clippy::print_stdout, reason = "a table goes to stdout")]
#![cfg_attr(not(unix), allow(unused))]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Keys of one case, and the time between two: about as fast as people type.
const KEYS: usize = 400;
const BETWEEN: Duration = Duration::from_millis(23);

/// A key that is not painted by then never will be.
const LOST: Duration = Duration::from_secs(10);

/// Typed letters; no line contains them.
const LETTERS: &[u8] = b"QWXYZJKVHG";

fn main() -> anyhow::Result<()> {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let tabs = numbers.first().copied().unwrap_or(50);
    let rate = numbers.get(1).copied().unwrap_or(1_000);
    println!("{KEYS} keys each, {} ms apart; milliseconds from key to paint", BETWEEN.as_millis());
    println!("{:<34} {:>8} {:>8} {:>8} {:>10}", "", "median", "p99", "max", "cpu ms/s");
    report("one tab, silent", &Case::ours(1, 0))?;
    report("one tab, 2,000 lines/s", &Case::ours(1, 2_000))?;
    report(&format!("{tabs} tabs, {rate} lines/s each"), &Case::ours(tabs, rate))?;
    let tintin = ["/usr/games/tt++", "/usr/bin/tt++"].into_iter().find(|path| Path::new(path).exists());
    if let Some(path) = tintin {
        return report(&format!("tt++, {tabs} sessions, the same"), &Case { tabs, rate, tintin: Some(path) });
    }
    println!("tt++ is not installed (apt-get install tintin++)");
    Ok(())
}

/// One measured case.
struct Case {
    tabs: usize,
    /// Lines a second on each connection.
    rate: usize,
    /// The path of tt++, if it is that which is measured.
    tintin: Option<&'static str>,
}

impl Case {
    const fn ours(tabs: usize, rate: usize) -> Self {
        Self { tabs, rate, tintin: None }
    }
}

/// The address that the connection with this number goes to: one each, so that tabs can be told apart.
fn address(number: usize) -> Ipv4Addr {
    Ipv4Addr::from(0x7f00_0001 + u32::try_from(number).unwrap_or(0))
}

fn report(name: &str, case: &Case) -> anyhow::Result<()> {
    let server = Server::start(case.rate)?;
    let mut client = Client::start(case, server.port)?;
    // Until all are there and have begun to talk.
    thread::sleep(Duration::from_secs(2));
    let before = (Instant::now(), client.cpu());
    let mut times = client.type_keys()?;
    let cpu = client.cpu().saturating_sub(before.1).as_secs_f64() * 1e3 / before.0.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len() - 1)).map_or(0.0, milliseconds);
    println!("{name:<34} {:>8.2} {:>8.2} {:>8.2} {cpu:>10.0}", at(50), at(99), at(100));
    Ok(())
}

fn milliseconds(time: &Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Sends this many lines per second on every connection.
struct Server {
    port: u16,
    is_over: Arc<AtomicBool>,
}

impl Server {
    fn start(rate: usize) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let port = listener.local_addr()?.port();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        listener.set_nonblocking(true)?;
        thread::spawn(move || talk(&listener, rate, &over));
        Ok(Self { port, is_over })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// One thread for all: a hundred times a second everybody gets a hundredth of their lines.
fn talk(listener: &TcpListener, rate: usize, is_over: &AtomicBool) {
    const TICK: Duration = Duration::from_millis(10);
    let mut peers: Vec<TcpStream> = Vec::new();
    let mut number = 0_usize;
    let mut next = Instant::now();
    while !is_over.load(Ordering::Relaxed) {
        while let Ok((peer, _)) = listener.accept() {
            let _ = peer.set_nonblocking(true);
            peers.push(peer);
        }
        let mut lines = String::new();
        for _ in 0..rate / 100 {
            number += 1;
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "ann: this is line number {number} of what is being said here");
        }
        // A client that does not read gets fewer lines; only key latency is measured.
        peers.retain_mut(|peer| match peer.write(lines.as_bytes()) {
            Ok(_) => true,
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        });
        next += TICK;
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}

/// The program in a pty.
struct Client {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    _master: Box<dyn MasterPty + Send>,
    _home: tempfile::TempDir,
}

impl Client {
    fn start(case: &Case, port: u16) -> anyhow::Result<Self> {
        let home = tempfile::tempdir()?;
        let mut command = CommandBuilder::new(case.tintin.unwrap_or(env!("CARGO_BIN_EXE_netchat-tui")));
        if case.tintin.is_none() {
            command.args([address(0).to_string(), port.to_string()]);
        }
        for name in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
            command.env(name, home.path());
        }
        command.env("TERM", "xterm-256color");
        let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader()?;
        let (tell, output) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let bytes = buffer.get(..count).unwrap_or_default().to_vec();
                if tell.send((Instant::now(), bytes)).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer()?;
        let mut client = Self { child, keys, output, _master: pair.master, _home: home };
        client.open_tabs(case, port)?;
        Ok(client)
    }

    fn open_tabs(&mut self, case: &Case, port: u16) -> anyhow::Result<()> {
        thread::sleep(Duration::from_millis(500));
        for number in 0..case.tabs {
            let address = address(number);
            let line = match case.tintin {
                Some(_) => format!("#session s{number} {address} {port}\r"),
                None if number == 0 => continue,
                None => format!("/connect {address}:{port}\r"),
            };
            self.keys.write_all(line.as_bytes())?;
            self.keys.flush()?;
            // A client takes a line for a paste where the next comes at once.
            thread::sleep(Duration::from_millis(60));
        }
        Ok(())
    }

    /// Types, and says how long each key took.
    fn type_keys(&mut self) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::with_capacity(KEYS);
        for n in 0..KEYS {
            if n % LETTERS.len() == 0 {
                // An empty line again.
                self.keys.write_all(b"\x15")?;
                self.keys.flush()?;
                thread::sleep(BETWEEN);
            }
            while self.output.try_recv().is_ok() {}
            let letter = *LETTERS.get(n % LETTERS.len()).unwrap_or(&b'Q');
            let typed = Instant::now();
            self.keys.write_all(&[letter])?;
            self.keys.flush()?;
            loop {
                let (at, bytes) = self.output.recv_timeout(LOST)?;
                if bytes.contains(&letter) {
                    times.push(at.duration_since(typed));
                    break;
                }
            }
            thread::sleep(BETWEEN);
        }
        Ok(times)
    }

    /// CPU time of the program so far.
    fn cpu(&self) -> Duration {
        let id = self.child.process_id().unwrap_or(0);
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // utime and stime, counted in hundredths of a second on every Linux there is, are the 14th and 15th field; the
        // second may have blanks in it, and ends with the last parenthesis.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
