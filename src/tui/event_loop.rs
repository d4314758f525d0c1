//! The select loop: the one place that receives keys, network events, timers and the results of background work.
//!
//! ```text
//!   signals, editor ─┐
//!   frame ───────────┤                    ┌─► Effect ─► links, terminal, files, suspend, quit
//!   keys ────────────┤                    │
//!   timer ───────────┼─► App::update ─────┤
//!   files ───────────┤                    │
//!   network ─────────┤                    └─► redraw ─► FrameClock ─► Frontend::draw
//!   hosted server ───┤
//!   background step ─┘
//! ```
//!
//! One biased `select!` polls its arms in this order, and every arm is cancel-safe. A flood therefore delays neither
//! frames nor keys, and after each burst of keys pending network events are handled. Background steps of the core take a
//! millisecond or two each and run when nothing else is ready, or after a burst of network events. A frame waits for up
//! to a quarter of a second until its rows are in the logs; meanwhile nothing is read from the network. There is no tick:
//! when nothing happens, the process sleeps.

mod effects;
mod job_control;

use super::editor::Editor;
use super::frame_clock::{FrameClock, Urgency};
use super::frontend::Frontend;
use super::hosted_server::HostedServerFeed;
use super::osc::TerminalCommand;
use super::signals::{Signal, Signals};
use super::system::System;
use super::translate::{Translated, translate};
use crate::app::keys::KeySequenceParser;
use crate::app::{Action, App, Event, Now, Update};
use crate::link::{LinkEvent, LinkId};
use crate::net::{Events, Links, Network};
use crate::storage::service::BackgroundIo;
use crate::storage::{HistoryStore, LoadConfigFn, Recorder};
use crate::text::format_thousands;
use crossterm::event::Event as Input;
use futures_util::{Stream, StreamExt};
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Reason why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The user quit.
    Quit,
    /// The process received this signal.
    Signal(Signal),
    /// The input stream ended because the terminal is gone.
    InputEnded,
}

/// Keys handled before a frame is drawn. Typed-ahead or scripted input becomes one frame, and a stuck key cannot hold up
/// the screen.
const MAX_KEYS_PER_FRAME: usize = 512;

/// Link events handled before a frame is drawn: about half a megabyte of a flood.
const MAX_LINK_EVENTS_PER_FRAME: usize = 8;

/// Delay of the frame for low-priority changes, such as a count in the status line.
const LOW_PRIORITY_DELAY: Duration = Duration::from_millis(100);

/// Cause of one turn of the loop.
enum LoopEvent {
    Signal(Signal),
    EditorClosed(Result<String, String>),
    Frame,
    Input(Option<io::Result<Input>>),
    Timer,
    Link(LinkId, LinkEvent),
    /// Result of background I/O, or news of the hosted server.
    App(Event),
    BackgroundStep,
}

/// Runs an [`App`] on a front end, a stream of terminal events and a network.
#[derive(Debug)]
pub struct EventLoop<F, I, S> {
    frontend: F,
    input: I,
    system: S,
    links: Links,
    events: Events,
    signals: Signals,
    hosted_server: HostedServerFeed,
    background_io: BackgroundIo,
    editor: Editor,
    key_parser: KeySequenceParser,
    frame_clock: FrameClock,
    farewell: Option<String>,
    /// Window title that the terminal shows; empty if it has to be set again.
    title: String,
    started: Instant,
    /// Whether the loop suspended the process and SIGCONT has not been received yet.
    is_suspended: bool,
}

impl<F, I, S> EventLoop<F, I, S> {
    /// Creates a loop without hosted server, stored history or recording. Must be called inside a runtime.
    pub fn new(frontend: F, input: I, system: S, signals: Signals, network: Arc<dyn Network>) -> Self {
        let (links, events) = Links::new(network);
        Self {
            frontend,
            input,
            system,
            links,
            events,
            signals,
            hosted_server: HostedServerFeed::default(),
            background_io: BackgroundIo::default(),
            editor: Editor::default(),
            key_parser: KeySequenceParser::default(),
            frame_clock: FrameClock::default(),
            farewell: None,
            title: String::new(),
            started: Instant::now(),
            is_suspended: false,
        }
    }

    /// Receives the events of a server in this process.
    #[must_use]
    pub fn with_hosted_server(mut self, hosted_server: HostedServerFeed) -> Self {
        self.hosted_server = hosted_server;
        self
    }

    /// Keeps the input history and the recent servers across sessions.
    #[must_use]
    pub fn with_history(mut self, history: HistoryStore) -> Self {
        self.background_io = self.background_io.with_history(history);
        self
    }

