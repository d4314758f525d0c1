//! Tests of the tab bar.

use super::*;
use crate::app::TabMove;

/// Returns a stage connected to port 12345 and to these ports.
fn stage(columns: u16, lines: u16, ports: std::ops::Range<u16>) -> Stage {
    let mut stage = Stage::new(columns, lines);
    for port in ports {
        stage.say(&format!("/connect 127.0.0.1:{port}"));
        let id = stage.app.tab().id();
        stage.event(Event::Link(id, LinkEvent::Opened { peer: ([127, 0, 0, 1], port).into() }));
    }
    stage
}

impl Stage {
    fn receive_in(&mut self, id: u32, bytes: &[u8]) {
        self.event(Event::Link(LinkId(id), LinkEvent::Received(Bytes::copy_from_slice(bytes))));
    }
}

#[test]
fn two_tabs_have_a_bar_with_unread_counts() {
    let mut stage = stage(72, 9, 2..4);
    stage.receive_in(0, b"a\nb\n");
    stage.event(Event::Link(LinkId(1), LinkEvent::Closed(CloseReason::ByPeer)));
    stage.expect(
        "
 1 127.0.0.1:12345 2  2 ○ 127.0.0.1:2 1  3 127.0.0.1:3
14:02:10 · Connected to 127.0.0.1:3.





 ●  127.0.0.1:3  connected 14:02:10  ↓0 ↑0  LF UTF-8  F1 help
› Type a message; Enter to send",
    );
    stage.event(Event::Action(Action::Tab(TabMove::To(1))));
    assert_eq!(stage.lines()[0], " 1 127.0.0.1:12345  2 ○ 127.0.0.1:2 1  3 127.0.0.1:3");
    stage.say("/close!");
    stage.say("/close!");
    assert_eq!(stage.lines()[0], "14:02:10 · Connected to 127.0.0.1:3.", "a single tab has no bar");
}

#[test]
fn names_are_cut_before_distant_tabs_are_hidden() {
    let mut stage = stage(60, 10, 1000..1006);
    stage.event(Event::Action(Action::Tab(TabMove::To(4))));
    assert_eq!(stage.lines()[0], " ‹2  3 127.…:1001  4 127.…:1002  5 127.…:1003  2 ›");
    stage.receive_in(6, b"x\n");
    assert_eq!(stage.lines()[0], " ‹2  3 127.…:1001  4 127.…:1002  5 127.…:1003  2+ ›");
    stage.event(Event::Action(Action::Tab(TabMove::To(1))));
    assert_eq!(stage.lines()[0], " 1 127…:12345  2 127.…:1000  3 127.…:1001  4+ ›");
}

#[test]
fn a_low_screen_shows_the_tab_number_in_the_status() {
    let mut stage = stage(60, 7, 2..4);
    let lines = stage.lines();
    assert_eq!(lines[0], "14:02:10 · Connected to 127.0.0.1:3.");
    assert!(lines[5].starts_with(" ●  3/3  127.0.0.1:3"), "{}", lines[5]);
}

#[test]
fn a_screen_with_a_bar_has_no_tab_number_in_the_status() {
    let mut stage = stage(60, 8, 2..4);
    stage.event(Event::Action(Action::Edit(crate::app::Edit::NewLine)));
    let lines = stage.lines();
    assert!(lines[0].starts_with(" 1 127.0.0.1:12345"), "{}", lines[0]);
    assert!(lines[5].starts_with(" ●  127.0.0.1:3"), "{}", lines[5]);
}

#[test]
fn every_size_is_drawn_with_many_tabs() {
    let mut stage = stage(80, 24, 1..60);
    for columns in 20..90 {
        for lines in [5, 7, 8, 24] {
            stage.terminal = Terminal::new(TestBackend::new(columns, lines)).unwrap();
            stage.event(Event::Timer);
            stage.draw();
        }
    }
}

#[test]
fn the_current_tab_is_distinct_in_every_theme_and_depth() {
    use crate::theme::{ColorDepth, ThemeName, ThemeRegistry};
    let mut stage = stage(72, 9, 2..4);
    let themes = ThemeRegistry::default();
    for name in themes.names() {
        for depth in [ColorDepth::Mono, ColorDepth::Sixteen, ColorDepth::TwoFiftySix, ColorDepth::TrueColor] {
            let theme = ResolvedTheme::new(themes.get(&ThemeName::new(name.word())).unwrap(), depth);
            stage.terminal.draw(|frame| draw(frame, &stage.app, &theme)).unwrap();
            let buffer = stage.terminal.backend().buffer();
            let style_at = |x: u16| {
                let style = buffer[(x, 0)].style();
                (style.bg, style.add_modifier.intersection(Modifier::REVERSED | Modifier::UNDERLINED))
            };
            // Columns in the names of the second tab and of the third, which is current.
            assert_ne!(style_at(25), style_at(42), "{} {depth:?}", name.word());
        }
    }
}
