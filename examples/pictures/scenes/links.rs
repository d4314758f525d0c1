//! Several servers: the start page, tabs, and one that goes away.

use super::{ALT_1, ME, Studio};
use crate::colour::DARK;
use crate::lab::{Chat, Peer, Step, homemade};
use anyhow::Result;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SETTINGS: &str = "config/netchat-tui/config.toml";
const VISITS: &str = "state/netchat-tui/servers.json";

/// The servers of somebody in the lab.
const SAVED: &str = r#"
[servers.pi]
address = "pi.local:4000"

[servers.lab]
address = "127.0.0.1:12345"
"#;

/// Where one was: address, how it ended, and how many minutes ago.
const VISITED: &[(&str, &str, u64)] = &[
    ("pi.local:4000", "closed by server", 12),
    ("127.0.0.1:12345", "connected", 45),
    ("192.168.1.23:12345", "connected", 190),
    ("192.168.1.7:4000", "refused", 200),
    ("echo.example:7", "timed out", 2 * 24 * 60),
];

/// Messages in the background tabs.
const IN_PI: &[&str] =
    &["the pi is up", "three clients at once, no threads", "and it has been up for an hour", "try it"];
const IN_GAME: &[&str] = &["who plays?", "mira, your move", "nobody else?"];

/// A server that says its sentence and hangs up.
const GREETING: &[Step] = &[Step::Send(b"Thank you for connecting"), Step::Hear, Step::End];

impl Studio<'_> {
    /// Where to go, with servers that have a name and some that were visited.
    pub(super) fn start_page(&self) -> Result<()> {
        let visits = visits()?;
        let files = [(SETTINGS, SAVED), (VISITS, visits.as_str())];
        let client = self.client_with(&files, &[], (100, 18))?;
        client.terminal.sees("timed out")?;
        client.keep("start", &DARK)
    }

    /// Four servers, and news in those that are not looked at.
    pub(super) fn tabs(&self) -> Result<()> {
        let chats = [Chat::start(self.program)?, Chat::start(self.program)?, Chat::start(self.program)?];
        let greeter = homemade(GREETING)?;
        let [lab, pi, game] = chats.each_ref().map(|chat| chat.address);
        let servers = [("lab", lab), ("pi", pi), ("game", game), ("greet", greeter)];
        let section = |(name, address)| format!("[servers.{name}]\naddress = \"{address}\"\n");
        let settings = format!("nick = \"{ME}\"\n") + &servers.map(section).concat();
        let mut peers = [Peer::join(lab, "ada")?, Peer::join(pi, "ken")?, Peer::join(game, "grace")?];
        let mut client = self.client_with(&[(SETTINGS, &settings)], &["lab"], (100, 16))?;
        client.terminal.sees("now known as mira")?;
        for name in ["pi", "game", "greet"] {
            client.terminal.keys(&format!("/connect {name}\r"))?;
            client.terminal.sees(if name == "greet" { "The server closed" } else { "now known as mira" })?;
            client.terminal.screen();
        }
        client.terminal.keys(ALT_1)?;
        let [ada, ken, grace] = &mut peers;
        for line in super::talk::IN_LAB {
            std::thread::sleep(Duration::from_millis(700));
            ada.say(line.as_bytes())?;
            client.terminal.sees(line)?;
        }
        for (peer, lines) in [(ken, IN_PI), (grace, IN_GAME)] {
            for line in lines {
                peer.say(line.as_bytes())?;
                client.terminal.screen();
            }
        }
        client.terminal.keys("ada: I have all four of you in one window")?;
        client.terminal.sees("in one window")?;
        client.keep("tabs", &DARK)
    }

    /// A server that was restarted, and is away once more, while a line is being written.
    pub(super) fn reconnecting(&self) -> Result<()> {
        let mut client = self.chat(&["ada", "ken"], &[], &[])?;
        client.say(super::talk::BEFORE_THE_FALL)?;
        let Some(address) = client.server.as_ref().map(|server| server.address) else { return Ok(()) };
        client.peers.clear();
        client.server = None;
        client.terminal.sees("retry 3 in")?;
        client.server = Some(Chat::start_at(self.program, address)?);
        client.terminal.sees("reconnected")?;
        client.terminal.sees("now known as mira")?;
        client.say(super::talk::AFTER_THE_FALL)?;
        client.terminal.keys(super::talk::HELD)?;
        client.terminal.sees(super::talk::HELD)?;
        client.server = None;
        client.terminal.sees("retry 3 in 3 s")?;
        client.keep("reconnect", &DARK)
    }
}

/// The file in which the program keeps what was visited.
fn visits() -> Result<String> {
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let entry = |(address, state, minutes): &(&str, &str, u64)| {
        format!("{{\"address\":\"{address}\",\"state\":\"{state}\",\"t\":{}}}", now - minutes * 60_000)
    };
    let entries: Vec<String> = VISITED.iter().map(entry).collect();
    Ok(format!("{{\"servers\":[{}]}}", entries.join(",")))
}
