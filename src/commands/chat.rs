//! Assembles and runs the client on a terminal.

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

/// Tasks that run between two checks for input. With tokio's default of 61, the tasks of fifty tabs would delay keys.
const EVENT_INTERVAL: u32 = 5;

/// The other side of the first tab.
pub(crate) enum Peer {
    /// A server on the network, or the start page.
    Remote(Target),
    /// A server in this process.
    Hosted(HostedServer),
    /// A recording that is played.
    Recording(Player),
}

/// A client that is ready to run.
pub(crate) struct ChatClient {
    peer: Peer,
    config: LoadedConfig,
    sources: Sources,
    network: SystemNetwork,
    recorder: Recorder,
}

impl ChatClient {
    pub(crate) fn new(peer: Peer, config: LoadedConfig, sources: Sources) -> Self {
        Self { peer, config, sources, network: SystemNetwork::default(), recorder: Recorder::default() }
    }

    /// Uses this network instead of the default one.
    pub(crate) fn with_network(mut self, network: SystemNetwork) -> Self {
        self.network = network;
        self
    }

    /// Records the session in a file, if one is given.
    ///
    /// # Errors
    /// Returns a sentence if the file cannot be written or is not a recording.
    pub(crate) fn with_recording(mut self, file: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(file) = file {
            self.recorder = Recorder::open(file).map_err(anyhow::Error::msg)?;
        }
        Ok(self)
    }

    /// Takes over the terminal, runs the client and restores the terminal.
    ///
    /// # Errors
    /// Returns an error if the runtime, the signals or the terminal cannot be set up, or if the terminal fails.
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        // One thread is enough for a chat, and needs no locks.
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.event_interval(EVENT_INTERVAL).enable_all().build().context("starting the runtime")?;
        let exit = runtime.block_on(self.run_async());
        // A name lookup blocks its thread and cannot be cancelled; do not wait for it.
        runtime.shutdown_background();
        exit
    }

    async fn run_async(self) -> anyhow::Result<Exit> {
        let Self { peer, config, sources, network, recorder } = self;
        let LoadedConfig { options, servers, keys, themes, file, warnings } = config;
        let (mouse, keeps_history) = (options.mouse, options.keeps_history && !matches!(peer, Peer::Recording(_)));
        let first_options = match &peer {
            Peer::Remote(Target::Server(server)) => server.options.clone(),
            _ => options.clone(),
        };
        install_panic_hook();
        // The next three can fail, so they come before the terminal is taken over. Signals also come first, so that none
        // can end the process without restoring the terminal.
        let signals = Signals::listen().context("listening for signals")?;
        let keyboard = Keyboard::open().context("listening to the keyboard")?;
        let kind = options.frontend;
        let theme_cache = theme_cache(&options.appearance, &first_options, &themes).map_err(anyhow::Error::msg)?;
        let (guard, frontend) = take_terminal(kind, theme_cache).context("taking over the terminal")?;
        let list_mode = if kind == FrontendKind::Lines { ListMode::Numbered } else { ListMode::Filtered };
        let app = App::new(options).with_servers(servers).with_keys(keys).with_themes(themes).with_file(file);
        let (system, mut app) = (RealSystem::default(), app.with_listing(list_mode));
        let now = Now { elapsed: Duration::ZERO, wall: system.local_time() };
        let (handle_sender, server_handles) = mpsc::channel();
        let (mut first_update, hosted_server) = match peer {
            Peer::Remote(Target::Server(server)) => (app.open_server(&server), HostedServerFeed::default()),
            Peer::Remote(Target::Endpoint(endpoint)) => (app.open(endpoint), HostedServerFeed::default()),
            Peer::Remote(Target::StartPage) => (app.start(now), HostedServerFeed::default()),
            Peer::Recording(player) => (app.play(now, player), HostedServerFeed::default()),
            Peer::Hosted(HostedServer { endpoint, banner, notices, client_count, handle }) => {
                // The receiver is in scope, so that sending cannot fail.
                let _ = handle_sender.send(handle);
                (app.host(now, endpoint, &banner), HostedServerFeed::new(notices, client_count))
            }
        };
        app.defer_until_backlog(now, &mut first_update.effects);
        app.warn(now, &warnings);
        if mouse == MouseCapture::On {
            first_update.effects.push(Effect::Mouse(mouse));
        }
        let client = EventLoop::new(frontend, keyboard, system, signals, Arc::new(network));
        let history = if keeps_history { HistoryStore::open(history_path()) } else { HistoryStore::none() };
        let reload = move || match sources.load(&Environment::of_process()) {
            Ok(loaded) => Ok(loaded.config),
            Err(error) => Err(error.while_running()),
        };
        let client = client.with_hosted_server(hosted_server.with_starter(InProcessServers { handles: handle_sender }));
        let mut client = client.with_history(history).with_config_loader(Arc::new(reload)).with_recorder(recorder);
        let exit = client.run(&mut app, first_update).await;
        drop(guard);
        if let Some(message) = client.farewell_message() {
            print_status(message);
        }
        client.close().await.iter().for_each(|message| print_status(message));
        server_handles.try_iter().for_each(ServerHandle::stop);
        exit
    }
}

/// Takes over the terminal and creates the frontend for it. Dropping the guard restores the terminal.
fn take_terminal(kind: FrontendKind, theme_cache: ThemeCache) -> io::Result<(TerminalGuard, Box<dyn Frontend>)> {
    if kind == FrontendKind::Lines {
        let out = unbuffered_stdout()?;
        return Ok((TerminalGuard::enter_inline()?, Box::new(LineMode::new(out))));
    }
    let guard = TerminalGuard::enter()?;
    let out = Ansi16Writer::new(io::stdout(), theme_cache.depth() == ColorDepth::Sixteen);
    Ok((guard, Box::new(FullScreen::new(Terminal::new(FrameBackend::new(out))?).with_themes(theme_cache))))
}

/// Resolves the configured theme, or the one that suits the terminal, with the colour depth of the first tab.
///
/// # Errors
/// Returns a sentence if the theme has errors.
fn theme_cache(global: &Appearance, first_options: &Settings, themes: &ThemeRegistry) -> Result<ThemeCache, String> {
    let value = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let [no_color, colorterm, term, colorfgbg] = ["NO_COLOR", "COLORTERM", "TERM", "COLORFGBG"].map(value);
    let env = TerminalEnv {
        no_color: no_color.as_deref(),
        colorterm: colorterm.as_deref(),
        term: term.as_deref(),
        colorfgbg: colorfgbg.as_deref(),
    };
    let (name, _) = global.resolve(&env, Priority::Default);
    let [depth, depth_on_demand] = [first_options.appearance_priority(), Priority::Explicit]
        .map(|priority| first_options.appearance.resolve(&env, priority).1);
    // Otherwise crossterm would obey `NO_COLOR` even with `--color`.
    crossterm::style::force_color_output(true);
    Ok(ThemeCache::new(ResolvedTheme::new(themes.get(&name)?, depth)).with_forced_depth(depth_on_demand))
}
