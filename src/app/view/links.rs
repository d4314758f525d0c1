//! Links in what was said.
//!
//! Where a link begins and ends is `linkify`'s to say: at the scheme, and before punctuation that belongs to the
//! sentence. Here stands what it does not know: which schemes are worth offering, and that a link consists of what is
//! seen. A mark of ours (`^[`, `\xFF`, `<U+202E>`) ends it, as does a character that cannot be seen or that reorders
//! others, so that what is opened is what was read.

use crate::app::transcript::RowId;
use linkify::{LinkFinder, LinkKind};
use std::collections::HashSet;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Links that a list of them holds unless told otherwise.
pub const MAX_LINKS: usize = 1_000;

/// Bytes of the longest link. A longer one is no link: cut off it would lead elsewhere.
const MAX_LINK: usize = 4 << 10;

/// What can be opened by a browser or a program one would expect. Not `file`, which is about the reader's own disk.
const SCHEMES: &[&str] = &[
    "ftp", "ftps", "gemini", "git", "gopher", "http", "https", "irc", "ircs", "ldap", "ldaps", "mqtt", "mqtts", "nntp",
    "redis", "rediss", "rtsp", "sftp", "ssh", "svn", "tcp", "telnet", "tls", "udp", "ws", "wss",
];

/// A link, and where it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkHit {
    /// As it was written.
    pub url: String,
    /// In this row.
    pub row: RowId,
}

/// Where links stand in a line's text, in bytes, from left to right.
///
/// Only what has a scheme and `//` is one: `www.example.org` and mail addresses are not guessed at.
///
/// # Examples
/// ```
/// use netchat_tui::app::view::links::links;
/// let text = "see http://127.0.0.1:8000/a.";
/// assert_eq!(links(text).map(|link| &text[link]).collect::<Vec<_>>(), ["http://127.0.0.1:8000/a"]);
/// ```
pub fn links(text: &str) -> impl Iterator<Item = Range<usize>> {
    // No URL holds these as they are (RFC 3986), and marks begin with them.
    let pieces = text.split(['^', '\\']).scan(0, |next, piece| {
        let start = *next;
        *next += piece.len() + 1;
        Some((start, piece))
    });
    pieces.filter(|(_, piece)| piece.contains("://")).flat_map(|(start, piece)| {
        let links = finder().links(piece).filter_map(move |link| {
            let url = visible_part(link.as_str())?;
            // The rest of a mark has no end that can be told: `^Ghttp://x`.
            let skipped = scheme_prefix_len(url).filter(|&odd| odd == 0 || link.start() == 0 && start > 0)?;
            let at = start + link.start();
            (url.len() - skipped <= MAX_LINK).then_some(at + skipped..at + url.len())
        });
        links.collect::<Vec<_>>()
    })
}

/// The `most` newest links of these rows, newest first, each once. Rows come newest first; of two links in one row the
/// right one is the newer.
pub fn collect<T: AsRef<str>>(rows: impl IntoIterator<Item = (RowId, T)>, most: usize) -> Vec<LinkHit> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (row, text) in rows {
        let text = text.as_ref();
        let mut urls: Vec<_> = links(text).filter_map(|link| text.get(link)).collect();
        urls.reverse();
        for url in urls {
            if found.len() >= most {
                return found;
            }
            if seen.insert(url.to_owned()) {
                found.push(LinkHit { url: url.to_owned(), row });
            }
        }
    }
    found
}

fn finder() -> LinkFinder {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder
}

/// As much of a link as is seen.
fn visible_part(link: &str) -> Option<&str> {
    let Some(end) = first_hidden(link) else { return Some(link) };
    // What is left may end with a sentence's dot now, or be no link any more.
    finder().links(link.get(..end)?).next().filter(|link| link.start() == 0).map(|link| link.as_str())
}

/// Letters before the longest known scheme that a link's scheme ends with. 0 if it is one.
fn scheme_prefix_len(link: &str) -> Option<usize> {
    let (scheme, _) = link.split_once("://")?;
    let is_known = |scheme: &str| SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (0..scheme.len()).find(|&odd| scheme.get(odd..).is_some_and(is_known))
}

/// Where the first character stands that is not shown as it is.
fn first_hidden(link: &str) -> Option<usize> {
    if crate::text::is_harmless(link) {
        return None;
    }
    let is_shown = |cluster: &str| crate::text::is_harmless(cluster) || crate::text::sanitize_line(cluster) == cluster;
    link.grapheme_indices(true).find(|(_, cluster)| !is_shown(cluster)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<&str> {
        links(text).map(|link| text.get(link).unwrap()).collect()
    }

    #[test]
    fn links_end_where_a_reader_would_say() {
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
    fn what_is_no_link_is_not_offered() {
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
        assert_eq!(found(&format!("http://example.org/{}", "a".repeat(MAX_LINK))), [""; 0]);
    }

    #[test]
    fn a_link_ends_at_what_is_not_seen_and_at_marks() {
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
    fn a_list_has_each_link_once_where_it_was_last() {
        let rows =
            [(9, "http://c.org http://d.org"), (7, "nothing"), (5, "http://d.org http://b.org"), (1, "http://a.org")];
        let list = |most| {
            let found = collect(rows.map(|(row, text)| (RowId(row), text)), most);
            found.into_iter().map(|found| (found.row.0, found.url)).collect::<Vec<_>>()
        };
        let all = [(9, "http://d.org"), (9, "http://c.org"), (5, "http://b.org"), (1, "http://a.org")];
        let all = all.map(|(row, url)| (row, url.to_owned()));
        assert_eq!(list(MAX_LINKS), all);
        assert_eq!(list(3), all[..3]);
        assert_eq!(list(0), []);
    }

    #[test]
    fn rows_enough_are_not_read_further() {
        let rows = (0..).map(|row| (RowId(row), format!("http://example.org/{row}")));
        assert_eq!(collect(rows, MAX_LINKS).len(), MAX_LINKS);
    }

    #[test]
    fn no_row_takes_long() {
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
            // Were this quadratic, it would take minutes.
            assert!(links(&row).count() <= row.len());
        }
    }

    proptest! {
        #[test]
        fn links_stand_in_the_text_in_order_and_are_seen(
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
