//! The registry of nicknames in use in a room.

use super::word_lists::{ADJECTIVES, ANIMALS};
use super::{MAX_CHARS, Nickname, NicknameBuilder, NicknameError, NicknameRule, Reason};
use crate::server::room::PeerId;
use fastrand::Rng;
use std::collections::{BTreeMap, HashMap};
use unicode_normalization::UnicodeNormalization;

/// Characters of a refused name that are considered for a suggestion.
const MAX_SUGGESTION_INPUT: usize = 100;

/// Random names of one form to try before another form is tried.
const MAX_ATTEMPTS: usize = 16;

/// The names in use in one room. No two of them are equal or confusable.
///
/// The time of each operation except iteration hardly grows with the number of names. The same seed and calls produce the
/// same names.
#[derive(Debug)]
pub(crate) struct NicknameRegistry {
    by_peer: HashMap<PeerId, Nickname>,
    /// The owner of each skeleton. Clashing names share one, so each has one owner.
    by_skeleton: HashMap<Box<str>, PeerId>,
    /// The owners by name in lower case, for sorted lists and lookups.
    by_lowercase: BTreeMap<String, PeerId>,
    rng: Rng,
    adjectives: &'static [&'static str],
    animals: &'static [&'static str],
    /// The number of the last `guest-N` name.
    last_guest_number: u64,
}

/// The effect of a successful claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClaimResult {
    /// The peer had no name before.
    First,
    /// The peer had exactly this name already.
    Unchanged,
    /// The peer had another name, which is free now.
    Renamed {
        /// The previous name.
        before: Nickname,
    },
}

impl NicknameRegistry {
    /// Creates an empty registry. `rng` is the only source of randomness.
    pub(crate) fn new(rng: Rng) -> Self {
        Self::with_words(rng, ADJECTIVES, ANIMALS)
    }

