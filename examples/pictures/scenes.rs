//! Scenes of the pictures and the steps that lead to them.

mod links;
mod talk;

use crate::Album;
use crate::colour::{DARK, GRUVBOX, LIGHT, Window};
use crate::lab::{Chat, Peer, Step, homemade};
use crate::svg::picture;
use crate::terminal::Terminal;
use anyhow::Result;
use netchat_tui::link::DEFAULT_PORT;
use std::path::Path;
use std::time::Duration;
use talk::{Line, Who};

/// The user of the pictures.
const ME: &str = "mira";

/// Columns and lines of most windows.
const SIZE: (u16, u16) = (100, 26);

const F1: &str = "\x1bOP";
const F2: &str = "\x1bOQ";
const SHIFT_UP: &str = "\x1b[1;2A";
const PAGE_UP: &str = "\x1b[5~";
const CTRL_C: &str = "\x03";
const CTRL_F: &str = "\x06";
const CTRL_R: &str = "\x12";
const ESC: &str = "\x1b";
const ALT_U: &str = "\x1bu";
const ALT_1: &str = "\x1b1";
const FOCUS_LOST: &str = "\x1b[O";
const FOCUS_GAINED: &str = "\x1b[I";

/// Takes the pictures that the album wants.
pub(crate) fn take_all(program: &Path, album: &Album) -> Result<()> {
    let studio = Studio { program, album };
    if album.wants(&["text", "search", "help", "narrow"]) {
        studio.evening()?;
    }
    if album.wants(&["completion", "paste"]) {
        studio.writing()?;
    }
    for (name, window) in [("light", &LIGHT), ("mono", &DARK), ("gruvbox-dark", &GRUVBOX)] {
        if album.wants(&[name]) {
            let client = studio.talk(&["--theme", name])?;
            client.keep(name, window)?;
        }
    }
    if album.wants(&["raw", "escaped", "hex"]) {
        studio.views()?;
    }
    if album.wants(&["scrolled"]) {
        studio.scrolled()?;
    }
    if album.wants(&["host"]) {
        studio.host()?;
    }
    if album.wants(&["start"]) {
        studio.start_page()?;
    }
    if album.wants(&["tabs"]) {
        studio.tabs()?;
    }
    if album.wants(&["reconnect"]) {
        studio.reconnecting()?;
    }
    Ok(())
}

struct Studio<'a> {
    program: &'a Path,
    album: &'a Album,
}

/// The program, and what goes on around it for as long as it is looked at.
struct Client<'a> {
    terminal: Terminal,
    album: &'a Album,
    /// Command line that started the program.
    title: String,
    peers: Vec<(Who, Peer)>,
    server: Option<Chat>,
}

impl Client<'_> {
    fn keep(&self, name: &str, window: &Window) -> Result<()> {
        self.album.keep(name, &picture(&self.terminal.screen(), window, &self.title))
    }

    /// Replaces the message of the last key in the status line.
    fn back_to_status(&mut self) -> Result<()> {
        self.terminal.keys("x\x7f")?;
        self.terminal.sees("F1 help")
    }

    /// Has these lines said, each by who says it, one after the other; they take their
    /// time, so that the times in the gutter are not all the same.
    fn say(&mut self, lines: &[Line]) -> Result<()> {
        for line in lines {
            std::thread::sleep(line.time_to_type());
            if line.who == ME {
                self.terminal.keys(&format!("{}\r", String::from_utf8_lossy(line.text)))?;
            } else if let Some((_, peer)) = self.peers.iter_mut().find(|(who, _)| *who == line.who) {
                peer.say(line.text)?;
            } else if let Some(server) = &self.server {
                let mut peer = Peer::join(server.address, line.who)?;
                peer.say(line.text)?;
                self.peers.push((line.who, peer));
            }
            self.terminal.sees(line.seen)?;
        }
        Ok(())
    }
}

