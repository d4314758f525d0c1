//! Runs a lab server without a client, for `netchat-tui serve`.
//!
//! The log goes to standard error, and with `--echo` the messages that all clients receive go to standard output. A
//! separate thread writes both, so that a terminal stopped with Ctrl-S does not stop the server.

use crate::commands::signals::Signals;
use crate::server::console::log::Log;
use crate::server::listen::{self, ListenError};
use crate::server::{ConfigurableLimit, ListenOn, Server, ServerEvent, ServerOptions, Sink};
use crate::storage;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

pub(crate) use crate::commands::host::{HostedServer, ServerHandle};

/// An error that keeps a server from starting. `Display` is a sentence with the next step.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    /// The server cannot listen on an address.
    #[error("{}", with_lan_hint(.0))]
    Listen(#[from] ListenError),
    /// The file of `--motd` cannot be read.
    #[error("Cannot read {}: {}. Check --motd.", .path.display(), storage::os_error_text(.source))]
    Motd {
        /// Path of the file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The async runtime cannot be created, or the server failed while running.
    #[error("Cannot start the server: {0}.")]
    Runtime(#[from] io::Error),
}

/// Largest file of `--motd` in bytes. All of it is sent to each person who joins.
const MAX_MOTD_BYTES: u64 = 64 << 10;

/// A server that has bound its addresses and is ready to run.
#[derive(Debug)]
pub(crate) struct BoundServer {
    pub(super) options: ServerOptions,
    server: Server,
    motd: Vec<u8>,
}

impl BoundServer {
    /// Reads the file of `--motd` and binds the addresses.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or an address cannot be bound.
    pub(crate) fn new(options: ServerOptions) -> Result<Self, ServeError> {
        let motd = match &options.motd {
            Some(path) => read_motd(path).map_err(|source| ServeError::Motd { path: path.clone(), source })?,
            None => Vec::new(),
        };
        let server = Server::bind(&resolve(&options.listen_on)?, options.limits)?;
        Ok(Self { options, server, motd })
    }

    /// Returns the bound addresses.
    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        self.server.addresses()
    }

    /// Returns the lines of the startup banner: addresses and kind, commands to join, and limits.
    pub(crate) fn banner(&self) -> Vec<String> {
        crate::server::console::banner::startup_banner(&self.options.kind, &self.server)
    }

    /// Runs the server on this thread until `stop` completes. Events go to `sink`, and with `reports_broadcasts` also the
    /// messages that all clients receive.
    ///
    /// # Errors
    /// Returns an error if the runtime cannot be created.
    pub(crate) fn run(self, sink: Sink, reports_broadcasts: bool, stop: impl Future<Output = ()>) -> io::Result<()> {
        runtime()?.block_on(self.serve(sink, reports_broadcasts, stop))
    }

    async fn serve(self, sink: Sink, reports_broadcasts: bool, stop: impl Future<Output = ()>) -> io::Result<()> {
        let room = self.options.kind.room(&self.motd);
        self.server.run(room, sink, reports_broadcasts, stop).await
    }
}

/// Creates a single-threaded runtime; [`Server`] explains why one thread is enough.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Runs a server until SIGINT, SIGTERM or SIGHUP. The first signal shuts it down gracefully, a second one at once.
///
/// # Errors
/// Returns an error if the server cannot start.
pub(crate) fn serve(options: ServerOptions, echo: bool) -> Result<(), ServeError> {
    let is_quiet = options.is_quiet;
    let server = BoundServer::new(options)?;
    let runtime = runtime()?;
    // Before the banner: a script that has read it may send a signal.
    let mut signals = {
        let _inside = runtime.enter();
        Signals::listen()
    };
    let log = Log::start(log_line);
    if !is_quiet {
        for line in server.banner() {
            log.write_line(line);
        }
        log.write_line("Press Ctrl-C to stop the server.".to_owned());
    }
    let sink = log.sink(is_quiet);
    let (stop, stopped) = oneshot::channel::<()>();
    let result = runtime.block_on(async {
        let second_signal = async {
            signals.next().await;
            drop(stop);
            signals.next().await;
        };
        tokio::select! { biased;
            () = second_signal => Ok(()),
            result = server.serve(sink, echo, async { drop(stopped.await) }) => result,
        }
    });
    // Drops the tasks, and with them the last senders of the log.
    drop(runtime);
    log.finish();
    result.map_err(ServeError::from)
}

/// Adds `--lan` to the error for an address that this machine does not have.
fn with_lan_hint(error: &ListenError) -> String {
    let hint = if error.is_address_unavailable() { " --lan does the same." } else { "" };
    format!("{error}{hint}")
}

/// Formats an event for the log and names the option that changes the limit it is about.
pub(super) fn log_line(event: &ServerEvent) -> String {
    let option = match event.limit() {
        Some(ConfigurableLimit::Clients) => "--max-clients",
        Some(ConfigurableLimit::ClientsPerAddress) => "--max-per-address",
        Some(ConfigurableLimit::LineRate) => "--rate",
        None => return event.to_string(),
    };
    format!("{event} ({option})")
}

fn read_motd(path: &PathBuf) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut text = Vec::new();
    if !std::fs::metadata(path)?.is_file() {
        // Opening a named pipe blocks until someone writes to it.
        return Err(io::Error::other("it is not a regular file"));
    }
    std::fs::File::open(path)?.take(MAX_MOTD_BYTES + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_MOTD_BYTES {
        return Err(io::Error::other(format!("it has more than {MAX_MOTD_BYTES} bytes")));
    }
    Ok(text)
}

/// Resolves the addresses to listen on.
fn resolve(listen_on: &ListenOn) -> Result<Vec<SocketAddr>, ListenError> {
    match listen_on {
        ListenOn::AllInterfaces(port) => Ok(listen::all_interfaces(*port)),
        ListenOn::Addresses(addresses) => {
            let mut resolved = Vec::new();
            for address in addresses {
                for address in listen::parse(address)? {
                    // `--listen 12345 --listen localhost:12345` gives one address twice; port 0 is never the same.
                    if !resolved.contains(&address) || address.port() == 0 {
                        resolved.push(address);
                    }
                }
            }
            Ok(resolved)
        }
    }
}
