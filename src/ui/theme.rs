//! What each kind of thing looks like.

use crate::app::transcript::RowKind;
use crate::text::{self, Colour};
use ratatui::style::{Color, Modifier, Style};

/// The looks of everything that is ours. What a peer colours itself comes on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub(super) time: Style,
    pub(super) received: Look,
    pub(super) sent: Look,
    pub(super) notice: Look,
    pub(super) error: Look,
    pub(super) mark: Style,
    pub(super) bar: Style,
    pub(super) bar_strong: Style,
    pub(super) bar_good: Style,
    pub(super) bar_busy: Style,
    pub(super) bar_bad: Style,
    pub(super) question: Style,
    pub(super) sign: Style,
    pub(super) hint: Style,
    pub(super) heading: Style,
    pub(super) key: Style,
    /// Whether a peer's colours are shown. Its other attributes are in any case.
    pub(super) peer_colours: bool,
}

/// A row: the sign in the gutter that says who speaks, and the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) sign: &'static str,
    pub(super) sign_style: Style,
    pub(super) text: Style,
}

const fn fg(index: u8) -> Style {
    Style::new().fg(Color::Indexed(index))
}

const BAR: Style = Style::new().fg(Color::Indexed(250)).bg(Color::Indexed(236));

impl Theme {
    /// Colours of the 256-colour palette that read on dark and on light ground.
    pub const COLOUR: Self = Self {
        time: fg(244),
        received: Look { sign: "‹", sign_style: fg(37).add_modifier(Modifier::BOLD), text: Style::new() },
        sent: Look { sign: "›", sign_style: fg(71).add_modifier(Modifier::BOLD), text: fg(71) },
        notice: Look { sign: "·", sign_style: fg(246), text: fg(246) },
        error: Look { sign: "!", sign_style: fg(167).add_modifier(Modifier::BOLD), text: fg(167) },
        mark: fg(137),
        bar: BAR,
        bar_strong: BAR.fg(Color::Indexed(255)).add_modifier(Modifier::BOLD),
        bar_good: BAR.fg(Color::Indexed(114)),
        bar_busy: BAR.fg(Color::Indexed(221)),
        bar_bad: BAR.fg(Color::Indexed(210)),
        question: Style::new().fg(Color::Indexed(232)).bg(Color::Indexed(221)).add_modifier(Modifier::BOLD),
        sign: fg(71).add_modifier(Modifier::BOLD),
        hint: fg(244),
        heading: Style::new().add_modifier(Modifier::BOLD),
        key: fg(37),
        peer_colours: true,
    };

    /// No colour at all (`NO_COLOR`, <https://no-color.org>): weight and inversion only.
    pub const MONO: Self = Self {
        time: DIM,
        received: Look { sign: "‹", sign_style: BOLD, text: Style::new() },
        sent: Look { sign: "›", sign_style: BOLD, text: Style::new() },
        notice: Look { sign: "·", sign_style: DIM, text: DIM },
        error: Look { sign: "!", sign_style: BOLD, text: BOLD },
        mark: DIM,
        bar: REVERSED,
        bar_strong: REVERSED.add_modifier(Modifier::BOLD),
        bar_good: REVERSED,
        bar_busy: REVERSED,
        bar_bad: REVERSED.add_modifier(Modifier::BOLD),
        question: REVERSED.add_modifier(Modifier::BOLD),
        sign: BOLD,
        hint: DIM,
        heading: BOLD,
        key: BOLD,
        peer_colours: false,
    };

    pub(super) const fn of(&self, kind: RowKind) -> Look {
        match kind {
            RowKind::Received => self.received,
            RowKind::Sent => self.sent,
            RowKind::Notice => self.notice,
            RowKind::Error => self.error,
        }
    }

    /// A peer's style over ours. Text in the colour of its ground cannot be read and loses the ground.
    pub(super) fn of_peer(&self, base: Style, style: text::Style) -> Style {
        let mut result = base;
        if let Some(colour) = style.foreground.filter(|_| self.peer_colours) {
            result = result.fg(color(colour));
        }
        let hides = |ground: Colour| style.foreground.is_some_and(|text| rgb(text) == rgb(ground));
        if let Some(colour) = style.background.filter(|&ground| self.peer_colours && !hides(ground)) {
            result = result.bg(color(colour));
        }
        for (is_on, modifier) in [
            (style.is_bold(), Modifier::BOLD),
            (style.is_dim(), Modifier::DIM),
            (style.is_italic(), Modifier::ITALIC),
            (style.is_underlined(), Modifier::UNDERLINED),
            (style.is_reversed(), Modifier::REVERSED),
            (style.is_struck(), Modifier::CROSSED_OUT),
        ] {
            if is_on {
                result = result.add_modifier(modifier);
            }
        }
        result
    }
}

const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const REVERSED: Style = Style::new().add_modifier(Modifier::REVERSED);

const fn color(colour: Colour) -> Color {
    match colour {
        Colour::Indexed(index) => Color::Indexed(index),
        Colour::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

/// What a colour looks like, roughly: for the first sixteen as xterm has them, since only the terminal knows.
fn rgb(colour: Colour) -> (u8, u8, u8) {
    let index = match colour {
        Colour::Rgb(r, g, b) => return (r, g, b),
        Colour::Indexed(index) => index,
    };
    match index {
        7 => (229, 229, 229),
        8 => (127, 127, 127),
        0..=15 => {
            let full = if index < 8 { 205 } else { 255 };
            let part = |bit: u8| if index >> bit & 1 == 1 { full } else { 0 };
            (part(0), part(1), part(2))
        }
        16..=231 => {
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let cube = index - 16;
            (step(cube / 36), step(cube / 6 % 6), step(cube % 6))
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Row;

    fn styled(bytes: &[u8]) -> Style {
        let mut row = Row::default();
        text::decode(bytes, &mut row);
        Theme::COLOUR.of_peer(Style::new(), row.style_of(row.glyphs().last().unwrap()))
    }

    #[test]
    fn a_peers_colours_are_honoured() {
        assert_eq!(styled(b"\x1b[1;31;44mx"), Style::new().fg(Color::Indexed(1)).bg(Color::Indexed(4)).bold());
        assert_eq!(styled(b"\x1b[38;2;1;2;3mx"), Style::new().fg(Color::Rgb(1, 2, 3)));
    }

    #[test]
    fn a_peer_cannot_hide_text_in_its_own_ground() {
        assert_eq!(styled(b"\x1b[34;44mx"), Style::new().fg(Color::Indexed(4)));
        for spelling in
            ["30;48;5;16", "30;48;2;0;0;0", "38;5;231;48;2;255;255;255", "38;5;232;48;2;8;8;8", "97;48;5;15"]
        {
            assert_eq!(styled(format!("\x1b[{spelling}mx").as_bytes()).bg, None, "{spelling}");
        }
    }

    #[test]
    fn without_colour_a_peer_has_none_either() {
        let mut row = Row::default();
        text::decode(b"\x1b[1;31;44mx", &mut row);
        let style = Theme::MONO.of_peer(Style::new(), row.style_of(&row.glyphs()[0]));
        assert_eq!(style, Style::new().bold());
    }
}
