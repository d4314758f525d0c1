//! Reading a secret from a file, without copies of it that stay in memory.

use super::{ReadError, open_finite};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// Bytes of the longest secret.
pub const MAX_SECRET_BYTES: usize = 16 << 10;

/// Bytes that hold a secret, and whether they are at rest where others can read them.
#[derive(Debug)]
pub struct SecretFile {
    /// The beginning of the file: at most a byte more than a secret has.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether anybody but the owner can read the file.
    pub is_readable_by_others: bool,
}

/// Reads the beginning of a file.
///
/// # Errors
/// If it cannot be read, or may have no end.
pub fn read_secret_file(place: &Path) -> Result<SecretFile, ReadError> {
    let mut file = open_finite(place)?;
    let is_readable_by_others = is_readable_by_others(&file)?;
    // Of a fixed size: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(vec![0; MAX_SECRET_BYTES + 1]);
    let mut len = 0;
    while let Some(rest) = bytes.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    bytes.truncate(len);
    Ok(SecretFile { bytes, is_readable_by_others })
}

#[cfg(unix)]
fn is_readable_by_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

/// A user's folders are their own there.
#[cfg(not(unix))]
const fn is_readable_by_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}
