//! What one kind of thing looks like: `bold #ff8700 on 237`.

use super::color::{Color, safe_text};
use crate::text::suggest::suggest;

/// Colours and weight. What is not said is the terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StyleSpec {
    /// Of the letters.
    pub text: Option<Color>,
    /// Of what they stand on.
    pub background: Option<Color>,
    /// Weight, slant and the like.
    pub modifiers: Modifiers,
}

/// A set of [`Modifier`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers(u8);

/// Something beside colour that a terminal does to letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    /// Heavier; on some terminals brighter.
    Bold,
    /// Fainter. How much only the terminal knows.
    Dim,
    /// Slanted.
    Italic,
    /// With a line below.
    Underline,
    /// Text and ground change places.
    Reverse,
    /// With a line through.
    Strike,
}

impl Modifier {
    /// All of them.
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
    /// Whether this one is among them.
    pub const fn has(self, modifier: Modifier) -> bool {
        self.0 & 1 << modifier as u8 != 0
    }

    const fn and(self, modifier: Modifier) -> Self {
        Self(self.0 | 1 << modifier as u8)
    }
}

/// A word of a paint that means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyleParseError {
    /// Characters in front of it.
    pub(crate) at: usize,
    /// A sentence about it.
    pub(crate) says: String,
}

/// The word that says nothing, where something has to stand.
const NO_STYLE: &str = "plain";

impl StyleSpec {
    /// Text of this colour.
    pub const fn of(colour: Color) -> Self {
        Self { text: Some(colour), background: None, modifiers: Modifiers(0) }
    }

    /// Reads `bold 230 on #3a3a00`, its words in any order but for the colour behind `on`; `plain` says nothing.
    pub(crate) fn parse(words: &str) -> Result<Self, StyleParseError> {
        let mut paint = Self::default();
        let mut is_ground = false;
        for (at, word) in words_of(words) {
            let stray = |says: String| StyleParseError { at, says };
            match paint.with(word, is_ground).map_err(stray)? {
                Some(next) => (paint, is_ground) = (next, false),
                None => is_ground = true,
            }
        }
        if is_ground {
            return Err(StyleParseError {
                at: 0,
                says: "Behind on the colour of the ground is missing: on 237.".to_owned(),
            });
        }
        Ok(paint)
    }

    /// The same with one word more; `None` if the word says that the ground comes next.
    fn with(self, word: &str, is_ground: bool) -> Result<Option<Self>, String> {
        let modifier = Modifier::ALL.into_iter().find(|modifier| modifier.word().eq_ignore_ascii_case(word));
        match modifier {
            Some(modifier) if !is_ground => Ok(Some(Self { modifiers: self.modifiers.and(modifier), ..self })),
            _ if word.eq_ignore_ascii_case(NO_STYLE) && !is_ground => Ok(Some(self)),
            _ if word.eq_ignore_ascii_case("on") && !is_ground && self.background.is_none() => Ok(None),
            _ if is_ground => Ok(Some(Self { background: Some(colour(word)?), ..self })),
            _ if self.text.is_some() => Err(match Color::parse(word) {
                Ok(_) => format!("{} is a second colour. That of the ground stands behind on.", safe_text(word)),
                Err(_) => strange(word),
            }),
            _ => Ok(Some(Self { text: Some(colour(word)?), ..self })),
        }
    }
}

fn colour(word: &str) -> Result<Color, String> {
    let is_written_as_one = word.starts_with(|c: char| c == '#' || c.is_ascii_digit());
    Color::parse(word)
        .map_err(|says| if is_written_as_one || says.contains("Did you mean") { says } else { strange(word) })
}

/// A word that is neither a colour nor anything else.
fn strange(word: &str) -> String {
    match suggest(word, Modifier::ALL.map(Modifier::word).into_iter().chain([NO_STYLE])) {
        Some(near) => format!("Nothing looks {}. Did you mean {near}?", safe_text(word)),
        None => format!("Nothing looks {}. Looks are written bold #ff8700 on 237, or plain.", safe_text(word)),
    }
}

/// Words with the characters in front of each.
fn words_of(words: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    words.split(|c: char| c.is_whitespace()).filter_map(move |word| {
        let start = at;
        at += word.chars().count() + 1;
        (!word.is_empty()).then_some((start, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_any_order() {
        let bold = Modifiers::default().and(Modifier::Bold);
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
    fn a_word_that_means_nothing_is_told_with_its_place() {
        for (words, at, says) in [
            ("bold rde", 5, "There is no colour rde. Did you mean red?"),
            ("blod red", 0, "Nothing looks blod. Did you mean bold?"),
            ("red blue", 4, "blue is a second colour. That of the ground stands behind on."),
            ("red  itallic", 5, "Nothing looks itallic. Did you mean italic?"),
            ("sparkling", 0, "Nothing looks sparkling. Looks are written bold #ff8700 on 237, or plain."),
            ("red on", 0, "Behind on the colour of the ground is missing: on 237."),
            ("red on 300", 7, "300 is no colour: the palette goes from 0 to 255."),
            ("on on", 3, "Nothing looks on. Looks are written bold #ff8700 on 237, or plain."),
        ] {
            assert_eq!(StyleSpec::parse(words), Err(StyleParseError { at, says: says.to_owned() }), "{words}");
        }
    }
}
