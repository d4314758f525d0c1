//! How types and modules are named.

use super::source::source_files;
use std::collections::BTreeMap;

/// Names that several types share, each with the reason why no other word would do.
const SHARED_TYPE_NAMES: &[(&str, &str)] = &[("Signals", "one for a client, one for a server; never in one file")];

/// Modules ending in `-ing` that are nouns of the field.
const ING_MODULES: &[&str] = &["logging", "recording"];

#[test]
fn type_names_are_unique() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in source_files().iter().filter(|file| !file.is_test()) {
        for line in file.code().lines() {
            let mut words = line
                .split_whitespace()
                .skip_while(|word| word.starts_with("pub") || *word == "in" || word.ends_with(')'));
            if let (Some("struct" | "enum" | "trait" | "union"), Some(name)) = (words.next(), words.next()) {
                let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
                let files = places.entry(name).or_default();
                // Of two types for two systems only one is compiled.
                if files.last() != Some(&file.path) {
                    files.push(file.path.clone());
                }
            }
        }
    }
    let is_listed = |name: &str| SHARED_TYPE_NAMES.iter().any(|(shared, _)| *shared == name);
    let shared: Vec<_> = places.iter().filter(|(_, places)| places.len() > 1).collect();
    let wrong: Vec<_> = shared.iter().filter(|(name, _)| !is_listed(name)).collect();
    let list: Vec<_> = wrong.iter().map(|(name, places)| format!("{name}: {}", places.join(", "))).collect();
    assert!(wrong.is_empty(), "{} names stand for several types:\n{}", wrong.len(), list.join("\n"));
    for (name, _) in SHARED_TYPE_NAMES {
        assert!(shared.iter().any(|(shared, _)| shared == name), "{name} is unique now: take it off the list");
    }
}

#[test]
fn modules_are_nouns() {
    let modules: Vec<_> = source_files()
        .into_iter()
        .filter_map(|file| file.module.last().map(|name| (name.clone(), file.path)))
        .collect();
    let verbs: Vec<_> = modules
        .iter()
        .filter(|(name, _)| name.ends_with("ing") && !name.ends_with("_ring") && !ING_MODULES.contains(&name.as_str()))
        .collect();
    assert!(verbs.is_empty(), "modules named by a participle: {verbs:?}");
}
