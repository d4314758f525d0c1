//! What of a tab is logged, and what was logged before it.

use super::Tab;
use crate::app::logging::{BacklogState, LogStatus, asked_of_backlog, read_backlog};
use crate::app::transcript::{EvictedRow, RowId, RowKind};
use crate::app::{Effect, LogCommand, Now};
use crate::link::LinkCommand;
use crate::text::sanitize_line;

impl Tab {
    /// How it stands with its logs.
    pub const fn logging(&self) -> LogStatus {
        self.log.standing()
    }

    /// What words or bytes say, as they are shown, marks in words.
    pub(in crate::app) fn row_text(&self, kind: RowKind, bytes: &[u8]) -> String {
        crate::app::modes::copy::row_text(self.lens().of(kind), bytes)
    }

    /// Rows from this one on are for the log, whatever becomes of them.
    pub(in crate::app) const fn retain_from(&mut self, from: Option<RowId>) {
        self.transcript.want_from(from);
    }

    /// Those that were forgotten since.
    pub(in crate::app) fn take_evicted(&mut self) -> Vec<EvictedRow> {
        self.transcript.take_forgotten()
    }

    /// Holds back what is for the link until the last rows of the log are there. What else is wanted of it meanwhile is
    /// not kept waiting.
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

    /// Where the last rows of the log are, if they are wanted and can be had.
    fn backlog_path(&self, now: Now) -> Option<LogCommand> {
        let wish = &self.options().log;
        let place = wish.place(self.endpoint()?, now.wall)?;
        let lines = asked_of_backlog(wish.backlog);
        (wish.backlog > 0).then_some(LogCommand::Tail { tab: self.id(), place, lines })
    }

    /// Shows rows of a log in front of what comes.
    pub(in crate::app) fn show_backlog(&mut self, now: Now, path: &str, bytes: &[u8]) {
        let wish = self.options().log.clone();
        let rows = read_backlog(wish.format, self.lens().charset, bytes, wish.backlog);
        if rows.is_empty() {
            return;
        }
        let words = match rows.len() {
            1 => format!("the last line of {}", sanitize_line(path)),
            count => format!("the last {count} lines of {}", sanitize_line(path)),
        };
        let mut at = rows.iter().find_map(|row| row.at).unwrap_or(now.wall);
        for row in rows {
            // A clock that was set back would make rows of different days stand in each other's order.
            at = row.at.unwrap_or(at);
            self.transcript.note(RowKind::Backlog, &row.words, at);
        }
        // It would be read back the next time.
        self.log.skip_row(self.transcript.next());
        self.transcript.note(RowKind::Separator, &words, now.wall);
        self.keep_up(&[]);
        // It is no news.
        self.unseen = self.transcript.next();
    }
}
