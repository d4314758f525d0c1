//! A parsed theme: the style of each role.

use super::ThemeName;
use super::color::{Color, MIN_CONTRAST, Rgb, contrast, luminance};
use super::style::StyleSpec;

/// A kind of screen element that a theme styles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The time in the gutter.
    Time,
    /// The text of a received row.
    Received,
    /// The sign in the gutter of a received row.
    ReceivedSign,
    /// The text of a sent row.
    Sent,
    /// The sign in the gutter of a sent row.
    SentSign,
    /// The text of a notice of the program.
    Notice,
    /// The sign in the gutter of a notice.
    NoticeSign,
    /// The text of an error.
    Error,
    /// The sign in the gutter of an error.
    ErrorSign,
    /// A server's notice: a received row that begins with `* `.
    PeerNotice,
    /// The replacement for something that cannot be shown: `\x1b`, a missing newline.
    Mark,
    /// A line in place of folded rows: `(3,412 blank lines)`.
    Fold,
    /// A link that can be opened; combined with the style below it.
    Link,
    /// The words of a row that mention the user.
    Mention,
    /// The status line.
    Bar,
    /// The address and headings on the status line.
    BarStrong,
    /// A good state on the status line: connected, found.
    BarGood,
    /// A pending state on the status line: connecting, waiting.
    BarBusy,
    /// An error on the status line.
    BarBad,
    /// The status line while it asks a question.
    Question,
    /// The answer that Enter selects.
    Chosen,
    /// The prompt sign before the draft.
    Sign,
    /// The placeholder of an empty input.
    Hint,
    /// A heading of a help page.
    Heading,
    /// A key or command on a help page.
    Key,
    /// A search match.
    Hit,
    /// The current search match.
    HitHere,
    /// Rows selected for copying, and the selected entry of a menu.
    Selected,
    /// The line that separates two days.
    RuleDay,
    /// The line above the first unread row.
    RuleUnread,
    /// The thumb of the scrollbar.
    Thumb,
    /// The track of the scrollbar.
    Track,
}

impl Role {
    /// All roles with their keys in a theme file, in the order of the enum.
    pub const ALL: [(Self, &'static str); 32] = [
        (Self::Time, "time"),
        (Self::Received, "received"),
        (Self::ReceivedSign, "received_sign"),
        (Self::Sent, "sent"),
        (Self::SentSign, "sent_sign"),
        (Self::Notice, "notice"),
        (Self::NoticeSign, "notice_sign"),
        (Self::Error, "error"),
        (Self::ErrorSign, "error_sign"),
        (Self::PeerNotice, "peer_notice"),
        (Self::Mark, "mark"),
        (Self::Fold, "fold"),
        (Self::Link, "link"),
        (Self::Mention, "mention"),
        (Self::Bar, "bar"),
        (Self::BarStrong, "bar_strong"),
        (Self::BarGood, "bar_good"),
        (Self::BarBusy, "bar_busy"),
        (Self::BarBad, "bar_bad"),
        (Self::Question, "question"),
        (Self::Chosen, "chosen"),
        (Self::Sign, "sign"),
        (Self::Hint, "hint"),
        (Self::Heading, "heading"),
        (Self::Key, "key"),
        (Self::Hit, "hit"),
        (Self::HitHere, "hit_here"),
        (Self::Selected, "selected"),
        (Self::RuleDay, "rule_day"),
        (Self::RuleUnread, "rule_unread"),
        (Self::Thumb, "thumb"),
        (Self::Track, "track"),
    ];

    /// Returns the role of this key.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(role, _)| *role)
    }

    /// Whether it is text, to which the contrast limit applies.
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Thumb | Self::Track)
    }
}

/// The terminal background that a theme assumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    /// The background of a typical dark terminal.
    #[default]
    Dark,
    /// The background of a typical light terminal.
    Light,
    /// Any background: the theme has no colours, and a peer's colours are not shown either.
    Any,
    /// Exactly this colour.
    Color(Rgb),
}

/// Dark backgrounds: xterm's, VS Code's, One Dark's, Solarized's, Gruvbox's.
const DARK: [Rgb; 5] = [(0, 0, 0), (0x1e, 0x1e, 0x1e), (0x28, 0x2c, 0x34), (0, 0x2b, 0x36), (0x28, 0x28, 0x28)];

/// Light backgrounds: xterm's, VS Code's, Solarized's, Gruvbox's, Papercolor's.
const LIGHT: [Rgb; 5] =
    [(0xff, 0xff, 0xff), (0xf5, 0xf5, 0xf5), (0xfd, 0xf6, 0xe3), (0xfb, 0xf1, 0xc7), (0xee, 0xee, 0xee)];

