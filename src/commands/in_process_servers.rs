//! Rooms that are let while the client runs.

use crate::app::StartServerError;
use crate::cli::ServerOptions;
use crate::commands::serve::{BoundServer, HostedServer, ServeError, ServerHandle};
use crate::link::Endpoint;
use crate::server::listen::ListenError;
use crate::tui::{ServerStarter, StartedServer};
use std::io::ErrorKind;
use std::sync::mpsc;

/// Starts servers while the client runs, and hands on how they are ended.
#[derive(Debug)]
pub(crate) struct InProcessServers(pub(crate) mpsc::Sender<ServerHandle>);

impl ServerStarter for InProcessServers {
    fn start(&mut self, port: u16) -> Result<StartedServer, StartServerError> {
        let hosted = BoundServer::new(ServerOptions::chat(port))
            .and_then(HostedServer::start)
            .map_err(|error| not_hosted(&error))?;
        let HostedServer { endpoint, introduction, news, here, end } = hosted;
        // Without somebody to end it, it ends by itself.
        let _ = self.0.send(end);
        Ok(StartedServer { endpoint, join_instructions: introduction, notices: news, client_count: here })
    }
}

/// Why no chat was started, and what to do instead: there is no command line here to give another port on.
fn not_hosted(error: &ServeError) -> StartServerError {
    let taken = match error {
        ServeError::Listen(ListenError::Refused { address, source }) if source.kind() == ErrorKind::AddrInUse => {
            Endpoint::new(&address.ip().to_string(), address.port()).ok()
        }
        _ => None,
    };
    let sentence = taken.as_ref().map_or_else(
        || error.to_string(),
        |taken| {
            let port = taken.port();
            format!(
                "Port {port} is already in use. If it is a chat, join it: {taken}. Or host on any free port: /host 0."
            )
        },
    );
    StartServerError { sentence, taken }
}
