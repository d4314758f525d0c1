//! The errors of the system that Rust has no kind for.

use std::io;

/// One of them that makes a difference here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errno {
    /// The machine there is known not to answer.
    HostDown,
    /// No more files and sockets for this program, or this machine.
    TooManyFiles,
    /// This machine does not have that kind of address.
    NoSuchFamily,
}

impl Errno {
    /// Which of these an error is.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        let raw = error.raw_os_error()?;
        ALL.into_iter().find(|(number, _)| *number == raw).map(|(_, errno)| errno)
    }
}

#[cfg(unix)]
const ALL: [(i32, Errno); 4] = {
    use rustix::io::Errno as Unix;
    [
        (Unix::HOSTDOWN.raw_os_error(), Errno::HostDown),
        (Unix::MFILE.raw_os_error(), Errno::TooManyFiles),
        (Unix::NFILE.raw_os_error(), Errno::TooManyFiles),
        (Unix::AFNOSUPPORT.raw_os_error(), Errno::NoSuchFamily),
    ]
};

/// As in `winsock2.h`.
#[cfg(windows)]
const ALL: [(i32, Errno); 3] =
    [(10_064, Errno::HostDown), (10_024, Errno::TooManyFiles), (10_047, Errno::NoSuchFamily)];
