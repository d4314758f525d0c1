//! The words that begin with a slash: which are ours, what they do, how they are used.
//!
//! One table makes the commands, the help page and the usage errors. A word we do not know goes to the server as
//! typed, because lab servers have commands of their own; a doubled slash always goes to the server, as one.

use crate::app::modes::hidden_line::hidden_argument;

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandKind {
    /// Ask the server for a nickname.
    Nick,
    /// Connect somewhere.
    Connect,
    /// Close the connection.
    Close,
    /// Close the connection, and the tab with it.
    CloseTab,
    /// Another tab.
    Tab,
    /// Choose among the servers that are known.
    Start,
    /// Start a chat here, and join it.
    Host,
    /// Forget what is on the screen.
    Clear,
    /// Show keys and commands.
    Help,
    /// Leave.
    Quit,
    /// Look at the bytes in another way.
    View,
    /// Another time in the gutter.
    Time,
    /// Read what is received in another charset.
    Encoding,
    /// Show some rows only.
    Filter,
    /// Fold runs of rows.
    Fold,
    /// Find names in another way.
    Who,
    /// Words that count as mentions.
    Highlight,
    /// How a mention calls.
    Alert,
    /// Other colours.
    Theme,
    /// Whose the mouse is.
    Mouse,
    /// All links.
    Links,
    /// Write the messages to a file.
    Save,
    /// Keep what is said on disk.
    Log,
    /// End our side of the connection.
    Eof,
    /// What ends a line.
    Eol,
    /// Send bytes, written with escapes.
    Raw,
    /// Send bytes, by number.
    Hex,
    /// Send a file.
    Send,
    /// Send a line that nobody sees.
    Secret,
    /// Send again what did not leave.
    Resend,
    /// Look at a setting, or change it.
    Set,
    /// Read the settings anew.
    Reload,
    /// Record what goes over the wire.
    Record,
}

impl CommandKind {
    /// Whether blanks at the ends of what comes behind it are part of it.
    const fn takes_bytes(self) -> bool {
        matches!(self, Self::Raw | Self::Secret)
    }

    /// Whether one goes on reading where one was.
    pub(in crate::app) const fn keeps_scroll_position(self) -> bool {
        !matches!(
            self,
            Self::Nick
                | Self::Connect
                | Self::Host
                | Self::Close
                | Self::CloseTab
                | Self::Clear
                | Self::Quit
                | Self::Eof
        )
    }

    /// Whether it is about a connection that there is.
    pub(in crate::app) const fn needs_connection(self) -> bool {
        matches!(self, Self::Close | Self::Eof | Self::Raw | Self::Hex | Self::Send | Self::Secret)
    }
}

/// What can be completed behind a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// Nothing, or nothing that is known beforehand.
    Nothing,
    /// One of these, as its first word.
    Names(&'static [&'static str]),
    /// A file, which is the rest of the line; one of these words may stand before it.
    File(&'static [&'static str]),
    /// A theme.
    Theme,
    /// Where to connect to.
    Address,
    /// A setting, and then one of its values.
    Setting,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlashCommand {
    /// The word, without the slash.
    pub name: &'static str,
    /// What comes after it.
    pub arguments: &'static str,
    /// What it does, for the help page.
    pub help: &'static str,
    /// Which one it is.
    pub verb: CommandKind,
    /// What Tab knows of what comes after it.
    pub takes: ArgumentKind,
}

const fn command(name: &'static str, arguments: &'static str, verb: CommandKind, says: &'static str) -> SlashCommand {
    SlashCommand { name, arguments, help: says, verb, takes: ArgumentKind::Nothing }
}

/// Charsets that a lab meets; many more are known.
pub(in crate::app) const CHARSETS: &[&str] = &[
    "utf-8",
    "latin-1",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "iso-8859-2",
    "iso-8859-15",
    "koi8-r",
    "ibm866",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "gb18030",
    "big5",
    "euc-kr",
];

