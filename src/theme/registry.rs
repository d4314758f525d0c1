//! The themes that are known: those in the program, and those of the user.
//!
//! A theme is read when it is first asked for, and once. So a start costs the reading of one, and a mistake in a file
//! nobody uses harms nobody (`ThemeRegistry::check_sendable` finds it all the same).

use super::color::safe_text;
use super::definition::Theme;
use super::parser::{Parent, ParsedTheme, read};
use crate::config::toml::Diagnostic;
use crate::text::suggest::suggest;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

/// What a theme is called. Case does not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThemeName(Cow<'static, str>);

impl ThemeName {
    /// For light text on dark ground.
    pub const DARK: Self = Self(Cow::Borrowed("dark"));
    /// For dark text on light ground.
    pub const LIGHT: Self = Self(Cow::Borrowed("light"));
    /// No colour on any ground.
    pub const MONO: Self = Self(Cow::Borrowed("mono"));

    /// The theme of this name, if there is one: see [`ThemeRegistry::find`].
    pub fn new(word: &str) -> Self {
        Self(Cow::Owned(word.to_lowercase()))
    }

    /// The word for it.
    pub fn word(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ThemeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The word for the theme that suits the terminal, which no theme can have.
pub const AUTO: &str = "auto";

/// In the program, in the order they are told.
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

/// The names of the themes in the program, in the order they are told.
pub fn names_of_ours() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// All themes by name, built in and of the user. A copy is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeRegistry {
    known: Vec<Arc<ThemeSource>>,
}

#[derive(Debug)]
struct ThemeSource {
    name: ThemeName,
    /// What it is told by, if it is the user's.
    file: Option<String>,
    text: Cow<'static, str>,
    made: OnceLock<BuiltTheme>,
}

#[derive(Debug)]
struct BuiltTheme {
    scheme: Arc<Theme>,
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
        Arc::new(Self { name, file, text, made: OnceLock::new() })
    }

    fn of_ours((name, text): (&'static str, &'static str)) -> Arc<Self> {
        Self::new(ThemeName(Cow::Borrowed(name)), None, Cow::Borrowed(text))
    }
}

impl Default for ThemeRegistry {
    fn default() -> Self {
        Self { known: BUILT_IN.into_iter().map(ThemeSource::of_ours).collect() }
    }
}

/// What is wrong with a theme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThemeDiagnostics {
    /// With any of these it is not used.
    pub mistakes: Vec<Diagnostic>,
    /// What few people can read in it.
    pub warnings: Vec<Diagnostic>,
}

impl ThemeRegistry {
    /// Adds one of the user's, which takes the place of another of its name: `dark.toml` may inherit our `dark`. `file` is
    /// what it is told by.
    ///
    /// # Errors
    /// A sentence, if a theme cannot be called that.
    pub fn add(&mut self, word: &str, file: &str, text: String) -> Result<(), String> {
        let name = ThemeName::new(word);
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.word() == AUTO {
            return Err(
                "A theme cannot be called auto: that is the one that suits the terminal. Rename the file.".to_owned()
            );
        }
        if name.word().is_empty() || !name.word().chars().all(is_word) {
            return Err(format!(
                "A theme cannot be called {}: rename the file to letters, digits, - and _.",
                safe_text(word)
            ));
        }
        let known = ThemeSource::new(name, Some(file.to_owned()), Cow::Owned(text));
        match self.known.iter_mut().find(|other| other.name == known.name) {
            Some(other) => *other = known,
            None => self.known.push(known),
        }
        Ok(())
    }

    /// All names, ours first.
    pub fn names(&self) -> impl Iterator<Item = &ThemeName> {
        self.known.iter().map(|known| &known.name)
    }

    /// The theme called this, in capitals or not.
    ///
    /// # Errors
    /// A sentence, if there is none.
    pub fn find(&self, word: &str) -> Result<ThemeName, String> {
        let name = ThemeName::new(word);
        if self.names().any(|known| *known == name) {
            return Ok(name);
        }
        Err(unknown(word, &self.names().map(ThemeName::word).chain([AUTO]).collect::<Vec<_>>()))
    }

    /// What a theme looks like.
    ///
    /// # Errors
    /// A sentence, if there is no such theme or something is wrong with it: the file, the place and the first mistake.
    pub fn scheme(&self, name: &ThemeName) -> Result<&Arc<Theme>, String> {
        let known = self.known(name).ok_or_else(|| format!("There is no theme {name}."))?;
        let made = self.made(known);
        let file = known.file.as_deref().unwrap_or(known.name.word());
        made.mistakes.first().map_or(Ok(&made.scheme), |mistake| Err(format!("{file}, {mistake}")))
    }

