//! Clients that do not read, or slowly, or go while they are written to.

use super::{Flood, Talk, joined, numbered, resets};
use crate::support::serve::{Client, Served};
use std::io::{Read as _, Write as _};
use std::thread::{sleep, spawn};
use std::time::Duration;

const MIB: usize = 1 << 20;

/// Reads `blocks` times these bytes and nothing else.
#[track_caller]
fn reads_all(client: &mut Client, block: &[u8], blocks: usize) {
    let (mut chunk, mut read, total) = (vec![0; 256 << 10], 0, blocks * block.len());
    while read < total {
        let at = read % block.len();
        let most = chunk.len().min(block.len() - at);
        match client.stream.read(&mut chunk[..most]) {
            Ok(bytes @ 1..) => {
                assert!(chunk[..bytes] == block[at..at + bytes], "something else at {read}");
                read += bytes;
            }
            ended => panic!("{ended:?} after {read} of {total} bytes"),
        }
    }
}

/// A message that has no newline.
const UNENDED: &[u8] = b"no newline";

/// Reads numbered lines and the notices about missed ones, until the last line is accounted for. Returns
/// how many it missed.
#[track_caller]
fn accounts_for_all(client: &mut Client, total: usize, mut pause: impl FnMut()) -> usize {
    let (mut next, mut missed, mut kept, mut chunk) = (0, 0, Vec::new(), vec![0; 64 << 10]);
    while next < total {
        pause();
        match client.stream.read(&mut chunk) {
            Ok(bytes @ 1..) => kept.extend_from_slice(&chunk[..bytes]),
            ended => panic!("{ended:?} after {next} of {total} lines, {missed} of them missed"),
        }
        let end = kept.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        for line in std::str::from_utf8(&kept[..end]).unwrap().lines() {
            if let Some(rest) = line.strip_prefix("* You missed ") {
                let (number, rest) = rest.split_once(' ').unwrap();
                assert!(rest.ends_with(": you were reading too slowly."), "{line}");
                missed += number.parse::<usize>().unwrap();
                next += number.parse::<usize>().unwrap();
            } else {
                assert_eq!(line.len(), 99, "{line}");
                assert_eq!(line.split(' ').next().unwrap().parse(), Ok(next), "{missed} were missed before {line}");
                next += 1;
            }
        }
        kept.drain(..end);
        // Short as it is there may have been room for it after all.
        if next + 1 == total && kept == UNENDED {
            kept.clear();
            next += 1;
        }
    }
    assert_eq!((next, kept.len()), (total, 0));
    missed
}

#[cfg(target_os = "linux")]
#[test]
fn one_of_ten_that_never_reads_delays_nobody() {
    const BLOCKS: usize = 50;
    let server = Served::start(&["relay", "--rate", "none"]);
    let mut never = joined(&server);
    let readers: Vec<Client> = (0..9).map(|_| joined(&server)).collect();
    let mut sender = joined(&server);
    let mut rng = fastrand::Rng::with_seed(1);
    let mut block: Vec<u8> = (0..MIB).map(|_| rng.u8(b' '..=b'~')).collect();
    (0..MIB).skip(999).step_by(1000).for_each(|at| block[at] = b'\n');
    block[MIB - 1] = b'\n';
    let threads: Vec<_> = readers
        .into_iter()
        .map(|mut reader| {
            let block = block.clone();
            spawn(move || reads_all(&mut reader, &block, BLOCKS))
        })
        .collect();
    (0..BLOCKS).for_each(|_| sender.sends(&block));
    for thread in threads {
        thread.join().unwrap();
    }
    let cut = server.logs("cut off  ");
    assert!(cut.contains(": it stopped reading ("), "{cut}");
    let memory = server.memory("VmHWM");
    assert!(memory <= 32 << 10, "{memory} KiB");
    assert!(never.reads_to_end().ends_with("\n* Disconnected: you stopped reading. Reconnect to continue.\n"));
}

#[test]
fn a_late_reader_gets_the_number_of_missed_lines() {
    let server = Served::start(&["relay", "--rate", "none", "--outbox", "256KiB"]);
    let (mut late, mut reader, mut sender) = (joined(&server), joined(&server), joined(&server));
    let lines = numbered(0..40_000);
    let copy = lines.clone();
    let thread = spawn(move || sender.sends(&copy));
    reads_all(&mut reader, &lines, 1);
    thread.join().unwrap();
    // The one who reads has it all; who does not has had its tenth of a second of patience.
    let missed = accounts_for_all(&mut late, 40_000, || ());
    assert!(missed > 0);
}

#[test]
fn a_slow_but_steady_reader_loses_nothing_or_is_told_how_much() {
    let server = Served::start(&["relay", "--rate", "none"]);
    let (mut slow, mut reader, mut sender) = (joined(&server), joined(&server), joined(&server));
    let lines = numbered(0..60_000);
    let copy = lines.clone();
    let thread = spawn(move || sender.sends(&copy));
    let slow = spawn(move || accounts_for_all(&mut slow, 60_000, || sleep(Duration::from_millis(10))));
    reads_all(&mut reader, &lines, 1);
    thread.join().unwrap();
    slow.join().unwrap();
}

