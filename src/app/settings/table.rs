//! Lists all settings.

use super::accessors::{self, Accessors};
use super::{Scope, Setting, TakesEffect, ValueKind};
use crate::app::commands::table::CHARSETS;

const fn setting(
    name: &'static str,
    syntax: &'static str,
    kind: ValueKind,
    accessors: Accessors,
    help: &'static str,
) -> Setting {
    Setting { name, syntax, choices: &[], help, kind, scope: Scope::Global, takes_effect: TakesEffect::Now, accessors }
}

const fn switch(name: &'static str, accessors: Accessors, help: &'static str) -> Setting {
    setting(name, "true or false", ValueKind::Switch, accessors, help).words(&["true", "false"])
}

impl Setting {
    const fn words(self, words: &'static [&'static str]) -> Self {
        Self { choices: words, ..self }
    }

    const fn per_server(self) -> Self {
        Self { scope: Scope::PerServer, ..self }
    }

    const fn of_one_server(self) -> Self {
        Self { scope: Scope::OneServer, ..self }
    }

    const fn takes_effect(self, takes_effect: TakesEffect) -> Self {
        Self { takes_effect, ..self }
    }
}

/// All settings, in the order of `config example`.
pub const SETTINGS: &[Setting] = &[
    setting(
        "nick",
        "one word without spaces or control characters, or nothing",
        ValueKind::Text,
        accessors::NICK,
        "The nickname to request on each connection. \"\" requests none.",
    )
    .per_server(),
    setting(
        "nick_mode",
        "command or prefix",
        ValueKind::Text,
        accessors::NICK_MODE,
        "How the nickname is used. \"command\" sends /nick NAME to the server. \"prefix\" is for servers without \
         nicknames: each of your lines is sent as NAME: LINE.",
    )
    .words(&["command", "prefix"])
    .per_server(),
    setting(
        "on_connect",
        "a list of lines",
        ValueKind::Lines,
        accessors::ON_CONNECT,
        "Lines to send on each connection, after the nickname, for example to join a room. Do not put a password here: \
         these lines are displayed, and stored in plain text. \"/secret\" sends the line that the server's secret_command or \
         secret_file gives.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "secret_command",
        "a command, such as pass show lab, or nothing",
        ValueKind::Text,
        accessors::SECRET_COMMAND,
        "A command whose first line of output is sent as a hidden line on each connection, after the nickname and before \
         on_connect, or where on_connect contains \"/secret\". It is not run by a shell. The line never appears in a log, \
         the history or a recording.",
    )
    .of_one_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "secret_file",
        "a file name, or nothing",
        ValueKind::Text,
        accessors::SECRET_FILE,
        "A file whose first line is sent in the same way. Only you should be able to read the file (chmod 600). If \
         secret_command is set, it is used instead.",
    )
    .of_one_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "reconnect",
        "auto, always or never",
        ValueKind::Text,
        accessors::RECONNECT,
        "Whether to reconnect after the connection is lost. \"auto\" reconnects if you had sent something or the \
         connection had lasted 30 s, but not if the server closed it after answering your last line or after a goodbye \
         like \"quit\". \"always\" reconnects in every case and also retries a failed first attempt.",
    )
    .words(&["auto", "always", "never"])
    .per_server(),
    setting(
        "eol",
        "lf, crlf, cr, nul or none",
        ValueKind::Text,
        accessors::EOL,
        "Line ending of the lines you send.",
    )
    .words(&["lf", "crlf", "cr", "nul", "none"])
    .per_server(),
    setting(
        "telnet",
        "true or false",
        ValueKind::Switch,
        accessors::TELNET,
        "Whether to answer telnet negotiation by refusing every option. Negotiation is displayed either way.",
    )
    .words(&["true", "false"])
    .per_server(),
    setting(
        "encoding",
        "the name of a charset",
        ValueKind::Text,
        accessors::ENCODING,
        "The charset for decoding messages: utf-8, latin-1, windows-1252 and many more. What you send is always UTF-8.",
    )
    .words(CHARSETS)
    .per_server(),
    setting(
        "names",
        "auto, off or a pattern",
        ValueKind::Text,
        accessors::NAMES,
        "How to find the sender's name in a message. \"auto\" recognises \"ann: hello\" and similar forms, \"off\" finds \
         no names; anything else is a regular expression with the name in parentheses. Write it in single quotes: \
         '^(\\S+) wrote:'.",
    )
    .words(&["auto", "off"])
    .per_server(),
    setting(
        "highlight",
        "a list of words",
        ValueKind::Words,
        accessors::HIGHLIGHT,
        "Words that count as a mention, in addition to your nickname.",
    )
    .per_server(),
    setting(
        "view",
        "text, escaped or hex",
        ValueKind::Text,
        accessors::VIEW,
        "How to display messages: as text, escaped (every byte visible) or in hex.",
    )
    .words(&["text", "escaped", "hex"])
    .per_server(),
    setting(
        "time",
        "off, minutes, seconds, ms or delta",
        ValueKind::Text,
        accessors::TIME,
        "The time displayed with each message; \"delta\" is the time since the previous one. With plain = true, the default \
         is off.",
    )
    .words(&["off", "minutes", "seconds", "ms", "delta"]),
    setting(
        "family",
        "any, 4 or 6",
        ValueKind::Number,
        accessors::FAMILY,
        "Which addresses of a host to try: any, only IPv4, or only IPv6.",
    )
    .words(&["any", "4", "6"])
    .per_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "wait",
        "a time like 500ms, 5s or 2m, from 1ms to a day",
        ValueKind::Number,
        accessors::WAIT,
        "Give up connecting after this time. A number without a unit is in seconds.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "paste_delay",
        "a time like 50ms or 1s, at most a day, or 0",
        ValueKind::Number,
        accessors::PASTE_DELAY,
        "Delay between the lines of a paste, a file or a long draft; 0 for none. A draft of up to 20 lines is delayed only \
         if this is set.",
    )
    .per_server(),
    setting(
        "line_limit",
        "a number of bytes like 1024 or 8KiB, or 0",
        ValueKind::Number,
        accessors::LINE_LIMIT,
        "Warn about lines longer than this, because a lab server reads 1024 bytes at once; 0 never warns.",
    )
    .per_server(),
    setting(
        "alert",
        "bell, notify or off",
        ValueKind::Text,
        accessors::ALERT,
        "How to alert you to mentions while the terminal is unfocused: the bell, a desktop notification (OSC 9), or not at all.",
    )
    .words(&["bell", "notify", "off"]),
    switch(
        "mouse",
        accessors::MOUSE,
        "Whether the mouse wheel scrolls messages. Hold Shift to select text with the mouse then.",
    ),
    setting(
        "theme",
        "auto, dark, light, mono, high-contrast, solarized-dark, solarized-light, gruvbox-dark, gruvbox-light or a theme of your own",
        ValueKind::Text,
        accessors::THEME,
        "The colour theme. \"auto\" chooses dark or light by COLORFGBG, and dark if that is not set.",
    )
    .words(&[
        "auto",
        "dark",
        "light",
        "mono",
        "high-contrast",
        "solarized-dark",
        "solarized-light",
        "gruvbox-dark",
        "gruvbox-light",
    ])
    .per_server(),
    setting(
        "color",
        "auto, never, 16, 256 or always",
        ValueKind::Number,
        accessors::COLOR,
        "When to use colours. \"auto\" decides by NO_COLOR, COLORTERM and TERM; 16 and 256 set the palette size.",
    )
    .words(&["auto", "never", "16", "256", "always"])
    .takes_effect(TakesEffect::NextStart),
    switch(
        "plain",
        accessors::PLAIN,
        "Print line by line, without a full-screen layout: for screen readers and simple terminals.",
    )
    .takes_effect(TakesEffect::NextStart),
    switch(
        "history",
        accessors::HISTORY,
        "Whether to keep your input and the servers you used for later sessions.",
    )
    .takes_effect(TakesEffect::NextStart),
    setting(
        "log",
        "off, on or a file name",
        ValueKind::Text,
        accessors::LOG,
        "Where to log messages. In the file name, %h is the host, %p the port and %d the date; \"on\" writes one file per \
         server and day. In pipes, only -o applies.",
    )
    .words(&["off", "on"])
    .per_server(),
    setting(
        "log_format",
        "text, escaped, jsonl or raw",
        ValueKind::Text,
        accessors::LOG_FORMAT,
        "Format of the log: text as displayed, escaped with every byte visible, jsonl for programs, or the raw bytes that the server sends.",
    )
    .words(&["text", "escaped", "jsonl", "raw"])
    .per_server(),
    setting(
        "hex_log",
        "off, on or a file name",
        ValueKind::Text,
        accessors::HEX_LOG,
        "Where to log all bytes in hex, with direction, offset and time. File names work as in log.",
    )
    .words(&["off", "on"])
    .per_server(),
    setting(
        "log_size",
        "a number of bytes like 64MiB, at least 64KiB, or 0",
        ValueKind::Number,
        accessors::LOG_SIZE,
        "Size at which a log is renamed to NAME.1, NAME.2 and so on, and a new one is started; 0 for no limit. No log is \
         deleted.",
    )
    .per_server(),
    setting(
        "backlog",
        "a number from 0 to 10000",
        ValueKind::Number,
        accessors::BACKLOG,
        "How many lines from the end of the log to show, dimmed, when a tab first connects.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextTab),
    setting(
        "scrollback",
        "a number of bytes like 64MiB, from 64KiB to 64GiB",
        ValueKind::Number,
        accessors::SCROLLBACK_SIZE,
        "How many bytes of messages a tab keeps. The oldest are dropped.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextTab),
    setting(
        "scrollback_lines",
        "a number from 100 to 100000000",
        ValueKind::Number,
        accessors::SCROLLBACK_LINES,
        "How many lines a tab keeps.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextTab),
];
