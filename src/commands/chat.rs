//! The client on a terminal, put together.

use super::in_process_servers::InProcessServers;
use super::output::print_status;
use crate::app::modes::start_page::ListMode;
use crate::app::playback::Player;
use crate::app::{App, Effect, FrontendKind, LoadedConfig, MouseCapture, Now, Settings};
use crate::cli::Target;
use crate::commands::serve::{HostedServer, ServerHandle};
use crate::config::{Environment, Sources};
use crate::net::SystemNetwork;
use crate::storage::{HistoryStore, Recorder, history_path};
use crate::theme::{Appearance, ColorDepth, Priority, TerminalEnv, ThemeRegistry};
use crate::tui::{
    Ansi16Writer, EventLoop, Exit, FrameBackend, Frontend, FullScreen, HostedServerFeed, Keyboard, LineMode,
    RealSystem, Signals, System as _, TerminalGuard, install_panic_hook, unbuffered_stdout,
};
use crate::ui::{ResolvedTheme, ThemeCache};
use anyhow::Context as _;
use ratatui::Terminal;
use std::io;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Tasks that have their turn before it is asked what has come, a key for one: fifty tabs are fifty tasks.
const EVENT_INTERVAL: u32 = 5;

/// What the client has to talk to.
pub(crate) enum Peer {
    /// A server somewhere.
    Remote(Target),
    /// One in this process.
    Hosted(HostedServer),
    /// A recording of some.
    Recording(Player),
}

/// A client about to be run.
pub(crate) struct ChatClient {
    room: Peer,
    configured: LoadedConfig,
    sources: Sources,
    network: SystemNetwork,
    recorder: Recorder,
}

impl ChatClient {
    pub(crate) fn new(room: Peer, configured: LoadedConfig, sources: Sources) -> Self {
        Self { room, configured, sources, network: SystemNetwork::default(), recorder: Recorder::default() }
    }

    /// The same on another network.
    pub(crate) fn with_network(mut self, network: SystemNetwork) -> Self {
        self.network = network;
        self
    }

    /// The same with everything recorded in this file.
    pub(crate) fn with_recording(mut self, file: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(file) = file {
            self.recorder = Recorder::open(file).map_err(anyhow::Error::msg)?;
        }
        Ok(self)
    }

