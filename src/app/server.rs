//! Servers that are known: those of the settings file, and those that were visited.

use super::Options;
use super::keys::Keymap;
use super::time::Wall;
use crate::link::Endpoint;
use crate::looks::Themes;

/// A server with a name, from the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub endpoint: Endpoint,
    /// How to behave there: the options of everywhere with its own over them, and what was said on the command line over both.
    pub options: Options,
}

impl Server {
    /// The one of this name, in capitals or not.
    pub fn find<'a>(servers: &'a [Self], name: &str) -> Option<&'a Self> {
        servers.iter().find(|server| server.name.to_lowercase() == name.to_lowercase())
    }
}

/// A server that was visited, and how that went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Its name in the settings file, if it has one.
    pub name: Option<String>,
    /// Where it is.
    pub endpoint: Endpoint,
    /// When, milliseconds since 1970 in local time as everywhere in the core.
    pub at: Wall,
    /// How it stood last, in a few words: `closed by server`, `refused`.
    pub state: String,
}

/// What the settings come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configured {
    /// How to behave where nothing else is said.
    pub options: Options,
    /// The servers that have a name, in the order of the file.
    pub servers: Vec<Server>,
    /// What keys mean.
    pub keys: Keymap,
    /// The themes there are.
    pub themes: Themes,
    /// The file they were read from, as it is told; nothing where there is none.
    pub file: Option<String>,
}
