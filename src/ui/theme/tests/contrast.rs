//! Contrast of the built-in themes (WCAG 2, 1.4.3, level AA), and distinct colours of nicknames.

use crate::theme::{MIN_CONTRAST, built_in_names, contrast, linear};
use crate::ui::theme::*;
use std::sync::Arc;

/// The first sixteen colours of the VGA console and `PuTTY`, which differ most from xterm's.
const VGA: [u32; 16] = [
    0x00_00_00, 0xaa_00_00, 0x00_aa_00, 0xaa_55_00, 0x00_00_aa, 0xaa_00_aa, 0x00_aa_aa, 0xaa_aa_aa, 0x55_55_55,
    0xff_55_55, 0x55_ff_55, 0xff_ff_55, 0x55_55_ff, 0xff_55_ff, 0x55_ff_ff, 0xff_ff_ff,
];

/// Minimum CIE76 distance of two nickname colours: about ten times the just noticeable difference (2.3), since letters
/// are thin and the two names are rows apart.
const MIN_COLOR_DIFFERENCE: f64 = 20.0;

#[expect(clippy::cast_possible_truncation, reason = "each cast keeps one byte of three")]
const fn channels(colour: u32) -> Rgb {
    ((colour >> 16) as u8, (colour >> 8) as u8, colour as u8)
}

/// Converts to CIE 1976 L*a*b* at D65, in which equal distances look about equal.
fn lab(colour: Rgb) -> [f64; 3] {
    let (red, green, blue) = (linear(colour.0), linear(colour.1), linear(colour.2));
    let root = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
    let y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    let z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn difference(a: Rgb, b: Rgb) -> f64 {
    lab(a).iter().zip(lab(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Returns all text styles by name. Destructured without `..`, so that none is forgotten.
fn texts(theme: &ResolvedTheme) -> Vec<(&'static str, Style)> {
    #[rustfmt::skip]
    let ResolvedTheme {
        depth: _, time, received, sent, notice, error, mark, bar, bar_strong, bar_good, bar_busy, bar_bad,
        question, prompt_sign, hint, heading, key, mention, hit, hit_here, selected, chosen, rule_day, rule_unread, thumb: _, track: _,
        fold, peer_notice, link, nicks, background: _,
    } = theme.clone();
    let mut all = vec![
        ("time", time),
        ("mark", mark),
        ("bar", bar),
        ("bar_strong", bar_strong),
        ("bar_good", bar_good),
        ("bar_busy", bar_busy),
        ("bar_bad", bar_bad),
        ("question", question),
        ("prompt_sign", prompt_sign),
        ("hint", hint),
        ("heading", heading),
        ("key", key),
        ("mention", mention),
        ("hit", hit),
        ("hit_here", hit_here),
        ("selected", selected),
        ("selected in the menu", selected.add_modifier(Modifier::BOLD)),
        ("chosen", chosen),
        ("rule_day", rule_day),
        ("rule_unread", rule_unread),
        ("fold", fold),
        ("peer_notice", peer_notice),
        ("link", link),
    ];
    for row in [received, sent, notice, error] {
        all.extend([(row.sign, row.sign_style), (row.sign, row.text)]);
    }
    all.extend(nicks.iter().map(|&colour| ("nick", Style::new().fg(colour))));
    all
}

/// Checks the contrast of each text style to its own background, or to each of `backgrounds`. Text in the terminal's
/// default colour is skipped.
fn check(theme: &ResolvedTheme, backgrounds: &[Rgb], rgb_of: impl Fn(Color) -> Option<Rgb>) {
    for (name, style) in texts(theme) {
        assert!(!style.add_modifier.contains(Modifier::DIM), "{name}: the contrast of dim text is unknown");
        let Some(text) = style.fg else {
            assert_eq!(style.bg, None, "{name} has a background and no text colour");
            continue;
        };
        let text = rgb_of(text).unwrap();
        let own = style.bg.map(|background| vec![rgb_of(background).unwrap()]);
        for &background in own.as_deref().unwrap_or(backgrounds) {
            let contrast = contrast(text, background);
            assert!(contrast >= MIN_CONTRAST, "{name}: {text:?} on {background:?} is {contrast:.2}:1");
        }
    }
}

/// Returns the built-in themes with colours.
fn coloured() -> Vec<(ThemeName, Arc<Theme>)> {
    let themes = ThemeRegistry::default();
    let all = themes.names().map(|name| (name.clone(), Arc::clone(themes.get(name).unwrap())));
    all.filter(|(_, theme)| theme.background != Background::Any).collect()
}

#[test]
fn text_is_readable_on_the_assumed_backgrounds() {
    let coloured = coloured();
    assert_eq!(coloured.len(), built_in_names().count() - 1);
    for (_, theme) in coloured {
        for depth in [ColorDepth::TrueColor, ColorDepth::TwoFiftySix] {
            check(&ResolvedTheme::new(&theme, depth), &theme.background.samples(), rgb_of);
        }
    }
}

/// Returns the background to check a theme of sixteen colours on: black or white.
fn ansi16_background(theme: &Theme) -> Rgb {
    let is_dark = contrast(theme.background.rgb(), (0, 0, 0)) < MIN_CONTRAST;
    if is_dark { (0, 0, 0) } else { (255, 255, 255) }
}

#[test]
fn text_is_readable_in_xterm_and_vga_colours() {
    let vga = |color| match color {
        Color::Indexed(index) => VGA.get(usize::from(index)).copied().map(channels),
        _ => None,
    };
    for (_, theme) in coloured() {
        let background = ansi16_background(&theme);
        let theme = ResolvedTheme::new(&theme, ColorDepth::Sixteen);
        check(&theme, &[background], rgb_of);
        check(&theme, &[background], vga);
        assert!(texts(&theme).iter().flat_map(|(_, style)| [style.fg, style.bg]).flatten().all(is_ansi16));
    }
}

fn is_ansi16(color: Color) -> bool {
    matches!(color, Color::Indexed(0..=15))
}

#[test]
fn bold_is_readable_where_it_is_shown_as_bright() {
    for (_, theme) in coloured() {
        for (name, style) in texts(&ResolvedTheme::new(&theme, ColorDepth::Sixteen)) {
            if let (Some(Color::Indexed(index @ 0..=7)), true) = (style.fg, style.add_modifier.contains(Modifier::BOLD))
            {
                let background = style.bg.and_then(rgb_of).unwrap_or(ansi16_background(&theme));
                assert!(contrast(reduce::indexed(index + 8), background) >= MIN_CONTRAST, "{name}");
            }
        }
    }
}

#[test]
fn nickname_colours_are_distinct() {
    for (name, theme) in coloured() {
        for depth in [ColorDepth::TrueColor, ColorDepth::TwoFiftySix, ColorDepth::Sixteen] {
            let nicks: Vec<_> =
                ResolvedTheme::new(&theme, depth).nicks.iter().map(|&nick| rgb_of(nick).unwrap()).collect();
            for (n, &a) in nicks.iter().enumerate() {
                for &b in nicks.iter().skip(n + 1) {
                    let difference = difference(a, b);
                    assert!(difference >= MIN_COLOR_DIFFERENCE, "{name}: {a:?} and {b:?} differ by {difference:.1}");
                }
            }
        }
    }
}

#[test]
fn mono_has_no_colours() {
    for depth in [ColorDepth::Mono, ColorDepth::Sixteen, ColorDepth::TwoFiftySix, ColorDepth::TrueColor] {
        for (name, style) in texts(&ResolvedTheme::built_in(&ThemeName::MONO, depth)) {
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
        }
    }
}
