//! Holds the key bindings in force: the default table with the user's changes.
//!
//! # Invariants
//! - A key is either bound alone or begins sequences of two keys, never both.
//! - `Enter` and `Esc` cannot be rebound: they answer every question, and many hints on the screen name them.
//! - A key that types text cannot be bound alone or begin a sequence; it can be the second key of one.
//! - At least one key is bound to `interrupt`.

use super::sequence::Sequence;
use super::{BINDINGS, Binding, Chord, Key};
use crate::app::Action;
use crate::text::suggest::suggest;
use std::collections::{HashMap, HashSet};

/// The key bindings in force: the default table, changed by the `[keys]` section of the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: HashMap<Sequence, BoundAction>,
    /// Keys that begin a sequence.
    prefixes: HashSet<Chord>,
}

/// The action of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct BoundAction {
    /// Index into [`BINDINGS`].
    row: usize,
    /// Position among the keys of the same action; only the order matters.
    rank: usize,
}

/// A requested change: the keys as the user wrote them, and the name of an action in [`BINDINGS`] or `none`.
pub type BindingRequest<'a> = (&'a str, &'a str);

/// Reason why a [`BindingRequest`] was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingError {
    /// Index of the request.
    pub request: usize,
    /// The part of the request that is wrong.
    pub part: BindingPart,
    /// A sentence with the reason and the next step.
    pub message: String,
}

/// One of the two parts of a [`BindingRequest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingPart {
    /// The keys to bind.
    Keys,
    /// The name of the action.
    Name,
}

/// A request that is valid on its own but may conflict with others.
#[derive(Debug, Clone, Copy)]
struct ParsedBinding {
    /// Index of the request.
    request: usize,
    sequence: Sequence,
    /// Index into [`BINDINGS`]; `None` to unbind the keys.
    row: Option<usize>,
}

/// Name of the action that unbinds a key.
const UNBIND: &str = "none";

/// Name of the action that must keep a key.
const REQUIRED_ACTION: &str = "interrupt";

impl Default for Keymap {
    fn default() -> Self {
        let mut bindings = HashMap::new();
        for (row, binding) in BINDINGS.iter().enumerate() {
            let sequences = binding.chords.split(' ').filter_map(|name| Sequence::parse(name).ok());
            for (rank, sequence) in sequences.enumerate() {
                bindings.insert(sequence, BoundAction { row, rank });
            }
        }
        Self::of(bindings)
    }
}

