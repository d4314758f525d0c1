//! Tracks which rows of a tab mention the user, and the nickname assigned by the server.

use super::mention::{self, MentionMatcher, parse_nick_assignment, parse_rename};
use super::row_set::RowSet;
use super::scan::ScanProgress;
use super::speaker::SpeakerRule;
use crate::app::transcript::{RowId, RowKind, RowView, Transcript};
use crate::text::{self, Charset, Row};
use regex::bytes::Regex;
use std::ops::Range;

/// Minimum number of rows in a read for searching the read as a whole first.
const MIN_BULK_ROWS: u64 = 16;

/// Number of rows searched together before they are examined one by one.
const ROWS_PER_SEARCH: usize = 64;

/// Parts of whispers and of sentences that assign a nickname.
const NICK_PHRASES: [&str; 3] = [" -> ", "You are ", " is now known as "];

/// The mentions in one tab.
#[derive(Debug, Default)]
pub(in crate::app) struct MentionTracker {
    speaker_rule: SpeakerRule,
    /// Nickname requested by the user.
    requested_nick: Option<String>,
    /// Nickname granted by the server.
    granted: Option<String>,
    words: Vec<String>,
    mentions: MentionMatcher,
    /// Matches reads that may contain a mention or a nickname assignment. `None` if it could not be compiled.
    prefilter: Option<Regex>,
    rows: RowSet,
    progress: ScanProgress,
    charset: Charset,
    scratch: Row,
}

impl MentionTracker {
    pub(in crate::app) fn new(
        speaker_rule: SpeakerRule,
        words: Vec<String>,
        nick: Option<String>,
        charset: Charset,
    ) -> Self {
        let mut tracker = Self { speaker_rule, words, requested_nick: nick, charset, ..Self::default() };
        tracker.compile_patterns();
        tracker
    }

    /// Returns the rule for finding the speaker of a line.
    pub(in crate::app) const fn speaker_rule(&self) -> &SpeakerRule {
        &self.speaker_rule
    }

    /// Returns the highlight words.
    pub(in crate::app) fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns the byte ranges of the user's names and words in a text.
    pub(in crate::app) fn find(&self, text: &str) -> Vec<Range<usize>> {
        self.mentions.find(text)
    }

    /// Returns the nickname granted by the server on this connection.
    pub(in crate::app) fn server_nick(&self) -> Option<&str> {
        self.granted.as_deref()
    }

    /// Counts the mentions in `range`.
    pub(in crate::app) fn count(&self, range: Range<RowId>) -> u64 {
        self.rows.count(range)
    }

    /// Returns all rows with a mention.
    pub(in crate::app) const fn rows(&self) -> &RowSet {
        &self.rows
    }

    /// Returns the last mention before a row.
    pub(in crate::app) fn before(&self, id: RowId) -> Option<RowId> {
        self.rows.prev_before(id)
    }

    /// Returns the first mention at or after a row.
    pub(in crate::app) fn at_or_after(&self, id: RowId) -> Option<RowId> {
        self.rows.next_from(id)
    }

    /// Whether a row is a mention.
    pub(in crate::app) fn has(&self, id: RowId) -> bool {
        self.rows.has(id)
    }

    /// Changes the requested nickname and rescans all rows.
    pub(in crate::app) fn set_requested_nick(&mut self, transcript: &Transcript, nick: &str) {
        self.requested_nick = Some(nick.to_owned());
        self.rescan(transcript);
    }

    /// Removes the requested nickname and rescans all rows.
    pub(in crate::app) fn clear_requested_nick(&mut self, transcript: &Transcript) {
        self.requested_nick = None;
        self.rescan(transcript);
    }

    /// Removes the granted nickname, for a new connection. Mentions found so far are kept.
    pub(in crate::app) fn clear_server_nick(&mut self) {
        self.granted = None;
        self.mentions.set_granted(None);
    }

