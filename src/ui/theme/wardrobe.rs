//! The theme to draw with, made when another one is wanted.

use super::Theme;
use crate::looks::Scheme;
use std::sync::Arc;

/// What suits the terminal, and what was put on instead.
#[derive(Debug)]
pub struct Wardrobe {
    own: Theme,
    worn: Option<(Arc<Scheme>, Theme)>,
}

impl Wardrobe {
    /// With this theme for when nothing else is wanted.
    pub const fn new(own: Theme) -> Self {
        Self { own, worn: None }
    }

    /// The theme to draw with: of what is wanted ([`crate::app::App::theme`]), on the terminal that the first one is for.
    /// One that may not have colours keeps having none.
    pub fn wear(&mut self, wanted: Option<&Arc<Scheme>>) -> &Theme {
        let Some(scheme) = wanted else { return &self.own };
        let depth = self.own.depth();
        // This is asked for each frame, and a scheme is the same as long as it is the same one.
        let worn = self.worn.take().filter(|(worn, _)| Arc::ptr_eq(worn, scheme));
        &self.worn.insert(worn.unwrap_or_else(|| (Arc::clone(scheme), Theme::new(scheme, depth)))).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::looks::{Depth, ThemeName, Themes};

    #[test]
    fn a_theme_is_changed_on_the_same_terminal() {
        let themes = Themes::default();
        let scheme = |name| themes.scheme(name).unwrap();
        let few = Theme::ours(&ThemeName::DARK, Depth::Sixteen);
        let mut wardrobe = Wardrobe::new(few.clone());
        assert_eq!(*wardrobe.wear(Some(scheme(&ThemeName::LIGHT))), Theme::ours(&ThemeName::LIGHT, Depth::Sixteen));
        assert_eq!(*wardrobe.wear(Some(scheme(&ThemeName::DARK))), few);
        assert_eq!(*wardrobe.wear(None), few);
        let mut none = Wardrobe::new(Theme::ours(&ThemeName::DARK, Depth::Mono));
        assert_eq!(none.wear(Some(scheme(&ThemeName::LIGHT))).sent, Theme::mono().sent);
    }
}
