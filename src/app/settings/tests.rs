//! Facts about all settings at once.

use super::*;
use proptest::prelude::*;

#[test]
fn every_setting_takes_its_own_default() {
    for setting in SETTINGS {
        let mut options = Settings::default();
        setting.set(&mut options, &setting.default()).unwrap_or_else(|says| panic!("{}: {says}", setting.name));
        assert_eq!(options, Settings::default(), "{}", setting.name);
    }
}

#[test]
fn every_word_is_taken_and_given_back() {
    for setting in SETTINGS {
        for word in setting.choices {
            let (mut options, mut again) = (Settings::default(), Settings::default());
            setting.set(&mut options, &setting.read(word)).unwrap_or_else(|says| panic!("{}: {says}", setting.name));
            let given = setting.get(&options);
            setting.set(&mut again, &given).unwrap();
            assert_eq!(options, again, "{} {word}", setting.name);
            let is_word = setting.syntax.contains(word) || matches!(setting.name, "encoding");
            assert!(is_word, "{} takes {word} and does not say so", setting.name);
        }
    }
}

#[test]
fn no_two_settings_have_one_place() {
    for one in SETTINGS {
        let mut changed: Vec<&str> = Vec::new();
        for text in [
            "hex", "raw", "1", "7", "prefix", "always", "crlf", "4", "latin-1", "off", "true", "false", "dark", "1000",
            "1MiB",
        ] {
            let mut options = Settings::default();
            let _ = one.set(&mut options, &one.read(text));
            changed.extend(
                SETTINGS.iter().filter(|other| !other.is_same(&options, &Settings::default())).map(|it| it.name),
            );
        }
        changed.dedup();
        assert_eq!(changed, [one.name]);
    }
}

#[test]
fn names_are_found_as_flags_have_them() {
    assert_eq!(find("paste-delay").unwrap().name, "paste_delay");
    assert!(SETTINGS.iter().all(|setting| find(setting.name).unwrap().name == setting.name));
    assert!(find("paste").is_none() && find("").is_none());
}

#[test]
fn what_is_no_value_is_told_what_would_be() {
    for (name, text, says) in [
        ("eol", "vt", "eol is lf, crlf, cr, nul or none, not \"vt\"."),
        ("nick", "a b", "\"a b\" is not a nickname: it is one word of characters that can be seen."),
        ("wait", "0", "wait is a time like 500ms, 5s or 2m, from 1ms to a day, not \"0\"."),
        ("scrollback", "1", "scrollback is a number of bytes like 64MiB, from 64KiB to 64GiB, not \"1\"."),
        ("scrollback_lines", "-1", "scrollback_lines is a number from 100 to 100000000, not \"-1\"."),
        ("mouse", "maybe", "mouse is true or false, not \"maybe\"."),
        ("encoding", "utf-16", "\"utf-16\" cannot be read row by row"),
        ("names", "wrote:", "The pattern does not tell where the name is"),
    ] {
        let mut options = Settings::default();
        let setting = find(name).unwrap();
        let error = setting.set(&mut options, &setting.read(text)).unwrap_err();
        assert!(error.starts_with(says), "{error}");
        assert_eq!(options, Settings::default(), "what was set stays");
    }
    let many = SettingValue::List(vec!["a".into(), "b".into()]);
    assert_eq!(
        find("eol").unwrap().set(&mut Settings::default(), &many).unwrap_err(),
        "eol is lf, crlf, cr, nul or none, not \"a, b\"."
    );
}

#[test]
fn lists_are_read_from_one_line() {
    let value = |name: &str, text: &str| find(name).unwrap().read(text);
    assert_eq!(value("highlight", " a  b "), SettingValue::List(vec!["a".into(), "b".into()]));
    assert_eq!(value("on_connect", "join lab"), SettingValue::List(vec!["join lab".into()]));
    assert_eq!(value("on_connect", "a\r\nb\n"), SettingValue::List(vec!["a".into(), "b".into()]));
    assert_eq!(value("on_connect", ""), SettingValue::List(vec![]));
}

#[test]
fn where_it_was_said_goes_with_it() {
    let eol = find("eol").unwrap();
    let (mut here, mut there) = (Settings::default(), Settings::default());
    assert_eq!(eol.origin(&here), &Origin::Default);
    eol.set_from(&mut here, &eol.read("cr"), Origin::Flag("--eol")).unwrap();
    eol.copy(&here, &mut there);
    assert_eq!((eol.get(&there).to_string(), eol.origin(&there)), ("cr".to_owned(), &Origin::Flag("--eol")));
    assert!(eol.set_from(&mut here, &eol.read("x"), Origin::Session).is_err());
    assert_eq!(eol.origin(&here), &Origin::Flag("--eol"), "what was not taken changes nothing");
}

proptest! {
    #[test]
    fn what_is_taken_is_given_back_as_it_is_taken(index in 0..SETTINGS.len(), text in "[a-z0-9 :.(){}^$+*-]{0,12}") {
        let setting = &SETTINGS[index];
        let mut options = Settings::default();
        if setting.set(&mut options, &setting.read(&text)).is_ok() {
            let mut again = Settings::default();
            prop_assert_eq!(setting.set(&mut again, &setting.get(&options)), Ok(()));
            prop_assert_eq!(again, options);
        }
    }
}

#[test]
fn all_our_themes_are_offered() {
    let ours = std::iter::once(crate::theme::AUTO).chain(crate::theme::names_of_ours());
    assert!(find("theme").unwrap().choices.iter().copied().eq(ours));
}
