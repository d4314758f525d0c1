//! Resolves a [`Theme`] into ratatui styles for a colour depth, and blends a peer's colours into them.
//!
//! Themes are data (`assets/themes`, [`crate::theme`]). The tests check that the text of every built-in theme has a
//! contrast of at least 4.5:1 (WCAG 2, 1.4.3) on the backgrounds it is made for.

mod cache;
mod reduce;

use crate::app::transcript::RowKind;
use crate::text::{self, SgrColor};
use crate::theme::{self, Background, ColorDepth, Rgb, Role, RoleStyles, StyleSpec, Theme, ThemeName, ThemeRegistry};
pub use cache::ThemeCache;
use ratatui::style::{Color, Modifier, Style};
use reduce::{is_unreadable, reduce, rgb};

/// The ratatui styles of a theme at one colour depth. A peer's own colours are blended in by
/// `blend_peer_style`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedTheme {
    /// The colour depth of the terminal, even if the theme has no colours.
    depth: ColorDepth,
    /// The time in the gutter.
    pub(super) time: Style,
    /// Received rows. Most of the screen, so the built-in themes leave them in the terminal's default colour.
    pub(super) received: RowStyle,
    pub(super) sent: RowStyle,
    pub(super) notice: RowStyle,
    pub(super) error: RowStyle,
    /// The replacement for something that cannot be shown: `\x1b`, a missing newline.
    pub(super) mark: Style,
    /// The status line, and its items by state.
    pub(super) bar: Style,
    pub(super) bar_strong: Style,
    pub(super) bar_good: Style,
    pub(super) bar_busy: Style,
    pub(super) bar_bad: Style,
    /// The status line while it asks a question.
    pub(super) question: Style,
    /// The prompt sign before the draft.
    pub(super) prompt_sign: Style,
    /// The placeholder of an empty input.
    pub(super) hint: Style,
    /// Headings and keys of a help page.
    pub(super) heading: Style,
    pub(super) key: Style,
    /// The words of a row that mention the user.
    pub(super) mention: Style,
    /// Search matches, and the current one. Both set text and background, so that they override a peer's colours.
    pub(super) hit: Style,
    pub(super) hit_here: Style,
    /// Rows selected for copying; sets text and background.
    pub(super) selected: Style,
    /// The answer that Enter selects, on the question line.
    pub(super) chosen: Style,
    /// Lines across the pane: a new day, and the first unread row.
    pub(super) rule_day: Style,
    pub(super) rule_unread: Style,
    /// The scrollbar in the last column.
    pub(super) thumb: Style,
    pub(super) track: Style,
    /// A line in place of folded rows: `(3,412 blank lines)`.
    pub(super) fold: Style,
    /// A server's notice: a received row that begins with `* `.
    pub(super) peer_notice: Style,
    /// A link that can be opened. Has no colour, so that it can be combined with any style.
    pub(super) link: Style,
    /// Colours of nicknames; empty without colours.
    nicks: Vec<Color>,
    /// The terminal background that the theme assumes.
    background: Background,
}

/// The styles of one kind of row: its sign in the gutter, and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowStyle {
    pub(super) sign: &'static str,
    pub(super) sign_style: Style,
    pub(super) text: Style,
}

impl Default for ResolvedTheme {
    /// Returns the dark theme in true colour.
    fn default() -> Self {
        let themes = ThemeRegistry::default();
        Self::new(
            themes.get(&ThemeName::DARK).map_or_else(|_error| Theme::mono(), AsRef::as_ref),
            ColorDepth::TrueColor,
        )
    }
}

impl ResolvedTheme {
    /// Resolves a theme for a terminal of this colour depth.
    pub fn new(theme: &Theme, depth: ColorDepth) -> Self {
        match depth {
            ColorDepth::Mono => Self::from_styles(&Theme::mono().full, Background::Any, depth),
            ColorDepth::Sixteen => Self::from_styles(&theme.ansi16, theme.background, depth),
            ColorDepth::TwoFiftySix | ColorDepth::TrueColor => Self::from_styles(&theme.full, theme.background, depth),
        }
    }

    fn from_styles(styles: &RoleStyles, background: Background, depth: ColorDepth) -> Self {
        let style = |role| style(styles.of(role), depth);
        let row_style = |sign, sign_role, role| RowStyle { sign, sign_style: style(sign_role), text: style(role) };
        Self {
            depth,
            time: style(Role::Time),
            received: row_style("‹", Role::ReceivedSign, Role::Received),
            sent: row_style("›", Role::SentSign, Role::Sent),
            notice: row_style("·", Role::NoticeSign, Role::Notice),
            error: row_style("!", Role::ErrorSign, Role::Error),
            mark: style(Role::Mark),
            bar: style(Role::Bar),
            bar_strong: style(Role::BarStrong),
            bar_good: style(Role::BarGood),
            bar_busy: style(Role::BarBusy),
            bar_bad: style(Role::BarBad),
            question: style(Role::Question),
            prompt_sign: style(Role::Sign),
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
            nicks: styles.nicks.iter().filter_map(|&nick| reduce(sgr_color(nick), depth)).collect(),
            background,
        }
    }

