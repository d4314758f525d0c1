//! All cases with all clients in turn, and what came out.

use crate::cases::{Case, Figures};
use crate::machine;
use crate::numbers::median;
use crate::peers::{self, NAME_OF_NC, NAME_OF_OURS, Peer};
use crate::table::{Column, table};
use anyhow::Context as _;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
cargo bench --bench client -- [--rounds N] [CASE ...] [NAME=COMMAND ...]
  flood    20 MB of lines, until the last is painted; and memory after it (`memory` is the same case)
  rtt      200 lines, each from Enter until the server's reply is painted
  key      200 keys, each until it is painted, while the server sends 2,000 lines/s
  idle     5 s in which nothing happens: wakeups, CPU time
  startup  from before there is a process until the server's greeting is painted; 10 times a round
  --rounds N      5 if not given; the table has the medians of all rounds
  NAME=COMMAND    one more client, such as old='/tmp/netchat-tui {host} {port}'
";

/// Cases and rounds to measure.
struct Plan {
    cases: Vec<Case>,
    rounds: usize,
    more: Vec<Peer>,
}

/// # Errors
///
/// There is no place for the clients' files, or a command cannot be understood.
pub(crate) fn run(words: &[String]) -> anyhow::Result<ExitCode> {
    let Some(plan) = plan(words) else {
        eprint!("{USAGE}");
        return Ok(ExitCode::from(2));
    };
    let plan = plan?;
    let (mut peers, missing) = peers::installed();
    peers.extend(plan.more);
    println!("{}", machine::sentence());
    for peer in &peers {
        println!("{}: {}", peer.name, peer.version);
    }
    for sentence in missing {
        println!("{sentence}");
    }
    let home = tempfile::tempdir().context("no folder for what the clients keep")?;
    let mut is_measured = true;
    for case in plan.cases {
        let columns = measure(case, &peers, plan.rounds, home.path());
        let times = case.times(plan.rounds);
        println!("\n{}, medians of {times}", case.name());
        println!("{}", table(case.lines(), &columns, NAME_OF_OURS, NAME_OF_NC));
        is_measured &= columns.iter().all(|column| column.name != NAME_OF_OURS || column.medians.is_some());
    }
    println!("{}", machine::load());
    Ok(if is_measured { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `None` if the usage is to be told.
fn plan(words: &[String]) -> Option<anyhow::Result<Plan>> {
    let mut plan = Plan { cases: Vec::new(), rounds: 5, more: Vec::new() };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match (word.as_str(), word.split_once('=')) {
            ("--rounds", _) => plan.rounds = words.next()?.parse().ok().filter(|rounds| (1..=1000).contains(rounds))?,
            (_, Some((name, command))) => match peers::named(name, command) {
                Ok(peer) => plan.more.push(peer),
                Err(reason) => return Some(Err(reason)),
            },
            (name, None) => add(&mut plan.cases, Case::named(name)?),
        }
    }
    if plan.cases.is_empty() {
        plan.cases = Case::ALL.to_vec();
    }
    Some(Ok(plan))
}

/// Two names of one case are one.
fn add(cases: &mut Vec<Case>, case: Case) {
    if !cases.contains(&case) {
        cases.push(case);
    }
}

/// Every client once, then every client again: what disturbs the machine for a while disturbs all of them.
///
/// One that fails is left out of the other rounds.
fn measure(case: Case, peers: &[Peer], rounds: usize, home: &Path) -> Vec<Column> {
    let mut results: Vec<Option<Vec<Figures>>> = peers.iter().map(|_| Some(Vec::new())).collect();
    for round in 1..=case.times(rounds) {
        for (peer, results) in peers.iter().zip(&mut results) {
            let Some(row) = results else { continue };
            eprintln!("{} {round} of {}: {}", case.name(), case.times(rounds), peer.name);
            match case.run(peer, home) {
                Ok(figures) => row.push(figures),
                Err(reason) => {
                    eprintln!("{}: {} failed and is left out: {reason:#}.", case.name(), peer.name);
                    *results = None;
                }
            }
        }
    }
    let column = |(peer, rows): (&Peer, Option<Vec<Figures>>)| Column {
        name: peer.name.clone(),
        medians: rows.map(|rows| medians(case, &rows)),
    };
    peers.iter().zip(results).map(column).collect()
}

fn medians(case: Case, rows: &[Figures]) -> Vec<f64> {
    let all = |at: usize| rows.iter().filter_map(|row| row.get(at).copied()).collect::<Vec<_>>();
    (0..case.lines().len()).filter_map(|at| median(&all(at))).collect()
}
