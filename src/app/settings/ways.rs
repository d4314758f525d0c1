//! The way of a value into the options, and out again.

use super::value::{Value, duration, duration_or_none, of_duration, of_size, size};
use crate::app::log::{Format, LogTo};
use crate::app::speaker::Who;
use crate::app::verbs::is_nickname;
use crate::app::{AlertWay, FaceKind, Mouse, NickMode, Options, Reconnect, TimeMode, View};
use crate::link::{Eol, Family};
use crate::looks::{AUTO, ColorDepth, Colours, ThemeName};
use crate::text::Charset;

/// Why a value is none.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is not what the setting takes.
    NoneOfThese,
    /// For this reason, in a sentence.
    Says(String),
}

/// What became of it.
type Done = Result<(), Fault>;

/// In and out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ways {
    /// Of one value.
    One(fn(&mut Options, &str) -> Done, fn(&Options) -> String),
    /// Of a list.
    Many(fn(&mut Options, &[String]) -> Done, fn(&Options) -> Vec<String>),
}

impl Ways {
    pub(super) fn set(&self, options: &mut Options, value: &Value) -> Done {
        match (self, value) {
            (Self::One(set, _), Value::One(text)) => set(options, text.trim()),
            (Self::Many(set, _), Value::Many(parts)) => set(options, parts),
            (Self::Many(set, _), Value::One(text)) => set(options, std::slice::from_ref(text)),
            (Self::One(..), Value::Many(_)) => Err(Fault::NoneOfThese),
        }
    }

    pub(super) fn get(&self, options: &Options) -> Value {
        match self {
            Self::One(_, get) => Value::One(get(options)),
            Self::Many(_, get) => Value::Many(get(options)),
        }
    }
}

/// Puts a value in its place, if it is one.
fn put<T>(place: &mut T, value: Option<T>) -> Done {
    *place = value.ok_or(Fault::NoneOfThese)?;
    Ok(())
}

/// What this word stands for, in capitals or not.
fn by_word<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|(one, _)| one.eq_ignore_ascii_case(word)).map(|(_, meant)| *meant)
}

