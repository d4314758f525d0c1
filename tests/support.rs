//! Shared test support: the real loop on a readable screen, lab servers, an in-memory network.

pub(crate) mod lab;
pub(crate) mod memory;
#[cfg(target_os = "linux")]
pub(crate) mod netns;
pub(crate) mod peer;
pub(crate) mod serve;
#[cfg(unix)]
pub(crate) mod terminal;
#[cfg(unix)]
pub(crate) mod tmux;

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use futures_util::Stream;
use netchat_tui::app::playback::Player;
use netchat_tui::app::{App, Effect, LocalTime, Now, Settings, Update};
use netchat_tui::link::Endpoint;
use netchat_tui::net::Network;
use netchat_tui::storage::Recorder;
use netchat_tui::tui::{EventLoop, Exit, FullScreen, Signals, Suspended, System, TerminalBackend, TerminalCommand};
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};
use std::convert::Infallible;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, LocalSet};
use tokio::time::{Instant, timeout};

/// Longest wait before a test fails and prints the screen. Costs nothing on paused time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Names of settings in the environment of the test run, which tested programs must not inherit.
pub(crate) fn settings_of_the_tester() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("NETCHAT_TUI_"))
}

/// Runs a test that has sessions in it: they are tasks of this thread.
pub(crate) async fn local<F: Future>(test: F) -> F::Output {
    LocalSet::new().run_until(test).await
}

/// The real loop, typed at and looked at.
pub(crate) struct Session {
    keys: mpsc::UnboundedSender<io::Result<Input>>,
    pub(crate) screen: watch::Receiver<Shown>,
    task: JoinHandle<anyhow::Result<Exit>>,
    size: Arc<Mutex<Size>>,
}

/// A screen as it was drawn last.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shown {
    pub(crate) cells: Buffer,
    pub(crate) cursor: Position,
    /// How many frames there have been.
    pub(crate) frames: usize,
    /// Terminal commands so far besides drawing: title, clipboard, alerts, mouse.
    pub(crate) said: Vec<TerminalCommand>,
}

impl Session {
    /// Starts on `network` with a screen of 100 by 30, connecting to `address`.
    pub(crate) fn start(network: Arc<dyn Network>, address: &str) -> Self {
        Self::with(network, address, Settings::default(), (100, 30))
    }

    pub(crate) fn with(network: Arc<dyn Network>, address: &str, options: Settings, size: (u16, u16)) -> Self {
        Self::doing(network, address, Vec::new(), options, size)
    }

    /// Starts the loop with extra work to do first.
    pub(crate) fn doing(
        network: Arc<dyn Network>,
        address: &str,
        effects: Vec<Effect>,
        options: Settings,
        size: (u16, u16),
    ) -> Self {
        Self::on(network, address, effects, (options, None), size)
    }

    /// Starts with a text in this editor, a command in words as a shell has them.
    pub(crate) fn editing(network: Arc<dyn Network>, address: &str, editor: &str, text: &str) -> Self {
        let options = (Settings::default(), Some(editor.to_owned()));
        Self::on(network, address, vec![Effect::OpenEditor(text.to_owned())], options, (100, 30))
    }

    fn on(
        network: Arc<dyn Network>,
        address: &str,
        effects: Vec<Effect>,
        (options, editor): (Settings, Option<String>),
        size: (u16, u16),
    ) -> Self {
        let mut app = App::new(options);
        let mut first = app.open(Endpoint::parse(address).unwrap());
        first.effects.extend(effects);
        Self::run((app, first), network, editor, Recorder::default(), size)
    }

    /// Connects to `address`, and records.
    pub(crate) fn recording(network: Arc<dyn Network>, address: &str, path: &Path) -> Self {
        Self::recording_with(network, address, path, Settings::default())
    }

    pub(crate) fn recording_with(network: Arc<dyn Network>, address: &str, path: &Path, options: Settings) -> Self {
        let mut app = App::new(options);
        let first = app.open(Endpoint::parse(address).unwrap());
        Self::run((app, first), network, None, Recorder::open(path).unwrap(), (100, 30))
    }

