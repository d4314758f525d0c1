//! What a tab is called, and where it belongs.

use super::{LinkState, Tab};
use crate::app::Options;
use crate::app::server::Server;
use crate::link::Endpoint;

impl Tab {
    /// What it is called in the bar: the name of its server, or else the address.
    pub fn label(&self) -> String {
        match (&self.name, &self.endpoint) {
            (Some(name), _) => name.clone(),
            (None, Some(endpoint)) => endpoint.to_string(),
            (None, None) => "new".to_owned(),
        }
    }

    /// The name of its server in the settings file, if it has one there.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// How to behave on this server.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// Makes it the tab of a server that has a name.
    pub(in crate::app) fn settle_at(&mut self, server: &Server) {
        self.name = Some(server.name.clone());
        self.behave(&server.options);
    }

    /// Makes it the tab of an address that has no name.
    pub(in crate::app) fn settle_nowhere(&mut self) {
        self.name = None;
    }

    /// Behaves like this from now on.
    pub(in crate::app) fn behave(&mut self, options: &Options) {
        self.options = options.clone();
        self.eol = options.eol;
        self.nick.clone_from(&options.nick);
        self.look_through(options.lens);
        self.set_who(options.who.clone());
        self.set_words(options.words.clone());
        if let Some(nick) = &options.nick {
            self.attention.ask_for(&self.transcript, nick);
        }
    }

    /// Whether it is where that leads: by name if there is one, else by address.
    pub(in crate::app) fn is_at(&self, name: Option<&str>, endpoint: &Endpoint) -> bool {
        match name {
            Some(name) => self.name.as_deref() == Some(name),
            None => self.endpoint.as_ref() == Some(endpoint),
        }
    }

    /// Whether nobody would miss it: it has never been connected, and nothing else has been tried but to.
    pub(in crate::app) fn leads_nowhere(&self) -> bool {
        !self.has_been_open && matches!(self.link, LinkState::Idle | LinkState::Closed { .. })
    }
}
