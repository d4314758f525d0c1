//! Valid command lines that do not mean what their author expects. Each gets a sentence before the program starts.

use super::Args;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser as _};
use std::ffi::OsString;
use std::net::IpAddr;

/// Explains `-n` to users of nc.
const NOT_NUMERIC: &str = "-n sets a nickname here, and nc's -n is not needed";

/// Flags of nc that are combined after one dash.
const CLUSTER: &str = "46CNdhklnprtuvwz";

/// Letters of [`CLUSTER`] that are unlikely in a nickname.
const NC_ONLY_LETTERS: &[char] = &['v', 'z', 'l'];

/// Flags whose optional value follows an equals sign, and their values.
const EQUALS_ONLY: &[(&str, &[&str])] = &[
    ("-r", &["auto", "always", "never"]),
    ("--reconnect", &["auto", "always", "never"]),
    ("--telnet", &["true", "false"]),
    ("--plain", &["true", "false"]),
    ("--mouse", &["true", "false"]),
];

/// Returns a sentence if the words would be misunderstood. The first of `words` is the program's name.
pub(super) fn misuse(words: &[OsString]) -> Option<String> {
    let words: Vec<&str> = words.iter().map_while(|word| word.to_str()).take_while(|word| *word != "--").collect();
    let arguments = words.get(1..)?;
    nc_flag_cluster(arguments)
        .or_else(|| separate_value(arguments))
        .or_else(|| command_after_options(&words))
        .or_else(|| extra_word(&words))
}

/// Finds `-nv`, which would request the nickname v.
fn nc_flag_cluster(arguments: &[&str]) -> Option<String> {
    let is_nc_cluster = |word: &&&str| {
        let nick = word.strip_prefix("-n").unwrap_or_default();
        nick.contains(NC_ONLY_LETTERS) && nick.chars().all(|letter| CLUSTER.contains(letter))
    };
    let word = arguments.iter().find(is_nc_cluster)?;
    let nick = word.trim_start_matches("-n");
    Some(format!("{word}: {NOT_NUMERIC}; leave out the n. If {nick} is your nickname, use -n {nick}."))
}

/// Finds `-r always HOST`, which would connect to the host `always`.
fn separate_value(arguments: &[&str]) -> Option<String> {
    arguments.windows(2).find_map(|pair| {
        let [flag, value] = pair else { return None };
        // `-Cr` ends in it as well.
        let is_last =
            |name: &str| flag.strip_suffix('r').is_some_and(|it| it.starts_with('-') && name == "-r" && is_bare(it));
        let (_, values) = EQUALS_ONLY.iter().find(|(name, _)| name == flag || is_last(name))?;
        let value = values.iter().find(|it| it.eq_ignore_ascii_case(value))?;
        Some(format!("{flag} takes its value after an equals sign: {flag}={value}."))
    })
}

/// Returns whether the cluster holds only flags without a value.
fn is_bare(cluster: &str) -> bool {
    cluster.chars().skip(1).all(|letter| "C46Nvz".contains(letter))
}

/// Finds `-n bob host`, which would connect to a machine called host.
fn command_after_options(words: &[&str]) -> Option<String> {
    let (index, command) = misplaced_command(words)?;
    let (before, after) = words.split_at_checked(index)?;
    let suggestion = [&["netchat-tui"], after, before.get(1..)?].concat();
    let command_line = suggestion.iter().map(|word| shell_quoted(word)).collect::<Vec<_>>().join(" ");
    let host = format!("(To connect to a machine of that name, use {command}:PORT.)");
    let is_valid = Args::try_parse_from(&suggestion).is_ok();
    Some(if is_valid {
        format!("Put options after the command: {command_line} {host}")
    } else {
        format!("Put options after the command. netchat-tui {command} --help lists them. {host}")
    })
}

