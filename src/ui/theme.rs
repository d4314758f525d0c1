//! What each kind of thing looks like: a [`Theme`] as far as a terminal has its colours.
//!
//! The schemes are data (`assets/themes`, `looks`). `contrast` holds those in the program to what they promise: text that
//! can be read, at least 4.5:1 (WCAG 2, 1.4.3), on the grounds they are made for.

mod cache;
mod reduce;

use crate::app::transcript::RowKind;
use crate::text::{self, SgrColor};
use crate::theme::{self, Background, ColorDepth, Rgb, Role, RoleStyles, StyleSpec, Theme, ThemeName, ThemeRegistry};
pub use cache::ThemeCache;
use ratatui::style::{Color, Modifier, Style};
use reduce::{is_unreadable, reduce, rgb};

/// The looks of everything that is ours. What a peer colours itself comes on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedTheme {
    /// What the terminal can show, whatever the theme does with it: another may take its place.
    depth: ColorDepth,
    /// The time in the gutter.
    pub(super) time: Style,
    /// Rows by who speaks. What was received has the terminal's own colour, as it is most of the screen.
    pub(super) received: RowStyle,
    pub(super) sent: RowStyle,
    pub(super) notice: RowStyle,
    pub(super) error: RowStyle,
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
    pub(super) marker: Style,
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
    /// Colours of nicknames; empty where there are none.
    nicks: Vec<Color>,
    /// What the theme takes the terminal's ground for.
    ground: Background,
}

/// A row: the sign in the gutter that says who speaks, and the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowStyle {
    pub(super) sign: &'static str,
    pub(super) sign_style: Style,
    pub(super) text: Style,
}

impl Default for ResolvedTheme {
    /// The first of ours, in all colours.
    fn default() -> Self {
        let themes = ThemeRegistry::default();
        Self::new(
            themes.scheme(&ThemeName::DARK).map_or_else(|_unread| Theme::mono(), AsRef::as_ref),
            ColorDepth::TrueColour,
        )
    }
}

impl ResolvedTheme {
    /// This scheme on a terminal of so many colours.
    pub fn new(scheme: &Theme, depth: ColorDepth) -> Self {
        match depth {
            ColorDepth::Mono => Self::from_palette(&Theme::mono().full, Background::Any, depth),
            ColorDepth::Sixteen => Self::from_palette(&scheme.ansi16, scheme.ground, depth),
            ColorDepth::TwoFiftySix | ColorDepth::TrueColour => Self::from_palette(&scheme.full, scheme.ground, depth),
        }
    }

    fn from_palette(paints: &RoleStyles, ground: Background, depth: ColorDepth) -> Self {
        let style = |role| style(paints.of(role), depth);
        let look = |sign, sign_role, role| RowStyle { sign, sign_style: style(sign_role), text: style(role) };
        Self {
            depth,
            time: style(Role::Time),
            received: look("‹", Role::ReceivedSign, Role::Received),
            sent: look("›", Role::SentSign, Role::Sent),
            notice: look("·", Role::NoticeSign, Role::Notice),
            error: look("!", Role::ErrorSign, Role::Error),
            mark: style(Role::Mark),
            bar: style(Role::Bar),
            bar_strong: style(Role::BarStrong),
            bar_good: style(Role::BarGood),
            bar_busy: style(Role::BarBusy),
            bar_bad: style(Role::BarBad),
            question: style(Role::Question),
            marker: style(Role::Sign),
            hint: style(Role::Hint),
            heading: style(Role::Heading),
            key: style(Role::Key),
            mention: style(Role::Mention),
            hit: style(Role::Hit),
            hit_here: style(Role::HitHere),
            selected: style(Role::Selected),
            chosen: style(Role::Chosen),
            rule_day: style(Role::RuleDay),
            rule_unread: style(Role::RuleUnread),
            thumb: style(Role::Thumb),
            track: style(Role::Track),
            fold: style(Role::Fold),
            peer_notice: style(Role::PeerNotice),
            link: style(Role::Link),
            nicks: paints.nicks.iter().filter_map(|&nick| reduce(colour(nick), depth)).collect(),
            ground,
        }
    }

