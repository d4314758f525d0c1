//! Which file a log is: a name with `%h`, `%p` and `%d` in it, and what it comes to.

use crate::app::time::LocalTime;
use crate::link::Endpoint;
use std::fmt::Write as _;

/// A file that is logged to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogPath {
    /// Where its path begins.
    pub folder: LogFolder,
    /// Its path there.
    pub path: String,
    /// What stands in the path before and behind the date, where that is in the name of the file and in nothing else: of
    /// the same log on another day only the date between them is different.
    pub date_split: Option<(String, String)>,
}

/// Where the path of a log begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogFolder {
    /// Where it says: `~/` is the home directory.
    Literal,
    /// In the folder that the program keeps logs in by itself.
    Default,
}

/// What a log is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Lines: what is appended ends with a newline, and half a line before it is ended first.
    Lines,
    /// Bytes as they came.
    Bytes,
}

/// The name of a log, as it was written: `%h` is the host, `%p` the port, `%d` the date, `%%` a percent sign.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogPathTemplate(String);

/// A piece of a name.
#[derive(Debug, Clone, Copy)]
enum TemplatePart<'a> {
    Text(&'a str),
    Host,
    Port,
    Date,
    Percent,
}

/// Bytes of a host that a name has room for: file systems take 255 for all of it.
const MAX_HOST_BYTES: usize = 100;

/// What no file may be called on Windows, whatever comes behind a dot.
const WINDOWS_RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

impl LogPathTemplate {
    /// Reads a name.
    ///
    /// # Errors
    /// The sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = Self(text.trim().to_owned());
        if name.0.is_empty() {
            return Err("A log needs the name of a file, or is off.".to_owned());
        }
        if name.0 == "-" {
            return Err("- would be standard output, which is no place for a log: name a file.".to_owned());
        }
        if name.0.ends_with(['/', std::path::MAIN_SEPARATOR]) {
            let shown = crate::text::sanitize_line(&name.0);
            return Err(format!("{shown} is a folder; add the name of a file, such as {shown}%h-%p.log."));
        }
        let wrong = pieces(&name.0).find_map(Result::err);
        match wrong {
            Some(wrong) => Err(format!(
                "{} is nothing in a name: it has %h for the host, %p for the port, %d for the date, and %% for %.",
                crate::text::sanitize_line(&wrong)
            )),
            None => Ok(name),
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that it means for a server, on the day of this moment.
    pub fn place(&self, folder: LogFolder, endpoint: &Endpoint, at: LocalTime) -> LogPath {
        let (mut path, mut dates) = (String::new(), Vec::new());
        for piece in pieces(&self.0).filter_map(Result::ok) {
            match piece {
                TemplatePart::Text(text) => path.push_str(text),
                TemplatePart::Host => path.push_str(&host(endpoint.host())),
                TemplatePart::Port => path.push_str(&endpoint.port().to_string()),
                TemplatePart::Percent => path.push('%'),
                TemplatePart::Date => {
                    let (year, month, day) = at.date();
                    let start = path.len();
                    // A `String` takes whatever is written.
                    let _ = write!(path, "{year:04}-{month:02}-{day:02}");
                    dates.push(start..path.len());
                }
            }
        }
        let around_date = match dates.as_slice() {
            [date] => path.get(..date.start).zip(path.get(date.end..)),
            _ => None,
        };
        // In the name of a folder it would have to be looked for in many of them.
        let around_date = around_date.filter(|(_, behind)| !behind.contains(['/', std::path::MAIN_SEPARATOR]));
        let around_date = around_date.map(|(before, behind)| (before.to_owned(), behind.to_owned()));
        LogPath { folder, path, date_split: around_date }
    }
}

/// The name of another file with the same words in it, a recording's; one without any is left as it is.
///
/// # Errors
/// The sentence that says what is wrong with it, or that there is no server yet that it could name.
pub fn expand_template(text: &str, endpoint: Option<&Endpoint>, at: LocalTime) -> Result<String, String> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let name = LogPathTemplate::parse(text)?;
    let shown = crate::text::sanitize_line(text);
    let endpoint = endpoint
        .ok_or_else(|| format!("{shown} is named after a server, and none is given. Choose a name without %."))?;
    Ok(name.place(LogFolder::Literal, endpoint, at).path)
}

