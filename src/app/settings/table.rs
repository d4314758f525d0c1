//! The table.

use super::accessors::{self, Accessors};
use super::{Scope, Setting, TakesEffect, ValueKind};
use crate::app::commands::table::CHARSETS;

const fn setting(
    name: &'static str,
    takes: &'static str,
    form: ValueKind,
    ways: Accessors,
    says: &'static str,
) -> Setting {
    Setting {
        name,
        syntax: takes,
        choices: &[],
        help: says,
        form,
        scope: Scope::Global,
        counts: TakesEffect::Now,
        accessors: ways,
    }
}

const fn switch(name: &'static str, ways: Accessors, says: &'static str) -> Setting {
    setting(name, "true or false", ValueKind::Switch, ways, says).words(&["true", "false"])
}

impl Setting {
    const fn words(self, words: &'static [&'static str]) -> Self {
        Self { choices: words, ..self }
    }

    /// A server can have its own.
    const fn per_server(self) -> Self {
        Self { scope: Scope::PerServer, ..self }
    }

    /// Only a server of the settings file has it.
    const fn of_one_server(self) -> Self {
        Self { scope: Scope::OneServer, ..self }
    }

    const fn takes_effect(self, counts: TakesEffect) -> Self {
        Self { counts, ..self }
    }
}

