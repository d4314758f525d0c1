//! Input history of the built program across exits, kills and concurrent processes.

use crate::support::terminal::{StateHome, Terminal};
use rustix::process::Signal;
use std::cmp::Ordering;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

const SIZE: (u16, u16) = (80, 24);

const PATIENCE: Duration = Duration::from_secs(20);

/// A server that gives everybody back what they say; its port.
fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    std::thread::spawn(move || {
        while let Ok((mut peer, _)) = listener.accept() {
            std::thread::spawn(move || {
                let mut buffer = [0; 1024];
                while let Ok(count @ 1..) = peer.read(&mut buffer) {
                    if peer.write_all(&buffer[..count]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

fn start(state: &Path, port: &str) -> Terminal {
    let terminal = Terminal::start_with(state, &["127.0.0.1", port], SIZE);
    terminal.sees("Connected to 127.0.0.1:");
    terminal
}

/// A line and Enter; waits until it has come back.
fn say(terminal: &mut Terminal, line: &str) {
    terminal.type_bytes(format!("{line}\r").as_bytes());
    terminal.sees(&format!("‹ {line}"));
}

/// Waits until the file has this in it.
#[track_caller]
fn until_kept(file: &Path, words: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !std::fs::read_to_string(file).is_ok_and(|text| text.contains(words)) {
        assert!(Instant::now() < deadline, "{words:?} is not in {}", file.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Presses Up until the draft is this line. The file is read beside the loop, so the first presses may come too early.
fn go_up_to(terminal: &mut Terminal, line: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !terminal.sees("").contains(&format!("› {line}")) {
        assert!(Instant::now() < deadline, "no {line:?} in the history:\n{}", terminal.sees(""));
        terminal.type_bytes(b"\x1b[A");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn history_of_two_killed_programs_is_kept() {
    let (state, port) = (StateHome::new(), echo());
    let folder = state.path().join("netchat-tui");
    let file = folder.join("history");
    let (mut first, mut second) = (start(state.path(), &port), start(state.path(), &port));
    say(&mut first, "erste");
    until_kept(&file, "erste");
    say(&mut second, "zweite");
    until_kept(&file, "zweite");
    say(&mut first, "dritte");
    until_kept(&file, "dritte");
    first.signal(Signal::KILL);
    first.ended();
    say(&mut second, "vierte");
    second.signal(Signal::TERM);
    assert_eq!(second.ended().exit_code(), 143);
    let mut third = start(state.path(), &port);
    go_up_to(&mut third, "erste");
    for line in ["zweite", "dritte", "vierte"] {
        third.type_bytes(b"\x1b[B");
        third.sees(&format!("› {line}"));
    }
    third.type_bytes(b"\x1b[B/quit\r");
    assert_eq!(third.ended().exit_code(), 0);
    assert!(std::fs::read_to_string(&file).unwrap().ends_with("\"line\":\"/quit\"}\n"), "the last line, too");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
}

/// The lines in the file that begin like this, in its order. Fails if one is torn.
fn kept(file: &Path, beginning: &str) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let line = |line: &str| {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        entry["line"].as_str().unwrap().to_owned()
    };
    text.lines().map(line).filter(|line| line.starts_with(beginning)).collect()
}

#[test]
fn concurrent_history_writers_lose_no_line_when_one_is_killed() {
    const LINES: usize = 100;
    let (state, port) = (StateHome::new(), echo());
    let file = state.path().join("netchat-tui/history");
    let (mut killed, mut other) = (start(state.path(), &port), start(state.path(), &port));
    // Lines that come at once would be a paste; not with a key before each.
    let typed = |line: &str| format!("\x15{line}\r");
    let lines = |name: &str| (0..LINES).map(|n| format!("{name} {n}")).collect::<Vec<_>>();
    let (hers, his) = (lines("killed"), lines("other"));
    for (n, (hers, his)) in hers.iter().zip(&his).enumerate() {
        other.type_bytes(typed(his).as_bytes());
        if n == LINES / 2 {
            until_kept(&file, &format!("\"killed {}\"", n - 1));
        }
        match n.cmp(&(LINES * 3 / 4)) {
            Ordering::Less => killed.type_bytes(typed(hers).as_bytes()),
            Ordering::Equal => killed.signal(Signal::KILL),
            Ordering::Greater => {}
        }
    }
    killed.ended();
    until_kept(&file, &format!("\"{}\"", his[LINES - 1]));
    assert_eq!(kept(&file, "other"), his, "all, in order");
    let of_the_killed = kept(&file, "killed");
    // The file keeps a prefix of each writer's lines, without gaps.
    assert!(of_the_killed.len() >= LINES / 2, "{of_the_killed:?}");
    assert!(hers.starts_with(&of_the_killed), "{of_the_killed:?}");
    let mut third = start(state.path(), &port);
    say(&mut third, "the next");
    until_kept(&file, "the next");
    assert_eq!(kept(&file, "").len(), his.len() + of_the_killed.len() + 1, "and nothing twice");
}

#[test]
fn where_nothing_can_be_kept_it_is_said_and_the_session_goes_on() {
    let port = echo();
    let mut terminal = start(Path::new("/dev/null"), &port);
    terminal.sees("may not be saved:");
    say(&mut terminal, "hello");
    terminal.type_bytes(b"\x1b[A");
    terminal.until("the line again", |screen| screen.contents().matches("hello").count() == 3);
    terminal.type_bytes(b"\x15/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
}
