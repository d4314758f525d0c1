//! What a tab is called, and where it belongs.

use super::{LinkState, Tab};
use crate::app::settings::servers::is_same;
use crate::link::Endpoint;

impl Tab {
    /// What it is called in the bar: the name of its server, or else the address.
    pub fn title(&self) -> String {
        match (self.name(), &self.endpoint) {
            (Some(name), _) => name.to_owned(),
            (None, Some(endpoint)) => endpoint.to_string(),
            (None, None) => "new".to_owned(),
        }
    }

    /// The name of its server in the settings file, if it has one there.
    pub fn name(&self) -> Option<&str> {
        self.options.server.as_deref()
    }

    /// Whether it is where that leads: by name if there is one, else by address. Where the address of a name has changed,
    /// a connection to the old one is somewhere else.
    pub(in crate::app) fn is_for(&self, name: Option<&str>, endpoint: &Endpoint) -> bool {
        let has_address = self.endpoint.as_ref().is_some_and(|own| is_same(own, endpoint));
        let is_alive = matches!(self.link, LinkState::Opening(_) | LinkState::Open { .. });
        match name {
            Some(name) => self.name() == Some(name) && (has_address || !is_alive),
            None => has_address,
        }
    }

    /// Whether nobody would miss it: it has never been connected, and nothing else has been tried but to.
    pub(in crate::app) fn is_unused(&self) -> bool {
        !self.has_been_open && matches!(self.link, LinkState::Idle | LinkState::Closed { .. })
    }
}
