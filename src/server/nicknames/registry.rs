//! Who has which name.

use super::word_lists::{ADJECTIVES, ANIMALS};
use super::{MAX_CHARS, Nickname, NicknameBuilder, NicknameError, NicknameRule, Reason};
use crate::server::room::PeerId;
use fastrand::Rng;
use std::collections::{BTreeMap, HashMap};
use unicode_normalization::UnicodeNormalization;

/// Characters of a refused name that are looked at for a better one.
const LOOKED_AT: usize = 100;

/// Guesses at a free name of one kind before another kind is tried.
const GUESSES: usize = 16;

/// The names in use in one room. No two of them [`clash`](Nickname::clashes_with).
///
/// All it does takes a time that hardly grows with the number of names. The same seed and the same calls give the same
/// names.
#[derive(Debug)]
pub struct NicknameRegistry {
    by_peer: HashMap<PeerId, Nickname>,
    /// Every key of every name. What clashes has one in common, so each belongs to one peer.
    by_key: HashMap<Box<str>, PeerId>,
    /// By the name in small letters: the order of a list, and the way to find somebody.
    by_letter: BTreeMap<String, PeerId>,
    rng: Rng,
    adjectives: &'static [&'static str],
    animals: &'static [&'static str],
    /// How many names had to be made by counting.
    counted: u64,
}

/// What a claim has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimResult {
    /// The peer had no name before.
    First,
    /// The peer was called exactly that already.
    Unchanged,
    /// The peer had another name, which is free now.
    Renamed {
        /// The name before.
        before: Nickname,
    },
}

impl NicknameRegistry {
    /// A register without names. Chance comes from `rng` only.
    pub fn new(rng: Rng) -> Self {
        Self::with_words(rng, ADJECTIVES, ANIMALS)
    }

