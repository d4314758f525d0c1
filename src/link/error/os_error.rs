//! Error numbers of the operating system for which Rust has no stable `ErrorKind`.

use std::io;

/// Kind of an error that only its number identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OsErrorKind {
    /// The peer's machine does not answer (`EHOSTDOWN`).
    HostDown,
    /// The process or the system has too many open files (`EMFILE`, `ENFILE`).
    TooManyFiles,
    /// This machine does not support the address family (`EAFNOSUPPORT`).
    NoSuchFamily,
}

impl OsErrorKind {
    /// Returns the kind of an error, if it is one of these.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        let raw = error.raw_os_error()?;
        ALL.into_iter().find(|(number, _)| *number == raw).map(|(_, kind)| kind)
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

/// Numbers from `winsock2.h`.
#[cfg(windows)]
const ALL: [(i32, OsErrorKind); 3] =
    [(10_064, OsErrorKind::HostDown), (10_024, OsErrorKind::TooManyFiles), (10_047, OsErrorKind::NoSuchFamily)];
