//! Colours: how themes write them, what they look like, and how well one can be read on another.

use crate::text::suggest::suggest;

/// Red, green and blue from 0 to 255, in sRGB.
pub type Rgb = (u8, u8, u8);

/// A colour as a terminal is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Color {
    /// A number of xterm's palette. What the first sixteen look like only the terminal knows.
    Indexed(u8),
    /// Itself.
    Rgb(u8, u8, u8),
}

/// The sixteen by name, at their numbers.
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
    /// A sentence that says what is wrong and how colours are written.
    pub(super) fn parse(word: &str) -> Result<Self, String> {
        let small = word.to_ascii_lowercase();
        if let Some(hex) = small.strip_prefix('#') {
            return hexadecimal(hex)
                .ok_or_else(|| format!("{} is no colour: #ff8700 has six digits.", safe_text(word)));
        }
        if small.starts_with(|c: char| c.is_ascii_digit()) {
            let number = small.parse().map(Self::Indexed);
            return number
                .map_err(|_not_one_byte| format!("{} is no colour: the palette goes from 0 to 255.", safe_text(word)));
        }
        let known = NAMES.iter().zip(0..).find(|(name, _)| **name == small);
        let grey = matches!(small.as_str(), "grey" | "gray").then_some(8);
        known.map(|(_, number)| number).or(grey).map(Self::Indexed).ok_or_else(|| unknown(word))
    }

    /// What it looks like, the first sixteen as xterm has them.
    pub const fn rgb(self) -> Rgb {
        match self {
            Self::Rgb(r, g, b) => (r, g, b),
            Self::Indexed(index) => indexed(index),
        }
    }

    /// Whether every terminal with colours has it.
    pub(super) const fn is_one_of_sixteen(self) -> bool {
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

/// A word of a file, so that it is safe to show.
pub(super) fn safe_text(word: &str) -> String {
    word.chars().take(40).flat_map(char::escape_debug).collect()
}

/// What a number of the palette looks like. From 16 on it is xterm's cube and greys, which every terminal has the same;
/// the first sixteen are as xterm has them.
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

/// The levels of the cube: 0, 95, 135, 175, 215, 255.
const fn level(step: u8) -> u8 {
    if step == 0 { 0 } else { 55 + 40 * step }
}

/// The least at which text is read by nearly everybody (WCAG 2, 1.4.3, level AA).
pub const MIN_CONTRAST: f64 = 4.5;

/// How far text stands out from its ground, whichever is which: 1 for not at all to 21 for black on white (WCAG 2).
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// From 0 to 1, as WCAG 2 defines it.
pub(super) fn luminance((red, green, blue): Rgb) -> f64 {
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// A part of a colour as an amount of light, from 0 to 1.
pub fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_written_in_three_ways() {
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
    fn what_is_no_colour_is_told() {
        for (word, says) in [
            ("#fff", "#fff is no colour: #ff8700 has six digits."),
            ("#+12345", "#+12345 is no colour: #ff8700 has six digits."),
            ("#ff870g", "#ff870g is no colour: #ff8700 has six digits."),
            ("256", "256 is no colour: the palette goes from 0 to 255."),
            ("1e3", "1e3 is no colour: the palette goes from 0 to 255."),
            ("rde", "There is no colour rde. Did you mean red?"),
            ("brightred", "There is no colour brightred. Did you mean bright-red?"),
            ("mauve", "There is no colour mauve. Colours are #ff8700, 0 to 255, or red, bright-blue ..."),
            ("\u{1b}[1m", "There is no colour \\u{1b}[1m. Colours are #ff8700, 0 to 255, or red, bright-blue ..."),
        ] {
            assert_eq!(Color::parse(word), Err(says.to_owned()), "{word}");
        }
    }

    #[test]
    fn the_palette_is_xterms() {
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
    fn contrast_is_that_of_wcag() {
        for (a, b, expected) in
            [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)]
        {
            let rgb = |word| Color::parse(word).unwrap().rgb();
            assert!((contrast(rgb(a), rgb(b)) - expected).abs() < 0.01, "{a} {b}");
        }
    }
}
