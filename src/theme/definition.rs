//! A theme, read: what each kind of thing on the screen looks like.

use super::ThemeName;
use super::color::{Color, MIN_CONTRAST, Rgb, contrast, luminance};
use super::style::StyleSpec;

/// A kind of thing on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The time in the gutter.
    Time,
    /// A row that was received, and the sign before it.
    Received,
    /// See [`Role::Received`].
    ReceivedSign,
    /// A row that was sent, and the sign before it.
    Sent,
    /// See [`Role::Sent`].
    SentSign,
    /// A word of the program, and the sign before it.
    Notice,
    /// See [`Role::Notice`].
    NoticeSign,
    /// What went wrong, and the sign before it.
    Error,
    /// See [`Role::Error`].
    ErrorSign,
    /// A server's notice: a received row that begins with `* `.
    PeerNotice,
    /// What stands for something that cannot be shown: `\x1b`, a missing newline.
    Mark,
    /// Words in place of rows: `(3,412 blank lines)`.
    Fold,
    /// An address that can be opened. Lies over other looks.
    Link,
    /// The words of a row that name the user.
    Mention,
    /// The status line.
    Bar,
    /// On it: the address, a heading.
    BarStrong,
    /// On it: connected, found.
    BarGood,
    /// On it: under way, waiting.
    BarBusy,
    /// On it: what went wrong.
    BarBad,
    /// The status line when it asks something.
    Question,
    /// The one of several answers that Enter takes.
    Chosen,
    /// The sign before the draft.
    Sign,
    /// What could be written where nothing is yet.
    Hint,
    /// A heading of a page.
    Heading,
    /// A key or command on a page.
    Key,
    /// What a search has found.
    Hit,
    /// The find it is at.
    HitHere,
    /// Rows picked for copying, the choice in a menu.
    Selected,
    /// The line of a new day.
    RuleDay,
    /// The line where the unread begins.
    RuleUnread,
    /// The position bar: where the page is.
    Thumb,
    /// The rest of it.
    Track,
}

impl Role {
    /// All of them with their names in a theme, in the order of the enum.
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

    /// The one of this name.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(role, _)| *role)
    }

    /// Whether it is words, which have to be read.
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Thumb | Self::Track)
    }
}

/// What a theme takes the terminal's ground for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    /// Any of those that dark terminals have.
    #[default]
    Dark,
    /// Any of those that light ones have.
    Light,
    /// Any at all, as the theme has no colours. A peer's are not shown either.
    Any,
    /// This one.
    Color(Rgb),
}

/// Dark grounds: xterm's, VS Code's, One Dark's, Solarized's, Gruvbox's.
const DARK: [Rgb; 5] = [(0, 0, 0), (0x1e, 0x1e, 0x1e), (0x28, 0x2c, 0x34), (0, 0x2b, 0x36), (0x28, 0x28, 0x28)];

/// Light grounds: xterm's, VS Code's, Solarized's, Gruvbox's, Papercolor's.
const LIGHT: [Rgb; 5] =
    [(0xff, 0xff, 0xff), (0xf5, 0xf5, 0xf5), (0xfd, 0xf6, 0xe3), (0xfb, 0xf1, 0xc7), (0xee, 0xee, 0xee)];

impl Background {
    /// Grounds that text has to be read on.
    pub fn samples(self) -> Vec<Rgb> {
        match self {
            Self::Dark => DARK.to_vec(),
            Self::Light => LIGHT.to_vec(),
            Self::Any => Vec::new(),
            Self::Color(rgb) => vec![rgb],
        }
    }

    /// The one at the end of the scale.
    pub const fn rgb(self) -> Rgb {
        match self {
            Self::Dark | Self::Any => (0, 0, 0),
            Self::Light => (255, 255, 255),
            Self::Color(rgb) => rgb,
        }
    }

    /// Which of our themes stands in for what one on this ground does not say.
    pub(super) fn fallback_theme(self) -> ThemeName {
        match self {
            Self::Light => ThemeName::LIGHT,
            Self::Any => ThemeName::MONO,
            // Grey in the middle, as the eye has it: text of black and of white stand out from it alike.
            Self::Color(rgb) if luminance(rgb) > 0.18 => ThemeName::LIGHT,
            Self::Dark | Self::Color(_) => ThemeName::DARK,
        }
    }
}

/// What everything looks like on terminals of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleStyles {
    of: [StyleSpec; Role::ALL.len()],
    /// Colours of nicknames; empty where there are none.
    pub nicks: Vec<Color>,
}

impl RoleStyles {
    /// What this looks like.
    pub fn of(&self, role: Role) -> StyleSpec {
        self.of.get(role as usize).copied().unwrap_or_default()
    }

    pub(super) fn set(&mut self, role: Role, paint: StyleSpec) {
        if let Some(place) = self.of.get_mut(role as usize) {
            *place = paint;
        }
    }

    /// Everything that has a colour: what it is called, and its looks.
    pub(super) fn coloured(&self) -> impl Iterator<Item = (&'static str, StyleSpec)> {
        let named = Role::ALL.into_iter().map(|(role, name)| (name, self.of(role)));
        let nicks = self.nicks.iter().map(|&colour| ("nicks", StyleSpec::of(colour)));
        named.chain(nicks).filter(|(_, paint)| paint.text.is_some() || paint.background.is_some())
    }
}

/// A theme, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Theme {
    /// What it is made for.
    pub ground: Background,
    /// On terminals of 256 colours or more.
    pub full: RoleStyles,
    /// On those of sixteen, since what these look like differs so much that reducing the others would guess.
    pub ansi16: RoleStyles,
}

/// Words that are hard to read.
#[derive(Debug, Clone, PartialEq)]
pub struct LowContrast {
    /// What of the theme it is: the name of a role, or `nicks`.
    pub what: &'static str,
    /// The letters.
    pub text: Rgb,
    /// What they stand on, at its worst.
    pub ground: Rgb,
    /// How far they stand out ([`contrast`]).
    pub contrast: f64,
}

impl Theme {
    /// Whatever is under [`MIN_CONTRAST`] on the grounds the theme is made for, terminals of sixteen colours left aside. The
    /// terminal's own colours are its own affair.
    pub fn faint(&self) -> Vec<LowContrast> {
        let is_text = |name: &str| Role::by_name(name).is_none_or(Role::is_text);
        let words = self.full.coloured().filter(|(name, _)| is_text(name));
        words
            .filter_map(|(what, paint)| self.worst(what, paint))
            .filter(|faint| faint.contrast < MIN_CONTRAST)
            .collect()
    }

    fn worst(&self, what: &'static str, paint: StyleSpec) -> Option<LowContrast> {
        let text = paint.text?.rgb();
        let grounds = paint.background.map_or_else(|| self.ground.samples(), |ground| vec![ground.rgb()]);
        let all =
            grounds.into_iter().map(|ground| LowContrast { what, text, ground, contrast: contrast(text, ground) });
        all.min_by(|a, b| a.contrast.total_cmp(&b.contrast))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_its_own_place_and_name() {
        let mut names = std::collections::HashSet::new();
        for (place, (role, name)) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, place, "{name}");
            assert!(names.insert(name), "{name} is there twice");
        }
    }

    #[test]
    fn a_ground_of_its_own_is_dark_or_light() {
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
