//! Caches the resolved theme between frames.

use super::ResolvedTheme;
use crate::theme::{ColorDepth, Priority, Theme};
use std::sync::Arc;

/// The resolved default theme, and the last theme selected instead of it.
#[derive(Debug)]
pub struct ThemeCache {
    default: ResolvedTheme,
    /// Colour depth of a theme that overrides `NO_COLOR`.
    forced_depth: ColorDepth,
    current: Option<(Arc<Theme>, ResolvedTheme)>,
}

impl ThemeCache {
    /// Creates a cache with the theme to use when no other one is selected.
    pub const fn new(default: ResolvedTheme) -> Self {
        Self { forced_depth: default.depth(), default, current: None }
    }

    /// Sets the colour depth of a theme that overrides `NO_COLOR`.
    #[must_use]
    pub fn with_forced_depth(self, forced_depth: ColorDepth) -> Self {
        Self { forced_depth, ..self }
    }

    /// Returns the highest colour depth that can be selected.
    pub fn depth(&self) -> ColorDepth {
        self.default.depth().max(self.forced_depth)
    }

    /// Returns the theme to draw with, resolving it when it or its colour depth changes.
    ///
    /// `theme` is [`crate::app::App::theme`]; `None` selects the default. With [`Priority::Explicit`] the theme has the
    /// forced colour depth, else that of the default.
    pub fn select(&mut self, theme: Option<&Arc<Theme>>, priority: Priority) -> &ResolvedTheme {
        let Some(theme) = theme else { return &self.default };
        let depth = if priority == Priority::Explicit { self.forced_depth } else { self.default.depth() };
        // This runs for every frame, so themes are compared by address.
        let cached =
            self.current.take().filter(|(source, cached)| Arc::ptr_eq(source, theme) && cached.depth() == depth);
        &self.current.insert(cached.unwrap_or_else(|| (Arc::clone(theme), ResolvedTheme::new(theme, depth)))).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{ColorDepth, ThemeName, ThemeRegistry};

    #[test]
    fn a_theme_is_resolved_for_the_depth_of_the_default() {
        let themes = ThemeRegistry::default();
        let theme = |name| themes.get(name).unwrap();
        let few = ResolvedTheme::built_in(&ThemeName::DARK, ColorDepth::Sixteen);
        let mut cache = ThemeCache::new(few.clone());
        assert_eq!(
            *cache.select(Some(theme(&ThemeName::LIGHT)), Priority::Default),
            ResolvedTheme::built_in(&ThemeName::LIGHT, ColorDepth::Sixteen)
        );
        assert_eq!(*cache.select(Some(theme(&ThemeName::DARK)), Priority::Default), few);
        assert_eq!(*cache.select(None, Priority::Default), few);
        let mut mono = ThemeCache::new(ResolvedTheme::built_in(&ThemeName::DARK, ColorDepth::Mono));
        assert_eq!(mono.select(Some(theme(&ThemeName::LIGHT)), Priority::Explicit).sent, ResolvedTheme::mono().sent);
        let mut forced = ThemeCache::new(ResolvedTheme::built_in(&ThemeName::DARK, ColorDepth::Mono))
            .with_forced_depth(ColorDepth::Sixteen);
        assert_eq!(forced.select(Some(theme(&ThemeName::LIGHT)), Priority::Default).sent, ResolvedTheme::mono().sent);
        assert_eq!(*forced.select(Some(theme(&ThemeName::DARK)), Priority::Explicit), few, "overrides NO_COLOR");
    }
}
