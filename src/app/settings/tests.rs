//! Tests properties of all settings.

use super::*;
use proptest::prelude::*;

#[test]
fn every_setting_accepts_its_own_default() {
    for setting in SETTINGS {
        let mut options = Settings::default();
        setting.set(&mut options, &setting.default()).unwrap_or_else(|error| panic!("{}: {error}", setting.name));
        assert_eq!(options, Settings::default(), "{}", setting.name);
    }
}

#[test]
fn every_choice_is_accepted_and_reads_back() {
    for setting in SETTINGS {
        for word in setting.choices {
            let (mut options, mut again) = (Settings::default(), Settings::default());
            setting.set(&mut options, &setting.read(word)).unwrap_or_else(|error| panic!("{}: {error}", setting.name));
            let value = setting.get(&options);
            setting.set(&mut again, &value).unwrap();
            assert_eq!(options, again, "{} {word}", setting.name);
            let is_documented = setting.syntax.contains(word) || matches!(setting.name, "encoding");
            assert!(is_documented, "{} accepts {word}, which its syntax does not mention", setting.name);
        }
    }
}

#[test]
fn each_setting_changes_only_its_own_field() {
    for setting in SETTINGS {
        let mut changed: Vec<&str> = Vec::new();
        for text in [
            "hex", "raw", "1", "7", "prefix", "always", "crlf", "4", "latin-1", "off", "true", "false", "dark", "1000",
            "1MiB",
        ] {
            let mut options = Settings::default();
            let _ = setting.set(&mut options, &setting.read(text));
            changed.extend(
                SETTINGS.iter().filter(|other| !other.is_same(&options, &Settings::default())).map(|it| it.name),
            );
        }
        changed.dedup();
        assert_eq!(changed, [setting.name]);
    }
}

#[test]
fn settings_are_found_by_name_with_hyphens() {
    assert_eq!(find("paste-delay").unwrap().name, "paste_delay");
    assert!(SETTINGS.iter().all(|setting| find(setting.name).unwrap().name == setting.name));
    assert!(find("paste").is_none() && find("").is_none());
}

#[test]
fn errors_name_the_accepted_values() {
    for (name, text, expected) in [
        ("eol", "vt", "eol must be lf, crlf, cr, nul or none, not \"vt\"."),
        ("nick", "a b", "\"a b\" is not a nickname. Use one word without spaces or control characters."),
        ("wait", "0", "wait must be a time like 500ms, 5s or 2m, from 1ms to a day, not \"0\"."),
        ("scrollback", "1", "scrollback must be a number of bytes like 64MiB, from 64KiB to 64GiB, not \"1\"."),
        ("scrollback_lines", "-1", "scrollback_lines must be a number from 100 to 100000000, not \"-1\"."),
        ("mouse", "maybe", "mouse must be true or false, not \"maybe\"."),
        ("encoding", "utf-16", "\"utf-16\" is not supported: rows end at the byte 0A"),
        ("names", "wrote:", "The pattern has no group for the name"),
    ] {
        let mut options = Settings::default();
        let setting = find(name).unwrap();
        let error = setting.set(&mut options, &setting.read(text)).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
        assert_eq!(options, Settings::default(), "nothing changed");
    }
    let list = SettingValue::List(vec!["a".into(), "b".into()]);
    assert_eq!(
        find("eol").unwrap().set(&mut Settings::default(), &list).unwrap_err(),
        "eol must be lf, crlf, cr, nul or none, not \"a, b\"."
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
fn copying_a_setting_copies_its_origin() {
    let eol = find("eol").unwrap();
    let (mut here, mut there) = (Settings::default(), Settings::default());
    assert_eq!(eol.origin(&here), &Origin::Default);
    eol.set_from(&mut here, &eol.read("cr"), Origin::Flag("--eol")).unwrap();
    eol.copy(&here, &mut there);
    assert_eq!((eol.get(&there).to_string(), eol.origin(&there)), ("cr".to_owned(), &Origin::Flag("--eol")));
    assert!(eol.set_from(&mut here, &eol.read("x"), Origin::Session).is_err());
    assert_eq!(eol.origin(&here), &Origin::Flag("--eol"), "a rejected value changes nothing");
}

proptest! {
    #[test]
    fn accepted_values_read_back_unchanged(index in 0..SETTINGS.len(), text in "[a-z0-9 :.(){}^$+*-]{0,12}") {
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
fn all_builtin_themes_are_offered() {
    let builtin = std::iter::once(crate::theme::AUTO).chain(crate::theme::built_in_names());
    assert!(find("theme").unwrap().choices.iter().copied().eq(builtin));
}