impl Keymap {
    /// Returns the default bindings with these changes. The order of the requests does not matter.
    ///
    /// # Errors
    /// If any request is rejected: all errors, in the order of the requests.
    pub fn with(requests: &[BindingRequest<'_>]) -> Result<Self, Vec<BindingError>> {
        let mut errors = Vec::new();
        let mut changes: Vec<ParsedBinding> = Vec::new();
        for (request, (keys, name)) in requests.iter().enumerate() {
            match ParsedBinding::parse(request, keys, name, requests, &changes) {
                Ok(change) => changes.push(change),
                Err(rejected) => errors.extend(rejected),
            }
        }
        let keymap = Self::default().apply(&changes);
        errors.extend(changes.iter().filter_map(|change| keymap.find_conflict(*change, &changes)));
        errors.extend(keymap.check_interrupt(&changes));
        errors.sort_by_key(|error| error.request);
        if errors.is_empty() { Ok(keymap) } else { Err(errors) }
    }

    fn of(bindings: HashMap<Sequence, BoundAction>) -> Self {
        let prefixes = bindings.keys().filter_map(|sequence| sequence.prefix).collect();
        Self { bindings, prefixes }
    }

    fn apply(self, changes: &[ParsedBinding]) -> Self {
        let mut bindings = self.bindings;
        for change in changes {
            // After the default keys, in the order of the requests.
            let rank = usize::MAX / 2 + change.request;
            match change.row {
                // A default binding that is requested again keeps its rank.
                Some(row) if bindings.get(&change.sequence).is_some_and(|current| current.row == row) => continue,
                Some(row) => bindings.insert(change.sequence, BoundAction { row, rank }),
                None => bindings.remove(&change.sequence),
            };
        }
        Self::of(bindings)
    }

    /// Returns an error if a change conflicts with the resulting bindings.
    fn find_conflict(&self, change: ParsedBinding, changes: &[ParsedBinding]) -> Option<BindingError> {
        change.row?;
        let message = match change.sequence.prefix {
            Some(prefix) => self.find_bound_prefix(change.sequence, prefix, changes),
            None => self.find_sequences_of_prefix(change.sequence.last, changes),
        };
        Some(BindingError { request: change.request, part: BindingPart::Keys, message: message? })
    }

    fn find_bound_prefix(&self, sequence: Sequence, prefix: Chord, changes: &[ParsedBinding]) -> Option<String> {
        let alone = Sequence::of(prefix);
        let name = self.binding(alone)?.name;
        let is_default = !changes.iter().any(|change| change.sequence == alone);
        let step = if is_default {
            format!("set \"{prefix}\" = \"none\" as well")
        } else {
            "bind only one of the two".to_owned()
        };
        Some(format!("{sequence} cannot be typed: {prefix} alone is bound to {name}. Use another key, or {step}."))
    }

    /// Ignores sequences from `changes`, which report the conflict themselves.
    fn find_sequences_of_prefix(&self, chord: Chord, changes: &[ParsedBinding]) -> Option<String> {
        let is_default = |sequence: &Sequence| !changes.iter().any(|change| change.sequence == *sequence);
        let mut sequences: Vec<String> = self
            .bindings
            .keys()
            .filter(|sequence| sequence.prefix == Some(chord))
            .filter(|sequence| is_default(sequence))
            .map(ToString::to_string)
            .collect();
        sequences.sort();
        let list = sequences.join(", ");
        (!sequences.is_empty())
            .then(|| format!("{chord} begins {list}. Use another key, or set each of these to \"none\"."))
    }

    /// Returns an error for the last change that took a key from [`REQUIRED_ACTION`], if no key is left for it.
    fn check_interrupt(&self, changes: &[ParsedBinding]) -> Option<BindingError> {
        let is_bound = self
            .bindings
            .values()
            .any(|bound| BINDINGS.get(bound.row).is_some_and(|binding| binding.name == REQUIRED_ACTION));
        let defaults = Self::default();
        let took_key = |change: &&ParsedBinding| {
            defaults.binding(change.sequence).is_some_and(|binding| binding.name == REQUIRED_ACTION)
        };
        let change = changes.iter().rfind(took_key).filter(|_| !is_bound)?;
        let message =
            format!("No key would be left for {REQUIRED_ACTION}, which quits. Bind it to another key as well.");
        Some(BindingError { request: change.request, part: BindingPart::Keys, message })
    }

    fn binding(&self, sequence: Sequence) -> Option<&'static Binding> {
        BINDINGS.get(self.bindings.get(&sequence)?.row)
    }

    /// Returns the action of a key that is bound alone.
    pub fn action(&self, chord: Chord) -> Option<Action> {
        self.binding(Sequence::of(chord)).map(|binding| binding.action)
    }

    /// Returns the action of a sequence of two keys.
    pub(super) fn action_after(&self, prefix: Chord, last: Chord) -> Option<Action> {
        self.binding(Sequence { prefix: Some(prefix), last }).map(|binding| binding.action)
    }

    /// Whether this key begins a sequence.
    pub(super) fn begins(&self, chord: Chord) -> bool {
        self.prefixes.contains(&chord)
    }

