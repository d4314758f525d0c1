//! The file of the servers that were visited, which several of these programs may have at once.
//!
//! `{"servers":[{"address":"127.0.0.1:12345","t":1700000000000,"state":"closed by server"}]}`, the latest first: where, when
//! (milliseconds since 1970), how it went; `name` if it has one. What later versions add to an entry is kept.
//!
//! Whoever changes it has the lock beside it, reads it, and puts a new one in its place: of two programs each keeps what the
//! other has added, and one that is killed at it leaves the old file or the new one. A file that cannot be read is set
//! aside under another name, and what can be read of it is kept.

use super::private_file;
use crate::app::{LocalTime, RecentServer};
use crate::link::Endpoint;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Bytes of a file that can be ours. Of each text in it so many characters are taken.
const LIMIT: u64 = 1 << 20;
const TEXT: usize = 200;

/// Damaged files that are kept. The last place is taken again.
const DAMAGED: usize = 5;

/// The file `servers.json`, shared by several programs.
#[derive(Debug)]
pub(super) struct RecentServersFile {
    path: PathBuf,
}

/// What is to be changed.
#[derive(Debug)]
pub(super) enum Change {
    Save(RecentServer),
    Delete(Endpoint),
}

/// What has been read.
#[derive(Debug, Default)]
pub(super) struct LoadedServers {
    /// The latest first.
    pub(super) visits: Vec<RecentServer>,
    /// Where a damaged file is now.
    pub(super) aside: Option<PathBuf>,
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

/// A file as it was read.
#[derive(Debug, Default)]
struct ParsedServers {
    entries: Vec<(RecentServer, Map<String, Value>)>,
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

    /// What is in the file; nothing if it does not exist.
    pub(super) fn read(&self) -> io::Result<LoadedServers> {
        if !private_file::exists(&self.path)? {
            return Ok(LoadedServers::default());
        }
        let path = self.path.canonicalize()?;
        let lock = private_file::lock(&path);
        let page = ParsedServers::read(&path)?;
        // Without the lock somebody may be changing it. It stays as it is where that fails: what could be read is told.
        let aside = if lock.is_some() { page.repair(&path).unwrap_or_default() } else { None };
        Ok(LoadedServers { visits: page.entries.into_iter().map(|(visit, _)| visit).collect(), aside })
    }

    /// Makes these changes, in this order. Says where a file is now that was found damaged at that.
    pub(super) fn change(&self, changes: Vec<Change>) -> io::Result<Option<PathBuf>> {
        private_file::create_parents(&self.path)?;
        // A link is followed; what it leads to need not be there.
        let path = if private_file::exists(&self.path)? { self.path.canonicalize()? } else { self.path.clone() };
        let _lock = private_file::lock(&path).ok_or_else(|| io::Error::other("the folder is not writable"))?;
        let mut page =
            if private_file::exists(&path)? { ParsedServers::read(&path)? } else { ParsedServers::default() };
        // First, since it is lost otherwise.
        let aside = page.repair(&path)?;
        for change in changes {
            page.change(change);
        }
        private_file::replace(&path, &page.written()?)?;
        Ok(aside)
    }
}

impl ParsedServers {
    fn read(path: &Path) -> io::Result<Self> {
        let mut text = Vec::new();
        File::open(path)?.take(LIMIT + 1).read_to_end(&mut text)?;
        let written = if text.len() as u64 > LIMIT { None } else { serde_json::from_slice(&text).ok() };
        let Some(JsonFile { servers, other }) = written else {
            // Empty is what a machine that lost its power may leave; there is nothing to be kept of it.
            let damage = if text.is_empty() { RecentServersDamage::Nothing } else { RecentServersDamage::Complete };
            return Ok(Self { damage, ..Self::default() });
        };
        let count = servers.len();
        let entries: Vec<_> = servers.into_iter().filter_map(entry).take(RecentServer::MAX_RECENT).collect();
        let damage = if entries.len() < count.min(RecentServer::MAX_RECENT) {
            RecentServersDamage::Partial
        } else {
            RecentServersDamage::Nothing
        };
        Ok(Self { entries, other, damage })
    }

    /// Sets a damaged file aside, and leaves in its place what could be read of it. Says where it is now.
    fn repair(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let aside = backup_path(path);
        match self.damage {
            RecentServersDamage::Nothing => return Ok(None),
            RecentServersDamage::Complete => fs::rename(path, &aside)?,
            RecentServersDamage::Partial => {
                // A copy, so that at no moment there is no file.
                fs::copy(path, &aside)?;
                private_file::replace(path, &self.written()?)?;
            }
        }
        Ok(Some(aside))
    }

    fn change(&mut self, change: Change) {
        let mut others = Vec::new();
        let mut visits = Vec::new();
        for (visit, other) in std::mem::take(&mut self.entries) {
            others.push((visit.endpoint.clone(), other));
            visits.push(visit);
        }
        match change {
            Change::Save(visit) => visit.insert_into(&mut visits),
            Change::Delete(endpoint) => RecentServer::forget(&mut visits, &endpoint),
        }
        let other_of = |visit: &RecentServer| others.iter().find(|(endpoint, _)| *endpoint == visit.endpoint);
        self.entries = visits
            .into_iter()
            .map(|visit| {
                let other = other_of(&visit).map(|(_, other)| other.clone()).unwrap_or_default();
                (visit, other)
            })
            .collect();
    }

    fn written(&self) -> io::Result<Vec<u8>> {
        let servers = self.entries.iter().map(|(visit, other)| {
            serde_json::to_value(ServerRecord {
                address: visit.endpoint.to_string(),
                name: visit.name.clone(),
                t: utc(visit.at),
                state: visit.last_result.clone(),
                other: other.clone(),
            })
        });
        let written = JsonFile { servers: servers.collect::<Result<_, _>>()?, other: self.other.clone() };
        let mut text = serde_json::to_vec_pretty(&written)?;
        text.push(b'\n');
        Ok(text)
    }
}

/// Reads an entry. Nothing where it is none of ours.
fn entry(value: Value) -> Option<(RecentServer, Map<String, Value>)> {
    let ServerRecord { address, name, t, state, other } = serde_json::from_value(value).ok()?;
    let cut = |text: String| text.chars().take(TEXT).collect();
    let endpoint = Endpoint::parse(&address).ok()?;
    Some((RecentServer { name: name.map(cut), endpoint, at: local(t), last_result: cut(state) }, other))
}

/// The name for a damaged file.
fn backup_path(path: &Path) -> PathBuf {
    let name = |n: usize| private_file::sibling_path(path, &format!(".damaged-{n}"));
    let is_free = |name: &PathBuf| !fs::exists(name).unwrap_or(true);
    (1..DAMAGED).map(name).find(is_free).unwrap_or_else(|| name(DAMAGED))
}

/// The file has the time everywhere the same; the core has that of the clock on the wall. How long ago something was comes
/// out right if both are moved by what holds now.
fn offset() -> i64 {
    i64::from(chrono::Local::now().offset().local_minus_utc()) * 1000
}

fn utc(at: LocalTime) -> u64 {
    at.0.saturating_add_signed(-offset())
}

fn local(t: u64) -> LocalTime {
    LocalTime(t.saturating_add_signed(offset()))
}

#[cfg(test)]
mod tests;
