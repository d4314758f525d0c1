//! The built program in a terminal: start, resize, each way to end, and what it writes; below, its keys and what is pasted.

mod delivery;
mod floods;
mod keyboard;
mod keys;
mod paste;
mod secrets;

use crate::support::lab::Server;
use crate::support::terminal::{Terminal, send_signal};
use netchat_tui::tui::{TerminalGuard, install_panic_hook};
use portable_pty::CommandBuilder;
use rustix::process::Signal;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

const SIZE: (u16, u16) = (80, 24);

/// The program, connected to a listener of the test.
fn connected() -> (Terminal, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let terminal = Terminal::start(&["127.0.0.1", &port], SIZE);
    let (peer, _) = listener.accept().unwrap();
    terminal.sees("Connected to 127.0.0.1:");
    (terminal, peer)
}

#[test]
fn starts_draws_and_quits_and_the_terminal_is_as_before() {
    let server = Server::start("upper.py");
    let mut terminal = Terminal::start(&[&server.address()], SIZE);
    terminal.sees("Connected to 127.0.0.1:");
    assert_ne!(terminal.modes_now(), terminal.modes, "raw mode");
    terminal.type_bytes("héllo 漢字\r".as_bytes());
    terminal.sees("‹ HÉLLO 漢字");
    terminal.type_bytes("abc".as_bytes());
    terminal.sees("› abc");
    assert_eq!(terminal.cursor(), (23, 5));
    terminal.type_bytes(b"\x15/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
}

#[test]
fn each_key_to_quit_asks_and_gives_the_terminal_back() {
    for keys in [&b"\x03\x03"[..], b"\x03\r", b"\x04y"] {
        let (mut terminal, _peer) = connected();
        terminal.type_bytes(&keys[..1]);
        terminal.sees("Quit?");
        terminal.answers(&keys[1..]);
        assert_eq!(terminal.ended().exit_code(), 0);
        terminal.is_as_before();
    }
}

#[test]
fn each_signal_to_end_gives_the_terminal_back() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)] {
        let (mut terminal, _peer) = connected();
        terminal.signal(signal);
        assert_eq!(terminal.ended().exit_code(), status, "{signal:?}");
        terminal.is_as_before();
    }
}

/// Runs a test of this binary in the terminal, told by the environment that it is there to fail: the program itself
/// has neither a panic nor a broken terminal to offer.
fn failing(test: &str) -> Terminal {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command.env("NETCHAT_TUI_FAIL", "1");
    Terminal::run(command, SIZE)
}

fn is_to_fail() -> bool {
    std::env::var_os("NETCHAT_TUI_FAIL").is_some()
}

#[test]
fn a_panic_in_any_thread_restores_the_terminal_first() {
    if is_to_fail() {
        install_panic_hook();
        let _guard = TerminalGuard::enter().unwrap();
        std::io::stdout().write_all(b"in the middle of a frame \x1b[?2026h\x1b[31m").unwrap();
        std::thread::spawn(|| panic!("out of cheese")).join().unwrap_err();
        // Still held here: it was the hook that gave the terminal back, not the guard.
        println!("the main thread goes on");
        std::process::abort();
    }
    let mut terminal = failing("pty::a_panic_in_any_thread_restores_the_terminal_first");
    let text = terminal.sees("the main thread goes on");
    assert!(text.contains("out of cheese"), "the report is on the main screen:\n{text}");
    terminal.ended();
    terminal.is_as_before();
}

#[test]
fn a_panic_amid_a_draft_of_the_plain_face_is_reported_below_it() {
    if is_to_fail() {
        install_panic_hook();
        let _guard = TerminalGuard::enter_inline().unwrap();
        std::io::stdout().write_all(b"> half a line").unwrap();
        std::io::stdout().flush().unwrap();
        std::thread::spawn(|| panic!("out of cheese")).join().unwrap_err();
        std::process::abort();
    }
    let mut terminal = failing("pty::a_panic_amid_a_draft_of_the_plain_face_is_reported_below_it");
    let text = terminal.sees("out of cheese");
    assert!(text.lines().any(|line| line.trim_end().ends_with("> half a line")), "{text}");
    terminal.ended();
    terminal.is_as_before();
}