    /// Returns the keys bound to an action, formatted for display: default keys first, then the user's.
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        let has_action = |row: usize| BINDINGS.get(row).is_some_and(|binding| binding.action == action);
        let mut keys: Vec<_> = self.bindings.iter().filter(|(_, bound)| has_action(bound.row)).collect();
        keys.sort_by_key(|(_, bound)| bound.rank);
        keys.into_iter().map(|(sequence, _)| sequence.to_string()).collect()
    }

    /// Replaces placeholders in a text by bound keys.
    ///
    /// - `{help}` becomes the first key bound to the action named `help` in [`BINDINGS`], or nothing.
    /// - `{search=Ctrl-S}` becomes Ctrl-S if that is bound to `search`, otherwise the first key.
    /// - `{help|/help}` becomes `/help` if no key is bound to `help`.
    pub fn expand_key_hints(&self, text: &str) -> String {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, (placeholder, after))) =
            rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
        {
            expanded.push_str(before);
            expanded.push_str(&self.expand_placeholder(placeholder));
            rest = after;
        }
        expanded + rest
    }

    fn expand_placeholder(&self, placeholder: &str) -> String {
        let (action, fallback) = placeholder.split_once('|').unwrap_or((placeholder, ""));
        let (name, preferred) = action.split_once('=').unwrap_or((action, ""));
        let binding = BINDINGS.iter().find(|binding| binding.name == name);
        debug_assert!(binding.is_some(), "there is no action {name}");
        let mut keys = binding.map_or_else(Vec::new, |binding| self.keys_of(binding.action));
        let index = keys.iter().position(|key| key == preferred).unwrap_or(0);
        if index < keys.len() { keys.swap_remove(index) } else { fallback.to_owned() }
    }
}

impl ParsedBinding {
    /// Parses a request. `previous` are the requests parsed before it, which must not bind the same keys.
    fn parse(
        request: usize,
        keys: &str,
        name: &str,
        requests: &[BindingRequest<'_>],
        previous: &[Self],
    ) -> Result<Self, Vec<BindingError>> {
        let error = |part, message| BindingError { request, part, message };
        let sequence = Sequence::parse(keys).and_then(|sequence| check_bindable(sequence).map(|()| sequence));
        let sequence = sequence.and_then(|sequence| {
            let same_keys = previous.iter().find(|change| change.sequence == sequence);
            match same_keys.and_then(|change| requests.get(change.request)) {
                Some((other, _)) => Err(format!("{sequence} is already bound, as \"{other}\".")),
                None => Ok(sequence),
            }
        });
        let row = find_row(name);
        match (sequence, row) {
            (Ok(sequence), Ok(row)) => Ok(Self { request, sequence, row }),
            (sequence, row) => Err(sequence
                .err()
                .map(|message| error(BindingPart::Keys, message))
                .into_iter()
                .chain(row.err().map(|message| error(BindingPart::Name, message)))
                .collect()),
        }
    }
}

/// Returns the index of an action in [`BINDINGS`], or `None` for [`UNBIND`].
fn find_row(name: &str) -> Result<Option<usize>, String> {
    let row = BINDINGS.iter().position(|binding| binding.name == name);
    if row.is_some() || name == UNBIND {
        return Ok(row);
    }
    let shown: String = name.chars().take(40).collect();
    let shown = shown.escape_debug();
    Err(match suggest(name, BINDINGS.iter().map(|binding| binding.name).chain([UNBIND])) {
        Some(near) => format!("There is no action {shown}. Did you mean {near}?"),
        None if name.is_empty() => "The action is missing. Use \"none\" to unbind the key.".to_owned(),
        None => format!("There is no action {shown}. Run netchat-tui config example to list all actions."),
    })
}

/// Rejects sequences that must keep their meaning.
fn check_bindable(sequence: Sequence) -> Result<(), String> {
    let first = sequence.prefix.unwrap_or(sequence.last);
    let is_plain = first == Chord::plain(first.key);
    match first.key {
        Key::Esc if is_plain && sequence.prefix.is_some() => {
            let alt = Chord { alt: true, ..sequence.last };
            Err(format!("Terminals send Alt with a key as Esc and the key: write {alt}."))
        }
        Key::Enter | Key::Esc if is_plain => Err(format!("{first} cannot be bound: it answers every question.")),
        Key::Char(_) if is_plain => Err(format!(
            "{first} types text and cannot be bound alone: add Ctrl or Alt, or a key before it, as in Ctrl-X,E."
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
