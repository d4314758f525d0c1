//! No colour at all (`NO_COLOR`, <https://no-color.org>): weight, slant and inversion only, on any ground.

use super::{BOLD, Look, Theme, UNDERLINED, bold, italic};
use crate::looks::{Depth, ThemeName};
use ratatui::style::{Modifier, Style};

const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const REVERSED: Style = Style::new().add_modifier(Modifier::REVERSED);

impl Theme {
    /// For any terminal.
    pub const MONO: Self = Self {
        name: ThemeName::Mono,
        depth: Depth::Mono,
        time: DIM,
        received: Look { sign: "‹", sign_style: BOLD, text: Style::new() },
        sent: Look { sign: "›", sign_style: BOLD, text: Style::new() },
        notice: Look { sign: "·", sign_style: DIM, text: DIM },
        error: Look { sign: "!", sign_style: BOLD, text: BOLD },
        mark: DIM,
        bar: REVERSED,
        bar_strong: bold(REVERSED),
        bar_good: REVERSED,
        bar_busy: REVERSED,
        bar_bad: bold(REVERSED),
        question: bold(REVERSED),
        sign: BOLD,
        hint: DIM,
        heading: BOLD,
        key: BOLD,
        mention: BOLD.add_modifier(Modifier::UNDERLINED),
        hit: REVERSED,
        hit_here: bold(REVERSED).add_modifier(Modifier::UNDERLINED),
        selected: REVERSED,
        // A gap in the reversed line.
        chosen: BOLD.add_modifier(Modifier::UNDERLINED),
        rule_day: DIM,
        rule_unread: BOLD,
        thumb: BOLD,
        track: DIM,
        fold: italic(DIM),
        peer_notice: italic(Style::new()),
        link: UNDERLINED,
        nicks: &[],
        ground: (0, 0, 0),
    };
}