#[test]
fn an_error_on_the_way_gives_the_terminal_back() {
    if is_to_fail() {
        let fails = || -> std::io::Result<()> {
            let _guard = TerminalGuard::enter()?;
            Err(std::io::ErrorKind::Other.into())
        };
        println!("it failed with {:?}", fails().unwrap_err().kind());
        return;
    }
    let mut terminal = failing("pty::an_error_on_the_way_gives_the_terminal_back");
    terminal.sees("it failed with Other");
    terminal.ended();
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(raw.contains("\x1b[?1049h"), "the terminal was taken: {raw:?}");
    terminal.is_as_before();
}

#[test]
fn a_resize_is_drawn_at_once_at_any_size() {
    let (mut terminal, mut peer) = connected();
    peer.write_all("a line that is too long for a narrow screen and has to be wrapped\n".as_bytes()).unwrap();
    terminal.sees("wrapped");
    for (columns, lines) in [(40, 10), (20, 5), (100, 30), (1, 1), (19, 4), (300, 80), (80, 24)] {
        terminal.resize(columns, lines);
        if columns < 20 {
            terminal.until("something or other", |screen| screen.contents().starts_with('t'));
        } else {
            terminal.until(&format!("the status line at {columns}x{lines}"), |screen| {
                let rows: Vec<String> = screen.rows(0, columns).collect();
                rows[usize::from(lines) - 2].contains("127.0.0.1") && rows[usize::from(lines) - 1].contains('›')
            });
        }
    }
    terminal.type_bytes(b"/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn ctrl_z_restores_the_shell_and_fg_restores_the_screen() {
    for by_key in [true, false] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut shell = CommandBuilder::new("sh");
        shell.arg("-i");
        shell.env("PS1", "shell> ");
        shell.env("TERM", "xterm-256color");
        let mut terminal = Terminal::run(shell, SIZE);
        terminal.sees("shell> ");
        let shells_modes = terminal.modes_now();
        terminal.type_bytes(format!("{} 127.0.0.1 {port}\r", env!("CARGO_BIN_EXE_netchat-tui")).as_bytes());
        let (mut peer, _) = listener.accept().unwrap();
        terminal.sees("Connected");
        terminal.type_bytes(b"half a line");
        terminal.sees("half a line");
        let program = terminal.child_of_shell();
        if by_key {
            terminal.type_bytes(b"\x1a");
        } else {
            send_signal(program, Signal::TSTP);
        }
        terminal.until("the shell, on its own screen", |screen| {
            screen.contents().contains("Stopped") && !screen.alternate_screen() && !screen.bracketed_paste()
        });
        assert_eq!(terminal.modes_now(), shells_modes);
        peer.write_all(b"said meanwhile\n").unwrap();
        terminal.type_bytes(b"fg\r");
        terminal.sees("said meanwhile");
        terminal.sees("› half a line");
        terminal.type_bytes(b"\x15/quit\r");
        terminal.until("the shell again", |screen| !screen.alternate_screen());
        terminal.type_bytes(b"exit\r");
        assert_eq!(terminal.ended().exit_code(), 0);
    }
}

