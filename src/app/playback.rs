//! A recording that is played: the tabs hear again what they heard, at the times at which they heard it.
//!
//! The tape is gone through in its order. Each entry is told to the tab of its link with the time it has on the tape, so
//! the messages come out as they were, in every view. What the program itself said then was recorded too, and what it would
//! say now is not said. Nothing leaves the program meanwhile: there is nobody at the other end.
//!
//! Where one is on the tape is a number of entries, the *goal*; the clock moves it while the tape runs, keys and `Enter` with
//! a time move it anywhere. [`Event::Due`](super::Event::Timer) catches up with it, a piece at a time, so that a key never waits
//! for a long recording. To go back is to begin anew: the tabs forget what they heard.

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

/// Bytes told to the tabs at once: a few milliseconds' worth.
const MAX_BATCH_BYTES: usize = 1 << 20;

/// Entries told to the tabs at once.
const MAX_BATCH_ENTRIES: usize = 1024;

/// What is played, and where one is.
#[derive(Debug)]
pub struct Player {
    recording: Arc<Recording>,
    /// Where on the tape there is something to see on the wire, as indices of entries.
    wire_steps: Vec<usize>,
    crowd: TabLimitNotice,
    /// Entries that have been told.
    played: usize,
    /// Entries that are to be told.
    target: usize,
    pub(super) clock: Clock,
    /// Whether it waits at its beginning for somebody to let it go on.
    waits: bool,
}

impl Player {
    /// A tape at its beginning, at rest.
    pub fn new(tape: Arc<Recording>) -> Self {
        let stops = tape.entries().iter().enumerate().filter(|(_, entry)| entry.is_wire_event());
        let stops = stops.map(|(index, _)| index).collect();
        let crowd = TabLimitNotice::of(&tape);
        Self { recording: tape, wire_steps: stops, crowd, played: 0, target: 0, clock: Clock::default(), waits: false }
    }

    /// The same at another speed.
    #[must_use]
    pub fn at_speed(mut self, speed: Speed) -> Self {
        self.clock.set_speed(Duration::ZERO, speed);
        self
    }

    /// The same, and it waits at its beginning.
    #[must_use]
    pub const fn paused(mut self) -> Self {
        self.waits = true;
        self
    }

    /// Whose tab is there from the beginning.
    fn first_link(&self) -> Option<LinkId> {
        self.recording.entries().iter().find(|entry| entry.what != EntryKind::Tick).map(RecordingEntry::link)
    }

    /// Where one is on the tape.
    pub fn position(&self, now: Now) -> Duration {
        self.clock.at(now.elapsed).min(self.recording.length())
    }

    /// How long the tape is.
    pub fn length(&self) -> Duration {
        self.recording.length()
    }

    /// How many things one sees on the wire have been told, and how many there are.
    pub fn steps(&self) -> (usize, usize) {
        (self.wire_steps.partition_point(|&stop| stop < self.played), self.wire_steps.len())
    }

    /// Whether it runs, how fast, and where it was when it last changed that.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether all of it has been told.
    pub fn is_over(&self) -> bool {
        self.played >= self.recording.entries().len()
    }

    /// When there is something to do: to go on with, the next entry, or another second to be shown.
    fn deadline(&self) -> Option<Duration> {
        if self.played < self.target {
            return Some(Duration::ZERO);
        }
        let next = self.recording.entries().get(self.target).map(RecordingEntry::elapsed)?;
        let second = Duration::from_secs(self.clock.shown().as_secs() + 1);
        self.clock.when(next.min(second))
    }

    /// Moves the goal to where the clock is.
    fn tick(&mut self, now: Now) {
        if self.clock.is_running() {
            self.clock.show(now.elapsed);
            self.target = self.target.max(self.recording.entries_until(self.clock.at(now.elapsed)));
            if self.target >= self.recording.entries().len() {
                self.clock.stop_at(self.recording.length());
            }
        }
    }

    /// Takes the next few entries that are to be told.
    fn take(&mut self) -> std::ops::Range<usize> {
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
    /// Plays a recording in place of everything else, from now on.
    pub fn play(&mut self, now: Now, replay: Player) -> Update {
        let notice = replay.recording.damage().sentence();
        self.options.reconnect = super::Reconnect::Never;
        self.options.answer_telnet = false;
        self.options.on_connect = Vec::new();
        (self.options.secret_command, self.options.secret_file) = (String::new(), String::new());
        // It was logged when it was live.
        self.options.log = super::logging::LogConfig::default();
        // Whose it is that was recorded stands on the tape.
        self.options.nick = None;
        let options = self.options.clone();
        match replay.first_link() {
            Some(id) => self.tabs = vec![Tab::new(id, &options)],
            None => self.tab_mut().reassign_to(&options),
        }
        self.replay = Some(replay);
        if let Some(replay) = self.replay.as_mut().filter(|replay| !replay.waits) {
            replay.clock.start(now.elapsed);
        }
        self.status_message = notice;
        self.advance(now)
    }

    /// The recording that is played, if one is.
    pub const fn replay(&self) -> Option<&Player> {
        self.replay.as_ref()
    }

    /// When the recording has something to say.
    pub(super) fn replay_deadline(&self) -> Option<Duration> {
        self.replay.as_ref().and_then(Player::deadline)
    }

    /// Tells the tabs what is due.
    pub(super) fn advance(&mut self, now: Now) -> Update {
        let Some(replay) = &mut self.replay else { return Update::default() };
        replay.tick(now);
        let (told, tape) = (replay.take(), Arc::clone(&replay.recording));
        let crowded = replay.crowd.sentence(&told);
        for entry in tape.entries().get(told).unwrap_or_default() {
            self.apply_entry(entry);
        }
        if let Some((at, sentence)) = crowded {
            let at = tape
                .entries()
                .get(at)
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
        if let Some(tab) = self.tab_on_tape(entry.link()) {
            tab.replay(now, &entry.what);
            // Nobody is called to what was long ago.
            let _ = tab.take_call();
        }
    }

    /// The tab of a link; a new one for a new link, as far as there may be more.
    fn tab_on_tape(&mut self, id: LinkId) -> Option<&mut Tab> {
        if self.place_of(id).is_none() && self.tabs.len() < TABS_LIMIT {
            self.tabs.push(Tab::new(id, &self.options));
            self.next_id = LinkId(self.next_id.0.max(id.0.saturating_add(1)));
            let size = self.viewport.messages;
            self.tab_mut().fit(size);
        }
        self.tab_of(id)
    }

    /// What may be done outside while a recording is played.
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

    /// What is no key of the player's.
    pub(super) fn not_in_replay(&mut self) -> Update {
        self.set_status_message("This is a recording: nothing can be sent. /help shows the keys.")
    }
}

/// The kind of row that words have.
pub(super) const fn kind(mark: crate::recording::NoticeKind) -> RowKind {
    match mark {
        crate::recording::NoticeKind::Notice => RowKind::Notice,
        crate::recording::NoticeKind::Error => RowKind::Error,
        crate::recording::NoticeKind::Rule => RowKind::Separator,
        crate::recording::NoticeKind::Past => RowKind::Backlog,
    }
}

#[cfg(test)]
pub(super) mod tests;
