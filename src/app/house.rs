//! The server that runs in this process and ends with it.

use super::transcript::RowKind;
use super::{App, Event, LinkState, Now, Outcome};
use crate::link::Endpoint;

/// What the server lets us know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HouseNews {
    /// A line for the one who runs it.
    Said(String),
    /// So many clients are in.
    Here(usize),
}

/// A server hosted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct House {
    /// How we are connected to it ourselves.
    endpoint: Endpoint,
    here: usize,
}

impl App {
    /// Takes note of a server that ends with this program, says what it has to say about itself, and joins it.
    pub fn host(&mut self, now: Now, endpoint: Endpoint, introduction: &[String]) -> Outcome {
        self.house = Some(House { endpoint: endpoint.clone(), here: 0 });
        for line in introduction {
            self.note(now, RowKind::Notice, line);
        }
        self.open(endpoint)
    }

    /// Clients, beside our own, for whom the server hosted here would end with us.
    pub fn guests(&self) -> usize {
        let Some(house) = &self.house else { return 0 };
        let is_ours =
            |tab: &&super::Tab| tab.endpoint() == Some(&house.endpoint) && matches!(tab.link(), LinkState::Open { .. });
        house.here.saturating_sub(self.tabs.iter().filter(is_ours).count())
    }

    pub(super) fn house_news(&mut self, now: Now, news: HouseNews) -> Outcome {
        match news {
            HouseNews::Said(words) => {
                self.note(now, RowKind::Notice, &words);
                Outcome::changed(true)
            }
            HouseNews::Here(here) => {
                if let Some(house) = &mut self.house {
                    house.here = here;
                }
                // It stands in the question, if that is being asked.
                Outcome::changed(true)
            }
        }
    }
}

impl From<HouseNews> for Event {
    fn from(news: HouseNews) -> Self {
        Self::House(news)
    }
}
