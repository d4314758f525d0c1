//! What each kind of thing looks like.
//!
//! Each theme is a table of its own (`dark`, `light`, `mono`), with a second one for terminals of sixteen colours, since
//! what those look like differs so much that reducing the first would guess. `contrast` holds the tables to what they
//! promise: text that can be read, at least 4.5:1 (WCAG 2, 1.4.3), on the grounds they are made for.

mod dark;
mod light;
mod mono;
mod palette;

use crate::app::transcript::RowKind;
use crate::looks::{Depth, ThemeName};
use crate::text::{self, Colour};
use palette::{Rgb, reduce, rgb, vanishes};
use ratatui::style::{Color, Modifier, Style};

/// The looks of everything that is ours. What a peer colours itself comes on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    name: ThemeName,
    /// What the terminal can show. That of `MONO` counts as well: another theme may take its place.
    depth: Depth,
    /// The time in the gutter.
    pub(super) time: Style,
    /// Rows by who speaks. What was received has the terminal's own colour, as it is most of the screen.
    pub(super) received: Look,
    pub(super) sent: Look,
    pub(super) notice: Look,
    pub(super) error: Look,
    /// What stands for something that cannot be shown: `\x1b`, a missing newline.
    pub(super) mark: Style,
    /// The status line, and words on it by their news.
    pub(super) bar: Style,
    pub(super) bar_strong: Style,
    pub(super) bar_good: Style,
    pub(super) bar_busy: Style,
    pub(super) bar_bad: Style,
    /// The status line when it asks something.
    pub(super) question: Style,
    /// The sign before the draft.
    pub(super) sign: Style,
    /// What could be written where nothing is yet.
    pub(super) hint: Style,
    /// Headings and keys of a page.
    pub(super) heading: Style,
    pub(super) key: Style,
    /// The words of a row that name me.
    pub(super) mention: Style,
    /// What a search has found, and the find it is at. Both have text and ground, so that they win over a peer's.
    pub(super) hit: Style,
    pub(super) hit_here: Style,
    /// Rows picked for copying: text and ground.
    pub(super) selected: Style,
    /// The one of several answers that Enter takes, on the line of the question.
    pub(super) chosen: Style,
    /// Lines across the pane: a new day, and where the unread begins.
    pub(super) rule_day: Style,
    pub(super) rule_unread: Style,
    /// The position bar in the last column: where the page is, and the rest.
    pub(super) thumb: Style,
    pub(super) track: Style,
    /// Words in place of rows: `(3,412 blank lines)`.
    pub(super) fold: Style,
    /// A server's notice: a received row that begins with `* `.
    pub(super) peer_notice: Style,
    /// An address that can be opened. No colour, so that it can lie over any other style.
    pub(super) link: Style,
    /// Colours of nicknames, as numbers of the palette; empty where there are none.
    nicks: &'static [u8],
    /// What the theme takes the terminal's ground for, at the end of the scale it is made for.
    ground: Rgb,
}

/// A row: the sign in the gutter that says who speaks, and the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) sign: &'static str,
    pub(super) sign_style: Style,
    pub(super) text: Style,
}

impl Theme {
    /// The theme of this name on a terminal of so many colours.
    pub const fn new(name: ThemeName, depth: Depth) -> Self {
        let theme = match (name, depth) {
            (ThemeName::Mono, _) | (_, Depth::Mono) => Self::MONO,
            (ThemeName::Dark, Depth::Sixteen) => Self::DARK_16,
            (ThemeName::Light, Depth::Sixteen) => Self::LIGHT_16,
            (ThemeName::Dark, _) => Self::DARK,
            (ThemeName::Light, _) => Self::LIGHT,
        };
        Self { name, depth, ..theme }
    }

    /// The same theme on a terminal of so many colours.
    #[must_use]
    pub const fn at_depth(self, depth: Depth) -> Self {
        Self::new(self.name, depth)
    }

    /// Another theme on the same terminal, for `/theme`. One that may not have colours keeps having none.
    #[must_use]
    pub const fn called(self, name: ThemeName) -> Self {
        Self::new(name, self.depth)
    }

