//! The script for each shell.
//!
//! It is clap's, and knows every option. What it cannot know is which servers are saved: so it gets a line that asks
//! for them with `netchat-tui config names`, where a command or an address can stand.

use super::ShellName;
use crate::app::settings::find;
use crate::config::RESERVED;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, ValueHint};
use clap_complete::{Shell, generate};
use std::fmt::Write as _;

/// The program, as the scripts call it: it has to be found in `PATH`.
const NAME: &str = "netchat-tui";

/// Values that the parser of an option takes in words of its own, which clap does not see.
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
    completed(shell, &String::from_utf8_lossy(&script), &program)
}

/// The program without its arguments. A word that stands first is a command or an address, and zsh's script would take
/// it for the address whatever it is; the names come in by the line of our own.
fn without_address(program: &Command) -> Command {
    Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .args(program.get_arguments().filter(|arg| !arg.is_positional()).cloned())
        .subcommands(visible_commands(program))
}

/// The commands of the program without those that only scripts call, on both levels.
fn visible_commands(program: &Command) -> impl Iterator<Item = Command> {
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set());
    commands.map(|command| {
        let name = RESERVED.iter().find(|name| **name == command.get_name());
        match name.filter(|_| command.get_subcommands().any(Command::is_hide_set)) {
            // A command cannot be taken out of another.
            Some(name) => Command::new(*name)
                .about(command.get_about().cloned().unwrap_or_default())
                .disable_help_subcommand(true)
                .args(command.get_arguments().cloned())
                .subcommands(command.get_subcommands().filter(|command| !command.is_hide_set()).cloned()),
            None => command.clone(),
        }
    })
}

/// With the names of the commands behind `man`.
fn with_pages(program: Command) -> Command {
    let has_page = |name: &&str| program.get_subcommands().any(|command| command.get_name() == *name);
    let pages = RESERVED.into_iter().filter(has_page).collect::<Vec<_>>();
    program
        .mut_subcommand("man", |man| man.mut_arg("command", |arg| arg.value_parser(PossibleValuesParser::new(pages))))
}

/// The command with what clap cannot see of its options: which values there are, and that most are no files.
fn with_value_hints(command: &Command) -> Command {
    let tell = |arg: Arg| match VALUES.iter().find(|(id, _)| arg.get_id() == *id && takes_text(&arg)) {
        Some((_, values)) => arg.value_parser(PossibleValuesParser::new(*values)),
        None if takes_text(&arg) => arg.value_hint(ValueHint::Other),
        None if arg.get_possible_values().iter().any(is_quoting) => unquoted(arg),
        None => arg,
    };
    let told = command.clone().mut_args(tell);
    told.get_subcommands()
        .fold(told.clone(), |told, sub| told.mut_subcommand(sub.get_name(), |sub| self::with_value_hints(&sub)))
}

fn is_quoting(value: &PossibleValue) -> bool {
    value.get_help().is_some_and(|help| help.to_string().contains('"'))
}

/// clap's script for zsh puts what a value means in quotes, and leaves those that are in it as they are: then each word
/// would be a value.
fn unquoted(arg: Arg) -> Arg {
    let values = arg.get_possible_values();
    let values = values.iter().map(|value| {
        let help = value.get_help().map(|help| help.to_string().replace('"', ""));
        value.clone().help(help.unwrap_or_default())
    });
    let parser = PossibleValuesParser::new(values.collect::<Vec<_>>());
    arg.value_parser(parser)
}

/// Whether it takes a value of which nothing is known.
fn takes_text(arg: &Arg) -> bool {
    arg.get_action().takes_values()
        && arg.get_possible_values().is_empty()
        && arg.get_value_hint() == ValueHint::Unknown
}

/// What prints the names of the user's themes, likewise.
const THEMES: &str = "$(netchat-tui config themes 2>/dev/null)";

/// The script, with the user's themes behind those of the program. (That for PowerShell has no values of options.)
fn with_themes(script: &str) -> String {
    let ours = find("theme").map_or_else(String::new, |setting| setting.choices.join(" "));
    let [bash, zsh] = [format!("compgen -W \"{ours}"), format!(":THEME:({ours}")];
    script.replace(&bash, &format!("{bash} {THEMES}")).replace(&zsh, &format!("{zsh} {THEMES}"))
}

/// What prints the names of saved servers; without a settings file, or with one that has a mistake, that is nothing.
const NAMES: &str = "netchat-tui config names 2>/dev/null";

/// The script with one line more, and what clap's lacks.
fn completed(shell: ShellName, script: &str, program: &Command) -> String {
    match shell {
        ShellName::Bash => bash(&with_themes(script)),
        ShellName::Zsh => zsh(&with_themes(script)),
        ShellName::Fish => fish(script, program),
        ShellName::Powershell => powershell(script, program),
    }
}

/// Where zsh's script lists what can stand first.
const ZSH_COMMANDS: &str = "_netchat-tui_commands() {\n    local commands; commands=(\n";

/// Behind `config show`.
const ZSH_SERVER: &str = "'::server -- For this server:";

fn zsh(script: &str) -> String {
    let names = format!("${{(f)\"$(_call_program names {NAMES})\"}}");
    let script = script.replacen(ZSH_COMMANDS, &format!("{ZSH_COMMANDS}{names} \\\n"), 1);
    script.replacen(ZSH_SERVER, &format!("{ZSH_SERVER}{{compadd -- {names}}}"), 1)
}

/// Where bash's script knows what is typed and what stands before it.
const BASH_WORDS: &str = "    prev=\"$3\"\n";

/// To bash an equals sign is a word of its own: `--color=a` is three.
const BASH_EQUALS: &str = r#"    if [[ "${COMP_WORDS[COMP_CWORD]}" == "=" ]]; then
        cur=""
        prev="${COMP_WORDS[COMP_CWORD-1]}"
    elif [[ ${COMP_CWORD} -gt 1 && "${COMP_WORDS[COMP_CWORD-1]}" == "=" ]]; then
        prev="${COMP_WORDS[COMP_CWORD-2]}"
    fi
"#;

/// What comes before the words that bash's script has for `config show`.
const BASH_SHOW: &str = "        netchat__tui__subcmd__config__subcmd__show)\n            opts=\"";

fn bash(script: &str) -> String {
    // clap_complete 4.6 takes the dash in our name for the beginning of a command, in one place of two.
    let script = script.replace("netchat__subcmd__tui", "netchat__tui");
    let script = script.replacen("opts=\"-", &format!("opts=\"$({NAMES}) -"), 1);
    let script = script.replacen(BASH_WORDS, &format!("{BASH_WORDS}{BASH_EQUALS}"), 1);
    script.replacen(BASH_SHOW, &format!("{BASH_SHOW}$({NAMES}) "), 1)
}

fn fish(script: &str, program: &Command) -> String {
    let begin = "complete -c netchat-tui -n";
    // Behind an option that still lacks its value there is no command yet either: else it would get files.
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

/// The commands whose argument is one of a few words, with these.
fn server_kinds(program: &Command) -> impl Iterator<Item = (&str, Vec<String>)> {
    program.get_subcommands().filter_map(|command| {
        let values = command.get_positionals().next()?.get_possible_values();
        let names = values.iter().map(|value| value.get_name().to_owned()).collect::<Vec<_>>();
        (!names.is_empty()).then_some((command.get_name(), names))
    })
}
