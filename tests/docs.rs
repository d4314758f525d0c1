//! Checks the README and the pages of `docs`: length, links, generated tables, command lines, settings and wording.

use crate::support;
use shell::{Line, lines};
use std::fs;
use std::path::{Path, PathBuf};

mod sandbox;
mod shell;
#[path = "../examples/reference/tables.rs"]
mod tables;

use sandbox::Sandbox;

/// The most lines that the README may have.
const MAX_README_LINES: usize = 250;

/// A page, by its path relative to the repository.
struct Page {
    name: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages for users, the README first.
fn pages() -> Vec<Page> {
    let mut names: Vec<_> = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(PathBuf::from).into();
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                names.push(path);
            }
        }
    }
    let read = |name: &PathBuf| fs::read_to_string(root().join(name)).unwrap();
    names.iter().map(|name| Page { name: name.display().to_string(), text: read(name) }).collect()
}

impl Page {
    /// The fenced blocks of a language, each with the number of its first line.
    fn blocks(&self, language: &str) -> Vec<(usize, String)> {
        let mut blocks = Vec::new();
        let mut open: Option<(bool, usize, String)> = None;
        for (number, line) in (1..).zip(self.text.lines()) {
            match (open.take(), line.strip_prefix("```")) {
                (None, Some(info)) => open = Some((info == language, number + 1, String::new())),
                (Some((is_wanted, first, text)), Some(_)) => blocks.extend(is_wanted.then_some((first, text))),
                (Some((is_wanted, first, text)), None) => open = Some((is_wanted, first, text + line + "\n")),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.name);
        blocks
    }

    /// The lines outside of fenced blocks, with their numbers.
    fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_code = false;
        let mut is_prose = |line: &str| {
            is_code ^= line.starts_with("```");
            !is_code && !line.starts_with("```")
        };
        (1..).zip(self.text.lines()).filter(|(_, line)| is_prose(line)).collect()
    }

    /// The anchors of its headings, as GitHub makes them.
    fn anchors(&self) -> Vec<String> {
        let anchor = |line: &str| {
            let kept = line.trim_start_matches('#').trim().chars();
            let kept = kept.filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        };
        self.prose().into_iter().filter(|(_, line)| line.starts_with('#')).map(|(_, line)| anchor(line)).collect()
    }

    /// The targets of its links and pictures.
    fn links(&self) -> Vec<(usize, &str)> {
        let targets = |(number, line)| {
            let rests = str::split(line, "](").skip(1);
            rests.filter_map(move |rest| Some((number, rest.split_once(')')?.0)))
        };
        self.prose().into_iter().flat_map(targets).collect()
    }
}

#[test]
fn readme_has_at_most_250_lines() {
    let readme = &pages()[0];
    let count = readme.text.lines().count();
    assert!(count <= MAX_README_LINES, "README.md has {count} lines: move text to docs/");
}

#[test]
fn readme_names_both_commands() {
    let text = &pages()[0].text;
    for command in ["\ncargo run --release -- host\n", "\ncargo test\n"] {
        assert!(text.contains(command), "README.md has no line {command:?}");
    }
}

#[test]
fn reference_tables_match_the_program() {
    for (name, wanted) in tables::pages() {
        let present = fs::read_to_string(root().join(name)).unwrap_or_default();
        assert!(present == wanted, "{name} is stale. Run `{}` and commit the result.", tables::COMMAND);
    }
}

#[test]
fn links_point_to_files_and_headings() {
    let pages = pages();
    let mut count = 0;
    for page in &pages {
        let folder = Path::new(&page.name).parent().unwrap();
        for (number, link) in page.links().into_iter().filter(|(_, link)| !link.contains("://")) {
            count += 1;
            let place = format!("{}:{number}: {link}", page.name);
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = if file.is_empty() { root().join(&page.name) } else { root().join(folder).join(file) };
            assert!(path.exists(), "{place}: there is no such file");
            if !anchor.is_empty() {
                let target = Page { name: link.to_owned(), text: fs::read_to_string(path).unwrap() };
                assert!(target.anchors().iter().any(|heading| heading == anchor), "{place}: there is no such heading");
            }
        }
    }
    assert!(count > 60, "only {count} links were found");
}

