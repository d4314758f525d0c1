//! Manual pages of the program and of its commands.
//!
//! Options come from the command line, commands and keys from the program's tables; the rest is written here.

use crate::app::commands::table::COMMANDS;
use crate::app::keys::{BINDINGS, Keymap};
use crate::cli::{FORMS_OF_USE, UsageError};
use clap::Command;
use clap_mangen::Man;
use roff::{Roff, bold, roman};
use std::io;

/// The program's description. A command has the first sentence of its help.
const DESCRIPTION: &str = "netchat-tui connects to a server that exchanges lines of text over plain TCP. Messages \
    scroll above an input line, which they never overwrite. Without an address it opens a page with saved and recent \
    servers. If standard input or output is not a terminal, it copies bytes like nc(1).";

const EXIT_STATUS: &[(&str, &str)] = &[
    ("0", "Success."),
    ("1", "A network error: a server cannot be started, or a pipe cannot connect, is reset, or exceeds --idle."),
    ("2", "A usage error or any other failure. One sentence on standard error gives the reason."),
    ("128+N", "The program was ended by signal N."),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "NETCHAT_TUI_NICK, NETCHAT_TUI_EOL ...",
        "Each setting, named in upper case. Overrides the settings file and is overridden by flags.",
    ),
    ("NETCHAT_TUI_CONFIG", "Path of the settings file. Overridden by --config."),
    ("NO_COLOR", "If set and not empty, disables colours, unless --color, --theme or /theme asks for them."),
    ("COLORTERM, TERM", "Number of colours of the terminal. With TERM=dumb, messages are printed line by line."),
    ("COLORFGBG", "Whether the background is dark or light, unless --theme is given."),
    ("VISUAL, EDITOR", "Editor for Ctrl-X Ctrl-E."),
    ("XDG_CONFIG_HOME", "Directory of the settings. Default: ~/.config."),
    ("XDG_STATE_HOME", "Directory of the history and recent servers. Default: ~/.local/state."),
];

const FILES: &[(&str, &str)] = &[
    ("~/.config/netchat-tui/config.toml", "Settings and saved servers. netchat-tui config example prints an example."),
    ("~/.config/netchat-tui/themes/NAME.toml", "Your own themes, for --theme NAME."),
    ("~/.local/state/netchat-tui/history", "Input history, readable by you only. Unused with --no-history."),
    ("~/.local/state/netchat-tui/servers.json", "Recent servers for the start page. Unused with --no-history."),
];

/// Returns the page of a command, or of the program if none is named.
///
/// # Errors
/// If there is no such command.
pub(super) fn page(mut program: Command, name: Option<&str>) -> Result<String, UsageError> {
    // Gives each command its full name.
    program.build();
    let Some(name) = name else { return Ok(render(&program, true)) };
    match program.get_subcommands().find(|command| command.get_name() == name) {
        Some(command) => Ok(render(command, false)),
        None => Err(UsageError::NoPage {
            command: name.escape_debug().to_string(),
            commands: visible_commands(&program).map(Command::get_name).collect::<Vec<_>>().join(", "),
        }),
    }
}

/// Returns the commands that are not hidden.
fn visible_commands(program: &Command) -> impl Iterator<Item = &Command> {
    program.get_subcommands().filter(|command| !command.is_hide_set())
}

fn render(command: &Command, is_program: bool) -> String {
    let mut page = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = render_into(&mut page, command, is_program);
    // The date stays empty, but an empty word must be quoted, or the words after it move up.
    String::from_utf8_lossy(&page).replacen(" 1  \"", " 1 \"\" \"", 1)
}

