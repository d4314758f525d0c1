//! Which themes there are, and what becomes of the user's.

use super::*;
use crate::config::toml::SpannedTable;
use crate::theme::{Background, Role, StyleSpec};

fn with(files: &[(&str, &str)]) -> ThemeRegistry {
    let mut themes = ThemeRegistry::default();
    for (name, text) in files {
        themes.add(name, &format!("themes/{name}.toml"), (*text).to_owned()).unwrap();
    }
    themes
}

fn scheme(themes: &ThemeRegistry, name: &str) -> Result<Theme, String> {
    themes.scheme(&ThemeName::new(name)).map(|scheme| (**scheme).clone())
}

fn sent(themes: &ThemeRegistry, name: &str) -> StyleSpec {
    scheme(themes, name).unwrap().full.of(Role::Sent)
}

#[test]
fn ours_have_neither_mistakes_nor_words_that_cannot_be_read() {
    let themes = ThemeRegistry::default();
    for name in themes.names() {
        assert_eq!(themes.check(name), ThemeDiagnostics::default(), "{name}");
    }
}

#[test]
fn each_of_ours_says_all_it_can() {
    for (name, text) in BUILT_IN {
        let table = SpannedTable::parse(text).unwrap();
        for (_, role) in Role::ALL {
            assert!(table.get(role).is_some(), "{name} says nothing of {role}");
        }
    }
}

#[test]
fn high_contrast_is_what_it_is_called() {
    let scheme = scheme(&ThemeRegistry::default(), "high-contrast").unwrap();
    for (name, paint) in scheme.full.coloured().filter(|(name, _)| *name != "track") {
        let ground = paint.background.map_or((0, 0, 0), crate::theme::Color::rgb);
        let contrast = crate::theme::contrast(paint.text.unwrap().rgb(), ground);
        assert!(contrast >= 7.0, "{name} has {contrast:.2}");
    }
}

#[test]
fn a_theme_is_found_by_its_name_and_the_nearest_told() {
    let themes = with(&[("Mine", "")]);
    assert_eq!(themes.find("Dark"), Ok(ThemeName::DARK));
    assert_eq!(themes.find("mine"), Ok(ThemeName::new("mine")));
    for (word, says) in [
        ("drak", "There is no theme drak. Did you mean dark?"),
        ("solarised-dark", "There is no theme solarised-dark. Did you mean solarized-dark?"),
        ("gruvbox_dark", "There is no theme gruvbox_dark. Did you mean gruvbox-dark?"),
        (
            "x\u{1b}[2J",
            "There is no theme x\\u{1b}[2J. There are dark, light, mono, high-contrast, solarized-dark, solarized-light, \
             gruvbox-dark, gruvbox-light, mine, auto.",
        ),
    ] {
        assert_eq!(themes.find(word), Err(says.to_owned()));
    }
}

#[test]
fn a_theme_says_what_differs_from_the_one_it_inherits() {
    let themes = with(&[
        ("mine", "inherits = \"light\"\nsent = \"blue\""),
        ("yours", "inherits = \"Mine\"\nerror = \"bold\""),
        ("bright", "ground = \"#ffffff\""),
        ("bare", ""),
    ]);
    let light = scheme(&themes, "light").unwrap();
    let yours = scheme(&themes, "yours").unwrap();
    assert_eq!(yours.full.of(Role::Sent), StyleSpec::parse("blue").unwrap());
    assert_eq!(yours.full.of(Role::Error), StyleSpec::parse("bold").unwrap());
    assert_eq!(yours.full.of(Role::Bar), light.full.of(Role::Bar));
    assert_eq!((yours.ground, yours.ansi16), (Background::Light, light.ansi16.clone()));
    assert_eq!(sent(&themes, "bright"), light.full.of(Role::Sent), "a light ground has the light one under it");
    assert_eq!(sent(&themes, "bare"), sent(&themes, "dark"));
}