    /// How many colours its terminal has.
    pub const fn depth(&self) -> Depth {
        self.depth
    }

    /// What it is called.
    pub const fn name(&self) -> ThemeName {
        self.name
    }

    /// The same with other looks for marks.
    pub(super) const fn with_mark(self, mark: Style) -> Self {
        Self { mark, ..self }
    }

    pub(super) const fn of(&self, kind: RowKind) -> Look {
        match kind {
            RowKind::Received => self.received,
            RowKind::Sent => self.sent,
            RowKind::Notice => self.notice,
            RowKind::Error => self.error,
            // Without a sign: it is drawn over the gutter as well.
            RowKind::Rule => Look { sign: "", sign_style: self.rule_day, text: self.rule_day },
        }
    }

    /// The looks of a nickname, the same for the same `hash` whatever the theme's colours are. The hash should be well
    /// mixed in its low bits; letter case and the like are the caller's affair.
    pub(super) fn nick(&self, hash: u64) -> Style {
        let count = self.nicks.len().max(1) as u64;
        let at = usize::try_from(hash % count).unwrap_or(0);
        self.nicks.get(at).map_or(BOLD, |&index| fg(index))
    }

    /// A peer's style over ours, as far as this terminal has its colours. Text that could not be told from what it
    /// stands on is shown all the same: on a ground of the peer's it loses that, on the terminal's its own colour.
    pub(super) fn of_peer(&self, base: Style, style: text::Style) -> Style {
        // Most glyphs by far, and this is asked for each of them in each frame.
        if style == text::Style::default() {
            return base;
        }
        let mut result = base;
        let shown = |colour: Option<Colour>| colour.filter(|_| self.has_colours());
        let text = shown(style.foreground).and_then(|colour| reduce(colour, self.depth));
        let ground = shown(style.background).and_then(|colour| reduce(colour, self.depth));
        let ground = ground.filter(|&ground| text.is_none_or(|text| looks(text) != looks(ground)));
        let stands_out = |text: &Color| {
            ground.is_some() || base.bg.is_some() || !looks(*text).is_some_and(|text| vanishes(text, self.ground))
        };
        if let Some(colour) = text.filter(stands_out) {
            result = result.fg(colour);
        }
        if let Some(colour) = ground {
            result = result.bg(colour);
        }
        result.add_modifier(modifiers(style))
    }

    const fn has_colours(&self) -> bool {
        !matches!((self.name, self.depth), (ThemeName::Mono, _) | (_, Depth::Mono))
    }
}

fn modifiers(style: text::Style) -> Modifier {
    let all = [
        (style.is_bold(), Modifier::BOLD),
        (style.is_dim(), Modifier::DIM),
        (style.is_italic(), Modifier::ITALIC),
        (style.is_underlined(), Modifier::UNDERLINED),
        (style.is_reversed(), Modifier::REVERSED),
        (style.is_struck(), Modifier::CROSSED_OUT),
    ];
    all.into_iter().filter(|(is_on, _)| *is_on).map(|(_, modifier)| modifier).collect()
}

const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const UNDERLINED: Style = Style::new().add_modifier(Modifier::UNDERLINED);

const fn fg(index: u8) -> Style {
    Style::new().fg(Color::Indexed(index))
}

const fn on(text: u8, ground: u8) -> Style {
    fg(text).bg(Color::Indexed(ground))
}

const fn bold(style: Style) -> Style {
    style.add_modifier(Modifier::BOLD)
}

const fn italic(style: Style) -> Style {
    style.add_modifier(Modifier::ITALIC)
}

/// What a colour of a style looks like; `None` for the terminal's own.
const fn looks(color: Color) -> Option<Rgb> {
    match color {
        Color::Indexed(index) => Some(rgb(Colour::Indexed(index))),
        Color::Rgb(r, g, b) => Some((r, g, b)),
        _ => None,
    }
}