/// Finds a command that follows options and would be taken for the address.
fn misplaced_command<'a>(words: &[&'a str]) -> Option<(usize, &'a str)> {
    let program = Args::command();
    let commands =
        words.iter().copied().enumerate().skip(2).filter(|(_, word)| program.find_subcommand(word).is_some());
    commands.into_iter().find(|(index, word)| {
        let parsed = words.get(..=*index).map(Args::try_parse_from);
        // Otherwise it is an option's value or the port.
        matches!(parsed, Some(Ok(Args { command: None, client })) if client.is_only(word))
    })
}

/// Finds `HOST PORT WORD`, for which clap would report an unknown command.
fn extra_word(words: &[&str]) -> Option<String> {
    let error = Args::try_parse_from(words).err()?;
    let (ErrorKind::ArgumentConflict, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
    else {
        return None;
    };
    Some(format!("Unexpected word \"{}\": an address is HOST PORT or HOST:PORT.", word.escape_debug()))
}

/// Quotes a word for a shell, if necessary.
fn shell_quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_=.,:/@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.escape_debug().to_string().replace("\\'", "'\\''"))
}

/// Refuses a nickname that is an address or a port, because `-n` was then meant as in nc.
///
/// # Errors
/// A sentence with the right usage.
pub(super) fn refuse_address(nick: &str) -> Result<(), String> {
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = nick.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let has_port = nick.rsplit_once(':').is_some_and(|(_, port)| is_port(port));
    if is_address || has_port || is_port(nick) {
        return Err(format!("{NOT_NUMERIC}: leave out -n, or put -n NAME before the address"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Args, String> {
        let words: Vec<_> =
            std::iter::once("netchat-tui").chain(words.split_whitespace()).map(OsString::from).collect();
        Args::parse(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn misunderstandings_get_a_sentence_with_the_usage() {
        for (words, sentence) in [
            ("-nv pi 80", "-nv: -n sets a nickname here"),
            ("-nvv pi 80", "If vv is your nickname, use -n vv."),
            ("-nlvp 4000", "-n sets a nickname here"),
            ("host -nv", "-n sets a nickname here"),
            ("-n 127.0.0.1 23457", "leave out -n"),
            ("-n ::1 23457", "leave out -n"),
            ("-n [::1] 23457", "leave out -n"),
            ("-n pi:80", "leave out -n"),
            ("-n 4000", "leave out -n"),
            (
                "-n bob host",
                "after the command: netchat-tui host -n bob (To connect to a machine of that name, use host:PORT.)",
            ),
            ("-n bob host game --lan", "netchat-tui host game --lan -n bob ("),
            ("--plain serve", "netchat-tui serve --help lists them."),
            ("--config F config check", "netchat-tui config check --config F ("),
            ("--config F serve chat", "netchat-tui serve --help"),
            ("--plain --config config serve", "netchat-tui serve --help"),
            ("-r always pi", ": -r=always."),
            ("-C4r always pi", ": -C4r=always."),
            ("--reconnect NEVER pi", ": --reconnect=never."),
            ("host --plain true", ": --plain=true."),
            ("127.0.0.1 23457 x", "Unexpected word \"x\": an address is HOST PORT or HOST:PORT."),
            ("-C pi 80 serve", "Unexpected word \"serve\""),
        ] {
            let message = parse(words).unwrap_err();
            assert!(message.starts_with("error: ") && message.contains(sentence), "{words}: {message}");
        }
    }

    #[test]
    fn valid_words_are_accepted() {
        for words in [
            "-nbob pi",
            "-n v pi",
            "-nvera pi",
            "-nvictor",
            "-n r2d2 pi",
            "--nick a:b pi",
            "--highlight host pi",
            "-n host pi",
            "host:80",
            "-C host:80",
            "-- host",
            "-C -- host",
            "-r=always pi",
            "-r pi always",
            "pi -r",
            "host chat -n bob",
        ] {
            assert_eq!(parse(words).err(), None, "{words}");
        }
    }

    #[test]
    fn a_suggestion_is_quoted_for_the_shell() {
        let words = ["netchat-tui", "--highlight", "it's me", "host"].map(OsString::from);
        let message = misuse(&words).unwrap();
        assert!(message.contains("netchat-tui host --highlight 'it'\\''s me' ("), "{message}");
    }
}
