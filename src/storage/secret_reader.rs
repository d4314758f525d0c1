//! Reads the secret of a server in the background: the first line of a command's output or of a file.
//!
//! ```text
//!   Effect::ReadSecret ──► SecretReader ──► one task each ──► command or file
//!   Event::Secret ◄────────────┘
//! ```
//!
//! A command has no access to the terminal, which the chat uses. Its output is never shown or logged, and the buffers are
//! overwritten.

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

/// How long a command or disk may take. A password manager may ask for a passphrase in a window meanwhile.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// The secret, or a clause (no capital, no full stop) with the reason why there is none.
type SecretResult = Result<ReadSecret, String>;

/// Reads secrets of servers in the background.
#[derive(Debug)]
pub(crate) struct SecretReader {
    results: mpsc::UnboundedReceiver<Event>,
    result_sender: mpsc::UnboundedSender<Event>,
}

impl Default for SecretReader {
    fn default() -> Self {
        let (result_sender, results) = mpsc::unbounded_channel();
        Self { results, result_sender }
    }
}

impl SecretReader {
    /// Starts reading a secret. Each call results in one event. Must be called inside a runtime.
    pub(crate) fn read(&self, tab: LinkId, number: u64, source: SecretSource) {
        let sender = self.result_sender.clone();
        drop(tokio::spawn(async move {
            let result = match source {
                SecretSource::Command(command) => run(&command).await,
                SecretSource::File(path) => read_file(path).await,
            };
            // Fails if the event loop has ended.
            let _ = sender.send(Event::Secret { tab, number, result });
        }));
    }

    /// Returns the next result. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        match self.results.recv().await {
            Some(event) => event,
            // Cannot happen: `self` owns a sender.
            None => std::future::pending().await,
        }
    }
}

async fn read_file(path: String) -> SecretResult {
    let shown_path = text::sanitize_line(&path);
    let job = spawn_blocking(move || {
        let expanded = storage::expand_path(&path)?;
        storage::read_secret_file(&expanded)
            .map_err(|error| storage::read_error_message(&path, MAX_SECRET_BYTES as u64, &error))
    });
    let file = match timeout(READ_TIMEOUT, job).await {
        Ok(Ok(file)) => file.map_err(|message| to_clause(&message))?,
        Ok(Err(_)) | Err(_) => {
            return Err(format!("{shown_path} could not be read within {} s", READ_TIMEOUT.as_secs()));
        }
    };
    let SecretFile { bytes, is_readable_by_others } = file;
    let line = first_line(&bytes).map_err(|error| error.clause(&shown_path))?;
    let warning = is_readable_by_others
        .then(|| format!("Other users can read the secret in {shown_path}; run chmod 600 {shown_path}."));
    Ok(ReadSecret { line, warning })
}

/// Removes the full stop of a message, so that it can be part of a sentence.
fn to_clause(message: &str) -> String {
    message.trim_end_matches('.').to_owned()
}

async fn run(command: &str) -> SecretResult {
    let words = shell_words::split(command).map_err(|_unbalanced| "secret_command has an unclosed quote".to_owned())?;
    let Some((name, arguments)) = words.split_first() else { return Err("secret_command is empty".to_owned()) };
    // Messages do not contain the arguments, which may be secret themselves.
    let shown_name = text::sanitize_line(name);
    let mut child = start(name, arguments).map_err(|error| {
        let reason = storage::os_error_text(&error);
        format!("{shown_name} could not be started ({reason}); check secret_command")
    })?;
    let Some(mut output) = child.stdout.take() else { return Err(format!("{shown_name} has no output")) };
    let work = async {
        let bytes = read_beginning(&mut output).await;
        // Further output is discarded, so that the command does not block on a full pipe.
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
    let finished = timeout(READ_TIMEOUT, work).await;
    let Ok((bytes, status)) = finished else {
        kill(&mut child).await;
        return Err(format!("{shown_name} took more than {} s", READ_TIMEOUT.as_secs()));
    };
    if let Some(failure) = status.filter(|status| !status.success()).map(describe_failure) {
        return Err(format!("{shown_name} {failure}"));
    }
    let line = first_line(&bytes).map_err(|error| error.clause(&shown_name))?;
    Ok(ReadSecret { line, warning: None })
}

fn start(name: &str, arguments: &[String]) -> std::io::Result<Child> {
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    // Otherwise a GnuPG prompt would appear on the chat's terminal and take its keys.
    command.env_remove("GPG_TTY").kill_on_drop(true);
    // A background process group: reading from the terminal stops the command (SIGTTIN) instead of taking keys.
    #[cfg(unix)]
    command.process_group(0);
    command.spawn()
}

/// Kills a command and its process group.
async fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        // Fails if the group has just exited.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill().await;
}

fn describe_failure(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with status {code}"),
        None => "was killed".to_owned(),
    }
}

/// Reads up to the first newline, the end of the output, or [`MAX_SECRET_BYTES`] + 1 bytes.
async fn read_beginning(output: &mut (impl AsyncRead + Unpin)) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; MAX_SECRET_BYTES + 1]);
    let mut len = 0;
    while let Some(rest) = bytes.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match output.read(rest).await {
            Ok(count @ 1..) => {
                let has_newline = rest.get(..count).is_some_and(|new| new.contains(&b'\n'));
                len += count;
                if has_newline {
                    break;
                }
            }
            Ok(0) | Err(_) => break,
        }
    }
    bytes.truncate(len);
    bytes
}

/// Why a first line is not a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FirstLineError {
    Empty,
    TooLong,
}

impl FirstLineError {
    fn clause(self, source: &str) -> String {
        match self {
            Self::Empty => format!("the first line of {source} is empty"),
            Self::TooLong => format!("the first line of {source} is longer than {MAX_SECRET_BYTES} bytes"),
        }
    }
}

fn first_line(bytes: &[u8]) -> Result<SecretBytes, FirstLineError> {
    let end = memchr::memchr(b'\n', bytes);
    if end.is_none() && bytes.len() > MAX_SECRET_BYTES {
        return Err(FirstLineError::TooLong);
    }
    let line = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() { Err(FirstLineError::Empty) } else { Ok(SecretBytes::concat(&[line])) }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    async fn read(source: SecretSource) -> SecretResult {
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
    async fn command_errors_name_the_cause() {
        for (command, error) in [
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
            assert_eq!(run(command).await, Err(error.to_owned()), "{command}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn command_is_killed_after_the_timeout() {
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
    async fn file_errors_name_the_cause() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(path("empty"), "").unwrap();
        fs::write(path("long"), "x".repeat(MAX_SECRET_BYTES + 1)).unwrap();
        for (file, error) in [
            (path("none"), format!("{}: no such file", path("none"))),
            (path("empty"), format!("the first line of {} is empty", path("empty"))),
            (path("long"), format!("the first line of {} is longer than 16384 bytes", path("long"))),
            ("/dev/zero".to_owned(), "/dev/zero is a pipe or device; choose a regular file".to_owned()),
        ] {
            assert_eq!(read(SecretSource::File(file)).await, Err(error));
        }
    }
}
