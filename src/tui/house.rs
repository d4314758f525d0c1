//! The server in the same process, as the loop sees it: two channels.

use crate::app::HouseNews;
use tokio::sync::{mpsc, watch};

/// News of the server that is hosted here; without one, silence.
#[derive(Debug, Default)]
pub struct House {
    channels: Option<(mpsc::Receiver<String>, watch::Receiver<usize>)>,
}

impl House {
    /// What happens there, and how many clients it has.
    pub const fn new(news: mpsc::Receiver<String>, here: watch::Receiver<usize>) -> Self {
        Self { channels: Some((news, here)) }
    }

    /// The next news. Cancel-safe.
    pub(super) async fn recv(&mut self) -> HouseNews {
        if let Some((news, here)) = &mut self.channels {
            tokio::select! {
                Some(words) = news.recv() => return HouseNews::Said(words),
                Ok(()) = here.changed() => return HouseNews::Here(*here.borrow_and_update()),
                else => {}
            }
            // The server is gone.
            self.channels = None;
        }
        std::future::pending().await
    }
}
