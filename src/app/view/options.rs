//! What the messages are looked at through: which view of the bytes, in which charset, with which time beside them.
//!
//! None of it changes what is kept. Switching costs nothing but the next frame.

/// Three views of the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByteView {
    /// Read in the charset; what must not reach the terminal is a mark.
    #[default]
    Text,
    /// Every byte to be seen: `\xNN`, `\r\n`, a backslash doubled. Turns back into the bytes.
    Escaped,
    /// Sixteen bytes a line with their offset and characters, and a rule where each read or write began.
    Hex,
}

impl ByteView {
    /// The next one round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Text => Self::Escaped,
            Self::Escaped => Self::Hex,
            Self::Hex => Self::Text,
        }
    }

    /// What `/view` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Escaped => "escaped",
            Self::Hex => "hex",
        }
    }

    /// The view of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Text, Self::Escaped, Self::Hex].into_iter().find(|view| view.name() == name)
    }
}

/// The time in the gutter. Where the window is narrow there may be less of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimestampFormat {
    /// None.
    Off,
    /// `14:02`.
    Minutes,
    /// `14:02:10`.
    #[default]
    Seconds,
    /// `14:02:10.123`.
    Millis,
    /// Since the row before: `+0.250`.
    Delta,
}

impl TimestampFormat {
    const ALL: [Self; 5] = [Self::Off, Self::Minutes, Self::Seconds, Self::Millis, Self::Delta];

    /// The next one round.
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

    /// What `/time` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Minutes => "minutes",
            Self::Seconds => "seconds",
            Self::Millis => "ms",
            Self::Delta => "delta",
        }
    }

    /// The mode of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_and_back_by_name() {
        let mut view = ByteView::Text;
        for _ in 0..3 {
            assert_eq!(ByteView::parse(view.name()), Some(view));
            view = view.next();
        }
        assert_eq!(view, ByteView::Text);
        let mut mode = TimestampFormat::Off;
        for expected in TimestampFormat::ALL {
            assert_eq!(mode, expected);
            assert_eq!(TimestampFormat::parse(mode.name()), Some(mode));
            mode = mode.next();
        }
        assert_eq!(mode, TimestampFormat::Off);
    }
}
