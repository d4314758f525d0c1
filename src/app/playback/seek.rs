//! Other places on the tape, and the ways there.

use super::Player;
use crate::app::{App, Now, Update};
use crate::recording::RecordingEntry;
use std::time::Duration;

/// Where to go on a tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum SeekTarget {
    /// So far forwards.
    Forward(Duration),
    /// So far back.
    Backward(Duration),
    /// To this time.
    Absolute(Duration),
    /// To so many parts in a hundred.
    Percent(u32),
    /// To the next thing on the wire, and rest there.
    NextStep,
    /// To before the last one, and rest there.
    PrevStep,
}

impl SeekTarget {
    /// Reads `90`, `1:30`, `1:02:03.5`, `50%`.
    pub(in crate::app) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            return percent.trim().parse().ok().filter(|&percent| percent <= 100).map(Self::Percent);
        }
        let (whole, last) = text.rsplit_once(':').map_or((None, text), |(whole, last)| (Some(whole), last));
        let seconds = last.parse::<f64>().ok().filter(|_| last.starts_with(|c: char| c.is_ascii_digit()))?;
        let minutes = match whole {
            None => 0,
            Some(whole) => whole.split(':').try_fold(0_u64, |sum, part| {
                part.parse::<u32>().ok().and_then(|part| sum.checked_mul(60)?.checked_add(part.into()))
            })?,
        };
        let span = Duration::try_from_secs_f64(seconds).ok()?;
        Some(Self::Absolute(Duration::from_secs(minutes.checked_mul(60)?).checked_add(span)?))
    }
}

/// So many parts in a hundred.
fn fraction(whole: Duration, percent: u32) -> Duration {
    let micros = whole.as_micros() * u128::from(percent) / 100;
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

impl Player {
    /// Sets the goal, and says whether it lies behind.
    fn seek(&mut self, now: Now, place: SeekTarget) -> bool {
        let here = self.position(now);
        let to = match place {
            SeekTarget::Forward(span) => here.saturating_add(span),
            SeekTarget::Backward(span) => here.saturating_sub(span),
            SeekTarget::Absolute(time) => time,
            // In whole numbers: all of it is exactly the end.
            SeekTarget::Percent(percent) => fraction(self.length(), percent),
            SeekTarget::NextStep => return self.step(),
            SeekTarget::PrevStep => return self.step_back(),
        };
        let to = to.min(self.length());
        self.target = self.recording.entries_until(to);
        self.clock.set(now.elapsed, to);
        if to == self.length() {
            self.clock.stop_at(to);
        }
        self.is_behind()
    }

    fn step(&mut self) -> bool {
        let next = self.wire_steps.partition_point(|&stop| stop < self.target);
        let Some(&stop) = self.wire_steps.get(next) else {
            self.target = self.recording.entries().len();
            self.clock.stop_at(self.length());
            return false;
        };
        let entries = self.recording.entries();
        let at = entries.get(stop).map_or(Duration::ZERO, RecordingEntry::elapsed);
        // With it comes what was said about it.
        let with = entries.iter().skip(stop + 1).take_while(|entry| !entry.is_wire_event() && entry.elapsed() == at);
        self.target = stop + 1 + with.count();
        self.clock.stop_at(at);
        false
    }

    fn step_back(&mut self) -> bool {
        let told = self.wire_steps.partition_point(|&stop| stop < self.target);
        self.target = told.checked_sub(1).and_then(|last| self.wire_steps.get(last)).copied().unwrap_or_default();
        let before = self.target.checked_sub(1).and_then(|index| self.recording.entries().get(index));
        self.clock.stop_at(before.map_or(Duration::ZERO, RecordingEntry::elapsed));
        self.is_behind()
    }

    const fn is_behind(&mut self) -> bool {
        let is_behind = self.target < self.played;
        if is_behind {
            self.played = 0;
        }
        is_behind
    }

    /// Runs, or rests; at the end it begins again.
    fn toggle(&mut self, now: Now) -> bool {
        if self.clock.is_running() {
            self.clock.stop(now.elapsed);
            return false;
        }
        let was_over = self.is_over();
        if was_over {
            (self.played, self.target) = (0, 0);
            self.clock.stop_at(Duration::ZERO);
        }
        self.clock.start(now.elapsed);
        was_over
    }
}

impl App {
    pub(in crate::app) fn on_seek(&mut self, now: Now, place: SeekTarget) -> Update {
        let Some(replay) = &mut self.replay else { return Update::default() };
        let is_behind = replay.seek(now, place);
        self.after_going(now, is_behind)
    }

    pub(in crate::app) fn toggle_replay(&mut self, now: Now) -> Update {
        let Some(replay) = &mut self.replay else { return Update::default() };
        let is_behind = replay.toggle(now);
        self.after_going(now, is_behind)
    }

    fn after_going(&mut self, now: Now, is_behind: bool) -> Update {
        if is_behind {
            self.tabs.iter_mut().for_each(crate::app::Tab::reset);
        }
        self.advance(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_people_write_them() {
        let at = |ms| Some(SeekTarget::Absolute(Duration::from_millis(ms)));
        for (text, place) in [
            ("90", at(90_000)),
            ("1:30", at(90_000)),
            (" 1:02:03.5", at(3_723_500)),
            ("0", at(0)),
            ("50%", Some(SeekTarget::Percent(50))),
            ("101%", None),
            ("", None),
            (":", None),
            ("1:", None),
            (":5", None),
            ("-5", None),
            ("inf", None),
            ("1e300", None),
            ("99999999999999999999:00", None),
            ("hello", None),
        ] {
            assert_eq!(SeekTarget::parse(text), place, "{text}");
        }
    }
}
