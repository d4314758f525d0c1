//! The state of the connection on the status line, each state in several lengths.

use super::{close_reason_text, format_clock};
use crate::app::{ConnectAttempt, LinkState, ReconnectWait, Tab, WriteSide};
use crate::link::CloseReason;
use crate::ui::ResolvedTheme;
use ratatui::style::Style;

/// The text for a state, and its style.
pub(super) struct ConnectionText {
    /// Forms of the text, longest first.
    pub(super) forms: Vec<String>,
    pub(super) style: Style,
    /// Whether it replaces the address if there is room for only one of them.
    pub(super) is_urgent: bool,
}

/// Returns the text for the connection of a tab.
pub(super) fn of(tab: &Tab, theme: &ResolvedTheme) -> ConnectionText {
    let forms = match tab.link() {
        LinkState::Open { .. } if tab.is_silent() => silent(),
        LinkState::Opening(attempt) => opening(attempt.as_ref(), tab.attempt()),
        LinkState::Waiting(wait) => waiting(wait),
        LinkState::Open { since, outgoing, .. } => open(*outgoing, &format_clock(since.wall)),
        LinkState::Idle => vec!["not connected".to_owned()],
        LinkState::Closed { reason, at } => {
            closed(close_reason_text(reason), &format_clock(*at), tab.line_editor().text().is_empty())
        }
    };
    // Silence is not highlighted: many servers only reply.
    let style = if tab.is_silent() { theme.bar } else { dot(tab.link(), theme).1 };
    ConnectionText { forms, style, is_urgent: matches!(tab.link(), LinkState::Waiting(_)) || tab.attempt().is_some() }
}

/// Returns the dot at the start of the status line, and its style.
pub(super) fn dot(link: &LinkState, theme: &ResolvedTheme) -> (&'static str, Style) {
    match link {
        LinkState::Open { outgoing: WriteSide::Open, .. } => ("●", theme.bar_good),
        LinkState::Open { .. } => ("●", theme.bar_busy),
        LinkState::Opening(_) | LinkState::Waiting(_) => ("◌", theme.bar_busy),
        LinkState::Closed { reason: CloseReason::Failed(_), .. } => ("○", theme.bar_bad),
        LinkState::Idle | LinkState::Closed { .. } => ("○", theme.bar),
    }
}

fn open(outgoing: WriteSide, since: &str) -> Vec<String> {
    match outgoing {
        WriteSide::Open => vec![format!("connected {since}"), "connected".to_owned()],
        WriteSide::Closing => vec!["half-closing".to_owned()],
        WriteSide::Closed => vec!["receiving only".to_owned()],
    }
}

/// The key is left out if there is a draft, since Enter reconnects only while the input line is empty.
fn closed(why: &str, at: &str, is_draft_empty: bool) -> Vec<String> {
    let next = is_draft_empty.then(|| format!("{why} {at}, Enter reconnects"));
    next.into_iter().chain([format!("{why} {at}"), why.to_owned()]).collect()
}

fn silent() -> Vec<String> {
    [
        "connected, silent: it may be serving someone else (lab servers take one client at a time)",
        "connected, silent: it may be serving someone else",
        "connected, silent: busy with another?",
        "connected, silent",
        "silent",
    ]
    .map(ToOwned::to_owned)
    .to_vec()
}

fn opening(attempt: Option<&ConnectAttempt>, retry: Option<u32>) -> Vec<String> {
    let retry = retry.map(|number| format!(", retry {number}")).unwrap_or_default();
    let Some(ConnectAttempt { addr, nth, of }) = attempt else {
        return vec![format!("looking up{retry}, Esc stops"), format!("looking up{retry}"), "looking up".to_owned()];
    };
    let ip = addr.ip();
    let (long, short) = match of {
        0 | 1 => (format!("trying {ip}{retry}"), format!("trying {ip}{retry}")),
        _ => {
            let index = format!("{} of {of}", ordinal(*nth));
            (format!("trying {ip} ({index}){retry}"), format!("trying {index}{retry}"))
        }
    };
    vec![format!("{long}, Esc stops"), format!("{short}, Esc stops"), short, format!("trying{retry}")]
}

fn waiting(wait: &ReconnectWait) -> Vec<String> {
    let (why, ReconnectWait { attempt, seconds_left: seconds, .. }) = (close_reason_text(&wait.reason), wait);
    vec![
        format!("{why}, retry {attempt} in {seconds} s (Enter: now, Esc: stop)"),
        format!("{why}, retry {attempt} in {seconds} s"),
        format!("retry {attempt} in {seconds} s"),
        format!("retry in {seconds} s"),
    ]
}

/// Formats an ordinal number: `1st`, `2nd`, `11th`.
fn ordinal(number: usize) -> String {
    let suffix = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_have_english_suffixes() {
        let words = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111].map(ordinal);
        assert_eq!(
            words,
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th"]
        );
    }
}
