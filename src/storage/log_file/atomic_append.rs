//! Appending all or nothing.

use std::fs::File;
use std::io::{self, Write};

/// What is appended to: a file, and in tests a disk that becomes full.
pub(super) trait AppendTarget: Write {
    /// Bytes in it.
    fn len(&self) -> io::Result<u64>;
    /// Takes away what is behind so many bytes.
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

/// Appends these bytes. Where that fails half way, what was written of them is taken back: half an object would spoil all
/// that follows it for programs. It stays if somebody else has appended meanwhile, whose words are not ours to take.
///
/// # Errors
/// As the system has them.
pub(super) fn append(out: &mut impl AppendTarget, bytes: &[u8]) -> io::Result<()> {
    let before = out.len()?;
    let mut written = 0;
    let done = write_all(out, bytes, &mut written);
    if done.is_err() && written > 0 && out.len().is_ok_and(|len| len == before + written as u64) {
        // Where that fails, too, half a line is left, which the next one ends.
        drop(out.truncate(before));
    }
    done
}

/// As [`Write::write_all`], and counts.
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

    /// A disk with room for so many bytes, on which another writes these after our first ones.
    struct Disk {
        bytes: Vec<u8>,
        room: usize,
        other: &'static [u8],
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = bytes.len().min(self.room.saturating_sub(self.bytes.len()));
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
    fn of_what_a_full_disk_cuts_off_nothing_stays() {
        let mut disk = Disk { bytes: Vec::new(), room: 8, other: b"" };
        append(&mut disk, b"one\n").unwrap();
        for _ in 0..2 {
            assert_eq!(append(&mut disk, b"seven\n").unwrap_err().kind(), io::ErrorKind::StorageFull);
            assert_eq!(disk.bytes, b"one\n");
        }
        disk.room = 100;
        append(&mut disk, b"two\n").unwrap();
        assert_eq!(disk.bytes, b"one\ntwo\n");
    }

    #[test]
    fn what_another_wrote_meanwhile_is_not_taken_back() {
        let mut disk = Disk { bytes: b"one\n".to_vec(), room: 8, other: b"other\n" };
        append(&mut disk, b"seven\n").unwrap_err();
        assert_eq!(disk.bytes, b"one\nseveother\n");
    }

    #[test]
    fn a_file_is_cut_where_it_is_told() {
        let mut file = tempfile::tempfile().unwrap();
        append(&mut file, b"one\ntwo\n").unwrap();
        file.truncate(4).unwrap();
        assert_eq!(AppendTarget::len(&file).unwrap(), 4);
    }
}
