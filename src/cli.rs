//! The command line: what was typed ([`Args`]), and what it comes to ([`Config`]).

use crate::app::Options;
use crate::link::EndpointError;
use clap::{CommandFactory, Parser, Subcommand};
use client::{ClientArgs, checked};
pub use manner::Manner;
use manner::MannerArgs;
use serve::{KindName, ServerArgs};
use std::time::Duration;

mod client;
mod looks;
mod manner;
mod reading;
mod serve;
mod terminal;
mod writing;

pub use client::Config;
pub use serve::{Place, Service};
pub use terminal::FaceKind;

const EXAMPLES: &str = "\
Examples:
  netchat-tui 127.0.0.1:12345      a lab server on this machine
  netchat-tui pi.local 12345       a classmate's, nc's way of writing it
  netchat-tui -n bob '[::1]:4000'  ask for a nickname at once
  netchat-tui -C mail.example 25   lines end in CRLF
  netchat-tui host                 start a chat here, and join it
  netchat-tui serve chat --lan     run one for a class

Inside, F1 or /help shows keys and commands.";

const SERVE_EXAMPLES: &str = "\
Examples:
  netchat-tui serve reverse --once       the lab's task 5
  netchat-tui serve chat --lan           a chat for the whole room
  netchat-tui serve relay --rate none --max-per-address none
                                         no limits, for measuring

Everything a server refuses, it explains: to the client and on standard error.";

/// A terminal chat client for raw TCP line servers.
#[derive(Debug, Clone, Parser)]
#[command(version, about, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
#[command(disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Start a lab server here and join it in one window
    Host {
        /// Which server
        #[arg(value_enum, default_value = "chat")]
        kind: KindName,

        /// Ask the server for this nickname
        #[arg(short, long, value_name = "NAME")]
        nick: Option<String>,

        #[command(flatten)]
        manner: MannerArgs,

        #[command(flatten)]
        server: ServerArgs,
    },
    /// Run a lab server
    #[command(after_help = SERVE_EXAMPLES)]
    Serve {
        /// Which server
        #[arg(value_enum)]
        kind: KindName,

        /// Print what everyone in the room reads (relay, chat)
        #[arg(long)]
        echo: bool,

        #[command(flatten)]
        server: ServerArgs,
    },
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// Talk to a server.
    Chat(Config),
    /// Start a server and talk to it.
    Host {
        /// The server.
        service: Service,
        /// How the client behaves.
        manner: Manner,
    },
    /// Run a server.
    Serve {
        /// The server.
        service: Service,
        /// Whether to print what everyone in the room reads.
        echo: bool,
    },
}

/// What is wrong with arguments that are well formed. Its `Display` is a sentence, fit for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// The address.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The nickname.
    #[error("\"{0}\" is not a nickname: it is one word of characters that can be seen.")]
    Nickname(String),
    /// An option of another kind of server.
    #[error("{option} is not for {kind}: it belongs to {kinds}.")]
    NotForKind {
        /// The option.
        option: &'static str,
        /// The server that was wanted.
        kind: String,
        /// The servers that have it.
        kinds: String,
    },
}

impl Args {
    /// Checks what the parser could not.
    ///
    /// # Errors
    /// For an address or a nickname that is none, or an option that does not fit: the sentence, with the usage of the
    /// command it is about, as clap's own errors are.
    pub fn resolve(self) -> Result<Job, clap::Error> {
        let name = match &self.command {
            None => None,
            Some(Command::Host { .. }) => Some("host"),
            Some(Command::Serve { .. }) => Some("serve"),
        };
        self.check().map_err(|sentence| {
            let mut all = Self::command();
            // So that the usage of a subcommand begins with the program's name.
            all.build();
            let command = match name.and_then(|name| all.find_subcommand_mut(name)) {
                Some(command) => command,
                None => &mut all,
            };
            command.error(clap::error::ErrorKind::ValueValidation, sentence)
        })
    }

    fn check(self) -> Result<Job, UsageError> {
        match self.command {
            None => self.client.resolve().map(Job::Chat),
            Some(Command::Host { kind, nick, manner, server }) => {
                let options = Options { nick: checked(nick)?, ..Options::default() };
                Ok(Job::Host { service: server.resolve(kind)?, manner: manner.resolve(options) })
            }
            Some(Command::Serve { kind, echo, server }) => {
                kind.check_echo(echo)?;
                Ok(Job::Serve { service: server.resolve(kind)?, echo })
            }
        }
    }
}

/// Longer than anybody waits, and short enough to be added to any clock.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// nc's bare seconds, or a time with its unit.
fn time(text: &str) -> Result<Duration, String> {
    delay(text)
        .ok()
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "a time is written 500ms, 5s or 2m, is not zero and at most a day".to_owned())
}

