//! Reads the secret of a server beside the loop: the first line of a command's output, or of a file.
//!
//! ```text
//!   Effect::ReadSecret ──► SecretReader ──► a task each ──► command or file
//!   Event::Secret ◄────────────┘
//! ```
//!
//! A command has no terminal to ask on: the terminal is the chat's. What it prints is in no message and no log, and the
//! buffers are overwritten.

use crate::app::{Event, ReadSecret, SecretSource};
use crate::link::{LinkId, SecretBytes};
use crate::storage::{self, MAX_SECRET_BYTES, SecretFile};
use crate::text;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// How long a command, or a disk, may take. A password manager may ask in a window of its own.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// The secret, or the clause that says why there is none.
type Read = Result<ReadSecret, String>;

/// Reads secrets.
#[derive(Debug)]
pub(crate) struct SecretReader {
    answers: mpsc::UnboundedReceiver<Event>,
    tell: mpsc::UnboundedSender<Event>,
}

impl Default for SecretReader {
    fn default() -> Self {
        let (tell, answers) = mpsc::unbounded_channel();
        Self { answers, tell }
    }
}

impl SecretReader {
    /// Begins to read a secret. Each call has one answer. Must be called inside a runtime.
    pub(crate) fn read(&self, tab: LinkId, number: u64, source: SecretSource) {
        let tell = self.tell.clone();
        drop(tokio::spawn(async move {
            let result = match source {
                SecretSource::Command(command) => run(&command).await,
                SecretSource::File(path) => read_file(path).await,
            };
            // The loop may be gone.
            let _ = tell.send(Event::Secret { tab, number, result });
        }));
    }

    /// The next answer. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        match self.answers.recv().await {
            Some(event) => event,
            // We hold a sender ourselves.
            None => std::future::pending().await,
        }
    }
}

async fn read_file(path: String) -> Read {
    let told = text::sanitize_line(&path);
    let work = spawn_blocking(move || {
        let place = storage::expand_path(&path)?;
        storage::read_secret_file(&place)
            .map_err(|unread| storage::read_error_message(&path, MAX_SECRET_BYTES as u64, &unread))
    });
    let read = match timeout(READ_LIMIT, work).await {
        Ok(Ok(read)) => read.map_err(|says| clause(&says))?,
        Ok(Err(_)) | Err(_) => return Err(format!("{told} could not be read within {} s", READ_LIMIT.as_secs())),
    };
    let SecretFile { bytes, is_readable_by_others } = read;
    let line = first_line(&bytes).map_err(|fault| fault.clause(&told))?;
    let warning =
        is_readable_by_others.then(|| format!("Other users can read the secret in {told}; run chmod 600 {told}."));
    Ok(ReadSecret { line, warning })
}

/// A sentence as the part of one.
fn clause(sentence: &str) -> String {
    sentence.trim_end_matches('.').to_owned()
}

async fn run(command: &str) -> Read {
    let words = shell_words::split(command).map_err(|_unbalanced| "secret_command has an unclosed quote".to_owned())?;
    let Some((name, arguments)) = words.split_first() else { return Err("secret_command is empty".to_owned()) };
    // Arguments may be secret themselves, and are not told.
    let told = text::sanitize_line(name);
    let mut child = start(name, arguments).map_err(|error| {
        let reason = storage::os_error_text(&error);
        format!("{told} could not be started ({reason}); check secret_command")
    })?;
    let Some(mut output) = child.stdout.take() else { return Err(format!("{told} has no output")) };
    let work = async {
        let bytes = read_beginning(&mut output).await;
        // What it prints behind the line goes nowhere, but it may go on printing.
        let discard = async {
            let mut scratch = Zeroizing::new(vec![0; 4096]);
            while let Ok(1..) = output.read(scratch.as_mut_slice()).await {}
            std::future::pending::<()>().await;
        };
        tokio::select! { biased;
            status = child.wait() => (bytes, status.ok()),
            () = discard => (bytes, None),
        }
    };
    let finished = timeout(READ_LIMIT, work).await;
    let Ok((bytes, status)) = finished else {
        end(&mut child).await;
        return Err(format!("{told} took more than {} s", READ_LIMIT.as_secs()));
    };
    if let Some(how) = status.filter(|status| !status.success()).map(failed) {
        return Err(format!("{told} {how}"));
    }
    let line = first_line(&bytes).map_err(|fault| fault.clause(&told))?;
    Ok(ReadSecret { line, warning: None })
}

fn start(name: &str, arguments: &[String]) -> std::io::Result<Child> {
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    // A prompt of GnuPG on our terminal would take the keys of the chat.
    command.env_remove("GPG_TTY").kill_on_drop(true);
    // In the background of the terminal, where reading from it stops a program.
    #[cfg(unix)]
    command.process_group(0);
    command.spawn()
}

