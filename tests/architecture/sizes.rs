//! How large files, types and `impl` blocks may be.

use super::source::{rust_files, source_files};

/// Lines of a file without its tests.
const MAX_FILE_LINES: usize = 400;

/// Files with an `impl App`.
const MAX_APP_IMPL_FILES: usize = 28;

/// Files with an `impl Tab`.
const MAX_TAB_IMPL_FILES: usize = 16;

#[test]
fn files_have_at_most_400_lines() {
    for file in source_files() {
        let lines = if file.is_test() { 0 } else { file.production().lines().count() };
        assert!(lines <= MAX_FILE_LINES, "src/{} has {lines} lines", file.path);
    }
}

#[test]
fn clippy_holds_functions_to_60_lines() {
    let config = include_str!("../../clippy.toml");
    assert!(config.lines().any(|line| line == "too-many-lines-threshold = 60"), "clippy.toml does not say so any more");
    assert!(include_str!("../../Cargo.toml").contains("too_many_lines = \"warn\""));
}

fn files_with_impl_of(name: &str) -> Vec<String> {
    let start = format!("impl {name} ");
    let files = source_files().into_iter().filter(|file| file.code().lines().any(|line| line.starts_with(&start)));
    files.map(|file| file.path).collect()
}

#[test]
fn app_and_tab_are_not_spread_over_more_files() {
    for (name, most) in [("App", MAX_APP_IMPL_FILES), ("Tab", MAX_TAB_IMPL_FILES)] {
        let files = files_with_impl_of(name);
        assert!(files.len() <= most, "impl {name} stands in {} files:\n{}", files.len(), files.join("\n"));
        assert!(files.len() == most, "lower the limit for impl {name} to {}", files.len());
    }
}

#[test]
fn test_names_have_at_most_60_characters() {
    let mut long = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for (path, text) in rust_files(folder) {
            for name in text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next()) {
                if name.len() > 60 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                    long.push(format!("{folder}/{path}: {name}"));
                }
            }
        }
    }
    assert!(long.is_empty(), "{} names over 60 characters:\n{}", long.len(), long.join("\n"));
}
