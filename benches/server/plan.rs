//! The parsed command line.

use std::fmt;

use anyhow::{Context as _, bail, ensure};

pub(crate) const USAGE: &str = "\
Loads line-relaying TCP chat servers on this machine and measures them in turn.

usage: cargo bench --bench server -- [--rounds N] CASE [CASE ...] NAME=COMMAND [NAME=COMMAND ...]

CASES
  fanout:N:M[:S]  N clients, of which S (1 if not given) send M lines in all, as fast as the server takes them, until
                  all who do not send hold all lines: deliveries/s, the server's CPU time and peak memory
  ping:N:K        N clients; K single lines, each timed until the last of the others has it
  hold:N          N idle clients: seconds to connect them, the server's memory for each, its CPU time while idle
  slow:N:MB       N clients of which one never reads; one sends MB megabytes of lines; the others must get them all

COMMAND is split into words as in a shell, without variables; `{port}` is the port to listen on, of 127.0.0.1.
`NAME=builtin` is a chat server in the manner of tokio's examples, on all cores. The ratios are to the first NAME.

  --rounds N      medians over N rounds (also ROUNDS=N in the environment; 3 if not given)
  INTRO_NAME      in the environment: a first line that this server wants of each client, `{i}` being its number;
                  what is neither letter nor digit in NAME is `_` here

example, after `cargo build --release`:
  cargo bench --bench server -- fanout:100:20000 ping:100:50 \\
    'ours=target/release/netchat-tui serve chat --listen 127.0.0.1:{port} --rate none --max-per-address none' \\
    'relay.py=python3 assets/lab/relay.py {port}' 'tokio=builtin'
";

/// Flag that runs the tokio chat peer instead of measuring: `--tokio-chat PORT`.
pub(crate) const TOKIO_CHAT: &str = "--tokio-chat";

const CASES: &str = "write fanout:N:M[:S], ping:N:K, hold:N or slow:N:MB";

#[derive(Debug)]
pub(crate) enum Request {
    Usage,
    TokioChat(u16),
    Measure(Plan),
}

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) cases: Vec<Case>,
    pub(crate) peers: Vec<Peer>,
}

#[derive(Debug)]
pub(crate) struct Case {
    /// As it was typed.
    text: String,
    pub(crate) load: Load,
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Load {
    Fanout { clients: usize, lines: usize, senders: usize },
    Ping { clients: usize, pings: usize },
    Hold { clients: usize },
    Slow { clients: usize, megabytes: usize },
}

impl Load {
    pub(crate) fn clients(&self) -> usize {
        match *self {
            Self::Fanout { clients, .. }
            | Self::Ping { clients, .. }
            | Self::Hold { clients }
            | Self::Slow { clients, .. } => clients,
        }
    }
}

/// A server to measure.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) program: Program,
    /// The line that each client must say first, with `{i}` for its number.
    pub(crate) intro: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// `tokio_chat`, in a process of its own.
    Builtin,
    /// Words with `{port}` in some of them; at least one.
    Command(Vec<String>),
}

/// Understands the arguments; `setting` looks into the environment.
///
/// # Errors
///
/// A sentence with what to write instead.
pub(crate) fn parse(arguments: &[String], setting: impl Fn(&str) -> Option<String>) -> anyhow::Result<Request> {
    let mut rounds = setting("ROUNDS");
    let (mut cases, mut peers) = (Vec::new(), Vec::<Peer>::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "-h" | "--help" => return Ok(Request::Usage),
            TOKIO_CHAT => return tokio_chat(rest.next()),
            "--rounds" => rounds = Some(rest.next().context("--rounds wants a number: write --rounds 3.")?.clone()),
            _ => match argument.split_once('=') {
                Some((name, command)) => peers.push(peer(name, command, &setting)?),
                None => cases.push(case(argument)?),
            },
        }
    }
    if cases.is_empty() && peers.is_empty() {
        return Ok(Request::Usage);
    }
    ensure!(!cases.is_empty(), "There is no case to measure: {CASES}.");
    ensure!(!peers.is_empty(), "There is no server to measure: write NAME=COMMAND, with {{port}} in the command.");
    for (at, peer) in peers.iter().enumerate() {
        let twice = peers.iter().skip(at + 1).any(|other| other.name == peer.name);
        ensure!(!twice, "Two servers are called {}: give one of them another name.", peer.name);
    }
    Ok(Request::Measure(Plan { rounds: self::rounds(rounds.as_deref())?, cases, peers }))
}

fn tokio_chat(port: Option<&String>) -> anyhow::Result<Request> {
    let port = port.and_then(|port| port.parse().ok());
    Ok(Request::TokioChat(port.with_context(|| format!("{TOKIO_CHAT} wants a port: write {TOKIO_CHAT} 12345."))?))
}

fn rounds(text: Option<&str>) -> anyhow::Result<usize> {
    let Some(text) = text else { return Ok(3) };
    match text.parse() {
        Ok(rounds @ 1..=1000) => Ok(rounds),
        _ => bail!("{text:?} is not a number of rounds: write one from 1 to 1000."),
    }
}

fn case(text: &str) -> anyhow::Result<Case> {
    let unknown = || format!("{text:?} is not a case: {CASES}.");
    let (kind, numbers) = text.split_once(':').with_context(unknown)?;
    let numbers = numbers.split(':').map(str::parse).collect::<Result<Vec<usize>, _>>();
    let load = match (kind, numbers.ok().with_context(unknown)?.as_slice()) {
        ("fanout", &[clients, lines]) => Load::Fanout { clients, lines, senders: 1 },
        ("fanout", &[clients, lines, senders]) => Load::Fanout { clients, lines, senders },
        ("ping", &[clients, pings]) => Load::Ping { clients, pings },
        ("hold", &[clients]) => Load::Hold { clients },
        ("slow", &[clients, megabytes]) => Load::Slow { clients, megabytes },
        _ => bail!(unknown()),
    };
    let wrong = match load {
        Load::Fanout { clients, senders, .. } if senders == 0 || senders >= clients => {
            "someone must send and someone not"
        }
        Load::Fanout { lines, senders, .. } if lines < senders => "every sender needs a line",
        Load::Ping { clients, pings } if clients < 2 || pings == 0 => "it takes two clients and a line",
        Load::Hold { clients: 0 } => "it takes a client",
        Load::Slow { clients, megabytes } if clients < 3 || megabytes == 0 => "it takes three clients and a megabyte",
        Load::Slow { megabytes: 1001.., .. } => "1000 megabytes are the most",
        _ => return Ok(Case { text: text.to_owned(), load }),
    };
    bail!(
        "{text} cannot be measured, {wrong}: write larger or smaller numbers, such as fanout:100:20000 or slow:10:50."
    )
}

fn peer(name: &str, command: &str, setting: impl Fn(&str) -> Option<String>) -> anyhow::Result<Peer> {
    ensure!(!name.is_empty(), "The server {command:?} has no name: write NAME=COMMAND.");
    let program = if command == "builtin" {
        Program::Builtin
    } else {
        let words = shell_words::split(command).ok().filter(|words| !words.is_empty());
        Program::Command(words.with_context(|| format!("{name} has no command that can be run: close its quotes."))?)
    };
    let variable = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let implied = (program == Program::Builtin).then(|| "u{i}".to_owned());
    Ok(Peer { name: name.to_owned(), program, intro: setting(&format!("INTRO_{variable}")).or(implied) })
}
