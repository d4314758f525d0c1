//! Runs one set of scripts through nc (OpenBSD's, as in Debian), ncat and netchat-tui against the lab's servers.
//!
//! The table lists intended differences with their reasons; all other output must be identical.

use super::{OURS, Ran, command, ended, nobody, server, take};
use crate::support::lab::{Server, has_peer};
use socket2::SockRef;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;

/// Where a script's server is.
#[derive(Clone, Copy)]
enum At {
    /// One of the lab's.
    Lab(&'static str),
    /// A lab server and a client that is already connected.
    LabWith(&'static str, fn(TcpStream)),
    /// One that behaves worse.
    Worse(fn(TcpStream)),
    Nobody,
    /// Arguments in place of host and port.
    Words(&'static str, &'static str),
}

/// When input ends.
#[derive(Clone, Copy)]
enum Ends {
    AtOnce,
    /// Once everything is there that is to come: who tells the end is hung up on by some.
    Answered,
}

/// One script. `HOST PORT` follow the flags.
struct Script {
    what: &'static str,
    at: At,
    input: &'static [u8],
    ends: Ends,
    /// Where standard output goes, if it is not read.
    output: Option<&'static str>,
    /// The flags of all three.
    flags: &'static [&'static str],
    stdout: &'static [u8],
    status: i32,
    /// Peers that differ: name, standard output, status, and the reason for the difference.
    but: &'static [(&'static str, &'static [u8], i32, &'static str)],
}

const SCRIPT: Script = Script {
    what: "",
    at: At::Lab("echo.py"),
    input: b"",
    ends: Ends::AtOnce,
    output: None,
    flags: &[],
    stdout: b"",
    status: 0,
    but: &[],
};

/// A line longer than any buffer.
static LONG: [u8; 1 << 20] = [b'x'; 1 << 20];

/// Scripts against the lab's servers.
fn talks() -> Vec<Script> {
    use At::{Lab, LabWith};
    vec![
        Script { what: "a line comes back", input: b"hi\n", stdout: b"hi\n", ..SCRIPT },
        Script { what: "a line without an end comes back", input: b"hi", stdout: b"hi", ..SCRIPT },
        Script {
            what: "bytes come back",
            input: b"\0\xff\xfe\r\n\x1b[2J\x04",
            stdout: b"\0\xff\xfe\r\n\x1b[2J\x04",
            ..SCRIPT
        },
        Script { what: "a line of a megabyte comes back", input: &LONG, stdout: &LONG, ..SCRIPT },
        Script { what: "reversed", at: Lab("reverse.py"), input: b"hi\n", stdout: b"ih\r\n", ..SCRIPT },
        Script { what: "two lines in one", at: Lab("reverse.py"), input: b"a\nb\n", stdout: b"b\na\r\n", ..SCRIPT },
        Script { what: "capitals", at: Lab("upper.py"), input: b"hi\n", stdout: b"HI\r\n", ..SCRIPT },
        Script { what: "answered, and hung up on", at: Lab("once.py"), input: b"hi\n", stdout: b"ih\r\n", ..SCRIPT },
        Script { what: "a greeting", at: Lab("greet.py"), stdout: b"Thank you for connecting", ..SCRIPT },
        Script {
            what: "a chat",
            at: LabWith("relay.py", answers),
            input: b"hi\n",
            ends: Ends::Answered,
            stdout: b"hello\n",
            ..SCRIPT
        },
        Script { what: "nothing to say", ..SCRIPT },
    ]
}

/// Scripts with nc's flags.
fn flags() -> Vec<Script> {
    vec![
        Script { what: "-C", input: b"a\nb\r\nc", stdout: b"a\r\nb\r\nc", flags: &["-C"], ..SCRIPT },
        Script { what: "-C, CRs", input: b"\n\r\n\r\r\n\r", stdout: b"\r\n\r\n\r\r\n\r", flags: &["-C"], ..SCRIPT },
        Script { what: "-4", input: b"a", stdout: b"a", flags: &["-4"], ..SCRIPT },
        Script {
            what: "-6, to an address of the other kind",
            flags: &["-6"],
            status: 1,
            but: &[("ncat", b"", 2, "a server that cannot be had in that way is the network's matter")],
            ..SCRIPT
        },
        Script { what: "-v", input: b"a", stdout: b"a", flags: &["-v"], ..SCRIPT },
        Script { what: "-w", input: b"a", stdout: b"a", flags: &["-w", "5"], ..SCRIPT },
        Script { what: "-s", input: b"a", stdout: b"a", flags: &["-s", "127.0.0.1"], ..SCRIPT },
        Script {
            what: "-s, an address of somebody else",
            input: b"a",
            flags: &["-s", "192.0.2.1"],
            status: 2,
            but: &[
                ("nc", b"", 1, "a script can tell its own mistake from the network's"),
                ("ncat", b"a", 0, "who says where from does not mean from anywhere"),
            ],
            ..SCRIPT
        },
        Script { what: "-z", flags: &["-z"], ..SCRIPT },
        Script { what: "-z, nobody there", at: At::Nobody, flags: &["-z"], status: 1, ..SCRIPT },
        Script {
            what: "no such flag",
            flags: &["--nonsense"],
            status: 2,
            but: &[("nc", b"", 1, "a script can tell its own mistake from the network's")],
            ..SCRIPT
        },
    ]
}

