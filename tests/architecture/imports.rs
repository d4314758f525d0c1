//! Import order between the rooms of the crate and inside `app`.

use super::source::{Modules, SourceFile, source_files};
use std::collections::{BTreeMap, BTreeSet};

/// Rooms that each room may import besides itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("link", &[]),
    ("toml", &["text"]),
    ("theme", &["text", "toml"]),
    ("recording", &["link"]),
    ("app", &["text", "link", "theme", "recording"]),
    ("ui", &["app", "text", "link", "theme"]),
    ("net", &["link"]),
    ("storage", &["app", "link", "recording", "text"]),
    ("tui", &["app", "storage", "ui", "net", "link", "recording", "text"]),
    // The default port, and the recordings that `replay --serve` plays.
    ("server", &["text", "link", "recording"]),
    ("config", &["app", "link", "theme", "text", "toml"]),
    ("pipe", &["app", "storage", "link", "net", "recording", "text"]),
    ("cli", &["app", "config", "server", "link", "theme", "pipe", "text"]),
    (
        "commands",
        &[
            "app",
            "cli",
            "config",
            "link",
            "net",
            "pipe",
            "recording",
            "server",
            "storage",
            "text",
            "theme",
            "tui",
            "ui",
        ],
    ),
];

/// The rooms of `app` in their order: each imports those of its own row and above.
const APP_ORDER: &[&[&str]] = &[
    &["time", "input", "keys", "transcript", "settings"],
    &["view"],
    // Effects are plain data that every room above may ask for.
    &["effect", "session"],
    &["logging", "playback"],
    &["event", "commands", "modes"],
];

/// Pairs of a file in `app` and a room that it imports against [`APP_ORDER`].
const MAX_APP_ORDER_VIOLATIONS: usize = 128;

/// Files in the largest import cycle. A cycle of files cannot be read one at a time.
const MAX_CYCLE: usize = 83;

/// Words that the pure rooms must not name. `std::time::Duration` is a number and allowed.
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

/// Rooms without terminal, socket, clock or file.
const PURE: &[&str] = &["app", "text", "link", "theme", "recording"];

/// The room of a path below `src`. `config::toml` is one of its own: themes are read with it, and configure nothing.
fn room(path: &str) -> &str {
    if path.starts_with("config/toml") { "toml" } else { path.split(['/', '.']).next().unwrap() }
}

fn production_files() -> Vec<SourceFile> {
    source_files().into_iter().filter(|file| !file.is_test()).collect()
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut seen = 0;
    for file in production_files() {
        if file.module.is_empty() {
            continue;
        }
        let own = room(&file.path);
        let (_, allowed) =
            MAY_IMPORT.iter().find(|(name, _)| *name == own).unwrap_or_else(|| panic!("{} has no rule", file.path));
        for after in file.code().split("crate::").skip(1) {
            let path: String = after.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            let path = path.replace("::", "/");
            let other = room(&path);
            assert!(other == own || allowed.contains(&other), "{} imports crate::{other}", file.path);
            seen += 1;
        }
    }
    assert!(seen > 500, "the rule was read off {seen} imports: does this test still look?");
}

#[test]
fn rooms_of_app_keep_their_order() {
    let files = source_files();
    let modules = Modules::of(&files);
    let rank = |module: &[String]| match module {
        [app, room, ..] if app == "app" => {
            Some(APP_ORDER.iter().position(|row| row.contains(&room.as_str())).unwrap_or(APP_ORDER.len()))
        }
        [app] if app == "app" => Some(APP_ORDER.len()),
        _ => None,
    };
    let mut found = BTreeSet::new();
    for file in files.iter().filter(|file| !file.is_test()) {
        let Some(own) = rank(&file.module) else { continue };
        for target in modules.imports(file) {
            let against = rank(&target).is_some_and(|other| other > own);
            if against {
                found.insert(format!("{} imports {}", file.path, target.join("::")));
            }
        }
    }
    let list = found.iter().cloned().collect::<Vec<_>>().join("\n");
    assert!(found.len() <= MAX_APP_ORDER_VIOLATIONS, "{} imports against the order:\n{list}", found.len());
    assert!(found.len() == MAX_APP_ORDER_VIOLATIONS, "lower MAX_APP_ORDER_VIOLATIONS to {}", found.len());
}

#[test]
fn import_cycles_do_not_grow() {
    let files = source_files();
    let modules = Modules::of(&files);
    let production = files.iter().filter(|file| !file.is_test() && !file.module.is_empty());
    let graph: BTreeMap<_, _> = production.map(|file| (file.module.clone(), modules.imports(file))).collect();
    let largest = largest_cycle(&graph);
    let names: Vec<_> = largest.iter().map(|module| module.join("::")).collect();
    assert!(names.len() <= MAX_CYCLE, "{} files import each other in a circle:\n{}", names.len(), names.join("\n"));
    assert!(names.len() == MAX_CYCLE, "lower MAX_CYCLE to {}", names.len());
}

/// The largest set of modules that all reach each other; empty if no two do.
fn largest_cycle(graph: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> BTreeSet<Vec<String>> {
    let reach: BTreeMap<_, _> = graph.keys().map(|start| (start, reachable(graph, start))).collect();
    let cycles = reach.iter().map(|(start, reached)| {
        reached
            .iter()
            .filter(|other| reach.get(other).is_some_and(|back| back.contains(*start)))
            .cloned()
            .collect::<BTreeSet<_>>()
    });
    cycles.filter(|cycle| cycle.len() > 1).max_by_key(BTreeSet::len).unwrap_or_default()
}

fn reachable(graph: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>, start: &[String]) -> BTreeSet<Vec<String>> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![start.to_vec()];
    while let Some(module) = waiting.pop() {
        for next in graph.get(&module).into_iter().flatten() {
            if reached.insert(next.clone()) {
                waiting.push(next.clone());
            }
        }
    }
    reached
}

#[test]
fn pure_rooms_name_no_terminal_socket_clock_or_file() {
    for file in production_files().iter().filter(|file| PURE.contains(&file.room())) {
        for word in IMPURE {
            assert!(!file.code().contains(word), "{} names {word}", file.path);
        }
    }
}

#[test]
fn server_rooms_name_no_socket_clock_or_file() {
    let rooms: Vec<_> = production_files().into_iter().filter(|file| file.path.starts_with("server/rooms")).collect();
    assert!(rooms.len() > 10, "{} files of the rooms are held to this: does this test still look?", rooms.len());
    for file in rooms {
        for word in IMPURE {
            assert!(!file.code().contains(word), "{} names {word}", file.path);
        }
    }
}