/// The pieces of a name; of what is none the two characters.
fn pieces(text: &str) -> impl Iterator<Item = Result<TemplatePart<'_>, String>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let Some(behind) = rest.strip_prefix('%') else {
            let (text, after) = rest.split_at_checked(rest.find('%').unwrap_or(rest.len()))?;
            rest = after;
            return Some(Ok(TemplatePart::Text(text))).filter(|_| !text.is_empty());
        };
        let letter = behind.chars().next();
        rest = behind.get(letter.map_or(0, char::len_utf8)..).unwrap_or_default();
        Some(match letter {
            Some('h') => Ok(TemplatePart::Host),
            Some('p') => Ok(TemplatePart::Port),
            Some('d') => Ok(TemplatePart::Date),
            Some('%') => Ok(TemplatePart::Percent),
            Some(other) => Err(format!("%{other}")),
            None => Err("%".to_owned()),
        })
    })
}

/// A host as a part of a file's name that every file system takes: small letters, digits, dots, dashes and
/// underscores.
fn host(host: &str) -> String {
    let fit = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') => c,
        _ => '_',
    };
    let name: String = host.chars().take(MAX_HOST_BYTES).map(fit).collect();
    let stem = name.split('.').next().unwrap_or_default();
    let is_device = |stem: &str| {
        let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
        WINDOWS_RESERVED.contains(&stem)
            || number.is_some_and(|n| n.len() == 1 && n.bytes().all(|n| n.is_ascii_digit()))
    };
    // A dot at the beginning hides a file, and Windows takes none at the end.
    let name = name.trim_end_matches('.');
    if name.is_empty() || name.starts_with('.') || is_device(stem) { format!("_{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-11-22 14:02.
    const AT: LocalTime = LocalTime(((20_779 * 24 + 14) * 60 + 2) * 60_000);

    fn place(name: &str, host: &str) -> LogPath {
        let endpoint = Endpoint::new(host, 4000).unwrap();
        LogPathTemplate::parse(name).unwrap().place(LogFolder::Literal, &endpoint, AT)
    }

    #[test]
    fn a_name_says_which_server_and_day() {
        for (name, host, path) in [
            ("chat.log", "pi", "chat.log"),
            ("~/logs/%h/%d.log", "Pi.Local", "~/logs/pi.local/2026-11-22.log"),
            ("%h-%p-%d.log", "::1", "__1-4000-2026-11-22.log"),
            ("100%%-%p", "pi", "100%-4000"),
            ("%h", "con", "_con"),
            ("%h.log", "com1.example", "_com1.example.log"),
            ("%h", "fe80::1%eth0", "fe80__1_eth0"),
            (" x ", "pi", "x"),
        ] {
            assert_eq!(place(name, host).path, path, "{name}");
        }
    }

    #[test]
    fn the_same_log_of_another_day_is_known_by_what_stands_around_the_date() {
        for (name, around) in [
            ("logs/%h-%d.log", Some(("logs/pi-", ".log"))),
            ("%d", Some(("", ""))),
            ("chat.log", None),
            ("%d/%h.log", None),
            ("%d-%d", None),
        ] {
            let around = around.map(|(before, behind): (&str, &str)| (before.to_owned(), behind.to_owned()));
            assert_eq!(place(name, "pi").date_split, around, "{name}");
        }
    }

    #[test]
    fn what_is_no_name_gets_a_sentence() {
        for (name, sentence) in [
            ("", "A log needs the name of a file, or is off."),
            ("-", "- would be standard output, which is no place for a log: name a file."),
            ("logs/", "logs/ is a folder; add the name of a file, such as logs/%h-%p.log."),
            (
                "%x.log",
                "%x is nothing in a name: it has %h for the host, %p for the port, %d for the date, and %% for %.",
            ),
            (
                "chat%",
                "% is nothing in a name: it has %h for the host, %p for the port, %d for the date, and %% for %.",
            ),
        ] {
            assert_eq!(LogPathTemplate::parse(name), Err(sentence.to_owned()), "{name}");
        }
    }

    #[test]
    fn another_file_may_be_named_so_too() {
        let endpoint = Endpoint::new("pi", 4000).unwrap();
        assert_eq!(expand_template("%h-%d.rec", Some(&endpoint), AT).unwrap(), "pi-2026-11-22.rec");
        assert_eq!(expand_template(" as it is ", None, AT).unwrap(), " as it is ");
        let sentence = "%h is named after a server, and none is given. Choose a name without %.";
        assert_eq!(expand_template("%h", None, AT).unwrap_err(), sentence);
        assert!(expand_template("%x", Some(&endpoint), AT).unwrap_err().starts_with("%x is nothing in a name"));
    }

    proptest! {
        #[test]
        fn any_host_is_a_name_on_every_file_system(text in any::<String>()) {
            let name = host(&text);
            prop_assert!(!name.is_empty() && name.len() <= MAX_HOST_BYTES + 1);
            prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b)), "{name}");
            prop_assert!(!name.starts_with('.') && !name.ends_with('.'));
        }
    }
}
