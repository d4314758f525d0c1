//! The loop: the one place that sees keys, network, clock and screen.
//!
//! ```text
//!   signals ─┐
//!   frame ───┤                    ┌─► Effect ─► links, asides, files, suspend, quit
//!   keys ────┤                    │
//!   due ─────┼─► App::update ─────┤
//!   network ─┤                    │
//!   files ───┤                    └─► redraw ─► FrameClock ─► Face::draw
//!   work ────┘
//! ```
//!
//! One biased `select!`, each arm one cancel-safe receive, in the order above: a flood can starve neither frames nor
//! keys, and after each burst of keys the network has its turn. (One more arm behind the network hears of a server hosted
//! in this process.) *Files* are written and read, folders looked into and the history kept beside the loop; it hears how
//! that went. *Work* is ready whenever the core has some: a piece of a millisecond or two is done when nothing else is to
//! be, or after a burst of a flood, and then all others are asked again. A frame waits a moment until the rows in it are in
//! their logs; nothing more is read from the network meanwhile. There is no tick; when nothing happens the process
//! sleeps. [`EventLoop`] is generic over the stream of keys, the [`Frontend`], the [`System`] (clock, suspend) and the network, so the
//! tests drive this very loop.

mod app_events;
mod builder;
pub(crate) mod delivery;
pub(crate) mod editor;
pub(crate) mod frame_clock;
pub(crate) mod frontend;
pub(crate) mod fullscreen;
pub(crate) mod hosted_server;
pub(crate) mod job_control;
pub(crate) mod keyboard;
pub(crate) mod line_mode;
pub(crate) mod osc;
pub(crate) mod signals;
pub(crate) mod system;
pub(crate) mod terminal;
pub(crate) mod translate;
pub(crate) mod wake;

pub use crate::storage::config_reloader::LoadConfigFn;
pub use crate::storage::history_store::{HistoryStore, history_file};
pub use crate::storage::recorder::Recorder;
pub use frontend::Frontend;
pub use fullscreen::ansi16::Ansi16Writer;
pub use fullscreen::backend::FrameBackend;
pub use fullscreen::{FullScreen, TerminalBackend};
pub use hosted_server::{HostedServerFeed, ServerStarter, StartedServer};
pub use keyboard::Keyboard;
pub use line_mode::{LineMode, unbuffered_stdout};
pub use osc::TerminalCommand;
pub use signals::{Signal, Signals};
pub use system::{RealSystem, Suspended, System};
pub use terminal::{TerminalGuard, install_panic_hook};

use crate::app::keys::KeySequenceParser;
use crate::app::{AlertMethod, App, Effect, Event, Now, Update};
use crate::link::{CloseReason, LinkCommand, LinkEvent, LinkId};
use crate::net::{Events, Links, Network};
use crate::storage::service::BackgroundIo;
use crossterm::event::Event as Input;
use editor::Editor;
use frame_clock::{FrameClock, Urgency};
use futures_util::{Stream, StreamExt};
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use wake::LoopEvent;

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The user wanted it.
    Quit,
    /// The system did.
    Signal(Signal),
    /// The terminal is gone.
    InputEnded,
}

/// Keys taken from the stream before a frame is drawn: what a script types is one frame, not thousands, and yet a stuck
/// key cannot hold up the screen for good.
const MAX_KEYS_PER_FRAME: usize = 512;

/// The same for news, about half a megabyte of a flood.
const MAX_LINK_EVENTS_PER_FRAME: usize = 8;

/// How long the frame with a line just sent waits for the answer to join it. A server on this machine has answered by
/// then, and one frame instead of two is drawn between Enter and the answer; nobody sees a millisecond.
const REPLY_GRACE: Duration = Duration::from_millis(1);

/// How soon a frame is drawn that nobody is waiting for: a count in the status line.
const LOW_PRIORITY_DELAY: Duration = Duration::from_millis(100);

/// Everything the loop needs.
#[derive(Debug)]
pub struct EventLoop<F, S, H> {
    face: F,
    input: S,
    host: H,
    links: Links,
    events: Events,
    signals: Signals,
    house: HostedServerFeed,
    errands: BackgroundIo,
    editor: Editor,
    interpreter: KeySequenceParser,
    frames: FrameClock,
    /// See [`EventLoop::farewell_message`].
    parting: Option<String>,
    /// What the window is called as far as the terminal was told.
    title: String,
    started: Instant,
    /// We stopped ourselves, and the signal to go on has not been heard yet.
    is_suspended: bool,
}

