//! The link between a tab and its logs: rows to be logged, and the backlog shown before connecting.

use super::Tab;
use crate::app::logging::{BacklogState, LogStatus, asked_of_backlog, read_backlog};
use crate::app::transcript::{EvictedRow, RowId, RowKind};
use crate::app::{Effect, LogCommand, Now};
use crate::link::LinkCommand;
use crate::text::sanitize_line;

impl Tab {
    /// Returns the status of the tab's logs.
    pub const fn logging(&self) -> LogStatus {
        self.log.standing()
    }

    /// Returns the text of a row as displayed, with marks written out.
    pub(in crate::app) fn row_text(&self, kind: RowKind, bytes: &[u8]) -> String {
        crate::app::view::render::row_text(self.view_options().of(kind), bytes)
    }

    /// Keeps rows from this one on for the log even when they are evicted from the transcript.
    pub(in crate::app) const fn retain_from(&mut self, from: Option<RowId>) {
        self.transcript.keep_evicted_from(from);
    }

    /// Takes the rows that were evicted since the last call.
    pub(in crate::app) fn take_evicted(&mut self) -> Vec<EvictedRow> {
        self.transcript.take_evicted()
    }

    /// Holds back the first connect until the backlog has been read. Returns the effects to carry out now; any other
    /// effect that arrives meanwhile releases the held one.
    pub(in crate::app) fn defer_connect(&mut self, now: Now, effect: Effect) -> Vec<Effect> {
        let is_open = matches!(effect, Effect::Link(_, LinkCommand::Open { .. }));
        match std::mem::replace(&mut self.backlog, BacklogState::Done) {
            BacklogState::Pending if !is_open => {
                self.backlog = BacklogState::Pending;
                vec![effect]
            }
            BacklogState::Pending => match self.backlog_path(now) {
                Some(step) => {
                    self.backlog = BacklogState::Loading(vec![effect]);
                    vec![Effect::Log(step)]
                }
                None => vec![effect],
            },
            BacklogState::Loading(mut held) => {
                held.push(effect);
                held
            }
            BacklogState::Done => vec![effect],
        }
    }

    /// Returns the command that reads the backlog, if one is wanted and rows are logged.
    fn backlog_path(&self, now: Now) -> Option<LogCommand> {
        let config = &self.options().log;
        let place = config.place(self.endpoint()?, now.wall)?;
        let lines = asked_of_backlog(config.backlog);
        (config.backlog > 0).then_some(LogCommand::Tail { tab: self.id(), log: place, lines })
    }

    /// Shows the last rows of a log above the new connection.
    pub(in crate::app) fn show_backlog(&mut self, now: Now, path: &str, bytes: &[u8]) {
        let config = self.options().log.clone();
        let rows = read_backlog(config.format, self.view_options().charset, bytes, config.backlog);
        if rows.is_empty() {
            return;
        }
        let words = match rows.len() {
            1 => format!("the last line of {}", sanitize_line(path)),
            count => format!("the last {count} lines of {}", sanitize_line(path)),
        };
        let mut at = rows.iter().find_map(|row| row.at).unwrap_or(now.wall);
        for row in rows {
            // A row without a time takes that of the row before it.
            at = row.at.unwrap_or(at);
            self.transcript.note(RowKind::Backlog, &row.words, at);
        }
        // If the separator were logged, it would be read back the next time.
        self.log.skip_row(self.transcript.next());
        self.transcript.note(RowKind::Separator, &words, now.wall);
        self.on_transcript_changed(&[]);
        // The backlog is not unread.
        self.unseen = self.transcript.next();
    }
}
