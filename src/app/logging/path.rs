//! Paths of log files, and templates for them with `%h`, `%p` and `%d`.

use crate::app::time::LocalTime;
use crate::link::Endpoint;
use std::fmt::Write as _;

/// The path of a log file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogPath {
    /// The folder that `path` is relative to.
    pub folder: LogFolder,
    /// The path, with the template expanded.
    pub path: String,
    /// The parts of the path before and after the date, if the file name contains exactly one date. They are the same for
    /// this log on every day.
    pub date_split: Option<(String, String)>,
}

/// The folder that the path of a log is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogFolder {
    /// The working directory; `~/` is the home directory.
    Literal,
    /// The program's log folder.
    Default,
}

/// The units that a log file consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Lines. Appended text ends with a newline, and an incomplete line before it is ended first.
    Lines,
    /// Unchanged bytes.
    Bytes,
}

/// A template for log paths: `%h` is the host, `%p` the port, `%d` the date, `%%` a percent sign.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogPathTemplate(String);

/// A part of a template.
#[derive(Debug, Clone, Copy)]
enum TemplatePart<'a> {
    Text(&'a str),
    Host,
    Port,
    Date,
    Percent,
}

/// Bytes of a host name that are used in a file name. File systems allow 255 bytes for the whole name.
const MAX_HOST_BYTES: usize = 100;

/// File names that are reserved on Windows, with any extension.
const WINDOWS_RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

impl LogPathTemplate {
    /// Parses a template.
    ///
    /// # Errors
    /// Returns a sentence with what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let template = Self(text.trim().to_owned());
        if template.0.is_empty() {
            return Err("Name a log file, or use off.".to_owned());
        }
        if template.0 == "-" {
            return Err("A log cannot go to standard output (-). Name a file.".to_owned());
        }
        if template.0.ends_with(['/', std::path::MAIN_SEPARATOR]) {
            let shown = crate::text::sanitize_line(&template.0);
            return Err(format!("{shown} is a folder; add a file name, such as {shown}%h-%p.log."));
        }
        let unknown = template_parts(&template.0).find_map(Result::err);
        match unknown {
            Some(unknown) => Err(format!(
                "Unknown {} in a file name: use %h for the host, %p for the port, %d for the date, or %% for %.",
                crate::text::sanitize_line(&unknown)
            )),
            None => Ok(template),
        }
    }

    /// Returns the template as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Expands the template for a server and the day of `at`.
    pub fn place(&self, folder: LogFolder, endpoint: &Endpoint, at: LocalTime) -> LogPath {
        let (mut path, mut dates) = (String::new(), Vec::new());
        for part in template_parts(&self.0).filter_map(Result::ok) {
            match part {
                TemplatePart::Text(text) => path.push_str(text),
                TemplatePart::Host => path.push_str(&sanitize_host(endpoint.host())),
                TemplatePart::Port => path.push_str(&endpoint.port().to_string()),
                TemplatePart::Percent => path.push('%'),
                TemplatePart::Date => {
                    let (year, month, day) = at.date();
                    let start = path.len();
                    // Writing to a `String` does not fail.
                    let _ = write!(path, "{year:04}-{month:02}-{day:02}");
                    dates.push(start..path.len());
                }
            }
        }
        let date_split = match dates.as_slice() {
            [date] => path.get(..date.start).zip(path.get(date.end..)),
            _ => None,
        };
        // With the date in a folder name, the logs of other days would be in other folders.
        let date_split = date_split.filter(|(_, after)| !after.contains(['/', std::path::MAIN_SEPARATOR]));
        let date_split = date_split.map(|(before, after)| (before.to_owned(), after.to_owned()));
        LogPath { folder, path, date_split }
    }
}

