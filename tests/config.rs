//! The settings as the built program reads them: what it prints about them, what it refuses to start with, and what it
//! does while it runs.

use crate::support;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A user with a settings file.
struct User {
    home: TempDir,
}

impl User {
    fn with(text: &str) -> Self {
        let user = Self { home: tempfile::tempdir().unwrap() };
        fs::create_dir(user.file().parent().unwrap()).unwrap();
        user.write(text);
        user
    }

    fn write(&self, text: &str) {
        fs::write(self.file(), text).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("netchat-tui").join("config.toml")
    }

    /// Runs the program with these words, without a terminal.
    fn run(&self, words: &[&str], variables: &[(&str, &str)]) -> Output {
        run(self.home.path(), words, variables)
    }
}

fn run(home: &Path, words: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netchat-tui"));
    for name in support::settings_of_the_tester() {
        command.env_remove(name);
    }
    // Windows has no say in where its folders are, so that the file is named there.
    command.env("XDG_CONFIG_HOME", home).env("NETCHAT_TUI_CONFIG", home.join("netchat-tui").join("config.toml"));
    command.args(words).envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_broken_file_stops_every_client_before_anything_is_opened() {
    let user = User::with("nikc = 'bob'\neol = 'vt'\n");
    let file = user.file().display().to_string();
    let says = format!(
        "netchat-tui: 2 errors in {file}:\n  line 1, column 1: Unknown name nikc. Did you mean nick?\n  line 2, \
         column 7: eol must be lf, crlf, cr, nul or none, not \"vt\".\n"
    );
    for words in
        [&["127.0.0.1:1"][..], &[], &["host", "--listen", "127.0.0.1:0"], &["config", "check"], &["config", "show"]]
    {
        let output = user.run(words, &[]);
        assert_eq!(
            (output.status.code(), err(&output), out(&output)),
            (Some(2), says.clone(), String::new()),
            "{words:?}"
        );
    }
    let output = user.run(&["--no-config", "127.0.0.1:1"], &[]);
    assert!(err(&output).contains("Nothing is listening"), "it comes as far as that: {}", err(&output));
}

#[test]
fn the_example_passes_config_check_and_other_files_can_be() {
    let user = User::with("");
    let example = user.run(&["config", "example"], &[]);
    assert!(example.status.success());
    let other = user.home.path().join("other.toml");
    fs::write(&other, out(&example)).unwrap();
    let other = other.to_str().unwrap();
    let checked = user.run(&["config", "check", other], &[]);
    assert_eq!((checked.status.code(), out(&checked)), (Some(0), format!("{other}: no errors.\n")));
    let missing = user.run(&["config", "check", "nowhere.toml"], &[]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(err(&missing).contains("There is no settings file nowhere.toml"), "{}", err(&missing));
}

#[test]
fn each_value_is_shown_with_where_it_was_said() {
    let user = User::with("eol = 'crlf'\nview = 'hex'\n\n[servers.pi]\naddress = 'pi.local'\neol = 'cr'\n");
    let variables = [("NETCHAT_TUI_VIEW", "escaped"), ("NETCHAT_TUI_VEIW", "text")];
    let shown = user.run(&["config", "show", "pi"], &variables);
    let text = out(&shown);
    let line = |name: &str| text.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap().to_owned();
    assert_eq!(line("address"), "address = \"pi.local:12345\"");
    assert!(line("eol").starts_with("eol = \"cr\" ") && line("eol").ends_with("config.toml, line 6"), "{text}");
    assert!(
        line("view").starts_with("view = \"escaped\" ") && line("view").ends_with("# variable NETCHAT_TUI_VIEW"),
        "{text}"
    );
    assert!(line("nick").ends_with("# default"), "{text}");
    assert_eq!(
        err(&shown),
        "netchat-tui: Unknown environment variable NETCHAT_TUI_VEIW. Did you mean NETCHAT_TUI_VIEW?\n"
    );
    assert_eq!(out(&user.run(&["config", "names"], &[])), "pi\n");
    assert_eq!(out(&user.run(&["config", "path"], &[])), format!("{}\n", user.file().display()));
    let nobody = user.run(&["config", "show", "po"], &[]);
    assert_eq!(
        (nobody.status.code(), err(&nobody).as_str()),
        (Some(2), "netchat-tui: There is no server po. Configured servers: pi.\n")
    );
}

#[test]
fn a_variable_with_a_mistake_is_named() {
    let user = User::with("");
    let output = user.run(&["127.0.0.1:1"], &[("NETCHAT_TUI_EOL", "clrf")]);
    let says = "netchat-tui: Environment variable NETCHAT_TUI_EOL: eol must be lf, crlf, cr, nul or none, not \"clrf\". Did you mean crlf?\n";
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(2), says));
}

