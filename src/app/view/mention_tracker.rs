//! Lines that are meant for the user: which rows they are, how many were not seen, and when to call.

use super::mention::{self, MentionMatcher, parse_nick_assignment, parse_rename};
use super::row_set::RowSet;
use super::scan::ScanProgress;
use super::speaker::SpeakerRule;
use crate::app::transcript::{RowId, RowKind, RowView, Transcript};
use crate::text::{self, Charset, Row};
use regex::bytes::Regex;
use std::ops::Range;

/// Rows that come in one read from which on the read is looked at as a whole before any of them is.
const BULK_ROWS: u64 = 16;

/// Rows that are searched for names and words together before any of them is looked at alone.
const ROWS_PER_SEARCH: usize = 64;

/// What stands in a whisper, and in the sentences that tell a name.
const NICK_PHRASES: [&str; 3] = [" -> ", "You are ", " is now known as "];

/// Mentions in one tab.
#[derive(Debug, Default)]
pub(in crate::app) struct MentionTracker {
    /// How one who speaks is found.
    who: SpeakerRule,
    /// The names asked for, and granted by the server.
    requested_nick: Option<String>,
    granted: Option<String>,
    words: Vec<String>,
    mentions: MentionMatcher,
    /// Whether a read has anything in it that is worth looking at its rows for, in one pass. `None`: it may have.
    prefilter: Option<Regex>,
    rows: RowSet,
    reach: ScanProgress,
    charset: Charset,
    scratch: Row,
}

impl MentionTracker {
    pub(in crate::app) fn new(who: SpeakerRule, words: Vec<String>, nick: Option<String>, charset: Charset) -> Self {
        let mut attention = Self { who, words, requested_nick: nick, charset, ..Self::default() };
        attention.look_for();
        attention
    }

    /// How one who speaks is found.
    pub(in crate::app) const fn who(&self) -> &SpeakerRule {
        &self.who
    }

    /// Words to be called for, beside one's name.
    pub(in crate::app) fn words(&self) -> &[String] {
        &self.words
    }

    /// Where the user's names and words stand in a text.
    pub(in crate::app) fn find(&self, text: &str) -> Vec<Range<usize>> {
        self.mentions.find(text)
    }

    /// The name the server has told us we have, if it is not the one we asked for.
    pub(in crate::app) fn server_nick(&self) -> Option<&str> {
        self.granted.as_deref()
    }

    /// Rows with a mention whose id is in `range`.
    pub(in crate::app) fn count(&self, range: Range<RowId>) -> u64 {
        self.rows.count(range)
    }

    /// All rows with a mention.
    pub(in crate::app) const fn rows(&self) -> &RowSet {
        &self.rows
    }

    /// The last mention before a row.
    pub(in crate::app) fn before(&self, id: RowId) -> Option<RowId> {
        self.rows.prev_before(id)
    }

    /// The first mention at or after a row.
    pub(in crate::app) fn at_or_after(&self, id: RowId) -> Option<RowId> {
        self.rows.next_from(id)
    }

    /// Whether a row is one.
    pub(in crate::app) fn has(&self, id: RowId) -> bool {
        self.rows.has(id)
    }

    /// The name asked for has changed.
    pub(in crate::app) fn set_requested_nick(&mut self, transcript: &Transcript, nick: &str) {
        self.requested_nick = Some(nick.to_owned());
        self.rescan(transcript);
    }

    /// No name is asked for any more.
    pub(in crate::app) fn clear_requested_nick(&mut self, transcript: &Transcript) {
        self.requested_nick = None;
        self.rescan(transcript);
    }

    /// A new connection: nobody has granted a name on it yet.
    pub(in crate::app) fn clear_server_nick(&mut self) {
        // What has been found stays found: it was meant for us then.
        self.granted = None;
        self.mentions.set_granted(None);
    }

    /// Finds those who speak in another way.
    pub(in crate::app) fn set_who(&mut self, transcript: &Transcript, who: SpeakerRule) {
        self.who = who;
        self.rescan(transcript);
    }

    /// Looks for other words.
    pub(in crate::app) fn set_words(&mut self, transcript: &Transcript, words: Vec<String>) {
        self.words = words;
        self.rescan(transcript);
    }

