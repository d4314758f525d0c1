//! The load generator: what line-relaying TCP chat servers can take, several of them in turn in one run.
//!
//! `cargo bench --bench server` alone says how it is used; `docs/benchmarks.md` has the commands, what they measure and what
//! came out. The load is one thread over non-blocking sockets that counts `~` in what arrives and looks at nothing
//! else, so that it is the server that is measured. CPU time and memory are the server's own, read from `/proc`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tables go to stdout, progress and trouble to stderr")]

use std::env;
use std::process::ExitCode;

use crate::numbers::{Figures, Row};
use crate::plan::{Case, Peer, Plan, Request};

#[path = "server/cases.rs"]
mod cases;
#[path = "server/numbers.rs"]
mod numbers;
#[path = "server/plan.rs"]
mod plan;
#[path = "server/pool.rs"]
mod pool;
#[path = "server/process.rs"]
mod process;
#[path = "server/tokio_chat.rs"]
mod tokio_chat;

fn main() -> ExitCode {
    // `cargo bench` adds `--bench` to what was typed.
    let arguments = env::args().skip(1).filter(|argument| argument != "--bench").collect::<Vec<_>>();
    let setting = |name: &str| env::var(name).ok();
    match plan::parse(&arguments, setting) {
        Ok(Request::Usage) => {
            print!("{}", plan::USAGE);
            ExitCode::SUCCESS
        }
        Ok(Request::TokioChat(port)) => ended(tokio_chat::run(port)),
        Ok(Request::Measure(plan)) => measure(&plan),
        Err(reason) => {
            eprintln!("{reason:#}");
            ExitCode::from(2)
        }
    }
}

fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(plan: &Plan) -> ExitCode {
    let files = process::raise_file_limit();
    for case in &plan.cases {
        let needed = case.load.clients() + SPARE_FILES;
        if files.is_some_and(|files| files < needed) {
            eprintln!(
                "{case} needs {needed} open files and the limit is lower: raise it with `ulimit -Hn`, or ask for less."
            );
            return ExitCode::from(2);
        }
    }
    for case in &plan.cases {
        let rows = measure_in_turn(case, plan);
        println!("{case}, medians of {}\n\n{}", count(plan.rounds), numbers::table(case.load.columns(), &rows));
    }
    ExitCode::SUCCESS
}

/// Standard streams, epoll, the probe, and what the system opens.
const SPARE_FILES: usize = 32;

fn count(rounds: usize) -> String {
    if rounds == 1 { "1 round".to_owned() } else { format!("{rounds} rounds") }
}

/// Every server once, then every server again: what disturbs the machine for a while disturbs all of them.
///
/// A server that fails is left out of the case's other rounds, and its row says how many it has.
fn measure_in_turn(case: &Case, plan: &Plan) -> Vec<Row> {
    let mut rounds: Vec<Vec<Figures>> = vec![Vec::new(); plan.peers.len()];
    for round in 0..plan.rounds {
        for (peer, results) in plan.peers.iter().zip(&mut rounds) {
            if results.len() == round {
                eprintln!("{case} round {}: {}", round + 1, peer.name);
                results.extend(measure_once(case, peer));
            }
        }
    }
    plan.peers.iter().zip(&rounds).map(|(peer, results)| Row::new(&peer.name, results, plan.rounds)).collect()
}

fn measure_once(case: &Case, peer: &Peer) -> Option<Figures> {
    cases::run(&case.load, peer)
        .inspect_err(|reason| eprintln!("{case}: {} failed and is left out: {reason:#}.", peer.name))
        .ok()
}
