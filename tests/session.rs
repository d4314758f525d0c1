//! The real loop on a network of memory, time paused: what happens when, to the millisecond.

use crate::support::memory::{Accepted, Answer, Memory};
use crate::support::{Session, Shown, local};
use crossterm::event::{Event as Input, KeyCode, MouseEvent, MouseEventKind};
use netchat_tui::app::{AlertMethod, Effect, MouseCapture, Settings};
use netchat_tui::tui::{Exit, TerminalCommand};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep};

const MS: Duration = Duration::from_millis(1);

/// A session that is connected, and the far end.
async fn connected() -> (Session, DuplexStream) {
    let (network, mut accepted) = Memory::new(&[]);
    let mut session = Session::start(network, "127.0.0.1:12345");
    let peer = accepted.recv().await.unwrap();
    session.sees("Connected to 127.0.0.1:12345.").await;
    (session, peer)
}

async fn read(peer: &mut DuplexStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    peer.read_exact(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test(start_paused = true)]
async fn the_greeting_is_shown_at_once_and_the_close_told() {
    local(async {
        let (mut session, mut peer) = connected().await;
        peer.write_all(b"Thank you for connecting").await.unwrap();
        session.sees("‹ Thank you for connecting …").await;
        session.sees("‹ Thank you for connecting ⊣").await;
        sleep(Duration::from_millis(4500)).await;
        drop(peer);
        session.sees("· The server closed the connection after 5 s.").await;
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_line_goes_out_and_what_comes_back_is_shown() {
    local(async {
        let (mut session, mut peer) = connected().await;
        session.say("hello");
        assert_eq!(read(&mut peer, 6).await, b"hello\n");
        peer.write_all(b"olleh\r\n").await.unwrap();
        let shown = session.sees("‹ olleh").await;
        assert_eq!(shown.rows(), ["· Connected to 127.0.0.1:12345.", "› hello", "‹ olleh"]);
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn rows_end_by_newline_or_half_a_second_of_silence() {
    local(async {
        let (mut session, mut peer) = connected().await;
        for (bytes, pause) in [
            (&b"hi"[..], 2000),
            (b"there", 2000),
            (b"abc", 100),
            (b"def\n", 0),
            (b"cr", 10),
            (b"lf\r", 10),
            (b"\nn\xc3", 600),
            (b"\xa9e\n", 0),
        ] {
            peer.write_all(bytes).await.unwrap();
            sleep(Duration::from_millis(pause)).await;
        }
        let shown = session.sees("née").await;
        assert_eq!(shown.rows()[1..], ["‹ hi ⊣", "‹ there ⊣", "‹ abcdef", "‹ crlf", "‹ née"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_leaves_the_draft_and_a_scrolled_view_as_they_are() {
    local(async {
        let (mut session, mut peer) = connected().await;
        for n in 0..100 {
            peer.write_all(format!("line {n}\n").as_bytes()).await.unwrap();
        }
        session.sees("line 99").await;
        session.type_text("half a 漢字 line");
        session.key(KeyCode::Left);
        session.key(KeyCode::PageUp);
        let before = session.sees("▼ End").await;
        for n in 0..10_000 {
            peer.write_all(format!("flood {n}\n").as_bytes()).await.unwrap();
        }
        let after = session.sees("▼ 10,000 new").await;
        assert_eq!(after.input(), before.input());
        // The bar at the right tells of what has come; the text stands still.
        let text = |shown: &Shown| -> Vec<String> {
            shown.lines()[..28].iter().map(|line| line.trim_end_matches(['█', '│']).to_owned()).collect()
        };
        assert_eq!(text(&after), text(&before));
        session.key(KeyCode::Enter);
        assert_eq!(read(&mut peer, 19).await, "half a 漢字 line\n".as_bytes());
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_costs_frames_and_not_keys() {
    local(async {
        let (mut session, peer) = connected().await;
        let (mut from_us, mut to_us) = tokio::io::split(peer);
        let before = session.shown().frames;
        let lines = "user: the quick brown fox\n".repeat(100);
        for n in 0..2000 {
            to_us.write_all(lines.as_bytes()).await.unwrap();
            if n == 1000 {
                session.say("still here");
            }
        }
        // The line left in the middle of the flood: it is here before the end of it has been sent.
        let mut got = [0; 11];
        from_us.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"still here\n");
        to_us.write_all(b"the end\n").await.unwrap();
        session.sees("the end").await;
        let frames = session.shown().frames - before;
        assert!(frames < 30, "200,000 lines took {frames} frames");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_keys_is_a_few_frames() {
    local(async {
        let (mut session, mut peer) = connected().await;
        let before = session.shown().frames;
        session.say(&"x".repeat(5000));
        assert_eq!(read(&mut peer, 5001).await.len(), 5001);
        session.sees("Type a message").await;
        let frames = session.shown().frames - before;
        // tokio makes a task yield after 128 receives, and then a frame is due.
        assert!(frames <= 5001 / 128 + 6, "5,000 keys took {frames} frames");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_happens_when_nothing_happens() {
    local(async {
        let (mut session, mut peer) = connected().await;
        peer.write_all(b"no newline").await.unwrap();
        session.sees("no newline ⊣").await;
        let before = session.shown().frames;
        sleep(Duration::from_secs(3600)).await;
        assert_eq!(session.shown().frames, before);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_lines_typed_in_a_burst_all_arrive() {
    local(async {
        let (mut session, mut peer) = connected().await;
        for n in 0..1000 {
            session.say(&format!("line {n}"));
        }
        let expected = (0..1000).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
        assert_eq!(String::from_utf8(read(&mut peer, expected.len()).await).unwrap(), expected);
        assert!(!session.sees("› line 999").await.text().contains("Not sent"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_handed_over_while_closing_counts_as_sent() {
    local(async {
        let (mut session, mut peer) = connected().await;
        session.input(Input::Paste("x".repeat(100_000)));
        session.key(KeyCode::Enter);
        session.sees("queued").await;
        session.say("/close");
        let mut got = Vec::new();
        peer.read_to_end(&mut got).await.unwrap();
        assert_eq!(got.len(), 100_001);
        let shown = session.sees("Closed the connection").await;
        assert!(!shown.text().contains("Not sent"), "{}", shown.text());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_peer_did_not_take_is_told_when_the_link_closes() {
    local(async {
        let (mut session, _peer) = connected().await;
        session.input(Input::Paste("x".repeat(100_000)));
        session.key(KeyCode::Enter);
        session.sees("queued").await;
        session.say("/close");
        session.sees("! Not sent: the last 34,465 bytes did not leave this machine.").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_line_typed_while_moving_to_another_server_goes_to_neither() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::start(network, "127.0.0.1:1");
        let _deaf = accepted.recv().await.unwrap();
        session.sees("Connected to 127.0.0.1:1.").await;
        session.input(Input::Paste("x".repeat(100_000)));
        session.key(KeyCode::Enter);
        session.sees("queued").await;
        session.say("/connect 127.0.0.1:2");
        session.say("to whom?");
        session.sees("! Not connected yet. Press Enter again when connected").await;
        let mut new = accepted.recv().await.unwrap();
        session.sees("Connected to 127.0.0.1:2.").await;
        session.key(KeyCode::Enter);
        assert_eq!(read(&mut new, 9).await, b"to whom?\n");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn of_a_refusal_and_a_silence_the_refusal_is_told() {
    local(async {
        let (network, _accepted) = Memory::new(TWO);
        network.answer("[2001:db8::1]:12345", Answer::Nothing);
        network.answer("192.0.2.1:12345", Answer::Refuse(io::ErrorKind::ConnectionRefused));
        let mut session = Session::start(network, "pi.local");
        session.sees("! Nothing is listening on pi.local:12345 (192.0.2.1) (connection refused).").await;
    })
    .await;
}

/// Esc, and quitting, while the name is being looked up or the address does not answer.
async fn esc_and_quit_work(network: std::sync::Arc<Memory>, address: &str, status: &str) {
    let start = Instant::now();
    let mut session = Session::start(network.clone(), address);
    session.sees(status).await;
    session.key(KeyCode::Esc);
    session.sees("· Stopped connecting to").await;
    session.key(KeyCode::Enter);
    session.sees(status).await;
    assert_eq!(session.quit().await, Exit::Quit);
    assert!(start.elapsed() < Duration::from_millis(200), "it took {:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn esc_and_quit_work_while_looking_up() {
    local(async {
        let (network, _accepted) = Memory::new(&[]);
        esc_and_quit_work(network, "never.example", "looking up, Esc stops").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn esc_and_quit_work_while_connecting() {
    local(async {
        let (network, _accepted) = Memory::new(&[]);
        network.answer("192.0.2.1:12345", Answer::Nothing);
        esc_and_quit_work(network, "192.0.2.1", "trying 192.0.2.1, Esc stops").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn each_connect_failure_has_a_sentence_and_enter_retries() {
    local(async {
        let (network, _accepted) = Memory::new(&[("pi.lcal", &[])]);
        network.answer("127.0.0.1:1", Answer::Refuse(io::ErrorKind::ConnectionRefused));
        network.answer("192.0.2.1:1", Answer::Nothing);
        network.answer("192.0.2.2:1", Answer::Refuse(io::ErrorKind::HostUnreachable));
        for (address, sentence, status) in [
            ("127.0.0.1:1", "! Nothing is listening on 127.0.0.1:1 (connection refused).", "refused"),
            ("pi.lcal:1", "! No such host: \"pi.lcal\" (Name or service not known).", "no such host"),
            ("192.0.2.1:1", "! 192.0.2.1:1 did not answer within 10s.", "timed out"),
            ("192.0.2.2:1", "! No route to 192.0.2.2:1.", "no route"),
        ] {
            let start = Instant::now();
            let mut session = Session::start(network.clone(), address);
            session.sees(sentence).await;
            let took = start.elapsed();
            assert_eq!(took >= Duration::from_secs(10), status == "timed out", "{address} took {took:?}");
            session.sees(&format!("○  {address}  {status} 14:02:")).await;
            session.say("not lost");
            session.sees("! Not connected. To reconnect, clear the line (Ctrl-C)").await;
            assert!(session.shown().line(29).contains("not lost"));
            session.ctrl('c');
            session.sees("Enter reconnects").await;
            let attempts = network.dialled().len();
            session.key(KeyCode::Enter);
            session.until("another attempt".to_owned(), |shown| shown.text().matches(sentence).count() == 2).await;
            assert_eq!(network.dialled().len() - attempts, usize::from(status != "no such host"));
            assert_eq!(session.quit().await, Exit::Quit);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn looking_up_has_the_same_limit() {
    local(async {
        let (network, _accepted) = Memory::new(&[]);
        let options = Settings { connect_limit: 2 * Duration::from_secs(1), ..Settings::default() };
        let mut session = Session::with(network, "never.example", options, (100, 30));
        session.sees("! Looking up \"never.example\" took longer than 2s.").await;
    })
    .await;
}

async fn winner(network: std::sync::Arc<Memory>, accepted: &mut Accepted) -> String {
    let mut session = Session::start(network, "pi.local");
    let _peer = accepted.recv().await.unwrap();
    let shown = session.sees("Connected to pi.local:12345").await;
    shown.rows()[0].clone()
}

const TWO: &[(&str, &[&str])] = &[("pi.local", &["[2001:db8::1]:12345", "192.0.2.1:12345"])];

#[tokio::test(start_paused = true)]
async fn a_dead_address_delays_the_next_by_250_ms() {
    local(async {
        let (network, mut accepted) = Memory::new(TWO);
        network.answer("[2001:db8::1]:12345", Answer::Nothing);
        assert_eq!(winner(network.clone(), &mut accepted).await, "· Connected to pi.local:12345 (192.0.2.1:12345).");
        let dialled = network.dialled();
        assert_eq!(dialled[1].1 - dialled[0].1, 250 * MS);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_address_that_refuses_holds_nothing_up() {
    local(async {
        let (network, mut accepted) = Memory::new(TWO);
        network.answer("[2001:db8::1]:12345", Answer::Refuse(io::ErrorKind::NetworkUnreachable));
        winner(network.clone(), &mut accepted).await;
        let dialled = network.dialled();
        assert_eq!(dialled[1].1, dialled[0].1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_first_address_can_still_win() {
    local(async {
        let (network, mut accepted) = Memory::new(TWO);
        network.answer("[2001:db8::1]:12345", Answer::Accept(300 * MS));
        network.answer("192.0.2.1:12345", Answer::Accept(300 * MS));
        assert_eq!(winner(network, &mut accepted).await, "· Connected to pi.local:12345 ([2001:db8::1]:12345).");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn connect_opens_a_tab_without_rows_of_the_old_peer() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::start(network, "127.0.0.1:1");
        let mut old = accepted.recv().await.unwrap();
        session.sees("Connected to 127.0.0.1:1.").await;
        session.say("/connect 127.0.0.1 2");
        let mut new = accepted.recv().await.unwrap();
        session.sees("Connected to 127.0.0.1:2.").await;
        old.write_all(b"from the old\n").await.unwrap();
        new.write_all(b"from the new\n").await.unwrap();
        let shown = session.sees("from the new").await;
        assert!(!shown.text().contains("from the old"));
        session.say("to the new");
        assert_eq!(read(&mut new, 11).await, b"to the new\n");
        session.say("/tab 1");
        let shown = session.sees("from the old").await;
        assert!(!shown.text().contains("from the new"));
        session.say("/close!");
        assert_eq!(old.read(&mut [0; 8]).await.unwrap(), 0, "the old connection is closed");
        session.say("still here");
        assert_eq!(read(&mut new, 11).await, b"still here\n");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn closing_by_command_keeps_the_text_and_enter_connects_again() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::start(network, "127.0.0.1");
        let mut peer = accepted.recv().await.unwrap();
        peer.write_all(b"welcome\n").await.unwrap();
        session.sees("welcome").await;
        session.say("/close");
        session.sees("· Closed the connection to 127.0.0.1:12345").await;
        session.key(KeyCode::Enter);
        let _peer = accepted.recv().await.unwrap();
        let shown = session.sees("●").await;
        assert!(shown.text().contains("welcome"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn quitting_hands_over_the_last_line() {
    local(async {
        let (session, mut peer) = connected().await;
        session.say("goodbye");
        assert_eq!(session.quit().await, Exit::Quit);
        let mut got = Vec::new();
        peer.read_to_end(&mut got).await.unwrap();
        assert_eq!(got, b"goodbye\n");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn quitting_waits_briefly_for_a_server_that_does_not_read() {
    local(async {
        let (mut session, _peer) = connected().await;
        session.input(Input::Paste("x".repeat(500_000)));
        session.key(KeyCode::Enter);
        session.sees("queued").await;
        let start = Instant::now();
        assert_eq!(session.quit().await, Exit::Quit);
        assert!(start.elapsed() <= Duration::from_secs(2), "{:?}", start.elapsed());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_nickname_of_the_command_line_is_asked_for() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let options = Settings { nick: Some("bob".into()), ..Settings::default() };
        let mut session = Session::with(network, "127.0.0.1", options, (100, 30));
        let mut peer = accepted.recv().await.unwrap();
        assert_eq!(read(&mut peer, 10).await, b"/nick bob\n");
        session.sees("nick bob").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn quitting_by_key_asks() {
    local(async {
        let (mut session, _peer) = connected().await;
        session.ctrl('c');
        session.sees("Quit? Enter or y quits, Esc cancels.").await;
        session.key(KeyCode::Esc);
        session.sees("●").await;
        session.ctrl('d');
        session.sees("Quit?").await;
        session.reads_question().await;
        session.key(KeyCode::Enter);
        assert_eq!(session.ended().await, Exit::Quit);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_input_that_ends_ends_the_program() {
    local(async {
        let (mut session, _peer) = connected().await;
        session.sees("●").await;
        assert_eq!(session.hang_up().await, Exit::InputEnded);
    })
    .await;
}

/// A session that is connected and has more to do at first.
async fn doing(effects: Vec<Effect>) -> (Session, DuplexStream) {
    let (network, mut accepted) = Memory::new(&[]);
    let session = Session::doing(network, "127.0.0.1:12345", effects, Settings::default(), (100, 30));
    (session, accepted.recv().await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_window_has_a_title_that_is_told_once() {
    local(async {
        let (mut session, mut peer) = connected().await;
        for n in 0..50 {
            peer.write_all(b"line\n").await.unwrap();
            sleep(n * MS).await;
        }
        peer.write_all(b"end\n").await.unwrap();
        let said = session.sees("end").await.said;
        assert_eq!(said, [TerminalCommand::Title("127.0.0.1:12345 - netchat-tui".to_owned())]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminal_effects_are_written_in_order() {
    local(async {
        let alert = |method| Effect::Alert { method, message: "bob: hi".to_owned() };
        let (mut session, _peer) = doing(vec![
            Effect::CopyToClipboard("text".to_owned()),
            alert(AlertMethod::Notify),
            alert(AlertMethod::Off),
            Effect::Mouse(MouseCapture::On),
            alert(AlertMethod::Bell),
        ])
        .await;
        let said = session.sees("Connected").await.said;
        let alert = |way| TerminalCommand::Alert(way, "bob: hi".to_owned());
        let said: Vec<_> = said.into_iter().filter(|aside| !matches!(aside, TerminalCommand::Title(_))).collect();
        assert_eq!(
            said,
            [
                TerminalCommand::Copy("text".to_owned()),
                alert(AlertMethod::Notify),
                TerminalCommand::Mouse(MouseCapture::On),
                alert(AlertMethod::Bell)
            ]
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_file_being_saved_is_whole_when_the_program_has_ended() {
    let path = std::env::temp_dir().join(format!("netchat-session-save-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let name = path.to_str().unwrap().to_owned();
    local(async {
        let (mut session, mut peer) = connected().await;
        for n in 0..50 {
            peer.write_all(format!("line {n}\n{}", "the same line\n".repeat(1000)).as_bytes()).await.unwrap();
        }
        peer.write_all(b"the last line\n").await.unwrap();
        session.sees("the last line").await;
        session.say(&format!("/save {name}"));
        // At once: the core has hardly begun.
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
    let saved = std::fs::read_to_string(&path).unwrap();
    assert_eq!(saved.lines().count(), 1 + 50 * 1001 + 1);
    assert!(saved.ends_with("< the last line\n"));
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_wheel_scrolls_the_messages() {
    local(async {
        let (mut session, mut peer) = connected().await;
        for n in 0..100 {
            peer.write_all(format!("line {n}\n").as_bytes()).await.unwrap();
        }
        session.sees("line 99").await;
        let wheel = |kind| {
            Input::Mouse(MouseEvent { kind, column: 1, row: 1, modifiers: crossterm::event::KeyModifiers::NONE })
        };
        session.input(wheel(MouseEventKind::ScrollUp));
        let shown = session.sees("▼ End").await;
        assert!(shown.text().contains("line 96") && !shown.text().contains("line 97"), "{}", shown.text());
        session.input(wheel(MouseEventKind::ScrollDown));
        session.sees("line 99").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn messages_are_saved_a_piece_at_a_time_while_keys_are_handled() {
    let path = std::env::temp_dir().join(format!("netchat-session-pieces-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    local(async {
        let (mut session, mut peer) = connected().await;
        let lines = "user: the quick brown fox\n".repeat(1000);
        for _ in 0..100 {
            peer.write_all(lines.as_bytes()).await.unwrap();
        }
        peer.write_all(b"the end\n").await.unwrap();
        session.sees("the end").await;
        session.say(&format!("/save {}", path.display()));
        session.say("meanwhile");
        assert_eq!(read(&mut peer, 10).await, b"meanwhile\n");
        session.sees("Saved").await;
        // The work is over: nothing wakes the loop any more.
        let before = session.shown().frames;
        sleep(Duration::from_secs(3600)).await;
        assert_eq!(session.shown().frames, before);
        session.say(&format!("/save {}", path.display()));
        session.sees("already exists; choose another name.").await;
    })
    .await;
    let saved = std::fs::read_to_string(&path).unwrap();
    assert_eq!(saved.matches("the quick brown fox\n").count(), 100_000);
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_filter_over_many_rows_comes_to_its_end() {
    local(async {
        let (mut session, mut peer) = connected().await;
        peer.write_all(b"the needle\n").await.unwrap();
        let lines = "user: the quick brown fox\n".repeat(1000);
        for _ in 0..300 {
            peer.write_all(lines.as_bytes()).await.unwrap();
        }
        session.sees("fox").await;
        session.say("/filter needle");
        let shown = session.until("the needle alone".to_owned(), |shown| {
            shown.text().contains("the needle") && !shown.text().contains("fox")
        });
        shown.await;
        sleep(Duration::from_secs(1)).await;
        let before = session.shown().frames;
        sleep(Duration::from_secs(3600)).await;
        assert_eq!(session.shown().frames, before);
    })
    .await;
}
