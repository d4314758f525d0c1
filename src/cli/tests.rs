//! Tests of parsing and checking the command line.

use super::*;
use crate::app::settings::{Origin, find};
use crate::app::view::speaker::SpeakerRule;
use crate::app::{AlertMethod, ByteView, FrontendKind, MouseCapture, NickMode, Reconnect, Settings, TimestampFormat};
use crate::config::{ConfigFile, Environment};
use crate::link::{Endpoint, Eol, Family};
use crate::pipe::{ConnectRetry, OnStdinEof, PipeOptions, Purpose, Verbosity};
use crate::server::ListenOn;
use crate::theme::{Appearance, ColorDepth, ColorMode, ThemeName, built_in_names};
use std::ffi::OsString;
use std::time::Duration;

fn job(words: &str) -> Result<Job, String> {
    let words: Vec<_> = std::iter::once("netchat-tui").chain(words.split_whitespace()).map(OsString::from).collect();
    Args::parse(&words).and_then(Args::resolve).map_err(|error| error.to_string())
}

/// Resolves a client without environment and settings file.
fn config(words: &str) -> Result<ResolvedClient, String> {
    job(words).map(|job| match job {
        Job::Chat(call) => call.load(&Environment::default()).unwrap(),
        job => panic!("{words}: {job:?}"),
    })
}

fn options(words: &str) -> Result<Settings, String> {
    config(words).map(|config| config.loaded.config.options)
}

#[test]
fn clap_accepts_the_definition() {
    Args::command().debug_assert();
}

#[test]
fn addresses_come_in_one_word_or_two() {
    for (words, endpoint) in [
        ("pi:80", "pi:80"),
        ("pi 80", "pi:80"),
        ("pi", "pi:12345"),
        ("4000", "127.0.0.1:4000"),
        ("::1 4000", "[::1]:4000"),
        ("host:80", "host:80"),
    ] {
        assert_eq!(config(words).unwrap().target, Target::Endpoint(Endpoint::parse(endpoint).unwrap()), "{words}");
    }
    assert_eq!(config("").unwrap().target, Target::StartPage);
    assert!(config("pi:80 81").unwrap_err().contains("Two ports"));
    assert!(config("pi 80 extra").is_err());
}

#[test]
fn options_are_checked() {
    assert_eq!(options("-C pi").unwrap().eol, Eol::CrLf);
    assert_eq!(options("--eol NUL pi").unwrap().eol, Eol::Nul);
    assert_eq!(options("-n bob pi").unwrap().nick.as_deref(), Some("bob"));
    assert!(options("-n a\u{1b}b pi").unwrap_err().contains("is not a nickname"));
    for (words, limit) in [("-w 3", 3000), ("-w 500ms", 500), ("-w 2m", 120_000), ("-w 0.5", 500)] {
        assert_eq!(options(words).unwrap().connect_limit, Duration::from_millis(limit), "{words}");
    }
    for words in ["-w 0", "-w soon", "-w -1", "-w 1e19", "-w 25h", "--eol vt", "--colour", "-C --eol lf", "-4 -6"] {
        assert!(options(words).is_err(), "{words}");
    }
}

#[test]
fn connection_flags_are_parsed() {
    for (words, reconnect) in [
        ("pi", Reconnect::Auto),
        ("-r pi", Reconnect::Always),
        ("--reconnect pi", Reconnect::Always),
        ("--reconnect=auto pi", Reconnect::Auto),
        ("--reconnect=never pi", Reconnect::Never),
        ("--no-reconnect pi", Reconnect::Never),
    ] {
        let config = config(words).unwrap();
        assert_eq!(config.loaded.config.options.reconnect, reconnect, "{words}");
        assert_eq!(config.target, Target::Endpoint(Endpoint::parse("pi").unwrap()), "{words}");
    }
    for (words, family) in [("pi", Family::Any), ("-4 pi", Family::V4), ("--ipv6 pi", Family::V6)] {
        assert_eq!(options(words).unwrap().family, family, "{words}");
    }
    assert_eq!(options("--nick-mode prefix").unwrap().nick_mode, NickMode::Prefix);
    assert!(options("--telnet pi").unwrap().answer_telnet);
    assert!(!options("--telnet=false pi").unwrap().answer_telnet);
    for words in ["--reconnect=often", "-r --no-reconnect", "--nick-mode loud", "--telnet=perhaps"] {
        assert!(options(words).is_err(), "{words}");
    }
}

