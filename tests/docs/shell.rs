//! Reads the command lines of a fenced `sh` block.

use clap::error::ErrorKind;
use netchat_tui::cli::Args;
use std::ffi::OsString;

/// Programs that a line may use beside netchat-tui and still be run by the tests.
const HELPERS: &[&str] = &["printf", "cat", "head", "mkdir"];

/// A command line, and the calls of the program in it.
pub(super) struct Line {
    /// The page and the number of the line.
    pub(super) place: String,
    pub(super) text: String,
    /// The arguments of each call, with the name of the program first.
    pub(super) programs: Vec<Vec<String>>,
    /// The name of each program, ours included.
    names: Vec<String>,
    /// Whether the program reads from a pipe or file.
    has_input: bool,
}

/// Splits a block into its command lines.
pub(super) fn lines(page: &str, (first, block): &(usize, String)) -> Vec<Line> {
    let numbered = (*first..).zip(block.lines());
    numbered.filter(|(_, text)| !text.is_empty()).map(|(number, text)| line(format!("{page}:{number}"), text)).collect()
}

/// Splits a command line into programs and their arguments.
pub(super) fn line(place: String, text: &str) -> Line {
    let words = shell_words::split(text).unwrap_or_else(|error| panic!("{place}: {text}: {error}"));
    let mut line =
        Line { place, text: text.to_owned(), programs: Vec::new(), names: Vec::new(), has_input: text.contains(" < ") };
    let is_operator = |word: &String| ["|", "&&", ";"].contains(&word.as_str());
    for (index, part) in words.split(is_operator).enumerate() {
        // Redirections follow the arguments.
        let part = part.split(|word| [">", "<", ">>"].contains(&word.as_str())).next().unwrap();
        let part = without_wrappers(part);
        line.names.extend(part.first().cloned());
        if let Some(arguments) = arguments(part) {
            line.has_input |= index > 0 && text.contains(" | netchat-tui");
            line.programs.push(arguments);
        }
    }
    line
}

/// Removes variables and `timeout` in front of a program.
fn without_wrappers(words: &[String]) -> &[String] {
    match words {
        [first, rest @ ..] if first.starts_with("NETCHAT_TUI_") => without_wrappers(rest),
        [first, _, rest @ ..] if first == "timeout" => without_wrappers(rest),
        _ => words,
    }
}

/// The arguments of a call of the program, installed or through cargo.
fn arguments(words: &[String]) -> Option<Vec<String>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (["netchat-tui", given @ ..] | ["cargo", "run", "--release", "--", given @ ..]) = words.as_slice() else {
        return None;
    };
    Some(std::iter::once("netchat-tui").chain(given.iter().copied()).map(str::to_owned).collect())
}

/// Whether an argument stands for another one, such as `FILE`.
pub(super) fn has_placeholder(arguments: &[String]) -> bool {
    arguments.iter().any(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// Reads the arguments as the program does, up to the point where it would act.
pub(super) fn parse(arguments: &[String]) -> Result<(), String> {
    let words: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let is_subcommand = arguments.get(1).is_some_and(|word| is_subcommand(word));
    let parsed = match Args::parse(&words) {
        // Whether options of pipes fit depends on the terminal of the tests.
        Ok(parsed) if is_subcommand => parsed.resolve().map(drop),
        read => read.map(drop),
    };
    match parsed {
        Err(error) if !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            Err(error.to_string())
        }
        _ => Ok(()),
    }
}

fn is_subcommand(word: &str) -> bool {
    ["host", "serve", "replay", "config", "completions", "man"].contains(&word)
}

impl Line {
    /// Whether the line ends by itself, without a terminal, and needs only programs that are on every machine.
    pub(super) fn can_run(&self) -> bool {
        let is_known = |name: &String| name == "netchat-tui" || HELPERS.contains(&name.as_str());
        let makes_folder = self.names.iter().any(|name| name == "mkdir");
        self.names.iter().all(is_known)
            && (makes_folder || !self.programs.is_empty())
            && self.programs.iter().all(|arguments| self.ends(arguments))
    }

    fn ends(&self, arguments: &[String]) -> bool {
        let has = |option: &str| arguments.iter().any(|word| word == option);
        match arguments.get(1).map(String::as_str) {
            Some("config" | "completions" | "man") => true,
            Some("replay") => has("--to-pcap"),
            Some("host" | "serve") => false,
            _ => self.has_input || ["--help", "-h", "--version", "-V"].iter().any(|option| has(option)),
        }
    }
}
