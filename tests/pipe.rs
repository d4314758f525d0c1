//! The program without a terminal: nc's place in scripts.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

mod alike;
mod bulk;
mod delivery;
mod ends;
mod flags;
mod recorded;

/// The program that is tested, and the two it takes the place of.
const OURS: &str = env!("CARGO_BIN_EXE_netchat-tui");

/// Output and exit status of a finished program.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    stdout: Vec<u8>,
    stderr: String,
    status: Option<i32>,
}

impl Ran {
    /// The single sentence of ours on standard error.
    #[track_caller]
    fn sentence(&self) -> &str {
        let sentence = self.stderr.strip_prefix("netchat-tui: ").unwrap_or_else(|| panic!("{self:?}"));
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        sentence.trim_end()
    }

    #[track_caller]
    fn is(&self, stdout: &[u8], stderr: &str, status: i32) {
        let shown = String::from_utf8_lossy(&self.stdout);
        assert_eq!((&*self.stdout, &*self.stderr, self.status), (stdout, stderr, Some(status)), "{shown}");
    }
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("XDG_CONFIG_HOME", "/nonexistent").env_remove("NETCHAT_TUI_CONFIG");
    command
}

/// Runs a program with this as all of its input.
fn run(program: &str, arguments: &[&str], input: &[u8]) -> Ran {
    fed(command(program, arguments).spawn().unwrap(), input.to_vec())
}

/// Ours, with this as all of its input.
fn ours(arguments: &[&str], input: &[u8]) -> Ran {
    run(OURS, arguments, input)
}

fn fed(mut child: Child, input: Vec<u8>) -> Ran {
    let mut stdin = child.stdin.take().unwrap();
    // A program that exits early does not read all input.
    let feeding = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let ran = ended(child);
    feeding.join().unwrap();
    ran
}

fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Ran { stdout: output.stdout, stderr, status: output.status.code() }
}

/// A server for one client, in a thread: what it makes of it is up to the test.
fn server<T: Send + 'static>(serve: impl FnOnce(TcpStream) -> T + Send + 'static) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (address, std::thread::spawn(move || serve(listener.accept().unwrap().0)))
}

/// An address where nobody listens.
fn nobody() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// All that comes until the other side ends.
fn all(mut stream: &TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Broken off is an end, too.
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

/// As many bytes.
fn take(mut stream: &TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}