    /// Plays a recording, from its beginning and at rest.
    pub(crate) fn replaying(network: Arc<dyn Network>, path: &Path) -> Self {
        Self::replaying_with(network, path, Settings::default())
    }

    pub(crate) fn replaying_with(network: Arc<dyn Network>, path: &Path, options: Settings) -> Self {
        let mut app = App::new(options);
        let tape = Arc::new(netchat_tui::commands::recording_files::load(path).unwrap());
        let first = app.play(Now::default(), Player::new(tape).paused());
        Self::run((app, first), network, None, Recorder::default(), (100, 30))
    }

    fn run(
        (mut app, first): (App, Update),
        network: Arc<dyn Network>,
        editor: Option<String>,
        recorder: Recorder,
        size: (u16, u16),
    ) -> Self {
        let (keys, receiver) = mpsc::unbounded_channel();
        let (sender, screen) = watch::channel(Shown::default());
        let inner = TestBackend::new(size.0, size.1);
        let size = Arc::new(Mutex::new(Size::from(size)));
        let stage = Stage { inner, size: Arc::clone(&size), sender, frames: 0, said: Vec::new() };
        let terminal = Terminal::new(stage).unwrap();
        let host = StageHost(Instant::now(), editor);
        let task = tokio::task::spawn_local(async move {
            let tui = EventLoop::new(FullScreen::new(terminal), Keys(receiver), host, Signals::none(), network);
            let mut tui = tui.with_recorder(recorder);
            let ended = tui.run(&mut app, first).await;
            tui.close().await;
            ended
        });
        Self { keys, screen, task, size }
    }

    pub(crate) fn input(&self, input: Input) {
        // A session that has ended takes no keys; the test will see that otherwise.
        let _ = self.keys.send(Ok(input));
    }

    /// Gives the screen another size, and says so as a terminal does.
    pub(crate) fn resize(&self, columns: u16, lines: u16) {
        *self.size.lock().unwrap() = Size::new(columns, lines);
        self.input(Input::Resize(columns, lines));
    }

    pub(crate) fn key(&self, code: KeyCode) {
        self.input(Input::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    pub(crate) fn ctrl(&self, c: char) {
        self.input(Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)));
    }

    pub(crate) fn type_text(&self, text: &str) {
        for c in text.chars() {
            self.key(KeyCode::Char(c));
        }
    }

    /// A line and Enter.
    pub(crate) fn say(&self, line: &str) {
        self.type_text(line);
        self.key(KeyCode::Enter);
    }

    /// Lets the program take what was typed, and the time pass in which a question could not have been read.
    pub(crate) async fn reads_question(&self) {
        tokio::time::sleep(netchat_tui::app::MIN_READING_TIME * 2).await;
    }

    /// Waits until the screen holds `words`.
    #[track_caller]
    pub(crate) fn sees(&mut self, words: &str) -> impl Future<Output = Shown> {
        let words = words.to_owned();
        self.until(format!("{words:?}"), move |shown| shown.text().contains(&words))
    }

    /// Waits until the screen is as wanted; panics with the screen if it does not come to that.
    #[track_caller]
    pub(crate) fn until(&mut self, wanted: String, is_so: impl Fn(&Shown) -> bool) -> impl Future<Output = Shown> {
        let place = std::panic::Location::caller();
        async move {
            // Cloned inside: what `wait_for` gives holds the screen.
            let outcome = timeout(PATIENCE, async { self.screen.wait_for(is_so).await.map(|shown| shown.clone()) });
            let why = match outcome.await {
                Ok(Ok(shown)) => return shown,
                Ok(Err(_gone)) => "the session ended",
                Err(_elapsed) => "it did not come",
            };
            let text = self.screen.borrow().text();
            panic!("{place}: waited for {wanted}, but {why}; the screen:\n{text}")
        }
    }

    /// The screen now.
    pub(crate) fn shown(&self) -> Shown {
        self.screen.borrow().clone()
    }

