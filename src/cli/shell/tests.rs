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
fn each_script_has_the_commands_the_options_and_asks_for_names_twice() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = printed(&format!("completions {shell}")).unwrap();
        for word in ["serve", "max-clients", "paste-delay", "karaoke"] {
            assert_eq!(script.contains(word), word != "karaoke", "{shell}: {word}");
        }
        // zsh's has a heading of that name as well.
        let calls =
            script.lines().filter(|line| line.contains("netchat-tui config names") && !line.contains("_describe"));
        assert_eq!(calls.count(), 2, "{shell}");
        assert!(!script.contains("for those who complete") && !script.contains("subcmd__names"), "{shell}");
        assert!(!script.contains("ADDRESS"), "{shell}");
    }
    assert!(printed("completions bash").unwrap().contains("\"lf crlf cr nul none\""));
    assert!(printed("completions tcsh").unwrap_err().contains("bash, zsh, fish, powershell"));
}

#[test]
fn the_values_that_are_completed_are_those_that_are_taken() {
    for (option, values) in completions::VALUES {
        for value in *values {
            let words = ["netchat-tui".into(), format!("--{option}"), (*value).to_owned()];
            Args::parse(&words.map(OsString::from)).unwrap_or_else(|error| panic!("{option} {value}: {error}"));
        }
    }
}

#[test]
fn the_page_has_all_sections_and_every_option() {
    let page = printed("man").unwrap();
    for section in
        ["NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES", "FILES", "ENVIRONMENT", "\"EXIT STATUS\"", "\"SEE ALSO\""]
    {
        assert!(page.contains(&format!("\n.SH {section}\n")), "{section}");
    }
    assert!(page.contains("\n.SH \"COMING FROM PUTTY, TELNET OR NC\"\n"));
    let program = Args::command();
    for option in program.get_arguments().filter_map(clap::Arg::get_long) {
        assert!(page.contains(&format!("\\-\\-{}", option.replace('-', "\\-"))), "{option}");
    }
}

#[test]
fn each_command_has_a_page_that_the_programs_refers_to() {
    let all = printed("man").unwrap();
    let program = Args::command();
    for command in program.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        assert!(all.contains(&format!("netchat\\-tui\\-{name}(1)")), "{name}");
        let page = printed(&format!("man {name}")).unwrap();
        assert!(page.contains(&format!(".TH NETCHAT-TUI-{} 1 ", name.to_uppercase())), "{page}");
        assert!(page.contains("netchat\\-tui(1)"), "{name}");
    }
    let error = printed("man karaoke").unwrap_err();
    assert!(
        error.contains("There is no command \"karaoke\" that could have a page. The commands are host, serve"),
        "{error}"
    );
}
