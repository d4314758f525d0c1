//! Reading a secret from a file without leaving copies of it in memory.

use super::regular_file::{ReadError, open_regular};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// Maximum length of a secret, in bytes.
pub const MAX_SECRET_BYTES: usize = 16 << 10;

/// The beginning of a file that holds a secret.
#[derive(Debug)]
pub struct SecretFile {
    /// At most [`MAX_SECRET_BYTES`] + 1 bytes; overwritten with zeros when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether group or others may read the file.
    pub is_readable_by_others: bool,
}

/// Reads the first [`MAX_SECRET_BYTES`] + 1 bytes of a file.
///
/// # Errors
/// If it cannot be read or is not a regular file.
pub fn read_secret_file(path: &Path) -> Result<SecretFile, ReadError> {
    let mut file = open_regular(path)?;
    let is_readable_by_others = is_readable_by_others(&file)?;
    // Allocated once: a growing buffer would leave copies behind.
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

/// Returns `false`: files in a user's profile are private.
#[cfg(not(unix))]
const fn is_readable_by_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}
