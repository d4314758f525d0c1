//! The same scripts through nc (OpenBSD's, as Debian has it), ncat and ours, against the lab's servers.
//!
//! What is meant to be different stands in the table, with the reason; everything else has to be the same.

use super::{OURS, Ran, nobody, run};
use crate::support::lab::{Server, has_peer};
use std::process::{Command, Stdio};

/// Where a script's server is.
enum At {
    /// One of the lab's.
    Lab(&'static str),
    Nobody,
    NoSuchHost,
}

/// One script. `HOST PORT` follow the flags.
struct Script {
    what: &'static str,
    at: At,
    input: &'static [u8],
    /// Where standard output goes, if it is not read.
    output: Option<&'static str>,
    /// The flags of all three.
    flags: &'static [&'static str],
    stdout: &'static [u8],
    status: i32,
    /// What another does otherwise: its standard output and status, and why we do not.
    but: &'static [(&'static str, &'static [u8], i32, &'static str)],
}

const SCRIPT: Script =
    Script { what: "", at: At::Lab("echo.py"), input: b"", output: None, flags: &[], stdout: b"", status: 0, but: &[] };

fn scripts() -> Vec<Script> {
    use At::{Lab, NoSuchHost, Nobody};
    vec![
        Script { what: "a line comes back", input: b"hi\n", stdout: b"hi\n", ..SCRIPT },
        Script { what: "a line without an end comes back", input: b"hi", stdout: b"hi", ..SCRIPT },
        Script {
            what: "bytes come back",
            input: b"\0\xff\xfe\r\n\x1b[2J\x04",
            stdout: b"\0\xff\xfe\r\n\x1b[2J\x04",
            ..SCRIPT
        },
        Script { what: "reversed", at: Lab("reverse.py"), input: b"hi\n", stdout: b"ih\r\n", ..SCRIPT },
        Script { what: "capitals", at: Lab("upper.py"), input: b"hi\n", stdout: b"HI\r\n", ..SCRIPT },
        Script { what: "answered, and hung up on", at: Lab("once.py"), input: b"hi\n", stdout: b"ih\r\n", ..SCRIPT },
        Script { what: "nothing to say", ..SCRIPT },
        Script { what: "-C", input: b"a\nb\r\nc", stdout: b"a\r\nb\r\nc", flags: &["-C"], ..SCRIPT },
        Script { what: "-4", input: b"a", stdout: b"a", flags: &["-4"], ..SCRIPT },
        Script { what: "-w", input: b"a", stdout: b"a", flags: &["-w", "5"], ..SCRIPT },
        Script { what: "-s", input: b"a", stdout: b"a", flags: &["-s", "127.0.0.1"], ..SCRIPT },
        Script { what: "-z", flags: &["-z"], ..SCRIPT },
        Script { what: "-z, nobody there", at: Nobody, flags: &["-z"], status: 1, ..SCRIPT },
        Script { what: "refused", at: Nobody, input: b"hi\n", status: 1, ..SCRIPT },
        Script {
            what: "no such host",
            at: NoSuchHost,
            status: 1,
            but: &[("ncat", b"", 2, "a name that is not found is the network's matter, as a host that is not")],
            ..SCRIPT
        },
        Script {
            what: "no such flag",
            flags: &["--nonsense"],
            status: 2,
            but: &[("nc", b"", 1, "a script can tell its own mistake from the network's")],
            ..SCRIPT
        },
        Script {
            what: "a full disk",
            input: b"hi\n",
            output: Some("/dev/full"),
            status: 2,
            but: &[("nc", b"", 0, "what was lost was not received")],
            ..SCRIPT
        },
    ]
}

/// With the flags under which a server that does not close is left: nc stays for ever else, ncat tells the end by itself,
/// and ours is given less time than the 3 s it has by itself.
const PROGRAMS: [(&str, &str, &[&str]); 3] =
    [("ours", OURS, &["-q", "300ms"]), ("nc", "nc", &["-N"]), ("ncat", "ncat", &[])];

#[test]
fn scripts_do_with_ours_what_they_do_with_nc_and_ncat() {
    for script in scripts() {
        for (name, program, own) in PROGRAMS {
            if name != "ours" && !has_peer(program) {
                continue;
            }
            let ran = play(&script, program, own);
            let but = script.but.iter().find(|(who, ..)| *who == name);
            let (stdout, status, why) =
                but.map_or((script.stdout, script.status, ""), |(_, stdout, status, why)| (*stdout, *status, *why));
            let what = script.what;
            assert_eq!((&*ran.stdout, ran.status), (stdout, Some(status)), "{name}, {what}: {} ({why})", ran.stderr);
            let is_told = name != "ours" || ran.stderr.is_empty() == (status == 0);
            assert!(is_told, "{what}: {:?} with status {status}", ran.stderr);
        }
    }
}

fn play(script: &Script, program: &str, own: &[&str]) -> Ran {
    let lab = if let At::Lab(file) = script.at { Some(Server::start(file)) } else { None };
    let (host, port) = match (&lab, &script.at) {
        (Some(server), _) => ("127.0.0.1".to_owned(), server.port.to_string()),
        (None, At::NoSuchHost) => ("no.such.host.invalid".to_owned(), "80".to_owned()),
        (None, _) => nobody().split_once(':').map(|(host, port)| (host.to_owned(), port.to_owned())).unwrap(),
    };
    let arguments = [own, script.flags, &[&host, &port]].concat();
    match script.output {
        None => run(program, &arguments, script.input),
        Some(path) => {
            let mut command: Command = super::command(program, &arguments);
            command.stdout(Stdio::from(std::fs::File::create(path).unwrap()));
            super::fed(command.spawn().unwrap(), script.input.to_vec())
        }
    }
}
