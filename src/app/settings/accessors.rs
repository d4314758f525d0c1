//! The way of a value into the options, and out again.

use super::value::{SettingValue, duration, duration_or_none, format_duration, format_size, size};
use crate::app::commands::is_nickname;
use crate::app::logging::{LogFormat, LogTarget};
use crate::app::view::speaker::SpeakerRule;
use crate::app::{AlertMethod, ByteView, FrontendKind, MouseCapture, NickMode, Reconnect, Settings, TimestampFormat};
use crate::link::{Eol, Family};
use crate::text::Charset;
use crate::theme::{AUTO, ColorDepth, Colours, ThemeName};

/// Why a value is none.
#[derive(Debug)]
pub(super) enum InvalidValue {
    /// It is not what the setting takes.
    UnknownWord,
    /// For this reason, in a sentence.
    Message(String),
}

/// What became of it.
type Done = Result<(), InvalidValue>;

/// In and out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Accessors {
    /// Of one value.
    One(fn(&mut Settings, &str) -> Done, fn(&Settings) -> String),
    /// Of a list.
    Many(fn(&mut Settings, &[String]) -> Done, fn(&Settings) -> Vec<String>),
}

impl Accessors {
    pub(super) fn set(&self, options: &mut Settings, value: &SettingValue) -> Done {
        match (self, value) {
            (Self::One(set, _), SettingValue::Single(text)) => set(options, text.trim()),
            (Self::Many(set, _), SettingValue::List(parts)) => set(options, parts),
            (Self::Many(set, _), SettingValue::Single(text)) => set(options, std::slice::from_ref(text)),
            (Self::One(..), SettingValue::List(_)) => Err(InvalidValue::UnknownWord),
        }
    }

    pub(super) fn get(&self, options: &Settings) -> SettingValue {
        match self {
            Self::One(_, get) => SettingValue::Single(get(options)),
            Self::Many(_, get) => SettingValue::List(get(options)),
        }
    }
}

/// Puts a value in its place, if it is one.
fn assign<T>(place: &mut T, value: Option<T>) -> Done {
    *place = value.ok_or(InvalidValue::UnknownWord)?;
    Ok(())
}

/// What this word stands for, in capitals or not.
fn parse_word<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|(one, _)| one.eq_ignore_ascii_case(word)).map(|(_, meant)| *meant)
}

/// The word that stands for this.
fn format_word<T: PartialEq>(words: &[(&str, T)], meant: &T) -> String {
    words.iter().find(|(_, one)| one == meant).map_or_else(String::new, |(word, _)| (*word).to_owned())
}

/// `true` and `false`, and what people say for them where there are no types.
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
pub(super) const EOL: Accessors = Accessors::One(
    |options, word| assign(&mut options.eol, parse_word(&EOLS, word)),
    |options| format_word(&EOLS, &options.eol),
);

pub(super) const NICK: Accessors = Accessors::One(set_nick, |options| options.nick.clone().unwrap_or_default());

fn set_nick(options: &mut Settings, name: &str) -> Done {
    let name = Some(name).filter(|name| !name.is_empty());
    if let Some(name) = name.filter(|name| !is_nickname(name)) {
        let name = name.escape_debug();
        return Err(InvalidValue::Message(format!(
            "\"{name}\" is not a nickname: it is one word of characters that can be seen."
        )));
    }
    options.nick = name.map(ToOwned::to_owned);
    Ok(())
}

const NICK_MODES: [(&str, NickMode); 2] = [("command", NickMode::Command), ("prefix", NickMode::Prefix)];
pub(super) const NICK_MODE: Accessors = Accessors::One(
    |options, word| assign(&mut options.nick_mode, parse_word(&NICK_MODES, word)),
    |options| format_word(&NICK_MODES, &options.nick_mode),
);

pub(super) const ON_CONNECT: Accessors = Accessors::Many(set_on_connect, |options| options.on_connect.clone());

fn set_on_connect(options: &mut Settings, lines: &[String]) -> Done {
    if lines.iter().any(|line| line.contains(['\n', '\r'])) {
        return Err(InvalidValue::Message(
            "on_connect is a list of lines, and each is one: [\"one\", \"two\"].".to_owned(),
        ));
    }
    options.on_connect = lines.to_vec();
    Ok(())
}