    pub(super) fn with_words(rng: Rng, adjectives: &'static [&'static str], animals: &'static [&'static str]) -> Self {
        Self {
            by_peer: HashMap::new(),
            by_key: HashMap::new(),
            by_letter: BTreeMap::new(),
            rng,
            adjectives,
            animals,
            counted: 0,
        }
    }

    /// Gives a peer a random two-word name that is free, as `brave-otter`. One that has a name keeps it.
    pub fn assign_random(&mut self, peer: PeerId) -> &str {
        if !self.by_peer.contains_key(&peer) {
            let name = self.random_name();
            self.insert(peer, name);
        }
        self.name(peer).unwrap_or_default()
    }

    /// Gives a peer the name it asks for, in place of the one it has. A variant of its own name is free to it.
    ///
    /// # Errors
    /// Why not, and a name to ask for instead; the peer then keeps the name it has.
    pub fn claim(&mut self, peer: PeerId, typed: &str) -> Result<ClaimResult, NicknameError> {
        let name = match Nickname::parse(typed) {
            Ok(name) => name,
            Err(fault) => return Err(self.refusal(typed, fault.into())),
        };
        let other = name.keys().iter().find_map(|key| self.by_key.get(key).filter(|&&holder| holder != peer));
        if let Some(holder) = other.and_then(|other| self.by_peer.get(other)) {
            let is_same = letters(holder.as_str()) == letters(name.as_str());
            let reason = if is_same { Reason::Taken(holder.clone()) } else { Reason::TooSimilar(holder.clone()) };
            return Err(self.refusal(typed, reason));
        }
        if self.by_peer.get(&peer) == Some(&name) {
            return Ok(ClaimResult::Unchanged);
        }
        let before = self.release(peer);
        self.insert(peer, name);
        Ok(before.map_or(ClaimResult::First, |before| ClaimResult::Renamed { before }))
    }

    /// Takes a peer's name away, for it has left. Gives the name, if it had one.
    pub fn release(&mut self, peer: PeerId) -> Option<Nickname> {
        let name = self.by_peer.remove(&peer)?;
        for key in name.keys().iter() {
            self.by_key.remove(key);
        }
        self.by_letter.remove(&letters(name.as_str()));
        Some(name)
    }

    /// What a peer is called.
    pub fn name(&self, peer: PeerId) -> Option<&str> {
        self.by_peer.get(&peer).map(Nickname::as_str)
    }

    /// Who is meant by a name that somebody typed: the one called that, in whatever case, or else the only one whose
    /// name looks like it. `l` and `I` cannot be told apart on every screen by those who type them in again.
    pub fn find(&self, typed: &str) -> Option<PeerId> {
        // What is no name is nobody's, and costs no more than a look.
        let name = Nickname::parse(typed).ok()?;
        if let Some(&peer) = self.by_letter.get(&letters(name.as_str())) {
            return Some(peer);
        }
        let mut alike = name.keys().iter().filter_map(|key| self.by_key.get(key));
        let &first = alike.next()?;
        alike.all(|&peer| peer == first).then_some(first)
    }

    /// Everybody with their name, in the order of the names' letters without regard to case.
    pub fn iter(&self) -> impl Iterator<Item = (PeerId, &str)> {
        self.by_letter.values().filter_map(|&peer| Some((peer, self.name(peer)?)))
    }

    /// How many have a name.
    pub fn len(&self) -> usize {
        self.by_peer.len()
    }

    /// Whether nobody has a name.
    pub fn is_empty(&self) -> bool {
        self.by_peer.is_empty()
    }

    /// Writes down a name that is free for a peer that has none.
    fn insert(&mut self, peer: PeerId, name: Nickname) {
        for key in name.keys().iter() {
            self.by_key.insert(key.clone(), peer);
        }
        self.by_letter.insert(letters(name.as_str()), peer);
        self.by_peer.insert(peer, name);
    }

    /// The name, if it is one and nobody has one like it.
    fn free(&self, typed: &str) -> Option<Nickname> {
        let name = Nickname::parse(typed).ok()?;
        let is_free = !name.keys().iter().any(|key| self.by_key.contains_key(key));
        is_free.then_some(name)
    }

    fn refusal(&mut self, typed: &str, reason: Reason) -> NicknameError {
        let near = match &reason {
            // Nothing near one of the server's words is better than that word: `admin2` least of all.
            Reason::Invalid(NicknameRule::Reserved) => None,
            _ => self.similar_free_name(&sanitize(typed)),
        };
        let suggestion = near.unwrap_or_else(|| self.random_name());
        NicknameError::new(typed, reason, suggestion)
    }

    /// A free name near a good one: that one itself, or with a number, a small one if it can be.
    fn similar_free_name(&mut self, good: &str) -> Option<Nickname> {
        if let name @ Some(_) = self.free(good) {
            return name;
        }
        // A reserved word may come out of the mending, and gets no number either.
        Nickname::parse(good).ok()?;
        let stem = good.trim_end_matches(|c: char| c.is_ascii_digit());
        let stem = if stem.is_empty() { good } else { stem };
        let small = (2..=9).find_map(|number| self.free(&numbered(stem, number)));
        small.or_else(|| {
            (0..GUESSES).find_map(|_| {
                let number = self.rng.u16(10..=9999);
                self.free(&numbered(stem, number))
            })
        })
    }

    /// A free name that nobody asked for: two words; or with a number; or, when the room is so full that chance finds
    /// nothing, a number alone makes the difference. Comes to an end, since names in use do and numbers do not.
    fn random_name(&mut self) -> Nickname {
        let words = (0..GUESSES).find_map(|_| {
            let pair = self.pair();
            self.free(&pair)
        });
        let guessed = words.or_else(|| {
            (0..GUESSES).find_map(|_| {
                let pair = self.pair();
                let number = self.rng.u16(2..=9999);
                self.free(&numbered(&pair, number))
            })
        });
        guessed.unwrap_or_else(|| {
            loop {
                self.counted += 1;
                if let Some(name) = self.free(&format!("guest-{}", self.counted)) {
                    return name;
                }
            }
        })
    }

    fn pair(&mut self) -> String {
        let adjective = self.rng.choice(self.adjectives).copied().unwrap_or_default();
        let animal = self.rng.choice(self.animals).copied().unwrap_or_default();
        format!("{adjective}-{animal}")
    }
}

/// A name without regard to case, for order and for finding. Names that agree in this clash.
fn letters(name: &str) -> String {
    name.to_lowercase()
}

/// A number behind a name, which is cut if the two are too long together.
fn numbered(stem: &str, number: u16) -> String {
    let number = number.to_string();
    let mut name: String = stem.chars().take(MAX_CHARS - number.len()).collect();
    name.push_str(&number);
    name
}

/// What is good of a text that cannot be a name, or is not free: in everyday letters (NFKC), of the script it begins
/// with, not too long. May come to nothing.
fn sanitize(typed: &str) -> String {
    let mut draft = NicknameBuilder::default();
    for c in typed.nfkc().take(LOOKED_AT) {
        if draft.text.chars().count() == MAX_CHARS {
            break;
        }
        if !c.is_whitespace() {
            // What the rules forbid is left out.
            let _ = draft.push(c);
        } else if !draft.text.ends_with('-') {
            let _ = draft.push('-');
        }
    }
    draft.text.trim_matches('-').to_owned()
}
