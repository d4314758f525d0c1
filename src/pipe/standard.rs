//! Standard input and output as they are, without Rust's buffers and locks, and a socket beside them.
//!
//! Whoever started us may have made them non-blocking, for himself (`ssh`, node): then "not now" is no error, and is
//! waited out. Nothing is set on them, because they are not ours alone.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;

/// Standard input.
///
/// # Errors
/// When the system has no more file descriptors.
pub fn input() -> io::Result<File> {
    system::input()
}

/// Standard output.
///
/// # Errors
/// When the system has no more file descriptors.
pub fn output() -> io::Result<File> {
    system::output()
}

/// Reads what is there, waiting until there is something.
pub(super) fn read(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => system::wait_to_read(file)?,
            done => return done,
        }
    }
}

/// Writes all of it.
pub(super) fn write(file: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => system::wait_to_write(file)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether a read would not wait: there is something, or it has ended.
pub(super) fn has_more(file: &File) -> bool {
    system::has_more(file)
}

/// Whether [`send_at_once`] never waits.
pub(super) const SENDS_AT_ONCE: bool = cfg!(unix);

/// Hands the system what it has room for, which may be nothing.
pub(super) fn send_at_once(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    match system::send_at_once(stream, bytes) {
        Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => Ok(0),
        done => done,
    }
}

/// Waits until it has room for something, or never will.
pub(super) fn wait_to_send(stream: &TcpStream) -> io::Result<()> {
    system::wait_to_send(stream)
}

#[cfg(unix)]
mod system {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::net::{SendFlags, send};
    use std::fs::File;
    use std::io;
    use std::net::TcpStream;
    use std::os::fd::AsFd;

    pub(super) fn input() -> io::Result<File> {
        io::stdin().as_fd().try_clone_to_owned().map(File::from)
    }

    pub(super) fn output() -> io::Result<File> {
        io::stdout().as_fd().try_clone_to_owned().map(File::from)
    }

    pub(super) fn wait_to_read(file: &File) -> io::Result<()> {
        ready(file, PollFlags::IN, None).map(drop)
    }

    pub(super) fn wait_to_write(file: &File) -> io::Result<()> {
        ready(file, PollFlags::OUT, None).map(drop)
    }

    pub(super) fn has_more(file: &File) -> bool {
        // What cannot be asked is not waited for.
        ready(file, PollFlags::IN, Some(&Timespec::default())).unwrap_or(false)
    }

    pub(super) fn send_at_once(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        // Of this one call only: who reads the socket waits.
        Ok(send(stream, bytes, SendFlags::DONTWAIT)?)
    }

    pub(super) fn wait_to_send(stream: &TcpStream) -> io::Result<()> {
        ready(stream, PollFlags::OUT, None).map(drop)
    }

    fn ready(file: &impl AsFd, wanted: PollFlags, limit: Option<&Timespec>) -> io::Result<bool> {
        let mut asked = [PollFd::new(file, wanted)];
        match poll(&mut asked, limit) {
            // Whoever asks for ever asks again.
            Err(Errno::INTR) => Ok(false),
            done => Ok(done? > 0),
        }
    }
}

#[cfg(windows)]
mod system {
    use std::fs::File;
    use std::io;
    use std::net::TcpStream;
    use std::os::windows::io::AsHandle as _;

    pub(super) fn input() -> io::Result<File> {
        io::stdin().as_handle().try_clone_to_owned().map(File::from)
    }

    pub(super) fn output() -> io::Result<File> {
        io::stdout().as_handle().try_clone_to_owned().map(File::from)
    }

    /// Nothing is non-blocking here.
    pub(super) fn wait_to_read(_file: &File) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn wait_to_write(_file: &File) -> io::Result<()> {
        Ok(())
    }

    /// There is no such call here: it waits until all of it is taken.
    pub(super) fn send_at_once(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        std::io::Write::write(&mut stream, bytes)
    }

    pub(super) fn wait_to_send(_stream: &TcpStream) -> io::Result<()> {
        Ok(())
    }

    /// A file always has; of a pipe it cannot be told.
    pub(super) fn has_more(file: &File) -> bool {
        file.metadata().is_ok_and(|metadata| metadata.is_file())
    }
}
