//! Standard input and output as they are, without Rust's buffers and locks, and a socket beside them.
//!
//! Whoever started us may have made them non-blocking, for himself (`ssh`, node): then "not now" is no error, and is
//! waited out. Nothing is set on them, because they are not ours alone.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal as _, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Standard input.
///
/// # Errors
/// When the system has no more file descriptors.
pub fn input() -> io::Result<File> {
    system::input()
}

/// Standard output. Where the system lets us it is in no other hands from then on, and ends with this file: whoever reads it
/// hears that the server has said all while input is still open.
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

/// Whether a read would not wait: there is something, or it has ended. Waits for it to be so for this long, or for ever.
/// Somebody at a terminal is not waited for.
pub(super) fn has_more(file: &File, limit: Option<Duration>) -> bool {
    system::has_more(file, if file.is_terminal() { Some(Duration::ZERO) } else { limit })
}

/// Whether [`try_send`] never waits.
pub(super) const HAS_NONBLOCKING_SEND: bool = cfg!(unix);

/// Hands the system what it has room for, which may be nothing.
pub(super) fn try_send(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
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
    use std::time::Duration;

    pub(super) fn input() -> io::Result<File> {
        let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        enlarge_pipe_buffer(&input);
        Ok(input)
    }

    /// Gives a pipe more room: whoever is at the other end, and we, are put to sleep and woken up less often. What is no
    /// pipe, or may not have more, stays as it is.
    #[cfg(target_os = "linux")]
    fn enlarge_pipe_buffer(file: &File) {
        const ROOM: usize = 1 << 20;
        let _ = rustix::pipe::fcntl_setpipe_size(file, ROOM);
    }

    /// Other systems see to it by themselves.
    #[cfg(not(target_os = "linux"))]
    const fn widen(_file: &File) {}

    pub(super) fn output() -> io::Result<File> {
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        enlarge_pipe_buffer(&output);
        let nowhere = File::options().write(true).open("/dev/null");
        // Without such a file it ends with the program.
        let _ = nowhere.map(rustix::stdio::dup2_stdout);
        Ok(output)
    }

    pub(super) fn wait_to_read(file: &File) -> io::Result<()> {
        ready(file, PollFlags::IN, None).map(drop)
    }

    pub(super) fn wait_to_write(file: &File) -> io::Result<()> {
        ready(file, PollFlags::OUT, None).map(drop)
    }

    pub(super) fn has_more(file: &File, limit: Option<Duration>) -> bool {
        // There is none so long that it is not one.
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        // What cannot be asked is not waited for.
        ready(file, PollFlags::IN, limit.as_ref()).unwrap_or(false)
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
        loop {
            match poll(&mut asked, limit) {
                Err(Errno::INTR) => {}
                done => return Ok(done? > 0),
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use std::fs::File;
    use std::io;
    use std::net::TcpStream;
    use std::os::windows::io::AsHandle as _;
    use std::time::Duration;

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
    pub(super) fn has_more(file: &File, _limit: Option<Duration>) -> bool {
        file.metadata().is_ok_and(|metadata| metadata.is_file())
    }
}
