//! `/set`, `/reload` and saved servers.

use super::*;
use crate::app::settings::{Origin, SETTINGS, SettingValue, find};
use crate::link::Eol;

/// Returns settings as from a settings file.
fn options(set: &[(&str, &str)]) -> Settings {
    let mut options = Settings::default();
    for (name, text) in set {
        let setting = find(name).unwrap();
        let origin = Origin::File { path: "config.toml".to_owned(), line: 7 };
        setting.set_from(&mut options, &setting.read(text), origin).unwrap();
    }
    options
}

fn server(name: &str, set: &[(&str, &str)]) -> SavedServer {
    let endpoint = Endpoint::parse("pi.local:4000").unwrap();
    SavedServer { name: name.to_owned(), endpoint, options: Settings { server: Some(name.to_owned()), ..options(set) } }
}

fn reload(driver: &mut Driver, configured: LoadedConfig) -> Vec<Effect> {
    let file = Some("config.toml".to_owned());
    driver.event(Event::ConfigReloaded(Ok(Box::new(LoadedConfig { file, ..configured }))))
}

fn value(driver: &Driver, name: &str) -> String {
    find(name).unwrap().get(&driver.app.tab().effective()).to_string()
}

fn status_message(driver: &Driver) -> &str {
    driver.app.status_message().unwrap_or_default()
}

#[test]
fn set_shows_value_origin_and_syntax() {
    let mut driver = Driver::with(options(&[("eol", "crlf")]));
    driver.enter("/set eol");
    assert_eq!(status_message(&driver), "eol is crlf (config.toml, line 7). It takes lf, crlf, cr, nul or none.");
    driver.enter("/set nick");
    assert_eq!(
        status_message(&driver),
        "nick is nothing (default). It takes one word without spaces or control characters, or nothing."
    );
    driver.enter("/set eol cr");
    assert_eq!((status_message(&driver), driver.app.tab().eol()), ("eol is cr.", Eol::Cr));
    driver.enter("/set eol");
    assert!(status_message(&driver).starts_with("eol is cr (set here)."));
    driver.enter("/set color never");
    assert_eq!(status_message(&driver), "color is never (at startup only: put it in the settings file).");
}

#[test]
fn an_invalid_set_changes_nothing() {
    let mut driver = Driver::connected();
    for (line, says) in [
        ("/set password x", "Error There is no setting password. Tab completes the names."),
        ("/set nik x", "Error There is no setting nik. Did you mean nick? Tab completes the names."),
        ("/set eol vt", "Error eol must be lf, crlf, cr, nul or none, not \"vt\"."),
        ("/set nick a\u{1b}b", "Error A nickname is one word"),
    ] {
        driver.enter(line);
        assert!(driver.last().starts_with(says), "{line}: {}", driver.last());
        driver.app.tab_mut().prompt_mut().set(String::new());
    }
    assert_eq!(driver.app.tab().effective(), Settings::default());
}

#[test]
fn set_takes_effect_immediately() {
    let mut driver = Driver::connected();
    driver.enter("/set paste-delay 7s");
    assert_eq!(driver.app.tab().options().paste_delay, Duration::from_secs(7));
    driver.enter("/set line_limit 1KiB");
    assert_eq!(driver.app.line_limit(), 1024);
    driver.enter("/set view hex");
    assert_eq!(driver.app.tab().view_options().view, ByteView::Hex);
    driver.enter("/set highlight lab exam");
    assert_eq!(value(&driver, "highlight"), "lab, exam");
    driver.enter("/set highlight \"\"");
    assert_eq!((status_message(&driver), value(&driver, "highlight").as_str()), ("highlight is nothing.", ""));
    assert_eq!(driver.enter("/set mouse on"), [Effect::Mouse(MouseCapture::On)]);
    assert_eq!(driver.enter("/set mouse true"), [], "it has it already");
    driver.enter("/set theme light");
    assert_eq!(driver.app.theme_name(), Some(&ThemeName::LIGHT));
    assert_eq!(driver.enter("/set nick bob"), sends(b"/nick bob\n"), "the server is asked as well");
    driver.enter("/set nick \"\"");
    assert_eq!(driver.app.tab().nick(), None);
}