fn render_into(page: &mut Vec<u8>, command: &Command, is_program: bool) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let source = format!("netchat-tui {}", env!("CARGO_PKG_VERSION"));
    // clap_mangen leaves out the help of options that the short help hides.
    let man = Man::new(command.clone().mut_args(|arg| arg.hide_short_help(false)))
        .title(name.to_uppercase())
        .source(source)
        .manual("User Commands");
    man.render_title(page)?;
    man.render_name_section(page)?;
    if is_program {
        synopsis(FORMS_OF_USE.map(ToOwned::to_owned)).to_writer(page)?;
        Roff::new().control("SH", ["DESCRIPTION"]).text([roman(DESCRIPTION)]).to_writer(page)?;
    } else {
        let usage = command.clone().render_usage().to_string().replace(['<', '>'], "");
        synopsis([usage.trim_start_matches("Usage: ").to_owned()]).to_writer(page)?;
        man.render_description_section(page)?;
    }
    man.render_options_section(page)?;
    let mut roff = Roff::new();
    if command.has_subcommands() {
        subcommands(&mut roff, command);
    }
    if is_program {
        let keymap = Keymap::default();
        list(
            &mut roff,
            "COMMANDS IN THE CHAT",
            COMMANDS.iter().map(|command| (command.usage(), command.help.to_owned())),
        );
        let keys = BINDINGS.iter().filter(|binding| !binding.help.is_empty());
        let keys = keys.map(|key| (keymap.keys_of(key.action).join(", "), keymap.expand_key_hints(key.help)));
        list(&mut roff, "KEYS", keys.filter(|(keys, _)| !keys.is_empty()));
        list(&mut roff, "EXIT STATUS", owned(EXIT_STATUS));
        list(&mut roff, "ENVIRONMENT", owned(ENVIRONMENT));
        list(&mut roff, "FILES", owned(FILES));
    }
    if let Some(help) = command.get_before_long_help() {
        sections(&mut roff, &help.to_string());
    }
    let notes = command.get_after_long_help().map(ToString::to_string).filter(|notes| !notes.is_empty());
    // The program's note points to the keys and commands, which its page lists.
    if let Some(notes) = notes.filter(|_| !is_program) {
        roff.control("SH", ["NOTES"]).text([roman(notes)]);
    }
    roff.control("SH", ["SEE ALSO"]).text([roman(if is_program {
        "nc(1), telnet(1), putty(1)"
    } else {
        "netchat-tui(1)"
    })]);
    page.extend_from_slice(roff.to_roff().as_bytes());
    Ok(())
}

/// Writes the forms of use, one on each line.
fn synopsis(forms: impl IntoIterator<Item = String>) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    for form in forms {
        let (name, arguments) = form.split_once(' ').unwrap_or((&form, ""));
        roff.text([bold(name), roman(format!(" {arguments}"))]).control("br", []);
    }
    roff
}

/// Lists the subcommands without references to pages that may not be installed.
fn subcommands(roff: &mut Roff, command: &Command) {
    roff.control("SH", ["SUBCOMMANDS"]);
    for subcommand in visible_commands(command) {
        let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
        let is_program = command.get_name() == "netchat-tui";
        let page = if is_program { format!(" See netchat-tui man {}.", subcommand.get_name()) } else { String::new() };
        roff.control("TP", []).text([bold(subcommand.get_name())]).text([roman(format!("{about}.{page}"))]);
    }
}

fn owned(items: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    items.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
}

fn list(roff: &mut Roff, title: &str, items: impl Iterator<Item = (String, String)>) {
    roff.control("SH", [title]);
    for (name, text) in items {
        roff.control("TP", []).text([bold(name)]).text([roman(text)]);
    }
}

/// Writes the paragraphs of a help text; one that begins with a title line becomes a section.
fn sections(roff: &mut Roff, help: &str) {
    for paragraph in help.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let lines: Vec<&str> = paragraph.lines().collect();
        match lines.split_first() {
            Some((title, table)) if title.ends_with(':') && !table.is_empty() => {
                roff.control("SH", [title.trim_end_matches(':').to_uppercase().as_str()]);
                // Columns are kept as they are.
                roff.control("nf", []);
                for line in table {
                    roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
                }
                roff.control("fi", []);
            }
            _ => {
                roff.control("PP", []).text([roman(lines.join(" "))]);
            }
        }
    }
}
