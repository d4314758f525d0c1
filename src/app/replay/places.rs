//! Other places on the tape, and the ways there.

use super::Replay;
use crate::app::{App, Now, Outcome};
use crate::record::Entry;
use std::time::Duration;

/// Where to go on a tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// So far forwards.
    On(Duration),
    /// So far back.
    Back(Duration),
    /// To this time.
    At(Duration),
    /// To so many parts in a hundred.
    Percent(u32),
    /// To the next thing on the wire, and rest there.
    Step,
    /// To before the last one, and rest there.
    StepBack,
}

impl Place {
    /// Reads `90`, `1:30`, `1:02:03.5`, `50%`.
    pub(super) fn parse(text: &str) -> Option<Self> {
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
        Some(Self::At(Duration::from_secs(minutes.checked_mul(60)?).checked_add(span)?))
    }
}

/// So many parts in a hundred.
fn part(whole: Duration, percent: u32) -> Duration {
    let micros = whole.as_micros() * u128::from(percent) / 100;
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

impl Replay {
    /// Sets the goal, and says whether it lies behind.
    fn go(&mut self, now: Now, place: Place) -> bool {
        let here = self.position(now);
        let to = match place {
            Place::On(span) => here.saturating_add(span),
            Place::Back(span) => here.saturating_sub(span),
            Place::At(time) => time,
            // In whole numbers: all of it is exactly the end.
            Place::Percent(percent) => part(self.length(), percent),
            Place::Step => return self.step(),
            Place::StepBack => return self.step_back(),
        };
        let to = to.min(self.length());
        self.goal = self.tape.entries_until(to);
        self.clock.set(now.elapsed, to);
        if to == self.length() {
            self.clock.stop_at(to);
        }
        self.is_behind()
    }

    fn step(&mut self) -> bool {
        let next = self.stops.partition_point(|&stop| stop < self.goal);
        let Some(&stop) = self.stops.get(next) else {
            self.goal = self.tape.entries().len();
            self.clock.stop_at(self.length());
            return false;
        };
        let entries = self.tape.entries();
        let at = entries.get(stop).map_or(Duration::ZERO, Entry::elapsed);
        // With it comes what was said about it.
        let with = entries.iter().skip(stop + 1).take_while(|entry| !entry.is_wire_event() && entry.elapsed() == at);
        self.goal = stop + 1 + with.count();
        self.clock.stop_at(at);
        false
    }

    fn step_back(&mut self) -> bool {
        let told = self.stops.partition_point(|&stop| stop < self.goal);
        self.goal = told.checked_sub(1).and_then(|last| self.stops.get(last)).copied().unwrap_or_default();
        let before = self.goal.checked_sub(1).and_then(|index| self.tape.entries().get(index));
        self.clock.stop_at(before.map_or(Duration::ZERO, Entry::elapsed));
        self.is_behind()
    }

    const fn is_behind(&mut self) -> bool {
        let is_behind = self.goal < self.told;
        if is_behind {
            self.told = 0;
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
            (self.told, self.goal) = (0, 0);
            self.clock.stop_at(Duration::ZERO);
        }
        self.clock.start(now.elapsed);
        was_over
    }
}

impl App {
    pub(super) fn go_on_tape(&mut self, now: Now, place: Place) -> Outcome {
        let Some(replay) = &mut self.replay else { return Outcome::default() };
        let is_behind = replay.go(now, place);
        self.after_going(now, is_behind)
    }

    pub(super) fn toggle_replay(&mut self, now: Now) -> Outcome {
        let Some(replay) = &mut self.replay else { return Outcome::default() };
        let is_behind = replay.toggle(now);
        self.after_going(now, is_behind)
    }

    fn after_going(&mut self, now: Now, is_behind: bool) -> Outcome {
        if is_behind {
            self.tabs.iter_mut().for_each(crate::app::Tab::rewind);
        }
        self.play_on(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_people_write_them() {
        let at = |ms| Some(Place::At(Duration::from_millis(ms)));
        for (text, place) in [
            ("90", at(90_000)),
            ("1:30", at(90_000)),
            (" 1:02:03.5", at(3_723_500)),
            ("0", at(0)),
            ("50%", Some(Place::Percent(50))),
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
            assert_eq!(Place::parse(text), place, "{text}");
        }
    }
}
