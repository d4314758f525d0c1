//! Holds the settings in force for a tab.

use super::{Origin, Origins, find};
use crate::app::logging::{LogConfig, LogTarget};
use crate::app::transcript::TranscriptLimits;
use crate::app::view::options::TimestampFormat;
use crate::app::view::speaker::SpeakerRule;
use crate::app::view::viewport::ViewOptions;
use crate::link::{Eol, Family};
use crate::theme::{Appearance, ColorMode, Priority};
use std::time::Duration;

/// All settings as typed values. [`super::SETTINGS`] lists their names, accepted values and help texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Line ending appended to sent lines.
    pub eol: Eol,
    /// Nickname requested on each connection.
    pub nick: Option<String>,
    /// Time limit for resolving and connecting together.
    pub connect_limit: Duration,
    /// Scrollback limits of a tab.
    pub limits: TranscriptLimits,
    /// Byte view and charset of a new tab.
    pub view_options: ViewOptions,
    /// Format of the timestamps beside messages.
    pub time: TimestampFormat,
    /// Rule for finding the sender's name in a line.
    pub speaker_rule: SpeakerRule,
    /// Alert for mentions while the terminal is unfocused.
    pub alert: AlertMethod,
    /// Whether the program or the terminal handles mouse events.
    pub mouse: MouseCapture,
    /// Delay between the lines of a paste or a file.
    pub paste_delay: Duration,
    /// Maximum line length in bytes, including the line ending, before a warning; 0 for none.
    pub line_limit: usize,
    /// Words that count as a mention, in addition to the nickname.
    pub highlight_words: Vec<String>,
    /// How the nickname reaches the server.
    pub nick_mode: NickMode,
    /// Lines sent on each connection, after the nickname.
    pub on_connect: Vec<String>,
    /// Command that prints the server's secret; empty for none.
    pub secret_command: String,
    /// File with the server's secret, read if there is no command; empty for none.
    pub secret_file: String,
    /// When to reconnect after the connection is lost.
    pub reconnect: Reconnect,
    /// Address families to try.
    pub family: Family,
    /// Whether to answer telnet negotiation with refusals (RFC 854).
    pub answer_telnet: bool,
    /// User interface: full screen, or line by line.
    pub frontend: FrontendKind,
    /// Theme and use of colours.
    pub appearance: Appearance,
    /// Whether input history and recent servers are kept for later sessions.
    pub keeps_history: bool,
    /// Log files and their format.
    pub log: LogConfig,
    /// Name of the server that these settings are for, as in the settings file; `None` for the global settings.
    pub server: Option<String>,
    /// Where each setting got its value.
    pub origins: Origins,
}

impl Settings {
    /// Whether the user has set the delay between lines, possibly to the default.
    pub fn has_explicit_paste_delay(&self) -> bool {
        self.paste_delay != Self::default().paste_delay
            || find("paste_delay").is_some_and(|setting| *setting.origin(self) != Origin::Default)
    }

    /// Returns the source of the server's secret; the command takes precedence over the file.
    pub fn secret_source(&self) -> Option<SecretSource> {
        let (command, file) = (&self.secret_command, &self.secret_file);
        let file = || Some(file.clone()).filter(|file| !file.is_empty()).map(SecretSource::File);
        Some(command.clone()).filter(|command| !command.is_empty()).map(SecretSource::Command).or_else(file)
    }

    /// Returns whether a colour setting overrides `NO_COLOR`: only options and commands do, not the settings file.
    pub fn appearance_priority(&self) -> Priority {
        let is_explicit =
            |name| find(name).is_some_and(|setting| matches!(setting.origin(self), Origin::Flag(_) | Origin::Session));
        let wants_colours = self.appearance.colours != ColorMode::Auto && is_explicit("color");
        let wants_theme = self.appearance.has_coloured_theme() && is_explicit("theme");
        if wants_colours || wants_theme { Priority::Explicit } else { Priority::Default }
    }
}

impl Settings {
    /// Returns the line ending for pipes. Only an option or a setting of this server counts: a global setting, meant for
    /// chats, would change files that pass through. `global` are the settings for all servers.
    pub fn pipe_eol(&self, global: &Self) -> Eol {
        let origins = find("eol").map(|eol| (eol.origin(self), eol.origin(global)));
        let is_specific = origins.is_some_and(|(own, global)| matches!(own, Origin::Flag(_)) || own != global);
        if is_specific { self.eol } else { Eol::Lf }
    }

    /// Returns the log settings for pipes: targets set by options only, so that scripts do not depend on the settings file.
    pub fn flag_log_config(&self) -> LogConfig {
        let by_flag = |name, target: &LogTarget| {
            let is_flag = find(name).is_some_and(|setting| matches!(setting.origin(self), Origin::Flag(_)));
            if is_flag { target.clone() } else { LogTarget::Off }
        };
        let (text, hex) = (by_flag("log", &self.log.text), by_flag("hex_log", &self.log.hex));
        LogConfig { text, hex, ..self.log.clone() }
    }
}

/// User interface of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FrontendKind {
    /// Uses the whole screen.
    #[default]
    FullScreen,
    /// Prints line by line, for screen readers and simple terminals.
    Lines,
}

/// How the nickname reaches the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NickMode {
    /// Sends `/nick NAME`.
    #[default]
    Command,
    /// Sends each line as `NAME: line`, for servers without nicknames.
    Prefix,
}

/// When to reconnect after the connection is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reconnect {
    /// Reconnects if the user had sent something or the connection had lasted 30 s, unless the server closed it after
    /// answering the last line or after a goodbye.
    #[default]
    Auto,
    /// Reconnects in every case, and retries a failed first attempt.
    Always,
    /// Reconnects only on request.
    Never,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            eol: Eol::Lf,
            nick: None,
            connect_limit: Duration::from_secs(10),
            limits: TranscriptLimits::default(),
            view_options: ViewOptions::default(),
            time: TimestampFormat::default(),
            speaker_rule: SpeakerRule::default(),
            alert: AlertMethod::default(),
            mouse: MouseCapture::default(),
            paste_delay: Duration::from_millis(50),
            // Lab servers read 1024 bytes at once. Strict ones crash if that splits a character.
            line_limit: 1024,
            highlight_words: Vec::new(),
            nick_mode: NickMode::default(),
            on_connect: Vec::new(),
            secret_command: String::new(),
            secret_file: String::new(),
            reconnect: Reconnect::default(),
            family: Family::default(),
            answer_telnet: false,
            frontend: FrontendKind::default(),
            appearance: Appearance::default(),
            keeps_history: true,
            log: LogConfig::default(),
            server: None,
            origins: Origins::default(),
        }
    }
}

/// Source of a server's secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The first line this command prints, with words quoted as in a shell.
    Command(String),
    /// The first line of this file.
    File(String),
}

/// How to alert the user to a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlertMethod {
    /// The terminal bell (BEL).
    #[default]
    Bell,
    /// A desktop notification (OSC 9).
    Notify,
    /// No alert.
    Off,
}

/// Whether the program captures the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseCapture {
    /// No: the terminal selects text.
    #[default]
    Off,
    /// Yes: the wheel scrolls.
    On,
}
