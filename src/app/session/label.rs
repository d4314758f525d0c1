//! The title of a tab, and which server it belongs to.

use super::{LinkState, Tab};
use crate::app::settings::servers::is_same;
use crate::link::Endpoint;

impl Tab {
    /// Returns the title for the tab bar: the name of the server, or else its address.
    pub fn title(&self) -> String {
        match (self.name(), &self.endpoint) {
            (Some(name), _) => name.to_owned(),
            (None, Some(endpoint)) => endpoint.to_string(),
            (None, None) => "new".to_owned(),
        }
    }

    /// Returns the server's name in the settings file, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.options.server.as_deref()
    }

    /// Returns whether the tab belongs to a server, which is compared by name if it has one and else by address. If the
    /// address of a name has changed, a connection to the old address does not belong to it.
    pub(in crate::app) fn is_for(&self, name: Option<&str>, endpoint: &Endpoint) -> bool {
        let has_address = self.endpoint.as_ref().is_some_and(|own| is_same(own, endpoint));
        let is_alive = matches!(self.link, LinkState::Opening(_) | LinkState::Open { .. });
        match name {
            Some(name) => self.name() == Some(name) && (has_address || !is_alive),
            None => has_address,
        }
    }

    /// Returns whether the tab can be reused: it has never been connected and is not connecting.
    pub(in crate::app) fn is_unused(&self) -> bool {
        !self.has_been_open && matches!(self.link, LinkState::Idle | LinkState::Closed { .. })
    }
}
