//! Settings files as people write them, and worse; and who beats whom.

use super::*;
use crate::app::keys::Keymap;
use crate::app::settings::{Scope, find};
use crate::link::Endpoint;
use crate::theme::ThemeRegistry;
use proptest::prelude::*;
use std::fs;
use tempfile::TempDir;

/// A user with this settings file and these variables.
fn user(text: impl AsRef<[u8]>, variables: &[(&str, &str)]) -> (TempDir, Environment) {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("config.toml"), text).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let folder = Some(home.path().to_owned());
    (home, Environment { variables, folder })
}

fn load(text: impl AsRef<[u8]>) -> Result<Loaded, ConfigError> {
    let (_home, environment) = user(text, &[]);
    Sources::default().load(&environment)
}

/// The mistakes of a file, as they are told.
fn mistakes(text: &str) -> Vec<String> {
    load(text).err().map(|error| error.mistakes).unwrap_or_default()
}

fn flag(name: &'static str, value: &str) -> Assignment {
    let setting = find(name).unwrap();
    Assignment::new(setting, setting.read(value), Origin::Flag("--flag")).unwrap()
}

fn value(options: &Settings, name: &str) -> (String, String) {
    let setting = find(name).unwrap();
    (setting.get(options).to_string(), setting.origin(options).to_string())
}

#[test]
fn each_mistake_has_its_sentence() {
    for (text, says) in [
        ("nikc = 'bob'", "line 1, column 1: There is no nikc. Did you mean nick?"),
        ("nick-mode = 'prefix'", "line 1, column 1: There is no nick-mode. Did you mean nick_mode?"),
        ("password = 'x'", "line 1, column 1: There is no password."),
        ("\n  eol = 'vt'", "line 2, column 9: eol is lf, crlf, cr, nul or none, not \"vt\"."),
        ("eol = 'crfl'", "line 1, column 7: eol is lf, crlf, cr, nul or none, not \"crfl\". Did you mean crlf?"),
        ("eol = 1", "line 1, column 7: eol is text in quotes, not a number."),
        ("eol = crlf", "line 1, column 7: Text goes between quotes: \"crlf\"."),
        ("mouse = 'true'", "line 1, column 9: mouse is true or false, without quotes, not text."),
        ("wait = true", "line 1, column 8: wait is a time like 500ms, 5s or 2m, from 1ms to a day, not true or false."),
        ("wait = -1", "line 1, column 8: wait is a time like 500ms, 5s or 2m, from 1ms to a day, not \"-1\"."),
        ("family = 5", "line 1, column 10: family is any, 4 or 6, not \"5\"."),
        ("on_connect = 5", "line 1, column 14: on_connect is a list: [\"one\", \"two\"], not a number."),
        ("on_connect = ['a', 5]", "line 1, column 20: on_connect[2] is text in quotes, not a number."),
        (
            "nick = 'a b'",
            "line 1, column 8: \"a b\" is not a nickname. Use one word without spaces or control characters.",
        ),
        ("eol = 'lf'\neol = 'cr'", "line 2, column 1: eol is here for the second time: take one of the two away."),
        ("keys = 1", "line 1, column 8: keys is a section: write [keys]."),
        ("[keys]\nF9 = 1", "line 2, column 6: keys.F9 is text in quotes, not a number."),
        ("theme = 'drak'", "line 1, column 9: There is no theme drak. Did you mean dark?"),
    ] {
        assert_eq!(mistakes(text), [says], "{text}");
    }
}

