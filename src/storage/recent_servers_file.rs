//! The file `servers.json` of recent servers, which several processes may use at once.
//!
//! `{"servers":[{"address":"127.0.0.1:12345","t":1700000000000,"state":"closed by server"}]}`, latest first: address,
//! milliseconds since 1970-01-01 UTC, result of the last connection; `name` if the server has one. Unknown keys of later
//! versions are kept.
//!
//! A change takes the lock file, reads the list and replaces the file: concurrent processes keep each other's changes, and a
//! killed process leaves the old or the new file. A damaged file is saved under another name, and its readable entries are
//! kept.

use super::private_file;
use crate::app::{LocalTime, RecentServer};
use crate::link::Endpoint;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Maximum size of the file, in bytes; a larger one counts as damaged.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Maximum length of a name or result, in characters; longer ones are truncated.
const MAX_TEXT_CHARS: usize = 200;

/// Maximum number of damaged files kept. When all names are taken, the last one is overwritten.
const MAX_BACKUPS: usize = 5;

/// The file `servers.json`, shared by several programs.
#[derive(Debug)]
pub(super) struct RecentServersFile {
    path: PathBuf,
}

/// A change of the list.
#[derive(Debug)]
pub(super) enum Change {
    Save(RecentServer),
    Delete(Endpoint),
}

