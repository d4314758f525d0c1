//! Select Graphic Rendition (ECMA-48 8.3.117, ITU-T T.416 for colours), the only escape sequences of a peer that have an
//! effect.

/// A colour set by an SGR sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SgrColor {
    /// An index into the 256-colour palette: 0 to 7 normal, 8 to 15 bright.
    Indexed(u8),
    /// Red, green and blue, from 0 to 255.
    Rgb(u8, u8, u8),
}

/// The style that the peer set for a glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Style {
    /// Text colour; `None` for the default.
    pub foreground: Option<SgrColor>,
    /// Background colour; `None` for the default.
    pub background: Option<SgrColor>,
    attributes: u8,
}

/// A text attribute, as a bit of [`Style`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Bold = 1,
    Dim = 2,
    Italic = 4,
    Underline = 8,
    Reverse = 16,
    Struck = 32,
}

impl Style {
    /// Whether SGR 1 is on.
    pub const fn is_bold(self) -> bool {
        self.has(Attribute::Bold)
    }
    /// Whether SGR 2 is on.
    pub const fn is_dim(self) -> bool {
        self.has(Attribute::Dim)
    }
    /// Whether SGR 3 is on.
    pub const fn is_italic(self) -> bool {
        self.has(Attribute::Italic)
    }
    /// Whether SGR 4 or 21 is on.
    pub const fn is_underlined(self) -> bool {
        self.has(Attribute::Underline)
    }
    /// Whether SGR 7 is on.
    pub const fn is_reversed(self) -> bool {
        self.has(Attribute::Reverse)
    }
    /// Whether SGR 9 is on.
    pub const fn is_struck(self) -> bool {
        self.has(Attribute::Struck)
    }

    const fn has(self, attribute: Attribute) -> bool {
        self.attributes & attribute as u8 != 0
    }

    const fn set(&mut self, attribute: Attribute) {
        self.attributes |= attribute as u8;
    }

    const fn unset(&mut self, attribute: Attribute) {
        self.attributes &= !(attribute as u8);
    }

    /// Applies the parameter bytes of one sequence. Returns whether all of them are supported; if not (blink, conceal, fonts,
    /// invalid colours), the sequence must also be shown as a mark.
    #[must_use]
    pub(super) fn apply(&mut self, parameters: &[u8]) -> bool {
        let mut is_supported = true;
        let mut fields = parameters.split(|&byte| byte == b';');
        while let Some(field) = fields.next() {
            let mut parts = field.split(|&byte| byte == b':');
            let code = parts.next().and_then(parse_number);
            is_supported &= match code {
                Some(38 | 48) if field.contains(&b':') => {
                    parse_colon_colour(parts).map(|c| self.set_colour(code, c)).is_some()
                }
                Some(38 | 48) => parse_semicolon_colour(&mut fields).map(|c| self.set_colour(code, c)).is_some(),
                // `4:3` is a curly underline; any underline but `4:0` is shown as a plain one.
                Some(4) if field == b"4:0" => self.apply_code(24),
                Some(4) => self.apply_code(4),
                Some(code) if parts.next().is_none() => self.apply_code(code),
                _ => false,
            };
        }
        is_supported
    }

    /// Applies a code without further parameters. Returns whether it is supported.
    const fn apply_code(&mut self, code: u16) -> bool {
        match code {
            0 => *self = Self { foreground: None, background: None, attributes: 0 },
            1 => self.set(Attribute::Bold),
            2 => self.set(Attribute::Dim),
            3 => self.set(Attribute::Italic),
            4 | 21 => self.set(Attribute::Underline),
            7 => self.set(Attribute::Reverse),
            9 => self.set(Attribute::Struck),
            22 => {
                self.unset(Attribute::Bold);
                self.unset(Attribute::Dim);
            }
            23 => self.unset(Attribute::Italic),
            24 => self.unset(Attribute::Underline),
            27 => self.unset(Attribute::Reverse),
            29 => self.unset(Attribute::Struck),
            // The ends of blink and conceal, which are never applied.
            25 | 28 => {}
            _ => return self.apply_palette_code(code),
        }
        true
    }

    const fn apply_palette_code(&mut self, code: u16) -> bool {
        #[expect(clippy::cast_possible_truncation, reason = "each range is below 16")]
        match code {
            30..=37 => self.foreground = Some(SgrColor::Indexed((code - 30) as u8)),
            39 => self.foreground = None,
            40..=47 => self.background = Some(SgrColor::Indexed((code - 40) as u8)),
            49 => self.background = None,
            90..=97 => self.foreground = Some(SgrColor::Indexed((code - 90 + 8) as u8)),
            100..=107 => self.background = Some(SgrColor::Indexed((code - 100 + 8) as u8)),
            _ => return false,
        }
        true
    }

