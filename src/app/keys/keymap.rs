//! What keys mean: the table, or the table as the user changed it.
//!
//! # What is held to
//! - A key has one meaning: by itself, or as the first of sequences of two.
//! - `Enter` and `Esc` keep theirs. They answer every question here, and many words on the screen name them.
//! - A key that types text stays one; behind a key that begins a sequence it may mean something.
//! - Something is left that interrupts.

use super::sequence::Sequence;
use super::{BINDINGS, Binding, Chord, Key};
use crate::app::Action;
use crate::text::suggest::suggest;
use std::collections::{HashMap, HashSet};

/// The key bindings in force: the table, changed by the `[keys]` of the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    meanings: HashMap<Sequence, BoundAction>,
    /// The keys that begin a sequence of two.
    prefixes: HashSet<Chord>,
}

/// A row of [`BINDINGS`] by its index, and where the key stands among those of this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct BoundAction {
    row: usize,
    place: usize,
}

/// A key, as it was written, and the name of what it is to mean: a row of [`BINDINGS`], or `none`.
pub type BindingRequest<'a> = (&'a str, &'a str);

/// A wish that cannot be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingError {
    /// Which of the wishes, as an index.
    pub wish: usize,
    /// What of it is wrong.
    pub part: BindingPart,
    /// A sentence that says why, and the next step.
    pub says: String,
}

/// One of the two parts of a [`BindingRequest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingPart {
    /// The key.
    Keys,
    /// What it is to mean.
    Name,
}

/// A wish that makes sense by itself: `None` takes the meaning of a key.
#[derive(Debug, Clone, Copy)]
struct ParsedBinding {
    wish: usize,
    sequence: Sequence,
    row: Option<usize>,
}

/// What takes the meaning of a key.
const UNBIND: &str = "none";

/// What has to be left.
const REQUIRED_ACTION: &str = "interrupt";

impl Default for Keymap {
    fn default() -> Self {
        let mut meanings = HashMap::new();
        for (row, binding) in BINDINGS.iter().enumerate() {
            let sequences = binding.chords.split(' ').filter_map(|name| Sequence::parse(name).ok());
            for (place, sequence) in sequences.enumerate() {
                meanings.insert(sequence, BoundAction { row, place });
            }
        }
        Self::of(meanings)
    }
}

