//! The server in the same process, as the loop sees it: two channels, and somebody who can start one.

use crate::app::{Event, HostEvent, StartServerError};
use crate::link::Endpoint;
use std::fmt;
use tokio::sync::{mpsc, watch};

/// News of the server that is hosted here; without one, silence.
#[derive(Debug, Default)]
pub struct HostedServerFeed {
    channels: Option<(mpsc::Receiver<String>, watch::Receiver<usize>)>,
    landlord: Option<Box<dyn ServerStarter>>,
    /// What the landlord has answered.
    answer: Option<Result<(Endpoint, Vec<String>), StartServerError>>,
}

/// Starts servers in this process, which end with it.
pub trait ServerStarter: fmt::Debug {
    /// Starts a chat on this port of the loopback, or on any that is free if it is 0.
    ///
    /// # Errors
    /// The sentence, and where another program has the port.
    fn start(&mut self, port: u16) -> Result<StartedServer, StartServerError>;
}

/// A server that has been started.
#[derive(Debug)]
pub struct StartedServer {
    /// Where the client joins it.
    pub endpoint: Endpoint,
    /// What it says about itself, in lines.
    pub join_instructions: Vec<String>,
    /// What happens that the room does not tell by itself.
    pub notices: mpsc::Receiver<String>,
    /// How many clients there are.
    pub client_count: watch::Receiver<usize>,
}

impl HostedServerFeed {
    /// What happens there, and how many clients it has.
    pub fn new(news: mpsc::Receiver<String>, here: watch::Receiver<usize>) -> Self {
        Self { channels: Some((news, here)), ..Self::default() }
    }

    /// The same with somebody who starts a server when it is wanted.
    #[must_use]
    pub fn with_landlord(self, landlord: impl ServerStarter + 'static) -> Self {
        Self { landlord: Some(Box::new(landlord)), ..self }
    }

    /// Starts a chat on this port. The answer is the next news. It takes no longer than listening does.
    pub(crate) fn host(&mut self, port: u16) {
        let none = || StartServerError { sentence: "No server can be started here.".to_owned(), taken: None };
        let landlord = self.landlord.as_mut().ok_or_else(none);
        let room = landlord.and_then(|landlord| landlord.start(port));
        self.answer = Some(room.map(
            |StartedServer { endpoint, join_instructions: introduction, notices: news, client_count: here }| {
                self.channels = Some((news, here));
                (endpoint, introduction)
            },
        ));
    }

    /// The next news. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        if let Some(answer) = self.answer.take() {
            return Event::ServerStarted(answer);
        }
        if let Some((news, here)) = &mut self.channels {
            tokio::select! {
                Some(words) = news.recv() => return HostEvent::Notice(words).into(),
                Ok(()) = here.changed() => return HostEvent::ClientCount(*here.borrow_and_update()).into(),
                else => {}
            }
            // The server is gone.
            self.channels = None;
        }
        std::future::pending().await
    }
}
