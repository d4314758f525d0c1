//! Colours: parsing, RGB values and contrast.

use crate::text::suggest::suggest;

/// Red, green and blue from 0 to 255, in sRGB.
pub type Rgb = (u8, u8, u8);

/// A colour as an SGR sequence selects it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Color {
    /// An index into xterm's palette of 256. Each terminal defines the RGB values of the first sixteen.
    Indexed(u8),
    /// Red, green and blue, in sRGB.
    Rgb(u8, u8, u8),
}

/// Names of the first sixteen colours, by index.
const NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

impl Color {
    /// Reads `#ff8700`, `208` or `bright-red`.
    ///
    /// # Errors
    /// A sentence with the mistake and the accepted notation.
    pub(super) fn parse(word: &str) -> Result<Self, String> {
        let lowercase = word.to_ascii_lowercase();
        if let Some(hex) = lowercase.strip_prefix('#') {
            return hexadecimal(hex)
                .ok_or_else(|| format!("{} is not a colour: use six digits, as in #ff8700.", safe_text(word)));
        }
        if lowercase.starts_with(|c: char| c.is_ascii_digit()) {
            let number = lowercase.parse().map(Self::Indexed);
            return number.map_err(|_not_one_byte| {
                format!("{} is not a colour: palette numbers go from 0 to 255.", safe_text(word))
            });
        }
        let known = NAMES.iter().zip(0..).find(|(name, _)| **name == lowercase);
        let grey = matches!(lowercase.as_str(), "grey" | "gray").then_some(8);
        known.map(|(_, number)| number).or(grey).map(Self::Indexed).ok_or_else(|| unknown(word))
    }

    /// Returns its RGB value, for the first sixteen that of xterm.
    pub const fn rgb(self) -> Rgb {
        match self {
            Self::Rgb(r, g, b) => (r, g, b),
            Self::Indexed(index) => indexed(index),
        }
    }

    /// Whether every terminal with colours supports it.
    pub(super) const fn is_ansi16(self) -> bool {
        matches!(self, Self::Indexed(0..=15))
    }
}

fn hexadecimal(digits: &str) -> Option<Color> {
    // `from_str_radix` takes a sign as well.
    let number = Some(digits).filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let [_, r, g, b] = u32::from_str_radix(number, 16).ok()?.to_be_bytes();
    Some(Color::Rgb(r, g, b))
}

fn unknown(word: &str) -> String {
    match suggest(word, NAMES) {
        Some(near) => format!("There is no colour {}. Did you mean {near}?", safe_text(word)),
        None => {
            format!("There is no colour {}. Colours are #ff8700, 0 to 255, or red, bright-blue ...", safe_text(word))
        }
    }
}

/// Escapes a word of a theme file and cuts it to 40 characters, for a message.
pub(super) fn safe_text(word: &str) -> String {
    word.chars().take(40).flat_map(char::escape_debug).collect()
}

/// Returns the RGB value of a colour of xterm's palette.
///
/// The cube and the greys from 16 on are the same on every terminal; the first sixteen are xterm's defaults.
const fn indexed(index: u8) -> Rgb {
    match index {
        4 => (0, 0, 238),
        7 => (229, 229, 229),
        8 => (127, 127, 127),
        12 => (92, 92, 255),
        0..=15 => {
            let full = if index < 8 { 205 } else { 255 };
            let bits = index & 7;
            (full * (bits & 1), full * (bits >> 1 & 1), full * (bits >> 2))
        }
        16..=231 => {
            let cube = index - 16;
            (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    }
}

/// Converts a cube step from 0 to 5 into a level: 0, 95, 135, 175, 215, 255.
const fn level(step: u8) -> u8 {
    if step == 0 { 0 } else { 55 + 40 * step }
}

/// Minimum contrast of readable text (WCAG 2, 1.4.3, level AA).
pub const MIN_CONTRAST: f64 = 4.5;

/// Returns the contrast ratio of two colours as WCAG 2 defines it, from 1 (equal) to 21 (black and white).
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Returns the relative luminance from 0 to 1, as WCAG 2 defines it.
pub(super) fn luminance((red, green, blue): Rgb) -> f64 {
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// Converts an sRGB channel to linear light, from 0 to 1.
pub fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_indices_and_names_are_parsed() {
        for (word, expected) in [
            ("#ff8700", Color::Rgb(255, 135, 0)),
            ("#FF8700", Color::Rgb(255, 135, 0)),
            ("0", Color::Indexed(0)),
            ("255", Color::Indexed(255)),
            ("red", Color::Indexed(1)),
            ("Bright-White", Color::Indexed(15)),
            ("grey", Color::Indexed(8)),
        ] {
            assert_eq!(Color::parse(word), Ok(expected), "{word}");
        }
    }

    #[test]
    fn an_invalid_colour_is_explained() {
        for (word, message) in [
            ("#fff", "#fff is not a colour: use six digits, as in #ff8700."),
            ("#+12345", "#+12345 is not a colour: use six digits, as in #ff8700."),
            ("#ff870g", "#ff870g is not a colour: use six digits, as in #ff8700."),
            ("256", "256 is not a colour: palette numbers go from 0 to 255."),
            ("1e3", "1e3 is not a colour: palette numbers go from 0 to 255."),
            ("rde", "There is no colour rde. Did you mean red?"),
            ("brightred", "There is no colour brightred. Did you mean bright-red?"),
            ("mauve", "There is no colour mauve. Colours are #ff8700, 0 to 255, or red, bright-blue ..."),
            ("\u{1b}[1m", "There is no colour \\u{1b}[1m. Colours are #ff8700, 0 to 255, or red, bright-blue ..."),
        ] {
            assert_eq!(Color::parse(word), Err(message.to_owned()), "{word}");
        }
    }

    #[test]
    fn palette_has_the_values_of_xterm() {
        for (index, expected) in [
            (1, (205, 0, 0)),
            (9, (255, 0, 0)),
            (11, (255, 255, 0)),
            (16, (0, 0, 0)),
            (108, (135, 175, 135)),
            (231, (255, 255, 255)),
            (232, (8, 8, 8)),
            (255, (238, 238, 238)),
        ] {
            assert_eq!(Color::Indexed(index).rgb(), expected, "{index}");
        }
    }

    #[test]
    fn contrast_matches_wcag() {
        for (a, b, expected) in
            [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)]
        {
            let rgb = |word| Color::parse(word).unwrap().rgb();
            assert!((contrast(rgb(a), rgb(b)) - expected).abs() < 0.01, "{a} {b}");
        }
    }
}
