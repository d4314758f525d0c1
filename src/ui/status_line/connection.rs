//! How the link stands, in words for the line: of each state several forms, the longest first.

use super::{clock, closed};
use crate::app::{ConnectAttempt, LinkState, ReconnectWait, Tab, WriteSide};
use crate::link::CloseReason;
use crate::ui::ResolvedTheme;
use ratatui::style::Style;

/// The words for a state, and what they look like.
pub(super) struct ConnectionText {
    /// The longest first.
    pub(super) forms: Vec<String>,
    pub(super) style: Style,
    /// Whether it is what one wants to know, and not the address, where there is room for one of them only.
    pub(super) is_urgent: bool,
}

/// How a tab's link stands.
pub(super) fn of(tab: &Tab, theme: &ResolvedTheme) -> ConnectionText {
    let forms = match tab.link() {
        LinkState::Open { .. } if tab.is_silent() => silent(),
        LinkState::Opening(dialled) => opening(dialled.as_ref(), tab.attempt()),
        LinkState::Waiting(waiting) => self::waiting(waiting),
        LinkState::Open { since, outgoing, .. } => open(*outgoing, &clock(since.wall)),
        LinkState::Idle => vec!["not connected".to_owned()],
        LinkState::Closed { reason, at } => ended(closed(reason), &clock(*at), tab.line_editor().text().is_empty()),
    };
    // A server that speaks only when it is spoken to is silent by nature: that is told, and is no reason for a colour.
    let style = if tab.is_silent() { theme.bar } else { dot(tab.link(), theme).1 };
    ConnectionText { forms, style, is_urgent: matches!(tab.link(), LinkState::Waiting(_)) || tab.attempt().is_some() }
}

/// The sign before everything else, whose colour says how it stands.
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

/// With a draft in the input line Enter would not reconnect.
fn ended(why: &str, at: &str, is_draft_empty: bool) -> Vec<String> {
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

fn opening(dialled: Option<&ConnectAttempt>, attempt: Option<u32>) -> Vec<String> {
    let retry = attempt.map(|attempt| format!(", retry {attempt}")).unwrap_or_default();
    let Some(ConnectAttempt { addr, nth, of }) = dialled else {
        return vec![format!("looking up{retry}, Esc stops"), format!("looking up{retry}"), "looking up".to_owned()];
    };
    let ip = addr.ip();
    let (long, short) = match of {
        0 | 1 => (format!("trying {ip}{retry}"), format!("trying {ip}{retry}")),
        _ => {
            let place = format!("{} of {of}", ordinal(*nth));
            (format!("trying {ip} ({place}){retry}"), format!("trying {place}{retry}"))
        }
    };
    vec![format!("{long}, Esc stops"), format!("{short}, Esc stops"), short, format!("trying{retry}")]
}

fn waiting(waiting: &ReconnectWait) -> Vec<String> {
    let (why, ReconnectWait { attempt, seconds_left: seconds, .. }) = (closed(&waiting.reason), waiting);
    vec![
        format!("{why}, retry {attempt} in {seconds} s (Enter: now, Esc: stop)"),
        format!("{why}, retry {attempt} in {seconds} s"),
        format!("retry {attempt} in {seconds} s"),
        format!("again in {seconds} s"),
    ]
}

/// `1st`, `2nd`, `11th`.
fn ordinal(n: usize) -> String {
    let end = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_those_people_say() {
        let words = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111].map(ordinal);
        assert_eq!(
            words,
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th"]
        );
    }
}
