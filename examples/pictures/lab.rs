//! Servers, and those who talk on them.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// The lab's port, which is what a picture should show, or another one if somebody has it.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let at = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    Ok(at(netchat_tui::link::DEFAULT_PORT).or_else(|_| at(0))?.local_addr()?)
}

/// `netchat-tui serve chat`, ended with this.
pub(crate) struct Chat {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Chat {
    /// Starts it at the lab's port if nobody has it, and waits until it listens.
    pub(crate) fn start(program: &Path) -> Result<Self> {
        Self::start_at(program, free_address()?)
    }

    /// Starts it at this address.
    pub(crate) fn start_at(program: &Path, address: SocketAddr) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "chat", "--history", "100", "--rate", "none", "--listen", &address.to_string()]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut log = BufReader::new(child.stderr.take().context("the log is a pipe")?);
        let mut first = String::new();
        log.read_line(&mut first)?;
        // Somebody has to read on, or the server would wait for it.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        ensure!(first.starts_with("Listening"), "the server does not listen: {first}");
        Ok(Self { child, address })
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody in a chat, with a plain socket.
pub(crate) struct Peer(TcpStream);

impl Peer {
    /// Joins, and waits until the server has taken the name.
    pub(crate) fn join(address: SocketAddr, name: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        writeln!(stream, "/nick {name}")?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let taken = format!("now known as {name}");
        let mut line = String::new();
        while !line.contains(&taken) {
            line.clear();
            ensure!(reader.read_line(&mut line)? > 0, "the server has hung up on {name}");
        }
        stream.set_read_timeout(None)?;
        std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
        Ok(Self(stream))
    }

    /// Says a line; its newline is added.
    pub(crate) fn say(&mut self, line: &[u8]) -> Result<()> {
        Ok(self.0.write_all(&[line, b"\n"].concat())?)
    }
}

/// One piece of what a homemade server sends.
pub(crate) enum Step {
    /// These bytes, in a write of their own.
    Send(&'static [u8]),
    /// Nothing until a line has come.
    Hear,
    /// Nothing for this time: what follows is another read.
    Wait(Duration),
    /// It hangs up.
    End,
}

/// Runs a server of one connection that does these steps, and then nothing until the client goes.
pub(crate) fn homemade(steps: &'static [Step]) -> Result<SocketAddr> {
    let listener = TcpListener::bind(free_address()?)?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || -> Result<()> {
        let (mut stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        for step in steps {
            match step {
                Step::Send(bytes) => stream.write_all(bytes)?,
                Step::Hear => _ = reader.read_line(&mut String::new())?,
                Step::Wait(time) => std::thread::sleep(*time),
                Step::End => return Ok(()),
            }
        }
        let _ = reader.read_to_end(&mut Vec::new());
        Ok(())
    });
    Ok(address)
}