impl<'a> Studio<'a> {
    fn client(&self, arguments: &[&str], size: (u16, u16)) -> Result<Client<'a>> {
        self.client_with(&[], arguments, size)
    }

    /// The client of a user who has these files.
    fn client_with(&self, files: &[(&str, &str)], arguments: &[&str], size: (u16, u16)) -> Result<Client<'a>> {
        let terminal = Terminal::start(self.program, arguments, size, files)?;
        let title = format!("netchat-tui {}", arguments.join(" "));
        Ok(Client { terminal, album: self.album, title, peers: Vec::new(), server: None })
    }

    /// A client in a chat where `others` are, and where these lines have been said.
    fn chat(&self, others: &[Who], before: &[Line], arguments: &[&str]) -> Result<Client<'a>> {
        let server = Chat::start(self.program)?;
        let mut peers = Vec::new();
        for who in others {
            peers.push((*who, Peer::join(server.address, who)?));
        }
        for line in before {
            for (_, peer) in peers.iter_mut().filter(|(who, _)| *who == line.who) {
                peer.say(line.text)?;
                // Two sockets: without it the server may hear the next one first.
                std::thread::sleep(Duration::from_millis(30));
            }
        }
        let address = server.address.to_string();
        let mut all = arguments.to_vec();
        all.extend(["-n", ME]);
        // The lab's own port need not be said.
        all.push(address.strip_suffix(&format!(":{DEFAULT_PORT}")).unwrap_or(&address));
        let mut client = self.client(&all, SIZE)?;
        client.terminal.sees("now known as mira")?;
        client.peers = peers;
        client.server = Some(server);
        Ok(client)
    }

    /// The chat of most pictures, up to where its last line stands on the screen and the user is writing one.
    fn talk(&self, arguments: &[&str]) -> Result<Client<'a>> {
        let mut client = self.chat(&talk::HERE, talk::BEFORE, arguments)?;
        client.say(talk::EVENING)?;
        client.terminal.keys(talk::DRAFT)?;
        client.terminal.sees(talk::DRAFT)?;
        Ok(client)
    }

    fn evening(&self) -> Result<()> {
        let mut client = self.talk(&[])?;
        client.keep("text", &DARK)?;
        client.terminal.keys(F1)?;
        client.terminal.sees("Esc closes it")?;
        client.keep("help", &DARK)?;
        client.terminal.keys(ESC)?;
        client.terminal.sees("F1 help")?;
        client.terminal.keys(CTRL_F)?;
        client.terminal.keys(talk::SOUGHT)?;
        client.terminal.sees(" of ")?;
        while !client.terminal.shows(talk::FOUND) {
            client.terminal.keys(CTRL_R)?;
            client.terminal.screen();
        }
        client.keep("search", &DARK)?;
        client.terminal.keys(ESC)?;
        client.terminal.sees(talk::DRAFT)?;
        client.terminal.resize(40, 12)?;
        client.terminal.screen();
        client.keep("narrow", &DARK)
    }

    /// Draws the completion menu and the send preview.
    fn writing(&self) -> Result<()> {
        let mut client = self.chat(&talk::HERE, talk::BEFORE, &[])?;
        client.say(talk::EVENING)?;
        client.terminal.keys("/s\t")?;
        client.terminal.sees("/secret")?;
        client.keep("completion", &DARK)?;
        client.terminal.keys(CTRL_C)?;
        client.terminal.sees("Type a message")?;
        client.terminal.keys(&format!("\x1b[200~{}\x1b[201~", talk::PASTE))?;
        client.terminal.sees("lines pasted")?;
        client.keep("paste", &DARK)
    }

    /// One server, and its bytes in each view.
    fn views(&self) -> Result<()> {
        let address = homemade(HOMEMADE)?.to_string();
        let mut client = self.client(&["-C", &address], (100, 20))?;
        client.terminal.sees("Your name?")?;
        client.terminal.keys("mira\r")?;
        client.terminal.sees("bell")?;
        client.terminal.keys("quit\r")?;
        client.terminal.sees("bye")?;
        client.keep("raw", &DARK)?;
        client.terminal.keys(F2)?;
        client.terminal.sees("View: escaped")?;
        client.back_to_status()?;
        client.keep("escaped", &DARK)?;
        client.terminal.resize(100, 33)?;
        client.terminal.keys(F2)?;
        client.terminal.sees("View: hex")?;
        client.back_to_status()?;
        client.keep("hex", &DARK)
    }

    /// Reading above while others go on, and back at the first line that was not read.
    fn scrolled(&self) -> Result<()> {
        let mut client = self.chat(&talk::HERE, talk::BEFORE, &[])?;
        client.say(talk::EVENING)?;
        client.terminal.keys(PAGE_UP)?;
        client.terminal.sees("▼ End")?;
        client.terminal.keys(FOCUS_LOST)?;
        let more = std::iter::repeat_n(&talk::MORE, talk::LINES_OF_MORE);
        let (mut new, mut mentions) = (0, 0);
        for line in talk::LATER.iter().chain(more).chain(talk::LAST) {
            let Some((_, peer)) = client.peers.iter_mut().find(|(who, _)| *who == line.who) else { continue };
            if line.who != talk::MORE.who {
                std::thread::sleep(line.time_to_type() / 2);
            }
            peer.say(line.text)?;
            new += 1;
            mentions += usize::from(line.seen == ME);
            let of_them = if mentions == 0 { String::new() } else { format!(" ({mentions} mention") };
            client.terminal.sees(&format!("▼ {new} new{of_them}"))?;
        }
        client.terminal.keys(FOCUS_GAINED)?;
        client.terminal.keys(ALT_U)?;
        client.terminal.sees("── unread")?;
        // A look at what was read before.
        client.terminal.keys(SHIFT_UP)?;
        client.terminal.keys(SHIFT_UP)?;
        client.terminal.sees("half a line")?;
        client.keep("scrolled", &DARK)
    }

    fn host(&self) -> Result<()> {
        let address = crate::lab::free_address()?;
        let port = address.port().to_string();
        let mut arguments = vec!["host", "-n", ME];
        if address.port() != DEFAULT_PORT {
            arguments.extend(["-p", &port]);
        }
        let mut client = self.client(&arguments, (100, 24))?;
        client.terminal.sees("now known as mira")?;
        for (who, text) in talk::GUESTS {
            std::thread::sleep(Duration::from_millis(900));
            let mut peer = Peer::join(address, who)?;
            peer.say(text.as_bytes())?;
            client.terminal.sees(text)?;
            client.peers.push((who, peer));
        }
        client.terminal.keys("welcome, all\r")?;
        client.terminal.screen();
        client.keep("host", &DARK)
    }
}

/// A server as somebody writes it in the lab, with all that goes wrong.
const HOMEMADE: &[Step] = &[
    Step::Send(
        b"\x1b[1;32m*** LAB-PI 0.3 ***\x1b[0m  uptime 3 d, 71\xb0C\r\n\
        \x1b]0;all your title\x07\x1b[2J\x1b[Hcome in!\r\n\r\n\r\n\r\n\r\n\r\n",
    ),
    Step::Wait(Duration::from_millis(1200)),
    Step::Send(b"Your name? "),
    Step::Hear,
    Step::Send(
        b"Hello, \x1b[36mmira\x1b[0m\r\nid\tname\tsays\r\n\
        1\tada\tna\xc3\xafve \xe2\x86\x92 \xe2\x80\xaeevil\xe2\x80\xac\r\n2\tken\t\xf0\x9f\x8e\x89\r\n",
    ),
    Step::Wait(Duration::from_millis(700)),
    Step::Send(b"a lone CR\rand a bell\x07\0\n"),
    Step::Hear,
    Step::Send(b"bye"),
];
