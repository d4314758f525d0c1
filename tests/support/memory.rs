//! A network of memory: names, addresses and connections as the test wants them, on whatever clock tokio has.

use futures_util::future::BoxFuture;
use netchat_tui::net::{Duplex, Network};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

/// Bytes a pipe holds, like a socket's buffer.
const PIPE: usize = 64 * 1024;

/// Result of an attempt to connect to an address.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// It works, after this time.
    Accept(Duration),
    /// It fails.
    Refuse(io::ErrorKind),
    /// Nothing, ever.
    Nothing,
}

/// An in-memory network with configurable connect results.
#[derive(Debug)]
pub(crate) struct Memory {
    names: HashMap<String, Vec<SocketAddr>>,
    answers: Mutex<HashMap<SocketAddr, Answer>>,
    accepted: mpsc::UnboundedSender<DuplexStream>,
    dialled: Mutex<Vec<(SocketAddr, Instant)>>,
}

/// The far ends of connections as they are made.
pub(crate) type Accepted = mpsc::UnboundedReceiver<DuplexStream>;

impl Memory {
    /// Every literal address accepts at once; names are those given, all others take for ever to look up.
    pub(crate) fn new(names: &[(&str, &[&str])]) -> (Arc<Self>, Accepted) {
        let (accepted, receiver) = mpsc::unbounded_channel();
        let addresses = |list: &[&str]| list.iter().map(|addr| addr.parse().unwrap()).collect();
        let names = names.iter().map(|(name, list)| ((*name).to_owned(), addresses(list))).collect();
        let memory = Self { names, answers: Mutex::default(), accepted, dialled: Mutex::default() };
        (Arc::new(memory), receiver)
    }

    pub(crate) fn answer(&self, addr: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(addr.parse().unwrap(), answer);
    }

    /// The addresses tried so far, and when.
    pub(crate) fn dialled(&self) -> Vec<(SocketAddr, Instant)> {
        self.dialled.lock().unwrap().clone()
    }
}

impl Network for Memory {
    fn resolve<'a>(&'a self, host: &'a str, _port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move {
            match self.names.get(host) {
                Some(list) if list.is_empty() => Err(io::Error::other("Name or service not known")),
                Some(list) => Ok(list.clone()),
                None => std::future::pending().await,
            }
        })
    }

    fn connect(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>> {
        self.dialled.lock().unwrap().push((addr, Instant::now()));
        let answer = self.answers.lock().unwrap().get(&addr).copied().unwrap_or(Answer::Accept(Duration::ZERO));
        Box::pin(async move {
            match answer {
                Answer::Accept(after) => {
                    sleep(after).await;
                    let (near, far) = tokio::io::duplex(PIPE);
                    // A test that does not look at the far end drops it: the peer hangs up.
                    let _ = self.accepted.send(far);
                    Ok(Box::new(near) as Box<dyn Duplex>)
                }
                Answer::Refuse(kind) => Err(kind.into()),
                Answer::Nothing => std::future::pending().await,
            }
        })
    }
}
