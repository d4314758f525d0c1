//! User themes and key bindings.

use super::*;
use crate::app::keys::{Chord, KeySequenceParser, Keymap};
use crate::theme::{Appearance, Role, StyleSpec, ThemeName, ThemeRegistry};

/// Returns a registry with a valid and a broken user theme.
fn themes() -> ThemeRegistry {
    let mut themes = ThemeRegistry::default();
    themes.add("mine", "themes/mine.toml", "sent = 'blue'".to_owned()).unwrap();
    themes.add("broken", "themes/broken.toml", "sent = 300".to_owned()).unwrap();
    themes
}

fn driver() -> Driver {
    let mut driver = Driver::connected();
    driver.app = std::mem::replace(&mut driver.app, App::new(Settings::default())).with_themes(themes());
    driver
}

fn sent(driver: &Driver) -> Option<StyleSpec> {
    driver.app.theme().map(|theme| theme.full.of(Role::Sent))
}

#[test]
fn a_user_theme_is_chosen_by_name() {
    let mut driver = driver();
    assert_eq!(driver.app.theme(), None, "no theme is chosen");
    driver.enter("/theme Mine");
    assert_eq!(
        (driver.app.status_message(), sent(&driver)),
        (Some("Theme: mine"), Some(StyleSpec::parse("blue").unwrap()))
    );
    driver.enter("/theme auto");
    assert_eq!((driver.app.status_message(), driver.app.theme()), (Some("Theme: as at the start"), None));
}

#[test]
fn an_unusable_theme_keeps_the_current_one() {
    let mut driver = driver();
    driver.enter("/theme mine");
    for (line, says) in [
        ("/theme drak", "There is no theme drak. Did you mean dark?"),
        (
            "/theme broken",
            "themes/broken.toml, line 1, column 8: 300 is not a colour: palette numbers go from 0 to 255.",
        ),
        ("/set theme drak", "There is no theme drak. Did you mean dark?"),
    ] {
        driver.enter(line);
        assert_eq!(driver.last(), format!("Error {says} Complete"), "{line}");
        assert_eq!((driver.draft(), sent(&driver)), (line, Some(StyleSpec::parse("blue").unwrap())));
        driver.act(Action::QuitOrClear);
    }
}

#[test]
fn theme_without_argument_cycles_through_all() {
    let mut driver = driver();
    let names = driver.app.themes.names().filter(|name| name.word() != "broken").cloned().collect::<Vec<_>>();
    for name in names.iter().chain(names.first()) {
        driver.enter("/theme");
        assert_eq!(driver.app.theme_name(), Some(name));
    }
}

#[test]
fn a_server_theme_applies_until_another_is_chosen() {
    let looks = Appearance { theme: Some(ThemeName::LIGHT), ..Appearance::default() };
    let mut driver = Driver::with(Settings { appearance: looks, ..Settings::default() });
    assert_eq!(driver.app.theme_name(), Some(&ThemeName::LIGHT));
    driver.enter("/theme mono");
    assert_eq!(driver.app.theme_name(), Some(&ThemeName::MONO));
    driver.enter("/set theme dark");
    assert_eq!(driver.app.theme_name(), Some(&ThemeName::DARK), "the last command counts");
}

#[test]
fn themes_are_completed() {
    let mut driver = driver();
    for (typed, completed) in
        [("/theme mi", "/theme mine "), ("/theme high", "/theme high-contrast "), ("/theme au", "/theme auto ")]
    {
        typed.chars().for_each(|c| drop(driver.event(Event::Char(c))));
        driver.act(Action::Complete);
        assert_eq!(driver.draft(), completed);
        driver.act(Action::QuitOrClear);
    }
}

#[test]
fn messages_name_the_bound_keys() {
    let keys = Keymap::with(&[("F1", "none"), ("Ctrl-Y", "none"), ("F9", "preview-send")]).unwrap();
    let mut driver = Driver::connected();
    driver.app = std::mem::replace(&mut driver.app, App::new(Settings::default())).with_keys(keys);
    let mut press = |name: &str| {
        let mut interpreter = KeySequenceParser::default();
        interpreter.press(driver.app.keys(), Chord::parse(name), None).map(|event| driver.event(event));
        driver.app.status_message().map(ToOwned::to_owned)
    };
    assert_eq!(press("Ctrl-X").as_deref(), Some("Ctrl-X starts a key sequence; /help lists them."));
    driver.event(Event::Paste("one\ntwo".to_owned()));
    driver.act(Action::Cancel);
    assert_eq!(driver.app.status_message(), Some("Nothing was sent."), "no key brings it back");
}

#[test]
fn reload_applies_keys_and_themes() {
    let mut driver = Driver::connected();
    let keys = Keymap::with(&[("F9", "help")]).unwrap();
    let configured = LoadedConfig {
        keys: keys.clone(),
        themes: themes(),
        file: Some("config.toml".to_owned()),
        ..LoadedConfig::default()
    };
    driver.event(Event::ConfigReloaded(Ok(Box::new(configured))));
    assert_eq!(driver.last(), "Notice Settings read from config.toml: keys changed; themes changed. Complete");
    assert_eq!(driver.app.keys(), &keys);
    driver.enter("/theme mine");
    assert_eq!(driver.app.status_message(), Some("Theme: mine"));
}
