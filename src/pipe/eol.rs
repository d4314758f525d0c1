//! Converts line ends of the input.

use crate::link::Eol;
use memchr::memchr;

/// Replaces each newline by the configured line end. With CRLF and CR, a CR before the newline is not doubled, even if the
/// two are in different reads, as in ncat's `-C` (`util.c`).
#[derive(Debug)]
pub(super) struct EolConverter {
    eol: &'static [u8],
    /// Last byte of the previous call.
    last: Option<u8>,
    out: Vec<u8>,
}

impl EolConverter {
    pub(super) const fn new(eol: Eol) -> Self {
        Self { eol: eol.bytes(), last: None, out: Vec::new() }
    }

    /// Converts the next bytes of the input.
    pub(super) fn convert<'a>(&'a mut self, bytes: &'a [u8]) -> &'a [u8] {
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

    fn convert(eol: Eol, bytes: &[u8]) -> Vec<u8> {
        EolConverter::new(eol).convert(bytes).to_vec()
    }

    #[test]
    fn newlines_become_the_configured_line_end() {
        for (eol, from, to) in [
            (Eol::Lf, &b"a\nb\r\n\0\xff"[..], &b"a\nb\r\n\0\xff"[..]),
            (Eol::CrLf, b"a\nb\r\nc", b"a\r\nb\r\nc"),
            (Eol::CrLf, b"\n\n\r\r\n\r", b"\r\n\r\n\r\r\n\r"),
            (Eol::Cr, b"a\nb\r\n\n", b"a\rb\r\r"),
            (Eol::Nul, b"a\nb\r\n", b"a\0b\r\0"),
            (Eol::None, b"a\nb\n", b"ab"),
            (Eol::CrLf, b"", b""),
        ] {
            assert_eq!(convert(eol, from), to, "{eol:?} {from:?}");
        }
    }

    proptest! {
        #[test]
        fn the_result_does_not_depend_on_the_split_into_reads(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), any::<u8>()], 0..40),
            cuts in proptest::collection::vec(0..40_usize, 0..6),
            eol in prop_oneof![Just(Eol::Lf), Just(Eol::CrLf), Just(Eol::Cr), Just(Eol::Nul), Just(Eol::None)],
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let mut converter = EolConverter::new(eol);
            let parts: Vec<u8> = cuts.windows(2).flat_map(|cut| converter.convert(&bytes[cut[0]..cut[1]]).to_vec()).collect();
            prop_assert_eq!(parts, convert(eol, &bytes));
        }

        #[test]
        fn crlf_changes_only_line_ends(bytes: Vec<u8>) {
            let out = convert(Eol::CrLf, &bytes);
            prop_assert!((0..out.len()).all(|at| out[at] != b'\n' || at > 0 && out[at - 1] == b'\r'));
            let strip = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
            prop_assert_eq!(strip(&out), strip(&bytes));
        }
    }
}
