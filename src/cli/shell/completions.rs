//! The script for each shell.
//!
//! clap generates it from the options. Where an address can be typed, a line is added that lists the saved servers with
//! `netchat-tui config names`.

use super::ShellName;
use crate::app::settings::find;
use crate::config::RESERVED;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, ValueHint};
use clap_complete::{Shell, generate};
use std::fmt::Write as _;

/// Name by which the scripts call the program; it must be in `PATH`.
const NAME: &str = "netchat-tui";

/// Values of options whose parser clap cannot inspect.
pub(super) const VALUES: &[(&str, &[&str])] = &[
    ("eol", &["lf", "crlf", "cr", "nul", "none"]),
    ("view", &["text", "escaped", "hex"]),
    ("time", &["off", "minutes", "seconds", "ms", "delta"]),
];

/// Returns the completion script for a shell.
pub(super) fn script(shell: ShellName, program: &Command) -> String {
    let generator = match shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
        ShellName::Powershell => Shell::PowerShell,
    };
    let mut program = with_value_hints(&with_pages(without_address(program)));
    let mut script = Vec::new();
    generate(generator, &mut program, NAME, &mut script);
    add_saved_servers(shell, &String::from_utf8_lossy(&script), &program)
}

/// Returns the program without positional arguments. The first word is a command or an address, and zsh's script would
/// always take it for the address; saved servers are added later.
fn without_address(program: &Command) -> Command {
    Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .args(program.get_arguments().filter(|arg| !arg.is_positional()).cloned())
        .subcommands(visible_commands(program))
}

/// Returns the commands without hidden ones, on both levels.
fn visible_commands(program: &Command) -> impl Iterator<Item = Command> {
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set());
    commands.map(|command| {
        let name = RESERVED.iter().find(|name| **name == command.get_name());
        match name.filter(|_| command.get_subcommands().any(Command::is_hide_set)) {
            // clap cannot remove a subcommand.
            Some(name) => Command::new(*name)
                .about(command.get_about().cloned().unwrap_or_default())
                .disable_help_subcommand(true)
                .args(command.get_arguments().cloned())
                .subcommands(command.get_subcommands().filter(|command| !command.is_hide_set()).cloned()),
            None => command.clone(),
        }
    })
}

/// Adds the names of the commands as values of `man`.
fn with_pages(program: Command) -> Command {
    let has_page = |name: &&str| program.get_subcommands().any(|command| command.get_name() == *name);
    let pages = RESERVED.into_iter().filter(has_page).collect::<Vec<_>>();
    program
        .mut_subcommand("man", |man| man.mut_arg("command", |arg| arg.value_parser(PossibleValuesParser::new(pages))))
}

/// Adds values that clap cannot inspect, and marks other values as no file names.
fn with_value_hints(command: &Command) -> Command {
    let with_hint = |arg: Arg| match VALUES.iter().find(|(id, _)| arg.get_id() == *id && takes_text(&arg)) {
        Some((_, values)) => arg.value_parser(PossibleValuesParser::new(*values)),
        None if takes_text(&arg) => arg.value_hint(ValueHint::Other),
        None if arg.get_possible_values().iter().any(is_quoting) => unquoted(arg),
        None => arg,
    };
    let hinted = command.clone().mut_args(with_hint);
    hinted
        .get_subcommands()
        .fold(hinted.clone(), |hinted, sub| hinted.mut_subcommand(sub.get_name(), |sub| self::with_value_hints(&sub)))
}

fn is_quoting(value: &PossibleValue) -> bool {
    value.get_help().is_some_and(|help| help.to_string().contains('"'))
}

/// Removes quotes from the help of values, because clap's zsh script quotes the help without escaping it.
fn unquoted(arg: Arg) -> Arg {
    let values = arg.get_possible_values();
    let values = values.iter().map(|value| {
        let help = value.get_help().map(|help| help.to_string().replace('"', ""));
        value.clone().help(help.unwrap_or_default())
    });
    let parser = PossibleValuesParser::new(values.collect::<Vec<_>>());
    arg.value_parser(parser)
}

/// Returns whether the option takes a value without known values or hint.
fn takes_text(arg: &Arg) -> bool {
    arg.get_action().takes_values()
        && arg.get_possible_values().is_empty()
        && arg.get_value_hint() == ValueHint::Unknown
}

/// Command that prints the names of the user's themes.
const THEMES: &str = "$(netchat-tui config themes 2>/dev/null)";

/// Adds the user's themes after the built-in ones. (The script for PowerShell has no values of options.)
fn with_themes(script: &str) -> String {
    let ours = find("theme").map_or_else(String::new, |setting| setting.choices.join(" "));
    let [bash, zsh] = [format!("compgen -W \"{ours}"), format!(":THEME:({ours}")];
    script.replace(&bash, &format!("{bash} {THEMES}")).replace(&zsh, &format!("{zsh} {THEMES}"))
}

