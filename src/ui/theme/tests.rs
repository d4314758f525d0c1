//! Tests of resolved themes and of a peer's colours.

mod contrast;

use super::*;
use crate::text::Row;

const fn fg(index: u8) -> Style {
    Style::new().fg(Color::Indexed(index))
}

const fn on(text: u8, background: u8) -> Style {
    fg(text).bg(Color::Indexed(background))
}

fn peer_style(theme: &ResolvedTheme, sgr: &str) -> Style {
    let mut row = Row::default();
    text::decode(format!("\x1b[{sgr}mx").as_bytes(), &mut row);
    theme.blend_peer_style(Style::new(), row.style_of(row.glyphs().last().unwrap()))
}

fn styled(sgr: &str) -> Style {
    peer_style(&ResolvedTheme::dark(), sgr)
}

#[test]
fn a_peers_colours_are_shown() {
    assert_eq!(styled("1;31;44"), on(1, 4).bold());
    assert_eq!(styled("38;2;101;2;3"), Style::new().fg(Color::Rgb(101, 2, 3)));
}

#[test]
fn a_peer_cannot_hide_text_in_its_own_background() {
    assert_eq!(styled("34;44"), fg(4));
    for sgr in ["30;48;5;16", "30;48;2;0;0;0", "38;5;231;48;2;255;255;255", "38;5;232;48;2;8;8;8", "97;48;5;15"] {
        assert_eq!(styled(sgr).bg, None, "{sgr}");
    }
}

#[test]
fn a_peer_cannot_hide_text_in_the_terminal_background() {
    for sgr in ["30", "38;5;16", "38;5;234", "38;2;10;20;30", "30;40", "7;30"] {
        assert_eq!((styled(sgr).fg, styled(sgr).bg), (None, None), "{sgr}");
        assert!(peer_style(&ResolvedTheme::light(), sgr).fg.is_some(), "{sgr}");
    }
    for sgr in ["37", "97", "38;5;231", "38;2;250;250;220"] {
        assert_eq!(peer_style(&ResolvedTheme::light(), sgr).fg, None, "{sgr}");
        assert!(styled(sgr).fg.is_some(), "{sgr}");
    }
    assert_eq!(styled("30;46"), on(0, 6), "on a background of the peer it is visible");
}

#[test]
fn a_peers_colours_are_reduced_to_the_colour_depth() {
    let many = ResolvedTheme::built_in(&ThemeName::DARK, ColorDepth::TwoFiftySix);
    assert_eq!(peer_style(&many, "38;2;250;100;90;48;2;0;0;0"), on(203, 16));
    let few = ResolvedTheme::built_in(&ThemeName::DARK, ColorDepth::Sixteen);
    assert_eq!(peer_style(&few, "38;2;250;100;90;48;5;17"), on(9, 4));
    assert_eq!(peer_style(&few, "31;44"), on(1, 4));
    assert_eq!(peer_style(&few, "38;5;235"), Style::new(), "a dark grey would become black on black");
    assert_eq!(peer_style(&few, "38;5;196;48;5;203"), fg(9), "two reds have become one");
}

#[test]
fn a_theme_without_colours_hides_those_of_a_peer() {
    for theme in [
        ResolvedTheme::mono(),
        ResolvedTheme::built_in(&ThemeName::DARK, ColorDepth::Mono),
        ResolvedTheme::built_in(&ThemeName::MONO, ColorDepth::Mono),
    ] {
        assert_eq!(peer_style(&theme, "1;31;44"), BOLD);
    }
}

#[test]
fn nickname_colours_are_stable_and_all_are_used() {
    for theme in [ResolvedTheme::dark(), ResolvedTheme::light()] {
        assert!(theme.nicks.len() >= 10);
        assert_eq!(theme.nick(7), theme.nick(7));
        let colours: std::collections::HashSet<_> = (0..100).map(|hash| theme.nick(hash)).collect();
        assert_eq!(colours.len(), theme.nicks.len());
    }
    assert_eq!(ResolvedTheme::mono().nick(u64::MAX), BOLD);
}
