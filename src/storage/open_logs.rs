//! The set of open log files, and where logs are.

use crate::app::logging::{Framing, LogFolder, LogPath};
use crate::storage::{self, AppendUnit, CreateParents, DeviceId, LogFile};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Maximum number of files open at once. A process may have only a few hundred, and connections need some too.
const MAX_OPEN_FILES: usize = 64;

/// Maximum number of days whose logs are read for a tail.
const MAX_TAIL_DAYS: usize = 14;

/// Number of bytes after which a tail reads no earlier day.
const TAIL_BYTES: usize = 4 << 20;

/// Bytes to be appended to a log.
#[derive(Debug, PartialEq, Eq)]
pub struct LogAppend {
    /// The log to append to.
    pub log: LogPath,
    /// The bytes to append; with [`Framing::Lines`], whole lines.
    pub bytes: Vec<u8>,
    /// Whether the log consists of lines or of bytes.
    pub framing: Framing,
    /// Size in bytes above which the log is rotated; 0 for never.
    pub max_size: u64,
}

impl LogAppend {
    /// Returns the approximate memory used until this is written, in bytes.
    pub const fn memory_size(&self) -> u64 {
        const OVERHEAD: usize = 256;
        (self.bytes.len() + OVERHEAD) as u64
    }
}

/// Maps the paths of logs to files.
#[derive(Debug, Clone)]
pub struct LogFolders {
    default: Option<PathBuf>,
}

impl LogFolders {
    /// Creates a mapping with this folder for logs that the program names ([`LogFolder::Default`]).
    pub const fn new(default: Option<PathBuf>) -> Self {
        Self { default }
    }

    fn path(&self, folder: LogFolder, path: &str) -> Result<PathBuf, String> {
        match (folder, &self.default) {
            (LogFolder::Literal, _) => storage::expand_path(path),
            (LogFolder::Default, Some(default)) => Ok(default.join(path)),
            (LogFolder::Default, None) => Err("HOME is not set; name a log file: /log FILE.".to_owned()),
        }
    }

    /// Formats the path of a log for messages.
    pub fn display_path(&self, log: &LogPath) -> String {
        match log.folder {
            LogFolder::Literal => log.path.clone(),
            LogFolder::Default => {
                self.path(log.folder, &log.path).map_or(log.path.clone(), |path| storage::display_path(&path))
            }
        }
    }

    /// Reads the last lines of a log. If it has fewer, continues with the same log of earlier days. Returns the lines, and
    /// the path of the latest file that has any, for messages.
    ///
    /// # Errors
    /// A message for the user, if the log cannot be read.
    pub fn tail(&self, log: &LogPath, lines: usize) -> Result<(String, Vec<u8>), String> {
        let log_file = self.path(log.folder, &log.path)?;
        let (mut latest, mut parts, mut line_count) = (None, Vec::new(), 0);
        for path in std::iter::once(log_file.clone()).chain(self.earlier_days(log, &log_file)) {
            let part = match storage::tail(&path, lines.saturating_sub(line_count)) {
                Ok(part) => part,
                // The lines found so far are more useful than an error about an older file.
                Err(_) if latest.is_some() => break,
                Err(error) => return Err(storage::read_error_message(&self.display_path(log), u64::MAX, &error)),
            };
            if !part.is_empty() {
                line_count += memchr::memchr_iter(b'\n', &part).count();
                latest.get_or_insert(path);
                parts.push(part);
            }
            if line_count >= lines || parts.iter().map(Vec::len).sum::<usize>() >= TAIL_BYTES {
                break;
            }
        }
        parts.reverse();
        Ok((storage::display_path(&latest.unwrap_or(log_file)), parts.concat()))
    }

    /// Returns the files of the same log of earlier days, latest first.
    fn earlier_days(&self, log: &LogPath, log_file: &Path) -> impl Iterator<Item = PathBuf> {
        let date_split = log.date_split.as_ref();
        let date_split = date_split.and_then(|(prefix, suffix)| Some((self.path(log.folder, prefix).ok()?, suffix)));
        let paths = date_split.map(|(prefix, suffix)| storage::dated_predecessors(log_file, &prefix, suffix));
        paths.into_iter().flatten().take(MAX_TAIL_DAYS - 1)
    }
}

/// The open log files. At most 64 are open at once; the least recently written one is closed first.
#[derive(Debug)]
pub struct OpenLogs {
    folders: LogFolders,
    /// All logs written so far, including those closed for others.
    files: HashMap<LogPath, OpenLog>,
    /// Number of appends so far: the clock for [`OpenLog::last_used`].
    append_count: u64,
}

#[derive(Debug)]
struct OpenLog {
    /// `None` while closed.
    file: Option<LogFile>,
    /// The disk on which it was opened first.
    disk: Option<DeviceId>,
    last_used: u64,
}

impl OpenLogs {
    /// Creates a set without open logs.
    pub fn new(folders: LogFolders) -> Self {
        Self { folders, files: HashMap::new(), append_count: 0 }
    }

    /// Appends to a log, and opens it if necessary. Returns its path for messages if it was opened for the first time.
    ///
    /// # Errors
    /// A message for the user. The log counts as never opened then.
    pub fn append(&mut self, append: &LogAppend) -> Result<Option<String>, String> {
        let path = self.folders.path(append.log.folder, &append.log.path)?;
        let is_first = !self.files.contains_key(&append.log);
        match self.write(&path, append) {
            Ok(()) => Ok(is_first.then(|| storage::display_path(&path))),
            Err(error) => {
                self.files.remove(&append.log);
                Err(storage::log_error_message(&self.folders.display_path(&append.log), &path, &error))
            }
        }
    }

    fn write(&mut self, path: &Path, append: &LogAppend) -> std::io::Result<()> {
        self.append_count += 1;
        let is_open = |log: &OpenLog| log.file.is_some();
        if !self.files.get(&append.log).is_some_and(is_open) {
            self.close_oldest_if_full(MAX_OPEN_FILES);
        }
        let log = self.files.entry(append.log.clone()).or_insert(OpenLog { file: None, disk: None, last_used: 0 });
        log.last_used = self.append_count;
        let file = match &mut log.file {
            Some(file) => file,
            closed => closed.insert(match log.disk {
                Some(disk) => LogFile::reopen(path, disk)?,
                None => LogFile::open(path, create_parents(append.log.folder))?,
            }),
        };
        log.disk = Some(file.disk());
        file.append(&append.bytes, unit(append.framing), append.max_size)
    }

    /// Closes the least recently written log if `max` are open.
    fn close_oldest_if_full(&mut self, max: usize) {
        let open = self.files.values_mut().filter(|log| log.file.is_some());
        if open.count() >= max {
            let open = self.files.values_mut().filter(|log| log.file.is_some());
            if let Some(oldest) = open.min_by_key(|log| log.last_used) {
                oldest.file = None;
            }
        }
    }
}

const fn create_parents(folder: LogFolder) -> CreateParents {
    match folder {
        LogFolder::Default => CreateParents::All,
        LogFolder::Literal => CreateParents::Last,
    }
}

const fn unit(framing: Framing) -> AppendUnit {
    match framing {
        Framing::Lines => AppendUnit::Line,
        Framing::Bytes => AppendUnit::Byte,
    }
}

#[cfg(test)]
mod tests;