impl Background {
    /// Returns common backgrounds of this kind, on which text has to be readable.
    pub fn samples(self) -> Vec<Rgb> {
        match self {
            Self::Dark => DARK.to_vec(),
            Self::Light => LIGHT.to_vec(),
            Self::Any => Vec::new(),
            Self::Color(rgb) => vec![rgb],
        }
    }

    /// Returns the extreme of this kind: black, white or the given colour.
    pub const fn rgb(self) -> Rgb {
        match self {
            Self::Dark | Self::Any => (0, 0, 0),
            Self::Light => (255, 255, 255),
            Self::Color(rgb) => rgb,
        }
    }

    /// Returns the built-in theme that a theme on this background inherits by default.
    pub(super) fn fallback_theme(self) -> ThemeName {
        match self {
            Self::Light => ThemeName::LIGHT,
            Self::Any => ThemeName::MONO,
            // Black and white text have about the same contrast on a background of this luminance.
            Self::Color(rgb) if luminance(rgb) > 0.18 => ThemeName::LIGHT,
            Self::Dark | Self::Color(_) => ThemeName::DARK,
        }
    }
}

/// The styles of all roles for one colour depth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleStyles {
    styles: [StyleSpec; Role::ALL.len()],
    /// Colours of nicknames; empty in a theme without colours.
    pub nicks: Vec<Color>,
}

impl RoleStyles {
    /// Returns the style of a role.
    pub fn of(&self, role: Role) -> StyleSpec {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    pub(super) fn set(&mut self, role: Role, style: StyleSpec) {
        if let Some(slot) = self.styles.get_mut(role as usize) {
            *slot = style;
        }
    }

    /// Returns everything that has a colour, with its key.
    pub(super) fn coloured(&self) -> impl Iterator<Item = (&'static str, StyleSpec)> {
        let named = Role::ALL.into_iter().map(|(role, name)| (name, self.of(role)));
        let nicks = self.nicks.iter().map(|&colour| ("nicks", StyleSpec::of(colour)));
        named.chain(nicks).filter(|(_, style)| style.text.is_some() || style.background.is_some())
    }
}

/// A parsed theme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Theme {
    /// The terminal background it is made for.
    pub background: Background,
    /// Styles for terminals of 256 colours or more.
    pub full: RoleStyles,
    /// Styles for terminals of sixteen colours. They are listed separately, since the RGB values of these colours differ
    /// too much between terminals to derive them from [`Theme::full`].
    pub ansi16: RoleStyles,
}

/// A style whose text has too little contrast to its background.
#[derive(Debug, Clone, PartialEq)]
pub struct LowContrast {
    /// Its key in the theme: a role, or `nicks`.
    pub key: &'static str,
    /// Colour of the text.
    pub text: Rgb,
    /// The background with the lowest contrast to the text.
    pub background: Rgb,
    /// Contrast ratio of the two ([`contrast()`]).
    pub contrast: f64,
}

impl Theme {
    /// Returns the text styles of [`Theme::full`] below [`MIN_CONTRAST`] on the backgrounds the theme is made for.
    ///
    /// Text in the terminal's default colour is not checked.
    pub fn low_contrast(&self) -> Vec<LowContrast> {
        let is_text = |name: &str| Role::by_name(name).is_none_or(Role::is_text);
        let text_styles = self.full.coloured().filter(|(name, _)| is_text(name));
        text_styles
            .filter_map(|(key, style)| self.lowest_contrast(key, style))
            .filter(|lowest| lowest.contrast < MIN_CONTRAST)
            .collect()
    }

    fn lowest_contrast(&self, key: &'static str, style: StyleSpec) -> Option<LowContrast> {
        let text = style.text?.rgb();
        let backgrounds = style.background.map_or_else(|| self.background.samples(), |color| vec![color.rgb()]);
        let all = backgrounds.into_iter().map(|background| LowContrast {
            key,
            text,
            background,
            contrast: contrast(text, background),
        });
        all.min_by(|a, b| a.contrast.total_cmp(&b.contrast))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_in_order_and_have_unique_names() {
        let mut names = std::collections::HashSet::new();
        for (index, (role, name)) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, index, "{name}");
            assert!(names.insert(name), "{name} is there twice");
        }
    }

    #[test]
    fn fallback_theme_follows_luminance() {
        for (rgb, expected) in [
            ((0, 0, 0), ThemeName::DARK),
            ((0, 0x2b, 0x36), ThemeName::DARK),
            ((0x60, 0x60, 0x60), ThemeName::DARK),
            ((0xa0, 0xa0, 0xa0), ThemeName::LIGHT),
            ((0xfd, 0xf6, 0xe3), ThemeName::LIGHT),
        ] {
            assert_eq!(Background::Color(rgb).fallback_theme(), expected, "{rgb:?}");
        }
    }
}
