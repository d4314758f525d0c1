//! A recording that is played: where one is on it.

use super::{ResolvedTheme, StatusItem, longest};
use crate::app::App;
use crate::app::playback::{Player, Speed};
use crate::text::format_thousands;
use std::time::Duration;

/// Puts what is to be said of the recording in front of the rest, which gives way to it.
pub(super) fn add(items: &mut Vec<StatusItem>, app: &App, room: usize, theme: &ResolvedTheme) {
    let Some(replay) = app.replay() else { return };
    let (told, all) = replay.steps();
    let (forms, state) = position(replay);
    let style = if replay.clock().is_running() { theme.bar_good } else { theme.bar_busy };
    let mut ours = vec![StatusItem { priority: 0, words: longest(&forms, room.saturating_sub(1)).to_owned(), style }];
    if let Some(words) = state {
        ours.push(StatusItem { priority: 2, words: words.to_owned(), style });
    }
    if replay.clock().speed() != Speed::default() {
        ours.push(StatusItem { priority: 1, words: replay.clock().speed().to_string(), style: theme.bar_busy });
    }
    let words = format!("{}/{}", format_thousands(told as u64), format_thousands(all as u64));
    ours.push(StatusItem { priority: 4, words, style: theme.bar });
    for item in items.iter_mut() {
        item.priority += 3;
    }
    items.splice(0..0, ours);
}

/// `▶ 0:12 of 1:02`, at rest with milliseconds, in the longest form first; and the state in a word where the sign may not
/// be known.
fn position(replay: &Player) -> ([String; 3], Option<&'static str>) {
    let shown = replay.clock().shown();
    let at = time(shown);
    let (sign, at, state) = match replay.clock() {
        clock if clock.is_running() => ('▶', at, None),
        _ if replay.is_over() => ('■', at, Some("the end")),
        _ => ('‖', format!("{at}.{:03}", shown.subsec_millis()), Some("paused")),
    };
    let forms = [format!("{sign} {at} of {}", time(replay.length())), format!("{sign} {at}"), sign.to_string()];
    (forms, state)
}

/// What the most used keys do now, in the longest form that is narrower than so many columns.
pub(in crate::ui) fn hint(replay: &Player, width: usize) -> String {
    let space = match replay.clock() {
        clock if clock.is_running() => "Space rests",
        _ if replay.is_over() => "Space begins again",
        _ => "Space plays",
    };
    let forms = [
        "   . , step   Left Right 5 s   [ ] speed   50% or 1:30 goes there   ? help   q leaves",
        "   . , step   [ ] speed   50% goes there   ? help   q leaves",
        "   . , step   ? help   q leaves",
        "   ? help",
        "",
    ]
    .map(|others| format!("{space}{others}"));
    longest(&forms, width.saturating_sub(1)).to_owned()
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