    /// Changes the rule for finding speakers and rescans all rows.
    pub(in crate::app) fn set_speaker_rule(&mut self, transcript: &Transcript, rule: SpeakerRule) {
        self.speaker_rule = rule;
        self.rescan(transcript);
    }

    /// Changes the highlight words and rescans all rows.
    pub(in crate::app) fn set_words(&mut self, transcript: &Transcript, words: Vec<String>) {
        self.words = words;
        self.rescan(transcript);
    }

    /// Changes the charset and rescans all rows.
    pub(in crate::app) fn set_charset(&mut self, transcript: &Transcript, charset: Charset) {
        self.charset = charset;
        self.rescan(transcript);
    }

    /// Compiles the patterns for the requested nickname and the words, which only the user can change.
    fn compile_patterns(&mut self) {
        let terms = self.requested_nick.iter().chain(&self.words).filter(|word| !word.is_empty());
        let terms = terms.map(|word| mention::ignoring_case(&regex::escape(word)));
        let parts: Vec<String> = NICK_PHRASES.iter().map(|phrase| regex::escape(phrase)).chain(terms).collect();
        self.prefilter = mention::compile(&parts.join("|"));
        self.mentions = MentionMatcher::new(self.requested_nick.iter().map(String::as_str), &self.words);
        self.mentions.set_granted(self.granted.as_deref());
    }

    fn rescan(&mut self, transcript: &Transcript) {
        self.compile_patterns();
        self.rows = RowSet::starting(transcript.first());
        self.progress = ScanProgress::at(transcript.next(), transcript);
    }

    /// Scans new and changed rows. `read` are the bytes received just now, if any. Returns the last row that has become a
    /// mention.
    pub(in crate::app) fn on_transcript_changed(&mut self, transcript: &Transcript, read: &[u8]) -> Option<RowId> {
        self.rows.remove_before(transcript.first());
        let rows = self.progress.arrivals(transcript)?;
        self.progress.add(&rows, transcript);
        let candidates = self.candidate_rows(&rows, read);
        let first_renamed = self.detect_own_nick(transcript, &candidates);
        let (before, after) = candidates.split_at_checked(first_renamed).unwrap_or((&candidates, &[]));
        let mut newest = self.classify_arrivals(transcript, before);
        if !after.is_empty() {
            self.mentions.set_granted(self.granted.as_deref());
            newest = self.classify_arrivals(transcript, after).or(newest);
        }
        newest
    }

    /// Classifies new rows in their order. Returns the last one that has become a mention.
    fn classify_arrivals(&mut self, transcript: &Transcript, ids: &[RowId]) -> Option<RowId> {
        let mut newest = None;
        for ids in ids.chunks(ROWS_PER_SEARCH) {
            let has_none = self.is_without_mentions(transcript, ids);
            for &id in ids {
                let was_mention = self.rows.has(id);
                if has_none {
                    self.rows.set(id, false);
                } else if self.classify(transcript, id) && !was_mention {
                    newest = Some(id);
                }
            }
        }
        newest
    }

    /// Whether a single search through several rows shows that none of them is a mention.
    fn is_without_mentions(&self, transcript: &Transcript, ids: &[RowId]) -> bool {
        let [first, .., last] = ids else { return false };
        let bytes = transcript.received_in(*first..RowId(last.0 + 1));
        self.charset.is_utf8() && bytes.is_some_and(|bytes| !self.mentions.may_be_in(bytes))
    }

    /// Returns the rows that must be examined. If a large read contains no mention, only its first and last rows, which may
    /// extend into other reads.
    fn candidate_rows(&self, rows: &Range<RowId>, read: &[u8]) -> Vec<RowId> {
        let may_have_mention = || {
            self.prefilter.as_ref().is_none_or(|prefilter| prefilter.is_match(read)) || self.mentions.has_granted(read)
        };
        let (first, last) = (rows.start.0, rows.end.0.saturating_sub(1));
        // The search is limited to UTF-8.
        if rows.end.0.saturating_sub(rows.start.0) < MIN_BULK_ROWS || !self.charset.is_utf8() || may_have_mention() {
            return (rows.start.0..rows.end.0).map(RowId).collect();
        }
        vec![RowId(first), RowId(last)]
    }

