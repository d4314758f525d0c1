//! A home of its own for the command lines of a page, and an echo server in place of the hosts they name.

use super::shell::Line;
use super::support;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_netchat-tui");

/// Hosts and ports that the pages use as examples.
const EXAMPLES: &[&str] = &["127.0.0.1 12345", "127.0.0.1:12345", "pi.local 4000", "pi.local:4000"];

pub(super) struct Sandbox {
    home: TempDir,
    server: SocketAddr,
}

/// Whether an example is a settings file; otherwise it is a theme.
pub(super) fn is_settings(text: &str) -> bool {
    !text.starts_with("inherits")
}

impl Sandbox {
    /// Creates an empty home, with the files of the repository that command lines may read.
    pub(super) fn new() -> Self {
        let sandbox = Self { home: tempfile::tempdir().unwrap(), server: echo_server() };
        fs::create_dir_all(sandbox.path().join("assets")).unwrap();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/example.rec");
        fs::copy(example, sandbox.path().join("assets/example.rec")).unwrap();
        fs::write(sandbox.path().join("photo.jpg"), [0, 255, 10, 13]).unwrap();
        sandbox
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    fn settings(&self) -> PathBuf {
        self.path().join(".config/netchat-tui")
    }

    /// Adds an example to the settings file.
    pub(super) fn write_settings(&self, text: &str) {
        fs::create_dir_all(self.settings()).unwrap();
        let file = self.settings().join("config.toml");
        let present = fs::read_to_string(&file).unwrap_or_default();
        fs::write(file, present + text).unwrap();
    }

    /// Makes an example the theme of the settings.
    pub(super) fn write_theme(&self, text: &str) {
        self.write_settings("theme = \"mine\"\n");
        fs::create_dir_all(self.settings().join("themes")).unwrap();
        fs::write(self.settings().join("themes/mine.toml"), text).unwrap();
    }

    /// The program, at home here.
    pub(super) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        self.set_up(&mut command);
        command
    }

    fn set_up(&self, command: &mut Command) {
        for name in support::settings_of_the_tester() {
            command.env_remove(name);
        }
        let folder = Path::new(PROGRAM).parent().unwrap();
        let mut folders = vec![folder.to_owned()];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        command.env("PATH", std::env::join_paths(folders).unwrap());
        command.env("HOME", self.path()).env("XDG_CONFIG_HOME", self.path().join(".config"));
        command.env("XDG_STATE_HOME", self.path().join(".local/state"));
        command.current_dir(self.path()).stdin(Stdio::null());
    }

    /// Runs a command line in a shell, with the echo server in place of the hosts it names, and expects success.
    pub(super) fn run(&self, line: &Line) {
        let mut text = line.text.clone();
        for example in EXAMPLES {
            text = text.replace(example, &self.server.to_string());
        }
        let mut command = Command::new("sh");
        command.arg("-c").arg(&text);
        self.set_up(&mut command);
        let output = command.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {text}: {:?}\n{errors}", line.place, output.status);
        let is_redirected = text.contains(" > ") || text.contains("--to-pcap");
        let is_silent = line.programs.is_empty();
        assert!(is_redirected || is_silent || !output.stdout.is_empty(), "{}: {text} prints nothing", line.place);
    }
}

/// Starts a server that returns what it receives and closes when its client has half-closed.
fn echo_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || echo(stream));
        }
    });
    address
}

fn echo(mut stream: TcpStream) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        if stream.write_all(&buffer[..count]).is_err() {
            return;
        }
    }
}
