//! Records where each setting got its value.

use std::fmt;

/// Place where a setting got its value. `Display` writes the words that follow the value, such as `flag --eol`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// The built-in default.
    #[default]
    Default,
    /// A line of the settings file.
    File {
        /// The path for display.
        path: String,
        /// 1-based line number.
        line: usize,
    },
    /// The environment variable of this name.
    Variable(String),
    /// The command-line option of this name.
    Flag(&'static str),
    /// A command in the running program.
    Session,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{path}, line {line}"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
            Self::Session => f.write_str("set here"),
        }
    }
}

/// Origins of all settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origins {
    /// Settings with an origin other than [`Origin::Default`].
    by_setting: Vec<(&'static str, Origin)>,
}

impl Origins {
    pub(super) fn of(&self, name: &str) -> &Origin {
        self.by_setting.iter().find(|(setting, _)| *setting == name).map_or(&Origin::Default, |(_, origin)| origin)
    }

    pub(super) fn note(&mut self, name: &'static str, origin: Origin) {
        self.by_setting.retain(|(setting, _)| *setting != name);
        if origin != Origin::Default {
            self.by_setting.push((name, origin));
        }
    }
}
