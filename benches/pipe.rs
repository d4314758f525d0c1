//! nc's place in scripts, beside nc, ncat and socat: how much goes through, how fast a line, at what cost.
//!
//! `cargo bench --bench pipe` runs all of it; `docs/benchmarks.md` says what came out. The server and both ends of the pipes
//! are threads of this program, the same for all that are measured. Everything that arrives is compared with what was
//! sent; a byte that is wrong or missing is an error, not a figure. The programs take turns, round by round.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tables go to stdout, progress and trouble to stderr")]

use crate::cases::{Case, Figures};
use crate::peers::Peer;
use std::env;
use std::process::ExitCode;

#[path = "pipe/cases.rs"]
mod cases;
#[path = "pipe/data.rs"]
mod data;
#[path = "pipe/peers.rs"]
mod peers;

const USAGE: &str = "\
cargo bench --bench pipe -- [--rounds N] [--mib N] [CASE ...]
  up, down, both   that many MiB (1024) from a pipe to the server, back, both at once
  line             2,000 lines, each until it is back
  echo.py, relay   both ways through the lab's servers, ours only
";

/// Cases and rounds to measure.
struct Plan {
    cases: Vec<Case>,
    rounds: usize,
    bytes: u64,
}

fn main() -> ExitCode {
    // `cargo bench` adds `--bench` to what was typed.
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    let Some(plan) = plan(&words) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    for case in &plan.cases {
        let peers: Vec<Peer> = peers::all().into_iter().filter(|peer| case.has(peer)).collect();
        let mut rows: Vec<Vec<Figures>> = peers.iter().map(|_| Vec::new()).collect();
        for round in 1..=plan.rounds {
            for (peer, row) in peers.iter().zip(&mut rows) {
                eprintln!("{} {}, round {round} of {}", case.name(), peer.name, plan.rounds);
                match case.run(peer, plan.bytes) {
                    Ok(figures) => row.push(figures),
                    Err(reason) => {
                        eprintln!("{} {}: {reason:#}", case.name(), peer.name);
                        return ExitCode::FAILURE;
                    }
                }
            }
        }
        print(*case, &peers, &rows);
    }
    ExitCode::SUCCESS
}

fn plan(words: &[String]) -> Option<Plan> {
    let mut plan = Plan { cases: Vec::new(), rounds: 5, bytes: 1 << 30 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--rounds" => plan.rounds = words.next()?.parse().ok().filter(|rounds| *rounds > 0)?,
            "--mib" => plan.bytes = words.next()?.parse::<u64>().ok().filter(|mib| *mib > 0)? << 20,
            name => plan.cases.push(Case::ALL.into_iter().find(|case| case.name() == name)?),
        }
    }
    if plan.cases.is_empty() {
        plan.cases = Case::ALL.to_vec();
    }
    Some(plan)
}

/// A row for each program; the ratio is to the best of the others.
fn print(case: Case, peers: &[Peer], rows: &[Vec<Figures>]) {
    let median = |row: &[Figures], of: fn(&Figures) -> f64| {
        let mut all: Vec<f64> = row.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    let best = |row: &[Figures]| row.iter().map(|figures| figures.main).fold(f64::INFINITY, f64::min);
    println!("{}, medians of {}\n", case.name(), rows.iter().map(Vec::len).max().unwrap_or_default());
    println!("| program | {} | best round | {} | CPU s | peak MiB |", case.unit(), case.second());
    println!("|---|---:|---:|---:|---:|---:|");
    for (peer, row) in peers.iter().zip(rows) {
        println!(
            "| {} | {:.3} | {:.3} | {:.3} | {:.2} | {:.1} |",
            peer.name,
            median(row, |figures| figures.main),
            best(row),
            median(row, |figures| figures.second),
            median(row, |figures| figures.cpu),
            median(row, |figures| figures.peak_mib),
        );
    }
    let others = rows.iter().skip(1).map(|row| median(row, |figures| figures.main)).fold(f64::INFINITY, f64::min);
    if let (Some(ours), true) = (rows.first(), others.is_finite()) {
        println!("\nours / best of the others: {:.2}\n", median(ours, |figures| figures.main) / others);
    }
}
