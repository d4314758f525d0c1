//! `netchat-tui serve`: one of the lab's servers on a terminal of its own.
//!
//! What it says about itself and its clients goes to standard error, what everyone in the room reads (`--echo`) to
//! standard output. A thread of its own does the writing: a terminal that has been stopped with Ctrl-S must not stop
//! the server.

use crate::cli::{ListenOn, ServerOptions};
use crate::commands::signals::Signals;
use crate::server::console::log::Log;
use crate::server::listen::{self, ListenError};
use crate::server::{ConfigurableLimit, Server, ServerEvent, Sink};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

pub use crate::commands::host::{HostedServer, ServerHandle};

/// Why a server could not be started. `Display` is a sentence with the next step.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("{}", with_lan_hint(.0))]
    Listen(#[from] ListenError),
    /// The text for newcomers cannot be had.
    #[error("Cannot read the text for newcomers, {}: {source}. Check --motd.", .path.display())]
    Motd {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system has no runtime for us.
    #[error("Cannot start the server: {0}.")]
    Runtime(#[from] io::Error),
}

/// Bytes of a text for newcomers. Each of them reads it all.
const MOTD: u64 = 64 << 10;

/// A server that listens, with all it needs.
#[derive(Debug)]
pub struct BoundServer {
    pub(super) service: ServerOptions,
    server: Server,
    motd: Vec<u8>,
}

impl BoundServer {
    /// Reads what is to be read, and listens.
    ///
    /// # Errors
    /// The sentence. Nothing has been started then.
    pub fn new(service: ServerOptions) -> Result<Self, ServeError> {
        let motd = match &service.motd {
            Some(path) => read(path).map_err(|source| ServeError::Motd { path: path.clone(), source })?,
            None => Vec::new(),
        };
        let server = Server::bind(&places(&service.place)?, service.limits)?;
        Ok(Self { service, server, motd })
    }

    /// Where it listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        self.server.addresses()
    }

    /// What it is, where it can be reached and what it puts up with, in lines for the one who runs it.
    pub fn banner(&self) -> Vec<String> {
        crate::server::console::banner::startup_banner(&self.service.kind, &self.server)
    }

    /// Runs it on this thread until `stop`.
    ///
    /// # Errors
    /// When the system has no runtime for us.
    pub fn run(self, incidents: Sink, hears: bool, stop: impl Future<Output = ()>) -> io::Result<()> {
        runtime()?.block_on(self.serve(incidents, hears, stop))
    }

    async fn serve(self, incidents: Sink, hears: bool, stop: impl Future<Output = ()>) -> io::Result<()> {
        let room = self.service.kind.room(&self.motd);
        self.server.run(room, incidents, hears, stop).await
    }
}

/// One thread; [`Server`] says why.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Serves until SIGINT, SIGTERM, or SIGHUP. A second one does not wait for the goodbyes.
///
/// # Errors
/// The sentence for what keeps it from starting.
pub fn serve(service: ServerOptions, echo: bool) -> Result<(), ServeError> {
    let is_quiet = service.is_quiet;
    let prepared = BoundServer::new(service)?;
    let runtime = runtime()?;
    // Before anybody is told that it runs: from then on somebody may want to end it.
    let mut signals = {
        let _inside = runtime.enter();
        Signals::listen()
    };
    let log = Log::start(log_line);
    if !is_quiet {
        for line in prepared.banner() {
            log.write_line(line);
        }
        log.write_line("Press Ctrl-C to stop the server.".to_owned());
    }
    let sink = log.sink(is_quiet);
    let (stop, stopped) = oneshot::channel::<()>();
    let served = runtime.block_on(async {
        let second = async {
            signals.next().await;
            drop(stop);
            signals.next().await;
        };
        tokio::select! { biased;
            () = second => Ok(()),
            served = prepared.serve(sink, echo, async { drop(stopped.await) }) => served,
        }
    });
    // With it go the tasks, and with these the last ways to the log.
    drop(runtime);
    log.finish();
    served.map_err(ServeError::from)
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

fn read(path: &PathBuf) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut text = Vec::new();
    if !std::fs::metadata(path)?.is_file() {
        // A pipe would be waited for.
        return Err(io::Error::other("it is not a file"));
    }
    std::fs::File::open(path)?.take(MOTD + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MOTD {
        return Err(io::Error::other(format!("it is longer than {MOTD} bytes")));
    }
    Ok(text)
}

fn places(place: &ListenOn) -> Result<Vec<SocketAddr>, ListenError> {
    match place {
        ListenOn::AllInterfaces(port) => Ok(listen::all_interfaces(*port)),
        ListenOn::Addresses(addresses) => {
            let mut found = Vec::new();
            for address in addresses {
                for address in listen::parse(address)? {
                    // `--listen 12345 --listen localhost:12345` means one twice.
                    if !found.contains(&address) || address.port() == 0 {
                        found.push(address);
                    }
                }
            }
            Ok(found)
        }
    }
}
