//! Finds links in messages.
//!
//! The crate `linkify` determines the extent of a link: from the scheme to the last character that is not punctuation of
//! the sentence. This module accepts only known schemes and visible characters: a link ends at a mark of the text view
//! (`^[`, `\xFF`, `<U+202E>`) and at an invisible or reordering character, so that the link opened is the one displayed.

use crate::app::transcript::RowId;
use linkify::{LinkFinder, LinkKind};
use std::collections::HashSet;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Default limit on the number of links in a list.
pub const MAX_LINKS: usize = 1_000;

/// Maximum length of a link in bytes. Longer ones are ignored: truncated they would lead elsewhere.
const MAX_LINK_BYTES: usize = 4 << 10;

/// Schemes of links that can be opened. `file` is not among them: it would refer to the user's own disk.
const SCHEMES: &[&str] = &[
    "ftp", "ftps", "gemini", "git", "gopher", "http", "https", "irc", "ircs", "ldap", "ldaps", "mqtt", "mqtts", "nntp",
    "redis", "rediss", "rtsp", "sftp", "ssh", "svn", "tcp", "telnet", "tls", "udp", "ws", "wss",
];

/// A link and the last row that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkHit {
    /// The URL as written.
    pub url: String,
    /// The last row that contains the URL.
    pub row: RowId,
}

/// Iterates over the byte ranges of the links in a line, from left to right.
///
/// A link has a scheme and `//`; `www.example.org` and mail addresses are not links.
///
/// # Examples
/// ```
/// use netchat_tui::app::view::links::links;
/// let text = "see http://127.0.0.1:8000/a.";
/// assert_eq!(links(text).map(|link| &text[link]).collect::<Vec<_>>(), ["http://127.0.0.1:8000/a"]);
/// ```
pub fn links(text: &str) -> impl Iterator<Item = Range<usize>> {
    // URLs do not contain these unescaped (RFC 3986), and marks begin with them.
    let pieces = text.split(['^', '\\']).scan(0, |next, piece| {
        let start = *next;
        *next += piece.len() + 1;
        Some((start, piece))
    });
    pieces.filter(|(_, piece)| piece.contains("://")).flat_map(|(start, piece)| {
        let links = finder().links(piece).filter_map(move |link| {
            let url = visible_part(link.as_str())?;
            // The end of a mark may join the scheme, as in `^Ghttp://x`.
            let skipped = scheme_prefix_len(url).filter(|&len| len == 0 || link.start() == 0 && start > 0)?;
            let at = start + link.start();
            (url.len() - skipped <= MAX_LINK_BYTES).then_some(at + skipped..at + url.len())
        });
        links.collect::<Vec<_>>()
    })
}

/// Returns the newest `max` distinct links of rows, newest first. Rows must be given newest first; within a row, the
/// rightmost link is the newest.
pub fn collect<T: AsRef<str>>(rows: impl IntoIterator<Item = (RowId, T)>, max: usize) -> Vec<LinkHit> {
    let mut seen = HashSet::new();
    let mut hits = Vec::new();
    for (row, text) in rows {
        let text = text.as_ref();
        let mut urls: Vec<_> = links(text).filter_map(|link| text.get(link)).collect();
        urls.reverse();
        for url in urls {
            if hits.len() >= max {
                return hits;
            }
            if seen.insert(url.to_owned()) {
                hits.push(LinkHit { url: url.to_owned(), row });
            }
        }
    }
    hits
}

fn finder() -> LinkFinder {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder
}

/// Returns the link up to its first hidden character, if that is still a link.
fn visible_part(link: &str) -> Option<&str> {
    let Some(end) = first_hidden(link) else { return Some(link) };
    // The shorter text may end with punctuation now, or be no link.
    finder().links(link.get(..end)?).next().filter(|link| link.start() == 0).map(|link| link.as_str())
}

/// Returns the number of letters before the longest known scheme at the end of a link's scheme; 0 for a known scheme.
fn scheme_prefix_len(link: &str) -> Option<usize> {
    let (scheme, _) = link.split_once("://")?;
    let is_known = |scheme: &str| SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (0..scheme.len()).find(|&len| scheme.get(len..).is_some_and(is_known))
}

