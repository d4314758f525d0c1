//! Resizes by the dozen, lines without end and floods, while somebody reads, searches and writes.

use crate::support::memory::Memory;
use crate::support::{Session, Shown, local};
use crossterm::event::KeyCode;
use netchat_tui::app::Settings;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::sleep;

const MS: Duration = Duration::from_millis(1);
const SIZE: (u16, u16) = (80, 24);

async fn connected() -> (Session, DuplexStream) {
    let (network, mut accepted) = Memory::new(&[]);
    let mut session = Session::with(network, "127.0.0.1:12345", Settings::default(), SIZE);
    let peer = accepted.recv().await.unwrap();
    session.sees("Connected to 127.0.0.1:12345.").await;
    (session, peer)
}

async fn say(peer: &mut DuplexStream, text: &str) {
    peer.write_all(text.as_bytes()).await.unwrap();
}

fn numbered(count: usize) -> String {
    (0..count).flat_map(|n| [format!("line {n} "), "of so many words ".repeat(n % 12), "\n".to_owned()]).collect()
}

/// The messages, without the bar at the right, which tells of what has come.
fn messages(shown: &Shown) -> Vec<String> {
    let lines = shown.lines();
    let messages = &lines[..lines.len() - 2];
    messages.iter().map(|line| line.trim_end_matches(['█', '│']).trim_end().to_owned()).collect()
}

fn is_of(shown: &Shown, (columns, lines): (u16, u16)) -> bool {
    (shown.cells.area.width, shown.cells.area.height) == (columns, lines)
}