#[test]
fn input_flags_are_parsed() {
    let usual = options("pi").unwrap();
    assert_eq!((usual.paste_delay, usual.line_limit, usual.keeps_history), (Duration::from_millis(50), 1024, true));
    let other = options("--paste-delay 0 --line-limit 512 --no-history pi").unwrap();
    assert_eq!((other.paste_delay, other.line_limit, other.keeps_history), (Duration::ZERO, 512, false));
    for words in ["--paste-delay soon", "--paste-delay -1", "--line-limit many"] {
        assert!(options(words).is_err(), "{words}");
    }
}

#[test]
fn display_flags_are_parsed() {
    assert_eq!(options("").unwrap(), Settings::default());
    let set = options("--view hex --time delta --encoding latin-1 --who off --highlight a --highlight b").unwrap();
    assert_eq!((set.view_options.view, set.time), (ByteView::Hex, TimestampFormat::Delta));
    assert_eq!(
        (set.view_options.charset.name(), set.speaker_rule, set.highlight_words),
        ("latin-1", SpeakerRule::Off, vec!["a".into(), "b".into()])
    );
    for (words, sentence) in [
        ("--view octal", "[possible values: text, escaped, hex]"),
        ("--time noon", "[possible values: off, minutes"),
        ("--encoding utf-16", "UTF-16"),
        ("--encoding klingon", "klingon"),
        ("--names wrote:", "in parentheses"),
    ] {
        let error = options(words).unwrap_err();
        assert!(error.contains(sentence), "{error}");
    }
}

#[test]
fn terminal_flags_are_parsed() {
    let usual = options("pi").unwrap();
    assert_eq!(
        (usual.frontend, usual.mouse, usual.alert),
        (FrontendKind::FullScreen, MouseCapture::Off, AlertMethod::Bell)
    );
    let plain = options("--plain pi").unwrap();
    assert_eq!((plain.frontend, plain.time), (FrontendKind::Lines, TimestampFormat::Off));
    assert_eq!(options("--plain --time ms pi").unwrap().time, TimestampFormat::Millis);
    assert_eq!(options("--mouse pi").unwrap().mouse, MouseCapture::On);
    assert_eq!(options("--mouse=false pi").unwrap().mouse, MouseCapture::Off);
    assert_eq!(options("--alert notify pi").unwrap().alert, AlertMethod::Notify);
    assert_eq!(options("--alert off pi").unwrap().alert, AlertMethod::Off);
    assert!(options("--plain --mouse pi").is_err());
    assert!(options("--alert siren pi").is_err());
    let hosting = hosting("host --plain --alert off");
    assert_eq!((hosting.alert, hosting.frontend), (AlertMethod::Off, FrontendKind::Lines));
}

/// Resolves the client of `host`.
fn hosting(words: &str) -> Settings {
    let Ok(Job::Host { sources, .. }) = job(words) else { panic!("{words}") };
    sources.load(&Environment::default()).unwrap().config.options
}

