//! Reads and writes each field of [`Settings`] as text.

use super::value::{SettingValue, duration, duration_or_none, format_duration, format_size, size};
use crate::app::commands::is_nickname;
use crate::app::logging::{LogFormat, LogTarget};
use crate::app::view::speaker::SpeakerRule;
use crate::app::{AlertMethod, ByteView, FrontendKind, MouseCapture, NickMode, Reconnect, Settings, TimestampFormat};
use crate::link::{Eol, Family};
use crate::text::Charset;
use crate::theme::{AUTO, ColorDepth, ColorMode, ThemeName};

/// Reason why a value was rejected.
#[derive(Debug)]
pub(super) enum InvalidValue {
    /// The value is not one that the setting accepts; the caller names those.
    UnknownWord,
    /// A specific reason, as a sentence.
    Message(String),
}

/// Result of storing a value.
type SetResult = Result<(), InvalidValue>;

/// Functions that store and read the value of a setting.
#[derive(Debug, Clone, Copy)]
pub(super) enum Accessors {
    /// Accesses a single value.
    Single(fn(&mut Settings, &str) -> SetResult, fn(&Settings) -> String),
    /// Accesses a list.
    List(fn(&mut Settings, &[String]) -> SetResult, fn(&Settings) -> Vec<String>),
}

impl Accessors {
    pub(super) fn set(&self, options: &mut Settings, value: &SettingValue) -> SetResult {
        match (self, value) {
            (Self::Single(set, _), SettingValue::Single(text)) => set(options, text.trim()),
            (Self::List(set, _), SettingValue::List(parts)) => set(options, parts),
            (Self::List(set, _), SettingValue::Single(text)) => set(options, std::slice::from_ref(text)),
            (Self::Single(..), SettingValue::List(_)) => Err(InvalidValue::UnknownWord),
        }
    }

    pub(super) fn get(&self, options: &Settings) -> SettingValue {
        match self {
            Self::Single(_, get) => SettingValue::Single(get(options)),
            Self::List(_, get) => SettingValue::List(get(options)),
        }
    }
}

/// Stores a parsed value in a field, or reports [`InvalidValue::UnknownWord`] and leaves the field unchanged.
fn assign<T>(field: &mut T, value: Option<T>) -> SetResult {
    *field = value.ok_or(InvalidValue::UnknownWord)?;
    Ok(())
}

/// Looks up the value of a word, ignoring ASCII case.
fn parse_word<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, value)| *value)
}

/// Returns the first word for a value.
fn format_word<T: PartialEq>(words: &[(&str, T)], value: &T) -> String {
    words.iter().find(|(_, known)| known == value).map_or_else(String::new, |(word, _)| (*word).to_owned())
}

/// Words for booleans. Values are written as `true` or `false`; `/set` and variables accept the others, too.
const SWITCH: [(&str, bool); 8] = [
    ("true", true),
    ("false", false),
    ("on", true),
    ("off", false),
    ("yes", true),
    ("no", false),
    ("1", true),
    ("0", false),
];

const EOLS: [(&str, Eol); 5] =
    [("lf", Eol::Lf), ("crlf", Eol::CrLf), ("cr", Eol::Cr), ("nul", Eol::Nul), ("none", Eol::None)];
pub(super) const EOL: Accessors = Accessors::Single(
    |options, word| assign(&mut options.eol, parse_word(&EOLS, word)),
    |options| format_word(&EOLS, &options.eol),
);

pub(super) const NICK: Accessors = Accessors::Single(set_nick, |options| options.nick.clone().unwrap_or_default());

fn set_nick(options: &mut Settings, name: &str) -> SetResult {
    let name = Some(name).filter(|name| !name.is_empty());
    if let Some(name) = name.filter(|name| !is_nickname(name)) {
        let name = name.escape_debug();
        return Err(InvalidValue::Message(format!(
            "\"{name}\" is not a nickname. Use one word without spaces or control characters."
        )));
    }
    options.nick = name.map(ToOwned::to_owned);
    Ok(())
}

const NICK_MODES: [(&str, NickMode); 2] = [("command", NickMode::Command), ("prefix", NickMode::Prefix)];
pub(super) const NICK_MODE: Accessors = Accessors::Single(
    |options, word| assign(&mut options.nick_mode, parse_word(&NICK_MODES, word)),
    |options| format_word(&NICK_MODES, &options.nick_mode),
);

pub(super) const ON_CONNECT: Accessors = Accessors::List(set_on_connect, |options| options.on_connect.clone());

