//! Completion in real shells, manual pages in a real reader, and output that cannot be written.

use crate::support::lab::has_peer;
use crate::support::terminal::{StateHome, Terminal};
use portable_pty::CommandBuilder;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_netchat-tui");

/// Makes a folder with the program, the saved servers `pi` and `my-lab`, and the theme `sunset`.
fn folder() -> StateHome {
    let folder = StateHome::new();
    std::fs::create_dir_all(folder.path()).unwrap();
    let file = folder.path().join("netchat-tui");
    let script = format!(
        "#!/bin/sh\n[ \"$1 $2\" = 'config names' ] && echo pi && exec echo my-lab\n\
         [ \"$1 $2\" = 'config themes' ] && exec echo sunset\nexec '{PROGRAM}' \"$@\"\n"
    );
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
    folder
}

/// Starts a shell with the program's completions and waits for its prompt.
fn shell(folder: &StateHome, words: &[&str], setup: &str) -> Terminal {
    let mut command = CommandBuilder::new(words[0]);
    command.args(&words[1..]);
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", folder.path().display()));
    command.env("HOME", folder.path());
    command.env("TERM", "xterm");
    command.cwd(folder.path());
    let mut terminal = Terminal::run(command, (100, 30));
    // The quotes keep the typed command from matching its own output.
    terminal.type_bytes(format!("{setup}; echo re''ady\r").as_bytes());
    terminal.until("ready", |screen| screen.contents().lines().any(|line| line.trim() == "ready"));
    terminal
}

fn completes(terminal: &mut Terminal) {
    for (typed, completed) in [
        ("netchat-tui ser", "netchat-tui serve "),
        ("netchat-tui p", "netchat-tui pi "),
        ("netchat-tui my", "netchat-tui my-lab "),
        ("netchat-tui --paste-d", "netchat-tui --paste-delay"),
        ("netchat-tui --eol no", "netchat-tui --eol none "),
        ("netchat-tui --theme mo", "netchat-tui --theme mono "),
        ("netchat-tui serve rel", "netchat-tui serve relay "),
        ("netchat-tui serve chat --max-c", "netchat-tui serve chat --max-clients"),
        ("netchat-tui config show my", "netchat-tui config show my-lab "),
        ("netchat-tui config pa", "netchat-tui config path "),
        ("netchat-tui man ser", "netchat-tui man serve "),
        ("netchat-tui --color=al", "netchat-tui --color=always "),
        ("netchat-tui host --eol=c", "netchat-tui host --eol=cr"),
        ("netchat-tui --theme sun", "netchat-tui --theme sunset "),
        ("netchat-tui host --theme sun", "netchat-tui host --theme sunset "),
        ("netchat-tui --theme=gruvbox-d", "netchat-tui --theme=gruvbox-dark "),
        ("netchat-tui completions po", "netchat-tui completions powershell "),
    ] {
        terminal.type_bytes(format!("{typed}\t").as_bytes());
        // The cursor position shows whether a space follows.
        terminal.until(completed, |screen| {
            let (row, column) = screen.cursor_position();
            let line = screen.rows(0, column).nth(row.into()).unwrap_or_default();
            format!("{line:<width$}", width = column.into()).contains(completed)
        });
        terminal.type_bytes(b"\x15");
        terminal.until("an empty line", |screen| {
            let (row, column) = screen.cursor_position();
            !screen.rows(0, column).nth(row.into()).unwrap_or_default().contains("netchat-tui ")
        });
    }
}

#[test]
fn bash_completes() {
    let folder = folder();
    let setup = "source <(netchat-tui completions bash)";
    completes(&mut shell(&folder, &["bash", "--norc", "--noprofile", "-i"], setup));
}

#[test]
fn zsh_completes() {
    if has_peer("zsh") {
        let folder = folder();
        let setup = "autoload -U compinit; compinit -u -D; source <(netchat-tui completions zsh)";
        completes(&mut shell(&folder, &["zsh", "-f", "-i"], setup));
    }
}

#[test]
fn fish_completes() {
    if has_peer("fish") {
        let folder = folder();
        let setup = "netchat-tui completions fish | source";
        completes(&mut shell(&folder, &["fish", "--no-config", "-i"], setup));
    }
}

/// Returns the first word of each line that the shell lists after `typed`.
fn offered(terminal: &mut Terminal, typed: &str, last: &str) -> Vec<String> {
    terminal.type_bytes(format!("{typed}\t").as_bytes());
    let is_listed = |line: &str| line.split_whitespace().any(|word| word == last) && !line.contains("netchat-tui");
    let screen = terminal.until(last, |screen| screen.contents().lines().any(is_listed));
    let listed = screen.lines().skip_while(|line| !line.contains(typed.trim_end())).skip(1);
    listed.filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect()
}

#[test]
fn zsh_offers_the_kinds_of_servers_and_nothing_else() {
    if has_peer("zsh") {
        let folder = folder();
        let setup = "autoload -U compinit; compinit -u -D; source <(netchat-tui completions zsh)";
        let mut shell = shell(&folder, &["zsh", "-f", "-i"], setup);
        let offered = offered(&mut shell, "netchat-tui serve ", "upper");
        assert_eq!(offered, ["chat", "echo", "game", "greet", "relay", "reverse", "upper"]);
    }
}

fn run(words: &[&str]) -> Output {
    Command::new(PROGRAM).args(words).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn completion_offers_user_themes_and_saved_servers() {
    let folder = StateHome::new();
    std::fs::create_dir_all(folder.path().join("themes")).unwrap();
    std::fs::write(folder.path().join("themes/sunset.toml"), "").unwrap();
    // In a completion script, bash would run this name.
    std::fs::write(folder.path().join("themes/$(reboot).toml"), "").unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, "[servers.pi]\naddress = 'pi'\n").unwrap();
    for (list, names) in [("themes", "sunset\n"), ("names", "pi\n")] {
        let output = run(&["config", list, "--config", file.to_str().unwrap()]);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), names);
    }
}

/// Returns the messages of a reader about a page on standard error.
fn reader_warnings(reader: &[&str], page: &[u8]) -> String {
    let mut command = Command::new(reader[0]);
    command.args(&reader[1..]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(page).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap()
}

#[test]
fn every_manual_page_renders_without_warnings() {
    if !has_peer("man") {
        return;
    }
    for words in [
        &["man"][..],
        &["man", "host"],
        &["man", "serve"],
        &["man", "replay"],
        &["man", "completions"],
        &["man", "man"],
        &["man", "config"],
    ] {
        let page = run(words).stdout;
        assert!(page.len() > 500, "{words:?}");
        assert_eq!(reader_warnings(&["man", "--warnings", "-E", "UTF-8", "-l", "-"], &page), "", "{words:?}");
    }
}

#[test]
fn a_closed_output_pipe_is_no_error() {
    for words in [&["man"][..], &["completions", "bash"], &["config", "example"], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(PROGRAM).args(words).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()), "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for words in [&["man"][..], &["config", "example"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(PROGRAM).args(words).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(message.contains("No space left on device"), "{words:?}: {message}");
    }
}

#[test]
fn habits_of_other_tools_get_the_right_usage() {
    let output = run(&["-raw", "pi", "-P", "4000"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(message.starts_with("error: -raw is not needed: raw TCP is the default."), "{message}");
}
