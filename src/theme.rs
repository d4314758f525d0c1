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

mod color;
mod definition;
mod parser;
mod registry;
mod style;

pub use color::{Color, MIN_CONTRAST, Rgb, contrast, linear};
pub use definition::{Background, LowContrast, Role, RoleStyles, Theme};
pub use registry::{AUTO, ThemeDiagnostics, ThemeName, ThemeRegistry, names_of_ours};
pub use style::{Modifier, Modifiers, StyleSpec};

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorDepth {
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
    Only(ColorDepth),
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appearance {
    /// The theme; `None` is the one that suits the terminal.
    pub theme: Option<ThemeName>,
    /// The colours.
    pub colours: Colours,
}

/// How much was meant by what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// It is what one has as a rule: a line in the settings file, a variable. `NO_COLOR` beats it.
    #[default]
    Default,
    /// It is wanted now: a flag, a command. It beats `NO_COLOR`.
    Explicit,
}

/// What the environment says of the terminal: the variables of these names, as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TerminalEnv<'a> {
    /// `NO_COLOR` (<https://no-color.org>): no colours if set and not empty.
    pub no_color: Option<&'a str>,
    /// `COLORTERM`: `truecolor` or `24bit` where there are that many.
    pub colorterm: Option<&'a str>,
    /// `TERM`: the terminal's kind.
    pub term: Option<&'a str>,
    /// `COLORFGBG`: `TEXT;GROUND`, as rxvt, Konsole and iTerm set it; numbers of the sixteen colours.
    pub colorfgbg: Option<&'a str>,
}

impl Appearance {
    /// What to draw with. `NO_COLOR` beats what is a wish only; [`Colours::Never`] beats all.
    pub fn resolve(&self, around: &TerminalEnv<'_>, weight: Priority) -> (ThemeName, ColorDepth) {
        let theme = self.theme.clone().unwrap_or_else(|| around.background());
        let is_forbidden = weight == Priority::Default && around.forbids_colour();
        let depth = match self.colours {
            Colours::Never => ColorDepth::Mono,
            _ if is_forbidden => ColorDepth::Mono,
            Colours::Only(depth) => depth,
            Colours::Auto if weight == Priority::Default || !self.has_theme_of_colours() => around.depth(),
            Colours::Always | Colours::Auto => around.depth().max(ColorDepth::Sixteen),
        };
        (theme, depth)
    }

    /// Whether a theme was named, and one that has colours.
    pub fn has_theme_of_colours(&self) -> bool {
        self.theme.as_ref().is_some_and(|theme| *theme != ThemeName::MONO)
    }
}

/// Parts of `TERM` that only terminals with 256 colours have.
const RICH_TERMS: [&str; 7] = ["256color", "kitty", "alacritty", "ghostty", "foot", "wezterm", "direct"];

/// Terminals that do not have what `COLORTERM` promises: it is another's, in which they were started.
const IGNORES_COLORTERM: [&str; 2] = ["linux", "screen"];