    /// Whether there are rows to scan.
    pub(in crate::app) fn has_work(&self, transcript: &Transcript) -> bool {
        !self.progress.is_complete(transcript)
    }

    /// Scans a batch of older rows.
    pub(in crate::app) fn work(&mut self, transcript: &Transcript) {
        let below = self.progress.next_batch_below(transcript);
        let rows = if below.is_empty() { self.progress.next_batch_above(transcript) } else { below };
        for id in (rows.start.0..rows.end.0).map(RowId) {
            self.classify(transcript, id);
        }
        self.progress.add(&rows, transcript);
    }

    /// Determines whether a row is a mention, and records and returns the result.
    fn classify(&mut self, transcript: &Transcript, id: RowId) -> bool {
        let may_match = |bytes: &[u8]| self.mentions.may_match(bytes) || !self.charset.is_utf8() && !bytes.is_ascii();
        let row = transcript.row(id).filter(|row| row.kind == RowKind::Received && may_match(row.bytes));
        let is_mention = row.is_some_and(|row| {
            text::decode_in(self.charset, row.bytes, &mut self.scratch);
            let text = self.scratch.text();
            self.mentions.is_mention(text, self.speaker_rule.speaker(text).as_ref())
        });
        self.rows.set(id, is_mention);
        is_mention
    }

    /// Records the last nickname that the server assigns in these rows. Returns the index of the first row that assigns one:
    /// rows before it are classified by the old nickname, the others by the last one.
    fn detect_own_nick(&mut self, transcript: &Transcript, ids: &[RowId]) -> usize {
        let Some(first) = ids.iter().position(|&id| self.new_nick(transcript, id).is_some()) else { return ids.len() };
        let rest = ids.get(first..).unwrap_or_default();
        // An assignment overrides all earlier ones; only renames after it matter.
        let last_granted =
            rest.iter().enumerate().rev().find_map(|(index, &id)| Some((index, granted_in(transcript, id)?)));
        if let Some((_, nick)) = last_granted {
            self.granted = Some(nick.to_owned());
        }
        for &id in rest.iter().skip(last_granted.map_or(0, |(index, _)| index + 1)) {
            if let Some(nick) = self.renamed_in(transcript, id) {
                let granted = self.granted.get_or_insert_default();
                granted.clear();
                granted.push_str(nick);
            }
        }
        first
    }

    /// Returns the nickname that a row assigns to the user, if it differs from the current one.
    fn new_nick<'a>(&self, transcript: &'a Transcript, id: RowId) -> Option<&'a str> {
        let nick = granted_in(transcript, id).or_else(|| self.renamed_in(transcript, id));
        nick.filter(|&nick| self.granted.as_deref() != Some(nick))
    }

    /// Returns the nickname to which a row renames the user.
    fn renamed_in<'a>(&self, transcript: &'a Transcript, id: RowId) -> Option<&'a str> {
        let granted = self.granted.as_deref()?;
        let (before, after) = parse_rename(server_line(transcript, id)?)?;
        (granted == before).then_some(after)
    }
}

/// Returns the nickname that a row assigns to the user, independent of the current one.
fn granted_in(transcript: &Transcript, id: RowId) -> Option<&str> {
    parse_nick_assignment(server_line(transcript, id)?)
}

/// Returns the text of a complete row that may assign a nickname.
fn server_line(transcript: &Transcript, id: RowId) -> Option<&str> {
    let row = transcript.row(id)?;
    if row.kind != RowKind::Received || !row.bytes.starts_with(b"* ") || !is_whole(&row) {
        return None;
    }
    std::str::from_utf8(row.bytes).ok()
}

fn is_whole(row: &RowView<'_>) -> bool {
    row.end != crate::app::transcript::RowEnd::Open
}
