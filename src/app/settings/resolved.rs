//! What can be set.

use super::{Origin, Origins, find};
use crate::app::boundary::{AlertMethod, MouseCapture, SecretSource};
use crate::app::logging::{LogConfig, LogTarget};
use crate::app::transcript::TranscriptLimits;
use crate::app::view::options::TimestampFormat;
use crate::app::view::speaker::SpeakerRule;
use crate::app::view::viewport::ViewOptions;
use crate::link::{Eol, Family};
use crate::theme::{Appearance, Colours, Priority};
use std::time::Duration;

/// What the user set. What each of it is called, which values it takes and what it does is told in [`super`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What ends a line on its way out.
    pub eol: Eol,
    /// The nickname to ask for on each connection.
    pub nick: Option<String>,
    /// Limit for resolving and connecting together.
    pub connect_limit: Duration,
    /// How much a tab keeps.
    pub limits: TranscriptLimits,
    /// How messages are looked at to begin with.
    pub lens: ViewOptions,
    /// The time in the gutter.
    pub time: TimestampFormat,
    /// How one who speaks is found in a line.
    pub speaker_rule: SpeakerRule,
    /// How a mention calls a user who looks elsewhere.
    pub alert: AlertMethod,
    /// Who has the mouse.
    pub mouse: MouseCapture,
    /// Between two lines of a paste or a file.
    pub paste_delay: Duration,
    /// Bytes of a line, its end included, that a server is known to read at once; 0 for no such limit.
    pub line_limit: usize,
    /// Words to be called for, beside one's nickname.
    pub highlight_words: Vec<String>,
    /// What becomes of the nickname.
    pub nick_mode: NickMode,
    /// Lines to be sent on each connection, after the nickname.
    pub on_connect: Vec<String>,
    /// The command that prints the server's secret; empty where there is none.
    pub secret_command: String,
    /// The file with the server's secret, read where there is no command; empty where there is none.
    pub secret_file: String,
    /// Whether a connection that drops is restored.
    pub reconnect: Reconnect,
    /// Which addresses of a host are tried.
    pub family: Family,
    /// Whether telnet's negotiation is answered, with refusals (RFC 854).
    pub answer_telnet: bool,
    /// What the client is seen by.
    pub frontend: FrontendKind,
    /// Its colours.
    pub appearance: Appearance,
    /// Whether what is entered is kept for later sessions.
    pub keeps_history: bool,
    /// What is logged, and where.
    pub log: LogConfig,
    /// The server this is for, by its name in the settings; nothing where it is for any.
    pub server: Option<String>,
    /// Where it was said.
    pub origins: Origins,
}

impl Settings {
    /// Whether the user has set the time between two lines.
    pub fn has_chosen_pace(&self) -> bool {
        self.paste_delay != Self::default().paste_delay
            || find("paste_delay").is_some_and(|setting| *setting.origin(self) != Origin::Default)
    }

    /// Where the server's secret is read from, if anywhere.
    pub fn secret_source(&self) -> Option<SecretSource> {
        let (command, file) = (&self.secret_command, &self.secret_file);
        let file = || Some(file.clone()).filter(|file| !file.is_empty()).map(SecretSource::File);
        Some(command.clone()).filter(|command| !command.is_empty()).map(SecretSource::Command).or_else(file)
    }

    /// How much was meant by the looks: a flag and what is said inside are demands.
    pub fn weight(&self) -> Priority {
        let is_demanded =
            |name| find(name).is_some_and(|setting| matches!(setting.origin(self), Origin::Flag(_) | Origin::Session));
        let wants_colours = self.appearance.colours != Colours::Auto && is_demanded("color");
        let wants_theme = self.appearance.has_theme_of_colours() && is_demanded("theme");
        if wants_colours || wants_theme { Priority::Explicit } else { Priority::Default }
    }
}

impl Settings {
    /// What ends a line in a script: what a flag says, or what was said for this server alone. Who likes another end in
    /// chats everywhere would not find a file again that went through. `everywhere` are the options for any server.
    pub fn pipe_eol(&self, everywhere: &Self) -> Eol {
        let origins = find("eol").map(|eol| (eol.origin(self), eol.origin(everywhere)));
        let is_meant = origins.is_some_and(|(own, other)| matches!(own, Origin::Flag(_)) || own != other);
        if is_meant { self.eol } else { Eol::Lf }
    }

    /// What is to be logged by the flags of the command line: scripts count on these, and not on a settings file.
    pub fn flag_log_config(&self) -> LogConfig {
        let by_flag = |name, to: &LogTarget| {
            let is_flag = find(name).is_some_and(|setting| matches!(setting.origin(self), Origin::Flag(_)));
            if is_flag { to.clone() } else { LogTarget::Off }
        };
        let (rows, wire) = (by_flag("log", &self.log.text), by_flag("hex_log", &self.log.hex));
        LogConfig { text: rows, hex: wire, ..self.log.clone() }
    }
}

/// What the user sees the client by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FrontendKind {
    /// The whole screen.
    #[default]
    FullScreen,
    /// Line by line.
    Lines,
}

/// What becomes of a nickname.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NickMode {
    /// The server is asked for it: `/nick NAME`.
    #[default]
    Command,
    /// The server has no names: each line goes out as `NAME: line`.
    Prefix,
}

/// Whether a connection that drops is restored by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reconnect {
    /// If it carried something of ours, or lasted 30 s, and did not close with the answer to the user's last line or after
    /// a goodbye.
    #[default]
    Auto,
    /// Whatever became of it, the first attempt included.
    Always,
    /// Never unasked.
    Never,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            eol: Eol::Lf,
            nick: None,
            connect_limit: Duration::from_secs(10),
            limits: TranscriptLimits::default(),
            lens: ViewOptions::default(),
            time: TimestampFormat::default(),
            speaker_rule: SpeakerRule::default(),
            alert: AlertMethod::default(),
            mouse: MouseCapture::default(),
            paste_delay: Duration::from_millis(50),
            // What the lab's servers read. A character cut there kills the strict ones among them.
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