impl Keymap {
    /// The table with these changes, in whatever order.
    ///
    /// # Errors
    /// Everything that is wrong with them, in their order; never empty.
    pub fn with(wishes: &[BindingRequest<'_>]) -> Result<Self, Vec<BindingError>> {
        let mut refused = Vec::new();
        let mut binds: Vec<ParsedBinding> = Vec::new();
        for (wish, (keys, name)) in wishes.iter().enumerate() {
            match ParsedBinding::read(wish, keys, name, wishes, &binds) {
                Ok(bind) => binds.push(bind),
                Err(wrong) => refused.extend(wrong),
            }
        }
        let keymap = Self::default().changed(&binds);
        refused.extend(binds.iter().filter_map(|bind| keymap.conflict(*bind, &binds)));
        refused.extend(keymap.missing_interrupt(&binds));
        refused.sort_by_key(|refused| refused.wish);
        if refused.is_empty() { Ok(keymap) } else { Err(refused) }
    }

    fn of(meanings: HashMap<Sequence, BoundAction>) -> Self {
        let prefixes = meanings.keys().filter_map(|sequence| sequence.prefix).collect();
        Self { meanings, prefixes }
    }

    fn changed(self, binds: &[ParsedBinding]) -> Self {
        let mut meanings = self.meanings;
        for bind in binds {
            // Behind the keys of the table, and in the order of the file.
            let place = usize::MAX / 2 + bind.wish;
            match bind.row {
                // It stays where it was among its like.
                Some(row) if meanings.get(&bind.sequence).is_some_and(|before| before.row == row) => continue,
                Some(row) => meanings.insert(bind.sequence, BoundAction { row, place }),
                None => meanings.remove(&bind.sequence),
            };
        }
        Self::of(meanings)
    }

    /// Why this change does not go with the rest.
    fn conflict(&self, bind: ParsedBinding, binds: &[ParsedBinding]) -> Option<BindingError> {
        bind.row?;
        let says = match bind.sequence.prefix {
            Some(prefix) => self.means_something_itself(bind.sequence, prefix, binds),
            None => self.begins_others(bind.sequence.last, binds),
        };
        Some(BindingError { wish: bind.wish, part: BindingPart::Keys, says: says? })
    }

    fn means_something_itself(&self, sequence: Sequence, prefix: Chord, binds: &[ParsedBinding]) -> Option<String> {
        let alone = Sequence::of(prefix);
        let name = self.binding(alone)?.name;
        let is_ours = !binds.iter().any(|bind| bind.sequence == alone);
        let step =
            if is_ours { format!("set \"{prefix}\" = \"none\" as well") } else { "bind one of the two".to_owned() };
        Some(format!("{sequence} cannot be reached: {prefix} means {name} by itself. Take another key, or {step}."))
    }

    /// Sequences that the user asked for have been told already.
    fn begins_others(&self, chord: Chord, binds: &[ParsedBinding]) -> Option<String> {
        let is_ours = |sequence: &Sequence| !binds.iter().any(|bind| bind.sequence == *sequence);
        let mut others: Vec<String> = self
            .meanings
            .keys()
            .filter(|sequence| sequence.prefix == Some(chord))
            .filter(|sequence| is_ours(sequence))
            .map(ToString::to_string)
            .collect();
        others.sort();
        let all = others.join(", ");
        (!others.is_empty())
            .then(|| format!("{chord} begins {all}. Take another key, or set each of these to \"none\"."))
    }

    fn missing_interrupt(&self, binds: &[ParsedBinding]) -> Option<BindingError> {
        let is_left = self
            .meanings
            .values()
            .any(|meaning| BINDINGS.get(meaning.row).is_some_and(|row| row.name == REQUIRED_ACTION));
        let before = Self::default();
        let took = |bind: &&ParsedBinding| {
            before.binding(bind.sequence).is_some_and(|binding| binding.name == REQUIRED_ACTION)
        };
        let taker = binds.iter().rfind(took).filter(|_| !is_left)?;
        let says = format!("Nothing would be left for {REQUIRED_ACTION}, the way out. Bind it to another key as well.");
        Some(BindingError { wish: taker.wish, part: BindingPart::Keys, says })
    }

    fn binding(&self, sequence: Sequence) -> Option<&'static Binding> {
        BINDINGS.get(self.meanings.get(&sequence)?.row)
    }

    /// What this key means by itself, if it is bound.
    pub fn action(&self, chord: Chord) -> Option<Action> {
        self.binding(Sequence::of(chord)).map(|binding| binding.action)
    }

    /// What this key means behind that one, if it is bound.
    pub(super) fn action_after(&self, prefix: Chord, last: Chord) -> Option<Action> {
        self.binding(Sequence { prefix: Some(prefix), last }).map(|binding| binding.action)
    }

    /// Whether this key begins a sequence.
    pub(super) fn begins(&self, chord: Chord) -> bool {
        self.prefixes.contains(&chord)
    }

