//! Several tabs: the real loop on a network of memory, time paused, and the keys for them in a real terminal.

use crate::support::memory::{Accepted, Memory};
use crate::support::{Session, local};
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use netchat_tui::app::Settings;
use netchat_tui::tui::Exit;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep_until};

/// Starts a session with this many connected tabs and returns their peers in order.
async fn with_tabs(count: u16, size: (u16, u16)) -> (Session, Vec<DuplexStream>) {
    let (network, mut accepted) = Memory::new(&[]);
    let mut session = Session::with(network, "127.0.0.1:1000", Settings::default(), size);
    let mut peers = vec![next(&mut accepted).await];
    for port in 1001..1000 + count {
        session.say(&format!("/connect 127.0.0.1:{port}"));
        peers.push(next(&mut accepted).await);
        session.sees(&format!("Connected to 127.0.0.1:{port}")).await;
    }
    (session, peers)
}

async fn next(accepted: &mut Accepted) -> DuplexStream {
    accepted.recv().await.unwrap()
}

fn alt(session: &Session, c: char) {
    session.input(Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::ALT)));
}

/// Sends 10 lines every 10 ms for two seconds.
async fn talk(mut peer: DuplexStream) -> DuplexStream {
    let start = Instant::now();
    for tick in 0..200 {
        sleep_until(start + Duration::from_millis(10) * tick).await;
        let lines: Vec<String> = (0..10).map(|n| format!("line {}\n", tick * 10 + n)).collect();
        peer.write_all(lines.concat().as_bytes()).await.unwrap();
    }
    peer
}

#[tokio::test(start_paused = true)]
async fn fifty_busy_tabs_lose_no_line_and_delay_no_key() {
    local(async {
        let (mut session, peers) = with_tabs(50, (100, 30)).await;
        let talking: Vec<_> = peers.into_iter().map(|peer| tokio::task::spawn_local(talk(peer))).collect();
        let start = Instant::now();
        for (n, c) in "a draft of one's own, typed meanwhile".chars().enumerate() {
            sleep_until(start + Duration::from_millis(40) * u32::try_from(n).unwrap()).await;
            let before = Instant::now();
            session.key(KeyCode::Char(c));
            let draft: String = "a draft of one's own, typed meanwhile".chars().take(n + 1).collect();
            session.sees(&format!("› {}", draft.trim_end())).await;
            // Of paused time: however much comes, a key waits for no more than the frame that shows it.
            assert!(before.elapsed() <= Duration::from_millis(17), "{:?}", before.elapsed());
        }
        let mut peers = Vec::new();
        for task in talking {
            peers.push(task.await.unwrap());
        }
        session.sees("line 1999").await;
        alt(&session, '1');
        // All that came there, to the row.
        session.sees("2 127.…:1001 2,000  3 127.…:1002 2,000").await;
        for (n, key) in (1..=9).zip('1'..) {
            alt(&session, key);
            session.sees(&format!("●  127.0.0.1:{}  ", 999 + n)).await;
            let shown = session.sees("‹ line 1999").await;
            // The bar of tabs is above them.
            assert!(shown.rows().iter().skip(1).all(|row| row.starts_with("‹ line 19")), "{:?}", shown.rows());
        }
        alt(&session, '0');
        session.sees("●  127.0.0.1:1009  ").await;
        session.key(KeyCode::F(5));
        session.sees("●  127.0.0.1:1008  ").await;
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_was_said_in_a_tab_that_is_closed_leaves_first() {
    local(async {
        let (mut session, mut peers) = with_tabs(2, (100, 30)).await;
        session.say("bye");
        session.say("/close!");
        session.sees("Closed the tab 127.0.0.1:1001.").await;
        let mut said = String::new();
        peers[1].read_to_string(&mut said).await.unwrap();
        assert_eq!(said, "bye\n");
        session.say("still here");
        let mut said = [0; 11];
        peers[0].read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"still here\n");
    })
    .await;
}

#[cfg(unix)]
#[test]
fn every_key_for_tabs_is_understood_from_a_real_terminal() {
    use crate::support::terminal::Terminal;
    use std::net::TcpListener;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut terminal = Terminal::start(&["127.0.0.1", &port.to_string()], (80, 24));
    let mut peers = vec![listener.accept().unwrap()];
    terminal.sees("Connected to ");
    terminal.type_bytes(format!("/connect localhost:{port}\r").as_bytes());
    terminal.sees("Connected to localhost");
    peers.push(listener.accept().unwrap());
    for (keys, place) in [
        (&b"\x1b1"[..], "127.0.0.1"),
        (b"\x1b2", "localhost"),
        (b"\x1b[15~", "127.0.0.1"),
        (b"\x1b[17~", "localhost"),
        (b"\x1b[5;5~", "127.0.0.1"),
        (b"\x1b[6;5~", "localhost"),
        (b"\x10", "127.0.0.1"),
        (b"\x0e", "localhost"),
    ] {
        terminal.type_bytes(keys);
        terminal.sees(&format!("●  {place}:{port}"));
    }
    std::io::Write::write_all(&mut peers[0].0, b"news\n").unwrap();
    terminal.sees(&format!("1 127.0.0.1:{port} 1"));
    terminal.type_bytes(b"\x1ba");
    terminal.sees("‹ news");
    terminal.type_bytes(b"\x03\x03");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
}