#[test]
fn settings_for_new_tabs_apply_to_the_next_tab() {
    let mut driver = Driver::connected().with_server(server("pi", &[]));
    driver.enter("/set scrollback 1MiB");
    assert_eq!(status_message(&driver), "scrollback is 1MiB (for new tabs).");
    driver.enter("/connect other:1");
    assert_eq!(driver.app.tab().options().limits.bytes, 1 << 20);
    driver.link_of_shown(LinkEvent::Opened { peer: "10.0.0.1:1".parse().unwrap() });
    driver.enter("/connect pi");
    assert_eq!((driver.app.tab().name(), driver.app.tab().options().limits.bytes), (Some("pi"), 1 << 20));
    reload(&mut driver, LoadedConfig::default());
    assert_eq!(driver.app.options.limits.bytes, 1 << 20, "it stays set");
}

impl Driver {
    fn link_of_shown(&mut self, event: LinkEvent) {
        let id = self.app.tab().id();
        self.event(Event::Link(id, event));
    }
}

#[test]
fn every_setting_accepts_its_default() {
    for setting in SETTINGS.iter().filter(|setting| setting.name != "nick") {
        let mut driver = Driver::connected();
        let value = match setting.default() {
            SettingValue::Single(text) => text,
            SettingValue::List(parts) => parts.join(" "),
        };
        driver.enter(&format!("/set {} {value}", setting.name));
        assert!(driver.draft().is_empty(), "{}: {}", setting.name, driver.last());
    }
}

#[test]
fn reload_keeps_values_set_in_the_session() {
    let mut driver = Driver::with(options(&[("eol", "crlf"), ("view", "hex"), ("time", "ms")]));
    driver.enter("/set eol cr");
    driver.enter("/view escaped");
    driver.enter("/alert off");
    assert_eq!(driver.enter("/reload"), [Effect::ReloadConfig]);
    let given =
        options(&[("eol", "nul"), ("view", "text"), ("time", "off"), ("alert", "notify"), ("reconnect", "never")]);
    reload(&mut driver, LoadedConfig { options: given, ..LoadedConfig::default() });
    assert_eq!((value(&driver, "eol").as_str(), value(&driver, "view").as_str()), ("cr", "escaped"));
    assert_eq!((driver.app.time(), driver.app.options.alert), (TimestampFormat::Off, AlertMethod::Off));
    assert_eq!(driver.app.tab().options().reconnect, Reconnect::Never);
    assert!(driver.last().starts_with("Notice Settings read from config.toml: "), "{}", driver.last());
    reload(&mut driver, LoadedConfig { options: options(&[("mouse", "on")]), ..LoadedConfig::default() });
    assert_eq!(value(&driver, "view"), "escaped", "what was set here stays, however often");
    assert_eq!(driver.app.tab().options().reconnect, Reconnect::Auto, "what is said no more is as it is by itself");
}

#[test]
fn reload_lists_the_changes() {
    let mut driver = Driver::with(options(&[]));
    let reloaded = |driver: &mut Driver, set: &[(&str, &str)], servers: Vec<SavedServer>| {
        reload(driver, LoadedConfig { options: options(set), servers, ..LoadedConfig::default() });
        driver.last()
    };
    let says = |words: &str| format!("Notice Settings read from config.toml: {words}. Complete");
    assert_eq!(reloaded(&mut driver, &[], vec![]), says("no changes"));
    assert_eq!(reloaded(&mut driver, &[("eol", "cr"), ("time", "off")], vec![]), says("eol, time changed"));
    let pi = vec![server("pi", &[])];
    assert_eq!(reloaded(&mut driver, &[("eol", "cr"), ("time", "off")], pi.clone()), says("servers changed"));
    let all = [("eol", "cr"), ("time", "off"), ("color", "16")];
    assert_eq!(reloaded(&mut driver, &all, pi), says("color: from the next start on"));
}