#[test]
fn ctrl_z_without_a_shell_to_come_back_from_says_so() {
    let (mut terminal, _peer) = connected();
    terminal.type_bytes(b"\x1a");
    terminal.sees("! Not suspended: no shell could resume the program.");
    terminal.type_bytes(b"/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn after_a_stop_nobody_asked_for_the_screen_is_drawn_again() {
    let (mut terminal, _peer) = connected();
    let raw_mode = terminal.modes_now();
    terminal.signal(Signal::STOP);
    terminal.until_process_is('T');
    let before = terminal.raw().len();
    // A shell sets its own terminal modes when a job stops.
    terminal.set_sane();
    terminal.signal(Signal::CONT);
    terminal.until("raw mode", |_| terminal.modes_now() == raw_mode);
    terminal.type_bytes(b"alive");
    terminal.sees("› alive");
    let after = String::from_utf8_lossy(&terminal.raw()[before..]).into_owned();
    assert!(after.contains("\x1b[2J") && after.contains("Connected"), "{after:?}");
}

#[test]
fn a_key_in_pieces_leaves_the_draft_alone() {
    let (mut terminal, mut peer) = connected();
    for n in 0..100 {
        peer.write_all(format!("line {n}\n").as_bytes()).unwrap();
    }
    terminal.sees("line 99");
    // Alt-PgUp as rxvt has it.
    terminal.type_bytes(b"draft\x1b\x1b[5~");
    terminal.sees("▼ End");
    terminal.type_bytes(b"!");
    terminal.sees("› draft!");
}

#[test]
fn a_long_burst_of_keys_without_paste_marks_arrives_whole() {
    let (mut terminal, mut peer) = connected();
    let line = [b"x".repeat(3000), b"\r".to_vec()].concat();
    terminal.type_bytes(&line);
    let mut sent = vec![0; 3001];
    peer.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    peer.read_exact(&mut sent).unwrap();
    assert_eq!(sent, [b"x".repeat(3000), b"\n".to_vec()].concat());
}

#[test]
fn a_pasted_block_is_asked_about_and_sends_nothing() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"\x1b[200~one\rtwo\r\x1b[201~");
    terminal.sees("2 lines pasted, 8 bytes");
    terminal.answers(b"\r");
    terminal.hides("2 lines pasted");
    peer.write_all(b"quiet so far\n").unwrap();
    terminal.sees("quiet so far");
    peer.set_nonblocking(true).unwrap();
    let error = peer.read(&mut [0; 1]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "nothing has been sent");
    terminal.type_bytes(b"\r");
    peer.set_nonblocking(false).unwrap();
    let mut sent = [0; 8];
    peer.read_exact(&mut sent).unwrap();
    assert_eq!(&sent, b"one\ntwo\n");
}

/// All that must never get through, a line each: C0, C1 both ways, OSC 0, 8, 52, DCS, APC, cursor, bidi, bad UTF-8.
fn hostile() -> Vec<u8> {
    let mut all = Vec::new();
    let mut line = |bytes: &[u8]| {
        all.extend_from_slice(bytes);
        all.push(b'\n');
    };
    for byte in (0..0x20_u8).chain([0x7f]).filter(|byte| !matches!(byte, b'\n')) {
        line(&[b'<', byte, b'>']);
    }
    for code in 0x80..=0x9f_u8 {
        line(&[b'<', code, b'>']);
        line(format!("<{}>", char::from(code)).as_bytes());
    }
    for sequence in [
        "\x1b]0;evil title\x07",
        "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\",
        "\x1b]52;c;ZXZpbA==\x07",
        "\x1bP$q\"p\x1b\\",
        "\x1b_Gevil\x1b\\",
        "\x1b^evil\x1b\\",
        "\x1b[2J\x1b[H\x1b[10;10Hevil",
        "\x1b[?1049l\x1b[?25l\x1b[?1000h\x1b[?2004l",
        "\x1b[6n\x1b[c\x1b[5n\x05",
        "\x1bc\x1b7\x1b8\x1b(0\x1b#8",
        "\x1b[8mhidden\x1b[5mblink",
        "\u{9b}2J\u{90}q\u{9c}\u{9d}0;evil\u{9c}",
        "\u{202e}live\u{202c}\u{2066}x\u{2069}\u{200f}\u{61c}",
        "\u{200b}\u{feff}\u{2060}\u{ad}\u{e0041}",
        "overwritten\rover\x08\x08\x08",
    ] {
        line(sequence.as_bytes());
    }
    line(b"bad \xff\xfe\xc0\xaf\xed\xa0\x80\xf5 utf-8");
    line(b"\x1b[31mred is fine\x1b[0m");
    all
}

/// SGR 5, 6 and 8, not counting the numbers of a colour (`38;5;8`).
fn has_conceal_or_blink(parameters: &str) -> bool {
    let mut parameters = parameters.split(';');
    while let Some(parameter) = parameters.next() {
        match parameter {
            "5" | "6" | "8" => return true,
            "38" | "48" => {
                let numbers = if parameters.next() == Some("5") { 1 } else { 3 };
                parameters.nth(numbers - 1);
            }
            _ => {}
        }
    }
    false
}