    /// How many colours its terminal has.
    pub const fn depth(&self) -> ColorDepth {
        self.depth
    }

    /// The same with other looks for marks.
    pub(super) fn with_mark(&self, mark: Style) -> Self {
        Self { mark, ..self.clone() }
    }

    pub(super) const fn of(&self, kind: RowKind) -> RowStyle {
        match kind {
            RowKind::Received => self.received,
            RowKind::Sent => self.sent,
            RowKind::Notice => self.notice,
            RowKind::Error => self.error,
            // Without a sign: it is drawn over the gutter as well.
            RowKind::Backlog => RowStyle { sign: self.notice.sign, sign_style: self.hint, text: self.hint },
            RowKind::Separator => RowStyle { sign: "", sign_style: self.rule_day, text: self.rule_day },
        }
    }

    /// The looks of a nickname, the same for the same `hash` whatever the theme's colours are. The hash should be well
    /// mixed in its low bits; letter case and the like are the caller's affair.
    pub(super) fn nick(&self, hash: u64) -> Style {
        let count = self.nicks.len().max(1) as u64;
        let at = usize::try_from(hash % count).unwrap_or(0);
        self.nicks.get(at).map_or(BOLD, |&colour| Style::new().fg(colour))
    }

    /// A peer's style over ours, as far as this terminal has its colours. Text that could not be told from what it
    /// stands on is shown all the same: on a ground of the peer's it loses that, on the terminal's its own colour.
    pub(super) fn blend_peer_style(&self, base: Style, style: text::Style) -> Style {
        // Most glyphs by far, and this is asked for each of them in each frame.
        if style == text::Style::default() {
            return base;
        }
        let mut result = base;
        let shown = |colour: Option<SgrColor>| colour.filter(|_| self.has_colours());
        let text = shown(style.foreground).and_then(|colour| reduce(colour, self.depth));
        let ground = shown(style.background).and_then(|colour| reduce(colour, self.depth));
        let ground = ground.filter(|&ground| text.is_none_or(|text| looks(text) != looks(ground)));
        let stands_out = |text: &Color| {
            ground.is_some()
                || base.bg.is_some()
                || !looks(*text).is_some_and(|text| is_unreadable(text, self.ground.rgb()))
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
        !matches!((self.ground, self.depth), (Background::Any, _) | (_, ColorDepth::Mono))
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

/// A paint on a terminal of so many colours.
fn style(paint: StyleSpec, depth: ColorDepth) -> Style {
    let color = |colour_of: Option<theme::Color>| colour_of.and_then(|wanted| reduce(colour(wanted), depth));
    let has = |modifier: &(theme::Modifier, Modifier)| paint.modifiers.has(modifier.0);
    let modifiers = MODIFIERS.iter().filter(|modifier| has(modifier)).map(|(_, modifier)| *modifier).collect();
    Style { fg: color(paint.text), bg: color(paint.background), ..Style::new().add_modifier(modifiers) }
}

/// The words of a theme for what ratatui has.
const MODIFIERS: [(theme::Modifier, Modifier); 6] = [
    (theme::Modifier::Bold, Modifier::BOLD),
    (theme::Modifier::Dim, Modifier::DIM),
    (theme::Modifier::Italic, Modifier::ITALIC),
    (theme::Modifier::Underline, Modifier::UNDERLINED),
    (theme::Modifier::Reverse, Modifier::REVERSED),
    (theme::Modifier::Strike, Modifier::CROSSED_OUT),
];

/// A theme's colour as a peer would have said it.
const fn colour(colour: theme::Color) -> SgrColor {
    match colour {
        theme::Color::Indexed(index) => SgrColor::Indexed(index),
        theme::Color::Rgb(r, g, b) => SgrColor::Rgb(r, g, b),
    }
}

/// What a colour of a style looks like; `None` for the terminal's own.
const fn looks(color: Color) -> Option<Rgb> {
    match color {
        Color::Indexed(index) => Some(rgb(SgrColor::Indexed(index))),
        Color::Rgb(r, g, b) => Some((r, g, b)),
        _ => None,
    }
}

#[cfg(test)]
mod contrast;

#[cfg(test)]
impl ResolvedTheme {
    /// One of ours.
    pub(super) fn ours(name: &ThemeName, depth: ColorDepth) -> Self {
        Self::new(ThemeRegistry::default().scheme(name).unwrap(), depth)
    }

    pub(super) fn dark() -> Self {
        Self::ours(&ThemeName::DARK, ColorDepth::TrueColour)
    }

    pub(super) fn light() -> Self {
        Self::ours(&ThemeName::LIGHT, ColorDepth::TrueColour)
    }

    pub(super) fn mono() -> Self {
        Self::ours(&ThemeName::MONO, ColorDepth::TrueColour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Row;

    const fn fg(index: u8) -> Style {
        Style::new().fg(Color::Indexed(index))
    }

    const fn on(text: u8, ground: u8) -> Style {
        fg(text).bg(Color::Indexed(ground))
    }

    fn peers(theme: &ResolvedTheme, sgr: &str) -> Style {
        let mut row = Row::default();
        text::decode(format!("\x1b[{sgr}mx").as_bytes(), &mut row);
        theme.blend_peer_style(Style::new(), row.style_of(row.glyphs().last().unwrap()))
    }

    fn styled(sgr: &str) -> Style {
        peers(&ResolvedTheme::dark(), sgr)
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
            assert!(peers(&ResolvedTheme::light(), spelling).fg.is_some(), "{spelling}");
        }
        for spelling in ["37", "97", "38;5;231", "38;2;250;250;220"] {
            assert_eq!(peers(&ResolvedTheme::light(), spelling).fg, None, "{spelling}");
            assert!(styled(spelling).fg.is_some(), "{spelling}");
        }
        assert_eq!(styled("30;46"), on(0, 6), "on a ground of the peer's it shows");
    }

    #[test]
    fn a_peers_colours_are_those_the_terminal_has() {
        let many = ResolvedTheme::ours(&ThemeName::DARK, ColorDepth::TwoFiftySix);
        assert_eq!(peers(&many, "38;2;250;100;90;48;2;0;0;0"), on(203, 16));
        let few = ResolvedTheme::ours(&ThemeName::DARK, ColorDepth::Sixteen);
        assert_eq!(peers(&few, "38;2;250;100;90;48;5;17"), on(9, 4));
        assert_eq!(peers(&few, "31;44"), on(1, 4));
        assert_eq!(peers(&few, "38;5;235"), Style::new(), "a dark grey would become black on black");
        assert_eq!(peers(&few, "38;5;196;48;5;203"), fg(9), "two reds have become one");
    }

    #[test]
    fn without_colour_a_peer_has_none_either() {
        for theme in [
            ResolvedTheme::mono(),
            ResolvedTheme::ours(&ThemeName::DARK, ColorDepth::Mono),
            ResolvedTheme::ours(&ThemeName::MONO, ColorDepth::Mono),
        ] {
            assert_eq!(peers(&theme, "1;31;44"), BOLD);
        }
    }

    #[test]
    fn a_nickname_has_one_colour_and_many_have_many() {
        for theme in [ResolvedTheme::dark(), ResolvedTheme::light()] {
            assert!(theme.nicks.len() >= 10);
            assert_eq!(theme.nick(7), theme.nick(7));
            let colours: std::collections::HashSet<_> = (0..100).map(|hash| theme.nick(hash)).collect();
            assert_eq!(colours.len(), theme.nicks.len());
        }
        assert_eq!(ResolvedTheme::mono().nick(u64::MAX), BOLD);
    }
}
