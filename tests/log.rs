//! Logs that can be trusted: what was on the screen is in them, whatever happened then.

use crate::support::local;
use crate::support::memory::Memory;
#[cfg(unix)]
use crate::support::terminal::Terminal;
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use netchat_tui::app::logging::{LogConfig, LogPathTemplate, LogTarget};
use netchat_tui::app::transcript::{RowEnd, RowKind};
use netchat_tui::app::{App, LocalTime, Mode, Settings};
use netchat_tui::link::Endpoint;
use netchat_tui::tui::{EventLoop, Exit, Frontend, RealSystem, Signals, Suspended, System, TerminalCommand};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;

/// Rows that arrive.
const ROWS: usize = 10_000;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.log");
    (folder, path)
}

/// The numbers of the rows that the log has whole.
fn logged(path: &Path) -> Vec<usize> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    lines.filter_map(|line| line.split_once(" < row ")?.1.parse().ok()).collect()
}

fn key(code: KeyCode) -> Input {
    Input::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

/// Looks into the log with each frame.
struct Witness {
    log: PathBuf,
    frames: Arc<AtomicUsize>,
}

impl Frontend for Witness {
    fn draw(&mut self, app: &mut App) -> anyhow::Result<()> {
        let rows = app.tab().transcript().rows();
        let shown = rows.filter(|row| row.kind == RowKind::Received && row.end != RowEnd::Open).count();
        let count = logged(&self.log).len();
        self.frames.fetch_add(1, Ordering::Relaxed);
        anyhow::ensure!(count >= shown, "{shown} rows are shown and {count} logged");
        Ok(())
    }

    fn is_shown_once(&self, _mode: Mode) -> bool {
        false
    }

    fn repaint(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    fn terminal_command(&mut self, _command: &TerminalCommand) {}

    fn shutdown(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn no_frame_shows_a_row_that_is_not_on_disk() {
    let (_folder, path) = folder();
    let frames = Arc::new(AtomicUsize::new(0));
    let (network, mut accepted) = Memory::new(&[]);
    let (keys, mut receiver) = mpsc::unbounded_channel();
    let ended = local(async {
        let witness = Witness { log: path.clone(), frames: Arc::clone(&frames) };
        let input = futures_util::stream::poll_fn(move |context| receiver.poll_recv(context));
        let task = tokio::task::spawn_local({
            let rows = LogTarget::File(LogPathTemplate::parse(path.to_str().unwrap()).unwrap());
            let options = Settings { log: LogConfig { text: rows, ..LogConfig::default() }, ..Settings::default() };
            let mut app = App::new(options);
            async move {
                let first = app.open(Endpoint::parse("127.0.0.1:12345").unwrap());
                let mut tui = EventLoop::new(witness, input, RealSystem::default(), Signals::none(), network);
                let ended = tui.run(&mut app, first).await;
                tui.close().await;
                ended
            }
        });
        let mut peer = accepted.recv().await.unwrap();
        for row in 0..ROWS {
            peer.write_all(format!("row {row}\n").as_bytes()).await.unwrap();
            if row % 20 == 0 {
                // A frame that nothing holds back, in the middle of what arrives.
                keys.send(Ok(key(KeyCode::Char('x')))).unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        // Rows still in the network on quitting were never shown.
        tokio::time::sleep(Duration::from_secs(1)).await;
        keys.send(Ok(Input::Key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL)))).unwrap();
        for code in "/quit".chars().map(KeyCode::Char).chain([KeyCode::Enter]) {
            keys.send(Ok(key(code))).unwrap();
        }
        tokio::time::timeout(Duration::from_secs(60), task).await.unwrap().unwrap()
    })
    .await;
    assert_eq!(ended.unwrap(), Exit::Quit);
    let frames = frames.load(Ordering::Relaxed);
    assert!(frames > ROWS / 40, "{frames} frames");
    assert!(logged(&path).into_iter().eq(0..ROWS), "all of them, in order");
}

/// A host without a shell to come back from.
struct Alone(RealSystem);

impl System for Alone {
    fn local_time(&self) -> LocalTime {
        self.0.local_time()
    }

    fn suspend(&mut self) -> io::Result<Suspended> {
        Ok(Suspended::Unavailable)
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn editor(&self) -> Option<String> {
        None
    }

    fn release_terminal(&mut self) {}

    fn reclaim_terminal(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn wait_for_continue(&mut self) {}
}

#[tokio::test(start_paused = true)]
async fn a_word_of_the_loop_itself_is_logged_as_well() {
    let (_folder, path) = folder();
    let (network, _accepted) = Memory::new(&[]);
    local(Box::pin(async {
        let rows = LogTarget::File(LogPathTemplate::parse(path.to_str().unwrap()).unwrap());
        let mut app =
            App::new(Settings { log: LogConfig { text: rows, ..LogConfig::default() }, ..Settings::default() });
        let first = app.open(Endpoint::parse("127.0.0.1:12345").unwrap());
        let control = |c| Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
        let input = futures_util::stream::iter([Ok(control('z'))]);
        let witness = Witness { log: path.clone(), frames: Arc::default() };
        let mut tui = EventLoop::new(witness, input, Alone(RealSystem::default()), Signals::none(), network);
        assert_eq!(tui.run(&mut app, first).await.unwrap(), Exit::InputEnded);
        assert_eq!(tui.close().await, Vec::<String>::new());
    }))
    .await;
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(" ! Not suspended: no shell"), "{text}");
}

#[cfg(unix)]
mod program {
    use super::*;
    use crate::support::terminal::StateHome;
    use rustix::process::Signal;
    use std::io::Write as _;
    use std::net::{TcpListener, TcpStream};

    const SIZE: (u16, u16) = (100, 24);

    fn listen() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        (listener, port)
    }

    /// The numbers of the rows on the screen. One that is not finished is not meant.
    fn on_screen(screen: &vt100::Screen) -> Vec<usize> {
        let text = screen.contents();
        text.lines().filter_map(|line| line.trim_end().split_once("‹ row ")?.1.parse().ok()).collect()
    }

    #[test]
    fn sigkill_leaves_all_painted_rows_in_the_log() {
        for kill_at in [0, ROWS / 2, ROWS] {
            let (_folder, path) = folder();
            let (listener, port) = listen();
            let mut terminal = Terminal::start(&["-o", path.to_str().unwrap(), "127.0.0.1", &port], SIZE);
            let (mut peer, _) = listener.accept().unwrap();
            peer.set_nodelay(true).unwrap();
            let flood = std::thread::spawn(move || {
                let mut row = 0;
                while writeln!(peer, "row {row}").is_ok() {
                    row += 1;
                }
            });
            terminal.until("enough rows", |screen| on_screen(screen).last().is_some_and(|row| *row >= kill_at));
            terminal.signal(Signal::KILL);
            terminal.ended();
            flood.join().unwrap();
            let shown = terminal.last_screen(on_screen);
            let rows = logged(&path);
            assert!(rows.iter().copied().eq(0..rows.len()), "without a hole");
            let last = *shown.last().unwrap();
            assert!(last >= kill_at && last < rows.len(), "row {last} was shown, and {} are logged", rows.len());
        }
    }

    /// The program with a folder of the test's own for what outlasts it.
    fn connected(state: &StateHome, listener: &TcpListener, arguments: &[&str]) -> (Terminal, TcpStream) {
        let terminal = Terminal::start_with(state.path(), arguments, SIZE);
        let (peer, _) = listener.accept().unwrap();
        terminal.sees("Connected to 127.0.0.1:");
        (terminal, peer)
    }

    fn quit(mut terminal: Terminal) {
        terminal.type_bytes(b"/quit\r");
        assert_eq!(terminal.ended().exit_code(), 0);
    }

    #[test]
    fn the_next_session_shows_what_the_last_one_ended_with() {
        let (state, (listener, port)) = (StateHome::new(), listen());
        let arguments = ["-o", "on", "--backlog", "2", "127.0.0.1", &port];
        let (mut terminal, mut peer) = connected(&state, &listener, &arguments);
        peer.write_all(b"row 1\nrow 2\n").unwrap();
        terminal.sees("row 2");
        terminal.type_bytes(b"hello\r");
        terminal.sees("› hello");
        terminal.type_bytes(b"/log\r");
        terminal.sees(&format!("netchat-tui/logs/127.0.0.1-{port}-"));
        quit(terminal);
        let folder = state.path().join("netchat-tui/logs");
        let path = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(" < row 2\n") && text.contains(" > hello\n") && text.ends_with("Log ends.\n"), "{text}");

        let (terminal, _peer) = connected(&state, &listener, &arguments);
        let screen = terminal.sees("the last 2 lines of ");
        let at = |words: &str| screen.find(words);
        assert!(at("hello") < at("the last 2 lines of ") && at("the last") < at("Connected to"), "{screen}");
        assert!(!screen.contains("row 1"), "{screen}");
        quit(terminal);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with(&text));
    }

    #[test]
    fn a_log_that_cannot_be_is_a_notice_and_the_chat_goes_on() {
        let (state, (listener, port)) = (StateHome::new(), listen());
        let (folder, _) = folder();
        let path = folder.path().join("no/where.log");
        let inner = folder.path().join("no");
        std::fs::write(&inner, "").unwrap();
        let (mut terminal, mut peer) =
            connected(&state, &listener, &["-o", path.to_str().unwrap(), "127.0.0.1", &port]);
        terminal.sees("Logging stopped.");
        peer.write_all(b"row 1\n").unwrap();
        terminal.sees("‹ row 1");
        std::fs::remove_file(&inner).unwrap();
        terminal.type_bytes(b"/log on\r");
        terminal.sees("Logging to ");
        peer.write_all(b"row 2\n").unwrap();
        terminal.sees("‹ row 2");
        quit(terminal);
        assert!(logged(&path).contains(&2), "{}", std::fs::read_to_string(&path).unwrap());
    }
    #[test]
    fn who_leaves_is_told_what_of_the_log_is_not_kept() {
        let (state, (listener, port)) = (StateHome::new(), listen());
        let (folder, _) = folder();
        let inner = folder.path().join("logs");
        let path = inner.join("chat.log");
        let (mut terminal, _peer) = connected(&state, &listener, &["-o", path.to_str().unwrap(), "127.0.0.1", &port]);
        std::fs::remove_dir_all(&inner).unwrap();
        std::fs::write(&inner, "").unwrap();
        terminal.type_bytes(b"/quit\r");
        terminal.sees("The last log lines were not saved.");
        assert_eq!(terminal.ended().exit_code(), 0);
    }
}
