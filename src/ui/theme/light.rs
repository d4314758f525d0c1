//! Dark text on light ground: white to `#eeeeee`, solarized's `#fdf6e3` among them.

use super::{BOLD, Look, Theme, UNDERLINED, bold, fg, italic, on};
use crate::looks::{Depth, ThemeName};
use ratatui::style::Style;

impl Theme {
    /// For light ground, on a terminal of 256 colours or more.
    pub const LIGHT: Self = Self {
        name: ThemeName::Light,
        depth: Depth::TrueColour,
        time: fg(242),
        received: Look { sign: "‹", sign_style: bold(fg(24)), text: Style::new() },
        sent: Look { sign: "›", sign_style: bold(fg(22)), text: fg(22) },
        notice: Look { sign: "·", sign_style: fg(241), text: fg(241) },
        error: Look { sign: "!", sign_style: bold(fg(160)), text: fg(160) },
        mark: fg(94),
        bar: on(238, 253),
        bar_strong: bold(on(232, 253)),
        bar_good: on(22, 253),
        bar_busy: on(58, 253),
        bar_bad: on(124, 253),
        question: bold(on(232, 221)),
        sign: bold(fg(22)),
        hint: fg(242),
        heading: BOLD,
        key: fg(24),
        mention: bold(fg(126)),
        hit: on(16, 228),
        hit_here: on(16, 214),
        selected: on(16, 153),
        chosen: bold(on(16, 153)),
        rule_day: fg(242),
        rule_unread: fg(94),
        thumb: fg(243),
        track: fg(252),
        fold: italic(fg(242)),
        peer_notice: fg(60),
        link: UNDERLINED,
        nicks: &[24, 125, 22, 55, 94, 26, 127, 58, 61, 88, 96],
        ground: (255, 255, 255),
    };

    /// For light ground, on a terminal of sixteen, of which red, blue and magenta are all that is dark. Of these only
    /// blue may be bold: where that means bright, the others would turn pale.
    pub(super) const LIGHT_16: Self = Self {
        depth: Depth::Sixteen,
        time: Style::new(),
        received: Look { sign: "‹", sign_style: BOLD, text: Style::new() },
        sent: Look { sign: "›", sign_style: bold(fg(4)), text: fg(4) },
        notice: Look { sign: "·", sign_style: Style::new(), text: Style::new() },
        error: Look { sign: "!", sign_style: fg(1), text: fg(1) },
        mark: fg(5),
        bar: on(15, 4),
        bar_strong: bold(on(15, 4)),
        bar_good: on(10, 4),
        bar_busy: on(11, 4),
        bar_bad: bold(on(15, 1)),
        question: on(0, 6),
        sign: bold(fg(4)),
        hint: Style::new(),
        key: fg(4),
        mention: bold(fg(4)),
        hit: on(0, 6),
        hit_here: bold(on(15, 5)),
        selected: on(15, 4),
        chosen: bold(on(15, 4)),
        rule_day: Style::new(),
        rule_unread: fg(5),
        thumb: Style::new(),
        track: fg(7),
        fold: italic(Style::new()),
        peer_notice: italic(Style::new()),
        nicks: &[4, 5, 1],
        ..Self::LIGHT
    };
}