/// Expands a template for the path of a recording. A text without `%` is returned unchanged.
///
/// # Errors
/// Returns a sentence if the template is invalid, or if there is no server to expand it for.
pub fn expand_template(text: &str, endpoint: Option<&Endpoint>, at: LocalTime) -> Result<String, String> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let template = LogPathTemplate::parse(text)?;
    let shown = crate::text::sanitize_line(text);
    let endpoint =
        endpoint.ok_or_else(|| format!("{shown} needs a server, but none is given. Choose a name without %."))?;
    Ok(template.place(LogFolder::Literal, endpoint, at).path)
}

/// Splits a template into its parts. The error is an unknown `%` sequence.
fn template_parts(text: &str) -> impl Iterator<Item = Result<TemplatePart<'_>, String>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let Some(after_percent) = rest.strip_prefix('%') else {
            let (text, after) = rest.split_at_checked(rest.find('%').unwrap_or(rest.len()))?;
            rest = after;
            return Some(Ok(TemplatePart::Text(text))).filter(|_| !text.is_empty());
        };
        let letter = after_percent.chars().next();
        rest = after_percent.get(letter.map_or(0, char::len_utf8)..).unwrap_or_default();
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

/// Returns a host as part of a file name that is valid on every file system: lower-case letters, digits, dots, dashes
/// and underscores.
fn sanitize_host(host: &str) -> String {
    let sanitize = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') => c,
        _ => '_',
    };
    let name: String = host.chars().take(MAX_HOST_BYTES).map(sanitize).collect();
    let stem = name.split('.').next().unwrap_or_default();
    let is_device = |stem: &str| {
        let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
        WINDOWS_RESERVED.contains(&stem)
            || number.is_some_and(|digits| digits.len() == 1 && digits.bytes().all(|digit| digit.is_ascii_digit()))
    };
    // A leading dot hides a file, and Windows does not allow a trailing one.
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
    fn templates_are_expanded_with_server_and_day() {
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
    fn the_path_is_split_at_its_only_date() {
        for (name, split) in [
            ("logs/%h-%d.log", Some(("logs/pi-", ".log"))),
            ("%d", Some(("", ""))),
            ("chat.log", None),
            ("%d/%h.log", None),
            ("%d-%d", None),
        ] {
            let split = split.map(|(before, after): (&str, &str)| (before.to_owned(), after.to_owned()));
            assert_eq!(place(name, "pi").date_split, split, "{name}");
        }
    }

    #[test]
    fn invalid_templates_are_refused_with_a_sentence() {
        for (name, sentence) in [
            ("", "Name a log file, or use off."),
            ("-", "A log cannot go to standard output (-). Name a file."),
            ("logs/", "logs/ is a folder; add a file name, such as logs/%h-%p.log."),
            (
                "%x.log",
                "Unknown %x in a file name: use %h for the host, %p for the port, %d for the date, or %% for %.",
            ),
            ("chat%", "Unknown % in a file name: use %h for the host, %p for the port, %d for the date, or %% for %."),
        ] {
            assert_eq!(LogPathTemplate::parse(name), Err(sentence.to_owned()), "{name}");
        }
    }

    #[test]
    fn templates_work_for_recordings_too() {
        let endpoint = Endpoint::new("pi", 4000).unwrap();
        assert_eq!(expand_template("%h-%d.rec", Some(&endpoint), AT).unwrap(), "pi-2026-11-22.rec");
        assert_eq!(expand_template(" as it is ", None, AT).unwrap(), " as it is ");
        let sentence = "%h needs a server, but none is given. Choose a name without %.";
        assert_eq!(expand_template("%h", None, AT).unwrap_err(), sentence);
        assert!(expand_template("%x", Some(&endpoint), AT).unwrap_err().starts_with("Unknown %x in a file name"));
    }

    proptest! {
        #[test]
        fn any_host_becomes_a_portable_file_name(text in any::<String>()) {
            let name = sanitize_host(&text);
            prop_assert!(!name.is_empty() && name.len() <= MAX_HOST_BYTES + 1);
            prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b)), "{name}");
            prop_assert!(!name.starts_with('.') && !name.ends_with('.'));
        }
    }
}