    /// Lets `/reload` read the settings with this function.
    #[must_use]
    pub fn with_config_loader(mut self, load: Arc<LoadConfigFn>) -> Self {
        self.background_io = self.background_io.with_config_loader(load);
        self
    }

    /// Records the session.
    #[must_use]
    pub fn with_recorder(mut self, recorder: Recorder) -> Self {
        self.background_io.recorder = recorder;
        self
    }

    /// Returns the sentence to print after the terminal has been restored, if there is one: where the editor's text is.
    pub fn farewell_message(&self) -> Option<&str> {
        self.farewell.as_deref()
    }
}

impl<F, I, S> EventLoop<F, I, S>
where
    F: Frontend,
    I: Stream<Item = io::Result<Input>> + Unpin,
    S: System,
{
    /// Applies `first`, then runs until the user quits, a signal ends the program or the terminal is gone.
    ///
    /// # Errors
    /// When the terminal cannot be read or written.
    pub async fn run(&mut self, app: &mut App, first: Update) -> anyhow::Result<Exit> {
        let exit = self.run_until_exit(app, first).await;
        self.farewell = self.editor.stop().await;
        self.background_io.recorder.record_exit(self.now(), app);
        self.background_io.run_all(app.on_quit(self.now()));
        // Fails only if the terminal is gone.
        let _ = self.frontend.shutdown();
        exit
    }

    async fn run_until_exit(&mut self, app: &mut App, first: Update) -> anyhow::Result<Exit> {
        let mut exit = self.apply(app, first, Urgency::Now).await?;
        loop {
            match exit {
                Some(exit) => return Ok(exit),
                None => exit = self.step(app).await?,
            }
        }
    }

    /// Closes links and files, waiting a few seconds for queued data; a signal ends the wait. Returns sentences about
    /// data that could not be stored or was not delivered, to be printed.
    ///
    /// Call it after restoring the terminal, so that the user does not wait in front of a frozen screen.
    pub async fn close(self) -> Vec<String> {
        let Self { input, links, events, background_io, mut signals, .. } = self;
        // Leaves further input to the shell.
        drop(input);
        let (undelivered, failed) = tokio::select! {
            closed = async { tokio::join!(links.close(events), background_io.close()) } => closed,
            _ = signals.recv() => return Vec::new(),
        };
        undelivered_message(undelivered).into_iter().chain(failed).collect()
    }

    /// Waits for one event and handles it.
    async fn step(&mut self, app: &mut App) -> anyhow::Result<Option<Exit>> {
        let timer = app.deadline().map(|elapsed| self.started + elapsed);
        let export_ready = self.background_io.export_ready();
        let has_capacity = self.background_io.has_capacity(self.frame_clock.at());
        let flushed = self.background_io.flushed(self.frame_clock.at());
        // While the external editor runs, keys and screen are the editor's.
        let has_terminal = !self.editor.is_running();
        let event = tokio::select! { biased;
            signal = self.signals.recv() => LoopEvent::Signal(signal),
            edited = self.editor.ended() => LoopEvent::EditorClosed(edited),
            () = self.frame_clock.due_after(flushed), if has_terminal => LoopEvent::Frame,
            input = self.input.next(), if has_terminal => LoopEvent::Input(input),
            () = sleep_until_some(timer) => LoopEvent::Timer,
            event = self.background_io.recv() => LoopEvent::App(event),
            Some((id, event)) = next_link_event(has_capacity, &mut self.events) => LoopEvent::Link(id, event),
            event = self.hosted_server.recv() => LoopEvent::App(event),
            () = export_ready, if app.has_background_work() => LoopEvent::BackgroundStep,
        };
        match event {
            LoopEvent::Signal(signal) => self.on_signal(app, signal),
            LoopEvent::EditorClosed(edited) => self.on_editor_closed(app, edited).await,
            LoopEvent::Frame => self.draw(app).map(|()| None),
            LoopEvent::Input(input) => match self.on_input(app, input).await? {
                // A steady stream of keys must not keep the network waiting.
                None => self.on_link_event(app, None).await,
                exit => Ok(exit),
            },
            LoopEvent::Timer => self.update(app, Event::Timer, Urgency::Soon).await,
            LoopEvent::Link(id, event) => self.on_link_event(app, Some((id, event))).await,
            LoopEvent::App(event) => self.update(app, event, Urgency::Soon).await,
            LoopEvent::BackgroundStep => self.update(app, Event::BackgroundStep, Urgency::Soon).await,
        }
    }

    /// Handles `first`, if any, and the link events already queued behind it.
    async fn on_link_event(
        &mut self,
        app: &mut App,
        first: Option<(LinkId, LinkEvent)>,
    ) -> anyhow::Result<Option<Exit>> {
        let mut next = first.or_else(|| self.events.try_recv().ok());
        let mut left = MAX_LINK_EVENTS_PER_FRAME;
        while let Some((id, event)) = next {
            let urgency = match event {
                LinkEvent::Written(_) => Urgency::Within(LOW_PRIORITY_DELAY),
                // Changes only a count in the tab bar.
                LinkEvent::Received(_) if id != app.tab().id() => Urgency::Within(LOW_PRIORITY_DELAY),
                _ => Urgency::Soon,
            };
            if let Some(exit) = self.update(app, Event::Link(id, event), urgency).await? {
                return Ok(Some(exit));
            }
            left -= 1;
            next = if left > 0 { self.events.try_recv().ok() } else { None };
        }
        match left {
            0 if app.has_urgent_work() || app.has_background_work() && !self.background_io.is_backlogged() => {
                self.update(app, Event::BackgroundStep, Urgency::Soon).await
            }
            _ => Ok(None),
        }
    }

    /// Handles `first` and the input already queued behind it, so that a burst of keys becomes one frame.
    async fn on_input(&mut self, app: &mut App, first: Option<io::Result<Input>>) -> anyhow::Result<Option<Exit>> {
        let mut next = Some(first);
        let mut left = MAX_KEYS_PER_FRAME;
        while let Some(input) = next {
            let Some(input) = input else { return Ok(Some(Exit::InputEnded)) };
            if let Some(exit) = self.on_one_input(app, input?).await? {
                return Ok(Some(exit));
            }
            left -= 1;
            let has_terminal = !self.editor.is_running();
            next = if left > 0 && has_terminal { self.try_next_input().await } else { None };
        }
        Ok(None)
    }

    /// Returns the next input if it is ready, `Some(None)` at the end of the stream.
    async fn try_next_input(&mut self) -> Option<Option<io::Result<Input>>> {
        // Polls in the loop's own context: the stream keeps the waker of the poll that found nothing.
        std::future::poll_fn(|context| {
            Poll::Ready(match self.input.poll_next_unpin(context) {
                Poll::Ready(input) => Some(input),
                Poll::Pending => None,
            })
        })
        .await
    }

    async fn on_one_input(&mut self, app: &mut App, input: Input) -> anyhow::Result<Option<Exit>> {
        match translate(&mut self.key_parser, app.keys(), input) {
            Translated::Event(event) => self.update(app, event, Urgency::Now).await,
            Translated::Redraw => {
                self.frame_clock.request(Urgency::Soon);
                Ok(None)
            }
            Translated::Nothing => Ok(None),
        }
    }

    /// Updates the core with an event and carries out the result.
    async fn update(&mut self, app: &mut App, event: Event, urgency: Urgency) -> anyhow::Result<Option<Exit>> {
        let update = self.update_app(app, event);
        self.apply(app, update, urgency).await
    }

    /// Updates the core, recording the event and its result.
    fn update_app(&mut self, app: &mut App, event: Event) -> Update {
        let now = self.now();
        self.background_io.recorder.update_app(now, app, event)
    }

    fn draw(&mut self, app: &mut App) -> anyhow::Result<()> {
        let title = app.window_title();
        if title != self.title {
            self.frontend.terminal_command(&TerminalCommand::Title(title.clone()));
            self.title = title;
        }
        self.frontend.draw(app)?;
        if self.frontend.is_shown_once(app.mode()) {
            // Changes nothing that is drawn or recorded.
            let update = app.update(self.now(), Event::Action(Action::Cancel));
            self.background_io.run_all(update.effects);
        }
        self.frame_clock.on_drawn();
        Ok(())
    }

    fn now(&self) -> Now {
        Now { elapsed: self.started.elapsed(), wall: self.system.local_time() }
    }
}

/// Receives the next link event once `has_capacity` is done. Cancel-safe if that future is.
async fn next_link_event(has_capacity: impl Future<Output = ()>, events: &mut Events) -> Option<(LinkId, LinkEvent)> {
    has_capacity.await;
    events.recv().await
}

/// Sleeps until `deadline`, forever without one.
async fn sleep_until_some(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Formats the warning about sent bytes that the peer had not acknowledged at exit; `None` for 0 bytes.
fn undelivered_message(bytes: u64) -> Option<String> {
    let subject = match bytes {
        0 => return None,
        1 => "1 byte you sent was".to_owned(),
        bytes => format!("{} bytes you sent were", format_thousands(bytes)),
    };
    Some(format!("{subject} not acknowledged by the other machine before this program ended, and may not arrive."))
}
