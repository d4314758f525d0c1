//! What people type who come from PuTTY, telnet and nc, and what to type instead.

use super::Args;
use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// Stands below the examples in the help. On the left what they know, on the right what it is here.
pub(super) const COMING_FROM: &str = "\
Coming from PuTTY, telnet or nc:
  putty -raw HOST -P PORT    netchat-tui HOST PORT
  putty -telnet HOST         netchat-tui --telnet -C HOST 23
  telnet HOST PORT           netchat-tui --telnet -C HOST PORT (Ctrl-] is there too)
  nc HOST PORT               netchat-tui HOST PORT (-C, -s, -v, -z and -4, -6 are the same)
  nc HOST PORT < FILE        the same; it leaves after 3 s of silence, and with -q never as late as nc
  nc -w TIME                 -w TIME while connecting, --idle TIME after that
  nc -t                      --telnet
  nc -N                      -N in a pipe; on the screen /eof, typed when you have said all
  ncat -i TIME, -d TIME      --idle TIME, --line-delay TIME
  nc -l PORT                 netchat-tui serve relay --port PORT
  nc -n                      not needed: -n is your nickname here";

/// Words of PuTTY, which look like several letters with one dash.
const PUTTY: &[(&str, &str)] = &[
    ("-raw", "-raw is what this program is by itself: netchat-tui HOST PORT."),
    ("-telnet", "-telnet is --telnet here: netchat-tui --telnet HOST 23."),
    ("-ssh", "-ssh is not spoken here, only plain TCP. The program ssh does that, and PuTTY."),
    ("-rlogin", "-rlogin is not spoken here, only plain TCP. PuTTY does that."),
    ("-serial", "-serial: this program speaks TCP and opens no serial line. tio does that, and PuTTY."),
    ("-load", "-load: a saved server is written in the place of the address: netchat-tui NAME."),
];

/// Letters of nc and PuTTY that mean nothing here.
const SHORT_FLAG_HINTS: &[(&str, &str)] = &[
    ("-P", "-P is not needed: the port is written behind the host, netchat-tui HOST PORT."),
    ("-p", "-p is for servers (serve, host). To connect, the port is written behind the host: netchat-tui HOST PORT."),
    ("-t", "-t is --telnet here: netchat-tui --telnet HOST 23."),
    (
        "-l",
        "-l listens, which is a command here: netchat-tui serve relay --port PORT, or netchat-tui host to start a chat and \
         join it.",
    ),
    ("-k", "-k keeps a server listening, which netchat-tui serve always does: netchat-tui serve relay --port PORT."),
    (
        "-e",
        "-e runs a program for whoever is at the other end, and this one never does that. socat does: \
         socat TCP:HOST:PORT EXEC:PROGRAM.",
    ),
    ("-c", "-c runs a command for whoever is at the other end, and this program never does that. socat does."),
    ("-i", "-i is a delay in nc, which is --line-delay here, and a limit in ncat, which is --idle."),
    ("-d", "-d is < /dev/null here; in ncat it is a delay, which is --line-delay."),
    ("-D", "-D is not needed: errors are always told, and -v tells everything."),
    ("-W", "-W counts packets, which nobody sees in TCP; head -c ends after so many bytes."),
    ("-X", "-X is about proxies, and this program uses none. ncat --proxy does."),
    ("--proxy", "--proxy: this program uses none. ncat --proxy does."),
    ("--ssl", "--ssl is not spoken here, only plain TCP. ncat --ssl does that, and openssl s_client."),
    ("--recv-only", "--recv-only is < /dev/null -q never here."),
    ("--send-only", "--send-only is -q 0 here."),
    ("-u", "-u is UDP, and this program speaks TCP only. nc -u does that."),
    ("-U", "-U is for Unix sockets, and this program speaks TCP only. nc -U does that."),
];

/// The text below the help.
pub(super) fn below(examples: &str) -> String {
    match examples.rsplit_once("\n\n") {
        Some((examples, last)) => format!("{examples}\n\n{COMING_FROM}\n\n{last}"),
        None => format!("{examples}\n\n{COMING_FROM}"),
    }
}

/// The error for these words, the program's name first; with what to type instead if somebody's habit is behind it.
pub(super) fn with_hint(error: clap::Error, words: &[OsString]) -> clap::Error {
    match hint_for(&error, words) {
        Some(sentence) => Args::command().error(ErrorKind::UnknownArgument, sentence),
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
    // Commands have flags of their own, and nobody has habits with them.
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

    fn said(words: &str) -> String {
        let words: Vec<_> =
            std::iter::once("netchat-tui").chain(words.split_whitespace()).map(OsString::from).collect();
        Args::parse(&words).and_then(Args::resolve).unwrap_err().to_string()
    }

    #[test]
    fn a_habit_gets_the_sentence_with_what_to_type_instead() {
        for (words, sentence) in [
            ("-raw pi -P 4000", "-raw is what this program is by itself: netchat-tui HOST PORT."),
            ("pi -P 4000", "the port is written behind the host, netchat-tui HOST PORT."),
            ("-p 4000 pi", "-p is for servers"),
            ("-telnet pi", "netchat-tui --telnet HOST 23."),
            ("-t pi 23", "netchat-tui --telnet HOST 23."),
            ("-ssh pi", "The program ssh does that"),
            ("-serial COM3", "opens no serial line"),
            ("-load pi", "netchat-tui NAME."),
            ("-l 4000", "netchat-tui serve relay --port PORT"),
            ("-lk 4000", "netchat-tui serve relay --port PORT"),
            ("-l4000", "netchat-tui serve relay --port PORT"),
            ("-k pi", "netchat-tui serve always does"),
            ("-e /bin/sh pi 4000", "socat does"),
            ("-u pi 53", "nc -u does that"),
            ("-i 1 pi 80", "--line-delay"),
            ("-d pi 80", "/dev/null"),
            ("-W 1 pi 80", "head -c"),
            ("-X 5 pi 80", "proxies"),
            ("--ssl pi 443", "openssl s_client"),
            ("--recv-only pi 80", "-q never"),
            ("--send-only pi 80", "-q 0"),
            ("telnet://pi:2323", "Write pi:2323"),
            ("pi/4000", "Write pi:4000."),
            ("bob@pi", "Write only pi"),
        ] {
            let said = said(words);
            assert!(said.starts_with("error: ") && said.contains(sentence), "{words}: {said}");
            assert!(said.contains("\n\nUsage: netchat-tui "), "{words}: {said}");
        }
    }

    #[test]
    fn nothing_else_is_taken_for_a_habit() {
        for words in ["--frobnicate -- -raw", "serve chat -z", "host -u", "-Q", "--raw"] {
            let said = said(words);
            assert!(said.contains("unexpected argument"), "{words}: {said}");
        }
    }

    #[test]
    fn each_error_is_wrong_usage() {
        let words = ["netchat-tui", "-u", "pi"].map(OsString::from);
        assert_eq!(Args::parse(&words).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn what_the_help_offers_is_understood() {
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