/// Scripts that fail.
fn failures() -> Vec<Script> {
    use At::{Nobody, Words, Worse};
    vec![
        Script { what: "refused", at: Nobody, input: b"hi\n", status: 1, ..SCRIPT },
        Script {
            what: "no such host",
            at: Words("no.such.host.invalid", "80"),
            status: 1,
            but: &[("ncat", b"", 2, "a name that is not found is the network's matter, as a host that is not")],
            ..SCRIPT
        },
        Script {
            what: "no such port",
            at: Words("127.0.0.1", "70000"),
            status: 2,
            but: &[("nc", b"", 1, "a script can tell its own mistake from the network's")],
            ..SCRIPT
        },
        Script {
            what: "a server that resets",
            at: Worse(resets),
            input: b"hi\n",
            status: 1,
            but: &[("nc", b"", 0, "a script should know that it may not have been read")],
            ..SCRIPT
        },
        Script {
            what: "a server that hangs up in the middle of what it is sent",
            at: Worse(hangs_up),
            input: &LONG,
            status: 1,
            but: &[("nc", b"", 0, "a script should know that not all of it was read")],
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

/// Replies hello to each hi.
fn answers(mut stream: TcpStream) {
    take(&stream, 3);
    stream.write_all(b"hello\n").unwrap();
    super::all(&stream);
}

fn resets(stream: TcpStream) {
    take(&stream, 3);
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

fn hangs_up(stream: TcpStream) {
    // Something is left unread, so that it comes to a reset.
    SockRef::from(&stream).set_recv_buffer_size(16 << 10).unwrap();
    take(&stream, 1000);
    drop(stream);
}

/// With the flags under which a server that does not close is left: nc stays for ever else, ncat tells the end by itself,
/// and ours is given less time than the 3 s it has by itself.
const PROGRAMS: [(&str, &str, &[&str]); 3] =
    [("ours", OURS, &["-q", "300ms"]), ("nc", "nc", &["-N"]), ("ncat", "ncat", &[])];

#[test]
fn scripts_do_with_ours_what_they_do_with_nc_and_ncat() {
    std::thread::scope(|scope| {
        // Each in its own time: nobody knows of the others.
        for (name, program, own) in PROGRAMS {
            if name == "ours" || has_peer(program) {
                scope.spawn(move || {
                    let scripts = [talks(), flags(), failures()].into_iter().flatten();
                    scripts.for_each(|script| does(name, program, own, &script));
                });
            }
        }
    });
}

fn does(name: &str, program: &str, own: &[&str], script: &Script) {
    let but = script.but.iter().find(|(who, ..)| *who == name);
    let (stdout, status, why) =
        but.map_or((script.stdout, script.status, ""), |(_, stdout, status, why)| (*stdout, *status, *why));
    let ran = play(script, program, own, stdout.len());
    let (what, shown) = (script.what, String::from_utf8_lossy(&ran.stdout[..ran.stdout.len().min(200)]));
    let is_same = ran.stdout == stdout && ran.status == Some(status);
    assert!(is_same, "{name}, {what}: {shown:?}, status {:?}, {:?} ({why})", ran.status, ran.stderr);
    let is_told = name != "ours" || ran.stderr.is_empty() == (status == 0) || script.flags.contains(&"-v");
    assert!(is_told, "{what}: {:?} with status {status}", ran.stderr);
}

/// Plays it. So many bytes are to come.
fn play(script: &Script, program: &str, own: &[&str], answer: usize) -> Ran {
    let lab = if let At::Lab(file) | At::LabWith(file, _) = script.at { Some(Server::start(file)) } else { None };
    let there = match (script.at, &lab) {
        (At::LabWith(_, somebody), Some(lab)) => {
            let stream = TcpStream::connect(lab.address()).unwrap();
            Some(std::thread::spawn(move || somebody(stream)))
        }
        (At::Worse(worse), _) => return at(script, program, own, answer, &server(worse).0),
        _ => None,
    };
    let address = match (script.at, &lab) {
        (At::Words(host, port), _) => format!("{host}:{port}"),
        (_, Some(lab)) => lab.address(),
        (_, None) => nobody(),
    };
    let ran = at(script, program, own, answer, &address);
    drop(lab);
    if let Some(there) = there {
        there.join().unwrap();
    }
    ran
}

fn at(script: &Script, program: &str, own: &[&str], answer: usize, address: &str) -> Ran {
    let (host, port) = address.split_once(':').unwrap();
    let mut command = command(program, &[own, script.flags, &[host, port]].concat());
    if let Some(path) = script.output {
        command.stdout(Stdio::from(std::fs::File::create(path).unwrap()));
    }
    let mut child = command.spawn().unwrap();
    let Ends::Answered = script.ends else { return super::fed(child, script.input.to_vec()) };
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(script.input).unwrap();
    let mut stdout = vec![0; answer];
    child.stdout.as_mut().unwrap().read_exact(&mut stdout).unwrap();
    drop(stdin);
    let mut ran = ended(child);
    ran.stdout.splice(..0, stdout);
    ran
}
