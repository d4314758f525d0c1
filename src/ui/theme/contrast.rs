//! What the themes promise, computed: contrast as WCAG 2 has it (1.4.3, level AA), and nicknames that differ.

use super::*;
use crate::theme::{MIN_CONTRAST, contrast, linear, names_of_ours};
use std::sync::Arc;

/// The first sixteen on the console of a PC, and in `PuTTY`: beside xterm's the ones that differ most.
const VGA: [u32; 16] = [
    0x00_00_00, 0xaa_00_00, 0x00_aa_00, 0xaa_55_00, 0x00_00_aa, 0xaa_00_aa, 0x00_aa_aa, 0xaa_aa_aa, 0x55_55_55,
    0xff_55_55, 0x55_ff_55, 0xff_ff_55, 0x55_55_ff, 0xff_55_ff, 0x55_ff_ff, 0xff_ff_ff,
];

/// About ten times what can just be seen side by side (CIE76 2.3): letters are thin, and the two names are rows apart.
const MIN_COLOR_DIFFERENCE: f64 = 20.0;

#[expect(clippy::cast_possible_truncation, reason = "one byte of three is wanted")]
const fn parts(colour: u32) -> Rgb {
    ((colour >> 16) as u8, (colour >> 8) as u8, colour as u8)
}

/// CIE 1976 L*a*b* at D65, in which a distance means about the same everywhere.
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

/// Everything that is words, by name. A theme is taken apart without `..`, so that none is forgotten.
fn texts(theme: &ResolvedTheme) -> Vec<(&'static str, Style)> {
    #[rustfmt::skip]
    let ResolvedTheme {
        depth: _, time, received, sent, notice, error, mark, bar, bar_strong, bar_good, bar_busy, bar_bad,
        question, marker: sign, hint, heading, key, mention, hit, hit_here, selected, chosen, rule_day, rule_unread, thumb: _, track: _,
        fold, peer_notice, link, nicks, ground: _,
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
        ("sign", sign),
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
    for look in [received, sent, notice, error] {
        all.extend([(look.sign, look.sign_style), (look.sign, look.text)]);
    }
    all.extend(nicks.iter().map(|&colour| ("nick", Style::new().fg(colour))));
    all
}

/// Holds each text against its own ground, or against each of these. The terminal's own text colour is its own affair.
fn check(theme: &ResolvedTheme, grounds: &[Rgb], looks: impl Fn(Color) -> Option<Rgb>) {
    for (name, style) in texts(theme) {
        assert!(!style.add_modifier.contains(Modifier::DIM), "{name}: how dim that is nobody knows");
        let Some(text) = style.fg else {
            assert_eq!(style.bg, None, "{name} has a ground and no colour to go with it");
            continue;
        };
        let text = looks(text).unwrap();
        let own = style.bg.map(|ground| vec![looks(ground).unwrap()]);
        for &ground in own.as_deref().unwrap_or(grounds) {
            let contrast = contrast(text, ground);
            assert!(contrast >= MIN_CONTRAST, "{name}: {text:?} on {ground:?} is {contrast:.2}:1");
        }
    }
}

/// All of ours with colours.
fn coloured() -> Vec<(ThemeName, Arc<Theme>)> {
    let themes = ThemeRegistry::default();
    let all = themes.names().map(|name| (name.clone(), Arc::clone(themes.scheme(name).unwrap())));
    all.filter(|(_, scheme)| scheme.ground != Background::Any).collect()
}

#[test]
fn text_reads_on_the_grounds_it_is_made_for() {
    let coloured = coloured();
    assert_eq!(coloured.len(), names_of_ours().count() - 1);
    for (_, scheme) in coloured {
        for depth in [ColorDepth::TrueColour, ColorDepth::TwoFiftySix] {
            check(&ResolvedTheme::new(&scheme, depth), &scheme.ground.samples(), looks);
        }
    }
}

/// What a theme for terminals of sixteen colours is held against: the ground of its kind.
fn ground_of_few(scheme: &Theme) -> Rgb {
    let is_dark = contrast(scheme.ground.rgb(), (0, 0, 0)) < MIN_CONTRAST;
    if is_dark { (0, 0, 0) } else { (255, 255, 255) }
}

#[test]
fn text_reads_in_sixteen_colours_whichever_they_are() {
    let vga = |color| match color {
        Color::Indexed(index) => VGA.get(usize::from(index)).copied().map(parts),
        _ => None,
    };
    for (_, scheme) in coloured() {
        let (theme, ground) = (ResolvedTheme::new(&scheme, ColorDepth::Sixteen), ground_of_few(&scheme));
        check(&theme, &[ground], looks);
        check(&theme, &[ground], vga);
        assert!(texts(&theme).iter().flat_map(|(_, style)| [style.fg, style.bg]).flatten().all(is_plain));
    }
}

fn is_plain(color: Color) -> bool {
    matches!(color, Color::Indexed(0..=15))
}

#[test]
fn bold_reads_where_it_means_bright() {
    for (_, scheme) in coloured() {
        for (name, style) in texts(&ResolvedTheme::new(&scheme, ColorDepth::Sixteen)) {
            if let (Some(Color::Indexed(index @ 0..=7)), true) = (style.fg, style.add_modifier.contains(Modifier::BOLD))
            {
                let ground = style.bg.and_then(looks).unwrap_or(ground_of_few(&scheme));
                assert!(contrast(crate::ui::theme::reduce::indexed(index + 8), ground) >= MIN_CONTRAST, "{name}");
            }
        }
    }
}

#[test]
fn no_two_nicknames_look_nearly_the_same() {
    for (name, scheme) in coloured() {
        for depth in [ColorDepth::TrueColour, ColorDepth::TwoFiftySix, ColorDepth::Sixteen] {
            let nicks: Vec<_> =
                ResolvedTheme::new(&scheme, depth).nicks.iter().map(|&nick| looks(nick).unwrap()).collect();
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
fn nothing_of_mono_has_a_colour() {
    for depth in [ColorDepth::Mono, ColorDepth::Sixteen, ColorDepth::TwoFiftySix, ColorDepth::TrueColour] {
        for (name, style) in texts(&ResolvedTheme::ours(&ThemeName::MONO, depth)) {
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
        }
    }
}