#[cfg(unix)]
mod in_a_terminal {
    use super::*;
    use crate::support::terminal::Terminal;
    use std::io::Read as _;
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::mpsc::{Receiver, channel};

    /// A server that says what it reads from the first client.
    fn listener() -> (String, Receiver<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (read, received) = channel();
        std::thread::spawn(move || {
            let (mut peer, _) = listener.accept().unwrap();
            let mut buffer = [0; 1024];
            while let Ok(count @ 1..) = peer.read(&mut buffer) {
                if read.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        (address, received)
    }

    fn reads(received: &Receiver<Vec<u8>>, wanted: &[u8]) {
        let mut all = Vec::new();
        while !all.ends_with(wanted) {
            let more = received.recv_timeout(std::time::Duration::from_secs(20));
            all.extend(more.unwrap_or_else(|_| panic!("{:?} is not {wanted:?}", String::from_utf8_lossy(&all))));
        }
    }

    #[test]
    fn a_saved_server_is_opened_by_name_and_reloaded() {
        let (address, received) = listener();
        let text = format!("[servers.pi]\naddress = '{address}'\neol = 'crlf'\n");
        let user = User::with(&text);
        let mut terminal = Terminal::start_with(user.home.path(), &["pi"], (100, 24));
        terminal.sees("Connected to 127.0.0.1:");
        terminal.type_bytes(b"one\r");
        reads(&received, b"one\r\n");
        user.write(&format!("{text}viwe = 'hex'\n"));
        terminal.type_bytes(b"/reload\r");
        terminal.sees("line 4, column 1: Unknown name servers.pi.viwe. Did you mean view?");
        terminal.sees("Nothing was changed.");
        user.write(&text.replace("crlf", "none"));
        terminal.type_bytes(b"/reload\r");
        terminal.sees("eol changed");
        terminal.type_bytes(b"two\r");
        reads(&received, b"two");
        terminal.type_bytes(b"/set eol cr\r");
        terminal.sees("eol is cr.");
        terminal.type_bytes(b"three\r");
        reads(&received, b"three\r");
        terminal.type_bytes(b"/quit\r");
        assert!(terminal.ended().success());
    }

    #[test]
    fn a_file_that_may_not_be_read_has_its_sentence() {
        let user = User::with("");
        fs::set_permissions(user.file(), fs::Permissions::from_mode(0o0)).unwrap();
        if fs::read(user.file()).is_ok() {
            // For root there is no such file.
            return;
        }
        let output = user.run(&["127.0.0.1:1"], &[]);
        assert_eq!(output.status.code(), Some(2));
        let message = err(&output);
        assert!(
            message.contains("Cannot read the settings file") && message.contains(": Permission denied"),
            "{message}"
        );
    }

    #[test]
    fn a_pipe_for_a_file_is_waited_for_by_nobody() {
        let user = User::with("");
        let pipe = user.home.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let output = user.run(&["--config", pipe.to_str().unwrap(), "127.0.0.1:1"], &[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(err(&output).contains("is a pipe or a device"), "{}", err(&output));
    }
}
