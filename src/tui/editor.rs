//! Editing the draft in an external editor, while the loop continues.
//!
//! The text is written to a file in a folder with mode 0700. The editor runs in the same terminal and process group, so
//! Ctrl-Z reaches both programs. When it exits, the file becomes the draft and the folder is removed. If the text cannot
//! be read back, the folder is kept and the error message names it.

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

/// Maximum size of the edited text.
const MAX_BYTES: u64 = 4 << 20;

/// Time in which an editor has to exit after SIGTERM before it is killed.
const EXIT_TIMEOUT: Duration = Duration::from_secs(1);

/// Editors tried if the user has set none. `editor` is Debian's default.
#[cfg(not(windows))]
const FALLBACK_EDITORS: &[&str] = &["editor", "nano", "vi"];

#[cfg(windows)]
const FALLBACK_EDITORS: &[&str] = &["edit", "notepad"];

/// The edited text, or a message why the draft is unchanged.
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
    /// Whether an editor runs, which has the terminal then.
    pub(crate) const fn is_running(&self) -> bool {
        self.0.is_some()
    }

    /// Starts an editor on this text. `command` is a shell command. The terminal must have been released. Must be called
    /// inside a runtime.
    pub(crate) fn start(&mut self, command: Option<String>, text: String) {
        let (stop, stopped) = oneshot::channel();
        self.0 = Some(Running { stop, task: tokio::spawn(edit(command, text, stopped)) });
    }

    /// Waits until the editor has exited; forever if none runs. Cancel-safe.
    pub(crate) async fn ended(&mut self) -> Edited {
        let Some(running) = &mut self.0 else { return std::future::pending().await };
        let edited = (&mut running.task).await;
        self.0 = None;
        edited.unwrap_or_else(|_panicked| Err("Waiting for the editor failed; the text is unchanged.".to_owned()))
    }

    /// Stops the editor, if one runs: SIGTERM first, SIGKILL after [`EXIT_TIMEOUT`]. Returns a message with the place of
    /// its text.
    pub(crate) async fn stop(&mut self) -> Option<String> {
        let running = self.0.take()?;
        // Fails if the editor has just exited.
        let _ = running.stop.send(());
        running.task.await.ok()?.err()
    }
}

async fn edit(command: Option<String>, text: String, stopped: oneshot::Receiver<()>) -> Edited {
    let created = blocking(move || DraftFile::create(&text)).await;
    let draft =
        created.map_err(|error| format!("Cannot create a file for the editor: {}.", storage::os_error_text(&error)))?;
    let (name, child) = launch(command.as_deref(), &draft.path)?;
    match wait(child, stopped).await {
        Some(status) => blocking(move || Ok(draft.finish(&name, status))).await.map_err(|error| error.to_string())?,
        // A closed window does not mean that the text was finished.
        None => Err(draft.keep(&format!("{name} was stopped"))),
    }
}

/// Runs file I/O on a blocking thread.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Waits for the editor's exit status; returns `None` if it was stopped because the program ends.
async fn wait(mut child: Child, stopped: oneshot::Receiver<()>) -> Option<ExitStatus> {
    tokio::select! {
        status = child.wait() => status.ok(),
        _ = stopped => {
            terminate(&child);
            // If it does not exit, dropping `child` kills it.
            let _ = timeout(EXIT_TIMEOUT, child.wait()).await;
            None
        }
    }
}

/// Sends SIGTERM, so that the editor can save its files and restore the terminal.
#[cfg(unix)]
fn terminate(child: &Child) {
    let id = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
    if let Some(id) = id {
        // Fails if the editor has just exited.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
}

/// Does nothing: this system has no signal that asks a process to exit.
#[cfg(not(unix))]
const fn terminate(_child: &Child) {}

/// Starts the editor of `command`, or the first fallback editor that exists. Returns its name and the process.
fn launch(command: Option<&str>, path: &Path) -> Result<(String, Child), String> {
    let candidates = match command {
        Some(command) => vec![split_command(command)?],
        None => FALLBACK_EDITORS.iter().map(|name| vec![(*name).to_owned()]).collect(),
    };
    for candidate in candidates {
        let Some((name, arguments)) = candidate.split_first() else { continue };
        match Command::new(name).args(arguments).arg(path).kill_on_drop(true).spawn() {
            Ok(child) => return Ok((name.clone(), child)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("Cannot start {name}: {}.", storage::os_error_text(&error))),
        }
    }
    Err(match command {
        Some(command) => format!("Editor not found: {command}. Set EDITOR to an installed one, such as nano."),
        None => "No editor found. Set EDITOR to an installed one, such as nano.".to_owned(),
    })
}

/// Splits a shell command into words. On Windows a backslash separates folders and quotes nothing.
fn split_command(command: &str) -> Result<Vec<String>, String> {
    let command = if cfg!(windows) { command.replace('\\', r"\\") } else { command.to_owned() };
    shell_words::split(&command).map_err(|_unbalanced| format!("Unclosed quote in the editor command: {command}"))
}

/// Temporary file with the draft.
struct DraftFile {
    folder: TempDir,
    path: PathBuf,
}

impl DraftFile {
    fn create(text: &str) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("netchat-");
        make_private(&mut builder);
        let folder = builder.tempdir()?;
        let path = folder.path().join("draft.txt");
        // Editors expect a newline at the end of the last line; `normalize` removes it.
        let end = if text.is_empty() { "" } else { "\n" };
        let mut file = storage::create(&path)?;
        io::Write::write_all(&mut file, format!("{text}{end}").as_bytes())?;
        Ok(Self { folder, path })
    }

    /// Returns the edited text if the editor succeeded.
    fn finish(self, name: &str, status: ExitStatus) -> Edited {
        match status.code() {
            Some(0) => self.read(name),
            Some(code) => Err(format!("{name} exited with status {code}; the text is unchanged.")),
            None => Err(self.keep(&format!("{name} was killed"))),
        }
    }

    fn read(self, name: &str) -> Edited {
        let bytes = match storage::read(&self.path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Err(format!("{name} deleted the file; the text is unchanged."));
            }
            Err(ReadError::TooLarge(bytes)) => {
                let (bytes, limit) = (format_thousands(bytes), format_thousands(MAX_BYTES));
                return Err(self.keep(&format!("The text has {bytes} bytes, more than the limit of {limit}")));
            }
            Err(ReadError::NotAFile) => return Err(self.keep("The editor left something that is not a file")),
            Err(ReadError::Io(error)) => {
                return Err(self.keep(&format!("Cannot read the text ({})", storage::os_error_text(&error))));
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(normalize(&text)),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                Err(self.keep(&format!("The text is not valid UTF-8 at byte {offset}")))
            }
        }
    }

    /// Keeps the folder, and returns a message with the reason and the path of the text.
    fn keep(self, reason: &str) -> String {
        let path = self.path.display().to_string();
        let _ = self.folder.keep();
        format!("{reason}. The edited text is in {path}.")
    }
}

/// Restricts the folder to the user.
#[cfg(unix)]
fn make_private(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(std::fs::Permissions::from_mode(0o700));
}

/// Does nothing: each user has a private temporary folder on this system.
#[cfg(not(unix))]
const fn make_private(_builder: &mut tempfile::Builder<'_, '_>) {}

/// Converts an edited text to a draft: `\n` between lines, and no newline at the end.
fn normalize(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.strip_suffix('\n').map(str::to_owned).unwrap_or(text)
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
