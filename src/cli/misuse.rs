//! Words that would be taken for something else than was meant: each such slip gets a sentence before anything is done.

use super::Args;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser as _};
use std::ffi::OsString;
use std::net::IpAddr;

/// What `-n` is here, for those who know it from nc.
const NOT_NUMERIC: &str = "-n asks for a nickname here, and nothing has to be said for nc's -n";

/// Letters of nc's that stand together behind one dash.
const CLUSTER: &str = "46CNdhklnprtuvwz";

/// Those of them that nobody would begin or fill a nickname with.
const NC_ONLY_LETTERS: &[char] = &['v', 'z', 'l'];

/// Flags whose value stands behind an equals sign or not at all, and their values.
const EQUALS_ONLY: &[(&str, &[&str])] = &[
    ("-r", &["auto", "always", "never"]),
    ("--reconnect", &["auto", "always", "never"]),
    ("--telnet", &["true", "false"]),
    ("--plain", &["true", "false"]),
    ("--mouse", &["true", "false"]),
];

/// What is wrong with these words, the program's name first, if something is that would be taken for something else.
pub(super) fn misuse(words: &[OsString]) -> Option<String> {
    let meant: Vec<&str> = words.iter().map_while(|word| word.to_str()).take_while(|word| *word != "--").collect();
    let arguments = meant.get(1..)?;
    nc_flag_cluster(arguments)
        .or_else(|| separate_value(arguments))
        .or_else(|| misplaced(&meant))
        .or_else(|| extra_word(&meant))
}

/// `-nv`, which would ask for the nickname v.
fn nc_flag_cluster(arguments: &[&str]) -> Option<String> {
    let is_of_nc = |word: &&&str| {
        let nick = word.strip_prefix("-n").unwrap_or_default();
        nick.contains(NC_ONLY_LETTERS) && nick.chars().all(|letter| CLUSTER.contains(letter))
    };
    let word = arguments.iter().find(is_of_nc)?;
    let nick = word.trim_start_matches("-n");
    Some(format!("{word}: {NOT_NUMERIC}; leave its n out. If {nick} is your nickname, write -n {nick}."))
}

/// `-r always HOST`, where always would be the address.
fn separate_value(arguments: &[&str]) -> Option<String> {
    arguments.windows(2).find_map(|pair| {
        let [flag, value] = pair else { return None };
        // `-Cr` ends in it as well.
        let is_last =
            |name: &str| flag.strip_suffix('r').is_some_and(|it| it.starts_with('-') && name == "-r" && is_bare(it));
        let (_, values) = EQUALS_ONLY.iter().find(|(name, _)| name == flag || is_last(name))?;
        let value = values.iter().find(|it| it.eq_ignore_ascii_case(value))?;
        Some(format!("The value of {flag} stands behind an equals sign: write {flag}={value}."))
    })
}

/// Whether these are only letters that take no value.
fn is_bare(cluster: &str) -> bool {
    cluster.chars().skip(1).all(|letter| "C46Nvz".contains(letter))
}

/// `-n bob host`, where host would be the address.
fn misplaced(meant: &[&str]) -> Option<String> {
    let (at, command) = misplaced_command(meant)?;
    let (before, after) = meant.split_at_checked(at)?;
    let better = [&["netchat-tui"], after, before.get(1..)?].concat();
    let written = better.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    let host = format!("(A host of that name is written {command}:PORT.)");
    let is_taken = Args::try_parse_from(&better).is_ok();
    Some(if is_taken {
        format!("Options go behind the command: {written} {host}")
    } else {
        format!("Options go behind the command; netchat-tui {command} --help lists those it has. {host}")
    })
}

/// Where a command stands behind options, as the address.
fn misplaced_command<'a>(meant: &[&'a str]) -> Option<(usize, &'a str)> {
    let program = Args::command();
    let commands =
        meant.iter().copied().enumerate().skip(2).filter(|(_, word)| program.find_subcommand(word).is_some());
    commands.into_iter().find(|(at, word)| {
        let read = meant.get(..=*at).map(Args::try_parse_from);
        // Else it is the value of the option before it, or the port.
        matches!(read, Some(Ok(Args { command: None, client })) if client.is_only(word))
    })
}

/// `HOST PORT WORD`, of which the parser says that the word is no command.
fn extra_word(meant: &[&str]) -> Option<String> {
    let error = Args::try_parse_from(meant).err()?;
    let (ErrorKind::ArgumentConflict, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
    else {
        return None;
    };
    Some(format!("\"{}\" is one word too many: an address is HOST PORT, or HOST:PORT.", word.escape_debug()))
}

/// As it is typed in a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_=.,:/@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.escape_debug().to_string().replace("\\'", "'\\''"))
}

/// Refuses what stands behind `-n` if it is an address or a port: whoever wrote it meant nc's.
///
/// # Errors
/// The sentence with what to type instead.
pub(super) fn is_no_address(nick: &str) -> Result<(), String> {
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = nick.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let has_port = nick.rsplit_once(':').is_some_and(|(_, port)| is_port(port));
    if is_address || has_port || is_port(nick) {
        return Err(format!("{NOT_NUMERIC}: leave -n out, or write -n NAME before the address"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Args, String> {
        let words: Vec<_> =
            std::iter::once("netchat-tui").chain(words.split_whitespace()).map(OsString::from).collect();
        Args::parse(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn a_slip_gets_a_sentence_with_what_to_type_instead() {
        for (words, sentence) in [
            ("-nv pi 80", "-nv: -n asks for a nickname here"),
            ("-nvv pi 80", "If vv is your nickname, write -n vv."),
            ("-nlvp 4000", "-n asks for a nickname here"),
            ("host -nv", "-n asks for a nickname here"),
            ("-n 127.0.0.1 23457", "leave -n out"),
            ("-n ::1 23457", "leave -n out"),
            ("-n [::1] 23457", "leave -n out"),
            ("-n pi:80", "leave -n out"),
            ("-n 4000", "leave -n out"),
            ("-n bob host", "behind the command: netchat-tui host -n bob (A host of that name is written host:PORT.)"),
            ("-n bob host game --lan", "netchat-tui host game --lan -n bob ("),
            ("--plain serve", "netchat-tui serve --help lists those it has."),
            ("--config F config check", "netchat-tui config check --config F ("),
            ("--config F serve chat", "netchat-tui serve --help"),
            ("--plain --config config serve", "netchat-tui serve --help"),
            ("-r always pi", "write -r=always."),
            ("-C4r always pi", "write -C4r=always."),
            ("--reconnect NEVER pi", "write --reconnect=never."),
            ("host --plain true", "write --plain=true."),
            ("127.0.0.1 23457 x", "\"x\" is one word too many: an address is HOST PORT, or HOST:PORT."),
            ("-C pi 80 serve", "\"serve\" is one word too many"),
        ] {
            let said = read(words).unwrap_err();
            assert!(said.starts_with("error: ") && said.contains(sentence), "{words}: {said}");
            assert!(said.contains("Usage: ") || said.contains("--help"), "{words}: {said}");
        }
    }

    #[test]
    fn what_is_no_slip_is_taken() {
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
            assert_eq!(read(words).err(), None, "{words}");
        }
    }

    #[test]
    fn a_suggestion_is_quoted_for_the_shell() {
        let words = ["netchat-tui", "--highlight", "it's me", "host"].map(OsString::from);
        let said = misuse(&words).unwrap();
        assert!(said.contains("netchat-tui host --highlight 'it'\\''s me' ("), "{said}");
    }
}