#[test]
fn defaults_in_the_help_are_those_of_the_settings() {
    let command = Args::command();
    let mut checked = 0;
    for argument in command.get_arguments() {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let Some((_, default)) = help.split_once("[default: ") else { continue };
        let name = if argument.get_id() == "colours" { "color" } else { argument.get_id().as_str() };
        let setting = find(name).unwrap_or_else(|| panic!("{name} is no setting"));
        assert_eq!(default.trim_end_matches(']'), setting.default().to_string(), "{name}");
        checked += 1;
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn command_names_are_reserved() {
    for command in Args::command().get_subcommands() {
        assert!(crate::config::RESERVED.contains(&command.get_name()), "{}", command.get_name());
    }
}

#[test]
fn flags_are_the_origin_of_their_settings() {
    for (words, name, flag) in [
        ("-C", "eol", "--crlf"),
        ("-n bob", "nick", "--nick"),
        ("-6", "family", "-6"),
        ("-r", "reconnect", "--reconnect"),
        ("--no-history", "history", "--no-history"),
        ("--color never", "color", "--color"),
        ("--who off", "names", "--names"),
    ] {
        assert_eq!(find(name).unwrap().origin(&options(words).unwrap()), &Origin::Flag(flag), "{words}");
    }
}

#[test]
fn the_settings_file_can_be_chosen() {
    let choice = |words: &str| match job(words) {
        Ok(Job::Chat(call)) => call.sources.config_file,
        Ok(Job::Host { sources, .. } | Job::Config(ConfigJob::Check(sources))) => sources.config_file,
        job => panic!("{words}: {job:?}"),
    };
    assert_eq!(choice("pi"), ConfigFile::Default);
    assert_eq!(choice("--no-config pi"), ConfigFile::None);
    assert_eq!(choice("host --config x"), ConfigFile::Path("x".into()));
    assert_eq!((choice("config check"), choice("config check x")), (ConfigFile::Default, ConfigFile::Path("x".into())));
    assert_eq!(choice("config check --config x"), ConfigFile::Path("x".into()));
    assert!(job("--config x --no-config").is_err());
    assert!(job("config check x --config y").is_err());
    assert!(job("config").is_err());
    assert_eq!(job("config example").unwrap(), Job::Config(ConfigJob::Example));
}

fn appearance(words: &str) -> Result<Appearance, String> {
    let sources = match job(words)? {
        Job::Chat(ClientOptions { sources, .. }) | Job::Host { sources, .. } => sources,
        job => panic!("{words}: {job:?}"),
    };
    Ok(sources.load(&Environment::default()).unwrap().config.options.appearance)
}

#[test]
fn both_clients_have_the_same_appearance() {
    for client in ["", "host "] {
        assert_eq!(appearance(client).unwrap(), Appearance::default());
        let asked = appearance(&format!("{client}--theme light --color 16")).unwrap();
        assert_eq!(asked, Appearance { theme: Some(ThemeName::LIGHT), colours: ColorMode::Only(ColorDepth::Sixteen) });
        for wrong in ["--color 88", "--color"] {
            let error = appearance(&format!("{client}{wrong}")).unwrap_err();
            assert!(error.contains("[possible values: auto, "), "{error}");
        }
    }
    for (word, colours) in [
        ("auto", ColorMode::Auto),
        ("never", ColorMode::Never),
        ("always", ColorMode::Always),
        ("256", ColorMode::Only(ColorDepth::TwoFiftySix)),
    ] {
        assert_eq!(appearance(&format!("--color {word}")).unwrap().colours, colours);
    }
    for name in built_in_names() {
        assert_eq!(appearance(&format!("--theme {name}")).unwrap().theme, Some(ThemeName::new(name)));
    }
    assert_eq!(appearance("--theme auto").unwrap().theme, None);
    assert!(job("serve chat --theme dark").is_err());
}

fn server_options(words: &str) -> Result<ServerOptions, String> {
    job(words).map(|job| match job {
        Job::Serve { server, .. } | Job::Host { server, .. } => server,
        job => panic!("{words}: {job:?}"),
    })
}

#[test]
fn servers_are_chosen_by_name() {
    for kind in ["greet", "reverse", "upper", "echo", "relay", "chat", "game"] {
        assert_eq!(server_options(&format!("serve {kind}")).unwrap().kind.to_string(), kind);
        assert_eq!(server_options(&format!("host {kind}")).unwrap().kind.to_string(), kind);
    }
    assert_eq!(server_options("host").unwrap().kind, crate::server::ServerKind::Chat { history: 20 });
    assert!(server_options("serve").is_err());
    assert!(server_options("serve karaoke").unwrap_err().contains("greet"));
    assert_eq!(hosting("host -n bob").nick.as_deref(), Some("bob"));
    assert!(job("host -n a\u{1b}b").is_err());
    assert!(matches!(job("serve chat --echo"), Ok(Job::Serve { echo: true, .. })));
}

#[test]
fn listen_addresses_are_kept_as_typed() {
    for (words, listen_on) in [
        ("serve chat", ListenOn::Addresses(vec!["12345".to_owned()])),
        ("serve chat -p 80", ListenOn::Addresses(vec!["80".to_owned()])),
        (
            "serve chat --listen [::1]:0 --listen pi:4000",
            ListenOn::Addresses(vec!["[::1]:0".to_owned(), "pi:4000".to_owned()]),
        ),
        ("serve chat --lan", ListenOn::AllInterfaces(12345)),
        ("serve chat --lan --port 4000", ListenOn::AllInterfaces(4000)),
    ] {
        assert_eq!(server_options(words).unwrap().listen_on, listen_on, "{words}");
    }
    assert!(server_options("serve chat --lan --listen 4000").is_err());
    assert!(server_options("serve chat --port 70000").is_err());
}

#[test]
fn limits_can_be_set_and_lifted() {
    let limits = server_options("serve chat").unwrap().limits;
    assert_eq!(limits, crate::server::ServerLimits::default());
    let words = "serve relay --max-clients 7 --max-per-address none --rate 5 --max-line 1MiB --outbox 64KiB";
    let limits = server_options(words).unwrap().limits;
    assert_eq!((limits.clients, limits.per_address, limits.line, limits.outbox), (Some(7), None, 1 << 20, 64 << 10));
    let rate = limits.rate.unwrap();
    assert_eq!((rate.per_second.get(), rate.burst.get()), (5, 25));
    assert_eq!(server_options("serve relay --rate none").unwrap().limits.rate, None);
    for option in
        ["--rate 0", "--rate 5:0", "--rate x", "--max-clients 0", "--max-line 1", "--outbox 2GiB", "--linger 0"]
    {
        assert!(server_options(&format!("serve greet {option}")).is_err(), "{option}");
    }
}

#[test]
fn an_option_of_another_kind_of_server_is_refused() {
    for (words, sentence) in [
        ("serve chat --once", "--once does not apply to chat, only to reverse, upper, echo."),
        ("serve relay --motd hello", "--motd does not apply to relay, only to chat."),
        ("host game --history 3", "--history does not apply to game, only to chat."),
        ("serve game --echo", "--echo does not apply to game, only to relay, chat."),
        ("serve echo --linger 3s", "--linger does not apply to echo, only to greet."),
    ] {
        let error = server_options(words).unwrap_err();
        assert_eq!(error, format!("error: {sentence}\n\nFor more information, try '--help'.\n"));
    }
    assert!(server_options("serve echo --once").is_ok());
}

fn run_mode(words: &str, stdio: StdioKind) -> Result<RunMode, String> {
    match job(words)? {
        Job::Chat(call) => call.run_mode(stdio).map_err(|error| error.to_string()),
        job => panic!("{words}: {job:?}"),
    }
}

#[test]
fn anything_but_a_terminal_is_a_pipe() {
    let usual = PipeOptions::default();
    for words in ["pi", "-v pi", "-s 127.0.0.1 pi", "--retry pi", "-n bob pi"] {
        assert_eq!(run_mode(words, StdioKind::Terminal), Ok(RunMode::Interactive), "{words}");
    }
    assert_eq!(options("--retry pi").unwrap().reconnect, Reconnect::Always);
    for (words, options) in [
        ("pi", usual.clone()),
        ("--theme light --view hex --reconnect=auto pi", usual.clone()),
        (
            "-N -vv pi",
            PipeOptions {
                on_stdin_eof: OnStdinEof::HalfClose,
                verbosity: Verbosity::All,
                quiet_timeout: None,
                ..usual.clone()
            },
        ),
        (
            "-N -q 9 -q 1 pi",
            PipeOptions {
                on_stdin_eof: OnStdinEof::HalfClose,
                quiet_timeout: Some(Duration::from_secs(1)),
                ..usual.clone()
            },
        ),
        ("--telnet=false pi", usual.clone()),
        ("-q 0 pi", PipeOptions { quiet_timeout: Some(Duration::ZERO), ..usual.clone() }),
        (
            "-q never --idle 2m pi",
            PipeOptions { quiet_timeout: None, idle_timeout: Some(Duration::from_secs(120)), ..usual.clone() },
        ),
        ("-q -1 pi", PipeOptions { quiet_timeout: None, ..usual.clone() }),
        ("--line-delay 0.5 pi", PipeOptions { line_delay: Duration::from_millis(500), ..usual.clone() }),
        ("--retry pi", PipeOptions { connect_retry: ConnectRetry::UntilConnected, ..usual.clone() }),
        ("-r pi", PipeOptions { connect_retry: ConnectRetry::UntilConnected, ..usual.clone() }),
    ] {
        assert_eq!(run_mode(words, StdioKind::Other), Ok(RunMode::Pipe(options.clone())), "{words}");
        assert_eq!(run_mode(&format!("--pipe {words}"), StdioKind::Terminal), Ok(RunMode::Pipe(options)), "{words}");
    }
    let knock = PipeOptions { purpose: Purpose::Probe, ..usual };
    assert_eq!(run_mode("-z pi", StdioKind::Terminal), Ok(RunMode::Pipe(knock)));
    for (words, stdio, sentence) in [
        ("-N pi", StdioKind::Terminal, "--half-close (-N) has no effect on a terminal. Add --pipe"),
        ("-q 5 pi", StdioKind::Terminal, "--quit-after (-q) has no effect on a terminal"),
        ("-n bob pi", StdioKind::Other, "--nick has no effect in a pipe"),
        ("--telnet pi", StdioKind::Other, "--telnet has no effect in a pipe"),
    ] {
        let message = run_mode(words, stdio).unwrap_err();
        assert!(message.starts_with(sentence), "{words}: {message}");
    }
}

#[test]
fn a_recording_needs_a_file() {
    for words in ["--record - pi", "--record=- pi", "host --record - chat"] {
        let sentence = job(words).unwrap_err();
        assert!(sentence.contains("a recording cannot be written to standard output; name a file"), "{sentence}");
    }
    assert!(job("--record ./- pi").is_ok());
}

/// Returns the program and all commands at every level.
fn all_commands(program: &clap::Command) -> Vec<clap::Command> {
    let below = program.get_subcommands().filter(|command| !command.is_hide_set()).flat_map(all_commands);
    std::iter::once(program.clone()).chain(below).collect()
}

fn built_program() -> clap::Command {
    let mut program = Args::command().term_width(80);
    program.build();
    program
}

#[test]
fn short_help_has_at_most_30_lines_of_80_columns() {
    for command in all_commands(&built_program()) {
        let help = command.term_width(80).render_help().to_string();
        assert!(help.lines().count() <= 30, "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        assert!(help.contains("\nExample"), "{help}");
    }
}

#[test]
fn short_help_that_hides_options_names_the_long_help() {
    for command in all_commands(&built_program()) {
        let hides = command.get_arguments().any(clap::Arg::is_hide_short_help_set);
        let help = command.term_width(80).render_help().to_string();
        assert!(!hides || help.ends_with("\n--help shows everything.\n"), "{help}");
    }
}

#[test]
fn long_help_has_examples_and_habits_before_the_options() {
    let position = |help: &str, heading: &str| help.find(heading).unwrap_or_else(|| panic!("no {heading:?} in {help}"));
    let program = built_program();
    for command in std::iter::once(&program).chain(program.get_subcommands()) {
        let help = command.clone().term_width(80).render_long_help().to_string();
        assert!(position(&help, "Usage:") < position(&help, "Examples:"), "{help}");
        assert!(position(&help, "Examples:") < position(&help, "\nOptions:"), "{help}");
    }
    let help = program.clone().render_long_help().to_string();
    assert!(position(&help, "Examples:") < position(&help, "Coming from nc, PuTTY, telnet:"));
    assert!(position(&help, "Coming from nc, PuTTY, telnet:") < position(&help, "\nOptions:"));
    let (tables, _) = help.split_once("\nCommands:").unwrap();
    assert!(tables.lines().all(|line| line.chars().count() <= 80), "{tables}");
}

#[test]
fn a_missing_subcommand_prints_the_help_of_its_command() {
    let message = job("config").unwrap_err();
    assert!(message.starts_with("Print or check the settings\n\nUsage: netchat-tui config <COMMAND>\n"), "{message}");
}

#[test]
fn an_unknown_option_is_not_suggested_as_a_value() {
    let message = job("serve chat --theme dark").unwrap_err();
    assert_eq!(message, "error: unexpected argument '--theme' found\n\nFor more information, try '--help'.\n");
    let message = job("serve chat -p 70000").unwrap_err();
    assert!(message.contains("use a number from 0 to 65535\n"), "{message}");
}
