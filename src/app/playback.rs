//! Playback of recordings: the entries are applied to tabs at the times at which they were recorded.
//!
//! Entries are applied in order, each to the tab of its link and with its recorded time, so the messages look as they did
//! live, in every view. Notices of the program are part of the recording; tabs add none themselves during playback.
//! Nothing is sent.
//!
//! The position is a number of entries. The clock advances the *target* position, and seeking sets it. Every
//! [`Event::Timer`](super::Event::Timer) applies a batch of entries up to the target, so that keys stay responsive in a
//! long recording. Seeking backward resets the tabs and starts from the first entry.

pub(super) mod clock;
pub(super) mod seek;
pub(super) mod tab;
pub(super) mod tab_limit;

pub(super) use crate::app::modes::playback::KEYS;
pub use clock::{Clock, Speed};
use tab_limit::TabLimitNotice;

use super::tabs::TABS_LIMIT;
use super::transcript::RowKind;
use super::{App, Effect, LocalTime, Now, Tab, Update};
use crate::link::LinkId;
use crate::recording::{EntryKind, Recording, RecordingEntry};
use std::sync::Arc;
use std::time::Duration;

/// Bytes applied in one batch, which takes a few milliseconds.
const MAX_BATCH_BYTES: usize = 1 << 20;

/// Entries applied in one batch.
const MAX_BATCH_ENTRIES: usize = 1024;

/// A recording that is played, and the position in it.
#[derive(Debug)]
pub struct Player {
    recording: Arc<Recording>,
    /// Indices of the entries that are events on the wire, between which a user can step.
    wire_steps: Vec<usize>,
    limit_notice: TabLimitNotice,
    /// Number of entries that have been applied.
    played: usize,
    /// Number of entries to apply.
    target: usize,
    pub(super) clock: Clock,
    /// Whether it starts paused.
    is_paused_at_start: bool,
}

impl Player {
    /// Creates a player at the start of a recording.
    pub fn new(recording: Arc<Recording>) -> Self {
        let steps = recording.entries().iter().enumerate().filter(|(_, entry)| entry.is_wire_event());
        let wire_steps = steps.map(|(index, _)| index).collect();
        let limit_notice = TabLimitNotice::of(&recording);
        let clock = Clock::default();
        Self { recording, wire_steps, limit_notice, played: 0, target: 0, clock, is_paused_at_start: false }
    }

    /// Sets the speed.
    #[must_use]
    pub fn at_speed(mut self, speed: Speed) -> Self {
        self.clock.set_speed(Duration::ZERO, speed);
        self
    }

    /// Makes it start paused.
    #[must_use]
    pub const fn paused(mut self) -> Self {
        self.is_paused_at_start = true;
        self
    }

    /// Returns the first link, whose tab is open from the start.
    fn first_link(&self) -> Option<LinkId> {
        self.recording.entries().iter().find(|entry| entry.what != EntryKind::Tick).map(RecordingEntry::link)
    }

    /// Returns the position in the recording.
    pub fn position(&self, now: Now) -> Duration {
        self.clock.at(now.elapsed).min(self.recording.length())
    }

    /// Returns the length of the recording.
    pub fn length(&self) -> Duration {
        self.recording.length()
    }

    /// Returns how many events on the wire have been played, and how many there are.
    pub fn steps(&self) -> (usize, usize) {
        (self.wire_steps.partition_point(|&step| step < self.played), self.wire_steps.len())
    }

    /// Returns the clock, with speed and pause.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns whether all entries have been played.
    pub fn is_over(&self) -> bool {
        self.played >= self.recording.entries().len()
    }

    /// Returns when to wake up: at once for the next batch, or else for the next entry or second to display.
    fn deadline(&self) -> Option<Duration> {
        if self.played < self.target {
            return Some(Duration::ZERO);
        }
        let next = self.recording.entries().get(self.target).map(RecordingEntry::elapsed)?;
        let second = Duration::from_secs(self.clock.shown().as_secs() + 1);
        self.clock.when(next.min(second))
    }

    /// Moves the target to the position of the clock.
    fn tick(&mut self, now: Now) {
        if self.clock.is_running() {
            self.clock.show(now.elapsed);
            self.target = self.target.max(self.recording.entries_until(self.clock.at(now.elapsed)));
            if self.target >= self.recording.entries().len() {
                self.clock.stop_at(self.recording.length());
            }
        }
    }

    /// Advances by a batch. Returns the range of its entries.
    fn take_batch(&mut self) -> std::ops::Range<usize> {
        let from = self.played;
        let mut bytes = 0;
        while self.played < self.target.min(from + MAX_BATCH_ENTRIES) && bytes < MAX_BATCH_BYTES {
            let entry = self.recording.entries().get(self.played);
            bytes += entry.map_or(0, |entry| match &entry.what {
                EntryKind::Received(data) | EntryKind::Sent(data) => data.0.len(),
                _ => 0,
            });
            self.played += 1;
        }
        from..self.played
    }
}

