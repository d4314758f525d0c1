use super::*;
use crate::cli::{Args, Job};
use clap::CommandFactory as _;
use std::ffi::OsString;

fn printed(words: &str) -> Result<String, String> {
    let words: Vec<_> = std::iter::once("netchat-tui").chain(words.split_whitespace()).map(OsString::from).collect();
    match Args::parse(&words).and_then(Args::resolve) {
        Ok(Job::Print(text)) => Ok(text),
        Ok(job) => panic!("{job:?}"),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn scripts_complete_commands_options_and_saved_servers() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = printed(&format!("completions {shell}")).unwrap();
        for word in ["serve", "max-clients", "paste-delay", "karaoke"] {
            assert_eq!(script.contains(word), word != "karaoke", "{shell}: {word}");
        }
        // The zsh script also has a heading with that text.
        let calls =
            script.lines().filter(|line| line.contains("netchat-tui config names") && !line.contains("_describe"));
        assert_eq!(calls.count(), 2, "{shell}");
        assert!(!script.contains("for shell completion") && !script.contains("subcmd__names"), "{shell}");
        assert!(!script.contains("ADDRESS"), "{shell}");
    }
    assert!(printed("completions bash").unwrap().contains("\"lf crlf cr nul none\""));
    assert!(printed("completions tcsh").unwrap_err().contains("bash, zsh, fish, powershell"));
}

#[test]
fn completed_values_are_accepted() {
    for (option, values) in completions::VALUES {
        for value in *values {
            let words = ["netchat-tui".into(), format!("--{option}"), (*value).to_owned()];
            Args::parse(&words.map(OsString::from)).unwrap_or_else(|error| panic!("{option} {value}: {error}"));
        }
    }
}

#[test]
fn the_page_has_all_sections_and_options() {
    let page = printed("man").unwrap();
    for section in
        ["NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES", "FILES", "ENVIRONMENT", "\"EXIT STATUS\"", "\"SEE ALSO\""]
    {
        assert!(page.contains(&format!("\n.SH {section}\n")), "{section}");
    }
    for form in crate::cli::FORMS_OF_USE {
        let words = form.strip_prefix("netchat-tui ").unwrap();
        assert!(page.contains(&format!("\\fBnetchat\\-tui\\fR {words}\n")), "{form}");
    }
    assert!(page.contains("/connect [ADDRESS]") && page.contains("Ctrl\\-F"), "commands and keys");
    assert!(page.contains("\n.SH \"COMING FROM NC, PUTTY, TELNET\"\n"));
    let program = Args::command();
    for option in program.get_arguments().filter_map(clap::Arg::get_long) {
        assert!(page.contains(&format!("\\-\\-{}", option.replace('-', "\\-"))), "{option}");
    }
}

#[test]
fn each_command_has_a_page_that_the_program_names() {
    let all = printed("man").unwrap();
    let program = Args::command();
    for command in program.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        assert!(all.contains(&format!("See netchat\\-tui man {name}.")), "{name}");
        let page = printed(&format!("man {name}")).unwrap();
        assert!(page.contains(&format!(".TH NETCHAT-TUI-{} 1 ", name.to_uppercase())), "{page}");
        assert!(page.contains("netchat\\-tui(1)"), "{name}");
        assert!(page.contains(&format!("\\fBnetchat\\-tui\\fR {}", name.replace('-', "\\-"))), "{page}");
        assert!(!page.contains("[\\fB") && page.contains("\n.SH EXAMPLES\n"), "{page}");
    }
    let error = printed("man karaoke").unwrap_err();
    assert!(error.contains("There is no command \"karaoke\". Commands with a manual page: host, serve"), "{error}");
}

#[test]
fn tables_of_a_page_fit_80_columns() {
    // A page is indented by 7 columns.
    for words in ["man", "man host", "man serve", "man replay", "man completions", "man man", "man config"] {
        let page = printed(words).unwrap();
        let tables = page.split("\n.nf\n").skip(1).filter_map(|rest| rest.split("\n.fi").next());
        for line in tables.flat_map(str::lines) {
            let text = line.replace("\\-", "-").replace("\\&", "");
            assert!(text.chars().count() <= 73, "{words}: {text}");
        }
    }
}
