//! A recording read from disk, and written as packets.

use crate::recording::{Recording, Unreadable, pcap};
use crate::storage;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::Path;

/// Bytes of a recording that is played: it is kept in memory whole.
const LIMIT: u64 = 2 << 30;

/// Reads a recording.
///
/// # Errors
/// The sentence that says why there is none. Damage inside is no error ([`Recording::damage`]).
pub fn load(path: &Path) -> Result<Recording, String> {
    let shown = path.display();
    let named = |why: &dyn std::fmt::Display| format!("{shown}: {why}");
    let metadata = std::fs::metadata(path).map_err(|error| named(&describe_error(&error)))?;
    if !metadata.is_file() {
        return Err(named(&"that is no file; name the recording."));
    }
    if metadata.len() > LIMIT {
        return Err(named(
            &"that is more than 2 GiB, which is not taken in. Its first lines alone are a recording too.",
        ));
    }
    let file = File::open(path).map_err(|error| named(&describe_error(&error)))?;
    Recording::read(BufReader::new(file)).map_err(|error| match error {
        Unreadable::Io(error) => named(&describe_error(&error)),
        error => named(&error),
    })
}

/// Writes it as packets into a new file, or to standard output where it is called `-`. Gives how many they are.
///
/// # Errors
/// The sentence that says why that did not work. Nothing is left of the file then.
pub fn to_pcap(tape: &Recording, path: &Path) -> Result<usize, String> {
    if path == Path::new("-") {
        let mut out = io::stdout().lock();
        let written = pcap::write(tape, &mut out).and_then(|count| out.flush().map(|()| count));
        return written.map_err(|error| format!("standard output: {}", describe_error(&error)));
    }
    let shown = path.display();
    let file = storage::create(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{shown} exists already; choose another name."),
        _ => format!("{shown}: {}", describe_error(&error)),
    })?;
    let mut out = BufWriter::new(file);
    let written = pcap::write(tape, &mut out).and_then(|count| out.flush().map(|()| count));
    written.map_err(|error| {
        // Half a file would look like a whole one.
        let _ = std::fs::remove_file(path);
        format!("{shown}: {} Nothing of it is kept.", describe_error(&error))
    })
}

/// The system's words as a sentence, with the next step where there is one.
fn describe_error(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder.".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not do that there.".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full; make room, or choose another place.".to_owned(),
        _ => format!("{}.", storage::os_error_text(error)),
    }
}
