//! Tests of the start page.

use super::*;
use crate::app::{RecentServer, SavedServer};
use crate::theme::{ColorDepth, ThemeRegistry};

const SIZES: [(u16, u16); 5] = [(20, 5), (40, 10), (80, 24), (100, 30), (200, 50)];

fn visit(address: &str, state: &str, seconds: u64) -> RecentServer {
    let wall = ((14 * 60 + 2) * 60 + 10) * 1000;
    let at = LocalTime(wall - seconds * 1000);
    RecentServer { name: None, endpoint: Endpoint::parse(address).unwrap(), at, last_result: state.to_owned() }
}

impl Stage {
    /// Creates a stage on the start page, with these saved and recent servers.
    fn on_start_page(columns: u16, lines: u16, saved: &[(&str, &str)], visits: Vec<RecentServer>) -> Self {
        let mut stage = Self::new(columns, lines);
        let server = |&(name, address): &(&str, &str)| SavedServer {
            name: name.to_owned(),
            endpoint: Endpoint::parse(address).unwrap(),
            options: Settings::default(),
        };
        stage.app = App::new(Settings::default()).with_servers(saved.iter().map(server).collect());
        let _ = stage.app.start(stage.now);
        stage.event(Event::RecentServersLoaded(visits));
        stage
    }

    fn with_servers(columns: u16, lines: u16) -> Self {
        let visits = vec![visit("127.0.0.1:12345", "closed by server", 720), visit("pi.local:4000", "refused", 7200)];
        Self::on_start_page(columns, lines, &[("pi", "pi.local:4000"), ("lab 漢字", "10.0.0.5:12345")], visits)
    }

    fn key_in(&mut self, text: &str) {
        text.chars().for_each(|c| self.event(Event::Char(c)));
    }
}

#[test]
fn servers_are_listed_under_headings() {
    let mut stage = Stage::with_servers(80, 16);
    stage.expect(
        "
 Choose a server

 Saved
 ► pi        pi.local:4000            refused, 2 h ago
   lab 漢字  10.0.0.5:12345

 Recent
   127.0.0.1:12345                    closed by server, 12 min ago

 Local
   Host a chat here  127.0.0.1:12345  this machine only



 Enter connects to pi                                              1/4  F1 help
› Type an address (host:port), part of a name, or a /command",
    );
}

#[test]
fn a_small_window_shows_only_the_list() {
    let mut stage = Stage::with_servers(40, 10);
    stage.expect(
        "
 ► pi        pi.local:4000  refused
   lab 漢字  10.0.0.5:12345
   127.0.0.1:12345   closed by server
   Host a chat here  127.0.0.1:12345




 Enter connects to pi      1/4  F1 help
› Type a name or HOST:PORT",
    );
    let mut stage = Stage::with_servers(20, 5);
    stage.expect(
        "
 ► pi     pi.local…
   lab …  10.0.0.5…
   127.0.0.1:12345
 Enter: pi      1/4
› HOST:PORT",
    );
}

#[test]
fn typing_filters_the_list_and_shows_the_action_of_enter() {
    let mut stage = Stage::with_servers(60, 8);
    stage.key_in("pi4");
    stage.expect(
        "
 ► pi  pi.local:4000  refused, 2 h ago
   pi4:12345          new address




 Enter connects to pi                          1/2  F1 help
› pi4",
    );
    stage.key_in(":80");
    assert_eq!(stage.lines()[6], " Enter connects to pi4:80 (new)                1/1  F1 help");
    stage.event(Event::Action(Action::Cancel));
    stage.key_in("a@b:1");
    assert_eq!(stage.lines()[6], " No match. Enter an address as HOST:PORT            F1 help");
    stage.event(Event::Action(Action::Submit));
    assert_eq!(stage.lines()[4], " ! \"a@b:1\": plain TCP has no login. Write only b:1; -n NAME");
    stage.event(Event::Action(Action::Cancel));
    stage.key_in("/co");
    assert_eq!(stage.lines()[0], " /connect [ADDRESS]  connect to an address or saved server…");
    assert_eq!(stage.lines()[6], " Enter runs the command                             F1 help");
}

