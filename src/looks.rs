//! How the screen is to look: what was asked for, what the terminal says of itself, and what follows from both; and the
//! themes, which are data.
//!
//! Pure, so that the command line can name it and the screen can draw it, and neither knows the other.
//!
//! ```text
//!   assets/themes/*.toml ──┐             ┌─► Scheme: for each Role a Paint,
//!   the user's *.toml ─────┴─► Themes ───┤   for many colours and for sixteen
//!                            by name     └─► mistakes with their places
//! ```

mod colour;
mod paint;
mod reader;
mod scheme;
mod themes;

pub use colour::{Colour, READABLE, Rgb, contrast, linear};
pub use paint::{Modifier, Modifiers, Paint};
pub use scheme::{Faint, Ground, Paints, Role, Scheme};
pub use themes::{AUTO, Checked, ThemeName, Themes, names_of_ours};

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None, or none are wanted.
    Mono,
    /// The eight of ECMA-48 and their bright forms. What they look like only the terminal knows.
    Sixteen,
    /// xterm's palette, whose colours from 16 on are the same everywhere.
    TwoFiftySix,
    /// Red, green and blue, eight bits each.
    TrueColour,
}

/// When to use colours, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// As many as the terminal seems to have, unless `NO_COLOR` forbids them.
    #[default]
    Auto,
    /// None.
    Never,
    /// As many as the terminal seems to have, and some at least.
    Always,
    /// Just so many.
    Only(Depth),
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looks {
    /// The theme; `None` is the one that suits the terminal.
    pub theme: Option<ThemeName>,
    /// The colours.
    pub colours: Colours,
}

/// How much was meant by what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// It is what one has as a rule: a line in the settings file, a variable. `NO_COLOR` beats it.
    #[default]
    Wish,
    /// It is wanted now: a flag, a command. It beats `NO_COLOR`.
    Demand,
}

/// What the environment says of the terminal: the variables of these names, as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings<'a> {
    /// `NO_COLOR` (<https://no-color.org>): no colours if set and not empty.
    pub no_color: Option<&'a str>,
    /// `COLORTERM`: `truecolor` or `24bit` where there are that many.
    pub colorterm: Option<&'a str>,
    /// `TERM`: the terminal's kind.
    pub term: Option<&'a str>,
    /// `COLORFGBG`: `TEXT;GROUND`, as rxvt, Konsole and iTerm set it; numbers of the sixteen colours.
    pub colorfgbg: Option<&'a str>,
}

impl Looks {
    /// What to draw with. `NO_COLOR` beats what is a wish only; [`Colours::Never`] beats all.
    pub fn decide(&self, around: &Surroundings<'_>, weight: Weight) -> (ThemeName, Depth) {
        let theme = self.theme.clone().unwrap_or_else(|| around.ground());
        let is_forbidden = weight == Weight::Wish && around.forbids_colour();
        let depth = match self.colours {
            Colours::Never => Depth::Mono,
            _ if is_forbidden => Depth::Mono,
            Colours::Only(depth) => depth,
            Colours::Auto if weight == Weight::Wish || !self.has_theme_of_colours() => around.depth(),
            Colours::Always | Colours::Auto => around.depth().max(Depth::Sixteen),
        };
        (theme, depth)
    }

    /// Whether a theme was named, and one that has colours.
    pub fn has_theme_of_colours(&self) -> bool {
        self.theme.as_ref().is_some_and(|theme| *theme != ThemeName::MONO)
    }
}

/// Parts of `TERM` that only terminals with 256 colours have.
const MANY: [&str; 7] = ["256color", "kitty", "alacritty", "ghostty", "foot", "wezterm", "direct"];

/// Terminals that do not have what `COLORTERM` promises: it is another's, in which they were started.
const NO_HEIRS: [&str; 2] = ["linux", "screen"];

