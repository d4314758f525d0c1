//! What becomes of the ends of lines on their way out.

use crate::link::Eol;
use memchr::memchr;

/// Makes each newline what the server wants to see. A CR that stands before it already is not doubled, also where the
/// two come in different reads (ncat's `-C`, `util.c`).
#[derive(Debug)]
pub(super) struct EolConverter {
    eol: &'static [u8],
    last: Option<u8>,
    out: Vec<u8>,
}

impl EolConverter {
    pub(super) const fn new(eol: Eol) -> Self {
        Self { eol: eol.bytes(), last: None, out: Vec::new() }
    }

    /// The bytes to be sent for these.
    pub(super) fn of<'a>(&'a mut self, bytes: &'a [u8]) -> &'a [u8] {
        if self.eol == b"\n" {
            return bytes;
        }
        self.out.clear();
        let mut rest = bytes;
        while let Some((before, after)) = memchr(b'\n', rest).and_then(|at| rest.split_at_checked(at)) {
            self.out.extend_from_slice(before);
            let has_return = before.last().copied().or(self.last.take()) == Some(b'\r');
            let eol = if has_return { self.eol.strip_prefix(b"\r").unwrap_or(self.eol) } else { self.eol };
            self.out.extend_from_slice(eol);
            self.last = Some(b'\n');
            rest = after.get(1..).unwrap_or_default();
        }
        self.out.extend_from_slice(rest);
        self.last = rest.last().copied().or(self.last);
        &self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(eol: Eol, bytes: &[u8]) -> Vec<u8> {
        EolConverter::new(eol).of(bytes).to_vec()
    }

    #[test]
    fn a_newline_becomes_what_was_asked_for() {
        for (eol, from, to) in [
            (Eol::Lf, &b"a\nb\r\n\0\xff"[..], &b"a\nb\r\n\0\xff"[..]),
            (Eol::CrLf, b"a\nb\r\nc", b"a\r\nb\r\nc"),
            (Eol::CrLf, b"\n\n\r\r\n\r", b"\r\n\r\n\r\r\n\r"),
            (Eol::Cr, b"a\nb\r\n\n", b"a\rb\r\r"),
            (Eol::Nul, b"a\nb\r\n", b"a\0b\r\0"),
            (Eol::None, b"a\nb\n", b"ab"),
            (Eol::CrLf, b"", b""),
        ] {
            assert_eq!(whole(eol, from), to, "{eol:?} {from:?}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_it_is_cut(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), any::<u8>()], 0..40),
            cuts in proptest::collection::vec(0..40_usize, 0..6),
            eol in prop_oneof![Just(Eol::Lf), Just(Eol::CrLf), Just(Eol::Cr), Just(Eol::Nul), Just(Eol::None)],
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let mut translation = EolConverter::new(eol);
            let parts: Vec<u8> = cuts.windows(2).flat_map(|cut| translation.of(&bytes[cut[0]..cut[1]]).to_vec()).collect();
            prop_assert_eq!(parts, whole(eol, &bytes));
        }

        #[test]
        fn crlf_is_what_a_line_ends_in_and_nothing_else_changes(bytes: Vec<u8>) {
            let out = whole(Eol::CrLf, &bytes);
            prop_assert!((0..out.len()).all(|at| out[at] != b'\n' || at > 0 && out[at - 1] == b'\r'));
            let strip = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
            prop_assert_eq!(strip(&out), strip(&bytes));
        }
    }
}
