//! One of the two logs of a tab: its settings and its current file.

use super::{LOG_END_LINE, LogFormat, LogPath, LogStatus, LogTarget};
use crate::app::settings::servers::is_same;
use crate::app::time::LocalTime;
use crate::link::Endpoint;

/// One log of a tab: its settings and its state.
#[derive(Debug, Default)]
pub(super) struct LogSink {
    /// Target and format as of the last [`reconfigure`](Self::reconfigure).
    config: (LogTarget, LogFormat),
    state: SinkState,
}

#[derive(Debug, Default)]
enum SinkState {
    #[default]
    Off,
    /// Turned on; nothing has been written yet.
    Pending,
    /// Writing to this file, for this server.
    On(LogPath, Endpoint),
    /// This file could not be written.
    Failed(LogPath),
}

/// Output for a log file.
#[derive(Debug)]
pub(super) struct LogWrite {
    pub(super) place: LogPath,
    pub(super) format: LogFormat,
    /// May be empty if this is the last write.
    pub(super) bytes: Vec<u8>,
    /// Whether this is the tab's last write to the file.
    pub(super) is_last: bool,
}

impl LogWrite {
    /// Creates the last write of a log: `bytes` and the end line.
    fn last(place: LogPath, format: LogFormat, mut bytes: Vec<u8>, at: LocalTime) -> Self {
        bytes.extend(format.notice_line(LOG_END_LINE, at));
        Self { place, format, bytes, is_last: true }
    }
}

/// The server, the time, and whether the tab is closed after this write.
#[derive(Debug, Clone, Copy)]
pub(super) struct WriteContext<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) at: LocalTime,
    pub(super) is_last: bool,
}

impl LogSink {
    /// Applies a new target and format. If that ends a file, returns its last write; `rest` gives the remaining text in
    /// the old format.
    pub(super) fn reconfigure(
        &mut self,
        target: &LogTarget,
        format: LogFormat,
        at: LocalTime,
        rest: impl FnOnce(LogFormat) -> Vec<u8>,
    ) -> Option<LogWrite> {
        if (&self.config.0, self.config.1) == (target, format) {
            return None;
        }
        let (_, before) = std::mem::replace(&mut self.config, (target.clone(), format));
        let state = if *target == LogTarget::Off { SinkState::Off } else { SinkState::Pending };
        match std::mem::replace(&mut self.state, state) {
            SinkState::On(place, _) => Some(LogWrite::last(place, before, rest(before), at)),
            SinkState::Off | SinkState::Pending | SinkState::Failed(_) => None,
        }
    }

    /// Returns the writes for new output, if the log is on. A change of server ends the old file. `extension` is that of
    /// default file names.
    pub(super) fn write(&mut self, mut bytes: Vec<u8>, extension: &str, context: WriteContext<'_>) -> Vec<LogWrite> {
        let WriteContext { endpoint, at, is_last } = context;
        let is_same_server = matches!(&self.state, SinkState::On(_, current) if is_same(current, endpoint));
        // Without output, the file of a new day is not started.
        if !self.is_on() || is_same_server && bytes.is_empty() && !is_last {
            return Vec::new();
        }
        let ((target, format), mut writes) = (&self.config, Vec::new());
        let Some(place) = target.place(extension, endpoint, at) else { return writes };
        let place = match std::mem::take(&mut self.state) {
            SinkState::On(current, _) if is_same_server && (current == place || bytes.is_empty()) => current,
            before => {
                bytes.splice(0..0, format.notice_line(&super::header(endpoint), at)).for_each(drop);
                if let SinkState::On(old, _) = before
                    && !is_same_server
                {
                    writes.push(LogWrite::last(old, *format, Vec::new(), at));
                }
                place
            }
        };
        self.state = SinkState::On(place.clone(), endpoint.clone());
        if is_last {
            writes.push(LogWrite::last(place, *format, bytes, at));
        } else if !bytes.is_empty() {
            writes.push(LogWrite { place, format: *format, bytes, is_last: false });
        }
        writes
    }

    /// Turns the log on again if it failed to write one of these files.
    pub(super) fn retry(&mut self, places: &[LogPath]) {
        if matches!(&self.state, SinkState::Failed(failed) if places.contains(failed)) {
            self.state = SinkState::Pending;
        }
    }

    /// Returns the file that is being written or could not be written.
    pub(super) const fn place(&self) -> Option<&LogPath> {
        match &self.state {
            SinkState::On(place, _) | SinkState::Failed(place) => Some(place),
            SinkState::Off | SinkState::Pending => None,
        }
    }

    /// Notes that a file cannot be written. Returns whether it is this log's file.
    pub(super) fn fail(&mut self, place: &LogPath) -> bool {
        let is_current = matches!(&self.state, SinkState::On(current, _) if current == place);
        if is_current {
            self.state = SinkState::Failed(place.clone());
        }
        is_current
    }

    /// Returns whether the log is off and `target` leaves it off.
    pub(super) fn is_idle(&self, target: &LogTarget) -> bool {
        *target == LogTarget::Off && matches!(self.state, SinkState::Off)
    }

    pub(super) const fn is_on(&self) -> bool {
        matches!(self.state, SinkState::Pending | SinkState::On(..))
    }

    /// Returns whether it is on and in raw format.
    pub(super) fn is_raw(&self) -> bool {
        self.is_on() && self.config.1 == LogFormat::Raw
    }

    pub(super) const fn status_and_path(&self) -> (LogStatus, Option<&LogPath>) {
        let place = if let SinkState::On(place, _) = &self.state { Some(place) } else { None };
        (self.status(), place)
    }

    pub(super) const fn status(&self) -> LogStatus {
        match self.state {
            SinkState::Off => LogStatus::Off,
            SinkState::Pending | SinkState::On(..) => LogStatus::On,
            SinkState::Failed(_) => LogStatus::Failed,
        }
    }
}
