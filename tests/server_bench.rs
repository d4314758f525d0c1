//! The load generator's command line and arithmetic: a benchmark without a harness cannot hold its own tests.

#[expect(dead_code, reason = "only what is pure is tested")]
#[path = "../benches/server/numbers.rs"]
mod numbers;
#[expect(dead_code, reason = "only what is pure is tested")]
#[path = "../benches/server/plan.rs"]
mod plan;

use numbers::{Row, compared, counted, largest, median, percentile_99, table};
use plan::{Load, Plan, Program, Request};

fn parse(arguments: &[&str]) -> anyhow::Result<Request> {
    let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect::<Vec<_>>();
    plan::parse(&arguments, |name| (name == "INTRO_the_py").then(|| "i am {i}".to_owned()))
}

fn plan(arguments: &[&str]) -> Plan {
    match parse(arguments) {
        Ok(Request::Measure(plan)) => plan,
        other => panic!("{arguments:?} is {other:?}"),
    }
}

#[test]
fn a_plan_is_cases_and_servers_in_the_order_typed() {
    let plan =
        plan(&["fanout:100:20000", "fanout:9:8:7", "a=b 'c d' {port}", "hold:9", "the.py=builtin=x", "t=builtin"]);
    assert_eq!(plan.rounds, 3);
    let loads = plan.cases.into_iter().map(|case| case.load).collect::<Vec<_>>();
    let fanout = |clients, lines, senders| Load::Fanout { clients, lines, senders };
    assert_eq!(loads, [fanout(100, 20_000, 1), fanout(9, 8, 7), Load::Hold { clients: 9 }]);
    let [a, the, t] = plan.peers.as_slice() else { panic!("three servers") };
    let words = ["b", "c d", "{port}"].map(str::to_owned).to_vec();
    assert_eq!((a.program == Program::Command(words), a.intro.as_deref()), (true, None));
    assert_eq!(the.intro.as_deref(), Some("i am {i}"));
    assert_eq!((&t.program, t.intro.as_deref()), (&Program::Builtin, Some("u{i}")));
}

#[test]
fn what_cannot_be_measured_is_refused_with_a_next_step() {
    let wrong: &[&[&str]] = &[
        &["hold:1"],
        &["a=b"],
        &["hold", "a=b"],
        &["hold:x", "a=b"],
        &["hold:1:2", "a=b"],
        &["hold:0", "a=b"],
        &["fanout:2:5:2", "a=b"],
        &["fanout:9:3:4", "a=b"],
        &["ping:1:1", "a=b"],
        &["slow:2:1", "a=b"],
        &["hold:1", "a="],
        &["hold:1", "=b"],
        &["hold:1", "a='b"],
        &["hold:1", "a=b", "a=c"],
        &["hold:1", "a=b", "--rounds"],
        &["hold:1", "a=b", "--rounds", "0"],
        &["--tokio-chat"],
    ];
    for arguments in wrong {
        let error = parse(arguments).unwrap_err().to_string();
        assert!(error.contains(": ") && error.ends_with('.'), "{arguments:?}: {error}");
    }
}

#[test]
fn nothing_to_do_is_usage() {
    assert!(matches!(parse(&[]), Ok(Request::Usage)));
    assert!(matches!(parse(&["hold:1", "--help"]), Ok(Request::Usage)));
}

#[test]
fn the_middle_of_an_even_number_is_the_mean_of_two() {
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    let hundred = (1..=100).map(f64::from).collect::<Vec<_>>();
    assert_eq!((percentile_99(&hundred), largest(&hundred)), (Some(99.0), Some(100.0)));
    assert_eq!(percentile_99(&[7.0]), Some(7.0));
}

#[test]
fn ratios_are_to_the_first_server_and_failures_show() {
    let columns = [compared("seconds"), counted("missing"), compared("MiB")];
    let rows = [
        Row::new("ours", &[vec![Some(2.0), Some(0.0), None], vec![Some(4.0), Some(0.0), None]], 2),
        Row::new("peer", &[vec![Some(150.0), Some(7.0), None]], 2),
        Row::new("none", &[], 2),
    ];
    let expected = "\
| server                            |     seconds | missing | MiB |
| --------------------------------- | ----------: | ------: | --: |
| ours                              |        3.00 |       0 | n/a |
| peer (1 of 2 rounds, then failed) | 150 (50.0x) |       7 | n/a |
| none (failed)                     |           - |       - |   - |
";
    assert_eq!(table(&columns, &rows), expected);
}
