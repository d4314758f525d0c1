//! The draft in an editor of the user's choice, while the loop goes on reading the network.
//!
//! The text goes into a file in a folder that only the user can look into, the editor runs on it in our terminal and
//! in our group of processes (so Ctrl-Z reaches both), and what the file holds then comes back. The folder is removed,
//! except when the text cannot be taken back: then the sentence says where it is.

use crate::storage::{self, ReadError};
use crate::text::format_thousands;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

/// Bytes that are taken back.
const LIMIT: u64 = 4 << 20;

/// How long an editor has to put the terminal in order when the program is told to end.
const GRACE: Duration = Duration::from_secs(1);

/// Where nobody has said which: what Debian calls the default, then what most have.
#[cfg(not(windows))]
const FALLBACK_EDITORS: &[&str] = &["editor", "nano", "vi"];

#[cfg(windows)]
const USUAL: &[&str] = &["edit", "notepad"];

/// The text as it was left, or the sentence that says why it is as it was.
type Edited = Result<String, String>;

/// Runs the external editor, at most one at a time.
#[derive(Debug, Default)]
pub(crate) struct Editor(Option<Running>);

#[derive(Debug)]
struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Edited>,
}

impl Editor {
    /// Whether the terminal is the editor's.
    pub(crate) const fn is_running(&self) -> bool {
        self.0.is_some()
    }

    /// Starts one on this text. `wish` is a command, words as a shell has them. The terminal must have been given back.
    /// Must be called inside a runtime.
    pub(crate) fn start(&mut self, wish: Option<String>, text: String) {
        let (stop, stopped) = oneshot::channel();
        self.0 = Some(Running { stop, task: tokio::spawn(edit(wish, text, stopped)) });
    }

    /// Waits until it has ended; for ever if none runs. Cancel-safe.
    pub(crate) async fn ended(&mut self) -> Edited {
        let Some(running) = &mut self.0 else { return std::future::pending().await };
        let edited = (&mut running.task).await;
        self.0 = None;
        edited.unwrap_or_else(|_panicked| Err("The editor could not be waited for; the text is as it was.".to_owned()))
    }

    /// Ends it, gently first. Where the text is kept, if one was being written.
    pub(crate) async fn stop(&mut self) -> Option<String> {
        let running = self.0.take()?;
        // It may be ending by itself.
        let _ = running.stop.send(());
        running.task.await.ok()?.err()
    }
}

async fn edit(wish: Option<String>, text: String, stopped: oneshot::Receiver<()>) -> Edited {
    let made = blocking(move || DraftFile::new(&text)).await;
    let draft =
        made.map_err(|error| format!("No file could be made for the editor: {}.", storage::os_error_text(&error)))?;
    let (name, child) = launch(wish.as_deref(), &draft.path)?;
    match wait(child, stopped).await {
        Some(status) => blocking(move || Ok(draft.outcome(&name, status))).await.map_err(|error| error.to_string())?,
        // Whoever closes the window did not mean the text.
        None => Err(draft.kept(&format!("{name} was ended"))),
    }
}

/// Runs what may wait for a disk where the loop does not wait for it.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// How it ended; `None` if the program ends and it had to.
async fn wait(mut child: Child, stopped: oneshot::Receiver<()>) -> Option<ExitStatus> {
    tokio::select! {
        status = child.wait() => status.ok(),
        _ = stopped => {
            terminate(&child);
            // Whoever does not listen is killed when `child` is dropped.
            let _ = timeout(GRACE, child.wait()).await;
            None
        }
    }
}

/// SIGTERM, so that the editor can keep its own files and the terminal in order.
#[cfg(unix)]
fn terminate(child: &Child) {
    let id = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
    if let Some(id) = id {
        // It may have ended this moment.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
}

/// There is nothing gentle on this system.
#[cfg(not(unix))]
const fn terminate(_child: &Child) {}

/// Starts the editor wished for, or the first of the usual ones there is. Its name, and the process.
fn launch(wish: Option<&str>, path: &Path) -> Result<(String, Child), String> {
    let candidates = match wish {
        Some(wish) => vec![words(wish)?],
        None => FALLBACK_EDITORS.iter().map(|name| vec![(*name).to_owned()]).collect(),
    };
    for candidate in candidates {
        let Some((name, arguments)) = candidate.split_first() else { continue };
        match Command::new(name).args(arguments).arg(path).kill_on_drop(true).spawn() {
            Ok(child) => return Ok((name.clone(), child)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{name} could not be started: {}.", storage::os_error_text(&error))),
        }
    }
    Err(match wish {
        Some(wish) => format!("There is no editor {wish}; set EDITOR to one there is, such as nano."),
        None => "No editor was found; set EDITOR to one, such as nano.".to_owned(),
    })
}

/// The words of a command. A backslash is part of a path on Windows and nothing else.
fn words(command: &str) -> Result<Vec<String>, String> {
    let command = if cfg!(windows) { command.replace('\\', r"\\") } else { command.to_owned() };
    shell_words::split(&command).map_err(|_unbalanced| format!("A quote is not closed in the editor's name: {command}"))
}

/// The text in a file.
struct DraftFile {
    folder: TempDir,
    path: PathBuf,
}

impl DraftFile {
    fn new(text: &str) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("netchat-");
        for_the_user_alone(&mut builder);
        let folder = builder.tempdir()?;
        let path = folder.path().join("draft.txt");
        // An editor has a last line end with a newline; `outcome` takes one away.
        let end = if text.is_empty() { "" } else { "\n" };
        let mut file = storage::create(&path)?;
        io::Write::write_all(&mut file, format!("{text}{end}").as_bytes())?;
        Ok(Self { folder, path })
    }

    /// What came of it.
    fn outcome(self, name: &str, status: ExitStatus) -> Edited {
        match status.code() {
            Some(0) => self.text(name),
            Some(code) => Err(format!("{name} ended with status {code}; the text is as it was.")),
            None => Err(self.kept(&format!("{name} was killed"))),
        }
    }

    fn text(self, name: &str) -> Edited {
        let bytes = match storage::read(&self.path, LIMIT) {
            Ok(bytes) => bytes,
            Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Err(format!("{name} left no file; the text is as it was."));
            }
            Err(ReadError::TooLarge(bytes)) => {
                let (bytes, limit) = (format_thousands(bytes), format_thousands(LIMIT));
                return Err(
                    self.kept(&format!("The text has {bytes} bytes, more than the {limit} that can be taken in"))
                );
            }
            Err(ReadError::NotAFile) => return Err(self.kept("What the editor left is no file")),
            Err(ReadError::Io(error)) => {
                return Err(self.kept(&format!("The text could not be read ({})", storage::os_error_text(&error))));
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(normalize(&text)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                Err(self.kept(&format!("The text is not UTF-8 from byte {at} on")))
            }
        }
    }

    /// The sentence for a text that is not taken back, and is not lost.
    fn kept(self, why: &str) -> String {
        let path = self.path.display().to_string();
        let _ = self.folder.keep();
        format!("{why}; it is kept in {path}.")
    }
}

/// A folder's mode; the file in it has its own.
#[cfg(unix)]
fn for_the_user_alone(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(std::fs::Permissions::from_mode(0o700));
}

/// A user's temporary folder is their own there.
#[cfg(not(unix))]
const fn for_the_user_alone(_builder: &mut tempfile::Builder<'_, '_>) {}

/// The text as the draft has it: `\n` between lines, and none behind the last.
fn normalize(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.strip_suffix('\n').map(str::to_owned).unwrap_or(text)
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
