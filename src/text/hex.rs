//! Stub.
use super::Row;
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
