//! Chooses the theme and the colour depth from the settings and the environment.

use super::ThemeName;

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorDepth {
    /// No colours: the terminal has none, or the user wants none.
    Mono,
    /// The eight colours of ECMA-48 and their bright forms. Each terminal defines their RGB values.
    Sixteen,
    /// xterm's palette. The colours from 16 on have the same RGB values everywhere.
    TwoFiftySix,
    /// Red, green and blue, eight bits each.
    TrueColor,
}

/// The `color` setting: whether to use colours, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorMode {
    /// As many as the terminal seems to have, unless `NO_COLOR` forbids them.
    #[default]
    Auto,
    /// No colours at all.
    Never,
    /// As many as the terminal seems to have, but at least sixteen.
    Always,
    /// Exactly this many, whatever the terminal seems to have.
    Only(ColorDepth),
}

/// The settings that decide how the screen looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appearance {
    /// The theme's name; `None` selects dark or light by the terminal's background.
    pub theme: Option<ThemeName>,
    /// Whether to use colours.
    pub colours: ColorMode,
}

/// Whether a colour setting overrides `NO_COLOR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// Set in the configuration file or the environment; `NO_COLOR` overrides it.
    #[default]
    Default,
    /// Set by a flag or a command; overrides `NO_COLOR`.
    Explicit,
}

/// The environment variables that describe the terminal, unparsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TerminalEnv<'a> {
    /// `NO_COLOR` (<https://no-color.org>): no colours if set and not empty.
    pub no_color: Option<&'a str>,
    /// `COLORTERM`: `truecolor` or `24bit` if the terminal has 24-bit colour.
    pub colorterm: Option<&'a str>,
    /// `TERM`: the terminal type.
    pub term: Option<&'a str>,
    /// `COLORFGBG`: `TEXT;BACKGROUND` as indices of the sixteen colours; set by rxvt, Konsole and iTerm.
    pub colorfgbg: Option<&'a str>,
}

impl Appearance {
    /// Returns the theme and the colour depth to draw with.
    ///
    /// `NO_COLOR` overrides everything of [`Priority::Default`]; [`ColorMode::Never`] overrides everything.
    pub fn resolve(&self, env: &TerminalEnv<'_>, priority: Priority) -> (ThemeName, ColorDepth) {
        let theme = self.theme.clone().unwrap_or_else(|| env.background());
        let is_forbidden = priority == Priority::Default && env.forbids_colour();
        let depth = match self.colours {
            ColorMode::Never => ColorDepth::Mono,
            _ if is_forbidden => ColorDepth::Mono,
            ColorMode::Only(depth) => depth,
            ColorMode::Auto if priority == Priority::Default || !self.has_coloured_theme() => env.depth(),
            ColorMode::Always | ColorMode::Auto => env.depth().max(ColorDepth::Sixteen),
        };
        (theme, depth)
    }

    /// Whether a theme other than [`ThemeName::MONO`] is set.
    pub fn has_coloured_theme(&self) -> bool {
        self.theme.as_ref().is_some_and(|theme| *theme != ThemeName::MONO)
    }
}

/// Substrings of `TERM` that only terminals with 256 colours use.
const RICH_TERMS: [&str; 7] = ["256color", "kitty", "alacritty", "ghostty", "foot", "wezterm", "direct"];

