//! One of the logs of a tab: what is wanted of it, and the file that it is in.

use super::{LOG_END_LINE, LogFormat, LogPath, LogStatus, LogTarget};
use crate::app::settings::servers::is_same;
use crate::app::time::LocalTime;
use crate::link::Endpoint;

/// One log file of a tab: its settings, its state, and the output for it.
#[derive(Debug, Default)]
pub(super) struct LogSink {
    /// What was wanted when it was looked at last, and in which format.
    wanted: (LogTarget, LogFormat),
    state: SinkState,
}

#[derive(Debug, Default)]
enum SinkState {
    #[default]
    Off,
    /// Nothing has been written so far.
    Pending,
    /// Into this file, for this server.
    On(LogPath, Endpoint),
    /// This file could not be written.
    Failed(LogPath),
}

/// Text for a file.
#[derive(Debug)]
pub(super) struct LogWrite {
    pub(super) place: LogPath,
    pub(super) format: LogFormat,
    /// It may be empty where the log is over.
    pub(super) bytes: Vec<u8>,
    /// Nothing more comes from this tab.
    pub(super) is_over: bool,
}

impl LogWrite {
    /// The last of a log: these bytes, and the words for it.
    fn last(place: LogPath, format: LogFormat, mut bytes: Vec<u8>, at: LocalTime) -> Self {
        bytes.extend(format.said(LOG_END_LINE, at));
        Self { place, format, bytes, is_over: true }
    }
}

/// For which server, when, and whether the tab ends then.
#[derive(Debug, Clone, Copy)]
pub(super) struct WriteContext<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) at: LocalTime,
    pub(super) is_last: bool,
}

impl LogSink {
    /// Takes notice of what is wanted. Gives the end of the file that is left for it, if one was written: `rest` has what
    /// is still to be said in it, in its format.
    pub(super) fn reconfigure(
        &mut self,
        to: &LogTarget,
        format: LogFormat,
        at: LocalTime,
        rest: impl FnOnce(LogFormat) -> Vec<u8>,
    ) -> Option<LogWrite> {
        if (&self.wanted.0, self.wanted.1) == (to, format) {
            return None;
        }
        let (_, before) = std::mem::replace(&mut self.wanted, (to.clone(), format));
        let state = if *to == LogTarget::Off { SinkState::Off } else { SinkState::Pending };
        match std::mem::replace(&mut self.state, state) {
            SinkState::On(place, _) => Some(LogWrite::last(place, before, rest(before), at)),
            SinkState::Off | SinkState::Pending | SinkState::Failed(_) => None,
        }
    }

    /// What is to be written now that there are these bytes for it. The files that the program names end with `extension`.
    pub(super) fn write(&mut self, mut bytes: Vec<u8>, extension: &str, moment: WriteContext<'_>) -> Vec<LogWrite> {
        let WriteContext { endpoint, at, is_last } = moment;
        let is_there = matches!(&self.state, SinkState::On(_, of) if is_same(of, endpoint));
        // Of a new day only where there is something to be said on it.
        if !self.is_on() || is_there && bytes.is_empty() && !is_last {
            return Vec::new();
        }
        let ((to, format), mut pieces) = (&self.wanted, Vec::new());
        let Some(place) = to.place(extension, endpoint, at) else { return pieces };
        let place = match std::mem::take(&mut self.state) {
            SinkState::On(own, _) if is_there && (own == place || bytes.is_empty()) => own,
            before => {
                bytes.splice(0..0, format.said(&super::begins(endpoint), at)).for_each(drop);
                if let SinkState::On(own, _) = before
                    && !is_there
                {
                    pieces.push(LogWrite::last(own, *format, Vec::new(), at));
                }
                place
            }
        };
        self.state = SinkState::On(place.clone(), endpoint.clone());
        if is_last {
            pieces.push(LogWrite::last(place, *format, bytes, at));
        } else if !bytes.is_empty() {
            pieces.push(LogWrite { place, format: *format, bytes, is_over: false });
        }
        pieces
    }

    /// Tries again if it has failed in one of these files.
    pub(super) fn retry(&mut self, places: &[LogPath]) {
        if matches!(&self.state, SinkState::Failed(own) if places.contains(own)) {
            self.state = SinkState::Pending;
        }
    }

    /// The file that is written, or could not be.
    pub(super) const fn place(&self) -> Option<&LogPath> {
        match &self.state {
            SinkState::On(place, _) | SinkState::Failed(place) => Some(place),
            SinkState::Off | SinkState::Pending => None,
        }
    }

    /// This file cannot be written. Says whether it was this one's.
    pub(super) fn fail(&mut self, place: &LogPath) -> bool {
        let was_ours = matches!(&self.state, SinkState::On(own, _) if own == place);
        if was_ours {
            self.state = SinkState::Failed(place.clone());
        }
        was_ours
    }

    /// Whether nothing is wanted, nor was before.
    pub(super) fn is_idle(&self, to: &LogTarget) -> bool {
        *to == LogTarget::Off && matches!(self.state, SinkState::Off)
    }

    pub(super) const fn is_on(&self) -> bool {
        matches!(self.state, SinkState::Pending | SinkState::On(..))
    }

    /// Whether it is kept byte for byte.
    pub(super) fn is_raw(&self) -> bool {
        self.is_on() && self.wanted.1 == LogFormat::Raw
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