#[test]
fn each_mistake_about_a_server_has_its_sentence() {
    let pi = "[servers.pi]\naddress = 'pi'\n";
    for (text, says) in [
        ("[pi]\naddress = 'pi'", "line 1, column 2: There is no section pi. A server is written [servers.pi]."),
        ("[server.pi]\naddress = 'pi'", "line 1, column 2: There is no server. Did you mean servers?"),
        ("servers = 1", "line 1, column 1: Each server is a section of its own, with its name: [servers.NAME]."),
        (
            "[[servers]]\naddress = 'pi'",
            "line 1, column 3: Each server is a section of its own, with its name: [servers.NAME].",
        ),
        (
            "[servers.pi.local]\naddress = 'pi.local'",
            "line 1, column 13: A server has no sections, as local would be one. A name with a dot stands in quotes: [servers.\"pi.local\"].",
        ),
        ("[servers]\npi = 'pi:80'", "line 2, column 6: servers.pi is a section: write [servers.pi]."),
        (
            "[servers.pi]\nnick = 'bob'",
            "line 1, column 10: There is no address for pi: add address = \"HOST:PORT\" below.",
        ),
        (
            "[servers.pi]\naddress = 'pi:0'",
            "line 2, column 11: \"0\" is not a port. A port is a number from 1 to 65535; the lab's is 12345.",
        ),
        ("[servers.pi]\naddress = 4000", "line 2, column 11: servers.pi.address is text in quotes, not a number."),
        (&format!("{pi}adress = 'pi'"), "line 3, column 1: There is no servers.pi.adress. Did you mean address?"),
        (
            &format!("{pi}mouse = true"),
            "line 3, column 1: mouse is the same for all servers: write it above the first section.",
        ),
        (&format!("{pi}eol = 'x'"), "line 3, column 7: eol is lf, crlf, cr, nul or none, not \"x\"."),
        (
            &format!("{pi}[servers.Pi]\naddress = 'x'"),
            "line 3, column 10: pi and Pi are one name: capitals make no difference.",
        ),
        (
            "[servers.serve]\naddress = 'x'",
            "line 1, column 10: A server cannot be called serve: netchat-tui serve means something else.",
        ),
        (
            "[servers.4000]\naddress = 'x'",
            "line 1, column 10: A server cannot be called \"4000\": a name is one word of letters, digits, - and _, and no number.",
        ),
        (
            "[servers.'pi:80']\naddress = 'x'",
            "line 1, column 10: A server cannot be called \"pi:80\": a name is one word of letters, digits, - and _, and no number.",
        ),
        (
            "[servers.'a b']\naddress = 'x'",
            "line 1, column 10: A server cannot be called \"a b\": a name is one word of letters, digits, - and _, and no number.",
        ),
        (
            "[servers.'']\naddress = 'x'",
            "line 1, column 10: A server cannot be called \"\": a name is one word of letters, digits, - and _, and no number.",
        ),
    ] {
        assert_eq!(mistakes(text), [says], "{text}");
    }
}