    /// Waits for the end.
    pub(crate) async fn ended(self) -> Exit {
        timeout(PATIENCE, self.task).await.expect("the session ends").unwrap().unwrap()
    }

    /// The terminal goes away; waits for the end.
    pub(crate) async fn hang_up(self) -> Exit {
        let Self { keys, screen: _screen, task, size: _ } = self;
        drop(keys);
        timeout(PATIENCE, task).await.expect("the session ends").unwrap().unwrap()
    }

    /// `/quit`, on a cleared line.
    pub(crate) async fn quit(self) -> Exit {
        self.ctrl('e');
        self.ctrl('u');
        self.say("/quit");
        self.ended().await
    }
}

impl Shown {
    pub(crate) fn line(&self, y: u16) -> String {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..self.cells.area.width {
            let symbol = self.cells[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = netchat_tui::text::columns(symbol);
            }
            skip -= 1;
        }
        line.trim_end().to_owned()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        (0..self.cells.area.height).map(|y| self.line(y)).collect()
    }

    pub(crate) fn text(&self) -> String {
        self.lines().join("\n")
    }

    /// Rows of the message pane without the time: `‹ hello`.
    pub(crate) fn rows(&self) -> Vec<String> {
        let messages = self.lines().len().saturating_sub(2);
        let rows = self.lines().into_iter().take(messages).filter(|line| !line.is_empty());
        rows.map(|line| line.chars().skip(9).collect()).collect()
    }

    /// The cells of the input line, and the cursor in it.
    pub(crate) fn input(&self) -> (Vec<Cell>, Position) {
        let y = self.cells.area.height - 1;
        ((0..self.cells.area.width).map(|x| self.cells[(x, y)].clone()).collect(), self.cursor)
    }
}

/// Keys from a channel.
struct Keys(mpsc::UnboundedReceiver<io::Result<Input>>);

impl Stream for Keys {
    type Item = io::Result<Input>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// A clock that shows 14:02:10 at the start.
struct StageHost(Instant, Option<String>);

impl System for StageHost {
    fn local_time(&self) -> LocalTime {
        let since = u64::try_from(self.0.elapsed().as_millis()).unwrap();
        LocalTime(((14 * 60 + 2) * 60 + 10) * 1000 + since)
    }

    fn suspend(&mut self) -> io::Result<Suspended> {
        Ok(Suspended::Unavailable)
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn editor(&self) -> Option<String> {
        // Whatever the one who runs the tests likes to edit with.
        self.1.clone().or_else(|| Some("/no/editor/here".to_owned()))
    }

    fn release_terminal(&mut self) {}

    fn reclaim_terminal(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn wait_for_continue(&mut self) {}
}

/// A backend whose frames can be waited for.
struct Stage {
    inner: TestBackend,
    /// How big the window is now; ratatui asks, and clears the screen when that has changed.
    size: Arc<Mutex<Size>>,
    sender: watch::Sender<Shown>,
    frames: usize,
    said: Vec<TerminalCommand>,
}

impl TerminalBackend for Stage {
    fn terminal_command(&mut self, command: &TerminalCommand) {
        self.said.push(command.clone());
    }
}

impl Backend for Stage {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Infallible> {
        self.inner.draw(content)
    }
    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.inner.hide_cursor()
    }
    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.inner.show_cursor()
    }
    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        self.inner.get_cursor_position()
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.inner.set_cursor_position(position)
    }
    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_region(ClearType::All)
    }
    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Infallible> {
        let size = self.size()?;
        self.inner.resize(size.width, size.height);
        self.inner.clear_region(clear_type)
    }
    fn size(&self) -> Result<Size, Infallible> {
        Ok(*self.size.lock().unwrap())
    }
    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.inner.window_size()
    }
    fn flush(&mut self) -> Result<(), Infallible> {
        self.frames += 1;
        let (cells, cursor) = (self.inner.buffer().clone(), self.inner.cursor_position());
        self.sender.send_replace(Shown { cells, cursor, frames: self.frames, said: self.said.clone() });
        Ok(())
    }
}
