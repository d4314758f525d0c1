//! Starting a server in this process, and its events for the loop.

use crate::app::{Event, HostEvent, StartServerError};
use crate::link::Endpoint;
use std::fmt;
use tokio::sync::{mpsc, watch};

/// Events of the server in this process, if there is one, and the means to start it.
#[derive(Debug, Default)]
pub struct HostedServerFeed {
    channels: Option<(mpsc::Receiver<String>, watch::Receiver<usize>)>,
    starter: Option<Box<dyn ServerStarter>>,
    /// Result of the last start, until it is received.
    started: Option<Result<(Endpoint, Vec<String>), StartServerError>>,
}

/// Starts servers in this process, which end with it.
pub trait ServerStarter: fmt::Debug {
    /// Starts a chat server on this port of the loopback interface, or on a free port for 0.
    ///
    /// # Errors
    /// When the port cannot be opened: a sentence, and the server's endpoint if another program has the port.
    fn start(&mut self, port: u16) -> Result<StartedServer, StartServerError>;
}

/// Server that has been started in this process.
#[derive(Debug)]
pub struct StartedServer {
    /// Address for the client's own connection.
    pub endpoint: Endpoint,
    /// Lines that tell others how to join.
    pub join_instructions: Vec<String>,
    /// Messages for the user that the server does not send to its clients.
    pub notices: mpsc::Receiver<String>,
    /// Number of connected clients.
    pub client_count: watch::Receiver<usize>,
}

impl HostedServerFeed {
    /// Receives the notices and the number of clients of a running server.
    pub fn new(notices: mpsc::Receiver<String>, client_count: watch::Receiver<usize>) -> Self {
        Self { channels: Some((notices, client_count)), ..Self::default() }
    }

    /// Lets the user start a server while the client runs.
    #[must_use]
    pub fn with_starter(self, starter: impl ServerStarter + 'static) -> Self {
        Self { starter: Some(Box::new(starter)), ..self }
    }

    /// Starts a chat server on this port. [`HostedServerFeed::recv`] returns the result. Blocks only as long as binding
    /// the port takes.
    pub(crate) fn start(&mut self, port: u16) {
        let unavailable =
            || StartServerError { message: "No server can be started here.".to_owned(), address_in_use: None };
        let starter = self.starter.as_mut().ok_or_else(unavailable);
        self.started = Some(starter.and_then(|starter| starter.start(port)).map(|server| {
            self.channels = Some((server.notices, server.client_count));
            (server.endpoint, server.join_instructions)
        }));
    }

    /// Returns the next event; waits forever if there is no server. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        if let Some(started) = self.started.take() {
            return Event::ServerStarted(started);
        }
        if let Some((notices, client_count)) = &mut self.channels {
            tokio::select! {
                Some(notice) = notices.recv() => return HostEvent::Notice(notice).into(),
                Ok(()) = client_count.changed() => {
                    return HostEvent::ClientCount(*client_count.borrow_and_update()).into();
                }
                else => {}
            }
            // Both channels are closed: the server has ended.
            self.channels = None;
        }
        std::future::pending().await
    }
}
