//! Habits from PuTTY, telnet and nc, and their equivalents here.

use super::Args;
use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// Table of the long help: the other program's command on the left, ours on the right.
pub(super) const COMING_FROM: &str = "\
Coming from nc, PuTTY, telnet:
  putty -raw HOST -P PORT    netchat-tui HOST PORT
  putty -telnet HOST         netchat-tui --telnet -C HOST 23
  telnet HOST PORT           netchat-tui --telnet -C HOST PORT
  nc HOST PORT               netchat-tui HOST PORT (also -C -s -v -z -4 -6)
  nc HOST PORT < FILE        the same; -q never to wait like nc
  nc -w TIME                 -w TIME to connect, --idle TIME afterwards
  nc -t                      --telnet
  nc -N                      -N in a pipe; on the screen, /eof
  ncat -i TIME, -d TIME      --idle TIME, --line-delay TIME
  nc -l PORT                 netchat-tui serve relay --port PORT
  nc -n                      not needed; -n sets your nickname here";

/// Flags of PuTTY, which look like several short flags after one dash.
const PUTTY: &[(&str, &str)] = &[
    ("-raw", "-raw is not needed: raw TCP is the default. Use netchat-tui HOST PORT."),
    ("-telnet", "-telnet is called --telnet here: netchat-tui --telnet HOST 23."),
    ("-ssh", "-ssh is not supported: this program uses plain TCP. Use ssh or PuTTY."),
    ("-rlogin", "-rlogin is not supported: this program uses plain TCP. Use PuTTY."),
    ("-serial", "-serial is not supported: this program uses TCP. Use tio or PuTTY for a serial line."),
    ("-load", "-load is not needed: give the name of a saved server as the address: netchat-tui NAME."),
];

/// Flags of nc and PuTTY that do not exist here or mean something else.
const SHORT_FLAG_HINTS: &[(&str, &str)] = &[
    ("-P", "-P is not needed: put the port after the host: netchat-tui HOST PORT."),
    ("-p", "-p belongs to serve and host. To connect, put the port after the host: netchat-tui HOST PORT."),
    ("-t", "-t is called --telnet here: netchat-tui --telnet HOST 23."),
    (
        "-l",
        "-l means listen in nc. Use netchat-tui serve relay --port PORT, or netchat-tui host to start a chat and join it.",
    ),
    ("-k", "-k is not needed: netchat-tui serve always keeps listening. Use netchat-tui serve relay --port PORT."),
    ("-e", "-e is not supported: this program never runs commands for a peer. Use socat TCP:HOST:PORT EXEC:PROGRAM."),
    ("-c", "-c is not supported: this program never runs commands for a peer. Use socat TCP:HOST:PORT SYSTEM:COMMAND."),
    ("-i", "-i is ambiguous: use --line-delay for nc's delay, --idle for ncat's time limit."),
    ("-d", "-d is ambiguous: use < /dev/null for -d of nc, --line-delay for ncat's delay."),
    ("-D", "-D is not needed: errors are always printed. -v prints more."),
    ("-W", "-W is not supported: TCP has no packets to count. Use | head -c N to stop after N bytes."),
    ("-X", "-X is not supported: this program connects directly. Use ncat --proxy."),
    ("--proxy", "--proxy is not supported: this program connects directly. Use ncat --proxy."),
    ("--ssl", "--ssl is not supported: this program uses plain TCP. Use ncat --ssl or openssl s_client."),
    ("--recv-only", "--recv-only is < /dev/null with -q never here."),
    ("--send-only", "--send-only is -q 0 here."),
    ("-u", "-u is not supported: this program uses TCP. Use nc -u for UDP."),
    ("-U", "-U is not supported: this program uses TCP. Use nc -U for Unix sockets."),
];

/// Replaces an error that a habit from another program caused by a sentence with the usage here. The first of `words`
/// is the program's name.
pub(super) fn with_hint(error: clap::Error, words: &[OsString]) -> clap::Error {
    match hint_for(&error, words) {
        Some(sentence) => super::usage_error(sentence),
        None => error,
    }
}

