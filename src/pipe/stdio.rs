//! Reads standard input and writes standard output and the socket without Rust's buffers and locks.
//!
//! A parent process such as `ssh` or Node.js may have made the files non-blocking. Their flags are shared with it and not
//! changed; instead, `EWOULDBLOCK` is followed by a `poll(2)`.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal as _, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Opens standard input as a file.
///
/// # Errors
/// Returns an error if the system has no more file descriptors.
pub fn input() -> io::Result<File> {
    system::input()
}

/// Opens standard output as a file. On Unix, the original descriptor is redirected to `/dev/null`, so that closing the file
/// ends the output for its reader while the input is still open.
///
/// # Errors
/// Returns an error if the system has no more file descriptors.
pub fn output() -> io::Result<File> {
    system::output()
}

/// Reads available bytes; blocks until there are some. Returns 0 at the end.
pub(super) fn read(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => system::wait_to_read(file)?,
            result => return result,
        }
    }
}

/// Writes all bytes; blocks until they are written.
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

/// Whether a read would return at once, with data or at the end. Waits for at most `limit`, or without a limit for `None`;
/// never waits for a terminal.
pub(super) fn has_more(file: &File, limit: Option<Duration>) -> bool {
    system::has_more(file, if file.is_terminal() { Some(Duration::ZERO) } else { limit })
}

/// Whether [`try_send`] never blocks.
pub(super) const HAS_NONBLOCKING_SEND: bool = cfg!(unix);

/// Sends as many bytes as fit in the send buffer. Returns 0 if it is full.
pub(super) fn try_send(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    match system::send_at_once(stream, bytes) {
        Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => Ok(0),
        result => result,
    }
}

/// Blocks until the send buffer has space or the connection has failed.
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

    /// Enlarges the buffer of a pipe, so that both ends block less often. Does nothing if the file is not a pipe or the
    /// system refuses.
    #[cfg(target_os = "linux")]
    fn enlarge_pipe_buffer(file: &File) {
        const BUFFER_BYTES: usize = 1 << 20;
        let _ = rustix::pipe::fcntl_setpipe_size(file, BUFFER_BYTES);
    }

    /// Does nothing: other systems adapt the size themselves.
    #[cfg(not(target_os = "linux"))]
    const fn enlarge_pipe_buffer(_file: &File) {}

    pub(super) fn output() -> io::Result<File> {
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        enlarge_pipe_buffer(&output);
        let dev_null = File::options().write(true).open("/dev/null");
        // Without `/dev/null`, the output ends when the program does.
        let _ = dev_null.map(rustix::stdio::dup2_stdout);
        Ok(output)
    }

    pub(super) fn wait_to_read(file: &File) -> io::Result<()> {
        poll_ready(file, PollFlags::IN, None).map(drop)
    }

    pub(super) fn wait_to_write(file: &File) -> io::Result<()> {
        poll_ready(file, PollFlags::OUT, None).map(drop)
    }

    pub(super) fn has_more(file: &File, limit: Option<Duration>) -> bool {
        // A limit too large for `Timespec` counts as none.
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        // If the file cannot be polled, do not wait for it.
        poll_ready(file, PollFlags::IN, limit.as_ref()).unwrap_or(false)
    }

    pub(super) fn send_at_once(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        // The flag applies to this call only; reads of the socket stay blocking.
        Ok(send(stream, bytes, SendFlags::DONTWAIT)?)
    }

    pub(super) fn wait_to_send(stream: &TcpStream) -> io::Result<()> {
        poll_ready(stream, PollFlags::OUT, None).map(drop)
    }

    /// Waits until the file has one of the events. Returns `false` if `limit` has expired.
    fn poll_ready(file: &impl AsFd, events: PollFlags, limit: Option<&Timespec>) -> io::Result<bool> {
        let mut fds = [PollFd::new(file, events)];
        loop {
            match poll(&mut fds, limit) {
                Err(Errno::INTR) => {}
                count => return Ok(count? > 0),
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

    /// Does nothing: files are always blocking here.
    pub(super) fn wait_to_read(_file: &File) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn wait_to_write(_file: &File) -> io::Result<()> {
        Ok(())
    }

    /// Blocks until all bytes are accepted: the standard library has no non-blocking send for a single call.
    pub(super) fn send_at_once(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        std::io::Write::write(&mut stream, bytes)
    }

    pub(super) fn wait_to_send(_stream: &TcpStream) -> io::Result<()> {
        Ok(())
    }

    /// Returns `true` for a regular file; other files cannot be tested here.
    pub(super) fn has_more(file: &File, _limit: Option<Duration>) -> bool {
        file.metadata().is_ok_and(|metadata| metadata.is_file())
    }
}
