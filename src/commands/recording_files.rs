//! Reads recordings from files and writes them as pcap files.

use crate::recording::{Recording, Unreadable, pcap};
use crate::storage;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::Path;

/// Largest recording in bytes; it is kept in memory.
const MAX_BYTES: u64 = 2 << 30;

/// Reads a recording from a file of at most 2 GiB.
///
/// # Errors
/// Returns a sentence if the file cannot be read or is not a recording. Damage inside is no error; see
/// [`Recording::damage`].
pub fn load(path: &Path) -> Result<Recording, String> {
    let shown = path.display();
    let with_path = |reason: &dyn std::fmt::Display| format!("{shown}: {reason}");
    let metadata = std::fs::metadata(path).map_err(|error| with_path(&describe_error(&error)))?;
    if !metadata.is_file() {
        return Err(with_path(&"not a regular file; name a recording."));
    }
    if metadata.len() > MAX_BYTES {
        return Err(with_path(&"larger than 2 GiB. Cut it: its first lines are a valid recording."));
    }
    let file = File::open(path).map_err(|error| with_path(&describe_error(&error)))?;
    Recording::read(BufReader::new(file)).map_err(|error| match error {
        Unreadable::Io(error) => with_path(&describe_error(&error)),
        error => with_path(&error),
    })
}

/// Writes a recording as packets to a new file, or to standard output for `-`. Returns the number of packets.
///
/// # Errors
/// Returns a sentence if the file exists or cannot be written. An incomplete file is removed.
pub fn to_pcap(recording: &Recording, path: &Path) -> Result<usize, String> {
    if path == Path::new("-") {
        let mut out = io::stdout().lock();
        let written = pcap::write(recording, &mut out).and_then(|count| out.flush().map(|()| count));
        return written.map_err(|error| format!("standard output: {}", describe_error(&error)));
    }
    let shown = path.display();
    let file = storage::create(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{shown} already exists; choose another name."),
        _ => format!("{shown}: {}", describe_error(&error)),
    })?;
    let mut out = BufWriter::new(file);
    let written = pcap::write(recording, &mut out).and_then(|count| out.flush().map(|()| count));
    written.map_err(|error| {
        // An incomplete pcap file looks like a complete one.
        let _ = std::fs::remove_file(path);
        format!("{shown}: {} Nothing was saved.", describe_error(&error))
    })
}

/// Describes an error of the system as a sentence, with the next step if there is one.
fn describe_error(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder.".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied.".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full; free some space or choose another path.".to_owned(),
        _ => format!("{}.", storage::os_error_text(error)),
    }
}
