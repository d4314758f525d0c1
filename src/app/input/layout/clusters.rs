//! The grapheme clusters of a screen line, with their columns and break classes.

use crate::app::input::text_boundaries::text_after;
use crate::text::{self, GlyphKind, Row, TAB_STOP};
use unicode_segmentation::UnicodeSegmentation;

/// Length in bytes above which a cluster is not measured but treated as wider than any screen. Meaningful clusters are
/// less than a quarter as long.
pub(super) const MAX_MEASURED_BYTES: usize = 512;

/// The width assumed for such a cluster.
const OVERLONG_COLUMNS: usize = 1 << 20;

/// A grapheme cluster with the properties that line breaking needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cluster {
    /// Its byte offset in the text.
    pub(super) at: usize,
    /// Its length in bytes.
    pub(super) len: usize,
    /// The column of its first cell.
    pub(super) column: usize,
    /// Its width in columns.
    pub(super) columns: usize,
    pub(super) kind: BreakClass,
}

/// The places at which a line may be broken around a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BreakClass {
    /// Whitespace: after it.
    Blank,
    /// A letter or other narrow cluster: neither before nor after it.
    Letter,
    /// A wide cluster: before and after it.
    Wide,
    /// Wide closing punctuation: after it only.
    Closing,
}

/// Iterates over the clusters from the start of a screen line to the next newline or the end of the text.
pub(super) struct Clusters<'a> {
    text: &'a str,
    at: usize,
    column: usize,
    scratch: Row,
}

impl<'a> Clusters<'a> {
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        Self { text, at: start, column: 0, scratch: Row::default() }
    }

    /// Returns the byte offset after the last cluster.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Returns the column after the last cluster.
    pub(super) const fn column(&self) -> usize {
        self.column
    }

    /// Returns whether the last cluster was the CR of a CR LF, after which the cursor cannot be.
    pub(super) fn is_return(&self) -> bool {
        self.byte(0) == Some(b'\n') && self.at > 0 && self.text.as_bytes().get(self.at - 1) == Some(&b'\r')
    }

    /// Restarts at `start`, which becomes column 0.
    pub(super) const fn begin_line(&mut self, start: usize) {
        self.at = start;
        self.column = 0;
    }

    fn byte(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + offset).copied()
    }

    /// Returns length, columns and break class of the next cluster.
    fn measure(&mut self) -> Option<(usize, usize, BreakClass)> {
        Some(match self.byte(0)? {
            b'\n' => return None,
            b'\t' => (1, TAB_STOP - self.column % TAB_STOP, BreakClass::Blank),
            // A non-ASCII character after it might combine with it.
            byte @ b' '..=b'~' if self.byte(1).is_none_or(|next| next.is_ascii()) => {
                (1, 1, if byte == b' ' { BreakClass::Blank } else { BreakClass::Letter })
            }
            _ => self.measure_cluster()?,
        })
    }

    fn measure_cluster(&mut self) -> Option<(usize, usize, BreakClass)> {
        let cluster = text_after(self.text, self.at).graphemes(true).next()?;
        // A newline takes no cell, but the CR before it does.
        let cluster = cluster.strip_suffix('\n').unwrap_or(cluster);
        if cluster.len() > MAX_MEASURED_BYTES {
            return Some((cluster.len(), OVERLONG_COLUMNS, BreakClass::Wide));
        }
        let (columns, is_blank) = self.decode(cluster);
        let kind = match columns {
            _ if is_blank => BreakClass::Blank,
            0 | 1 => BreakClass::Letter,
            _ if text::is_closing(cluster) => BreakClass::Closing,
            _ => BreakClass::Wide,
        };
        Some((cluster.len(), columns, kind))
    }

    /// Returns the columns of a cluster, and whether it is whitespace.
    fn decode(&mut self, cluster: &str) -> (usize, bool) {
        let mut chars = cluster.chars();
        let is_letter = chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none();
        if is_letter && text::is_harmless(cluster) {
            // Faster than the decoder, with the same result.
            return (text::columns(cluster), false);
        }
        text::decode_literal(cluster, &mut self.scratch);
        let first = self.scratch.glyphs().first();
        (self.scratch.columns(), first.is_some_and(|glyph| glyph.kind == GlyphKind::Blank))
    }
}

impl Iterator for Clusters<'_> {
    type Item = Cluster;

    fn next(&mut self) -> Option<Cluster> {
        let (len, columns, kind) = self.measure()?;
        let cluster = Cluster { at: self.at, len, column: self.column, columns, kind };
        self.at += len;
        self.column += columns;
        Some(cluster)
    }
}
