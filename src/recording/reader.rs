//! Reads a recording line by line, skipping damaged lines.

use super::{FORMAT, RecordingLine, Session, VERSION};
use std::io::{self, BufRead, Read as _};

/// Maximum length of a line, in bytes: more than 1 MiB of data in which JSON escapes every byte with six characters.
const MAX_LINE_BYTES: u64 = 8 << 20;

/// The first bytes of a gzip file (RFC 1952).
const GZIP_MAGIC: &[u8] = b"\x1f\x8b";

/// Number of lines searched for a readable one if the header is damaged.
const MAX_LINES_BEFORE_ENTRY: usize = 16;

/// Length of an unreadable line, in bytes, from which on the file is not a recording.
const MAX_FOREIGN_LINE: usize = 1 << 20;

/// Why a file cannot be read as a recording. `Display` is a message to follow the file's name and a colon.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The system reported an error.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is empty.
    #[error("the file is empty.")]
    Empty,
    /// The file is not a recording.
    #[error("not a recording. Make one with netchat-tui --record FILE ADDRESS.")]
    NotARecording,
    /// The file is compressed with gzip.
    #[error("the file is compressed; decompress it first: gunzip, or zcat FILE > bug.rec.")]
    Compressed,
    /// The format has a higher version than [`VERSION`].
    #[error("its format version {0} is too new (supported: up to {VERSION}); upgrade netchat-tui.")]
    Newer(u32),
}

/// How much of a recording could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Damage {
    /// Number of damaged lines.
    pub lines: usize,
    /// 1-based number of the first damaged line; 0 if there is none.
    pub first: usize,
    /// Whether the last line is incomplete: the program was killed or the file was cut.
    pub is_cut: bool,
}

impl Damage {
    /// Formats the damage for the user; `None` if there is none.
    pub fn message(self) -> Option<String> {
        let Self { lines, first, is_cut } = self;
        match (lines, is_cut) {
            (0, _) => None,
            (1, true) => Some("The recording is cut off; everything up to its last complete line was read.".to_owned()),
            (1, false) => Some(format!("Line {first} of the recording is damaged; the rest was read.")),
            (_, _) => {
                Some(format!("{lines} lines of the recording are damaged, first line {first}; the rest was read."))
            }
        }
    }
}

/// Reads the lines of a recording.
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    session: Session,
    /// Number of lines read so far.
    line_count: usize,
    damage: Damage,
    line: Vec<u8>,
    /// A line read in search of a header, to be returned next.
    peeked: Option<RecordingLine>,
}

/// Result of reading one line.
enum ReadLine {
    Line(RecordingLine),
    Damaged,
    /// Written before an appended session, to terminate a possible incomplete line.
    Blank,
    End,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header. If it is damaged, accepts the file if one of the following lines is readable.
    ///
    /// # Errors
    /// If the file is not a recording or cannot be read.
    pub fn open(source: R) -> Result<Self, Unreadable> {
        let session = Session { format: String::new(), version: 0, program: String::new(), utc: 0 };
        let damage = Damage::default();
        let mut reader = Self { source, session, line_count: 0, damage, line: Vec::new(), peeked: None };
        if reader.fill()? == 0 {
            return Err(Unreadable::Empty);
        }
        // Deserialized as a header, because only that is known of later versions.
        match serde_json::from_slice::<Session>(&reader.line) {
            Ok(session) if session.format != FORMAT => return Err(Unreadable::NotARecording),
            Ok(session) if session.version > VERSION => return Err(Unreadable::Newer(session.version)),
            Ok(session) => reader.session = session,
            Err(_) if reader.line.starts_with(GZIP_MAGIC) => return Err(Unreadable::Compressed),
            Err(_) => reader.recover_without_header()?,
        }
        Ok(reader)
    }

    /// Looks for a readable line after a damaged header, and keeps it for [`Reader::next_line`].
    fn recover_without_header(&mut self) -> Result<(), Unreadable> {
        self.damage = Damage { lines: 1, first: 1, is_cut: false };
        while self.line_count <= MAX_LINES_BEFORE_ENTRY && self.line.len() < MAX_FOREIGN_LINE {
            match self.read()? {
                ReadLine::Damaged => self.damage.lines += 1,
                ReadLine::Blank => {}
                ReadLine::End => break,
                ReadLine::Line(line) => {
                    if let RecordingLine::Session(session) = &line {
                        self.session = session.clone();
                    }
                    self.peeked = Some(line);
                    return Ok(());
                }
            }
        }
        Err(Unreadable::NotARecording)
    }

    /// Returns the header of the first session.
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the damage found so far.
    pub const fn damage(&self) -> Damage {
        self.damage
    }

    /// Returns the next undamaged line; `None` at the end.
    ///
    /// # Errors
    /// As reading from the source. Lines returned before are valid.
    pub fn next_line(&mut self) -> io::Result<Option<RecordingLine>> {
        if let Some(line) = self.peeked.take() {
            return Ok(Some(line));
        }
        loop {
            match self.read()? {
                ReadLine::Line(line) => return Ok(Some(line)),
                ReadLine::Blank => {}
                ReadLine::End => return Ok(None),
                ReadLine::Damaged => {
                    self.damage.lines += 1;
                    self.damage.first = if self.damage.lines == 1 { self.line_count } else { self.damage.first };
                }
            }
        }
    }

    fn read(&mut self) -> io::Result<ReadLine> {
        if self.fill()? == 0 {
            return Ok(ReadLine::End);
        }
        let is_complete = self.line.last() == Some(&b'\n');
        let line = self.line.trim_ascii();
        if line.is_empty() {
            return Ok(ReadLine::Blank);
        }
        match serde_json::from_slice(line) {
            Ok(RecordingLine::Session(session)) if session.format != FORMAT || session.version > VERSION => {
                Ok(ReadLine::Damaged)
            }
            Ok(line) => Ok(ReadLine::Line(line)),
            Err(_) => {
                self.damage.is_cut = !is_complete;
                Ok(ReadLine::Damaged)
            }
        }
    }

    /// Reads a line into `self.line`. Of a line that is too long, keeps only one byte.
    fn fill(&mut self) -> io::Result<usize> {
        self.line.clear();
        self.line_count += 1;
        let count = self.source.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut self.line)?;
        if count as u64 == MAX_LINE_BYTES && self.line.last() != Some(&b'\n') {
            self.source.skip_until(b'\n')?;
            self.line.truncate(1);
            self.line.push(b'\n');
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
