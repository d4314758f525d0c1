//! Tests of the theme registry: names, inheritance and mistakes.

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

fn get(themes: &ThemeRegistry, name: &str) -> Result<Theme, String> {
    themes.get(&ThemeName::new(name)).map(|theme| (**theme).clone())
}

fn sent(themes: &ThemeRegistry, name: &str) -> StyleSpec {
    get(themes, name).unwrap().full.of(Role::Sent)
}

#[test]
fn built_in_themes_have_no_mistakes_or_warnings() {
    let themes = ThemeRegistry::default();
    for name in themes.names() {
        assert_eq!(themes.check(name), ThemeDiagnostics::default(), "{name}");
    }
}

#[test]
fn each_built_in_theme_sets_every_role() {
    for (name, text) in BUILT_IN {
        let table = SpannedTable::parse(text).unwrap();
        for (_, role) in Role::ALL {
            assert!(table.get(role).is_some(), "{name} does not set {role}");
        }
    }
}

#[test]
fn high_contrast_has_a_contrast_of_seven() {
    let theme = get(&ThemeRegistry::default(), "high-contrast").unwrap();
    for (name, style) in theme.full.coloured().filter(|(name, _)| *name != "track") {
        let background = style.background.map_or((0, 0, 0), crate::theme::Color::rgb);
        let contrast = crate::theme::contrast(style.text.unwrap().rgb(), background);
        assert!(contrast >= 7.0, "{name} has {contrast:.2}");
    }
}

#[test]
fn a_theme_is_found_by_name_or_the_nearest_is_suggested() {
    let themes = with(&[("Mine", "")]);
    assert_eq!(themes.find("Dark"), Ok(ThemeName::DARK));
    assert_eq!(themes.find("mine"), Ok(ThemeName::new("mine")));
    for (word, message) in [
        ("drak", "There is no theme drak. Did you mean dark?"),
        ("solarised-dark", "There is no theme solarised-dark. Did you mean solarized-dark?"),
        ("gruvbox_dark", "There is no theme gruvbox_dark. Did you mean gruvbox-dark?"),
        (
            "x\u{1b}[2J",
            "There is no theme x\\u{1b}[2J. Themes: dark, light, mono, high-contrast, solarized-dark, solarized-light, \
             gruvbox-dark, gruvbox-light, mine, auto.",
        ),
    ] {
        assert_eq!(themes.find(word), Err(message.to_owned()));
    }
}

#[test]
fn a_theme_overrides_the_one_it_inherits() {
    let themes = with(&[
        ("mine", "inherits = \"light\"\nsent = \"blue\""),
        ("yours", "inherits = \"Mine\"\nerror = \"bold\""),
        ("bright", "ground = \"#ffffff\""),
        ("bare", ""),
    ]);
    let light = get(&themes, "light").unwrap();
    let yours = get(&themes, "yours").unwrap();
    assert_eq!(yours.full.of(Role::Sent), StyleSpec::parse("blue").unwrap());
    assert_eq!(yours.full.of(Role::Error), StyleSpec::parse("bold").unwrap());
    assert_eq!(yours.full.of(Role::Bar), light.full.of(Role::Bar));
    assert_eq!((yours.background, yours.ansi16), (Background::Light, light.ansi16.clone()));
    assert_eq!(sent(&themes, "bright"), light.full.of(Role::Sent), "a light background inherits the light theme");
    assert_eq!(sent(&themes, "bare"), sent(&themes, "dark"));
}

#[test]
fn a_theme_may_replace_a_built_in_one_and_inherit_it() {
    let themes = with(&[("dark", "inherits = \"dark\"\ntime = \"bold\""), ("mine", "inherits = \"dark\"")]);
    assert_eq!(themes.names().filter(|name| **name == ThemeName::DARK).count(), 1);
    assert_eq!(sent(&themes, "dark"), sent(&ThemeRegistry::default(), "dark"));
    let time = get(&themes, "mine").unwrap().full.of(Role::Time);
    assert_eq!(time, StyleSpec::parse("bold").unwrap(), "others inherit the replacement");
}

#[test]
fn cycles_and_mistakes_are_reported_with_their_position() {
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
    for (name, message) in [
        ("me", "themes/me.toml, line 1, column 12: me cannot inherit itself."),
        (
            "a",
            "themes/a.toml, line 1, column 12: b has an error at line 1, column 12: c has an error at line 1, column 12: The themes inherit \
             each other in a cycle: a, b, c, a.",
        ),
        ("wrong", "themes/wrong.toml, line 2, column 1: Unknown name snet. Did you mean sent?"),
        (
            "heir",
            "themes/heir.toml, line 1, column 12: wrong has an error at line 2, column 1: Unknown name snet. Did you mean sent?",
        ),
        ("far", "themes/far.toml, line 1, column 12: There is no theme drak. Did you mean dark?"),
        ("any", "themes/any.toml, line 1, column 12: A theme cannot inherit auto: write dark or light."),
        (
            "none",
            "themes/none.toml, line 1, column 12: There is no theme sparkling. Themes: dark, light, mono, high-contrast, \
             solarized-dark, solarized-light, gruvbox-dark, gruvbox-light, me, a, b, c, wrong, heir, far, any, none.",
        ),
        ("dark", "themes/dark.toml, line 2, column 8: 300 is not a colour: palette numbers go from 0 to 255."),
    ] {
        assert_eq!(get(&themes, name), Err(message.to_owned()));
    }
    assert_eq!(get(&themes, "gone"), Err("There is no theme gone.".to_owned()));
}

#[test]
fn next_skips_themes_with_mistakes() {
    let themes = with(&[("broken", "sent = 300"), ("mine", "")]);
    let after = |name: Option<&str>| themes.next(name.map(ThemeName::new).as_ref()).unwrap().word();
    assert_eq!(after(None), "dark");
    assert_eq!(after(Some("dark")), "light");
    assert_eq!(after(Some("gruvbox-light")), "mine");
    assert_eq!(after(Some("mine")), "dark");
    assert_eq!(after(Some("gone")), "dark");
}

#[test]
fn reserved_and_unusual_names_are_refused() {
    let mut themes = ThemeRegistry::default();
    for (name, message) in [
        ("auto", "A theme cannot be called auto: that selects dark or light automatically. Rename the file."),
        ("my theme", "A theme cannot be called my theme: rename the file, using letters, digits, - and _."),
        ("x\u{1b}", "A theme cannot be called x\\u{1b}: rename the file, using letters, digits, - and _."),
    ] {
        assert_eq!(themes.add(name, "file", String::new()), Err(message.to_owned()));
    }
    assert_eq!(themes, ThemeRegistry::default());
}