impl TerminalEnv<'_> {
    fn forbids_colour(&self) -> bool {
        self.no_color.is_some_and(|value| !value.is_empty())
    }

    fn depth(&self) -> ColorDepth {
        let term = self.term.unwrap_or_default();
        let is_true = matches!(self.colorterm, Some("truecolor" | "24bit")) && !IGNORES_COLORTERM.contains(&term);
        match term {
            "dumb" => ColorDepth::Mono,
            _ if is_true => ColorDepth::TrueColour,
            // Windows has no `TERM`, and terminals that have long known 256 colours.
            "" if cfg!(windows) => ColorDepth::TwoFiftySix,
            _ if RICH_TERMS.iter().any(|part| term.contains(part)) => ColorDepth::TwoFiftySix,
            _ => ColorDepth::Sixteen,
        }
    }

    /// Dark unless something says otherwise: most terminals are, and most say nothing.
    fn background(&self) -> ThemeName {
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

    const fn around(term: &str) -> TerminalEnv<'_> {
        TerminalEnv { no_color: None, colorterm: None, term: Some(term), colorfgbg: None }
    }

    fn depth(colours: Colours, around: TerminalEnv<'_>) -> ColorDepth {
        Appearance { theme: None, colours }.resolve(&around, Priority::Default).1
    }

    #[test]
    fn a_terminal_is_known_by_its_name() {
        for (term, expected) in [
            ("dumb", ColorDepth::Mono),
            ("linux", ColorDepth::Sixteen),
            ("xterm", ColorDepth::Sixteen),
            ("screen", ColorDepth::Sixteen),
            ("vt220", ColorDepth::Sixteen),
            ("xterm-256color", ColorDepth::TwoFiftySix),
            ("screen-256color", ColorDepth::TwoFiftySix),
            ("tmux-256color", ColorDepth::TwoFiftySix),
            ("xterm-kitty", ColorDepth::TwoFiftySix),
            ("alacritty", ColorDepth::TwoFiftySix),
            ("xterm-ghostty", ColorDepth::TwoFiftySix),
            ("foot", ColorDepth::TwoFiftySix),
        ] {
            assert_eq!(depth(Colours::Auto, around(term)), expected, "{term}");
        }
        let unnamed = if cfg!(windows) { ColorDepth::TwoFiftySix } else { ColorDepth::Sixteen };
        assert_eq!(depth(Colours::Auto, TerminalEnv::default()), unnamed);
    }

    #[test]
    fn true_colour_is_believed_of_terminals_that_can_have_it() {
        for (term, colorterm, expected) in [
            ("xterm-256color", "truecolor", ColorDepth::TrueColour),
            ("xterm", "24bit", ColorDepth::TrueColour),
            ("xterm-256color", "yes", ColorDepth::TwoFiftySix),
            ("screen", "truecolor", ColorDepth::Sixteen),
            ("linux", "truecolor", ColorDepth::Sixteen),
            ("dumb", "truecolor", ColorDepth::Mono),
        ] {
            let around = TerminalEnv { colorterm: Some(colorterm), ..around(term) };
            assert_eq!(depth(Colours::Auto, around), expected, "{term} {colorterm}");
        }
    }

    #[test]
    fn what_is_demanded_beats_the_environment() {
        let plain = around("xterm-256color");
        let forbidden = TerminalEnv { no_color: Some("1"), ..plain };
        let empty = TerminalEnv { no_color: Some(""), ..plain };
        for (colours, around, expected) in [
            (Colours::Auto, forbidden, ColorDepth::Mono),
            (Colours::Auto, empty, ColorDepth::TwoFiftySix),
            (Colours::Always, forbidden, ColorDepth::TwoFiftySix),
            (Colours::Always, around("dumb"), ColorDepth::Sixteen),
            (Colours::Never, plain, ColorDepth::Mono),
            (Colours::Only(ColorDepth::Sixteen), forbidden, ColorDepth::Sixteen),
            (Colours::Only(ColorDepth::TwoFiftySix), around("linux"), ColorDepth::TwoFiftySix),
        ] {
            let looks = Appearance { theme: None, colours };
            let weight = if colours == Colours::Auto { Priority::Default } else { Priority::Explicit };
            assert_eq!(looks.resolve(&around, weight).1, expected, "{colours:?} {around:?}");
        }
        for (theme, colours, expected) in [
            (ThemeName::LIGHT, Colours::Auto, (ThemeName::LIGHT, ColorDepth::TwoFiftySix)),
            (ThemeName::LIGHT, Colours::Always, (ThemeName::LIGHT, ColorDepth::TwoFiftySix)),
            (ThemeName::MONO, Colours::Auto, (ThemeName::MONO, ColorDepth::Mono)),
            (ThemeName::DARK, Colours::Never, (ThemeName::DARK, ColorDepth::Mono)),
        ] {
            let looks = Appearance { theme: Some(theme), colours };
            let weight = if looks.has_theme_of_colours() { Priority::Explicit } else { Priority::Default };
            assert_eq!(looks.resolve(&forbidden, weight), expected);
            assert_eq!(looks.resolve(&forbidden, Priority::Default).1, ColorDepth::Mono, "a wish beats nothing");
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
            let around = TerminalEnv { colorfgbg: value, ..around("rxvt") };
            assert_eq!(Appearance::default().resolve(&around, Priority::Default).0, expected, "{value:?}");
            let dark = Appearance { theme: Some(ThemeName::DARK), ..Appearance::default() };
            assert_eq!(dark.resolve(&around, Priority::Default).0, ThemeName::DARK);
        }
    }
}