#[test]
fn a_line_that_cannot_be_read_has_one_mistake() {
    let pi = "[servers.pi]\naddress = 'pi'\n";
    for (text, place) in [
        (format!("{pi}nick == 'x'"), "line 3,"),
        (format!("{pi}nick == \"x\"\neol = 'cr'\n"), "line 3,"),
        ("[servers.pi\naddress = 'pi'".to_owned(), "line 1,"),
        ("[servers.pi\naddress = 'pi'\neol = 'cr'\n".to_owned(), "line 1,"),
        ("[keys\nF9 = 'help'\n".to_owned(), "line 1,"),
        ("[servers.pi\naddress = 'pi'\n[servers.po]\naddress = 'po'".to_owned(), "line 1,"),
        ("nick == 'x'\n".to_owned(), "line 1,"),
    ] {
        let told = mistakes(&text);
        assert!(told.len() == 1 && told[0].starts_with(place), "{text}: {told:#?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_name_the_file() {
    let (home, environment) =
        user("nikc = 1\neol = lf\n[servers.pi]\nmouse = true\n", &[("NETCHAT_TUI_VIEW", "octal")]);
    let error = Sources::default().load(&environment).unwrap_err();
    let file = home.path().join("config.toml");
    assert_eq!(
        error.lines(),
        [
            &format!("There are 3 mistakes in {}:", file.display()),
            "  line 1, column 1: There is no nikc. Did you mean nick?",
            "  line 2, column 7: Text goes between quotes: \"lf\".",
            "  line 4, column 1: mouse is the same for all servers: write it above the first section.",
            "In the variable NETCHAT_TUI_VIEW: view is text, escaped or hex, not \"octal\".",
        ]
    );
}

#[test]
fn while_the_program_runs_ten_mistakes_are_told() {
    let told = |count: usize| {
        let lines: Vec<String> = (0..count).map(|nth| format!("none{nth} = 1")).collect();
        load(lines.join("\n")).unwrap_err().while_running().lines().skip(1).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!((told(10).len(), told(12).len()), (10, 11));
    assert!(told(10)[9].starts_with("  line 10, "));
    assert_eq!(told(12)[10], "  and 2 more: netchat-tui config check");
}

#[test]
fn the_strongest_word_is_taken_and_its_origin_told() {
    let text = "eol = 'cr'\n[servers.pi]\naddress = 'pi.local:4000'\neol = 'nul'\n";
    let variable = [("NETCHAT_TUI_EOL", "none")];
    let flagged = Sources { flags: vec![flag("eol", "crlf")], ..Sources::default() };
    for (sources, text, variables, all, own) in [
        (Sources::default(), "", &[][..], ("lf", "default"), None),
        (Sources::default(), text, &[], ("cr", "line 1"), Some(("nul", "line 4"))),
        (
            Sources::default(),
            text,
            &variable,
            ("none", "variable NETCHAT_TUI_EOL"),
            Some(("none", "variable NETCHAT_TUI_EOL")),
        ),
        (flagged, text, &variable, ("crlf", "flag --flag"), Some(("crlf", "flag --flag"))),
    ] {
        let (_home, environment) = user(text, variables);
        let configured = sources.load(&environment).unwrap().configured;
        let told = |options: &Settings, (expected, origin): (&str, &str)| {
            let (value, from) = value(options, "eol");
            assert_eq!(value, expected);
            assert!(from.ends_with(origin), "{from}");
        };
        told(&configured.options, all);
        assert_eq!(
            configured.servers.first().map(|server| server.endpoint.to_string()),
            own.map(|_| "pi.local:4000".to_owned())
        );
        if let (Some(server), Some(own)) = (configured.servers.first(), own) {
            told(&server.options, own);
            assert_eq!(server.options.server.as_deref(), Some("pi"));
        }
    }
}

#[test]
fn what_is_said_above_the_sections_holds_in_them() {
    let loaded =
        load("nick = 'bob'\nhighlight = ['lab']\n[servers.a]\naddress = 'a'\n[servers.b]\naddress = 'b'\nnick = ''\n")
            .unwrap();
    let [a, b] = loaded.configured.servers.as_slice() else { panic!() };
    assert_eq!((a.name.as_str(), a.options.nick.as_deref()), ("a", Some("bob")));
    assert_eq!((b.name.as_str(), b.options.nick.as_deref()), ("b", None), "nothing can be said, too");
    assert_eq!(b.options.highlight_words, ["lab"]);
}

#[test]
fn every_kind_of_value_is_read() {
    let text = "on_connect = ['/join lab', 'hi']\nfamily = 6\nwait = 2.5\nscrollback = '1MiB'\nscrollback_lines = 1_000\n\
                names = '^(\\S+) wrote:'\nmouse = true\nhistory = false\nhighlight = 'pi'\ntheme = 'light'\ncolor = 256\n";
    let options = load(text).unwrap().configured.options;
    for (name, expected) in [
        ("on_connect", "/join lab, hi"),
        ("family", "6"),
        ("wait", "2s 500ms"),
        ("scrollback", "1MiB"),
        ("scrollback_lines", "1000"),
        ("names", r"^(\S+) wrote:"),
        ("mouse", "true"),
        ("history", "false"),
        ("highlight", "pi"),
        ("theme", "light"),
        ("color", "256"),
        ("view", "text"),
    ] {
        assert_eq!(value(&options, name).0, expected, "{name}");
    }
}

#[test]
fn a_plain_client_tells_the_time_only_if_asked() {
    let time = |text: &str| load(text).unwrap().configured.options.time;
    assert_eq!((time("plain = true"), time("")), (TimestampFormat::Off, TimestampFormat::Seconds));
    assert_eq!(time("plain = true\ntime = 'seconds'"), TimestampFormat::Seconds);
}

#[test]
fn a_dumb_terminal_gets_lines_and_their_default_of_the_time() {
    let (_home, environment) = user("plain = false", &[("TERM", "dumb")]);
    let loaded = Sources::default().load(&environment).unwrap();
    let options = &loaded.configured.options;
    assert_eq!((options.frontend, options.time), (FrontendKind::Lines, TimestampFormat::Off));
    assert_eq!(value(options, "plain"), ("true".to_owned(), "variable TERM".to_owned()));
    assert_eq!(loaded.configured.warnings, [""; 0]);
    let (_home, environment) = user("", &[("TERM", "xterm")]);
    let options = Sources::default().load(&environment).unwrap().configured.options;
    assert_eq!((options.frontend, options.time), (FrontendKind::FullScreen, TimestampFormat::Seconds));
}

#[test]
fn files_of_every_system_are_read() {
    let eol = |bytes: &[u8]| load(bytes).map(|loaded| value(&loaded.configured.options, "eol").0);
    assert_eq!(eol(b"\xef\xbb\xbfeol = 'cr'\r\nview = 'hex'\r\n"), Ok("cr".to_owned()));
    assert_eq!(eol(b""), Ok("lf".to_owned()));
    assert_eq!(
        eol(b"eol = 'cr'\n# \xe9\n").unwrap_err().mistakes,
        ["line 2, column 3: The byte \\xe9 here is not UTF-8. Have the editor save the file as UTF-8."]
    );
    assert!(eol(b"\xff\xfee\0").unwrap_err().mistakes[0].contains("UTF-16"));
}

#[test]
fn what_is_no_file_has_its_sentence() {
    let home = tempfile::tempdir().unwrap();
    let named = |name: &str| Sources { config_file: ConfigFile::Path(home.path().join(name)), ..Sources::default() };
    let told = |sources: &Sources, environment: &Environment| sources.load(environment).unwrap_err().to_string();
    let environment = Environment::default();
    let path = |name: &str| home.path().join(name).display().to_string();
    assert_eq!(told(&named("x"), &environment), format!("There is no settings file {}.", path("x")));
    fs::create_dir(home.path().join("folder")).unwrap();
    let says = format!("{} is a folder: the settings are a file. --no-config starts without it.", path("folder"));
    assert_eq!(told(&named("folder"), &environment), says);
    let running = named("folder").load(&environment).unwrap_err().while_running();
    assert!(running.ends_with("the settings are a file."), "it has started: {running}");
    let large = fs::File::create(home.path().join("large")).unwrap();
    large.set_len(10 << 20).unwrap();
    assert!(told(&named("large"), &environment).contains("10485760 bytes, more than the 1048576"));
    let variable = Environment { variables: vec![("NETCHAT_TUI_CONFIG".into(), path("x"))], folder: None };
    assert!(told(&Sources::default(), &variable).ends_with("which NETCHAT_TUI_CONFIG names."));
    let nothing = Sources { config_file: ConfigFile::None, ..Sources::default() };
    assert_eq!(nothing.load(&variable).unwrap(), Loaded::default());
    let usual = Environment { variables: vec![], folder: Some(home.path().join("large/below")) };
    assert_eq!(Sources::default().load(&usual).unwrap(), Loaded::default(), "where none was named none need be");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let sources = Sources { config_file: ConfigFile::Path("/dev/null".into()), ..Sources::default() };
    let says = sources.load(&Environment::default()).unwrap_err().to_string();
    assert!(says.starts_with("/dev/null is a pipe or a device"), "{says}");
}

#[test]
fn variables_that_set_nothing_are_told() {
    let (_home, environment) = user("", &[("NETCHAT_TUI_NIKC", "bob"), ("NETCHAT_TUI_CONFIG", "")]);
    let environment = Environment {
        variables: environment.variables.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        ..environment
    };
    let warnings = Sources::default().load(&environment).unwrap().configured.warnings;
    assert_eq!(warnings, ["The variable NETCHAT_TUI_NIKC sets nothing. Did you mean NETCHAT_TUI_NICK?"]);
}

/// The example with its settings taken at their word.
fn uncommented() -> String {
    let text = example();
    let lines = text.lines().map(|line| {
        line.strip_prefix('#')
            .filter(|rest| rest.starts_with(|c: char| matches!(c, '[' | '"') || c.is_ascii_lowercase()))
            .unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_changes_nothing_and_neither_does_it_with_all_its_settings() {
    assert_eq!(load(example()).unwrap().configured.options, Settings::default());
    let loaded = load(uncommented()).unwrap();
    for setting in SETTINGS {
        let options = match setting.scope {
            Scope::OneServer => &loaded.configured.servers[0].options,
            Scope::Global | Scope::PerServer => &loaded.configured.options,
        };
        assert!(setting.is_same(options, &Settings::default()), "{}", setting.name);
        assert_ne!(setting.origin(options), &Origin::Default, "{} is in the example", setting.name);
    }
    assert_eq!(loaded.configured.keys, Keymap::default());
    let [pi] = loaded.configured.servers.as_slice() else { panic!() };
    assert_eq!((pi.name.as_str(), pi.endpoint.clone()), ("pi", Endpoint::parse("pi.local:12345").unwrap()));
    assert_eq!((pi.options.nick.as_deref(), pi.options.on_connect.len()), (Some("bob"), 1));
    assert!(example().lines().all(|line| line.chars().count() <= 88));
}

#[test]
fn what_is_shown_is_a_settings_file_that_sets_the_same() {
    let text = "names = '^(\\S+) \"w\":'\nhighlight = ['a\\b', \"it's\"]\n[servers.pi]\naddress = '[::1]:4000'\nview = 'hex'\non_connect = [\"a\\tb'\"]\n";
    let loaded = load(text).unwrap();
    let shown = show(&loaded, None).unwrap();
    let again = load(&shown).unwrap().configured.options;
    assert!(SETTINGS.iter().all(|setting| setting.is_same(&again, &loaded.configured.options)), "{shown}");
    let own = show(&loaded, Some("PI")).unwrap();
    assert!(own.starts_with("address = \"[::1]:4000\"\n"), "{own}");
    assert!(own.contains("config.toml, line 5\n") && own.contains("# default\n"), "{own}");
    assert_eq!(show(&loaded, Some("po")), Err("There is no server po. Those in the settings: pi.".to_owned()));
}

/// What looks like a settings file more often than chance would have it.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "eol",
        "nick",
        "servers",
        "keys",
        "pi",
        "address",
        "mouse",
        "on_connect",
        " = ",
        "=",
        "\n",
        "\r\n",
        "'",
        "\"",
        "[",
        "]",
        ".",
        "{",
        "}",
        ",",
        "true",
        "4",
        "lf",
        "'crlf'",
        "[servers.pi]\n",
        "#",
        "\u{e9}",
    ];
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        proptest::collection::vec(proptest::sample::select(pieces.as_slice().to_vec()), 0..40)
            .prop_map(|all| all.concat().into_bytes()),
    ]
}

proptest! {
    #[test]
    fn whatever_the_file_is_each_mistake_lies_in_it(bytes in files()) {
        let themes = ThemeRegistry::default();
        let document = Document::read(ParseContext { path: "x", themes: &themes }, &bytes);
        let text = String::from_utf8_lossy(&bytes);
        for mistake in &document.mistakes {
            let line = text.split('\n').nth(mistake.place.line - 1);
            prop_assert!(
                line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&mistake.place.column)),
                "{mistake}"
            );
            prop_assert!(!mistake.message.contains(char::is_control), "{mistake:?}");
        }
    }
}

#[test]
fn a_secret_in_on_connect_is_warned_of_and_not_shown() {
    let (home, environment) = user(
        "on_connect = ['hi', ' /SECRET hunter2']\n[servers.pi]\naddress = 'pi'\non_connect = ['//secret hunter2', '/secret']\n\
         [servers.lab]\naddress = 'lab'\nsecret_command = 'pass show lab'\non_connect = ['/secret', '/join lab']\n",
        &[],
    );
    let loaded = Sources::default().load(&environment).unwrap();
    let file = home.path().join("config.toml").display().to_string();
    let instead = "Use secret_command or secret_file below the [servers.NAME] instead.";
    assert_eq!(
        loaded.configured.warnings,
        [
            format!("{file}, line 1: on_connect[2] has a secret in it, in clear; it is sent unseen. {instead}"),
            format!("{file}, line 4: on_connect[1] may have a secret in it, and is not sent. {instead}"),
            format!("{file}, line 4: on_connect[2] has no secret to send. {instead}"),
        ]
    );
    for server in [None, Some("pi"), Some("lab")] {
        let shown = show(&loaded, server).unwrap();
        assert!(!shown.contains("hunter2") && shown.contains("on_connect = "), "{shown}");
    }
    assert!(show(&loaded, Some("lab")).unwrap().contains("secret_command = \"pass show lab\""));
}

#[test]
fn a_secret_source_is_for_one_server_alone() {
    for name in ["secret_command", "secret_file"] {
        let says = format!("{name} is for one server alone: write it below its [servers.NAME].");
        let error = load(format!("{name} = 'x'")).unwrap_err();
        assert_eq!(error.mistakes, [format!("line 1, column 1: {says}")]);
        let variable = format!("NETCHAT_TUI_{}", name.to_uppercase());
        let (_home, environment) = user("", &[(&variable, "x")]);
        let error = Sources::default().load(&environment).unwrap_err();
        assert_eq!(error.others, [format!("In the variable {variable}: {says}")]);
    }
    let both = "[servers.pi]\naddress = 'pi'\nsecret_command = 'x'\nsecret_file = 'y'\n";
    let warnings = load(both).unwrap().configured.warnings;
    assert!(
        warnings[0].ends_with("line 4: secret_file is not read, as there is a secret_command. Remove one of them.")
    );
    let error = load("[servers.pi]\naddress = 'pi'\nsecret_command = 'x \"y'\n").unwrap_err();
    assert!(error.mistakes[0].ends_with("secret_command has an unclosed quote."), "{:?}", error.mistakes);
}
