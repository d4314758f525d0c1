//! Secrets typed at the built program: what reaches the wire, and that nothing else keeps them.

use crate::support::terminal::{StateHome, Terminal};
use std::fs;
use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

const SIZE: (u16, u16) = (100, 24);

/// Part of every secret that is typed here.
const SECRET: &str = "hunter2";

/// Start of the question about text that may hold a secret.
const QUESTION: &str = "This may hold a secret.";

/// The program with a log, a recording and a history of its own, connected to a listener of the test.
struct Session {
    terminal: Terminal,
    peer: TcpStream,
    home: StateHome,
}

impl Session {
    fn start(options: &[&str], settings: &str) -> Self {
        let home = StateHome::new();
        let folder = home.path().join("netchat-tui");
        fs::create_dir_all(&folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        fs::write(folder.join("config.toml"), format!("[servers.lab]\naddress = \"{address}\"\n{settings}")).unwrap();
        let (log, hex) = (home.path().join("log"), home.path().join("hex"));
        let record = home.path().join("record.jsonl");
        let names = [&log, &hex, &record].map(|path| path.to_str().unwrap());
        let own = ["--log", names[0], "--hex-log", names[1], "--record", names[2], "lab"];
        let terminal = Terminal::start_with(home.path(), &[options, &own].concat(), SIZE);
        let (peer, _) = listener.accept().unwrap();
        peer.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        terminal.sees("Connected to 127.0.0.1:");
        Self { terminal, peer, home }
    }

    fn types(&mut self, bytes: &str) {
        self.terminal.type_bytes(bytes.as_bytes());
    }

    #[track_caller]
    fn reads(&mut self, expected: &str) {
        let mut read = vec![0; expected.len()];
        self.peer.read_exact(&mut read).unwrap();
        assert_eq!(String::from_utf8_lossy(&read), expected);
    }

    /// Waits until the question about text has been printed once more.
    #[track_caller]
    fn asks(&self, asked: &mut usize) {
        *asked += 1;
        let count = |raw: &[u8]| memchr::memmem::find_iter(raw, QUESTION).count();
        self.terminal.until_raw("the question", |raw| count(raw) >= *asked);
    }

    /// Leaves the program, and looks for the secret in every file it wrote and, from this place on, in what it printed.
    #[track_caller]
    fn left_without_a_trace(mut self, printed_from: usize) {
        self.types("/quit\r");
        assert_eq!(self.terminal.ended().exit_code(), 0);
        let mut files = 0;
        look_into(self.home.path(), &mut files);
        assert!(files >= 4, "log, hex log, recording and settings, and not {files} files");
        let raw = self.terminal.raw();
        assert!(!String::from_utf8_lossy(&raw[printed_from..]).contains(SECRET), "on the screen");
    }
}

/// Looks for the secret, also in hex, in all files but the settings.
#[track_caller]
fn look_into(folder: &Path, files: &mut usize) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look_into(&path, files);
            continue;
        }
        *files += 1;
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let is_found = text.contains(SECRET) || text.contains("68 75 6e 74 65 72 32");
        assert!(!is_found || path.ends_with("config.toml"), "{}: {text}", path.display());
    }
}

#[test]
fn every_spelling_of_the_secret_command_leaves_no_trace() {
    for options in [&[][..], &["--plain"]] {
        let mut session = Session::start(options, "");
        let mut printed = 0;
        for line in [" /secret hunter2", "/SECRET hunter2", "/secret\u{a0}hunter2", "\x1d\x1b/secret hunter2"] {
            match line.strip_prefix("\x1d\x1b") {
                Some(rest) => {
                    session.types("\x1d");
                    session.terminal.sees("Type a command; Esc returns to the draft.");
                    session.types("\x1b");
                    session.terminal.until("an empty line again", |screen| {
                        let text = screen.contents();
                        let last = text.trim_end().lines().last().unwrap_or_default().trim_end();
                        last == ">" || last.starts_with("\u{203a} ") && !last.contains('/')
                    });
                    session.types(rest);
                }
                None => session.types(line),
            }
            session.terminal.sees(SECRET);
            session.types("\r");
            session.terminal.hides(SECRET);
            printed = session.terminal.raw().len();
            session.types("\r");
            session.reads("hunter2\n");
        }
        session.terminal.sees("Sent a secret line.");
        session.left_without_a_trace(printed);
    }
}

