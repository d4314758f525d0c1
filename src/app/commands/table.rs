//! The table of slash commands, from which parsing, help and usage errors are built.
//!
//! An unknown word goes to the server as typed, because lab servers have commands of their own. A doubled slash always
//! goes to the server, as a single one.

use crate::app::modes::hidden_line::hidden_argument;

/// A slash command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandKind {
    /// Request a nickname.
    Nick,
    /// Connect to a server.
    Connect,
    /// Close the connection.
    Close,
    /// Close the connection and the tab.
    CloseTab,
    /// Switch to another tab.
    Tab,
    /// Open the start page.
    Start,
    /// Host a chat and join it.
    Host,
    /// Clear the messages.
    Clear,
    /// Open the help page.
    Help,
    /// Quit the program.
    Quit,
    /// Change the view.
    View,
    /// Change the time beside messages.
    Time,
    /// Change the charset of received bytes.
    Encoding,
    /// Filter rows.
    Filter,
    /// Fold runs of rows.
    Fold,
    /// Change the recognition of nicknames.
    Who,
    /// Set words that count as mentions.
    Highlight,
    /// Set the alert for mentions.
    Alert,
    /// Change the theme.
    Theme,
    /// Toggle mouse capture.
    Mouse,
    /// Open the page of links.
    Links,
    /// Save the messages to a file.
    Save,
    /// Control the logs.
    Log,
    /// Half-close the connection.
    Eof,
    /// Set the line end.
    Eol,
    /// Send bytes written with escapes.
    Raw,
    /// Send bytes written in hex.
    Hex,
    /// Send a file.
    Send,
    /// Send a hidden line.
    Secret,
    /// Send undelivered lines again.
    Resend,
    /// Show or change a setting.
    Set,
    /// Reload the settings.
    Reload,
    /// Control the recording.
    Record,
}

impl CommandKind {
    /// Returns whether surrounding blanks are part of the argument.
    const fn takes_bytes(self) -> bool {
        matches!(self, Self::Raw | Self::Secret)
    }

    /// Returns whether the command keeps the scroll position.
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

    /// Returns whether the command needs a connection.
    pub(in crate::app) const fn needs_connection(self) -> bool {
        matches!(self, Self::Close | Self::Eof | Self::Raw | Self::Hex | Self::Send | Self::Secret)
    }
}

/// The kind of argument that Tab completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// No argument, or free text.
    Nothing,
    /// One of these words.
    Names(&'static [&'static str]),
    /// A file name up to the end of the line, optionally after one of these words.
    File(&'static [&'static str]),
    /// The name of a theme.
    Theme,
    /// An address or saved server.
    Address,
    /// A setting, then one of its values.
    Setting,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlashCommand {
    /// Name without the slash.
    pub name: &'static str,
    /// Syntax of the arguments.
    pub arguments: &'static str,
    /// Description for the help page.
    pub help: &'static str,
    /// The command.
    pub verb: CommandKind,
    /// Argument for completion.
    pub takes: ArgumentKind,
}

const fn command(name: &'static str, arguments: &'static str, verb: CommandKind, help: &'static str) -> SlashCommand {
    SlashCommand { name, arguments, help, verb, takes: ArgumentKind::Nothing }
}