    fn set_colour(&mut self, code: Option<u16>, colour: SgrColor) {
        if code == Some(38) {
            self.foreground = Some(colour);
        } else {
            self.background = Some(colour);
        }
    }
}

/// Parses `5;N` or `2;R;G;B` after 38 or 48, the common form. Consumes the fields it needs.
fn parse_semicolon_colour<'a>(fields: &mut impl Iterator<Item = &'a [u8]>) -> Option<SgrColor> {
    let mut next = || fields.next().and_then(parse_number);
    match next()? {
        5 => Some(SgrColor::Indexed(u8::try_from(next()?).ok()?)),
        2 => rgb(next()?, next()?, next()?),
        _ => None,
    }
}

/// Parses `5:N`, `2:R:G:B` or the `2:SPACE:R:G:B` of T.416 after 38 or 48.
fn parse_colon_colour<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Option<SgrColor> {
    let parts: Vec<Option<u16>> = parts.map(parse_number).collect();
    match parts.as_slice() {
        [Some(5), Some(index)] => Some(SgrColor::Indexed(u8::try_from(*index).ok()?)),
        [Some(2), Some(r), Some(g), Some(b)] | [Some(2), _, Some(r), Some(g), Some(b), ..] => rgb(*r, *g, *b),
        _ => None,
    }
}

fn rgb(r: u16, g: u16, b: u16) -> Option<SgrColor> {
    Some(SgrColor::Rgb(u8::try_from(r).ok()?, u8::try_from(g).ok()?, u8::try_from(b).ok()?))
}

/// Parses a decimal parameter; empty means 0 (ECMA-48 5.4.2). `None` if it is not a number or exceeds 16 bits.
fn parse_number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |sum, digit| {
        let value = digit.checked_sub(b'0').filter(|&value| value < 10)?;
        sum.checked_mul(10)?.checked_add(u16::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(sequences: &[&str]) -> (Style, bool) {
        let mut style = Style::default();
        let mut is_supported = true;
        for sequence in sequences {
            is_supported &= style.apply(sequence.as_bytes());
        }
        (style, is_supported)
    }

    #[test]
    fn colours_are_parsed_in_every_notation() {
        for (sequence, expected) in [
            ("31", SgrColor::Indexed(1)),
            ("97", SgrColor::Indexed(15)),
            ("38;5;208", SgrColor::Indexed(208)),
            ("38:5:208", SgrColor::Indexed(208)),
            ("38;2;1;2;3", SgrColor::Rgb(1, 2, 3)),
            ("38:2:1:2:3", SgrColor::Rgb(1, 2, 3)),
            ("38:2::1:2:3", SgrColor::Rgb(1, 2, 3)),
        ] {
            let (style, is_supported) = after(&[sequence]);
            assert!(is_supported, "{sequence}");
            assert_eq!(style.foreground, Some(expected), "{sequence}");
        }
        assert_eq!(after(&["44"]).0.background, Some(SgrColor::Indexed(4)));
        assert_eq!(after(&["48;5;9"]).0.background, Some(SgrColor::Indexed(9)));
    }

    #[test]
    fn attributes_are_set_and_reset() {
        let (style, _) = after(&["1;3;4;7;9"]);
        assert!(style.is_bold() && style.is_italic() && style.is_underlined() && style.is_reversed());
        assert!(style.is_struck() && !style.is_dim());
        assert_eq!(after(&["1;2;3;4;7;9;31;42", "22;23;24;27;29;39;49"]), (Style::default(), true));
        assert_eq!(after(&["1;31", ""]), (Style::default(), true));
        assert_eq!(after(&["4:3", "4:0"]), (Style::default(), true));
    }

    #[test]
    fn unsupported_codes_are_reported_and_others_applied() {
        for sequence in ["5", "8", "10", "38;5;300", "38;2;1;2", "38", "38:9:1", "99999999", "31:1"] {
            assert!(!after(&[sequence]).1, "{sequence}");
        }
        let (style, is_supported) = after(&["1;8;31"]);
        assert!(!is_supported && style.is_bold());
        assert_eq!(style.foreground, Some(SgrColor::Indexed(1)));
    }
}
