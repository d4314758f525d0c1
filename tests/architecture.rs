//! The import rule of the crate's documentation, read off the source.

use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom, besides itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("link", &[]),
    ("looks", &["table"]),
    ("table", &[]),
    ("record", &["link"]),
    ("app", &["text", "link", "looks", "record", "table"]),
    ("ui", &["app", "text", "link", "looks"]),
    ("net", &["link"]),
    ("disk", &["app", "record", "text"]),
    ("tui", &["app", "disk", "ui", "net", "link", "record", "text"]),
    ("replay", &["disk", "lab", "record"]),
    ("lab", &["text"]),
    ("config", &["app", "link", "looks", "table", "text"]),
    ("pipe", &["app", "disk", "link", "net", "record", "text"]),
    ("cli", &["app", "config", "lab", "link", "looks", "pipe", "text"]),
    ("serve", &["cli", "lab", "link", "text"]),
];

/// What the pure modules must not even name. `std::time::Duration` is a number and allowed.
const IMPURE: &[&str] = &[
    "ratatui",
    "crossterm",
    "tokio",
    "chrono",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "TcpStream",
    "Instant",
    "SystemTime",
    "std::io::std",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file with its module: `app/tab.rs` belongs to `app`.
fn files() -> Vec<(String, PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![source()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(source()).unwrap();
                let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
                let module = first.trim_end_matches(".rs").to_owned();
                let text = fs::read_to_string(&path).unwrap();
                found.push((module, relative.to_owned(), text));
            }
        }
    }
    found
}

/// The code without comments, up to its tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
}

/// The parts of `lab` that do know sockets and clocks. All others are as pure as the core.
const LAB_OUTSIDE: &[&str] = &["hub.rs", "lan.rs", "listen.rs", "mailbox.rs", "peer.rs", "server.rs", "state.rs"];

#[test]
fn modules_import_only_whom_they_may() {
    let mut seen = 0;
    for (module, path, text) in files() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
            assert!(matches!(module.as_str(), "lib" | "bin"), "{} has no rule", path.display());
            continue;
        };
        for after in code(&text).split("crate::").skip(1) {
            let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let fine = name == module || allowed.contains(&name.as_str());
            assert!(fine, "{} imports crate::{name}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 20, "the rule has been read off {seen} imports: is this test still looking?");
}

#[test]
fn the_core_knows_no_terminal_socket_clock_or_file() {
    for (module, path, text) in files() {
        if matches!(module.as_str(), "app" | "text" | "link" | "looks" | "record" | "table") && !is_test(&path) {
            for word in IMPURE {
                assert!(!code(&text).contains(word), "{} names {word}", path.display());
            }
        }
    }
}

#[test]
fn the_rooms_know_no_socket_clock_or_file() {
    let mut pure = 0;
    for (module, path, text) in files() {
        let name = path.file_name().unwrap().to_str().unwrap();
        if module == "lab" && !LAB_OUTSIDE.contains(&name) && !is_test(&path) {
            for word in IMPURE {
                assert!(!code(&text).contains(word), "{} names {word}", path.display());
            }
            pure += 1;
        }
    }
    assert!(pure > 10, "{pure} files of the lab are held to this: is this test still looking?");
}

#[test]
fn files_stay_under_400_lines() {
    for (_, path, text) in files() {
        if !is_test(&path) {
            let lines = text.split("#[cfg(test)]").next().unwrap().lines().count();
            assert!(lines <= 400, "{} has {lines} lines", path.display());
        }
    }
}