/// All settings, in the order of the example.
pub const SETTINGS: &[Setting] = &[
    setting(
        "nick",
        "one word of characters that can be seen, or nothing",
        ValueKind::Text,
        accessors::NICK,
        "The nickname to ask for on each connection. \"\" asks for none.",
    )
    .per_server(),
    setting(
        "nick_mode",
        "command or prefix",
        ValueKind::Text,
        accessors::NICK_MODE,
        "What becomes of the nickname. \"command\" sends /nick NAME: the server knows names. \"prefix\" is for servers that \
         know none: the name stays here, and each line goes out as NAME: LINE.",
    )
    .words(&["command", "prefix"])
    .per_server(),
    setting(
        "on_connect",
        "a list of lines",
        ValueKind::Lines,
        accessors::ON_CONNECT,
        "Lines to be sent on each connection, after the nickname: the room to join. Never a password: these lines are \
         shown, and saved in clear. \"/secret\" stands for what secret_command or secret_file of the server gives.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "secret_command",
        "a command, such as pass show lab, or nothing",
        ValueKind::Text,
        accessors::SECRET_COMMAND,
        "A command whose first line of output is sent as a hidden line on each connection, after the nickname and before \
         on_connect, or where on_connect has \"/secret\". No shell reads it. The line is in no log, history or recording.",
    )
    .of_one_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "secret_file",
        "the name of a file, or nothing",
        ValueKind::Text,
        accessors::SECRET_FILE,
        "The same from the first line of a file, which only you should be able to read (chmod 600). secret_command goes \
         before it.",
    )
    .of_one_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "reconnect",
        "auto, always or never",
        ValueKind::Text,
        accessors::RECONNECT,
        "Whether a connection that drops is restored by itself. \"auto\" does so if it carried something of yours or \
         lasted 30 s, but not if it closed with the answer to your last line or after a goodbye like \"quit\"; \
         \"always\" does so whatever became of it, the first attempt included.",
    )
    .words(&["auto", "always", "never"])
    .per_server(),
    setting(
        "eol",
        "lf, crlf, cr, nul or none",
        ValueKind::Text,
        accessors::EOL,
        "What ends a line that is sent.",
    )
    .words(&["lf", "crlf", "cr", "nul", "none"])
    .per_server(),
    setting(
        "telnet",
        "true or false",
        ValueKind::Switch,
        accessors::TELNET,
        "Whether telnet's negotiation is answered, with polite refusals. It is shown in any case.",
    )
    .words(&["true", "false"])
    .per_server(),
    setting(
        "encoding",
        "the name of a charset",
        ValueKind::Text,
        accessors::ENCODING,
        "The charset that messages are read in: utf-8, latin-1, windows-1252 and many more. What you send is UTF-8.",
    )
    .words(CHARSETS)
    .per_server(),
    setting(
        "names",
        "auto, off or a pattern",
        ValueKind::Text,
        accessors::NAMES,
        "How the one who speaks is found in a message: \"auto\" knows \"ann: hello\" and its kin, \"off\" looks for nobody; \
         anything else is a regular expression with the name in parentheses. Write it between single quotes: \
         '^(\\S+) wrote:'.",
    )
    .words(&["auto", "off"])
    .per_server(),
    setting(
        "highlight",
        "a list of words",
        ValueKind::Words,
        accessors::HIGHLIGHT,
        "Words that count as a mention, beside your nickname.",
    )
    .per_server(),
    setting(
        "view",
        "text, escaped or hex",
        ValueKind::Text,
        accessors::VIEW,
        "What to show of the bytes: text, escaped (every byte can be seen) or hex.",
    )
    .words(&["text", "escaped", "hex"])
    .per_server(),
    setting(
        "time",
        "off, minutes, seconds, ms or delta",
        ValueKind::Text,
        accessors::TIME,
        "The time beside a message; \"delta\" is the time since the one before. With plain = true it is off unless said.",
    )
    .words(&["off", "minutes", "seconds", "ms", "delta"]),
    setting(
        "family",
        "any, 4 or 6",
        ValueKind::Number,
        accessors::FAMILY,
        "Which addresses of a host are tried: any, those of IPv4, or those of IPv6.",
    )
    .words(&["any", "4", "6"])
    .per_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "wait",
        "a time like 500ms, 5s or 2m, from 1ms to a day",
        ValueKind::Number,
        accessors::WAIT,
        "Give up connecting after this time; seconds if there is no unit.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextConnection),
    setting(
        "paste_delay",
        "a time like 50ms or 1s, at most a day, or 0",
        ValueKind::Number,
        accessors::PASTE_DELAY,
        "Wait so long between two lines of a paste, a file or a long draft; 0 does not wait. A draft of up to 20 lines \
         waits only if this is set.",
    )
    .per_server(),
    setting(
        "line_limit",
        "a number of bytes like 1024 or 8KiB, or 0",
        ValueKind::Number,
        accessors::LINE_LIMIT,
        "Warn of a line with more bytes than this, as a lab server reads 1024 at once; 0 never warns.",
    )
    .per_server(),
    setting(
        "alert",
        "bell, notify or off",
        ValueKind::Text,
        accessors::ALERT,
        "How a mention calls you when you look elsewhere: the bell, a notification of the desktop (OSC 9), or not.",
    )
    .words(&["bell", "notify", "off"]),
    switch(
        "mouse",
        accessors::MOUSE,
        "Whether the wheel scrolls messages. The terminal's own selecting then needs Shift.",
    ),
    setting(
        "theme",
        "auto, dark, light, mono, high-contrast, solarized-dark, solarized-light, gruvbox-dark, gruvbox-light or one of yours",
        ValueKind::Text,
        accessors::THEME,
        "The colours; \"auto\" goes by COLORFGBG, else they are for a dark ground.",
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
        "When to use colours; \"auto\" goes by NO_COLOR, COLORTERM and TERM, 16 and 256 say how many there are.",
    )
    .words(&["auto", "never", "16", "256", "always"])
    .takes_effect(TakesEffect::NextStart),
    switch(
        "plain",
        accessors::PLAIN,
        "Print line by line, without a frame: for screen readers and simple terminals.",
    )
    .takes_effect(TakesEffect::NextStart),
    switch(
        "history",
        accessors::HISTORY,
        "Whether what you enter is kept for later sessions.",
    )
    .takes_effect(TakesEffect::NextStart),
    setting(
        "log",
        "off, on or the name of a file",
        ValueKind::Text,
        accessors::LOG,
        "Where messages are logged, as they are shown. In the name %h is the host, %p the port and %d the date; \"on\" makes \
         a file for each server and day. In pipes only -o counts.",
    )
    .words(&["off", "on"])
    .per_server(),
    setting(
        "log_format",
        "text, escaped, jsonl or raw",
        ValueKind::Text,
        accessors::LOG_FORMAT,
        "How: as shown, with every byte to be seen, for programs, or only what the server sends, byte for byte.",
    )
    .words(&["text", "escaped", "jsonl", "raw"])
    .per_server(),
    setting(
        "hex_log",
        "off, on or the name of a file",
        ValueKind::Text,
        accessors::HEX_LOG,
        "Where the bytes are logged in hex, with direction, offset and time. Names are those of log.",
    )
    .words(&["off", "on"])
    .per_server(),
    setting(
        "log_size",
        "a number of bytes like 64MiB, at least 64KiB, or 0",
        ValueKind::Number,
        accessors::LOG_SIZE,
        "A log that would grow beyond it is put aside as NAME.1, NAME.2 and so on, and begun anew; 0 lets it grow. Nothing \
         is deleted.",
    )
    .per_server(),
    setting(
        "backlog",
        "a number from 0 to 10000",
        ValueKind::Number,
        accessors::BACKLOG,
        "So many of the last lines of the log are shown, dimmed, when a tab first connects.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextTab),
    setting(
        "scrollback",
        "a number of bytes like 64MiB, from 64KiB to 64GiB",
        ValueKind::Number,
        accessors::SCROLLBACK_SIZE,
        "How much text a tab keeps. What is older is forgotten.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextTab),
    setting(
        "scrollback_lines",
        "a number from 100 to 100000000",
        ValueKind::Number,
        accessors::SCROLLBACK_LINES,
        "The same in lines.",
    )
    .per_server()
    .takes_effect(TakesEffect::NextTab),
];