/// Charsets that completion offers; many more are accepted.
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
    command("nick", "NAME", CommandKind::Nick, "request a nickname, now and on each connection"),
    command("connect", "[ADDRESS]", CommandKind::Connect, "connect to an address or saved server in its own tab")
        .takes(ArgumentKind::Address),
    command("close", "", CommandKind::Close, "close the connection and stay in the program"),
    command("close!", "", CommandKind::CloseTab, "close the connection and the tab with its messages"),
    command("tab", "[WHICH]", CommandKind::Tab, "go to a tab: number, name, next, previous, active; or close")
        .takes(ArgumentKind::Names(&["next", "previous", "active", "close"])),
    command("open", "[ADDRESS]", CommandKind::Connect, "like /connect, as in telnet").takes(ArgumentKind::Address),
    command("start", "", CommandKind::Start, "show the start page with your servers"),
    command("host", "[PORT]", CommandKind::Host, "start a chat on this machine and join it; 0: free port"),
    command("eof", "", CommandKind::Eof, "stop sending, keep reading (half-close); asks first"),
    command("eol", "[NAME]", CommandKind::Eol, "end sent lines with lf, crlf, cr, nul or none")
        .takes(ArgumentKind::Names(&["lf", "crlf", "cr", "nul", "none"])),
    command("raw", "TEXT", CommandKind::Raw, "send bytes: \\n \\r \\t \\x00 \\\\, no line end; asks first"),
    command("hex", "BYTES", CommandKind::Hex, "send bytes by number: /hex 68 69 0a; asks first"),
    command("send", "FILE", CommandKind::Send, "send a file line by line; asks first, Esc stops it")
        .takes(ArgumentKind::File(&[])),
    command("secret", "[LINE]", CommandKind::Secret, "type a hidden line that is stored nowhere"),
    command("resend", "", CommandKind::Resend, "send undelivered lines again; asks first"),
    command("clear", "", CommandKind::Clear, "clear all messages"),
    command("view", "[NAME]", CommandKind::View, "text, escaped or hex; without argument: next")
        .takes(ArgumentKind::Names(&["text", "escaped", "hex"])),
    command("time", "[NAME]", CommandKind::Time, "off, minutes, seconds, ms, delta, reply; or next")
        .takes(ArgumentKind::Names(&["off", "minutes", "seconds", "ms", "delta", "reply"])),
    command("encoding", "[NAME]", CommandKind::Encoding, "decode all messages from latin-1, windows-1252 ...")
        .takes(ArgumentKind::Names(CHARSETS)),
    command("filter", "[hide] [REGEX|off]", CommandKind::Filter, "show or hide rows that match; nothing is deleted")
        .takes(ArgumentKind::Names(&["hide", "off"])),
    command("fold", "[blank|same|off]", CommandKind::Fold, "fold runs of blank or equal rows")
        .takes(ArgumentKind::Names(&["blank", "same", "off"])),
    command("who", "[auto|off|REGEX]", CommandKind::Who, "how to recognise nicknames: ^(\\S+) wrote:")
        .takes(ArgumentKind::Names(&["auto", "off"])),
    command("highlight", "[WORD ...|off]", CommandKind::Highlight, "more words that count as mentions")
        .takes(ArgumentKind::Names(&["off"])),
    command("alert", "[bell|notify|off]", CommandKind::Alert, "how mentions alert you while unfocused")
        .takes(ArgumentKind::Names(&["bell", "notify", "off"])),
    command("theme", "[NAME]", CommandKind::Theme, "dark, light, mono ...; without argument: next")
        .takes(ArgumentKind::Theme),
    command("mouse", "[on|off]", CommandKind::Mouse, "let the mouse wheel scroll, or leave it to the terminal")
        .takes(ArgumentKind::Names(&["on", "off"])),
    command("set", "NAME [VALUE]", CommandKind::Set, "show or change a setting for this session")
        .takes(ArgumentKind::Setting),
    command("reload", "", CommandKind::Reload, "reload the settings file"),
    command("links", "", CommandKind::Links, "list all links; Enter copies one"),
    command("save", "[FORMAT] FILE", CommandKind::Save, "save all messages as text, escaped or jsonl")
        .takes(ArgumentKind::File(&["text", "escaped", "jsonl"])),
    command("log", "[on|off|[FORMAT] FILE]", CommandKind::Log, "log from now on: text, escaped, jsonl, raw or hex")
        .takes(ArgumentKind::File(&["on", "off", "text", "escaped", "jsonl", "raw", "hex"])),
    command("record", "[FILE|off]", CommandKind::Record, "record each read and write for replay")
        .takes(ArgumentKind::File(&["off"])),
    command("help", "", CommandKind::Help, "show keys and commands"),
    command("quit", "", CommandKind::Quit, "quit; asks first if you host others or lines are unsent"),
];

impl SlashCommand {
    /// Sets the argument for completion.
    const fn takes(self, takes: ArgumentKind) -> Self {
        Self { takes, ..self }
    }

    /// Returns the usage, such as `/nick NAME`.
    pub fn usage(&self) -> String {
        format!("/{} {}", self.name, self.arguments).trim_end().to_owned()
    }
}

/// A parsed input line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParsedInput<'a> {
    /// A command and its arguments, trimmed unless blanks are significant.
    Command(&'static SlashCommand, &'a str),
    /// Text for the server.
    Message(&'a str),
}

/// Parses an input line. Several lines are always a message.
///
/// `/secret` is recognised after blanks and in any case, because as a message it would reveal its argument.
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
    fn known_words_are_commands_and_others_messages() {
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
    fn a_doubled_slash_sends_a_single_one() {
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
