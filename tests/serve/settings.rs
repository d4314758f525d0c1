//! Options of `serve`: accepted values, refused values, and their messages.

use crate::support::serve::{Client, Served};
use std::io::BufRead;
use std::path::PathBuf;

/// Runs a server that cannot be: its exit status and what it says.
fn refused(arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let mut server = Served::run(arguments);
    let status = server.ended();
    (status.code(), server.rest_of_log())
}

/// The address as the server sees it.
fn address(client: &Client) -> String {
    client.stream.local_addr().unwrap().to_string()
}

#[test]
fn limits_are_told_at_the_start() {
    let server = Served::start(&["relay"]);
    server.logs(
        "Limits: 1000 clients, 100 per address; 20 lines a second each, 100 at once; lines up to 8 KiB, \
         1 MiB queued for a slow reader.",
    );
    let options = ["--max-clients", "7", "--max-per-address", "none", "--rate", "none", "--max-line", "1000"];
    let server = Served::start(&[&["relay"][..], &options].concat());
    server.logs("Limits: 7 clients, any number per address; no rate limit; lines up to 1000 bytes, ");
}

#[test]
fn a_refused_client_gets_one_line_and_can_join_later() {
    for (option, words, reason) in [
        ("--max-clients", "* This server is full: ", "the server is full, the limit is 1 (--max-clients)"),
        (
            "--max-per-address",
            "* Too many connections from 127.0.0.1: ",
            "too many from its address, the limit is 1 (--max-per-address)",
        ),
    ] {
        let server = Served::start(&["chat", option, "1"]);
        let first = server.named("ann");
        let mut second = server.client();
        let told = second.reads_to_end();
        assert!(told.starts_with(words) && told.ends_with(".\n") && told.lines().count() == 1, "{told}");
        let logged = server.logs(&format!("refused  {}: ", address(&second)));
        assert!(logged.ends_with(reason), "{logged}");
        drop(first);
        server.logs("left     ann from ");
        server.client().reads_until("* You are ");
    }
}

#[test]
fn a_line_that_is_too_long_is_cut_and_its_writer_is_told() {
    let server = Served::start(&["relay", "--max-line", "100"]);
    let (mut writer, mut reader) = (server.client(), server.client());
    for _ in 0..2 {
        server.logs("joined   ");
    }
    writer.says(&"x".repeat(101));
    writer.reads(b"* That line was too long: it was cut to 100 bytes.\n");
    writer.says("short");
    reader.reads(format!("{}\nshort\n", "x".repeat(100)).as_bytes());
}

#[test]
fn who_says_too_much_is_slowed_down_and_loses_nothing() {
    let server = Served::start(&["relay", "--rate", "50:2"]);
    let (mut writer, mut reader) = (server.client(), server.client());
    for _ in 0..2 {
        server.logs("joined   ");
    }
    writer.sends(b"1\n2\n3\n4\n5\n");
    writer.reads_until("* Slow down: the limit is 50 lines a second. The rest of your lines are delayed.\n");
    server.logs(&format!("slowed   {}: over the rate limit (--rate)", address(&writer)));
    reader.reads(b"1\n2\n3\n4\n5\n");
}

#[test]
fn newcomers_read_the_text_in_a_file() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("motd-{}", std::process::id()));
    std::fs::write(&path, "Be kind.\r\nann: \x1b[2J\n").unwrap();
    let server = Served::start(&["chat", "--motd", path.to_str().unwrap()]);
    std::fs::remove_file(&path).unwrap();
    let mut client = server.client();
    client.reads_until("* You are ");
    client.reads_until("/help.\n");
    client.reads(b"* Be kind.\n* ann: ^[[2J\n* Nobody else is here yet.\n");
}

#[test]
fn startup_failures_are_one_sentence_with_status_1() {
    for (arguments, sentence) in [
        (
            &["chat", "--motd", "/no/such/file"][..],
            "netchat-tui: Cannot read /no/such/file: No such file or directory. Check --motd.",
        ),
        (
            &["chat", "--listen", "nonsense"],
            "netchat-tui: \"nonsense\" is not an address to listen on. Use 127.0.0.1:12345, [::1]:12345, or 12345 \
             for this machine only.",
        ),
        (
            // TEST-NET-3 (RFC 5737): nobody has it.
            &["chat", "--listen", "203.0.113.7:4000"],
            "netchat-tui: Cannot listen on 203.0.113.7:4000: this machine does not have that address. \
             Use 0.0.0.0:4000 to listen on all its addresses. --lan does the same.",
        ),
    ] {
        assert_eq!(refused(arguments), (Some(1), vec![sentence.to_owned()]));
    }
}

#[test]
fn usage_errors_exit_with_status_2() {
    for (arguments, words) in [
        (&["chat", "--once"][..], "error: --once does not apply to chat, only to reverse, upper, echo."),
        (&["karaoke"], "error: invalid value 'karaoke' for '<KIND>'"),
        (&["greet", "--linger", "soon"], "write a time like 500ms, 5s or 2m"),
        (&["relay", "--lan", "--listen", "0"], "cannot be used with"),
        (&["relay", "--rate", "0"], "use lines per second such as 20"),
        (&[], "<KIND>"),
    ] {
        let (status, said) = refused(arguments);
        assert_eq!(status, Some(2), "{arguments:?}");
        assert!(said.iter().any(|line| line.contains(words)), "{said:#?}");
    }
}

#[test]
fn console_echo_prints_messages_without_control_characters() {
    let mut server = Served::start(&["relay", "--echo"]);
    let mut printed = server.stdout().lines().map(Result::unwrap);
    let mut client = server.client();
    client.sends("hé\x1b[31m\x07\u{202e} \r\nplain\n".as_bytes());
    assert_eq!(printed.next().unwrap(), "hé^[[31m^G<U+202E> ");
    assert_eq!(printed.next().unwrap(), "plain");
    let mut server = Served::start(&["chat", "--echo"]);
    let mut printed = server.stdout().lines().map(Result::unwrap);
    let (_ann, mut eve) = (server.named("ann"), server.named("eve"));
    eve.says("/msg ann a secret");
    eve.says("all may know");
    let printed: Vec<_> = printed.by_ref().take_while(|line| line != "eve: all may know").collect();
    assert!(printed.iter().any(|line| line.ends_with(" is now known as eve")), "{printed:#?}");
    assert!(!printed.iter().any(|line| line.contains("secret")), "{printed:#?}");
}
