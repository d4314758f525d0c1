//! Reading a recording line by line: all that is whole, and what the rest was.

use super::{FORMAT, RecordingLine, Session, VERSION};
use std::io::{self, BufRead, Read as _};

/// Bytes of a line that is read: more than the longest there can be, a mebibyte of which each byte takes six.
const LONGEST: u64 = 8 << 20;

/// What a file of gzip begins with (RFC 1952).
const GZIP: &[u8] = b"\x1f\x8b";

/// Lines that are looked at for one that can be read where the first cannot.
const MAX_LINES_BEFORE_ENTRY: usize = 16;

/// Bytes of a line that no recording begins with, and other files may.
const MAX_FOREIGN_LINE: usize = 1 << 20;

/// Why a file cannot be played at all. `Display` is a sentence for after its name.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The system does not let us.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is nothing in it.
    #[error("the file is empty.")]
    Empty,
    /// It is something else.
    #[error("not a recording. Make one with netchat-tui --record FILE ADDRESS.")]
    NotARecording,
    /// It is packed.
    #[error("the file is compressed; decompress it first: gunzip, or zcat FILE > bug.rec.")]
    Compressed,
    /// A later program wrote it.
    #[error("its format version {0} is too new (supported: up to {VERSION}); upgrade netchat-tui.")]
    Newer(u32),
}

/// What of a recording could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Damage {
    /// Lines that could not.
    pub lines: usize,
    /// The first of them, from 1.
    pub first: usize,
    /// Whether the last line of the file is one, and has no end: the program was killed, or the file cut.
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

/// Lines out of a file.
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    session: Session,
    /// The lines read so far.
    count: usize,
    damage: Damage,
    line: Vec<u8>,
    /// A line that was read before it was asked for.
    ahead: Option<RecordingLine>,
}

/// What a line was.
enum ReadLine {
    Line(RecordingLine),
    Damaged,
    /// Nothing: put before what was appended, so that half a line before it harms nobody else.
    Blank,
    End,
}

impl<R: BufRead> Reader<R> {
    /// Reads the head.
    ///
    /// # Errors
    /// If it has none that can be read.
    pub fn open(source: R) -> Result<Self, Unreadable> {
        let session = Session { format: String::new(), version: 0, program: String::new(), utc: 0 };
        let mut reader = Self { source, session, count: 0, damage: Damage::default(), line: Vec::new(), ahead: None };
        if reader.fill()? == 0 {
            return Err(Unreadable::Empty);
        }
        // Of a later version only the head is known to be one.
        match serde_json::from_slice::<Session>(&reader.line) {
            Ok(session) if session.format != FORMAT => return Err(Unreadable::NotARecording),
            Ok(session) if session.version > VERSION => return Err(Unreadable::Newer(session.version)),
            Ok(session) => reader.session = session,
            Err(_other) if reader.line.starts_with(GZIP) => return Err(Unreadable::Compressed),
            Err(_damaged) => reader.recover_without_header()?,
        }
        Ok(reader)
    }

    /// The head cannot be read: it is a recording if one of the next lines can, and that is not lost for it.
    fn recover_without_header(&mut self) -> Result<(), Unreadable> {
        self.damage = Damage { lines: 1, first: 1, is_cut: false };
        while self.count <= MAX_LINES_BEFORE_ENTRY && self.line.len() < MAX_FOREIGN_LINE {
            match self.read()? {
                ReadLine::Damaged => self.damage.lines += 1,
                ReadLine::Blank => {}
                ReadLine::End => break,
                ReadLine::Line(line) => {
                    if let RecordingLine::Session(session) = &line {
                        self.session = session.clone();
                    }
                    self.ahead = Some(line);
                    return Ok(());
                }
            }
        }
        Err(Unreadable::NotARecording)
    }

    /// The head of the first session.
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// What could not be read so far.
    pub const fn damage(&self) -> Damage {
        self.damage
    }

    /// The next line that is whole; nothing at the end.
    ///
    /// # Errors
    /// As reading has them. What was read before is good.
    pub fn next_line(&mut self) -> io::Result<Option<RecordingLine>> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        loop {
            match self.read()? {
                ReadLine::Line(line) => return Ok(Some(line)),
                ReadLine::Blank => {}
                ReadLine::End => return Ok(None),
                ReadLine::Damaged => {
                    self.damage.lines += 1;
                    self.damage.first = if self.damage.lines == 1 { self.count } else { self.damage.first };
                }
            }
        }
    }

    fn read(&mut self) -> io::Result<ReadLine> {
        if self.fill()? == 0 {
            return Ok(ReadLine::End);
        }
        let has_end = self.line.last() == Some(&b'\n');
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
                self.damage.is_cut = !has_end;
                Ok(ReadLine::Damaged)
            }
        }
    }

    /// Takes in a line; of one that is too long only the beginning is kept.
    fn fill(&mut self) -> io::Result<usize> {
        self.line.clear();
        self.count += 1;
        let count = self.source.by_ref().take(LONGEST).read_until(b'\n', &mut self.line)?;
        if count as u64 == LONGEST && self.line.last() != Some(&b'\n') {
            self.source.skip_until(b'\n')?;
            self.line.truncate(1);
            self.line.push(b'\n');
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
