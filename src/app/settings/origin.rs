//! Where settings were said.

use std::fmt;

/// Where a setting was said. Its `Display` is told behind the value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// Nowhere.
    #[default]
    Default,
    /// In the settings file, in this line.
    File {
        /// The file, as it is told.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// In this variable of the environment.
    Variable(String),
    /// On the command line, by this flag.
    Flag(&'static str),
    /// Inside the program.
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

/// Where each setting was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origins {
    /// Those that were said anywhere.
    by_setting: Vec<(&'static str, Origin)>,
}

impl Origins {
    pub(super) fn of(&self, name: &str) -> &Origin {
        self.by_setting.iter().find(|(said, _)| *said == name).map_or(&Origin::Default, |(_, origin)| origin)
    }

    pub(super) fn note(&mut self, name: &'static str, origin: Origin) {
        self.by_setting.retain(|(said, _)| *said != name);
        if origin != Origin::Default {
            self.by_setting.push((name, origin));
        }
    }
}