/// Command that prints the names of saved servers; prints nothing if the settings file is missing or invalid.
const NAMES: &str = "netchat-tui config names 2>/dev/null";

/// Adds saved servers and fixes for clap's script.
fn add_saved_servers(shell: ShellName, script: &str, program: &Command) -> String {
    match shell {
        ShellName::Bash => bash(&with_themes(script)),
        ShellName::Zsh => zsh(&with_themes(script)),
        ShellName::Fish => fish(script, program),
        ShellName::Powershell => powershell(script, program),
    }
}

/// Start of the list of first words in zsh's script.
const ZSH_COMMANDS: &str = "_netchat-tui_commands() {\n    local commands; commands=(\n";

/// The argument of `config show` in zsh's script.
const ZSH_SERVER: &str = "'::server -- Saved server to print the settings for:";

fn zsh(script: &str) -> String {
    let names = format!("${{(f)\"$(_call_program names {NAMES})\"}}");
    let script = script.replacen(ZSH_COMMANDS, &format!("{ZSH_COMMANDS}{names} \\\n"), 1);
    script.replacen(ZSH_SERVER, &format!("{ZSH_SERVER}{{compadd -- {names}}}"), 1)
}

/// Place in bash's script where the current and the previous word are known.
const BASH_WORDS: &str = "    prev=\"$3\"\n";

/// Handles `--color=a`, which bash splits into three words.
const BASH_EQUALS: &str = r#"    if [[ "${COMP_WORDS[COMP_CWORD]}" == "=" ]]; then
        cur=""
        prev="${COMP_WORDS[COMP_CWORD-1]}"
    elif [[ ${COMP_CWORD} -gt 1 && "${COMP_WORDS[COMP_CWORD-1]}" == "=" ]]; then
        prev="${COMP_WORDS[COMP_CWORD-2]}"
    fi
"#;

/// Start of the words for `config show` in bash's script.
const BASH_SHOW: &str = "        netchat__tui__subcmd__config__subcmd__show)\n            opts=\"";

fn bash(script: &str) -> String {
    // clap_complete 4.6 treats the dash in the program's name as the start of a command, in one place of two.
    let script = script.replace("netchat__subcmd__tui", "netchat__tui");
    let script = script.replacen("opts=\"-", &format!("opts=\"$({NAMES}) -"), 1);
    let script = script.replacen(BASH_WORDS, &format!("{BASH_WORDS}{BASH_EQUALS}"), 1);
    script.replacen(BASH_SHOW, &format!("{BASH_SHOW}$({NAMES}) "), 1)
}

fn fish(script: &str, program: &Command) -> String {
    let begin = "complete -c netchat-tui -n";
    // After an option that lacks its value, no command has been typed yet; otherwise fish offers files.
    let mut script = script.replacen("    or return\n", "    or return 0\n", 1);
    // Writing to a String cannot fail.
    let _ = writeln!(script, "{begin} \"__fish_netchat_tui_needs_command\" -f -a \"({NAMES})\" -d 'Saved server'");
    let show = "__fish_netchat_tui_using_subcommand config; and __fish_seen_subcommand_from show";
    let _ = writeln!(script, "{begin} \"{show}\" -f -a \"({NAMES})\" -d 'Saved server'");
    for client in ["__fish_netchat_tui_needs_command", "__fish_netchat_tui_using_subcommand host"] {
        let themes = THEMES.trim_start_matches('$');
        let _ = writeln!(script, "{begin} \"{client}\" -l theme -r -f -a \"{themes}\"");
    }
    for (command, values) in server_kinds(program) {
        let values = values.join(" ");
        let _ = writeln!(script, "{begin} \"__fish_netchat_tui_using_subcommand {command}\" -f -a \"{values}\"");
    }
    script
}

fn powershell(script: &str, program: &Command) -> String {
    let result = |word: &str, tip: &str| format!("[CompletionResult]::new({word}, {word}, 'ParameterValue', '{tip}')");
    let add = |script: &str, path: &str, line: &str| {
        let begin = format!("'{path}' {{\n");
        script.replacen(&begin, &format!("{begin}            {line}\n"), 1)
    };
    let names = format!("netchat-tui config names 2>$null | ForEach-Object {{ {} }}", result("$_", "Saved server"));
    let script = add(&add(script, NAME, &names), &format!("{NAME};config;show"), &names);
    server_kinds(program).fold(script, |script, (command, values)| {
        let results: Vec<String> = values.iter().map(|value| result(&format!("'{value}'"), value)).collect();
        add(&script, &format!("{NAME};{command}"), &results.join("; "))
    })
}

/// Returns the commands with a fixed set of argument values, and these values.
fn server_kinds(program: &Command) -> impl Iterator<Item = (&str, Vec<String>)> {
    program.get_subcommands().filter_map(|command| {
        let values = command.get_positionals().next()?.get_possible_values();
        let names = values.iter().map(|value| value.get_name().to_owned()).collect::<Vec<_>>();
        (!names.is_empty()).then_some((command.get_name(), names))
    })
}