#[test]
fn text_with_a_secret_is_asked_about_and_not_stored() {
    for options in [&[][..], &["--plain"]] {
        let mut session = Session::start(options, "");
        let mut asked = 0;
        for (line, wire) in [
            ("//secret hunter2", "/secret hunter2\n"),
            ("hello /secret hunter2", "hello /secret hunter2\n"),
            ("/secrt hunter2", "/secrt hunter2\n"),
        ] {
            session.types(line);
            session.terminal.sees(line);
            session.types("\r");
            session.asks(&mut asked);
            if options.is_empty() {
                session.types("\x1b");
                session.terminal.hides(QUESTION);
                session.terminal.sees(line);
                session.types("\r");
                session.asks(&mut asked);
            }
            session.terminal.answers(b"y");
            session.reads(wire);
        }
        session.types("ordinary\r");
        session.reads("ordinary\n");
        session.types("/quit\r");
        assert_eq!(session.terminal.ended().exit_code(), 0);
        let history = fs::read_to_string(session.home.path().join("netchat-tui/history")).unwrap();
        assert!(history.contains("ordinary") && !history.contains(SECRET), "{history}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_sent_secret_is_gone_from_memory() {
    for is_pasted in [false, true] {
        leaves_no_copy(is_pasted);
    }
}

#[cfg(target_os = "linux")]
fn leaves_no_copy(is_pasted: bool) {
    let mut session = Session::start(&[], "");
    session.types("/secret\r");
    session.terminal.sees("Hidden input");
    if is_pasted {
        session.types(&format!("\x1b[200~{SECRET}\x1b[201~"));
    } else {
        // Key by key, as a person types: each is read and drawn alone.
        for (count, c) in SECRET.chars().enumerate() {
            session.types(&c.to_string());
            session.has_dots(count + 1);
        }
    }
    session.has_dots(SECRET.len());
    assert_eq!(in_memory(&session.terminal, SECRET), 1, "in the line that is typed, and nowhere else");
    session.types("\r");
    session.reads("hunter2\n");
    session.terminal.sees("Sent a secret line.");
    session.types("marker-of-this-test");
    session.terminal.sees("marker-of-this-test");
    assert_ne!(in_memory(&session.terminal, "marker-of-this-test"), 0, "the search finds what is there");
    assert_eq!(in_memory(&session.terminal, SECRET), 0);
}

impl Session {
    /// Waits until the hidden line shows this many characters.
    #[cfg(target_os = "linux")]
    fn has_dots(&self, count: usize) {
        self.terminal.until("a dot for each character", |screen| {
            screen.contents().lines().last().is_some_and(|line| line.matches('\u{2022}').count() == count + 1)
        });
    }
}

/// How often these words stand in the writable memory of the program.
#[cfg(target_os = "linux")]
fn in_memory(terminal: &Terminal, words: &str) -> usize {
    use std::os::unix::fs::FileExt as _;
    let id = terminal.pid();
    let maps = fs::read_to_string(format!("/proc/{id}/maps")).unwrap();
    let memory = fs::File::open(format!("/proc/{id}/mem")).unwrap();
    let mut count = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // Some areas belong to the kernel, and cannot be read.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            count += memchr::memmem::find_iter(&bytes, words).count();
        }
    }
    count
}

#[test]
fn a_servers_secret_is_sent_on_each_connection_and_not_shown() {
    let mut session = Session::start(
        &[],
        "nick = \"bob\"\nsecret_command = \"printf 'hunter2\\\\nmore'\"\non_connect = [\"/join lab\"]\nreconnect = \"never\"\n",
    );
    session.reads("/nick bob\nhunter2\n/join lab\n");
    session.terminal.sees("/join lab");
    session.left_without_a_trace(0);
}

#[test]
fn a_secret_that_cannot_be_read_is_one_sentence() {
    let session = Session::start(&[], "secret_file = \"/no/such/file\"\n");
    session.terminal.sees("The secret was not sent: /no/such/file: no such file. /secret sends one by");
}

#[test]
fn config_check_names_the_secret_in_on_connect() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, "[servers.pi]\naddress = \"pi\"\non_connect = [\"/secret hunter2\"]\n").unwrap();
    let checked = std::process::Command::new(env!("CARGO_BIN_EXE_netchat-tui"))
        .args(["config", "check", path.to_str().unwrap()])
        .output()
        .unwrap();
    let told = String::from_utf8(checked.stderr).unwrap();
    assert!(checked.status.success());
    let words = format!("{}, line 3: on_connect[1] contains a secret in plain text", path.display());
    assert!(told.contains(&words) && told.contains("secret_command or secret_file"), "{told}");
    assert!(!told.contains(SECRET));
}
