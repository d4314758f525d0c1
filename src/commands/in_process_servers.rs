//! Starts servers in this process while the client runs, for `/host`.

use crate::app::StartServerError;
use crate::commands::serve::{BoundServer, HostedServer, ServeError, ServerHandle};
use crate::link::Endpoint;
use crate::server::ServerOptions;
use crate::server::listen::ListenError;
use crate::tui::{ServerStarter, StartedServer};
use std::io::ErrorKind;
use std::sync::mpsc;

/// Starts servers and passes on the handles that stop them.
#[derive(Debug)]
pub(crate) struct InProcessServers {
    /// Receives the handle of each server.
    pub(crate) handles: mpsc::Sender<ServerHandle>,
}

impl ServerStarter for InProcessServers {
    fn start(&mut self, port: u16) -> Result<StartedServer, StartServerError> {
        let hosted = BoundServer::new(ServerOptions::chat(port))
            .and_then(HostedServer::start)
            .map_err(|error| start_error(&error))?;
        let HostedServer { endpoint, banner, notices, client_count, handle } = hosted;
        // Without a receiver the handle is dropped, which stops the server.
        let _ = self.handles.send(handle);
        Ok(StartedServer { endpoint, join_instructions: banner, notices, client_count })
    }
}

/// Converts an error of a start. For a port in use, the sentence suggests commands instead of options.
fn start_error(error: &ServeError) -> StartServerError {
    let address_in_use = match error {
        ServeError::Listen(ListenError::Refused { address, source }) if source.kind() == ErrorKind::AddrInUse => {
            Endpoint::new(&address.ip().to_string(), address.port()).ok()
        }
        _ => None,
    };
    let message = address_in_use.as_ref().map_or_else(
        || error.to_string(),
        |address| {
            let port = address.port();
            format!(
                "Port {port} is already in use. If it is a chat, join it: {address}. Or host on any free port: /host 0."
            )
        },
    );
    StartServerError { message, address_in_use }
}
