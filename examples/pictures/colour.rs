//! Colours of a terminal, as a picture has them.

use std::fmt;

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Rgb {
    /// This colour, three parts of five, over that one: what terminals do with faint text.
    pub(crate) fn faint_on(self, ground: Self) -> Self {
        let mix = |over: u8, under: u8| u8::try_from((u16::from(over) * 3 + u16::from(under) * 2) / 5).unwrap_or(over);
        Self(mix(self.0, ground.0), mix(self.1, ground.1), mix(self.2, ground.2))
    }

    /// Of 256 colours, as in xterm: sixteen by name, a cube of 6 by 6 by 6, and 24 greys.
    fn indexed(index: u8) -> Self {
        match index {
            0..16 => SIXTEEN.get(usize::from(index)).copied().unwrap_or(Self(0, 0, 0)),
            16..232 => {
                let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
                let cube = index - 16;
                Self(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
            }
            232.. => {
                let grey = 8 + 10 * (index - 232);
                Self(grey, grey, grey)
            }
        }
    }
}

/// xterm's own. Our themes do not use them where there are more; a peer may.
const SIXTEEN: [Rgb; 16] = [
    Rgb(0, 0, 0),
    Rgb(205, 0, 0),
    Rgb(0, 205, 0),
    Rgb(205, 205, 0),
    Rgb(0, 0, 238),
    Rgb(205, 0, 205),
    Rgb(0, 205, 205),
    Rgb(229, 229, 229),
    Rgb(127, 127, 127),
    Rgb(255, 0, 0),
    Rgb(0, 255, 0),
    Rgb(255, 255, 0),
    Rgb(92, 92, 255),
    Rgb(255, 0, 255),
    Rgb(0, 255, 255),
    Rgb(255, 255, 255),
];

/// The colours a window has of its own.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) ground: Rgb,
    pub(crate) text: Rgb,
    /// The strip on top and what stands on it.
    pub(crate) strip: Rgb,
    pub(crate) title: Rgb,
    pub(crate) edge: Rgb,
}

/// Within the grounds that the theme `dark` is made for.
pub(crate) const DARK: Window = Window {
    ground: Rgb(0x17, 0x19, 0x1e),
    text: Rgb(0xd8, 0xdb, 0xe2),
    strip: Rgb(0x24, 0x27, 0x2e),
    title: Rgb(0x9a, 0xa0, 0xac),
    edge: Rgb(0x3a, 0x3e, 0x48),
};

/// Window colours of the `light` theme.
pub(crate) const LIGHT: Window = Window {
    ground: Rgb(0xfd, 0xfd, 0xfb),
    text: Rgb(0x24, 0x29, 0x2f),
    strip: Rgb(0xea, 0xea, 0xe6),
    title: Rgb(0x5c, 0x62, 0x6c),
    edge: Rgb(0xc4, 0xc6, 0xc8),
};

/// The ground of the theme `gruvbox-dark`.
pub(crate) const GRUVBOX: Window = Window {
    ground: Rgb(0x28, 0x28, 0x28),
    text: Rgb(0xeb, 0xdb, 0xb2),
    strip: Rgb(0x3c, 0x38, 0x36),
    title: Rgb(0xa8, 0x99, 0x84),
    edge: Rgb(0x50, 0x49, 0x45),
};

impl Window {
    /// Returns the RGB value of a colour; `own` replaces the default colour.
    pub(crate) fn shown(colour: vt100::Color, own: Rgb) -> Rgb {
        match colour {
            vt100::Color::Default => own,
            vt100::Color::Idx(index) => Rgb::indexed(index),
            vt100::Color::Rgb(red, green, blue) => Rgb(red, green, blue),
        }
    }
}