/// Returns the underlined text on the screen.
fn underlined(stage: &mut Stage, theme: &ResolvedTheme) -> String {
    stage.terminal.draw(|frame| draw(frame, &stage.app, theme)).unwrap();
    let cells = &stage.terminal.backend().buffer().content;
    let is_underlined = |cell: &&ratatui::buffer::Cell| cell.modifier.contains(Modifier::UNDERLINED);
    cells.iter().filter(is_underlined).map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn matched_letters_are_underlined_in_every_theme() {
    for name in ThemeRegistry::default().names() {
        for depth in [ColorDepth::Mono, ColorDepth::Sixteen, ColorDepth::TrueColor] {
            let theme = ResolvedTheme::built_in(name, depth);
            let mut stage = Stage::with_servers(80, 16);
            stage.key_in("10字");
            assert_eq!(underlined(&mut stage, &theme), "", "no entry has them in this order");
            stage.event(Event::Action(Action::Cancel));
            stage.key_in("字105");
            assert_eq!(underlined(&mut stage, &theme), "字105", "{name:?} {depth:?}");
        }
    }
}

#[test]
fn the_page_follows_the_selected_entry() {
    let visits: Vec<_> = (1..=50).map(|port| visit(&format!("h:{port}"), "refused", 60)).collect();
    for (columns, lines) in SIZES {
        let mut stage = Stage::on_start_page(columns, lines, &[], visits.clone());
        for number in 1..=52 {
            let screen = stage.lines();
            assert_eq!(screen.iter().filter(|line| line.starts_with(" ► ")).count(), 1, "{screen:#?}");
            let position = format!("{number}/52");
            assert!(columns < 80 || screen[usize::from(lines) - 2].contains(&position), "{position} {screen:#?}");
            stage.event(Event::Action(Action::HistoryNextMatching));
        }
    }
}

#[test]
fn long_and_hostile_names_are_drawn_safely() {
    let long = "漢\u{202e}\x1b[2J".repeat(40);
    let saved = [(long.as_str(), "pi.local:4000"), ("\u{200b}", "pi.local:4001"), ("ok", "pi.local:4002")];
    let result = "\x1b]0;gone\x07".repeat(20);
    for (columns, lines) in SIZES {
        let mut stage =
            Stage::on_start_page(columns, lines, &saved, vec![visit(&format!("{}:1", "x".repeat(300)), &result, 0)]);
        for text in ["", "ok", "x", "漢", "<"] {
            stage.key_in(text);
            let screen = stage.lines();
            assert!(screen.iter().all(|line| !line.contains(['\x1b', '\u{202e}', '\u{200b}', '\x07'])), "{screen:#?}");
            let is_within = |line: &String| crate::text::columns(line) <= usize::from(columns);
            assert!(screen.iter().all(is_within), "{screen:#?}");
            stage.event(Event::Action(Action::Cancel));
        }
    }
}

#[test]
fn questions_and_help_return_to_the_start_page() {
    let mut stage = Stage::with_servers(80, 16);
    let page = stage.lines();
    stage.event(Event::Action(Action::QuitOrClear));
    let with_question = stage.lines();
    assert_eq!(with_question[..14], page[..14]);
    assert_eq!(with_question[14], " Quit? Enter or y quits, Esc cancels.");
    assert_eq!(with_question[15], page[15]);
    stage.event(Event::Action(Action::Cancel));
    assert_eq!(stage.lines(), page);
    stage.event(Event::Action(Action::Help));
    assert_eq!(stage.lines()[0], " Commands");
    stage.event(Event::Action(Action::Cancel));
    assert_eq!(stage.lines(), page);
}

#[test]
fn all_config_mistakes_are_shown() {
    let mut stage = Stage::with_servers(80, 16);
    stage.event(Event::ConfigReloaded(Err("config.toml, line 3: one\nconfig.toml, line 7: two".to_owned())));
    let lines = stage.lines();
    assert_eq!(lines[11].trim(), "! config.toml, line 3: one", "{lines:#?}");
    assert_eq!(lines[12].trim(), "! config.toml, line 7: two");
    assert_eq!(lines[13].trim(), "! Nothing was changed. Correct the file and /reload again.");
    stage.event(Event::Action(Action::HistoryNextMatching));
    assert!(stage.lines().iter().all(|line| !line.contains("config.toml")));
}

#[test]
fn every_size_is_drawn() {
    for columns in 1..=60 {
        for lines in 1..=20 {
            let mut stage = Stage::with_servers(columns, lines);
            stage.lines();
            stage.key_in("/x");
            stage.event(Event::Action(Action::Submit));
            stage.lines();
        }
    }
}
