//! A recording that is played: where one is on it.

use super::{Item, Theme};
use crate::app::App;
use crate::app::replay::{Replay, Speed};
use crate::text::grouped;
use std::time::Duration;

/// Puts what is to be said of the recording in front of the rest.
pub(super) fn add(items: &mut Vec<Item>, app: &App, theme: &Theme) {
    let Some(replay) = app.replay() else { return };
    let (told, all) = replay.steps();
    let style = if replay.clock().is_running() { theme.bar_good } else { theme.bar_busy };
    let mut ours = vec![Item { rank: 0, words: place(replay), style }];
    if replay.clock().speed() != Speed::default() {
        ours.push(Item { rank: 1, words: replay.clock().speed().to_string(), style: theme.bar_busy });
    }
    let words = format!("{}/{}", grouped(told as u64), grouped(all as u64));
    ours.push(Item { rank: 3, words, style: theme.bar });
    items.splice(0..0, ours);
}

/// `▶ 0:12 of 1:02`; at rest with milliseconds.
fn place(replay: &Replay) -> String {
    let (sign, at) = match replay.clock() {
        clock if clock.is_running() => ("▶", time(clock.shown())),
        clock if replay.is_over() => ("■", time(clock.shown())),
        clock => ("‖", format!("{}.{:03}", time(clock.shown()), clock.shown().subsec_millis())),
    };
    format!("{sign} {at} of {}", time(replay.length()))
}

/// `0:05`, `12:34`, `1:02:03`.
fn time(span: Duration) -> String {
    let seconds = span.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_players_do() {
        for (seconds, words) in [(0, "0:00"), (65, "1:05"), (3599, "59:59"), (3723, "1:02:03"), (360_000, "100:00:00")]
        {
            assert_eq!(time(Duration::from_secs(seconds)), words);
        }
    }
}