fn hint_for(error: &clap::Error, words: &[OsString]) -> Option<&'static str> {
    let words: Vec<&str> =
        words.iter().skip(1).map_while(|word| word.to_str()).take_while(|word| *word != "--").collect();
    let context =
        |kind| error.get(kind).and_then(|value| if let ContextValue::String(text) = value { Some(text) } else { None });
    let unknown = match error.kind() {
        ErrorKind::UnknownArgument => context(ContextKind::InvalidArg)?,
        // `-ssh` reads as `-s sh`.
        ErrorKind::ValueValidation => {
            let value = context(ContextKind::InvalidValue)?;
            let putty = PUTTY.iter().find(|(word, _)| words.contains(word) && word.get(2..) == Some(value));
            return putty.map(|(_, sentence)| *sentence);
        }
        _ => return None,
    };
    // Subcommands have flags of their own that no other program shares.
    if words.first().is_some_and(|first| Args::command().find_subcommand(first).is_some()) {
        return None;
    }
    let letter = unknown.strip_prefix('-').unwrap_or(unknown);
    let putty = PUTTY.iter().find(|(word, _)| words.contains(word) && word.contains(letter));
    putty.or_else(|| SHORT_FLAG_HINTS.iter().find(|(word, _)| word == unknown)).map(|(_, sentence)| *sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(words: &str) -> String {
        let words: Vec<_> =
            std::iter::once("netchat-tui").chain(words.split_whitespace()).map(OsString::from).collect();
        Args::parse(&words).and_then(Args::resolve).unwrap_err().to_string()
    }

    #[test]
    fn habits_get_a_sentence_with_the_usage_here() {
        for (words, sentence) in [
            ("-raw pi -P 4000", "-raw is not needed: raw TCP is the default. Use netchat-tui HOST PORT."),
            ("pi -P 4000", "put the port after the host: netchat-tui HOST PORT."),
            ("-p 4000 pi", "-p belongs to serve and host"),
            ("-telnet pi", "netchat-tui --telnet HOST 23."),
            ("-t pi 23", "netchat-tui --telnet HOST 23."),
            ("-ssh pi", "Use ssh or PuTTY"),
            ("-serial COM3", "Use tio or PuTTY"),
            ("-load pi", "netchat-tui NAME."),
            ("-l 4000", "netchat-tui serve relay --port PORT"),
            ("-lk 4000", "netchat-tui serve relay --port PORT"),
            ("-l4000", "netchat-tui serve relay --port PORT"),
            ("-k pi", "netchat-tui serve always keeps listening"),
            ("-e /bin/sh pi 4000", "Use socat"),
            ("-u pi 53", "Use nc -u"),
            ("-i 1 pi 80", "--line-delay"),
            ("-d pi 80", "/dev/null"),
            ("-W 1 pi 80", "head -c"),
            ("-X 5 pi 80", "Use ncat --proxy"),
            ("--ssl pi 443", "openssl s_client"),
            ("--recv-only pi 80", "-q never"),
            ("--send-only pi 80", "-q 0"),
            ("telnet://pi:2323", "Write pi:2323"),
            ("pi/4000", "Write pi:4000."),
            ("bob@pi", "Write only pi"),
        ] {
            let message = message(words);
            assert!(message.starts_with("error: ") && message.contains(sentence), "{words}: {message}");
            assert!(!message.contains("Usage:"), "{words}: {message}");
        }
    }

    #[test]
    fn other_unknown_flags_are_plain_errors() {
        for words in ["--frobnicate -- -raw", "serve chat -z", "host -u", "-Q", "--raw"] {
            let message = message(words);
            assert!(message.contains("unexpected argument"), "{words}: {message}");
        }
    }

    #[test]
    fn hints_exit_with_status_2() {
        let words = ["netchat-tui", "-u", "pi"].map(OsString::from);
        assert_eq!(Args::parse(&words).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn commands_of_the_table_are_accepted() {
        let offered: Vec<&str> =
            COMING_FROM.lines().filter_map(|line| Some(line.split_once("  netchat-tui ")?.1)).collect();
        assert!(offered.len() > 4);
        for line in offered {
            let (words, _) = line.split_once(" (").unwrap_or((line, ""));
            let words = format!("netchat-tui {}", words.replace("HOST", "pi").replace("PORT", "4000"));
            let words: Vec<_> = words.split_whitespace().map(OsString::from).collect();
            Args::parse(&words).and_then(Args::resolve).unwrap();
        }
    }
}
