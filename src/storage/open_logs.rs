//! Logs that are open, and where they are.

use crate::app::logging::{Framing, LogFolder, LogPath};
use crate::storage::{self, AppendUnit, CreateParents, DeviceId, LogFile};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Files that are open at once: a process has some hundreds, and a program with more tabs is to have some left for them.
const OPEN: usize = 64;

/// Days whose logs are looked into for the last lines, at most.
const DAYS: usize = 14;

/// Bytes of them from which on no earlier day is looked into.
const TAIL: usize = 4 << 20;

/// Bytes for a log.
#[derive(Debug, PartialEq, Eq)]
pub struct LogAppend {
    /// Which.
    pub place: LogPath,
    /// What.
    pub bytes: Vec<u8>,
    /// What it is made of.
    pub framing: Framing,
    /// Bytes beyond which it is put aside and begun anew; 0 never.
    pub max_size: u64,
}

impl LogAppend {
    /// Memory that it takes until it is written.
    pub const fn cost(&self) -> u64 {
        const REST: usize = 256;
        (self.bytes.len() + REST) as u64
    }
}

/// Where logs are.
#[derive(Debug, Clone)]
pub struct LogFolders {
    usual: Option<PathBuf>,
}

impl LogFolders {
    /// The logs that the program names itself are here.
    pub const fn new(usual: Option<PathBuf>) -> Self {
        Self { usual }
    }

    fn path(&self, folder: LogFolder, path: &str) -> Result<PathBuf, String> {
        match (folder, &self.usual) {
            (LogFolder::Literal, _) => storage::expand_path(path),
            (LogFolder::Default, Some(usual)) => Ok(usual.join(path)),
            (LogFolder::Default, None) => Err("HOME is not set; name a log file: /log FILE.".to_owned()),
        }
    }

    /// What sentences call a log.
    pub fn shown(&self, place: &LogPath) -> String {
        match place.folder {
            LogFolder::Literal => place.path.clone(),
            LogFolder::Default => {
                self.path(place.folder, &place.path).map_or(place.path.clone(), |path| storage::display_path(&path))
            }
        }
    }

    /// The last lines of a log, and where it has fewer those of the same log on the days before; and the path of the latest
    /// of them as it is told.
    ///
    /// # Errors
    /// The sentence that says why it cannot be read.
    pub fn tail(&self, place: &LogPath, lines: usize) -> Result<(String, Vec<u8>), String> {
        let own = self.path(place.folder, &place.path)?;
        let (mut latest, mut parts, mut found) = (None, Vec::new(), 0);
        for path in std::iter::once(own.clone()).chain(self.earlier(place, &own)) {
            let part = match storage::tail(&path, lines.saturating_sub(found)) {
                Ok(part) => part,
                // What there is of later days is worth more than why there is no more of it.
                Err(_) if latest.is_some() => break,
                Err(unread) => return Err(storage::read_error_message(&self.shown(place), u64::MAX, &unread)),
            };
            if !part.is_empty() {
                found += memchr::memchr_iter(b'\n', &part).count();
                latest.get_or_insert(path);
                parts.push(part);
            }
            if found >= lines || parts.iter().map(Vec::len).sum::<usize>() >= TAIL {
                break;
            }
        }
        parts.reverse();
        Ok((storage::display_path(&latest.unwrap_or(own)), parts.concat()))
    }

    /// The same log on earlier days, the latest first.
    fn earlier(&self, place: &LogPath, own: &Path) -> impl Iterator<Item = PathBuf> {
        let around = place.date_split.as_ref();
        let around = around.and_then(|(before, behind)| Some((self.path(place.folder, before).ok()?, behind)));
        let paths = around.map(|(before, behind)| storage::dated_predecessors(own, &before, behind));
        paths.into_iter().flatten().take(DAYS - 1)
    }
}

/// The log files that are open, least recently used closed first.
#[derive(Debug)]
pub struct OpenLogs {
    folders: LogFolders,
    /// Those that have been opened so far.
    files: HashMap<LogPath, OpenLog>,
    /// Counts what is written.
    time: u64,
}

#[derive(Debug)]
struct OpenLog {
    /// Nothing while it is closed.
    file: Option<LogFile>,
    /// Where it was opened for the first time.
    disk: Option<DeviceId>,
    used: u64,
}

impl OpenLogs {
    /// None is open.
    pub fn new(folders: LogFolders) -> Self {
        Self { folders, files: HashMap::new(), time: 0 }
    }

    /// Appends to a log. Gives the path of one that was opened for the first time.
    ///
    /// # Errors
    /// The sentence; then the log is forgotten, and the next time is the first one.
    pub fn append(&mut self, append: &LogAppend) -> Result<Option<String>, String> {
        let path = self.folders.path(append.place.folder, &append.place.path)?;
        let is_first = !self.files.contains_key(&append.place);
        match self.write(&path, append) {
            Ok(()) => Ok(is_first.then(|| storage::display_path(&path))),
            Err(error) => {
                self.files.remove(&append.place);
                Err(storage::not_logged(&self.folders.shown(&append.place), &path, &error))
            }
        }
    }

    fn write(&mut self, path: &Path, append: &LogAppend) -> std::io::Result<()> {
        self.time += 1;
        let is_open = |kept: &OpenLog| kept.file.is_some();
        if !self.files.get(&append.place).is_some_and(is_open) {
            self.close_one_of(OPEN);
        }
        let kept = self.files.entry(append.place.clone()).or_insert(OpenLog { file: None, disk: None, used: 0 });
        kept.used = self.time;
        let file = match &mut kept.file {
            Some(file) => file,
            closed => closed.insert(match kept.disk {
                Some(disk) => LogFile::reopen(path, disk)?,
                None => LogFile::open(path, missing(append.place.folder))?,
            }),
        };
        kept.disk = Some(file.disk());
        file.append(&append.bytes, unit(append.framing), append.max_size)
    }

    /// Closes the log that has not been written for the longest time, if so many are open.
    fn close_one_of(&mut self, open: usize) {
        let files = self.files.values_mut().filter(|kept| kept.file.is_some());
        if files.count() >= open {
            let files = self.files.values_mut().filter(|kept| kept.file.is_some());
            if let Some(oldest) = files.min_by_key(|kept| kept.used) {
                oldest.file = None;
            }
        }
    }
}

const fn missing(folder: LogFolder) -> CreateParents {
    match folder {
        LogFolder::Default => CreateParents::All,
        LogFolder::Literal => CreateParents::Last,
    }
}

const fn unit(ending: Framing) -> AppendUnit {
    match ending {
        Framing::Lines => AppendUnit::Line,
        Framing::Bytes => AppendUnit::Byte,
    }
}

#[cfg(test)]
mod tests;
