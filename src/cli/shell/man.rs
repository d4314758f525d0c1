//! A manual page for the program, and for each of its commands.
//!
//! Name, synopsis and options are clap's words; what the command line does not define stands here.

use crate::cli::UsageError;
use clap::Command;
use clap_mangen::Man;
use roff::{Roff, bold, roman};

/// What becomes of it (see `main`).
const EXIT_STATUS: &[(&str, &str)] = &[
    ("0", "The program was left, or has printed what it was asked for; a pipe is over in good order."),
    (
        "1",
        "The network: a server could not be started; in a pipe, one that is not there, resets, or is idle for too long.",
    ),
    ("2", "Wrong usage, or any other trouble. One sentence on standard error says which."),
    ("128+N", "Signal N ended it."),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "NETCHAT_TUI_NICK, NETCHAT_TUI_EOL ...",
        "Each setting, by its name in capitals: above the settings file, below the flags.",
    ),
    ("NETCHAT_TUI_CONFIG", "The settings file, in the place of the usual one. --config beats it."),
    ("NO_COLOR", "If it is set and not empty, there are no colours, unless --color, --theme or /theme ask for some."),
    ("COLORTERM, TERM", "How many colours the terminal has. Where TERM is dumb, messages are printed line by line."),
    ("COLORFGBG", "Whether the ground is dark or light, unless --theme says it."),
    ("VISUAL, EDITOR", "The editor for Ctrl-X Ctrl-E."),
    ("XDG_CONFIG_HOME", "Where the settings are, ~/.config if it is not set."),
    ("XDG_STATE_HOME", "Where history and recent servers are, ~/.local/state if it is not set."),
];

const FILES: &[(&str, &str)] = &[
    ("~/.config/netchat-tui/config.toml", "Settings and saved servers; netchat-tui config example prints one."),
    ("~/.config/netchat-tui/themes/NAME.toml", "Themes of your own: --theme NAME."),
    ("~/.local/state/netchat-tui/history", "What was entered, for the user alone. --no-history leaves it alone."),
    (
        "~/.local/state/netchat-tui/servers.json",
        "Where one was, for the start page. --no-history leaves it alone, too.",
    ),
];

/// The page of a command, or of the program if none is named.
///
/// # Errors
/// If there is no such command.
pub(super) fn page(mut program: Command, name: Option<&str>) -> Result<String, UsageError> {
    // So that a command knows that it is one of the program's.
    program.build();
    let Some(name) = name else { return Ok(rendered(&program, true)) };
    match program.get_subcommands().find(|command| command.get_name() == name) {
        Some(command) => Ok(rendered(command, false)),
        None => Err(UsageError::NoPage {
            command: name.escape_debug().to_string(),
            commands: shown(&program).map(Command::get_name).collect::<Vec<_>>().join(", "),
        }),
    }
}

fn shown(program: &Command) -> impl Iterator<Item = &Command> {
    program.get_subcommands().filter(|command| !command.is_hide_set())
}

fn rendered(command: &Command, is_program: bool) -> String {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let below = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let source = format!("netchat-tui {}", env!("CARGO_PKG_VERSION"));
    // What stands below the help has sections of its own here.
    let command = command.clone().after_help(None);
    let man = Man::new(command).title(name.to_uppercase()).source(source).manual("User Commands");
    let mut page = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = man.render(&mut page);
    let mut own = Roff::new();
    if is_program {
        list(&mut own, "EXIT STATUS", EXIT_STATUS);
        list(&mut own, "ENVIRONMENT", ENVIRONMENT);
        list(&mut own, "FILES", FILES);
    }
    notes(&mut own, &below);
    see_also(&mut own, is_program);
    page.extend_from_slice(own.to_roff().as_bytes());
    // The date is left open, and an empty word has to be written as one, or the words behind it move up.
    String::from_utf8_lossy(&page).replacen(" 1  \"", " 1 \"\" \"", 1)
}

fn list(roff: &mut Roff, title: &str, items: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (name, words) in items {
        roff.control("TP", []).text([bold(*name)]).text([roman(*words)]);
    }
}

/// What stands below the options in the help: paragraphs, the first line of some being their title.
fn notes(roff: &mut Roff, below: &str) {
    for paragraph in below.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let lines: Vec<&str> = paragraph.lines().collect();
        match lines.split_first() {
            Some((title, table)) if title.ends_with(':') && !table.is_empty() => {
                roff.control("SH", [title.trim_end_matches(':').to_uppercase().as_str()]);
                // As it is written: these are columns.
                roff.control("nf", []);
                for line in table {
                    roff.text([roman(*line)]);
                }
                roff.control("fi", []);
            }
            _ => {
                roff.control("PP", []).text([roman(lines.join(" "))]);
            }
        }
    }
}

fn see_also(roff: &mut Roff, is_program: bool) {
    let pages: &[&str] = if is_program { &["nc(1)", "telnet(1)", "putty(1)"] } else { &["netchat-tui(1)"] };
    roff.control("SH", ["SEE ALSO"]).text([roman(pages.join(", "))]);
}