/// All commands, in the order of the help page.
pub const COMMANDS: &[SlashCommand] = &[
    command("nick", "NAME", CommandKind::Nick, "ask the server for a nickname, now and on each connection"),
    command("connect", "[ADDRESS]", CommandKind::Connect, "connect to an address or saved name, in its own tab")
        .takes(ArgumentKind::Address),
    command("close", "", CommandKind::Close, "close the connection, stay in the program"),
    command("close!", "", CommandKind::CloseTab, "close the connection and the tab; its messages are gone"),
    command("tab", "[WHICH]", CommandKind::Tab, "to a tab by number or name; next, previous, active; close")
        .takes(ArgumentKind::Names(&["next", "previous", "active", "close"])),
    command("open", "[ADDRESS]", CommandKind::Connect, "the same as /connect, as telnet calls it")
        .takes(ArgumentKind::Address),
    command("start", "", CommandKind::Start, "choose among the servers you know"),
    command("host", "[PORT]", CommandKind::Host, "start a chat on this machine and join it; 0: any free port"),
    command("eof", "", CommandKind::Eof, "stop sending, keep reading (half-close); asks first"),
    command("eol", "[NAME]", CommandKind::Eol, "end of a line you send: lf, crlf, cr, nul, none")
        .takes(ArgumentKind::Names(&["lf", "crlf", "cr", "nul", "none"])),
    command("raw", "TEXT", CommandKind::Raw, "send bytes: \\n \\r \\t \\x00 \\\\, no line end; asks first"),
    command("hex", "BYTES", CommandKind::Hex, "send bytes by number: /hex 68 69 0a; asks first"),
    command("send", "FILE", CommandKind::Send, "send a file line by line; asks first, Esc stops it")
        .takes(ArgumentKind::File(&[])),
    command("secret", "[LINE]", CommandKind::Secret, "type a line unseen; it is kept nowhere"),
    command("resend", "", CommandKind::Resend, "show lines that did not leave when a connection dropped; asks"),
    command("clear", "", CommandKind::Clear, "forget all messages shown so far"),
    command("view", "[NAME]", CommandKind::View, "text, escaped (every byte), hex; bare: the next")
        .takes(ArgumentKind::Names(&["text", "escaped", "hex"])),
    command("time", "[NAME]", CommandKind::Time, "off, minutes, seconds, ms, delta, reply; bare: the next")
        .takes(ArgumentKind::Names(&["off", "minutes", "seconds", "ms", "delta", "reply"])),
    command("encoding", "[NAME]", CommandKind::Encoding, "read messages as latin-1, windows-1252 ..., those here too")
        .takes(ArgumentKind::Names(CHARSETS)),
    command("filter", "[hide] [REGEX|off]", CommandKind::Filter, "show, or hide, rows that match; nothing is lost")
        .takes(ArgumentKind::Names(&["hide", "off"])),
    command("fold", "[blank|same|off]", CommandKind::Fold, "fold blank rows, or rows that say the same")
        .takes(ArgumentKind::Names(&["blank", "same", "off"])),
    command("who", "[auto|off|REGEX]", CommandKind::Who, "how names are found, for their colour: ^(\\S+) wrote:")
        .takes(ArgumentKind::Names(&["auto", "off"])),
    command("highlight", "[WORD ...|off]", CommandKind::Highlight, "more words that count as mentions of you")
        .takes(ArgumentKind::Names(&["off"])),
    command("alert", "[bell|notify|off]", CommandKind::Alert, "how a mention calls while you look elsewhere")
        .takes(ArgumentKind::Names(&["bell", "notify", "off"])),
    command("theme", "[NAME]", CommandKind::Theme, "colours: dark, light, mono, others, auto; bare: the next")
        .takes(ArgumentKind::Theme),
    command("mouse", "[on|off]", CommandKind::Mouse, "the wheel scrolls messages, or the mouse is the terminal's")
        .takes(ArgumentKind::Names(&["on", "off"])),
    command("set", "NAME [VALUE]", CommandKind::Set, "what a setting is, or make it something else for now")
        .takes(ArgumentKind::Setting),
    command("reload", "", CommandKind::Reload, "read the settings file anew"),
    command("links", "", CommandKind::Links, "all links; Enter copies one"),
    command("save", "[FORMAT] FILE", CommandKind::Save, "write all messages, as text, escaped or jsonl")
        .takes(ArgumentKind::File(&["text", "escaped", "jsonl"])),
    command(
        "log",
        "[on|off|[FORMAT] FILE]",
        CommandKind::Log,
        "log from here on; text, escaped, jsonl, raw, hex; bare: where",
    )
    .takes(ArgumentKind::File(&["on", "off", "text", "escaped", "jsonl", "raw", "hex"])),
    command("record", "[FILE|off]", CommandKind::Record, "record each read and write, to be replayed; bare: whether")
        .takes(ArgumentKind::File(&["off"])),
    command("help", "", CommandKind::Help, "keys and commands"),
    command("quit", "", CommandKind::Quit, "leave; asks if you host others, or lines have not left"),
];

