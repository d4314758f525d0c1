//! Characters that are there and cannot be seen, or that reorder what is seen.

/// Whether a character has no appearance of its own or acts on its neighbours from hiding.
///
/// These are `Default_Ignorable_Code_Point` (Unicode 16, DerivedCoreProperties.txt), which contains all bidirectional
/// controls (UAX #9) and zero-width characters, plus the line and paragraph separators and the interlinear annotation
/// characters. Some of them have a place inside a cluster (a joiner in a family emoji); that is for the caller to know.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The joiner that makes one emoji of several.
pub(super) const ZWJ: char = '\u{200d}';

/// Whether a character picks the look of the one before it: text or emoji, or a variant of an ideograph.
pub(super) const fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}' | '\u{180f}')
}

/// Whether a character spells the region in the flag of England, Scotland, Wales ... (UTS #51, emoji tag sequences).
pub(super) const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// The flag that tags may follow.
pub(super) const BLACK_FLAG: char = '\u{1f3f4}';
