//! Tests of whole settings files, their errors, and the precedence of sources.

use super::*;
use crate::app::keys::Keymap;
use crate::app::settings::{Scope, find};
use crate::link::Endpoint;
use crate::theme::ThemeRegistry;
use proptest::prelude::*;
use std::fs;
use tempfile::TempDir;

/// Makes a user with this settings file and these variables.
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

/// Returns the errors of a file.
fn errors(text: &str) -> Vec<String> {
    load(text).err().map(|error| error.file_errors).unwrap_or_default()
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
fn errors_in_settings_have_a_position_and_a_hint() {
    for (text, message) in [
        ("nikc = 'bob'", "line 1, column 1: Unknown name nikc. Did you mean nick?"),
        ("nick-mode = 'prefix'", "line 1, column 1: Unknown name nick-mode. Did you mean nick_mode?"),
        ("password = 'x'", "line 1, column 1: Unknown name password."),
        ("\n  eol = 'vt'", "line 2, column 9: eol must be lf, crlf, cr, nul or none, not \"vt\"."),
        ("eol = 'crfl'", "line 1, column 7: eol must be lf, crlf, cr, nul or none, not \"crfl\". Did you mean crlf?"),
        ("eol = 1", "line 1, column 7: eol must be text in quotes, not a number."),
        ("eol = crlf", "line 1, column 7: Text needs quotes: \"crlf\"."),
        ("mouse = 'true'", "line 1, column 9: mouse must be true or false, without quotes, not text."),
        (
            "wait = true",
            "line 1, column 8: wait must be a time like 500ms, 5s or 2m, from 1ms to a day, not true or false.",
        ),
        ("wait = -1", "line 1, column 8: wait must be a time like 500ms, 5s or 2m, from 1ms to a day, not \"-1\"."),
        ("family = 5", "line 1, column 10: family must be any, 4 or 6, not \"5\"."),
        ("on_connect = 5", "line 1, column 14: on_connect must be a list: [\"one\", \"two\"], not a number."),
        ("on_connect = ['a', 5]", "line 1, column 20: on_connect[2] must be text in quotes, not a number."),
        (
            "nick = 'a b'",
            "line 1, column 8: \"a b\" is not a nickname. Use one word without spaces or control characters.",
        ),
        ("eol = 'lf'\neol = 'cr'", "line 2, column 1: eol is defined twice. Remove one of the two."),
        ("keys = 1", "line 1, column 8: keys must be a section: write [keys]."),
        ("[keys]\nF9 = 1", "line 2, column 6: keys.F9 must be text in quotes, not a number."),
        ("theme = 'drak'", "line 1, column 9: There is no theme drak. Did you mean dark?"),
    ] {
        assert_eq!(errors(text), [message], "{text}");
    }
}

#[test]
fn errors_in_servers_have_a_position_and_a_hint() {
    let pi = "[servers.pi]\naddress = 'pi'\n";
    for (text, message) in [
        ("[pi]\naddress = 'pi'", "line 1, column 2: Unknown section pi. For a server, write [servers.pi]."),
        ("[server.pi]\naddress = 'pi'", "line 1, column 2: Unknown name server. Did you mean servers?"),
        ("servers = 1", "line 1, column 1: Each server needs its own section with its name: [servers.NAME]."),
        (
            "[[servers]]\naddress = 'pi'",
            "line 1, column 3: Each server needs its own section with its name: [servers.NAME].",
        ),
        (
            "[servers.pi.local]\naddress = 'pi.local'",
            "line 1, column 13: A server cannot have a section local. Put a name with a dot in quotes: [servers.\"pi.local\"].",
        ),
        ("[servers]\npi = 'pi:80'", "line 2, column 6: servers.pi must be a section: write [servers.pi]."),
        ("[servers.pi]\nnick = 'bob'", "line 1, column 10: Missing address for pi: add address = \"HOST:PORT\"."),
        (
            "[servers.pi]\naddress = 'pi:0'",
            "line 2, column 11: \"0\" is not a port. A port is a number from 1 to 65535; the lab's is 12345.",
        ),
        ("[servers.pi]\naddress = 4000", "line 2, column 11: servers.pi.address must be text in quotes, not a number."),
        (&format!("{pi}adress = 'pi'"), "line 3, column 1: Unknown name servers.pi.adress. Did you mean address?"),
        (
            &format!("{pi}mouse = true"),
            "line 3, column 1: mouse applies to all servers: write it above the first section.",
        ),
        (&format!("{pi}eol = 'x'"), "line 3, column 7: eol must be lf, crlf, cr, nul or none, not \"x\"."),
        (
            &format!("{pi}[servers.Pi]\naddress = 'x'"),
            "line 3, column 10: pi and Pi differ only in case. Rename one of them.",
        ),
        (
            "[servers.serve]\naddress = 'x'",
            "line 1, column 10: A server cannot be named serve: netchat-tui serve is a command.",
        ),
        (
            "[servers.4000]\naddress = 'x'",
            "line 1, column 10: A server cannot be named \"4000\": use letters, digits, - and _, and not only digits.",
        ),
        (
            "[servers.'pi:80']\naddress = 'x'",
            "line 1, column 10: A server cannot be named \"pi:80\": use letters, digits, - and _, and not only digits.",
        ),
        (
            "[servers.'a b']\naddress = 'x'",
            "line 1, column 10: A server cannot be named \"a b\": use letters, digits, - and _, and not only digits.",
        ),
        (
            "[servers.'']\naddress = 'x'",
            "line 1, column 10: A server cannot be named \"\": use letters, digits, - and _, and not only digits.",
        ),
    ] {
        assert_eq!(errors(text), [message], "{text}");
    }
}

#[test]
fn a_line_with_a_syntax_error_has_one_error() {
    let pi = "[servers.pi]\naddress = 'pi'\n";
    for (text, position) in [
        (format!("{pi}nick == 'x'"), "line 3,"),
        (format!("{pi}nick == \"x\"\neol = 'cr'\n"), "line 3,"),
        ("[servers.pi\naddress = 'pi'".to_owned(), "line 1,"),
        ("[servers.pi\naddress = 'pi'\neol = 'cr'\n".to_owned(), "line 1,"),
        ("[keys\nF9 = 'help'\n".to_owned(), "line 1,"),
        ("[servers.pi\naddress = 'pi'\n[servers.po]\naddress = 'po'".to_owned(), "line 1,"),
        ("nick == 'x'\n".to_owned(), "line 1,"),
    ] {
        let errors = errors(&text);
        assert!(errors.len() == 1 && errors[0].starts_with(position), "{text}: {errors:#?}");
    }
}

#[test]
fn all_errors_are_reported_together_and_name_the_file() {
    let (home, environment) =
        user("nikc = 1\neol = lf\n[servers.pi]\nmouse = true\n", &[("NETCHAT_TUI_VIEW", "octal")]);
    let error = Sources::default().load(&environment).unwrap_err();
    let file = home.path().join("config.toml");
    assert_eq!(
        error.lines(),
        [
            &format!("3 errors in {}:", file.display()),
            "  line 1, column 1: Unknown name nikc. Did you mean nick?",
            "  line 2, column 7: Text needs quotes: \"lf\".",
            "  line 4, column 1: mouse applies to all servers: write it above the first section.",
            "Environment variable NETCHAT_TUI_VIEW: view must be text, escaped or hex, not \"octal\".",
        ]
    );
}

#[test]
fn at_most_ten_errors_are_shown_while_the_program_runs() {
    let shown = |count: usize| {
        let lines: Vec<String> = (0..count).map(|index| format!("none{index} = 1")).collect();
        load(lines.join("\n")).unwrap_err().while_running().lines().skip(1).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!((shown(10).len(), shown(12).len()), (10, 11));
    assert!(shown(10)[9].starts_with("  line 10, "));
    assert_eq!(shown(12)[10], "  and 2 more: run netchat-tui config check");
}

#[test]
fn flags_beat_variables_beat_servers_beat_the_file() {
    let text = "eol = 'cr'\n[servers.pi]\naddress = 'pi.local:4000'\neol = 'nul'\n";
    let variable = [("NETCHAT_TUI_EOL", "none")];
    let flagged = Sources { flags: vec![flag("eol", "crlf")], ..Sources::default() };
    for (sources, text, variables, global, server) in [
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
        let configured = sources.load(&environment).unwrap().config;
        let check = |options: &Settings, (expected, expected_origin): (&str, &str)| {
            let (value, origin) = value(options, "eol");
            assert_eq!(value, expected);
            assert!(origin.ends_with(expected_origin), "{origin}");
        };
        check(&configured.options, global);
        assert_eq!(
            configured.servers.first().map(|server| server.endpoint.to_string()),
            server.map(|_| "pi.local:4000".to_owned())
        );
        if let (Some(pi), Some(expected)) = (configured.servers.first(), server) {
            check(&pi.options, expected);
            assert_eq!(pi.options.server.as_deref(), Some("pi"));
        }
    }
}

#[test]
fn settings_above_the_sections_apply_to_all_servers() {
    let loaded =
        load("nick = 'bob'\nhighlight = ['lab']\n[servers.a]\naddress = 'a'\n[servers.b]\naddress = 'b'\nnick = ''\n")
            .unwrap();
    let [a, b] = loaded.config.servers.as_slice() else { panic!() };
    assert_eq!((a.name.as_str(), a.options.nick.as_deref()), ("a", Some("bob")));
    assert_eq!((b.name.as_str(), b.options.nick.as_deref()), ("b", None), "a server can reset a setting");
    assert_eq!(b.options.highlight_words, ["lab"]);
}

#[test]
fn every_kind_of_value_is_read() {
    let text = "on_connect = ['/join lab', 'hi']\nfamily = 6\nwait = 2.5\nscrollback = '1MiB'\nscrollback_lines = 1_000\n\
                names = '^(\\S+) wrote:'\nmouse = true\nhistory = false\nhighlight = 'pi'\ntheme = 'light'\ncolor = 256\n";
    let options = load(text).unwrap().config.options;
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
fn plain_mode_hides_the_time_by_default() {
    let time = |text: &str| load(text).unwrap().config.options.time;
    assert_eq!((time("plain = true"), time("")), (TimestampFormat::Off, TimestampFormat::Seconds));
    assert_eq!(time("plain = true\ntime = 'seconds'"), TimestampFormat::Seconds);
}

#[test]
fn a_dumb_terminal_gets_plain_mode_and_its_time_default() {
    let (_home, environment) = user("plain = false", &[("TERM", "dumb")]);
    let loaded = Sources::default().load(&environment).unwrap();
    let options = &loaded.config.options;
    assert_eq!((options.frontend, options.time), (FrontendKind::Lines, TimestampFormat::Off));
    assert_eq!(value(options, "plain"), ("true".to_owned(), "variable TERM".to_owned()));
    assert_eq!(loaded.config.warnings, [""; 0]);
    let (_home, environment) = user("", &[("TERM", "xterm")]);
    let options = Sources::default().load(&environment).unwrap().config.options;
    assert_eq!((options.frontend, options.time), (FrontendKind::FullScreen, TimestampFormat::Seconds));
}

#[test]
fn byte_order_marks_and_crlf_are_accepted() {
    let eol = |bytes: &[u8]| load(bytes).map(|loaded| value(&loaded.config.options, "eol").0);
    assert_eq!(eol(b"\xef\xbb\xbfeol = 'cr'\r\nview = 'hex'\r\n"), Ok("cr".to_owned()));
    assert_eq!(eol(b""), Ok("lf".to_owned()));
    assert_eq!(
        eol(b"eol = 'cr'\n# \xe9\n").unwrap_err().file_errors,
        ["line 2, column 3: The byte \\xe9 is not valid UTF-8. Save the file as UTF-8."]
    );
    assert!(eol(b"\xff\xfee\0").unwrap_err().file_errors[0].contains("UTF-16"));
}

#[test]
fn missing_and_unreadable_files_have_an_error() {
    let home = tempfile::tempdir().unwrap();
    let named = |name: &str| Sources { config_file: ConfigFile::Path(home.path().join(name)), ..Sources::default() };
    let message = |sources: &Sources, environment: &Environment| sources.load(environment).unwrap_err().to_string();
    let environment = Environment::default();
    let path = |name: &str| home.path().join(name).display().to_string();
    assert_eq!(message(&named("x"), &environment), format!("There is no settings file {}.", path("x")));
    fs::create_dir(home.path().join("folder")).unwrap();
    let expected = format!("{} is a folder, not a settings file. --no-config starts without it.", path("folder"));
    assert_eq!(message(&named("folder"), &environment), expected);
    let running = named("folder").load(&environment).unwrap_err().while_running();
    assert!(running.ends_with("is a folder, not a settings file."), "no advice for the start: {running}");
    let large = fs::File::create(home.path().join("large")).unwrap();
    large.set_len(10 << 20).unwrap();
    assert!(message(&named("large"), &environment).contains("10485760 bytes; a settings file has at most 1048576"));
    let variable = Environment { variables: vec![("NETCHAT_TUI_CONFIG".into(), path("x"))], folder: None };
    assert!(message(&Sources::default(), &variable).ends_with("which NETCHAT_TUI_CONFIG names."));
    let nothing = Sources { config_file: ConfigFile::None, ..Sources::default() };
    assert_eq!(nothing.load(&variable).unwrap(), Loaded::default());
    let default_file = Environment { variables: vec![], folder: Some(home.path().join("large/below")) };
    assert_eq!(Sources::default().load(&default_file).unwrap(), Loaded::default(), "the default file is optional");
}

#[cfg(unix)]
#[test]
fn a_device_is_rejected() {
    let sources = Sources { config_file: ConfigFile::Path("/dev/null".into()), ..Sources::default() };
    let message = sources.load(&Environment::default()).unwrap_err().to_string();
    assert!(message.starts_with("/dev/null is a pipe or a device"), "{message}");
}

#[test]
fn unknown_variables_are_a_warning() {
    let (_home, environment) = user("", &[("NETCHAT_TUI_NIKC", "bob"), ("NETCHAT_TUI_CONFIG", "")]);
    let environment = Environment {
        variables: environment.variables.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        ..environment
    };
    let warnings = Sources::default().load(&environment).unwrap().config.warnings;
    assert_eq!(warnings, ["Unknown environment variable NETCHAT_TUI_NIKC. Did you mean NETCHAT_TUI_NICK?"]);
}

/// Returns the example with the `#` of all settings removed.
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
fn the_example_sets_defaults_commented_and_uncommented() {
    assert_eq!(load(example()).unwrap().config.options, Settings::default());
    let loaded = load(uncommented()).unwrap();
    for setting in SETTINGS {
        let options = match setting.scope {
            Scope::OneServer => &loaded.config.servers[0].options,
            Scope::Global | Scope::PerServer => &loaded.config.options,
        };
        assert!(setting.is_same(options, &Settings::default()), "{}", setting.name);
        assert_ne!(setting.origin(options), &Origin::Default, "{} is in the example", setting.name);
    }
    assert_eq!(loaded.config.keys, Keymap::default());
    let [pi] = loaded.config.servers.as_slice() else { panic!() };
    assert_eq!((pi.name.as_str(), pi.endpoint.clone()), ("pi", Endpoint::parse("pi.local:12345").unwrap()));
    assert_eq!((pi.options.nick.as_deref(), pi.options.on_connect.len()), (Some("bob"), 1));
    assert!(example().lines().all(|line| line.chars().count() <= 88));
}

#[test]
fn shown_settings_load_again_with_the_same_values() {
    let text = "names = '^(\\S+) \"w\":'\nhighlight = ['a\\b', \"it's\"]\n[servers.pi]\naddress = '[::1]:4000'\nview = 'hex'\non_connect = [\"a\\tb'\"]\n";
    let loaded = load(text).unwrap();
    let shown = show(&loaded, None).unwrap();
    let reloaded = load(&shown).unwrap().config.options;
    assert!(SETTINGS.iter().all(|setting| setting.is_same(&reloaded, &loaded.config.options)), "{shown}");
    let pi = show(&loaded, Some("PI")).unwrap();
    assert!(pi.starts_with("address = \"[::1]:4000\"\n"), "{pi}");
    assert!(pi.contains("config.toml, line 5\n") && pi.contains("# default\n"), "{pi}");
    assert_eq!(show(&loaded, Some("po")), Err("There is no server po. Configured servers: pi.".to_owned()));
}

/// Generates random bytes, and sequences of tokens that often form a settings file.
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
    fn every_error_is_inside_the_file(bytes in files()) {
        let themes = ThemeRegistry::default();
        let document = Document::read(ParseContext { path: "x", themes: &themes }, &bytes);
        let text = String::from_utf8_lossy(&bytes);
        for error in &document.errors {
            let line = text.split('\n').nth(error.position.line - 1);
            prop_assert!(
                line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&error.position.column)),
                "{error}"
            );
            prop_assert!(!error.message.contains(char::is_control), "{error:?}");
        }
    }
}