#[cfg(test)]
mod contrast;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Row;

    fn peers(theme: &Theme, sgr: &str) -> Style {
        let mut row = Row::default();
        text::decode(format!("\x1b[{sgr}mx").as_bytes(), &mut row);
        theme.of_peer(Style::new(), row.style_of(row.glyphs().last().unwrap()))
    }

    fn styled(sgr: &str) -> Style {
        peers(&Theme::DARK.at_depth(Depth::TrueColour), sgr)
    }

    #[test]
    fn a_peers_colours_are_honoured() {
        assert_eq!(styled("1;31;44"), on(1, 4).bold());
        assert_eq!(styled("38;2;101;2;3"), Style::new().fg(Color::Rgb(101, 2, 3)));
    }

    #[test]
    fn a_peer_cannot_hide_text_in_its_own_ground() {
        assert_eq!(styled("34;44"), fg(4));
        for spelling in
            ["30;48;5;16", "30;48;2;0;0;0", "38;5;231;48;2;255;255;255", "38;5;232;48;2;8;8;8", "97;48;5;15"]
        {
            assert_eq!(styled(spelling).bg, None, "{spelling}");
        }
    }

    #[test]
    fn a_peer_cannot_hide_text_in_the_terminals_ground() {
        for spelling in ["30", "38;5;16", "38;5;234", "38;2;10;20;30", "30;40", "7;30"] {
            assert_eq!((styled(spelling).fg, styled(spelling).bg), (None, None), "{spelling}");
            assert!(peers(&Theme::LIGHT, spelling).fg.is_some(), "{spelling}");
        }
        for spelling in ["37", "97", "38;5;231", "38;2;250;250;220"] {
            assert_eq!(peers(&Theme::LIGHT, spelling).fg, None, "{spelling}");
            assert!(styled(spelling).fg.is_some(), "{spelling}");
        }
        assert_eq!(styled("30;46"), on(0, 6), "on a ground of the peer's it shows");
    }

    #[test]
    fn a_peers_colours_are_those_the_terminal_has() {
        let many = Theme::DARK.at_depth(Depth::TwoFiftySix);
        assert_eq!(peers(&many, "38;2;250;100;90;48;2;0;0;0"), on(203, 16));
        let few = Theme::DARK.at_depth(Depth::Sixteen);
        assert_eq!(peers(&few, "38;2;250;100;90;48;5;17"), on(9, 4));
        assert_eq!(peers(&few, "31;44"), on(1, 4));
        assert_eq!(peers(&few, "38;5;235"), Style::new(), "a dark grey would become black on black");
        assert_eq!(peers(&few, "38;5;196;48;5;203"), fg(9), "two reds have become one");
    }

    #[test]
    fn without_colour_a_peer_has_none_either() {
        for theme in [Theme::MONO, Theme::DARK.at_depth(Depth::Mono), Theme::MONO.at_depth(Depth::TrueColour)] {
            assert_eq!(peers(&theme, "1;31;44"), BOLD);
        }
    }

    #[test]
    fn a_theme_is_changed_on_the_same_terminal() {
        let few = Theme::new(ThemeName::Dark, Depth::Sixteen);
        assert_eq!(few.called(ThemeName::Light), Theme::LIGHT.at_depth(Depth::Sixteen));
        assert_eq!(few.called(ThemeName::Mono).called(ThemeName::Dark), few);
        let none = Theme::new(ThemeName::Dark, Depth::Mono).called(ThemeName::Light);
        assert_eq!((none.sent, none.name()), (Theme::MONO.sent, ThemeName::Light));
    }

    #[test]
    fn a_nickname_has_one_colour_and_many_have_many() {
        for theme in [Theme::DARK, Theme::LIGHT] {
            assert!(theme.nicks.len() >= 10);
            assert_eq!(theme.nick(7), theme.nick(7));
            let colours: std::collections::HashSet<_> = (0..100).map(|hash| theme.nick(hash)).collect();
            assert_eq!(colours.len(), theme.nicks.len());
        }
        assert_eq!(Theme::MONO.nick(u64::MAX), BOLD);
    }
}