#[test]
fn a_message_without_a_newline_is_read_or_told_to_be_missed() {
    let server = Served::start(&["relay", "--rate", "none", "--outbox", "64KiB"]);
    let (mut late, mut reader, mut sender) = (joined(&server), joined(&server), joined(&server));
    let lines = numbered(0..20_000);
    sender.sends(&lines);
    reads_all(&mut reader, &lines, 1);
    sender.sends(UNENDED);
    reader.reads(UNENDED);
    let missed = accounts_for_all(&mut late, 20_001, || ());
    assert!(missed > 1);
}

#[test]
fn an_echo_that_is_read_only_after_all_is_sent_is_whole() {
    let server = Served::start(&["echo", "--rate", "none"]);
    let mut other = server.client();
    let mut client = server.client();
    let mut writer = Client::new(client.stream.try_clone().unwrap());
    let block = numbered(0..10_000);
    let copy = block.clone();
    let thread = spawn(move || (0..20).for_each(|_| writer.sends(&copy)));
    // It is held back meanwhile: neither side has room for all of it.
    for n in 0..50 {
        other.says(&n.to_string());
        other.reads(format!("{n}\n").as_bytes());
        sleep(Duration::from_millis(10));
    }
    assert!(!thread.is_finished());
    reads_all(&mut client, &block, 20);
    thread.join().unwrap();
    #[cfg(target_os = "linux")]
    assert!(server.memory("VmHWM") < 32 << 10);
}

#[test]
fn a_client_of_an_echo_that_never_reads_is_cut_off() {
    let server = Served::start(&["echo", "--rate", "none"]);
    let (mut other, client) = (server.client(), server.client());
    let flood = Flood::start(&client, numbered(0..1000));
    other.says("hello");
    other.reads(b"hello\n");
    let cut = server.logs("cut off  ");
    assert!(cut.contains(&client.stream.local_addr().unwrap().to_string()), "{cut}");
    other.says("hello");
    other.reads(b"hello\n");
    assert!(flood.sent() < 32 * MIB as u64, "{}", flood.sent());
    #[cfg(target_os = "linux")]
    assert!(server.memory("VmHWM") < 32 << 10);
}

#[test]
fn those_who_come_and_go_in_a_flood_cost_the_others_nothing() {
    let server = Served::start(&["relay", "--rate", "none"]);
    let (mut reader, mut sender) = (joined(&server), joined(&server));
    let block = numbered(0..5_000);
    let copy = block.clone();
    let thread = spawn(move || (0..40).for_each(|_| sender.sends(&copy)));
    let reading = spawn(move || reads_all(&mut reader, &block, 40));
    let mut n = 0;
    while !reading.is_finished() {
        let mut client = server.client();
        // Perhaps all has been said.
        client.stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut some = [0; 5000];
        match n % 4 {
            // Goes while it is written to; is reset in mid-line; has said something without an end; never reads.
            0 => drop(client.stream.read(&mut some)),
            1 => {
                let _ = client.stream.read(&mut some);
                resets(client);
            }
            2 => client.half_closes(),
            _ => {
                sleep(Duration::from_millis(5));
                resets(client);
            }
        }
        n += 1;
    }
    reading.join().unwrap();
    thread.join().unwrap();
    assert!(n > 4, "{n}");
    #[cfg(target_os = "linux")]
    assert!(server.memory("VmHWM") < 32 << 10);
}

#[test]
fn a_reset_in_mid_line_with_a_full_outbox_is_an_end_like_others() {
    let server = Served::start(&["chat", "--rate", "none", "--outbox", "16KiB"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    let long = "x".repeat(8000);
    // More than the system keeps for her, so that some waits in the outbox.
    for _ in 0..400 {
        talk.ann.says(&long);
        talk.bob.reads_until("x\n");
    }
    eve.sends(b"half a li");
    resets(eve);
    let read = talk.ann.reads_until("* eve left\n");
    assert!(read.ends_with("eve: half a li\n* eve left\n"), "{read}");
    talk.goes_on();
}

#[cfg(target_os = "linux")]
#[test]
fn a_stopped_console_with_echo_costs_little_memory() {
    let mut server = Served::start(&["relay", "--echo", "--rate", "none"]);
    let (mut reader, mut sender) = (joined(&server), joined(&server));
    let block = numbered(0..10_000);
    let copy = block.clone();
    let thread = spawn(move || (0..50).for_each(|_| sender.sends(&copy)));
    reads_all(&mut reader, &block, 50);
    thread.join().unwrap();
    let memory = server.memory("VmHWM");
    assert!(memory <= 32 << 10, "{memory} KiB");
    // A console that reads again gets the kept block and a count of the rest.
    let mut printed = vec![0; block.len()];
    server.stdout().read_exact(&mut printed).unwrap();
    assert!(printed == block);
    server.logs(" log lines were dropped: they could not be written fast enough");
}

#[cfg(target_os = "linux")]
#[test]
fn a_history_of_giant_lines_is_not_what_each_newcomer_reads() {
    let server = Served::start(&["chat", "--rate", "none"]);
    let mut talk = Talk::start(&server);
    // Each byte of it takes two as a mark.
    let line = vec![1; 8000];
    for _ in 0..30 {
        talk.ann.stream.write_all(&line).unwrap();
        talk.ann.says("");
        talk.bob.reads_until("^A\n");
    }
    let mut eve = server.client();
    let welcome = eve.reads_until("* End of earlier messages.\n");
    assert!(welcome.contains("* Earlier messages:\nann: ^A"));
    assert!(welcome.len() < 100_000, "{}", welcome.len());
}