    /// Returns the colour depth of the terminal.
    pub const fn depth(&self) -> ColorDepth {
        self.depth
    }

    /// Returns a copy with another style for marks.
    pub(super) fn with_mark(&self, mark: Style) -> Self {
        Self { mark, ..self.clone() }
    }

    pub(super) const fn of(&self, kind: RowKind) -> RowStyle {
        match kind {
            RowKind::Received => self.received,
            RowKind::Sent => self.sent,
            RowKind::Notice => self.notice,
            RowKind::Error => self.error,
            // The separator is drawn across the gutter, so it has no sign.
            RowKind::Backlog => RowStyle { sign: self.notice.sign, sign_style: self.hint, text: self.hint },
            RowKind::Separator => RowStyle { sign: "", sign_style: self.rule_day, text: self.rule_day },
        }
    }

    /// Returns the style of the nickname with this hash: one of the theme's colours, or bold if it has none.
    ///
    /// The low bits of `hash` select the colour, so they should be well mixed. The caller folds letter case.
    pub(super) fn nick(&self, hash: u64) -> Style {
        let count = self.nicks.len().max(1) as u64;
        let index = usize::try_from(hash % count).unwrap_or(0);
        self.nicks.get(index).map_or(BOLD, |&colour| Style::new().fg(colour))
    }

    /// Blends a peer's style over the style of the row, reduced to the terminal's colours.
    ///
    /// Unreadable combinations are dropped: a background equal to the text, and text too near to the terminal's
    /// background.
    pub(super) fn blend_peer_style(&self, base: Style, style: text::Style) -> Style {
        // Fast path: most glyphs are unstyled, and this runs for every glyph of every frame.
        if style == text::Style::default() {
            return base;
        }
        let mut result = base;
        let allowed = |colour: Option<SgrColor>| colour.filter(|_| self.has_colours());
        let text = allowed(style.foreground).and_then(|colour| reduce(colour, self.depth));
        let background = allowed(style.background).and_then(|colour| reduce(colour, self.depth));
        let background = background.filter(|&background| text.is_none_or(|text| rgb_of(text) != rgb_of(background)));
        let is_readable = |text: &Color| {
            background.is_some()
                || base.bg.is_some()
                || !rgb_of(*text).is_some_and(|text| is_unreadable(text, self.background.rgb()))
        };
        if let Some(colour) = text.filter(is_readable) {
            result = result.fg(colour);
        }
        if let Some(colour) = background {
            result = result.bg(colour);
        }
        result.add_modifier(modifiers(style))
    }

    const fn has_colours(&self) -> bool {
        !matches!((self.background, self.depth), (Background::Any, _) | (_, ColorDepth::Mono))
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

/// Resolves a style for a terminal of this colour depth.
fn style(spec: StyleSpec, depth: ColorDepth) -> Style {
    let color = |color: Option<theme::Color>| color.and_then(|color| reduce(sgr_color(color), depth));
    let has = |modifier: &(theme::Modifier, Modifier)| spec.modifiers.has(modifier.0);
    let modifiers = MODIFIERS.iter().filter(|modifier| has(modifier)).map(|(_, modifier)| *modifier).collect();
    Style { fg: color(spec.text), bg: color(spec.background), ..Style::new().add_modifier(modifiers) }
}

/// The modifiers of a theme and those of ratatui.
const MODIFIERS: [(theme::Modifier, Modifier); 6] = [
    (theme::Modifier::Bold, Modifier::BOLD),
    (theme::Modifier::Dim, Modifier::DIM),
    (theme::Modifier::Italic, Modifier::ITALIC),
    (theme::Modifier::Underline, Modifier::UNDERLINED),
    (theme::Modifier::Reverse, Modifier::REVERSED),
    (theme::Modifier::Strike, Modifier::CROSSED_OUT),
];

/// Converts a theme's colour to the type of a peer's colours.
const fn sgr_color(color: theme::Color) -> SgrColor {
    match color {
        theme::Color::Indexed(index) => SgrColor::Indexed(index),
        theme::Color::Rgb(r, g, b) => SgrColor::Rgb(r, g, b),
    }
}

/// Returns the RGB value of a colour; `None` for the terminal's default.
const fn rgb_of(color: Color) -> Option<Rgb> {
    match color {
        Color::Indexed(index) => Some(rgb(SgrColor::Indexed(index))),
        Color::Rgb(r, g, b) => Some((r, g, b)),
        _ => None,
    }
}

#[cfg(test)]
impl ResolvedTheme {
    /// Returns a built-in theme.
    pub(super) fn built_in(name: &ThemeName, depth: ColorDepth) -> Self {
        Self::new(ThemeRegistry::default().get(name).unwrap(), depth)
    }

    pub(super) fn dark() -> Self {
        Self::built_in(&ThemeName::DARK, ColorDepth::TrueColor)
    }

    pub(super) fn light() -> Self {
        Self::built_in(&ThemeName::LIGHT, ColorDepth::TrueColor)
    }

    pub(super) fn mono() -> Self {
        Self::built_in(&ThemeName::MONO, ColorDepth::TrueColor)
    }
}

#[cfg(test)]
mod tests;
