//! Lines that are meant for the user: which rows they are, how many were not seen, and when to call.

use super::bits::Bits;
use super::mention::{self, Mentions, told_nick, told_rename};
use super::reach::Reach;
use super::speaker::Who;
use super::transcript::{RowId, RowKind, RowView, Transcript};
use crate::text::{self, Charset, Row};
use regex::bytes::Regex;
use std::ops::Range;

/// Rows that come in one read from which on the read is looked at as a whole before any of them is.
const MANY: u64 = 16;

/// Rows that are searched for names and words together before any of them is looked at alone.
const ROWS_PER_SEARCH: usize = 64;

/// What stands in a whisper, and in the sentences that tell a name.
const TELLING: [&str; 3] = [" -> ", "You are ", " is now known as "];

/// Mentions in one tab.
#[derive(Debug, Default)]
pub(super) struct Attention {
    /// How one who speaks is found.
    who: Who,
    /// The names asked for, and granted by the server.
    asked: Option<String>,
    granted: Option<String>,
    words: Vec<String>,
    mentions: Mentions,
    /// Whether a read has anything in it that is worth looking at its rows for, in one pass. `None`: it may have.
    prefilter: Option<Regex>,
    rows: Bits,
    reach: Reach,
    charset: Charset,
    scratch: Row,
}

impl Attention {
    pub(super) fn new(who: Who, words: Vec<String>, nick: Option<String>, charset: Charset) -> Self {
        let mut attention = Self { who, words, asked: nick, charset, ..Self::default() };
        attention.look_for();
        attention
    }

    /// How one who speaks is found.
    pub(super) const fn who(&self) -> &Who {
        &self.who
    }

