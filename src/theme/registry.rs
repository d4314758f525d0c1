//! The registry of themes: the built-in ones and those of the user.
//!
//! A theme is parsed when it is first used, and only once. A start therefore parses one theme, and a mistake in an unused
//! file has no effect; [`ThemeRegistry::check`] reports it.

use super::color::safe_text;
use super::definition::Theme;
use super::parser::{Parent, ParsedTheme, parse};
use crate::config::toml::Diagnostic;
use crate::text::suggest::suggest;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

/// The name of a theme, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThemeName(Cow<'static, str>);

impl ThemeName {
    /// The built-in theme for dark terminals.
    pub const DARK: Self = Self(Cow::Borrowed("dark"));
    /// The built-in theme for light terminals.
    pub const LIGHT: Self = Self(Cow::Borrowed("light"));
    /// The built-in theme without colours.
    pub const MONO: Self = Self(Cow::Borrowed("mono"));

    /// Converts a word to a name. [`ThemeRegistry::find`] checks that there is such a theme.
    pub fn new(word: &str) -> Self {
        Self(Cow::Owned(word.to_lowercase()))
    }

    /// Returns the name as it is written in settings.
    pub fn word(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ThemeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The reserved name that selects dark or light by the terminal's background.
pub const AUTO: &str = "auto";

/// The built-in themes, in the order in which they are listed.
const BUILT_IN: [(&str, &str); 8] = [
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
    ("solarized-dark", include_str!("../../assets/themes/solarized-dark.toml")),
    ("solarized-light", include_str!("../../assets/themes/solarized-light.toml")),
    ("gruvbox-dark", include_str!("../../assets/themes/gruvbox-dark.toml")),
    ("gruvbox-light", include_str!("../../assets/themes/gruvbox-light.toml")),
];

/// Returns the names of the built-in themes, in the order in which they are listed.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// All themes by name, built-in and of the user. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeRegistry {
    sources: Vec<Arc<ThemeSource>>,
}

#[derive(Debug)]
struct ThemeSource {
    name: ThemeName,
    /// The file shown in messages; `None` for a built-in theme.
    file: Option<String>,
    text: Cow<'static, str>,
    built: OnceLock<BuiltTheme>,
}

#[derive(Debug)]
struct BuiltTheme {
    theme: Arc<Theme>,
    mistakes: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl PartialEq for ThemeSource {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.file, &self.text) == (&other.name, &other.file, &other.text)
    }
}

impl Eq for ThemeSource {}

impl ThemeSource {
    fn new(name: ThemeName, file: Option<String>, text: Cow<'static, str>) -> Arc<Self> {
        Arc::new(Self { name, file, text, built: OnceLock::new() })
    }

    fn built_in((name, text): (&'static str, &'static str)) -> Arc<Self> {
        Self::new(ThemeName(Cow::Borrowed(name)), None, Cow::Borrowed(text))
    }
}

impl Default for ThemeRegistry {
    fn default() -> Self {
        Self { sources: BUILT_IN.into_iter().map(ThemeSource::built_in).collect() }
    }
}

/// The mistakes and warnings of a theme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThemeDiagnostics {
    /// Errors; a theme with any of them is not used.
    pub mistakes: Vec<Diagnostic>,
    /// Styles with low contrast.
    pub warnings: Vec<Diagnostic>,
}

impl ThemeRegistry {
    /// Adds a theme of the user, replacing one of the same name. `file` names it in messages.
    ///
    /// A theme that replaces a built-in one may inherit it: `dark.toml` may inherit `dark`.
    ///
    /// # Errors
    /// A sentence if the name is reserved or has characters other than letters, digits, `-`, `_` and `.`.
    pub fn add(&mut self, word: &str, file: &str, text: String) -> Result<(), String> {
        let name = ThemeName::new(word);
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.word() == AUTO {
            return Err(
                "A theme cannot be called auto: that selects dark or light automatically. Rename the file.".to_owned()
            );
        }
        if name.word().is_empty() || !name.word().chars().all(is_word) {
            return Err(format!(
                "A theme cannot be called {}: rename the file, using letters, digits, - and _.",
                safe_text(word)
            ));
        }
        let source = ThemeSource::new(name, Some(file.to_owned()), Cow::Owned(text));
        match self.sources.iter_mut().find(|other| other.name == source.name) {
            Some(other) => *other = source,
            None => self.sources.push(source),
        }
        Ok(())
    }

    /// Returns all names, the built-in ones first.
    pub fn names(&self) -> impl Iterator<Item = &ThemeName> {
        self.sources.iter().map(|source| &source.name)
    }

    /// Returns the name of an existing theme, ignoring case.
    ///
    /// # Errors
    /// A sentence with the nearest name, if there is no such theme.
    pub fn find(&self, word: &str) -> Result<ThemeName, String> {
        let name = ThemeName::new(word);
        if self.names().any(|known| *known == name) {
            return Ok(name);
        }
        Err(unknown(word, &self.names().map(ThemeName::word).chain([AUTO]).collect::<Vec<_>>()))
    }