/// Returns the byte offset of the first character that is not displayed as it is.
fn first_hidden(link: &str) -> Option<usize> {
    if crate::text::is_harmless(link) {
        return None;
    }
    let is_visible =
        |cluster: &str| crate::text::is_harmless(cluster) || crate::text::sanitize_line(cluster) == cluster;
    link.grapheme_indices(true).find(|(_, cluster)| !is_visible(cluster)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<&str> {
        links(text).map(|link| text.get(link).unwrap()).collect()
    }

    #[test]
    fn links_end_before_punctuation_of_the_sentence() {
        for (text, urls) in [
            ("http://example.org", &["http://example.org"][..]),
            ("see https://example.org/a.", &["https://example.org/a"]),
            ("(see http://example.org/a_(b))", &["http://example.org/a_(b)"]),
            ("<http://example.org/x>", &["http://example.org/x"]),
            ("\"http://example.org/x\"", &["http://example.org/x"]),
            ("http://a.org, http://b.org!", &["http://a.org", "http://b.org"]),
            ("http://localhost:12345/x?y=1#z", &["http://localhost:12345/x?y=1#z"]),
            ("http://192.168.0.7:8000", &["http://192.168.0.7:8000"]),
            ("ann: HTTP://EXAMPLE.ORG", &["HTTP://EXAMPLE.ORG"]),
            ("ssh://pi@raspberrypi ftp://x.org/y", &["ssh://pi@raspberrypi", "ftp://x.org/y"]),
            ("https://例え.jp/漢字?q=é", &["https://例え.jp/漢字?q=é"]),
            ("http://example.org/zoe\u{308}", &["http://example.org/zoe\u{308}"]),
            ("見てhttp://example.org", &["http://example.org"]),
        ] {
            assert_eq!(found(text), urls, "{text:?}");
        }
    }

    #[test]
    fn other_text_is_no_link() {
        for text in [
            "",
            "www.example.org example.org",
            "ann@example.org mailto:ann@example.org",
            "javascript:alert(1) javascript://example.org/%0aalert(1)",
            "file:///etc/passwd data:text/html,x",
            "xhttp://example.org",
            "http:// http://",
            "http:/example.org",
            "127.0.0.1:12345",
        ] {
            assert_eq!(found(text), [""; 0], "{text:?}");
        }
        assert_eq!(found(&format!("http://example.org/{}", "a".repeat(MAX_LINK_BYTES))), [""; 0]);
    }

    #[test]
    fn a_link_ends_at_hidden_characters_and_marks() {
        for text in [
            "http://example.org/a\u{202e}gnp.exe",
            "http://example.org/a\u{200b}b",
            "http://example.org/a.\u{feff}",
            "http://example.org/a\u{7}b",
            "http://example.org/a^[[2Jb",
            "http://example.org/a\\xFFb",
            "http://example.org/a<U+202E>b",
            "\u{202e}http://example.org/a",
            "^Ghttp://example.org/a",
            "\\xFFhttp://example.org/a",
            "^[]8;;http://example.org/a^[\\",
        ] {
            assert_eq!(found(text), ["http://example.org/a"], "{text:?}");
        }
        assert_eq!(found("http://\u{202e}example.org"), [""; 0]);
    }

    #[test]
    fn a_list_has_each_link_once_with_its_last_row() {
        let rows =
            [(9, "http://c.org http://d.org"), (7, "nothing"), (5, "http://d.org http://b.org"), (1, "http://a.org")];
        let list = |max| {
            let hits = collect(rows.map(|(row, text)| (RowId(row), text)), max);
            hits.into_iter().map(|hit| (hit.row.0, hit.url)).collect::<Vec<_>>()
        };
        let all = [(9, "http://d.org"), (9, "http://c.org"), (5, "http://b.org"), (1, "http://a.org")];
        let all = all.map(|(row, url)| (row, url.to_owned()));
        assert_eq!(list(MAX_LINKS), all);
        assert_eq!(list(3), all[..3]);
        assert_eq!(list(0), []);
    }

    #[test]
    fn a_full_list_reads_no_further_rows() {
        let rows = (0..).map(|row| (RowId(row), format!("http://example.org/{row}")));
        assert_eq!(collect(rows, MAX_LINKS).len(), MAX_LINKS);
    }

    #[test]
    fn long_rows_take_linear_time() {
        for piece in [
            "http://",
            "://",
            "a:",
            "http://a.b",
            "http://[",
            "a://?(",
            "http://a@",
            "http://\u{202e}",
            "^",
            "x\u{200d}",
        ] {
            let row = format!("http://a.org/{}", piece.repeat((1 << 16) / piece.len()));
            // Quadratic time would take minutes.
            assert!(links(&row).count() <= row.len());
        }
    }

    proptest! {
        #[test]
        fn links_are_ordered_visible_parts_of_the_text(
            text in "((http|ssh|x|é)://|[a-zé漢.:/@()\\^\\\\ ]|\u{202e}|\u{301}|\u{200d}|👨|.){0,40}",
        ) {
            let mut end = 0;
            for link in links(&text) {
                let url = text.get(link.clone());
                prop_assert!(link.start >= end && url.is_some());
                let url = url.unwrap_or_default();
                prop_assert!(!url.contains(['^', '\\']) && url.contains("://"));
                prop_assert!(url.graphemes(true).all(|cluster| crate::text::sanitize_line(cluster) == cluster));
                end = link.end;
            }
        }
    }
}