impl SlashCommand {
    /// The same with something to complete behind it.
    const fn takes(self, takes: ArgumentKind) -> Self {
        Self { takes, ..self }
    }

    /// How it is written: `/nick NAME`.
    pub fn usage(&self) -> String {
        format!("/{} {}", self.name, self.arguments).trim_end().to_owned()
    }
}

/// What a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParsedInput<'a> {
    /// A command of ours and what stands behind it, trimmed where blanks mean nothing.
    Command(&'static SlashCommand, &'a str),
    /// Text for the server.
    Message(&'a str),
}

/// Reads a line. Several lines at once (a paste) are text, whatever they begin with.
///
/// Blanks before `/secret`, and its case, make no difference: as text it would show what is behind it.
pub fn parse(line: &str) -> ParsedInput<'_> {
    let secret = COMMANDS.iter().find(|command| command.verb == CommandKind::Secret);
    if let (Some(command), Some(argument)) = (secret, hidden_argument(line)) {
        return ParsedInput::Command(command, argument);
    }
    let Some(rest) = line.strip_prefix('/').filter(|_| !line.contains('\n')) else { return ParsedInput::Message(line) };
    if rest.starts_with('/') {
        return ParsedInput::Message(rest);
    }
    let (word, arguments) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match COMMANDS.iter().find(|command| command.name == word) {
        Some(command) if command.verb.takes_bytes() => ParsedInput::Command(command, arguments),
        Some(command) => ParsedInput::Command(command, arguments.trim()),
        None => ParsedInput::Message(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_are_ours_and_all_others_the_servers() {
        let ours = |line| match parse(line) {
            ParsedInput::Command(command, arguments) => Some((command.verb, arguments)),
            ParsedInput::Message(_) => None,
        };
        assert_eq!(ours("/nick bob "), Some((CommandKind::Nick, "bob")));
        assert_eq!(ours("/quit"), Some((CommandKind::Quit, "")));
        assert_eq!(ours("/connect ::1 4000"), Some((CommandKind::Connect, "::1 4000")));
        for line in [" /secret  x ", "/SECRET  x ", "\t/Secret  x "] {
            assert_eq!(ours(line), Some((CommandKind::Secret, " x ")), "{line:?}");
        }
        for text in ["/names", "/msg bob hi", "/", "/ nick", "/nickname", "/Quit", "hello /quit", "", "/quit\nnow"] {
            assert_eq!(parse(text), ParsedInput::Message(text));
        }
    }

    #[test]
    fn a_doubled_slash_is_one_for_the_server() {
        assert_eq!(parse("//nick bob"), ParsedInput::Message("/nick bob"));
        assert_eq!(parse("///x"), ParsedInput::Message("//x"));
    }

    #[test]
    fn usage_is_made_from_the_table() {
        let usages: Vec<_> = COMMANDS.iter().map(SlashCommand::usage).collect();
        assert_eq!(usages[..4], ["/nick NAME", "/connect [ADDRESS]", "/close", "/close!"]);
        assert!(usages.contains(&"/save [FORMAT] FILE".to_owned()));
    }
}