#[test]
fn reload_reports_a_missing_file_and_keeps_settings() {
    let mut driver = Driver::with(options(&[]));
    driver.event(Event::ConfigReloaded(Ok(Box::default())));
    assert!(driver.last().starts_with("Notice There is no settings file"), "{}", driver.last());
    let pi = server("pi", &[]);
    let given =
        LoadedConfig { options: options(&[("time", "off")]), servers: vec![pi.clone()], ..LoadedConfig::default() };
    reload(&mut driver, given);
    driver.event(Event::ConfigReloaded(Ok(Box::default())));
    let says = "Error Nothing was changed: config.toml does not exist. Restore it and /reload again. Complete";
    assert_eq!((driver.last().as_str(), driver.app.time()), (says, TimestampFormat::Off));
    assert_eq!(driver.app.servers, [pi]);
    assert_eq!(find("time").unwrap().origin(&driver.app.options).to_string(), "config.toml, line 7");
}

#[test]
fn a_reloaded_nickname_applies_to_the_next_connection() {
    let mut driver = Driver::with(options(&[("nick", "ann")]));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:1".parse().unwrap() });
    assert_eq!(driver.after(Duration::from_secs(1)), sends(b"/nick ann\n"));
    driver.link(LinkEvent::Written(10));
    for _ in 0..2 {
        reload(&mut driver, LoadedConfig { options: options(&[("nick", "bob")]), ..LoadedConfig::default() });
        assert_eq!(driver.app.tab().nick(), Some("ann"), "the server has not changed it");
    }
    let rows = driver.rows();
    let notices = rows.iter().filter(|row| row.contains("Settings read")).map(String::as_str).collect::<Vec<_>>();
    assert_eq!(
        notices,
        [
            "Notice Settings read from config.toml: nick: from the next connection on. Complete",
            "Notice Settings read from config.toml: no changes. Complete"
        ]
    );
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:1".parse().unwrap() });
    assert_eq!(driver.app.tab().nick(), Some("bob"));
    assert_eq!(driver.after(Duration::from_secs(2)), sends(b"/nick bob\n"));
    reload(&mut driver, LoadedConfig { options: options(&[("nick", "ann")]), ..LoadedConfig::default() });
    driver.enter("/nick zed");
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:1".parse().unwrap() });
    assert_eq!(driver.app.tab().nick(), Some("zed"), "the last word counts");
}

#[test]
fn settings_warnings_appear_at_start_and_on_reload() {
    let mut driver = Driver::with(options(&[]));
    let warnings = vec!["Unknown environment variable NETCHAT_TUI_NIKC.".to_owned()];
    driver.app.warn(driver.now, &warnings);
    assert_eq!(driver.last(), "Notice Unknown environment variable NETCHAT_TUI_NIKC. Complete");
    reload(&mut driver, LoadedConfig { warnings: vec!["mine.toml: No.".to_owned()], ..LoadedConfig::default() });
    let rows = driver.rows();
    let [.., read, warning] = rows.as_slice() else { panic!() };
    assert!(read.starts_with("Notice Settings read from config.toml"), "{read}");
    assert_eq!(warning, "Notice mine.toml: No. Complete");
}

#[test]
fn reload_reports_values_kept_from_the_session() {
    let mut driver = Driver::with(options(&[]));
    driver.enter("/set eol nul");
    reload(&mut driver, LoadedConfig { options: options(&[("eol", "cr")]), ..LoadedConfig::default() });
    assert_eq!(driver.last(), "Notice Settings read from config.toml: eol stays nul, as set here. Complete");
    reload(&mut driver, LoadedConfig { options: options(&[("eol", "cr")]), ..LoadedConfig::default() });
    assert_eq!(driver.last(), "Notice Settings read from config.toml: no changes. Complete");
}

