//! The position in a recording that is being played.

use super::{ResolvedTheme, StatusItem, longest};
use crate::app::App;
use crate::app::playback::{Player, Speed};
use crate::text::format_thousands;
use std::time::Duration;

/// Inserts the items of the playback before the others and lowers the priority of these.
pub(super) fn add(items: &mut Vec<StatusItem>, app: &App, room: usize, theme: &ResolvedTheme) {
    let Some(replay) = app.replay() else { return };
    let (step, total) = replay.steps();
    let (forms, state) = position(replay);
    let style = if replay.clock().is_running() { theme.bar_good } else { theme.bar_busy };
    let mut playback =
        vec![StatusItem { priority: 0, words: longest(&forms, room.saturating_sub(1)).to_owned(), style }];
    if let Some(words) = state {
        playback.push(StatusItem { priority: 2, words: words.to_owned(), style });
    }
    if replay.clock().speed() != Speed::default() {
        playback.push(StatusItem { priority: 1, words: replay.clock().speed().to_string(), style: theme.bar_busy });
    }
    let words = format!("{}/{}", format_thousands(step as u64), format_thousands(total as u64));
    playback.push(StatusItem { priority: 4, words, style: theme.bar });
    for item in items.iter_mut() {
        item.priority += 3;
    }
    items.splice(0..0, playback);
}

/// Returns the position, `▶ 0:12 of 1:02`, in several lengths, longest first, and the state as a word. Milliseconds are
/// shown while paused.
fn position(replay: &Player) -> ([String; 3], Option<&'static str>) {
    let shown = replay.clock().shown();
    let at = format_time(shown);
    let (sign, at, state) = match replay.clock() {
        clock if clock.is_running() => ('▶', at, None),
        _ if replay.is_over() => ('■', at, Some("end")),
        _ => ('‖', format!("{at}.{:03}", shown.subsec_millis()), Some("paused")),
    };
    let forms = [format!("{sign} {at} of {}", format_time(replay.length())), format!("{sign} {at}"), sign.to_string()];
    (forms, state)
}

/// Returns the hint of the most used keys, in the longest form narrower than `width` columns.
pub(in crate::ui) fn hint(replay: &Player, width: usize) -> String {
    let space = match replay.clock() {
        clock if clock.is_running() => "Space pauses",
        _ if replay.is_over() => "Space restarts",
        _ => "Space plays",
    };
    let forms = [
        "   . , step   Left Right 5 s   [ ] speed   50% or 1:30 jumps there   ? help   q quits",
        "   . , step   [ ] speed   50% jumps there   ? help   q quits",
        "   . , step   ? help   q quits",
        "   ? help",
        "",
    ]
    .map(|others| format!("{space}{others}"));
    longest(&forms, width.saturating_sub(1)).to_owned()
}

/// Formats a duration: `0:05`, `12:34`, `1:02:03`.
fn format_time(span: Duration) -> String {
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
    fn durations_are_formatted_as_by_media_players() {
        for (seconds, words) in [(0, "0:00"), (65, "1:05"), (3599, "59:59"), (3723, "1:02:03"), (360_000, "100:00:00")]
        {
            assert_eq!(format_time(Duration::from_secs(seconds)), words);
        }
    }
}