fn set_on_connect(options: &mut Settings, lines: &[String]) -> SetResult {
    if lines.iter().any(|line| line.contains(['\n', '\r'])) {
        return Err(InvalidValue::Message(
            "A line in on_connect contains a line break. Write one string per line: [\"one\", \"two\"].".to_owned(),
        ));
    }
    options.on_connect = lines.to_vec();
    Ok(())
}

pub(super) const SECRET_COMMAND: Accessors =
    Accessors::Single(set_secret_command, |options| options.secret_command.clone());

fn set_secret_command(options: &mut Settings, command: &str) -> SetResult {
    if shell_words::split(command).is_err() {
        return Err(InvalidValue::Message("secret_command has an unclosed quote.".to_owned()));
    }
    command.clone_into(&mut options.secret_command);
    Ok(())
}

pub(super) const SECRET_FILE: Accessors = Accessors::Single(
    |options, path| {
        path.clone_into(&mut options.secret_file);
        Ok(())
    },
    |options| options.secret_file.clone(),
);

const RECONNECTS: [(&str, Reconnect); 3] =
    [("auto", Reconnect::Auto), ("always", Reconnect::Always), ("never", Reconnect::Never)];
pub(super) const RECONNECT: Accessors = Accessors::Single(
    |options, word| assign(&mut options.reconnect, parse_word(&RECONNECTS, word)),
    |options| format_word(&RECONNECTS, &options.reconnect),
);

const FAMILIES: [(&str, Family); 3] = [("any", Family::Any), ("4", Family::V4), ("6", Family::V6)];
pub(super) const FAMILY: Accessors = Accessors::Single(
    |options, word| assign(&mut options.family, parse_word(&FAMILIES, word)),
    |options| format_word(&FAMILIES, &options.family),
);

pub(super) const WAIT: Accessors = Accessors::Single(
    |options, text| assign(&mut options.connect_limit, duration(text).ok()),
    |options| format_duration(options.connect_limit),
);

pub(super) const TELNET: Accessors = Accessors::Single(
    |options, word| assign(&mut options.answer_telnet, parse_word(&SWITCH, word)),
    |options| options.answer_telnet.to_string(),
);

pub(super) const VIEW: Accessors = Accessors::Single(
    |options, word| assign(&mut options.view_options.view, ByteView::parse(&word.to_ascii_lowercase())),
    |options| options.view_options.view.name().to_owned(),
);

pub(super) const TIME: Accessors = Accessors::Single(
    |options, word| assign(&mut options.time, TimestampFormat::parse(&word.to_ascii_lowercase())),
    |options| options.time.name().to_owned(),
);

pub(super) const ENCODING: Accessors =
    Accessors::Single(set_encoding, |options| options.view_options.charset.name().to_ascii_lowercase());

fn set_encoding(options: &mut Settings, name: &str) -> SetResult {
    options.view_options.charset = Charset::parse(name).map_err(|error| InvalidValue::Message(error.to_string()))?;
    Ok(())
}

pub(super) const NAMES: Accessors = Accessors::Single(set_names, |options| options.speaker_rule.to_string());

fn set_names(options: &mut Settings, words: &str) -> SetResult {
    options.speaker_rule = SpeakerRule::parse(words).map_err(InvalidValue::Message)?;
    Ok(())
}

pub(super) const HIGHLIGHT: Accessors = Accessors::List(
    |options, words| {
        options.highlight_words = words.iter().filter(|word| !word.trim().is_empty()).cloned().collect();
        Ok(())
    },
    |options| options.highlight_words.clone(),
);

pub(super) const PASTE_DELAY: Accessors = Accessors::Single(
    |options, text| assign(&mut options.paste_delay, duration_or_none(text).ok()),
    |options| format_duration(options.paste_delay),
);

pub(super) const LINE_LIMIT: Accessors = Accessors::Single(
    |options, text| assign(&mut options.line_limit, size(text).and_then(|bytes| usize::try_from(bytes).ok())),
    |options| options.line_limit.to_string(),
);

const ALERTS: [(&str, AlertMethod); 3] =
    [("bell", AlertMethod::Bell), ("notify", AlertMethod::Notify), ("off", AlertMethod::Off)];
pub(super) const ALERT: Accessors = Accessors::Single(
    |options, word| assign(&mut options.alert, parse_word(&ALERTS, word)),
    |options| format_word(&ALERTS, &options.alert),
);

