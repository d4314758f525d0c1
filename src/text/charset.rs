//! Stub.
use super::Row;
/// Stub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charset(());
/// Stub.
pub fn decode_in(_charset: Charset, bytes: &[u8], row: &mut Row) {
    super::decode(bytes, row);
}
/// Stub.
pub fn escape(bytes: &[u8], row: &mut Row) {
    super::decode_plain(bytes, row);
}
/// Stub.
#[derive(Debug)]
pub struct Rule {
    /// Stub.
    pub at: usize,
    /// Stub.
    pub words: String,
}
/// Stub.
pub fn hex(bytes: &[u8], _offset: u64, _rules: &[Rule], _columns: usize, row: &mut Row) -> Vec<std::ops::Range<usize>> {
    super::decode_plain(bytes, row);
    vec![0..row.glyphs().len()]
}
impl Charset {
    /// Stub.
    #[expect(clippy::missing_errors_doc, reason = "stub")]
    pub fn parse(_: &str) -> Result<Self, String> {
        Ok(Self(()))
    }
}

/// Stub.
pub fn escape_to(bytes: &[u8], out: &mut String) {
    out.push_str(&String::from_utf8_lossy(bytes));
}