impl App {
    /// Switches the app to playback of a recording. Settings that would send or log are turned off.
    pub fn play(&mut self, now: Now, replay: Player) -> Update {
        let notice = replay.recording.damage().message();
        self.options.reconnect = super::Reconnect::Never;
        self.options.answer_telnet = false;
        self.options.on_connect = Vec::new();
        (self.options.secret_command, self.options.secret_file) = (String::new(), String::new());
        self.options.log = super::logging::LogConfig::default();
        // The recording contains the nickname.
        self.options.nick = None;
        let options = self.options.clone();
        match replay.first_link() {
            Some(id) => self.tabs = vec![Tab::new(id, &options)],
            None => self.tab_mut().reassign_to(&options),
        }
        self.replay = Some(replay);
        if let Some(replay) = self.replay.as_mut().filter(|replay| !replay.is_paused_at_start) {
            replay.clock.start(now.elapsed);
        }
        self.status_message = notice;
        self.advance(now)
    }

    /// Returns the player during playback.
    pub const fn replay(&self) -> Option<&Player> {
        self.replay.as_ref()
    }

    /// Returns when playback has something to do.
    pub(super) fn replay_deadline(&self) -> Option<Duration> {
        self.replay.as_ref().and_then(Player::deadline)
    }

    /// Applies a batch of entries that are due.
    pub(super) fn advance(&mut self, now: Now) -> Update {
        let Some(replay) = &mut self.replay else { return Update::default() };
        replay.tick(now);
        let (batch, recording) = (replay.take_batch(), Arc::clone(&replay.recording));
        let limit_notice = replay.limit_notice.sentence(&batch);
        for entry in recording.entries().get(batch).unwrap_or_default() {
            self.apply_entry(entry);
        }
        if let Some((index, sentence)) = limit_notice {
            let at = recording
                .entries()
                .get(index)
                .map_or(now, |entry| Now { elapsed: entry.elapsed(), wall: LocalTime(entry.wall) });
            self.add_notice(at, RowKind::Notice, &sentence);
        }
        if self.has_tabs() {
            self.enforce_memory_limit();
        }
        Update::redraw(true)
    }

    fn apply_entry(&mut self, entry: &RecordingEntry) {
        let now = Now { elapsed: entry.elapsed(), wall: LocalTime(entry.wall) };
        if entry.what == EntryKind::Tick {
            self.tabs.iter_mut().for_each(|tab| tab.replay(now, &entry.what));
            return;
        }
        if let Some(tab) = self.recorded_tab(entry.link()) {
            tab.replay(now, &entry.what);
            // Recorded mentions do not alert the user.
            let _ = tab.take_pending_alert();
        }
    }

    /// Returns the tab of a recorded link. Opens a tab for a new link, up to [`TABS_LIMIT`].
    fn recorded_tab(&mut self, id: LinkId) -> Option<&mut Tab> {
        if self.place_of(id).is_none() && self.tabs.len() < TABS_LIMIT {
            self.tabs.push(Tab::new(id, &self.options));
            self.next_id = LinkId(self.next_id.0.max(id.0.saturating_add(1)));
            let size = self.viewport.messages;
            self.tab_mut().fit(size);
        }
        self.tab_of(id)
    }

    /// Removes effects that must not happen during playback: connecting, sending, hosting and storing history.
    pub(super) fn drop_external_effects(&self, effects: &mut Vec<Effect>) {
        if self.replay.is_some() {
            effects.retain(|effect| {
                !matches!(
                    effect,
                    Effect::Link(..)
                        | Effect::DropLink(_)
                        | Effect::StartServer(_)
                        | Effect::AppendHistory(_)
                        | Effect::SaveRecentServer(_)
                        | Effect::DeleteRecentServer(_)
                )
            });
        }
    }

    /// Shows that a key or command is not available during playback.
    pub(super) fn not_in_replay(&mut self) -> Update {
        self.set_status_message("This is a recording: nothing can be sent. /help shows the keys.")
    }
}

/// Returns the row kind of a recorded notice.
pub(super) const fn notice_row_kind(mark: crate::recording::NoticeKind) -> RowKind {
    match mark {
        crate::recording::NoticeKind::Notice => RowKind::Notice,
        crate::recording::NoticeKind::Error => RowKind::Error,
        crate::recording::NoticeKind::Rule => RowKind::Separator,
        crate::recording::NoticeKind::Past => RowKind::Backlog,
    }
}

#[cfg(test)]
pub(super) mod tests;
