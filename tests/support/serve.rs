//! Our own servers, as the built program runs them, and raw connections to them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// More than anything takes, so that a failure is a failure and not a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// `netchat-tui serve`, ended with the test.
pub(crate) struct Served {
    child: Child,
    pub(crate) port: u16,
    log: Receiver<String>,
}

impl Served {
    /// Starts `serve` with these arguments on a free port, and waits until it listens.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut served = Self::run(&[arguments, &["--listen", "127.0.0.1:0"]].concat());
        served.port = port(&served.logs("Listening on 127.0.0.1:"));
        served
    }

    /// Runs `serve` with just these arguments. It may well end at once.
    pub(crate) fn run(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_netchat-tui"))
            .arg("serve")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, log) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // Read to the end, whether or not the test is interested: a full pipe would be a case of its own.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        Self { child, port: 0, log }
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Waits for a line of its log with `words`, passing over others.
    #[track_caller]
    pub(crate) fn logs(&self, words: &str) -> String {
        let end = Instant::now() + PATIENCE;
        let mut others = Vec::new();
        while let Ok(line) = self.log.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(words) {
                return line;
            }
            others.push(line);
        }
        panic!("the log has no {words:?}, only: {others:#?}")
    }

    /// The lines of its log that have not been asked for, to their end.
    pub(crate) fn rest_of_log(&self) -> Vec<String> {
        self.log.iter().collect()
    }

    /// Returns a reader of the output not consumed yet.
    pub(crate) fn stdout(&mut self) -> BufReader<std::process::ChildStdout> {
        BufReader::new(self.child.stdout.take().unwrap())
    }

    /// A number of its memory, like `VmHWM`, in KiB (proc(5)).
    #[cfg(target_os = "linux")]
    pub(crate) fn memory(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// How many files it has open, sockets among them.
    #[cfg(target_os = "linux")]
    pub(crate) fn files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Sends it a signal, like `INT`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Ends it as Ctrl-C does, and waits for that.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn stops(&mut self) {
        self.signal("INT");
        assert_eq!(self.ended().code(), Some(0));
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status,
                None if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
                None => panic!("the server does not end"),
            }
        }
    }

    /// Connects to it.
    pub(crate) fn client(&self) -> Client {
        Client::new(TcpStream::connect(("127.0.0.1", self.port)).unwrap())
    }

    /// Connects to a chat and takes the name.
    #[track_caller]
    pub(crate) fn named(&self, name: &str) -> Client {
        let mut client = self.client();
        client.says(&format!("/nick {name}"));
        client.reads_until(&format!(" is now known as {name}\n"));
        client
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port in a line like `Listening on [::1]:12345 (relay)`.
pub(crate) fn port(line: &str) -> u16 {
    let address = line.trim_start_matches("Listening on ").split(' ').next().unwrap();
    address.rsplit(':').next().unwrap().parse().unwrap()
}

/// A raw connection. What it has read and not been asked for stays.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    pub(crate) fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { stream, read: Vec::new() }
    }

    pub(crate) fn sends(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    pub(crate) fn says(&mut self, line: &str) {
        self.sends(format!("{line}\n").as_bytes());
    }

    /// Reads until `words` have come, and gives everything up to their end; what follows is for the next time.
    #[track_caller]
    pub(crate) fn reads_until(&mut self, words: &str) -> String {
        let mut chunk = vec![0; 64 << 10];
        let mut looked_at = 0_usize;
        loop {
            let from = looked_at.saturating_sub(words.len());
            let found = self.read[from..].windows(words.len()).position(|window| window == words.as_bytes());
            if let Some(at) = found {
                let rest = self.read.split_off(from + at + words.len());
                let text = std::mem::replace(&mut self.read, rest);
                return String::from_utf8_lossy(&text).into_owned();
            }
            looked_at = self.read.len();
            match self.stream.read(&mut chunk) {
                Ok(bytes @ 1..) => self.read.extend_from_slice(&chunk[..bytes]),
                ended => panic!("waited for {words:?}, but {ended:?}; read: {}", self.read.escape_ascii()),
            }
        }
    }

    /// Reads exactly these bytes.
    #[track_caller]
    pub(crate) fn reads(&mut self, bytes: &[u8]) {
        let mut read = vec![0; bytes.len()];
        let kept = self.read.len().min(bytes.len());
        read[..kept].copy_from_slice(&self.read[..kept]);
        self.read.drain(..kept);
        if let Err(error) = self.stream.read_exact(&mut read[kept..]) {
            panic!("waited for {}, but {error}", bytes.escape_ascii());
        }
        assert_eq!(read.escape_ascii().to_string(), bytes.escape_ascii().to_string());
    }

    /// Reads until the server has closed its side, and gives everything; a reset is an end, too.
    #[track_caller]
    pub(crate) fn reads_to_end(&mut self) -> String {
        match self.stream.read_to_end(&mut self.read) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("the server does not close: {error}; read: {}", self.read.escape_ascii()),
        }
        String::from_utf8_lossy(&std::mem::take(&mut self.read)).into_owned()
    }

    /// Half-closes the connection.
    pub(crate) fn half_closes(&self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }
}
