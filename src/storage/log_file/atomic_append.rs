//! Appends to a file completely or not at all.

use std::fs::File;
use std::io::{self, Write};

/// A file, or in tests a disk that becomes full.
pub(super) trait AppendTarget: Write {
    /// Returns the length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Truncates to this length.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
}

impl AppendTarget for File {
    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }
}

/// Appends bytes. If writing fails midway, the partial data is removed, because half a line or JSON object would break the
/// next one for other programs. It stays if another process has appended meanwhile.
///
/// # Errors
/// The system's error.
pub(super) fn append(out: &mut impl AppendTarget, bytes: &[u8]) -> io::Result<()> {
    let before = out.len()?;
    let mut written = 0;
    let result = write_all(out, bytes, &mut written);
    if result.is_err() && written > 0 && out.len().is_ok_and(|len| len == before + written as u64) {
        // If this fails too, half a line is left; the next append terminates it.
        drop(out.truncate(before));
    }
    result
}

/// Like [`Write::write_all`], and counts the bytes written.
fn write_all(out: &mut impl Write, bytes: &[u8], written: &mut usize) -> io::Result<()> {
    while let Some(rest) = bytes.get(*written..).filter(|rest| !rest.is_empty()) {
        match out.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => *written += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk of limited capacity, on which another process appends after our first write.
    struct Disk {
        bytes: Vec<u8>,
        capacity: usize,
        other: &'static [u8],
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = bytes.len().min(self.capacity.saturating_sub(self.bytes.len()));
            self.bytes.extend(&bytes[..fits]);
            self.bytes.extend(std::mem::take(&mut self.other));
            if fits == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(fits) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl AppendTarget for Disk {
        fn len(&self) -> io::Result<u64> {
            Ok(self.bytes.len() as u64)
        }

        fn truncate(&mut self, len: u64) -> io::Result<()> {
            self.bytes.truncate(usize::try_from(len).unwrap());
            Ok(())
        }
    }

    #[test]
    fn partial_data_is_removed_when_the_disk_is_full() {
        let mut disk = Disk { bytes: Vec::new(), capacity: 8, other: b"" };
        append(&mut disk, b"one\n").unwrap();
        for _ in 0..2 {
            assert_eq!(append(&mut disk, b"seven\n").unwrap_err().kind(), io::ErrorKind::StorageFull);
            assert_eq!(disk.bytes, b"one\n");
        }
        disk.capacity = 100;
        append(&mut disk, b"two\n").unwrap();
        assert_eq!(disk.bytes, b"one\ntwo\n");
    }

    #[test]
    fn partial_data_stays_if_another_process_appended() {
        let mut disk = Disk { bytes: b"one\n".to_vec(), capacity: 8, other: b"other\n" };
        append(&mut disk, b"seven\n").unwrap_err();
        assert_eq!(disk.bytes, b"one\nseveother\n");
    }

    #[test]
    fn file_is_truncated() {
        let mut file = tempfile::tempfile().unwrap();
        append(&mut file, b"one\ntwo\n").unwrap();
        file.truncate(4).unwrap();
        assert_eq!(AppendTarget::len(&file).unwrap(), 4);
    }
}