    /// The theme of this word, of which it has been seen that it can be used; `None` for [`AUTO`].
    ///
    /// # Errors
    /// A sentence, as of [`ThemeRegistry::find`] and [`ThemeRegistry::scheme`].
    pub fn check_word(&self, word: &str) -> Result<Option<ThemeName>, String> {
        if word.eq_ignore_ascii_case(AUTO) {
            return Ok(None);
        }
        let name = self.find(word)?;
        self.scheme(&name)?;
        Ok(Some(name))
    }

    /// The theme behind this one, the first behind the last; those that cannot be used are left out.
    pub fn next(&self, name: Option<&ThemeName>) -> Option<&ThemeName> {
        let at = name.and_then(|name| self.names().position(|known| known == name)).map_or(0, |at| at + 1);
        self.names().skip(at).chain(self.names().take(at)).find(|name| self.scheme(name).is_ok())
    }

    /// Everything that is wrong with one; nothing, if there is no such theme.
    pub fn check(&self, name: &ThemeName) -> ThemeDiagnostics {
        self.known(name).map_or_else(ThemeDiagnostics::default, |known| {
            let BuiltTheme { mistakes, warnings, .. } = self.made(known);
            ThemeDiagnostics { mistakes: mistakes.clone(), warnings: warnings.clone() }
        })
    }

    /// The user's themes and the files they are in.
    pub fn user_themes(&self) -> impl Iterator<Item = (&ThemeName, &str)> {
        self.known.iter().filter_map(|known| Some((&known.name, known.file.as_deref()?)))
    }

    fn known(&self, name: &ThemeName) -> Option<&ThemeSource> {
        self.known.iter().find(|known| known.name == *name).map(AsRef::as_ref)
    }

    fn made<'a>(&self, known: &'a ThemeSource) -> &'a BuiltTheme {
        known.made.get_or_init(|| {
            let ParsedTheme { scheme, mistakes, warnings } = self.read(known, &[]);
            BuiltTheme { scheme: Arc::new(scheme), mistakes, warnings }
        })
    }

    /// Reads a theme; `heirs` are those that wait for it, the nearest last.
    fn read(&self, known: &ThemeSource, heirs: &[&ThemeName]) -> ParsedTheme {
        read(&known.text, |parent| match parent {
            // The first of ours say everything themselves.
            Parent::BuiltIn(name) if known.file.is_none() && name == known.name => Ok(Theme::default()),
            Parent::BuiltIn(name) => Ok(ours(&name)),
            Parent::Named(word) if known.file.is_some() && ThemeName::new(word) == known.name => replaced(known),
            Parent::Named(word) => self.parent(word, known, heirs),
        })
    }

    fn parent(&self, word: &str, known: &ThemeSource, heirs: &[&ThemeName]) -> Result<Theme, String> {
        let name = ThemeName::new(word);
        if name.word() == AUTO {
            return Err("A theme inherits one theme, and auto is one or another: write dark, or light.".to_owned());
        }
        if heirs.contains(&&name) {
            let round: Vec<_> = heirs.iter().map(|heir| heir.word()).chain([known.name.word(), name.word()]).collect();
            return Err(format!("The themes inherit each other in a ring: {}.", round.join(", ")));
        }
        let all = || self.names().map(ThemeName::word).collect::<Vec<_>>();
        let parent = self.known(&name).ok_or_else(|| unknown(word, &all()))?;
        let heirs = [heirs, &[&known.name]].concat();
        let ParsedTheme { scheme, mistakes, .. } = self.read(parent, &heirs);
        match mistakes.first() {
            None => Ok(scheme),
            Some(mistake) => Err(format!("{name} has a mistake in {mistake}")),
        }
    }
}

/// What is said of a word that is none of these.
fn unknown(word: &str, all: &[&str]) -> String {
    match suggest(word, all.iter().copied()) {
        Some(near) => format!("There is no theme {}. Did you mean {near}?", safe_text(word)),
        None => format!("There is no theme {}. There are {}.", safe_text(word), all.join(", ")),
    }
}

/// The one of ours that a theme of the user's stands in the place of.
fn replaced(known: &ThemeSource) -> Result<Theme, String> {
    let is_there = names_of_ours().any(|name| name == known.name.word());
    is_there.then(|| ours(&known.name)).ok_or_else(|| format!("{} cannot inherit itself.", known.name))
}

/// One of ours as it is in the program.
fn ours(name: &ThemeName) -> Theme {
    let found = BUILT_IN.into_iter().find(|(known, _)| *known == name.word());
    let themes = ThemeRegistry { known: found.into_iter().map(ThemeSource::of_ours).collect() };
    themes.known.first().map_or_else(Theme::default, |known| themes.read(known, &[]).scheme)
}

/// What is worn where there are no colours.
static MONO: LazyLock<Theme> = LazyLock::new(|| ours(&ThemeName::MONO));

impl Theme {
    /// The one without colours.
    pub fn mono() -> &'static Self {
        &MONO
    }
}

#[cfg(test)]
mod tests;
