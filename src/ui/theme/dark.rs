//! Light text on dark ground: black to `#282c34`, which most dark terminals lie between.

use super::{BOLD, Look, Theme, UNDERLINED, bold, fg, italic, on};
use crate::looks::{Depth, ThemeName};
use ratatui::style::Style;

impl Theme {
    /// For dark ground, on a terminal of 256 colours or more.
    pub const DARK: Self = Self {
        name: ThemeName::Dark,
        depth: Depth::TrueColour,
        time: fg(246),
        received: Look { sign: "‹", sign_style: bold(fg(73)), text: Style::new() },
        sent: Look { sign: "›", sign_style: bold(fg(108)), text: fg(108) },
        notice: Look { sign: "·", sign_style: fg(247), text: fg(247) },
        error: Look { sign: "!", sign_style: bold(fg(203)), text: fg(203) },
        mark: fg(179),
        bar: on(250, 237),
        bar_strong: bold(on(255, 237)),
        bar_good: on(114, 237),
        bar_busy: on(221, 237),
        bar_bad: on(210, 237),
        question: bold(on(232, 221)),
        sign: bold(fg(108)),
        hint: fg(246),
        heading: BOLD,
        key: fg(73),
        mention: bold(fg(221)),
        hit: on(230, 58),
        hit_here: on(16, 221),
        selected: on(255, 24),
        chosen: bold(on(255, 24)),
        rule_day: fg(246),
        rule_unread: fg(209),
        thumb: fg(246),
        track: fg(238),
        fold: italic(fg(246)),
        peer_notice: fg(109),
        link: UNDERLINED,
        nicks: &[74, 216, 113, 177, 222, 79, 211, 111, 143, 182, 172],
        ground: (0, 0, 0),
    };

    /// For dark ground, on a terminal of sixteen. Not bright black, which is some terminals' ground, nor red, brown and
    /// blue, which are too dark on others.
    pub(super) const DARK_16: Self = Self {
        depth: Depth::Sixteen,
        time: Style::new(),
        received: Look { sign: "‹", sign_style: bold(fg(6)), text: Style::new() },
        sent: Look { sign: "›", sign_style: bold(fg(2)), text: fg(2) },
        notice: Look { sign: "·", sign_style: Style::new(), text: Style::new() },
        error: Look { sign: "!", sign_style: bold(fg(9)), text: fg(9) },
        mark: fg(11),
        bar: on(15, 4),
        bar_strong: bold(on(15, 4)),
        bar_good: on(10, 4),
        bar_busy: on(11, 4),
        bar_bad: bold(on(15, 1)),
        question: on(0, 6),
        sign: bold(fg(2)),
        hint: Style::new(),
        key: fg(6),
        mention: bold(fg(11)),
        hit: on(0, 6),
        hit_here: bold(on(15, 5)),
        selected: on(15, 4),
        chosen: bold(on(15, 4)),
        rule_day: Style::new(),
        rule_unread: fg(11),
        thumb: Style::new(),
        track: fg(8),
        fold: italic(Style::new()),
        peer_notice: fg(6),
        nicks: &[14, 13, 10, 11, 2],
        ..Self::DARK
    };
}