/// Ends a command, and what it has started.
async fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        // It may have ended this moment.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill().await;
}

fn failed(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with status {code}"),
        None => "was killed".to_owned(),
    }
}

/// Reads up to the first newline, the end, or one byte more than a secret has.
async fn read_beginning(output: &mut (impl AsyncRead + Unpin)) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; MAX_SECRET_BYTES + 1]);
    let mut len = 0;
    while let Some(rest) = bytes.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match output.read(rest).await {
            Ok(count @ 1..) => {
                let is_line = rest.get(..count).is_some_and(|new| new.contains(&b'\n'));
                len += count;
                if is_line {
                    break;
                }
            }
            Ok(0) | Err(_) => break,
        }
    }
    bytes.truncate(len);
    bytes
}

/// Why there is no secret in some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Empty,
    TooLong,
}

impl Fault {
    fn clause(self, place: &str) -> String {
        match self {
            Self::Empty => format!("the first line of {place} is empty"),
            Self::TooLong => format!("the first line of {place} is longer than {MAX_SECRET_BYTES} bytes"),
        }
    }
}

fn first_line(bytes: &[u8]) -> Result<SecretBytes, Fault> {
    let end = memchr::memchr(b'\n', bytes);
    if end.is_none() && bytes.len() > MAX_SECRET_BYTES {
        return Err(Fault::TooLong);
    }
    let line = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() { Err(Fault::Empty) } else { Ok(SecretBytes::concat(&[line])) }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    async fn read(source: SecretSource) -> Read {
        let mut reader = SecretReader::default();
        reader.read(LinkId(3), 7, source);
        let Event::Secret { tab: LinkId(3), number: 7, result } = reader.recv().await else { panic!() };
        result
    }

    async fn run(command: &str) -> Result<Vec<u8>, String> {
        read(SecretSource::Command(command.to_owned())).await.map(|read| read.line.as_slice().to_vec())
    }

    #[tokio::test]
    async fn first_line_of_a_command_is_the_secret() {
        for (command, line) in [
            ("echo hunter2", &b"hunter2"[..]),
            ("printf 'hunter2'", b"hunter2"),
            ("printf 'hunter2\\r\\nurl: x\\n'", b"hunter2"),
            ("printf 'a b;c $HOME\\n'", b"a b;c $HOME"),
            ("sh -c 'echo hunter2; seq 100000'", b"hunter2"),
            ("sh -c 'echo hunter2; sleep 1000 &'", b"hunter2"),
        ] {
            assert_eq!(run(command).await.unwrap(), line, "{command}");
        }
    }

    #[tokio::test]
    async fn a_command_without_a_secret_says_why() {
        for (command, why) in [
            ("false", "false exited with status 1"),
            ("sh -c 'echo hunter2; exit 3'", "sh exited with status 3"),
            ("sh -c 'kill -9 $$'", "sh was killed"),
            ("true", "the first line of true is empty"),
            ("echo", "the first line of echo is empty"),
            ("head -c 20000 /dev/zero", "the first line of head is longer than 16384 bytes"),
            (
                "no-such-program hunter2",
                "no-such-program could not be started (No such file or directory); check secret_command",
            ),
        ] {
            assert_eq!(run(command).await, Err(why.to_owned()), "{command}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_command_that_does_not_end_is_ended() {
        assert_eq!(run("sleep 1000").await, Err("sleep took more than 30 s".to_owned()));
    }

    #[tokio::test]
    async fn first_line_of_a_file_is_the_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret").to_str().unwrap().to_owned();
        for (mode, has_warning) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
            let _ = fs::remove_file(&path);
            fs::write(&path, "hunter2\r\nmore").unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let read = read(SecretSource::File(path.clone())).await.unwrap();
            let warning = format!("Other users can read the secret in {path}; run chmod 600 {path}.");
            assert_eq!((read.line.as_slice(), read.warning), (&b"hunter2"[..], has_warning.then_some(warning)));
        }
    }

    #[tokio::test]
    async fn a_file_without_a_secret_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(path("empty"), "").unwrap();
        fs::write(path("long"), "x".repeat(MAX_SECRET_BYTES + 1)).unwrap();
        for (file, why) in [
            (path("none"), format!("{}: no such file", path("none"))),
            (path("empty"), format!("the first line of {} is empty", path("empty"))),
            (path("long"), format!("the first line of {} is longer than 16384 bytes", path("long"))),
            ("/dev/zero".to_owned(), "/dev/zero is a pipe or device; choose a regular file".to_owned()),
        ] {
            assert_eq!(read(SecretSource::File(file)).await, Err(why));
        }
    }
}
