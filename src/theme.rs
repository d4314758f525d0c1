//! Colour themes, and the choice of a theme and a colour depth for a terminal.
//!
//! Everything here is pure: `cli` and `config` parse into these types and `ui` draws with them, and neither imports the
//! other.
//!
//! ```text
//!   assets/themes/*.toml ──┐                    ┌─► Theme: a StyleSpec for each Role,
//!   the user's *.toml ─────┴─► ThemeRegistry ───┤   for many colours and for sixteen
//!                                by name        └─► diagnostics with line and column
//! ```

mod appearance;
mod color;
mod definition;
mod parser;
mod registry;
mod style;

pub use appearance::{Appearance, ColorDepth, ColorMode, Priority, TerminalEnv};
pub use color::{Color, MIN_CONTRAST, Rgb, contrast, linear};
pub use definition::{Background, LowContrast, Role, RoleStyles, Theme};
pub use registry::{AUTO, ThemeDiagnostics, ThemeName, ThemeRegistry, built_in_names};
pub use style::{Modifier, Modifiers, StyleSpec};
