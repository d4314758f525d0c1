//! The built program in a pty, with a terminal emulator at the other end.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// A terminal with a program in it.
pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    /// Kept open so that reading goes on after the program has ended, and its last words are not lost.
    _slave: Box<dyn portable_pty::SlavePty + Send>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    child: Box<dyn Child + Send + Sync>,
    output: Arc<Output>,
    /// Goes after the program.
    _state: Option<StateHome>,
    /// The terminal's modes before the program started.
    pub(crate) modes: String,
}

/// Query the program sends to the terminal.
const QUERY: &[u8] = b"\x1b[?2004$p";

/// Where programs keep what outlasts them.
const STATE_HOME: &str = "XDG_STATE_HOME";

/// Directory of settings for tested programs, instead of the user's own.
const CONFIG_HOME: &str = "XDG_CONFIG_HOME";

/// A place of a test's own for that, so that no test writes into, or reads, what the developer has entered. Gone with it.
pub(crate) struct StateHome(PathBuf);

impl StateHome {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("netchat-tui-state-{}-{count}", std::process::id())))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for StateHome {
    fn drop(&mut self) {
        // There is nothing where nothing was kept.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Output {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    raw: Vec<u8>,
}

impl Terminal {
    /// Runs the built program with these arguments.
    pub(crate) fn start(arguments: &[&str], size: (u16, u16)) -> Self {
        Self::run(program(arguments), size)
    }

    /// Starts the program with this state folder.
    pub(crate) fn start_with(state: &Path, arguments: &[&str], size: (u16, u16)) -> Self {
        let mut command = program(arguments);
        command.env(STATE_HOME, state);
        command.env(CONFIG_HOME, state);
        Self::run_in(command, size, None)
    }

    /// Starts the program in a terminal that answers no query, so that pastes count as unmarked.
    pub(crate) fn start_mute(arguments: &[&str], size: (u16, u16)) -> Self {
        let state = StateHome::new();
        let mut command = program(arguments);
        command.env(STATE_HOME, state.path());
        command.env(CONFIG_HOME, state.path());
        Self::run_on(command, size, Some(state), None)
    }

    pub(crate) fn run(mut command: CommandBuilder, size: (u16, u16)) -> Self {
        let state = StateHome::new();
        command.env(STATE_HOME, state.path());
        command.env(CONFIG_HOME, state.path());
        Self::run_in(command, size, Some(state))
    }

    fn run_in(command: CommandBuilder, size: (u16, u16), state: Option<StateHome>) -> Self {
        Self::run_on(command, size, state, Some(b"\x1b[?2004;1$y"))
    }

