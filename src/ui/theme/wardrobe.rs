//! The theme to draw with, made when another one is wanted.

use super::Theme;
use crate::looks::{ColorDepth, Priority, Theme};
use std::sync::Arc;

/// What suits the terminal, and what was put on instead.
#[derive(Debug)]
pub struct Wardrobe {
    own: Theme,
    /// In how many colours what is demanded is shown.
    on_demand: ColorDepth,
    worn: Option<(Arc<Theme>, Theme)>,
}

impl Wardrobe {
    /// With this theme for when nothing else is wanted.
    pub const fn new(own: Theme) -> Self {
        Self { on_demand: own.depth(), own, worn: None }
    }

    /// The same with so many colours for what is put on against `NO_COLOR`.
    #[must_use]
    pub fn with_demand(self, on_demand: ColorDepth) -> Self {
        Self { on_demand, ..self }
    }

    /// The most colours that can be worn.
    pub fn depth(&self) -> ColorDepth {
        self.own.depth().max(self.on_demand)
    }

    /// The theme to draw with: of what is wanted ([`crate::app::App::theme`]), on the terminal that the first one is for.
    /// One that may not have colours has some for what is demanded only.
    pub fn wear(&mut self, wanted: Option<&Arc<Theme>>, weight: Priority) -> &Theme {
        let Some(scheme) = wanted else { return &self.own };
        let depth = if weight == Priority::Explicit { self.on_demand } else { self.own.depth() };
        // This is asked for each frame, and a scheme is the same as long as it is the same one.
        let worn = self.worn.take().filter(|(worn, theme)| Arc::ptr_eq(worn, scheme) && theme.depth() == depth);
        &self.worn.insert(worn.unwrap_or_else(|| (Arc::clone(scheme), Theme::new(scheme, depth)))).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::looks::{ColorDepth, ThemeName, ThemeRegistry};

    #[test]
    fn a_theme_is_changed_on_the_same_terminal() {
        let themes = ThemeRegistry::default();
        let scheme = |name| themes.scheme(name).unwrap();
        let few = Theme::ours(&ThemeName::DARK, ColorDepth::Sixteen);
        let mut wardrobe = Wardrobe::new(few.clone());
        assert_eq!(
            *wardrobe.wear(Some(scheme(&ThemeName::LIGHT)), Priority::Default),
            Theme::ours(&ThemeName::LIGHT, ColorDepth::Sixteen)
        );
        assert_eq!(*wardrobe.wear(Some(scheme(&ThemeName::DARK)), Priority::Default), few);
        assert_eq!(*wardrobe.wear(None, Priority::Default), few);
        let mut none = Wardrobe::new(Theme::ours(&ThemeName::DARK, ColorDepth::Mono));
        assert_eq!(none.wear(Some(scheme(&ThemeName::LIGHT)), Priority::Explicit).sent, Theme::mono().sent);
        let mut asked = Wardrobe::new(Theme::ours(&ThemeName::DARK, ColorDepth::Mono)).with_demand(ColorDepth::Sixteen);
        assert_eq!(asked.wear(Some(scheme(&ThemeName::LIGHT)), Priority::Default).sent, Theme::mono().sent);
        assert_eq!(*asked.wear(Some(scheme(&ThemeName::DARK)), Priority::Explicit), few, "against NO_COLOR");
    }
}
