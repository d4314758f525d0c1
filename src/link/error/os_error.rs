//! The errors of the system that Rust has no kind for.

use std::io;

/// One of them that makes a difference here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OsErrorKind {
    /// The machine there is known not to answer.
    HostDown,
    /// No more files and sockets for this program, or this machine.
    TooManyFiles,
    /// This machine does not have that kind of address.
    NoSuchFamily,
}

impl OsErrorKind {
    /// Which of these an error is.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        let raw = error.raw_os_error()?;
        ALL.into_iter().find(|(number, _)| *number == raw).map(|(_, errno)| errno)
    }
}

#[cfg(unix)]
const ALL: [(i32, OsErrorKind); 4] = {
    use rustix::io::Errno as Unix;
    [
        (Unix::HOSTDOWN.raw_os_error(), OsErrorKind::HostDown),
        (Unix::MFILE.raw_os_error(), OsErrorKind::TooManyFiles),
        (Unix::NFILE.raw_os_error(), OsErrorKind::TooManyFiles),
        (Unix::AFNOSUPPORT.raw_os_error(), OsErrorKind::NoSuchFamily),
    ]
};

/// As in `winsock2.h`.
#[cfg(windows)]
const ALL: [(i32, OsErrorKind); 3] =
    [(10_064, OsErrorKind::HostDown), (10_024, OsErrorKind::TooManyFiles), (10_047, OsErrorKind::NoSuchFamily)];
