//! The clients that people have, as programs with pipes: nc, plink, ncat and the lab's own.

use super::lab::{has_peer, lab_file};
use std::fs::File;
use std::future::Future;
use std::io::{Read, Write};
use std::net::IpAddr;
use std::panic::Location;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep, timeout_at};

/// More than anything takes, so that a failure is a failure and not a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client to be had for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Nc,
    /// `PuTTY` without a window.
    Plink,
    Ncat,
    /// Task 10: `client_send.py`.
    Sender,
    /// Task 12: `client_both.py`.
    Both,
}

impl Program {
    /// Whether it can be had here. The lab's own can: the tests do not run without Python.
    pub(crate) fn is_here(self) -> bool {
        match self {
            Self::Nc => has_peer("nc"),
            Self::Plink => has_peer("plink"),
            Self::Ncat => has_peer("ncat"),
            Self::Sender | Self::Both => true,
        }
    }

    /// Whether all of them can be had here.
    pub(crate) fn are_here(programs: &[Self]) -> bool {
        programs.iter().all(|program| program.is_here())
    }

    /// Those that pass on bytes as they come, both ways, and can be had here.
    pub(crate) fn found_raw() -> Vec<Self> {
        [Self::Nc, Self::Plink, Self::Ncat].into_iter().filter(|program| program.is_here()).collect()
    }

    /// Those that send what is typed and show what comes, and can be had here.
    pub(crate) fn found() -> Vec<Self> {
        [Self::found_raw(), vec![Self::Both]].concat()
    }

    fn command(self, host: IpAddr, port: u16) -> Command {
        let (host, port) = (host.to_string(), port.to_string());
        let (program, arguments) = match self {
            Self::Nc => ("nc", vec![host, port]),
            Self::Plink => ("plink", vec!["-batch".into(), "-raw".into(), "-P".into(), port, host]),
            Self::Ncat => ("ncat", vec![host, port]),
            Self::Sender => ("python3", vec!["-u".into(), lab("client_send.py"), port]),
            Self::Both => ("python3", vec!["-u".into(), lab("client_both.py"), port]),
        };
        let mut command = Command::new(program);
        command.args(arguments);
        command
    }

    /// Line ending that Enter sends: `PuTTY` sends CR LF in raw mode.
    const fn eol(self) -> &'static str {
        match self {
            Self::Plink => "\r\n",
            Self::Nc | Self::Ncat | Self::Sender | Self::Both => "\n",
        }
    }
}

fn lab(file: &str) -> String {
    lab_file(file).to_str().unwrap().to_owned()
}

/// One of them, running, and ended with the test. What it has printed and not been asked for stays.
pub(crate) struct Peer {
    program: Program,
    child: Child,
    stdin: Option<ChildStdin>,
    output: UnboundedReceiver<Vec<u8>>,
    read: Vec<u8>,
}

impl Peer {
    /// Connects it to a server on this machine.
    pub(crate) fn start(program: Program, port: u16) -> Self {
        Self::at(program, "127.0.0.1".parse().unwrap(), port)
    }

    pub(crate) fn at(program: Program, host: IpAddr, port: u16) -> Self {
        Self::run(program, program.command(host, port).stdin(Stdio::piped()))
    }

    /// Starts the peer with a file as standard input: `nc HOST PORT < FILE`.
    pub(crate) fn with_file(program: Program, port: u16, file: &Path) -> Self {
        let command = &mut program.command("127.0.0.1".parse().unwrap(), port);
        Self::run(program, command.stdin(File::open(file).unwrap()))
    }

    fn run(program: Program, command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let stdin = child.stdin.take();
        let mut stdout = child.stdout.take().unwrap();
        let (sender, output) = unbounded_channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            while let Ok(count @ 1..) = stdout.read(&mut buffer) {
                let _ = sender.send(buffer[..count].to_vec());
            }
        });
        Self { program, child, stdin, output, read: Vec::new() }
    }

    pub(crate) fn sends(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).unwrap();
        stdin.flush().unwrap();
    }

    /// A line and Enter.
    pub(crate) fn says(&mut self, line: &str) {
        self.sends(format!("{line}{}", self.program.eol()).as_bytes());
    }

    /// Nothing more will be typed: Ctrl-D.
    pub(crate) fn closes(&mut self) {
        self.stdin = None;
    }

    /// Ends it as a student does who closes the window.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits until it has printed `words`, and gives everything up to their end; what follows is for the next time.
    #[track_caller]
    pub(crate) fn reads_until(&mut self, words: &str) -> impl Future<Output = String> {
        let end = words.to_owned();
        let found = move |read: &[u8]| {
            let at = read.windows(end.len()).position(|window| window == end.as_bytes())?;
            Some(at + end.len())
        };
        let read = self.reads_as_far_as(format!("{words:?}"), found);
        async { String::from_utf8_lossy(&read.await).into_owned() }
    }

    /// Waits until it has printed as much as `bytes`, which has to be just these.
    #[track_caller]
    pub(crate) fn reads(&mut self, bytes: &[u8]) -> impl Future<Output = ()> {
        let place = Location::caller();
        let expected = bytes.to_vec();
        let length = bytes.len();
        let read = self.reads_as_far_as(excerpt(bytes), move |read| (read.len() >= length).then_some(length));
        async move {
            let read = read.await;
            assert!(read == expected, "{place}: read {}, not {}", excerpt(&read), excerpt(&expected));
        }
    }

    #[track_caller]
    fn reads_as_far_as(
        &mut self,
        wanted: String,
        end: impl Fn(&[u8]) -> Option<usize>,
    ) -> impl Future<Output = Vec<u8>> {
        let place = Location::caller();
        async move {
            let deadline = Instant::now() + PATIENCE;
            loop {
                if let Some(end) = end(&self.read) {
                    let rest = self.read.split_off(end);
                    return std::mem::replace(&mut self.read, rest);
                }
                let why = match timeout_at(deadline, self.output.recv()).await {
                    Ok(Some(bytes)) => {
                        self.read.extend_from_slice(&bytes);
                        continue;
                    }
                    Ok(None) => "it ended",
                    Err(_elapsed) => "it did not come",
                };
                let (program, read) = (self.program, excerpt(&self.read));
                panic!("{place}: {program:?} waited for {wanted}, but {why}; it read {read}");
            }
        }
    }

    /// Waits until it has ended, and gives its status and what it had printed and not been asked for.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> impl Future<Output = (ExitStatus, String)> {
        let place = Location::caller();
        async move {
            let deadline = Instant::now() + PATIENCE;
            while let Ok(Some(bytes)) = timeout_at(deadline, self.output.recv()).await {
                self.read.extend_from_slice(&bytes);
            }
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return (status, String::from_utf8_lossy(&self.read).into_owned());
                }
                let is_late = Instant::now() >= deadline;
                assert!(!is_late, "{place}: {:?} does not end; it read {}", self.program, excerpt(&self.read));
                sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The end of what was read, for a report.
fn excerpt(bytes: &[u8]) -> String {
    let shown = &bytes[bytes.len().saturating_sub(1000)..];
    format!("{} bytes, at their end {}", bytes.len(), shown.escape_ascii())
}