    /// Takes the terminal, and gives it back.
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        // One thread for everything: a chat has no work for two, and nothing has to be locked.
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        // The keyboard is asked between the reads of many tabs, not behind all of them.
        let runtime = runtime.event_interval(EVENT_INTERVAL).enable_all().build().context("starting the runtime")?;
        let ended = runtime.block_on(self.talk());
        // A name being looked up sits in a thread that cannot be stopped; leaving does not wait for it.
        runtime.shutdown_background();
        ended
    }

    async fn talk(self) -> anyhow::Result<Exit> {
        let Self { room, configured, sources, network, recorder } = self;
        let LoadedConfig { options, servers, keys, themes, file, warnings } = configured;
        let (mouse, keeps_history) = (options.mouse, options.keeps_history && !matches!(room, Peer::Recording(_)));
        let first = match &room {
            Peer::Remote(Target::Server(server)) => server.options.clone(),
            _ => options.clone(),
        };
        install_panic_hook();
        // Before the terminal is taken, so that no signal can leave it taken.
        let signals = Signals::listen().context("listening for signals")?;
        // Before as well, because what is no terminal is refused here.
        let keyboard = Keyboard::open().context("listening to the keyboard")?;
        let kind = options.frontend;
        // And because a theme may have a mistake in it.
        let wardrobe = theme_cache(&options.appearance, &first, &themes).map_err(anyhow::Error::msg)?;
        let (guard, face) = take_terminal(kind, wardrobe).context("taking over the terminal")?;
        let listing = if kind == FrontendKind::Lines { ListMode::Numbered } else { ListMode::Filtered };
        let app = App::new(options).with_servers(servers).with_keys(keys).with_themes(themes).with_file(file);
        let (host, mut app) = (RealSystem::default(), app.with_listing(listing));
        let now = Now { elapsed: Duration::ZERO, wall: host.local_time() };
        let (landlord, rooms) = mpsc::channel();
        let (mut first, house) = match room {
            Peer::Remote(Target::Server(server)) => (app.open_server(&server), HostedServerFeed::default()),
            Peer::Remote(Target::Endpoint(endpoint)) => (app.open(endpoint), HostedServerFeed::default()),
            Peer::Remote(Target::StartPage) => (app.start(now), HostedServerFeed::default()),
            Peer::Recording(replay) => (app.play(now, replay), HostedServerFeed::default()),
            Peer::Hosted(HostedServer { endpoint, introduction, news, here, end }) => {
                // The other end is at hand.
                let _ = landlord.send(end);
                (app.host(now, endpoint, &introduction), HostedServerFeed::new(news, here))
            }
        };
        app.defer_until_backlog(now, &mut first.effects);
        app.warn(now, &warnings);
        if mouse == MouseCapture::On {
            first.effects.push(Effect::Mouse(mouse));
        }
        let client = EventLoop::new(face, keyboard, host, signals, Arc::new(network));
        let annals = if keeps_history { HistoryStore::open(history_path()) } else { HistoryStore::none() };
        let read = move || match sources.load(&Environment::of_process()) {
            Ok(loaded) => Ok(loaded.configured),
            Err(error) => Err(error.while_running()),
        };
        let client = client.with_hosted_server(house.with_starter(InProcessServers(landlord)));
        let mut client = client.with_history(annals).with_config_loader(Arc::new(read)).with_recorder(recorder);
        let ended = client.run(&mut app, first).await;
        drop(guard);
        if let Some(words) = client.farewell_message() {
            print_status(words);
        }
        client.close().await.iter().for_each(|words| print_status(words));
        rooms.try_iter().for_each(ServerHandle::wait);
        ended
    }
}

/// The terminal, and what will be shown on it.
fn take_terminal(face: FrontendKind, wardrobe: ThemeCache) -> io::Result<(TerminalGuard, Box<dyn Frontend>)> {
    if face == FrontendKind::Lines {
        let out = unbuffered_stdout()?;
        return Ok((TerminalGuard::enter_inline()?, Box::new(LineMode::new(out))));
    }
    let guard = TerminalGuard::enter()?;
    let out = Ansi16Writer::new(io::stdout(), wardrobe.depth() == ColorDepth::Sixteen);
    Ok((guard, Box::new(FullScreen::new(Terminal::new(FrameBackend::new(out))?).with_themes(wardrobe))))
}

/// The theme for everywhere that was asked for, or that suits this terminal, in as many colours as the looks of the first
/// server want, and in how many one that is put on; or the sentence that says why it cannot be had.
fn theme_cache(everywhere: &Appearance, first: &Settings, themes: &ThemeRegistry) -> Result<ThemeCache, String> {
    let value = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let [no_color, colorterm, term, colorfgbg] = ["NO_COLOR", "COLORTERM", "TERM", "COLORFGBG"].map(value);
    let around = TerminalEnv {
        no_color: no_color.as_deref(),
        colorterm: colorterm.as_deref(),
        term: term.as_deref(),
        colorfgbg: colorfgbg.as_deref(),
    };
    let (name, _) = everywhere.resolve(&around, Priority::Default);
    let [depth, on_demand] =
        [first.appearance_priority(), Priority::Explicit].map(|weight| first.appearance.resolve(&around, weight).1);
    // It has an opinion of its own on `NO_COLOR`, and `--color` beats that variable.
    crossterm::style::force_color_output(true);
    Ok(ThemeCache::new(ResolvedTheme::new(themes.get(&name)?, depth)).with_forced_depth(on_demand))
}
