//! Bytes to be sent of which no copy may be kept.

use bytes::Bytes;
use std::fmt;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Bytes that are overwritten when they are dropped. `Debug` prints their number only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl ZeroizeOnDrop for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

impl SecretBytes {
    /// Joins parts in one allocation of the exact size, because a growing buffer would leave copies behind.
    pub fn concat(parts: &[&[u8]]) -> Self {
        Self(Zeroizing::new(parts.concat()))
    }

    /// Returns the bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Returns the number of bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns as many zeros, for [`super::LinkEvent::NotSent`].
    pub fn blank(&self) -> Bytes {
        vec![0; self.0.len()].into()
    }
}
