//! The tests that need more than one module: the real loop, real servers, the built program.
//!
//! All of them are one crate, so that they are linked once.
//!
//! | module | subject |
//! |---|---|
//! | `architecture` | import order, sizes, names and comments of the source |
//! | `session`, `completion`, `sending`, `tabs`, `reconnect` | the loop on an in-memory network with a paused clock |
//! | `interop`, `telnet` | the client against the servers in `assets/lab`, nc and telnetd |
//! | `pty`, `line_mode`, `editing`, `start`, `history`, `config`, `log` | the built program in a terminal |
//! | `widths` | its output read by terminals that disagree on character widths |
//! | `pipe` | the program without a terminal, beside nc and ncat |
//! | `serve`, `abuse` | its servers, with ordinary and with hostile clients |
//! | `record` | recording, playback and the pcap export |
//! | `stress` | resizes, floods and long lines |
//! | `netns` | network faults between two namespaces |
//! | `shell` | completion in real shells, and the manual page |
//! | `docs` | links, tables, command lines and settings of the README and `docs` |
//! | `client_bench`, `server_bench` | the parts of `benches/client.rs` and `benches/server.rs` |

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "helpers of tests may fail like tests"
)]

mod abuse;
mod architecture;
mod client_bench;
mod completion;
mod config;
#[cfg(unix)]
mod docs;
#[cfg(unix)]
mod editing;
#[cfg(unix)]
mod history;
mod interop;
#[cfg(unix)]
mod line_mode;
mod log;
#[cfg(target_os = "linux")]
mod netns;
#[cfg(unix)]
mod pipe;
#[cfg(unix)]
mod pty;
mod reconnect;
mod record;
mod sending;
mod serve;
mod server_bench;
mod session;
#[cfg(unix)]
mod shell;
#[cfg(unix)]
mod start;
mod stress;
mod support;
mod tabs;
#[cfg(unix)]
mod telnet;
#[cfg(unix)]
mod widths;