/// Result of reading the file.
#[derive(Debug, Default)]
pub(super) struct LoadedServers {
    /// Latest first.
    pub(super) servers: Vec<RecentServer>,
    /// Path under which a damaged file was saved.
    pub(super) backup: Option<PathBuf>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct JsonFile {
    servers: Vec<Value>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ServerRecord {
    address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    t: u64,
    #[serde(default)]
    state: String,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// The parsed file, with the unknown keys of each server and of the whole file.
#[derive(Debug, Default)]
struct ParsedServers {
    servers: Vec<(RecentServer, Map<String, Value>)>,
    other: Map<String, Value>,
    damage: RecentServersDamage,
}

/// How much of a file could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum RecentServersDamage {
    #[default]
    Nothing,
    Partial,
    Complete,
}

impl RecentServersFile {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the list; empty if the file does not exist.
    pub(super) fn read(&self) -> io::Result<LoadedServers> {
        if !private_file::exists(&self.path)? {
            return Ok(LoadedServers::default());
        }
        let path = self.path.canonicalize()?;
        let lock = private_file::lock(&path);
        let parsed = ParsedServers::read(&path)?;
        // Without the lock another process may be changing the file. If the repair fails, the readable servers still count.
        let backup = if lock.is_some() { parsed.repair(&path).unwrap_or_default() } else { None };
        Ok(LoadedServers { servers: parsed.servers.into_iter().map(|(server, _)| server).collect(), backup })
    }

    /// Applies changes in order. Returns the path under which a damaged file was saved.
    pub(super) fn change(&self, changes: Vec<Change>) -> io::Result<Option<PathBuf>> {
        private_file::create_parents(&self.path)?;
        // A symlink is followed, unless its target does not exist.
        let path = if private_file::exists(&self.path)? { self.path.canonicalize()? } else { self.path.clone() };
        let _lock = private_file::lock(&path).ok_or_else(|| io::Error::other("the folder is not writable"))?;
        let mut parsed =
            if private_file::exists(&path)? { ParsedServers::read(&path)? } else { ParsedServers::default() };
        // Before the change, which would overwrite the damaged file.
        let backup = parsed.repair(&path)?;
        for change in changes {
            parsed.apply(change);
        }
        private_file::replace(&path, &parsed.to_json()?)?;
        Ok(backup)
    }
}

impl ParsedServers {
    fn read(path: &Path) -> io::Result<Self> {
        let mut text = Vec::new();
        File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut text)?;
        let json = if text.len() as u64 > MAX_FILE_BYTES { None } else { serde_json::from_slice(&text).ok() };
        let Some(JsonFile { servers, other }) = json else {
            // A power loss may leave an empty file, which is not worth a backup.
            let damage = if text.is_empty() { RecentServersDamage::Nothing } else { RecentServersDamage::Complete };
            return Ok(Self { damage, ..Self::default() });
        };
        let count = servers.len();
        let servers: Vec<_> = servers.into_iter().filter_map(parse_server).take(RecentServer::MAX_RECENT).collect();
        let damage = if servers.len() < count.min(RecentServer::MAX_RECENT) {
            RecentServersDamage::Partial
        } else {
            RecentServersDamage::Nothing
        };
        Ok(Self { servers, other, damage })
    }

    /// Saves a damaged file under another name and replaces it by its readable servers. Returns the path of the backup;
    /// `None` if there is no damage.
    fn repair(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let backup = backup_path(path);
        match self.damage {
            RecentServersDamage::Nothing => return Ok(None),
            RecentServersDamage::Complete => fs::rename(path, &backup)?,
            RecentServersDamage::Partial => {
                // A copy, so that the file always exists.
                fs::copy(path, &backup)?;
                private_file::replace(path, &self.to_json()?)?;
            }
        }
        Ok(Some(backup))
    }

    fn apply(&mut self, change: Change) {
        let mut others = Vec::new();
        let mut servers = Vec::new();
        for (server, other) in std::mem::take(&mut self.servers) {
            others.push((server.endpoint.clone(), other));
            servers.push(server);
        }
        match change {
            Change::Save(server) => server.insert_into(&mut servers),
            Change::Delete(endpoint) => RecentServer::forget(&mut servers, &endpoint),
        }
        let other_of = |server: &RecentServer| others.iter().find(|(endpoint, _)| *endpoint == server.endpoint);
        self.servers = servers
            .into_iter()
            .map(|server| {
                let other = other_of(&server).map(|(_, other)| other.clone()).unwrap_or_default();
                (server, other)
            })
            .collect();
    }

    fn to_json(&self) -> io::Result<Vec<u8>> {
        let servers = self.servers.iter().map(|(server, other)| {
            serde_json::to_value(ServerRecord {
                address: server.endpoint.to_string(),
                name: server.name.clone(),
                t: to_utc(server.at),
                state: server.last_result.clone(),
                other: other.clone(),
            })
        });
        let json = JsonFile { servers: servers.collect::<Result<_, _>>()?, other: self.other.clone() };
        let mut text = serde_json::to_vec_pretty(&json)?;
        text.push(b'\n');
        Ok(text)
    }
}

/// Parses one server and its unknown keys. `None` if it is invalid.
fn parse_server(value: Value) -> Option<(RecentServer, Map<String, Value>)> {
    let ServerRecord { address, name, t, state, other } = serde_json::from_value(value).ok()?;
    let truncate = |text: String| text.chars().take(MAX_TEXT_CHARS).collect();
    let endpoint = Endpoint::parse(&address).ok()?;
    let (name, last_result) = (name.map(truncate), truncate(state));
    Some((RecentServer { name, endpoint, at: to_local(t), last_result }, other))
}

/// Returns the first free backup name (`PATH.damaged-1` and so on), or the last one.
fn backup_path(path: &Path) -> PathBuf {
    let name = |number: usize| private_file::sibling_path(path, &format!(".damaged-{number}"));
    let is_free = |name: &PathBuf| !fs::exists(name).unwrap_or(true);
    (1..MAX_BACKUPS).map(name).find(is_free).unwrap_or_else(|| name(MAX_BACKUPS))
}

/// Returns the current offset of local time from UTC, in milliseconds. The file has UTC, the core local time; using today's
/// offset in both directions keeps "how long ago" right across changes of daylight saving time.
fn local_offset_millis() -> i64 {
    i64::from(chrono::Local::now().offset().local_minus_utc()) * 1000
}

fn to_utc(at: LocalTime) -> u64 {
    at.0.saturating_add_signed(-local_offset_millis())
}

fn to_local(t: u64) -> LocalTime {
    LocalTime(t.saturating_add_signed(local_offset_millis()))
}

#[cfg(test)]
mod tests;