pub(super) const MOUSE: Accessors = Accessors::Single(
    |options, word| {
        let mouse = parse_word(&SWITCH, word).map(|is_on| if is_on { MouseCapture::On } else { MouseCapture::Off });
        assign(&mut options.mouse, mouse)
    },
    |options| (options.mouse == MouseCapture::On).to_string(),
);

pub(super) const THEME: Accessors =
    Accessors::Single(set_theme, |options| options.appearance.theme.as_ref().map_or(AUTO, ThemeName::word).to_owned());

fn set_theme(options: &mut Settings, word: &str) -> SetResult {
    // `ThemeRegistry::check_word` verifies that the theme exists: only it knows the user's themes.
    let theme = Some(ThemeName::new(word)).filter(|name| name.word() != AUTO);
    assign(&mut options.appearance.theme, Some(theme).filter(|_| !word.is_empty()))
}

const COLOURS: [(&str, ColorMode); 5] = [
    ("auto", ColorMode::Auto),
    ("never", ColorMode::Never),
    ("16", ColorMode::Only(ColorDepth::Sixteen)),
    ("256", ColorMode::Only(ColorDepth::TwoFiftySix)),
    ("always", ColorMode::Always),
];
pub(super) const COLOR: Accessors = Accessors::Single(
    |options, word| assign(&mut options.appearance.colours, parse_word(&COLOURS, word)),
    |options| format_word(&COLOURS, &options.appearance.colours),
);

pub(super) const PLAIN: Accessors = Accessors::Single(
    |options, word| {
        let frontend =
            parse_word(&SWITCH, word).map(|is_on| if is_on { FrontendKind::Lines } else { FrontendKind::FullScreen });
        assign(&mut options.frontend, frontend)
    },
    |options| (options.frontend == FrontendKind::Lines).to_string(),
);

pub(super) const HISTORY: Accessors = Accessors::Single(
    |options, word| assign(&mut options.keeps_history, parse_word(&SWITCH, word)),
    |options| options.keeps_history.to_string(),
);

pub(super) const LOG: Accessors = Accessors::Single(
    |options, text| set_log(&mut options.log.text, text),
    |options| options.log.text.name().to_owned(),
);

pub(super) const HEX_LOG: Accessors =
    Accessors::Single(|options, text| set_log(&mut options.log.hex, text), |options| options.log.hex.name().to_owned());

fn set_log(target: &mut LogTarget, text: &str) -> SetResult {
    *target = LogTarget::parse(text).map_err(InvalidValue::Message)?;
    Ok(())
}

pub(super) const LOG_FORMAT: Accessors = Accessors::Single(
    |options, word| assign(&mut options.log.format, parse_word(&LogFormat::NAMES, word)),
    |options| options.log.format.name().to_owned(),
);

/// Accepted log sizes in bytes. Smaller logs would be rotated constantly.
const LOG_SIZE_RANGE: std::ops::RangeInclusive<u64> = 64 << 10..=1 << 50;

pub(super) const LOG_SIZE: Accessors = Accessors::Single(
    |options, text| {
        let bytes = size(text).filter(|bytes| *bytes == 0 || LOG_SIZE_RANGE.contains(bytes));
        assign(&mut options.log.max_size, bytes)
    },
    |options| format_size(options.log.max_size),
);

/// Maximum number of log lines shown in a new tab.
const MAX_BACKLOG: usize = 10_000;

pub(super) const BACKLOG: Accessors = Accessors::Single(
    |options, text| assign(&mut options.log.backlog, text.parse().ok().filter(|lines| *lines <= MAX_BACKLOG)),
    |options| options.log.backlog.to_string(),
);

/// Accepted scrollback sizes in bytes. Less would not fill a screen.
const SCROLLBACK_BYTES_RANGE: std::ops::RangeInclusive<u64> = 64 << 10..=64 << 30;

pub(super) const SCROLLBACK_SIZE: Accessors = Accessors::Single(
    |options, text| {
        assign(&mut options.limits.bytes, size(text).filter(|bytes| SCROLLBACK_BYTES_RANGE.contains(bytes)))
    },
    |options| format_size(options.limits.bytes),
);

/// Accepted scrollback sizes in rows.
const SCROLLBACK_ROWS_RANGE: std::ops::RangeInclusive<usize> = 100..=100_000_000;

pub(super) const SCROLLBACK_LINES: Accessors = Accessors::Single(
    |options, text| {
        assign(&mut options.limits.rows, text.parse().ok().filter(|rows| SCROLLBACK_ROWS_RANGE.contains(rows)))
    },
    |options| options.limits.rows.to_string(),
);
