//! Defines the views of bytes and the formats of timestamps.
//!
//! They change only the display, never the stored data.

/// How the bytes of a message are displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByteView {
    /// Decoded text. Control and invisible characters are displayed as marks such as `^[`.
    #[default]
    Text,
    /// Escaped text with every byte visible: `\xNN`, `\r\n`, a doubled backslash. Can be converted back to bytes.
    Escaped,
    /// A hex dump with offsets and characters, and a rule at the start of each read or write.
    Hex,
}

impl ByteView {
    /// Returns the next view in the cycle.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Text => Self::Escaped,
            Self::Escaped => Self::Hex,
            Self::Hex => Self::Text,
        }
    }

    /// Returns the name used by `/view`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Escaped => "escaped",
            Self::Hex => "hex",
        }
    }

    /// Finds a view by name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Text, Self::Escaped, Self::Hex].into_iter().find(|view| view.name() == name)
    }
}

/// Format of the timestamps in the gutter. Narrow screens display a shorter form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimestampFormat {
    /// No timestamps.
    Off,
    /// Hours and minutes: `14:02`.
    Minutes,
    /// With seconds: `14:02:10`.
    #[default]
    Seconds,
    /// With milliseconds: `14:02:10.123`.
    Millis,
    /// Seconds since the previous row: `+0.250`.
    Delta,
}

impl TimestampFormat {
    const ALL: [Self; 5] = [Self::Off, Self::Minutes, Self::Seconds, Self::Millis, Self::Delta];

    /// Returns the next format in the cycle.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Off => Self::Minutes,
            Self::Minutes => Self::Seconds,
            Self::Seconds => Self::Millis,
            Self::Millis => Self::Delta,
            Self::Delta => Self::Off,
        }
    }

    /// Returns the name used by `/time`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Minutes => "minutes",
            Self::Seconds => "seconds",
            Self::Millis => "ms",
            Self::Delta => "delta",
        }
    }

    /// Finds a format by name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back_and_cycles_are_complete() {
        let mut view = ByteView::Text;
        for _ in 0..3 {
            assert_eq!(ByteView::parse(view.name()), Some(view));
            view = view.next();
        }
        assert_eq!(view, ByteView::Text);
        let mut format = TimestampFormat::Off;
        for expected in TimestampFormat::ALL {
            assert_eq!(format, expected);
            assert_eq!(TimestampFormat::parse(format.name()), Some(format));
            format = format.next();
        }
        assert_eq!(format, TimestampFormat::Off);
    }
}
