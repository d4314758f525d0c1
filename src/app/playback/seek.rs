//! Seeking, stepping and pausing.

use super::Player;
use crate::app::{App, Now, Update};
use crate::recording::RecordingEntry;
use std::time::Duration;

/// A target of seeking in a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum SeekTarget {
    /// Forward by this span.
    Forward(Duration),
    /// Backward by this span.
    Backward(Duration),
    /// To this time from the start.
    Absolute(Duration),
    /// To this percentage of the length.
    Percent(u32),
    /// After the next event on the wire, paused.
    NextStep,
    /// Before the last event on the wire, paused.
    PrevStep,
}

impl SeekTarget {
    /// Parses `90` (seconds), `1:30`, `1:02:03.5` or `50%`.
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

/// Returns `percent` of `whole`, in whole microseconds.
fn fraction(whole: Duration, percent: u32) -> Duration {
    let micros = whole.as_micros() * u128::from(percent) / 100;
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

impl Player {
    /// Sets the target position. Returns whether it is backward, so that tabs have to be reset.
    fn seek(&mut self, now: Now, target: SeekTarget) -> bool {
        let here = self.position(now);
        let to = match target {
            SeekTarget::Forward(span) => here.saturating_add(span),
            SeekTarget::Backward(span) => here.saturating_sub(span),
            SeekTarget::Absolute(time) => time,
            // In integers, so that 100 % is exactly the end.
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
        self.restart_if_backward()
    }

    fn step(&mut self) -> bool {
        let next = self.wire_steps.partition_point(|&step| step < self.target);
        let Some(&step) = self.wire_steps.get(next) else {
            self.target = self.recording.entries().len();
            self.clock.stop_at(self.length());
            return false;
        };
        let entries = self.recording.entries();
        let at = entries.get(step).map_or(Duration::ZERO, RecordingEntry::elapsed);
        // Notices about the event belong to the same step.
        let notices = entries.iter().skip(step + 1).take_while(|entry| !entry.is_wire_event() && entry.elapsed() == at);
        self.target = step + 1 + notices.count();
        self.clock.stop_at(at);
        false
    }

    fn step_back(&mut self) -> bool {
        let steps = self.wire_steps.partition_point(|&step| step < self.target);
        self.target = steps.checked_sub(1).and_then(|last| self.wire_steps.get(last)).copied().unwrap_or_default();
        let before = self.target.checked_sub(1).and_then(|index| self.recording.entries().get(index));
        self.clock.stop_at(before.map_or(Duration::ZERO, RecordingEntry::elapsed));
        self.restart_if_backward()
    }

    /// Starts again from the first entry if the target is behind. Returns whether it is.
    const fn restart_if_backward(&mut self) -> bool {
        let is_backward = self.target < self.played;
        if is_backward {
            self.played = 0;
        }
        is_backward
    }

    /// Pauses or plays; at the end, restarts. Returns whether it restarts.
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
    pub(in crate::app) fn on_seek(&mut self, now: Now, target: SeekTarget) -> Update {
        let Some(replay) = &mut self.replay else { return Update::default() };
        let is_backward = replay.seek(now, target);
        self.after_seek(now, is_backward)
    }

    pub(in crate::app) fn toggle_replay(&mut self, now: Now) -> Update {
        let Some(replay) = &mut self.replay else { return Update::default() };
        let is_backward = replay.toggle(now);
        self.after_seek(now, is_backward)
    }

    fn after_seek(&mut self, now: Now, is_backward: bool) -> Update {
        if is_backward {
            self.tabs.iter_mut().for_each(crate::app::Tab::reset);
        }
        self.advance(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_percentages_are_parsed() {
        let at = |ms| Some(SeekTarget::Absolute(Duration::from_millis(ms)));
        for (text, target) in [
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
            assert_eq!(SeekTarget::parse(text), target, "{text}");
        }
    }
}
