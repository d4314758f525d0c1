//! The clients, those of them that are installed, and which versions they are.

use anyhow::Context as _;
use std::env;
use std::path::Path;
use std::process::Command;

/// The program that is measured, as `cargo bench` has built it.
const OURS: &str = env!("CARGO_BIN_EXE_netchat-tui");

pub(crate) const NAME_OF_OURS: &str = "ours";
pub(crate) const NAME_OF_NC: &str = "nc";

/// Name, command, and words that make the program tell its version; `{host}` and `{port}` are filled in.
///
/// tt++ as its users start it for one server: `-G` only leaves out its title.
const OTHERS: [(&str, &str, &[&str]); 4] = [
    (NAME_OF_NC, "nc {host} {port}", &["nc", "-h"]),
    ("tt++", "tt++ -G -e '#session a {host} {port}'", &["tt++", "-V"]),
    ("rlwrap nc", "rlwrap nc {host} {port}", &["rlwrap", "--version"]),
    ("plink", "plink -raw {host} -P {port}", &["plink", "-V"]),
];

/// Debian's package of each program.
const PACKAGES: [(&str, &str); 4] =
    [("nc", "netcat-openbsd"), ("tt++", "tintin++"), ("rlwrap", "rlwrap"), ("plink", "putty-tools")];

/// Where Debian keeps tt++, which is not on everybody's PATH.
const GAMES: &str = "/usr/games";

/// A client to measure.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: String,
    /// At least one.
    command: Vec<String>,
    /// Version the program reports.
    pub(crate) version: String,
}

impl Peer {
    /// The command for a server on this port of this machine.
    pub(crate) fn words(&self, port: u16) -> impl Iterator<Item = String> {
        let port = port.to_string();
        self.command.iter().map(move |word| word.replace("{host}", "127.0.0.1").replace("{port}", &port))
    }
}

/// A client given on the command line.
///
/// # Errors
///
/// A sentence with what to write instead.
pub(crate) fn named(name: &str, command: &str) -> anyhow::Result<Peer> {
    let words = shell_words::split(command).ok().filter(|words| !words.is_empty());
    let command = words.with_context(|| format!("{name} has no command that can be run: close its quotes."))?;
    Ok(Peer { name: name.to_owned(), command, version: "as given".to_owned() })
}

/// Ours, and of the others those that are installed; of the rest a sentence each.
pub(crate) fn installed() -> (Vec<Peer>, Vec<String>) {
    let ours = [OURS, "{host}", "{port}"].map(str::to_owned).to_vec();
    let mut peers = vec![Peer { name: NAME_OF_OURS.to_owned(), command: ours, version: version(OURS, &["--version"]) }];
    let mut missing = Vec::new();
    for (name, command, asking) in OTHERS {
        let words: Vec<String> = shell_words::split(command).unwrap_or_default();
        if let Some(program) = words.iter().find(|word| packaged(word).is_some() && path(word).is_none()) {
            let package = packaged(program).unwrap_or_default();
            missing.push(format!(
                "{name} IS LEFT OUT: there is no {program} on this machine (apt-get install {package})."
            ));
            continue;
        }
        let [asked, flags @ ..] = asking else { continue };
        let version = version(&path(asked).unwrap_or_default(), flags);
        let command = words.into_iter().enumerate();
        let command = command.map(|(at, word)| if at == 0 { path(&word).unwrap_or(word) } else { word }).collect();
        peers.push(Peer { name: name.to_owned(), command, version });
    }
    (peers, missing)
}

fn packaged(program: &str) -> Option<&'static str> {
    PACKAGES.into_iter().find(|(name, _)| *name == program).map(|(_, package)| package)
}

/// Where the program is.
fn path(program: &str) -> Option<String> {
    let paths = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&paths).chain([Path::new(GAMES).to_owned()]);
    places.map(|place| place.join(program)).find(|path| path.is_file())?.into_os_string().into_string().ok()
}

/// The first line with a digit of what it says of itself, wherever it says it.
fn version(program: &str, flags: &[&str]) -> String {
    let output = Command::new(program).args(flags).output();
    let said = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
    let said = String::from_utf8_lossy(&said).into_owned();
    let line = said.lines().find(|line| line.contains(|c: char| c.is_ascii_digit()));
    line.unwrap_or("of unknown version").trim().to_owned()
}