/// Takes from the front of `bytes` one thing the program may write, or says what it may not.
fn one_of_ours(bytes: &[u8]) -> Result<usize, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("not UTF-8: {error}"))?;
    // Whether the terminal marks what is pasted.
    if text.starts_with("\x1b[?2004$p") {
        return Ok(9);
    }
    if let Some(rest) = text.strip_prefix("\x1b[") {
        let end =
            rest.find(|c: char| !matches!(c, '0'..='9' | ';' | '?' | '<' | '>')).ok_or("a sequence without end")?;
        let (parameters, last) = (rest.get(..end).unwrap(), rest.as_bytes()[end]);
        let fine = match last {
            b'H' => !parameters.contains('?'),
            b'J' => parameters == "2",
            b'm' => !has_conceal_or_blink(parameters),
            // 1000 and 1006 are only ever given back here; 8 is the order of right-to-left text.
            b'h' => matches!(parameters, "?2026" | "?25" | "?1049" | "?2004" | "?7" | "?1004" | "8"),
            b'l' => {
                matches!(parameters, "?2026" | "?25" | "?1049" | "?2004" | "?7" | "?1004" | "?1000" | "?1006" | "8")
            }
            // The keyboard's protocol, onto the terminal's stack and back.
            b'u' => matches!(parameters, ">5" | "<"),
            // The title, onto the terminal's stack and back.
            b't' => matches!(parameters, "22;2" | "23;2"),
            _ => false,
        };
        let sequence = rest.get(..=end).unwrap();
        return if fine { Ok(2 + sequence.len()) } else { Err(format!("ESC [ {sequence}")) };
    }
    if let Some(rest) = text.strip_prefix("\x1b]2;") {
        let (title, _) = rest.split_once('\x07').ok_or("a title without end")?;
        let is_ours = title.ends_with(" - netchat-tui") && title.starts_with("127.0.0.1:") && title.len() < 40;
        return if is_ours { Ok(4 + title.len() + 1) } else { Err(format!("the title {title:?}")) };
    }
    let c = text.chars().next().ok_or("nothing")?;
    let is_harmful = c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{61c}' | '\u{ad}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    if is_harmful { Err(format!("{c:?}")) } else { Ok(c.len_utf8()) }
}

#[test]
fn no_peer_byte_drives_the_terminal_and_all_are_shown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let mut terminal = Terminal::start(&["127.0.0.1", &port], (100, 140));
    let (mut peer, _) = listener.accept().unwrap();
    terminal.sees("Connected");
    peer.write_all(&hostile()).unwrap();
    let text = terminal.sees("red is fine");
    for mark in [
        "<^@>",
        "<^G>",
        "<^[>",
        "<^H>",
        "<^?>",
        "<<U+0080>>",
        "<<U+009B>>",
        "<\\x9B>",
        "^[]0;evil title^G",
        "^[]8;;http://evil^[\\link^[]8;;^[\\",
        "^[]52;c;ZXZpbA==^G",
        "^[P$q\"p^[\\",
        "^[_Gevil^[\\",
        "^[[2J^[[H^[[10;10Hevil",
        "^[[?1049l^[[?25l",
        "^[[6n^[[c^[[5n^E",
        "^[c^[7^[8^[(0^[#8",
        "^[[8mhidden^[[5mblink",
        "<U+009B>2J",
        "<U+202E>live<U+202C><U+2066>x<U+2069><U+200F><U+061C>",
        "<U+200B><U+FEFF><U+2060><U+00AD><U+E0041>",
        "over^H^H^H",
        "bad \\xFF\\xFE\\xC0\\xAF\\xED\\xA0\\x80\\xF5 utf-8",
    ] {
        assert!(text.contains(mark), "{mark} is missing:\n{text}");
    }
    // Scroll, look around, then leave: everything that can be written is.
    terminal.type_bytes(b"\x1b[5~\x1b[6~\x1bOP");
    terminal.sees("Commands");
    terminal.type_bytes(b"\x1b");
    terminal.sees("red is fine");
    terminal.type_bytes(b"\x0c");
    terminal.type_bytes(b"/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
    let raw = terminal.raw();
    let mut at = 0;
    while at < raw.len() {
        match one_of_ours(&raw[at..]) {
            Ok(len) => at += len,
            Err(what) => panic!("at byte {at} of the output: {what}, after {:?}", String::from_utf8_lossy(&raw[..at])),
        }
    }
}

