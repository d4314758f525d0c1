//! Reduces colours to those that a terminal supports.
//!
//! Each terminal defines the RGB values of the first sixteen colours; here they are xterm's.

use crate::text::SgrColor;
use crate::theme::{self, ColorDepth, Rgb};
use ratatui::style::Color;

/// Returns the RGB value of a colour, an approximation for the first sixteen.
pub(super) const fn rgb(colour: SgrColor) -> Rgb {
    match colour {
        SgrColor::Rgb(r, g, b) => (r, g, b),
        SgrColor::Indexed(index) => indexed(index),
    }
}

/// Returns the RGB value of a palette index.
pub(super) const fn indexed(index: u8) -> Rgb {
    theme::Color::Indexed(index).rgb()
}

/// Returns the colour, or the nearest one at this depth; `None` at [`ColorDepth::Mono`].
pub(super) fn reduce(colour: SgrColor, depth: ColorDepth) -> Option<Color> {
    match (depth, colour) {
        (ColorDepth::Mono, _) => None,
        (ColorDepth::Sixteen, SgrColor::Indexed(index @ 0..=15)) => Some(Color::Indexed(index)),
        (ColorDepth::Sixteen, _) => Some(Color::Indexed(nearest_ansi16(rgb(colour)))),
        (ColorDepth::TwoFiftySix, SgrColor::Rgb(r, g, b)) => Some(Color::Indexed(nearest_of_256((r, g, b)))),
        (_, SgrColor::Indexed(index)) => Some(Color::Indexed(index)),
        (ColorDepth::TrueColor, SgrColor::Rgb(r, g, b)) => Some(Color::Rgb(r, g, b)),
    }
}

/// Returns the perceived distance of two colours in arbitrary units, by the cheap "redmean" weights
/// (<https://www.compuphase.com/cmetric.htm>).
fn distance(a: Rgb, b: Rgb) -> i32 {
    let delta = |a: u8, b: u8| i32::from(a) - i32::from(b);
    let (red, green, blue) = (delta(a.0, b.0), delta(a.1, b.1), delta(a.2, b.2));
    let mean = i32::midpoint(i32::from(a.0), i32::from(b.0));
    (((512 + mean) * red * red) >> 8) + 4 * green * green + (((767 - mean) * blue * blue) >> 8)
}

/// Returns the colour of the first sixteen with the same hue, so that pale red stays red.
///
/// The numerically nearest one is often grey, since the sixteen are more saturated than most colours in use.
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
        // Above the middle, so that orange becomes red: yellow is unreadable on white.
        let bit = |part: u8, bit: u8| if part > least + spread / 5 * 3 { bit } else { 0 };
        let bright = if most > 240 { 8 } else { 0 };
        bright | bit(red, 1) | bit(green, 2) | bit(blue, 4)
    }
}

/// Returns the nearer of the nearest cube colour and the nearest grey.
///
/// Computed without a search, as a frame may need thousands.
fn nearest_of_256(colour: Rgb) -> u8 {
    let step = |value: u8| match value {
        0..48 => 0,
        48..115 => 1,
        _ => (value - 35) / 40,
    };
    let cube = 16 + 36 * step(colour.0) + 6 * step(colour.1) + step(colour.2);
    let mean = (u16::from(colour.0) + u16::from(colour.1) + u16::from(colour.2)) / 3;
    let grey = 232 + u8::try_from(mean.saturating_sub(3) / 10).unwrap_or(u8::MAX).min(23);
    let distance_to = |index: u8| distance(indexed(index), colour);
    if distance_to(grey) < distance_to(cube) { grey } else { cube }
}

/// Whether text is unreadable on this background: each channel differs by at most a sixth of the scale.
pub(super) const fn is_unreadable(text: Rgb, background: Rgb) -> bool {
    const MAX_CHANNEL_DIFFERENCE: u8 = 40;
    text.0.abs_diff(background.0) <= MAX_CHANNEL_DIFFERENCE
        && text.1.abs_diff(background.1) <= MAX_CHANNEL_DIFFERENCE
        && text.2.abs_diff(background.2) <= MAX_CHANNEL_DIFFERENCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn palette_colours_are_nearest_to_themselves() {
        for index in 16..=255 {
            assert_eq!(indexed(nearest_of_256(indexed(index))), indexed(index), "{index}");
        }
        for index in 0..16 {
            assert_eq!(nearest_ansi16(indexed(index)), index);
        }
    }

    #[test]
    fn hues_survive_the_reduction_to_sixteen() {
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
    fn colours_are_reduced_to_the_depth() {
        let red = SgrColor::Rgb(250, 10, 10);
        assert_eq!(reduce(red, ColorDepth::Mono), None);
        assert_eq!(reduce(red, ColorDepth::Sixteen), Some(Color::Indexed(9)));
        assert_eq!(reduce(red, ColorDepth::TwoFiftySix), Some(Color::Indexed(196)));
        assert_eq!(reduce(red, ColorDepth::TrueColor), Some(Color::Rgb(250, 10, 10)));
        assert_eq!(reduce(SgrColor::Indexed(196), ColorDepth::Sixteen), Some(Color::Indexed(9)));
        assert_eq!(reduce(SgrColor::Indexed(196), ColorDepth::TrueColor), Some(Color::Indexed(196)));
    }
}