pub(super) const SECRET_COMMAND: Accessors =
    Accessors::One(set_secret_command, |options| options.secret_command.clone());

fn set_secret_command(options: &mut Settings, command: &str) -> Done {
    if shell_words::split(command).is_err() {
        return Err(InvalidValue::Message("A quote in secret_command is not closed: close it.".to_owned()));
    }
    command.clone_into(&mut options.secret_command);
    Ok(())
}

pub(super) const SECRET_FILE: Accessors = Accessors::One(
    |options, path| {
        path.clone_into(&mut options.secret_file);
        Ok(())
    },
    |options| options.secret_file.clone(),
);

const RECONNECTS: [(&str, Reconnect); 3] =
    [("auto", Reconnect::Auto), ("always", Reconnect::Always), ("never", Reconnect::Never)];
pub(super) const RECONNECT: Accessors = Accessors::One(
    |options, word| assign(&mut options.reconnect, parse_word(&RECONNECTS, word)),
    |options| format_word(&RECONNECTS, &options.reconnect),
);

const FAMILIES: [(&str, Family); 3] = [("any", Family::Any), ("4", Family::V4), ("6", Family::V6)];
pub(super) const FAMILY: Accessors = Accessors::One(
    |options, word| assign(&mut options.family, parse_word(&FAMILIES, word)),
    |options| format_word(&FAMILIES, &options.family),
);

pub(super) const WAIT: Accessors = Accessors::One(
    |options, text| assign(&mut options.connect_limit, duration(text).ok()),
    |options| format_duration(options.connect_limit),
);

pub(super) const TELNET: Accessors = Accessors::One(
    |options, word| assign(&mut options.answer_telnet, parse_word(&SWITCH, word)),
    |options| options.answer_telnet.to_string(),
);

pub(super) const VIEW: Accessors = Accessors::One(
    |options, word| assign(&mut options.lens.view, ByteView::parse(&word.to_ascii_lowercase())),
    |options| options.lens.view.name().to_owned(),
);

pub(super) const TIME: Accessors = Accessors::One(
    |options, word| assign(&mut options.time, TimestampFormat::parse(&word.to_ascii_lowercase())),
    |options| options.time.name().to_owned(),
);

pub(super) const ENCODING: Accessors =
    Accessors::One(set_encoding, |options| options.lens.charset.name().to_ascii_lowercase());

fn set_encoding(options: &mut Settings, name: &str) -> Done {
    options.lens.charset = Charset::parse(name).map_err(|error| InvalidValue::Message(error.to_string()))?;
    Ok(())
}

pub(super) const NAMES: Accessors = Accessors::One(set_names, |options| options.speaker_rule.to_string());

fn set_names(options: &mut Settings, words: &str) -> Done {
    options.speaker_rule = SpeakerRule::parse(words).map_err(InvalidValue::Message)?;
    Ok(())
}

pub(super) const HIGHLIGHT: Accessors = Accessors::Many(
    |options, words| {
        options.highlight_words = words.iter().filter(|word| !word.trim().is_empty()).cloned().collect();
        Ok(())
    },
    |options| options.highlight_words.clone(),
);

pub(super) const PASTE_DELAY: Accessors = Accessors::One(
    |options, text| assign(&mut options.paste_delay, duration_or_none(text).ok()),
    |options| format_duration(options.paste_delay),
);

pub(super) const LINE_LIMIT: Accessors = Accessors::One(
    |options, text| assign(&mut options.line_limit, size(text).and_then(|bytes| usize::try_from(bytes).ok())),
    |options| options.line_limit.to_string(),
);

const ALERTS: [(&str, AlertMethod); 3] =
    [("bell", AlertMethod::Bell), ("notify", AlertMethod::Notify), ("off", AlertMethod::Off)];
pub(super) const ALERT: Accessors = Accessors::One(
    |options, word| assign(&mut options.alert, parse_word(&ALERTS, word)),
    |options| format_word(&ALERTS, &options.alert),
);

pub(super) const MOUSE: Accessors = Accessors::One(
    |options, word| {
        let mouse = parse_word(&SWITCH, word).map(|is_on| if is_on { MouseCapture::On } else { MouseCapture::Off });
        assign(&mut options.mouse, mouse)
    },
    |options| (options.mouse == MouseCapture::On).to_string(),
);