/// The same, or nothing.
fn delay(text: &str) -> Result<Duration, String> {
    let time = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_unit) => humantime::parse_duration(text).ok(),
    };
    time.filter(|time| *time <= A_DAY)
        .ok_or_else(|| "a time is written 500ms, 5s or 2m, and is at most a day".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Eol;
    use crate::looks::{Colours, Depth, Looks, ThemeName};

    fn job(words: &str) -> Result<Job, String> {
        let words = std::iter::once("netchat-tui").chain(words.split_whitespace());
        let args = Args::try_parse_from(words).map_err(|error| error.to_string())?;
        args.resolve().map_err(|error| error.to_string())
    }

    fn config(words: &str) -> Result<Config, String> {
        job(words).map(|job| match job {
            Job::Chat(config) => config,
            job => panic!("{words}: {job:?}"),
        })
    }

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn addresses_come_in_one_word_or_two() {
        for (words, endpoint) in [
            ("", "127.0.0.1:12345"),
            ("pi:80", "pi:80"),
            ("pi 80", "pi:80"),
            ("pi", "pi:12345"),
            ("4000", "127.0.0.1:4000"),
            ("::1 4000", "[::1]:4000"),
            ("host:80", "host:80"),
        ] {
            assert_eq!(config(words).unwrap().endpoint.to_string(), endpoint, "{words}");
        }
        assert!(config("pi:80 81").unwrap_err().contains("Two ports"));
        assert!(config("pi 80 extra").is_err());
    }

    #[test]
    fn options_are_checked() {
        assert_eq!(config("-C pi").unwrap().manner.options.eol, Eol::CrLf);
        assert_eq!(config("--eol nul pi").unwrap().manner.options.eol, Eol::Nul);
        assert_eq!(config("-n bob pi").unwrap().manner.options.nick.as_deref(), Some("bob"));
        assert!(config("-n a\u{1b}b pi").unwrap_err().contains("is not a nickname"));
        for (words, limit) in [("-w 3", 3000), ("-w 500ms", 500), ("-w 2m", 120_000), ("-w 0.5", 500)] {
            assert_eq!(config(words).unwrap().manner.options.connect_limit, Duration::from_millis(limit), "{words}");
        }
        for words in ["-w 0", "-w soon", "-w -1", "-w 1e19", "-w 25h", "--eol vt", "--colour", "-C --eol lf"] {
            assert!(config(words).is_err(), "{words}");
        }
    }

    #[test]
    fn writing_is_set_on_the_command_line() {
        let manner = |words| config(words).unwrap().manner;
        let usual = manner("pi");
        assert_eq!((usual.options.pace, usual.options.line_limit), (Duration::from_millis(50), 1024));
        assert!(usual.keeps_history);
        let other = manner("--paste-delay 0 --line-limit 512 --no-history pi");
        assert_eq!((other.options.pace, other.options.line_limit), (Duration::ZERO, 512));
        assert!(!other.keeps_history);
        for words in ["--paste-delay soon", "--paste-delay -1", "--line-limit many"] {
            assert!(config(words).is_err(), "{words}");
        }
    }

    #[test]
    fn the_terminal_is_dealt_with_as_wanted() {
        use crate::app::{AlertWay, Mouse, TimeMode};
        let usual = config("pi").unwrap();
        assert_eq!((usual.manner.face, usual.manner.options.mouse), (FaceKind::Screen, Mouse::Terminal));
        assert_eq!(usual.manner.options.alert, AlertWay::Bell);
        let plain = config("--plain pi").unwrap();
        assert_eq!((plain.manner.face, plain.manner.options.time), (FaceKind::Plain, TimeMode::Off));
        assert_eq!(config("--mouse pi").unwrap().manner.options.mouse, Mouse::Program);
        assert_eq!(config("--alert notify pi").unwrap().manner.options.alert, AlertWay::Notify);
        assert_eq!(config("--alert off pi").unwrap().manner.options.alert, AlertWay::Silent);
        assert!(config("--plain --mouse pi").is_err());
        assert!(config("--alert siren pi").is_err());
        let Ok(Job::Host { manner: Manner { options, face, .. }, .. }) = job("host --plain --alert off") else {
            panic!("host --plain")
        };
        assert_eq!((options.alert, face), (AlertWay::Silent, FaceKind::Plain));
    }

    fn looks(words: &str) -> Result<Looks, String> {
        job(words).map(|job| match job {
            Job::Chat(Config { manner, .. }) | Job::Host { manner, .. } => manner.looks,
            job @ Job::Serve { .. } => panic!("{words}: {job:?}"),
        })
    }

    #[test]
    fn both_clients_have_the_same_looks() {
        for client in ["", "host "] {
            assert_eq!(looks(client).unwrap(), Looks::default());
            let asked = looks(&format!("{client}--theme light --color 16")).unwrap();
            assert_eq!(asked, Looks { theme: Some(ThemeName::LIGHT), colours: Colours::Only(Depth::Sixteen) });
            for wrong in ["--theme", "--color 88", "--color"] {
                let error = looks(&format!("{client}{wrong}")).unwrap_err();
                assert!(error.contains("[possible values: auto, "), "{error}");
            }
        }
        for (word, colours) in [
            ("auto", Colours::Auto),
            ("never", Colours::Never),
            ("always", Colours::Always),
            ("256", Colours::Only(Depth::TwoFiftySix)),
        ] {
            assert_eq!(looks(&format!("--color {word}")).unwrap().colours, colours);
        }
        for name in ["dark", "Mono", "gruvbox-dark", "mine"] {
            assert_eq!(looks(&format!("--theme {name}")).unwrap().theme, Some(ThemeName::new(name)));
        }
        assert_eq!(looks("--theme auto").unwrap().theme, None);
        assert!(job("serve chat --theme dark").is_err());
    }

    fn service(words: &str) -> Result<Service, String> {
        job(words).map(|job| match job {
            Job::Serve { service, .. } | Job::Host { service, .. } => service,
            Job::Chat(config) => panic!("{words}: {config:?}"),
        })
    }

    #[test]
    fn servers_are_told_by_their_names() {
        for kind in ["greet", "reverse", "upper", "echo", "relay", "chat", "game"] {
            assert_eq!(service(&format!("serve {kind}")).unwrap().kind.to_string(), kind);
            assert_eq!(service(&format!("host {kind}")).unwrap().kind.to_string(), kind);
        }
        assert_eq!(service("host").unwrap().kind, crate::lab::Kind::Chat { history: 20 });
        assert!(service("serve").is_err());
        assert!(service("serve karaoke").unwrap_err().contains("greet"));
        assert!(
            matches!(job("host -n bob"), Ok(Job::Host { manner, .. }) if manner.options.nick.as_deref() == Some("bob"))
        );
        assert!(job("host -n a\u{1b}b").is_err());
        assert!(matches!(job("serve chat --echo"), Ok(Job::Serve { echo: true, .. })));
    }

    #[test]
    fn places_to_listen_are_kept_as_typed() {
        for (words, place) in [
            ("serve chat", Place::At(vec!["12345".to_owned()])),
            ("serve chat -p 80", Place::At(vec!["80".to_owned()])),
            (
                "serve chat --listen [::1]:0 --listen pi:4000",
                Place::At(vec!["[::1]:0".to_owned(), "pi:4000".to_owned()]),
            ),
            ("serve chat --lan", Place::Everywhere(12345)),
            ("serve chat --lan --port 4000", Place::Everywhere(4000)),
        ] {
            assert_eq!(service(words).unwrap().place, place, "{words}");
        }
        assert!(service("serve chat --lan --listen 4000").is_err());
        assert!(service("serve chat --port 70000").is_err());
    }

    #[test]
    fn limits_can_be_set_and_lifted() {
        let limits = service("serve chat").unwrap().limits;
        assert_eq!(limits, crate::lab::Limits::default());
        let words = "serve relay --max-clients 7 --max-per-address none --rate 5 --max-line 1MiB --outbox 64KiB";
        let limits = service(words).unwrap().limits;
        assert_eq!(
            (limits.clients, limits.per_address, limits.line, limits.outbox),
            (Some(7), None, 1 << 20, 64 << 10)
        );
        let rate = limits.rate.unwrap();
        assert_eq!((rate.per_second.get(), rate.burst.get()), (5, 25));
        assert_eq!(service("serve relay --rate none").unwrap().limits.rate, None);
        for option in
            ["--rate 0", "--rate 5:0", "--rate x", "--max-clients 0", "--max-line 1", "--outbox 2GiB", "--linger 0"]
        {
            assert!(service(&format!("serve greet {option}")).is_err(), "{option}");
        }
    }

    #[test]
    fn an_option_of_another_server_is_refused_with_the_one_it_is_for() {
        for (words, sentence) in [
            ("serve chat --once", "--once is not for chat: it belongs to reverse, upper, echo."),
            ("serve relay --motd hello", "--motd is not for relay: it belongs to chat."),
            ("host game --history 3", "--history is not for game: it belongs to chat."),
            ("serve game --echo", "--echo is not for game: it belongs to relay, chat."),
            ("serve echo --linger 3s", "--linger is not for echo: it belongs to greet."),
        ] {
            let error = service(words).unwrap_err();
            let (command, _) = words.split_once(' ').unwrap();
            assert!(error.starts_with(&format!("error: {sentence}\n\nUsage: netchat-tui {command} ")), "{error}");
        }
        assert!(service("serve echo --once").is_ok());
    }
}
