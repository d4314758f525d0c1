//! The theme to draw with, made when another one is wanted.

use super::ResolvedTheme;
use crate::theme::{ColorDepth, Priority, Theme};
use std::sync::Arc;

/// What suits the terminal, and what was put on instead.
#[derive(Debug)]
pub struct ThemeCache {
    default: ResolvedTheme,
    /// In how many colours what is demanded is shown.
    forced_depth: ColorDepth,
    current: Option<(Arc<Theme>, ResolvedTheme)>,
}

impl ThemeCache {
    /// With this theme for when nothing else is wanted.
    pub const fn new(own: ResolvedTheme) -> Self {
        Self { forced_depth: own.depth(), default: own, current: None }
    }

    /// The same with so many colours for what is put on against `NO_COLOR`.
    #[must_use]
    pub fn with_demand(self, on_demand: ColorDepth) -> Self {
        Self { forced_depth: on_demand, ..self }
    }

    /// The most colours that can be worn.
    pub fn depth(&self) -> ColorDepth {
        self.default.depth().max(self.forced_depth)
    }

    /// The theme to draw with: of what is wanted ([`crate::app::App::theme`]), on the terminal that the first one is for.
    /// One that may not have colours has some for what is demanded only.
    pub fn select(&mut self, wanted: Option<&Arc<Theme>>, weight: Priority) -> &ResolvedTheme {
        let Some(scheme) = wanted else { return &self.default };
        let depth = if weight == Priority::Explicit { self.forced_depth } else { self.default.depth() };
        // This is asked for each frame, and a scheme is the same as long as it is the same one.
        let worn = self.current.take().filter(|(worn, theme)| Arc::ptr_eq(worn, scheme) && theme.depth() == depth);
        &self.current.insert(worn.unwrap_or_else(|| (Arc::clone(scheme), ResolvedTheme::new(scheme, depth)))).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{ColorDepth, ThemeName, ThemeRegistry};

    #[test]
    fn a_theme_is_changed_on_the_same_terminal() {
        let themes = ThemeRegistry::default();
        let scheme = |name| themes.scheme(name).unwrap();
        let few = ResolvedTheme::ours(&ThemeName::DARK, ColorDepth::Sixteen);
        let mut wardrobe = ThemeCache::new(few.clone());
        assert_eq!(
            *wardrobe.select(Some(scheme(&ThemeName::LIGHT)), Priority::Default),
            ResolvedTheme::ours(&ThemeName::LIGHT, ColorDepth::Sixteen)
        );
        assert_eq!(*wardrobe.select(Some(scheme(&ThemeName::DARK)), Priority::Default), few);
        assert_eq!(*wardrobe.select(None, Priority::Default), few);
        let mut none = ThemeCache::new(ResolvedTheme::ours(&ThemeName::DARK, ColorDepth::Mono));
        assert_eq!(none.select(Some(scheme(&ThemeName::LIGHT)), Priority::Explicit).sent, ResolvedTheme::mono().sent);
        let mut asked =
            ThemeCache::new(ResolvedTheme::ours(&ThemeName::DARK, ColorDepth::Mono)).with_demand(ColorDepth::Sixteen);
        assert_eq!(asked.select(Some(scheme(&ThemeName::LIGHT)), Priority::Default).sent, ResolvedTheme::mono().sent);
        assert_eq!(*asked.select(Some(scheme(&ThemeName::DARK)), Priority::Explicit), few, "against NO_COLOR");
    }
}
