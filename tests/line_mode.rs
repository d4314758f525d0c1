//! Terminal modes of the built program, and line mode (`--plain`).

use crate::support::terminal::Terminal;
use portable_pty::CommandBuilder;
use rustix::process::Signal;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

const SIZE: (u16, u16) = (80, 24);

/// The program with these options, connected to a listener of the test.
fn connected(options: &[&str]) -> (Terminal, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let terminal = Terminal::start(&[options, &["127.0.0.1", &port]].concat(), SIZE);
    let (peer, _) = listener.accept().unwrap();
    terminal.sees("Connected to 127.0.0.1:");
    (terminal, peer)
}

fn raw(terminal: &Terminal) -> String {
    String::from_utf8_lossy(&terminal.raw()).into_owned()
}

/// The lines of the screen that are not empty.
fn lines(screen: &vt100::Screen) -> Vec<String> {
    screen.contents().lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn plain_prints_rows_above_the_draft_on_the_main_screen() {
    let (mut terminal, mut peer) = connected(&["--plain"]);
    terminal.type_bytes("half a 漢字 line".as_bytes());
    terminal.sees("> half a 漢字 line");
    peer.write_all(b"Thank you for connecting\r\nand more").unwrap();
    terminal.until("the rows above the draft", |screen| {
        let lines = lines(screen);
        let wanted = ["Thank you for connecting", "and more", "> half a 漢字 line"];
        lines.len() == 4 && lines[0].starts_with("notice: Connected to") && lines[1..] == wanted
    });
    assert_eq!(terminal.cursor(), (3, 18));
    terminal.type_bytes(b"\x1b[D!\r");
    terminal.sees("you: half a 漢字 lin!e");
    terminal.type_bytes(b"/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
    let raw = raw(&terminal);
    for sequence in ["\x1b[?1049h", "\x1b[8l", "\x1b[?7l", "\x1b[2J", "\x1b[1;1H", "\x1b[?25l"] {
        assert!(!raw.contains(sequence), "{sequence:?} in {raw:?}");
    }
    assert!(raw.contains("\x1b[?2004h") && raw.contains("\x1b[?1004h"), "{raw:?}");
    terminal.until("a clean line for the shell", |screen| screen.cursor_position().1 == 0);
}

#[test]
fn plain_reads_the_help_out_and_the_next_key_is_text() {
    let (mut terminal, _peer) = connected(&["--plain"]);
    terminal.type_bytes(b"\x1bOP");
    terminal.sees("Marks");
    terminal.type_bytes(b"quiz");
    terminal.sees("> quiz");
    terminal.type_bytes(b"\x15\x03");
    terminal.sees("Quit? Enter or y quits, Esc cancels.");
    terminal.answers(b"\r");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
}

#[test]
fn plain_asks_about_a_paste_and_shows_nothing_of_a_secret() {
    let (mut terminal, mut peer) = connected(&["--plain"]);
    terminal.type_bytes(b"\x1b[200~one\ntwo\nthree\x1b[201~");
    terminal.until("what was pasted, and what to do with it", |screen| {
        let text = screen.contents();
        text.contains("3 lines pasted, 13 bytes:\n1: one\n2: two\n3: three\n") && text.contains("choose: Edit")
    });
    terminal.type_bytes(b"\x1bs");
    terminal.sees("you: three");
    let mut received = [0; 14];
    peer.read_exact(&mut received).unwrap();
    assert_eq!(&received, b"one\ntwo\nthree\n");
    terminal.type_bytes(b"/secret\r");
    terminal.sees("secret:");
    terminal.type_bytes("жжж".as_bytes());
    terminal.sees("secret: ***");
    terminal.type_bytes(b"\r");
    terminal.sees("notice: Sent a secret line.");
    let mut received = [0; 7];
    peer.read_exact(&mut received).unwrap();
    assert_eq!(received, *"жжж\n".as_bytes());
    assert!(!raw(&terminal).contains('ж'));
}

#[test]
fn plain_leaves_the_shell_a_clean_line_and_comes_back() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut shell = CommandBuilder::new("sh");
    shell.arg("-i");
    shell.env("PS1", "shell> ");
    shell.env("TERM", "xterm-256color");
    let mut terminal = Terminal::run(shell, SIZE);
    terminal.sees("shell> ");
    let shells_modes = terminal.modes_now();
    terminal.type_bytes(format!("{} --plain 127.0.0.1 {port}\r", env!("CARGO_BIN_EXE_netchat-tui")).as_bytes());
    let (mut peer, _) = listener.accept().unwrap();
    terminal.sees("Connected");
    terminal.type_bytes(b"half a line");
    terminal.sees("> half a line");
    terminal.type_bytes(b"\x1a");
    terminal.until("the shell, and no draft in its way", |screen| {
        let lines = lines(screen);
        screen.contents().contains("Stopped")
            && lines.last().is_some_and(|line| line == "shell>")
            && !screen.bracketed_paste()
            && !screen.contents().contains("half")
    });
    assert_eq!(terminal.modes_now(), shells_modes);
    peer.write_all(b"said meanwhile\n").unwrap();
    terminal.type_bytes(b"fg\r");
    terminal.sees("said meanwhile\n> half a line");
    terminal.type_bytes(b"\x15/quit\r");
    terminal.until("the shell again", |screen| lines(screen).last().is_some_and(|line| line == "shell>"));
    terminal.type_bytes(b"exit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn plain_gives_the_terminal_back_on_a_signal() {
    let (mut terminal, _peer) = connected(&["--plain"]);
    terminal.type_bytes(b"half");
    terminal.sees("> half");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.ended().exit_code(), 143);
    terminal.is_as_before();
    terminal.until("a clean line", |screen| screen.cursor_position().1 == 0 && !screen.contents().contains("half"));
}

#[test]
fn the_wheel_scrolls_and_mouse_motion_is_never_requested() {
    let (mut terminal, mut peer) = connected(&["--mouse"]);
    terminal.until("the mouse", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::PressRelease
            && screen.mouse_protocol_encoding() == vt100::MouseProtocolEncoding::Sgr
    });
    for n in 0..100 {
        peer.write_all(format!("line {n}\n").as_bytes()).unwrap();
    }
    terminal.sees("line 99");
    terminal.type_bytes(b"\x1b[<64;10;5M");
    terminal.sees("▼ End");
    terminal.type_bytes(b"\x1b[<65;10;5M");
    terminal.sees("line 99");
    terminal.type_bytes(b"/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
    let raw = raw(&terminal);
    assert!(!raw.contains("\x1b[?1003h") && !raw.contains("\x1b[?1002h"), "{raw:?}");
}

#[test]
fn a_stop_gives_the_mouse_back_and_going_on_takes_it_again() {
    let (terminal, _peer) = connected(&["--mouse"]);
    terminal.until("the mouse", |screen| screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None);
    let before = terminal.raw().len();
    terminal.signal(Signal::STOP);
    terminal.until_process_is('T');
    terminal.set_sane();
    terminal.signal(Signal::CONT);
    // Given back and taken again, in case somebody had it meanwhile.
    let wanted = ["\x1b[?1000l", "\x1b[?1000h", "\x1b[?1004h", "\x1b]2;"];
    terminal.until_raw("mouse, focus and title", |raw| {
        let after = String::from_utf8_lossy(&raw[before..]).into_owned();
        let mut places = wanted.iter().map(|sequence| after.find(sequence));
        places.all(|place| place.is_some()) && after.find(wanted[0]) < after.find(wanted[1])
    });
}

#[test]
fn the_title_is_set_and_put_back_where_there_is_one() {
    for (term, has_title) in [("xterm-256color", true), ("linux", false), ("dumb", false)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_netchat-tui"));
        command.args(["127.0.0.1", &port]);
        command.env("TERM", term);
        let mut terminal = Terminal::run(command, SIZE);
        terminal.sees("Connected");
        terminal.type_bytes(b"/quit\r");
        assert_eq!(terminal.ended().exit_code(), 0);
        terminal.is_as_before();
        let raw = raw(&terminal);
        let title = format!("\x1b]2;127.0.0.1:{port} - netchat-tui\x07");
        assert_eq!(raw.matches(&title).count(), usize::from(has_title), "{term}: {raw:?}");
        assert_eq!(raw.contains("\x1b[22;2t"), has_title, "{term}");
    }
}

/// The words that are painted on another ground than the message's own, line by line.
fn painted(screen: &vt100::Screen) -> Vec<String> {
    let is_painted = |y, x| screen.cell(y, x).is_some_and(|cell| cell.bgcolor() != vt100::Color::Default);
    let line = |y| -> String {
        let cells = (0..SIZE.0).filter(|&x| is_painted(y, x)).filter_map(|x| screen.cell(y, x));
        cells.map(vt100::Cell::contents).collect()
    };
    (0..SIZE.1 - 2).map(line).filter(|line| !line.is_empty()).collect()
}

#[test]
fn search_hits_are_painted_and_esc_returns_to_the_draft() {
    let (mut terminal, mut peer) = connected(&[]);
    peer.write_all(b"a needle\nhay\ntwo needles\nmore hay\n").unwrap();
    terminal.sees("more hay");
    terminal.type_bytes(b"a draft");
    terminal.sees("› a draft");
    terminal.type_bytes(b"\x06need");
    terminal.until("both hits, painted", |screen| {
        painted(screen) == ["need", "need"]
            && screen.contents().contains("? need")
            && screen.contents().contains("of 2")
    });
    terminal.type_bytes(b"les");
    terminal
        .until("the one that is left", |screen| painted(screen) == ["needles"] && screen.contents().contains("1 of 1"));
    terminal.type_bytes(b"\x1b");
    terminal.until("the draft again, and no paint", |screen| {
        painted(screen).is_empty() && screen.contents().contains("› a draft") && !screen.contents().contains("? ")
    });
}

#[test]
fn the_bare_screen_has_the_rows_alone_from_the_first_column() {
    let (mut terminal, mut peer) = connected(&["--mouse"]);
    peer.write_all(b"the first\nthe second\n").unwrap();
    terminal.sees("‹ the second");
    terminal.type_bytes(b"\x1bl");
    terminal.until("rows without a gutter, and the mouse for the terminal", |screen| {
        let lines = lines(screen);
        lines[1..] == ["the first", "the second", " PgUp and PgDn scroll; any other key returns."]
            && lines[0].starts_with("Connected to 127.0.0.1:")
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    });
    terminal.type_bytes(b"x");
    terminal.until("the frame again", |screen| {
        screen.contents().contains("‹ the second") && screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None
    });
}

#[test]
fn terminal_bidi_is_off_while_the_program_runs() {
    let (mut terminal, mut peer) = connected(&[]);
    peer.write_all("שלום\n".as_bytes()).unwrap();
    terminal.sees("‹ םולש");
    terminal.type_bytes(b"/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
    let raw = raw(&terminal);
    let place = |words: &str| raw.find(words).unwrap_or_else(|| panic!("no {words:?} in {raw:?}"));
    assert!(place("\x1b[8l") < place("Connected to"), "explicit before anything is drawn: {raw:?}");
    assert!(place("םולש") < place("\x1b[8h"), "implicit when nothing more is drawn: {raw:?}");
}