    /// Words to be called for, beside one's name.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// Where the user's names and words stand in a text.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        self.mentions.find(text)
    }

    /// The name the server has told us we have, if it is not the one we asked for.
    pub(super) fn granted(&self) -> Option<&str> {
        self.granted.as_deref()
    }

    /// Rows with a mention whose id is in `range`.
    pub(super) fn count(&self, range: Range<RowId>) -> u64 {
        self.rows.count(range)
    }

    /// All rows with a mention.
    pub(super) const fn rows(&self) -> &Bits {
        &self.rows
    }

    /// The last mention before a row.
    pub(super) fn before(&self, id: RowId) -> Option<RowId> {
        self.rows.before(id)
    }

    /// The first mention at or after a row.
    pub(super) fn at_or_after(&self, id: RowId) -> Option<RowId> {
        self.rows.at_or_after(id)
    }

    /// Whether a row is one.
    pub(super) fn has(&self, id: RowId) -> bool {
        self.rows.has(id)
    }

    /// The name asked for has changed.
    pub(super) fn ask_for(&mut self, transcript: &Transcript, nick: &str) {
        self.asked = Some(nick.to_owned());
        self.look_anew(transcript);
    }

    /// No name is asked for any more.
    pub(super) fn ask_for_none(&mut self, transcript: &Transcript) {
        self.asked = None;
        self.look_anew(transcript);
    }

    /// A new connection: nobody has granted a name on it yet.
    pub(super) fn forget_granted(&mut self) {
        // What has been found stays found: it was meant for us then.
        self.granted = None;
        self.mentions.set_granted(None);
    }

    /// Finds those who speak in another way.
    pub(super) fn set_who(&mut self, transcript: &Transcript, who: Who) {
        self.who = who;
        self.look_anew(transcript);
    }

    /// Looks for other words.
    pub(super) fn set_words(&mut self, transcript: &Transcript, words: Vec<String>) {
        self.words = words;
        self.look_anew(transcript);
    }

    /// Reads the rows in another charset.
    pub(super) fn set_charset(&mut self, transcript: &Transcript, charset: Charset) {
        self.charset = charset;
        self.look_anew(transcript);
    }

    /// Compiles the patterns for the name that was asked for and the words. These change only when the user says so.
    fn look_for(&mut self) {
        let any_case = self.asked.iter().chain(&self.words).filter(|word| !word.is_empty());
        let any_case = any_case.map(|word| mention::ignoring_case(&regex::escape(word)));
        let parts: Vec<String> = TELLING.iter().map(|words| regex::escape(words)).chain(any_case).collect();
        self.prefilter = mention::compile(&parts.join("|"));
        self.mentions = Mentions::new(self.asked.iter().map(String::as_str), &self.words);
        self.mentions.set_granted(self.granted.as_deref());
    }

    fn look_anew(&mut self, transcript: &Transcript) {
        self.look_for();
        self.rows = Bits::starting(transcript.first());
        self.reach = Reach::at(transcript.next(), transcript);
    }

    /// Looks at what has come, and what has changed, since the last time. `read` is what has just been received, if
    /// anything was. Gives the last row that has become a mention.
    pub(super) fn keep_up(&mut self, transcript: &Transcript, read: &[u8]) -> Option<RowId> {
        self.rows.forget_before(transcript.first());
        let rows = self.reach.arrivals(transcript)?;
        self.reach.add(&rows, transcript);
        let suspects = self.suspects(&rows, read);
        let first_told = self.learn_name(transcript, &suspects);
        let (before, after) = suspects.split_at_checked(first_told).unwrap_or((&suspects, &[]));
        let mut newest = self.judge_arrivals(transcript, before);
        if !after.is_empty() {
            self.mentions.set_granted(self.granted.as_deref());
            newest = self.judge_arrivals(transcript, after).or(newest);
        }
        newest
    }

    /// Judges rows that have come, in their order. Gives the last one that has become a mention.
    fn judge_arrivals(&mut self, transcript: &Transcript, ids: &[RowId]) -> Option<RowId> {
        let mut newest = None;
        for ids in ids.chunks(ROWS_PER_SEARCH) {
            let is_plain = self.is_without_mentions(transcript, ids);
            for &id in ids {
                let was = self.rows.has(id);
                if is_plain {
                    self.rows.set(id, false);
                } else if self.judge(transcript, id) && !was {
                    newest = Some(id);
                }
            }
        }
        newest
    }

    /// Whether one search through several rows shows that none of them is a mention.
    fn is_without_mentions(&self, transcript: &Transcript, ids: &[RowId]) -> bool {
        let [first, .., last] = ids else { return false };
        let bytes = transcript.received_in(*first..RowId(last.0 + 1));
        self.charset.is_utf8() && bytes.is_some_and(|bytes| !self.mentions.may_be_in(bytes))
    }

    /// The rows of these that have to be looked at. Of a flood that has nothing in it, the two that another read has, or
    /// will have, a part of.
    fn suspects(&self, rows: &Range<RowId>, read: &[u8]) -> Vec<RowId> {
        let has_something = || {
            self.prefilter.as_ref().is_none_or(|prefilter| prefilter.is_match(read)) || self.mentions.has_granted(read)
        };
        let (first, last) = (rows.start.0, rows.end.0.saturating_sub(1));
        // In another charset the bytes of a name are not those of its letters.
        if rows.end.0.saturating_sub(rows.start.0) < MANY || !self.charset.is_utf8() || has_something() {
            return (rows.start.0..rows.end.0).map(RowId).collect();
        }
        vec![RowId(first), RowId(last)]
    }

    /// Whether everything has been looked at.
    pub(super) fn has_work(&self, transcript: &Transcript) -> bool {
        !self.reach.is_whole(transcript)
    }

    /// Looks at some of the rows that were there before.
    pub(super) fn work(&mut self, transcript: &Transcript) {
        let below = self.reach.piece_below(transcript);
        let rows = if below.is_empty() { self.reach.piece_above(transcript) } else { below };
        for id in (rows.start.0..rows.end.0).map(RowId) {
            self.judge(transcript, id);
        }
        self.reach.add(&rows, transcript);
    }

    /// Puts a row among the mentions, or out of them. Says whether it is one.
    fn judge(&mut self, transcript: &Transcript, id: RowId) -> bool {
        let may_be = |bytes: &[u8]| self.mentions.is_in(bytes) || !self.charset.is_utf8() && !bytes.is_ascii();
        let row = transcript.row(id).filter(|row| row.kind == RowKind::Received && may_be(row.bytes));
        let is_mention = row.is_some_and(|row| {
            text::decode_in(self.charset, row.bytes, &mut self.scratch);
            let text = self.scratch.text();
            self.mentions.counts(text, self.who.speaker(text).as_ref())
        });
        self.rows.set(id, is_mention);
        is_mention
    }

    /// Takes note of the last of these rows in which the server says that we have another name. Gives the index of the
    /// first such row: those before it are judged by the old name, the others by the last one.
    fn learn_name(&mut self, transcript: &Transcript, ids: &[RowId]) -> usize {
        let Some(first) = ids.iter().position(|&id| self.told_name(transcript, id).is_some()) else { return ids.len() };
        let told = ids.get(first..).unwrap_or_default();
        // A name that is granted outright makes no difference to what was before it, and behind it are renames only.
        let last_granted = told.iter().enumerate().rev().find_map(|(at, &id)| Some((at, granted_in(transcript, id)?)));
        if let Some((_, nick)) = last_granted {
            self.granted = Some(nick.to_owned());
        }
        for &id in told.iter().skip(last_granted.map_or(0, |(at, _)| at + 1)) {
            if let Some(nick) = self.renamed_in(transcript, id) {
                let granted = self.granted.get_or_insert_default();
                granted.clear();
                granted.push_str(nick);
            }
        }
        first
    }

    /// The name that a row says we have, if it is another than the one we had.
    fn told_name<'a>(&self, transcript: &'a Transcript, id: RowId) -> Option<&'a str> {
        let nick = granted_in(transcript, id).or_else(|| self.renamed_in(transcript, id));
        nick.filter(|&nick| self.granted.as_deref() != Some(nick))
    }

    /// The name that a row says our name has been changed to.
    fn renamed_in<'a>(&self, transcript: &'a Transcript, id: RowId) -> Option<&'a str> {
        let granted = self.granted.as_deref()?;
        let (before, after) = told_rename(telling_line(transcript, id)?)?;
        (granted == before).then_some(after)
    }
}

/// The name that a row grants us outright.
fn granted_in(transcript: &Transcript, id: RowId) -> Option<&str> {
    told_nick(telling_line(transcript, id)?)
}

/// The text of a row that can say which name we have.
fn telling_line(transcript: &Transcript, id: RowId) -> Option<&str> {
    let row = transcript.row(id)?;
    if row.kind != RowKind::Received || !row.bytes.starts_with(b"* ") || !is_whole(&row) {
        return None;
    }
    std::str::from_utf8(row.bytes).ok()
}

fn is_whole(row: &RowView<'_>) -> bool {
    row.end != super::transcript::RowEnd::Open
}