    /// Returns a theme, parsing it at the first call.
    ///
    /// # Errors
    /// A sentence if there is no such theme, or the file, the position and the first mistake in it.
    pub fn get(&self, name: &ThemeName) -> Result<&Arc<Theme>, String> {
        let source = self.source(name).ok_or_else(|| format!("There is no theme {name}."))?;
        let built = self.build(source);
        let file = source.file.as_deref().unwrap_or(source.name.word());
        built.mistakes.first().map_or(Ok(&built.theme), |mistake| Err(format!("{file}, {mistake}")))
    }

    /// Finds a theme and checks that it can be used; `None` for [`AUTO`].
    ///
    /// # Errors
    /// Those of [`ThemeRegistry::find`] and [`ThemeRegistry::get`].
    pub fn check_word(&self, word: &str) -> Result<Option<ThemeName>, String> {
        if word.eq_ignore_ascii_case(AUTO) {
            return Ok(None);
        }
        let name = self.find(word)?;
        self.get(&name)?;
        Ok(Some(name))
    }

    /// Returns the next usable theme, wrapping around at the end.
    pub fn next(&self, name: Option<&ThemeName>) -> Option<&ThemeName> {
        let start = name.and_then(|name| self.names().position(|other| other == name)).map_or(0, |index| index + 1);
        self.names().skip(start).chain(self.names().take(start)).find(|name| self.get(name).is_ok())
    }

    /// Returns the mistakes and warnings of a theme; none if there is no such theme.
    pub fn check(&self, name: &ThemeName) -> ThemeDiagnostics {
        self.source(name).map_or_else(ThemeDiagnostics::default, |source| {
            let BuiltTheme { mistakes, warnings, .. } = self.build(source);
            ThemeDiagnostics { mistakes: mistakes.clone(), warnings: warnings.clone() }
        })
    }

    /// Returns the user's themes with their files.
    pub fn user_themes(&self) -> impl Iterator<Item = (&ThemeName, &str)> {
        self.sources.iter().filter_map(|source| Some((&source.name, source.file.as_deref()?)))
    }

    fn source(&self, name: &ThemeName) -> Option<&ThemeSource> {
        self.sources.iter().find(|source| source.name == *name).map(AsRef::as_ref)
    }

    fn build<'a>(&self, source: &'a ThemeSource) -> &'a BuiltTheme {
        source.built.get_or_init(|| {
            let ParsedTheme { theme, mistakes, warnings } = self.parse(source, &[]);
            BuiltTheme { theme: Arc::new(theme), mistakes, warnings }
        })
    }

    /// Parses a theme. `heirs` are the themes that inherit it, the nearest last.
    fn parse(&self, source: &ThemeSource, heirs: &[&ThemeName]) -> ParsedTheme {
        parse(&source.text, |parent| match parent {
            // A fallback theme is complete and inherits nothing.
            Parent::BuiltIn(name) if source.file.is_none() && name == source.name => Ok(Theme::default()),
            Parent::BuiltIn(name) => Ok(built_in(&name)),
            Parent::Named(word) if source.file.is_some() && ThemeName::new(word) == source.name => replaced(source),
            Parent::Named(word) => self.parent(word, source, heirs),
        })
    }

    fn parent(&self, word: &str, source: &ThemeSource, heirs: &[&ThemeName]) -> Result<Theme, String> {
        let name = ThemeName::new(word);
        if name.word() == AUTO {
            return Err("A theme cannot inherit auto: write dark or light.".to_owned());
        }
        if heirs.contains(&&name) {
            let cycle: Vec<_> = heirs.iter().map(|heir| heir.word()).chain([source.name.word(), name.word()]).collect();
            return Err(format!("The themes inherit each other in a cycle: {}.", cycle.join(", ")));
        }
        let all = || self.names().map(ThemeName::word).collect::<Vec<_>>();
        let parent = self.source(&name).ok_or_else(|| unknown(word, &all()))?;
        let heirs = [heirs, &[&source.name]].concat();
        let ParsedTheme { theme, mistakes, .. } = self.parse(parent, &heirs);
        match mistakes.first() {
            None => Ok(theme),
            Some(mistake) => Err(format!("{name} has an error at {mistake}")),
        }
    }
}

/// The error for an unknown theme, with the nearest name or all names.
fn unknown(word: &str, all: &[&str]) -> String {
    match suggest(word, all.iter().copied()) {
        Some(near) => format!("There is no theme {}. Did you mean {near}?", safe_text(word)),
        None => format!("There is no theme {}. Themes: {}.", safe_text(word), all.join(", ")),
    }
}

/// Returns the built-in theme that a theme of the user replaces.
fn replaced(source: &ThemeSource) -> Result<Theme, String> {
    let is_built_in = built_in_names().any(|name| name == source.name.word());
    is_built_in.then(|| built_in(&source.name)).ok_or_else(|| format!("{} cannot inherit itself.", source.name))
}

/// Parses a built-in theme, even if the user has replaced it.
fn built_in(name: &ThemeName) -> Theme {
    let found = BUILT_IN.into_iter().find(|(built_in, _)| *built_in == name.word());
    let themes = ThemeRegistry { sources: found.into_iter().map(ThemeSource::built_in).collect() };
    themes.sources.first().map_or_else(Theme::default, |source| themes.parse(source, &[]).theme)
}

static MONO: LazyLock<Theme> = LazyLock::new(|| built_in(&ThemeName::MONO));

impl Theme {
    /// Returns the built-in theme without colours.
    pub fn mono() -> &'static Self {
        &MONO
    }
}

#[cfg(test)]
mod tests;
