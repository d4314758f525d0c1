//! The clusters of a line of the screen, with what they take of it.

use crate::app::input::text_boundaries::text_after;
use crate::text::{self, GlyphKind, Row, TAB_STOP};
use unicode_segmentation::UnicodeSegmentation;

/// Bytes from which on a cluster is not measured but taken for wider than any screen. The decoder shows a column or more
/// for each 128 bytes; nothing that is meant to be read is a quarter as long.
pub(super) const LONGEST: usize = 512;

/// Columns of such a cluster.
const OVERLONG_COLUMNS: usize = 1 << 20;

/// A cluster, as far as cutting lines is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cluster {
    /// Where it begins in the text, in bytes.
    pub(super) at: usize,
    /// Its length in bytes.
    pub(super) len: usize,
    /// The column it begins in.
    pub(super) column: usize,
    /// The columns it takes.
    pub(super) columns: usize,
    pub(super) kind: BreakClass,
}

/// Where a line may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BreakClass {
    /// Behind this.
    Blank,
    /// Neither before nor behind this: a letter.
    Letter,
    /// On both sides.
    Wide,
    /// Behind this, not before it: it closes what is before it.
    Closing,
}

/// Goes over the clusters from the start of a line of the screen to the next newline or the end of the text.
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

    /// The offset behind the last cluster.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// The column behind the last cluster.
    pub(super) const fn column(&self) -> usize {
        self.column
    }

    /// Whether the last cluster was the CR of a CR LF, which the cursor cannot stand behind.
    pub(super) fn is_return(&self) -> bool {
        self.byte(0) == Some(b'\n') && self.at > 0 && self.text.as_bytes().get(self.at - 1) == Some(&b'\r')
    }

    /// Goes over as many clusters again from here, as the first of a line.
    pub(super) const fn begin_line(&mut self, start: usize) {
        self.at = start;
        self.column = 0;
    }

    fn byte(&self, further: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + further).copied()
    }

    /// Length, columns and kind of the cluster that begins here.
    fn measure(&mut self) -> Option<(usize, usize, BreakClass)> {
        Some(match self.byte(0)? {
            b'\n' => return None,
            b'\t' => (1, TAB_STOP - self.column % TAB_STOP, BreakClass::Blank),
            // What follows may combine with it.
            byte @ b' '..=b'~' if self.byte(1).is_none_or(|next| next.is_ascii()) => {
                (1, 1, if byte == b' ' { BreakClass::Blank } else { BreakClass::Letter })
            }
            _ => self.measure_cluster()?,
        })
    }

    fn measure_cluster(&mut self) -> Option<(usize, usize, BreakClass)> {
        let cluster = text_after(self.text, self.at).graphemes(true).next()?;
        // The newline takes no cell, its CR does.
        let cluster = cluster.strip_suffix('\n').unwrap_or(cluster);
        if cluster.len() > LONGEST {
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

    /// Columns of a cluster, and whether a line may end behind it.
    fn decode(&mut self, cluster: &str) -> (usize, bool) {
        let mut chars = cluster.chars();
        let is_letter = chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none();
        if is_letter && text::is_harmless(cluster) {
            // The decoder would say the same, and take longer.
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
        let unit = Cluster { at: self.at, len, column: self.column, columns, kind };
        self.at += len;
        self.column += columns;
        Some(unit)
    }
}