#[tokio::test(start_paused = true)]
async fn fifty_resizes_with_rows_in_between_keep_the_position() {
    local(async {
        let (mut session, mut peer) = connected().await;
        say(&mut peer, &numbered(300)).await;
        session.sees("line 299").await;
        for _ in 0..4 {
            session.key(KeyCode::PageUp);
        }
        session.type_text("a draft");
        let before = session.until("the draft, scrolled up".into(), |shown| {
            shown.text().contains("› a draft") && shown.text().contains("▼ End")
        });
        let before = before.await;
        for n in 0..50_u16 {
            let size = (20 + n * 37 % 130, 5 + n * 17 % 60);
            session.resize(size.0, size.1);
            say(&mut peer, &format!("new {n}\n")).await;
            sleep(20 * MS).await;
            let shown = session.until(format!("{size:?}"), move |shown| is_of(shown, size)).await;
            assert_eq!(shown.line(size.1 - 1), "› a draft", "{n}");
        }
        session.resize(SIZE.0, SIZE.1);
        let after = session.until("the end".into(), |shown| is_of(shown, SIZE) && shown.text().contains("▼ 50 new"));
        let after = after.await;
        assert_eq!(messages(&after), messages(&before));
        assert_eq!(after.input(), before.input());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn resizes_faster_than_frames_end_in_the_last_size() {
    local(async {
        let (mut session, mut peer) = connected().await;
        say(&mut peer, &numbered(100)).await;
        let before = session.sees("line 99").await;
        for n in 0..50_u16 {
            session.resize(20 + n, 5 + n % 40);
        }
        session.resize(SIZE.0, SIZE.1);
        say(&mut peer, "the last\n").await;
        let after = session.sees("the last").await;
        assert!(is_of(&after, SIZE) && after.frames - before.frames < 10, "{} frames", after.frames - before.frames);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_row_of_two_hundred_columns_is_whole_in_twenty() {
    local(async {
        let (mut session, mut peer) = connected().await;
        let row: String = (0..200).map(|n| char::from(b'a' + u8::try_from(n % 26).unwrap())).collect();
        say(&mut peer, &format!("{row}\n")).await;
        session.sees("abc").await;
        session.resize(20, 24);
        let shown = session.until("twenty columns".into(), |shown| is_of(shown, (20, 24))).await;
        let messages = messages(&shown);
        let at = messages.iter().position(|line| line.starts_with("‹ abc")).unwrap();
        let lines = messages[at..].iter().take_while(|line| !line.is_empty());
        let parts: Vec<_> = lines.map(|line| line.trim_start_matches(['‹', ' '])).collect();
        assert_eq!(parts.concat(), row, "{}", shown.text());
        assert!(messages[at + 1..].iter().all(|line| line.is_empty() || line.starts_with("  ")), "{}", shown.text());
    })
    .await;
}

const PIECE: usize = 64 * 1024;

#[tokio::test(start_paused = true)]
async fn ten_mb_without_newline_do_not_move_a_scrolled_view() {
    local(async {
        let (mut session, mut peer) = connected().await;
        say(&mut peer, &numbered(100)).await;
        session.sees("line 99").await;
        session.key(KeyCode::PageUp);
        let before = session.sees("▼ End").await;
        let piece = "x".repeat(PIECE);
        for n in 0..160 {
            say(&mut peer, &piece).await;
            if n == 80 {
                session.type_text("a draft");
            }
        }
        say(&mut peer, " END\nbehind it\n").await;
        // A line is kept in pieces of 64 KiB: 160, the end of it, and the row behind it.
        let shown = session.sees("▼ 162 new").await;
        assert_eq!(messages(&shown), messages(&before));
        assert_eq!(shown.line(23), "› a draft");
        session.key(KeyCode::Enter);
        let mut got = [0; 8];
        peer.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"a draft\n");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn ten_megabytes_without_a_newline_are_followed_to_their_end() {
    local(async {
        let (mut session, mut peer) = connected().await;
        session.type_text("a draft");
        let before = session.sees("› a draft").await;
        let piece = "x".repeat(PIECE);
        for _ in 0..160 {
            say(&mut peer, &piece).await;
        }
        say(&mut peer, " END").await;
        let shown = session.sees(" END ⊣").await;
        assert_eq!(shown.input(), before.input());
        let is_of_it = |line: &String| line.len() > 20 && line.trim_start().chars().all(|c| c == 'x');
        assert!(messages(&shown)[..20].iter().all(is_of_it), "{}", shown.text());
        session.key(KeyCode::PageUp);
        session.sees("▼ End").await;
        say(&mut peer, "the next row\n").await;
        session.sees("▼ 1 new").await;
        session.key(KeyCode::PageDown);
        session.key(KeyCode::PageDown);
        let shown = session.sees("the next row").await;
        assert!(shown.text().contains(" END ⊣"), "{}", shown.text());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_million_rows_keep_the_search_position_and_draft() {
    local(async {
        let (mut session, mut peer) = connected().await;
        say(&mut peer, &format!("{}needle\n{}", numbered(100), numbered(100))).await;
        session.sees("line 99").await;
        session.type_text("a draft");
        session.ctrl('f');
        session.type_text("needle");
        let found = |count: &'static str| move |shown: &Shown| shown.line(22).contains(count);
        let before = session.until("the one hit".into(), found("1 of 1")).await;
        // Almost as many as are kept, in the middle one more hit.
        let flood = "row\n".repeat(10_000);
        for n in 0..99 {
            say(&mut peer, &flood).await;
            if n == 50 {
                say(&mut peer, "the second needle\n").await;
            }
        }
        say(&mut peer, "the third needle\n").await;
        let shown = session.until("three hits".into(), found("1 of 3")).await;
        assert_eq!(messages(&shown), messages(&before));
        session.ctrl('f');
        let shown = session.until("the second".into(), found("2 of 3")).await;
        assert!(shown.text().contains("the second needle"), "{}", shown.text());
        // More than are kept: the first goes, and counts no more.
        say(&mut peer, &flood).await;
        let after = session.until("two hits".into(), found("1 of 2")).await;
        assert_eq!(messages(&after), messages(&shown));
        session.key(KeyCode::Esc);
        session.sees("› a draft").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn typing_among_a_million_rows_keeps_draft_and_position() {
    local(async {
        let (mut session, mut peer) = connected().await;
        say(&mut peer, &numbered(100)).await;
        session.sees("line 99").await;
        session.key(KeyCode::PageUp);
        let before = session.sees("▼ End").await;
        let flood = "row\n".repeat(10_000);
        for n in 0..100 {
            if n % 4 == 0 {
                session.key(KeyCode::Char(char::from(b'a' + n / 4)));
            }
            say(&mut peer, &flood).await;
        }
        say(&mut peer, "end\n").await;
        let shown = session.until("all of it".into(), |shown| shown.line(23) == "› abcdefghijklmnopqrstuvwxy").await;
        assert_eq!(messages(&shown), messages(&before));
        session.key(KeyCode::Enter);
        let mut got = [0; 26];
        peer.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"abcdefghijklmnopqrstuvwxy\n");
    })
    .await;
}
