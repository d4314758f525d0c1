use super::*;
use crossterm::event::KeyCode;
use futures_util::{FutureExt as _, StreamExt as _};
use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// A keyboard, and where to type.
fn keyboard() -> (Keyboard<UnixStream>, UnixStream) {
    let (tty, hand) = UnixStream::pair().unwrap();
    (Keyboard::on(tty).unwrap(), hand)
}

async fn next(keyboard: &mut Keyboard<UnixStream>) -> Option<Input> {
    let next = tokio::time::timeout(Duration::from_secs(20), keyboard.next());
    next.await.expect("an event").transpose().unwrap()
}

#[tokio::test]
async fn keys_come_one_by_one_and_an_escape_after_a_moment() {
    let (mut keyboard, mut hand) = keyboard();
    assert!(keyboard.next().now_or_never().is_none());
    hand.write_all(b"ab").unwrap();
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Char('a').into())));
    // The second without waiting.
    let second = keyboard.next().now_or_never().unwrap().unwrap().unwrap();
    assert_eq!(second, Input::Key(KeyCode::Char('b').into()));
    hand.write_all(b"\x1b").unwrap();
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Esc.into())));
    hand.write_all(b"c").unwrap();
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Char('c').into())));
}

#[tokio::test]
async fn the_end_of_the_terminal_is_the_end_and_stays_it() {
    let (mut keyboard, mut hand) = keyboard();
    hand.write_all(b"a").unwrap();
    drop(hand);
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Char('a').into())));
    assert_eq!(next(&mut keyboard).await, None);
    assert_eq!(next(&mut keyboard).await, None);
}

#[tokio::test]
async fn what_another_reads_meanwhile_is_not_waited_for() {
    let (tty, mut hand) = UnixStream::pair().unwrap();
    let other = tty.try_clone().unwrap();
    let mut keyboard = Keyboard::on(tty).unwrap();
    assert!(keyboard.next().now_or_never().is_none());
    hand.write_all(b"for the editor").unwrap();
    drop(keyboard.tty.readable().await.unwrap());
    assert_eq!(rustix::io::read(&other, &mut [0; 64]).unwrap(), 14, "nothing is read while nobody asks");
    // Told that there is something, and it is gone: a read would wait for ever, and the test with it.
    assert!(keyboard.next().now_or_never().is_none());
    hand.write_all(b"x").unwrap();
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Char('x').into())));
}
