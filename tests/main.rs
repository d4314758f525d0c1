//! The tests that need more than one module: the real loop, real servers, the built program.
//!
//! One crate, so that it is linked once. `architecture` reads the source; `session` runs the loop on a network of
//! memory and a clock that can be wound, and `completion` its Tab; `interop` runs it against the servers in `assets/lab` and nc; `pty` runs the
//! built program in a terminal; `serve` and `hostile` run its servers, with the clients that people have and with worse.
//! `history` is what outlasts a session, `reconnect` what outlasts a server, `config` what is set for all of them.
//! `widths` reads what the program wrote as terminals of different opinion do; `storms` are resizes, floods and long lines.
//! `tabs` is what becomes of several conversations at once.
//! `sending` is what becomes of what is sent, `editing` a terminal lent to an editor.
//! `pipe` is the program without a terminal, beside nc and ncat.
//! `record` is what is recorded and played back, `log` what is logged.
//! `netns` is the network between two machines at its worst.
//! `shell` completes in real shells and reads the manual page; `telnet` are servers that speak it.
//! `load` is what of the load generator in `benches/server.rs` can be tested.
//! `docs` checks the README and `docs`: links, tables, command lines, settings.
//! `painted` is the same for `benches/client.rs`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "helpers of tests may fail like tests"
)]

mod architecture;
mod completion;
mod config;
#[cfg(unix)]
mod docs;
#[cfg(unix)]
mod editing;
#[cfg(unix)]
mod faces;
#[cfg(unix)]
mod history;
mod hostile;
mod interop;
mod load;
mod log;
#[cfg(target_os = "linux")]
mod netns;
mod painted;
#[cfg(unix)]
mod pipe;
#[cfg(unix)]
mod pty;
mod reconnect;
mod record;
mod sending;
mod serve;
mod session;
#[cfg(unix)]
mod shell;
#[cfg(unix)]
mod start;
mod storms;
mod support;
mod tabs;
#[cfg(unix)]
mod telnet;
#[cfg(unix)]
mod widths;