impl<F, S, H> EventLoop<F, S, H>
where
    F: Frontend,
    S: Stream<Item = io::Result<Input>> + Unpin,
    H: System,
{
    /// Puts the parts together. Must be called inside a runtime.
    pub fn new(face: F, input: S, host: H, signals: Signals, network: Arc<dyn Network>) -> Self {
        let (links, events) = Links::new(network);
        let (interpreter, frames, started) = (KeySequenceParser::default(), FrameClock::default(), Instant::now());
        Self {
            face,
            input,
            host,
            links,
            events,
            signals,
            house: HostedServerFeed::default(),
            errands: BackgroundIo::default(),
            editor: Editor::default(),
            interpreter,
            frames,
            parting: None,
            title: String::new(),
            started,
            is_suspended: false,
        }
    }

    /// The same beside a server in this process.
    #[must_use]
    pub fn with_house(mut self, house: HostedServerFeed) -> Self {
        self.house = house;
        self
    }

    /// What is to be said once the terminal has been given back.
    pub fn farewell_message(&self) -> Option<&str> {
        self.parting.as_deref()
    }

    /// Runs until it is time to go. `first` is what the app wants done to begin with.
    ///
    /// # Errors
    /// When the terminal can be neither read nor written to.
    pub async fn run(&mut self, app: &mut App, first: Update) -> anyhow::Result<Exit> {
        let ended = self.run_on(app, first).await;
        self.parting = self.editor.stop().await;
        self.record_exit(app);
        self.errands.run_all(app.on_quit(self.now()));
        // Where the terminal is gone there is nothing to leave in order.
        let _ = self.face.shutdown();
        ended
    }

    async fn run_on(&mut self, app: &mut App, first: Update) -> anyhow::Result<Exit> {
        let mut exit = self.run_effects(app, first, Urgency::Now).await?;
        loop {
            match exit {
                Some(exit) => return Ok(exit),
                None => exit = self.step(app).await?,
            }
        }
    }

    /// Closes the links and files, giving them a moment to hand over what is queued; a signal cuts it short. Best after
    /// the terminal has been given back: who leaves should not have to look at a screen that stands still. Gives what is to be
    /// said then: sentences about what could not be kept or was not delivered.
    pub async fn close(self) -> Vec<String> {
        let Self { input, links, events, errands, mut signals, .. } = self;
        // What is typed from here on is for the shell.
        drop(input);
        let (undelivered, failed) = tokio::select! {
            ended = async { tokio::join!(links.close(events), errands.close()) } => ended,
            _ = signals.recv() => return Vec::new(),
        };
        delivery::not_delivered(undelivered).into_iter().chain(failed).collect()
    }

    /// Waits for one thing to happen and handles it.
    async fn step(&mut self, app: &mut App) -> anyhow::Result<Option<Exit>> {
        let due = app.deadline().map(|elapsed| self.started + elapsed);
        let (turn, room) = (self.errands.export_ready(), self.errands.has_capacity(self.frames.at()));
        let settled = self.errands.flushed(self.frames.at());
        // What is typed while the editor has the terminal is the editor's, and so is the screen.
        let is_ours = !self.editor.is_running();
        let wake = tokio::select! { biased;
            signal = self.signals.recv() => LoopEvent::Signal(signal),
            edited = self.editor.ended() => LoopEvent::Edited(edited),
            () = self.frames.due_after(settled), if is_ours => LoopEvent::Frame,
            input = self.input.next(), if is_ours => LoopEvent::Input(input),
            () = sleep_until_some(due) => LoopEvent::Due,
            event = self.errands.recv() => LoopEvent::Done(event),
            Some((id, event)) = app_events::next_link_event(room, &mut self.events) => LoopEvent::News(id, event),
            news = self.house.recv() => LoopEvent::House(news),
            () = turn, if app.has_background_work() => LoopEvent::Work,
        };
        match wake {
            LoopEvent::Signal(signal) => self.on_signal(app, signal),
            LoopEvent::Edited(edited) => self.on_edited(app, edited).await,
            LoopEvent::Frame => self.draw(app).map(|()| None),
            LoopEvent::Input(input) => match self.on_input(app, input).await? {
                // However many keys there are, the network has its turn.
                None => self.on_link_event(app, None).await,
                exit => Ok(exit),
            },
            LoopEvent::Due => self.update(app, Event::Timer, Urgency::Soon).await,
            LoopEvent::News(id, event) => self.on_link_event(app, Some((id, event))).await,
            LoopEvent::House(event) | LoopEvent::Done(event) => self.update(app, event, Urgency::Soon).await,
            LoopEvent::Work => self.update(app, Event::BackgroundStep, Urgency::Soon).await,
        }
    }

    /// Handles the news at hand and what already waits behind it.
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
                // A count in the bar of tabs.
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
            0 if app.has_urgent_work() || app.has_background_work() && !self.errands.is_backlogged() => {
                self.update(app, Event::BackgroundStep, Urgency::Soon).await
            }
            _ => Ok(None),
        }
    }

    /// Handles the key at hand and those already waiting behind it, so that a burst of keys is one frame.
    async fn on_input(&mut self, app: &mut App, first: Option<io::Result<Input>>) -> anyhow::Result<Option<Exit>> {
        let mut next = Some(first);
        let mut left = MAX_KEYS_PER_FRAME;
        while let Some(input) = next {
            let Some(input) = input else { return Ok(Some(Exit::InputEnded)) };
            if let Some(exit) = self.on_one_input(app, input?).await? {
                return Ok(Some(exit));
            }
            left -= 1;
            let is_ours = !self.editor.is_running();
            next = if left > 0 && is_ours { self.try_next_input().await } else { None };
        }
        Ok(None)
    }

    /// The next key if there is one without waiting; `Some(None)` if there will be none any more.
    async fn try_next_input(&mut self) -> Option<Option<io::Result<Input>>> {
        // Polled in the loop's own context: the stream keeps the waker of the poll that found nothing.
        std::future::poll_fn(|context| {
            Poll::Ready(match self.input.poll_next_unpin(context) {
                Poll::Ready(input) => Some(input),
                Poll::Pending => None,
            })
        })
        .await
    }

    async fn on_one_input(&mut self, app: &mut App, input: Input) -> anyhow::Result<Option<Exit>> {
        match translate::translate(&mut self.interpreter, app.keys(), input) {
            translate::Translated::Event(event) => self.update(app, event, Urgency::Now).await,
            translate::Translated::Redraw => {
                self.frames.request(Urgency::Soon);
                Ok(None)
            }
            translate::Translated::Nothing => Ok(None),
        }
    }

    async fn update(&mut self, app: &mut App, event: Event, urgency: Urgency) -> anyhow::Result<Option<Exit>> {
        let outcome = self.update_app(app, event);
        self.run_effects(app, outcome, urgency).await
    }

    async fn run_effects(&mut self, app: &mut App, outcome: Update, urgency: Urgency) -> anyhow::Result<Option<Exit>> {
        let has_command = outcome.effects.iter().any(|effect| matches!(effect, Effect::Link(..)));
        if outcome.redraw {
            self.frames.request(if has_command { Urgency::Within(REPLY_GRACE) } else { urgency });
        }
        let (commands, others): (Vec<_>, Vec<_>) =
            outcome.effects.into_iter().partition(|effect| matches!(effect, Effect::Link(..)));
        for effect in commands {
            if let Effect::Link(id, command) = effect {
                self.command(app, id, command);
            }
        }
        if has_command {
            // The link's task runs now: the line is on its way before the frame that shows it is drawn, and before another
            // thread is woken to keep it.
            tokio::task::yield_now().await;
        }
        let mut exit = None;
        for effect in others {
            match effect {
                Effect::Quit => {
                    self.errands.finish_export(app, self.now());
                    // Whatever else is to be done is done first.
                    exit = Some(Exit::Quit);
                }
                Effect::DropLink(id) => self.links.forget(id),
                Effect::Suspend => self.suspend(app)?,
                Effect::Repaint => self.repaint()?,
                Effect::CopyToClipboard(text) => self.send_terminal_command(&TerminalCommand::Copy(text)),
                Effect::OpenEditor(text) => self.edit(app, text)?,
                Effect::Alert { way: AlertMethod::Off, .. } => {}
                Effect::Alert { way, words } => self.send_terminal_command(&TerminalCommand::Alert(way, words)),
                Effect::StartServer(port) => self.house.host(port),
                Effect::Mouse(mouse) => self.send_terminal_command(&TerminalCommand::Mouse(mouse)),
                errand => self.errands.run(errand),
            }
        }
        Ok(exit)
    }

    fn command(&mut self, app: &mut App, id: LinkId, command: LinkCommand) {
        let refused = match self.links.send(id, command) {
            Err(LinkCommand::Send(bytes)) => LinkEvent::NotSent(bytes),
            Err(LinkCommand::SendSecret(bytes)) => LinkEvent::NotSent(bytes.blank()),
            Err(LinkCommand::Eof) => LinkEvent::NotHalfClosed,
            Err(LinkCommand::Open { .. }) => LinkEvent::Closed(CloseReason::Cancelled),
            Err(LinkCommand::Close) | Ok(()) => return,
        };
        // Its effects could only be what is logged, and more commands to a link that takes none.
        let outcome = self.update_app(app, Event::Link(id, refused));
        self.errands.run_all(outcome.effects);
    }

    /// Says something beside the picture: with the next frame, which is drawn for it.
    fn send_terminal_command(&mut self, aside: &TerminalCommand) {
        self.face.terminal_command(aside);
        self.frames.request(Urgency::Now);
    }

    fn draw(&mut self, app: &mut App) -> anyhow::Result<()> {
        let title = app.window_title();
        if title != self.title {
            self.face.terminal_command(&TerminalCommand::Title(title.clone()));
            self.title = title;
        }
        if let Some(action) = self.face.draw(app)? {
            // Only the end of a page that has been read out; it has no other looks.
            let outcome = app.update(self.now(), Event::Action(action));
            self.errands.run_all(outcome.effects);
        }
        self.frames.drawn();
        Ok(())
    }

    fn now(&self) -> Now {
        Now { elapsed: self.started.elapsed(), wall: self.host.local_time() }
    }
}

async fn sleep_until_some(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
