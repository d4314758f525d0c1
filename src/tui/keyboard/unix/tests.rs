use super::*;
use crossterm::event::KeyCode;
use futures_util::{FutureExt as _, StreamExt as _};
use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// Returns a keyboard and the other end of its terminal, to type on.
fn keyboard() -> (Keyboard<UnixStream>, UnixStream) {
    let (tty, typist) = UnixStream::pair().unwrap();
    (Keyboard::on(tty).unwrap(), typist)
}

async fn next(keyboard: &mut Keyboard<UnixStream>) -> Option<Input> {
    let next = tokio::time::timeout(Duration::from_secs(20), keyboard.next());
    next.await.expect("an event").transpose().unwrap()
}

#[tokio::test]
async fn keys_are_separate_events_and_esc_follows_its_timeout() {
    let (mut keyboard, mut typist) = keyboard();
    assert!(keyboard.next().now_or_never().is_none());
    typist.write_all(b"ab").unwrap();
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Char('a').into())));
    // Ready without another read.
    let second = keyboard.next().now_or_never().unwrap().unwrap().unwrap();
    assert_eq!(second, Input::Key(KeyCode::Char('b').into()));
    typist.write_all(b"\x1b").unwrap();
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Esc.into())));
    typist.write_all(b"c").unwrap();
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Char('c').into())));
}

#[tokio::test]
async fn the_stream_ends_with_the_terminal() {
    let (mut keyboard, mut typist) = keyboard();
    typist.write_all(b"a").unwrap();
    drop(typist);
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Char('a').into())));
    assert_eq!(next(&mut keyboard).await, None);
    assert_eq!(next(&mut keyboard).await, None);
}

#[tokio::test]
async fn input_read_by_another_program_does_not_block() {
    let (tty, mut typist) = UnixStream::pair().unwrap();
    let other = tty.try_clone().unwrap();
    let mut keyboard = Keyboard::on(tty).unwrap();
    assert!(keyboard.next().now_or_never().is_none());
    typist.write_all(b"for the editor").unwrap();
    drop(keyboard.tty.readable().await.unwrap());
    assert_eq!(rustix::io::read(&other, &mut [0; 64]).unwrap(), 14, "nothing is read without a poll");
    // The wakeup is pending, but the input is gone: a read would block the test.
    assert!(keyboard.next().now_or_never().is_none());
    typist.write_all(b"x").unwrap();
    assert_eq!(next(&mut keyboard).await, Some(Input::Key(KeyCode::Char('x').into())));
}