/// Values of `TERM` for which `COLORTERM` is ignored, as it comes from the terminal they were started in.
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
            _ if is_true => ColorDepth::TrueColor,
            // Windows sets no `TERM`, and its terminals support 256 colours.
            "" if cfg!(windows) => ColorDepth::TwoFiftySix,
            _ if RICH_TERMS.iter().any(|part| term.contains(part)) => ColorDepth::TwoFiftySix,
            _ => ColorDepth::Sixteen,
        }
    }

    /// Returns the light theme if `COLORFGBG` names a light background, else the dark one.
    fn background(&self) -> ThemeName {
        let background = self.colorfgbg.and_then(|value| value.rsplit(';').next());
        match background {
            Some("7" | "15") => ThemeName::LIGHT,
            _ => ThemeName::DARK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn env(term: &str) -> TerminalEnv<'_> {
        TerminalEnv { no_color: None, colorterm: None, term: Some(term), colorfgbg: None }
    }

    fn depth(colours: ColorMode, env: TerminalEnv<'_>) -> ColorDepth {
        Appearance { theme: None, colours }.resolve(&env, Priority::Default).1
    }

    #[test]
    fn depth_follows_term() {
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
            assert_eq!(depth(ColorMode::Auto, env(term)), expected, "{term}");
        }
        let unnamed = if cfg!(windows) { ColorDepth::TwoFiftySix } else { ColorDepth::Sixteen };
        assert_eq!(depth(ColorMode::Auto, TerminalEnv::default()), unnamed);
    }

    #[test]
    fn colorterm_is_ignored_where_it_is_inherited() {
        for (term, colorterm, expected) in [
            ("xterm-256color", "truecolor", ColorDepth::TrueColor),
            ("xterm", "24bit", ColorDepth::TrueColor),
            ("xterm-256color", "yes", ColorDepth::TwoFiftySix),
            ("screen", "truecolor", ColorDepth::Sixteen),
            ("linux", "truecolor", ColorDepth::Sixteen),
            ("dumb", "truecolor", ColorDepth::Mono),
        ] {
            let env = TerminalEnv { colorterm: Some(colorterm), ..env(term) };
            assert_eq!(depth(ColorMode::Auto, env), expected, "{term} {colorterm}");
        }
    }

    #[test]
    fn explicit_colours_override_no_color() {
        let plain = env("xterm-256color");
        let forbidden = TerminalEnv { no_color: Some("1"), ..plain };
        let empty = TerminalEnv { no_color: Some(""), ..plain };
        for (colours, env, expected) in [
            (ColorMode::Auto, forbidden, ColorDepth::Mono),
            (ColorMode::Auto, empty, ColorDepth::TwoFiftySix),
            (ColorMode::Always, forbidden, ColorDepth::TwoFiftySix),
            (ColorMode::Always, env("dumb"), ColorDepth::Sixteen),
            (ColorMode::Never, plain, ColorDepth::Mono),
            (ColorMode::Only(ColorDepth::Sixteen), forbidden, ColorDepth::Sixteen),
            (ColorMode::Only(ColorDepth::TwoFiftySix), env("linux"), ColorDepth::TwoFiftySix),
        ] {
            let appearance = Appearance { theme: None, colours };
            let priority = if colours == ColorMode::Auto { Priority::Default } else { Priority::Explicit };
            assert_eq!(appearance.resolve(&env, priority).1, expected, "{colours:?} {env:?}");
        }
        for (theme, colours, expected) in [
            (ThemeName::LIGHT, ColorMode::Auto, (ThemeName::LIGHT, ColorDepth::TwoFiftySix)),
            (ThemeName::LIGHT, ColorMode::Always, (ThemeName::LIGHT, ColorDepth::TwoFiftySix)),
            (ThemeName::MONO, ColorMode::Auto, (ThemeName::MONO, ColorDepth::Mono)),
            (ThemeName::DARK, ColorMode::Never, (ThemeName::DARK, ColorDepth::Mono)),
        ] {
            let appearance = Appearance { theme: Some(theme), colours };
            let priority = if appearance.has_coloured_theme() { Priority::Explicit } else { Priority::Default };
            assert_eq!(appearance.resolve(&forbidden, priority), expected);
            assert_eq!(
                appearance.resolve(&forbidden, Priority::Default).1,
                ColorDepth::Mono,
                "a default overrides nothing"
            );
        }
    }

    #[test]
    fn colorfgbg_selects_the_light_theme() {
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
            let env = TerminalEnv { colorfgbg: value, ..env("rxvt") };
            assert_eq!(Appearance::default().resolve(&env, Priority::Default).0, expected, "{value:?}");
            let dark = Appearance { theme: Some(ThemeName::DARK), ..Appearance::default() };
            assert_eq!(dark.resolve(&env, Priority::Default).0, ThemeName::DARK);
        }
    }
}