    /// The keys that mean this, as they are written, the most usual first.
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        let means_it = |row: usize| BINDINGS.get(row).is_some_and(|binding| binding.action == action);
        let mut keys: Vec<_> = self.meanings.iter().filter(|(_, meaning)| means_it(meaning.row)).collect();
        keys.sort_by_key(|(_, meaning)| meaning.place);
        keys.into_iter().map(|(sequence, _)| sequence.to_string()).collect()
    }

    /// Words with the keys in them. `{help}` is the first key that does what [`BINDINGS`] call `help`, `{search=Ctrl-S}`
    /// is Ctrl-S if that does it, else the first, and `{help|/help}` says what stands there when no key does: nothing
    /// otherwise.
    pub fn expand_key_hints(&self, words: &str) -> String {
        let mut filled = String::with_capacity(words.len());
        let mut rest = words;
        while let Some((before, (hole, after))) = rest.split_once('{').and_then(|(b, a)| Some((b, a.split_once('}')?)))
        {
            filled.push_str(before);
            filled.push_str(&self.expand_hint(hole));
            rest = after;
        }
        filled + rest
    }

    fn expand_hint(&self, hole: &str) -> String {
        let (what, instead) = hole.split_once('|').unwrap_or((hole, ""));
        let (name, wanted) = what.split_once('=').unwrap_or((what, ""));
        let binding = BINDINGS.iter().find(|binding| binding.name == name);
        debug_assert!(binding.is_some(), "there is no action {name}");
        let mut keys = binding.map_or_else(Vec::new, |binding| self.keys_of(binding.action));
        let at = keys.iter().position(|key| key == wanted).unwrap_or(0);
        if at < keys.len() { keys.swap_remove(at) } else { instead.to_owned() }
    }
}

impl ParsedBinding {
    /// Understands a wish, beside those `before` it.
    fn read(
        wish: usize,
        keys: &str,
        name: &str,
        wishes: &[BindingRequest<'_>],
        before: &[Self],
    ) -> Result<Self, Vec<BindingError>> {
        let refused = |part, says| BindingError { wish, part, says };
        let sequence = Sequence::parse(keys).and_then(|sequence| bindable(sequence).map(|()| sequence));
        let sequence = sequence.and_then(|sequence| {
            let twin = before.iter().find(|bind| bind.sequence == sequence).and_then(|bind| wishes.get(bind.wish));
            twin.map_or(Ok(sequence), |(other, _)| Err(format!("{sequence} is bound already, as \"{other}\".")))
        });
        let row = row_of(name);
        match (sequence, row) {
            (Ok(sequence), Ok(row)) => Ok(Self { wish, sequence, row }),
            (sequence, row) => Err(sequence
                .err()
                .map(|says| refused(BindingPart::Keys, says))
                .into_iter()
                .chain(row.err().map(|says| refused(BindingPart::Name, says)))
                .collect()),
        }
    }
}

/// The row of this name, or that there shall be none.
fn row_of(name: &str) -> Result<Option<usize>, String> {
    let row = BINDINGS.iter().position(|binding| binding.name == name);
    if row.is_some() || name == UNBIND {
        return Ok(row);
    }
    let shown: String = name.chars().take(40).collect();
    let shown = shown.escape_debug();
    Err(match suggest(name, BINDINGS.iter().map(|binding| binding.name).chain([UNBIND])) {
        Some(near) => format!("There is no action {shown}. Did you mean {near}?"),
        None if name.is_empty() => "Nothing is said that the key should do; \"none\" is for nothing.".to_owned(),
        None => format!("There is no action {shown}. netchat-tui config example lists them all."),
    })
}

/// Whether a key may have another meaning.
fn bindable(sequence: Sequence) -> Result<(), String> {
    let first = sequence.prefix.unwrap_or(sequence.last);
    let is_plain = first == Chord::plain(first.key);
    match first.key {
        Key::Esc if is_plain && sequence.prefix.is_some() => {
            let alt = Chord { alt: true, ..sequence.last };
            Err(format!("Esc and then a key is what terminals send for Alt and that key: write {alt}."))
        }
        Key::Enter | Key::Esc if is_plain => Err(format!("{first} answers every question here and cannot be bound.")),
        Key::Char(_) if is_plain => Err(format!(
            "{first} types text and cannot be bound by itself: add Ctrl or Alt, or another key in front, as in Ctrl-X,E."
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
