//! The style notation of themes: `bold #ff8700 on 237`.

use super::color::{Color, safe_text};
use crate::text::suggest::suggest;

/// Colours and modifiers of one role. An unset colour is the terminal's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StyleSpec {
    /// Foreground colour.
    pub text: Option<Color>,
    /// Background colour.
    pub background: Option<Color>,
    /// Bold, italic and the like.
    pub modifiers: Modifiers,
}

/// A set of [`Modifier`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers(u8);

/// A text attribute of SGR other than colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    /// Bold; some terminals show it as a brighter colour.
    Bold,
    /// Reduced intensity; the contrast depends on the terminal.
    Dim,
    /// Slanted letters.
    Italic,
    /// A line below the text.
    Underline,
    /// Foreground and background swapped.
    Reverse,
    /// A line through the text.
    Strike,
}

impl Modifier {
    /// All modifiers, in the order of the enum.
    pub const ALL: [Self; 6] = [Self::Bold, Self::Dim, Self::Italic, Self::Underline, Self::Reverse, Self::Strike];

    const fn word(self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Dim => "dim",
            Self::Italic => "italic",
            Self::Underline => "underline",
            Self::Reverse => "reverse",
            Self::Strike => "strike",
        }
    }
}

impl Modifiers {
    /// Whether the set contains this modifier.
    pub const fn has(self, modifier: Modifier) -> bool {
        self.0 & 1 << modifier as u8 != 0
    }

    const fn with(self, modifier: Modifier) -> Self {
        Self(self.0 | 1 << modifier as u8)
    }
}

/// A mistake in a style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyleParseError {
    /// Offset of the word at fault, in characters.
    pub(crate) offset: usize,
    /// A sentence with the mistake and the next step.
    pub(crate) message: String,
}

/// The word for a style without colours and modifiers.
const NO_STYLE: &str = "plain";

impl StyleSpec {
    /// Creates a style with this foreground colour.
    pub const fn of(colour: Color) -> Self {
        Self { text: Some(colour), background: None, modifiers: Modifiers(0) }
    }

    /// Parses `bold 230 on #3a3a00`. The words may be in any order, except that the background follows `on`.
    pub(crate) fn parse(words: &str) -> Result<Self, StyleParseError> {
        let mut style = Self::default();
        let mut is_background = false;
        for (offset, word) in words_of(words) {
            let error = |message: String| StyleParseError { offset, message };
            match style.with(word, is_background).map_err(error)? {
                Some(next) => (style, is_background) = (next, false),
                None => is_background = true,
            }
        }
        if is_background {
            return Err(StyleParseError {
                offset: 0,
                message: "The background colour after on is missing: on 237.".to_owned(),
            });
        }
        Ok(style)
    }

    /// Adds one word; returns `None` for `on`, after which the background colour follows.
    fn with(self, word: &str, is_background: bool) -> Result<Option<Self>, String> {
        let modifier = Modifier::ALL.into_iter().find(|modifier| modifier.word().eq_ignore_ascii_case(word));
        match modifier {
            Some(modifier) if !is_background => Ok(Some(Self { modifiers: self.modifiers.with(modifier), ..self })),
            _ if word.eq_ignore_ascii_case(NO_STYLE) && !is_background => Ok(Some(self)),
            _ if word.eq_ignore_ascii_case("on") && !is_background && self.background.is_none() => Ok(None),
            _ if is_background => Ok(Some(Self { background: Some(colour(word)?), ..self })),
            _ if self.text.is_some() => Err(match Color::parse(word) {
                Ok(_) => format!("{} is a second colour. Put on before a background colour.", safe_text(word)),
                Err(_) => unknown_word(word),
            }),
            _ => Ok(Some(Self { text: Some(colour(word)?), ..self })),
        }
    }
}

fn colour(word: &str) -> Result<Color, String> {
    let looks_like_color = word.starts_with(|c: char| c == '#' || c.is_ascii_digit());
    Color::parse(word)
        .map_err(|error| if looks_like_color || error.contains("Did you mean") { error } else { unknown_word(word) })
}

/// The error for a word that is neither a colour nor a modifier.
fn unknown_word(word: &str) -> String {
    match suggest(word, Modifier::ALL.map(Modifier::word).into_iter().chain([NO_STYLE])) {
        Some(near) => format!("There is no style {}. Did you mean {near}?", safe_text(word)),
        None => format!("There is no style {}. Write a style as bold #ff8700 on 237, or plain.", safe_text(word)),
    }
}

/// Splits into words, each with its offset in characters.
fn words_of(words: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    words.split(|c: char| c.is_whitespace()).filter_map(move |word| {
        let start = offset;
        offset += word.chars().count() + 1;
        (!word.is_empty()).then_some((start, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_be_in_any_order() {
        let bold = Modifiers::default().with(Modifier::Bold);
        let all =
            StyleSpec { text: Some(Color::Indexed(230)), background: Some(Color::Rgb(58, 58, 0)), modifiers: bold };
        for words in ["bold 230 on #3a3a00", "230 bold on #3a3a00", "on #3a3a00 BOLD 230", "  230  on #3a3a00 bold "] {
            assert_eq!(StyleSpec::parse(words), Ok(all), "{words}");
        }
        for words in ["plain", "", " "] {
            assert_eq!(StyleSpec::parse(words), Ok(StyleSpec::default()), "{words}");
        }
        let struck = StyleSpec::parse("dim italic strike").unwrap().modifiers;
        assert!(struck.has(Modifier::Dim) && struck.has(Modifier::Italic) && struck.has(Modifier::Strike));
        assert!(!struck.has(Modifier::Bold) && !struck.has(Modifier::Reverse));
    }

    #[test]
    fn a_mistake_has_its_offset_and_the_next_step() {
        for (words, offset, message) in [
            ("bold rde", 5, "There is no colour rde. Did you mean red?"),
            ("blod red", 0, "There is no style blod. Did you mean bold?"),
            ("red blue", 4, "blue is a second colour. Put on before a background colour."),
            ("red  itallic", 5, "There is no style itallic. Did you mean italic?"),
            ("sparkling", 0, "There is no style sparkling. Write a style as bold #ff8700 on 237, or plain."),
            ("red on", 0, "The background colour after on is missing: on 237."),
            ("red on 300", 7, "300 is not a colour: palette numbers go from 0 to 255."),
            ("on on", 3, "There is no style on. Write a style as bold #ff8700 on 237, or plain."),
        ] {
            assert_eq!(
                StyleSpec::parse(words),
                Err(StyleParseError { offset, message: message.to_owned() }),
                "{words}"
            );
        }
    }
}
