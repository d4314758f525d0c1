//! Colours as numbers: what the 256 look like, and what stands for them where there are fewer.
//!
//! The first sixteen only the terminal knows; here they are as xterm has them.

use crate::text::SgrColor;
use crate::theme::{self, ColorDepth, Rgb};
use ratatui::style::Color;

/// What a colour looks like, for the first sixteen roughly.
pub(super) const fn rgb(colour: SgrColor) -> Rgb {
    match colour {
        SgrColor::Rgb(r, g, b) => (r, g, b),
        SgrColor::Indexed(index) => indexed(index),
    }
}

/// [`rgb`] of a number of the palette.
pub(super) const fn indexed(index: u8) -> Rgb {
    theme::Color::Indexed(index).rgb()
}

/// The colour for a terminal of this depth: itself, or the next best it has; none on one without colours.
pub(super) fn reduce(colour: SgrColor, depth: ColorDepth) -> Option<Color> {
    match (depth, colour) {
        (ColorDepth::Mono, _) => None,
        (ColorDepth::Sixteen, SgrColor::Indexed(index @ 0..=15)) => Some(Color::Indexed(index)),
        (ColorDepth::Sixteen, _) => Some(Color::Indexed(nearest_ansi16(rgb(colour)))),
        (ColorDepth::TwoFiftySix, SgrColor::Rgb(r, g, b)) => Some(Color::Indexed(nearest_of_256((r, g, b)))),
        (_, SgrColor::Indexed(index)) => Some(Color::Indexed(index)),
        (ColorDepth::TrueColour, SgrColor::Rgb(r, g, b)) => Some(Color::Rgb(r, g, b)),
    }
}

/// How far two colours are apart to the eye, in no unit: the "redmean" weights, which cost next to nothing
/// (<https://www.compuphase.com/cmetric.htm>).
fn distance(a: Rgb, b: Rgb) -> i32 {
    let delta = |a: u8, b: u8| i32::from(a) - i32::from(b);
    let (red, green, blue) = (delta(a.0, b.0), delta(a.1, b.1), delta(a.2, b.2));
    let mean = i32::midpoint(i32::from(a.0), i32::from(b.0));
    (((512 + mean) * red * red) >> 8) + 4 * green * green + (((767 - mean) * blue * blue) >> 8)
}

/// The one of the sixteen that is called by the same name: red stays red however pale. The nearest in numbers is as a
/// rule a grey, for the sixteen are harder than any colour anybody chooses.
fn nearest_ansi16((red, green, blue): Rgb) -> u8 {
    let (least, most) = (red.min(green).min(blue), red.max(green).max(blue));
    let spread = most - least;
    if most < 48 {
        0
    } else if spread < most / 6 {
        match most {
            ..178 => 8,
            178..242 => 7,
            242.. => 15,
        }
    } else {
        // Not the half: orange is nearer to red than to yellow, which nobody reads on white.
        let bit = |part: u8, bit: u8| if part > least + spread / 5 * 3 { bit } else { 0 };
        let bright = if most > 240 { 8 } else { 0 };
        bright | bit(red, 1) | bit(green, 2) | bit(blue, 4)
    }
}

/// Of the cube and of the greys the nearest each, found without a search: a frame may have thousands of them.
fn nearest_of_256(colour: Rgb) -> u8 {
    let step = |value: u8| match value {
        0..48 => 0,
        48..115 => 1,
        _ => (value - 35) / 40,
    };
    let cube = 16 + 36 * step(colour.0) + 6 * step(colour.1) + step(colour.2);
    let mean = (u16::from(colour.0) + u16::from(colour.1) + u16::from(colour.2)) / 3;
    let grey = 232 + u8::try_from(mean.saturating_sub(3) / 10).unwrap_or(u8::MAX).min(23);
    let far = |index: u8| distance(indexed(index), colour);
    if far(grey) < far(cube) { grey } else { cube }
}

/// Whether text of one colour could hardly be told from a ground of the other: each part within a sixth of the scale.
pub(super) const fn is_unreadable(text: Rgb, ground: Rgb) -> bool {
    const NEAR: u8 = 40;
    text.0.abs_diff(ground.0) <= NEAR && text.1.abs_diff(ground.1) <= NEAR && text.2.abs_diff(ground.2) <= NEAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_of_the_palette_is_nearest_to_itself() {
        for index in 16..=255 {
            assert_eq!(indexed(nearest_of_256(indexed(index))), indexed(index), "{index}");
        }
        for index in 0..16 {
            assert_eq!(nearest_ansi16(indexed(index)), index);
        }
    }

    #[test]
    fn few_colours_stand_for_many() {
        for (colour, expected) in [
            ((255, 95, 95), 9),
            ((255, 135, 0), 9),
            ((95, 215, 95), 2),
            ((215, 175, 0), 3),
            ((0, 0, 135), 4),
            ((60, 60, 60), 8),
            ((200, 200, 200), 7),
            ((250, 250, 250), 15),
            ((18, 18, 18), 0),
            ((135, 175, 135), 2),
            ((255, 175, 175), 9),
            ((128, 128, 140), 8),
        ] {
            assert_eq!(nearest_ansi16(colour), expected, "{colour:?}");
        }
        assert_eq!(nearest_of_256((250, 100, 90)), 203);
        assert_eq!(nearest_of_256((129, 128, 127)), 244);
    }

    #[test]
    fn a_terminal_gets_no_colour_it_does_not_have() {
        let red = SgrColor::Rgb(250, 10, 10);
        assert_eq!(reduce(red, ColorDepth::Mono), None);
        assert_eq!(reduce(red, ColorDepth::Sixteen), Some(Color::Indexed(9)));
        assert_eq!(reduce(red, ColorDepth::TwoFiftySix), Some(Color::Indexed(196)));
        assert_eq!(reduce(red, ColorDepth::TrueColour), Some(Color::Rgb(250, 10, 10)));
        assert_eq!(reduce(SgrColor::Indexed(196), ColorDepth::Sixteen), Some(Color::Indexed(9)));
        assert_eq!(reduce(SgrColor::Indexed(196), ColorDepth::TrueColour), Some(Color::Indexed(196)));
    }
}