pub(super) const THEME: Accessors =
    Accessors::One(set_theme, |options| options.appearance.theme.as_ref().map_or(AUTO, ThemeName::word).to_owned());

fn set_theme(options: &mut Settings, word: &str) -> Done {
    // Whether there is such a theme knows who knows the user's: `Themes::check_word`.
    let theme = Some(ThemeName::new(word)).filter(|name| name.word() != AUTO);
    assign(&mut options.appearance.theme, Some(theme).filter(|_| !word.is_empty()))
}

const COLOURS: [(&str, Colours); 5] = [
    ("auto", Colours::Auto),
    ("never", Colours::Never),
    ("16", Colours::Only(ColorDepth::Sixteen)),
    ("256", Colours::Only(ColorDepth::TwoFiftySix)),
    ("always", Colours::Always),
];
pub(super) const COLOR: Accessors = Accessors::One(
    |options, word| assign(&mut options.appearance.colours, parse_word(&COLOURS, word)),
    |options| format_word(&COLOURS, &options.appearance.colours),
);

pub(super) const PLAIN: Accessors = Accessors::One(
    |options, word| {
        let face =
            parse_word(&SWITCH, word).map(|is_on| if is_on { FrontendKind::Lines } else { FrontendKind::FullScreen });
        assign(&mut options.frontend, face)
    },
    |options| (options.frontend == FrontendKind::Lines).to_string(),
);

pub(super) const HISTORY: Accessors = Accessors::One(
    |options, word| assign(&mut options.keeps_history, parse_word(&SWITCH, word)),
    |options| options.keeps_history.to_string(),
);

pub(super) const LOG: Accessors =
    Accessors::One(|options, text| set_log(&mut options.log.text, text), |options| options.log.text.name().to_owned());

pub(super) const HEX_LOG: Accessors =
    Accessors::One(|options, text| set_log(&mut options.log.hex, text), |options| options.log.hex.name().to_owned());

fn set_log(place: &mut LogTarget, text: &str) -> Done {
    *place = LogTarget::parse(text).map_err(InvalidValue::Message)?;
    Ok(())
}

pub(super) const LOG_FORMAT: Accessors = Accessors::One(
    |options, word| assign(&mut options.log.format, parse_word(&LogFormat::NAMES, word)),
    |options| options.log.format.name().to_owned(),
);

/// What is smaller would be put aside again and again; and no disk has more.
const LOG_SIZE_RANGE: std::ops::RangeInclusive<u64> = 64 << 10..=1 << 50;

pub(super) const LOG_SIZE: Accessors = Accessors::One(
    |options, text| {
        let bytes = size(text).filter(|bytes| *bytes == 0 || LOG_SIZE_RANGE.contains(bytes));
        assign(&mut options.log.max_size, bytes)
    },
    |options| format_size(options.log.max_size),
);

/// More than anybody reads before saying something.
const MAX_BACKLOG: usize = 10_000;

pub(super) const BACKLOG: Accessors = Accessors::One(
    |options, text| assign(&mut options.log.backlog, text.parse().ok().filter(|lines| *lines <= MAX_BACKLOG)),
    |options| options.log.backlog.to_string(),
);

/// Less would not fill a window, and more than this no machine has.
const SCROLLBACK: std::ops::RangeInclusive<u64> = 64 << 10..=64 << 30;

pub(super) const SCROLLBACK_SIZE: Accessors = Accessors::One(
    |options, text| assign(&mut options.limits.bytes, size(text).filter(|bytes| SCROLLBACK.contains(bytes))),
    |options| format_size(options.limits.bytes),
);

/// The same in rows: sixteen bytes each.
const SCROLLBACK_ROWS_RANGE: std::ops::RangeInclusive<usize> = 100..=100_000_000;

pub(super) const SCROLLBACK_LINES: Accessors = Accessors::One(
    |options, text| {
        assign(&mut options.limits.rows, text.parse().ok().filter(|rows| SCROLLBACK_ROWS_RANGE.contains(rows)))
    },
    |options| options.limits.rows.to_string(),
);