#[test]
fn commands_count_as_set_in_the_session() {
    let mut driver = Driver::with(options(&[("nick", "ann"), ("time", "off")]));
    driver.enter("/set nick zed");
    driver.enter("/set nick");
    assert!(status_message(&driver).starts_with("nick is zed (set here)."), "{}", status_message(&driver));
    driver.enter("/time ms");
    driver.enter("/set TIME");
    assert!(status_message(&driver).starts_with("time is ms (set here)."), "{}", status_message(&driver));
}

#[test]
fn set_without_arguments_lists_changed_settings() {
    let mut driver = Driver::with(options(&[]));
    let all = SETTINGS.len();
    driver.enter("/set");
    let last = driver.last();
    assert!(last.starts_with(&format!("Notice All {all} settings have their defaults. /set NAME")), "{last}");
    let mut driver = Driver::with(options(&[("nick", "ann")]));
    driver.enter("/eol cr");
    driver.enter("/set");
    let rows = driver.rows();
    let [.., nick, eol, rest] = rows.as_slice() else { panic!() };
    assert_eq!(nick, "Notice nick is ann (config.toml, line 7). Complete");
    assert_eq!(eol, "Notice eol is cr (set here). Complete");
    assert!(rest.starts_with(&format!("Notice {} more have their defaults.", all - 2)), "{rest}");
}

#[test]
fn a_file_with_errors_changes_nothing_and_lists_them() {
    let mut driver = Driver::with(options(&[("eol", "cr")]));
    driver.event(Event::ConfigReloaded(Err("2 errors in x:\n  line 1, column 1: a\n  line 2, column 1: b".into())));
    let rows = driver.rows();
    let notices: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(
        notices,
        [
            "Error 2 errors in x: Complete",
            "Error   line 1, column 1: a Complete",
            "Error   line 2, column 1: b Complete",
            "Error Nothing was changed. Correct the file and /reload again. Complete",
        ]
    );
    assert_eq!(driver.app.tab().eol(), Eol::Cr);
}

#[test]
fn a_saved_server_has_its_own_settings() {
    let mut driver = Driver::new();
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    let pi = server(
        "pi",
        &[("nick", "ann"), ("eol", "crlf"), ("encoding", "latin-1"), ("wait", "3s"), ("highlight", "lab")],
    );
    driver.app = driver.app.with_servers(vec![pi.clone()]);
    let opened = driver.enter("/connect PI");
    let open = LinkCommand::Open { endpoint: pi.endpoint.clone(), limit: Duration::from_secs(3), family: Family::Any };
    assert_eq!(opened, [Effect::Link(LinkId(0), open)]);
    let in_force = driver.app.tab().effective();
    assert!(SETTINGS.iter().all(|setting| setting.is_same(&in_force, &pi.options)));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:4000".parse().unwrap() });
    assert_eq!(driver.after(Duration::from_secs(1)), sends(b"/nick ann\r\n"));
    assert_eq!(driver.enter("hi"), sends(b"hi\r\n"));
    let other = server("pi", &[("eol", "nul")]);
    reload(&mut driver, LoadedConfig { servers: vec![other], ..LoadedConfig::default() });
    assert_eq!((driver.app.tab().eol(), driver.app.tab().nick()), (Eol::Nul, Some("ann")), "it goes by its section");
    reload(&mut driver, LoadedConfig { options: options(&[("eol", "cr")]), ..LoadedConfig::default() });
    assert_eq!(driver.app.tab().eol(), Eol::Nul, "whose section is gone goes on as it was");
}

#[test]
fn settings_and_servers_are_completed() {
    let mut driver = Driver::connected();
    driver.app = driver.app.with_servers(vec![server("pi", &[]), server("printer", &[])]);
    for (typed, completed) in [
        ("/set paste", "/set paste_delay "),
        ("/set eol cr", "/set eol crlf "),
        ("/set nick-mode pre", "/set nick-mode prefix "),
        ("/connect pri", "/connect printer"),
    ] {
        for c in typed.chars() {
            driver.event(Event::Char(c));
        }
        driver.act(Action::Complete);
        assert_eq!(driver.draft(), completed);
        driver.app.tab_mut().prompt_mut().set(String::new());
    }
}