#[test]
fn a_secret_in_on_connect_is_a_warning_and_not_shown() {
    let (home, environment) = user(
        "on_connect = ['hi', ' /SECRET hunter2']\n[servers.pi]\naddress = 'pi'\non_connect = ['//secret hunter2', '/secret']\n\
         [servers.lab]\naddress = 'lab'\nsecret_command = 'pass show lab'\non_connect = ['/secret', '/join lab']\n",
        &[],
    );
    let loaded = Sources::default().load(&environment).unwrap();
    let file = home.path().join("config.toml").display().to_string();
    let advice = "Use secret_command or secret_file below the [servers.NAME] instead.";
    assert_eq!(
        loaded.config.warnings,
        [
            format!(
                "{file}, line 1: on_connect[2] contains a secret in plain text; it is sent, but not displayed. {advice}"
            ),
            format!("{file}, line 4: on_connect[1] may contain a secret and is not sent. {advice}"),
            format!("{file}, line 4: on_connect[2] has no secret to send. {advice}"),
        ]
    );
    for server in [None, Some("pi"), Some("lab")] {
        let shown = show(&loaded, server).unwrap();
        assert!(!shown.contains("hunter2") && shown.contains("on_connect = "), "{shown}");
    }
    assert!(show(&loaded, Some("lab")).unwrap().contains("secret_command = \"pass show lab\""));
}

#[test]
fn a_secret_source_applies_to_one_server() {
    for name in ["secret_command", "secret_file"] {
        let message = format!("{name} applies to one server: write it below its [servers.NAME].");
        let error = load(format!("{name} = 'x'")).unwrap_err();
        assert_eq!(error.file_errors, [format!("line 1, column 1: {message}")]);
        let variable = format!("NETCHAT_TUI_{}", name.to_uppercase());
        let (_home, environment) = user("", &[(&variable, "x")]);
        let error = Sources::default().load(&environment).unwrap_err();
        assert_eq!(error.other_errors, [format!("Environment variable {variable}: {message}")]);
    }
    let both = "[servers.pi]\naddress = 'pi'\nsecret_command = 'x'\nsecret_file = 'y'\n";
    let warnings = load(both).unwrap().config.warnings;
    assert!(
        warnings[0].ends_with("line 4: secret_file is ignored, because secret_command is set. Remove one of them.")
    );
    let error = load("[servers.pi]\naddress = 'pi'\nsecret_command = 'x \"y'\n").unwrap_err();
    assert!(error.file_errors[0].ends_with("secret_command has an unclosed quote."), "{:?}", error.file_errors);
}
