//! The client in a terminal, beside nc, tt++, rlwrap and plink: how soon what happens is painted, and at what cost.
//!
//! `cargo bench --bench client` runs all of it; `docs/benchmarks.md` says what came out. The program as it is released runs in
//! a pty whose other end is read here as fast as it can be, against servers in this process. What is timed ends when the
//! bytes that paint it have been read. The clients take turns, round by round. Linux only, as `/proc` is.

#![cfg_attr(target_os = "linux", expect(clippy::print_stdout, reason = "tables go to stdout"))]
#![expect(clippy::print_stderr, reason = "progress and trouble go to stderr")]

#[cfg(target_os = "linux")]
#[path = "client/cases.rs"]
mod cases;
#[cfg(target_os = "linux")]
#[path = "client/machine.rs"]
mod machine;
#[cfg(target_os = "linux")]
#[path = "client/marks.rs"]
mod marks;
#[cfg(target_os = "linux")]
#[expect(dead_code, reason = "the table of servers is not wanted here")]
#[path = "server/numbers.rs"]
mod numbers;
#[cfg(target_os = "linux")]
#[path = "client/peers.rs"]
mod peers;
#[cfg(target_os = "linux")]
#[path = "client/pty.rs"]
mod pty;
#[cfg(target_os = "linux")]
#[path = "client/run.rs"]
mod run;
#[cfg(target_os = "linux")]
#[path = "client/server.rs"]
mod server;
#[cfg(target_os = "linux")]
#[path = "client/table.rs"]
mod table;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    // `cargo bench` adds `--bench` to what was typed.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    run::run(&words).unwrap_or_else(|reason| {
        eprintln!("{reason:#}");
        std::process::ExitCode::FAILURE
    })
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("This benchmark reads /proc: run it on Linux.");
}