#[test]
fn a_theme_may_stand_in_the_place_of_ours_and_inherit_it() {
    let themes = with(&[("dark", "inherits = \"dark\"\ntime = \"bold\""), ("mine", "inherits = \"dark\"")]);
    assert_eq!(themes.names().filter(|name| **name == ThemeName::DARK).count(), 1);
    assert_eq!(sent(&themes, "dark"), sent(&ThemeRegistry::default(), "dark"));
    let time = scheme(&themes, "mine").unwrap().full.of(Role::Time);
    assert_eq!(time, StyleSpec::parse("bold").unwrap(), "to inherit it is to inherit the user's");
}

#[test]
fn what_inherits_itself_or_what_is_wrong_is_told() {
    let themes = with(&[
        ("me", "inherits = \"me\""),
        ("a", "inherits = \"b\""),
        ("b", "inherits = \"c\""),
        ("c", "inherits = \"a\""),
        ("wrong", "\nsnet = 1"),
        ("heir", "inherits = \"wrong\""),
        ("far", "inherits = \"drak\""),
        ("any", "inherits = \"Auto\""),
        ("none", "inherits = \"sparkling\""),
        ("dark", "inherits = \"light\"\nsent = 300"),
    ]);
    for (name, says) in [
        ("me", "themes/me.toml, line 1, column 12: me cannot inherit itself."),
        (
            "a",
            "themes/a.toml, line 1, column 12: b has a mistake in line 1, column 12: c has a mistake in line 1, column 12: The themes inherit \
             each other in a ring: a, b, c, a.",
        ),
        ("wrong", "themes/wrong.toml, line 2, column 1: There is no snet. Did you mean sent?"),
        (
            "heir",
            "themes/heir.toml, line 1, column 12: wrong has a mistake in line 2, column 1: There is no snet. Did you mean sent?",
        ),
        ("far", "themes/far.toml, line 1, column 12: There is no theme drak. Did you mean dark?"),
        (
            "any",
            "themes/any.toml, line 1, column 12: A theme inherits one theme, and auto is one or another: write dark, or light.",
        ),
        (
            "none",
            "themes/none.toml, line 1, column 12: There is no theme sparkling. There are dark, light, mono, high-contrast, \
             solarized-dark, solarized-light, gruvbox-dark, gruvbox-light, me, a, b, c, wrong, heir, far, any, none.",
        ),
        ("dark", "themes/dark.toml, line 2, column 8: 300 is no colour: the palette goes from 0 to 255."),
    ] {
        assert_eq!(scheme(&themes, name), Err(says.to_owned()));
    }
    assert_eq!(scheme(&themes, "gone"), Err("There is no theme gone.".to_owned()));
}

#[test]
fn the_next_theme_is_one_that_can_be_used() {
    let themes = with(&[("broken", "sent = 300"), ("mine", "")]);
    let after = |name: Option<&str>| themes.next(name.map(ThemeName::new).as_ref()).unwrap().word();
    assert_eq!(after(None), "dark");
    assert_eq!(after(Some("dark")), "light");
    assert_eq!(after(Some("gruvbox-light")), "mine");
    assert_eq!(after(Some("mine")), "dark");
    assert_eq!(after(Some("gone")), "dark");
}

#[test]
fn a_theme_has_a_name_that_can_be_typed() {
    let mut themes = ThemeRegistry::default();
    for (name, says) in [
        ("auto", "A theme cannot be called auto: that is the one that suits the terminal. Rename the file."),
        ("my theme", "A theme cannot be called my theme: rename the file to letters, digits, - and _."),
        ("x\u{1b}", "A theme cannot be called x\\u{1b}: rename the file to letters, digits, - and _."),
    ] {
        assert_eq!(themes.add(name, "file", String::new()), Err(says.to_owned()));
    }
    assert_eq!(themes, ThemeRegistry::default());
}
