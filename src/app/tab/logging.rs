//! What of a tab is logged, and what was logged before it.

use super::Tab;
use crate::app::log::{Backlog, Standing, asked_of_backlog, read_backlog};
use crate::app::transcript::{Forgotten, RowId, RowKind};
use crate::app::{Effect, LogStep, Now};
use crate::link::LinkCommand;
use crate::text::sanitize_line;

impl Tab {
    /// How it stands with its logs.
    pub const fn logging(&self) -> Standing {
        self.log.standing()
    }

    /// What words or bytes say, as they are shown, marks in words.
    pub(in crate::app) fn said(&self, kind: RowKind, bytes: &[u8]) -> String {
        crate::app::picking::read(self.lens().of(kind), bytes)
    }

    /// Rows from this one on are for the log, whatever becomes of them.
    pub(in crate::app) const fn want_from(&mut self, from: Option<RowId>) {
        self.transcript.want_from(from);
    }

    /// Those that were forgotten since.
    pub(in crate::app) fn take_forgotten(&mut self) -> Vec<Forgotten> {
        self.transcript.take_forgotten()
    }

    /// Holds back what is for the link until the last rows of the log are there. What else is wanted of it meanwhile is
    /// not kept waiting.
    pub(in crate::app) fn after_backlog(&mut self, now: Now, effect: Effect) -> Vec<Effect> {
        let is_open = matches!(effect, Effect::Link(_, LinkCommand::Open { .. }));
        match std::mem::replace(&mut self.backlog, Backlog::Over) {
            Backlog::NotYet if !is_open => {
                self.backlog = Backlog::NotYet;
                vec![effect]
            }
            Backlog::NotYet => match self.log_before(now) {
                Some(step) => {
                    self.backlog = Backlog::Awaited(vec![effect]);
                    vec![Effect::Log(step)]
                }
                None => vec![effect],
            },
            Backlog::Awaited(mut held) => {
                held.push(effect);
                held
            }
            Backlog::Over => vec![effect],
        }
    }

    /// Where the last rows of the log are, if they are wanted and can be had.
    fn log_before(&self, now: Now) -> Option<LogStep> {
        let wish = &self.options().log;
        let place = wish.place(self.endpoint()?, now.wall)?;
        let lines = asked_of_backlog(wish.backlog);
        (wish.backlog > 0).then_some(LogStep::Tail { tab: self.id(), place, lines })
    }

    /// Shows rows of a log in front of what comes.
    pub(in crate::app) fn show_past(&mut self, now: Now, path: &str, bytes: &[u8]) {
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
            self.transcript.note(RowKind::Past, &row.words, at);
        }
        // It would be read back the next time.
        self.log.leave_out(self.transcript.next());
        self.transcript.note(RowKind::Rule, &words, now.wall);
        self.keep_up(&[]);
        // It is no news.
        self.unseen = self.transcript.next();
    }
}