/// A figure of a process in kilobytes, as Linux has it.
fn memory(terminal: &Terminal, what: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", terminal.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn twenty_megabytes_are_kept_in_little_more_than_themselves() {
    let (mut terminal, mut peer) = connected();
    peer.write_all(b"the very first line\n").unwrap();
    terminal.sees("the very first line");
    // Memory without the lines is mostly code, three times as large in a debug build.
    let before = memory(&terminal, "VmRSS");
    let lines = "user007: the quick brown fox jumps over the lazy dog, message\n".repeat(1000);
    let mut sent = 0;
    while sent < 20_000_000 {
        peer.write_all(lines.as_bytes()).unwrap();
        sent += lines.len();
    }
    peer.write_all(b"the very last line\n").unwrap();
    terminal.sees("the very last line");
    let grown = memory(&terminal, "VmHWM") - before;
    // design: the text times 1.3, and 10 MB for all the rest. Of these the flood may take two.
    assert!(grown * 1024 < sent * 13 / 10 + 2_000_000, "{before} kB before, {grown} kB more at the peak");
    // Ctrl-Home: all of it is still there.
    terminal.type_bytes(b"\x1b[1;5H");
    terminal.sees("the very first line");
}

#[test]
fn without_anything_to_do_it_does_not_wake_up() {
    let (terminal, mut peer) = connected();
    peer.write_all(b"no newline").unwrap();
    terminal.sees("no newline ⊣");
    let switches = || -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", terminal.pid())).unwrap();
        let status = tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("status")).unwrap());
        let counts = status.map(|text| -> u64 {
            let line = text.lines().find(|line| line.starts_with("voluntary_ctxt_switches")).unwrap();
            line.split_whitespace().last().unwrap().parse().unwrap()
        });
        counts.sum()
    };
    // Whatever the last frame still had to do is done when the count stands still.
    let mut before = switches();
    loop {
        std::thread::sleep(std::time::Duration::from_millis(100));
        match switches() {
            now if now == before => break,
            now => before = now,
        }
    }
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(switches() - before, 0, "voluntary context switches in three idle seconds");
}

#[test]
fn wrong_usage_is_told_with_status_2_and_touches_no_terminal() {
    for (arguments, words) in [
        (&["--no-such-flag"][..], "unexpected argument '--no-such-flag'"),
        (&["host:99999"], "\"99999\" is not a port"),
        (&["host", "80", "81"], "unexpected argument '81'"),
        (&["-w", "soon", "host"], "wait must be a time like 500ms, 5s or 2m"),
    ] {
        let mut terminal = Terminal::start(arguments, SIZE);
        terminal.sees(words);
        assert_eq!(terminal.ended().exit_code(), 2, "{arguments:?}");
        assert!(!String::from_utf8_lossy(&terminal.raw()).contains("\x1b[?1049h"));
        terminal.is_as_before();
    }
}

#[test]
fn without_a_terminal_and_a_server_it_says_so_with_status_2() {
    let output = Command::new(env!("CARGO_BIN_EXE_netchat-tui")).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("netchat-tui: No server given, and there is no terminal for the start page."), "{said}");
}

#[test]
fn help_and_version_go_to_stdout_with_status_0() {
    for (flag, words) in [("--help", "Examples:"), ("--version", "netchat-tui 0.1.0")] {
        let output = Command::new(env!("CARGO_BIN_EXE_netchat-tui")).arg(flag).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8(output.stdout).unwrap().contains(words));
    }
}

#[test]
fn a_server_that_answers_and_hangs_up_is_not_sought_until_enter() {
    for face in [&["--plain"][..], &[]] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let mut terminal = Terminal::start(&[face, &["127.0.0.1", &port]].concat(), SIZE);
        for (connected, line) in [("Connected to", "hello"), ("reconnected ", "QUIT")] {
            let (mut peer, _) = listener.accept().unwrap();
            terminal.sees(connected);
            terminal.type_bytes(format!("{line}\r").as_bytes());
            let mut got = vec![0; line.len() + 1];
            peer.read_exact(&mut got).unwrap();
            peer.write_all(format!("answer to {line}\r\n").as_bytes()).unwrap();
            drop(peer);
            terminal.sees(&format!("answer to {line}"));
            let screen = terminal.sees("Enter reconnects");
            assert!(!screen.contains("retry") && !screen.contains("Esc stops"), "{screen}");
            // With a draft Enter does neither that nor anything else to it.
            terminal.type_bytes(b"half\r");
            terminal.sees("Not connected. To reconnect, clear the line (Ctrl-C)");
            terminal.type_bytes(b"\x15\r");
        }
        let _ = listener.accept().unwrap();
    }
}