    /// Answers the query for bracketed paste with `answer`, each time it is asked.
    fn run_on(
        mut command: CommandBuilder,
        (columns, lines): (u16, u16),
        state: Option<StateHome>,
        answer: Option<&'static [u8]>,
    ) -> Self {
        super::settings_of_the_tester().for_each(|name| command.env_remove(name));
        let size = PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let modes = modes(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).unwrap();
        let parser = vt100::Parser::new(cells(lines), cells(columns), 0);
        let output = Arc::new(Output { state: Mutex::new(State { parser, raw: Vec::new() }), changed: Condvar::new() });
        let mut reader = pair.master.try_clone_reader().unwrap();
        let sink = Arc::clone(&output);
        let keys = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let answers = Arc::clone(&keys);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            let mut asked = 0;
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let mut state = sink.state.lock().unwrap();
                state.parser.process(&buffer[..count]);
                state.raw.extend_from_slice(&buffer[..count]);
                // Before the test sees what comes behind the query.
                let queries = memchr::memmem::find_iter(&state.raw, QUERY).count();
                for _ in asked..queries {
                    let _ = answer.map(|answer| answers.lock().unwrap().write_all(answer));
                }
                asked = queries;
                sink.changed.notify_all();
            }
        });
        Self { master: pair.master, _slave: pair.slave, keys, child, output, _state: state, modes }
    }

    #[expect(clippy::needless_pass_by_ref_mut, reason = "what is typed changes the program in the terminal")]
    pub(crate) fn type_bytes(&mut self, bytes: &[u8]) {
        let mut keys = self.keys.lock().unwrap();
        keys.write_all(bytes).unwrap();
        keys.flush().unwrap();
    }

    /// Types the answer to a question that is on the screen, as somebody does who has read it. What comes sooner was typed
    /// before; nothing on the screen tells when that time is over.
    pub(crate) fn answers(&mut self, bytes: &[u8]) {
        std::thread::sleep(netchat_tui::app::MIN_READING_TIME);
        self.type_bytes(bytes);
    }

    pub(crate) fn resize(&self, columns: u16, lines: u16) {
        self.output.state.lock().unwrap().parser.screen_mut().set_size(cells(lines), cells(columns));
        self.master.resize(PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Waits until the screen is as wanted and gives its text.
    #[track_caller]
    pub(crate) fn until(&self, wanted: &str, is_so: impl Fn(&vt100::Screen) -> bool) -> String {
        self.until_within(PATIENCE, wanted, is_so)
    }

    /// Waits like [`Self::until`], with a time limit of its own.
    #[track_caller]
    pub(crate) fn until_within(
        &self,
        patience: Duration,
        wanted: &str,
        is_so: impl Fn(&vt100::Screen) -> bool,
    ) -> String {
        let deadline = Instant::now() + patience;
        let mut state = self.output.state.lock().unwrap();
        while !is_so(state.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited for {wanted}; the screen:\n{}", state.parser.screen().contents());
            state = self.output.changed.wait_timeout(state, left).unwrap().0;
        }
        state.parser.screen().contents()
    }

    #[track_caller]
    pub(crate) fn sees(&self, words: &str) -> String {
        self.until(words, |screen| screen.contents().contains(words))
    }

    /// Waits until these words are gone.
    #[track_caller]
    pub(crate) fn hides(&self, words: &str) -> String {
        self.until(&format!("no more {words}"), |screen| !screen.contents().contains(words))
    }

    /// Waits until what the program wrote so far is as wanted.
    #[track_caller]
    pub(crate) fn until_raw(&self, wanted: &str, is_so: impl Fn(&[u8]) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.output.state.lock().unwrap();
        while !is_so(&state.raw) {
            let left = deadline.saturating_duration_since(Instant::now());
            let raw = String::from_utf8_lossy(&state.raw).into_owned();
            assert!(!left.is_zero(), "waited for {wanted}; the program wrote {raw:?}");
            state = self.output.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Waits until what the program wrote so far is as wanted, and says whether it ever was.
    pub(crate) fn becomes(&self, is_so: impl Fn(&[u8]) -> bool) -> bool {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.output.state.lock().unwrap();
        while !is_so(&state.raw) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.output.changed.wait_timeout(state, left).unwrap().0;
        }
        true
    }

    /// Everything the program wrote so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.output.state.lock().unwrap().raw.clone()
    }

    pub(crate) fn cursor(&self) -> (u16, u16) {
        self.output.state.lock().unwrap().parser.screen().cursor_position()
    }

    /// Bytes typed that nobody has read.
    pub(crate) fn unread(&self) -> u64 {
        let tty = std::fs::File::open(self.master.tty_name().unwrap()).unwrap();
        // A line that is not ended counts only where characters do.
        let mut modes = rustix::termios::tcgetattr(&tty).unwrap();
        modes.make_raw();
        rustix::termios::tcsetattr(&tty, rustix::termios::OptionalActions::Now, &modes).unwrap();
        rustix::io::ioctl_fionread(&tty).unwrap()
    }

    pub(crate) fn modes_now(&self) -> String {
        modes(self.master.as_ref())
    }

    /// `stty sane`, from outside.
    pub(crate) fn set_sane(&self) {
        let tty = self.master.tty_name().unwrap();
        let status = std::process::Command::new("stty").arg("-F").arg(tty).arg("sane").status();
        assert!(status.unwrap().success());
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// The one program that the shell in this terminal runs.
    pub(crate) fn child_of_shell(&self) -> u32 {
        let path = format!("/proc/{0}/task/{0}/children", self.pid());
        std::fs::read_to_string(path).unwrap().trim().parse().unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send_signal(self.pid(), signal);
    }

    /// Reads the last screen of a program that has ended.
    #[track_caller]
    pub(crate) fn last_screen<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        const MARK: &[u8] = b"\x1b]0;all of it was read\x07";
        let tty = self.master.tty_name().unwrap();
        // Behind what the program wrote; it changes nothing on the screen.
        std::fs::OpenOptions::new().write(true).open(tty).unwrap().write_all(MARK).unwrap();
        self.until_raw("the end of what was written", |raw| raw.ends_with(MARK));
        read(self.output.state.lock().unwrap().parser.screen())
    }

    /// Waits for the program to end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the program does not end; its screen:\n{}", self.sees(""));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The state letter of the program in `/proc`: `S` asleep, `T` stopped.
    pub(crate) fn until_process_is(&self, letter: char) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
            if stat.rsplit(") ").next().unwrap().starts_with(letter) {
                return;
            }
            assert!(Instant::now() < deadline, "never became {letter}: {stat}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether the terminal is as it was before: modes, screen, cursor, paste, mouse, focus, order, title.
    #[track_caller]
    pub(crate) fn is_as_before(&self) {
        assert_eq!(self.modes_now(), self.modes, "the terminal's modes");
        self.until("the main screen, with a cursor, plain paste and no mouse", |screen| {
            let has_mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste() && !has_mouse
        });
        let raw = String::from_utf8_lossy(&self.raw()).into_owned();
        // Modes that the test emulator does not support.
        for (on, off) in [
            ("\x1b[?1004h", "\x1b[?1004l"),
            ("\x1b[8l", "\x1b[8h"),
            ("\x1b[22;2t", "\x1b[23;2t"),
            ("\x1b[>5u", "\x1b[<u"),
        ] {
            assert_eq!(raw.matches(on).count(), raw.matches(off).count(), "{on:?} and {off:?}");
            assert!(raw.rfind(on) <= raw.rfind(off), "{off:?} comes last");
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn send_signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

fn program(arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_netchat-tui"));
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.env_remove("NO_COLOR");
    command
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a screen has cells")
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

/// The colour of the sign with which the first row begins that contains these words.
pub(crate) fn sign_colour(screen: &vt100::Screen, words: &str) -> Option<vt100::Color> {
    let (rows, columns) = screen.size();
    let row = (0..).zip(screen.rows(0, columns.get())).find_map(|(n, row)| row.contains(words).then_some(n))?;
    assert!(row < rows.get());
    let cells = (0..columns.get()).filter_map(|column| screen.cell(row, column));
    cells
        .into_iter()
        .find(|cell| words.starts_with(cell.contents()) && !cell.contents().is_empty())
        .map(vt100::Cell::fgcolor)
}