impl Surroundings<'_> {
    fn forbids_colour(&self) -> bool {
        self.no_color.is_some_and(|value| !value.is_empty())
    }

    fn depth(&self) -> Depth {
        let term = self.term.unwrap_or_default();
        let is_true = matches!(self.colorterm, Some("truecolor" | "24bit")) && !NO_HEIRS.contains(&term);
        match term {
            "dumb" => Depth::Mono,
            _ if is_true => Depth::TrueColour,
            // Windows has no `TERM`, and terminals that have long known 256 colours.
            "" if cfg!(windows) => Depth::TwoFiftySix,
            _ if MANY.iter().any(|part| term.contains(part)) => Depth::TwoFiftySix,
            _ => Depth::Sixteen,
        }
    }

    /// Dark unless something says otherwise: most terminals are, and most say nothing.
    fn ground(&self) -> ThemeName {
        let ground = self.colorfgbg.and_then(|value| value.rsplit(';').next());
        match ground {
            Some("7" | "15") => ThemeName::LIGHT,
            _ => ThemeName::DARK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn around(term: &str) -> Surroundings<'_> {
        Surroundings { no_color: None, colorterm: None, term: Some(term), colorfgbg: None }
    }

    fn depth(colours: Colours, around: Surroundings<'_>) -> Depth {
        Looks { theme: None, colours }.decide(&around, Weight::Wish).1
    }

    #[test]
    fn a_terminal_is_known_by_its_name() {
        for (term, expected) in [
            ("dumb", Depth::Mono),
            ("linux", Depth::Sixteen),
            ("xterm", Depth::Sixteen),
            ("screen", Depth::Sixteen),
            ("vt220", Depth::Sixteen),
            ("xterm-256color", Depth::TwoFiftySix),
            ("screen-256color", Depth::TwoFiftySix),
            ("tmux-256color", Depth::TwoFiftySix),
            ("xterm-kitty", Depth::TwoFiftySix),
            ("alacritty", Depth::TwoFiftySix),
            ("xterm-ghostty", Depth::TwoFiftySix),
            ("foot", Depth::TwoFiftySix),
        ] {
            assert_eq!(depth(Colours::Auto, around(term)), expected, "{term}");
        }
        let unnamed = if cfg!(windows) { Depth::TwoFiftySix } else { Depth::Sixteen };
        assert_eq!(depth(Colours::Auto, Surroundings::default()), unnamed);
    }

    #[test]
    fn true_colour_is_believed_of_terminals_that_can_have_it() {
        for (term, colorterm, expected) in [
            ("xterm-256color", "truecolor", Depth::TrueColour),
            ("xterm", "24bit", Depth::TrueColour),
            ("xterm-256color", "yes", Depth::TwoFiftySix),
            ("screen", "truecolor", Depth::Sixteen),
            ("linux", "truecolor", Depth::Sixteen),
            ("dumb", "truecolor", Depth::Mono),
        ] {
            let around = Surroundings { colorterm: Some(colorterm), ..around(term) };
            assert_eq!(depth(Colours::Auto, around), expected, "{term} {colorterm}");
        }
    }

    #[test]
    fn what_is_demanded_beats_the_environment() {
        let plain = around("xterm-256color");
        let forbidden = Surroundings { no_color: Some("1"), ..plain };
        let empty = Surroundings { no_color: Some(""), ..plain };
        for (colours, around, expected) in [
            (Colours::Auto, forbidden, Depth::Mono),
            (Colours::Auto, empty, Depth::TwoFiftySix),
            (Colours::Always, forbidden, Depth::TwoFiftySix),
            (Colours::Always, around("dumb"), Depth::Sixteen),
            (Colours::Never, plain, Depth::Mono),
            (Colours::Only(Depth::Sixteen), forbidden, Depth::Sixteen),
            (Colours::Only(Depth::TwoFiftySix), around("linux"), Depth::TwoFiftySix),
        ] {
            let looks = Looks { theme: None, colours };
            let weight = if colours == Colours::Auto { Weight::Wish } else { Weight::Demand };
            assert_eq!(looks.decide(&around, weight).1, expected, "{colours:?} {around:?}");
        }
        for (theme, colours, expected) in [
            (ThemeName::LIGHT, Colours::Auto, (ThemeName::LIGHT, Depth::TwoFiftySix)),
            (ThemeName::LIGHT, Colours::Always, (ThemeName::LIGHT, Depth::TwoFiftySix)),
            (ThemeName::MONO, Colours::Auto, (ThemeName::MONO, Depth::Mono)),
            (ThemeName::DARK, Colours::Never, (ThemeName::DARK, Depth::Mono)),
        ] {
            let looks = Looks { theme: Some(theme), colours };
            let weight = if looks.has_theme_of_colours() { Weight::Demand } else { Weight::Wish };
            assert_eq!(looks.decide(&forbidden, weight), expected);
            assert_eq!(looks.decide(&forbidden, Weight::Wish).1, Depth::Mono, "a wish beats nothing");
        }
    }

    #[test]
    fn a_light_ground_is_one_that_says_so() {
        for (value, expected) in [
            (None, ThemeName::DARK),
            (Some(""), ThemeName::DARK),
            (Some("15;0"), ThemeName::DARK),
            (Some("0;15"), ThemeName::LIGHT),
            (Some("0;7"), ThemeName::LIGHT),
            (Some("0;default;15"), ThemeName::LIGHT),
            (Some("7;default"), ThemeName::DARK),
            (Some("15"), ThemeName::LIGHT),
        ] {
            let around = Surroundings { colorfgbg: value, ..around("rxvt") };
            assert_eq!(Looks::default().decide(&around, Weight::Wish).0, expected, "{value:?}");
            let dark = Looks { theme: Some(ThemeName::DARK), ..Looks::default() };
            assert_eq!(dark.decide(&around, Weight::Wish).0, ThemeName::DARK);
        }
    }
}