    /// Reads the rows in another charset.
    pub(in crate::app) fn set_charset(&mut self, transcript: &Transcript, charset: Charset) {
        self.charset = charset;
        self.rescan(transcript);
    }

    /// Compiles the patterns for the name that was asked for and the words. These change only when the user says so.
    fn look_for(&mut self) {
        let any_case = self.requested_nick.iter().chain(&self.words).filter(|word| !word.is_empty());
        let any_case = any_case.map(|word| mention::ignoring_case(&regex::escape(word)));
        let parts: Vec<String> = NICK_PHRASES.iter().map(|words| regex::escape(words)).chain(any_case).collect();
        self.prefilter = mention::compile(&parts.join("|"));
        self.mentions = MentionMatcher::new(self.requested_nick.iter().map(String::as_str), &self.words);
        self.mentions.set_granted(self.granted.as_deref());
    }

    fn rescan(&mut self, transcript: &Transcript) {
        self.look_for();
        self.rows = RowSet::starting(transcript.first());
        self.reach = ScanProgress::at(transcript.next(), transcript);
    }

    /// Looks at what has come, and what has changed, since the last time. `read` is what has just been received, if
    /// anything was. Gives the last row that has become a mention.
    pub(in crate::app) fn on_transcript_changed(&mut self, transcript: &Transcript, read: &[u8]) -> Option<RowId> {
        self.rows.forget_before(transcript.first());
        let rows = self.reach.arrivals(transcript)?;
        self.reach.add(&rows, transcript);
        let suspects = self.candidate_rows(&rows, read);
        let first_told = self.detect_own_nick(transcript, &suspects);
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
                } else if self.classify(transcript, id) && !was {
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
    fn candidate_rows(&self, rows: &Range<RowId>, read: &[u8]) -> Vec<RowId> {
        let has_something = || {
            self.prefilter.as_ref().is_none_or(|prefilter| prefilter.is_match(read)) || self.mentions.has_granted(read)
        };
        let (first, last) = (rows.start.0, rows.end.0.saturating_sub(1));
        // In another charset the bytes of a name are not those of its letters.
        if rows.end.0.saturating_sub(rows.start.0) < BULK_ROWS || !self.charset.is_utf8() || has_something() {
            return (rows.start.0..rows.end.0).map(RowId).collect();
        }
        vec![RowId(first), RowId(last)]
    }

    /// Whether everything has been looked at.
    pub(in crate::app) fn has_work(&self, transcript: &Transcript) -> bool {
        !self.reach.is_complete(transcript)
    }

    /// Looks at some of the rows that were there before.
    pub(in crate::app) fn work(&mut self, transcript: &Transcript) {
        let below = self.reach.next_batch_below(transcript);
        let rows = if below.is_empty() { self.reach.next_batch_above(transcript) } else { below };
        for id in (rows.start.0..rows.end.0).map(RowId) {
            self.classify(transcript, id);
        }
        self.reach.add(&rows, transcript);
    }

    /// Puts a row among the mentions, or out of them. Says whether it is one.
    fn classify(&mut self, transcript: &Transcript, id: RowId) -> bool {
        let may_be = |bytes: &[u8]| self.mentions.may_match(bytes) || !self.charset.is_utf8() && !bytes.is_ascii();
        let row = transcript.row(id).filter(|row| row.kind == RowKind::Received && may_be(row.bytes));
        let is_mention = row.is_some_and(|row| {
            text::decode_in(self.charset, row.bytes, &mut self.scratch);
            let text = self.scratch.text();
            self.mentions.is_mention(text, self.who.speaker(text).as_ref())
        });
        self.rows.set(id, is_mention);
        is_mention
    }

    /// Takes note of the last of these rows in which the server says that we have another name. Gives the index of the
    /// first such row: those before it are judged by the old name, the others by the last one.
    fn detect_own_nick(&mut self, transcript: &Transcript, ids: &[RowId]) -> usize {
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
        let (before, after) = parse_rename(telling_line(transcript, id)?)?;
        (granted == before).then_some(after)
    }
}

/// The name that a row grants us outright.
fn granted_in(transcript: &Transcript, id: RowId) -> Option<&str> {
    parse_nick_assignment(telling_line(transcript, id)?)
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
    row.end != crate::app::transcript::RowEnd::Open
}