#[test]
fn index_links_to_every_page() {
    let pages = pages();
    let index = pages.iter().find(|page| page.name == "docs/README.md").unwrap();
    let links: Vec<_> = index.links().into_iter().map(|(_, link)| format!("docs/{link}")).collect();
    for page in pages.iter().filter(|page| page.name.starts_with("docs/") && page.name != index.name) {
        assert!(links.contains(&page.name), "docs/README.md does not link to {}", page.name);
    }
}

#[test]
fn command_lines_are_accepted_by_the_parser() {
    let mut count = 0;
    for page in pages() {
        for line in page.blocks("sh").into_iter().flat_map(|block| lines(&page.name, &block)) {
            for arguments in &line.programs {
                count += 1;
                assert!(!shell::has_placeholder(arguments), "{}: {} has a placeholder", line.place, line.text);
                shell::parse(arguments).unwrap_or_else(|error| panic!("{}: {}\n{error}", line.place, line.text));
            }
        }
    }
    assert!(count > 25, "only {count} command lines were found");
}

#[test]
fn commands_in_sentences_are_accepted_by_the_parser() {
    let mut count = 0;
    for page in pages() {
        for (number, line) in page.prose() {
            let codes = line.split('`').skip(1).step_by(2).filter(|code| code.starts_with("netchat-tui "));
            for line in codes.map(|code| shell::line(format!("{}:{number}", page.name), code)) {
                let arguments = line.programs.first().unwrap_or_else(|| panic!("{}: {}", line.place, line.text));
                if !shell::has_placeholder(arguments) {
                    count += 1;
                    shell::parse(arguments).unwrap_or_else(|error| panic!("{}: {}\n{error}", line.place, line.text));
                }
            }
        }
    }
    assert!(count > 30, "only {count} commands were found");
}

#[test]
fn parser_check_notices_unknown_options() {
    for line in ["netchat-tui --no-such-option", "netchat-tui serve nothing", "cargo run --release -- replay"] {
        let line = lines("here", &(1, line.to_owned())).remove(0);
        assert!(shell::parse(&line.programs[0]).is_err(), "{}", line.text);
    }
}

#[test]
fn command_lines_that_end_by_themselves_succeed() {
    let mut ran = 0;
    for page in pages() {
        let blocks = page.blocks("sh");
        let lines: Vec<Line> = blocks.iter().flat_map(|block| lines(&page.name, block)).collect();
        if !lines.iter().any(Line::can_run) {
            continue;
        }
        let sandbox = Sandbox::new();
        for (_, text) in page.blocks("toml").iter().filter(|(_, text)| sandbox::is_settings(text)) {
            sandbox.write_settings(text);
        }
        for line in lines.iter().filter(|line| line.can_run()) {
            ran += usize::from(!line.programs.is_empty());
            sandbox.run(line);
        }
    }
    assert!(ran >= 12, "only {ran} command lines were run");
}

#[test]
fn examples_of_settings_and_themes_pass_their_check() {
    let mut count = 0;
    for page in pages() {
        for (number, text) in page.blocks("toml") {
            count += 1;
            let sandbox = Sandbox::new();
            if sandbox::is_settings(&text) {
                sandbox.write_settings(&text);
            } else {
                sandbox.write_theme(&text);
            }
            let output = sandbox.program(&["config", "check"]).output().unwrap();
            let printed = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{}:{number}: {printed}", page.name);
        }
    }
    assert!(count >= 4, "only {count} examples were found");
}

#[test]
fn sentences_begin_plainly() {
    let beginnings = ["What ", "Who ", "Whoever ", "The same,"];
    for page in pages().iter().filter(|page| !page.name.starts_with("docs/reference/")) {
        for (number, line) in page.prose() {
            let sentences = line.split(". ").map(|sentence| sentence.trim_start_matches(['-', '*', '|', ' ']));
            for sentence in sentences {
                let is_plain = !beginnings.iter().any(|beginning| sentence.starts_with(beginning));
                assert!(is_plain || line.starts_with('|'), "{}:{number}: {sentence}", page.name);
            }
        }
    }
}

#[test]
fn no_page_refers_to_files_outside_the_repository() {
    for page in pages() {
        assert!(!page.text.contains("../shared"), "{} names a folder outside of the repository", page.name);
    }
}