/// The word that stands for this.
fn word_of<T: PartialEq>(words: &[(&str, T)], meant: &T) -> String {
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
pub(super) const EOL: Ways =
    Ways::One(|options, word| put(&mut options.eol, by_word(&EOLS, word)), |options| word_of(&EOLS, &options.eol));

pub(super) const NICK: Ways = Ways::One(set_nick, |options| options.nick.clone().unwrap_or_default());

fn set_nick(options: &mut Options, name: &str) -> Done {
    let name = Some(name).filter(|name| !name.is_empty());
    if let Some(name) = name.filter(|name| !is_nickname(name)) {
        let name = name.escape_debug();
        return Err(Fault::Says(format!(
            "\"{name}\" is not a nickname: it is one word of characters that can be seen."
        )));
    }
    options.nick = name.map(ToOwned::to_owned);
    Ok(())
}

const NICK_MODES: [(&str, NickMode); 2] = [("command", NickMode::Command), ("prefix", NickMode::Prefix)];
pub(super) const NICK_MODE: Ways = Ways::One(
    |options, word| put(&mut options.nick_mode, by_word(&NICK_MODES, word)),
    |options| word_of(&NICK_MODES, &options.nick_mode),
);

pub(super) const ON_CONNECT: Ways = Ways::Many(set_on_connect, |options| options.on_connect.clone());

fn set_on_connect(options: &mut Options, lines: &[String]) -> Done {
    if lines.iter().any(|line| line.contains(['\n', '\r'])) {
        return Err(Fault::Says("on_connect is a list of lines, and each is one: [\"one\", \"two\"].".to_owned()));
    }
    options.on_connect = lines.to_vec();
    Ok(())
}

pub(super) const SECRET_COMMAND: Ways = Ways::One(set_secret_command, |options| options.secret_command.clone());

fn set_secret_command(options: &mut Options, command: &str) -> Done {
    if shell_words::split(command).is_err() {
        return Err(Fault::Says("A quote in secret_command is not closed: close it.".to_owned()));
    }
    command.clone_into(&mut options.secret_command);
    Ok(())
}

pub(super) const SECRET_FILE: Ways = Ways::One(
    |options, path| {
        path.clone_into(&mut options.secret_file);
        Ok(())
    },
    |options| options.secret_file.clone(),
);

const RECONNECTS: [(&str, Reconnect); 3] =
    [("auto", Reconnect::Auto), ("always", Reconnect::Always), ("never", Reconnect::Never)];
pub(super) const RECONNECT: Ways = Ways::One(
    |options, word| put(&mut options.reconnect, by_word(&RECONNECTS, word)),
    |options| word_of(&RECONNECTS, &options.reconnect),
);

const FAMILIES: [(&str, Family); 3] = [("any", Family::Any), ("4", Family::V4), ("6", Family::V6)];
pub(super) const FAMILY: Ways = Ways::One(
    |options, word| put(&mut options.family, by_word(&FAMILIES, word)),
    |options| word_of(&FAMILIES, &options.family),
);

pub(super) const WAIT: Ways = Ways::One(
    |options, text| put(&mut options.connect_limit, duration(text).ok()),
    |options| of_duration(options.connect_limit),
);

pub(super) const TELNET: Ways = Ways::One(
    |options, word| put(&mut options.answers_telnet, by_word(&SWITCH, word)),
    |options| options.answers_telnet.to_string(),
);

pub(super) const VIEW: Ways = Ways::One(
    |options, word| put(&mut options.lens.view, View::parse(&word.to_ascii_lowercase())),
    |options| options.lens.view.name().to_owned(),
);

pub(super) const TIME: Ways = Ways::One(
    |options, word| put(&mut options.time, TimeMode::parse(&word.to_ascii_lowercase())),
    |options| options.time.name().to_owned(),
);

pub(super) const ENCODING: Ways = Ways::One(set_encoding, |options| options.lens.charset.name().to_ascii_lowercase());

fn set_encoding(options: &mut Options, name: &str) -> Done {
    options.lens.charset = Charset::parse(name).map_err(|error| Fault::Says(error.to_string()))?;
    Ok(())
}

pub(super) const NAMES: Ways = Ways::One(set_names, |options| options.who.to_string());

fn set_names(options: &mut Options, words: &str) -> Done {
    options.who = Who::parse(words).map_err(Fault::Says)?;
    Ok(())
}

pub(super) const HIGHLIGHT: Ways = Ways::Many(
    |options, words| {
        options.words = words.iter().filter(|word| !word.trim().is_empty()).cloned().collect();
        Ok(())
    },
    |options| options.words.clone(),
);

pub(super) const PASTE_DELAY: Ways =
    Ways::One(|options, text| put(&mut options.pace, duration_or_none(text).ok()), |options| of_duration(options.pace));

pub(super) const LINE_LIMIT: Ways = Ways::One(
    |options, text| put(&mut options.line_limit, size(text).and_then(|bytes| usize::try_from(bytes).ok())),
    |options| options.line_limit.to_string(),
);

const ALERTS: [(&str, AlertWay); 3] =
    [("bell", AlertWay::Bell), ("notify", AlertWay::Notify), ("off", AlertWay::Silent)];
pub(super) const ALERT: Ways = Ways::One(
    |options, word| put(&mut options.alert, by_word(&ALERTS, word)),
    |options| word_of(&ALERTS, &options.alert),
);

pub(super) const MOUSE: Ways = Ways::One(
    |options, word| {
        let mouse = by_word(&SWITCH, word).map(|is_on| if is_on { Mouse::Program } else { Mouse::Terminal });
        put(&mut options.mouse, mouse)
    },
    |options| (options.mouse == Mouse::Program).to_string(),
);

pub(super) const THEME: Ways =
    Ways::One(set_theme, |options| options.looks.theme.as_ref().map_or(AUTO, ThemeName::word).to_owned());

fn set_theme(options: &mut Options, word: &str) -> Done {
    // Whether there is such a theme knows who knows the user's: `Themes::check_word`.
    let theme = Some(ThemeName::new(word)).filter(|name| name.word() != AUTO);
    put(&mut options.looks.theme, Some(theme).filter(|_| !word.is_empty()))
}

const COLOURS: [(&str, Colours); 5] = [
    ("auto", Colours::Auto),
    ("never", Colours::Never),
    ("16", Colours::Only(ColorDepth::Sixteen)),
    ("256", Colours::Only(ColorDepth::TwoFiftySix)),
    ("always", Colours::Always),
];
pub(super) const COLOR: Ways = Ways::One(
    |options, word| put(&mut options.looks.colours, by_word(&COLOURS, word)),
    |options| word_of(&COLOURS, &options.looks.colours),
);

pub(super) const PLAIN: Ways = Ways::One(
    |options, word| {
        let face = by_word(&SWITCH, word).map(|is_on| if is_on { FaceKind::Plain } else { FaceKind::Screen });
        put(&mut options.face, face)
    },
    |options| (options.face == FaceKind::Plain).to_string(),
);

pub(super) const HISTORY: Ways = Ways::One(
    |options, word| put(&mut options.keeps_history, by_word(&SWITCH, word)),
    |options| options.keeps_history.to_string(),
);

pub(super) const LOG: Ways =
    Ways::One(|options, text| set_log(&mut options.log.rows, text), |options| options.log.rows.name().to_owned());

pub(super) const HEX_LOG: Ways =
    Ways::One(|options, text| set_log(&mut options.log.wire, text), |options| options.log.wire.name().to_owned());

fn set_log(place: &mut LogTo, text: &str) -> Done {
    *place = LogTo::parse(text).map_err(Fault::Says)?;
    Ok(())
}

pub(super) const LOG_FORMAT: Ways = Ways::One(
    |options, word| put(&mut options.log.format, by_word(&Format::NAMES, word)),
    |options| options.log.format.name().to_owned(),
);

/// What is smaller would be put aside again and again; and no disk has more.
const LOG_SIZES: std::ops::RangeInclusive<u64> = 64 << 10..=1 << 50;

pub(super) const LOG_SIZE: Ways = Ways::One(
    |options, text| {
        let bytes = size(text).filter(|bytes| *bytes == 0 || LOG_SIZES.contains(bytes));
        put(&mut options.log.largest, bytes)
    },
    |options| of_size(options.log.largest),
);

/// More than anybody reads before saying something.
const BACKLOG_MOST: usize = 10_000;

pub(super) const BACKLOG: Ways = Ways::One(
    |options, text| put(&mut options.log.backlog, text.parse().ok().filter(|lines| *lines <= BACKLOG_MOST)),
    |options| options.log.backlog.to_string(),
);

/// Less would not fill a window, and more than this no machine has.
const SCROLLBACK: std::ops::RangeInclusive<u64> = 64 << 10..=64 << 30;

pub(super) const SCROLLBACK_SIZE: Ways = Ways::One(
    |options, text| put(&mut options.limits.bytes, size(text).filter(|bytes| SCROLLBACK.contains(bytes))),
    |options| of_size(options.limits.bytes),
);

/// The same in rows: sixteen bytes each.
const ROWS: std::ops::RangeInclusive<usize> = 100..=100_000_000;

pub(super) const SCROLLBACK_LINES: Ways = Ways::One(
    |options, text| put(&mut options.limits.rows, text.parse().ok().filter(|rows| ROWS.contains(rows))),
    |options| options.limits.rows.to_string(),
);
