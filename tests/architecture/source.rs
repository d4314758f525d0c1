//! The source tree as text: files, their modules, and the paths they name.

#![expect(clippy::string_slice, reason = "the offsets come from searches of the same text")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// One file below `src`.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// Path below `src`, with `/`.
    pub(super) path: String,
    /// Segments of its module; empty for `lib.rs` and `main.rs`.
    pub(super) module: Vec<String>,
    /// The whole text.
    pub(super) text: String,
}

impl SourceFile {
    /// First segment of the module: the room that the import rule speaks of.
    pub(super) fn room(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    /// Whether the file holds tests only.
    pub(super) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs" || part == "table_tests.rs")
    }

    /// The lines before the tests of the file.
    pub(super) fn production(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod ").next().unwrap()
    }

    /// Returns the production code without comments.
    pub(super) fn code(&self) -> String {
        without_comments(self.production())
    }
}

/// The lines of a text that are no line comments.
pub(super) fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// All Rust files below a folder of the repository, as path and text.
pub(super) fn rust_files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let parts: Vec<_> =
                    path.strip_prefix(&root).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
                found.push((parts.join("/"), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Every file below `src`.
pub(super) fn source_files() -> Vec<SourceFile> {
    let files = rust_files("src").into_iter().map(|(path, text)| {
        let stem = path.trim_end_matches(".rs");
        let module =
            if matches!(stem, "lib" | "main") { Vec::new() } else { stem.split('/').map(str::to_owned).collect() };
        SourceFile { path, module, text }
    });
    files.collect()
}

/// The modules of the crate and the names they hand on, to find out which file a path leads to.
#[derive(Debug)]
pub(super) struct Modules {
    modules: BTreeSet<Vec<String>>,
    /// Module and name → the path it is a re-export of.
    exports: BTreeMap<(Vec<String>, String), Vec<String>>,
}

impl Modules {
    pub(super) fn of(files: &[SourceFile]) -> Self {
        let modules: BTreeSet<_> = files.iter().map(|file| file.module.clone()).collect();
        let mut this = Self { modules, exports: BTreeMap::new() };
        for file in files {
            for path in use_paths(&without_comments(&file.text), "pub") {
                if let (Some(target), Some(name)) = (this.absolute(file, &path), path.last()) {
                    this.exports.insert((file.module.clone(), name.clone()), target);
                }
            }
        }
        this
    }

    /// The module that holds the item at the end of each path that the file's code names.
    pub(super) fn imports(&self, file: &SourceFile) -> BTreeSet<Vec<String>> {
        let code = file.code();
        let mut paths = use_paths(&code, "");
        paths.extend(inline_paths(&code));
        let targets = paths.iter().filter_map(|path| self.absolute(file, path)).map(|path| self.home(path));
        targets.filter(|module| *module != file.module && !module.is_empty()).collect()
    }

    /// A path from the crate's root, if it is one of this crate.
    fn absolute(&self, file: &SourceFile, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let below = |base: &[String], rest: &[String]| [base, rest].concat();
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some(below(&file.module, rest)),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let kept = file.module.len().checked_sub(ups)?;
                Some(below(&file.module[..kept], &path[ups..]))
            }
            child => {
                let child = below(&file.module, &[child.to_owned()]);
                self.modules.contains(&child).then(|| below(&child, rest))
            }
        }
    }

    /// The module of an item, behind all re-exports.
    fn home(&self, mut path: Vec<String>) -> Vec<String> {
        for _ in 0..8 {
            let module = (0..=path.len()).rev().map(|len| &path[..len]).find(|module| self.modules.contains(*module));
            let module = module.unwrap_or_default().to_vec();
            let Some(name) = path.get(module.len()) else { return module };
            match self.exports.get(&(module.clone(), name.clone())) {
                Some(target) if *target != path => {
                    path = [target.as_slice(), &path[module.len() + 1..]].concat();
                }
                _ => return module,
            }
        }
        path
    }
}

/// The paths of all `use` items, each with its visibility beginning so.
fn use_paths(code: &str, visibility: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for statement in code.split(';') {
        let Some(at) = statement.rfind("use ").filter(|at| statement[..*at].ends_with(['\n', ' ']) || *at == 0) else {
            continue;
        };
        let line_start = statement[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = statement[line_start..at].trim();
        if before.starts_with(visibility) && (before.is_empty() || before.starts_with("pub")) {
            expand(&statement[at + 4..], &mut Vec::new(), &mut found);
        }
    }
    found
}

/// Takes a use tree apart into its paths.
fn expand(tree: &str, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let head = tree.split('{').next().unwrap();
    let segments =
        head.split("::").map(|part| part.split(" as ").next().unwrap().trim()).filter(|part| !part.is_empty());
    let len = prefix.len();
    prefix.extend(segments.map(str::to_owned));
    if let Some(open) = tree.find('{') {
        let body = &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())];
        let (mut depth, mut start) = (0, 0);
        for (at, character) in body.char_indices().chain([(body.len(), ',')]) {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !body[start..at].trim().is_empty() {
                        expand(&body[start..at], prefix, found);
                    }
                    start = (at + 1).min(body.len());
                }
                _ => {}
            }
        }
    } else {
        found.push(prefix.iter().filter(|part| *part != "self" || prefix.len() == 1).cloned().collect());
    }
    prefix.truncate(len);
}

/// Paths in code that begin with `crate` or `super`.
fn inline_paths(code: &str) -> Vec<Vec<String>> {
    let starts = ["crate::", "super::"].into_iter().flat_map(|start| code.match_indices(start).map(|(at, _)| at));
    let whole = starts.filter(|at| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
    whole
        .map(|at| {
            let text: String =
                code[at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            text.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
        })
        .collect()
}
