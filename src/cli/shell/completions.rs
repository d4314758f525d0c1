//! The script for each shell.
//!
//! It is clap's, and knows every option. What it cannot know is which servers are saved: so it gets a line that asks
//! for them with `netchat-tui config names`, where a command or an address can stand.

use super::ShellName;
use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueHint};
use clap_complete::{Shell, generate};

/// The program, as the scripts call it: it has to be found in `PATH`.
const NAME: &str = "netchat-tui";

/// Values that the parser of an option takes in words of its own, which clap does not see.
pub(super) const VALUES: &[(&str, &[&str])] = &[
    ("eol", &["lf", "crlf", "cr", "nul", "none"]),
    ("view", &["text", "escaped", "hex"]),
    ("time", &["off", "minutes", "seconds", "ms", "delta"]),
];

/// See the module's words.
pub(super) fn script(shell: ShellName, program: Command) -> String {
    let generator = match shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
        ShellName::Powershell => Shell::PowerShell,
    };
    let mut script = Vec::new();
    generate(generator, &mut told(&without_address(&program)), NAME, &mut script);
    with_names(shell, &String::from_utf8_lossy(&script))
}

/// The program without its arguments. A word that stands first is a command or an address, and zsh's script would take
/// it for the address whatever it is; the names come in by the line of our own.
fn without_address(program: &Command) -> Command {
    Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .args(program.get_arguments().filter(|arg| !arg.is_positional()).cloned())
        .subcommands(program.get_subcommands().filter(|command| !command.is_hide_set()).cloned())
}

/// The command with what clap cannot see of its options: which values there are, and that most are no files.
fn told(command: &Command) -> Command {
    let tell = |arg: Arg| match VALUES.iter().find(|(id, _)| arg.get_id() == *id && takes_text(&arg)) {
        Some((_, values)) => arg.value_parser(PossibleValuesParser::new(*values)),
        None if takes_text(&arg) => arg.value_hint(ValueHint::Other),
        None => arg,
    };
    let told = command.clone().mut_args(tell);
    told.get_subcommands()
        .fold(told.clone(), |told, sub| told.mut_subcommand(sub.get_name().to_owned(), |sub| self::told(&sub)))
}

/// Whether it takes a value of which nothing is known.
fn takes_text(arg: &Arg) -> bool {
    arg.get_action().takes_values()
        && arg.get_possible_values().is_empty()
        && arg.get_value_hint() == ValueHint::Unknown
}

/// The script with one line more.
fn with_names(shell: ShellName, script: &str) -> String {
    match shell {
        ShellName::Bash => script.replacen("opts=\"-", "opts=\"$(netchat-tui config names 2>/dev/null) -", 1),
        ShellName::Zsh => script.replacen(
            "commands; commands=(\n",
            "commands; commands=(\n\"${(@f)$(_call_program names netchat-tui config names 2>/dev/null)}\" \\\n",
            1,
        ),
        ShellName::Fish => format!(
            "{script}complete -c netchat-tui -n \"__fish_netchat_tui_needs_command\" -f \
             -a \"(netchat-tui config names 2>/dev/null)\" -d 'Saved server'\n"
        ),
        ShellName::Powershell => script.replacen(
            "'netchat-tui' {\n",
            "'netchat-tui' {\n            netchat-tui config names 2>$null | ForEach-Object { \
             [CompletionResult]::new($_, $_, [CompletionResultType]::ParameterValue, 'Saved server') }\n",
            1,
        ),
    }
}