    pub(super) fn with_words(rng: Rng, adjectives: &'static [&'static str], animals: &'static [&'static str]) -> Self {
        Self {
            by_peer: HashMap::new(),
            by_skeleton: HashMap::new(),
            by_lowercase: BTreeMap::new(),
            rng,
            adjectives,
            animals,
            last_guest_number: 0,
        }
    }

    /// Assigns a free random name, such as `brave-otter`, unless the peer has a name, and returns the peer's name.
    pub(crate) fn assign_random(&mut self, peer: PeerId) -> &str {
        if !self.by_peer.contains_key(&peer) {
            let name = self.random_name();
            self.insert(peer, name);
        }
        self.name(peer).unwrap_or_default()
    }

    /// Gives a peer the requested name in place of its current one. Variants of its current name are available to it.
    ///
    /// # Errors
    /// The reason for the refusal and a suggestion. The peer keeps its current name.
    pub(crate) fn claim(&mut self, peer: PeerId, input: &str) -> Result<ClaimResult, NicknameError> {
        let name = match Nickname::parse(input) {
            Ok(name) => name,
            Err(rule) => return Err(self.refusal(input, rule.into())),
        };
        let owner = |skeleton| self.by_skeleton.get(skeleton).filter(|&&owner| owner != peer);
        if let Some(existing) = name.skeletons().iter().find_map(owner).and_then(|owner| self.by_peer.get(owner)) {
            let is_same = lowercase(existing.as_str()) == lowercase(name.as_str());
            let reason = if is_same { Reason::Taken(existing.clone()) } else { Reason::TooSimilar(existing.clone()) };
            return Err(self.refusal(input, reason));
        }
        if self.by_peer.get(&peer) == Some(&name) {
            return Ok(ClaimResult::Unchanged);
        }
        let before = self.release(peer);
        self.insert(peer, name);
        Ok(before.map_or(ClaimResult::First, |before| ClaimResult::Renamed { before }))
    }

    /// Removes and returns a peer's name.
    pub(crate) fn release(&mut self, peer: PeerId) -> Option<Nickname> {
        let name = self.by_peer.remove(&peer)?;
        for skeleton in name.skeletons().iter() {
            self.by_skeleton.remove(skeleton);
        }
        self.by_lowercase.remove(&lowercase(name.as_str()));
        Some(name)
    }

    /// The name of a peer.
    pub(crate) fn name(&self, peer: PeerId) -> Option<&str> {
        self.by_peer.get(&peer).map(Nickname::as_str)
    }

    /// Finds a peer by a name that a user typed: the one with this name in any case, or else the only one with a
    /// confusable name, because users cannot always distinguish `l` and `I`.
    pub(crate) fn find(&self, input: &str) -> Option<PeerId> {
        let name = Nickname::parse(input).ok()?;
        if let Some(&peer) = self.by_lowercase.get(&lowercase(name.as_str())) {
            return Some(peer);
        }
        let mut owners = name.skeletons().iter().filter_map(|skeleton| self.by_skeleton.get(skeleton));
        let &first = owners.next()?;
        owners.all(|&peer| peer == first).then_some(first)
    }

    /// All peers with their names, sorted by name without regard to case.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (PeerId, &str)> {
        self.by_lowercase.values().filter_map(|&peer| Some((peer, self.name(peer)?)))
    }

    /// Number of names.
    pub(crate) fn len(&self) -> usize {
        self.by_peer.len()
    }

    /// Adds a free name for a peer without one.
    fn insert(&mut self, peer: PeerId, name: Nickname) {
        for skeleton in name.skeletons().iter() {
            self.by_skeleton.insert(skeleton.clone(), peer);
        }
        self.by_lowercase.insert(lowercase(name.as_str()), peer);
        self.by_peer.insert(peer, name);
    }

    /// The name, if it is valid and clashes with none in use.
    fn free(&self, input: &str) -> Option<Nickname> {
        let name = Nickname::parse(input).ok()?;
        let is_free = !name.skeletons().iter().any(|skeleton| self.by_skeleton.contains_key(skeleton));
        is_free.then_some(name)
    }

    fn refusal(&mut self, input: &str, reason: Reason) -> NicknameError {
        let similar = match &reason {
            // A name similar to a reserved word, such as `admin2`, is no better.
            Reason::Invalid(NicknameRule::Reserved) => None,
            _ => self.similar_free_name(&sanitize(input)),
        };
        let suggestion = similar.unwrap_or_else(|| self.random_name());
        NicknameError::new(input, reason, suggestion)
    }

    /// A free name similar to `name`: the name itself, or with a number, preferably a small one.
    fn similar_free_name(&mut self, name: &str) -> Option<Nickname> {
        if let free @ Some(_) = self.free(name) {
            return free;
        }
        // Sanitizing may produce a reserved word, which gets no number.
        Nickname::parse(name).ok()?;
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let stem = if stem.is_empty() { name } else { stem };
        let small = (2..=9).find_map(|number| self.free(&numbered(stem, number)));
        small.or_else(|| {
            (0..MAX_ATTEMPTS).find_map(|_| {
                let number = self.rng.u16(10..=9999);
                self.free(&numbered(stem, number))
            })
        })
    }

    /// A free random name: two words; or two words and a number; or, if random attempts fail, `guest-N`. Always terminates,
    /// because only finitely many names are in use.
    fn random_name(&mut self) -> Nickname {
        let words = (0..MAX_ATTEMPTS).find_map(|_| {
            let pair = self.random_pair();
            self.free(&pair)
        });
        let name = words.or_else(|| {
            (0..MAX_ATTEMPTS).find_map(|_| {
                let pair = self.random_pair();
                let number = self.rng.u16(2..=9999);
                self.free(&numbered(&pair, number))
            })
        });
        name.unwrap_or_else(|| {
            loop {
                self.last_guest_number += 1;
                if let Some(name) = self.free(&format!("guest-{}", self.last_guest_number)) {
                    return name;
                }
            }
        })
    }

    fn random_pair(&mut self) -> String {
        let adjective = self.rng.choice(self.adjectives).copied().unwrap_or_default();
        let animal = self.rng.choice(self.animals).copied().unwrap_or_default();
        format!("{adjective}-{animal}")
    }
}

/// The key for sorting and finding names without regard to case. Names with equal keys clash.
fn lowercase(name: &str) -> String {
    name.to_lowercase()
}

/// A name with a number appended; the name is shortened if necessary.
fn numbered(stem: &str, number: u16) -> String {
    let number = number.to_string();
    let mut name: String = stem.chars().take(MAX_CHARS - number.len()).collect();
    name.push_str(&number);
    name
}

/// Turns a refused name into a similar valid one: NFKC, restricted to its first script, and shortened. May be empty.
fn sanitize(input: &str) -> String {
    let mut builder = NicknameBuilder::default();
    for c in input.nfkc().take(MAX_SUGGESTION_INPUT) {
        if builder.text.chars().count() == MAX_CHARS {
            break;
        }
        if !c.is_whitespace() {
            // Characters that the rules forbid are skipped.
            let _ = builder.push(c);
        } else if !builder.text.ends_with('-') {
            let _ = builder.push('-');
        }
    }
    builder.text.trim_matches('-').to_owned()
}
